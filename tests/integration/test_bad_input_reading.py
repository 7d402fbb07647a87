"""Bad input: each bad file ends with a status and a clear reason, and the good ones are read."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.documents.intake import Intake, Records, take_in
from assets.layout.classify import mark_unidentified
from assets.layout.memo import MEMO_FILES, STAMP, MemoLostError, read_memos
from assets.layout.reading import Reading, read_documents
from assets.layout.resolve import resolve
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
GOOD = "000_0b8901f0c9a4b364.txt"
NOW = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
MEGABYTE = 1024 * 1024
LIMITS = Limits(seconds=60.0)
HEADER = "file,agency_name,report_year,source_url,published_on,is_synthetic\n"


@dataclass(frozen=True)
class Built:
    """A folder taken in and read."""

    data: DataFolder
    taken: Intake
    reading: Reading
    log: pl.DataFrame

    def row(self, name: str) -> dict[str, Any]:
        arrived = self.taken.arrivals.filter(pl.col("name") == name)
        (row,) = self.log.filter(pl.col("doc_id") == arrived["doc_id"].item()).to_dicts()
        return row


def build(folder: Path, data: DataFolder, limits: Limits = LIMITS, known: Built | None = None):
    """Take a folder in, read it, settle who each report is by."""
    before = Records.empty()
    if known:
        old = known.taken
        before = Records(old.source_documents, old.arrivals, old.manifest_claims)
    taken = take_in([folder], data, limits, NOW, before)
    reading = read_documents(taken.source_documents, data, limits)
    read = reading.parse_log.filter(pl.col("status") == "read")["doc_id"].to_list()
    identities = read_memos(data, read, "identities")
    reports = resolve(identities, taken.manifest_claims, taken.source_documents, load_catalog())
    return Built(
        data,
        taken,
        reading,
        mark_unidentified(reading.parse_log, reports, load_catalog().report_years),
    )


def pdf(**options: Any) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, **options)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def bomb() -> bytes:
    """A DOCX of some hundred kilobytes that unpacks to more than the limit."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as member:
            for _ in range(LIMITS.max_unpacked_bytes // MEGABYTE + 1):
                member.write(b" " * MEGABYTE)
    return buffer.getvalue()


def huge_picture() -> bytes:
    """A PNG whose header says 30,000 x 30,000 pixels, and that has none."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    parts = (header, b"IDAT" + zlib.compress(b"\0"), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in parts
    )


def without(pattern: str) -> str:
    text = (SAMPLES / GOOD).read_text(encoding="utf-8")
    return re.sub(pattern, "", text)


NEWS = """<!DOCTYPE html><html><head><title>某区召开政府信息公开工作会议</title></head><body>
<h1>某区召开政府信息公开工作会议</h1><p>2024年1月5日，某区召开会议，部署政府信息公开工作年度报告
编制工作。会议要求各单位按时完成。</p><p>来源：某区人民政府办公室</p></body></html>"""

EXPLAINED = """<!DOCTYPE html><html><head><title>《某镇2023年政府信息公开工作年度报告》解读</title>
</head><body><h1>《某镇2023年政府信息公开工作年度报告》解读</h1><p>一、总体情况</p><p>报告介绍了本镇情况。</p>
<p>二、主动公开政府信息情况</p><p>全年主动公开信息107条。</p></body></html>"""


def fill(folder: Path) -> None:
    """One of each misfortune, beside a good report."""
    folder.mkdir()
    shutil.copy(SAMPLES / GOOD, folder / GOOD)
    shutil.copy(SAMPLES / "001_552a8d10fa63c5da.txt", folder / "wrong_extension.pdf")
    whole = render(random_report(3, load_catalog(), "gir_2021"), "pdf").data
    files = {
        "empty.txt": b"",
        "cut.pdf": whole[: len(whole) // 2],
        "locked.pdf": pdf(encrypt=StandardEncryption("secret", canPrint=0)),
        "picture.pdf": pdf(),
        "news.html": NEWS.encode(),
        "explained.html": EXPLAINED.encode(),
        "bomb.docx": bomb(),
        "noise.txt": "政府信息公开".encode("gb18030") + bytes([0xFF, 0x80, 0xFE, 0xFF, 0xA0]) * 400,
        "no_year.txt": without(r"20\d\d|2[0-9] ?年").encode(),
        "no_agency.txt": without(r"(?s)^.*?(?=一、总体情况)|我局|石拐区\w*|包头市\w*").encode(),
        "twice_a.txt": (SAMPLES / "002_e73d5a6c979587d5.txt").read_bytes(),
        "sub/twice_b.txt": (SAMPLES / "002_e73d5a6c979587d5.txt").read_bytes(),
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504,
        "huge.png": huge_picture(),
        "phone.heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 64,
        "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 64,
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    with (folder / "huge.txt").open("wb") as handle:  # sparse: takes neither disk nor time
        handle.write("某局2023年政府信息公开工作年度报告\n".encode())
        handle.truncate(200 * MEGABYTE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    base = tmp_path_factory.mktemp("bad_input")
    fill(base / "source")
    return build(base / "source", DataFolder(base / "data"))


@pytest.fixture(autouse=True)
def good_report_was_read(request: pytest.FixtureRequest):
    """Whatever a test looks at, the good report beside it was read."""
    yield
    if "built" in request.fixturenames:
        built = request.getfixturevalue("built")
        assert built.row(GOOD)["status"] == "read"
        assert read_memos(built.data, [built.row(GOOD)["doc_id"]], "layout_grids").height > 100


CASES = {
    "empty.txt": ("damaged", "0 bytes"),
    "locked.pdf": ("needs_password", "password"),
    "picture.pdf": ("needs_ocr", ""),
    "photo.jpg": ("damaged", "no readable picture"),
    "huge.png": ("too_large", "30000 x 30000 pixels"),
    "phone.heic": ("needs_ocr", "save it as PNG, JPEG or TIFF"),
    "news.html": ("not_a_report", "某区召开政府信息公开工作会议"),
    "explained.html": ("not_a_report", "explanation"),
    "huge.txt": ("too_large", "200.0 MB is above the limit of 100.0 MB"),
    "bomb.docx": ("too_large", ""),
    "noise.txt": ("damaged", "UTF-8, UTF-16, GB18030"),
    "no_year.txt": ("unidentified", "no report year was found in it"),
    "no_agency.txt": ("unidentified", "no agency name was found in it"),
    "old.doc": ("unsupported_format", "application/x-ole-storage"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_ends_with_a_status_and_a_reason(built: Built, name: str):
    status, said = CASES[name]
    row = built.row(name)
    assert row["status"] == status, row
    assert said in row["reason"]


def test_a_truncated_pdf_is_not_passed_off_as_whole(built: Built):
    row = built.row("cut.pdf")
    assert row["status"] == "damaged", row
    assert row["reason"]


def test_a_wrong_extension_does_not_matter(built: Built):
    row = built.row("wrong_extension.pdf")
    assert (row["status"], row["parser"]) == ("read", "text")


def test_the_same_bytes_under_two_names_are_read_once(built: Built):
    arrived = built.taken.arrivals.filter(pl.col("name").str.contains("twice"))
    assert arrived.height == 2
    assert arrived["doc_id"].n_unique() == 1
    assert built.row("twice_a.txt") == built.row("sub/twice_b.txt")


def test_nothing_is_lost(built: Built):
    files = [path for path in (built.data.root.parent / "source").rglob("*") if path.is_file()]
    assert built.taken.arrivals.height == len(files)
    assert built.log.height == built.taken.source_documents.height == len(files) - 1
    assert built.log.filter(pl.col("status") != "read")["reason"].null_count() == 0
    kept = {path.stem for path in built.data.raw.glob("??/*")}
    lost = set(built.taken.source_documents["doc_id"]) - kept
    assert lost == {built.row("huge.txt")["doc_id"]}
    assert "not copied" in built.row("huge.txt")["reason"]


def test_a_second_reading_reads_nothing(built: Built):
    again = read_documents(built.taken.source_documents, built.data, LIMITS)
    assert again.read_anew == 0
    assert again.parse_log.equals(built.reading.parse_log)


def test_a_claim_identifies_what_the_document_does_not(tmp_path: Path):
    folder = tmp_path / "source"
    folder.mkdir()
    shutil.copy(SAMPLES / GOOD, folder / GOOD)
    (folder / "no_year.txt").write_text(without(r"20\d\d|2[0-9] ?年"), encoding="utf-8")
    (folder / "manifest.csv").write_text(HEADER + "no_year.txt,,2023,,,\n", encoding="utf-8")
    built = build(folder, DataFolder(tmp_path / "data"))
    assert built.log["status"].to_list() == ["read", "read"]


def test_memory_and_time_limits_take_one_document(tmp_path: Path):
    folder = tmp_path / "source"
    folder.mkdir()
    shutil.copy(SAMPLES / GOOD, folder / GOOD)
    (folder / "long.txt").write_bytes(b"\n" * 40 * MEGABYTE)
    data = DataFolder(tmp_path / "data")
    small = Limits(memory_bytes=200 * MEGABYTE, seconds=60.0)
    first = build(folder, data, small)
    assert first.row(GOOD)["status"] == "read"
    assert first.row("long.txt")["status"] == "too_large"
    assert "memory limit of 200 MB" in first.row("long.txt")["reason"]
    # The end is remembered under these limits and tried again under others.
    assert read_documents(first.taken.source_documents, data, small).read_anew == 0
    hasty = Limits(memory_bytes=4000 * MEGABYTE, seconds=0.5)
    second = read_documents(first.taken.source_documents, data, hasty)
    assert (second.read_anew, second.reused) == (1, 1)
    assert sorted(second.parse_log["status"]) == ["read", "timed_out"]


# Memos


@pytest.fixture
def small(built: Built, tmp_path: Path) -> Built:
    """A data folder of its own with the good report alone."""
    row = built.row(GOOD)
    data = DataFolder(tmp_path / "data")
    for of in (DataFolder.parsed_folder, lambda folder, doc_id: folder.raw_file(doc_id, "txt")):
        source, target = of(built.data, row["doc_id"]), of(data, row["doc_id"])
        target.parent.mkdir(parents=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    documents = built.taken.source_documents.filter(pl.col("doc_id") == row["doc_id"])
    return replace(built, data=data, taken=replace(built.taken, source_documents=documents))


def read_again(built: Built) -> int:
    return read_documents(built.taken.source_documents, built.data, LIMITS).read_anew


def test_a_memo_holds_every_table_of_its_document(small: Built):
    doc_id = small.row(GOOD)["doc_id"]
    for table in MEMO_FILES:
        assert set(read_memos(small.data, [doc_id], table)["doc_id"]) == {doc_id}
    assert read_memos(small.data, [], "identities").is_empty()


@pytest.mark.parametrize("spoilt", [STAMP, "grids.parquet"])
def test_an_incomplete_memo_is_made_again(small: Built, spoilt: str):
    folder = small.data.parsed_folder(small.row(GOOD)["doc_id"])
    before = (folder / "grids.parquet").read_bytes()
    os.truncate(folder / spoilt, 10)
    assert read_again(small) == 1
    assert (folder / "grids.parquet").read_bytes() == before
    assert read_again(small) == 0


def test_bytes_that_rotted_in_the_store_are_noticed(small: Built):
    doc_id = small.row(GOOD)["doc_id"]
    raw = small.data.raw_file(doc_id, "txt")
    whole = raw.read_bytes()
    raw.write_bytes(whole.replace(b"107", b"701"))
    shutil.rmtree(small.data.parsed)
    log = read_documents(small.taken.source_documents, small.data, LIMITS).parse_log
    assert log["status"].to_list() == ["damaged"]
    assert "no longer those that were taken in" in log["reason"][0]
    raw.write_bytes(whole)
    healed = read_documents(small.taken.source_documents, small.data, LIMITS).parse_log
    assert healed["status"].to_list() == ["read"]


def test_a_lost_memo_is_not_an_empty_one(small: Built):
    doc_id = small.row(GOOD)["doc_id"]
    (small.data.parsed_folder(doc_id) / "sections.parquet").unlink()
    with pytest.raises(MemoLostError, match=r"sections\.parquet"):
        read_memos(small.data, [doc_id], "report_sections")


def test_another_catalog_or_name_is_read_anew(small: Built, tmp_path: Path):
    other = tmp_path / "schemas"
    shutil.copytree(ROOT / "schemas", other)
    with (other / "labels.csv").open("a", encoding="utf-8") as handle:
        handle.write("\n")
    documents = small.taken.source_documents
    assert read_documents(documents, small.data, LIMITS, catalog_root=other).read_anew == 1
    renamed = documents.with_columns(file_name=pl.lit("某局2020年报.txt"))
    assert read_documents(renamed, small.data, LIMITS, catalog_root=other).read_anew == 1
