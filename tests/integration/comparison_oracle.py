"""The comparison marts computed once more, from the published cells, with polars and loops.

Nothing is shared with the SQL but the official codes: counts are looked up cell by cell. Every
function takes an open warehouse and gives the places where a mart says something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from math import isclose, sqrt

import duckdb
import polars as pl

from schemas.catalog import Catalog, load_catalog

Numbers = dict[str, dict[tuple[str, str], Decimal]]
Z = 1.959963984540054


def outcome_groups(catalog: Catalog) -> dict[str, dict[str, list[str]]]:
    """Items of every group of outcomes by format, as the official forms print them."""
    groups: dict[str, dict[str, list[str]]] = {}
    for form in catalog.formats.values():
        found: dict[str, list[str]] = defaultdict(list)
        for item in dict.fromkeys(cell.item_code for cell in form.cells):
            words = item.split(".")
            if words[:2] == ["applications", "outcome"] and words[2] != "total":
                found[words[2]].append(item)
        groups[form.format_id] = dict(found)
    return groups


def read_numbers(warehouse: duckdb.DuckDBPyConnection) -> Numbers:
    """Reported numbers of the current reports, by report, then by item and member."""
    rows = warehouse.execute(
        "SELECT report_id, item_code, breakdown, fct_report_item.value FROM fct_report_item "
        "JOIN fct_report USING (report_id) "
        "WHERE fct_report.is_current AND fct_report_item.value IS NOT NULL"
    ).fetchall()
    numbers: Numbers = defaultdict(dict)
    for report, item, member, value in rows:
        numbers[report][item, member] = value
    return numbers


def formats_of(warehouse: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The format of table 3 of every report."""
    return dict(
        warehouse.execute(
            "SELECT report_id, min(format_id) FROM fct_report_item "
            "WHERE table_id = 'applications' GROUP BY report_id"
        ).fetchall()
    )


def total_of(
    numbers: dict[tuple[str, str], Decimal], items: list[str], member: str
) -> Decimal | None:
    """The sum of items; None where one has no number."""
    found = [numbers.get((item, member)) for item in items]
    return sum((n for n in found if n is not None), Decimal(0)) if None not in found else None


