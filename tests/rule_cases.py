"""Rule fixtures: a consistent all-zero report with the differences that a YAML file names.

A file may give: base (format, report_year), cells ("item|breakdown": text as printed, a number,
null for blank, or a mapping of columns), sections (by number: a mapping of columns, or null to
take the part out), order (section numbers), report (columns of Reports), copies (further copies
of a table: table and cells), others (further documents of the same report: cells, report), and
fails: every outcome that must fail, as "RULE PLACE" (place left out where it is '').
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from assets.validation.validate import Validation, validate
from schemas.catalog import Catalog, load_catalog
from schemas.frames import (
    LakeFrame,
    ReportCells,
    ReportFacts,
    Reports,
    ReportSections,
    polars_schema,
    to_frame,
)

GOLDEN = Path(__file__).parent / "golden" / "rules"
Row = dict[str, Any]
COLUMNS = {model: set(polars_schema(model)) for model in (ReportFacts, ReportCells)}


@dataclass(frozen=True)
class Inputs:
    """The four frames that validate() takes."""

    facts: pl.DataFrame
    cells: pl.DataFrame
    reports: pl.DataFrame
    sections: pl.DataFrame

    def run(self, catalog: Catalog) -> Validation:
        return validate(self.facts, self.cells, self.reports, self.sections, catalog)


def _only(model: type[LakeFrame], row: Row) -> Row:
    return {name: value for name, value in row.items() if name in COLUMNS[model]}


def _printed(given: Any) -> Row:
    if isinstance(given, dict):
        value = given.get("value")
        return given | ({"value": Decimal(str(value))} if value is not None else {})
    if given is None:
        return {"value": None, "value_status": "blank", "raw_text": ""}
    text = str(given)
    try:
        return {"value": Decimal(text), "value_status": "reported", "raw_text": text}
    except InvalidOperation:
        return {"value": None, "value_status": "placeholder", "raw_text": text}


def _cells(doc_id: str, case: Row, catalog: Catalog) -> list[Row]:
    form = catalog.formats[case["base"]["format"]]
    given = case.get("cells", {})
    rows = []
    for cell in form.cells:
        key = f"{cell.item_code}|{cell.breakdown}" if cell.breakdown else cell.item_code
        rows.append(
            {
                "doc_id": doc_id,
                "format_id": cell.format_id,
                "table_id": cell.table_id,
                "block": cell.block,
                "copy_no": 1,
                "item_code": cell.item_code,
                "breakdown": cell.breakdown,
                "value": Decimal(0),
                "unit": cell.unit,
                "value_status": "reported",
                "raw_text": "0",
                "review_status": "sure",
                "confidence": 1.0,
                "evidence": "ruled/once/layout/close",
                "chosen_by": "layout",
                "locator": f"line {cell.position}",
                "parser": "text",
            }
            | (_printed(given[key]) if key in given else {})
        )
    unknown = set(given) - {
        f"{c.item_code}|{c.breakdown}" if c.breakdown else c.item_code for c in form.cells
    }
    assert not unknown, f"the format has no {unknown}"
    return rows


def _copies(doc_id: str, case: Row, catalog: Catalog) -> list[Row]:
    rows: list[Row] = []
    for number, copy in enumerate(case.get("copies", []), start=2):
        again = _cells(doc_id, {"base": case["base"], "cells": copy.get("cells", {})}, catalog)
        rows += [
            row | {"copy_no": number, "locator": f"{row['locator']} of copy {number}"}
            for row in again
            if row["table_id"] == copy["table"]
        ]
    return rows


def _sections(doc_id: str, case: Row, catalog: Catalog) -> list[Row]:
    form = catalog.formats[case["base"]["format"]]
    given = case.get("sections", {})
    rows = []
    names = [spec.section_no for spec in form.sections]
    headings = {spec.section_no: spec.heading for spec in form.sections}
    for place, name in enumerate(case.get("order", names)):
        if name in given and given[name] is None:
            continue
        rows.append(
            {
                "doc_id": doc_id,
                "section_no": name,
                "heading": f"{name}、{headings[name]}",
                "numbering": f"{name}、",
                "heading_score": 1.0,
                "text": "本年度工作正常开展。",
                "order": place * 10,
                "locator": f"line {place}",
            }
            | given.get(name, {})
        )
    return rows


def _report(doc_id: str, case: Row, catalog: Catalog) -> Row:
    year = case["base"]["report_year"]
    form = catalog.format_for(year)
    given = dict(case.get("report", {}))
    for column in ("year_evidence", "identity_conflicts"):
        if column in given:
            given[column] = json.dumps(given[column], ensure_ascii=False)
    return {
        "report_id": f"{doc_id}-1",
        "doc_id": doc_id,
        "ordinal": 1,
        "agency_code": "dept-1",
        "agency_name": "某县某局",
        "kind": "dept",
        "report_year": year,
        "title": f"某县某局{year}年政府信息公开工作年度报告",
        "period_start": dt.date(year, 1, 1),
        "period_end": dt.date(year, 12, 31),
        "period_text": f"{year}年1月1日至{year}年12月31日",
        "published_on": dt.date(year + 1, 1, 20),
        "cited_notice": form.entry.document_number if form else None,
        "year_evidence": "[]",
        "agency_evidence": "[]",
        "identity_conflicts": "[]",
        "is_current": True,
        "is_synthetic": True,
    } | given


def build(case: Row, catalog: Catalog) -> Inputs:
    """The frames of a case."""
    base = {"format": "gir_2021", "report_year": 2023} | case.get("base", {})
    documents = [case] + [
        {"report": {"is_current": False}} | other for other in case.get("others", [])
    ]
    facts: list[Row] = []
    cells: list[Row] = []
    sections: list[Row] = []
    reports: list[Row] = []
    for number, document in enumerate(documents):
        doc_id = f"{number:x}" * 64
        whole = document | {"base": base | document.get("base", {})}
        report = _report(doc_id, whole, catalog)
        identity = {key: report[key] for key in ("report_id", "agency_code", "report_year")}
        first = _cells(doc_id, whole, catalog)
        reports.append(report)
        facts += [_only(ReportFacts, row | identity) for row in first]
        cells += [_only(ReportCells, row) for row in (*first, *_copies(doc_id, whole, catalog))]
        sections += _sections(doc_id, whole, catalog)
    return Inputs(
        to_frame(ReportFacts, facts),
        to_frame(ReportCells, cells),
        to_frame(Reports, reports),
        to_frame(ReportSections, sections),
    )


def load_case(path: Path) -> Row:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def run_case(case: Row, catalog: Catalog | None = None) -> Validation:
    used = catalog or load_catalog()
    return build(case, used).run(used)


def failing(result: Validation) -> set[str]:
    """Failed outcomes as "RULE PLACE"."""
    rows = result.outcomes.filter(pl.col("outcome") == "fails")
    return {f"{r} {p}".strip() for r, p in rows.select("rule_id", "breakdown").iter_rows()}
