"""Ruling lines of a straight page picture to the cells between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.layout.model import Box
from assets.layout.ocr.engine import Area
from assets.layout.ocr.seals import Ring
from assets.layout.ocr.squares import (
    Square,
    find_squares,
    find_strokes,
    joined,
    thick_strokes,
    without_squares,
    without_thick,
)
from assets.layout.parsers.pdf_rules import Rule, Rules, RuleSettings, rules_from, tables_from
from assets.layout.parsers.spans import Placed

ACROSS, DOWN = 22.0, 14.0
"""Points of the shortest rule: longer than any stroke of a character (12 pt), shorter than the
narrowest column and about as high as the lowest row."""
SHORT, BENT = 90.0, 1.0
"""Points of the longest stroke that may be part of the ring of a seal (60 mm across, 4 pt thick),
and the pixels by which its sides leave a straight line then; those of rules leave it by 0.5."""
STUB = 30.0
"""Points; a stroke of a character (12) and what it runs into, a ring or a rule, are shorter."""
HELD = 2.5
"""Points between the end of a short rule and the middle of what it ends on; strokes of a seal end
anywhere in a row."""
THICK = 4.0
"""Points; a thicker bar is a picture or a black edge of the scan."""
NARROWEST = 100.0
"""Points across; the largest characters of a title are a quarter of that."""
SETTINGS = RuleSettings(snap=2.5, join=6.0, touch=5.0)
"""Wider than for drawn rules: a scan blurs, and leaves gaps in thin rules."""


CORE = 90
"""Percentile of the depths in a stroke: half its thickness, whatever part of it is level."""
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
    bent: the same for long strokes that are no rules, since they are curved or end in the open.
    squares: stamps whose strokes look like rules.
    """

    tables: list[list[Placed[Box]]]
    mask: Any
    bent: Any
    squares: tuple[Square, ...] = ()


def find_rulings(marks: Any, scale: float, rings: Sequence[Ring] = ()) -> Ruled:
    """The ruled tables of a page.

    Args:
        marks: ink of the straight page, see deskew.ink.
        scale: pixels per point.
        rings: seals on it, whose characters have strokes that may be no rules.
    """
    import cv2  # noqa: PLC0415 - part of the ocr extra
    import numpy as np  # noqa: PLC0415

    strokes = _Strokes(
        marks,
        np.asarray(cv2.distanceTransform(marks, cv2.DIST_L2, 3)),
        np.zeros_like(marks),
        np.zeros_like(marks),
    )
    for level in (True, False):
        _find_strokes(strokes, scale, level=level)
    mask, bent = strokes.mask, strokes.bent
    rules = rules_from(strokes.boxes, SETTINGS)
    if len(rules.across) + len(rules.down) > SETTINGS.max_rules:
        return Ruled([], np.zeros_like(mask), bent)
    across, down = _held(rules.across, rules.down), _held(rules.down, rules.across)
    free = [Box(r.start, r.at, r.end, r.at) for r in set(rules.across) - set(across)]
    free += [Box(r.at, r.start, r.at, r.end) for r in set(rules.down) - set(down)]
    thick = thick_strokes(strokes.thick, _usual(strokes.thick))
    stamps = joined([*find_squares(rules), *find_strokes([*thick, *free])])
    bare = without_squares(without_thick(Rules(across, down), thick), stamps)
    across, down = bare.across, bare.down
    for ring in rings:
        around = Rule(
            ring.y / scale, (ring.x - ring.radius) / scale, (ring.x + ring.radius) / scale
        )
        across = _without_strokes(across, around)
        around = Rule(
            ring.x / scale, (ring.y - ring.radius) / scale, (ring.y + ring.radius) / scale
        )
        down = _without_strokes(down, around)
    for rule in set(rules.across) - set(across):
        _draw(bent, (rule.start, rule.at), (rule.end, rule.at), scale)
    for rule in set(rules.down) - set(down):
        _draw(bent, (rule.at, rule.start), (rule.at, rule.end), scale)
    tables = [table for table in tables_from(Rules(across, down), SETTINGS) if _is_wide(table)]
    squares = tuple(Square(*(n * scale for n in (b.x0, b.top, b.x1, b.bottom))) for b in stamps)
    return Ruled(tables, mask & _walls(tables, marks.shape, scale), bent, squares)


@dataclass(slots=True)
class _Strokes:
    """Long level and upright strokes of a page.

    marks: its ink. deep: how far each pixel of it lies from paper. mask, bent: see Ruled. boxes:
    what may be rules, in points. thick: strokes that are straight, with their thickness in pixels.
    """

    marks: Any
    deep: Any
    mask: Any
    bent: Any
    boxes: list[tuple[Box, bool]] = field(default_factory=list)
    thick: list[tuple[Box, float]] = field(default_factory=list)


