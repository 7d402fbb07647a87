"""Recognition of many documents: what is not memoised goes through the pool of workers.

Pure of Dagster; the reading stage runs it (a document is read when its cells are known), the
cells stage collects what it left, year by year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from assets.cells.document import CELLS_FILE, UNMAPPED_FILE, cells_stamp, read_note
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.common.reach import reach_hash
from assets.common.workers import TaskStatus, run_isolated
from assets.layout.memo import read_files
from schemas.catalog import Catalog
from schemas.frames import ReportCells, UnmappedCells
from schemas.vocabulary import DocumentStatus, ReviewStatus, ValueStatus

MODULE = "assets.cells.document"
FUNCTION = f"{MODULE}:recognise_document"
STATUS_OF = {
    TaskStatus.CRASHED: DocumentStatus.CRASHED,
    TaskStatus.TIMED_OUT: DocumentStatus.TIMED_OUT,
    TaskStatus.TOO_LARGE: DocumentStatus.TOO_LARGE,
}


_MISSING_TABLES = (
    "nothing was found of the table under {}; it may be a picture or lie in an attachment: "
    "take in the original file"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A document whose cells are wanted: the stamp of its reading, and the year in use."""

    doc_id: str
    layout_stamp: str
    report_year: int | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A document whose tables could not be recognised, with what its row shall say."""

    doc_id: str
    status: DocumentStatus
    reason: str


def _stamp(subject: Subject, catalog: Catalog) -> str:
    layout = f"{subject.layout_stamp} {reach_hash(MODULE)}"
    return cells_stamp(layout, catalog.reading_hash, subject.report_year)


def is_memoised(subject: Subject, data: DataFolder, catalog: Catalog) -> bool:
    """Whether the cells of a document lie ready, made from this reading, catalog and year."""
    note = read_note(data.parsed_folder(subject.doc_id))
    return note.get("stamp") == _stamp(subject, catalog)


def recognise_all(
    subjects: Iterable[Subject],
    data: DataFolder,
    catalog: Catalog,
    limits: Limits,
    workers: int,
    on_progress: Callable[[int, int], None],
) -> list[Failure]:
    """Make the cells of all documents lie ready in their memos.

    Returns:
        the documents that failed; the others are there afterwards.
    """
    tasks = [
        {
            "doc_id": subject.doc_id,
            "folder": str(data.parsed_folder(subject.doc_id)),
            "catalog_root": str(catalog.root),
            "report_year": subject.report_year,
            "stamp": _stamp(subject, catalog),
        }
        for subject in subjects
        if not is_memoised(subject, data, catalog)
    ]
    if not tasks:
        return []
    results = run_isolated(
        FUNCTION,
        tasks,
        limits,
        workers or None,
        on_progress=lambda done, _: on_progress(done, len(tasks)),
    )
    return [
        Failure(
            result.task["doc_id"],
            STATUS_OF[result.status],
            f"while its tables were recognised: {result.reason}",
        )
        for result in results
        if result.status is not TaskStatus.DONE
    ]


def log_failures(parse_log: pl.DataFrame, failures: list[Failure]) -> pl.DataFrame:
    """The parse log with the status and reason of documents whose recognition failed."""
    failed = pl.DataFrame(
        [(failure.doc_id, failure.status.value, failure.reason) for failure in failures],
        schema={"doc_id": pl.String, "new_status": pl.String, "new_reason": pl.String},
        orient="row",
    )
    return (
        parse_log.join(failed, on="doc_id", how="left", maintain_order="left")
        .with_columns(
            status=pl.coalesce("new_status", "status"), reason=pl.coalesce("new_reason", "reason")
        )
        .select(parse_log.columns)
    )


def mark_partly_read(parse_log: pl.DataFrame, data: DataFolder, catalog: Catalog) -> pl.DataFrame:
    """The parse log with `partly_read` for reports of which an official table was not found.

    Args:
        parse_log: ParseLog rows, failures already in it.
        data: holds the memoised cells.
        catalog: for the names of the tables.
    """
    names = {
        table.table_id: f"{table.section}、{table.name_zh} ({table.name_en})"
        for table in catalog.newest_format.tables
    }
    rows: list[tuple[str, str]] = []
    for doc_id in parse_log.filter(pl.col("status") == DocumentStatus.READ.value)["doc_id"]:
        note = read_note(data.parsed_folder(doc_id))
        missing = [name for table, name in names.items() if table not in note.get("tables", names)]
        if missing:
            rows.append((doc_id, _MISSING_TABLES.format("; ".join(missing))))
    marks = pl.DataFrame(rows, schema={"doc_id": pl.String, "missing": pl.String}, orient="row")
    is_partly = pl.col("missing").is_not_null()
    return (
        parse_log.join(marks, on="doc_id", how="left", maintain_order="left")
        .with_columns(
            status=pl.when(is_partly)
            .then(pl.lit(DocumentStatus.PARTLY_READ.value))
            .otherwise("status"),
            reason=pl.coalesce("missing", "reason"),
        )
        .select(parse_log.columns)
    )


def stored_cells(documents: Iterable[str], data: DataFolder) -> pl.DataFrame:
    """ReportCells rows of some documents, in the order given.

    Raises:
        MemoLostError: those of a document are gone.
    """
    return read_files(
        [data.parsed_folder(doc_id) / CELLS_FILE for doc_id in documents], ReportCells
    )


def stored_unmapped(documents: Iterable[str], data: DataFolder) -> pl.DataFrame:
    """UnmappedCells rows of some documents, in the order given.

    Raises:
        MemoLostError: those of a document are gone.
    """
    files = [data.parsed_folder(doc_id) / UNMAPPED_FILE for doc_id in documents]
    return read_files(files, UnmappedCells)


def cell_counts(cells: pl.DataFrame) -> pl.DataFrame:
    """Per document the numbers of reported cells and of those that need review."""
    return (
        cells.group_by("doc_id", maintain_order=True)
        .agg(
            (pl.col("value_status") == ValueStatus.REPORTED).sum().alias("reported"),
            (pl.col("review_status") == ReviewStatus.NEEDS_REVIEW).sum().alias("needs_review"),
        )
        .sort("doc_id")
    )
