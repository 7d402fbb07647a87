"""The group marts computed a second time, from the published core tables alone and without SQL.

Every function takes an open connection to a build or a publication and returns the rows that a mart
should have, so that any data can be checked: a small lake, a made-up world, the real reports.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

STATE = "000000000000"
UNITS = frozenset({"gov", "gov_office", "dept", "zone", "township", "street"})
BY_LAW = frozenset({"gov_office", "dept", "vertical", "dual", "state_council_dept"})
BY_PRACTICE = frozenset({"zone", "township", "street", "outpost"})

Group = tuple[str, str, str, int, bool]
"""Region, kind of agency, tier of governments, report year, made up."""


def table(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    """A whole table."""
    return connection.execute(f"SELECT * FROM {name}").pl()


def places(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str | None, ...]]:
    """Province, prefecture and county of every division, walked up from parent to parent."""
    newest: dict[str, dict[str, Any]] = {}
    rows = table(connection, "dim_division").to_dicts()
    for row in sorted(rows, key=lambda row: (row["valid_to"] is None, str(row["valid_to"]))):
        newest[row["division_code"]] = row
    found: dict[str, tuple[str | None, ...]] = {}
    for code in newest:
        levels: dict[str, str] = {}
        at: str | None = code
        while at in newest:
            levels[newest[at]["tier"]] = at
            at = newest[at]["parent"]
        found[code] = tuple(levels.get(tier) for tier in ("province", "prefecture", "county"))
    return found


def located(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, bool], dict[str, Any]]:
    """Agencies by code and made up, with kind, parent, vertical_system and place."""
    where = places(connection)
    return {
        (row["agency_code"], row["is_synthetic"]): {
            **row,
            "place": where.get(row["division_code"], (None, None, None)),
        }
        for row in table(connection, "dim_agency").to_dicts()
    }


def groups_of(kind: str, place: tuple[str | None, ...], year: int, synthetic: bool) -> list[Group]:
    """The groups in which an agency's report counts."""
    names = ("province", "prefecture", "county")
    tiers = [tier for tier, code in zip(names, place, strict=True) if code]
    tier = "" if kind != "gov" else (tiers[-1] if tiers else "unknown")
    kinds = ["gov"] if kind == "gov" else [kind, "all_units"]
    regions = [STATE, *[code for code in place if code]]
    return [(region, one, tier, year, synthetic) for region in regions for one in kinds]


def _current(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    reports = table(connection, "fct_report")
    return reports.filter(pl.col("is_current") & pl.col("report_year").is_not_null()).to_dicts()


def _grouped(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Group, str]]:
    agencies = located(connection)
    for report in _current(connection):
        agency = agencies[report["agency_code"], report["is_synthetic"]]
        for group in groups_of(
            report["kind"], agency["place"], report["report_year"], report["is_synthetic"]
        ):
            yield group, report["report_id"]


def received(connection: duckdb.DuckDBPyConnection) -> dict[str, Decimal]:
    """New applications per report, where the total is reported."""
    items = table(connection, "fct_report_item").filter(
        (pl.col("item_code") == "applications.received")
        & (pl.col("breakdown") == "total")
        & (pl.col("value_status") == "reported")
    )
    return dict(items.select("report_id", "value").iter_rows())


def group_year(connection: duckdb.DuckDBPyConnection) -> dict[Group, tuple[Any, ...]]:
    """cmp_group_year: agencies, those that report, zero share, top tenth's share."""
    values = received(connection)
    members: dict[Group, list[str]] = defaultdict(list)
    for group, report in _grouped(connection):
        members[group].append(report)
    found: dict[Group, tuple[Any, ...]] = {}
    for group, reports in members.items():
        there = sorted((values[one] for one in reports if one in values), reverse=True)
        zero = there.count(Decimal(0)) / len(there) if there else None
        top = None
        if len(there) >= 10 and sum(there) > 0:
            top = float(sum(there[: math.ceil(len(there) / 10)])) / float(sum(there))
        found[group] = (len(reports), len(there), zero, top)
    return found


def quantile(values: list[float], q: float) -> float:
    """The q-quantile between the two nearest values, linearly."""
    at = (len(values) - 1) * q
    low, high = math.floor(at), math.ceil(at)
    return values[low] + (values[high] - values[low]) * (at - low)


