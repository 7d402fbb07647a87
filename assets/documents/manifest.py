"""What people say of documents: manifest.csv beside the files, overrides.csv of the operator.

A bad line gives a note that names file and line and says what to do; it never stops the others.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

UNKNOWN = frozenset({"", "unknown"})
"""A field so filled says nothing."""
MAX_FILE_BYTES = 50 * 1024 * 1024
YEARS = range(1990, 2101)

_MANIFEST_COLUMNS = frozenset(
    {"file", "agency_name", "report_year", "source_url", "published_on", "is_synthetic"}
)
_OVERRIDE_COLUMNS = frozenset({"document", "agency_name", "report_year"})
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_DOC_ID = re.compile(r"[0-9a-f]{64}")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Note:
    """Something the operator should hear: where, what is wrong, what to do.

    `is_refusal` marks a file that was not taken in, so that no row anywhere speaks of it.
    """

    place: str
    message: str
    is_refusal: bool = False

    def __str__(self) -> str:
        """As one line."""
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line says of one file; None where it says nothing.

    `target` is a path relative to the manifest's folder, or in overrides.csv a doc_id or a file
    name.
    """

    target: str
    place: str
    agency_name: str | None = None
    report_year: int | None = None
    source_url: str | None = None
    published_on: dt.date | None = None
    is_synthetic: bool | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """The lines of one file that could be read, by target, and notes on the others."""

    by_target: dict[str, Claim]
    notes: tuple[Note, ...] = ()


def read_manifest(path: Path, shown: str | None = None) -> Claims:
    """The claims of a manifest.csv; targets are relative to its folder, in NFC form.

    Args:
        path: the file, UTF-8 or GB18030, with a header; column `file` is needed.
        shown: name used in notes; by default the path.
    """
    return _read(path, shown or str(path), "file", _MANIFEST_COLUMNS, _relative_target)


def read_overrides(path: Path, shown: str = "config/overrides.csv") -> Claims:
    """The claims of an overrides.csv; `document` is a doc_id or a file name. No file, no claims."""
    if not path.is_file():
        return Claims({})
    return _read(path, shown, "document", _OVERRIDE_COLUMNS, _any_target)


def _read(
    path: Path,
    shown: str,
    key: str,
    columns: frozenset[str],
    target_of: Callable[[str], str],
) -> Claims:
    notes: list[Note] = []
    claims: dict[str, Claim] = {}
    try:
        lines = list(csv_records(path))
    except (OSError, ValueError, csv.Error) as error:
        return Claims({}, (Note(shown, f"cannot be read ({error}); nothing of it is used"),))
    if not lines:
        return Claims(
            {}, (Note(shown, f"is empty; its first line must name the columns, {key} first"),)
        )
    header = [name.strip() for name in lines[0][1]]
    if key not in header:
        found = ", ".join(header)
        message = f"has no column {key!r} (found: {found}); nothing of it is used"
        return Claims({}, (Note(f"{shown}, line 1", message),))
    for name in header:
        if name and name not in columns:
            known = ", ".join(sorted(columns))
            notes.append(Note(f"{shown}, line 1", f"column {name!r} is unknown (known: {known})"))
    for number, values in lines[1:]:
        place = f"{shown}, line {number}"
        if not any(value.strip() for value in values):
            continue
        if len(values) > len(header):
            notes.append(
                Note(
                    place,
                    f"has {len(values)} fields for {len(header)} columns; "
                    "put fields that contain commas in double quotes; line not used",
                )
            )
            continue
        row = dict(zip(header, (value.strip() for value in values), strict=False))
        try:
            target = target_of(row[key])
        except ValueError as error:
            notes.append(Note(place, f"{error}; line not used"))
            continue
        if target in claims:
            first = claims[target].place
            notes.append(Note(place, f"{row[key]!r} was described before ({first}); line not used"))
            continue
        claims[target] = _claim(target, place, row, notes)
    return Claims(claims, tuple(notes))


def csv_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each record of a CSV file in UTF-8 or GB18030.

    Raises:
        ValueError: it is too large, or in another encoding; the message says what to do.
        OSError: it cannot be read.
        csv.Error: it is no CSV.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"larger than {MAX_FILE_BYTES // 1024**2} MB")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")  # what Chinese Excel writes as CSV
        except UnicodeDecodeError as error:
            raise ValueError("neither UTF-8 nor GB18030; save it as UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    before = 0
    for fields in reader:
        yield before + 1, fields
        before = reader.line_num


def _claim(target: str, place: str, row: dict[str, str], notes: list[Note]) -> Claim:
    def field(name: str, convert: Callable[[str], Value], advice: str) -> Value | None:
        value = row.get(name, "")
        if value.lower() in UNKNOWN:
            return None
        try:
            return convert(value)
        except ValueError:
            notes.append(Note(place, f"{name} {value!r} is not used: {advice}"))
            return None

    return Claim(
        target=target,
        place=place,
        agency_name=field("agency_name", _name, "take the control characters out of it"),
        report_year=field(
            "report_year", _year, f"write a year from {YEARS[0]} to {YEARS[-1]} or leave it empty"
        ),
        source_url=field("source_url", _address, "write an address with http:// or https://"),
        published_on=field(
            "published_on", dt.date.fromisoformat, "write a date as 2024-01-31 or leave it empty"
        ),
        is_synthetic=field("is_synthetic", _truth, "write true or false"),
    )


def _name(value: str) -> str:
    """A name goes into tables and exports as it stands, so escape codes may not be part of it."""
    name = re.sub(r"[\r\n\t]+", "", value)
    if any(unicodedata.category(char) in {"Cc", "Cf"} for char in name):
        raise ValueError(value)
    return name


def _year(value: str) -> int:
    year = int(value) if re.fullmatch(r"\d{4}", value, re.ASCII) else 0
    if year not in YEARS:
        raise ValueError(value)
    return year


def _address(value: str) -> str:
    if not re.match(r"https?://\S+$", value):
        raise ValueError(value)
    return value


def _truth(value: str) -> bool:
    if value.lower() not in _TRUTH:
        raise ValueError(value)
    return _TRUTH[value.lower()]


def _relative_target(value: str) -> str:
    """The path of a line in the form that intake gives to paths."""
    if value.lower() in UNKNOWN:
        raise ValueError("names no file")
    path = posixpath.normpath(unicodedata.normalize("NFC", value.replace("\\", "/")))
    if path.startswith(("/", "../")) or path in {".", ".."} or re.match(r"[A-Za-z]:", path):
        raise ValueError(f"{value!r} lies outside the folder of the manifest")
    return path


def _any_target(value: str) -> str:
    if value.lower() in UNKNOWN:
        raise ValueError("names no document; write a doc_id (64 hex digits) or a file name")
    return (
        value.lower() if _DOC_ID.fullmatch(value.lower()) else unicodedata.normalize("NFC", value)
    )
