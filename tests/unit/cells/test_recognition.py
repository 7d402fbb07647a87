"""Memoised recognition: reuse, and documents that lack a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from assets.cells.document import recognise_document
from assets.cells.recognition import Subject, is_memoised, mark_partly_read, stored_cells
from assets.common.paths import DataFolder
from assets.layout.identify import identify, identities_frame
from assets.layout.imprint import Evidence
from assets.layout.memo import MEMO_FILES
from assets.layout.model import ParsedDocument, blocks_frame, grids_frame
from assets.layout.parsers.text import read_lines
from schemas.frames import ParseLog, to_frame
from tests.unit.cells.dumps import CATALOG, application_rows, tab_table
from tests.unit.cells.test_recognise import DISPUTES, disputes_table

DOC = "b" * 64


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder with one document read: tables 3 and 4, no table 2."""
    data = DataFolder(tmp_path / "data [1]")
    folder = data.parsed_folder(DOC)
    folder.mkdir(parents=True)
    blocks, grids = read_lines(tab_table(application_rows()) + "\n\n" + disputes_table(DISPUTES))
    document = ParsedDocument("text", "1", blocks, grids)
    blocks_frame(DOC, document).write_parquet(folder / "blocks.parquet")
    grids_frame(DOC, document).write_parquet(folder / "grids.parquet")
    return data


def recognise(data: DataFolder, stamp: str) -> None:
    recognise_document(
        {
            "doc_id": DOC,
            "folder": str(data.parsed_folder(DOC)),
            "catalog_root": str(CATALOG.root),
            "report_year": 2023,
            "stamp": stamp,
        }
    )


def test_memo_counts_only_with_its_stamp(data: DataFolder) -> None:
    subject = Subject(DOC, "reading 1", 2023)
    assert not is_memoised(subject, data, CATALOG)
    recognise(data, "another stamp")
    assert not is_memoised(subject, data, CATALOG)
    assert stored_cells([DOC], data).height == 190


def test_report_without_a_table_is_partly_read(data: DataFolder) -> None:
    recognise(data, "stamp")
    log = to_frame(ParseLog, [{"doc_id": DOC, "parser": "text", "status": "read"}])
    row = mark_partly_read(log, data, CATALOG).row(0, named=True)
    assert row["status"] == "partly_read"
    assert "二、主动公开政府信息情况" in row["reason"]
    assert "三、" not in row["reason"]


def test_only_documents_that_were_read_can_be_partly_read(data: DataFolder) -> None:
    recognise(data, "stamp")
    log = to_frame(ParseLog, [{"doc_id": DOC, "status": "damaged", "reason": "broken"}])
    assert mark_partly_read(log, data, CATALOG).equals(log)
    unread = to_frame(ParseLog, [{"doc_id": "c" * 64, "status": "read"}])
    assert mark_partly_read(unread, data, CATALOG).select(pl.col("status")).item() == "read"


def named(source: str, year: int) -> Evidence:
    return Evidence(source, year, f"{year}年")


OTHERS = (named("period", 2022), named("signed", 2022))


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ((), "sure"),
        ((named("title", 2023), named("period", 2023)), "sure"),
        ((named("title", 2022), named("period", 2023)), "sure"),
        ((named("title", 2022), named("title", 2022)), "sure"),
        ((named("published", 2022), named("signed", 2022), named("url", 2022)), "sure"),
        ((named("title", 2023), named("narrative", 2023), *OTHERS), "sure"),
        ((named("title", 2024), named("period", 2022)), "sure"),
        ((named("title", 2022), named("period", 2022)), "needs_review"),
        ((named("title", 2023), *OTHERS), "needs_review"),
    ],
)
def test_a_year_that_most_of_the_document_contradicts(
    data: DataFolder, evidence: tuple[Evidence, ...], status: str
) -> None:
    document = ParsedDocument("text", "1", *read_lines(tab_table(application_rows())))
    identity = replace(identify(document, "document", CATALOG), year_evidence=evidence)
    folder = data.parsed_folder(DOC)
    identities_frame(DOC, identity).write_parquet(folder / MEMO_FILES["identities"])
    recognise(data, "stamp")
    cells = stored_cells([DOC], data)
    assert set(cells["review_status"]) == {status}
    if status == "needs_review":
        assert cells["review_reason"].str.contains("2022").all()
