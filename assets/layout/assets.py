"""Stage 2: documents read. Not by year: reading is what tells the year.

Reading runs in isolated worker processes and keeps one memo per document, reader and version, so
these assets cost a look at the memos for documents that were read before. The cells of a document
are recognised in the same breath, once claims have settled its year: a document on which
recognition dies must say so in the same log, and one pool of workers serves all years.
"""

import dagster as dg
import polars as pl

from assets.cells.recognition import (
    Subject,
    cell_counts,
    log_failures,
    mark_partly_read,
    recognise_all,
    stored_cells,
)
from assets.common.lock import build_lock
from assets.common.metadata import grain, output_of
from assets.common.staleness import code_hash
from assets.common.workspace import Watcher, Workspace
from assets.layout.classify import mark_unidentified
from assets.layout.memo import read_memos
from assets.layout.reading import read_documents, reading_version
from assets.layout.resolve import mark_current, resolve
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES
from schemas.vocabulary import READ_STATUSES, DocumentStatus

LAYER = "layout"
CODE_VERSION = f"{code_hash(LAYER)[:12]}-{load_catalog().hash[:12]}"
SOURCE_DOCUMENTS = dg.AssetIn(["documents", "source_documents"])
MANIFEST_CLAIMS = dg.AssetIn(["documents", "manifest_claims"])


def settled(
    workspace: Workspace, log: pl.DataFrame, claims: pl.DataFrame, documents: pl.DataFrame
) -> pl.DataFrame:
    """Reports of the documents that were read, identity settled; is_current is true for all yet."""
    read = log.filter(pl.col("status").is_in(READ_STATUSES))["doc_id"].to_list()
    identities = read_memos(workspace.folder, read, "identities")
    return resolve(identities, claims, documents, load_catalog())


def subjects(documents: pl.DataFrame, reports: pl.DataFrame) -> list[Subject]:
    """What recognition must know of each document that has a report with a year."""
    catalog = load_catalog()
    mine = reports.filter(pl.col("report_year").is_not_null()).join(
        documents.select("doc_id", "media_type", "file_name"), on="doc_id"
    )
    return [
        Subject(
            row["doc_id"],
            f"{reading_version(row['media_type'], catalog)} {row['file_name']}",
            row["report_year"],
        )
        for row in mine.sort("doc_id").iter_rows(named=True)
    ]


@dg.asset(
    key=[LAYER, "parse_log"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["parse_log"]),
    code_version=CODE_VERSION,
    io_manager_key="lake_io",
    ins={"documents": SOURCE_DOCUMENTS, "claims": MANIFEST_CLAIMS},
)
def parse_log(
    context: dg.AssetExecutionContext,
    workspace: Workspace,
    watcher: dg.ResourceParam[Watcher],
    documents: pl.DataFrame,
    claims: pl.DataFrame,
) -> dg.MaterializeResult[pl.DataFrame]:
    """How the reading of each document ended, recognition of its tables included."""
    folder, catalog = workspace.folder, load_catalog()
    with build_lock(folder, workspace.wait_seconds):
        reading = read_documents(
            documents,
            folder,
            workspace.limits,
            catalog.root,
            on_progress=lambda done, total: watcher("read", done, total),
            workers=workspace.workers or None,
        )
        reports = settled(workspace, reading.parse_log, claims, documents)
        failures = recognise_all(
            subjects(documents, reports),
            folder,
            catalog,
            workspace.limits,
            workspace.workers,
            on_progress=lambda done, total: watcher("recognise", done, total),
        )
    context.add_output_metadata({"read_anew": reading.read_anew, "reused": reading.reused})
    log = log_failures(mark_unidentified(reading.parse_log, reports), failures)
    return output_of(mark_partly_read(log, folder, catalog), "parse_log")


@dg.asset(
    key=[LAYER, "reports"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["reports"]),
    code_version=CODE_VERSION,
    io_manager_key="lake_io",
    ins={
        "log": dg.AssetIn([LAYER, "parse_log"]),
        "documents": SOURCE_DOCUMENTS,
        "claims": MANIFEST_CLAIMS,
    },
)
def reports(
    workspace: Workspace, log: pl.DataFrame, claims: pl.DataFrame, documents: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """Reports with agency and year by claims and evidence, the current version of each marked."""
    unidentified = pl.col("status") == DocumentStatus.UNIDENTIFIED.value
    known = log.with_columns(
        status=pl.when(unidentified).then(pl.lit(DocumentStatus.READ.value)).otherwise("status")
    )
    found = settled(workspace, known, claims, documents)
    with_year = found.filter(pl.col("report_year").is_not_null())
    contested = with_year.filter(pl.struct("agency_code", "report_year").is_duplicated())
    cells = stored_cells(contested["doc_id"].sort().to_list(), workspace.folder)
    return output_of(mark_current(found, cell_counts(cells)), "reports")
