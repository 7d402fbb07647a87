"""A made-up report as values: what is printed where, before any medium is chosen.

Only the data types are here. Numbers are drawn in values.py, texts in narrative.py, the two are
put together in report.py; the look of the tables is in form.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from schemas.catalog import Block, Cell
from schemas.vocabulary import AgencyKind, ValueStatus

Key = tuple[str, str]
"""Item code and breakdown ('' where the table has no column axis)."""

Edit = Callable[[Sequence[Any]], Sequence[Any]]
"""A change to the things that a rendering prints (flow.py), applied before any medium is chosen."""


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One cell as printed, and what a careful reader makes of it."""

    text: str
    value: Decimal | None
    status: ValueStatus = ValueStatus.REPORTED
    unit: str | None = None


def number_text(value: Decimal) -> str:
    """A number as the forms print it: plain digits, no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def printed(value: Decimal | int) -> PrintedCell:
    """A cell that prints a plain number."""
    number = Decimal(value)
    return PrintedCell(number_text(number), number)


def blank() -> PrintedCell:
    """A cell that is there and empty."""
    return PrintedCell("", None, ValueStatus.BLANK)


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """One copy of a table: its blocks, perhaps of several formats, and cells that differ here.

    `overrides` holds what this copy prints otherwise than the report's own cells.
    """

    table_id: str
    section_no: str
    blocks: tuple[Block, ...]
    overrides: Mapping[Key, PrintedCell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: official number, ordinal and heading as printed, text before its table."""

    section_no: str
    ordinal: str
    heading: str
    paragraphs: tuple[str, ...] = ()

    @property
    def printed_heading(self) -> str:
        """Ordinal and heading on one line."""
        return f"{self.ordinal}{self.heading}"


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact block; every part is made up."""

    address: str
    postcode: str
    telephone: str
    email: str | None
    website: str


@dataclass(frozen=True, slots=True)
class SyntheticReport:
    """A made-up report with everything that any rendering prints.

    `edits` change what is printed around the values; `doubtful` cells are those that no careful
    reader would assert.
    """

    agency_name: str
    kind: AgencyKind
    report_year: int
    format_id: str
    title_lines: tuple[str, ...]
    period_start: dt.date
    period_end: dt.date
    cited_notice: str
    notice_title: str
    contact: Contact
    sections: tuple[Section, ...]
    tables: tuple[PrintedTable, ...]
    cells: Mapping[Key, PrintedCell]
    published_on: dt.date | None = None
    signed_on: dt.date | None = None
    index_no: str | None = None
    faults: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    doubtful: frozenset[Key] = frozenset()

    @property
    def title(self) -> str:
        """The title without its line breaks."""
        return "".join(self.title_lines)

    def cell(self, table: PrintedTable, cell: Cell) -> PrintedCell:
        """What a copy of a table prints in a cell."""
        key = (cell.item_code, cell.breakdown)
        return table.overrides.get(key) or self.cells[key]

    def value(self, item_code: str, breakdown: str = "") -> Decimal | None:
        """The number printed for an item; None where none is printed or there is no such cell."""
        cell = self.cells.get((item_code, breakdown))
        return cell.value if cell else None

    def first_copies(self) -> tuple[PrintedTable, ...]:
        """Each table once, the copy that stands first."""
        seen: dict[str, PrintedTable] = {}
        for table in self.tables:
            seen.setdefault(table.table_id, table)
        return tuple(seen.values())

    def printed_cells(self) -> Iterator[tuple[Cell, PrintedCell]]:
        """The cells of the first copy of every table, in printed order."""
        for table in self.first_copies():
            for block in table.blocks:
                for cell in block.cells:
                    yield cell, self.cell(table, cell)

    def with_cells(self, changed: Mapping[Key, PrintedCell]) -> SyntheticReport:
        """The same report with some cells printed otherwise."""
        return replace(self, cells={**self.cells, **changed})
