"""Notes beside files that cannot carry one inside: what a database or a folder was made from."""

from __future__ import annotations

import json
import os
from pathlib import Path


def write_stamp(path: Path, inputs: str, **facts: str) -> None:
    """Note, in one step, the fingerprint of what the thing beside `path` was made from.

    Args:
        path: the note.
        inputs: the fingerprint.
        facts: what else must be known of the making, by name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps({"inputs": inputs, **facts}), encoding="utf-8")
    temporary.replace(path)


def read_note(path: Path) -> dict[str, str]:
    """All that is noted at `path`; nothing where there is no note or it cannot be read."""
    try:
        return {name: str(text) for name, text in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}  # unreadable means unknown, and unknown is made again


def read_stamp(path: Path) -> str:
    """The fingerprint noted at `path`; '' where there is none."""
    return read_note(path).get("inputs", "")
