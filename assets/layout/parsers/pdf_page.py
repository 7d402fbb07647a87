"""One PDF page: its characters and rules upright, its tables, and the text around them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.layout.model import Box
from assets.layout.parsers.pdf_rules import (
    RuleSettings,
    around,
    rules_from,
    tables_from,
)
from assets.layout.parsers.pdf_text import (
    Char,
    Line,
    TextSettings,
    line_text,
    lines_from,
    numbers_across,
)
from assets.layout.parsers.spans import Placed, compact, linked_rows


@dataclass(frozen=True, slots=True)
class PageSettings:
    """All knobs of reading a page, with their reasons beside them."""

    rules: RuleSettings = field(default_factory=RuleSettings)
    text: TextSettings = field(default_factory=TextSettings)
    long_cell: int = 300
    """Characters above which a cell holds prose: a page frame or a boxed letter, not a table."""
    long_lone_cell: int = 120
    """The same for a cell that is the only filled one of its row."""
    min_text: int = 6
    """Fewer characters beside a picture are a stamped page number: the page is a picture."""
    max_nested_forms: int = 20
    """Forms drawn inside forms, as deep as they are followed."""


@dataclass(frozen=True, slots=True)
class PageTable:
    """Rows of one table on one page; boxes as the page is displayed."""

    cells: tuple[Placed[tuple[str, Box]], ...]
    top: float


@dataclass(frozen=True, slots=True)
class PageText:
    """Lines of one region: the page outside its tables, or one cell that holds prose."""

    lines: tuple[Line, ...]
    top: float
    region: int


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page holds, from top to bottom, in upright coordinates (see `turn`).

    `turn` says by how many degrees clockwise the content was turned to stand upright;
    `has_text` is false for pictures and blank pages; `unreadable` counts characters without a
    Unicode value.
    """

    number: int
    width: float
    height: float
    turn: int
    items: tuple[PageTable | PageText, ...]
    has_text: bool
    characters: int
    unreadable: int
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Drawn:
    """Raw objects of a page, gathered from nested forms."""

    chars: list[Any]
    shapes: list[Any]
    image_area: float = 0.0
    slanted: int = 0


def read_page(page: Any, settings: PageSettings) -> PageContent:
    """The content of a pdfplumber page."""
    layout = page.layout
    number = int(page.page_number)
    width, height = float(layout.width), float(layout.height)
    drawn = _gather(layout, settings.max_nested_forms)
    turn = _turn(drawn.chars)
    chars, unreadable = _chars(drawn.chars, width, height, turn)
    visible = sum(not char.text.isspace() for char in chars)
    notes: list[str] = []
    if drawn.slanted:
        notes.append(f"page {number}: {drawn.slanted} slanted characters (a watermark) left out")
    if unreadable:
        notes.append(f"page {number}: {unreadable} characters have no readable code")
    has_text = visible >= (settings.min_text if drawn.image_area else 1)
    if not has_text:
        kind = "pictures" if drawn.image_area else "blank paper or drawings"
        notes.append(f"page {number} has no text layer, only {kind}")
    elif drawn.image_area > 0.8 * width * height:
        notes.append(f"page {number} is a picture with a text layer, probably made by OCR")
    boxes = [
        (_turned(box, width, height, turn), stroked)
        for box, stroked in _shapes(drawn.shapes, height, settings.rules)
    ]
    items, more = _items(chars, boxes, number, settings)
    if turn in {90, 270}:
        width, height = height, width
    return PageContent(
        number,
        width,
        height,
        turn,
        tuple(items),
        has_text,
        visible,
        unreadable,
        (*notes, *more),
    )


def _gather(layout: Any, depth: int) -> _Drawn:
    from pdfminer.layout import (  # noqa: PLC0415 - only when a PDF is read
        LTChar,
        LTCurve,
        LTFigure,
        LTImage,
    )

    drawn = _Drawn([], [])
    stack = [(layout, depth)]
    while stack:
        container, left = stack.pop()
        inner = []
        for item in container:
            if isinstance(item, LTChar):
                a, b = item.matrix[:2]
                if abs(b) > 0.05 * abs(a) and abs(a) > 0.05 * abs(b):
                    drawn.slanted += not item.get_text().isspace()
                    continue
                drawn.chars.append(item)
            elif isinstance(item, LTCurve):
                drawn.shapes.append(item)
            elif isinstance(item, LTImage):
                drawn.image_area += max(item.width, 0) * max(item.height, 0)
            elif isinstance(item, LTFigure) and left:
                inner.append((item, left - 1))
        stack.extend(reversed(inner))
    return drawn


