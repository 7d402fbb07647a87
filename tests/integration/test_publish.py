"""dbt over a small lake, and publication while others read, and while processes are killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.exports.handout import export_parquet
from assets.exports.package import export_faults
from assets.warehouse.about import About
from assets.warehouse.dbt import (
    DbtError,
    DbtResult,
    build_warehouse,
    dbt_args,
    dbt_env,
    manifest_path,
    prepare_build,
    run_dbt,
)
from assets.warehouse.manifest import marts, read_manifest
from assets.warehouse.publish import Published, faults, previous_db, publish
from tests.integration.warehouse_lake import doc_id_of, write_small_lake
from tests.unit.warehouse.mini_build import mini_build

ROOT = Path(__file__).resolve().parents[2]
ABOUT = About(build_id="build-0", code_revision="abc", catalogue_hash="f" * 64)


PROMISED = {
    *("dim_item", "dim_format", "dim_agency", "dim_division", "dim_rule", "fct_document"),
    *("fct_arrival", "fct_report", "fct_report_section", "fct_report_contact", "fct_report_item"),
    *("fct_rule_outcome", "fct_finding", "cmp_item_year_over_year", "cmp_item_by_agency"),
    *("qlt_agency_scorecard", "qlt_rule_pass_rate", "qlt_parse_coverage"),
}
"""Tables that users were promised by name."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("数据 it's [1]"))
    write_small_lake(Lake(folder.lake))
    return folder


@pytest.fixture(scope="module")
def built(data: DataFolder) -> DbtResult:
    return build_warehouse(data, unit_tests=True)


@pytest.fixture(scope="module")
def published(data: DataFolder, built: DbtResult) -> Published:
    return publish(data, ABOUT, built.manifest)


@pytest.fixture(scope="module")
def warehouse(published: Published) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.path), read_only=True) as connection:
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_every_model_and_test_ran(built: DbtResult) -> None:
    kinds = dict.fromkeys(("model", "test", "unit_test"), 0)
    for node in built.nodes:
        kinds[node.node.split(".")[0]] += 1
        assert node.status in {"success", "pass"}, node
    manifest = read_manifest(built.manifest)
    nodes = [node["resource_type"] for node in manifest["nodes"].values()]
    assert kinds == {
        "model": nodes.count("model"),
        "test": nodes.count("test"),
        "unit_test": len(manifest["unit_tests"]),
    }
    assert kinds["unit_test"] >= 7


def test_documented_tables_and_columns_are_the_real_ones(
    built: DbtResult, published: Published
) -> None:
    tables = marts(read_manifest(built.manifest))
    assert faults(published.path, tables, published.rows) == []
    assert {table.name for table in tables} >= PROMISED
    assert sum(published.rows.values()) > 10_000


def test_every_fact_is_published_exactly(
    warehouse: duckdb.DuckDBPyConnection, data: DataFolder
) -> None:
    lake = Lake(data.lake).read("report_facts")
    rows = ask(
        warehouse,
        "SELECT report_id, item_code, breakdown, value, value_status FROM fct_report_item",
    )
    columns = ["report_id", "item_code", "breakdown", "value", "value_status"]
    assert sorted(rows, key=str) == sorted(lake.select(columns).rows(), key=str)


