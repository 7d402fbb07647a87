"""Where things lie in a data folder (the public contract's names), and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PACKAGE = "datapackage.json"
"""The list of an export folder's files, written last."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A gongkai data folder; `root` need not exist yet."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Drop folder: a file leaves it once its bytes are safe in raw/."""
        return self.root / "inbox"

    @property
    def raw(self) -> Path:
        """Stored bytes, raw/<2 hex>/<sha256>.<ext>."""
        return self.root / "raw"

    @property
    def parsed(self) -> Path:
        """Memoised readings, parsed/<2 hex>/<sha256>/."""
        return self.root / "parsed"

    @property
    def seen_pages(self) -> Path:
        """What recognition said of page pictures, parsed/pages/<2 hex>/<sha256>.json.gz."""
        return self.parsed / "pages"

    @property
    def lake(self) -> Path:
        """Parquet tables, lake/<table>/[report_year=YYYY/]*.parquet."""
        return self.root / "lake"

    @property
    def warehouse(self) -> Path:
        """build.duckdb, published.duckdb and the one before it."""
        return self.root / "warehouse"

    @property
    def build_db(self) -> Path:
        """The file that a build writes; only one build at a time opens it."""
        return self.warehouse / "build.duckdb"

    @property
    def published_db(self) -> Path:
        """The file that analysts open; replaced atomically."""
        return self.warehouse / "published.duckdb"

    @property
    def exports(self) -> Path:
        """Parquet files for other tools, with datapackage.json."""
        return self.root / "exports"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance folder."""
        return self.root / "dagster_home"

    @property
    def config(self) -> Path:
        """The operator's own: corrections/, decisions/, profiles/, rosters/, overrides.csv."""
        return self.root / "config"

    @property
    def world(self) -> Path:
        """Mark of a folder whose lake is a made-up world and was not made from documents."""
        return self.root / "world.json"

    @property
    def refusals(self) -> Path:
        """Files that could not be taken in, with the reasons; there while there are any."""
        return self.root / "not_taken_in.csv"

    @property
    def lock(self) -> Path:
        """Held by a running build."""
        return self.root / "build.lock"

    def raw_file(self, doc_id: str, extension: str) -> Path:
        """Where the bytes of a document are stored."""
        return self.raw / doc_id[:2] / f"{doc_id}.{extension}"

    def parsed_folder(self, doc_id: str) -> Path:
        """Where the readings of a document are memoised."""
        return self.parsed / doc_id[:2] / doc_id
