"""Rosters of expected reports and the population file, as frames.

Every line of a roster that can be read has its row: one that repeats another, or names an agency
or region that nobody knows, is marked and told of, never dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from assets.agencies.divisions import significant
from assets.agencies.files import Placed, read_lines
from assets.agencies.registry import successors
from assets.documents.manifest import Note
from assets.layout.normalise import squeeze
from schemas.frames import RefPopulation, RefRoster, typed_frame
from schemas.register_models import PopulationLine, RosterLine
from schemas.vocabulary import RosterStatus as Status


def roster_frame(
    config: Path,
    divisions: pl.DataFrame,
    division_events: pl.DataFrame,
    agencies: pl.DataFrame,
    names: pl.DataFrame,
) -> tuple[pl.DataFrame, list[Note]]:
    """`ref_roster`: the lines of config/rosters/*.csv, and notes on what is odd about them.

    An agency by name is looked for among the names in force in the report year, in the region of
    the line and below first, then in the whole register.

    Args:
        config: the data folder's config/.
        divisions: RefDivision rows.
        division_events: RefDivisionEvent rows, for regions that no longer exist.
        agencies: RefAgency rows.
        names: RefAgencyName rows.
    """
    notes: list[Note] = []
    lines: list[Placed[RosterLine]] = []
    for path in sorted((config / "rosters").glob("*.csv")):
        found = read_lines(path, RosterLine, f"config/rosters/{path.name}")
        lines += found.lines
        notes += found.notes
    known = dict(divisions.select("division_code", "is_synthetic").iter_rows())
    in_force = set(divisions.filter(pl.col("valid_to").is_null())["division_code"])
    after = successors(division_events)
    look_up = _Names(agencies, names)
    first: dict[tuple[Any, ...], str] = {}
    rows: list[dict[str, Any]] = []
    for placed in lines:
        line = placed.line
        codes = look_up.codes(line)
        code = codes[0] if len(codes) == 1 else None
        name = line.agency_name or look_up.name_of.get(code or "")
        if name is None and line.agency_code is None:
            message = "names no agency; fill agency_code or agency_name; line not used"
            notes.append(Note(placed.place, message))
            continue
        name = name or line.agency_code
        key = (line.report_year, code or (line.region_code, squeeze(name or "")))
        fault: str | None = None
        if key in first:
            status = Status.DUPLICATE
            fault = f"{name} {line.report_year} was listed before ({first[key]}); counted once"
        elif line.region_code not in known:
            status = Status.UNKNOWN_REGION
            fault = f"region {line.region_code} is no known division; correct the code"
        elif code is None:
            status = Status.AMBIGUOUS_AGENCY if codes else Status.UNKNOWN_AGENCY
            found_in = ", ".join(codes)
            fault = (
                f"{name} may be {found_in}; give agency_code"
                if codes
                else f"{name} is not in the register; add it to config/agencies/ or correct it"
            )
        else:
            status = Status.USED
        first.setdefault(key, placed.place)
        if fault:
            notes.append(Note(placed.place, fault))
        if line.region_code in known and line.region_code not in in_force:
            now = ", ".join(after.get(line.region_code, ())) or "not known"
            message = f"region {line.region_code} no longer exists (after it: {now})"
            notes.append(Note(placed.place, message))
        synthetic = known.get(line.region_code, False) or look_up.is_synthetic.get(
            code or "", False
        )
        rows.append(
            {
                "region_code": line.region_code,
                "report_year": line.report_year,
                "agency_code": code,
                "agency_name": name,
                "due_on": line.due_on,
                "line_status": status.value,
                "is_expected": status is not Status.DUPLICATE,
                "is_synthetic": synthetic,
                "source_file": placed.file,
                "line_no": placed.number,
            }
        )
    return typed_frame(RefRoster, rows), notes


class _Names:
    """Looks agencies up by code, or by name, year and region."""

    def __init__(self, agencies: pl.DataFrame, names: pl.DataFrame) -> None:
        self.is_synthetic: dict[str, bool] = dict(
            agencies.select("agency_code", "is_synthetic").iter_rows()
        )
        self._division: dict[str, str | None] = dict(
            agencies.select("agency_code", "division_code").iter_rows()
        )
        self.name_of: dict[str, str] = {}
        self._by_name: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for code, name, kind, start, end in names.select(
            "agency_code", "name", "name_type", "valid_from", "valid_to"
        ).iter_rows():
            if kind == "official":
                self.name_of[code] = name  # sorted by start, so the last one stays
            years = (start.year if start else 0, end.year if end else 9999)
            self._by_name[squeeze(name)].append((code, *years))

    def codes(self, line: RosterLine) -> list[str]:
        if line.agency_code is not None:
            return [line.agency_code] if line.agency_code in self.is_synthetic else []
        found = sorted(
            {
                code
                for code, start, end in self._by_name.get(squeeze(line.agency_name or ""), ())
                if start <= line.report_year + 1 and line.report_year <= end
            }
        )
        inside = [code for code in found if _is_inside(self._division[code], line.region_code)]
        return inside or found


def _is_inside(division: str | None, region: str) -> bool:
    return division is not None and division.startswith(significant(region))


def population_frame(config: Path, divisions: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """`ref_population`: the lines of config/population.csv about known divisions, once each."""
    found = read_lines(config / "population.csv", PopulationLine, "config/population.csv")
    notes = list(found.notes)
    known = dict(divisions.select("division_code", "is_synthetic").iter_rows())
    return typed_frame(RefPopulation, list(_populations(found.lines, known, notes))), notes


def _populations(
    lines: Iterable[Placed[PopulationLine]], known: dict[str, bool], notes: list[Note]
) -> Iterable[dict[str, Any]]:
    first: dict[tuple[str, int], str] = {}
    for placed in lines:
        line = placed.line
        key = (line.division_code, line.year)
        if line.division_code not in known:
            fault = f"division {line.division_code} is not known"
        elif key in first:
            fault = f"{line.division_code} {line.year} was given before ({first[key]})"
        else:
            first[key] = placed.place
            yield {**line.model_dump(), "is_synthetic": known[line.division_code]}
            continue
        notes.append(Note(placed.place, f"{fault}; line not used"))
