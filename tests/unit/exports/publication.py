"""A publication with everything that may go wrong in a file, written without a build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from assets.common.paths import DataFolder

LONG = "长" * 40_000
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "-",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "  =1",
    "\u3000=1",
    "'=1",
    "'quoted'",
    'say "a", then\nb',
    "a;b,c",
    "a\r\nb",
    "00123",
    "1e5",
    "2023-01-02",
    "TRUE",
    "_x0041_",
    "https://example.invalid/?a=1",
    "石嘴山市𠮷",
    "",
    LONG,
)
CONTROL = "nul\x00 bell\x07 escape\x1b del\x7f nonchar\uffff"
CLEANED = "nul\ufffd bell\ufffd escape\ufffd del\ufffd nonchar\ufffd"

TABLES: dict[str, tuple[str, str]] = {
    "dim_agency": (
        "agency_code,is_synthetic",
        "agency_code VARCHAR, agency_name VARCHAR, division_code VARCHAR, is_synthetic BOOLEAN",
    ),
    "dim_division": ("division_code", "division_code VARCHAR, division_name VARCHAR"),
    "dim_indicator": ("indicator_id", "indicator_id VARCHAR, name_zh VARCHAR, version DATE"),
    "fct_document": ("doc_id", "doc_id VARCHAR, file_name VARCHAR"),
    "fct_report": (
        "report_id",
        "report_id VARCHAR, doc_id VARCHAR, agency_code VARCHAR, report_year INTEGER, "
        "is_synthetic BOOLEAN",
    ),
    "fct_report_contact": ("report_id", "report_id VARCHAR, telephone VARCHAR"),
    "fct_report_item": (
        "report_id,item_code,breakdown",
        "report_id VARCHAR, doc_id VARCHAR, agency_code VARCHAR, report_year INTEGER, "
        "item_code VARCHAR, breakdown VARCHAR, value DECIMAL(18,6), share_ratio DOUBLE, "
        "printed_on DATE, read_at TIMESTAMP, raw_text VARCHAR, huge_count BIGINT, "
        "is_synthetic BOOLEAN",
    ),
    "cmp_indicator_long": (
        "agency_code,report_year,is_synthetic,indicator_id",
        "agency_code VARCHAR, report_year INTEGER, is_synthetic BOOLEAN, indicator_id VARCHAR, "
        "value DOUBLE",
    ),
    "dim_item": (
        "format_id,item_code,breakdown",
        "format_id VARCHAR, item_code VARCHAR, breakdown VARCHAR, position INTEGER",
    ),
    "cmp_coverage": (
        "region_code,report_year",
        "region_code VARCHAR, report_year INTEGER, expected_count BIGINT",
    ),
    "cmp_item_by_agency": (
        "agency_code,report_year,is_synthetic,concept,breakdown",
        "agency_code VARCHAR, report_year INTEGER, is_synthetic BOOLEAN, concept VARCHAR, "
        "breakdown VARCHAR, label_zh VARCHAR, label_en VARCHAR, unit VARCHAR, "
        "value DECIMAL(38,6), value_status VARCHAR, needs_review_count BIGINT, "
        "break_note VARCHAR, break_note_en VARCHAR",
    ),
}
AGENCIES = (
    ("a1", "甲市教育局", "140100000000", False),
    ("a2", "乙市教育局", "140200000000", False),
    ("a1", "甲市教育局", "140100000000", True),
)
ITEMS = len(HOSTILE) + 1


def item_rows(code: str, year: int | None, is_synthetic: bool) -> list[tuple[Any, ...]]:
    """Every hostile text as the printed text of a cell, beside numbers that must stay numbers."""
    report, day = f"{code}-{year}-{is_synthetic:d}", f"{year or 2020}-03-31"
    return [
        (
            report, f"doc-{report}", code, year, f"item.{number:02}", "" if number % 2 else "total",
            None if number == 3 else f"-{number}.5", None if number == 4 else number / 7,
            day if number else "1850-01-02", f"{day} 12:00:01", text,
            123456789012345678 if number == 5 else number, is_synthetic,
        )
        for number, text in enumerate([*HOSTILE, CONTROL])
    ]  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]):
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def published(
    root: Path, years: Sequence[int | None] = (2021, 2022), build: str = "20230102T030405Z-aa"
) -> DataFolder:
    """A data folder with nothing but a publication of three agencies."""
    data = DataFolder(root)
    data.warehouse.mkdir(parents=True, exist_ok=True)
    data.published_db.unlink(missing_ok=True)
    with duckdb.connect(str(data.published_db)) as connection:
        for name, (_, columns) in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
        _insert(connection, "dim_agency", AGENCIES)
        _insert(
            connection,
            "dim_division",
            [("140000000000", "山西省"), ("140100000000", "甲市"), ("150000000000", "内蒙古")],
        )
        _insert(
            connection,
            "dim_item",
            [("f1", "received", "total", 9), ("f2", "received", "total", 1),
             ("f2", "a.refused", "total", 2)],
        )  # fmt: skip
        _insert(connection, "cmp_coverage", [("140100000000", 2022, 2), ("150000000000", 2022, 9)])
        _insert(connection, "dim_indicator", [("growth", "增长", "2024-01-01")])
        for code, _, _, is_synthetic in AGENCIES:
            for year in years:
                items = item_rows(code, year, is_synthetic)
                report, doc = items[0][:2]
                _insert(connection, "fct_document", [(doc, f"{doc}.pdf")])
                _insert(connection, "fct_report", [(report, doc, code, year, is_synthetic)])
                _insert(connection, "fct_report_contact", [(report, "0000-1234567")])
                _insert(connection, "fct_report_item", items)
                _insert(
                    connection, "cmp_indicator_long", [(code, year, is_synthetic, "growth", 0.5)]
                )
                _insert(
                    connection,
                    "cmp_item_by_agency",
                    [
                        (code, year, is_synthetic, "received", "total", "新收", "received", "件",
                         year, "reported", 0, None, None),
                        (code, year, is_synthetic, "a.refused", "total", "不公开", "no", "件",
                         None if year == 2021 else 4, "blank" if year == 2021 else "reported",
                         int(year == 2022), "口径不同", "not the same"),
                    ],
                )  # fmt: skip
        _about(connection, build, [str(year) for year in years])
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall():
            connection.execute(
                f"COMMENT ON COLUMN {table}.{column} IS '列{column}：它''s。Column {column}.'"
            )
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.execute(
                f"COMMENT ON TABLE {table} IS '每行是“{table}”。One row per {table}.'"
            )
    return data


def _about(connection: duckdb.DuckDBPyConnection, build: str, years: list[str]) -> None:
    connection.execute(
        "CREATE TABLE about AS SELECT '1.0' AS contract_version, ?::VARCHAR AS build_id, "
        "'abc' AS code_revision, 'def' AS catalogue_hash, ?::VARCHAR AS report_years, "
        "6 AS report_count",
        [build, ",".join(years)],
    )
    connection.execute("CREATE TABLE about_tables (table_name VARCHAR, key_columns VARCHAR)")
    _insert(connection, "about_tables", [(name, key) for name, (key, _) in TABLES.items()])


def table_rows(data: DataFolder, table: str, where: str = "true") -> list[tuple[Any, ...]]:
    """The published rows of a table, in the order of its key."""
    order = TABLES[table][0] if table in TABLES else "ALL"
    with duckdb.connect(str(data.published_db), read_only=True) as connection:
        return connection.execute(
            f"SELECT * FROM {table} WHERE {where} ORDER BY {order}"
        ).fetchall()
