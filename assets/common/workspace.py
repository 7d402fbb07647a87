"""The resource that tells an asset where data lies and what reading may cost."""

from pathlib import Path

import dagster as dg

from assets.common.lake import Lake
from assets.common.limits import Limits
from assets.common.paths import DataFolder


class Watcher:
    """Hears how far a stage has come. The command line passes one that draws a bar."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note that `done` of `total` pieces of a stage are finished; here, of nothing."""


class Workspace(dg.ConfigurableResource):
    """A data folder with the limits of reading.

    Attributes:
        root: the data folder.
        workers: reading processes; 0 lets the number of processors decide.
        max_bytes, max_unpacked_bytes, max_pages, seconds, memory_bytes: see Limits.
        wait_seconds: how long a step waits for another build of the same folder.
    """

    root: str
    workers: int = 0
    max_bytes: int = Limits().max_bytes
    max_unpacked_bytes: int = Limits().max_unpacked_bytes
    max_pages: int = Limits().max_pages
    seconds: float = Limits().seconds
    memory_bytes: int = Limits().memory_bytes
    wait_seconds: float = 600.0

    @property
    def folder(self) -> DataFolder:
        """The data folder."""
        return DataFolder(Path(self.root))

    @property
    def lake(self) -> Lake:
        """The lake of the data folder."""
        return Lake(self.folder.lake)

    @property
    def limits(self) -> Limits:
        """What one document may cost."""
        return Limits(
            max_bytes=self.max_bytes,
            max_unpacked_bytes=self.max_unpacked_bytes,
            max_pages=self.max_pages,
            seconds=self.seconds,
            memory_bytes=self.memory_bytes,
        )
