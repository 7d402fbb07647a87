"""One build at a time: a file lock on the data folder that says who holds it.

Everything that writes the register, the lake or the build database takes it. The lock is the
operating system's, so a killed build leaves none behind; the note about the holder may outlive
it and is only believed while the lock is held.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assets.common.paths import DataFolder

POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the lock: pid, host and start time in ISO form."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"


class BuildRunning(RuntimeError):
    """Another build holds the data folder; `holder` is None when it left no note yet."""

    def __init__(self, data: DataFolder, holder: Holder | None) -> None:
        who = str(holder) if holder else "another process"
        super().__init__(f"a build of {data.root} is running: {who}")
        self.holder = holder


def _note(data: DataFolder) -> Path:
    return data.lock.with_suffix(".json")


def holder_of(data: DataFolder) -> Holder | None:
    """Who wrote the note beside the lock; it is current only while the lock is held."""
    try:
        return Holder(**json.loads(_note(data).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # no note, or one being written: the lock itself decides


def _write_note(data: DataFolder) -> None:
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    note = _note(data)
    temporary = note.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(
        json.dumps(asdict(Holder(os.getpid(), socket.gethostname(), started))), encoding="utf-8"
    )
    temporary.replace(note)


@contextmanager
def build_lock(
    data: DataFolder,
    wait_seconds: float = 0.0,
    on_wait: Callable[[Holder | None], None] | None = None,
) -> Iterator[None]:
    """Hold the data folder for the length of a `with` block; the same process may nest.

    Args:
        data: the folder; made when it is not there.
        wait_seconds: how long to wait for another holder; 0 leaves at once.
        on_wait: called once, with the holder, when there is somebody to wait for.

    Raises:
        BuildRunning: somebody else still holds it after that time.
    """
    data.root.mkdir(parents=True, exist_ok=True)
    # One lock object per path in a process: a step run by the build driver may take it again.
    lock = FileLock(data.lock, thread_local=False, is_singleton=True)
    outermost = not lock.is_locked
    deadline = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except Timeout:
            holder = holder_of(data)
            if on_wait and not told:
                on_wait(holder)
                told = True
            if time.monotonic() >= deadline:
                raise BuildRunning(data, holder) from None
            time.sleep(min(POLL_SECONDS, max(0.0, deadline - time.monotonic())))
    try:
        if outermost:
            _write_note(data)
        yield
    finally:
        if outermost:
            _note(data).unlink(missing_ok=True)
        lock.release()
