"""Concepts that last over formats, as the columns of one wide row per report.

A concept is the sum of its items in a format (crosswalk.csv); with a member of its axis it is one
column. The names follow from the codes alone, so a new format needs data files and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # catalog.py checks indicators with this module
    from schemas.catalog import Catalog

MONEY_UNIT = "万元"
"""The unit in which amounts of money are compared."""


def column_name(concept: str, breakdown: str = "") -> str:
    """The column of a concept and member of its axis: `applications__received__total`."""
    name = concept.replace(".", "__")
    return f"{name}__{breakdown}" if breakdown else name


@dataclass(frozen=True, slots=True)
class ConceptColumn:
    """A concept and member of its axis; `formats` are those that print all of its items."""

    concept: str
    breakdown: str
    table_id: str
    unit: str
    is_money: bool
    formats: tuple[str, ...]

    @property
    def name(self) -> str:
        """The column of the wide table."""
        return column_name(self.concept, self.breakdown)


def _printed(catalog: Catalog) -> Iterator[tuple[str, str, str, str, str, bool]]:
    for form in catalog.formats.values():
        concepts: dict[str, list[str]] = {}
        for row in catalog.crosswalk:
            if row.format_id == form.format_id:
                concepts.setdefault(row.item_code, []).append(row.concept)
        for cell in form.cells:
            money = cell.value_type == "money"
            unit = MONEY_UNIT if money else cell.unit
            for concept in concepts.get(cell.item_code, ()):
                yield concept, cell.breakdown, cell.table_id, unit, form.format_id, money


def concept_columns(catalog: Catalog) -> tuple[ConceptColumn, ...]:
    """Every concept and member that some format prints, in the order of tables, then of print."""
    tables: dict[str, int] = {}
    found: dict[tuple[str, str], tuple[str, str, bool]] = {}
    formats: dict[tuple[str, str], dict[str, None]] = {}
    for concept, breakdown, table_id, unit, format_id, money in _printed(catalog):
        tables.setdefault(table_id, len(tables))
        found.setdefault((concept, breakdown), (table_id, unit, money))
        formats.setdefault((concept, breakdown), {})[format_id] = None
    columns = [
        ConceptColumn(concept, breakdown, table_id, unit, money, tuple(formats[concept, breakdown]))
        for (concept, breakdown), (table_id, unit, money) in found.items()
    ]
    return tuple(sorted(columns, key=lambda column: tables[column.table_id]))
