"""What a confidence rests on, and that it is what was counted."""

from __future__ import annotations

import polars as pl
import pytest

from assets.common.intervals import wilson
from assets.facts.confidence import (
    ANY,
    BORROWED,
    LEVELS,
    MIN_CELLS,
    TABLE,
    fit,
    sums,
    with_confidence,
)
from schemas.catalog import load_catalog
from schemas.equations import equations

CATALOG = load_catalog()


def facts(changed: dict[tuple[str, str], int | None]) -> pl.DataFrame:
    """All cells of the form of 2021 as zeros, but for some."""
    rows = [
        {
            "report_id": "r",
            "report_year": 2022,
            "format_id": cell.format_id,
            "item_code": cell.item_code,
            "breakdown": cell.breakdown,
            "value": changed.get((cell.item_code, cell.breakdown), 0),
            "value_status": "reported",
            "review_status": "sure",
            "evidence": "ruled/once/layout/close",
        }
        for cell in CATALOG.formats["gir_2021"].cells
    ]
    return pl.DataFrame(rows).with_columns(pl.col("value").cast(pl.Decimal(18, 6)))


def said(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    found = sums(frame, CATALOG)
    return {(item, member): text for _, item, member, text in found.iter_rows()}


def test_a_wrong_cell_fails_with_all_that_share_its_sums() -> None:
    wrong = ("applications.outcome.disclosed", "natural_person")
    found = said(facts({wrong: 7}))
    failing = {cell for cell, text in found.items() if text == "fail"}
    assert wrong in failing
    assert ("applications.outcome.total", "natural_person") in failing
    assert ("applications.outcome.disclosed", "total") in failing
    assert found["applications.outcome.total", "total"] == "hold"


def test_a_sum_with_a_blank_term_says_nothing() -> None:
    blank = ("applications.outcome.disclosed", "natural_person")
    found = said(facts({blank: None}))
    assert blank not in found
    assert set(found.values()) == {"hold"}


def test_every_equation_names_printed_cells() -> None:
    printed = {
        (format_id, cell.item_code, cell.breakdown)
        for format_id, form in CATALOG.formats.items()
        for cell in form.cells
    }
    table = equations(CATALOG)
    cells = table.select("format_id", "item_code", "breakdown").rows()
    assert printed.issuperset(cells)
    assert table.group_by("equation").agg(pl.len() == pl.col("terms").first())["len"].all()


def test_confidence_is_that_of_the_finest_count_there_is() -> None:
    counted = pl.read_csv(TABLE)
    found = with_confidence(facts({}), CATALOG).filter(pl.col("evidence").str.ends_with("/hold"))
    parts = ("ruled", "once", "layout", "close", "hold", "sure")
    (row,) = counted.filter(
        *(pl.col(name) == part for name, part in zip(LEVELS[0], parts, strict=True))
    ).to_dicts()
    assert set(found["confidence"]) == {row["confidence"]}
    assert row["confidence"] == pytest.approx(wilson(row["right"], row["cells"])[0], abs=0.001)


def test_what_was_never_counted_is_never_very_sure() -> None:
    frame = facts({}).with_columns(evidence=pl.lit("hologram/once/layout/close"))
    assert set(with_confidence(frame, CATALOG)["confidence"]) == {BORROWED}


def test_rare_kinds_are_counted_with_others() -> None:
    counts = pl.DataFrame(
        {
            "evidence": ["ruled/once/layout/close/hold", "ruled/once/layout/far/hold"],
            "review_status": ["sure", "sure"],
            "cells": [10 * MIN_CELLS, MIN_CELLS - 1],
            "right": [10 * MIN_CELLS, MIN_CELLS - 2],
        }
    )
    table = fit(counts)
    assert set(table["label"]) == {"close", ANY}
    pooled = table.filter(pl.col("label") == ANY, pl.col("sums") == "hold").to_dicts()
    assert {row["cells"] for row in pooled} == {11 * MIN_CELLS - 1}
    assert all(row["confidence"] < row["right"] / row["cells"] for row in table.to_dicts())


def test_of_cells_said_to_be_sure_to_a_degree_more_were_right() -> None:
    """The table never promises more than was seen."""
    for row in pl.read_csv(TABLE).to_dicts():
        assert row["confidence"] <= row["right"] / row["cells"]
