"""Bytes are stored once and whole, sources stay as they are, the inbox empties when it is safe."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest

from assets.common.lake import Lake
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.documents import intake
from assets.documents.intake import Intake, Records, clear_inbox, take_in
from schemas.frames import Arrivals, ManifestClaims, SourceDocuments

NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
HEADER = "file,agency_name,report_year,source_url,published_on,is_synthetic\n"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.mkdir()
    return path


def put(path: Path, content: str | bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def take(data: DataFolder, *sources: Path, known: Records | Intake | None = None, at=NOW) -> Intake:
    before = Records.empty()
    if known is not None:
        before = Records(known.source_documents, known.arrivals, known.manifest_claims)
    taken = take_in(sources, data, Limits(max_bytes=100_000), at, before)
    for model, frame in (
        (SourceDocuments, taken.source_documents),
        (Arrivals, taken.arrivals),
        (ManifestClaims, taken.manifest_claims),
    ):
        model.validate(frame)
    return taken


def store(data: DataFolder, taken: Intake) -> None:
    for table in ("source_documents", "arrivals", "manifest_claims"):
        Lake(data.lake).write(table, getattr(taken, table))


def said(taken: Intake) -> str:
    return "\n".join(map(str, taken.notes))


def test_bytes_are_stored_under_their_hash_and_the_source_stays(data, folder):
    doc_id = put(folder / "年报.pdf", "某局2023年报\n")
    taken = take(data, folder)
    assert data.raw_file(doc_id, "txt").read_bytes() == (folder / "年报.pdf").read_bytes()
    (row,) = taken.source_documents.to_dicts()
    assert row["file_name"] == "年报.pdf"
    assert (row["media_type"], row["bytes"]) == ("text/plain", len("某局2023年报\n".encode()))
    (arrival,) = taken.arrivals.to_dicts()
    assert (arrival["name"], arrival["source"]) == ("年报.pdf", str(folder))
    assert arrival["received_at"] == NOW
    assert (taken.new_documents, taken.known_documents, taken.refused) == ((doc_id,), (), 0)


def test_the_same_bytes_under_two_names_are_one_document_and_two_arrivals(data, folder):
    doc_id = put(folder / "a.txt", "same")
    put(folder / "sub" / "b.txt", "same")
    taken = take(data, folder)
    assert taken.source_documents["doc_id"].to_list() == [doc_id]
    assert taken.arrivals["name"].to_list() == ["a.txt", "sub/b.txt"]


def test_a_second_intake_adds_nothing_and_keeps_the_first_time(data, folder):
    doc_id = put(folder / "a.txt", "same")
    first = take(data, folder)
    again = take(data, folder, known=first, at=LATER)
    assert again.source_documents.equals(first.source_documents)
    assert again.arrivals.equals(first.arrivals)
    assert (again.new_documents, again.known_documents) == ((), (doc_id,))


def test_what_the_lake_knows_is_the_default(data, folder):
    put(folder / "a.txt", "one")
    store(data, take(data, folder))
    put(folder / "b.txt", "two")
    taken = take_in([folder], data, Limits(), LATER)
    assert taken.source_documents.height == 2
    assert len(taken.new_documents) == 1


def test_rows_do_not_depend_on_the_order_of_sources(data, folder, tmp_path):
    put(folder / "a.txt", "one")
    put(tmp_path / "other" / "b.txt", "two")
    forth = take(data, folder, tmp_path / "other")
    back = take(data, tmp_path / "other", folder)
    assert forth.source_documents.equals(back.source_documents)
    assert forth.arrivals.equals(back.arrivals)


def test_clutter_is_passed_over(data, folder):
    wanted = put(folder / "a.txt", "report")
    for name in (".hidden", ".DS_Store", "Thumbs.db", "~$a.docx", ".git/config", "__MACOSX/x"):
        put(folder / name, "clutter " + name)
    put(folder / "manifest.csv", HEADER)
    taken = take(data, folder)
    assert taken.source_documents["doc_id"].to_list() == [wanted]
    assert taken.notes == ()


def test_links_are_not_followed_out_of_the_folder(data, folder, tmp_path):
    put(tmp_path / "outside" / "secret.txt", "secret")
    put(folder / "a.txt", "report")
    (folder / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (folder / "links").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    taken = take(data, folder)
    assert taken.arrivals["name"].to_list() == ["a.txt"]
    assert taken.refused == 1
    assert "link.txt: is a link out of the folder" in said(taken)


def test_pipes_and_unreadable_files_are_refused_with_a_note(data, folder):
    put(folder / "a.txt", "report")
    os.mkfifo(folder / "pipe")
    taken = take(data, folder)
    assert taken.arrivals["name"].to_list() == ["a.txt"]
    assert taken.refused == 1
    assert "pipe: cannot be taken in (it is no regular file)" in said(taken)


def test_a_missing_source_is_told_and_stops_nothing(data, folder, tmp_path):
    put(folder / "a.txt", "report")
    taken = take(data, tmp_path / "nowhere", folder)
    assert taken.source_documents.height == 1
    assert taken.refused == 1
    assert "there is no such file or folder" in said(taken)


def test_names_lose_what_could_mislead(data, folder):
    put(folder / "bad\u202egpj.txt\x07\n", "one")
    raw_name = os.fsencode(folder) + b"/" + "年报.txt".encode("gb18030")
    Path(os.fsdecode(raw_name)).write_bytes(b"two")
    put(folder / "e\u0301.txt", "three")
    names = take(data, folder).arrivals["name"].sort().to_list()
    assert names == ["badgpj.txt", "\u00e9.txt", "年报.txt"]


def test_an_empty_file_has_a_row_too(data, folder):
    doc_id = put(folder / "a.txt", b"")
    (row,) = take(data, folder).source_documents.to_dicts()
    assert (row["doc_id"], row["bytes"], row["media_type"]) == (doc_id, 0, "application/x-empty")
    assert data.raw_file(doc_id, "empty").exists()


def test_a_file_above_the_limit_is_written_down_but_not_copied(data, folder):
    doc_id = put(folder / "big.txt", "x" * 100_001)
    taken = take(data, folder)
    (row,) = taken.source_documents.to_dicts()
    assert (row["doc_id"], row["bytes"]) == (doc_id, 100_001)
    assert not data.raw_file(doc_id, "txt").exists()
    # With a higher limit the bytes are fetched, though the document is known.
    known = Records(taken.source_documents, taken.arrivals, taken.manifest_claims)
    take_in([folder], data, Limits(max_bytes=200_000), LATER, known)
    assert data.raw_file(doc_id, "txt").exists()


def test_the_data_folder_is_not_taken_in_as_a_source(data):
    put(data.root / "samples" / "a.txt", "report")
    first = take(data, data.root)
    again = take(data, data.root, known=first)
    assert again.arrivals["name"].to_list() == ["samples/a.txt"]


def test_a_register_that_lost_its_documents_is_told(data, folder):
    put(folder / "a.txt", "a")
    store(data, take(data, folder))
    Lake(data.lake).file("source_documents").unlink()
    assert "deliver their files again" in said(take_in([], data, Limits(), NOW))
    again = take_in([folder], data, Limits(), NOW)
    assert again.notes == ()
    assert again.source_documents.height == 1


def test_half_copied_files_of_a_killed_run_are_cleared(data, folder):
    put(data.raw / ".incoming" / "half", "hal")
    put(folder / "a.txt", "report")
    take(data, folder)
    assert not (data.raw / ".incoming" / "half").exists()


def test_a_file_that_changes_while_it_is_read_is_refused(data, folder, monkeypatch):
    put(folder / "a.txt", "report")
    monkeypatch.setattr(intake, "_hash", lambda path: "0" * 64)
    taken = take(data, folder)
    assert taken.source_documents.is_empty()
    assert "was written to while it was read" in said(taken)
    assert not list(data.raw.glob("??/*"))


# Manifests and overrides


def test_a_manifest_describes_its_folder(data, folder):
    doc_id = put(folder / "sub" / "a.txt", "report")
    put(
        folder / "manifest.csv",
        HEADER + "sub/a.txt,某局,2023,https://x.gov.cn/a,2024-01-31,true\nnot.txt,某局,2023,,,\n",
    )
    taken = take(data, folder)
    (claim,) = taken.manifest_claims.to_dicts()
    assert (claim["doc_id"], claim["agency_name"], claim["report_year"]) == (doc_id, "某局", 2023)
    assert claim["claimed_by"] == "manifest"
    (row,) = taken.source_documents.to_dicts()
    assert (row["is_synthetic"], row["source_url"]) == (True, "https://x.gov.cn/a")
    assert taken.arrivals["source_url"].to_list() == ["https://x.gov.cn/a"]
    assert "line 3: names 'not.txt', which is not in the folder" in said(taken)


def test_the_nearest_manifest_speaks(data, folder):
    put(folder / "sub" / "a.txt", "report")
    put(folder / "manifest.csv", HEADER + "sub/a.txt,甲局,2023,,,\n")
    put(folder / "sub" / "manifest.csv", HEADER + "a.txt,乙局,,,,\n")
    assert take(data, folder).manifest_claims["agency_name"].to_list() == ["乙局"]


def test_a_manifest_beside_a_file_named_alone_speaks_of_it(data, folder):
    put(folder / "a.txt", "report")
    put(folder / "manifest.csv", HEADER + "a.txt,甲局,2023,,,\nb.txt,乙局,2023,,,\n")
    taken = take(data, folder / "a.txt")
    assert taken.manifest_claims["agency_name"].to_list() == ["甲局"]
    assert taken.notes == ()


def test_a_newer_manifest_replaces_and_silence_keeps(data, folder):
    put(folder / "a.txt", "report")
    put(folder / "manifest.csv", HEADER + "a.txt,甲局,2023,,,\n")
    first = take(data, folder)
    (folder / "manifest.csv").unlink()
    silent = take(data, folder, known=first)
    assert silent.manifest_claims.equals(first.manifest_claims)
    put(folder / "manifest.csv", HEADER + "a.txt,乙局,,,,\n")
    newer = take(data, folder, known=silent)
    assert newer.manifest_claims.select("agency_name", "report_year").row(0) == ("乙局", None)


def test_two_claims_about_the_same_bytes_are_told(data, folder):
    put(folder / "a.txt", "same")
    put(folder / "b.txt", "same")
    put(folder / "manifest.csv", HEADER + "a.txt,甲局,2023,,,\nb.txt,乙局,2023,,,\n")
    taken = take(data, folder)
    assert taken.manifest_claims["agency_name"].to_list() == ["甲局"]
    assert "says otherwise of the same bytes" in said(taken)


def test_overrides_are_read_anew_each_time(data, folder):
    doc_id = put(folder / "a.txt", "report")
    put(folder / "manifest.csv", HEADER + "a.txt,甲局,2023,,,\n")
    overrides = data.config / "overrides.csv"
    put(overrides, f"document,agency_name,report_year\na.txt,乙局,\n{'0' * 64},丙局,\n")
    first = take(data, folder)
    assert first.manifest_claims.select("doc_id", "agency_name", "claimed_by").rows() == [
        (doc_id, "甲局", "manifest"),
        (doc_id, "乙局", "overrides"),
    ]
    assert "config/overrides.csv, line 3" in said(first)
    overrides.unlink()
    again = take(data, known=first)
    assert again.manifest_claims["claimed_by"].to_list() == ["manifest"]


# The inbox


def test_the_inbox_empties_only_when_asked_after_storing(data):
    doc_id = put(data.inbox / "a.txt", "report")
    taken = take_in([data.inbox], data, Limits(), NOW)
    assert (data.inbox / "a.txt").exists()
    assert data.raw_file(doc_id, "txt").exists()
    assert taken.arrivals["source"].to_list() == ["inbox"]
    assert clear_inbox(taken) == ()
    assert not (data.inbox / "a.txt").exists()
    assert clear_inbox(taken) == ()


def test_a_file_rewritten_after_intake_stays_in_the_inbox(data):
    put(data.inbox / "a.txt", "report")
    taken = take_in([data.inbox], data, Limits(), NOW)
    put(data.inbox / "a.txt", "report, second edition")
    (note,) = clear_inbox(taken)
    assert "changed since it was taken in" in note.message
    assert (data.inbox / "a.txt").exists()


def test_a_large_file_leaves_the_inbox_too_and_its_bytes_are_kept(data):
    doc_id = put(data.inbox / "big.txt", "x" * 100_001)
    taken = take(data, data.inbox)
    assert data.raw_file(doc_id, "txt").exists()
    clear_inbox(taken)
    assert list(data.inbox.iterdir()) == []


def test_unfinished_transfers_stay_in_the_inbox(data):
    put(data.inbox / "a.txt.part", "rep")
    taken = take_in([data.inbox], data, Limits(), NOW)
    assert taken.source_documents.is_empty()
    assert taken.notes == ()


def test_a_manifest_in_the_inbox_outlives_its_files(data):
    put(data.inbox / "a.txt", "report")
    put(data.inbox / "manifest.csv", HEADER + "a.txt,甲局,2023,,,\n")
    first = take(data, data.inbox)
    clear_inbox(first)
    put(data.inbox / "manifest.csv", HEADER + "a.txt,乙局,2023,,,\n")
    second = take(data, data.inbox, known=first)
    assert second.notes == ()
    assert second.manifest_claims["agency_name"].to_list() == ["乙局"]


def test_a_folder_without_a_document_is_named(data, folder):
    put(folder / ".hidden", "x")
    (note,) = take(data, folder).notes
    assert str(note) == f"{folder}: there is no document in this folder; check the path"
    data.inbox.mkdir(parents=True)
    assert take(data, data.inbox).notes == ()


def test_no_inbox_is_an_empty_inbox(data):
    taken = take_in([data.inbox], data, Limits(), NOW)
    assert (taken.refused, taken.notes) == (0, ())


def test_a_disk_that_refuses_leaves_the_file_where_it_is(data):
    put(data.inbox / "a.txt", "report")
    put(data.raw / ".incoming", "in the way: a file where a folder must be")
    # rmtree of a plain file is refused, so no folder can be made there.
    taken = take_in([data.inbox], data, Limits(), NOW)
    assert taken.refused == 1
    assert taken.leaving == ()
    assert "it stays where it is" in said(taken)
    assert (data.inbox / "a.txt").exists()


def test_memory_stays_flat_however_large_the_file(data, folder):
    # A sparse file of 300 MB; hashing it must not hold it.
    with (folder / "big.txt").open("wb") as handle:
        handle.truncate(300 * 1024**2)
    tracemalloc.start()
    try:
        take(data, folder)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * 1024**2
