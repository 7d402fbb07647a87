"""What the networks said of a page, kept under the hash of its pixels.

A page that is read again, because the code around recognition has changed or since another file
holds the same scan, asks for the same boxes and the same crops. Each question is answered from
what is kept when its pixels are the same to the last bit, and by the networks when they are not,
so that a kept answer is never one that they would not give.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from assets.common.reach import reach_hash
from assets.layout.ocr import engine as networks
from assets.layout.ocr.engine import Area, Engine, Read, engine_version

Load = Callable[[], Engine]


@contextmanager
def engine_for(image: Any, folder: Path | None, load: Load) -> Iterator[Engine]:
    """Recognition for one page, with what is kept of it.

    Args:
        image: the page as it came.
        folder: DataFolder.seen_pages; None to keep nothing.
        load: gives the networks; called when there is a new question.
    """
    if folder is None:
        yield load()
        return
    page = _digest(_version(), [image])
    file = folder / page[:2] / f"{page}.json.gz"
    answers = _answers(file)
    engine = KeptEngine(answers, load)
    yield engine
    if engine.used != answers:
        _keep(file, engine.used)


@dataclass(slots=True)
class KeptEngine:
    """An engine that asks another one only what it has no answer for.

    Attributes:
        answers: what is kept, by the hash of the question.
        load: gives the engine to ask.
        used: the answers given.
    """

    answers: dict[str, Any]
    load: Load
    used: dict[str, Any] = field(default_factory=dict)
    version: str = field(default_factory=engine_version)

    def find(self, image: Any) -> list[Area]:
        """See Engine."""

        def ask() -> list[list[int]]:
            return [[a.x0, a.y0, a.x1, a.y1] for a in self.load().find(image)]

        return [Area(*box) for box in self._answer(_digest("find", [image]), ask)]

    def read(self, crops: Sequence[Any]) -> list[Read]:
        """See Engine.

        All crops together are one question: lines of a batch are padded to the widest.
        """

        def ask() -> list[list[Any]]:
            return [[read.text, read.score] for read in self.load().read(crops)]

        return [Read(*read) for read in self._answer(_digest("read", crops), ask)]

    def _answer(self, question: str, ask: Callable[[], Any]) -> Any:
        answer = self.answers.get(question)
        if answer is None:
            answer = ask()
        self.used[question] = answer
        return answer


@cache
def _version() -> str:
    """Models and code of the networks; the rest of the reading is part of each question."""
    return f"{engine_version()} {reach_hash(networks.__name__)}"


def _digest(what: str, images: Sequence[Any]) -> str:
    import numpy as np  # noqa: PLC0415 - part of the ocr extra

    digest = hashlib.sha256(what.encode())
    for image in images:
        digest.update(f"{image.shape} {image.dtype}".encode())
        digest.update(np.ascontiguousarray(image).data)
    return digest.hexdigest()


def _answers(file: Path) -> dict[str, Any]:
    """What is kept in a file; nothing where it is missing or damaged."""
    try:
        found = json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(file: Path, answers: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(gzip.compress(json.dumps(answers).encode(), mtime=0))
    temporary.replace(file)
