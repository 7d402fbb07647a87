"""The agencies of the made-up province: who they are, since when, under what names.

A government's report is the sum of its members' (its office, departments, zones, towns and
streets, and the governments below it). Vertical agencies, branches and institutions report for
themselves and are in nobody's sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assets.synthetic.world_places import (
    CONVERSION_YEAR,
    Division,
    Shape,
    counties,
    prefectures,
    province,
    townships,
)
from schemas.vocabulary import AgencyKind

FIRST_YEAR, LAST_YEAR = 2019, 2025
MERGER_YEAR, SPLIT_YEAR, RENAMING_YEAR, ABOLITION_YEAR = 2022, 2023, 2021, 2023
"""First report year in which things are as they are after the event."""
DEPARTMENTS: tuple[tuple[str, str, int], ...] = (
    ("住房和城乡建设", "housing", 60),
    ("自然资源", "natural_resources", 50),
    ("教育", "education", 14),
    ("市场监督管理", "market", 30),
    ("公安", "public_security", 35),
    ("人力资源和社会保障", "hr_social_security", 18),
    ("交通运输", "transport", 10),
    ("农业农村", "agriculture", 12),
    ("卫生健康", "health", 9),
    ("民政", "civil_affairs", 6),
    ("财政", "finance", 8),
    ("司法", "justice", 5),
    ("水利", "water", 6),
    ("商务", "commerce", 3),
    ("文化和旅游", "culture_tourism", 3),
    ("应急管理", "emergency", 6),
    ("审计", "audit", 2),
    ("统计", "statistics", 2),
    ("医疗保障", "medical_insurance", 4),
    ("退役军人事务", "veterans", 3),
    ("城市管理", "urban_management", 20),
    ("林业", "forestry", 2),
    ("体育", "sports", 1),
    ("信访", "petitions", 2),
)
"""Name without its ending, sector, and about how many applications one settles in a year."""
MERGED_NAME, SPLIT_NAME, RENAMED_NAME = "综合事务", "专项事务", "改名事务"
GENERAL = "general"
"""Sector of governments, their offices, zones, towns and streets."""
BUSY = {"province": 8.0, "prefecture": 3.0, "county": 1.0, "township": 1.0}


def first_day(year: int) -> dt.date:
    """New Year's Day: all changes of the world take effect on one."""
    return dt.date(year, 1, 1)


def last_day(year: int) -> dt.date:
    """31 December."""
    return dt.date(year, 12, 31)


@dataclass(frozen=True, slots=True)
class Agency:
    """A made-up agency.

    `member_of` is the government whose report counts it; `names` has the first report year of
    each name; `applications` says about how many it settles in a year.
    """

    code: str
    kind: AgencyKind
    tier: str
    sector: str | None
    parent: str | None
    member_of: str | None
    division: Division
    host: str
    names: tuple[tuple[int, str], ...]
    applications: float
    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR
    vertical_system: str | None = None

    def name_in(self, year: int) -> str:
        """The official name under which the report of a year is filed."""
        return next(name for first, name in reversed(self.names) if first <= year)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to agencies; `first_year` is the first report year after it."""

    kind: str
    first_year: int
    from_code: str | None
    to_code: str | None

    @property
    def event_on(self) -> dt.date:
        """The day of the event: the first of its first report year."""
        return first_day(self.first_year)


@dataclass(frozen=True, slots=True)
class Population:
    """All agencies and divisions of a world, and what happened to the agencies."""

    agencies: tuple[Agency, ...]
    divisions: tuple[Division, ...]
    events: tuple[Event, ...]

    def heirs(self, year: int) -> dict[str, str]:
        """Who carries on in a year for the agencies that ended with the year before it."""
        ended = {agency.code for agency in self.agencies if agency.last_year == year - 1}
        return {
            event.from_code: event.to_code
            for event in self.events
            if event.first_year == year and event.from_code in ended and event.to_code
        }


def populate(agency_count: int, shape: Shape) -> Population:
    """The agencies of a province of some shape, the first `agency_count` in order of place.

    Places with planted events come first, so that cutting the list off leaves them whole.
    """
    agencies: list[Agency] = []
    divisions: list[Division] = [province()]
    events: list[Event] = []
    top = divisions[0]
    agencies += _bodies(top, None, shape, "省")
    seats = list(prefectures(shape))
    for seat in seats:
        divisions.append(seat)
        agencies += _bodies(seat, _gov_code(top), shape, "局")
    of_seat = [list(counties(shape, seat, number)) for number, seat in enumerate(seats)]
    for rank in range(shape.counties):
        for number, seat in enumerate(seats):
            county = of_seat[number][rank]
            if len(agencies) >= agency_count:
                continue
            divisions.append(county)
            found = [*_bodies(county, _gov_code(seat), shape, "局"), *_below(county, seat, shape)]
            if rank == 0:
                found, happened = _with_events(found, county)
                events += happened
            agencies += found
            divisions += townships(shape, county)
    kept = tuple(agencies[:agency_count])
    codes = {agency.code for agency in kept}
    used = {agency.division.code for agency in kept}
    return Population(
        kept,
        tuple(division for division in divisions if division.code in used),
        tuple(e for e in events if {e.from_code, e.to_code} - {None} <= codes),
    )


def _gov_code(division: Division) -> str:
    return f"W{division.code[:9]}-gov"


def _host(division: Division) -> str:
    return f"d{division.code[:6]}.example.com"


def _named(division: Division, rest: str) -> tuple[tuple[int, str], ...]:
    """The names of an agency that is called by its division's name."""
    new = (CONVERSION_YEAR, f"{division.name}{rest}")
    if division.former_name is None:
        return ((FIRST_YEAR, new[1]),)
    return (FIRST_YEAR, f"{division.former_name}{rest}"), new


