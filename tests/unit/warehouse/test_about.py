from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path

import pytest

from assets.warehouse.about import (
    ABOUT_COLUMNS,
    ABOUT_DESCRIPTION,
    TABLES_COLUMNS,
    TABLES_DESCRIPTION,
    code_revision,
    new_build_id,
)
from assets.warehouse.manifest import in_language


def test_build_ids_sort_by_time_in_utc_and_never_meet() -> None:
    here = dt.timezone(dt.timedelta(hours=8))
    now = dt.datetime(2026, 1, 2, 7, 4, 5, tzinfo=here)
    ids = {new_build_id(now) for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"20260101T230405Z-[0-9a-f]{6}", found) for found in ids)


def test_revision_is_the_commit_and_says_when_files_differ(tmp_path: Path) -> None:
    def git(*args: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *args], cwd=tmp_path, check=True, capture_output=True)

    assert code_revision(tmp_path).startswith("gongkai ")
    git("init", "-q")
    assert code_revision(tmp_path).startswith("gongkai ")
    (tmp_path / "a.txt").write_text("one")
    git("add", "a.txt")
    git("commit", "-q", "-m", "one")
    clean = code_revision(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{12}", clean)
    (tmp_path / "a.txt").write_text("two")
    assert code_revision(tmp_path) == f"{clean}-dirty"


def test_descriptions_have_both_languages() -> None:
    texts = [
        ABOUT_DESCRIPTION,
        TABLES_DESCRIPTION,
        *ABOUT_COLUMNS.values(),
        *TABLES_COLUMNS.values(),
    ]
    for text in texts:
        assert in_language(text, "zh").endswith("。")
        assert in_language(text, "en").isascii()
    with pytest.raises(ValueError, match="Chinese and English"):
        in_language("English only.", "en")
    with pytest.raises(ValueError, match="Chinese and English"):
        in_language("只有中文。", "zh")
