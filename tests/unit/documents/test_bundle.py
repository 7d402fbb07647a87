"""Archives: members become documents; hostile, locked and broken ones do no harm and say so."""

from __future__ import annotations

import datetime as dt
import io
import stat
import zipfile
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.documents.intake import Intake, Records, clear_inbox, take_in
from assets.layout.reading import read_documents

NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
HEADER = "file,agency_name,report_year\n"
LIMITS = Limits(max_bytes=100_000)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def packed(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def take(data: DataFolder, path: Path, known: Intake | None = None) -> Intake:
    before = Records.empty()
    if known:
        before = Records(known.source_documents, known.arrivals, known.manifest_claims)
    return take_in([path], data, LIMITS, NOW, before)


def given(tmp_path: Path, content: bytes, name: str = "2023.zip") -> Path:
    path = tmp_path / "source" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def names(taken: Intake) -> list[str]:
    return sorted(taken.arrivals["name"])


def said(taken: Intake) -> str:
    return "\n".join(str(note) for note in taken.notes)


def why(data: DataFolder, taken: Intake) -> dict[str, tuple[str, str]]:
    """Status and reason of each document by its file name, as its row has them."""
    log = read_documents(taken.source_documents, data, LIMITS).parse_log
    rows = taken.source_documents.join(log, on="doc_id").select("file_name", "status", "reason")
    return {name: (status, reason) for name, status, reason in rows.iter_rows()}


def test_each_member_is_a_document_with_the_claim_of_the_manifest_inside(data, tmp_path):
    path = given(
        tmp_path,
        packed(
            ("manifest.csv", HEADER + "sub/甲.txt,甲局,2023\n丙.txt,丙局,2023\n"),
            ("sub/甲.txt", "甲的报告"),
            ("乙.txt", "乙的报告"),
            ("__MACOSX/._甲.txt", "clutter"),
        ),
    )
    taken = take(data, path.parent)
    assert names(taken) == ["2023.zip!sub/甲.txt", "2023.zip!乙.txt"]
    assert sorted(taken.source_documents["file_name"]) == ["乙.txt", "甲.txt"]
    assert taken.source_documents["media_type"].unique().to_list() == ["text/plain"]
    (claim,) = taken.manifest_claims.to_dicts()
    assert (claim["agency_name"], claim["report_year"]) == ("甲局", 2023)
    assert "丙.txt" in said(taken)
    for doc_id in taken.new_documents:
        assert data.raw_file(doc_id, "txt").exists()


def test_taking_it_again_changes_nothing(data, tmp_path):
    path = given(tmp_path, packed(("a.txt", "报告"), ("b.txt", "报告二")))
    first = take(data, path)
    second = take(data, path, first)
    assert second.new_documents == ()
    assert second.arrivals.equals(first.arrivals)


def test_the_claim_on_the_archive_holds_for_members_without_one(data, tmp_path):
    path = given(tmp_path, packed(("a.txt", "报告")))
    (path.parent / "manifest.csv").write_text(HEADER + "2023.zip,甲局,2023\n", encoding="utf-8")
    taken = take(data, path.parent)
    assert taken.manifest_claims["agency_name"].to_list() == ["甲局"]
    assert said(taken) == ""


def test_no_name_inside_is_used_as_a_path(data, tmp_path):
    members = [("../../evil.txt", "一"), ("/etc/evil.txt", "二"), ("..\\evil.txt", "三")]
    taken = take(data, given(tmp_path, packed(*members)))
    assert names(taken) == ["2023.zip!etc/evil.txt", "2023.zip!evil.txt", "2023.zip!evil.txt"]
    assert not list(tmp_path.rglob("evil.txt"))


def test_links_inside_are_not_followed(data, tmp_path):
    link = zipfile.ZipInfo("passwd.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    taken = take(data, given(tmp_path, packed((link, "/etc/passwd"), ("a.txt", "报告"))))
    assert names(taken) == ["2023.zip!a.txt"]
    assert "is a link" in said(taken)


def test_names_in_gbk_are_read(data, tmp_path):
    content = packed(("\u00b5\u00b6.txt", "报告"))
    # Both signs take two bytes in UTF-8, as many as one Chinese sign takes in GBK.
    raw = content.replace("\u00b5\u00b6".encode(), "年报".encode("gbk"))
    raw = bytearray(raw)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at + 1] &= ~0x08  # the flag that says UTF-8
    assert names(take(data, given(tmp_path, bytes(raw)))) == ["2023.zip!年报.txt"]


def test_two_members_of_one_name_are_both_taken(data, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        content = packed(("a.txt", "一"), ("a.txt", "二"))
    taken = take(data, given(tmp_path, content))
    assert taken.source_documents.height == 2
    assert "stands 2 times" in said(taken)


@pytest.mark.parametrize(
    ("members", "limits", "reason"),
    [
        ([("a.txt", b"\0" * 1_900_000)], LIMITS, "packed beyond measure"),
        ([(f"{i}.txt", bytes(range(256)) * 390) for i in range(22)], LIMITS, "unpacks to"),
        ([(f"{i}.txt", "") for i in range(20_001)], Limits(), "more than 20000 files"),
    ],
)
def test_a_bomb_stays_packed_and_is_a_document_that_says_so(
    data, tmp_path, members, limits, reason
):
    taken = take_in([given(tmp_path, packed(*members))], data, limits, NOW, Records.empty())
    assert names(taken) == ["2023.zip"]
    assert reason in said(taken)
    log = read_documents(taken.source_documents, data, limits).parse_log
    assert log["status"].to_list() == ["too_large"]
    assert reason in log["reason"][0]


def test_a_directory_that_understates_sizes_is_found_out(data, tmp_path):
    content = bytearray(packed(("a.txt", b"x" * 50_000), ("b.txt", "报告")))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    taken = take(data, given(tmp_path, bytes(content)))
    assert names(taken) == ["2023.zip!b.txt"]
    assert taken.refused == 1
    assert "2023.zip!a.txt" in said(taken)


def test_a_locked_archive_needs_a_password(data, tmp_path):
    content = bytearray(packed(("a.txt", "报告")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 0x01
    taken = take(data, given(tmp_path, bytes(content)))
    assert names(taken) == ["2023.zip"]
    log = read_documents(taken.source_documents, data, LIMITS).parse_log
    assert log["status"].to_list() == ["needs_password"]


def test_a_broken_archive_and_one_without_documents_are_documents_themselves(data, tmp_path):
    broken = packed(("a.txt", "报告" * 50), ("b.txt", "x"))[:-30]
    path = given(tmp_path, broken, "broken.zip")
    given(tmp_path, packed(("x/", "")), "empty.zip")
    given(tmp_path, packed(("manifest.csv", HEADER)), "manifest_alone.zip")
    taken = take(data, path.parent)
    assert names(taken) == ["broken.zip", "empty.zip", "manifest_alone.zip"]
    assert "broken archive" in said(taken)
    assert "without a document" in said(taken)
    found = why(data, taken)
    assert found["broken.zip"][0] == "damaged"
    assert "broken archive (no end of central directory); get it again" in found["broken.zip"][1]
    for name in ("empty.zip", "manifest_alone.zip"):
        assert found[name] == (
            "unsupported_format",
            "it is an archive without a document in it",
        )


def test_an_archive_inside_is_not_opened_but_kept(data, tmp_path):
    inner = packed(("a.txt", "报告"))
    members = [("inner.zip", inner), ("broken.docx", b"PK\3\4 cut"), ("b.txt", "报告")]
    taken = take(data, given(tmp_path, packed(*members)))
    assert names(taken) == ["2023.zip!b.txt", "2023.zip!broken.docx", "2023.zip!inner.zip"]
    assert "application/zip" in taken.source_documents["media_type"].to_list()
    found = why(data, taken)
    assert found["inner.zip"][0] == "unsupported_format"
    assert "as those inside others are not; unpack it" in found["inner.zip"][1]
    assert found["broken.docx"][0] == "damaged"


def test_a_refused_archive_whose_bytes_are_lost_says_that(data, tmp_path):
    taken = take(data, given(tmp_path, b"PK\3\4 cut"))
    assert why(data, taken)["2023.zip"][0] == "damaged"
    for path in data.raw.rglob("*.zip"):
        path.unlink()
    assert "its bytes are not in raw/" in why(data, taken)["2023.zip"][1]


def test_a_damaged_member_does_not_stop_the_others(data, tmp_path):
    content = bytearray(packed(("a.txt", "报告" * 100), ("b.txt", "报告")))
    at = content.index(b"a.txt") + 8
    content[at : at + 6] = b"\xff" * 6
    taken = take(data, given(tmp_path, bytes(content)))
    assert names(taken) == ["2023.zip!b.txt"]
    assert taken.refused == 1


def test_an_archive_leaves_the_inbox_when_all_of_it_was_taken(data):
    data.inbox.mkdir(parents=True)
    (data.inbox / "good.zip").write_bytes(packed(("a.txt", "报告")))
    (data.inbox / "large.zip").write_bytes(packed(("big.txt", bytes(range(256)) * 400)))
    taken = take(data, data.inbox)
    assert clear_inbox(taken) == ()
    assert [path.name for path in data.inbox.iterdir()] == ["large.zip"]
    assert "more than the limit of 100000" in said(taken)
