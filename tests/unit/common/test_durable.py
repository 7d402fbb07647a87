"""What was put in place is on disk, not only in memory, before anything relies on it."""

import os

from assets.common.durable import put_in_place
from assets.common.lake import Lake
from schemas.frames import ParseLog, empty_frame


def watched(monkeypatch) -> list[str]:
    """Names of what is synced, in order; the real call is made."""
    seen: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        seen.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))  # noqa: PTH119, PTH115
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_bytes_are_synced_before_the_name_and_the_name_after(tmp_path, monkeypatch):
    seen = watched(monkeypatch)
    (tmp_path / "a.tmp").write_text("new", encoding="utf-8")
    (tmp_path / "a").write_text("old", encoding="utf-8")
    put_in_place(tmp_path / "a.tmp", tmp_path / "a")
    assert seen == ["a.tmp", tmp_path.name]
    assert (tmp_path / "a").read_text(encoding="utf-8") == "new"


def test_rows_are_on_disk_before_the_inbox_may_be_emptied(tmp_path, monkeypatch):
    seen = watched(monkeypatch)
    Lake(tmp_path).write("parse_log", empty_frame(ParseLog))
    assert seen[-1] == "parse_log"
    assert seen[0].endswith(".tmp")
