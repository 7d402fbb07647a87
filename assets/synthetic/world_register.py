"""The register of a world as an operator's own files: who there is, where, and who owes what.

The files have the formats of config/ (divisions, agencies, names, events, rosters, population),
so the register is read from them as in any other data folder.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from assets.agencies.register import Register
from assets.synthetic.world_agencies import Agency, Population, first_day, last_day
from assets.synthetic.world_places import (
    CONVERSION_YEAR,
    PROVINCE_CODE,
    Division,
)
from schemas.frames import AgencyMatches, RefDivisionEvent, polars_schema
from schemas.vocabulary import DivisionEventKind, MatchMethod

SOURCE = "made up"
COLUMNS = {
    "divisions.csv": (
        "division_code", "name", "parent", "valid_from", "valid_to", "is_synthetic",
    ),
    "agencies/agencies.csv": (
        "agency_code", "kind", "tier", "sector", "vertical_system", "parent", "division_code",
        "site_host", "valid_from", "valid_to", "is_synthetic",
    ),
    "agencies/names.csv": ("agency_code", "name", "name_type", "valid_from", "valid_to"),
    "agencies/events.csv": ("kind", "event_on", "from_code", "to_code", "basis"),
    "population.csv": ("division_code", "year", "population", "source"),
}  # fmt: skip
ROSTER_COLUMNS = ("region_code", "report_year", "agency_code", "agency_name", "due_on")


def write_register(
    config: Path, population: Population, owed: pl.DataFrame, years: tuple[int, ...]
) -> None:
    """Write config/ of a world.

    Args:
        config: the data folder's config/; made if it is not there.
        population: agencies, divisions, events.
        owed: one row per agency and year that owes a report: agency_no, report_year, due_on.
        years: report years, for the population.
    """
    rows: dict[str, Iterator[dict[str, Any]]] = {
        "divisions.csv": _divisions(population.divisions),
        "agencies/agencies.csv": _agencies(population.agencies),
        "agencies/names.csv": _names(population.agencies),
        "agencies/events.csv": (
            {
                "kind": event.kind,
                "event_on": event.event_on,
                "from_code": event.from_code,
                "to_code": None if event.kind == "abolished" else event.to_code,
                "basis": SOURCE,
            }
            for event in population.events
        ),
        "population.csv": _people(population.divisions, years),
    }
    for name, lines in rows.items():
        _write(config / name, COLUMNS[name], lines)
    for (seat, year), lines in _rosters(population.agencies, owed).items():
        _write(config / "rosters" / f"{seat}-{year}.csv", ROSTER_COLUMNS, lines)


def _write(path: Path, columns: tuple[str, ...], lines: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def _divisions(divisions: tuple[Division, ...]) -> Iterator[dict[str, Any]]:
    above = {division.code: division for division in divisions}
    for division in divisions:
        line = {
            "division_code": division.code,
            "name": division.name,
            "parent": division.parent,
            "is_synthetic": "true",
        }
        if division.former_code is None:
            yield line
            continue
        yield line | {"valid_from": first_day(CONVERSION_YEAR)}
        parent = above.get(division.parent or "")
        former_parent = parent.former_code if parent else None
        yield line | {
            "division_code": division.former_code,
            "name": division.former_name,
            "parent": former_parent or division.parent,
            "valid_to": last_day(CONVERSION_YEAR - 1),
        }


def _agencies(agencies: tuple[Agency, ...]) -> Iterator[dict[str, Any]]:
    first = min(agency.first_year for agency in agencies)
    last = max(agency.last_year for agency in agencies)
    codes = {agency.code for agency in agencies}
    for agency in agencies:
        yield {
            "agency_code": agency.code,
            "kind": agency.kind.value,
            "tier": agency.tier,
            "sector": agency.sector,
            "vertical_system": agency.vertical_system,
            "parent": agency.parent if agency.parent in codes else None,
            "division_code": agency.division.code,
            "site_host": agency.host,
            "valid_from": first_day(agency.first_year) if agency.first_year > first else None,
            "valid_to": last_day(agency.last_year) if agency.last_year < last else None,
            "is_synthetic": "true",
        }


def _names(agencies: tuple[Agency, ...]) -> Iterator[dict[str, Any]]:
    for agency in agencies:
        # A former name that ends before the agency begins was never its own.
        names = [
            (first, name, after)
            for (first, name), (after, _) in zip(
                agency.names, (*agency.names[1:], (None, "")), strict=True
            )
            if after is None or after > agency.first_year
        ]
        for place, (first, name, after) in enumerate(names):
            yield {
                "agency_code": agency.code,
                "name": name,
                "name_type": "official",
                "valid_from": first_day(first) if place else None,
                "valid_to": last_day(after - 1) if after else None,
            }


def _people(divisions: tuple[Division, ...], years: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Population of counties by their code, growing a little; sums above them."""
    counties = [division for division in divisions if division.tier == "county"]
    for year in years:
        people: dict[str, int] = defaultdict(int)
        for place, county in enumerate(counties):
            size = 120_000 + 7_919 * (place % 83) + 400 * (year - years[0])
            people[county.code] = size
            people[county.parent or ""] += size
            people[PROVINCE_CODE] += size
        for code, size in people.items():
            yield {"division_code": code, "year": year, "population": size, "source": SOURCE}


