"""How dbt is run: environment, arguments, what must lie ready, and what a failure says.

Pure builders and one subprocess call; no Dagster here. dbt reads the lake of one data folder and
writes its build.duckdb; its own files lie in that folder too, so two data folders never meet.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.warehouse.changes import find_changes, forget, remember, work_db
from schemas.frames import LAKE_TABLES, empty_frame

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
Command = Literal["build", "parse"]
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
"""Unit tests try the code, not the data: they belong to development, not to every build."""
GOOD = frozenset({"success", "pass", "warn", "no-op"})


class DbtError(RuntimeError):
    """Dbt did not succeed; the message names the nodes that failed and what the engine said."""


class BuildBusyError(RuntimeError):
    """Another process holds build.duckdb open."""


MANY_REPORTS = 50_000
"""From here on models are made one at a time: each uses all processors, and needs the memory."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """How one node (model, test, unit test) ended; `failures` counts the rows a test returned."""

    node: str
    status: str
    message: str
    failures: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DbtResult:
    """A dbt invocation that succeeded."""

    nodes: tuple[NodeResult, ...]
    manifest: Path
    seconds: float


def target_path(data: DataFolder) -> Path:
    """The target folder of dbt (manifest, run results, compiled SQL) for a data folder."""
    return data.warehouse / "dbt" / "target"


def log_path(data: DataFolder) -> Path:
    """The log folder of dbt for a data folder."""
    return data.warehouse / "dbt" / "logs"


def manifest_path(data: DataFolder) -> Path:
    """The manifest that the last dbt run on a data folder wrote."""
    return target_path(data) / "manifest.json"


def dbt_env(data: DataFolder, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a dbt process: `base` (by default this process's) and where the data is.

    Raises:
        ValueError: the data folder's path holds a comma, which DuckDB reads as two folders.
    """
    root = str(data.root.resolve())
    if "," in root:
        raise ValueError(f"the data folder's path must not contain a comma: {root}")
    reports = Lake(data.lake).stored("reports")
    is_large = reports is not None and reports.rows > MANY_REPORTS
    return {
        **({"GONGKAI_DBT_THREADS": "1"} if is_large else {}),
        **(os.environ if base is None else base),
        "GONGKAI_DATA": root,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def dbt_args(command: Command, data: DataFolder, select: Sequence[str] = ()) -> list[str]:
    """Arguments of `dbt` for a data folder; `select` names models or selectors, none means all."""
    args = [
        "--no-use-colors",
        "--log-level",
        "warn",
        "--log-path",
        str(log_path(data).resolve()),
        command,
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
        "--target-path",
        str(target_path(data).resolve()),
    ]
    return [*args, "--select", *select] if select else args


def complete_lake(lake: Lake) -> list[str]:
    """Give every lake table that has no file yet a typed file without rows; the names of those."""
    missing = [
        table for table in LAKE_TABLES if not lake.file(table).exists() and not lake.years(table)
    ]
    for table in missing:
        lake.write(table, empty_frame(LAKE_TABLES[table]))
    return missing


def _remove_build(data: DataFolder) -> None:
    for path in (data.build_db, work_db(data)):
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _can_be_opened(path: Path) -> bool:
    """Whether a database is there and sound.

    Raises:
        BuildBusyError: another process has it open.
    """
    if not path.exists():
        return False
    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute("SELECT count(*) FROM duckdb_tables()")
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise BuildBusyError(f"{path} is open in another process: {error}") from error
        return False
    return True


def prepare_build(data: DataFolder, whole: bool = True) -> bool:
    """Make ready what dbt needs: folders, a file for every lake table, sound databases.

    build.duckdb and work.duckdb are disposable. A build of all models goes on from the last one
    where that was whole and few reports differ, else it starts from none. A build of some models
    keeps the others; the next one of all then starts from none.

    Args:
        data: the data folder.
        whole: all models are about to be built.

    Returns:
        whether the build goes on from the last one.

    Raises:
        BuildBusyError: another process has one of the databases open.
    """
    data.warehouse.mkdir(parents=True, exist_ok=True)
    complete_lake(Lake(data.lake))
    sound = [_can_be_opened(path) for path in (data.build_db, work_db(data))]
    if not all(sound):
        _remove_build(data)
    if not whole:
        forget(data)
        return False
    if find_changes(data, PROJECT).reports is not None:
        return True
    if data.build_db.exists():
        _remove_build(data)
        find_changes(data, PROJECT)
    return False


def read_results(target: Path) -> tuple[NodeResult, ...]:
    """The node results in a target folder's run_results.json; none where there is no such file."""
    file = target / "run_results.json"
    if not file.exists():
        return ()
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return tuple(
        NodeResult(
            node=result["unique_id"],
            status=result["status"],
            message=result.get("message") or "",
            failures=result.get("failures") or 0,
            seconds=result.get("execution_time") or 0.0,
        )
        for result in content["results"]
    )


def failure_text(nodes: Sequence[NodeResult], output: str) -> str:
    """What a person needs to know of a failed run: the nodes that failed, else dbt's last words."""
    failed = [node for node in nodes if node.status not in GOOD and node.status != "skipped"]
    skipped = sum(node.status == "skipped" for node in nodes)
    if not failed:
        return "dbt failed: " + "\n".join(output.strip().splitlines()[-15:])
    lines = [f"dbt failed in {len(failed)} node(s), {skipped} skipped:"]
    lines += [f"  {node.node}: {node.status}: {node.message.strip()}" for node in failed[:10]]
    return "\n".join(lines)


def run_dbt(args: Sequence[str], env: Mapping[str, str]) -> DbtResult:
    """Run dbt in a process of its own, with the interpreter that runs this.

    Args:
        args: from `dbt_args`.
        env: from `dbt_env`.

    Raises:
        DbtError: dbt ended with an error; the message names the failing nodes.
    """
    target = Path(args[list(args).index("--target-path") + 1])
    target.mkdir(parents=True, exist_ok=True)
    (target / "run_results.json").unlink(missing_ok=True)
    process = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *args],
        env=dict(env),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    nodes = read_results(target)
    if process.returncode != 0:
        raise DbtError(failure_text(nodes, process.stdout + process.stderr))
    return DbtResult(
        nodes=nodes,
        manifest=target / "manifest.json",
        seconds=sum(node.seconds for node in nodes),
    )


def build_warehouse(data: DataFolder, unit_tests: bool = False) -> DbtResult:
    """Build all models over the lake of a data folder and test their rows.

    Args:
        data: the data folder.
        unit_tests: try the models' logic on made-up rows too; that depends on the code alone.

    Raises:
        BuildBusyError: another process has build.duckdb open.
        DbtError: a model or test failed.
    """
    prepare_build(data)
    flags = () if unit_tests else WITHOUT_UNIT_TESTS
    done = run_dbt([*dbt_args("build", data), *flags], dbt_env(data))
    remember(data)
    return done
