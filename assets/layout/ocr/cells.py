"""Text boxes of a page to the cells of its tables, and small cells read a second time.

The first reading finds text on the whole page and reads each box, cut at the walls of cells.
The second cuts what ink it finds in a cell, without looking at boxes, and reads that. Where the
two agree the cell is sure; where they do not, both go on and a person is asked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from assets.layout.ocr.engine import Area, Engine, Read
from assets.layout.ocr.shape import Shape, contradicts, shape_of
from assets.layout.ocr.strokes import (
    BACKSLASH,
    DASHES,
    ONE,
    SLASH,
    is_dash,
    is_like,
    may_be_one,
    strokes_in,
)

UNREADABLE = "\ufffd"
"""Stands for ink in which no character was recognised."""
SHORT = 14
"""Characters of the longest value (123,456.78万元 and its like); longer texts are labels."""
MIN_INK = 0.15
"""Of the height of a line (2.4 pt): specks are smaller, signs and digits higher or wider."""
MIN_DASH = 0.1
"""Of the height of a line: the shortest minus."""
WALL = 0.12
"""Of the height of a line: what is left of a wall is at most so thick."""
DIGIT_LOW, DIGIT_HIGH = 0.4, 0.95
"""Heights of a line between which a piece along a wall may be a digit that touches it."""
POOR = 0.6
"""A cell of several lines that was read worse is read again line by line."""
ROW_OVERLAP = 0.05
"""Of the height of a line, by which pieces of one line overlap at least."""
ONE_LINE = 0.95
"""Heights of a text box that ink of one line does not exceed; that of two lines is 1.3."""
APART = 0.1
"""Of the height of a line: a speck so far from all other ink is no part of a character."""
MIN_SHARE = 0.2
"""Share of a text box that must lie in a cell for its part to be read there."""
POINT_GAP = 0.12
"""Of the height of a line: digits beside a point are so far apart, others a third of that."""
ZEROS = frozenset("oOQ○〇。°º˚óòöôσО")
"""What a lone zero is taken for when nothing beside it shows its height."""
SURE, SURE_SHAPE = 0.85, 0.4
"""Two crops of the same ink count as two readings only when each character is this sure; the
second where they read a number and the ink has its shape."""
UNFIT = 0.5
"""Confidence of a number that the shape of the ink contradicts, of a blank cell in which there
may be ink, and of a cell under a seal."""
MIN_HOLE = 3
"""Pixels; smaller holes are noise within a stroke."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """A recognised piece of a line."""

    area: Area
    read: Read


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell prints: `boxes` of the text, `text` by the second reading where there is one.

    Attributes:
        boxes: pieces of the first reading in the cell.
        text: what stands in the cell when it is not what `boxes` say; None to take the boxes.
        other: the other reading; None where the cell was read once.
        confidence: of the least sure character, 0 to 1; 1 for a cell without ink.
    """

    boxes: tuple[TextBox, ...]
    text: str | None
    other: str | None
    confidence: float


