"""Ruling lines of a straight page picture to the cells between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assets.layout.model import Box
from assets.layout.ocr.engine import Area
from assets.layout.parsers.pdf_rules import RuleSettings, rules_from, tables_from
from assets.layout.parsers.spans import Placed

ACROSS, DOWN = 22.0, 14.0
"""Points of the shortest rule: longer than any stroke of a character (12 pt), shorter than the
narrowest column and about as high as the lowest row."""
THICK = 4.0
"""Points; a thicker bar is a picture or a black edge of the scan."""
NARROWEST = 100.0
"""Points across; the largest characters of a title are a quarter of that."""
SETTINGS = RuleSettings(snap=2.5, join=6.0, touch=5.0)
"""Wider than for drawn rules: a scan blurs, and leaves gaps in thin rules."""


BLUR = 2
"""Pixels on each side of a rule that are taken off the page with it."""
SLIVER = 4
"""Pixels of ink beside a rule: less is noise, this much may be the rest of a minus."""
CORNER = 8
"""Pixels from the corners of a cell, where rules that meet fill the angle between them."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """Rulings of a page.

    tables: cells of each net with boxes in points. mask: uint8, 255 where a rule is printed.
    """

    tables: list[list[Placed[Box]]]
    mask: Any


def find_rulings(marks: Any, scale: float) -> Ruled:
    """The ruled tables of a page.

    Args:
        marks: ink of the straight page, see deskew.ink.
        scale: pixels per point.
    """
    import cv2  # noqa: PLC0415 - part of the ocr extra
    import numpy as np  # noqa: PLC0415

    mask = np.zeros_like(marks)
    boxes: list[tuple[Box, bool]] = []
    for level, shortest in ((True, ACROSS), (False, DOWN)):
        length = max(3, round(shortest * scale))
        kernel = np.ones((1, length) if level else (length, 1), np.uint8)
        # A rule that is off level by a pixel is still a rule: thicken before, thin out by length.
        thick = cv2.dilate(marks, np.ones((3, 1) if level else (1, 3), np.uint8))
        lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel)
        count, labels, stats, centres = cv2.connectedComponentsWithStats(lines, connectivity=8)
        kept = np.zeros(count, np.uint8)
        for label in range(1, count):
            x, y, width, height, area = (int(n) for n in stats[label])
            if area / (width if level else height) > THICK * scale + 2:
                continue
            kept[label] = 255
            at = float(centres[label][1 if level else 0]) / scale
            if level:
                boxes.append((Box(x / scale, at, (x + width) / scale, at), False))
            else:
                boxes.append((Box(at, y / scale, at, (y + height) / scale), False))
        mask |= kept[np.asarray(labels, dtype=np.intp)]
    rules = rules_from(boxes, SETTINGS)
    if len(rules.across) + len(rules.down) > SETTINGS.max_rules:
        return Ruled([], np.zeros_like(mask))
    tables = [table for table in tables_from(rules, SETTINGS) if _is_wide(table)]
    return Ruled(tables, mask & _walls(tables, marks.shape, scale))


def rules_off(marks: Any, ruled: Ruled) -> tuple[Any, Any]:
    """Where the rules of a page are to be made white, and the ink that touches them.

    A character that touches a rule loses a part with it, which nothing shows afterwards.

    Args:
        marks: ink of the straight page, rules included.
        ruled: its rules.

    Returns:
        bool, true on rules and their blur; uint8, 255 for ink beside a rule, within its blur.
    """
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    side = 2 * BLUR + 1
    wide = cv2.dilate(ruled.mask, np.ones((side, side), np.uint8)) > 0
    beside = np.where(wide & (ruled.mask == 0), marks, 0)
    return wide, beside


def touching(beside: Any, marks: Any, cell: Area) -> list[Area]:
    """The ink in a cell that reaches one of its walls.

    Args:
        beside: ink within the blur of rules.
        marks: other ink, rules left out.
        cell: the cell up to the middle of its walls.
    """
    import cv2  # noqa: PLC0415

    rim = beside[cell.y0 : cell.y1, cell.x0 : cell.x1].copy()
    for rows in (slice(0, CORNER), slice(-CORNER, None)):
        for columns in (slice(0, CORNER), slice(-CORNER, None)):
            rim[rows, columns] = 0
    if not rim.any():
        return []
    both = rim | marks[cell.y0 : cell.y1, cell.x0 : cell.x1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    reaching = set(labels[rim > 0].tolist())
    return [
        Area(cell.x0 + x, cell.y0 + y, cell.x0 + x + width, cell.y0 + y + height)
        for at, (x, y, width, height, size) in enumerate(stats.tolist())
        if at in reaching and at and size >= SLIVER
    ]


def _is_wide(table: list[Placed[Box]]) -> bool:
    """Whether a net is wider than the strokes of a few large characters, which also form nets."""
    return max(c.item.x1 for c in table) - min(c.item.x0 for c in table) >= NARROWEST


def _walls(tables: list[list[Placed[Box]]], shape: tuple[int, int], scale: float) -> Any:
    """Where the sides of cells run: only there is a long stroke a rule, not part of a title."""
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    walls = np.zeros(shape, np.uint8)
    for cell in (cell for table in tables for cell in table):
        box = cell.item
        corners = [round(edge * scale) for edge in (box.x0, box.top, box.x1, box.bottom)]
        thickness = round(2 * SETTINGS.snap * scale) | 1
        cv2.rectangle(walls, tuple(corners[:2]), tuple(corners[2:]), (255,), thickness)
    return walls
