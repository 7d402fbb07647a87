"""Stage 4: cells to facts, and the text around the tables, by report year.

Definitions only; which copy of a table counts is decided in assemble.py, sections and contacts
were found while the document was read.
"""

import dagster as dg
import polars as pl

from assets.cells.assets import documents_of
from assets.common.metadata import grain, output_of
from assets.common.partitions import REPORT_YEARS
from assets.common.parts import of_parts
from assets.common.staleness import code_hash
from assets.common.workspace import Workspace
from assets.facts.assemble import assemble
from assets.facts.changes import changed_cells, stored_facts
from assets.facts.corrections import apply_corrections, read_corrections
from assets.layout.memo import read_memos
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

LAYER = "facts"
REPORTS = dg.AssetIn(["layout", "reports"])
CODE_VERSION = f"{code_hash('layout', 'cells', LAYER)[:12]}-{load_catalog().report_hash[:12]}"
TEXT_VERSION = f"{code_hash('layout')[:12]}-{load_catalog().report_hash[:12]}"


@dg.asset(
    key=[LAYER, "report_facts"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["report_facts"]),
    partitions_def=REPORT_YEARS,
    code_version=CODE_VERSION,
    io_manager_key="lake_io",
    ins={
        "reports": REPORTS,
        "cells": dg.AssetIn(["cells", "report_cells"]),
        "unmapped": dg.AssetIn(["cells", "unmapped_cells"]),
        "log": dg.AssetIn(["layout", "parse_log"]),
    },
)
def report_facts(
    context: dg.AssetExecutionContext,
    workspace: Workspace,
    reports: pl.DataFrame,
    cells: pl.DataFrame,
    unmapped: pl.DataFrame,
    log: pl.DataFrame,
) -> dg.MaterializeResult[pl.DataFrame]:
    """The cells of each report's form: as read, corrected by the operator, or absent."""
    mine = of_parts(reports, int(context.partition_key), workspace.parts)
    catalog = load_catalog()
    read = assemble(mine, cells, unmapped, log, catalog)
    # The build tells of corrections that lapsed, once for all years.
    facts, _ = apply_corrections(read, read_corrections(workspace.folder.config), catalog)
    stored = stored_facts(workspace.lake, int(context.partition_key), workspace.parts)
    context.add_output_metadata(changed_cells(stored, facts))
    return output_of(facts, "report_facts")


@dg.asset(
    key=[LAYER, "report_sections"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["report_sections"]),
    partitions_def=REPORT_YEARS,
    code_version=TEXT_VERSION,
    io_manager_key="lake_io",
    ins={"reports": REPORTS},
)
def report_sections(
    context: dg.AssetExecutionContext, workspace: Workspace, reports: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """The parts of each report as text."""
    documents = documents_of(reports, int(context.partition_key), workspace.parts)
    return output_of(read_memos(workspace.folder, documents, "report_sections"), "report_sections")


@dg.asset(
    key=[LAYER, "report_contacts"],
    group_name=LAYER,
    kinds={"polars", "parquet"},
    description=grain(LAKE_TABLES["report_contacts"]),
    partitions_def=REPORT_YEARS,
    code_version=TEXT_VERSION,
    io_manager_key="lake_io",
    ins={"reports": REPORTS},
)
def report_contacts(
    context: dg.AssetExecutionContext, workspace: Workspace, reports: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """The contact block of each report."""
    documents = documents_of(reports, int(context.partition_key), workspace.parts)
    return output_of(read_memos(workspace.folder, documents, "report_contacts"), "report_contacts")
