"""A small lake: three agencies, three years over both formats, and a made-up namesake."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

import polars as pl

from assets.common.lake import Lake
from assets.reference.frames import reference_frames
from schemas.catalog import Catalog, Cell, load_catalog
from schemas.frames import LAKE_TABLES, to_frame

RECEIVED = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
YEARS = (2020, 2021, 2022)
AGENCIES = (("dept-aaaa", "甲市教育局"), ("dept-bbbb", "乙市教育局"), ("dept-cccc", "丙市教育局"))
RULE = "CHK-T3-01"


def doc_id_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def printed_value(agency: str, year: int, cell: Cell) -> Decimal:
    """A number that depends on place and year only, so that tests can say what they expect."""
    return Decimal(cell.position + 100 * (year - 2019) + len(agency.rstrip("abc")))


def fact(report: dict[str, Any], cell: Cell, **changes: Any) -> dict[str, Any]:
    value = printed_value(report["agency_code"], report["report_year"], cell)
    return {
        "report_id": report["report_id"],
        "doc_id": report["doc_id"],
        "agency_code": report["agency_code"],
        "report_year": report["report_year"],
        "format_id": cell.format_id,
        "table_id": cell.table_id,
        "block": cell.block,
        "copy_no": 1,
        "item_code": cell.item_code,
        "breakdown": cell.breakdown,
        "value": value,
        "unit": cell.unit,
        "value_status": "reported",
        "raw_text": str(value),
        "review_status": "sure",
        "confidence": 1.0,
        "locator": "line 1, column 1",
        "parser": "text",
        "chosen_by": "layout",
        **changes,
    }


def blank(**changes: Any) -> dict[str, Any]:
    return {"value": None, "raw_text": "", "value_status": "blank", **changes}


def small_rows(catalog: Catalog) -> dict[str, list[dict[str, Any]]]:
    """The rows of a small lake by table; report_facts and later carry report_year."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in LAKE_TABLES}
    for synthetic in (False, True):
        for code, name in AGENCIES:
            for year in YEARS:
                file_name = f"{'made-up-' if synthetic else ''}{code}-{year}.txt"
                doc = doc_id_of(file_name)
                report = {
                    "report_id": f"{doc}-1",
                    "doc_id": doc,
                    "ordinal": 1,
                    "agency_code": code,
                    "agency_name_printed": name,
                    "agency_name": name,
                    "kind": "dept",
                    "report_year": year,
                    "title": f"{name}{year}年政府信息公开工作年度报告",
                    "year_evidence": "[]",
                    "agency_evidence": "[]",
                    "identity_conflicts": "[]",
                    "is_current": True,
                    "is_synthetic": synthetic,
                }
                rows["reports"].append(report)
                rows["source_documents"].append(
                    {
                        "doc_id": doc,
                        "file_name": file_name,
                        "media_type": "text/plain",
                        "extension": "txt",
                        "bytes": 1000,
                        "is_synthetic": synthetic,
                    }
                )
                rows["arrivals"].append(
                    {"doc_id": doc, "name": file_name, "source": "inbox", "received_at": RECEIVED}
                )
                rows["parse_log"].append(
                    {
                        "doc_id": doc,
                        "parser": "text",
                        "parser_version": "1",
                        "status": "read",
                        "seconds": 0.01,
                    }
                )
                rows["report_sections"].append(
                    {
                        "doc_id": doc,
                        "section_no": "一",
                        "heading": "一、总体情况",
                        "numbering": "一、",
                        "heading_score": 1.0,
                        "text": "正文",
                        "order": 1,
                        "locator": "line 2",
                    }
                )
                rows["report_contacts"].append({"doc_id": doc, "telephone": "0000-1234567"})
                found = catalog.format_for(year)
                assert found is not None
                rows["report_facts"] += [fact(report, cell) for cell in found.cells]
                for breakdown, outcome in (
                    ("natural_person", "holds"),
                    ("commercial_enterprise", "not_evaluable"),
                    ("total", "fails" if code == "dept-aaaa" else "holds"),
                ):
                    place = {
                        "report_id": report["report_id"],
                        "doc_id": doc,
                        "agency_code": code,
                        "report_year": year,
                        "rule_id": RULE,
                        "breakdown": breakdown,
                    }
                    sides = {"left_value": 3, "right_value": 2, "difference": 1}
                    rows["rule_outcomes"].append(
                        {
                            **place,
                            "outcome": outcome,
                            **(
                                {k: Decimal(v) for k, v in sides.items()}
                                if outcome == "fails"
                                else {}
                            ),
                            "missing_items": "[]",
                        }
                    )
                    if outcome == "fails":
                        rows["findings"].append(
                            {
                                **place,
                                "finding_id": doc_id_of(doc + breakdown),
                                "severity": "error",
                                "status": "open",
                                "attribution": "undetermined",
                                "message_zh": "总计：3 与 2 相差 1。",
                                "message_en": "Total: 3 against 2, difference 1.",
                                "expected": "2",
                                "actual": "3",
                                "items": json.dumps(["applications.received"]),
                                "evidence": "[]",
                            }
                        )
    _add_faults(rows)
    _add_superseded(rows)
    return rows


