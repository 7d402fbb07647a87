"""One page picture to the content that the PDF reader has for a page with a text layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from assets.layout.model import Box
from assets.layout.ocr.cells import (
    CellReading,
    Ink,
    TextBox,
    apart,
    cut_at_walls,
    has_words,
    ink_in,
    read_cells,
    without_specks,
)
from assets.layout.ocr.deskew import Tilt, ink, straightened, straightened_map, tilt_of
from assets.layout.ocr.engine import Area, Engine
from assets.layout.ocr.rulings import Ruled, find_rulings, rules_off, touching
from assets.layout.ocr.seals import MIXED, Ring, coloured_share, find_rings, hides, without_seals
from assets.layout.ocr.squares import Square
from assets.layout.parsers.pdf_page import CellText, PageTable, PageText
from assets.layout.parsers.pdf_rules import around
from assets.layout.parsers.pdf_text import Char, Line, TextSettings, line_text, lines_from
from assets.layout.parsers.spans import LONG_CELL, LONG_LONE_CELL, Placed, compact, linked_rows

TEXT = TextSettings()
EDGE = 1.0
"""Points inside the middle of a rule where the inside of a cell begins."""
GLYPH = 0.72
"""Height of the characters in their box, which is larger by a margin on each side."""
MIN_CELLS = 2
"""A net of one cell is a frame."""
MIN_NET = 4
"""Cells of the smallest table of a form; pictures of other things have a frame or two."""
POOR = 0.72
"""Mean score of a page's longer lines below which it may lie upside down (right way up: 0.9)."""
SAMPLE = 8
"""Lines that are read the other way up to find out."""
TOUCHED = 60
"""Pixels of ink that touch rules: a clean scan has 10, a ring that crosses rules over 150."""
STROKE = 10
"""Pixels of a curved stroke that make it part of a cell."""
BESIDE_RING = 2.0
"""Points around a ring in which its ink may lie."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What recognition saw on a page picture, in points of the upright page.

    turn: degrees clockwise by which the picture was turned to stand upright.
    """

    width: float
    height: float
    turn: int
    items: tuple[PageTable | PageText, ...]
    characters: int


def see_page(image: Any, scale: float, engine: Engine) -> Seen:
    """Tables and lines of a page picture.

    Args:
        image: picture, uint8, grey with shape (height, width) or RGB with (height, width, 3).
        scale: its pixels per point.
        engine: recognition.
    """
    image, colours = (image, None) if image.ndim == 2 else without_seals(image, scale)
    page, turn = _upright(image, colours, scale, engine)
    height, width = image.shape
    if turn in {90, 270}:
        height, width = width, height
    items = _items(page, scale, engine)
    count = sum(
        sum(not char.isspace() for char in cell.item.text)
        for item in items
        if isinstance(item, PageTable)
        for cell in item.cells
    ) + sum(len(line.chars) for item in items if isinstance(item, PageText) for line in item.lines)
    return Seen(width / scale, height / scale, turn, tuple(items), count)


def has_table(image: Any, scale: float) -> bool:
    """Whether a picture shows a net of rules: much cheaper than reading it.

    Args:
        image: see see_page.
        scale: its pixels per point.
    """
    grey = image if image.ndim == 2 else without_seals(image, scale)[0]
    straight, _ = straightened(grey, tilt_of(ink(grey)))
    return any(len(table) >= MIN_NET for table in find_rulings(ink(straight), scale).tables)


@dataclass(slots=True)
class _Page:
    """A straight page: picture and ink without rules and seals, tables, texts.

    beside: ink that touches rules. bent: long strokes that are no rules. rings: of seals that are
    in the picture, and square ones. colours: see seals.without_seals.
    """

    image: Any
    marks: Any
    beside: Any
    bent: Any
    rings: list[Ring | Square]
    colours: Any
    tilt: Tilt
    tables: list[list[Placed[Box]]]
    areas: list[Area]


