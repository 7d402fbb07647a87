"""A scan through the reading stage: in a worker, and again once the extra is there."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import polars as pl
import pytest

from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.layout.memo import STAMP, write_memo
from assets.layout.ocr.engine import INSTALL
from assets.layout.reading import read_documents, reading_version
from assets.synthetic.scan import bind_scans
from schemas.catalog import load_catalog

from .pictures import scans

PDF = "application/pdf"


@pytest.fixture
def stored(tmp_path: Path) -> tuple[DataFolder, pl.DataFrame]:
    """A data folder that holds one scan, and its documents row."""
    content = bind_scans(scans())
    doc_id = hashlib.sha256(content).hexdigest()
    data = DataFolder(tmp_path)
    raw = data.raw_file(doc_id, "pdf")
    raw.parent.mkdir(parents=True)
    raw.write_bytes(content)
    row = {
        "doc_id": doc_id, "file_name": "scan.pdf", "media_type": PDF,
        "extension": "pdf", "bytes": len(content),
    }  # fmt: skip
    return data, pl.DataFrame([row])


def test_a_scan_is_read_in_a_worker_and_anew_once_recognition_is_installed(stored):
    data, documents = stored
    doc_id = documents["doc_id"][0]
    folder = data.parsed_folder(doc_id)
    version = reading_version(PDF, load_catalog())
    unread = {
        "doc_id": doc_id, "parser": "pdf", "parser_version": "1", "status": "needs_ocr",
        "reason": f"1 page, a scan; run {INSTALL}", "page_count": None, "seconds": 0.1,
    }  # fmt: skip
    write_memo(folder, version, "scan.pdf", Limits(), unread, {})
    assert (folder / STAMP).exists()

    first = read_documents(documents, data, Limits(), workers=1)
    assert first.read_anew == 1
    assert INSTALL not in (first.parse_log["reason"][0] or "")
    grids = pl.read_parquet(folder / "grids.parquet")
    (cell,) = grids.filter(pl.col("text") == "58644").iter_rows(named=True)
    assert cell["other"] == "58644"
    assert cell["confidence"] > 0.9

    assert read_documents(documents, data, Limits(), workers=1).reused == 1

    # Read anew, the page needs no recognition.
    (kept,) = data.seen_pages.rglob("*.json.gz")
    written = kept.stat().st_mtime_ns
    shutil.rmtree(folder)
    assert read_documents(documents, data, Limits(), workers=1).read_anew == 1
    assert pl.read_parquet(folder / "grids.parquet").equals(grids)
    assert list(data.seen_pages.rglob("*.json.gz")) == [kept]
    assert kept.stat().st_mtime_ns == written
