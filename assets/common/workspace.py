"""The resource that tells an asset where data lies and what reading may cost.

It also holds the data folder's lock for as long as a run lasts. A lock taken by each step would
leave gaps: rows loaded before another build changed the folder would be stored after it, under
the fingerprint of what they were not made from.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import dagster as dg
from pydantic import PrivateAttr

from assets.common.lake import Lake
from assets.common.limits import Limits
from assets.common.lock import build_lock
from assets.common.parts import PARTS_TAG, Part, parts_from
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
        wait_seconds: how long a run waits for another build of the same folder.
    """

    root: str
    workers: int = 0
    max_bytes: int = Limits().max_bytes
    max_unpacked_bytes: int = Limits().max_unpacked_bytes
    max_pages: int = Limits().max_pages
    seconds: float = Limits().seconds
    memory_bytes: int = Limits().memory_bytes
    wait_seconds: float = 600.0
    _parts: tuple[Part, ...] | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Hold the data folder from before a run's first input to after its last output.

        The in-process executor makes resources once for a run, so this spans all its steps.

        Raises:
            BuildRunning: another build holds the folder for longer than `wait_seconds`.
        """
        tags = context.run.tags if context.run else {}
        self._parts = parts_from(tags[PARTS_TAG]) if PARTS_TAG in tags else None
        with build_lock(self.folder, self.wait_seconds):
            yield self

    @property
    def parts(self) -> tuple[Part, ...] | None:
        """The parts of its report year that a run makes; None means all."""
        return self._parts

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
