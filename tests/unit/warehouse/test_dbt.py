from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.warehouse.dbt import (
    PROJECT,
    BuildBusyError,
    DbtError,
    NodeResult,
    complete_lake,
    dbt_args,
    dbt_env,
    failure_text,
    manifest_path,
    prepare_build,
    run_dbt,
)
from schemas.frames import LAKE_TABLES, empty_frame


def test_environment_names_the_folder_and_keeps_dbt_silent(tmp_path: Path) -> None:
    env = dbt_env(DataFolder(tmp_path / "data"), {"PATH": "/bin"})
    assert env == {
        "PATH": "/bin",
        "GONGKAI_DATA": str(tmp_path / "data"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def test_models_over_many_reports_are_made_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = DataFolder(tmp_path / "data")
    Lake(data.lake).write("reports", empty_frame(LAKE_TABLES["reports"]))
    assert "GONGKAI_DBT_THREADS" not in dbt_env(data, {})
    monkeypatch.setattr("assets.warehouse.dbt.MANY_REPORTS", -1)
    assert dbt_env(data, {})["GONGKAI_DBT_THREADS"] == "1"
    assert dbt_env(data, {"GONGKAI_DBT_THREADS": "4"})["GONGKAI_DBT_THREADS"] == "4"


def test_a_folder_that_duckdb_would_misread_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must not contain a comma"):
        dbt_env(DataFolder(tmp_path / "a,b"), {})


def test_arguments_keep_data_folders_apart(tmp_path: Path) -> None:
    one, two = DataFolder(tmp_path / "one"), DataFolder(tmp_path / "two")
    args = dbt_args("build", one)
    assert args[args.index("--project-dir") + 1] == str(PROJECT)
    assert args[args.index("--target-path") + 1] == str(tmp_path / "one/warehouse/dbt/target")
    assert args[args.index("--log-path") + 1] == str(tmp_path / "one/warehouse/dbt/logs")
    assert not {str(tmp_path / "one/warehouse/dbt/target")} & set(dbt_args("build", two))
    assert manifest_path(one) == tmp_path / "one/warehouse/dbt/target/manifest.json"
    assert "--select" not in args
    assert dbt_args("build", one, ["a", "b+"])[-3:] == ["--select", "a", "b+"]


def test_the_lake_is_completed_with_typed_files_and_nothing_is_overwritten(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    facts = empty_frame(LAKE_TABLES["report_facts"])
    kept = lake.write("report_facts", facts, 2022)
    before = kept.stat().st_mtime_ns
    missing = complete_lake(lake)
    assert set(missing) == set(LAKE_TABLES) - {"report_facts"}
    assert kept.stat().st_mtime_ns == before
    assert complete_lake(lake) == []
    described = duckdb.sql(f"DESCRIBE FROM read_parquet('{lake.file('report_cells')}')").fetchall()
    assert ("value", "DECIMAL(18,6)") in [row[:2] for row in described]


def _database(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")


def test_a_whole_build_starts_afresh_and_a_part_keeps_the_rest(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    prepare_build(data)
    _database(data.build_db)
    prepare_build(data, whole=False)
    assert data.build_db.exists()
    prepare_build(data)
    assert not data.build_db.exists()


@pytest.mark.parametrize("content", [b"", os.urandom(20000), b"DUCK" * 4096])
def test_a_file_that_a_killed_build_left_is_removed(tmp_path: Path, content: bytes) -> None:
    data = DataFolder(tmp_path)
    data.warehouse.mkdir()
    data.build_db.write_bytes(content)
    log = data.build_db.with_name("build.duckdb.wal")
    log.write_bytes(b"rest of a log")
    prepare_build(data, whole=False)
    assert not log.exists()
    _database(data.build_db)


def test_a_log_without_its_database_is_removed(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    data.warehouse.mkdir()
    log = data.build_db.with_name("build.duckdb.wal")
    log.write_bytes(b"rest of a log")
    prepare_build(data)
    assert not log.exists()


def test_a_build_in_use_is_not_taken_away(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    data.warehouse.mkdir()
    _database(data.build_db)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(data.build_db)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(BuildBusyError, match="open in another process"):
            prepare_build(data)
        holder.stdin.close()
    assert data.build_db.exists()


def test_a_failure_names_the_nodes_and_what_was_said() -> None:
    nodes = [
        NodeResult("model.gongkai.dim_item", "success", "OK", 0, 0.1),
        NodeResult("model.gongkai.fct_report", "error", "Binder Error: no column x", 0, 0.1),
        NodeResult("test.gongkai.unique_key", "fail", "Got 2 results", 2, 0.1),
        NodeResult("model.gongkai.qlt", "skipped", "", 0, 0.0),
    ]
    text = failure_text(nodes, "")
    assert text.splitlines() == [
        "dbt failed in 2 node(s), 1 skipped:",
        "  model.gongkai.fct_report: error: Binder Error: no column x",
        "  test.gongkai.unique_key: fail: Got 2 results",
    ]


def test_a_failure_before_any_node_shows_the_last_words(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    args = [*dbt_args("parse", data), "--no-such-option"]
    with pytest.raises(DbtError, match="no-such-option"):
        run_dbt(args, dbt_env(data))
