"""Every question of the cookbook, asked of the example world and computed a second time."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.common.paths import DataFolder
from assets.exports.cookbook import DOCS, FILES, Answer, load_cookbook
from assets.warehouse.dbt import manifest_path
from assets.warehouse.manifest import marts, read_manifest
from orchestration.cookbook import answers, pages
from tests.integration.cookbook_oracle import ORACLES, Truth

PAGE = (DOCS / FILES["en"]).read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^### (Q\d+) .*?```sql\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL))
QUESTIONS = load_cookbook().questions
EXPORT = "answer.parquet"


@pytest.fixture(scope="module")
def truth(example: DataFolder) -> Truth:
    return Truth(example)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@pytest.fixture(scope="module")
def found(example: DataFolder, folder: Path) -> dict[str, Answer]:
    return answers(example.published_db, folder)


def same(real: Any, expected: Any) -> bool:
    """Equal; numbers that went through a division to twelve digits."""
    if isinstance(real, float) or isinstance(expected, float):
        if real is None or expected is None:
            return real is expected
        return float(real) == pytest.approx(float(expected), rel=1e-9, abs=1e-12)
    return real == expected


def differences(real: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> list[str]:
    """Rows that are not the same, in order."""
    out = [] if len(real) == len(expected) else [f"{len(real)} rows, expected {len(expected)}"]
    for place, (one, other) in enumerate(zip(real, expected, strict=False)):
        alike = len(one) == len(other) and all(map(same, one, other))
        out += [] if alike else [f"row {place}: {one} is not {other}"]
    return out


def test_the_page_has_every_question_with_an_answer_computed_apart() -> None:
    assert list(BLOCKS) == [question.id for question in QUESTIONS]
    assert {question.id: question.sql for question in QUESTIONS} == BLOCKS
    assert len(BLOCKS) >= 30
    assert len(set(BLOCKS)) == len(QUESTIONS)
    # The dictionary question is about the file itself, and has a test of its own.
    assert set(BLOCKS) - set(ORACLES) == {"Q06"}


@pytest.mark.parametrize("question", sorted(ORACLES))
def test_the_answer_is_the_one_computed_without_the_marts(
    found: dict[str, Answer], truth: Truth, folder: Path, question: str
) -> None:
    real = found[question].rows
    if question == "Q42":
        real = pl.read_parquet(folder / EXPORT).rows()
    expected = ORACLES[question](truth)
    assert expected, "an answer without rows proves nothing"
    assert differences(real, expected) == []


def test_comments_are_found_by_their_words(found: dict[str, Answer], example: DataFolder) -> None:
    planned = [
        (mart.name, column.name, column.description)
        for mart in marts(read_manifest(manifest_path(example)))
        for column in mart.columns
        if "roster" in column.description
    ]
    assert planned
    assert sorted(found["Q06"].rows) == sorted(planned)


@pytest.mark.parametrize(
    ("damage", "question"),
    [
        ("UPDATE cmp_outcome_mix SET outcome_count = outcome_count + 1 WHERE position = 3", "Q15"),
        ("UPDATE cmp_indicator_long SET value = value * 1.0000001", "Q07"),
        ("UPDATE cmp_peer_rank SET rank_best = rank_best + 1", "Q25"),
        ("UPDATE cmp_region_year SET p90 = p50", "Q28"),
        ("UPDATE cmp_coverage SET late_count = 0", "Q31"),
        ("DELETE FROM cmp_rollup WHERE report_year = 2022", "Q33"),
        ("UPDATE dim_crosswalk SET item_code = 'none' WHERE concept LIKE '%.process%'", "Q34"),
        ("UPDATE fct_report_version SET valid_from = valid_from + 9", "Q39"),
    ],
)
def test_a_broken_mart_is_noticed(
    example: DataFolder, truth: Truth, tmp_path: Path, damage: str, question: str
) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(example.published_db.read_bytes())
    with duckdb.connect(str(broken)) as connection:
        connection.execute(damage)
        rows = connection.execute(BLOCKS[question]).fetchall()
    assert differences(rows, ORACLES[question](truth)) != []


def test_the_pages_show_what_the_questions_answer(found: dict[str, Answer]) -> None:
    for name, text in pages(found):
        written = (DOCS / name).read_text(encoding="utf-8")
        assert written == text, f"{name} is out of date: run python -m orchestration.cookbook"


def connections(example: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """The two ways to open a publication from elsewhere."""
    direct = duckdb.connect(str(example.published_db), read_only=True)
    yield direct
    direct.close()
    attached = duckdb.connect()
    attached.execute(f"ATTACH '{example.published_db}' AS gongkai (READ_ONLY)")
    with pytest.raises(duckdb.CatalogException):
        attached.execute("FROM gongkai.find_agency('税务')")
    attached.execute("USE gongkai")
    yield attached
    attached.close()


def test_macros_answer_in_a_file_attached_from_another_directory(
    example: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    counts = [connection.execute(BLOCKS["Q34"]).fetchall() for connection in connections(example)]
    assert counts[0] == counts[1]
    assert len(counts[0]) == 12
    assert all(isinstance(row[4], Decimal) for row in counts[0])


def test_a_reader_cannot_write(example: DataFolder) -> None:
    with (
        duckdb.connect(str(example.published_db), read_only=True) as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        connection.execute("DELETE FROM fct_report")


def test_the_notebook_runs_and_shows_the_same_answers(
    example: DataFolder, found: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_DATA", str(example.root))
    spec = importlib.util.spec_from_file_location("notebook", DOCS / "notebook.py")
    assert spec is not None and spec.loader is not None
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    outputs, defined = notebook.app.run()
    frames = defined["frames"]
    assert set(frames) == set(BLOCKS) - {"Q42"}
    for question, frame in frames.items():
        assert tuple(frame.columns) == found[question].columns
        assert differences(frame.rows(), found[question].rows) == [], question
    shown = outputs[-1].text
    assert all(question in shown for question in BLOCKS)
    charts = [defined[name].to_dict() for name in ("rate_chart", "rank_chart", "change_chart")]
    assert all(chart["datasets"] or chart["data"] for chart in charts)
