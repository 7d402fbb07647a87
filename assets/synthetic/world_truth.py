"""What was planted in a world, as a table: what, where, and what should come of it.

One row per expected effect. `effect` is one of: rule_fails (rule_id at place), cell_off (printed
instead of expected), needs_review, carry_over_differs and stock_differs (printed instead of
expected), roll_up_differs (sum of the members as printed instead of expected, which the government
prints), roll_up_lacks (a member is not in the sum), not_filed, late (printed: days), superseded,
no_applications, shares_name, and for agencies renamed, merged, split, abolished, recoded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from assets.synthetic.sums import BROUGHT_FORWARD, CARRIED_FORWARD, RECEIVED
from assets.synthetic.world_agencies import Agency, Population
from assets.synthetic.world_draws import column_of
from assets.synthetic.world_facts import FormCells
from assets.synthetic.world_faults import (
    BY_NAME,
    IN_FORCE,
    LAST_FORM,
    OLD_FORM,
    RESTATED,
    SUPERSEDED,
    TOTAL,
    Fault,
)
from assets.synthetic.world_places import CONVERSION_YEAR

TRUTH_FILE = "world_truth.parquet"
TRUTH_SCHEMA = pl.Schema(
    {
        "kind": pl.String(),
        "effect": pl.String(),
        "agency_code": pl.String(),
        "agency_name": pl.String(),
        "report_year": pl.Int32(),
        "report_id": pl.String(),
        "item_code": pl.String(),
        "breakdown": pl.String(),
        "rule_id": pl.String(),
        "place": pl.String(),
        "expected": pl.Decimal(18, 6),
        "printed": pl.Decimal(18, 6),
        "note": pl.String(),
    }
)
UNIT_RULE, UNIT_PLACE = "CHK-CELL-03", "proactive_disclosure"
ALL_FAULTS = BY_NAME | {RESTATED: SUPERSEDED, OLD_FORM: LAST_FORM}
Row = dict[str, Any]


def truth_frame(rows: list[Row]) -> pl.DataFrame:
    """The table, sorted, columns of TRUTH_SCHEMA."""
    order = ["kind", "effect", "agency_code", "report_year", "report_id"]
    return pl.DataFrame(rows, schema=TRUTH_SCHEMA, orient="row").sort(
        *order, "item_code", "breakdown", "rule_id", "place", nulls_last=True
    )


def agency_truth(population: Population, agencies: pl.DataFrame) -> Iterator[Row]:
    """What was planted in the register: events, names that are shared, agencies without requests.

    Args:
        population: agencies and events.
        agencies: agency_frame of them.
    """
    by_code = {agency.code: agency for agency in population.agencies}
    for event in population.events:
        for code in (event.from_code, event.to_code):
            agency = by_code.get(code or "")
            if agency is not None and not (event.kind == "abolished" and code == event.to_code):
                yield _of_agency(agency, event.kind, event.kind, event.first_year)
    bearers: dict[str, list[Agency]] = defaultdict(list)
    for agency in population.agencies:
        bearers[agency.names[-1][1]].append(agency)
        if agency.division.former_code and agency.tier == "county":
            yield _of_agency(agency, "division_converted", "recoded", CONVERSION_YEAR)
    for agency in (one for same in bearers.values() if len(same) > 1 for one in same):
        yield _of_agency(agency, "namesake", "shares_name", None)
    quiet = agencies.filter((pl.col("applications") == 0) & (pl.col("kind") != "gov"))
    for no in quiet["agency_no"]:
        yield _of_agency(population.agencies[no], "quiet", "no_applications", None)


def _of_agency(agency: Agency, kind: str, effect: str, year: int | None) -> Row:
    return {
        "kind": kind,
        "effect": effect,
        "agency_code": agency.code,
        "agency_name": agency.names[-1][1],
        "report_year": year,
    }


def filing_truth(owed: pl.DataFrame, agencies: tuple[Agency, ...]) -> Iterator[Row]:
    """Missing and late reports, and the governments whose members are missing."""
    wanted = owed.filter(pl.col("plan").is_in(["missing", "late"]))
    for row in wanted.iter_rows(named=True):
        agency, year = agencies[row["agency_no"]], row["report_year"]
        base = _of_agency(agency, row["plan"], "not_filed", year)
        base["agency_name"] = agency.name_in(year)
        if row["plan"] == "late":
            days = (row["published_on"] - row["due_on"]).days
            yield base | {"effect": "late", "printed": Decimal(days)}
            continue
        yield base
        if agency.member_of:
            yield _lacking(agency, year, "missing")


def _lacking(agency: Agency, year: int, kind: str) -> Row:
    return {
        "kind": kind,
        "effect": "roll_up_lacks",
        "agency_code": agency.member_of,
        "report_year": year,
        "note": f"{agency.code} is not in the sum",
    }


def year_truth(
    reports: pl.DataFrame,
    true: pl.DataFrame,
    agencies: tuple[Agency, ...],
    forms: dict[str, FormCells],
) -> Iterator[Row]:
    """What was planted in the reports of a year.

    Args:
        reports: the named reports of the year with their printed numbers.
        true: agency_no and the true numbers.
        agencies: the agencies by number.
        forms: the cells of each format.
    """
    planted = reports.filter(pl.col("plan").is_in(list(ALL_FAULTS)))
    mine = true.filter(pl.col("agency_no").is_in(planted["agency_no"].implode()))
    right = {row["agency_no"]: row for row in mine.iter_rows(named=True)}
    above = {agency.code: no for no, agency in enumerate(agencies)}
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for row in planted.iter_rows(named=True):
        fault, agency = ALL_FAULTS[row["plan"]], agencies[row["agency_no"]]
        yield from _of_report(fault, row, right[row["agency_no"]])
        is_short = fault.mark == "absent" or fault.name == OLD_FORM
        if is_short and agency.member_of:
            yield _lacking(agency, row["report_year"], fault.name)
        for name, amount in fault.adds.items() if fault.name != RESTATED else ():
            if agency.member_of:
                sums[above[agency.member_of], name] += amount
            if fault.who == "county_gov":
                sums[row["agency_no"], name] -= amount
    yield from _roll_ups(sums, reports)
    for form_id, cells in forms.items():
        spent = [pl.col(name) > 0 for name in cells.bare_money]
        if spent:
            found = reports.filter((pl.col("format_id") == form_id) & pl.any_horizontal(spent))
            for row in found.iter_rows(named=True):
                yield _of(row, "unit_of_amount", "rule_fails") | {
                    "rule_id": UNIT_RULE,
                    "place": UNIT_PLACE,
                }


def _of(row: Row, kind: str, effect: str) -> Row:
    keys = ("agency_code", "agency_name", "report_year", "report_id")
    return {"kind": kind, "effect": effect, **{key: row[key] for key in keys}}


def _of_report(fault: Fault, row: Row, right: Row) -> Iterator[Row]:
    for rule_id, place in fault.rules:
        yield _of(row, fault.name, "rule_fails") | {"rule_id": rule_id, "place": place}
    if fault.name == RESTATED and row["is_current"]:
        return
    for name in fault.adds:
        item, _, breakdown = name.partition("|")
        yield _of(row, fault.name, "superseded" if fault.name == RESTATED else "cell_off") | {
            "item_code": item,
            "breakdown": breakdown,
            "expected": Decimal(right[name]),
            "printed": Decimal(row[name]),
            "note": fault.note,
        }
    if fault.mark in {"doubt", "unit"}:
        yield _of(row, fault.name, "needs_review" if fault.mark == "doubt" else "unit_printed") | {
            "item_code": RECEIVED,
            "breakdown": TOTAL,
            "printed": Decimal(row[column_of(RECEIVED, TOTAL)]),
        }


def _roll_ups(sums: dict[tuple[int, str], int], reports: pl.DataFrame) -> Iterator[Row]:
    wanted = reports.filter(pl.col("agency_no").is_in([no for no, _ in sums]))
    by_no = {row["agency_no"]: row for row in wanted.iter_rows(named=True)}
    for (no, name), amount in sums.items():
        row = by_no.get(no)
        if row is not None and amount:
            item, _, breakdown = name.partition("|")
            yield _of(row, "roll_up", "roll_up_differs") | {
                "item_code": item,
                "breakdown": breakdown,
                "expected": Decimal(row[name]),
                "printed": Decimal(row[name] + amount),
            }


def continuity_truth(
    now: pl.DataFrame, before: pl.DataFrame, forms: dict[str, FormCells], heirs: Sequence[int]
) -> Iterator[Row]:
    """Where a year's reports do not go on from those of the year before, whatever the reason.

    Args:
        now: the current reports of a year with their printed numbers.
        before: those of the year before.
        forms: the cells of each format.
        heirs: agency_no of those that took over from an agency that ended.

    Yields:
        A row per cell; its kind is the fault of this year's or last year's report, or took_over
        where an agency goes on from more than its own report.
    """
    breakdowns = [
        name.partition("|")[2] for name in now.columns if name.startswith(f"{BROUGHT_FORWARD}|")
    ]
    carried = [column_of(CARRIED_FORWARD, b) for b in breakdowns]
    stock, flows = column_of(IN_FORCE, ""), ("issued", "repealed")
    issued, repealed = (column_of(f"normative_documents.{flow}", "") for flow in flows)
    was = before.select(
        "agency_no", pl.col(*carried, stock, "plan", "format_id").name.prefix("was:")
    )
    faults = list(ALL_FAULTS)
    kind = (
        pl.when(pl.col("agency_no").is_in(list(heirs)))
        .then(pl.lit("took_over"))
        .when(pl.col("plan").is_in(faults))
        .then("plan")
        .when(pl.col("was:plan").is_in(faults))
        .then("was:plan")
        .otherwise("was:plan")
    )
    both = now.join(was, on="agency_no", how="inner").with_columns(own=kind).sort("agency_no")
    for b in breakdowns:
        name, expected = (
            column_of(BROUGHT_FORWARD, b),
            pl.col(f"was:{column_of(CARRIED_FORWARD, b)}"),
        )
        for row in both.filter(pl.col(name) != expected).iter_rows(named=True):
            yield _of(row, row["own"], "carry_over_differs") | {
                "item_code": BROUGHT_FORWARD,
                "breakdown": b,
                "expected": Decimal(row[f"was:{column_of(CARRIED_FORWARD, b)}"]),
                "printed": Decimal(row[name]),
            }
    printing = [form_id for form_id, cells in forms.items() if stock in cells.columns]
    in_both = pl.all_horizontal(pl.col("format_id", "was:format_id").is_in(printing))
    rolled = pl.col(f"was:{stock}") + pl.col(issued) - pl.col(repealed)
    differs = both.with_columns(rolled=rolled).filter(in_both & (pl.col(stock) != pl.col("rolled")))
    for row in differs.iter_rows(named=True):
        yield _of(row, row["own"], "stock_differs") | {
            "item_code": IN_FORCE,
            "breakdown": "",
            "expected": Decimal(row["rolled"]),
            "printed": Decimal(row[stock]),
        }