def _turn(chars: Iterable[Any]) -> int:
    """Degrees clockwise that make most characters upright."""
    votes: Counter[int] = Counter()
    for char in chars:
        a, b = char.matrix[:2]
        votes[(0 if a > 0 else 180) if abs(a) >= abs(b) else (90 if b > 0 else 270)] += 1
    return votes.most_common(1)[0][0] if votes else 0


def _chars(raw: Iterable[Any], width: float, height: float, turn: int) -> tuple[list[Char], int]:
    """Characters in content order, upright, those outside the page left out."""
    chars: list[Char] = []
    unreadable = 0
    for item in raw:
        text = item.get_text()
        if not text or text == "\0":
            continue
        if text.startswith("(cid:"):
            text = "\ufffd"
            unreadable += 1
        x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
        if not (0 <= x <= width and 0 <= y <= height):
            continue
        origin_x, origin_y = item.matrix[4:6]
        at = Box(origin_x, height - origin_y, origin_x, height - origin_y)
        box = _turned(
            Box(item.x0, height - item.y1, item.x1, height - item.y0), width, height, turn
        )
        baseline = _turned(at, width, height, turn).top
        if not box.top - 1 <= baseline <= box.bottom + 1:
            baseline = box.bottom
        chars.append(
            Char(
                text,
                box.x0,
                box.top,
                box.x1,
                box.bottom,
                baseline,
                max(float(item.size), 1.0),
                str(item.fontname),
            )
        )
    return chars, unreadable


def _turned(box: Box, width: float, height: float, turn: int) -> Box:
    """A box after turning the page of the given (unturned) size clockwise."""
    if turn == 90:
        return Box(height - box.bottom, box.x0, height - box.top, box.x1)
    if turn == 180:
        return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
    if turn == 270:
        return Box(box.top, width - box.x1, box.bottom, width - box.x0)
    return box


def displayed(box: Box, page: PageContent) -> Box:
    """A box of upright coordinates where it stands on the page as displayed."""
    return _turned(box, page.width, page.height, (360 - page.turn) % 360)


def _shapes(
    shapes: Iterable[Any], height: float, settings: RuleSettings
) -> Iterator[tuple[Box, bool]]:
    """Bounding boxes of what can be a rule, with whether the outline is drawn."""
    for shape in shapes:
        stroked = bool(shape.stroke) and not _is_white(shape.stroking_color)
        filled = bool(shape.fill) and not _is_white(shape.non_stroking_color)
        if not stroked and not filled:
            continue
        box = Box(shape.x0, height - shape.y1, shape.x1, height - shape.y0)
        thin = min(box.x1 - box.x0, box.bottom - box.top) <= settings.thickness
        is_rectangle = type(shape).__name__ == "LTRect"
        if thin or is_rectangle:
            yield box, stroked
        elif stroked:
            # A path of several straight strokes, such as a whole frame drawn in one go.
            for (x0, y0), (x1, y1) in zip(shape.pts[:-1], shape.pts[1:], strict=True):
                if min(abs(x0 - x1), abs(y0 - y1)) < 0.5:
                    yield (
                        Box(min(x0, x1), height - max(y0, y1), max(x0, x1), height - min(y0, y1)),
                        True,
                    )


def _is_white(color: Any) -> bool:
    """RGB or CMYK white. One-component colours may be tints, where 1 is black, and are drawn."""
    if not isinstance(color, (tuple, list)) or not all(isinstance(c, (int, float)) for c in color):
        return False
    if len(color) == 3:
        return min(color) >= 0.99
    return len(color) == 4 and max(color) <= 0.01


