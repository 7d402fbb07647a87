"""One lazy pandera validation per frame, turned into outcomes: holds, fails, not evaluable.

pandera says which rows fail; the expressions of the same rules say where a rule applies and what
it could not evaluate. Nothing here knows what a rule means.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from schemas.frames import RuleOutcomes, polars_schema
from schemas.rule_checks import pandera_check
from schemas.rule_expr import RowCheck
from schemas.rule_rows import FrameName, ListCheck, frame_schema
from schemas.tables import SUM, WideTable, table_schema
from schemas.vocabulary import Outcome, Severity

SEVERITIES = [Severity.ERROR.value, Severity.WARNING.value, Severity.ADVISORY.value]
OUTCOME_COLUMNS = {
    "report_id": pl.String(),
    "rule_id": pl.String(),
    "place": pl.String(),
    "outcome": pl.String(),
    "severity": pl.String(),
    "left": SUM,
    "right": SUM,
    "difference": SUM,
    "difference_if_blank_is_zero": SUM,
    "missing": pl.List(pl.String()),
}
EMPTY_FAILURES = pl.DataFrame(schema={"check": pl.String, "row": pl.UInt32})


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the rules of one frame say.

    `outcomes` has OUTCOME_COLUMNS. `failing` has one row per failing row of the frame: the check,
    its place, and all columns of the frame.
    """

    outcomes: pl.DataFrame
    failing: dict[str, pl.DataFrame]


class FrameDefectError(RuntimeError):
    """A frame for the rules is malformed: a defect of this project, not of a report."""


def failing_rows(frame: pl.DataFrame, schema: pa.DataFrameSchema, names: list[str]) -> pl.DataFrame:
    """Which rows fail which check, by one lazy validation.

    Args:
        frame: has the row number in `row`.
        schema: its schema, rules included.
        names: names of the rules' checks; any other failure is a defect.

    Returns:
        Columns check, row.

    Raises:
        FrameDefectError: the frame breaks its schema otherwise than by a rule.
    """
    # Checks on values must run whatever the environment says of pandera's depth.
    depth = ValidationDepth.SCHEMA_AND_DATA
    try:
        with config_context(validation_enabled=True, validation_depth=depth):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.select("check", "failure_case")
        others = cases.filter(~pl.col("check").is_in(names))
        if others.height:
            raise FrameDefectError(str(errors)) from errors
        return cases.select("check", pl.col("failure_case").cast(pl.UInt32).alias("row"))
    return EMPTY_FAILURES


def _outcome(evaluable: pl.Expr, failed: pl.Expr) -> pl.Expr:
    return (
        pl.when(~evaluable)
        .then(pl.lit(Outcome.NOT_EVALUABLE.value))
        .when(failed)
        .then(pl.lit(Outcome.FAILS.value))
        .otherwise(pl.lit(Outcome.HOLDS.value))
    )


