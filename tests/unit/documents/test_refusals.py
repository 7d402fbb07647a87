"""Files that could not be taken in are named until they are taken in or gone."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.documents.intake import Intake
from assets.documents.refusals import read_refusals
from assets.documents.register import take_in_and_store

NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.txt").write_text("报告", encoding="utf-8")
    (folder / "out.txt").symlink_to("/etc/hostname")
    return folder


def take(data: DataFolder, *sources: Path) -> Intake:
    return take_in_and_store(sources, data, Limits(), NOW)[0]


def refused(data: DataFolder) -> list[str]:
    return [note.place for note in read_refusals(data)]


def test_a_refused_file_is_named_with_its_reason(data: DataFolder, source: Path):
    taken = take(data, source)
    assert taken.refused == 1
    (note,) = read_refusals(data)
    assert note.place == str(source / "out.txt")
    assert "is a link out of the folder" in note.message
    assert note in taken.notes


def test_it_stays_named_while_nobody_looks_at_it_again(data: DataFolder, source: Path, tmp_path):
    take(data, source)
    other = tmp_path / "other.txt"
    other.write_text("别的", encoding="utf-8")
    take(data, other)
    assert refused(data) == [str(source / "out.txt")]


def test_it_is_named_no_more_once_it_is_taken_or_gone(data: DataFolder, source: Path, tmp_path):
    take(data, source)
    (source / "out.txt").unlink()
    (source / "out.txt").write_text("now a file", encoding="utf-8")
    take(data, source)
    assert refused(data) == []
    assert not data.refusals.exists()
    (source / "out.txt").unlink()
    (source / "out.txt").symlink_to("/etc/hostname")
    take(data, source)
    assert len(refused(data)) == 1
    (source / "out.txt").unlink()
    take(data, tmp_path / "data")
    assert refused(data) == []


def test_a_name_that_is_no_text_is_kept_as_it_is(data: DataFolder, source: Path, tmp_path):
    name = os.fsdecode("年报".encode("gbk"))
    (source / name).symlink_to("/etc/hostname")
    take(data, source)
    take(data, tmp_path / "data")
    assert str(source / name) in refused(data)


def test_a_member_is_named_with_its_archive(data: DataFolder, source: Path, tmp_path):
    packed = source / "half.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("good.txt", "报告一")
        archive.writestr("bad.txt", "abc" * 1000)
    content = bytearray(packed.read_bytes())
    content[content.index(b"abcabc") + 5] ^= 7
    packed.write_bytes(bytes(content))
    take(data, source)
    assert f"{packed}!bad.txt" in refused(data)
    take(data, tmp_path / "data")
    assert f"{packed}!bad.txt" in refused(data)
    packed.unlink()
    take(data, tmp_path / "data")
    assert refused(data) == [str(source / "out.txt")]