def _rosters(
    agencies: tuple[Agency, ...], owed: pl.DataFrame
) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The lines of the rosters by prefecture (or province) and year."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for no, year, due_on in owed.select("agency_no", "report_year", "due_on").iter_rows():
        agency = agencies[no]
        code = agency.division.code
        region = code if agency.tier != "township" else f"{code[:6]}000000"
        found[f"{code[:4]}00000000", year].append(
            {
                "region_code": region,
                "report_year": year,
                "agency_code": agency.code,
                "agency_name": agency.name_in(year),
                "due_on": due_on,
            }
        )
    return found


def register_frames(register: Register, population: Population) -> dict[str, pl.DataFrame]:
    """The register's lake tables, the conversion of a county among the events of divisions."""
    converted = [d for d in population.divisions if d.former_code and d.tier == "county"]
    known = register.division_events
    rows = [
        {
            "event_no": known.height + place,
            "event_year": CONVERSION_YEAR,
            "kind": DivisionEventKind.CONVERTED.value,
            "from_code": division.former_code,
            "from_name": division.former_name,
            "to_code": division.code,
            "to_name": division.name,
            "is_synthetic": True,
        }
        for place, division in enumerate(converted, start=1)
    ]
    events = pl.DataFrame(rows, schema=polars_schema(RefDivisionEvent), orient="row")
    return register.frames | {"ref_division_event": pl.concat([known, events])}


def match_rows(reports: pl.DataFrame, agencies: tuple[Agency, ...]) -> pl.DataFrame:
    """`agency_matches` rows: every report is its registered agency's.

    Args:
        reports: named reports: agency_no, agency_name, report_year, host, ids.
        agencies: the agencies by number.

    Returns:
        Rows as the matching of a build would leave them: by name alone where one agency of the
        year has it, else by name and host.
    """
    known = pl.DataFrame(
        {
            "agency_no": list(range(len(agencies))),
            "division_code": [agency.division.code for agency in agencies],
            "tier": [agency.tier for agency in agencies],
            "sector": [agency.sector for agency in agencies],
        },
        schema_overrides={"sector": pl.String},
    )
    shared = pl.col("agency_no").n_unique().over("agency_name", "report_year") > 1
    return (
        reports.drop("tier")
        .join(known, on="agency_no", how="left", maintain_order="left")
        .with_columns(
            method=pl.when(shared)
            .then(pl.lit(MatchMethod.NAME_AND_EVIDENCE.value))
            .otherwise(pl.lit(MatchMethod.NAME.value)),
            is_registered=pl.lit(value=True),
            candidates=pl.lit("[]"),
            evidence=pl.concat_str(pl.lit('{"host": "'), "host", pl.lit('"}')),
            decided_by=pl.lit("rule"),
        )
        .select(list(polars_schema(AgencyMatches)))
        .sort("doc_id")
    )
