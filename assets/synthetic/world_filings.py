"""Who files what and when: reports, versions, late and missing ones, and which have a fault.

All report years are planned at once, as a frame with one row per agency and year that owes a
report; chance picks, quotas see to it that every kind is there even in a small world.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import polars as pl

from assets.synthetic.world_agencies import Agency
from assets.synthetic.world_chance import below, hashed, purpose
from assets.synthetic.world_faults import FAULTS, OLD_FORM, RESTATED, Fault
from schemas.catalog import Catalog
from schemas.vocabulary import AgencyKind

FAULT_RATE = 0.002
MISSING_RATE, LATE_RATE, RESTATED_RATE, OLD_FORM_RATE = 0.015, 0.03, 0.005, 0.02
BUSY_ENOUGH = 10.0
"""Faults are planted with agencies that settle about so many applications, so that they show."""
GOVERNMENT_DUE, OTHER_DUE = (3, 31), (1, 31)
"""Article 49: governments by 31 March, all others by 31 January of the next year."""


def agency_frame(agencies: tuple[Agency, ...], seed: int) -> pl.DataFrame:
    """One row per agency: agency_no, member_of_no, code, kind, tier, applications, place, years.

    `place` is a UInt64 that stands for seed and agency; about one small agency in three never
    has an application.
    """
    number = {agency.code: no for no, agency in enumerate(agencies)}
    frame = pl.DataFrame(
        {
            "agency_no": list(range(len(agencies))),
            "member_of_no": [number.get(a.member_of or "") for a in agencies],
            "agency_code": [a.code for a in agencies],
            "kind": [a.kind.value for a in agencies],
            "tier": [a.tier for a in agencies],
            "usual": [a.applications for a in agencies],
            "first_year": [a.first_year for a in agencies],
            "last_year": [a.last_year for a in agencies],
        },
        schema_overrides={"member_of_no": pl.Int64},
    )
    place = hashed(pl.col("agency_no").cast(pl.UInt64), purpose("seed", seed))
    size = below(pl.col("place"), purpose("size"), 1000).cast(pl.Float64) / 1000
    # Few are large: the busiest one in a hundred has about ten times the usual number.
    drawn = pl.col("usual") * (0.35 + 0.5 / (1.05 - size) ** 0.8)
    quiet = (pl.col("usual") < BUSY_ENOUGH) & (below(pl.col("place"), purpose("quiet"), 3) == 0)
    return frame.with_columns(place=place).with_columns(
        applications=pl.when(quiet).then(0.0).otherwise(drawn)
    )


def owed_reports(agencies: pl.DataFrame, years: tuple[int, ...], catalog: Catalog) -> pl.DataFrame:
    """One row per agency and year that owes a report, in order of year and agency.

    Returns:
        The agencies' columns and: report_year, format_id, plan ('' or what is planted: the name
        of a fault, `missing`, `late`, `restated`, `form_of_last_year`), due_on, published_on
        (null where missing).
    """
    spans = [
        agencies.filter((pl.col("first_year") <= year) & (pl.col("last_year") >= year))
        .with_columns(
            report_year=pl.lit(year, pl.Int32),
            format_id=pl.lit(_form(catalog, year)),
            due_on=pl.when(pl.col("kind") == AgencyKind.GOV.value)
            .then(dt.date(year + 1, *GOVERNMENT_DUE))
            .otherwise(dt.date(year + 1, *OTHER_DUE)),
        )
        .with_columns(draw=hashed(pl.col("place"), purpose("plan", year)))
        for year in years
    ]
    planned = _plan(pl.concat(spans), catalog)
    old = {
        year: _form(catalog, year - 1)
        for year in years
        if year > min(catalog.report_years) and _form(catalog, year) != _form(catalog, year - 1)
    }
    before = pl.col("report_year").replace_strict(old, default=None, return_dtype=pl.String)
    form = pl.when(pl.col("plan") == OLD_FORM).then(before).otherwise("format_id")
    return planned.with_columns(format_id=form, published_on=_published())


def _form(catalog: Catalog, year: int) -> str:
    form = catalog.format_for(year)
    if form is None:
        raise ValueError(f"no format governs {year}")
    return form.format_id


def _plan(owed: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """The frame with `plan`: at most one planted thing per report, quotas filled by chance."""
    is_unit = pl.col("member_of_no").is_not_null() & (pl.col("kind") != AgencyKind.GOV.value)
    is_busy = is_unit & (pl.col("usual") >= BUSY_ENOUGH) & (pl.col("applications") > 0)
    goes_on = pl.col("report_year") > pl.col("first_year")
    changed = [
        year
        for year in catalog.report_years[1:]
        if _form(catalog, year) != _form(catalog, year - 1)
    ]
    wanted: list[tuple[str, float, pl.Expr]] = [
        (OLD_FORM, OLD_FORM_RATE, is_busy & pl.col("report_year").is_in(changed)),
        *((fault.name, FAULT_RATE, _candidates(fault, is_busy & goes_on)) for fault in FAULTS),
        (RESTATED, RESTATED_RATE, is_busy),
        ("missing", MISSING_RATE, is_unit & ~is_busy & (pl.col("usual") < BUSY_ENOUGH)),
        ("late", LATE_RATE, pl.col("member_of_no").is_not_null()),
    ]
    # Agencies with a fault do not have another next to it, so that effects do not meet.
    free = owed.with_columns(row=pl.int_range(pl.len())).sort("draw", "row")
    plans: list[pl.DataFrame] = []
    taken: set[int] = set()
    for name, rate, who in wanted:
        quota = max(1, round(rate * owed.height))
        if name == OLD_FORM:
            quota = max(1, round(rate * owed.filter(pl.col("report_year").is_in(changed)).height))
        alone = name not in {"late", "missing"}
        found = free.filter(who & ~pl.col("agency_no").is_in(list(taken)))
        if alone:
            found = found.unique("agency_no", keep="first", maintain_order=True)
        found = found.head(quota)
        plans.append(found.select("row", plan=pl.lit(name)))
        free = free.join(found.select("row"), on="row", how="anti", maintain_order="left")
        if alone:
            taken |= set(found["agency_no"])
    chosen = pl.concat(plans)
    return (
        owed.with_columns(row=pl.int_range(pl.len()))
        .join(chosen, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("plan").fill_null(""))
        .drop("row")
    )


def _candidates(fault: Fault, units: pl.Expr) -> pl.Expr:
    is_county = (pl.col("kind") == AgencyKind.GOV.value) & (pl.col("tier") == "county")
    who = is_county if fault.who == "county_gov" else units
    return who & (pl.col("report_year") >= fault.first_year)


def _published() -> pl.Expr:
    is_gov = pl.col("kind") == AgencyKind.GOV.value
    on_time = (
        pl.when(is_gov)
        .then(pl.duration(days=5 + below(pl.col("draw"), purpose("day"), 45)))
        .otherwise(pl.duration(days=2 + below(pl.col("draw"), purpose("day"), 20)))
    )
    late = pl.duration(days=1 + below(pl.col("draw"), purpose("late"), 90))
    return (
        pl.when(pl.col("plan") == "missing")
        .then(None)
        .when(pl.col("plan") == "late")
        .then(pl.col("due_on") + late)
        .otherwise(pl.col("due_on") - on_time)
    )


def with_versions(owed: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The reports that are filed: those owed and not missing, two versions of restated ones.

    Returns:
        The columns of `owed` and: version (1 is superseded where there is a 2), is_current,
        doc_id, report_id. The later version of a restated report is published nine days later.
    """
    filed = owed.filter(pl.col("plan") != "missing").with_columns(version=pl.lit(1, pl.Int32))
    again = filed.filter(pl.col("plan") == RESTATED).with_columns(
        version=pl.lit(2, pl.Int32), published_on=pl.col("published_on") + pl.duration(days=9)
    )
    both = pl.concat([filed, again]).sort("report_year", "agency_no", "version")
    names = both.select("agency_code", "report_year", "version").iter_rows()
    ids = [
        hashlib.sha256(f"{seed}/{'/'.join(map(str, name))}".encode()).hexdigest() for name in names
    ]
    return both.with_columns(
        pl.Series("doc_id", ids, pl.String),
        is_current=(pl.col("plan") != RESTATED) | (pl.col("version") > 1),
    ).with_columns(report_id=pl.format("{}-1", "doc_id"))