def _upright(image: Any, colours: Any, scale: float, engine: Engine) -> tuple[_Page, int]:
    """The page straight and the right way up, and by how much it was turned."""
    import cv2  # noqa: PLC0415 - part of the ocr extra
    import numpy as np  # noqa: PLC0415

    def again(code: int) -> _Page:
        rotated = None if colours is None else cv2.rotate(colours, code)
        return _straight(cv2.rotate(image, code), rotated, scale, engine)

    page = _straight(image, colours, scale, engine)
    long = [a for a in page.areas if max(a.width, a.height) > 2.5 * min(a.width, a.height)]
    turn = 0
    if sum(area.height > area.width for area in long) > 0.6 * max(len(long), 1):
        turn = 90
        page = again(cv2.ROTATE_90_CLOCKWISE)
    # Lines of some characters tell best; long ones cost more and tell no more.
    sample = sorted(page.areas, key=lambda area: abs(area.width - 6 * area.height))[:SAMPLE]
    crops = [page.image[a.y0 : a.y1, a.x0 : a.x1] for a in sample]
    mine = [read.score for read in engine.read(crops)] if crops else []
    if mine and sum(mine) / len(mine) < POOR:
        flipped = [np.ascontiguousarray(piece[::-1, ::-1]) for piece in crops]
        # Digits turned by 180 degrees are digits again: only words say which way is up.
        theirs = [read.score for read in engine.read(flipped) if has_words(read.text)]
        if theirs and sum(theirs) / len(theirs) > max(POOR, sum(mine) / len(mine)):
            turn += 180
            page = again({180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}[turn])
    return page, turn


def _straight(image: Any, colours: Any, scale: float, engine: Engine) -> _Page:
    straight, tilt = straightened(image, tilt_of(ink(image)))
    if colours is not None:
        colours = straightened_map(colours, tilt)
    marks = ink(straight)
    ruled = find_rulings(marks, scale)
    rules, beside = rules_off(marks, ruled)
    rings = _rings(marks, ruled, rules, beside, scale)
    if rings:
        ruled = find_rulings(marks, scale, rings)
        rules, beside = rules_off(marks, ruled)
    clean = straight.copy()
    clean[rules] = 255
    marks[rules] = 0
    seals = [*rings, *ruled.squares]
    return _Page(
        clean, marks, beside, ruled.bent, seals, colours, tilt, ruled.tables, engine.find(clean)
    )


def _rings(marks: Any, ruled: Ruled, rules: Any, beside: Any, scale: float) -> list[Ring]:
    """Rings of seals that are still in the picture, looked for where a table may have one."""
    touched = int((beside > 0).sum())
    if not ruled.tables or not (ruled.bent.any() or touched >= TOUCHED):
        return []
    rest = marks.copy()
    rest[rules] = 0
    return find_rings(rest, scale)


def _items(page: _Page, scale: float, engine: Engine) -> list[PageTable | PageText]:
    tables = [table for table in page.tables if len(table) >= MIN_CELLS]
    cells = [cell for table in tables for cell in table]
    insides = [_inside(cell.item, scale) for cell in cells]
    pieces = cut_at_walls(page.areas, insides)
    heights = [area.height for area, _ in pieces]
    line = float(median(heights)) if heights else 12 * scale
    inks = _inks(page, [cell.item for cell in cells], scale, line)
    image = without_specks(page.image, inks, line)
    reads = engine.read([image[a.y0 : a.y1, a.x0 : a.x1] for a, _ in pieces])
    by_cell: list[list[TextBox]] = [[] for _ in cells]
    loose: list[TextBox] = []
    for (area, index), read in zip(pieces, reads, strict=True):
        if read.text.strip():
            (loose if index is None else by_cell[index]).append(TextBox(area, read))
    readings = read_cells(image, inks, insides, by_cell, line, engine)
    items: list[PageTable | PageText] = []
    start = 0
    for table in tables:
        found = readings[start : start + len(table)]
        start += len(table)
        items += _of_table(list(zip(table, found, strict=True)), page.tilt, scale, loose)
    tops = sorted(item.top for item in items)
    run: list[Line] = []
    for each in lines_from((c for box in loose for c in _chars(box, scale)), TEXT):
        if run and _between(tops, run[-1].box.top, each.box.top):
            items.append(PageText(tuple(run), run[0].box.top, 0))
            run = []
        run.append(each)
    if run:
        items.append(PageText(tuple(run), run[0].box.top, 0))
    return sorted(items, key=lambda item: item.top)


def _inks(page: _Page, boxes: Sequence[Box], scale: float, line: float) -> list[Ink]:
    """The ink of each cell, those that a seal may have changed marked."""
    insides = [_inside(box, scale) for box in boxes]
    inks: list[Ink] = []
    for box, inside in zip(boxes, insides, strict=True):
        found = ink_in(page.marks, inside, line)
        cut = touching(page.beside, page.marks, _whole(box, scale))
        near = found.area is None or any(not apart(piece, found.area, line) for piece in cut)
        # What touches a wall may have lost a part.
        inks.append(replace(found, is_faint=True) if cut and near else found)
    shares = [0.0] * len(boxes)
    if page.colours is not None:
        shares = [coloured_share(page.colours, page.marks, inside) for inside in insides]
    short = [
        share
        for share, found in zip(shares, inks, strict=True)
        if found.area is not None and found.area.height <= line
    ]
    # Print may be coloured as a whole (its edges are pale); coloured ink amid black is a mark.
    pure = 0.5 if short and median(short) > 0.5 else 2.0
    return [
        replace(found, is_stamped=True)
        if MIXED < share < pure or _is_stamped(page, inside, found, scale, line)
        else found
        for found, inside, share in zip(inks, insides, shares, strict=True)
    ]


