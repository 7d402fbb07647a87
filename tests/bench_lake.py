"""The lake of a made-up world, and what happens to it: a late report, a year read otherwise.

The ground of bench_warehouse.py and of the test of incremental builds.
"""

from __future__ import annotations

import polars as pl

from assets.common.lake import Lake
from assets.common.parts import Part, part_numbers
from assets.common.paths import DataFolder
from assets.synthetic.world import WorldOptions, plan_world, write_world
from assets.warehouse.changes import NOT_ASKED, REPORT_TABLES, YEAR_TABLES
from schemas.catalog import load_catalog

TABLES = tuple(table for table in YEAR_TABLES if table not in NOT_ASKED)
"""The tables by year that models read."""


class BenchLake:
    """A world's lake in a data folder that is empty."""

    def __init__(self, data: DataFolder, options: WorldOptions) -> None:
        self.lake = Lake(data.lake)
        self.years = options.years
        catalog = load_catalog()
        world = plan_world(options, catalog)
        self.report_count = world.reports.height
        write_world(data, world, catalog, lambda done, total: None)
        self._withheld: dict[tuple[str, int | None, Part], pl.DataFrame] = {}

    def _files_of(self, row: dict[str, object]) -> list[tuple[str, int | None, Part]]:
        """Where the rows of a report lie: table, report year, part."""
        code, year = str(row["agency_code"]), int(str(row["report_year"]))
        found: list[tuple[str, int | None, Part]] = [
            (table, None, Part(1, 0)) for table in REPORT_TABLES
        ]
        for table in TABLES:
            if parts := self.lake.parts(table, year):
                number = part_numbers([code], len(parts))[code]
                found.append((table, year, parts[number]))
        return found

    def withhold(self, year: int) -> None:
        """Take a report of a year out of the lake, as if it had not come yet."""
        reports = self.lake.read("reports").filter("is_current", report_year=year)
        late = reports.filter(kind="dept").sort("report_id").row(0, named=True)
        for place in self._files_of(late):
            table, of_year, part = place
            whole = self.lake.read(table, of_year, None if of_year is None else [part])
            self._withheld[place] = whole
            self.lake.write(
                table, whole.filter(pl.col("doc_id") != late["doc_id"]), of_year, "", part
            )

    def deliver(self) -> None:
        """The report that was withheld comes in."""
        for (table, year, part), frame in self._withheld.items():
            self.lake.write(table, frame, year, "", part)
        self._withheld.clear()

    def change_year(self, year: int) -> None:
        """Read every number of a year otherwise."""
        for part in self.lake.parts("report_facts", year):
            facts = self.lake.read("report_facts", year, [part])
            value = (pl.col("value") + 1).cast(facts["value"].dtype)
            self.lake.write("report_facts", facts.with_columns(value=value), year, "", part)