def region_year(
    connection: duckdb.DuckDBPyConnection, indicator: str
) -> dict[Group, tuple[Any, ...]]:
    """cmp_region_year of one indicator: pooled figure, agencies, P10, P50, P90, mean, HHI."""
    (meaning,) = (
        row
        for row in table(connection, "dim_indicator").to_dicts()
        if row["indicator_id"] == indicator
    )
    figures = {
        row["report_id"]: row
        for row in table(connection, "cmp_indicator_long").to_dicts()
        if row["indicator_id"] == indicator and row["value"] is not None
    }
    members: dict[Group, list[dict[str, Any]]] = defaultdict(list)
    for group, report in _grouped(connection):
        if report in figures:
            members[group].append(figures[report])
    found: dict[Group, tuple[Any, ...]] = {}
    for group, rows in members.items():
        total = float(sum(row["numerator"] for row in rows))
        pooled, hhi = total, None
        if meaning["kind"] in ("ratio", "share"):
            pooled = total / float(sum(row["denominator"] for row in rows)) * meaning["per"]
        elif meaning["kind"] in ("count", "sum") and total > 0:
            values = [row["value"] for row in rows]
            hhi = sum((v / total) ** 2 for v in values) if min(values) >= 0 else None
        shown = sorted(
            row["value"]
            for row in rows
            if row["denominator"] is None or row["denominator"] >= meaning["minimum_denominator"]
        )
        spread = [quantile(shown, q) for q in (0.1, 0.5, 0.9)] if shown else [None] * 3
        mean = sum(shown) / len(shown) if shown else None
        found[group] = (pooled, len(rows), *spread, mean, hhi)
    return found


def due_on(kind: str, year: int) -> dt.date | None:
    """The last day on time by law or practice."""
    if kind == "gov":
        return dt.date(year + 1, 3, 31)
    return dt.date(year + 1, 1, 31) if kind in BY_LAW | BY_PRACTICE else None


def coverage(
    connection: duckdb.DuckDBPyConnection, roster: pl.DataFrame
) -> dict[tuple[str, int, str], str]:
    """Status per region, year and listed agency, of the lines that name a registered agency.

    Args:
        connection: build or publication.
        roster: ref_roster of the lake.
    """
    agencies = located(connection)
    here = {(r["agency_code"], r["report_year"], r["is_synthetic"]) for r in _current(connection)}
    dates: dict[tuple[str, int, bool], list[dt.date | None]] = defaultdict(list)
    for row in table(connection, "fct_report").to_dicts():
        dates[row["agency_code"], row["report_year"], row["is_synthetic"]].append(
            row["published_on"]
        )
    found: dict[tuple[str, int, str], str] = {}
    for line in roster.filter("is_expected").to_dicts():
        code, year = line["agency_code"], line["report_year"]
        agency = agencies.get((code, line["is_synthetic"]))
        if agency is None:
            continue
        key = (code, year, line["is_synthetic"])
        due = line["due_on"] or due_on(agency["kind"], year)
        known = [day for day in dates[key] if day is not None]
        if key not in here:
            status = "missing"
        elif due is not None and known and min(known) <= due:
            status = "received_on_time"
        elif due is None or None in dates[key]:
            status = "received_undated"
        else:
            status = "late"
        found[line["region_code"], year, code] = status
    return found


def rollup(
    connection: duckdb.DuckDBPyConnection, concept: str
) -> dict[str, tuple[Decimal | None, Decimal | None, int]]:
    """Per government's report: its own figure, the sum of its units and how many report it.

    Args:
        connection: build or publication.
        concept: one that is a single item with a total for all applicants.
    """
    agencies = located(connection)
    items = table(connection, "fct_report_item").filter(
        (pl.col("item_code") == concept)
        & (pl.col("breakdown") == "total")
        & (pl.col("value_status") == "reported")
    )
    values: dict[str, Decimal] = dict(items.select("report_id", "value").iter_rows())
    parents: dict[tuple[str, int, bool], str] = {}
    sums: dict[tuple[str, int, bool], list[Decimal]] = defaultdict(list)
    for report in _current(connection):
        agency = agencies[report["agency_code"], report["is_synthetic"]]
        levels = [code for code in agency["place"] if code]
        if not levels or agency["kind"] == "vertical" or agency["vertical_system"]:
            continue
        above = agencies.get((agency["parent"] or "", report["is_synthetic"]))
        key = (report["report_year"], report["is_synthetic"])
        if agency["kind"] == "gov":
            parents[levels[-1], *key] = report["report_id"]
            levels = levels[:-1]
        elif agency["kind"] not in UNITS and not (above and above["kind"] == "gov"):
            continue
        if levels and report["report_id"] in values:
            sums[levels[-1], *key].append(values[report["report_id"]])
    return {
        report: (
            values.get(report),
            sum(sums[key], Decimal(0)) if sums[key] else None,
            len(sums[key]),
        )
        for key, report in parents.items()
    }
