"""Rules on cells, parts, tables and reports as polars expressions, one row at a time.

The frames are built by assets/validation/frames.py; FRAME_COLUMNS says what each holds. A rule's
place in the report gathers rows: all cells of a table are one place, so a finding lists its cells
and there is one finding per table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandera.polars as pa
import polars as pl

from schemas.rule_models import (
    SECTION_FIELD,
    CellStateRule,
    CellTextRule,
    FormRule,
    IdentityAgreementRule,
    MixedZerosRule,
    NoticeRule,
    OrderRule,
    PatternRule,
    PeriodRule,
    PresenceRule,
    ReportCopiesRule,
    Rule,
    RuleBase,
    TableCopiesRule,
    TableFoundRule,
    TextEqualsRule,
    ValueTypeRule,
    YearAgreementRule,
)
from schemas.tables import NUMBER, ZERO
from schemas.vocabulary import Severity, ValueStatus

FrameName = Literal["cells", "parts", "tables", "reports"]
TEXTS = pl.List(pl.String)
REPORTED = pl.col("value_status") == ValueStatus.REPORTED.value
PRINTED = pl.col("value_status") != ValueStatus.ABSENT.value

_KEYS: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "report_id": pl.String(),
    "report_year": pl.Int32(),
    "format_id": pl.String(),
}
FRAME_COLUMNS: dict[FrameName, dict[str, pl.DataType]] = {
    # one row per cell of a report, absent ones included; format_id is that of the block
    "cells": _KEYS
    | {
        "table_id": pl.String(),
        "item_code": pl.String(),
        "breakdown": pl.String(),
        "value": NUMBER,
        "value_status": pl.String(),
        "value_type": pl.String(),
        "raw_text": pl.String(),
    },
    # one row per part found; format_id is the format that governs the report year
    "parts": _KEYS
    | {
        "section_no": pl.String(),
        "statutory": pl.Boolean(),
        "heading": pl.String(),
        "heading_core": pl.String(),
        "accepted": TEXTS,
        "numbering": pl.String(),
        "text": pl.String(),
        "numbering_repeated": pl.Boolean(),
        "page": pl.Int32(),
        "locator": pl.String(),
    },
    # one row per table of the governing format
    "tables": _KEYS
    | {
        "table_id": pl.String(),
        "section_no": pl.String(),
        "heading_found": pl.Boolean(),
        "cells_found": pl.Int64(),
        "copies": pl.Int64(),
        "cells_differ": pl.Int64(),
    },
    # one row per report
    "reports": _KEYS
    | {
        "governed": pl.Boolean(),
        "parts_found": TEXTS,
        "parts_wanted": TEXTS,
        "parts_missing": TEXTS,
        "statutory_missing": pl.Boolean(),
        "blocks_found": pl.Int64(),
        "blocks_of_other_form": TEXTS,
        "other_forms": TEXTS,
        "years": pl.List(
            pl.Struct(
                {
                    "source": pl.String(),
                    "year": pl.Int32(),
                    "text": pl.String(),
                    "locator": pl.String(),
                }
            )
        ),
        "conflicts": pl.List(
            pl.Struct({"field": pl.String(), "source": pl.String(), "value": pl.String()})
        ),
        "title_year": pl.Int32(),
        "period_year": pl.Int32(),
        "published_year": pl.Int32(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "period_text": pl.String(),
        "cited_notice": pl.String(),
        "notice_core": pl.String(),
        "wanted_notice": pl.String(),
        "wanted_core": pl.String(),
        "copies": pl.Int64(),
        "cells_differ": pl.Int64(),
    },
}


@dataclass(frozen=True, slots=True)
class ListCheck:
    """A rule over the rows of one of the four frames; rows with the same place belong together.

    `missing` names what the document would need for a place to be evaluable. `graver` maps a
    severity to the rows that earn it.
    """

    rule: RuleBase
    frame: FrameName
    applies: pl.Expr
    evaluable: pl.Expr
    holds: pl.Expr
    place: pl.Expr
    missing: str
    graver: dict[Severity, pl.Expr] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the pandera check: the rule id."""
        return self.rule.id


def frame_schema(frame: FrameName, checks: list[pa.Check] | None = None) -> pa.DataFrameSchema:
    """The pandera schema of a frame; `checks` (rules) hang on its row number."""
    required = {"row", "report_id", "report_year"}
    columns = {
        name: pa.Column(dtype, nullable=name not in required)
        for name, dtype in FRAME_COLUMNS[frame].items()
    }
    columns["row"] = pa.Column(pl.UInt32, checks=checks or [], unique=True)
    return pa.DataFrameSchema(columns, strict=True)


