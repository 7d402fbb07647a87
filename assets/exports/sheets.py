"""One sheet of a workbook: typed cells, frozen header, filter, widths and number formats.

Text is always written as text and numbers as numbers, so nothing is ever run as a formula, made a
link or turned into a date. Text that looks like a formula also gets Excel's own quote mark, which
keeps it text when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from assets.exports.safe_text import looks_like_formula

ROW_LIMIT = 1_048_575
"""Rows of a sheet of Excel under its header."""
CELL_LIMIT = 5_000_000
"""Cells of a sheet that a desktop computer still opens."""
TEXT_LIMIT = 32_767
"""UTF-16 units in a cell of Excel."""
SHORTENED = 16_000
"""Characters kept of a longer text: within the limit whatever script they are of."""
DIGITS = 15
"""Digits that a number of Excel keeps."""
WIDEST, NARROWEST, MEASURED = 60, 8, 400
PLAIN_NUMBERS = ("_year", "_no", "_row", "_column", "page", "position", "ordinal", "year", "line")
SHARES = ("_ratio", "_share", "_rate")
FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", "-"))


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A value that a person should look at; shown on a coloured ground."""

    value: Any


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a sheet: `name` decides the number format, `header` is shown."""

    name: str
    header: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes on a sheet; `rows` is read once, so a cursor will do."""

    title: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Any]]


class Styles:
    """The formats of a workbook, made when first used."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """The format with these properties of xlsxwriter."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]


def width_of(value: object) -> int:
    """Columns that a text takes on a screen; a Chinese character takes two."""
    lines = str(value).splitlines() or [""]
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        for line in lines
    )


def fits(value: str) -> bool:
    """Whether a cell of Excel holds a text."""
    if len(value) <= TEXT_LIMIT // 2:
        return True
    return len(value.encode("utf-16-le")) // 2 <= TEXT_LIMIT


def exact(value: int | Decimal) -> bool:
    """Whether a number of Excel holds a number with all its digits."""
    if abs(value) < 10**9:
        return True
    return len(Decimal(value).normalize().as_tuple().digits) <= DIGITS


def number_format(name: str, value: float | Decimal) -> str:
    """The number format of a value in a column."""
    if name.endswith(SHARES):
        return "0.00%"
    if name.endswith(PLAIN_NUMBERS):
        return "General"
    return "#,##0" if value == int(value) else "#,##0.00####"


def unique_title(title: str, taken: Iterable[str]) -> str:
    """A title that Excel takes as the name of a sheet: 31 characters, no two alike."""
    cleaned = title.translate(FORBIDDEN_IN_TITLES).strip() or "-"
    used = {one.casefold() for one in taken}
    found, number = cleaned[:31], 2
    while found.casefold() in used:
        ending = f" {number}"
        found, number = cleaned[: 31 - len(ending)] + ending, number + 1
    return found


class SheetWriter:
    """Writes sheets into a workbook.

    Args:
        book: opened by workbook.open_book.
        cut: what to write after a shortened text, given the number of its characters.
    """

    def __init__(self, book: Workbook, cut: Callable[[int], str]) -> None:
        self.book = book
        self.styles = Styles(book)
        self.cut = cut

    def _text(self, page: Worksheet, row: int, column: int, value: str, ground: dict) -> None:
        if not fits(value):
            value = value[:SHORTENED] + self.cut(len(value))
        prefix = {"quote_prefix": True} if looks_like_formula(value) else {}
        if value:
            page.write_string(row, column, value, self.styles.of(**ground, **prefix))

    def cell(self, page: Worksheet, row: int, column: int, name: str, value: Any) -> None:
        """Write one value as what it is; null leaves the cell empty."""
        ground: dict[str, Any] = {}
        if isinstance(value, Doubtful):
            ground, value = {"bg_color": "#FFE699"}, value.value
        if value is None:
            return
        if isinstance(value, bool):
            page.write_boolean(row, column, value, self.styles.of(**ground))
        elif isinstance(value, int | Decimal) and not exact(value):
            written = str(value) if isinstance(value, int) else format(value, "f")
            self._text(page, row, column, written, ground)
        elif isinstance(value, int | float | Decimal) and math.isfinite(value):
            style = self.styles.of(num_format=number_format(name, value), **ground)
            page.write_number(row, column, float(value), style)
        elif isinstance(value, dt.datetime) and value.year >= 1900:
            style = self.styles.of(num_format="yyyy-mm-dd hh:mm:ss", **ground)
            page.write_datetime(row, column, value.replace(tzinfo=None), style)
        elif isinstance(value, dt.date) and value.year >= 1900:
            style = self.styles.of(num_format="yyyy-mm-dd", **ground)
            page.write_datetime(row, column, dt.datetime(*value.timetuple()[:3]), style)
        else:
            self._text(page, row, column, str(value), ground)

    def table(self, page: Worksheet, sheet: Sheet) -> int:
        """Write a table with its header; its rows.

        Rows are walked one by one: the file format wants them in order, and in this way only one
        of them is in memory.
        """
        head = self.styles.of(bold=True, text_wrap=True, bg_color="#D9E1F2", border=1)
        widths = [max(map(width_of, field.header.split("\n"))) for field in sheet.fields]
        for column, field in enumerate(sheet.fields):
            page.write_string(0, column, field.header, head)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        count = 0
        for count, values in enumerate(sheet.rows, start=1):
            for column, (field, value) in enumerate(zip(sheet.fields, values, strict=True)):
                self.cell(page, count, column, field.name, value)
                if count <= MEASURED and value is not None:
                    widths[column] = max(widths[column], min(width_of(value), WIDEST))
        for column, width in enumerate(widths):
            page.set_column(column, column, min(max(width + 3, NARROWEST), WIDEST))
        page.autofilter(0, 0, count, len(sheet.fields) - 1)
        return count