def _is_stamped(page: _Page, inside: Area, found: Ink, scale: float, line: float) -> bool:
    """Whether a seal lies on a cell, or close to what stands in it."""
    if any(ring.reaches(inside, BESIDE_RING * scale) for ring in page.rings):
        return True
    bent = page.bent[inside.y0 : inside.y1, inside.x0 : inside.x1]
    if int((bent > 0).sum()) >= STROKE:
        return True
    return page.colours is not None and hides(page.colours, inside, found.area, line)


def _whole(box: Box, scale: float) -> Area:
    """A cell up to the middle of its walls."""
    return Area(*(round(edge * scale) for edge in (box.x0, box.top, box.x1, box.bottom)))


def _between(tops: Sequence[float], above: float, below: float) -> bool:
    return any(above < top <= below for top in tops)


def _inside(box: Box, scale: float) -> Area:
    return Area(
        round((box.x0 + EDGE) * scale),
        round((box.top + EDGE) * scale),
        max(round((box.x0 + EDGE) * scale) + 1, round((box.x1 - EDGE) * scale)),
        max(round((box.top + EDGE) * scale) + 1, round((box.bottom - EDGE) * scale)),
    )


def _of_table(
    cells: list[tuple[Placed[Box], CellReading]],
    tilt: Tilt,
    scale: float,
    loose: list[TextBox],
) -> list[PageTable]:
    """The rows of a net as tables; rows that hold prose give their lines to the page."""
    readings = {(cell.row, cell.col): reading for cell, reading in cells}
    tables: list[PageTable] = []
    run: list[Placed[Box]] = []

    def close() -> None:
        if run:
            tables.append(_table(run, readings, tilt, scale))
            run.clear()

    for rows in linked_rows(sorted((c for c, _ in cells), key=lambda c: (c.row, c.col))):
        lengths = [
            sum(len(box.read.text) for box in readings[cell.row, cell.col].boxes) for cell in rows
        ]
        filled = sum(length > 0 for length in lengths)
        longest = max(lengths, default=0)
        if longest > LONG_CELL or (filled == 1 and longest > LONG_LONE_CELL):
            close()
            for cell in rows:
                loose.extend(readings[cell.row, cell.col].boxes)
        else:
            run.extend(rows)
    close()
    return tables


def _table(
    run: Sequence[Placed[Box]],
    readings: dict[tuple[int, int], CellReading],
    tilt: Tilt,
    scale: float,
) -> PageTable:
    # Compaction numbers rows anew, so each cell carries its reading along.
    paired = [
        Placed(c.row, c.col, c.row_span, c.col_span, (c.item, readings[c.row, c.col])) for c in run
    ]
    cells = []
    for cell in compact(paired):
        box, reading = cell.item
        text = reading.text
        if text is None:
            lines = lines_from((c for piece in reading.boxes for c in _chars(piece, scale)), TEXT)
            text = "\n".join(line_text(each, TEXT) for each in lines)
        place = _as_printed(box, tilt, scale)
        item = CellText(text, place, reading.other, round(reading.confidence, 4))
        cells.append(Placed(cell.row, cell.col, cell.row_span, cell.col_span, item))
    return PageTable(tuple(cells), around(cell.item for cell in run).top)


def _as_printed(box: Box, tilt: Tilt, scale: float) -> Box:
    """Where a cell of the straight page lies on the page as it came."""
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    there = tilt.original(x * scale, y * scale)
    dx, dy = there[0] / scale - x, there[1] / scale - y
    return Box(box.x0 + dx, box.top + dy, box.x1 + dx, box.bottom + dy)


def _chars(box: TextBox, scale: float) -> list[Char]:
    """The characters of a text piece, each in its share of the width."""
    area = box.area
    margin = (1 - GLYPH) / 2 * area.height
    top, bottom = (area.y0 + margin) / scale, (area.y1 - margin) / scale
    left, right = (area.x0 + margin) / scale, (area.x1 - margin) / scale
    text = box.read.text
    step = (right - left) / max(len(text), 1)
    return [
        Char(
            sign,
            left + at * step,
            top,
            left + (at + 1) * step,
            bottom,
            bottom,
            bottom - top,
            "",
        )
        for at, sign in enumerate(text)
    ]
