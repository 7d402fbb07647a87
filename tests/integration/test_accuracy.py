"""The sample of the test bed that gates every change: each quirk once in every kind of file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from assets.exports.accuracy import calibration, failures, measure
from assets.exports.score import CellOutcome
from assets.synthetic.quirks import load_quirks
from assets.synthetic.testbed import SCAN, Options, readable_kinds, settings, write_testbed

TEXT_KINDS = ("tab_text", "line_text", "markdown", "html", "docx", "pdf", "xlsx")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder: Path = tmp_path_factory.mktemp("accuracy")
    sample = settings()["sample"]
    kinds = tuple(kind for kind in readable_kinds() if kind != SCAN)
    of_scans = tuple(name for name, quirk in load_quirks().items() if quirk.within == {SCAN})
    parts = {"texts": (kinds, tuple(load_quirks())), "scans": ((SCAN,), of_scans)}
    frames = []
    for name, (of_kinds, quirks) in parts.items():
        options = Options(sample["reports"], of_kinds, quirks, sample["seed"])
        truth = write_testbed(folder / name, options)
        frames.append(measure(folder / name, truth, keep=False))
    return pl.concat(frames)


def _listed(rows: pl.DataFrame) -> list[dict[str, object]]:
    return rows.select("file", "table", "outcome", "cells", "keys").to_dicts()


def test_no_cell_is_silently_wrong(rows: pl.DataFrame):
    assert _listed(rows.filter(pl.col("outcome") == CellOutcome.SILENT.value)) == []


def test_clear_documents_are_read_exactly(rows: pl.DataFrame):
    assert set(rows.filter("clear")["kind"]) >= set(TEXT_KINDS)
    assert _listed(failures(rows)) == []


def test_every_quirk_was_measured(rows: pl.DataFrame):
    measured = set(rows["quirk"].str.split("+").explode())
    assert measured >= set(load_quirks())


def test_reports_without_quirk_need_no_second_look(rows: pl.DataFrame):
    plain = rows.filter((pl.col("quirk") == "plain") & (pl.col("cells") > 0))
    assert set(plain["outcome"]) == {CellOutcome.EXACT.value}


def test_of_cells_said_to_be_99_percent_sure_at_least_99_percent_are_right(rows: pl.DataFrame):
    sure = calibration(rows, [0.0, 0.99]).filter(pl.col("from") == 0.99)
    cells, right = sure.select("cells", "right").row(0)
    assert cells > 10_000
    assert right >= 0.99 * cells
