"""Documents read: in worker processes, once for each document and version of the code.

`read_document` is what a worker runs; `read_documents` decides what must be read, runs the
workers and gives every document a row. What a document cannot be read for is memoised like a
reading. One that hung or killed its worker is tried a second time, alone, in the same build;
then it keeps its status until the code or the limits change.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.common.workers import TaskResult, TaskStatus, default_workers, run_isolated
from assets.documents.archive import why_unopened
from assets.layout.classify import classify
from assets.layout.contacts import contacts_frame, find_contacts
from assets.layout.identify import identify, identities_frame
from assets.layout.memo import Row, current_row, was_read, write_memo
from assets.layout.model import UNREAD, ParsedDocument, ReadFailure, blocks_frame, grids_frame
from assets.layout.parsers import choose_parser, with_pictures
from assets.layout.parsers.base import Parser, Source
from assets.layout.sections import sections_frame, split_sections
from assets.layout.several import first_report
from assets.layout.versions import could_say_more, reading_version
from schemas.catalog import BUNDLED, Catalog, load_catalog
from schemas.frames import ParseLog, to_frame
from schemas.vocabulary import DocumentStatus

ARCHIVE = "application/zip"
INNER_ARCHIVE = (
    "an archive that was not opened, as those inside others are not; unpack it and take in the "
    "files"
)

_NO_PARSER: dict[str, tuple[DocumentStatus, str]] = {
    "application/x-empty": (
        DocumentStatus.DAMAGED,
        "the file is empty (0 bytes); fetch it again",
    ),
    "application/x-ole-encrypted-package": (
        DocumentStatus.NEEDS_PASSWORD,
        "an Office file locked with a password; save it without one and take it in again",
    ),
    "application/x-zip-encrypted": (
        DocumentStatus.NEEDS_PASSWORD,
        "an archive with a password; unpack it and take in the files",
    ),
    "application/octet-stream": (
        DocumentStatus.UNSUPPORTED_FORMAT,
        "bytes of no known file type or text encoding; fetch the file again",
    ),
}

MAX_GAPS = 5
"""Pages that are named as not read; further ones say no more."""

Progress = Callable[[int, int], None]
"""Called as documents are read: number read so far, number to read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reading of all documents ended.

    Attributes:
        parse_log: one ParseLog row per document, by doc_id.
        read_anew: documents that were read now.
        reused: documents whose memo still holds.
        reread: those of read_anew that had been read before, by other code, as another name or
            under other limits.
    """

    parse_log: pl.DataFrame
    read_anew: int
    reused: int
    reread: int = 0


def read_documents(
    documents: pl.DataFrame,
    data: DataFolder,
    limits: Limits,
    catalog_root: Path = BUNDLED,
    on_progress: Progress | None = None,
    workers: int | None = None,
) -> Reading:
    """Read the documents that have no current memo; say of each how its reading ended.

    Args:
        documents: SourceDocuments rows.
        data: where bytes and memos lie.
        limits: what one document may cost.
        catalog_root: folder of the declarative files.
        on_progress: see Progress.
        workers: number of processes; by default one per processor.

    Raises:
        WorkerError: no worker process can be started.
    """
    catalog = load_catalog(catalog_root)
    rows: dict[str, Row] = {}
    tasks: list[dict[str, Any]] = []
    for document in documents.sort("doc_id").iter_rows(named=True):
        doc_id = document["doc_id"]
        raw = data.raw_file(doc_id, document["extension"])
        unread = _without_reading(document["media_type"], document["bytes"], raw, limits)
        if unread:
            rows[doc_id] = _row(doc_id, *unread)
            continue
        versions = [
            reading_version(document["media_type"], catalog, has_pictures)
            for has_pictures in (False, True)
        ]
        folder = data.parsed_folder(doc_id)
        memo = current_row(folder, versions, document["file_name"], limits)
        if memo and not could_say_more(memo["reason"]):
            rows[doc_id] = memo
            continue
        tasks.append(
            {
                "doc_id": doc_id,
                "file_name": document["file_name"],
                "media_type": document["media_type"],
                "raw": str(raw),
                "folder": str(folder),
                "seen_pages": str(data.seen_pages),
                "versions": versions,
                "limits": limits,
                "catalog_root": str(catalog_root),
            }
        )
    reused = len(rows)
    reread = sum(was_read(Path(task["folder"])) for task in tasks)
    done = 0
    for result in _results(tasks, limits, workers, on_progress):
        done += 1
        rows[result.task["doc_id"]] = _settled(result, limits)
    log = to_frame(ParseLog, [rows[doc_id] for doc_id in sorted(rows)])
    return Reading(log, read_anew=done, reused=reused, reread=reread)


def read_document(task: dict[str, Any]) -> Row:
    """Read one document, keep its memo, and give its ParseLog row. Runs in a worker.

    Args:
        task: doc_id, file_name, media_type, raw, folder and seen_pages (paths), versions (of a
            reading without pictures and with them), limits, catalog_root.
    """
    catalog = load_catalog(Path(task["catalog_root"]))
    limits: Limits = task["limits"]
    doc_id: str = task["doc_id"]
    parser = choose_parser(task["media_type"])
    if parser is None:
        raise ValueError(f"no reader takes {task['media_type']}")
    frames: dict[str, pl.DataFrame] = {}
    started = time.monotonic()
    source = Source(
        Path(task["raw"]),
        task["file_name"],
        task["media_type"],
        limits,
        Path(task["seen_pages"]),
    )
    version = task["versions"][False]
    try:
        _verify(source.path, doc_id)
    except ReadFailure as failure:
        # Not kept: the cure is to take the same bytes in again, and a memo would outlive it.
        return _row(doc_id, failure.status, failure.reason, parser)
    try:
        document = parser.parse(source)
        version = task["versions"][bool(document.pictures)]
        document = with_pictures(document, source)
        row, frames = _understood(doc_id, document, source.file_name, catalog)
    except ReadFailure as failure:
        row = _row(doc_id, failure.status, failure.reason, parser)
    row["seconds"] = time.monotonic() - started
    write_memo(Path(task["folder"]), version, task["file_name"], limits, row, frames)
    return row


def _understood(
    doc_id: str, document: ParsedDocument, file_name: str, catalog: Catalog
) -> tuple[Row, dict[str, pl.DataFrame]]:
    first, others = first_report(document, catalog)
    sections = split_sections(first, catalog)
    identity = identify(first, file_name, catalog, sections)
    status, reason = classify(first, identity, sections, catalog)
    unread = f"{UNREAD}{'; '.join(document.gaps[:MAX_GAPS])}" if document.gaps else None
    if status is DocumentStatus.READ and (unread or others):
        status, reason = DocumentStatus.PARTLY_READ, unread or others
    row = _row(doc_id, status, reason or ("; ".join(document.notes) or None))
    row |= {
        "parser": document.parser,
        "parser_version": document.parser_version,
        "page_count": document.page_count,
    }
    return row, {
        "layout_blocks": blocks_frame(doc_id, document),
        "layout_grids": grids_frame(doc_id, document),
        "identities": identities_frame(doc_id, identity),
        "report_sections": sections_frame(doc_id, sections),
        "report_contacts": contacts_frame(doc_id, find_contacts(first, sections)),
    }


def _verify(raw: Path, doc_id: str) -> None:
    with raw.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if digest != doc_id:
        raise ReadFailure(
            DocumentStatus.DAMAGED,
            f"the stored bytes are no longer those that were taken in ({raw.name}); "
            "remove that file from raw/ and take the document in again",
        )


def _without_reading(
    media_type: str, size: int, raw: Path, limits: Limits
) -> tuple[DocumentStatus, str] | None:
    """Status and reason of a document that no worker need look at."""
    if size > limits.max_bytes:
        where = "" if raw.exists() else "; its bytes were not copied, fct_arrival says where it is"
        reason = (
            f"{size / 1024**2:.1f} MB is above the limit of {limits.max_bytes / 1024**2:.1f} MB; "
            f"take in a smaller file or raise the limit{where}"
        )
        return DocumentStatus.TOO_LARGE, reason
    if media_type == ARCHIVE and raw.exists():
        return why_unopened(raw, limits) or (DocumentStatus.UNSUPPORTED_FORMAT, INNER_ARCHIVE)
    if choose_parser(media_type) is None and media_type != ARCHIVE:
        if media_type.startswith("image/"):
            reason = (
                "a picture of a kind that is not read; save it as PNG, JPEG or TIFF, or take in "
                "the text original"
            )
            return DocumentStatus.NEEDS_OCR, reason
        unknown = f"no reader for {media_type}; convert it to PDF, DOCX, HTML or text"
        return _NO_PARSER.get(media_type, (DocumentStatus.UNSUPPORTED_FORMAT, unknown))
    if not raw.exists():
        return DocumentStatus.DAMAGED, "its bytes are not in raw/; take the document in again"
    return None


def _results(
    tasks: Sequence[dict[str, Any]],
    limits: Limits,
    workers: int | None,
    on_progress: Progress | None,
) -> Iterator[TaskResult]:
    """Results of all tasks; those that took their worker with them have had a second try."""
    function = f"{__name__}:{read_document.__name__}"

    def report(done: int, _: TaskResult) -> None:
        if on_progress:
            on_progress(done, len(tasks))

    lost: list[TaskResult] = []
    count = min(len(tasks), workers or default_workers())
    for result in run_isolated(function, tasks, limits, count, report):
        if result.worker_lost and result.status is not TaskStatus.TOO_LARGE:
            lost.append(result)
        else:
            yield result
    # A neighbour may have taken the time, or the system the memory.
    yield from run_isolated(function, [result.task for result in lost], limits, workers=1)


def _settled(result: TaskResult, limits: Limits) -> Row:
    """The row of a task; one that ended badly is memoised here, since its worker could not."""
    task = result.task
    if result.status is TaskStatus.DONE:
        return result.value
    parser = choose_parser(task["media_type"])
    row = _row(task["doc_id"], DocumentStatus(result.status.value), result.reason, parser)
    row["seconds"] = result.seconds
    # Whether it was the pictures that took the time, nobody knows.
    write_memo(Path(task["folder"]), task["versions"][True], task["file_name"], limits, row, {})
    return row


def _row(
    doc_id: str, status: DocumentStatus, reason: str | None, parser: Parser | None = None
) -> Row:
    return {
        "doc_id": doc_id,
        "parser": parser.name if parser else None,
        "parser_version": parser.version if parser else None,
        "status": status.value,
        "reason": reason,
        "page_count": None,
        "seconds": None,
    }