def cut_at_walls(boxes: Iterable[Area], cells: Sequence[Area]) -> list[tuple[Area, int | None]]:
    """Text boxes cut where they run over several cells, each with the index of its cell.

    A sliver in a neighbour is no text of its own: boxes are larger than their text.
    """
    out: list[tuple[Area, int | None]] = []
    for box in boxes:
        middle = (box.y0 + box.y1) / 2
        parts: list[tuple[Area, int]] = []
        for index, cell in enumerate(cells):
            x0, x1 = max(box.x0, cell.x0), min(box.x1, cell.x1)
            y0, y1 = max(box.y0, cell.y0), min(box.y1, cell.y1)
            inside = cell.y0 <= middle < cell.y1 or (y1 - y0) > 0.6 * box.height
            if x1 > x0 and inside and x1 - x0 >= min(MIN_SHARE * box.width, 0.6 * box.height):
                parts.append((Area(x0, max(y0, 0), x1, y1), index))
        out.extend(parts or [(box, None)])
    return out


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink in a cell: `area` around all that is larger than a speck, None for a blank cell.

    `pieces` are the parts of the ink from left to right, `specks` the small ones that stand
    nowhere where a decimal point or comma could. `shape` says what number the ink can be,
    `strokes` is set where it is nothing but dashes or slashes, with `may_be_one` where a dash may
    also be the numeral 一. `is_faint` says that there may be more: something that is neither ink
    nor certainly a speck or a piece of a wall, or ink that reaches a wall and was cut there.
    `is_stamped` is set where a seal may have added to the ink or have hidden some.
    """

    area: Area | None
    specks: tuple[Area, ...] = ()
    pieces: tuple[Area, ...] = ()
    shape: Shape | None = None
    strokes: str | None = None
    may_be_one: bool = False
    is_faint: bool = False
    is_stamped: bool = False


def ink_in(marks: Any, cell: Area, line: float) -> Ink:
    """What a cell holds.

    Args:
        marks: ink of the page without its rules.
        cell: inside of the cell.
        line: usual height of a text box on the page, pixels.
    """
    import cv2  # noqa: PLC0415 - part of the ocr extra

    inside = marks[cell.y0 : cell.y1, cell.x0 : cell.x1]
    if inside.size == 0:
        return Ink(None)
    count, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    kept: list[Area] = []
    small: list[Area] = []
    stuck: list[Area] = []
    for x, y, width, height, _ in (tuple(int(n) for n in row) for row in stats[1:count]):
        piece = Area(cell.x0 + x, cell.y0 + y, cell.x0 + x + width, cell.y0 + y + height)
        wide = width >= MIN_DASH * line and is_dash(piece, line)
        if _is_of_wall(piece, cell, line):
            if DIGIT_LOW * line <= height <= DIGIT_HIGH * line:
                stuck.append(piece)
        elif wide or max(width, height) >= MIN_INK * line:
            kept.append(piece)
            continue
        small.append(piece)
    kept.sort(key=lambda piece: piece.x0)
    if not kept:
        return Ink(None, tuple(small), is_faint=bool(stuck))
    area = Area(
        min(piece.x0 for piece in kept),
        min(piece.y0 for piece in kept),
        max(piece.x1 for piece in kept),
        max(piece.y1 for piece in kept),
    )
    runs: list[tuple[int, int]] = []
    for piece in kept:
        if runs and piece.x0 < runs[-1][1]:
            runs[-1] = runs[-1][0], max(runs[-1][1], piece.x1)
        else:
            runs.append((piece.x0, piece.x1))
    points = [piece for piece in small if _may_be_point(piece, area, runs, line)]
    return Ink(
        area,
        tuple(piece for piece in small if piece not in points),
        tuple(kept),
        shape_of(kept, _holes(marks, area), bool(points)),
        strokes := strokes_in(marks, kept, line),
        strokes is not None and may_be_one(strokes, kept, line),
        any(not apart(piece, area, line) for piece in stuck),
    )


def _is_of_wall(piece: Area, cell: Area, line: float) -> bool:
    """Whether a piece is what is left of a wall: thin, and lying along it."""
    thick = WALL * line
    if piece.width <= thick and piece.height > piece.width:
        return piece.x0 <= cell.x0 + 1 or piece.x1 >= cell.x1 - 1
    return piece.height <= thick and (piece.y0 <= cell.y0 + 1 or piece.y1 >= cell.y1 - 1)


def _holes(marks: Any, area: Area) -> int:
    """How many pieces of paper ink encloses."""
    import cv2  # noqa: PLC0415

    inside = marks[area.y0 : area.y1, area.x0 : area.x1]
    paper = cv2.copyMakeBorder(255 - inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(255,))
    count, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    # The paper around the ink is the piece that starts in the corner.
    return sum(int(size) >= MIN_HOLE for x, y, _, _, size in stats[1:count] if x or y)


def _may_be_point(piece: Area, area: Area, runs: Sequence[tuple[int, int]], line: float) -> bool:
    """Whether a small piece stands at the foot of a gap that is wide enough for a point."""
    at_foot = abs(piece.y1 - area.y1) <= 0.2 * line
    return at_foot and any(
        left[1] <= piece.x0 and piece.x1 <= right[0] and right[0] - left[1] >= POINT_GAP * line
        for left, right in pairwise(runs)
    )


def crop(image: Any, area: Area, pad: float) -> Any:
    """A rectangle of a picture with white around it.

    Args:
        image: grey picture.
        area: what to cut out.
        pad: white on each side as a share of the height.
    """
    import cv2  # noqa: PLC0415

    margin = max(2, round(pad * area.height))
    inside = image[area.y0 : area.y1, area.x0 : area.x1]
    return cv2.copyMakeBorder(
        inside, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(255,)
    )


def without_specks(image: Any, inks: Iterable[Ink], line: float) -> Any:
    """The picture with specks made white, those that touch the frame of other ink left alone."""
    clean = image.copy()
    for ink in inks:
        for speck in ink.specks:
            if ink.area is None or apart(speck, ink.area, APART * line):
                clean[max(0, speck.y0 - 1) : speck.y1 + 1, max(0, speck.x0 - 1) : speck.x1 + 1] = (
                    255
                )
    return clean


def apart(one: Area, other: Area, distance: float) -> bool:
    """Whether two rectangles are more than so many pixels from each other."""
    return (
        one.x1 + distance < other.x0
        or one.x0 - distance > other.x1
        or one.y1 + distance < other.y0
        or one.y0 - distance > other.y1
    )


def read_cells(
    image: Any,
    inks: Sequence[Ink],
    cells: Sequence[Area],
    boxes: Sequence[Sequence[TextBox]],
    line: float,
    engine: Engine,
) -> list[CellReading]:
    """What each cell prints, small cells read again from their own ink.

    Args:
        image: straight grey page without rules and specks.
        inks: what ink each cell holds.
        cells: insides of the cells.
        boxes: first reading, pieces per cell.
        line: usual height of a text box, pixels.
        engine: recognition.
    """
    again = [i for i, ink in enumerate(inks) if _is_value_like(ink, boxes[i], line)]
    areas = [_wider(inks[i].area, cells[i], line) for i in again]
    cleaned = image.copy()
    for i in again:
        for speck in inks[i].specks:
            cleaned[speck.y0 : speck.y1, speck.x0 : speck.x1] = 255
    tight = engine.read([crop(cleaned, area, 0.12) for area in areas])
    # A box that was found is one reading; where none was, a crop in another size is. Strokes need
    # each chance to be seen as what they are.
    missed = [at for at, i in enumerate(again) if not boxes[i] or inks[i].strokes]
    loose = dict(
        zip(
            missed,
            engine.read([crop(cleaned, areas[at], 0.45) for at in missed]) if missed else (),
            strict=True,
        )
    )
    out = [_once(boxes[i], inks[i]) for i in range(len(cells))]
    for at, i in enumerate(again):
        out[i] = _compared(boxes[i], inks[i], tight[at], loose.get(at))
    poor = [
        i
        for i in set(range(len(cells))) - set(again)
        if inks[i].area is not None and out[i].confidence < POOR
    ]
    rows = [(i, row) for i in poor for row in _rows(inks[i], line)]
    by_rows: dict[int, list[Read]] = {}
    reads = engine.read([crop(image, row, 0.12) for _, row in rows]) if rows else []
    for (i, _), read in zip(rows, reads, strict=True):
        by_rows.setdefault(i, []).append(read)
    for i, parts in by_rows.items():
        score = min(part.score for part in parts)
        if score > out[i].confidence:
            text = "\n".join(part.text for part in parts)
            out[i] = CellReading(tuple(boxes[i]), text, None, score)
    for i in set(range(len(cells))) - set(again):
        if is_value(plain(_text_of(out[i]))):
            # More ink than a value has: nothing says that all of it was read.
            out[i] = replace(out[i], confidence=min(UNFIT, out[i].confidence))
    # Two readings of what a seal left over agree on what it hides.
    return [
        replace(reading, other=None, confidence=min(UNFIT, reading.confidence))
        if ink.is_stamped
        else reading
        for reading, ink in zip(out, inks, strict=True)
    ]


def _rows(ink: Ink, line: float) -> list[Area]:
    """The lines of a cell by its ink: pieces that overlap in height stand in one line.

    Text boxes of neighbouring cells may run together; ink does not.
    """
    rows: list[Area] = []
    for piece in sorted(ink.pieces, key=lambda piece: piece.y0):
        if rows and piece.y0 < rows[-1].y1 - ROW_OVERLAP * line:
            last = rows[-1]
            rows[-1] = Area(
                min(last.x0, piece.x0), last.y0, max(last.x1, piece.x1), max(last.y1, piece.y1)
            )
        else:
            rows.append(piece)
    return rows


def _is_value_like(ink: Ink, boxes: Sequence[TextBox], line: float) -> bool:
    """One line of ink that is short enough for a value."""
    if ink.area is None or ink.area.height > ONE_LINE * line:
        return False
    return sum(len(box.read.text) for box in boxes) <= SHORT


def _wider(area: Area | None, cell: Area, line: float) -> Area:
    """The ink with the paper around it that belongs to its cell, so that no stroke is cut."""
    assert area is not None
    margin = round(0.12 * line)
    high = max(0, round((0.75 * line - area.height) / 2))  # a dash keeps the height of its line
    return Area(
        max(cell.x0, area.x0 - margin),
        max(cell.y0, area.y0 - max(margin, high)),
        min(cell.x1, area.x1 + margin),
        min(cell.y1, area.y1 + max(margin, high)),
    )


def _once(boxes: Sequence[TextBox], ink: Ink) -> CellReading:
    if not boxes:
        if ink.area is None:
            return CellReading((), "", None, UNFIT if ink.is_faint else 1.0)
        return CellReading((), UNREADABLE, None, 0.0)
    return CellReading(tuple(boxes), None, None, min(box.read.score for box in boxes))


def _compared(boxes: Sequence[TextBox], ink: Ink, tight: Read, loose: Read | None) -> CellReading:
    """The readings of a cell put side by side, and beside the shape of its ink."""
    found = _strokes(boxes, ink, tight, loose) or _agreed(boxes, ink, tight, loose)
    text = _text_of(found)
    if plain(text) in DASHES and ink.strokes is None:
        # Bars that are no even dash: a numeral, or a dash with something beside it.
        return CellReading((), text, "—" if plain(text) == ONE else ONE, found.confidence)
    fits = ink.shape is None or not contradicts(ink.shape, plain(text))
    if plain(text) != plain(found.other or "") or (fits and not ink.is_faint):
        return found
    return CellReading(found.boxes, found.text, None, min(UNFIT, found.confidence))


def _text_of(reading: CellReading) -> str:
    return reading.text if reading.text is not None else _joined(reading.boxes)


def _joined(boxes: Sequence[TextBox]) -> str:
    return "".join(box.read.text for box in sorted(boxes, key=lambda box: box.area.x0))


def _strokes(
    boxes: Sequence[TextBox], ink: Ink, tight: Read, loose: Read | None
) -> CellReading | None:
    """A cell of dashes or slashes, sure where one of the readings sees such signs, too."""
    strokes = ink.strokes
    if strokes is None:
        return None
    reads = [Read(_joined(boxes), min((box.read.score for box in boxes), default=0.0)), tight]
    reads += [] if loose is None else [loose]
    like = [read.score for read in reads if is_like(plain(read.text), strokes)]
    if ink.may_be_one:
        return CellReading((), strokes, ONE, max(like, default=0.0))
    if like or strokes[0] in (SLASH, BACKSLASH):
        return CellReading((), strokes, strokes, max(like, default=SURE))
    return CellReading((), strokes, plain(reads[0].text or tight.text), 0.0)


def _agreed(boxes: Sequence[TextBox], ink: Ink, tight: Read, loose: Read | None) -> CellReading:
    """Two readings of a cell."""
    by_box = _joined(boxes)
    if by_box.strip():
        second = _zero(tight.text)
        first, score = _zero(by_box), min(box.read.score for box in boxes)
        if ink.specks and plain(first).strip(".·'`,") == plain(second):
            first = second  # the dot beside it is a speck
        text = first if first != by_box else None
        if plain(first) == plain(second):
            return CellReading(tuple(boxes), text, second, max(score, tight.score))
        # A label keeps what the boxes say: in it, small marks are no specks.
        is_label = has_words(by_box) and score >= POOR
        if tight.score > score and second.strip() and not is_label:
            return CellReading(tuple(boxes), second, first, min(score, tight.score))
        return CellReading(tuple(boxes), text, second, min(score, tight.score))
    second = loose or Read("", 0.0)
    texts = _zero(tight.text), _zero(second.text)
    sure = min(tight.score, second.score)
    if not texts[0].strip():
        return CellReading((), texts[1] or UNREADABLE, "", 0.0)
    # Two crops of the same ink err alike more often than box and crop do.
    text = plain(texts[0])
    has_shape = ink.shape is not None and text.isdigit() and not contradicts(ink.shape, text)
    if text == plain(texts[1]) and sure < (SURE_SHAPE if has_shape else SURE):
        return CellReading((), texts[0], "", sure)
    return CellReading((), *texts, sure)


def _zero(text: str) -> str:
    """A reading of one round sign alone is a zero; beside others its size would tell."""
    return "0" if text.strip() in ZEROS else text


def is_value(text: str) -> bool:
    """Whether a text may be the value of a cell: short, with digits or nothing but signs."""
    signs = text and not (has_words(text) and text != ONE)
    return len(text) <= SHORT and bool(signs or any(sign.isdigit() for sign in text))


def has_words(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def plain(text: str) -> str:
    """A text as it is compared: full-width forms and white space do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())