def _add_superseded(rows: dict[str, list[dict[str, Any]]]) -> None:
    """An older version of a report, and a document in which a report without a year was found."""
    current = next(
        row
        for row in rows["reports"]
        if (row["agency_code"], row["report_year"], row["is_synthetic"])
        == ("dept-aaaa", 2021, False)
    )
    older, undated = doc_id_of("older.txt"), doc_id_of("undated.txt")
    for doc, name, status in (
        (older, "older.txt", "read"),
        (undated, "undated.txt", "unidentified"),
    ):
        rows["source_documents"].append(
            {
                "doc_id": doc,
                "file_name": name,
                "media_type": "text/plain",
                "extension": "txt",
                "bytes": 7,
                "is_synthetic": False,
            }
        )
        rows["parse_log"].append(
            {"doc_id": doc, "parser": "text", "parser_version": "1", "status": status}
        )
    again = {**current, "report_id": f"{older}-1", "doc_id": older, "is_current": False}
    rows["reports"].append(again)
    rows["reports"].append(
        {**again, "report_id": f"{undated}-1", "doc_id": undated, "report_year": None}
    )
    rows["report_facts"] += [
        {**row, "report_id": again["report_id"], "doc_id": older, "value": Decimal(999999)}
        for row in rows["report_facts"]
        if row["report_id"] == current["report_id"]
    ]
    rows["rule_outcomes"] += [
        {**row, "report_id": again["report_id"], "doc_id": older}
        for row in rows["rule_outcomes"]
        if row["report_id"] == current["report_id"]
    ]


def _add_faults(rows: dict[str, list[dict[str, Any]]]) -> None:
    """A blank, an amount in 元, an unsure cell, and a document that could not be read."""
    real = {
        (r["agency_code"], r["report_year"]): r for r in rows["reports"] if not r["is_synthetic"]
    }
    for row in rows["report_facts"]:
        place = (row["item_code"], row["breakdown"])
        if row["report_id"] == real["dept-bbbb", 2022]["report_id"]:
            if place == ("applications.received", "total"):
                row.update(blank())
            if place == ("applications.outcome.other.miscellaneous", "total"):
                row.update(blank())
            if place == ("administrative_charges.amount", ""):
                row.update(value=Decimal(251000), unit="元", raw_text="251000元")
            if place == ("applications.outcome.disclosed", "total"):
                row.update(review_status="needs_review", review_reason="two readings")
    doc = doc_id_of("scan.pdf")
    rows["source_documents"].append(
        {
            "doc_id": doc,
            "file_name": "scan.pdf",
            "media_type": "application/pdf",
            "extension": "pdf",
            "bytes": 5,
            "is_synthetic": False,
        }
    )
    rows["parse_log"].append({"doc_id": doc, "status": "needs_ocr", "reason": "no text"})
    first = real["dept-aaaa", 2020]
    rows["unmapped_cells"] += [
        {
            "doc_id": first["doc_id"],
            "grid": 0,
            "row": 1,
            "col": col,
            "text": text,
            "is_number": text.isdigit(),
            "reason": "no such column",
            "locator": "line 9",
        }
        for col, text in ((8, "7"), (9, "备注"))
    ]


def small_register() -> dict[str, list[dict[str, Any]]]:
    """Who and where: a province with a city, one agency that is registered and has no report."""
    divisions = (
        ("980000000000", "示例省", "省", "province", None),
        ("980100000000", "甲市", "地级市", "prefecture", "980000000000"),
    )
    code = "registered"
    return {
        "ref_division": [
            {
                "division_code": division,
                "name": name,
                "full_name": name if parent is None else f"示例省{name}",
                "tier": tier,
                "type": kind,
                "parent": parent,
                "is_synthetic": False,
            }
            for division, name, kind, tier, parent in divisions
        ],
        "ref_agency": [
            {
                "agency_code": code,
                "kind": "dept",
                "tier": "prefecture",
                "division_code": "980100000000",
                "is_synthetic": False,
                "source": "config/agencies/agencies.csv",
            }
        ],
        "ref_agency_name": [{"agency_code": code, "name": "甲市财政局", "name_type": "official"}],
    }


def write_small_lake(lake: Lake) -> None:
    """Write the small lake; tables with a year go into one folder per year."""
    catalog = load_catalog()
    reference = reference_frames(catalog)
    for table, rows in {**small_rows(catalog), **small_register()}.items():
        if table in reference:
            continue
        frame = to_frame(LAKE_TABLES[table], rows)
        if table in {"report_facts", "rule_outcomes", "findings"}:
            for year in YEARS:
                lake.write(table, frame.filter(pl.col("report_year") == year), year)
        else:
            lake.write(table, frame)
    for table, frame in reference.items():
        lake.write(table, frame)
