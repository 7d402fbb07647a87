"""Dagster's door to the lake: frames in and out, a Parquet file per table and part of a year.

Storage only: what the columns mean is in schemas/frames.py, how a file is replaced in lake.py.
The frame is validated before the old file is touched, because a failing asset check runs only
after the write.
"""

from pathlib import Path

import dagster as dg
import polars as pl

from assets.common.lake import Lake
from assets.common.made_up import refuse_world
from assets.common.metadata import frame_metadata
from assets.common.parts import Part, numbered
from assets.common.staleness import inputs_of, inputs_of_parts
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
            MadeUpWorldError: the data folder is a world's; nothing is written.
        """
        refuse_world(self.workspace.folder)
        table = context.asset_key.path[-1]
        year = int(context.asset_partition_key) if context.has_asset_partitions else None
        data, limits = self.workspace.folder, self.workspace.limits
        if year is None:
            target = self.lake.write(table, obj, inputs=inputs_of(table, None, data, limits))
            written = [self.lake.stored(table)]
        else:
            inputs = inputs_of_parts(year, data, limits)
            target, parts = self._write_parts(table, obj, year, inputs)
            written = [self.lake.stored(table, year, part) for part in parts]
        context.add_output_metadata(
            {
                **frame_metadata(obj, LAKE_TABLES[table]),
                "path": dg.MetadataValue.path(str(target)),
                "content_hash": " ".join(stored.content for stored in written if stored),
            }
        )

    def _write_parts(
        self, table: str, rows: pl.DataFrame, year: int, inputs: dict[Part, str]
    ) -> tuple[Path, list[Part]]:
        """Write the parts that the run makes; when all are there, remove those of another cut."""
        made = [part for part in self.workspace.parts or inputs if part in inputs]
        if len(inputs) == 1:
            target = self.lake.write(table, rows, year, inputs=inputs[made[0]])
        else:
            reports = self.lake.read("reports").filter(pl.col("report_year") == year)
            places = numbered(reports, len(inputs)).select("doc_id", "part").unique("doc_id")
            placed = rows.join(places, on="doc_id", how="left", maintain_order="left")
            for part in made:
                mine = placed.filter(pl.col("part") == part.number).drop("part")
                self.lake.write(table, mine, year, inputs=inputs[part], part=part)
            target = self.lake.file(table, year)
        if set(inputs) <= set(self.lake.parts(table, year)):
            self.lake.tidy(table, year, tuple(inputs))
        return target.parent, made

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """The stored frame: the year or parts of the run, or all of a table not kept by year."""
        table = context.asset_key.path[-1]
        if not context.has_asset_partitions:
            return self.lake.read(table)
        years, parts = [int(key) for key in context.asset_partition_keys], self.workspace.parts
        return pl.concat([self.lake.read(table, year, parts) for year in years])
