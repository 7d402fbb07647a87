"""Dagster's door to the lake: polars frames in and out, one Parquet file per table and year.

Storage only: what the columns mean is in schemas/frames.py, how a file is replaced in lake.py.
The frame is validated before the old file is touched, because a failing asset check runs only
after the write.
"""

import dagster as dg
import polars as pl

from assets.common.lake import Lake
from assets.common.metadata import frame_metadata
from assets.common.staleness import inputs_of
from assets.common.workspace import Workspace
from schemas.frames import LAKE_TABLES


class LakeParquetIOManager(dg.ConfigurableIOManager):
    """Stores an asset's frame under lake/<last part of its key>/[report_year=YYYY/].

    Attributes:
        workspace: the data folder, and the limits under which its documents are read.
    """

    workspace: dg.ResourceDependency[Workspace]

    @property
    def lake(self) -> Lake:
        """The lake of the data folder."""
        return self.workspace.lake

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Validate, write beside, rename; add row count, columns, preview and data version.

        Raises:
            pandera.errors.SchemaErrors: the frame breaks its model; the last good file stays.
        """
        table = context.asset_key.path[-1]
        year = int(context.asset_partition_key) if context.has_asset_partitions else None
        inputs = inputs_of(table, year, self.workspace.folder, self.workspace.limits)
        target = self.lake.write(table, obj, year, inputs=inputs)
        stored = self.lake.stored(table, year)
        context.add_output_metadata(
            {
                **frame_metadata(obj, LAKE_TABLES[table]),
                "path": dg.MetadataValue.path(str(target)),
                "content_hash": stored.content if stored else "",
            }
        )

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """The stored frame: the year of the run, or all of a table that is not kept by year."""
        table = context.asset_key.path[-1]
        if not context.has_asset_partitions:
            return self.lake.read(table)
        years = [int(key) for key in context.asset_partition_keys]
        return pl.concat([self.lake.read(table, year) for year in years])