def _items(
    chars: Sequence[Char],
    boxes: list[tuple[Box, bool]],
    number: int,
    settings: PageSettings,
) -> tuple[list[PageTable | PageText], list[str]]:
    notes: list[str] = []
    rules = rules_from(boxes, settings.rules)
    nets: list[list[Placed[Box]]] = []
    if len(rules.across) + len(rules.down) > settings.rules.max_rules:
        notes.append(f"page {number}: too many lines for a table, read as text only")
    else:
        nets = tables_from(rules, settings.rules)
    free = set(range(len(chars)))
    runs = numbers_across(chars, settings.text)
    items: list[PageTable | PageText] = []
    regions = 0
    for net in nets:
        held = _held(chars, free, runs, net)
        cells = compact(
            Placed(cell.row, cell.col, cell.row_span, cell.col_span, (cell.item, indexes))
            for cell, indexes in zip(net, held, strict=True)
        )
        if len({cell.col for cell in cells}) < 2:
            continue
        run: list[Placed[tuple[Box, list[int]]]] = []
        for rows in [*linked_rows(cells), []]:
            prose = _prose(rows, chars, settings)
            if rows and prose is None:
                run += rows
                continue
            if any(index for cell in run for index in cell.item[1]):
                items.append(_table(run, chars, settings.text))
                free -= {index for cell in run for index in cell.item[1]}
            run = []
            for indexes in prose or ():
                regions += 1
                lines = lines_from((chars[i] for i in indexes), settings.text)
                free -= set(indexes)
                if lines:
                    items.append(PageText(tuple(lines), lines[0].box.top, regions))
    items.extend(_outside([chars[i] for i in sorted(free)], items, settings.text))
    items.sort(key=lambda item: item.top)
    return items, notes


def _held(
    chars: Sequence[Char], free: set[int], runs: list[list[int]], net: list[Placed[Box]]
) -> list[list[int]]:
    """Per cell the indexes of the free characters whose middle lies in it."""
    ys = sorted({y for cell in net for y in (cell.item.top, cell.item.bottom)})
    xs = sorted({x for cell in net for x in (cell.item.x0, cell.item.x1)})
    owner: dict[tuple[int, int], int] = {}
    for index, cell in enumerate(net):
        for y in range(ys.index(cell.item.top), ys.index(cell.item.bottom)):
            for x in range(xs.index(cell.item.x0), xs.index(cell.item.x1)):
                owner[y, x] = index
    home: dict[int, int] = {}
    for index in free:
        x, y = chars[index].middle
        cell = owner.get((bisect_right(ys, y) - 1, bisect_right(xs, x) - 1))
        if cell is not None:
            home[index] = cell
    for run in runs:
        # A number too wide for its cell sticks out over the rule; it still is one number.
        homes = Counter(home[index] for index in run if index in home)
        if len(homes) > 1:
            home.update(dict.fromkeys(run, homes.most_common(1)[0][0]))
    held: list[list[int]] = [[] for _ in net]
    for index, cell in sorted(home.items()):
        held[cell].append(index)
    return held


def _prose(
    rows: Sequence[Placed[tuple[Box, list[int]]]], chars: Sequence[Char], settings: PageSettings
) -> list[list[int]] | None:
    """Characters of each cell where the rows hold prose, not data; else None.

    A cell alone in its row gives no region of its own: its lines belong to the page.
    """
    filled = [
        cell.item[1] for cell in rows if any(not chars[i].text.isspace() for i in cell.item[1])
    ]
    longest = max(map(len, filled), default=0)
    if longest > settings.long_cell or (len(filled) == 1 and longest > settings.long_lone_cell):
        return filled if len(filled) > 1 else []
    return None


def _table(
    run: list[Placed[tuple[Box, list[int]]]], chars: Sequence[Char], settings: TextSettings
) -> PageTable:
    cells = []
    for cell in compact(run):
        box, indexes = cell.item
        lines = lines_from((chars[i] for i in indexes), settings)
        text = "\n".join(line_text(line, settings) for line in lines)
        cells.append(Placed(cell.row, cell.col, cell.row_span, cell.col_span, (text, box)))
    return PageTable(tuple(cells), around(cell.item[1] for cell in cells).top)


def _outside(
    chars: list[Char], items: list[PageTable | PageText], settings: TextSettings
) -> Iterator[PageText]:
    """The lines outside tables, in runs that no table or prose cell interrupts."""
    tops = sorted(item.top for item in items)
    run: list[Line] = []
    for line in lines_from(chars, settings):
        if run and bisect_right(tops, run[-1].box.top) != bisect_right(tops, line.box.top):
            yield PageText(tuple(run), run[0].box.top, 0)
            run = []
        run.append(line)
    if run:
        yield PageText(tuple(run), run[0].box.top, 0)
