"""The lake: one folder of Parquet per table, validated before it is written, replaced atomically.

Dagster's IO manager is a thin layer over this class (io_manager.py); the command line and the
tests use it without Dagster.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from schemas.frames import LAKE_TABLES, empty_frame, polars_schema


class Lake:
    """Reads and writes the lake tables of one data folder.

    Args:
        root: the lake folder (DataFolder.lake).
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def file(self, table: str, report_year: int | None = None) -> Path:
        """The Parquet file of a table, or of one report year of it."""
        folder = self.root / table
        if report_year is not None:
            folder = folder / f"report_year={report_year}"
        return folder / f"{table}.parquet"

    def years(self, table: str) -> tuple[int, ...]:
        """Report years stored for a table, ascending."""
        folders = (self.root / table).glob("report_year=*")
        return tuple(sorted(int(folder.name.removeprefix("report_year=")) for folder in folders))

    def write(self, table: str, frame: pl.DataFrame, report_year: int | None = None) -> Path:
        """Validate a frame against its model, then put it in place in one step.

        Raises:
            pandera.errors.SchemaErrors: the frame breaks the contract; the old file stays.
        """
        model = LAKE_TABLES[table]
        validated = model.validate(frame.select(list(polars_schema(model))), lazy=True)
        target = self.file(table, report_year)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        validated.write_parquet(temporary, compression="zstd")  # pyright: ignore
        temporary.replace(target)
        return target

    def read(self, table: str, report_year: int | None = None) -> pl.DataFrame:
        """A table, or one report year of it; an empty frame where nothing is stored."""
        model = LAKE_TABLES[table]
        if report_year is None and self.years(table):
            files = [self.file(table, year) for year in self.years(table)]
        else:
            files = [self.file(table, report_year)]
        found = [pl.read_parquet(file, hive_partitioning=False) for file in files if file.exists()]
        return pl.concat(found) if found else empty_frame(model)