def _bodies(division: Division, above: str | None, shape: Shape, ending: str) -> Iterator[Agency]:
    """Government, office and departments of a division."""
    gov, busy = _gov_code(division), BUSY[division.tier]
    is_province = division.tier == "province"
    base = Agency(
        code=gov,
        kind=AgencyKind.GOV,
        tier=division.tier,
        sector=GENERAL,
        parent=above,
        member_of=above,
        division=division,
        host=_host(division),
        names=_named(division, "人民政府"),
        applications=0.0,
    )
    yield base
    yield replace(
        base,
        code=f"{gov[:-4]}-office",
        kind=AgencyKind.GOV_OFFICE,
        sector=GENERAL,
        parent=gov,
        member_of=gov,
        names=_named(division, "人民政府办公厅" if is_province else "人民政府办公室"),
        applications=45 * busy,
    )
    for name, sector, applications in DEPARTMENTS[: shape.departments]:
        yield replace(
            base,
            code=f"{gov[:-4]}-{sector}",
            kind=AgencyKind.DEPT,
            sector=sector,
            parent=gov,
            member_of=gov,
            names=_named(division, name + ("厅" if is_province else "局")),
            applications=applications * busy,
        )


def _below(county: Division, seat: Division, shape: Shape) -> Iterator[Agency]:
    """What else a county has: zone, towns and streets, tax office, branch, institution."""
    gov = _gov_code(county)
    base = Agency(
        code="",
        kind=AgencyKind.ZONE,
        tier="county",
        sector=None,
        parent=gov,
        member_of=gov,
        division=county,
        host=_host(county),
        names=(),
        applications=6,
    )
    yield replace(
        base,
        code=f"{gov[:-4]}-zone",
        sector=GENERAL,
        names=_named(county, "经济开发区管理委员会"),
    )
    for place in townships(shape, county):
        is_street = place.type == "街道"
        kind = AgencyKind.STREET if is_street else AgencyKind.TOWNSHIP
        rest = f"{place.name}办事处" if is_street else f"{place.name}人民政府"
        # The first street prints its name without its place, as many do.
        bare = ((FIRST_YEAR, rest),) if place.name == "东风街道" else _named(county, rest)
        yield replace(
            base,
            code=f"W{place.code[:9]}-{kind.value}",
            kind=kind,
            tier="township",
            sector=GENERAL,
            division=place,
            names=bare,
            applications=5 if is_street else 3,
        )
    outside = replace(base, member_of=None)
    tax = tuple((first, f"国家税务总局{name}") for first, name in _named(county, "税务局"))
    yield replace(
        outside,
        code=f"{gov[:-4]}-tax",
        kind=AgencyKind.VERTICAL,
        sector="taxation",
        parent=None,
        vertical_system="税务",
        names=tax,
    )
    branch = tuple((first, f"{seat.name}{name}") for first, name in _named(county, "生态环境分局"))
    yield replace(
        outside,
        code=f"{gov[:-4]}-ecology",
        kind=AgencyKind.DUAL,
        sector="ecology",
        parent=None,
        names=branch,
    )
    yield replace(
        outside,
        code=f"{gov[:-4]}-service",
        kind=AgencyKind.INSTITUTION,
        sector="services_data",
        parent=f"{gov[:-4]}-office",
        names=_named(county, "政务服务中心"),
        applications=1,
    )


def _with_events(agencies: list[Agency], county: Division) -> tuple[list[Agency], list[Event]]:
    """The agencies of a county with a merger, a split, a renaming and an abolition among them."""
    departments = [agency for agency in agencies if agency.kind is AgencyKind.DEPT]
    zone = next(agency for agency in agencies if agency.kind is AgencyKind.ZONE)
    split, renamed, *_, one, other = departments
    stem = one.code.rpartition("-")[0]
    merged = replace(
        one,
        code=f"{stem}-merged",
        sector=None,
        names=_named(county, f"{MERGED_NAME}局"),
        first_year=MERGER_YEAR,
        applications=one.applications + other.applications,
    )
    parted = replace(
        split,
        code=f"{stem}-parted",
        sector=None,
        names=_named(county, f"{SPLIT_NAME}局"),
        first_year=SPLIT_YEAR,
        applications=split.applications / 3,
    )
    changed = {
        one.code: replace(one, last_year=MERGER_YEAR - 1),
        other.code: replace(other, last_year=MERGER_YEAR - 1),
        zone.code: replace(zone, last_year=ABOLITION_YEAR - 1),
        renamed.code: replace(
            renamed,
            names=(*renamed.names, (RENAMING_YEAR, f"{county.name}{RENAMED_NAME}局")),
        ),
    }
    events = [
        Event("merged", MERGER_YEAR, one.code, merged.code),
        Event("merged", MERGER_YEAR, other.code, merged.code),
        Event("split", SPLIT_YEAR, split.code, parted.code),
        Event("renamed", RENAMING_YEAR, renamed.code, renamed.code),
        Event("abolished", ABOLITION_YEAR, zone.code, f"{stem}-office"),
    ]
    return [*(changed.get(a.code, a) for a in agencies), merged, parted], events
