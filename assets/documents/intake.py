"""Taking documents in: bytes stored once under their hash, deliveries and claims written down.

Sources are read and never touched. The inbox is the one exception: its files are copied like all
others, and `clear_inbox` removes them once the caller has stored the rows. A document that cannot
be read later still gets its rows here, and an archive gives a document per member (bundle.py); a
file whose bytes cannot be taken gives a note and stays where it is. A file above
`Limits.max_bytes` is hashed and written down but not copied, since no reader would take it; only
from the inbox is it copied whatever its size, because it must leave.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import posixpath
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.common.durable import put_in_place
from assets.common.lake import Lake
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.common.staleness import sniffing_inputs
from assets.documents.archive import Refused
from assets.documents.bundle import is_bundle, members
from assets.documents.listing import Found, list_files
from assets.documents.manifest import Claim, Note, read_overrides
from assets.documents.sniff import Sniffed, sniff
from schemas.frames import (
    Arrivals,
    ManifestClaims,
    SourceDocuments,
    empty_frame,
    to_frame,
)

_CHUNK = 1024 * 1024

Progress = Callable[[int, int], None]
"""Called after each file: number looked at so far, number in all."""


@dataclass(frozen=True, slots=True)
class Records:
    """The three tables of the register."""

    source_documents: pl.DataFrame
    arrivals: pl.DataFrame
    manifest_claims: pl.DataFrame

    @classmethod
    def empty(cls) -> Records:
        """A register without rows."""
        return cls(*(empty_frame(model) for model in (SourceDocuments, Arrivals, ManifestClaims)))

    @classmethod
    def stored(cls, data: DataFolder) -> Records:
        """The register as the lake of a data folder has it.

        Media types that other code told are told anew: what could not be read for its type once
        must not stay so for ever.
        """
        lake = Lake(data.lake)
        documents = lake.read("source_documents")
        stored = lake.stored("source_documents")
        if stored is not None and stored.inputs != sniffing_inputs():
            documents = _sniffed_anew(documents, data)
        return cls(documents, lake.read("arrivals"), lake.read("manifest_claims"))


@dataclass(frozen=True, slots=True)
class Leaving:
    """A file of the inbox whose bytes are safe, with the state in which it was copied."""

    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Intake:
    """The register after taking in, and what happened.

    Attributes:
        source_documents, arrivals, manifest_claims: all rows, those known before included.
        new_documents: doc_ids seen for the first time, ascending.
        known_documents: doc_ids delivered again, ascending.
        refused: files that could not be taken; each has a note and stays where it is.
        notes: what the operator should hear, in the order of the sources.
        leaving: inbox files that `clear_inbox` may remove.
    """

    source_documents: pl.DataFrame
    arrivals: pl.DataFrame
    manifest_claims: pl.DataFrame
    new_documents: tuple[str, ...]
    known_documents: tuple[str, ...]
    refused: int
    notes: tuple[Note, ...]
    leaving: tuple[Leaving, ...] = ()


@dataclass(slots=True)
class _Collected:
    """Rows gathered while the files are gone through."""

    documents: dict[str, dict[str, object]] = field(default_factory=dict)
    arrivals: list[dict[str, object]] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    leaving: list[Leaving] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refused: int = 0


class _ChangedWhileReadError(OSError):
    """The file was written to while it was copied."""


def take_in(
    sources: Sequence[Path],
    data: DataFolder,
    limits: Limits,
    received_at: dt.datetime,
    known: Records | None = None,
    on_progress: Progress | None = None,
) -> Intake:
    """Take files and folders in; returns the whole register, and stores nothing but bytes.

    Folders are gone through with all below them, in the order of their paths; hidden files,
    system clutter, manifests and the data folder's own folders are passed over, and links out of
    the folder are not followed. The same bytes under two names are one document with two
    arrivals. A source that is the inbox of the data folder is treated as such (see clear_inbox).

    Args:
        sources: files and folders.
        data: the data folder; bytes go under raw/.
        limits: files above `max_bytes` are written down without being copied.
        received_at: time put on new arrivals, with time zone.
        known: the register so far; by default what the lake holds.
        on_progress: see Progress.
    """
    before = known if known is not None else Records.stored(data)
    shutil.rmtree(_incoming(data), ignore_errors=True)  # what a killed run left half copied
    got = _Collected()
    files: list[Found] = []
    for source in sources:
        listing = list_files(source, data, before.arrivals)
        files.extend(listing.files)
        got.notes.extend(listing.notes)
        got.refused += listing.refused
        got.claims.update(listing.late_claims)
    stored = dict(before.source_documents.select("doc_id", "extension").iter_rows())
    into = _Into(data, limits, stored, received_at, got)
    for number, found in enumerate(files, start=1):
        _take_file(found, into)
        if on_progress:
            on_progress(number, len(files))
    new = tuple(sorted(got.documents))
    documents = _documents(before.source_documents, got)
    lost = before.arrivals.join(documents, on="doc_id", how="anti")["doc_id"].n_unique()
    if lost:
        message = f"{lost} documents that arrived are no longer in it; deliver their files again"
        got.notes.append(Note("lake/source_documents", message))
    arrivals = _arrivals(before.arrivals, got)
    claims = _manifest_claims(before.manifest_claims, documents, arrivals, data, got)
    return Intake(
        source_documents=documents,
        arrivals=arrivals,
        manifest_claims=claims,
        new_documents=new,
        known_documents=tuple(sorted(got.delivered - set(new))),
        refused=got.refused,
        notes=tuple(got.notes),
        leaving=tuple(got.leaving),
    )


def clear_inbox(intake: Intake) -> tuple[Note, ...]:
    """Remove from the inbox what was taken in; call it after the rows are in the lake.

    A file that was written to since stays and is taken in again next time, as a new document.
    """
    notes: list[Note] = []
    for leaving in intake.leaving:
        try:
            now = leaving.path.lstat()
            if (now.st_size, now.st_mtime_ns) == (leaving.size, leaving.modified_ns):
                leaving.path.unlink()
            else:
                notes.append(Note(str(leaving.path), "changed since it was taken in; it stays"))
        except FileNotFoundError:
            continue
        except OSError as error:
            message = f"was taken in but cannot be removed ({error.strerror}); remove it by hand"
            notes.append(Note(str(leaving.path), message))
    return tuple(notes)


# Taking the bytes


@dataclass(frozen=True, slots=True)
class _Into:
    """Where what is taken goes: the data folder, extensions by doc_id, and the rows."""

    data: DataFolder
    limits: Limits
    stored: dict[str, str]
    received_at: dt.datetime
    got: _Collected

    def refuse(self, found: Found, message: str) -> None:
        self.got.refused += 1
        self.got.notes.append(Note(str(found.path), message, is_refusal=True))

    def leave(self, found: Found, status: os.stat_result) -> None:
        """The file may go from the inbox; a link stays, for its target is not ours."""
        if found.is_inbox and not found.path.is_symlink():
            self.got.leaving.append(Leaving(found.path, status.st_size, status.st_mtime_ns))


def _take_file(found: Found, into: _Into) -> None:
    """Take a file, or what it holds where it is an archive."""
    try:
        status = found.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is no regular file")
        if not is_bundle(found.path) or not _take_members(found, status, into):
            _take(found, status, into)
    except OSError as error:
        into.refuse(found, f"cannot be taken in ({error.strerror or error}); it stays where it is")


def _take_members(found: Found, status: os.stat_result, into: _Into) -> bool:
    """Take what an archive holds; False for archives that are not to be opened."""
    folder = _incoming(into.data) / "bundle"
    got = into.got
    refused = got.refused
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for member in members(found, folder, into.limits, got.notes):
            if member is None:
                got.refused += 1
            else:
                _take(member, member.path.stat(), into)
    except Refused as reason:
        # Its row says the same, once it is read; here it is said while somebody looks.
        got.notes.append(Note(str(found.path), str(reason)))
        return False
    except (OSError, zipfile.BadZipFile) as error:
        into.refuse(found, f"cannot be unpacked ({error}); it stays where it is")
        return True
    if got.refused == refused:
        into.leave(found, status)
    return True


def _take(found: Found, status: os.stat_result, into: _Into) -> None:
    got, stored = into.got, into.stored
    try:
        doc_id = _hash(found.path)
        wanted = found.is_inbox or status.st_size <= into.limits.max_bytes
        extension = stored.get(doc_id)
        if extension is None or (wanted and not into.data.raw_file(doc_id, extension).exists()):
            sniffed = _keep(found.path, doc_id, into.data) if wanted else sniff(found.path)
            stored[doc_id] = sniffed.extension
            if extension is None:
                got.documents[doc_id] = _document(doc_id, found, sniffed, status.st_size)
    except _ChangedWhileReadError:
        into.refuse(found, "was written to while it was read; take it in again when it is complete")
        return
    except OSError as error:
        into.refuse(found, f"cannot be taken in ({error.strerror or error}); it stays where it is")
        return
    got.delivered.add(doc_id)
    got.arrivals.append(
        {
            "doc_id": doc_id,
            "name": found.name,
            "source": found.source,
            "source_url": found.claim.source_url if found.claim else None,
            "received_at": into.received_at,
        }
    )
    if found.claim:
        _note_difference(got.claims.setdefault(doc_id, found.claim), found.claim, got)
    into.leave(found, status)


def _document(doc_id: str, found: Found, sniffed: Sniffed, size: int) -> dict[str, object]:
    return {
        "doc_id": doc_id,
        "file_name": posixpath.basename(found.member or found.name),
        "media_type": sniffed.media_type,
        "extension": sniffed.extension,
        "bytes": size,
        "source_url": None,
        "is_synthetic": False,
    }


def _note_difference(first: Claim, second: Claim, got: _Collected) -> None:
    said = [(c.agency_name, c.report_year, c.published_on) for c in (first, second)]
    if said[0] != said[1]:
        message = f"says otherwise of the same bytes than {first.place}, which is used"
        got.notes.append(Note(second.place, message))


def _hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _incoming(data: DataFolder) -> Path:
    return data.raw / ".incoming"


def _keep(path: Path, doc_id: str, data: DataFolder) -> Sniffed:
    """Copy a file into raw/ so that it is there whole or not at all, also after a power cut.

    Raises:
        OSError: the file cannot be read or stored, or it is no longer what was hashed.
    """
    temporary = _incoming(data) / doc_id
    temporary.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source, temporary.open("wb") as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != doc_id:
            raise _ChangedWhileReadError(str(path))
        sniffed = sniff(temporary)
        final = data.raw_file(doc_id, sniffed.extension)
        final.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(temporary, final)
    finally:
        temporary.unlink(missing_ok=True)
    return sniffed


# The tables


def _sniffed_anew(documents: pl.DataFrame, data: DataFolder) -> pl.DataFrame:
    """Documents with the media types of their stored bytes; the name in raw/ stays as it is."""
    told: list[str] = []
    for doc_id, extension, before in documents.select(
        "doc_id", "extension", "media_type"
    ).iter_rows():
        try:
            told.append(sniff(data.raw_file(doc_id, extension)).media_type)
        except OSError:  # never copied, or lost: what was told of it then is all there is
            told.append(before)
    return documents.with_columns(pl.Series("media_type", told, dtype=pl.String))


def _joined(known: pl.DataFrame, rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    new = pl.DataFrame(list(rows), schema=known.schema, orient="row")
    return pl.concat([known, new])


def _documents(known: pl.DataFrame, got: _Collected) -> pl.DataFrame:
    said = pl.DataFrame(
        [(doc_id, claim.source_url, claim.is_synthetic) for doc_id, claim in got.claims.items()],
        schema={"doc_id": pl.String, "url_said": pl.String, "synthetic_said": pl.Boolean},
        orient="row",
    )
    return (
        _joined(known, got.documents.values())
        .join(said, on="doc_id", how="left")
        .with_columns(
            source_url=pl.coalesce("source_url", "url_said"),
            is_synthetic=pl.coalesce("synthetic_said", "is_synthetic"),
        )
        .select(known.columns)
        .sort("doc_id")
    )


def _arrivals(known: pl.DataFrame, got: _Collected) -> pl.DataFrame:
    return (
        _joined(known, got.arrivals)
        .unique(["doc_id", "name"], keep="first", maintain_order=True)
        .sort("doc_id", "name")
    )


def _manifest_claims(
    known: pl.DataFrame,
    documents: pl.DataFrame,
    arrivals: pl.DataFrame,
    data: DataFolder,
    got: _Collected,
) -> pl.DataFrame:
    """Claims of manifests stay until a newer one speaks of the document; overrides are as now."""
    new = [_claim_row(doc_id, claim, "manifest") for doc_id, claim in got.claims.items()]
    overrides = [
        _claim_row(doc_id, claim, "overrides")
        for doc_id, claim in _override_targets(documents, arrivals, data, got).items()
    ]
    told = [row for row in (*new, *overrides) if _says_something(row)]
    spoken_of = list(got.claims)
    kept = known.filter(pl.col("claimed_by") == "manifest", ~pl.col("doc_id").is_in(spoken_of))
    return pl.concat([kept, to_frame(ManifestClaims, told)]).sort("doc_id", "claimed_by")


def _override_targets(
    documents: pl.DataFrame, arrivals: pl.DataFrame, data: DataFolder, got: _Collected
) -> dict[str, Claim]:
    """The claim of overrides.csv for each document; a doc_id goes before a file name."""
    claims = read_overrides(data.config / "overrides.csv")
    got.notes.extend(claims.notes)
    if not claims.by_target:
        return {}
    named = pl.concat(
        [
            documents.select("doc_id", target="doc_id"),
            documents.select("doc_id", target="file_name"),
            arrivals.select("doc_id", target=pl.col("name").str.split("/").list.last()),
            arrivals.select("doc_id", target="name"),
        ]
    ).filter(pl.col("target").is_in(list(claims.by_target)))
    by_document: dict[str, Claim] = {}
    for doc_id, target in named.iter_rows():
        by_document.setdefault(doc_id, claims.by_target[target])
    for target in claims.by_target.keys() - set(named["target"]):
        message = f"names {target!r}, which is no document here; correct it or remove the line"
        got.notes.append(Note(claims.by_target[target].place, message))
    return by_document


def _claim_row(doc_id: str, claim: Claim, claimed_by: str) -> dict[str, object]:
    return {
        "doc_id": doc_id,
        "agency_name": claim.agency_name,
        "report_year": claim.report_year,
        "published_on": claim.published_on,
        "claimed_by": claimed_by,
    }


def _says_something(row: dict[str, object]) -> bool:
    return any(row[name] is not None for name in ("agency_name", "report_year", "published_on"))
