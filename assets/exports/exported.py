"""What leaves a publication, and in which pieces: tables, their parts by year, what is kept back.

Everything is read from published.duckdb, so that files and publication never disagree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import duckdb

KEPT_BACK = frozenset({"fct_report_contact"})
"""Tables with telephone numbers and addresses of people in agencies."""
BY_YEAR = frozenset(
    {
        "cmp_applicant_outcome",
        "cmp_dispute_funnel",
        "cmp_enforcement_mix",
        "cmp_indicator_long",
        "cmp_item_by_agency",
        "cmp_item_year_over_year",
        "cmp_outcome_mix",
        "cmp_peer_rank",
        "cmp_proactive_stock_flow",
        "cmp_refusal_reasons",
        "fct_finding",
        "fct_report_item",
        "fct_rule_outcome",
        "qlt_rule_by_report",
    }
)
"""Tables with many rows per report: one file per year, however few rows there are today.

A declared list and not a threshold, because a name that changes when the data grow breaks the
queries of everybody who wrote it down.
"""


class ExportFormat(StrEnum):
    """Formats of an export."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"


class ExportError(RuntimeError):
    """Nothing was exported; the message says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """A published column; `comment` is bilingual, Chinese first."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A published table as an export describes it."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def has(self, *names: str) -> bool:
        """Whether it has all these columns."""
        return set(names) <= {column.name for column in self.columns}


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a table that go into one file.

    Attributes:
        path: relative to the export folder, with forward slashes.
        where: SQL condition, "true" for all rows.
        name: name of the resource in datapackage.json.
        report_year: the year of a part by year; None for a whole table and for rows without one.
    """

    table: ExportedTable
    path: str
    where: str
    name: str
    report_year: int | None


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export; `content` is a fingerprint of what it was made from."""

    table: str
    path: str
    report_year: int | None
    rows: int
    bytes: int
    sha256: str
    name: str
    content: str = ""
    is_kept: bool = False


def text(literal: str) -> str:
    """A string as SQL writes it."""
    return "'" + literal.replace("'", "''") + "'"


def quoted(identifier: str) -> str:
    """A name as SQL writes it."""
    return '"' + identifier.replace('"', '""') + '"'


def about_row(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The only row of `about`."""
    cursor = connection.execute("SELECT * FROM about")
    names = [column[0] for column in cursor.description or ()]
    return dict(zip(names, cursor.fetchone() or (), strict=True))


def published_tables(connection: duckdb.DuckDBPyConnection) -> tuple[ExportedTable, ...]:
    """The tables of a publication that may leave it, by name, the two `about` tables included."""
    keys = dict(connection.execute("SELECT table_name, key_columns FROM about_tables").fetchall())
    columns = connection.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database() "
        "ORDER BY table_name, column_index"
    ).fetchall()
    described = connection.execute(
        "SELECT table_name, comment FROM duckdb_tables() "
        "WHERE database_name = current_database() ORDER BY table_name"
    ).fetchall()
    by_table: dict[str, list[Column]] = {}
    for table, *column in columns:
        by_table.setdefault(table, []).append(Column(*column))
    return tuple(
        ExportedTable(
            name=name,
            description=comment,
            key=tuple(keys.get(name, "").split(",")) if keys.get(name) else (),
            columns=tuple(by_table[name]),
        )
        for name, comment in described
        if name not in KEPT_BACK
    )


def order_by(table: ExportedTable) -> str:
    """The order of a table's rows: its key, else all columns."""
    return ", ".join(f"{quoted(name)} NULLS LAST" for name in table.key) or "ALL"


def indicator_definitions(
    connection: duckdb.DuckDBPyConnection, tables: tuple[ExportedTable, ...]
) -> list[dict[str, Any]]:
    """The rows of dim_indicator where it is published; dates and decimals as text."""
    if not any(table.name == "dim_indicator" for table in tables):
        return []
    cursor = connection.execute("SELECT * FROM dim_indicator ORDER BY ALL")
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return json.loads(json.dumps(rows, default=str))


def parts_of(
    connection: duckdb.DuckDBPyConnection,
    table: ExportedTable,
    condition: str,
    paths: Mapping[str, str],
) -> list[Part]:
    """The parts of a table, by year where BY_YEAR says so; one part where no row is selected.

    Args:
        connection: a publication.
        table: one of its tables.
        condition: SQL that selects rows.
        paths: how the file of a whole table (`whole`) and of a year (`year`) is called, and what
            stands for the year of rows without one (`none`).
    """
    years: list[int | None] = []
    if table.name in BY_YEAR and table.has("report_year"):
        found = connection.execute(
            f"SELECT DISTINCT report_year FROM {quoted(table.name)} WHERE {condition} "
            "ORDER BY report_year NULLS LAST"
        ).fetchall()
        years = [year for (year,) in found]
    if not years:
        path = paths["whole"].format(table=table.name)
        return [Part(table, path, condition, table.name, None)]
    return [
        Part(
            table=table,
            path=paths["year"].format(
                table=table.name, year=paths["none"] if year is None else year
            ),
            where=f"({condition}) AND report_year IS NOT DISTINCT FROM {year or 'NULL'}",
            name=f"{table.name}-{'none' if year is None else year}",
            report_year=year,
        )
        for year in years
    ]
