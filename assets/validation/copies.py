"""Where copies disagree: copies of a table in a document, and documents that hold one report."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from schemas.rule_rows import PRINTED
from schemas.vocabulary import ValueStatus

KEEP = ["item_code", "breakdown"]
COMPARED = ["value", "value_status", "raw_text", "review_status", "page", "locator"]
NUMERIC = [
    ValueStatus.REPORTED.value,
    ValueStatus.BLANK.value,
    ValueStatus.PLACEHOLDER.value,
]


def _disagree() -> pl.Expr:
    """Two printed cells with different numbers; blank and 0 are not different numbers."""
    comparable = pl.col("value_status").is_in(NUMERIC) & pl.col("value_status_other").is_in(NUMERIC)
    value, other = (pl.col(name).fill_null(Decimal(0)) for name in ("value", "value_other"))
    return comparable & (value != other)


def differing_copies(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells whose number in a later copy of a table differs from the first copy.

    Args:
        cells: ReportCells rows.

    Returns:
        One row per cell and later copy: doc_id, table_id, item_code, breakdown, copy_no, and the
        compared columns twice, those of the later copy with the suffix `_other`.
    """
    keys = ["doc_id", "table_id", *KEEP]
    first = cells.filter(pl.col("copy_no") == 1).select(*keys, *COMPARED)
    later = cells.filter(pl.col("copy_no") > 1).select(*keys, "copy_no", *COMPARED)
    return (
        first.join(later, on=keys, how="inner", suffix="_other")
        .filter(_disagree())
        .sort(*keys, "copy_no")
    )


def places_of_copies(cells: pl.DataFrame) -> pl.DataFrame:
    """Where the copies of a table begin, for tables that are printed more than once.

    Args:
        cells: ReportCells rows.

    Returns:
        doc_id, table_id, copy_no, page, locator: the first printed cell of each copy.
    """
    copy = ["doc_id", "table_id", "copy_no"]
    return (
        cells.filter(PRINTED)
        .sort(*copy, "grid", "row", "col", nulls_last=True)
        .group_by(copy, maintain_order=True)
        .agg(pl.col("page", "locator").first())
        .filter(pl.len().over("doc_id", "table_id") > 1)
    )


def differing_reports(facts: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Cells whose number differs between a report and the current one of its agency and year.

    Args:
        facts: ReportFacts rows.
        reports: Reports rows of known years.

    Returns:
        One row per report, other report, item and breakdown, from both sides: the superseded
        report against the current one, and the current one against each superseded one.
    """
    group = ["agency_code", "report_year"]
    named = reports.filter(pl.col("agency_name") != "").sort(
        "is_current", "report_id", descending=[True, False]
    )
    current = pl.col("report_id").first().over(group)
    pairs = (
        named.with_columns(current=current)
        .filter(pl.col("report_id") != pl.col("current"))
        .select(pl.col("report_id").alias("superseded"), "current")
    )
    values = facts.select("report_id", "format_id", *KEEP, *COMPARED)
    old = pairs.join(values, left_on="superseded", right_on="report_id", how="inner")
    both = old.join(
        values, left_on=["current", *KEEP], right_on=["report_id", *KEEP], suffix="_other"
    ).filter(_disagree())
    twice = {name: f"{name}_other" for name in COMPARED}
    swap = twice | {other: name for name, other in twice.items()}
    one_way = both.rename({"superseded": "report_id", "current": "other_report"})
    other_way = both.rename({"current": "report_id", "superseded": "other_report"} | swap)
    return pl.concat([one_way, other_way.select(one_way.columns)]).sort(
        "report_id", "other_report", *KEEP
    )
