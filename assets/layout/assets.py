"""Stage 2: documents read. Not by year: reading is what tells the year.

Reading runs in isolated worker processes and keeps one memo per document, reader and version, so
these assets cost a look at the memos for documents that were read before. The cells of a document
are recognised in the same breath, once claims have settled its year: a document on which
recognition dies must say so in the same log, and one pool of workers serves all years.
"""

import dagster as dg
import polars as pl

from assets.agencies.register import load as load_register
from assets.cells.recognition import recognise_all
from assets.common.lock import build_lock
from assets.common.metadata import grain, output_of
from assets.common.staleness import code_hash
from assets.common.workspace import Watcher, Workspace
from assets.layout.reading import read_documents
from assets.layout.settle import (
    settled_log,
    settled_matches,
    settled_reports,
    subjects,
    with_current,
    with_matches,
)
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

LAYER = "layout"
CODE_VERSION = f"{code_hash(LAYER)[:12]}-{load_catalog().report_hash[:12]}"
MATCH_VERSION = f"{CODE_VERSION}-{code_hash('agencies')[:12]}"
SOURCE_DOCUMENTS = dg.AssetIn(["documents", "source_documents"])
MANIFEST_CLAIMS = dg.AssetIn(["documents", "manifest_claims"])


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
        reports = settled_reports(reading.parse_log, claims, documents, folder, catalog)
        watcher("reread", reading.reread, reading.reread)
        failures = recognise_all(
            subjects(documents, reports, catalog),
            folder,
            catalog,
            workspace.limits,
            workspace.workers,
            on_progress=lambda done, total: watcher("recognise", done, total),
        )
    context.add_output_metadata(
        {"read_anew": reading.read_anew, "reused": reading.reused, "reread": reading.reread}
    )
    log = settled_log(reading.parse_log, reports, failures, folder, catalog)
    return output_of(log, "parse_log")


@dg.asset(
    key=[LAYER, "agency_matches"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["agency_matches"]),
    code_version=MATCH_VERSION,
    io_manager_key="lake_io",
    ins={
        "log": dg.AssetIn([LAYER, "parse_log"]),
        "documents": SOURCE_DOCUMENTS,
        "claims": MANIFEST_CLAIMS,
    },
)
def agency_matches(
    workspace: Workspace, log: pl.DataFrame, claims: pl.DataFrame, documents: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """Whose each report is, by the register, the operator's decisions and the evidence."""
    folder = workspace.folder
    found = settled_reports(log, claims, documents, folder, load_catalog())
    return output_of(settled_matches(found, documents, folder), "agency_matches")


@dg.asset(
    key=[LAYER, "reports"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["reports"]),
    code_version=CODE_VERSION,
    io_manager_key="lake_io",
    ins={
        "log": dg.AssetIn([LAYER, "parse_log"]),
        "matches": dg.AssetIn([LAYER, "agency_matches"]),
        "documents": SOURCE_DOCUMENTS,
        "claims": MANIFEST_CLAIMS,
    },
)
def reports(
    workspace: Workspace,
    log: pl.DataFrame,
    matches: pl.DataFrame,
    claims: pl.DataFrame,
    documents: pl.DataFrame,
) -> dg.MaterializeResult[pl.DataFrame]:
    """Reports with agency and year by claims and evidence, the current version of each marked."""
    folder = workspace.folder
    found = settled_reports(log, claims, documents, folder, load_catalog())
    registered = load_register(folder).agencies
    return output_of(with_current(with_matches(found, matches, registered), folder), "reports")
