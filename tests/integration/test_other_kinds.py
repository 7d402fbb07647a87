"""A bundle of many kinds, and a page with its attachment, through intake, reading and settling."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from email.encoders import encode_base64
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path

import pytest

from assets.cells.recognition import recognise_all
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.documents.intake import Records, take_in
from assets.exports.drafts import read_drafts
from assets.layout.memo import read_memos
from assets.layout.reading import read_documents
from assets.layout.settle import settled_log, settled_reports, subjects, with_current
from assets.synthetic.model import SyntheticReport
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from assets.synthetic.styles import HtmlStyle
from schemas.catalog import load_catalog

NOW = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def report() -> SyntheticReport:
    return random_report(7, load_catalog(), "gir_2021")


def web_archive(page: bytes) -> bytes:
    message = MIMEMultipart("related")
    part = MIMENonMultipart("text", "html", charset="utf-8")
    part.set_payload(page)
    encode_base64(part)
    message.attach(part)
    return b"From: <Saved by Blink>\n" + message.as_bytes()


def test_a_bundle_of_many_kinds_is_read_member_by_member(report, tmp_path: Path) -> None:
    kinds = ("docx", "xlsx", "ofd", "pdf")
    members = {f"年报.{kind}": render(report, kind).data for kind in kinds}
    members["年报.mhtml"] = web_archive(render(report, "html").data)
    members["manifest.csv"] = "file,agency_name\n年报.xlsx,示例局\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    (tmp_path / "bundle.zip").write_bytes(buffer.getvalue())
    data = DataFolder(tmp_path / "data")
    taken = take_in([tmp_path / "bundle.zip"], data, Limits(), NOW, Records.empty())
    assert taken.manifest_claims["agency_name"].to_list() == ["示例局"]
    log = read_documents(taken.source_documents, data, Limits()).parse_log
    assert log["status"].unique().to_list() == ["read"], log
    assert sorted(log["parser"]) == ["docx", "mhtml", "ofd", "pdf", "xlsx"]
    years = read_memos(data, log["doc_id"], "identities")["report_year"]
    assert years.unique().to_list() == [report.report_year]


def test_an_archive_that_is_checked_as_a_draft_says_to_name_its_files(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "报告")
    (draft,) = read_drafts([path])
    assert draft.status == "unsupported_format"
    assert "name its files" in str(draft.reason)


def test_each_document_of_an_archive_is_checked(report, tmp_path: Path) -> None:
    path = tmp_path / "报告.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("甲局/年报.txt", render(report, "tab_text").data)
        archive.writestr("b.bin", bytes(range(256)))
    drafts = read_drafts([path], open_archives=True)
    assert [draft.path.relative_to(tmp_path).as_posix() for draft in drafts] == [
        "报告.zip!b.bin",
        "报告.zip!甲局/年报.txt",
    ]
    assert [draft.is_read for draft in drafts] == [False, True]
    assert {row["report_year"] for row in drafts[1].reports} == {report.report_year}


def test_what_cannot_be_taken_out_of_an_archive_is_said(report, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good.txt", render(report, "tab_text").data)
        archive.writestr("bad.txt", "何处断裂" * 9)
    path.write_bytes(path.read_bytes().replace("何处断裂".encode(), "何处断列".encode(), 1))
    good, bad = read_drafts([path], open_archives=True)
    assert (good.is_read, bad.is_read) == (True, False)
    assert (bad.path.name, bad.status) == ("bundle.zip!bad.txt", "damaged")
    assert "CRC" in str(bad.reason)


def test_a_page_and_its_attachment_are_one_report(report, tmp_path: Path) -> None:
    page = render(report, "html", HtmlStyle(whole_page=False)).data.decode()
    stripped = re.sub(r"<table.*?</table>", "", page, flags=re.DOTALL)
    assert stripped != page
    (tmp_path / "page.html").write_text(stripped, encoding="utf-8")
    (tmp_path / "attachment.docx").write_bytes(render(report, "docx").data)
    data, catalog = DataFolder(tmp_path / "data"), load_catalog()
    files = [tmp_path / "page.html", tmp_path / "attachment.docx"]
    taken = take_in(files, data, Limits(), NOW, Records.empty())
    documents, claims = taken.source_documents, taken.manifest_claims
    log = read_documents(documents, data, Limits()).parse_log
    reports = settled_reports(log, claims, documents, data, catalog)
    recognise_all(
        subjects(documents, reports, catalog), data, catalog, Limits(), 1, lambda *_: None
    )
    current = with_current(reports, data).filter("is_current")
    settled = settled_log(log, reports, [], data, catalog)
    names = dict(documents.select("doc_id", "file_name").iter_rows())
    assert [names[doc_id] for doc_id in current["doc_id"]] == ["attachment.docx"]
    said = {names[d]: (s, r) for d, s, r in settled["doc_id", "status", "reason"].iter_rows()}
    assert said["attachment.docx"] == ("read", None)
    assert said["page.html"][0] == "partly_read"
    assert f"in document {current['doc_id'][0][:12]}" in said["page.html"][1]
