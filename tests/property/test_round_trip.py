"""The same report in six renderings gives the same facts, sections and identity."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assets.synthetic.faults import inject
from assets.synthetic.model import SyntheticReport, blank, printed
from assets.synthetic.rendering import KINDS, random_style, render
from assets.synthetic.report import random_report
from assets.synthetic.styles import MarkdownStyle
from schemas.vocabulary import ReviewStatus
from tests.property.reading import CATALOG, Reading, expected_facts, read

CELL_FAULTS = (
    "placeholder",
    "unit_in_cell",
    "full_width_digits",
    "thousands_separator",
    "point_zero",
    "fraction",
)
BLANK_FAULTS = ("blank_cells", "blank_zeros")


def examples(count: int) -> settings:
    """The same few examples in every run, however slow the machine.

    A seed says all of an example, so none is shrunk.
    """
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )


seeds = st.integers(min_value=0, max_value=10**6)
formats = st.sampled_from(list(CATALOG.formats))


def _report(seed: int, format_id: str) -> SyntheticReport:
    rng = random.Random(seed)
    load = rng.choice((0, 5, 80, 6000))
    return random_report(rng, CATALOG, format_id, applications=load)


def _identity(report: SyntheticReport) -> dict[str, Any]:
    return {
        "agency_name_printed": report.agency_name,
        "report_year": report.report_year,
        "title": report.title,
        "period_start": report.period_start,
        "period_end": report.period_end,
        "published_on": report.published_on,
        "signed_on": report.signed_on,
        "index_no": report.index_no,
        "cited_notice": report.cited_notice,
    }


def _unsure(reading: Reading) -> list[Any]:
    sure = ReviewStatus.SURE.value
    return [
        (key, cell["review_reason"])
        for key, cell in reading.cells().items()
        if cell["review_status"] != sure
    ]


@examples(8)
@given(seed=seeds, format_id=formats)
def test_six_renderings_give_the_same_facts(seed: int, format_id: str) -> None:
    report = _report(seed, format_id)
    expected = expected_facts(report)
    for kind in KINDS:
        style = random_style(kind, random.Random(seed))
        reading = read(render(report, kind, style))
        assert reading.facts() == expected, (kind, style)
        assert _unsure(reading) == [], (kind, style)
        assert reading.recognition.unmapped == [], (kind, style)
        found = {name: getattr(reading.identity, name) for name in _identity(report)}
        assert found == _identity(report), (kind, style)
        assert [part.heading.section_no for part in reading.sections.parts] == [
            section.section_no for section in report.sections
        ], (kind, style)


@examples(5)
@given(seed=seeds, format_id=formats, names=st.sets(st.sampled_from(CELL_FAULTS), max_size=3))
def test_odd_cells_are_read_as_printed(seed: int, format_id: str, names: set[str]) -> None:
    report = _report(seed, format_id)
    spoilt = inject(report, tuple(sorted(names)), random.Random(seed), CATALOG)
    expected = expected_facts(spoilt)
    raw = {
        (cell.item_code, cell.breakdown): content.text for cell, content in spoilt.printed_cells()
    }
    for kind in KINDS:
        reading = read(render(spoilt, kind, random_style(kind, random.Random(seed))))
        assert reading.facts() == expected, kind
        printed = {key: (cell["raw_text"] or "").strip() for key, cell in reading.cells().items()}
        assert printed == raw, kind


@examples(6)
@given(seed=seeds, format_id=formats, name=st.sampled_from(BLANK_FAULTS))
def test_blank_cells_are_never_silently_something_else(
    seed: int, format_id: str, name: str
) -> None:
    """Media that keep the cells are read exactly; those that lose them make no false claim."""
    spoilt = inject(_report(seed, format_id), (name,), random.Random(seed), CATALOG)
    expected = expected_facts(spoilt)
    for kind in KINDS:
        reading = read(render(spoilt, kind, random_style(kind, random.Random(seed))))
        facts = reading.facts()
        if kind in {"pdf", "html", "docx"}:
            assert facts == expected, kind
        cells = reading.cells()
        wrong = {
            key: (fact, expected.get(key))
            for key, fact in facts.items()
            if fact != expected.get(key) and cells[key]["review_status"] == ReviewStatus.SURE.value
        }
        assert wrong == {}, kind


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
def test_a_table_of_blank_cells_is_still_a_table(format_id: str) -> None:
    report = random_report(1, CATALOG, format_id)
    disputes = report.with_cells(
        {key: blank() for key in report.cells if key[0].startswith(("reconsid", "litigation."))}
    )
    for kind in sorted(set(KINDS) - {"line_text"}):
        assert read(render(disputes, kind)).facts() == expected_facts(disputes), kind


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
def test_numbers_repeated_for_merged_cells_are_read_once(format_id: str) -> None:
    for seed in range(6):
        report = _report(seed, format_id)
        reading = read(render(report, "markdown", MarkdownStyle(repeat_merged=True)))
        assert reading.facts() == expected_facts(report)
        assert {cell["format_id"] for cell in reading.recognition.cells} == {format_id}


def test_a_decimal_on_its_own_line_is_no_heading() -> None:
    amount = ("administrative_charges.amount", "")
    report = _report(15, "gir_2021").with_cells({amount: printed(Decimal("2.9281"))})
    assert read(render(report, "line_text")).facts() == expected_facts(report)


def test_headers_place_the_numbers_of_a_dump_between_blank_cells() -> None:
    report = random_report(3, CATALOG, "gir_2019", applications=0)
    empty = {key: blank() for key in report.cells if key[0].startswith("licensing.")}
    report = report.with_cells({**empty, ("licensing.decisions", ""): printed(14607)})
    assert read(render(report, "tab_text")).facts() == expected_facts(report)
