"""CSV files of the register, line by line: a bad line gives a note and stops no other.

Pure but for reading the file; what the lines mean together is decided elsewhere.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assets.documents.manifest import Note, csv_records
from schemas.models import Strict
from schemas.register_models import DIVISION_PATTERN

Line = TypeVar("Line", bound=Strict)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Line]):
    """A line that could be read, with the file and line number it stands on."""

    line: Line
    file: str
    number: int

    @property
    def place(self) -> str:
        """File and line, as notes print them."""
        return f"{self.file}, line {self.number}"


@dataclass(frozen=True, slots=True)
class Lines(Generic[Line]):
    """The lines of a file that could be read, and notes on the others."""

    lines: tuple[Placed[Line], ...] = ()
    notes: tuple[Note, ...] = ()


def read_lines(
    path: Path, model: type[Line], shown: str, signature: Sequence[str] = ()
) -> Lines[Line]:
    """The lines of a CSV file as a model; no file, no lines.

    A column that the model does not know gives a note and is not used; a missing column that the
    model needs, or a file that is no CSV, gives one note and no lines.

    Args:
        path: the file, UTF-8 or GB18030, with a header.
        model: one line.
        shown: name used in notes.
        signature: columns that a person fills in; lines without any of them are passed over, and
            one note counts them.
    """
    if not path.is_file():
        return Lines()
    try:
        records = list(csv_records(path))
    except (OSError, ValueError, csv.Error) as error:
        return Lines((), (Note(shown, f"cannot be read ({error}); nothing of it is used"),))
    known = list(model.model_fields)
    if not records:
        message = f"is empty; its first line must name the columns: {', '.join(known)}"
        return Lines((), (Note(shown, message),))
    header = [name.strip() for name in records[0][1]]
    needed = [name for name, spec in model.model_fields.items() if spec.is_required()]
    missing = [name for name in needed if name not in header]
    if missing:
        message = (
            f"has no column {', '.join(missing)} (found: {', '.join(header)}; commas part them); "
            "nothing of it is used"
        )
        return Lines((), (Note(f"{shown}, line 1", message),))
    notes = [
        Note(f"{shown}, line 1", f"column {name!r} is unknown (known: {', '.join(known)})")
        for name in header
        if name and name not in known
    ]
    used = [name if name in known else "" for name in header]
    lines: list[Placed[Line]] = []
    unsigned = 0
    signing = [at for at, name in enumerate(used) if name in signature]
    for number, fields in records[1:]:
        if not any(field.strip() for field in fields):
            continue
        if signing and not any(fields[at].strip() for at in signing if at < len(fields)):
            unsigned += 1
            continue
        read = _line(fields, used, model)
        if isinstance(read, str):
            notes.append(Note(f"{shown}, line {number}", f"{read}; line not used"))
        else:
            lines.append(Placed(read, shown, number))
    if unsigned:
        said = f"{unsigned} lines without {', '.join(signature)} are not used"
        notes.append(Note(shown, said))
    return Lines(tuple(lines), tuple(notes))


_CURES = {
    "date_from_datetime_parsing": "is no date; write it as 2024-01-31",
    "date_parsing": "is no date; write it as 2024-01-31",
    "string_too_short": "is empty; fill it in",
    "int_parsing": "is no whole number; write it in digits",
}


def _cure(fault: ErrorDetails) -> str:
    """What is wrong with a field and what to write instead."""
    if fault.get("ctx", {}).get("pattern") == DIVISION_PATTERN:
        return "is no division code; write 6, 9 or 12 digits"
    return _CURES.get(fault["type"], fault["msg"].removeprefix("Value error, "))


def _line(fields: Sequence[str], header: Sequence[str], model: type[Line]) -> Line | str:
    """The line, or what is wrong with it."""
    if len(fields) > len(header):
        return (
            f"has {len(fields)} fields for {len(header)} columns; "
            "put fields that contain commas in double quotes"
        )
    given = {
        name: field.strip()
        for name, field in zip(header, fields, strict=False)
        if name and (field.strip() or model.model_fields[name].is_required())
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'line'} "
            f"{str(fault['input'])[:60]!r}: {_cure(fault)}"
            for fault in error.errors(include_url=False)
        )