def _scope(rule: RuleBase, format_ids: tuple[str, ...], tables: bool = False) -> pl.Expr:
    formats = [name for name in format_ids if rule.applies_to_format(name)]
    scope = pl.col("format_id").is_in(formats)
    if tables and rule.applies_to.tables is not None:
        scope = scope & pl.col("table_id").is_in(list(rule.applies_to.tables))
    if rule.valid_from is not None:
        scope = scope & (pl.col("report_year") >= rule.valid_from)
    if rule.valid_to is not None:
        scope = scope & (pl.col("report_year") <= rule.valid_to)
    return scope.fill_null(value=False)


def _whole() -> pl.Expr:
    return pl.col("value") == pl.col("value").round(0)


def _value_type_holds(rule: ValueTypeRule) -> pl.Expr:
    not_negative = pl.col("value") >= ZERO
    money = not_negative & (pl.col("value") == pl.col("value").round(rule.decimals))
    kind = pl.col("value_type")
    return (
        pl.when(kind == "money")
        .then(money)
        .when(kind == "signed_count")
        .then(_whole())
        .otherwise(not_negative & _whole())
    )


def _cell_text(rule: CellTextRule, scope: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    if rule.items is not None:
        scope = scope & pl.col("item_code").is_in(list(rule.items))
    if rule.value_types is not None:
        scope = scope & pl.col("value_type").is_in(list(rule.value_types))
    matches = pl.col("raw_text").str.contains(rule.pattern)
    holds = matches if rule.wanted else ~matches
    return scope, holds if rule.zero_too else holds | (pl.col("value") == ZERO)


def _in_states(states: tuple[ValueStatus, ...]) -> pl.Expr:
    return pl.col("value_status").is_in([state.value for state in states])


def _cell_check(
    rule: ValueTypeRule | CellStateRule | CellTextRule | MixedZerosRule, forms: tuple[str, ...]
) -> ListCheck:
    scope, evaluable = _scope(rule, forms, tables=True), REPORTED
    graver: dict[Severity, pl.Expr] = {}
    match rule:
        case ValueTypeRule():
            holds = _value_type_holds(rule)
        case CellTextRule():
            scope, holds = _cell_text(rule, scope)
            evaluable = evaluable & pl.col("raw_text").is_not_null()
            graver = {severity: ~_whole() for severity in rule.severity_when.values()}
        case CellStateRule():
            evaluable = PRINTED
            holds = ~_in_states(rule.states)
        case MixedZerosRule():
            evaluable = PRINTED
            zeros = (REPORTED & (pl.col("value") == ZERO)).any().over("report_id", "table_id")
            holds = ~(_in_states(rule.states) & zeros)
    return ListCheck(rule, "cells", scope, evaluable, holds, pl.col("table_id"), "cells", graver)


def _part_check(rule: TextEqualsRule | PatternRule, forms: tuple[str, ...]) -> ListCheck:
    scope, whole_report = _scope(rule, forms), pl.lit("")
    if isinstance(rule, TextEqualsRule):
        holds = pl.col("accepted").list.contains(pl.col("heading_core"))
        evaluable = pl.col("heading_core") != ""
        return ListCheck(rule, "parts", scope, evaluable, holds, whole_report, "headings")
    if rule.sections is not None:
        scope = scope & pl.col("section_no").is_in(list(rule.sections))
    before, found, after = rule.pattern.partition(SECTION_FIELD)
    pattern = (
        pl.concat_str(pl.lit(before), "section_no", pl.lit(after)) if found else pl.lit(before)
    )
    matches = pl.col(rule.field).str.contains(pattern)
    holds = matches if rule.wanted else ~matches
    if rule.unique:
        holds = holds & ~pl.col("numbering_repeated")
    evaluable = pl.col(rule.field) != "" if rule.if_printed else pl.col(rule.field).is_not_null()
    return ListCheck(
        rule=rule,
        frame="parts",
        applies=scope,
        evaluable=evaluable,
        holds=holds,
        place=pl.col("section_no") if rule.each_part else whole_report,
        missing=rule.field,
        graver={severity: pl.col("statutory") for severity in rule.severity_when.values()},
    )


def _table_check(rule: TableFoundRule | TableCopiesRule, forms: tuple[str, ...]) -> ListCheck:
    scope, always = _scope(rule, forms, tables=True), pl.lit(value=True)
    place, found = pl.col("table_id"), pl.col("cells_found") > 0
    if isinstance(rule, TableFoundRule):
        scope = scope & pl.col("heading_found")
        return ListCheck(rule, "tables", scope, always, found, place, "table")
    differ = pl.col("cells_differ") > 0
    return ListCheck(
        rule=rule,
        frame="tables",
        applies=scope & found,
        evaluable=always,
        holds=pl.col("copies") <= 1,
        place=place,
        missing="table",
        graver=dict.fromkeys(rule.severity_when.values(), differ),
    )


def _period_holds(rule: PeriodRule) -> tuple[pl.Expr, pl.Expr]:
    year = pl.col("report_year")
    open_end = (
        pl.col("period_text").str.contains(rule.open_end, literal=True).fill_null(value=False)
    )
    whole = (pl.col("period_start") == pl.date(year, 1, 1)) & (
        pl.col("period_end") == pl.date(year, 12, 31)
    )
    known = pl.col("period_start").is_not_null() & pl.col("period_end").is_not_null()
    return known | open_end, ~open_end & whole.fill_null(value=False)


def _report_check(rule: RuleBase, forms: tuple[str, ...]) -> ListCheck:
    # A report of a year that no format governs is still a report: it is read on every form.
    scope = _scope(rule, forms) | pl.col("format_id").is_null()
    governed = pl.col("governed")
    some_parts = pl.col("parts_found").list.len() > 0
    graver: dict[Severity, pl.Expr] = {}
    match rule:
        case PresenceRule():
            evaluable, missing = governed & some_parts, "headings"
            holds = pl.col("parts_missing").list.len() == 0
            graver = dict.fromkeys(rule.severity_when.values(), pl.col("statutory_missing"))
        case OrderRule():
            evaluable, missing = governed & (pl.col("parts_found").list.len() > 1), "headings"
            wanted = pl.col("parts_wanted").list.set_intersection(pl.col("parts_found"))
            holds = pl.col("parts_found").list.join("") == wanted.list.join("")
        case FormRule():
            evaluable, missing = governed & (pl.col("blocks_found") > 0), "blocks"
            holds = pl.col("blocks_of_other_form").list.len() == 0
        case YearAgreementRule():
            years = pl.col("years").list.eval(pl.element().struct.field("year"))
            evaluable, missing = pl.col("years").list.len() > 1, "year_evidence"
            holds = years.list.n_unique() == 1
            conflict = (pl.col("title_year") != pl.col("period_year")).fill_null(value=False)
            graver = dict.fromkeys(rule.severity_when.values(), conflict)
        case IdentityAgreementRule():
            evaluable, missing = pl.lit(value=True), "identity"
            fields = pl.col("conflicts").list.eval(pl.element().struct.field("field"))
            holds = fields.list.set_intersection(list(rule.compares)).list.len() == 0
        case PeriodRule():
            evaluable, holds = _period_holds(rule)
            missing = "period"
        case NoticeRule():
            evaluable, missing = governed & pl.col("notice_core").is_not_null(), "cited_notice"
            holds = pl.col("notice_core") == pl.col("wanted_core")
        case ReportCopiesRule():
            scope = scope & (pl.col("copies") > 1)
            evaluable, missing = pl.lit(value=True), "report"
            holds = pl.col("cells_differ") == 0
        case _:
            raise TypeError(f"{rule.id}: no meaning for a rule of type {type(rule).__name__}")
    return ListCheck(rule, "reports", scope, evaluable, holds, pl.lit(""), missing, graver)


def list_check(rule: Rule, format_ids: tuple[str, ...]) -> ListCheck:
    """The check of a rule that reads cells, parts, tables or reports.

    Raises:
        TypeError: the rule is one for wide tables (rule_expr.py) or of an unknown kind.
    """
    match rule:
        case ValueTypeRule() | CellStateRule() | CellTextRule() | MixedZerosRule():
            return _cell_check(rule, format_ids)
        case TextEqualsRule() | PatternRule():
            return _part_check(rule, format_ids)
        case TableFoundRule() | TableCopiesRule():
            return _table_check(rule, format_ids)
        case _:
            return _report_check(rule, format_ids)
