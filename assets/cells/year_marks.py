"""Rows below words of another year than the report's: captions, title rows, headers, labels.

Agencies leave last year's caption above this year's table, or print last year's table alone.
Nobody can tell which, so the numbers are read and left for review. Only words that stand above a
row count, up to the next ones that name the report's year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from assets.cells.emit import FoundRow
from assets.cells.header import Variants, header_paths, header_top
from assets.cells.match import Match
from assets.cells.numbers import looks_like_value
from assets.cells.rows import LogicalRow, Words
from assets.cells.unlabelled import UnlabelledRow
from assets.cells.year_captions import Caption
from assets.cells.year_words import (
    CHANGE,
    MAX_CAPTION,
    PAST,
    YEAR_LABEL,
    Said,
    caption_says,
    explains,
    is_sentence,
    label_names_other_year,
    names_other_year,
    value_names_other_year,
)
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import label_core, squeeze
from schemas.catalog import Block

MIN_WORDS = 2
"""Official words that make a row the beginning of another header; one may be a row's label."""
MAX_SIDE = 8
"""Characters of a label that is a year and nothing else."""
MAX_YEARS = 10
"""Years that a header compares lie closer together than counts that only look like years."""
MAX_WORDS = 40
NAMED_BY = "words above or beside it name another year: {}"
MAX_FORM_CELLS = 4
_FORM_WORDS = re.compile(r"[(（]?(?:计量)?单位|填[表报]|制表|编制|报送|审核|负责人|联系")
"""What stands beside the year in the line of a form above its table."""
_BARE_YEAR = re.compile(r"(20\d\d)")


RowPlace = tuple[int, int]
"""Ordinal of a grid and row in it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the words above a row say against its being of the report's year.

    Attributes:
        caption: the line or title row of another year, None where there is none.
        headers: header cells that may name another year.
    """

    caption: Said | None
    headers: tuple[GridCell, ...]


@dataclass(slots=True)
class _State:
    """The caption of another year in force while rows are gone through, and what it is used for.

    `grid` is the table that it heads as a whole, whatever headings are inside; `everywhere` says
    that it stands in front of a heading, so that it is not of one section alone; `seen` are the
    rows below it.
    """

    caption: Caption | None = None
    grid: int | None = None
    everywhere: bool = False
    used: bool = False
    seen: set[object] = field(default_factory=set)

    def put(self, caption: Caption | None, grid: int | None = None) -> None:
        """Begin with another caption, or with none; 本年 says nothing new below a named year."""
        is_relative = caption is not None and caption.said.is_own and caption.said.is_relative
        if is_relative and self.caption and not self.caption.said.is_relative:
            return
        self.caption = caption if caption and not caption.said.is_own else None
        self.grid, self.everywhere, self.used, self.seen = grid, False, False, set()

    def is_in(self, section: str | None) -> bool:
        """Whether the caption stands in a section, whose text it heads, too."""
        return self.caption is not None and section is not None and self.caption.section == section

    def at(self, grid: int, section: str | None) -> Said | None:
        """The caption of another year that holds for a row of numbers in a grid and a section."""
        if self.caption is None:
            return None
        if not self.used:
            self.used = True
            self.everywhere = self.caption.section != section
        elif not self.everywhere and self.grid != grid and self.caption.section != section:
            self.put(None)
            return None
        return self.caption.said


def year_marks(
    rows: Sequence[LogicalRow],
    matches: Sequence[Match | None],
    unlabelled: Mapping[int, UnlabelledRow],
    captions: Mapping[int, Caption],
    words: Words,
    report_year: int,
) -> dict[RowPlace, Mark]:
    """What stands above each row of numbers and is of another year.

    Args:
        rows: of the document in reading order.
        matches: the official row of each.
        unlabelled: rows of blocks without row labels, by index.
        captions: see captions_of.
        words: those of the forms.
        report_year: the year of the report.
    """
    out: dict[RowPlace, Mark] = {}
    keys = [_key(match, unlabelled.get(i)) for i, match in enumerate(matches)]
    in_grid: dict[int, set[object]] = {}
    for row, key in zip(rows, keys, strict=True):
        if key is not None:
            in_grid.setdefault(row.grid.ordinal, set()).add(key)
    state = _State()
    zone = _Zone()
    for row, key in zip(rows, keys, strict=True):
        ordinal = row.grid.ordinal
        if ordinal != zone.ordinal:
            zone = _Zone(ordinal)
            caption = captions.get(ordinal)
            # A second table of the same without a caption of its own is not below the first one's.
            if caption is not None or state.seen & in_grid.get(ordinal, set()):
                state.put(caption, None if row.grid.kind == "flow" else ordinal)
        own = [cell for cell in row.labels if cell.row == row.row and cell.text.strip()]
        is_flow = row.grid.kind == "flow"
        is_value = key is not None or row.prints_values
        if is_flow or key is None:
            heads = not (is_flow or zone.is_below)
            _read_titles(own, row, state, ordinal if heads else None, report_year)
        if not is_flow and key is None and (not row.prints_values or _prints_years(row, own)):
            zone.add_header(own, row, words, report_year)
        elif is_value:
            zone.is_below = True
            caption = zone.beside((*own, *row.values), report_year) or state.at(
                ordinal, row.section
            )
            if state.caption is not None and key is not None:
                state.seen.add(key)
            if caption or zone.headers:
                out[ordinal, row.row] = Mark(caption, tuple(zone.headers))
    return out


