"""What a failed rule on cells, parts, tables or reports has to say: fields and evidence.

Each describer takes the failing rows of one check and yields one Described per place. `sources`
holds what evidence is joined from: facts, copies (differing cells of table copies), places (where
each copy begins) and versions (differing cells of reports that exist twice).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.rule_models import (
    FormRule,
    IdentityAgreementRule,
    NoticeRule,
    OrderRule,
    PatternRule,
    PeriodRule,
    PresenceRule,
    ReportCopiesRule,
    TableCopiesRule,
    YearAgreementRule,
)
from schemas.rule_rows import FrameName, ListCheck
from schemas.rule_text import LANGUAGES, Language, Wording, number

Row = dict[str, Any]
Fields = dict[Language, dict[str, str]]
PLACE = ["report_id", "item_code", "breakdown"]
TABLE = ["report_id", "table_id"]


@dataclass(frozen=True, slots=True)
class Described:
    """One failing place: the fields of its sentences in both languages, and its evidence."""

    report_id: str
    place: str
    fields: Fields
    expected: str | None = None
    actual: str | None = None
    evidence: list[Row] = field(default_factory=list)


def _groups(rows: pl.DataFrame) -> Iterator[tuple[str, str, list[Row]]]:
    """Rows by report and place, both in order of appearance."""
    gathered = rows.group_by("report_id", "place", maintain_order=True).agg(
        pl.struct(pl.exclude("report_id", "place")).alias("rows")
    )
    yield from gathered.iter_rows()


def describe_cells(
    check: ListCheck, failing: pl.DataFrame, sources: dict[str, pl.DataFrame], wording: Wording
) -> Iterator[Described]:
    """One description per table: its cells and what they print."""
    places = sources["facts"].select(*PLACE, "page", "locator", "review_status", "confidence")
    rows = failing.join(places, on=PLACE, how="left", maintain_order="left")
    for report_id, place, cells in _groups(rows):
        fields: Fields = {}
        for language in LANGUAGES:
            labels = [_printed_cell(cell, language, wording) for cell in cells]
            fields[language] = {
                "table": wording.table(cells[0]["format_id"], place, language),
                "count": str(len(cells)),
                "cells": wording.listed(labels, language),
            }
        printed = [(cell["raw_text"] or "").strip() for cell in cells]
        shown = " | ".join(printed) if any(printed) else None
        yield Described(report_id, place, fields, None, shown, cells)


def _printed_cell(cell: Row, language: Language, wording: Wording) -> str:
    label = wording.cell(cell["format_id"], cell["item_code"], cell["breakdown"], language)
    if not (cell["raw_text"] or "").strip():
        return label
    gap = wording.mark("gap", language)
    return f"{label}{gap}{wording.quoted(cell['raw_text'], language)}"


def describe_parts(
    check: ListCheck, failing: pl.DataFrame, sources: dict[str, pl.DataFrame], wording: Wording
) -> Iterator[Described]:
    """One description per report, or per part where the rule says so."""
    own_field = check.rule.field if isinstance(check.rule, PatternRule) else "heading"
    for report_id, place, parts in _groups(failing):
        fields: Fields = {}
        for language in LANGUAGES:
            shown = [wording.quoted(part["heading"], language) for part in parts]
            fields[language] = {
                "count": str(len(parts)),
                "cells": wording.listed(shown, language),
                "place": wording.part(parts[0]["format_id"], parts[0]["section_no"], language),
                "actual": wording.quoted(parts[0][own_field], language),
            }
        evidence = [{"raw_text": part["heading"]} | _stands_at(part) for part in parts]
        expected = " | ".join(part["accepted"][0] for part in parts if part["accepted"])
        yield Described(
            report_id,
            place,
            fields,
            expected if own_field == "heading" else None,
            " | ".join(part[own_field] or "" for part in parts),
            evidence,
        )


def _stands_at(row: Row) -> Row:
    return {"page": row["page"], "locator": row["locator"]}


def describe_tables(
    check: ListCheck, failing: pl.DataFrame, sources: dict[str, pl.DataFrame], wording: Wording
) -> Iterator[Described]:
    """One description per table: missing, or printed more than once."""
    rows = failing
    for name, source in (("cells", "copies"), ("begins", "places")):
        rows = rows.join(
            _listed(sources[source], name), on=TABLE, how="left", maintain_order="left"
        )
    for report_id, place, tables in _groups(rows):
        table = tables[0]
        cells: list[Row] = table["cells"] or []
        fields: Fields = {}
        for language in LANGUAGES:
            against = [_against(c, table["format_id"], language, wording) for c in cells]
            fields[language] = {
                "place": wording.table(table["format_id"], place, language),
                "actual": str(table["copies"]),
                "cells": wording.phrase(
                    "copies_differ",
                    language,
                    count=len(cells),
                    cells=wording.listed(against, language),
                )
                if cells
                else wording.phrase("copies_agree", language),
            }
        repeated = isinstance(check.rule, TableCopiesRule)
        evidence = [side for cell in cells for side in _both_sides(cell)]
        yield Described(
            report_id,
            place,
            fields,
            "1" if repeated else None,
            str(table["copies"]) if repeated else None,
            evidence or [_stands_at(cell) for cell in table["begins"] or []],
        )


def _listed(source: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows of a source by table, as a list."""
    rows = source.select(*TABLE, pl.struct(pl.exclude(*TABLE)).alias(name))
    return rows.group_by(TABLE, maintain_order=True).agg(name)