def test_years_are_compared_across_the_forms(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {
        (year, concept): rest
        for year, concept, *rest in ask(
            warehouse,
            "SELECT report_year, concept, value, previous_value, change, is_comparable, "
            "comparability, break_note_en FROM cmp_item_year_over_year "
            "WHERE agency_code = 'dept-bbbb' AND NOT is_synthetic AND breakdown IN ('', 'total')",
        )
    }
    note = "the 2021 form prints three rows; this is their sum"
    other = found[2021, "applications.outcome.other"]
    assert other[2] == other[0] - other[1]
    assert other[3:] == [True, "same", note]
    assert found[2021, "licensing.decisions"][3:5] == [True, "approximate"]
    assert found[2021, "government_rules.in_force"][1:4] == [None, None, False]
    # A blank is not zero: neither the item nor a sum that needs it has a value.
    assert found[2022, "applications.received"][0] is None
    assert found[2022, "applications.received"][2] is None
    assert found[2022, "applications.outcome.other"][0] is None
    # 251,000 元 against 万元 of the year before.
    assert found[2022, "administrative_charges.amount"][0] == Decimal("25.1")
    assert found[2022, "administrative_charges.amount"][3] is True
    # The 2019 form prints no unit for this amount.
    assert found[2020, "procurement.amount"][3] is False


def test_superseded_and_made_up_reports_stay_out_of_comparisons(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    older = f"{doc_id_of('older.txt')}-1"
    (count,) = ask(warehouse, f"SELECT count(*) FROM fct_report_item WHERE report_id = '{older}'")
    assert count == (200,)
    for table in ("cmp_item_year_over_year", "cmp_item_by_agency", "qlt_agency_scorecard"):
        assert ask(warehouse, f"SELECT * FROM {table} WHERE report_id = '{older}'") == []
    assert ask(warehouse, "SELECT * FROM cmp_item_peer_summary WHERE peer_max >= 999999") == []
    groups = ask(
        warehouse,
        "SELECT is_synthetic, min(peer_count), max(peer_count) FROM cmp_item_peer_summary "
        "WHERE report_year = 2021 GROUP BY is_synthetic ORDER BY is_synthetic",
    )
    assert groups == [(False, 3, 3), (True, 3, 3)]
    versions = ask(
        warehouse,
        "SELECT report_count FROM qlt_agency_scorecard "
        "WHERE agency_code = 'dept-aaaa' AND report_year = 2021 AND NOT is_synthetic",
    )
    assert versions == [(2,)]


def test_quality_counts_what_was_not_read_and_what_nothing_claimed(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    unread = ask(
        warehouse,
        "SELECT report_year, parser, document_count, cells_found_ratio FROM qlt_parse_coverage "
        "WHERE status = 'needs_ocr'",
    )
    assert unread == [(None, None, 1, None)]
    leaks = ask(
        warehouse,
        "SELECT report_year, unmapped_cell_count, unmapped_number_count FROM qlt_parse_coverage "
        "WHERE unmapped_cell_count > 0",
    )
    assert leaks == [(2020, 2, 1)]
    rates = ask(
        warehouse,
        "SELECT pass_rate_numerator, pass_rate_denominator, not_evaluable_count "
        "FROM qlt_rule_pass_rate WHERE rule_id = 'CHK-T3-01' AND report_year = 2021 "
        "AND NOT is_synthetic",
    )
    assert rates == [(5, 6, 3)]
    assert ask(warehouse, "SELECT DISTINCT outcome FROM fct_rule_outcome ORDER BY 1") == [
        ("fails",),
        ("not_evaluable",),
    ]


def test_the_published_file_opens_from_another_directory(
    published: Published, tmp_path: Path
) -> None:
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "names = [r[0] for r in c.execute('SELECT table_name FROM duckdb_tables()').fetchall()]; "
        "[c.execute(f'SELECT * FROM {n}').fetchall() for n in names]; print(len(names))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(published.path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    beside = ("about", "about_tables", "rel_change")
    assert int(done.stdout) == len(published.rows) + len(beside)


def test_exports_of_a_real_build_are_sound(data: DataFolder, published: Published) -> None:
    files = export_parquet(data)
    assert export_faults(data.exports) == []
    exported = sum(file.rows for file in files if file.table in published.rows)
    assert exported == sum(published.rows.values()) - published.rows["fct_report_contact"]


READER = """
import os, sys, duckdb
seen, count = set(), 0
print("reading", flush=True)
while True:
    with duckdb.connect(sys.argv[1], read_only=True) as c:
        build, reports = c.execute("SELECT build_id, report_count FROM about").fetchone()
        rows = c.execute("SELECT count(*) FROM fct_report").fetchone()[0]
        items = c.execute("SELECT count(*) FROM fct_report_item").fetchone()[0]
    assert rows == reports == items, (build, rows, reports, items)
    seen.add(build)
    count += 1
    if os.path.exists(sys.argv[2]):
        break
print(count, len(seen), flush=True)
"""

PUBLISHER = """
import sys
from dataclasses import replace
from pathlib import Path
from assets.common.paths import DataFolder
from assets.warehouse.dbt import manifest_path
from assets.warehouse.publish import publish
from tests.unit.warehouse.mini_build import ABOUT
data = DataFolder(Path(sys.argv[1]))
print("ready", flush=True)
number = 0
while True:
    number += 1
    publish(data, replace(ABOUT, build_id=f"{sys.argv[2]}-{number}"), manifest_path(data))
"""


def _python(code: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_a_reader_in_another_process_never_fails_during_publications(tmp_path: Path) -> None:
    data = mini_build(tmp_path / "data", reports=3)
    publish(data, ABOUT, manifest_path(data))
    with duckdb.connect(str(data.published_db), read_only=True) as held:
        stop = tmp_path / "stop"
        with _python(READER, data.published_db, stop) as reader:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
            for number in range(1, 9):
                mini_build(data.root, reports=3 + number)
                publish(data, replace(ABOUT, build_id=f"build-{number}"), manifest_path(data))
            stop.touch()
            out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        reads, builds = map(int, out.split())
        assert reads >= builds >= 2
        # A connection that was open all the time still sees the file it opened.
        assert held.execute("SELECT report_count FROM about").fetchone() == (6,)


def test_a_publisher_killed_at_random_points_leaves_a_whole_file(tmp_path: Path) -> None:
    data = mini_build(tmp_path / "data", reports=5)
    publish(data, ABOUT, manifest_path(data))
    tables = marts(read_manifest(manifest_path(data)))
    rows = {mart.name: 0 for mart in tables}
    chance = random.Random(20220101)
    builds: set[str] = set()
    for attempt in range(6):
        with _python(PUBLISHER, data.root, f"attempt{attempt}") as publisher:
            assert publisher.stdout is not None
            assert publisher.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 1.0))
            publisher.kill()
        with duckdb.connect(str(data.published_db), read_only=True) as connection:
            for name in rows:
                found = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
                rows[name] = found[0] if found else -1
            about = connection.execute("SELECT build_id, report_count FROM about").fetchone()
        assert about is not None
        assert about[1] == rows["fct_report"] == rows["fct_report_item"] == 10
        assert faults(data.published_db, tables, rows) == []
        builds.add(about[0])
    assert len(builds) > 1  # some publications were completed before the kill
    publish(data, replace(ABOUT, build_id="last"), manifest_path(data))
    assert not list(data.warehouse.glob(".publishing-*"))
    assert faults(previous_db(data), tables, rows) == []


def test_a_killed_build_is_recovered_and_an_empty_lake_publishes(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    prepare_build(data)
    build = subprocess.Popen(
        [sys.executable, "-m", "dbt.cli.main", *dbt_args("build", data)],
        env=dbt_env(data),
        stdout=subprocess.DEVNULL,
    )
    while not data.build_db.exists() and build.poll() is None:
        time.sleep(0.02)
    time.sleep(1.0)
    build.kill()
    build.wait()
    assert data.build_db.exists()
    done = publish(data, ABOUT, build_warehouse(data).manifest)
    assert set(done.rows.values()) == {0}
    with duckdb.connect(str(data.published_db), read_only=True) as connection:
        assert connection.execute("SELECT report_count, report_years FROM about").fetchone() == (
            0,
            None,
        )


def test_a_lake_that_breaks_a_rule_of_the_marts_is_named(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    write_small_lake(Lake(data.lake))
    lake = Lake(data.lake)
    reports = lake.read("reports")
    lake.write("reports", reports.with_columns(is_current=True))
    with pytest.raises(DbtError, match="assert_one_current_report") as failure:
        prepare_build(data)
        run_dbt(dbt_args("build", data, ["+fct_report"]), dbt_env(data))
    assert "node(s)" in str(failure.value)
