"""A small published warehouse with the columns of the public contract, made without a build."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from assets.common.paths import DataFolder
from schemas.catalog import load_catalog

READ = "a" * 64
SCAN = "b" * 64
OLDER = "c" * 64

SCHEMA = """
CREATE TABLE dim_item (format_id VARCHAR, table_id VARCHAR, item_code VARCHAR, breakdown VARCHAR,
  row_label VARCHAR, column_label VARCHAR, label_en VARCHAR, unit VARCHAR, value_type VARCHAR,
  is_total BOOLEAN, position INTEGER);
CREATE TABLE fct_document (doc_id VARCHAR, file_name VARCHAR, media_type VARCHAR,
  source_url VARCHAR, status VARCHAR, reason VARCHAR, parser VARCHAR, parser_version VARCHAR,
  page_count INTEGER, bytes BIGINT);
CREATE TABLE fct_arrival (doc_id VARCHAR, name VARCHAR, source VARCHAR, received_at TIMESTAMPTZ);
CREATE TABLE fct_report (report_id VARCHAR, doc_id VARCHAR, agency_code VARCHAR,
  agency_name_printed VARCHAR, agency_name VARCHAR, report_year INTEGER, title VARCHAR,
  period_start DATE, period_end DATE, published_on DATE, is_current BOOLEAN, is_synthetic BOOLEAN);
CREATE TABLE fct_unmapped_cell (report_id VARCHAR, doc_id VARCHAR, table_id VARCHAR,
    grid_no INTEGER, grid_row INTEGER, grid_column INTEGER, raw_text VARCHAR, is_number BOOLEAN,
    reason VARCHAR, page INTEGER, locator VARCHAR);
CREATE TABLE fct_report_section (report_id VARCHAR, section_no VARCHAR, heading VARCHAR,
  text VARCHAR);
CREATE TABLE fct_report_item (report_id VARCHAR, doc_id VARCHAR, agency_code VARCHAR,
  report_year INTEGER, format_id VARCHAR, table_id VARCHAR, block VARCHAR, copy_no INTEGER,
  item_code VARCHAR, breakdown VARCHAR, value DECIMAL(18,6), unit VARCHAR, value_status VARCHAR,
  raw_text VARCHAR, review_status VARCHAR, review_reason VARCHAR, confidence DOUBLE, page INTEGER,
  locator VARCHAR, parser VARCHAR, chosen_by VARCHAR, correction_id VARCHAR);
CREATE TABLE fct_finding (finding_id VARCHAR, report_id VARCHAR, doc_id VARCHAR,
  agency_code VARCHAR, report_year INTEGER, rule_id VARCHAR, breakdown VARCHAR, severity VARCHAR,
  status VARCHAR, decision VARCHAR, attribution VARCHAR, message_zh VARCHAR, message_en VARCHAR,
  expected VARCHAR, actual VARCHAR, items VARCHAR, evidence VARCHAR);
