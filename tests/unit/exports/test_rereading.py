"""What a publication would change: a small publication and a small lake, cell by cell."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.exports.rereading import FILE, ItemChanges, reading_changes
from schemas.frames import LAKE_TABLES, to_frame

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def fact(doc_id: str, item: str, value: Any = 1, **more: Any) -> dict[str, Any]:
    """A row of report_facts of the only report of a document."""
    row = {
        "report_id": f"{doc_id}-1",
        "doc_id": doc_id,
        "agency_code": "x",
        "report_year": 2023,
        "format_id": "f",
        "table_id": "t",
        "block": "b",
        "copy_no": 1,
        "item_code": item,
        "breakdown": "total",
        "value": value,
        "unit": "件",
        "value_status": "blank" if value is None else "reported",
        "raw_text": "" if value is None else str(value),
        "review_status": "sure",
        "confidence": 1.0,
        "locator": "p1",
        "parser": "html",
        "chosen_by": "layout",
    }
    return row | more


PUBLISHED = [fact(A, "i1"), fact(A, "i2"), fact(B, "i1"), fact(B, "i2", None)]


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder in whose path SQL and globbing find something, with a publication."""
    folder = DataFolder(tmp_path / "it's [1]")
    folder.warehouse.mkdir(parents=True)
    publish(folder, PUBLISHED)
    return folder


def publish(data: DataFolder, rows: list[dict[str, Any]]) -> None:
    data.published_db.unlink(missing_ok=True)
    facts = data.root / "facts.parquet"
    to_frame(LAKE_TABLES["report_facts"], rows).write_parquet(facts)
    with duckdb.connect(str(data.published_db)) as connection:
        connection.execute("CREATE TABLE fct_report_item AS FROM read_parquet(?)", [glob(facts)])
        connection.execute(
            "CREATE TABLE fct_document AS SELECT DISTINCT doc_id, 'file of ' || doc_id[1] AS "
            "file_name, '2' AS parser_version FROM fct_report_item"
        )
        connection.execute("CREATE TABLE about AS SELECT 'old revision' AS code_revision")


def glob(path: Path) -> str:
    return str(path).replace("[", "[[]")


def lake(data: DataFolder, rows: list[dict[str, Any]], year: int = 2023) -> None:
    frame = to_frame(LAKE_TABLES["report_facts"], rows)
    Lake(data.lake).write("report_facts", frame, year)
    log = [
        {"doc_id": doc_id, "status": "read", "parser": "html", "parser_version": "3"}
        for doc_id in sorted({row["doc_id"] for row in rows})
    ]
    Lake(data.lake).write("parse_log", to_frame(LAKE_TABLES["parse_log"], log))


def listed(data: DataFolder) -> list[dict[str, str]]:
    with (data.root / FILE).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_same_cells_are_no_change_and_leave_no_file(data):
    (data.root / FILE).write_text("of a build before")
    lake(data, PUBLISHED)
    found = reading_changes(data)
    assert (found.documents, found.cells, found.file, found.obstacle) == (0, 0, None, None)
    assert not (data.root / FILE).exists()
    assert [path.name for path in data.warehouse.iterdir()] == ["published.duckdb"]


def test_without_a_publication_there_is_nothing_to_compare_with(tmp_path):
    assert reading_changes(DataFolder(tmp_path)) is None


def test_what_differs_is_counted_by_item_and_listed(data):
    lake(
        data,
        [
            fact(A, "i1", 4, raw_text="=4"),
            fact(A, "i2", review_status="needs_review", review_reason="two readings differ"),
            fact(B, "i1"),
            fact(B, "i2", 0),
        ],
    )
    found = reading_changes(data)
    assert (found.documents, found.lost, found.cells) == (2, 0, 3)
    assert (found.values, found.statuses, found.reviews) == (2, 1, 1)
    assert found.items == (
        ItemChanges("i2", "total", 2, 1, 1, 1),
        ItemChanges("i1", "total", 1, 1, 0, 0),
    )
    first, second, third = listed(data)
    assert first["file_name"] == "file of a"
    assert (first["old_value"], first["new_value"]) == ("1.000000", "4.000000")
    # A spreadsheet must not run what a stranger printed.
    assert (first["old_raw_text"], first["new_raw_text"]) == ("1", "'=4")
    assert (first["old_parser_version"], first["new_parser_version"]) == ("2", "3")
    assert first["old_code"] == "old revision"
    assert second["new_review_reason"] == "two readings differ"
    assert (third["old_value_status"], third["new_value_status"]) == ("blank", "reported")
    assert {row["reason"] for row in (first, second, third)} == {"reread"}


def test_a_document_that_gives_no_cells_any_more_is_told(data):
    lake(data, [fact(A, "i1"), fact(A, "i2")])
    found = reading_changes(data)
    assert (found.documents, found.lost, found.cells) == (1, 1, 2)
    assert [row["new_value"] for row in listed(data)] == ["", ""]


def test_a_lake_without_facts_loses_all(data):
    found = reading_changes(data)
    assert (found.documents, found.lost, found.cells) == (2, 2, 4)


def test_a_new_document_is_no_change_and_one_without_cells_before_is(data):
    lake(data, [*PUBLISHED, fact(C, "i1", 7)])
    assert reading_changes(data).cells == 0
    with duckdb.connect(str(data.published_db)) as connection:
        connection.execute("INSERT INTO fct_document VALUES (?, 'unidentified', '2')", [C])
    found = reading_changes(data)
    assert (found.documents, found.cells) == (1, 1)


def test_another_report_year_is_found_where_it_went(data):
    """The same cells under another year are the same cells: rel_change tells of years."""
    lake(data, [fact(A, "i1", 5, report_year=2022), fact(A, "i2", report_year=2022)], 2022)
    lake(data, PUBLISHED[2:])
    assert reading_changes(data).cells == 1


def test_a_correction_is_told_from_a_reading(data):
    lake(data, [fact(A, "i1", 3, correction_id="correction-1"), *PUBLISHED[1:]])
    reading_changes(data)
    assert [row["reason"] for row in listed(data)] == ["correction"]


def test_a_publication_that_cannot_be_compared_is_said(data):
    lake(data, PUBLISHED)
    with duckdb.connect(str(data.published_db)) as connection:
        connection.execute("ALTER TABLE fct_report_item DROP COLUMN unit")
    found = reading_changes(data)
    assert "unit" in found.obstacle
    data.published_db.write_bytes(b"no database")
    assert reading_changes(data).obstacle


def test_many_parts_are_one_lake(data):
    """Rows of several files, in another order than they were published."""
    lake(data, list(reversed(PUBLISHED[:2])), 2022)
    lake(data, PUBLISHED[2:])
    assert reading_changes(data).cells == 0
    assert pl.read_parquet(Lake(data.lake).files("report_facts")[0], glob=False).height == 2
