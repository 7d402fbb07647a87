"""Spreadsheets (OOXML): sheets as they print, numbers as they are shown.

xlsx_sheet.py reads the cells of a sheet; here they become tables and text. A sheet holds titles,
prose and several tables; rows with a single cell part them, unless its borders say that it
belongs to the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assets.layout.grids import flow_grids, is_value
from assets.layout.model import (
    UNREADABLE,
    Block,
    EmbeddedPicture,
    Grid,
    GridCell,
    ParsedDocument,
    sheet_locator,
)
from assets.layout.normalise import squeeze
from assets.layout.parsers.base import Source
from assets.layout.parsers.package import Package
from assets.layout.parsers.spans import LONG_CELL, LONG_LONE_CELL, Placed, compact, linked_rows

if TYPE_CHECKING:
    from assets.layout.parsers.xlsx_sheet import Sheet, Shown

MAX_ROW = 1_048_576
"""What ECMA-376 and all programs allow."""
MAX_HEADING = 80
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]")
"""The ordinal of a part; numbered lines of a table stand beside their values."""

_NAMES_YEAR = re.compile(r"20\d\d|二[〇○零O]|[上去前本今]一?年|[上同]期|\d\d年")


@dataclass(frozen=True, slots=True)
class XlsxParser:
    """Reader of workbooks in OOXML."""

    name: str = "xlsx"
    version: str = "2"
    media_types: frozenset[str] = frozenset(
        {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
            "application/vnd.ms-excel.sheet.macroEnabled.12",
        }
    )

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (one per printed line) and grids of the sheets that are not hidden.

        Locators are `sheet[2]!B5`: number of the sheet from 1, and the cell.

        Raises:
            ReadFailure: needs_password, damaged, too_large, or needs_converter for the older
                binary format.
        """
        from assets.layout.parsers.xlsx_sheet import Workbook  # noqa: PLC0415 - loads lxml

        package = Package.open(source, "spreadsheet")
        workbook = Workbook.open(package)
        layout = _Layout()
        for sheet in workbook.sheets():
            layout.add(sheet)
        loose, flowing = flow_grids(layout.blocks, len(layout.grids))
        blocks = sorted((*layout.names, *loose), key=lambda block: block.order)
        grids = sorted((*layout.grids, *flowing), key=lambda grid: grid.order)
        return ParsedDocument(
            parser=self.name,
            parser_version=self.version,
            blocks=tuple(blocks),
            grids=tuple(replace(grid, ordinal=number) for number, grid in enumerate(grids)),
            metadata=package.metadata(),
            notes=tuple(workbook.notes),
            pictures=tuple(layout.pictures),
        )


XLSX = XlsxParser()