CREATE TABLE dim_rule (rule_id VARCHAR);
INSERT INTO dim_rule VALUES ('CHK-T2-01'), ('CHK-T3-01');
CREATE TABLE about (contract_version VARCHAR, build_id VARCHAR);
COMMENT ON TABLE fct_report IS '每行一份报告';
COMMENT ON COLUMN fct_report.report_id IS '报告编号';
INSERT INTO about VALUES ('1.0', 'build-7');
"""


def item_rows(doc_id: str, year: int) -> list[tuple[object, ...]]:
    """All cells of the 2021 form: zeros, with one of each other state."""
    special = {
        "t3.new.nat": ("3", "件", "reported", "3", "sure", None),
        "t3.new.com": (None, "件", "blank", "", "sure", None),
        "t3.new.res": (None, "件", "placeholder", "/", "sure", None),
        "t3.new.ngo": (None, "件", "absent", None, "sure", None),
        "t2.fee.amount_wan": ("251000", "元", "reported", "251000元", "sure", None),
        "t4.review.maintain": (
            "1",
            "件",
            "reported",
            "1",
            "needs_review",
            "the row may have slipped",
        ),
        "t4.review.correct": (None, "件", "undecided", "1 2", "needs_review", "two readings"),
    }
    rows = []
    for cell in load_catalog().formats["gir_2021"].cells:
        value, unit, status, raw, review, reason = special.get(
            cell.short_key, ("0", cell.unit, "reported", "0", "sure", None)
        )
        rows.append(
            (
                f"{doc_id}-1", doc_id, "gov-1", year, cell.format_id, cell.table_id, cell.block, 1,
                cell.item_code, cell.breakdown, value, unit, status, raw, review, reason, 1.0, 2,
                f"line {cell.position}", "text", "layout", None,
            )
        )  # fmt: skip
    return rows


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Two reports of one agency, a scan that was not read, and one finding."""
    connection.execute(SCHEMA)
    connection.executemany(
        "INSERT INTO dim_item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                cell.format_id, cell.table_id, cell.item_code, cell.breakdown, cell.row_label,
                cell.column_label, cell.label_en, cell.unit, cell.value_type, cell.is_total,
                cell.position,
            )
            for known in load_catalog().formats.values()
            for cell in known.cells
        ],
    )  # fmt: skip
    for doc_id, name, status, reason, parser in (
        (READ, "report 2023.txt", "read", None, "text"),
        (OLDER, "report 2022.txt", "read", None, "text"),
        (SCAN, "scan.pdf", "needs_ocr", "no text on any of its 3 pages", None),
    ):
        connection.execute(
            "INSERT INTO fct_document VALUES (?, ?, 'text/plain', NULL, ?, ?, ?, '1', NULL, 100)",
            [doc_id, name, status, reason, parser],
        )
        connection.execute(
            "INSERT INTO fct_arrival VALUES (?, ?, 'given', '2024-01-01')", [doc_id, f"in/{name}"]
        )
    for doc_id, year in ((READ, 2023), (OLDER, 2022)):
        connection.execute(
            "INSERT INTO fct_report VALUES (?, ?, 'gov-1', '某县人民政府', '某县人民政府', ?, "
            "'=某县年度报告', '2023-01-01', '2023-12-31', NULL, true, false)",
            [f"{doc_id}-1", doc_id, year],
        )
        connection.executemany(
            f"INSERT INTO fct_report_item VALUES ({', '.join('?' * 22)})", item_rows(doc_id, year)
        )
    connection.execute(
        "INSERT INTO fct_unmapped_cell VALUES (?, ?, 'applications', 1, 9, 3, '41', true, "
        "'no cell of the format took it; row label: 9.其他情形', 2, 'line 40')",
        [f"{READ}-1", READ],
    )
    connection.execute(
        "INSERT INTO fct_report_section VALUES (?, '一', '一、总体情况', ?)",
        [f"{READ}-1", "本年工作" * 40],
    )
    evidence = [{"item_code": "applications.received", "breakdown": "natural_person",
                 "raw_text": "3", "page": 2, "locator": "line 11"}]  # fmt: skip
    connection.execute(
        "INSERT INTO fct_finding VALUES ('f1', ?, ?, 'gov-1', 2023, 'CHK-T3-01', 'natural_person', "
        "'error', 'open', NULL, 'undetermined', '收办不平衡', 'received and handled differ', '0', "
        "'3', '[]', ?)",
        [f"{READ}-1", READ, json.dumps(evidence)],
    )


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a published warehouse."""
    data = DataFolder(tmp_path_factory.mktemp("data"))
    data.warehouse.mkdir()
    with duckdb.connect(data.published_db) as connection:
        fill(connection)
    return data.root


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands in English, at a stated width, whatever the machine's environment says."""
    for name in ("GONGKAI_LANG", "GONGKAI_DATA", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "160")
    return CliRunner()
