"""The register of agencies: bundled and operator's lines checked against one another, as frames.

A line that cannot hold gives a note and is left out; nothing stops. The bundled part holds only
what is certain (departments of the State Council); an operator's line for a bundled code takes
its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.agencies.files import Lines, Placed, read_lines
from assets.agencies.profile import TIERLESS_KINDS, sector_of, sector_rules
from assets.documents.manifest import Note
from schemas.catalog import BUNDLED
from schemas.frames import RefAgency, RefAgencyEvent, RefAgencyName, typed_frame
from schemas.register_models import AgencyEventLine, AgencyLine, AgencyNameLine
from schemas.vocabulary import AgencyEventKind, AgencyNameType

FILES = ("agencies.csv", "names.csv", "events.csv")


@dataclass(frozen=True, slots=True)
class AgencyFiles:
    """The lines of agencies.csv, names.csv and events.csv, the operator's after the bundled."""

    agencies: tuple[Placed[AgencyLine], ...]
    names: tuple[Placed[AgencyNameLine], ...]
    events: tuple[Placed[AgencyEventLine], ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """`ref_agency`, `ref_agency_name` and `ref_agency_event`, with notes on lines not used."""

    agencies: pl.DataFrame
    names: pl.DataFrame
    events: pl.DataFrame
    notes: tuple[Note, ...]


def read_agency_files(config: Path, bundled: Path = BUNDLED / "agencies") -> AgencyFiles:
    """The register's files of the project and of a data folder's config/."""
    folders = ((bundled, "schemas/agencies"), (config / "agencies", "config/agencies"))

    def both(name: str, model: type) -> tuple[tuple[Placed, ...], tuple[Note, ...]]:
        found: list[Lines] = [read_lines(at / name, model, f"{as_}/{name}") for at, as_ in folders]
        return (
            tuple(line for lines in found for line in lines.lines),
            tuple(note for lines in found for note in lines.notes),
        )

    agencies, agency_notes = both(FILES[0], AgencyLine)
    names, name_notes = both(FILES[1], AgencyNameLine)
    events, event_notes = both(FILES[2], AgencyEventLine)
    return AgencyFiles(agencies, names, events, (*agency_notes, *name_notes, *event_notes))


def register(
    files: AgencyFiles, divisions: pl.DataFrame, division_events: pl.DataFrame
) -> Registry:
    """The register that the files make.

    Left out with a note: an agency described twice, in an unknown division, or without a name;
    names and events of unknown agencies; of two official names in the same time the later line. A
    parent that is unknown, or under which the agency itself lies, is taken away. A division that
    no longer exists stays as it is; the note says what came after it.

    Args:
        files: the lines.
        divisions: RefDivision rows.
        division_events: RefDivisionEvent rows, for what came after a division.
    """
    notes = list(files.notes)
    known = frozenset(divisions["division_code"])
    agencies = _agencies(files.agencies, known, notes)
    names = _names(files.names, agencies, notes)
    named = {placed.line.agency_code for placed in names}
    for code in sorted(agencies.keys() - named):
        message = f"{code} has no name in names.csv, so no report can be its; line not used"
        notes.append(Note(agencies.pop(code).place, message))
    _note_gone_divisions(agencies.values(), divisions, division_events, notes)
    parents = _parents(agencies, notes)
    events = _events(files.events, agencies, notes)
    official = {placed.line.agency_code: placed.line.name for placed in reversed(names)}
    tiers = dict(divisions.select("division_code", "tier").iter_rows())
    return Registry(
        typed_frame(
            RefAgency,
            [
                _told(_dump(placed.line), official[code], tiers)
                | {"parent": parents.get(code), "source": placed.file}
                for code, placed in sorted(agencies.items())
            ],
        ),
        typed_frame(RefAgencyName, [_dump(placed.line) for placed in names]).sort(
            "agency_code", "valid_from", "name", nulls_last=False
        ),
        typed_frame(
            RefAgencyEvent,
            [{"event_no": n, **_dump(placed.line)} for n, placed in enumerate(events, start=1)],
        ),
        tuple(notes),
    )


def _told(row: dict[str, Any], name: str, tiers: Mapping[str, str]) -> dict[str, Any]:
    """The row with the tier of its division and the sector of its name, where it gives none."""
    tier = row["tier"]
    if tier is None and row["kind"] not in TIERLESS_KINDS:
        tier = tiers.get(row["division_code"] or "")
    return row | {
        "tier": tier,
        "sector": row["sector"] or sector_of(name, row["kind"], sector_rules()),
    }


def _dump(line: AgencyLine | AgencyNameLine | AgencyEventLine) -> dict[str, Any]:
    row = line.model_dump()
    return row | {key: str(row[key]) for key in ("kind", "tier", "name_type") if row.get(key)}


def _agencies(
    lines: Iterable[Placed[AgencyLine]], known: Collection[str], notes: list[Note]
) -> dict[str, Placed[AgencyLine]]:
    kept: dict[str, Placed[AgencyLine]] = {}
    by_credit_code: dict[str, Placed[AgencyLine]] = {}
    for placed in lines:
        line = placed.line
        first = kept.get(line.agency_code)
        twin = by_credit_code.get(line.uscc or "")
        if first is not None and first.file == placed.file:
            fault = _described_twice(first, line)
        elif line.division_code is not None and line.division_code not in known:
            fault = (
                f"division {line.division_code} is neither in schemas/divisions/ nor in "
                "config/divisions.csv; correct the code or add the division"
            )
        elif twin is not None and twin.line.agency_code != line.agency_code:
            fault = f"uscc {line.uscc} is that of {twin.line.agency_code} ({twin.place})"
        else:
            kept[line.agency_code] = placed
            if line.uscc:
                by_credit_code[line.uscc] = placed
            continue
        notes.append(Note(placed.place, f"{fault}; line not used"))
    return kept


def _described_twice(first: Placed[AgencyLine], line: AgencyLine) -> str:
    if first.line.division_code != line.division_code:
        return (
            f"{line.agency_code} is in division {first.line.division_code} by {first.place} and "
            f"in {line.division_code} here; an agency is in one division, so give the other one a "
            "code of its own"
        )
    return f"{line.agency_code} was described before ({first.place})"


def _names(
    lines: Iterable[Placed[AgencyNameLine]],
    agencies: Mapping[str, Placed[AgencyLine]],
    notes: list[Note],
) -> list[Placed[AgencyNameLine]]:
    """Names of known agencies; the operator's names take the place of the bundled ones."""
    kept: dict[str, list[Placed[AgencyNameLine]]] = defaultdict(list)
    for placed in lines:
        line = placed.line
        others = kept[line.agency_code]
        if others and others[0].file != placed.file:
            others.clear()
        fault = None
        if line.agency_code not in agencies:
            fault = f"agency {line.agency_code} is in no agencies.csv; add it there"
        for other in others:
            if (other.line.name, other.line.valid_from) == (line.name, line.valid_from):
                fault = f"{line.name} was given before ({other.place})"
            elif _both_official(line, other.line) and _overlap(line, other.line):
                fault = (
                    f"{line.agency_code} is called {other.line.name} in the same time "
                    f"({other.place}); end one name the day before the other begins"
                )
        if fault:
            notes.append(Note(placed.place, f"{fault}; line not used"))
        else:
            others.append(placed)
    return [placed for names in kept.values() for placed in names]


def _both_official(one: AgencyNameLine, other: AgencyNameLine) -> bool:
    return one.name_type is other.name_type is AgencyNameType.OFFICIAL


def _overlap(one: AgencyNameLine, other: AgencyNameLine) -> bool:
    def ends_before(first: AgencyNameLine, second: AgencyNameLine) -> bool:
        ends, begins = first.valid_to, second.valid_from
        return ends is not None and begins is not None and ends < begins

    return not (ends_before(one, other) or ends_before(other, one))


def successors(division_events: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """The divisions, as code and name, that came directly after each division code."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    rows = division_events.drop_nulls(["from_code", "to_code"]).filter(
        pl.col("from_code") != pl.col("to_code")
    )
    for code, after, name in rows.select("from_code", "to_code", "to_name").iter_rows():
        found[code] = (*found[code], f"{after} {name or ''}".strip())
    return found


def _note_gone_divisions(
    agencies: Iterable[Placed[AgencyLine]],
    divisions: pl.DataFrame,
    division_events: pl.DataFrame,
    notes: list[Note],
) -> None:
    in_force = set(divisions.filter(pl.col("valid_to").is_null())["division_code"])
    after = successors(division_events)
    for placed in agencies:
        line = placed.line
        if line.division_code is None or line.division_code in in_force or line.valid_to:
            continue
        now = ", ".join(after.get(line.division_code, ())) or "what came after is not known"
        message = (
            f"division {line.division_code} of {line.agency_code} no longer exists (after it: "
            f"{now}); end the agency with valid_to or give it the new division"
        )
        notes.append(Note(placed.place, message))


def _parents(agencies: Mapping[str, Placed[AgencyLine]], notes: list[Note]) -> dict[str, str]:
    """Parent of each agency, without those that are unknown or lead back to the agency."""
    parents: dict[str, str] = {}
    for code, placed in agencies.items():
        parent = placed.line.parent
        if parent is None:
            continue
        if parent not in agencies:
            notes.append(Note(placed.place, f"parent {parent} is in no agencies.csv; left empty"))
        else:
            parents[code] = parent
    circular = {code for code in parents if _leads_back(code, parents)}
    for code in sorted(circular):
        message = f"{code} lies under itself by way of {parents.pop(code)}; parent left empty"
        notes.append(Note(agencies[code].place, message))
    return parents


def _leads_back(code: str, parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    above = parents.get(code)
    while above is not None and above != code and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == code


def _events(
    lines: Iterable[Placed[AgencyEventLine]],
    agencies: Mapping[str, Placed[AgencyLine]],
    notes: list[Note],
) -> list[Placed[AgencyEventLine]]:
    kept: list[Placed[AgencyEventLine]] = []
    for placed in lines:
        line = placed.line
        ends = [code for code in (line.from_code, line.to_code) if code]
        unknown = [code for code in ends if code not in agencies]
        if not ends:
            fault = "names no agency; fill from_code or to_code"
        elif unknown:
            fault = f"agency {unknown[0]} is in no agencies.csv; add it there"
        elif line.kind is AgencyEventKind.RENAMED and len(set(ends)) > 1:
            fault = (
                "a renamed agency keeps its code; write the same code twice and the names into "
                "names.csv, or use merged, split or transferred"
            )
        else:
            kept.append(placed)
            continue
        notes.append(Note(placed.place, f"{fault}; line not used"))
    return kept
