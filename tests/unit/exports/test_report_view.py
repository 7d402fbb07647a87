"""What a person is told of failing sums and of corrected cells."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

from rich.console import Console

from assets.exports.finding_view import finding_view
from assets.exports.report_view import build_view
from assets.exports.terminal import finding_renderable, print_report
from tests.rule_cases import run_case

TOTAL = "applications.outcome.total"
DISCLOSED = "applications.outcome.disclosed"
RECEIVED = "applications.received"


def shown(case: dict[str, Any], lang: Any) -> str:
    row = run_case({"cells": case}).findings.row(0, named=True)
    out = Console(file=io.StringIO(), width=300)
    out.print(finding_renderable(finding_view(row, lang), lang))
    return out.file.getvalue()  # pyright: ignore[reportAttributeAccessIssue]


def test_a_finding_names_the_cells_that_would_clear_it() -> None:
    case = {f"{item}|{who}": 12 for item in (TOTAL, DISCLOSED, RECEIVED)
            for who in ("natural_person", "total")}  # fmt: skip
    case[f"{DISCLOSED}|natural_person"] = 21
    english = shown(case, "en")
    assert "would clear all 2 related failures: line" in english
    assert "“21” → 12 (to check; no number was changed)" in english
    assert "and others" not in english
    chinese = shown(case, "zh")
    assert "“21” → 12，相关的 2 条不平衡全部消失" in chinese


def test_long_lists_of_ways_end_early() -> None:
    assert "; and others (to check" in shown({"reconsideration.total": 4}, "en")


def test_nothing_is_said_where_nothing_is_known() -> None:
    row = run_case({"cells": {"reconsideration.upheld": None}}).findings.row(0, named=True)
    assert finding_view(row, "en").clears == ""


def test_a_finding_says_what_a_cell_was_corrected_to_and_what_was_read() -> None:
    case = {f"{item}|{who}": 12 for item in (TOTAL, DISCLOSED, RECEIVED)
            for who in ("natural_person", "total")}  # fmt: skip
    case[f"{DISCLOSED}|natural_person"] = 21
    row = run_case({"cells": case}).findings.row(0, named=True)
    entries = json.loads(row["evidence"])
    (entry,) = (
        one for one in entries
        if (one.get("item_code"), one.get("breakdown")) == (DISCLOSED, "natural_person")
    )  # fmt: skip
    cell = {
        "item_code": DISCLOSED, "breakdown": "natural_person", "correction_id": "c",
        "value": Decimal("22.000000"), "value_status": "reported",
        "raw_text": entry["raw_text"], "locator": entry["locator"],
    }  # fmt: skip
    view = finding_view(row, "en", [cell])
    assert f"{entry['locator']} 22 (corrected, was read as “21”)" in view.places
    assert "22 (corrected, was read as “21”) → 12 (to check" in view.clears
    assert "22（已更正，原读作 “21”）" in finding_view(row, "zh", [cell]).clears
    blank = cell | {"value": None, "value_status": "blank"}
    assert "blank (corrected, was read as “21”)" in "".join(finding_view(row, "en", [blank]).places)
    # The same cell of another report, and one that nobody corrected, stay as they were read.
    for other in (cell | {"locator": "elsewhere"}, cell | {"correction_id": None}):
        assert f"{entry['locator']} “21”" in finding_view(row, "en", [other]).places


def test_corrected_cells_are_shown_with_who_and_why() -> None:
    item = {
        "format_id": "gir_2021", "table_id": "applications", "block": "applications",
        "item_code": RECEIVED, "breakdown": "total", "value": 7, "unit": "件",
        "value_status": "reported", "review_status": "sure", "raw_text": "1",
        "review_reason": "corrected by li on 2024-03-01: a speck", "page": 2, "locator": "p2 (1,2)",
        "runner_up": "1", "correction_id": "correction-1",
    }  # fmt: skip
    place = {
        "format_id": "gir_2021", "table_id": "applications", "block": "applications",
        "item_code": RECEIVED, "breakdown": "total", "row_label": "一、本年新收", "unit": "件",
        "column_label": "总计", "position": 1,
    }  # fmt: skip
    report: dict[str, Any] = dict.fromkeys(
        ("agency_name", "agency_name_printed", "report_year", "title", "period_start",
         "period_end", "published_on", "report_id")
    )  # fmt: skip

    def text(**other: Any) -> str:
        view = build_view(
            report, layout=[place], items=[item | other], titles={"applications": "表三"},
            unmapped=[], findings=[], sections=[], lang="en",
        )  # fmt: skip
        out = Console(file=io.StringIO(), width=200)
        print_report(out, view, "en")
        return out.file.getvalue()  # pyright: ignore[reportAttributeAccessIssue]

    corrected = text()
    assert "Corrected cells" in corrected
    assert "corrected by li on 2024-03-01: a speck" in corrected
    assert "page 2 (1,2) “1”" in corrected
    assert "7*" in corrected
    assert "Unsure cells" not in corrected
    assert "Corrected cells" not in text(correction_id=None)
