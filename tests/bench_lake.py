"""A lake of any number of made-up reports, written by DuckDB: the ground of bench_warehouse.py.

Every agency files every year on the form that governs it. A value depends on report and cell
alone, one cell in thirty is blank and one in a hundred needs review. Only the tables that grow
with reports are made here; reference tables are the real ones.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from assets.common.lake import CONTENT_KEY, INPUTS_KEY, ROWS_KEY, Lake
from assets.common.parts import Part, part_numbers, parts_for
from assets.reference.frames import reference_frames
from schemas.catalog import Catalog, load_catalog
from schemas.frames import LAKE_TABLES, polars_schema

FIRST_YEAR = 2019
DIVISIONS = 3000
RULES_PER_REPORT = 30
PLACES_PER_RULE = 3

REPORTS = """
SELECT
    d.doc_id || '-1' AS report_id, d.doc_id, 1 AS ordinal, a.agency_code,
    a.agency_name AS agency_name_printed, a.agency_name, a.kind, y.report_year,
    a.agency_name || y.report_year || '年政府信息公开工作年度报告' AS title,
    make_date(y.report_year, 1, 1) AS period_start, make_date(y.report_year, 12, 31) AS period_end,
    make_date(y.report_year + 1, 1, 20) AS published_on, NULL AS signed_on,
    '[]' AS year_evidence, '[]' AS agency_evidence, '[]' AS identity_conflicts,
    true AS is_current, true AS is_synthetic
FROM agencies AS a CROSS JOIN years AS y,
    LATERAL (SELECT sha256(a.agency_code || y.report_year) AS doc_id) AS d
