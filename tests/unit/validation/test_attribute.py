"""Whose a finding is follows from the cells that it rests on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assets.validation.attribute import attribution
from assets.validation.localise import Clearing
from schemas.vocabulary import Attribution
from tests.rule_cases import run_case

CELL = ("applications.received", "natural_person")
SURE: dict[str, Any] = {
    "item_code": CELL[0],
    "breakdown": CELL[1],
    "value_status": "reported",
    "review_status": "sure",
    "confidence": 0.999,
}


def clearing(implied: str) -> Clearing:
    return Clearing(1, (frozenset({(CELL, Decimal(implied))}),), is_complete=True)


def test_what_sure_cells_print_is_the_publishers() -> None:
    assert attribution([SURE, SURE], None, {}) is Attribution.PUBLISHER


@pytest.mark.parametrize(
    "doubt",
    [
        {"review_status": "needs_review"},
        {"confidence": 0.97},
        {"confidence": None},
        {"value_status": "absent"},
    ],
)
def test_one_cell_in_doubt_leaves_it_open(doubt: dict[str, Any]) -> None:
    assert attribution([SURE, SURE | doubt], None, {}) is Attribution.UNDETERMINED


def test_a_finding_without_cells_is_open() -> None:
    assert attribution([{"raw_text": "heading"}], None, {}) is Attribution.UNDETERMINED


def test_the_other_reading_that_would_clear_a_sum_makes_it_ours() -> None:
    cells = {CELL: {"runner_up": " 17 ", "correction_id": None}}
    assert attribution([SURE], clearing("17"), cells) is Attribution.EXTRACTION
    assert attribution([SURE], clearing("18"), cells) is Attribution.PUBLISHER
    alone = {CELL: {"runner_up": None, "correction_id": None}}
    assert attribution([SURE], clearing("17"), alone) is Attribution.PUBLISHER


def test_what_a_person_corrected_is_no_other_reading() -> None:
    cells = {CELL: {"runner_up": "17", "correction_id": "correction-1"}}
    assert attribution([SURE], clearing("17"), cells) is Attribution.PUBLISHER


def test_findings_carry_it() -> None:
    wrong = {
        f"{item}|{who}": 12
        for item in ("applications.received", "applications.outcome.total")
        for who in ("natural_person", "total")
    }
    found = run_case({"cells": wrong | {"applications.outcome.total|total": 13}}).findings
    assert set(found["attribution"]) == {"publisher"}
    assert '"confidence": 1.0' in found["evidence"][0]
