"""Reports as workbooks: numbers stored as numbers, shown by formats; tables with merged cells.

The bytes depend on the report alone: the date of the document is fixed.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import xlsxwriter

from assets.synthetic.flow import TableItem, TextItem, flow
from assets.synthetic.form import FormCell, FormGrid
from assets.synthetic.model import SyntheticReport
from assets.synthetic.styles import XlsxStyle

FIXED_TIME = dt.datetime(2000, 1, 1)
WIDTH = 12
"""Columns over which texts are merged: the widest table of the forms has fewer."""
_NUMBER = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<places>\d+))?", re.ASCII)


def render_xlsx(report: SyntheticReport, style: XlsxStyle) -> bytes:
    """The report as an XLSX file, all on one sheet or each table on its own."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties(
        {"title": report.title, "author": report.agency_name, "created": FIXED_TIME}
    )
    writer = _Writer(book, style)
    for item in flow(report):
        if isinstance(item, TableItem):
            writer.table(item.grid)
        else:
            writer.text(item)
    book.close()
    return buffer.getvalue()


class _Writer:
    """A cursor that moves down the sheet."""

    def __init__(self, book: xlsxwriter.Workbook, style: XlsxStyle) -> None:
        self.book = book
        self.style = style
        self.sheet = book.add_worksheet()
        self.row = 0
        self.formats: dict[str, Any] = {}

    def text(self, item: TextItem) -> None:
        bold = item.role in {"title", "heading"}
        look = self._look("text-bold" if bold else "text", {"bold": bold, "text_wrap": True})
        if self.style.merge_texts:
            self.sheet.merge_range(self.row, 0, self.row, WIDTH - 1, item.text, look)
        else:
            self.sheet.write_string(self.row, 0, item.text, look)
        self.row += 1

    def table(self, grid: FormGrid) -> None:
        if self.style.sheet_per_table:
            self.sheet = self.book.add_worksheet()
            self.row = 0
        for cell in grid.cells:
            self._cell(cell)
        self.row += grid.rows + self.style.blank_rows

    def _cell(self, cell: FormCell) -> None:
        row, col = self.row + cell.row, cell.col
        number = _NUMBER.fullmatch(cell.text) if self.style.numbers else None
        code = _code(number) if number else "@"
        border = 1 if self.style.borders else 0
        look = self._look(code, {"num_format": code, "border": border, "text_wrap": True})
        if cell.row_span > 1 or cell.col_span > 1:
            last = row + cell.row_span - 1, col + cell.col_span - 1
            self.sheet.merge_range(row, col, *last, "", look)
        if number and _is_whole(number, cell.text):
            self.sheet.write_number(row, col, float(Decimal(cell.text.replace(",", ""))), look)
        elif cell.text:
            self.sheet.write_string(row, col, cell.text, look)
        else:
            self.sheet.write_blank(row, col, None, look)

    def _look(self, name: str, options: dict[str, Any]) -> Any:
        if name not in self.formats:
            self.formats[name] = self.book.add_format(options)
        return self.formats[name]


def _is_whole(number: re.Match[str], text: str) -> bool:
    """Whether the number can be stored: no leading zeros, no more digits than a float holds."""
    return not (len(number["whole"]) > 1 and text[0] == "0") and len(text) <= 15


def _code(number: re.Match[str]) -> str:
    """The number format that prints a number as the report does."""
    whole = "#,##0" if "," in number["whole"] else "0"
    return whole + ("." + "0" * len(number["places"]) if number["places"] else "")