def previous_of(warehouse: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The current report of the year before, for every current report that has one."""
    rows = warehouse.execute(
        "SELECT report_id, agency_code, is_synthetic, report_year FROM fct_report "
        "WHERE is_current AND report_year IS NOT NULL"
    ).fetchall()
    known = {(agency, made_up, year): report for report, agency, made_up, year in rows}
    return {
        report: known[agency, made_up, year - 1]
        for report, agency, made_up, year in rows
        if (agency, made_up, year - 1) in known
    }


def same(left: object, right: object) -> bool:
    """Whether two figures agree: both missing, or equal to what a double and six places hold."""
    if left is None or right is None:
        return left is None and right is None
    return isclose(float(left), float(right), rel_tol=1e-9, abs_tol=2e-6)  # pyright: ignore[reportArgumentType]


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> float | None:
    """A quotient; None where a part is missing or the denominator is not positive."""
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return float(numerator) / float(denominator)


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 % Wilson interval, written with the proportion and not with the counts."""
    part = numerator / denominator
    middle = part + Z * Z / (2 * denominator)
    half = Z * sqrt(part * (1 - part) / denominator + Z * Z / (4 * denominator**2))
    scale = 1 + Z * Z / denominator
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def outcome_mix_faults(warehouse: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Rows of cmp_outcome_mix that differ."""
    groups, numbers = outcome_groups(load_catalog()), read_numbers(warehouse)
    formats, previous = formats_of(warehouse), previous_of(warehouse)

    def figure(report: str, group: str) -> Decimal | None:
        return total_of(numbers[report], groups[formats[report]][group], "total")

    def whole(report: str) -> Decimal | None:
        return numbers[report].get(("applications.outcome.total", "total"))

    for row in warehouse.execute("SELECT * FROM cmp_outcome_mix").pl().to_dicts():
        report, group = row["report_id"], row["outcome_group"]
        if report not in formats:
            continue
        count, total = figure(report, group), whole(report)
        share = ratio(count, total)
        expected = {"outcome_count": count, "outcome_share": share}
        before = previous.get(report)
        if before in formats:
            old, old_total = figure(before, group), whole(before)
            old_share = ratio(old, old_total)
            expected["previous_outcome_share"] = old_share
            if share is not None and old_share is not None and total and old_total:
                volume = float(total - old_total) * (share + old_share) / 2
                mix = (share - old_share) * float(total + old_total) / 2
                expected |= {"volume_effect": volume, "mix_effect": mix}
        for name, value in expected.items():
            if not same(row[name], value):
                yield f"{report} {group} {name}: {row[name]}, not {value}"


def applicant_faults(warehouse: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Rows of cmp_applicant_outcome that differ."""
    catalog = load_catalog()
    groups, numbers = outcome_groups(catalog), read_numbers(warehouse)
    formats = formats_of(warehouse)
    kinds = [member.breakdown for member in catalog.axes["applicant"]]
    for row in warehouse.execute("SELECT * FROM cmp_applicant_outcome").pl().to_dicts():
        report, kind, group = row["report_id"], row["applicant_kind"], row["outcome_group"]
        if report not in formats:
            continue
        items = groups[formats[report]][group]
        by_kind = {name: total_of(numbers[report], items, name) for name in kinds}
        total = numbers[report].get(("applications.outcome.total", kind))
        count = by_kind[kind]
        parts = [by_kind[name] for name in kinds if name != "total"]
        known = [part for part in parts if part is not None]
        added = sum(known) if len(known) == len(parts) else None
        expected: dict[str, object] = {
            "outcome_count": count,
            "outcome_share": ratio(count, total),
            "applicant_share": ratio(count, by_kind["total"]),
            "kinds_sum": added,
            "kinds_add_up": None
            if added is None or by_kind["total"] is None
            else added == by_kind["total"],
        }
        if count is not None and total and 0 <= count <= total:
            low, high = wilson(float(count), float(total))
            expected |= {"outcome_share_low": low, "outcome_share_high": high}
        for name, value in expected.items():
            if not same(row[name], value):
                yield f"{report} {kind} {group} {name}: {row[name]}, not {value}"


def peer_rank_faults(warehouse: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Rows of cmp_peer_rank whose rank, range or percentile differ; every pair is compared."""
    frame = warehouse.execute("SELECT * FROM cmp_peer_rank").pl()
    slices = ["peer_group_id", "peer_scope", "indicator_id", "report_year", "is_synthetic"]
    for key, rows in frame.group_by(slices):
        members = rows.filter(
            pl.col("value").is_not_null()
            & (pl.col("denominator") >= pl.col("minimum_denominator")).fill_null(value=True)
            & pl.col("is_comparable")
        ).to_dicts()
        ranked = {row["report_id"] for row in members} if len(members) > 1 else set()
        for row in rows.to_dicts():
            if row["report_id"] not in ranked:
                if row["peer_rank"] is not None or not row["rank_note"]:
                    yield f"{key} {row['agency_code']}: a rank, or no reason for none"
                continue
            higher = sum(other["value"] > row["value"] for other in members)
            ties = sum(other["value"] == row["value"] for other in members)
            expected = {
                "peer_count": len(members),
                "listed_count": rows.height,
                "peer_rank": higher + 1,
                "tie_count": ties,
                "percentile": (len(members) - higher - ties + (ties - 1) / 2) / (len(members) - 1),
            }
            if row["wilson_low"] is None:
                expected |= {"rank_best": higher + 1, "rank_worst": higher + ties}
            else:
                above = sum((o["wilson_low"] or 0) > row["wilson_high"] for o in members)
                below = sum((o["wilson_high"] or 1) < row["wilson_low"] for o in members)
                expected |= {"rank_best": above + 1, "rank_worst": len(members) - below}
            for name, value in expected.items():
                if not same(row[name], value):
                    yield f"{key} {row['agency_code']} {name}: {row[name]}, not {value}"
