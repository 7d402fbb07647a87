"""Files that intake could not take, kept beside the data until they are taken or gone.

No row of the register speaks of them, since there are no bytes to speak of. What is written here
is what the next look at the publication must still say: a file that was refused in one build
would otherwise be forgotten by the next, which is given other sources.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from assets.common.durable import put_in_place
from assets.common.paths import DataFolder
from assets.documents.bundle import MARK
from assets.documents.intake import Intake
from assets.documents.manifest import Note

COLUMNS = ("file", "reason")
_AS_IS = "surrogateescape"
"""Names are bytes to the system: one that is no UTF-8 must come back as it was."""


def keep_refusals(intake: Intake, sources: Sequence[Path], data: DataFolder) -> None:
    """Write down what was refused; what was before stays unless its source was looked at again.

    Args:
        intake: what came of the sources.
        sources: files and folders that it looked at.
        data: the data folder; its `refusals` is written, or removed when nothing is left.
    """
    old = [
        note
        for note in read_refusals(data)
        if not _looked_at(note.place, sources) and _is_there(note.place)
    ]
    new = [note for note in intake.notes if note.is_refusal]
    lines = sorted({(note.place, note.message) for note in (*old, *new)})
    if not lines:
        data.refusals.unlink(missing_ok=True)
        return
    data.root.mkdir(parents=True, exist_ok=True)
    temporary = data.refusals.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8", errors=_AS_IS, newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([COLUMNS, *lines])
    put_in_place(temporary, data.refusals)


def read_refusals(data: DataFolder) -> list[Note]:
    """Files that were refused, each with the reason, by their paths.

    Raises:
        OSError: the file is there and cannot be read.
    """
    try:
        with data.refusals.open(encoding="utf-8", errors=_AS_IS, newline="") as handle:
            lines = list(csv.reader(handle))[1:]
    except FileNotFoundError:
        return []
    return [Note(line[0], line[1], is_refusal=True) for line in lines if len(line) == len(COLUMNS)]


def _looked_at(place: str, sources: Sequence[Path]) -> bool:
    return any(path.is_relative_to(source) for path in _files(place) for source in sources)


def _is_there(place: str) -> bool:
    return any(map(os.path.lexists, _files(place)))


def _files(place: str) -> Iterator[Path]:
    """The files that a place may lie in: a member of an archive lies in the archive."""
    parts = place.split(MARK)
    return (Path(MARK.join(parts[:end])) for end in range(1, len(parts) + 1))
