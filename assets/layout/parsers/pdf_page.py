"""One PDF page: its characters and rules upright, its tables, and the text around them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assets.layout.model import Box
from assets.layout.parsers.base import uncollected
from assets.layout.parsers.pdf_cells import Held, held_by
from assets.layout.parsers.pdf_doubt import PageDoubts, read_cell
from assets.layout.parsers.pdf_drawn import DrawnPage, turned
from assets.layout.parsers.pdf_loose import loose_lines
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


class CellText(NamedTuple):
    """What a cell prints and where; `other` is what a second reading found, if there was one.

    `confidence` is that of character recognition, None for characters of a text layer.
    """

    text: str
    box: Box
    other: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class PageTable:
    """Rows of one table on one page; boxes in the upright coordinates of the page."""

    cells: tuple[Placed[CellText], ...]
    top: float


@dataclass(frozen=True, slots=True)
class PageText:
    """Lines of one region: the page outside its tables, or one cell that holds prose.

    `doubts` say what can make numbers in them doubtful, where the page is no picture.
    """

    lines: tuple[Line, ...]
    top: float
    region: int
    doubts: PageDoubts | None = None


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page holds, from top to bottom, in upright coordinates (see `turn`).

    `turn` says by how many degrees clockwise the content was turned to stand upright;
    `has_text` is false for pictures and blank pages; `unreadable` counts characters without a
    Unicode value; `has_pictures` is false where no picture is drawn; `is_recognised`
    is true where the text lies on a picture of the whole page, made by somebody's recognition;
    `has_gap` where the last note names something that was not read.
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
    is_read: bool = True
    has_pictures: bool = True
    is_recognised: bool = False
    has_gap: bool = False


@uncollected
def read_page(drawn: DrawnPage, settings: PageSettings) -> PageContent:
    """The tables and the text of what is drawn on a page."""
    number = drawn.number
    width, height = drawn.width, drawn.height
    visible = len(drawn.chars) - sum([char[0].isspace() for char in drawn.chars])
    notes: list[str] = []
    if drawn.slanted:
        notes.append(f"page {number}: {drawn.slanted} slanted characters (a watermark) left out")
    if drawn.unreadable:
        notes.append(f"page {number}: {drawn.unreadable} characters have no readable code")
    unseen = sum(not drawn.chars[index].text.isspace() for index in drawn.unseen)
    if unseen:
        notes.append(f"page {number}: {unseen} characters that nobody sees")
    has_text = visible >= (settings.min_text if drawn.image_area else 1)
    if not has_text:
        kind = "pictures" if drawn.image_area else "blank paper or drawings"
        notes.append(f"page {number} has no text layer, only {kind}")
    is_recognised = has_text and drawn.image_area > 0.8 * width * height
    if is_recognised:
        notes.append(f"page {number} is a picture with a text layer, probably made by OCR")
    items, more = _items(drawn, settings)
    if drawn.turn in {90, 270}:
        width, height = height, width
    return PageContent(
        number,
        width,
        height,
        drawn.turn,
        tuple(items),
        has_text,
        visible,
        drawn.unreadable,
        (*notes, *more),
        has_pictures=drawn.image_area > 0,
        is_recognised=is_recognised,
    )


def displayed(box: Box, page: PageContent) -> Box:
    """A box of upright coordinates where it stands on the page as displayed."""
    return turned(box, page.width, page.height, (360 - page.turn) % 360)


def _items(
    drawn: DrawnPage, settings: PageSettings
) -> tuple[list[PageTable | PageText], list[str]]:
    chars, number = drawn.chars, drawn.number
    notes: list[str] = []
    rules = rules_from(drawn.shapes, settings.rules)
    doubts = PageDoubts.of(drawn, rules.across)
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
        held = held_by(chars, free, runs, net)
        cells = compact(
            Placed(cell.row, cell.col, cell.row_span, cell.col_span, inside)
            for cell, inside in zip(net, held, strict=True)
        )
        if len({cell.col for cell in cells}) < 2:
            continue
        run: list[Placed[Held]] = []
        for rows in [*linked_rows(cells), []]:
            prose = _prose(rows, chars, settings)
            if rows and prose is None:
                run += rows
                continue
            if any(index for cell in run for index in cell.item.indexes):
                items.append(_table(run, chars, doubts, settings.text))
                free -= {index for cell in run for index in cell.item.indexes}
            run = []
            for indexes in prose or ():
                regions += 1
                lines = loose_lines(indexes, chars, doubts, (), settings.text)
                free -= set(indexes)
                if lines:
                    items.append(PageText(tuple(lines), lines[0].box.top, regions, doubts))
    outside = loose_lines(sorted(free), chars, doubts, drawn.covers, settings.text)
    items.extend(_outside(outside, items, doubts))
    items.sort(key=lambda item: item.top)
    return items, notes


def _prose(
    rows: Sequence[Placed[Held]], chars: Sequence[Char], settings: PageSettings
) -> list[list[int]] | None:
    """Characters of each cell where the rows hold prose, not data; else None.

    A cell alone in its row gives no region of its own: its lines belong to the page.
    """
    filled = [
        cell.item.indexes
        for cell in rows
        if any(not chars[i].text.isspace() for i in cell.item.indexes)
    ]
    longest = max(map(len, filled), default=0)
    if longest > settings.long_cell or (len(filled) == 1 and longest > settings.long_lone_cell):
        return filled if len(filled) > 1 else []
    return None


def _table(
    run: list[Placed[Held]], chars: Sequence[Char], doubts: PageDoubts, settings: TextSettings
) -> PageTable:
    def printed(indexes: Sequence[int]) -> tuple[str, list[Line]]:
        if len(indexes) == 1 and not chars[indexes[0]].text.isspace():
            # The digit of most cells: nothing to order.
            char = chars[indexes[0]]
            return char.text, [Line((char,))]
        lines = lines_from([chars[i] for i in indexes], settings)
        return "\n".join(line_text(line, settings) for line in lines), lines

    cells = []
    for cell in compact(run):
        box, indexes, torn = cell.item
        text, other = read_cell(indexes, chars, box, doubts, printed)
        if torn is not None:
            other = printed(torn)[0]
        inside = CellText(text, box, other)
        cells.append(Placed(cell.row, cell.col, cell.row_span, cell.col_span, inside))
    return PageTable(tuple(cells), around(cell.item.box for cell in cells).top)


def _outside(
    lines: Sequence[Line], items: Sequence[PageTable | PageText], doubts: PageDoubts
) -> Iterator[PageText]:
    """The lines outside tables, in runs that no table or prose cell interrupts."""
    tops = sorted(item.top for item in items)
    run: list[Line] = []
    for line in lines:
        if run and bisect_right(tops, run[-1].box.top) != bisect_right(tops, line.box.top):
            yield PageText(tuple(run), run[0].box.top, 0, doubts)
            run = []
        run.append(line)
    if run:
        yield PageText(tuple(run), run[0].box.top, 0, doubts)
