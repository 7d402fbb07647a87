"""Reference tables: the declarative files as lake tables, so that SQL can join them.

Definitions only; the frames come from frames.py and assets/agencies/, their meaning from schemas/.
"""

from collections.abc import Iterator

import dagster as dg

from assets.agencies.register import load
from assets.common.metadata import grain, output_of
from assets.common.stages import REGISTER_TABLES, STAGE_TABLES
from assets.common.staleness import code_hash
from assets.common.workspace import Workspace
from assets.reference.frames import reference_frames
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

LAYER = "reference"
TABLES = STAGE_TABLES[LAYER]
CATALOG_TABLES = tuple(table for table in TABLES if table not in REGISTER_TABLES)
# on_missing() would pass over tables that were missing before the sensor was switched on.
WHEN_THE_FILES_CHANGE = (
    dg.AutomationCondition.missing().newly_true() | dg.AutomationCondition.code_version_changed()
)


@dg.multi_asset(
    name="reference_tables",
    group_name=LAYER,
    can_subset=True,
    outs={
        table: dg.AssetOut(
            key=[LAYER, table],
            description=grain(LAKE_TABLES[table]),
            kinds={"polars", "parquet"},
            is_required=False,
            code_version=load_catalog().hash,
            automation_condition=WHEN_THE_FILES_CHANGE,
            io_manager_key="lake_io",
        )
        for table in CATALOG_TABLES
    },
)
def reference_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Formats, items, rules, crosswalk and breaks as the catalog holds them."""
    frames = reference_frames(load_catalog())
    for table in CATALOG_TABLES:
        if table in context.op_execution_context.selected_output_names:
            yield output_of(frames[table], table)


@dg.multi_asset(
    name="register_tables",
    group_name=LAYER,
    can_subset=True,
    outs={
        table: dg.AssetOut(
            key=[LAYER, table],
            description=grain(LAKE_TABLES[table]),
            kinds={"polars", "parquet"},
            is_required=False,
            code_version=code_hash("agencies")[:12],
            automation_condition=WHEN_THE_FILES_CHANGE,
            io_manager_key="lake_io",
        )
        for table in REGISTER_TABLES
    },
)
def register_tables(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> Iterator[dg.MaterializeResult]:
    """Divisions, agencies, rosters and population: the bundled files and the operator's."""
    register = load(workspace.folder)
    for note in register.notes:
        context.log.warning(str(note))
    for table, frame in register.frames.items():
        if table in context.op_execution_context.selected_output_names:
            yield output_of(frame, table)
