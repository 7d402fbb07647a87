"""The oracle on reports with one known error: it finds that one, and nothing in sound reports."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from assets.synthetic.faults import BY_NAME, FAULTS
from assets.synthetic.model import PrintedCell, SyntheticReport, printed
from assets.synthetic.oracle import deserved
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog
from schemas.vocabulary import AgencyKind

CATALOG = load_catalog()
EXPECTED = {
    "wrong_total_row": {"CHK-T3-01", "CHK-T3-02", "CHK-T3-03"},
    "wrong_received": {"CHK-T3-01", "CHK-T3-03"},
    "blank_cells": {"CHK-CELL-01", "CHK-CELL-06"},
    "blank_zeros": {"CHK-CELL-01"},
    "placeholder": {"CHK-CELL-02", "CHK-CELL-06"},
    "unit_in_cell": {"CHK-CELL-03"},
    "full_width_digits": {"CHK-CELL-05"},
    "thousands_separator": {"CHK-CELL-05"},
    "point_zero": {"CHK-CELL-04"},
    "digit_ordinal": {"CHK-STR-03"},
    "other_heading": {"CHK-STR-02"},
    "missing_section": {"CHK-STR-01"},
    "swapped_sections": {"CHK-STR-01B"},
    "empty_section": {"CHK-STR-04"},
    "missing_table": {"CHK-STR-09"},
    "repeated_table": {"CHK-STR-10"},
    "differing_copy": {"CHK-STR-10"},
    "wrong_period_year": {"CHK-ID-02", "CHK-ID-04"},
    "short_period": {"CHK-ID-04"},
    "wrong_notice": {"CHK-ID-05"},
    "hybrid_form": {"CHK-STR-11"},
}


def _report(seed: int) -> SyntheticReport:
    return random_report(seed, CATALOG, "gir_2021", report_year=2022, applications=4000)


@pytest.mark.parametrize("seed", range(30))
def test_a_sound_report_deserves_nothing(seed: int) -> None:
    report = random_report(seed, CATALOG, "gir_2021", report_year=2021 + seed % 3)
    assert deserved(report, CATALOG) == set()


@pytest.mark.parametrize("name", list(EXPECTED))
@pytest.mark.parametrize("seed", range(4))
def test_one_fault_deserves_its_own_rules(name: str, seed: int) -> None:
    spoilt = BY_NAME[name].apply(_report(seed), random.Random(seed), CATALOG)
    assert spoilt.faults == (name,)
    assert {rule for rule, _ in deserved(spoilt, CATALOG)} == EXPECTED[name]


@pytest.mark.parametrize("name", ["wrong_total_column", "wrong_summand", "fraction"])
@pytest.mark.parametrize("seed", range(8))
def test_faults_in_any_sum_are_found(name: str, seed: int) -> None:
    spoilt = BY_NAME[name].apply(_report(seed), random.Random(seed), CATALOG)
    rules = {rule for rule, _ in deserved(spoilt, CATALOG)}
    assert rules & {"CHK-T3-02", "CHK-T3-03", "CHK-T4-01", "CHK-T2-01"}


def test_every_fault_has_a_test_here() -> None:
    named = {*EXPECTED, "wrong_total_column", "wrong_summand", "fraction"}
    assert {fault.name for fault in FAULTS} == named


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({("reconsideration.total", ""): 99}, {("CHK-T4-01", "reconsideration")}),
        (
            {("normative_documents.issued", ""): 900},
            {("CHK-T2-02", "normative_documents")},
        ),
        (
            {("administrative_charges.amount", ""): Decimal("0.12345")},
            {("CHK-T2-01", "proactive_disclosure")},
        ),
        ({("licensing.decisions", ""): -3}, {("CHK-T2-01", "proactive_disclosure")}),
    ],
)
def test_single_numbers(cells: dict, expected: set) -> None:
    report = _report(2).with_cells({key: printed(value) for key, value in cells.items()})
    assert deserved(report, CATALOG) == expected


def test_a_report_of_nothing_but_carried_cases() -> None:
    report = random_report(3, CATALOG, "gir_2021", report_year=2022, applications=0)
    nothing = {key: printed(0) for key in report.cells if key[0].startswith("applications.")}
    sums = {("CHK-T3-01", "natural_person"), ("CHK-T3-01", "total")}
    received = {("applications.received", b): printed(12) for b in ("natural_person", "total")}
    assert deserved(report.with_cells({**nothing, **received}), CATALOG) == {
        *sums,
        ("CHK-T3-05", "total"),
    }
    settled = {
        (item, b): printed(12)
        for b in ("natural_person", "total")
        for item in ("applications.outcome.total", "applications.outcome.other.miscellaneous")
    }
    assert deserved(report.with_cells({**nothing, **settled}), CATALOG) == {
        *sums,
        ("CHK-T3-06", "total"),
        ("CHK-T3-08", "other.miscellaneous"),
    }
    carried = {
        (item, b): printed(12)
        for b in ("natural_person", "total")
        for item in ("applications.received", "applications.carried_forward")
    }
    assert deserved(report.with_cells({**nothing, **carried}), CATALOG) == {("CHK-T3-07", "total")}


def test_the_2019_form_in_2021() -> None:
    report = random_report(3, CATALOG, "gir_2019", report_year=2021)
    amount = {("procurement.amount", ""): PrintedCell("0", Decimal(0))}
    assert deserved(report.with_cells(amount), CATALOG) == {("CHK-STR-11", ""), ("CHK-ID-05", "")}


def test_amounts_with_and_without_unit_on_the_2019_form() -> None:
    report = random_report(3, CATALOG, "gir_2019", report_year=2019)
    amount = ("procurement.amount", "")
    bare = report.with_cells({amount: printed(5)})
    assert deserved(bare, CATALOG) == {("CHK-T2-08", "proactive_disclosure")}
    full = report.with_cells({amount: PrintedCell("5万元", Decimal(5), unit="万元")})
    assert deserved(full, CATALOG) == {("CHK-CELL-03", "proactive_disclosure")}


def test_direct_suits_from_2024() -> None:
    report = random_report(
        4, CATALOG, "gir_2021", report_year=2024, agency=("示例县教育局", AgencyKind.DEPT)
    )
    keys = (("litigation.direct.upheld", ""), ("litigation.direct.total", ""))
    others = [key for key in report.cells if key[0].startswith("litigation.direct.")]
    suits = {**{key: printed(0) for key in others}, **{key: printed(2) for key in keys}}
    assert deserved(report.with_cells(suits), CATALOG) == {("CHK-T4-04", "")}
    before = replace(report.with_cells(suits), report_year=2023)
    assert "CHK-T4-04" not in {rule for rule, _ in deserved(before, CATALOG)}