def _find_strokes(strokes: _Strokes, scale: float, *, level: bool) -> None:
    """Add the long strokes of one direction."""
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    marks = strokes.marks
    length = max(3, round((ACROSS if level else DOWN) * scale))
    kernel = np.ones((1, length) if level else (length, 1), np.uint8)
    # A rule that is off level by a pixel is still a rule: thicken before, thin out by length.
    thick = cv2.dilate(marks, np.ones((3, 1) if level else (1, 3), np.uint8))
    lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel)
    count, found, stats, centres = cv2.connectedComponentsWithStats(lines, connectivity=8)
    labels = np.asarray(found, dtype=np.intp)
    stats[0] = 0
    lengths = stats[:, cv2.CC_STAT_WIDTH if level else cv2.CC_STAT_HEIGHT]
    curved = np.zeros(count, np.uint8)
    for label in np.flatnonzero((lengths > 0) & (lengths <= SHORT * scale)).tolist():
        x, y, width, height, _ = stats[label].tolist()
        stroke = labels[y : y + height, x : x + width] == label
        curved[label] = 255 * (_bend(stroke if level else stroke.T) > BENT)
    if curved.any():
        curved[_chips(labels, curved[labels], lengths, scale)] = 255
        strokes.bent |= curved[labels]
    kept = np.zeros(count, np.uint8)
    for label in range(1, count):
        x, y, width, height, area = (int(n) for n in stats[label])
        if curved[label]:
            continue
        box = Box(x / scale, y / scale, (x + width) / scale, (y + height) / scale)
        part = (slice(y, y + height), slice(x, x + width))
        depths = strokes.deep[part][(labels[part] == label) & (marks[part] > 0)]
        if depths.size:
            strokes.thick.append((box, 2 * float(np.percentile(depths, CORE))))
        if area / int(lengths[label]) > THICK * scale + 2:
            continue
        kept[label] = 255
        at = float(centres[label][1 if level else 0]) / scale
        if level:
            strokes.boxes.append((Box(box.x0, at, box.x1, at), False))
        else:
            strokes.boxes.append((Box(at, box.top, at, box.bottom), False))
    strokes.mask |= kept[labels]


def _usual(strokes: Sequence[tuple[Box, float]]) -> float:
    """The thickness of most of the length of some strokes, pixels."""
    ordered = sorted(
        (thickness, max(box.x1 - box.x0, box.bottom - box.top)) for box, thickness in strokes
    )
    half = sum(length for _, length in ordered) / 2
    for thickness, length in ordered:
        half -= length
        if half <= 0:
            return thickness
    return 0.0


def _held(rules: Sequence[Rule], crossing: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules without short ones that end in the open, as a stroke that runs into a seal does."""
    near = HELD

    def is_held(rule: Rule, end: float) -> bool:
        if any(
            abs(other.at - end) <= near and other.start - near <= rule.at <= other.end + near
            for other in crossing
        ):
            return True
        # On the open side of a table several rules end together.
        ends = (abs(side - end) for other in rules for side in (other.start, other.end))
        return sum(away <= near for away in ends) > 1

    return tuple(
        rule
        for rule in rules
        if rule.end - rule.start > STUB or (is_held(rule, rule.start) and is_held(rule, rule.end))
    )


def _without_strokes(rules: Sequence[Rule], seal: Rule) -> tuple[Rule, ...]:
    """The rules without short ones on a seal that are in line with no other rule.

    Args:
        rules: of one direction.
        seal: its middle, and where it starts and ends along that direction.
    """
    radius = (seal.end - seal.start) / 2

    def is_stroke(rule: Rule) -> bool:
        return (
            rule.end - rule.start <= STUB
            and abs(rule.at - seal.at) <= radius
            and seal.start <= rule.start
            and rule.end <= seal.end
            and sum(other.at == rule.at for other in rules) == 1
        )

    return tuple(rule for rule in rules if not is_stroke(rule))


def _draw(mask: Any, start: tuple[float, float], end: tuple[float, float], scale: float) -> None:
    """A line between two places in points."""
    import cv2  # noqa: PLC0415

    first, last = ((round(x * scale), round(y * scale)) for x, y in (start, end))
    cv2.line(mask, first, last, (255,), 2)


def _bend(stroke: Any) -> float:
    """How far the sides of a level stroke leave a straight line, pixels (root of mean square).

    Long runs of pixels within a ring have a shape like a lens: one side is the arc, the other its
    chord, so that the middle of the stroke shows less of it than its sides do.
    """
    import numpy as np  # noqa: PLC0415

    columns = np.flatnonzero(stroke.any(axis=0))
    upper = stroke.argmax(axis=0)[columns]
    lower = stroke.shape[0] - stroke[::-1].argmax(axis=0)[columns]
    along = columns - columns.mean()
    sides = np.stack([upper, lower]) - np.stack([upper, lower]).mean(axis=1, keepdims=True)
    slopes = sides @ along / max(float(along @ along), 1.0)
    rests = sides - slopes[:, None] * along
    return float(np.sqrt((rests**2).mean(axis=1)).max())


def _chips(labels: Any, curved: Any, lengths: Any, scale: float) -> Any:
    """The short strokes of which most lies beside a curved one: chips of the same ring."""
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    side = 2 * round(THICK * scale) + 1
    near = cv2.dilate(curved, np.ones((side, side), np.uint8)) > 0
    beside = np.bincount(labels[near], minlength=len(lengths))
    whole = np.bincount(labels.ravel(), minlength=len(lengths))
    return (lengths > 0) & (lengths <= SHORT * scale) & (2 * beside > whole)


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