def _row_outcomes(check: RowCheck, wide: pl.DataFrame, failed: pl.Series) -> pl.DataFrame:
    return (
        wide.filter(check.applies)
        .select(
            pl.col("report_id"),
            pl.lit(check.rule.id).alias("rule_id"),
            check.place.alias("place"),
            _outcome(check.evaluable, pl.col("row").is_in(failed.implode())).alias("outcome"),
            pl.lit(check.rule.severity.value).alias("severity"),
            check.left.alias("left"),
            check.right.alias("right"),
            check.difference.alias("difference"),
            check.difference_if_blank_is_zero.alias("difference_if_blank_is_zero"),
            check.missing.alias("missing"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in OUTCOME_COLUMNS.items())
    )


def evaluate_table(
    wide: pl.DataFrame,
    table: WideTable,
    checks: tuple[RowCheck, ...],
    known_formats: tuple[str, ...],
) -> Evaluated:
    """The outcomes of the rules on one wide table.

    Args:
        wide: the table as widen() makes it.
        table: which table it is.
        checks: the rules' checks on it.
        known_formats: ids of all formats.
    """
    schema = table_schema(table, known_formats, [pandera_check(check) for check in checks])
    failures = failing_rows(wide, schema, [check.name for check in checks])
    outcomes: list[pl.DataFrame] = []
    failing: dict[str, pl.DataFrame] = {}
    for check in checks:
        rows = failures.filter(pl.col("check") == check.name)["row"]
        outcomes.append(_row_outcomes(check, wide, rows))
        failing[check.name] = wide.filter(pl.col("row").is_in(rows.implode())).select(
            "report_id",
            "format_id",
            check.place.alias("place"),
            pl.col("place").alias("row_place"),
            check.left.alias("left"),
            check.right.alias("right"),
            check.difference.alias("difference"),
        )
    return Evaluated(pl.concat(outcomes), failing)


def _gravest(check: ListCheck) -> pl.Expr:
    """The severity of a failing row: the rule's own, or a graver or milder one it has earned."""
    severity = pl.lit(check.rule.severity.value)
    for earned, rows in check.graver.items():
        severity = (
            pl.when(rows.fill_null(value=False)).then(pl.lit(earned.value)).otherwise(severity)
        )
    return severity


def _list_outcomes(check: ListCheck, frame: pl.DataFrame, failed: pl.Series) -> pl.DataFrame:
    rows = frame.filter(check.applies).select(
        "report_id",
        check.place.alias("place"),
        check.evaluable.fill_null(value=False).alias("evaluable"),
        pl.col("row").is_in(failed.implode()).alias("failed"),
        _gravest(check).cast(pl.Enum(SEVERITIES)).alias("severity"),
    )
    places = rows.group_by("report_id", "place", maintain_order=True).agg(
        pl.col("evaluable").any(),
        pl.col("failed").any(),
        # Enum order is gravest first.
        pl.col("severity").filter(pl.col("failed")).min().alias("severity"),
    )
    nothing = pl.lit(None, dtype=SUM)
    return places.select(
        pl.col("report_id"),
        pl.lit(check.rule.id).alias("rule_id"),
        pl.col("place"),
        _outcome(pl.col("evaluable"), pl.col("failed")).alias("outcome"),
        pl.col("severity").cast(pl.String).fill_null(check.rule.severity.value),
        *(
            nothing.alias(name)
            for name in ("left", "right", "difference", "difference_if_blank_is_zero")
        ),
        pl.when(pl.col("evaluable"))
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(pl.lit([check.missing]))
        .alias("missing"),
    )


def evaluate_frame(
    frame: pl.DataFrame, name: FrameName, checks: tuple[ListCheck, ...]
) -> Evaluated:
    """The outcomes of the rules on cells, parts, tables or reports.

    Args:
        frame: as assets/validation/frames.py makes it.
        name: which of the four it is.
        checks: the rules' checks on it.
    """
    schema = frame_schema(name, [pandera_check(check) for check in checks])
    failures = failing_rows(frame, schema, [check.name for check in checks])
    outcomes: list[pl.DataFrame] = [pl.DataFrame(schema=OUTCOME_COLUMNS)]
    failing: dict[str, pl.DataFrame] = {}
    for check in checks:
        rows = failures.filter(pl.col("check") == check.name)["row"]
        outcomes.append(_list_outcomes(check, frame, rows))
        failing[check.name] = frame.filter(pl.col("row").is_in(rows.implode())).with_columns(
            check.place.alias("place")
        )
    return Evaluated(pl.concat(outcomes), failing)


def outcome_frame(outcomes: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Outcomes as RuleOutcomes rows, sorted by report, rule and place."""
    number = polars_schema(RuleOutcomes)["left_value"]
    names = reports.select("report_id", "doc_id", "agency_code", "report_year")
    listed = pl.col("missing").list.join('","')
    return (
        outcomes.join(names, on="report_id", how="inner")
        .select(
            "report_id",
            "doc_id",
            "agency_code",
            "report_year",
            "rule_id",
            pl.col("place").alias("breakdown"),
            "outcome",
            # A sum too large for the lake's type stays in the finding's sentence only.
            pl.col("left").cast(number, strict=False).alias("left_value"),
            pl.col("right").cast(number, strict=False).alias("right_value"),
            pl.col("difference").cast(number, strict=False),
            pl.col("difference_if_blank_is_zero").cast(number, strict=False),
            pl.when(pl.col("missing").list.len() > 0)
            .then(pl.concat_str(pl.lit('["'), listed, pl.lit('"]')))
            .otherwise(pl.lit("[]"))
            .alias("missing_items"),
        )
        .sort("report_id", "rule_id", "breakdown")
    )