"""

TABLES = {
    "report_facts": """
        SELECT r.report_id, r.doc_id, r.agency_code, r.report_year, c.* EXCLUDE (position),
            1 AS copy_no, 'text' AS parser, 'layout' AS chosen_by, 1.0 AS confidence,
            CASE WHEN h % 30 = 0 THEN NULL ELSE (h >> 8) % (10 + h % 900) END AS value,
            CASE WHEN h % 30 = 0 THEN 'blank' ELSE 'reported' END AS value_status,
            CASE WHEN h % 30 = 0 THEN '' ELSE ((h >> 8) % (10 + h % 900))::VARCHAR END AS raw_text,
            CASE WHEN h % 100 = 7 THEN 'needs_review' ELSE 'sure' END AS review_status,
            CASE WHEN h % 100 = 7 THEN 'two readings' END AS review_reason,
            'line ' || c.position // 10 || ', column ' || c.position % 10 AS locator
        FROM mine AS r INNER JOIN cells AS c ON r.format_id = c.format_id,
            LATERAL (SELECT hash(r.report_id || $version, c.position) AS h) AS hashed
        ORDER BY r.report_id, c.position
    """,
    "rule_outcomes": """
        SELECT r.report_id, r.doc_id, r.agency_code, r.report_year, rules.rule_id,
            'place-' || p.place AS breakdown,
            CASE h % 40 WHEN 0 THEN 'fails' WHEN 1 THEN 'not_evaluable' ELSE 'holds' END AS outcome,
            h % 90 AS left_value, h % 80 AS right_value, h % 90 - h % 80 AS difference,
            '[]' AS missing_items
        FROM mine AS r CROSS JOIN rules CROSS JOIN places AS p,
            LATERAL (SELECT (hash(r.report_id, rules.rule_id, p.place) >> 8)::BIGINT AS h) AS hashed
        ORDER BY r.report_id, rules.rule_id, breakdown
    """,
    "findings": """
        SELECT sha256(r.report_id || rules.rule_id || p.place) AS finding_id, r.report_id,
            r.doc_id, r.agency_code, r.report_year, rules.rule_id,
            'place-' || p.place AS breakdown, 'error' AS severity, 'open' AS status,
            'undetermined' AS attribution, '左右两边相差。' AS message_zh,
            'The two sides differ.' AS message_en, '2' AS expected, '3' AS actual,
            '["applications.received"]' AS items, '[]' AS evidence
        FROM mine AS r CROSS JOIN rules CROSS JOIN places AS p,
            LATERAL (SELECT (hash(r.report_id, rules.rule_id, p.place) >> 8)::BIGINT AS h) AS hashed
        WHERE h % 40 = 0
        ORDER BY r.report_id, rules.rule_id, breakdown
    """,
    "report_sections": """
        SELECT r.doc_id, s.section_no, s.section_no || '、部分' AS heading,
            s.section_no || '、' AS numbering, 1.0 AS heading_score,
            '本机关 ' || r.agency_code || repeat('依法公开政府信息。', 8) AS text,
            s.position AS "order", 'line ' || s.position AS locator
        FROM mine AS r CROSS JOIN sections AS s ORDER BY r.doc_id, s.position
    """,
    "report_contacts": """
        SELECT doc_id, '0000-' || hash(doc_id) % 10000000 AS telephone FROM mine ORDER BY doc_id
    """,
}

REGISTERS = {
    "source_documents": """
        SELECT doc_id, agency_code || '-' || report_year || '.txt' AS file_name,
            'text/plain' AS media_type, 'txt' AS extension, 9000 AS bytes, true AS is_synthetic
        FROM reports ORDER BY doc_id
    """,
    "arrivals": """
        SELECT doc_id, agency_code || '-' || report_year || '.txt' AS name, 'inbox' AS source,
            TIMESTAMPTZ '2026-01-02 03:04:05+00' AS received_at
        FROM reports ORDER BY doc_id
    """,
    "parse_log": """
        SELECT doc_id, 'text' AS parser, '1' AS parser_version, 'read' AS status
        FROM reports ORDER BY doc_id
    """,
    "reports": "SELECT * FROM reports ORDER BY report_id",
}


class BenchLake:
    """Writes and changes the lake of the benchmark.

    Args:
        lake: where it lies.
        reports: how many reports, over all years.
        years: how many report years.
    """

    def __init__(self, lake: Lake, reports: int, years: int) -> None:
        self.lake = lake
        self.years = tuple(range(FIRST_YEAR, FIRST_YEAR + years))
        self._catalog = load_catalog()
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._prepare(reports // years)

    def _prepare(self, agencies: int) -> None:
        cells = _cells(self._catalog)
        forms = pl.DataFrame(
            [(year, self._catalog.format_for(year).format_id) for year in self.years],
            schema={"report_year": pl.Int32, "format_id": pl.String},
            orient="row",
        )
        sections = pl.DataFrame({"section_no": list("一二三四五六"), "position": range(6)})
        rules = pl.DataFrame({"rule_id": [rule.id for rule in self._catalog.rules]})
        rules = rules.head(RULES_PER_REPORT)
        places = pl.DataFrame({"place": range(PLACES_PER_RULE)})
        for name, frame in {
            "cells": cells,
            "years": forms,
            "sections": sections,
            "rules": rules,
            "places": places,
        }.items():
            self._connection.register(f"{name}_frame", frame.to_arrow())
            self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_frame")
        self._connection.execute(
            f"""CREATE TABLE agencies AS
            SELECT 'dept-' || substr(sha256(n::VARCHAR), 1, 12) AS agency_code, n,
                '编' || n % {DIVISIONS} || '县' || n // {DIVISIONS} || '局' AS agency_name,
                ['dept', 'gov', 'township', 'street'][1 + n % 4] AS kind
            FROM range({agencies}) AS numbers (n)"""
        )
        self._connection.execute(f"CREATE TABLE reports AS {REPORTS}")

    def write(self) -> None:
        """Write all tables."""
        for table, frame in reference_frames(self._catalog).items():
            self.lake.write(table, frame)
        self._registers()
        for year in self.years:
            for part in self._parts(year):
                self._write_part(year, part, version="")

    def add_report(self, year: int) -> str:
        """File one report of a new agency for a year; rewrites what one added report rewrites."""
        code = "dept-added"
        self._connection.execute(
            f"INSERT INTO agencies VALUES ('{code}', 0, '新设机关', 'dept');"
            f"INSERT INTO reports SELECT * FROM ({REPORTS}) AS made "
            f"WHERE agency_code = '{code}' AND report_year = {year}"
        )
        self._registers()
        parts = self._parts(year)
        number = part_numbers([code], len(parts))[code]
        self._write_part(year, parts[number], version="")
        return code

    def change_year(self, year: int) -> None:
        """Give the reports of a year other values."""
        for part in self._parts(year):
            self._write_part(year, part, version="changed")

    def _parts(self, year: int) -> tuple[Part, ...]:
        found = self._connection.execute(
            f"SELECT count(*) FROM reports WHERE report_year = {year}"
        ).fetchone()
        return parts_for(found[0] if found else 0)

    def _registers(self) -> None:
        for table, query in REGISTERS.items():
            self._copy(table, query, self.lake.file(table), version="")

    def _write_part(self, year: int, part: Part, version: str) -> None:
        # The first 32 bits of the hash of the code, as part_numbers has it.
        self._connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE mine AS
            SELECT reports.*, years.format_id FROM reports INNER JOIN years USING (report_year)
            WHERE report_year = {year}
                AND ('0x' || substr(sha256(agency_code), 1, 8))::BIGINT * {part.count} >> 32
                    = {part.number}"""
        )
        for table, query in TABLES.items():
            self._copy(table, query, self.lake.file(table, year, part), version)

    def _copy(self, table: str, query: str, target: Path, version: str) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        given = query.replace("$version", f"'{version}'")
        made = self._connection.execute(f"SELECT * FROM ({given}) LIMIT 0").description or []
        present = {column[0] for column in made}
        columns = ", ".join(
            f"CAST({_quoted(name) if name in present else 'NULL'} AS {_sql_type(kind)}) "
            f"AS {_quoted(name)}"
            for name, kind in polars_schema(LAKE_TABLES[table]).items()
        )
        rows = self._connection.execute(f"SELECT count(*) FROM ({given})").fetchone()
        count = rows[0] if rows else 0
        content = f"{target.parent.name} {version} {count}"
        self._connection.execute(
            f"COPY (SELECT {columns} FROM ({given})) TO '{target}' (FORMAT parquet, "
            f"COMPRESSION zstd, KV_METADATA {{'{CONTENT_KEY}': '{content}', "
            f"'{INPUTS_KEY}': '', '{ROWS_KEY}': '{count}'}})"
        )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _cells(catalog: Catalog) -> pl.DataFrame:
    """The cells of every form."""
    return pl.DataFrame(
        [
            {
                "format_id": cell.format_id,
                "table_id": cell.table_id,
                "block": cell.block,
                "item_code": cell.item_code,
                "breakdown": cell.breakdown,
                "unit": cell.unit or None,
                "position": cell.position,
            }
            for form in catalog.formats.values()
            for cell in form.cells
        ]
    )


def _sql_type(kind: pl.DataType) -> str:
    """The DuckDB type of a lake column."""
    if isinstance(kind, pl.Decimal):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    names: dict[type[pl.DataType], str] = {
        pl.String: "VARCHAR",
        pl.Int32: "INTEGER",
        pl.Int64: "BIGINT",
        pl.Float64: "DOUBLE",
        pl.Boolean: "BOOLEAN",
        pl.Date: "DATE",
        pl.Datetime: "TIMESTAMPTZ",
    }
    return names[type(kind)]
