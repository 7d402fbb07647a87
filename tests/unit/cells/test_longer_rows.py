"""Rows that are longer than their header, and short labels with an instruction behind them."""

from __future__ import annotations

import random

import pytest

from assets.synthetic.quirks import load_quirks
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from schemas.vocabulary import ReviewStatus
from tests.property.reading import CATALOG, expected_facts, read


@pytest.mark.parametrize("seed", range(4))
def test_a_number_split_into_two_cells_shifts_nothing_silently(seed: int):
    rng = random.Random(seed)
    plain = random_report(rng, CATALOG, "gir_2021", applications=900)
    report = load_quirks()["split_number"].change(plain, rng, CATALOG)
    assert report is not None
    reading = read(render(report, "html"))
    expected = expected_facts(report)
    cells = reading.cells()
    differing = {key for key, fact in reading.facts().items() if fact != expected[key]}
    assert differing
    assert {cells[key]["review_status"] for key in differing} == {ReviewStatus.NEEDS_REVIEW}


def test_a_short_label_with_an_instruction_behind_it_is_known():
    rng = random.Random(1)
    report = random_report(rng, CATALOG, "gir_2021", applications=80)
    html = render(report, "html").data.decode()
    spoilt = html.replace("（七）总计", "（七）总计（没有的填0）")
    assert spoilt != html
    rendered = render(report, "html")
    changed = type(rendered)(spoilt.encode(), rendered.extension, rendered.media_type)
    assert read(changed).facts() == expected_facts(report)
