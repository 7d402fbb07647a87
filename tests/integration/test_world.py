"""A small made-up world, built into a warehouse, shows what was planted in it and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.common.lake import Lake
from assets.common.made_up import MadeUpWorldError
from assets.common.paths import DataFolder
from assets.synthetic.world import WorldOptions
from assets.synthetic.world_truth import TRUTH_FILE
from orchestration.build import build
from orchestration.cli.main import app
from orchestration.settings import Settings
from orchestration.world import Made, make_world

AGENCIES, DOCUMENTS = 60, 14
READ = ["format_id", "value", "unit", "value_status", "raw_text", "review_status"]
MATCHED = ["agency_code", "method", "is_registered", "division_code", "tier", "sector"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return DataFolder(tmp_path_factory.mktemp("world") / "data")


@pytest.fixture(scope="module")
def made(data: DataFolder) -> Made:
    return make_world(data, WorldOptions(AGENCIES), DOCUMENTS, lambda stage, done, total: None)


@pytest.fixture(scope="module")
def truth(data: DataFolder, made: Made) -> pl.DataFrame:
    return pl.read_parquet(made.truth)


@pytest.fixture(scope="module")
def warehouse(data: DataFolder, made: Made) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(data.published_db), read_only=True) as connection:
        yield connection


def found(connection: duckdb.DuckDBPyConnection, sql: str) -> set[tuple[object, ...]]:
    return set(connection.execute(sql).fetchall())


def rows(frame: pl.DataFrame, *columns: str) -> set[tuple[object, ...]]:
    return set(frame.select(columns).iter_rows())


def test_all_reports_are_there_and_marked_as_made_up(
    made: Made, warehouse: duckdb.DuckDBPyConnection, truth: pl.DataFrame
):
    superseded = truth.filter(effect="superseded").height
    counts = found(
        warehouse,
        "SELECT count(*), count(*) FILTER (is_current), bool_and(is_synthetic) FROM fct_report",
    )
    assert counts == {(made.reports, made.reports - superseded, True)}
    registered = "SELECT count(DISTINCT agency_code) FROM dim_agency WHERE is_registered"
    assert found(warehouse, f"{registered} AND is_synthetic") == {(AGENCIES,)}


def test_rules_find_what_was_planted_and_nothing_else(
    warehouse: duckdb.DuckDBPyConnection, truth: pl.DataFrame
):
    planted = rows(truth.filter(effect="rule_fails"), "report_id", "rule_id", "place")
    failing = "SELECT report_id, rule_id, breakdown FROM fct_rule_outcome WHERE outcome = 'fails'"
    assert found(warehouse, failing) == planted
    assert len({rule for _, rule, _ in planted}) > 8
    reports = "SELECT DISTINCT report_id, rule_id FROM fct_finding"
    assert found(warehouse, reports) == rows(
        truth.filter(effect="rule_fails"), "report_id", "rule_id"
    )


def test_only_the_planted_cells_need_review(
    warehouse: duckdb.DuckDBPyConnection, truth: pl.DataFrame
):
    unsure = (
        "SELECT report_id, item_code, breakdown FROM fct_report_item WHERE review_status <> 'sure'"
    )
    doubted = truth.filter(effect="needs_review")
    absent = truth.filter(kind="missing_table", effect="rule_fails")["report_id"].to_list()
    cells = found(warehouse, unsure)
    assert {cell for cell in cells if cell[0] not in absent} == rows(
        doubted, "report_id", "item_code", "breakdown"
    )
    assert len(cells) == doubted.height + 15 * len(absent)


def test_coverage_says_who_is_missing_and_who_is_late(
    warehouse: duckdb.DuckDBPyConnection, truth: pl.DataFrame
):
    def status(name: str) -> set[tuple[object, ...]]:
        where = f"FROM cmp_coverage_agency WHERE status = '{name}'"
        return found(warehouse, f"SELECT agency_code, report_year {where}")

    assert status("missing") == rows(truth.filter(effect="not_filed"), "agency_code", "report_year")
    assert status("late") == rows(truth.filter(effect="late"), "agency_code", "report_year")
    assert not status("unmatched") | status("not_expected")
    days = "SELECT agency_code, report_year, days_late FROM cmp_coverage_agency WHERE days_late > 0"
    late = truth.filter(effect="late").with_columns(days=pl.col("printed").cast(pl.Int64))
    assert found(warehouse, days) == rows(late, "agency_code", "report_year", "days")


def test_sums_of_members_differ_where_it_was_planted_and_nowhere_else(
    warehouse: duckdb.DuckDBPyConnection, truth: pl.DataFrame
):
    differing = found(
        warehouse,
        "SELECT agency_code, report_year, concept, children_sum::VARCHAR FROM cmp_rollup "
        "WHERE verdict = 'differs'",
    )
    planted = truth.filter(
        (pl.col("effect") == "roll_up_differs") & pl.col("breakdown").is_in(["", "total"])
    ).with_columns(printed=pl.col("printed").cast(pl.String))
    lacking = truth.filter(effect="roll_up_lacks").select("agency_code", "report_year")
    complete = planted.join(lacking, on=["agency_code", "report_year"], how="anti")
    columns = ("agency_code", "report_year", "item_code", "printed")
    assert rows(complete, *columns) <= differing <= rows(planted, *columns)
    assert complete.height > 0
    agreeing = "SELECT count(*) > 1000 FROM cmp_rollup WHERE verdict = 'agrees'"
    assert found(warehouse, agreeing) == {(True,)}


def test_years_go_on_from_each_other_but_where_it_was_planted(
    warehouse: duckdb.DuckDBPyConnection, truth: pl.DataFrame
):
    broken = found(
        warehouse,
        """
        WITH cells AS (
            SELECT r.agency_code, r.report_year, i.item_code, i.breakdown, i.value
            FROM fct_report_item AS i JOIN fct_report AS r USING (report_id)
            WHERE r.is_current AND i.value_status <> 'blank' AND i.value_status <> 'placeholder'
        )
        SELECT now.agency_code, now.report_year, now.breakdown
        FROM cells AS now JOIN cells AS was
            ON now.agency_code = was.agency_code AND now.report_year = was.report_year + 1
            AND now.breakdown = was.breakdown
            AND now.item_code = 'applications.brought_forward'
            AND was.item_code = 'applications.carried_forward'
        WHERE now.value <> was.value
        """,
    )
    planted = truth.filter(effect="carry_over_differs")
    assert broken == rows(planted, "agency_code", "report_year", "breakdown")
    assert set(planted["kind"]) >= {"carry_over_break", "wrong_balance"}


def test_documents_of_the_world_are_read_as_its_facts(data: DataFolder, made: Made, tmp_path: Path):
    shutil.copytree(data.config, tmp_path / "read" / "config")
    summary = build([data.root / "documents"], Settings(data=tmp_path / "read"), publish=False)
    assert not summary.problems
    assert summary.documents["read"] == DOCUMENTS

    assert not summary.notes

    def told(folder: DataFolder, table: str, columns: list[str]) -> pl.DataFrame:
        lake = Lake(folder.lake)
        urls = lake.read("source_documents").select("doc_id", "source_url")
        return lake.read(table).join(urls, on="doc_id").select("source_url", *columns)

    read = DataFolder(tmp_path / "read")
    for table, keys, columns in (
        ("report_facts", ["item_code", "breakdown"], READ),
        ("agency_matches", [], MATCHED),
    ):
        from_documents = told(read, table, [*keys, *columns]).sort("source_url", *keys)
        printed = from_documents.select("source_url").unique()
        assert printed.height == DOCUMENTS
        written = told(data, table, [*keys, *columns]).join(printed, on="source_url", how="semi")
        assert from_documents.equals(written.sort("source_url", *keys))


def test_a_build_of_documents_leaves_a_world_alone(data: DataFolder, made: Made):
    with pytest.raises(MadeUpWorldError):
        build((), Settings(data=data.root))
    result = CliRunner().invoke(app, ["build", "--data", str(data.root), "--lang", "en"])
    assert result.exit_code == 2
    assert "made-up world" in result.output
    assert (data.root / TRUTH_FILE).exists()
    assert Lake(data.lake).read("reports").height == made.reports


def test_wrong_options_and_foreign_folders_are_told(tmp_path: Path):
    def told(*options: str) -> str:
        result = CliRunner().invoke(
            app, ["world", "--data", str(tmp_path / "w"), "--lang", "en", *options]
        )
        assert result.exit_code == 2
        return result.output

    assert "--years 2025" in told("--years", "2025")
    assert "--years 2025-2024" in told("--years", "2025-2024")
    assert "--reports or --agencies, not both" in told("--reports", "400", "--agencies", "60")
    assert "Write it as 2019-2025, from 20" in told("--years", "2010-2011", "--agencies", "60")
    (tmp_path / "w" / "raw").mkdir(parents=True)
    assert "raw" in told("--agencies", "60")