@dataclass(slots=True)
class _Layout:
    """Puts the cells of all sheets into blocks and grids."""

    blocks: list[Block] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    names: list[Block] = field(default_factory=list)
    """Names of sheets that may name the year of their tables."""
    pictures: list[EmbeddedPicture] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    """Row and order of what was put of the present sheet."""
    boxes: list[tuple[int, str]] = field(default_factory=list)
    """Row and line of the text of its shapes that was not put yet."""
    sheet: int = 0
    order: int = 0

    def add(self, sheet: Sheet) -> None:
        """Blocks, grids and pictures of one sheet, in order of its rows."""
        if _NAMES_YEAR.search(sheet.name):
            self.names.append(Block(self.order, sheet.name, sheet_locator(sheet.number)))
            self.order += 1
        self.starts.clear()
        self.boxes = sorted(
            ((row, line) for row, drawn in sheet.drawn for line in drawn.lines),
            key=lambda box: box[0],
        )
        self.sheet = sheet.number
        self._rows(sheet.cells)
        self._boxes(MAX_ROW)
        shown = [(row, drawn) for row, drawn in sheet.drawn if drawn.data]
        for number, (row, drawn) in enumerate(sorted(shown, key=lambda item: item[0]), 1):
            order = next((order for start, order in self.starts if start >= row), self.order)
            locator = f"{sheet_locator(sheet.number)}/picture[{number}]"
            self.pictures.append(EmbeddedPicture(order, locator, drawn.data or b"", drawn.shown))

    def _rows(self, cells: Sequence[Placed[Shown]]) -> None:
        run: list[list[Placed[Shown]]] = []
        below = 0
        for rows in linked_rows(cells):
            apart = rows[0].row > below and all(_is_word(cell.item.text) for cell in rows)
            if apart or _is_text(rows, inside=bool(run)):
                self._table(run)
                run = []
            below = max(cell.row + cell.row_span for cell in rows)
            if _is_text(rows, inside=bool(run)):
                self._text(rows)
            else:
                run.append(rows)
        self._table(run)

    def _boxes(self, row: int) -> None:
        """The text of shapes that begin above a row."""
        while self.boxes and self.boxes[0][0] <= row:
            start, line = self.boxes.pop(0)
            self.starts.append((start, self.order))
            self.blocks.append(Block(self.order, line, f"{sheet_locator(self.sheet)}/shape"))
            self.order += 1

    def _table(self, run: list[list[Placed[Shown]]]) -> None:
        """A run of rows as a grid; single cells at its end are text below the table.

        Not those with borders: they are rows whose values are blank.
        """
        after: list[list[Placed[Shown]]] = []
        while run and len(run[-1]) == 1 and not run[-1][0].item.bordered:
            after.insert(0, run.pop())
        cells = [cell for rows in run for cell in rows]
        if len({cell.col for cell in cells}) < 2:
            for rows in run:
                self._text(rows)
        else:
            self._grid(cells)
        for rows in after:
            self._text(rows)

    def _grid(self, filled: Sequence[Placed[Shown]]) -> None:
        if not any(cell.item.text for cell in filled):
            return
        cells = tuple(
            GridCell(
                cell.row,
                cell.col,
                cell.item.text,
                cell.item.locator,
                cell.row_span,
                cell.col_span,
                other=cell.item.other,
            )
            for cell in compact([*filled, *_blanks(filled)])
        )
        self._boxes(filled[0].row)
        self.starts.append((filled[0].row, self.order))
        self.grids.append(Grid(len(self.grids), self.order, "ruled", cells))
        self.order += 1

    def _text(self, rows: Sequence[Placed[Shown]]) -> None:
        self._boxes(rows[0].row)
        self.starts.append((rows[0].row, self.order))
        for cell in rows:
            for line in cell.item.text.split("\n"):
                squeezed = squeeze(line)
                if squeezed and squeezed != UNREADABLE:  # a picture in a cell of its own
                    short = len(squeezed) <= MAX_HEADING and squeezed[-1] not in "。;"
                    heading = cell.item.bold and len(rows) == 1 and short
                    self.blocks.append(Block(self.order, line, cell.item.locator, heading))
                    self.order += 1


def _is_word(text: str) -> bool:
    """Neither blank nor a value: after an empty row, words alone are the header of a new table."""
    return bool(text) and not is_value(text)


def _is_text(rows: Sequence[Placed[Shown]], *, inside: bool) -> bool:
    """Whether rows hold titles or prose rather than data; `inside`: a table is open above."""
    longest = max(len(squeeze(cell.item.text)) for cell in rows)
    if len(rows) > 1:  # empty cells with borders count: a label whose values are blank
        return longest > LONG_CELL
    lone = rows[0].item
    squeezed = squeeze(lone.text)
    if longest > LONG_LONE_CELL or _HEADING.match(squeezed) or squeezed.endswith(("。", ";")):
        return True
    return not lone.bordered and not inside


def _blanks(filled: Sequence[Placed[Shown]]) -> Iterator[Placed[Shown]]:
    """The empty cells of a table: places in its columns that no filled cell covers."""
    from assets.layout.parsers.xlsx_sheet import Shown, reference  # noqa: PLC0415 - loads lxml

    taken = {
        (row, col)
        for cell in filled
        for row in range(cell.row, cell.row + cell.row_span)
        for col in range(cell.col, cell.col + cell.col_span)
    }
    rows = sorted({cell.row for cell in filled})
    cols = sorted({cell.col for cell in filled})
    sheet = filled[0].item.locator.partition("!")[0]
    for row in rows:
        for col in cols:
            if (row, col) not in taken:
                place = f"{sheet}!{reference(row, col)}"
                yield Placed(row, col, 1, 1, Shown("", place))
