"""Files put in place whole and for good: after a power cut there is the old one or the new one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def put_in_place(temporary: Path, target: Path) -> None:
    """Rename a finished file over its target; its bytes and its name are on disk afterwards.

    Args:
        temporary: a closed file on the same file system.
        target: its folder exists; the file need not.
    """
    _sync(temporary)
    temporary.replace(target)
    with suppress(OSError):  # some network file systems cannot sync a folder; the file is safe
        _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