def _against(cell: Row, format_id: str, language: Language, wording: Wording) -> str:
    return wording.phrase(
        "against",
        language,
        label=wording.cell(format_id, cell["item_code"], cell["breakdown"], language),
        value=number(cell["value"]) or wording.mark("empty", language),
        other=number(cell["value_other"]) or wording.mark("empty", language),
    )


def _both_sides(cell: Row) -> tuple[Row, Row]:
    names = ("raw_text", "value_status", "review_status", "page", "locator")
    where = {"item_code": cell["item_code"], "breakdown": cell["breakdown"]}
    return (
        where | {name: cell[name] for name in names},
        where | {name: cell[f"{name}_other"] for name in names},
    )


def describe_reports(
    check: ListCheck, failing: pl.DataFrame, sources: dict[str, pl.DataFrame], wording: Wording
) -> Iterator[Described]:
    """One description per report, by the kind of its rule."""
    differing = sources["versions"].select(
        "report_id", pl.struct(pl.exclude("report_id")).alias("c")
    )
    listed = differing.group_by("report_id", maintain_order=True).agg(pl.col("c").alias("versions"))
    rows = failing.join(listed, on="report_id", how="left", maintain_order="left")
    for row in rows.iter_rows(named=True):
        sides: dict[Language, tuple[str, str, list[str]]] = {}
        for language in LANGUAGES:
            expected, actual, parts = _report_sides(check, row, language, wording)
            sides[language] = (expected, actual, parts)
        fields: Fields = {
            language: {
                "year": str(row["report_year"]),
                "expected": expected,
                "actual": actual,
                "count": str(len(parts)),
                "cells": wording.listed(parts, language),
            }
            for language, (expected, actual, parts) in sides.items()
        }
        expected, actual, parts = sides["zh"]
        evidence = _report_evidence(check, row)
        yield Described(
            row["report_id"], row["place"], fields, expected or None, actual or None, evidence
        )


def _conflicting(rule: IdentityAgreementRule, row: Row) -> list[Row]:
    """What the sources of a report say of the fields of a rule: field, source and value each."""
    return [item for item in row["conflicts"] if item["field"] in rule.compares]


def _report_evidence(check: ListCheck, row: Row) -> list[Row]:
    match check.rule:
        case ReportCopiesRule():
            return [side for cell in row["versions"] for side in _both_sides(cell)]
        case YearAgreementRule():
            return [{"raw_text": y["text"], "locator": y["locator"]} for y in row["years"]]
        case IdentityAgreementRule():
            return [{"raw_text": item["value"]} for item in _conflicting(check.rule, row)]
        case PeriodRule():
            return [{"raw_text": row["period_text"]}]
        case NoticeRule():
            return [{"raw_text": row["cited_notice"]}]
        case _:
            return []


def _report_sides(
    check: ListCheck, row: Row, language: Language, wording: Wording
) -> tuple[str, str, list[str]]:
    """Expected, actual and the listed things of a rule on reports."""
    expected = actual = ""
    parts: list[str] = []
    match check.rule:
        case PresenceRule():
            missing = [n for n in row["parts_wanted"] if n in row["parts_missing"]]
            parts = [wording.part(row["format_id"], name, language) for name in missing]
            expected, actual = "、".join(row["parts_wanted"]), "、".join(row["parts_found"])
        case OrderRule():
            expected = "、".join(n for n in row["parts_wanted"] if n in row["parts_found"])
            actual = "、".join(row["parts_found"])
        case FormRule():
            expected, actual, parts = _form_sides(row, language, wording)
        case YearAgreementRule():
            parts = [
                f"{wording.source(year['source'], language)} {year['year']}"
                for year in row["years"]
            ]
            actual = "; ".join(f"{year['source']} {year['year']}" for year in row["years"])
        case IdentityAgreementRule():
            found = _conflicting(check.rule, row)
            parts = [f"{wording.source(i['source'], language)} {i['value']}" for i in found]
            actual = "; ".join(f"{item['source']} {item['value']}" for item in found)
        case PeriodRule():
            start, end = row["period_start"], row["period_end"]
            expected = wording.phrase("whole_year", language, year=row["report_year"])
            actual = row["period_text"] or wording.phrase("period", language, start=start, end=end)
        case NoticeRule():
            expected, actual = row["wanted_notice"], row["cited_notice"]
        case ReportCopiesRule():
            actual = str(row["copies"])
            parts = [_against(c, c["format_id"], language, wording) for c in row["versions"]]
        case _:
            raise TypeError(f"{check.rule.id}: no description of {type(check.rule).__name__}")
    return expected, actual, parts


def _form_sides(row: Row, language: Language, wording: Wording) -> tuple[str, str, list[str]]:
    registry = wording.catalog.registry.formats
    numbers = {entry.format_id: entry.document_number for entry in registry}
    others = [numbers[name] for name in row["other_forms"]]
    blocks = [block.split("/") for block in row["blocks_of_other_form"]]
    return (
        row["wanted_notice"],
        wording.mark("list_separator", language).join(others),
        [wording.block(form, table, block, language) for form, table, block in blocks],
    )


Describer = Callable[
    [ListCheck, pl.DataFrame, dict[str, pl.DataFrame], Wording], Iterator[Described]
]
DESCRIBERS: dict[FrameName, Describer] = {
    "cells": describe_cells,
    "parts": describe_parts,
    "tables": describe_tables,
    "reports": describe_reports,
}
