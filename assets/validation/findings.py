"""Failed outcomes as findings: sentence, expected and actual, evidence, and how sure we are.

The only loops over rows in this stage are here, over failures, because sentences are text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from assets.validation.attribute import attribution
from assets.validation.describe import DESCRIBERS, Described
from assets.validation.evaluate import Evaluated
from assets.validation.localise import Clearing, Place, evidence_of
from schemas.equations import Cell
from schemas.frames import Findings, to_frame
from schemas.rule_expr import RowCheck
from schemas.rule_models import (
    BoundRule,
    ImpliesRule,
    MemberSumRule,
    RatioRule,
    RuleBase,
    TableRule,
)
from schemas.rule_rows import ListCheck
from schemas.rule_text import LANGUAGES, Language, Wording, number
from schemas.vocabulary import FindingStatus, ReviewStatus

CELL_EVIDENCE = ["raw_text", "value_status", "review_status", "confidence", "page", "locator"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding before it has its identity: what failed, where, and what it rests on."""

    rule: RuleBase
    report_id: str
    place: str
    sentences: dict[Language, str]
    expected: str | None
    actual: str | None
    items: list[str] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)


def _evidence(row: Row) -> Row:
    return {
        "item_code": row.get("item_code", ""),
        "breakdown": row.get("breakdown", ""),
        "raw_text": row.get("raw_text"),
        "value_status": row.get("value_status"),
        "page": row.get("page"),
        "locator": row.get("locator"),
        "review_status": row.get("review_status") or ReviewStatus.SURE.value,
        "confidence": row.get("confidence"),
    }