def doubt_other_years(
    found: Sequence[FoundRow],
    block: Block,
    marks: Mapping[RowPlace, Mark],
    variants: Variants,
    report_year: int,
) -> list[FoundRow]:
    """The rows of a copy, those of another year by the words above or beside them in doubt.

    Args:
        found: its rows.
        block: the block in the format that was detected.
        marks: see year_marks.
        variants: known wordings of column labels.
        report_year: the year of the report.
    """
    first: dict[int, tuple[int, int]] = {}
    for item in found:
        ordinal, row = item.row.grid.ordinal, item.row
        place = (row.row, min(row.value_columns, default=0))
        known = first.get(ordinal, place)
        first[ordinal] = (min(known[0], place[0]), min(known[1], place[1]))
    out: list[FoundRow] = []
    for item in found:
        row = item.row
        mark = marks.get((row.grid.ordinal, row.row))
        labels = row.labels[-1:] if row.grid.kind == "flow" else row.labels
        official = "".join(block.rows[item.line].path)
        words = None
        if mark is not None and mark.caption is not None:
            words = mark.caption.text
        elif mark is not None:
            top = first[row.grid.ordinal]
            words = _other_header(row.grid, top, mark.headers, block, variants, report_year)
        texts = tuple(cell.text for cell in labels)
        if words is None and label_names_other_year(texts, official, report_year):
            words = squeeze(" ".join(texts))
        if words is None:
            mixed = (c.text for c in row.values if value_names_other_year(c.text, report_year))
            words = next(mixed, None)
        doubt = None if words is None else NAMED_BY.format(words[:MAX_WORDS])
        out.append(replace(item, doubt=item.doubt or doubt))
    return out


def is_of_earlier_year(found: Sequence[FoundRow], marks: Mapping[RowPlace, Mark]) -> bool:
    """Whether all rows of a copy stand below a caption of an earlier year."""
    above = [marks.get((item.row.grid.ordinal, item.row.row)) for item in found]
    return all(mark and mark.caption and mark.caption.is_earlier for mark in above)


@dataclass(slots=True)
class _Zone:
    """What the rows of one grid have said so far."""

    ordinal: int = -1
    headers: list[GridCell] = field(default_factory=list)
    is_below: bool = False
    """Whether rows of numbers followed the header."""
    side: dict[int, Said] = field(default_factory=dict)
    """Years in the columns of labels; in a dump one stands beside the first of its rows alone."""

    def add_header(
        self, own: Sequence[GridCell], row: LogicalRow, words: Words, report_year: int
    ) -> None:
        """Take in a row without numbers."""
        if self.is_below and sum(label_core(c.text) in words.others for c in own) >= MIN_WORDS:
            self.headers, self.is_below = [], False
        printed = [cell for cell in (*own, *row.values) if cell.text.strip()]
        if self.is_below and len(printed) == 1:
            return  # a title row, or the running header of a page
        for cell in printed:
            if _is_other_year(cell, report_year) or (
                # Below the first numbers it may be a piece of a label (二、上年).
                not self.is_below and _is_relative(cell)
            ):
                self.headers.append(cell)

    def beside(self, cells: Sequence[GridCell], report_year: int) -> Said | None:
        """What the year in front of a row's numbers says, where it is another than the report's."""
        for cell in cells:
            is_word = len(squeeze(cell.text)) <= MAX_SIDE and not looks_like_value(cell.text)
            if not cell.text.strip():
                continue
            said = caption_says(cell.text, report_year, is_whole=True) if is_word else None
            if said is None:
                self.side.pop(cell.col, None)
            else:
                self.side[cell.col] = said
        return next((said for said in self.side.values() if not said.is_own), None)


