"""Imports point one way, and only thin modules know Dagster."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ORDER = ("schemas", "assets", "orchestration")
DAGSTER = ("dagster", "dagster_dbt")
# Definitions, and what is only ever used by definitions.
MAY_KNOW_DAGSTER = {
    "assets/common/checks.py",
    "assets/common/io_manager.py",
    "assets/common/metadata.py",
    "assets/common/partitions.py",
    "assets/common/workspace.py",
    "assets/warehouse/translator.py",
    "orchestration/definitions.py",
    "orchestration/runs.py",
}
COMMANDS = (
    "check", "dictionary", "explain", "export", "findings", "publish", "score", "sql", "status",
)  # fmt: skip
HEAVY = ("dagster", "dbt", "pandera", "polars", "duckdb", "pdfplumber", "docx", "reportlab")


def sources() -> list[Path]:
    return sorted(path for part in ORDER for path in (PROJECT / part).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names.add(node.module or "")
    return names


def relative(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=relative)
def test_a_folder_imports_only_itself_and_those_before_it(path: Path):
    own = ORDER.index(relative(path).split("/")[0])
    later = set(ORDER[own + 1 :])
    assert {name for name in imported(path) if name.split(".")[0] in later} == set()


@pytest.mark.parametrize("path", sources(), ids=relative)
def test_only_definitions_import_dagster(path: Path):
    name = relative(path)
    thin = path.name in ("assets.py", "checks.py") and name.startswith("assets/")
    if thin or name in MAY_KNOW_DAGSTER or name.startswith("orchestration/defs/"):
        return
    assert not {module for module in imported(path) if module.split(".")[0] in DAGSTER}


def test_the_list_of_exceptions_is_not_longer_than_it_must_be():
    for name in MAY_KNOW_DAGSTER:
        path = PROJECT / name
        assert path.exists(), name
        assert {module for module in imported(path) if module.split(".")[0] in DAGSTER}, name


def loaded_by(code: str) -> set[str]:
    """Names of top-level modules that a new interpreter has loaded after running `code`."""
    script = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_starting_the_command_loads_nothing_heavy():
    loaded = loaded_by(
        "from orchestration.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass"
    )  # fmt: skip
    assert loaded.isdisjoint(HEAVY), sorted(loaded.intersection(HEAVY))


def processor_seconds(code: str) -> float:
    """Processor time of a new interpreter that runs `code`: other load does not change it."""
    script = f"import time\n{code}\nprint(time.process_time())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def test_starting_the_command_takes_well_under_a_second():
    help_page = (
        "from orchestration.cli.main import app\ntry: app(['--help'])\nexcept SystemExit: pass"
    )
    spent = processor_seconds(help_page)
    assert spent < 0.9
    # Machines differ; what must not creep in does not.
    assert spent < processor_seconds("import dagster") * 0.7


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_imports_while_it_runs_is_free_of_dagster(command: str):
    """Imports inside the functions of a command count, whichever way the command ends."""
    path = PROJECT / "orchestration" / "cli" / f"{command}.py"
    own = sorted(name for name in imported(path) if name.split(".")[0] in ORDER)
    loaded = loaded_by("\n".join(f"import {name}" for name in own))
    assert loaded.isdisjoint({"dagster", "dagster_dbt", "dbt"})
