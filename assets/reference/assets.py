"""Reference tables: the declarative files as lake tables, so that SQL can join them.

Definitions only; the frames come from frames.py, their meaning from schemas/.
"""

from collections.abc import Iterator

import dagster as dg

from assets.common.metadata import grain, output_of
from assets.common.stages import STAGE_TABLES
from assets.reference.frames import reference_frames
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

LAYER = "reference"
TABLES = STAGE_TABLES[LAYER]
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
        for table in TABLES
    },
)
def reference_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Formats, items, rules, crosswalk and breaks as the catalog holds them."""
    frames = reference_frames(load_catalog())
    for table in TABLES:
        if table in context.op_execution_context.selected_output_names:
            yield output_of(frames[table], table)
