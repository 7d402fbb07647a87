"""The group marts of a small made-up world against a second computation of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.synthetic.world import WorldOptions, plan_world, write_world
from assets.warehouse.dbt import dbt_args, dbt_env, prepare_build, run_dbt
from schemas.catalog import load_catalog
from tests.integration import group_marts as again

MARTS = ("cmp_coverage", "cmp_rollup", "cmp_group_year", "cmp_region_year", "fct_report_version")
GROUP = "region_code, kind_group, government_tier, report_year, is_synthetic"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("world"))
    catalog = load_catalog()
    options = WorldOptions(agencies=120, years=(2020, 2021, 2022), validate=False)
    write_world(folder, plan_world(options, catalog), catalog, lambda done, of: None)
    prepare_build(folder)
    run_dbt(
        [*dbt_args("build", folder, [f"+{mart}" for mart in MARTS]), "--resource-type", "model"],
        dbt_env(folder),
    )
    return folder


@pytest.fixture(scope="module")
def built(data: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(data.build_db), read_only=True) as connection:
        yield connection


def by_key(connection: duckdb.DuckDBPyConnection, query: str, key: int) -> dict[Any, Any]:
    """Rows by their first `key` columns."""
    return {row[:key]: row[key:] for row in connection.execute(query).fetchall()}


def assert_same(found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key] == pytest.approx(row, nan_ok=False), key


def test_zero_requests_and_concentration(built: duckdb.DuckDBPyConnection) -> None:
    found = by_key(
        built,
        f"SELECT {GROUP}, agency_count, reporting_count, zero_request_share, top_tenth_share "
        "FROM cmp_group_year",
        5,
    )
    expected = again.group_year(built)
    assert_same(found, expected)
    assert any(top is not None for *_, top in expected.values())
    assert {group[1] for group in expected} > {"all_units", "gov", "dept", "township"}


@pytest.mark.parametrize(
    "indicator", ["requests_received", "disclosure_rate", "backlog_change", "requests_growth_ratio"]
)
def test_pooled_figures_and_their_spread(built: duckdb.DuckDBPyConnection, indicator: str) -> None:
    found = by_key(
        built,
        f"SELECT {GROUP}, pooled_value, reporting_count, p10, p50, p90, simple_mean, "
        f"concentration_hhi FROM cmp_region_year WHERE indicator_id = '{indicator}'",
        5,
    )
    expected = again.region_year(built, indicator)
    assert_same(found, expected)
    assert len(expected) > 50


def test_expected_reports_and_what_became_of_them(
    built: duckdb.DuckDBPyConnection, data: DataFolder
) -> None:
    expected = again.coverage(built, Lake(data.lake).read("ref_roster"))
    found = by_key(
        built,
        "SELECT region_code, report_year, agency_code, status FROM cmp_coverage_agency "
        "WHERE is_expected",
        3,
    )
    assert {key: status for key, (status,) in found.items()} == expected
    assert set(expected.values()) >= {"received_on_time", "late", "missing"}
    missing = built.execute("SELECT sum(missing_count) FROM cmp_coverage").fetchone()
    assert missing == (list(expected.values()).count("missing"),)


def test_governments_against_their_units(built: duckdb.DuckDBPyConnection) -> None:
    concept = "applications.received"
    found = by_key(
        built,
        "SELECT report_id, parent_value, children_sum, reporting_count FROM cmp_rollup "
        f"WHERE concept = '{concept}'",
        1,
    )
    expected = {
        (report,): row
        for report, row in again.rollup(built, concept).items()
        if row[0] is not None or row[1] is not None
    }
    assert found == expected
    verdicts = dict(
        built.execute("SELECT verdict, count(*) FROM cmp_rollup GROUP BY ALL").fetchall()
    )
    assert verdicts["agrees"] > verdicts["differs"] > 0
    # Every government's units that are not all here leave it unjudged.
    judged = built.execute(
        "SELECT count(*) FROM cmp_rollup WHERE verdict <> 'not_judged' "
        "AND coverage_ratio IS DISTINCT FROM 1"
    ).fetchone()
    assert judged == (0,)


def test_versions_follow_each_other_without_gap_or_overlap(
    built: duckdb.DuckDBPyConnection,
) -> None:
    versions = again.table(built, "fct_report_version")
    republished = versions.filter(pl.col("version_count") > 1)
    assert not republished.is_empty()
    for (_, _, _), group in republished.group_by("agency_code", "report_year", "is_synthetic"):
        rows = group.sort("version_no").to_dicts()
        for one, other in pairwise(rows):
            assert one["valid_to"] == max(one["valid_from"], other["valid_from"])
            assert other["supersedes_report_id"] == one["report_id"]
            assert not one["is_current"]
        assert rows[-1]["is_current"]
        assert rows[-1]["valid_to"] is None
        assert rows[-1]["recorded_to"] is None
