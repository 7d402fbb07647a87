"""Two readings of a cell that differ: when the printed sums may choose."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from assets.cells.second import decided
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog

FORM, TABLE, YEAR = "gir_2021", "applications", 2022
LEAF = ("applications.outcome.refused.internal_affairs", "natural_person")
BESIDE = ("applications.outcome.refused.internal_affairs", "total")
BELOW = ("applications.outcome.total", "natural_person")
CATALOG = load_catalog()


def form_rows() -> list[dict[str, Any]]:
    """A table of applications whose sums hold, every cell sure."""
    report = random_report(random.Random(3), CATALOG, FORM, applications=900)
    return [
        {
            "format_id": FORM,
            "table_id": TABLE,
            "copy_no": 1,
            "item_code": cell.item_code,
            "breakdown": cell.breakdown,
            "raw_text": printed.text,
            "value": printed.value,
            "unit": cell.unit or None,
            "value_status": "reported",
            "runner_up": None,
            "chosen_by": "layout",
            "review_status": "sure",
            "review_reason": None,
            "evidence": "picture/agrees/layout/close",
        }
        for cell, printed in report.printed_cells()
        if cell.table_id == TABLE
    ]


def at(rows: list[dict[str, Any]], key: tuple[str, str]) -> dict[str, Any]:
    (row,) = (row for row in rows if (row["item_code"], row["breakdown"]) == key)
    return row


def doubt(rows: list[dict[str, Any]], key: tuple[str, str], text: str, other: str) -> None:
    at(rows, key).update(
        raw_text=text,
        value=Decimal(text) if text.isdigit() else None,
        value_status="reported" if text.isdigit() else "placeholder",
        runner_up=other,
        review_status="needs_review",
        review_reason=f"a second reading of the cell gave {other}",
        evidence="picture/differs/layout/close",
    )


@pytest.mark.parametrize("is_first", [True, False])
def test_the_reading_that_row_and_column_support_is_taken_and_sure(is_first):
    rows = form_rows()
    right = at(rows, LEAF)["raw_text"]
    wrong = right + "7"
    texts = (right, wrong) if is_first else (wrong, right)
    doubt(rows, LEAF, *texts)
    found = at(decided(rows, CATALOG, YEAR), LEAF)
    assert (found["raw_text"], found["value"], found["runner_up"]) == (right, Decimal(right), wrong)
    assert (found["chosen_by"], found["review_status"]) == ("reconciliation", "sure")
    assert found["review_reason"] is None
    assert found["evidence"] == "picture/differs/reconciliation/close"


def test_one_sum_chooses_but_leaves_the_cell_to_a_person():
    rows = form_rows()
    right = at(rows, LEAF)["raw_text"]
    doubt(rows, LEAF, right + "7", right)
    at(rows, BESIDE).update(review_status="needs_review", review_reason="for another reason")
    found = at(decided(rows, CATALOG, YEAR), LEAF)
    assert (found["raw_text"], found["chosen_by"]) == (right, "reconciliation")
    assert found["review_status"] == "needs_review"
    assert right + "7" in found["review_reason"]


def test_a_number_that_no_reading_gave_is_never_taken():
    rows = form_rows()
    right = int(at(rows, LEAF)["raw_text"])
    doubt(rows, LEAF, str(right + 1), str(right + 2))
    assert decided(rows, CATALOG, YEAR) == rows


def test_sums_that_contradict_each_other_choose_nothing():
    rows = form_rows()
    right = int(at(rows, LEAF)["raw_text"])
    total = at(rows, BESIDE)
    total.update(raw_text=str(total["value"] + 1), value=total["value"] + 1)
    doubt(rows, LEAF, str(right), str(right + 1))
    assert decided(rows, CATALOG, YEAR) == rows


def test_two_doubts_in_one_sum_do_not_settle_each_other():
    rows = form_rows()
    for key in (LEAF, BESIDE):
        right = int(at(rows, key)["raw_text"])
        doubt(rows, key, str(right + 1), str(right))
    at(rows, BELOW).update(review_status="needs_review", review_reason="for another reason")
    assert at(decided(rows, CATALOG, YEAR), LEAF)["chosen_by"] == "layout"


def test_a_cell_in_doubt_for_another_reason_is_left_alone():
    rows = form_rows()
    right = at(rows, LEAF)["raw_text"]
    doubt(rows, LEAF, right + "7", right)
    at(rows, LEAF)["review_reason"] = "row label is only 0.60 like the official one"
    assert decided(rows, CATALOG, YEAR) == rows


@pytest.mark.parametrize(("printed", "value"), [("—", None), ("一", Decimal(1))])
def test_sums_tell_a_dash_from_the_numeral_one(printed, value):
    rows = form_rows()
    leaf = at(rows, LEAF)
    change = (value or Decimal(0)) - leaf["value"]
    for row in rows:
        # All sums of the leaf are its totals, but for the balance, which takes received in.
        in_column = row["breakdown"] in ("natural_person", "total")
        is_sum = row["item_code"] in (LEAF[0], BELOW[0], "applications.received")
        if in_column and is_sum:
            row.update(value=row["value"] + change, raw_text=str(row["value"] + change))
    doubt(rows, LEAF, "—", "一")
    found = at(decided(rows, CATALOG, YEAR), LEAF)
    assert (found["raw_text"], found["value"]) == (printed, value)
    assert found["review_status"] == "sure"