def _terms(check: RowCheck) -> pl.DataFrame:
    rows = [
        (format_id, side, sign, name, position)
        for sides in check.sides
        for format_id in sides.formats
        for side, terms in (("left", sides.left), ("right", sides.right))
        for position, (sign, name) in enumerate(terms)
    ]
    schema = ["format_id", "side", "sign", "name", "position"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_terms(check: RowCheck, failing: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """One row per failure with the list of its terms, each joined to the cell that gives it."""
    by_member = isinstance(check.rule, MemberSumRule)
    item, breakdown = ("row_place", "name") if by_member else ("name", "row_place")
    cells = facts.select("report_id", "item_code", "breakdown", "value", *CELL_EVIDENCE)
    return (
        failing.with_row_index("failure")
        .join(_terms(check), on="format_id", how="inner")
        .with_columns(pl.col(item).alias("item_code"), pl.col(breakdown).alias("breakdown"))
        .join(cells, on=["report_id", "item_code", "breakdown"], how="left")
        .sort("failure", "side", "position")
        .group_by("failure", maintain_order=True)
        .agg(
            pl.col(
                "report_id", "format_id", "place", "row_place", "left", "right", "difference"
            ).first(),
            terms=pl.struct("side", "sign", "item_code", "breakdown", "value", *CELL_EVIDENCE),
        )
    )


def _expected(rule: TableRule, row: Row) -> tuple[str, str]:
    left, right = number(row["left"]), number(row["right"])
    match rule:
        case BoundRule():
            return f"{'≥' if rule.relation == 'at_least' else '≤'} {right}", left
        case ImpliesRule():
            return "> 0" if rule.then.state == "positive" else "0", right
        case RatioRule():
            sign = "≤" if rule.reached == "above" else "<"
            return f"{sign} {number(row['right'] / 2) if rule.share == 0.5 else right}", left
        case _:
            return right, left


def _wide_sentence(wording: Wording, check: RowCheck, row: Row, language: Language) -> str:
    rule, format_id, by_member = check.rule, row["format_id"], isinstance(check.rule, MemberSumRule)

    def shown(side: str, only_nonzero: bool = False) -> str:
        return wording.terms(
            (
                (
                    term["sign"],
                    wording.member(term["breakdown"], language)
                    if by_member
                    else wording.term(
                        (format_id, term["item_code"], term["breakdown"]),
                        language,
                        within_row=side == "right" and bool(check.group),
                    ),
                    number(term["value"]),
                )
                for term in row["terms"]
                if term["side"] == side and not (only_nonzero and term["value"] == 0)
            ),
            language,
        )

    fields = {
        "member": wording.member(row["row_place"], language),
        "row": wording.row(row["terms"][0]["item_code"], format_id, language),
        "left": number(row["left"]),
        "right": number(row["right"]),
        "difference": number(abs(row["difference"])) if row["difference"] is not None else "",
        "left_terms": shown("left"),
        "right_terms": shown("right"),
        "nonzero": shown("right", only_nonzero=True) or wording.phrase("all_zero", language),
    }
    return wording.sentence(rule, language, fields)


def wide_findings(
    checks: tuple[RowCheck, ...], evaluated: Evaluated, facts: pl.DataFrame, wording: Wording
) -> Iterator[Finding]:
    """The findings of the rules on one wide table."""
    for check in checks:
        failing = evaluated.failing[check.name]
        if failing.is_empty():
            continue
        for row in _with_terms(check, failing, facts).iter_rows(named=True):
            expected, actual = _expected(check.rule, row)
            yield Finding(
                rule=check.rule,
                report_id=row["report_id"],
                place=row["place"],
                sentences={
                    language: _wide_sentence(wording, check, row, language)
                    for language in LANGUAGES
                },
                expected=expected,
                actual=actual,
                items=list(dict.fromkeys(term["item_code"] for term in row["terms"])),
                evidence=[_evidence(term) for term in row["terms"]],
            )


def list_findings(
    checks: tuple[ListCheck, ...],
    evaluated: Evaluated,
    sources: dict[str, pl.DataFrame],
    wording: Wording,
) -> Iterator[Finding]:
    """The findings of the rules on cells, parts, tables or reports, one per place.

    Args:
        checks: the checks of one frame.
        evaluated: what they said.
        sources: the frames that evidence comes from (see describe.py).
        wording: labels and phrases.
    """
    for check in checks:
        failing = evaluated.failing[check.name]
        if failing.is_empty():
            continue
        describe = DESCRIBERS[check.frame]
        for described in describe(check, failing, sources, wording):
            yield _from_described(check, described, wording)


def _from_described(check: ListCheck, described: Described, wording: Wording) -> Finding:
    return Finding(
        rule=check.rule,
        report_id=described.report_id,
        place=described.place,
        sentences={
            language: wording.sentence(check.rule, language, described.fields[language])
            for language in LANGUAGES
        },
        expected=described.expected,
        actual=described.actual,
        items=list(dict.fromkeys(e["item_code"] for e in described.evidence if e.get("item_code"))),
        evidence=[_evidence(row) for row in described.evidence],
    )


def _finding_id(finding: Finding) -> str:
    values = [finding.rule.id, finding.report_id, finding.place, finding.expected, finding.actual]
    printed = [[e["item_code"], e["breakdown"], e["raw_text"]] for e in finding.evidence]
    content = json.dumps([*values, printed], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _row(
    finding: Finding, severity: str, report: Row, found: Clearing | None, cells: dict[Cell, Row]
) -> Row:
    localised = [evidence_of(found, cells)] if found else []
    unsure = any(e["review_status"] == ReviewStatus.NEEDS_REVIEW.value for e in finding.evidence)
    return {
        "finding_id": _finding_id(finding),
        "report_id": finding.report_id,
        "doc_id": report["doc_id"],
        "agency_code": report["agency_code"],
        "report_year": report["report_year"],
        "rule_id": finding.rule.id,
        "breakdown": finding.place,
        "severity": severity,
        "status": (FindingStatus.NEEDS_REVIEW if unsure else FindingStatus.OPEN).value,
        "attribution": attribution(finding.evidence, found, cells).value,
        "message_zh": finding.sentences["zh"],
        "message_en": finding.sentences["en"],
        "expected": finding.expected,
        "actual": finding.actual,
        "items": json.dumps(finding.items, ensure_ascii=False),
        "evidence": json.dumps([*finding.evidence, *localised], ensure_ascii=False),
    }


def _cells_of(report_ids: set[str], facts: pl.DataFrame) -> dict[str, dict[Cell, Row]]:
    names = ["report_id", "item_code", "breakdown", "runner_up", "correction_id", *CELL_EVIDENCE]
    found: dict[str, dict[Cell, Row]] = {report_id: {} for report_id in report_ids}
    rows = facts.filter(pl.col("report_id").is_in(list(report_ids))).select(names)
    for row in rows.iter_rows(named=True):
        found[row["report_id"]][(row["item_code"], row["breakdown"])] = row
    return found


def finding_frame(
    findings: Iterator[Finding],
    outcomes: pl.DataFrame,
    reports: pl.DataFrame,
    localised: dict[Place, Clearing],
    facts: pl.DataFrame,
) -> pl.DataFrame:
    """Findings rows, sorted by report, rule and place.

    Args:
        findings: what failed.
        outcomes: OUTCOME_COLUMNS; severity comes from them.
        reports: the reports of the findings.
        localised: what would clear a failing identity, added to its evidence.
        facts: ReportFacts rows of the reports.
    """
    severities = {
        (report_id, rule_id, place): severity
        for report_id, rule_id, place, severity in outcomes.select(
            "report_id", "rule_id", "place", "severity"
        )
        .filter(outcomes["outcome"] == "fails")
        .iter_rows()
    }
    known = {row["report_id"]: row for row in reports.iter_rows(named=True)}
    cells = _cells_of({report_id for report_id, _, _ in localised}, facts)
    rows: list[Row] = []
    for finding in findings:
        place = (finding.report_id, finding.rule.id, finding.place)
        found = localised.get(place)
        mine = cells.get(finding.report_id, {})
        rows.append(_row(finding, severities[place], known[finding.report_id], found, mine))
    rows.sort(key=lambda row: (row["report_id"], row["rule_id"], row["breakdown"]))
    return to_frame(Findings, rows)
