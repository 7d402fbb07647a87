"""The lake: one folder of Parquet per table, validated before it is written, replaced atomically.

Dagster's IO manager is a thin layer over this class (io_manager.py); the command line and the
tests use it without Dagster. A file carries in its own metadata what it was made from, so that
freshness and content can never disagree with the rows (staleness.py asks).
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.common.durable import put_in_place
from assets.common.parts import WHOLE, Part, part_in
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

    def file(self, table: str, report_year: int | None = None, part: Part = WHOLE) -> Path:
        """The Parquet file of a table, or of one report year of it, or of a part of that."""
        folder = self.root / table
        if report_year is not None:
            folder = folder / f"report_year={report_year}" / part.folder
        return folder / f"{table}.parquet"

    def years(self, table: str) -> tuple[int, ...]:
        """Report years stored for a table, ascending."""
        folders = (self.root / table).glob("report_year=*")
        found = (int(folder.name.removeprefix("report_year=")) for folder in folders)
        return tuple(sorted(year for year in found if self.parts(table, year)))

    def parts(self, table: str, report_year: int) -> tuple[Part, ...]:
        """Parts stored for a report year of a table, in order."""
        year = self.file(table, report_year).parent
        folders = (file.parent for file in year.glob(f"*/{table}.parquet"))
        found = [part for folder in folders if (part := part_in(folder.name))]
        if self.file(table, report_year).exists():
            found.append(WHOLE)
        return tuple(sorted(found))

    def files(self, table: str, report_year: int | None = None) -> tuple[Path, ...]:
        """The stored files of a table, or of one report year of it, in order."""
        years = self.years(table) if report_year is None else (report_year,)
        kept = [self.file(table, year, part) for year in years for part in self.parts(table, year)]
        plain = self.file(table)
        return tuple(kept or ([plain] if report_year is None and plain.exists() else []))

    def write(
        self,
        table: str,
        frame: pl.DataFrame,
        report_year: int | None = None,
        inputs: str = "",
        part: Part = WHOLE,
    ) -> Path:
        """Validate a frame against its model, then put it in place in one step.

        Args:
            table: a key of LAKE_TABLES.
            frame: the rows; columns in any order.
            report_year: the year the rows belong to, for tables kept by year.
            inputs: fingerprint of what the rows were made from, kept in the file.
            part: the part of the year that they are.

        Raises:
            pandera.errors.SchemaErrors: the frame breaks the contract; the old file stays.
        """
        model = LAKE_TABLES[table]
        validated = model.validate(frame.select(list(polars_schema(model))), lazy=True)
        rows = pl.DataFrame(validated)
        target = self.file(table, report_year, part)
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

    def tidy(self, table: str, report_year: int, parts: Sequence[Part]) -> None:
        """Remove what a year has beside the parts that it is cut into now.

        To be called when all those parts are stored: a reader may then see the old parts or the
        new ones too often, never too seldom, and what a killed build left is removed by the next.
        """
        for part in set(self.parts(table, report_year)) - set(parts):
            file = self.file(table, report_year, part)
            file.unlink(missing_ok=True)
            if part.folder:
                with suppress(OSError):  # somebody else's file lies there
                    file.parent.rmdir()

    def read(
        self, table: str, report_year: int | None = None, parts: Sequence[Part] | None = None
    ) -> pl.DataFrame:
        """A table, a report year or some parts of it; an empty frame where nothing is stored."""
        if report_year is None or parts is None:
            files = self.files(table, report_year)
        else:
            files = tuple(self.file(table, report_year, part) for part in parts)
        found = [
            pl.read_parquet(file, glob=False, hive_partitioning=False)
            for file in files
            if file.exists()
        ]
        return pl.concat(found) if found else empty_frame(LAKE_TABLES[table])

    def stored(
        self, table: str, report_year: int | None = None, part: Part = WHOLE
    ) -> Stored | None:
        """What the stored file says of itself, from its footer alone; None without a sound file."""
        file = self.file(table, report_year, part)
        try:
            metadata = pl.read_parquet_metadata(file)
        except (OSError, pl.exceptions.ComputeError):
            return None  # not there, or not whole: either way it has to be made
        return Stored(
            content=metadata.get(CONTENT_KEY, ""),
            inputs=metadata.get(INPUTS_KEY, ""),
            rows=int(metadata.get(ROWS_KEY, 0)),
        )
