"""The wide tables that the arithmetic rules read, and their pandera schemas, from the formats.

Two shapes of a report table:

- wide: one row per report, format and member of the column axis ('' without an axis); a column
  per item of the table, whatever format prints it, and one for its status.
- members: one row per report, format and item; a column per member of the axis and its status.

A report whose blocks follow two formats has rows of both, each with the items of its own blocks;
a rule sees the rows of the formats that it resolves to.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pandera.polars as pa
import polars as pl

from schemas.rule_models import ItemTerm, Term

if TYPE_CHECKING:  # catalog.py checks rules with this module
    from schemas.catalog import Catalog, Format

NUMBER = pl.Decimal(18, 6)
SUM = pl.Decimal(38, 6)
"""Type of sums: a misread giant must not overflow the addition."""
ZERO = pl.lit(Decimal(0), dtype=SUM)
STATUS_PREFIX = "status:"
ROW_KEYS = ("report_id", "report_year", "format_id", "place")
"""Leading columns of both shapes; `place` is the member (wide) or the item (members)."""


def status_column(name: str) -> str:
    """Name of the column that holds the value_status of `name`."""
    return f"{STATUS_PREFIX}{name}"


@dataclass(frozen=True, slots=True)
class WideTable:
    """A table as a frame: `names` are its value columns (items, or members of the axis)."""

    table_id: str
    axis: str | None
    names: tuple[str, ...]


def wide_table(catalog: Catalog, table_id: str) -> WideTable:
    """The wide shape of a table: its items over all formats, in printed order."""
    names = dict.fromkeys(
        cell.item_code
        for form in catalog.formats.values()
        for cell in form.cells
        if cell.table_id == table_id
    )
    return WideTable(table_id, None, tuple(names))


def member_table(catalog: Catalog, table_id: str, axis: str) -> WideTable:
    """The members shape of a table: the members of the axis that some format prints."""
    printed = {
        column.breakdown
        for form in catalog.formats.values()
        for table in form.tables
        if table.table_id == table_id
        for block in table.blocks
        if block.axis == axis
        for column in block.columns
    }
    members = (member.breakdown for member in catalog.axes[axis])
    return WideTable(table_id, axis, tuple(name for name in members if name in printed))


def table_schema(
    table: WideTable, known_formats: tuple[str, ...], checks: list[pa.Check] | None = None
) -> pa.DataFrameSchema:
    """The pandera schema of a wide table; `checks` (rules) hang on its row number.

    Hanging them on one narrow column keeps the failure report narrow too.
    """
    columns: dict[str, pa.Column] = {
        "row": pa.Column(pl.UInt32, checks=checks or [], unique=True),
        "report_id": pa.Column(pl.String),
        "report_year": pa.Column(pl.Int32),
        "format_id": pa.Column(pl.String, pa.Check.isin(list(known_formats))),
        "place": pa.Column(pl.String),
    }
    for name in table.names:
        columns[name] = pa.Column(NUMBER, nullable=True)
        columns[status_column(name)] = pa.Column(pl.String, nullable=True)
    return pa.DataFrameSchema(columns, strict=True)


def total_members(catalog: Catalog) -> frozenset[str]:
    """Breakdowns that are the total of their axis."""
    return frozenset(
        column.breakdown
        for form in catalog.formats.values()
        for table in form.tables
        for block in table.blocks
        if block.axis
        for column in block.columns
        if column.is_total and column.breakdown
    )


def leaves_under(form: Format, table_id: str, prefix: str) -> tuple[str, ...]:
    """Items of a format's table whose code starts with `prefix` and a dot, totals left out."""
    items: dict[str, bool] = {}
    for cell in form.cells:
        if cell.table_id == table_id and cell.item_code.startswith(f"{prefix}."):
            items[cell.item_code] = items.get(cell.item_code, True) and cell.is_total
    return tuple(item for item, is_total in items.items() if not is_total)


def resolve(
    terms: tuple[Term, ...], form: Format, table_id: str, group: str
) -> tuple[tuple[int, str], ...] | None:
    """Terms as (sign, item) in a format; None where the format does not print one of them."""
    printed = {cell.item_code for cell in form.cells if cell.table_id == table_id}
    out: list[tuple[int, str]] = []
    for term in terms:
        if isinstance(term, ItemTerm):
            item = term.item.replace("{group}", group)
            if item not in printed:
                return None
            out.append((term.sign, item))
        else:
            leaves = leaves_under(form, table_id, term.items_under.replace("{group}", group))
            if not leaves:
                return None
            out.extend((term.sign, item) for item in leaves)
    return tuple(out)
