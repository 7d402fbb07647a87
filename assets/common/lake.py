"""The lake: one folder of Parquet per table, validated before it is written, replaced atomically.

Dagster's IO manager is a thin layer over this class (io_manager.py); the command line and the
tests use it without Dagster. A file carries in its own metadata what it was made from, so that
freshness and content can never disagree with the rows (staleness.py asks).
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.common.durable import put_in_place
from schemas.frames import CLOCK_COLUMNS, LAKE_TABLES, empty_frame, polars_schema

CONTENT_KEY = "gongkai.content"
INPUTS_KEY = "gongkai.inputs"
ROWS_KEY = "gongkai.rows"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a stored file says of itself.

    `content` is the content hash of its rows, `inputs` the fingerprint of what they were made
    from ('' where the writer gave none), `rows` their number.
    """

    content: str
    inputs: str
    rows: int


def content_hash(frame: pl.DataFrame) -> str:
    """SHA-256 over the rows of a frame in their order, clock columns left out, hex.

    The Parquet form is hashed because it is free of what frames carry unseen: chunks, bytes
    beneath nulls, buffers shared between strings.
    """
    timeless = frame.drop([name for name in frame.columns if name in CLOCK_COLUMNS]).rechunk()
    buffer = io.BytesIO()
    timeless.write_parquet(buffer, compression="uncompressed", statistics=False)
    return hashlib.sha256(buffer.getbuffer()).hexdigest()


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
        files = (self.root / table).glob(f"report_year=*/{table}.parquet")
        return tuple(sorted(int(file.parent.name.removeprefix("report_year=")) for file in files))

    def write(
        self,
        table: str,
        frame: pl.DataFrame,
        report_year: int | None = None,
        inputs: str = "",
    ) -> Path:
        """Validate a frame against its model, then put it in place in one step.

        Args:
            table: a key of LAKE_TABLES.
            frame: the rows; columns in any order.
            report_year: the year the rows belong to, for tables kept by year.
            inputs: fingerprint of what the rows were made from, kept in the file.

        Raises:
            pandera.errors.SchemaErrors: the frame breaks the contract; the old file stays.
        """
        model = LAKE_TABLES[table]
        validated = model.validate(frame.select(list(polars_schema(model))), lazy=True)
        rows = pl.DataFrame(validated)
        target = self.file(table, report_year)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        rows.write_parquet(
            temporary,
            compression="zstd",
            metadata={
                CONTENT_KEY: content_hash(rows),
                INPUTS_KEY: inputs,
                ROWS_KEY: str(rows.height),
            },
        )
        put_in_place(temporary, target)
        return target

    def read(self, table: str, report_year: int | None = None) -> pl.DataFrame:
        """A table, or one report year of it; an empty frame where nothing is stored."""
        model = LAKE_TABLES[table]
        if report_year is None and self.years(table):
            files = [self.file(table, year) for year in self.years(table)]
        else:
            files = [self.file(table, report_year)]
        found = [
            pl.read_parquet(file, glob=False, hive_partitioning=False)
            for file in files
            if file.exists()
        ]
        return pl.concat(found) if found else empty_frame(model)

    def stored(self, table: str, report_year: int | None = None) -> Stored | None:
        """What the stored file says of itself, from its footer alone; None without a sound file."""
        file = self.file(table, report_year)
        try:
            metadata = pl.read_parquet_metadata(file)
        except (OSError, pl.exceptions.ComputeError):
            return None  # not there, or not whole: either way it has to be made
        return Stored(
            content=metadata.get(CONTENT_KEY, ""),
            inputs=metadata.get(INPUTS_KEY, ""),
            rows=int(metadata.get(ROWS_KEY, 0)),
        )
