"""The comparison marts over a small lake of two forms, computed twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.warehouse.dbt import PROJECT, build_warehouse
from schemas.catalog import load_catalog
from tests.integration.comparison_oracle import (
    applicant_faults,
    outcome_groups,
    outcome_mix_faults,
    peer_rank_faults,
)
from tests.integration.warehouse_lake import write_small_lake


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build of a small lake: two forms, a blank, a made-up namesake."""
    data = DataFolder(tmp_path_factory.mktemp("comparison"))
    write_small_lake(Lake(data.lake))
    build_warehouse(data)
    with duckdb.connect(str(data.build_db), read_only=True) as connection:
        yield connection


def test_the_outcome_mix_is_what_the_cells_give(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.sql("SELECT count(mix_effect) FROM cmp_outcome_mix").fetchall()
    assert rows[0][0] > 50
    assert list(outcome_mix_faults(warehouse)) == []


def test_applicants_by_outcome_are_what_the_cells_give(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert list(applicant_faults(warehouse)) == []


def test_ranks_are_what_comparing_every_pair_gives(warehouse: duckdb.DuckDBPyConnection) -> None:
    ranked = warehouse.sql("SELECT count(peer_rank) FROM cmp_peer_rank").fetchall()
    assert ranked[0][0] > 50
    assert list(peer_rank_faults(warehouse)) == []


@pytest.mark.parametrize(
    ("mart", "column", "faults"),
    [
        ("cmp_outcome_mix", "mix_effect", outcome_mix_faults),
        ("cmp_applicant_outcome", "outcome_share_low", applicant_faults),
        ("cmp_peer_rank", "rank_worst", peer_rank_faults),
    ],
)
def test_a_wrong_figure_is_found(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, mart: str, column: str, faults
) -> None:
    with duckdb.connect(str(tmp_path / "wrong.duckdb")) as wrong:
        for table in ("fct_report", "fct_report_item", mart):
            frame = warehouse.sql(f"SELECT * FROM {table}").pl()
            wrong.execute(f"CREATE TABLE {table} AS SELECT * FROM frame")
            del frame
        wrong.execute(
            f"UPDATE {mart} SET {column} = {column} + 1 "
            f"WHERE rowid = (SELECT min(rowid) FROM {mart} WHERE {column} IS NOT NULL)"
        )
        assert len(list(faults(wrong))) == 1


def test_the_groups_of_the_sql_are_those_of_the_newest_form() -> None:
    """A form with another outcome must be looked at here before it is compared."""
    catalog = load_catalog()
    text = (PROJECT / "macros" / "sql" / "outcomes.sql").read_text(encoding="utf-8")
    named = set(re.findall(r"'([a-z_]+)'", text))
    for group, items in outcome_groups(catalog)[catalog.newest_format.format_id].items():
        if group != "other":  # one concept over the forms, see crosswalk.csv
            names = {
                item.removeprefix("applications.outcome.").replace(".", "__") for item in items
            }
            assert names <= named, group
