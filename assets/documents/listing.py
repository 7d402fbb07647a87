"""Which files of a source are documents, what they are called, and what manifests say of them.

Nothing is opened here but manifests. The order is that of the paths, whatever the file system
says; links are not followed out of a folder; names lose what could mislead a reader of them.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.common.paths import DataFolder
from assets.documents.manifest import Claim, Note, read_manifest
from assets.documents.names import MANIFEST, clean_path, is_clutter

INBOX = "inbox"
"""What arrivals.source says of files that came through the inbox."""

_UNFINISHED = (".part", ".filepart", ".crdownload", ".tmp")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in: where it is, its name as delivered, its source, what was said of it.

    `member` is its name inside an archive, where it came in one.
    """

    path: Path
    name: str
    source: str
    claim: Claim | None
    is_inbox: bool
    member: str | None = None


@dataclass(slots=True)
class Listing:
    """The files of one source, with what could not be listed.

    `late_claims` are what a manifest in the inbox says of documents that have left it, by doc_id.
    """

    files: list[Found] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refused: int = 0
    late_claims: dict[str, Claim] = field(default_factory=dict)

    def refuse(self, place: str, message: str) -> None:
        """Count something as not taken, and say why."""
        self.refused += 1
        self.notes.append(Note(place, message, is_refusal=True))


def list_files(source: Path, data: DataFolder, arrivals: pl.DataFrame) -> Listing:
    """The documents of a file or folder.

    Args:
        source: a file, or a folder with all below it; the inbox may be missing.
        data: its own folders (raw/, lake/ and so on) are never listed as part of a source.
        arrivals: what arrived before; tells an inbox manifest's old lines from wrong ones.
    """
    got = Listing()
    is_inbox = source.resolve() == data.inbox.resolve()
    if source.is_dir():
        _list_below(source, data, arrivals, is_inbox, got)
        if not is_inbox and not got.files and not got.refused:
            got.notes.append(
                Note(str(source), "there is no document in this folder; check the path")
            )
    elif source.exists():
        _list_alone(source, got)
    elif not is_inbox:
        got.refuse(str(source), "there is no such file or folder; check the path")
    return got


def _list_alone(source: Path, got: Listing) -> None:
    """A file named by itself; a manifest beside it may describe it."""
    name = clean_path(source.name)
    beside = source.parent / MANIFEST
    claim = None
    if beside.is_file():
        claims = read_manifest(beside)
        got.notes.extend(claims.notes)
        claim = claims.by_target.get(name)
    got.files.append(Found(source, name, str(source.parent), claim, False))


def _list_below(
    root: Path, data: DataFolder, arrivals: pl.DataFrame, is_inbox: bool, got: Listing
) -> None:
    paths = sorted(_walk(root, data, is_inbox, got), key=lambda path: path.as_posix())
    manifests = {
        path.parent.relative_to(root).as_posix(): read_manifest(path)
        for path in paths
        if path.name.lower() == MANIFEST
    }
    for claims in manifests.values():
        got.notes.extend(claims.notes)
    source = INBOX if is_inbox else str(root)
    used: set[str] = set()
    for path in paths:
        if path.name.lower() == MANIFEST:
            continue
        relative = path.relative_to(root)
        claim = None
        for folder in relative.parents:  # the nearest manifest first
            claims = manifests.get(folder.as_posix())
            target = clean_path(relative.relative_to(folder).as_posix())
            if claims and target in claims.by_target:
                claim = claims.by_target[target]
                used.add(claim.place)
                break
        name = clean_path(relative.as_posix())
        got.files.append(Found(path, name, source, claim, is_inbox))
    for folder, claims in manifests.items():
        for claim in claims.by_target.values():
            name = posixpath.normpath(posixpath.join(clean_path(folder), claim.target))
            doc_id = _arrived_before(arrivals, name) if is_inbox else None
            if doc_id:
                got.late_claims.setdefault(doc_id, claim)
            elif claim.place not in used:
                message = f"names {claim.target!r}, which is not in the folder; correct the name"
                got.notes.append(Note(claim.place, message))


def _arrived_before(arrivals: pl.DataFrame, name: str) -> str | None:
    """The document that came through the inbox under a name before; the manifest outlives it."""
    found = arrivals.filter(pl.col("source") == INBOX, pl.col("name") == name)
    return found.sort("received_at")["doc_id"][-1] if found.height else None


def _walk(root: Path, data: DataFolder, is_inbox: bool, got: Listing) -> Iterator[Path]:
    real_root = root.resolve()
    ours = (data.raw, data.parsed, data.lake, data.warehouse, data.exports, data.dagster_home)
    own = {folder.resolve() for folder in (*ours, data.config, data.inbox)}

    def unreadable(error: OSError) -> None:
        message = f"cannot be listed ({error.strerror}); allow reading and build again"
        got.refuse(str(error.filename), message)

    for folder, folders, names in os.walk(root, onerror=unreadable, followlinks=False):
        here = Path(folder)
        folders[:] = [
            name for name in folders if not is_clutter(name) and (here / name).resolve() not in own
        ]
        for name in names:
            path = here / name
            if is_clutter(name) and name.lower() != MANIFEST:
                continue
            if is_inbox and name.lower().endswith(_UNFINISHED):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(real_root):
                message = "is a link out of the folder and is not followed; copy the file itself"
                got.refuse(str(path), message)
                continue
            yield path