def _key(match: Match | None, piece: UnlabelledRow | None) -> object:
    """What two rows have in common that print the same cells of the form."""
    if match is not None:
        return match.row.index
    return None if piece is None else (piece.table_id, piece.block, piece.columns)


def _read_titles(
    own: Sequence[GridCell], row: LogicalRow, state: _State, grid: int | None, report_year: int
) -> None:
    """Let the title rows of a grid, and all words of a flow, change the caption in force.

    A title row has one text, perhaps in several cells, or a label and a year beside it. `grid` is
    the table if nothing but its head has been read yet.
    """
    if row.grid.kind == "flow":
        texts = [cell.text for cell in row.labels]
    else:
        printed = [squeeze(cell.text) for cell in (*own, *row.values) if cell.text.strip()]
        # Several years beside such a label are a series.
        is_one = len({text for text in printed if _BARE_YEAR.match(text)}) == 1
        pairs = pairwise(printed) if is_one else ()
        texts = [f"{label}:{year}" for label, year in pairs if YEAR_LABEL.fullmatch(label)]
        if len(set(printed)) == 1 and own:
            texts.append(printed[0])
        else:
            # 填报单位:某局 | 2022年度 | 单位:件
            rest = [text for text in printed if not _FORM_WORDS.match(text)]
            texts += rest if len(rest) == 1 and len(printed) <= MAX_FORM_CELLS else []
    for text in texts:
        said = caption_says(text, report_year, is_whole=row.grid.kind == "ruled")
        if said is not None:
            state.put(Caption(said, row.section), grid)
        elif is_sentence(text) and not state.used and not state.is_in(row.section):
            state.put(None)


def _prints_years(row: LogicalRow, own: Sequence[GridCell]) -> bool:
    """Whether the numbers of a row are years (2022, 2021), so that they head columns."""
    texts = [squeeze(cell.text) for cell in row.values if cell.text.strip()]
    if not texts or not all(_BARE_YEAR.fullmatch(text) for text in texts):
        return False
    years = {int(text) for text in texts}
    return max(years) - min(years) < MAX_YEARS and (len(texts) > 1 or not own)


def _is_other_year(cell: GridCell, report_year: int) -> bool:
    text = squeeze(cell.text)
    if _BARE_YEAR.fullmatch(text):
        return int(text) != report_year
    return names_other_year(text, report_year)


def _is_relative(cell: GridCell) -> bool:
    """Whether a header speaks of the year before, or compares with it."""
    text = squeeze(cell.text)
    is_short = len(text) <= MAX_CAPTION and "。" not in text and "结转" not in text
    return is_short and bool(PAST.search(text) or CHANGE.search(text))


def _other_header(
    grid: Grid,
    first: tuple[int, int],
    headers: Sequence[GridCell],
    block: Block,
    variants: Variants,
    report_year: int,
) -> str | None:
    """The first header of another year that may stand above cells of a block; None if none does.

    Where the rules of a table show that all official columns have headers of their own beside it,
    it heads a column that the agency added. `first` is the place of the first number.
    """
    official = "".join(column.label for column in block.columns)
    cores = _cores(block, variants)
    others = [
        cell
        for cell in headers
        if (_is_other_year(cell, report_year) and not explains(cell.text, cores, report_year))
        or (PAST.search(cell.text) and not PAST.search(official))
        or (CHANGE.search(cell.text) and "增" not in official)
    ]
    if not others:
        return None
    marked = {col for cell in others for col in range(cell.col, cell.col + cell.col_span)}
    if grid.kind == "ruled":
        paths = header_paths(grid, header_top(grid, first[0]), first[0])
        # A header over several columns of the grid is one.
        runs = [path for path, _ in groupby(p for col, p in paths.items() if col not in marked)]
        named = [path for path in runs if label_core(path[-1]) in cores]
        if min(marked) >= first[1] and len(named) == len(block.columns):
            return None
    return squeeze(others[0].text)


def _cores(block: Block, variants: Variants) -> set[str]:
    return {
        label_core(text)
        for column in block.columns
        for text in (column.label, *variants.get(column.label, ()))
    }
