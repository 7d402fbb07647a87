"""Notes beside files that cannot carry one inside: what a database or a folder was made from."""

from __future__ import annotations

import json
import os
from pathlib import Path


def write_stamp(path: Path, inputs: str) -> None:
    """Note, in one step, the fingerprint of what the thing beside `path` was made from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
    temporary.replace(path)


def read_stamp(path: Path) -> str:
    """The fingerprint noted at `path`; '' where there is none or it cannot be read."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # unreadable means unknown, and unknown is made again
