"""Memoised readings: what a document yielded, kept under its hash until the code changes.

A memo is a folder of small Parquet files and one stamp. The stamp is removed first and written
last, so a reading that was cut short is no memo.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from assets.common.limits import Limits
from assets.common.paths import DataFolder
from schemas.frames import LAKE_TABLES, LakeFrame, empty_frame
from schemas.vocabulary import DocumentStatus

MEMO_FILES = {
    "layout_blocks": "blocks.parquet",
    "layout_grids": "grids.parquet",
    "identities": "identity.parquet",
    "report_sections": "sections.parquet",
    "report_contacts": "contacts.parquet",
}
"""File of each table that reading yields."""

STAMP = "reading.json"
LIMIT_BOUND = frozenset(
    {DocumentStatus.TOO_LARGE, DocumentStatus.TIMED_OUT, DocumentStatus.CRASHED}
)
"""Ends that other limits might change."""

FILES_AT_ONCE = 500
"""Files that are read in one call: well below the number that a process may hold open."""

Row = dict[str, Any]


class MemoLostError(RuntimeError):
    """What was read is no longer on disk; delete lake/parse_log and build again."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; delete lake/parse_log and build again")


def write_memo(
    folder: Path,
    version: str,
    file_name: str,
    limits: Limits,
    row: Mapping[str, Any],
    frames: Mapping[str, pl.DataFrame],
) -> None:
    """Keep a reading, in place of an older one.

    Args:
        folder: DataFolder.parsed_folder of the document.
        version: reading version that made it.
        file_name: name under which the document was read, since names are evidence.
        limits: limits under which it was read.
        row: its ParseLog row.
        frames: frame of each table in MEMO_FILES; none for a document that could not be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    sizes: dict[str, int] = {}
    for table, name in MEMO_FILES.items():
        target = folder / name
        if table not in frames:
            target.unlink(missing_ok=True)
            continue
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        frames[table].write_parquet(temporary, compression="zstd")
        sizes[name] = temporary.stat().st_size
        temporary.replace(target)
    stamp = {
        "version": version,
        "file_name": file_name,
        "limits": asdict(limits),
        "sizes": sizes,
        "row": dict(row),
    }
    temporary = folder / f"{STAMP}.{os.getpid()}.tmp"
    temporary.write_text(json.dumps(stamp, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(folder / STAMP)


def current_row(
    folder: Path, versions: Collection[str], file_name: str, limits: Limits
) -> Row | None:
    """The ParseLog row of a memo that still holds; None where the document must be read.

    It holds while its version is among those that a reading may have now (with pictures in the
    document, without), its name is the same and its files have their sizes. A document that
    met a limit, or crashed, is read again when the limits change.
    """
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        row: Row = stamp["row"]
        same = stamp["version"] in versions and stamp["file_name"] == file_name
        whole = all((folder / name).stat().st_size == n for name, n in stamp["sizes"].items())
        bound = row["status"] in LIMIT_BOUND and stamp["limits"] != asdict(limits)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return row if same and whole and not bound else None


def was_read(folder: Path) -> bool:
    """Whether a reading was kept here before, be it one that holds no more."""
    return (folder / STAMP).exists()


def read_memos(data: DataFolder, doc_ids: Iterable[str], table: str) -> pl.DataFrame:
    """Rows of a table of MEMO_FILES for some documents, in the order given.

    Raises:
        MemoLostError: a document that was read has no such file any more.
    """
    files = [data.parsed_folder(doc_id) / MEMO_FILES[table] for doc_id in doc_ids]
    return read_files(files, LAKE_TABLES[table])


def read_files(files: Sequence[Path], model: type[LakeFrame]) -> pl.DataFrame:
    """The rows of some memo files of one table, in the order given.

    Raises:
        MemoLostError: a file is gone. Nothing in its place would look like a report that says
            nothing.
    """
    lost = [file for file in files if not file.exists()]
    if lost:
        raise MemoLostError(f"{len(lost)} file(s) under parsed/ are gone, the first: {lost[0]}")
    starts = range(0, len(files), FILES_AT_ONCE)
    runs = [list(files[at : at + FILES_AT_ONCE]) for at in starts]
    # One call for many files takes a sixth of the time of a call for each.
    return pl.concat([empty_frame(model), *(pl.read_parquet(run, glob=False) for run in runs)])
