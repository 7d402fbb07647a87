"""Stage 3: grids to canonical cells. From here on everything is kept by report year.

Definitions only; what a cell means is decided in recognise.py, and memoised per document while
the document is read (recognition.py).
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.cells.recognition import stored_cells, stored_unmapped
from assets.common.metadata import grain, output_of
from assets.common.partitions import REPORT_YEARS
from assets.common.parts import Part, of_parts
from assets.common.stages import STAGE_TABLES
from assets.common.staleness import code_hash
from assets.common.workspace import Workspace
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

LAYER = "cells"
TABLES = STAGE_TABLES[LAYER]
CODE_VERSION = f"{code_hash('layout', LAYER)[:12]}-{load_catalog().report_hash[:12]}"


def documents_of(
    reports: pl.DataFrame, report_year: int, parts: Sequence[Part] | None
) -> list[str]:
    """The documents that hold the reports of a year or of some of its parts, ascending."""
    return of_parts(reports, report_year, parts)["doc_id"].unique().sort().to_list()


@dg.multi_asset(
    name="recognised_cells",
    group_name=LAYER,
    partitions_def=REPORT_YEARS,
    code_version=CODE_VERSION,
    ins={"reports": dg.AssetIn(["layout", "reports"])},
    deps=[dg.AssetKey(["layout", "parse_log"])],
    outs={
        table: dg.AssetOut(
            key=[LAYER, table],
            description=grain(LAKE_TABLES[table]),
            kinds={"polars", "parquet"},
            io_manager_key="lake_io",
        )
        for table in TABLES
    },
)
def recognised_cells(
    context: dg.AssetExecutionContext, workspace: Workspace, reports: pl.DataFrame
) -> Iterator[dg.MaterializeResult]:
    """Cells of the official tables, and cells in their regions that nothing claimed."""
    documents = documents_of(reports, int(context.partition_key), workspace.parts)
    yield output_of(stored_cells(documents, workspace.folder), "report_cells")
    yield output_of(stored_unmapped(documents, workspace.folder), "unmapped_cells")
