"""One reader becomes other code: what is read again, what changes, and that nothing is left old.

The whole code is copied and changed there, and builds run on the copy in processes of their own,
as they would after an upgrade.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.common.lake import Lake
from assets.common.staleness import YEAR_TABLES
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog

PROJECT = Path(__file__).parents[2]
FOLDERS = ("assets", "schemas", "orchestration", "dbt_project")
SCRIPT = """
import json, sys
from pathlib import Path
from orchestration.build import build
from orchestration.settings import Settings
told = []
done = build(
    [Path(sys.argv[1])], Settings(data=Path(sys.argv[2])), publish=sys.argv[3] == "publish",
    on_changes=lambda reread, changes: told.append([reread, changes.documents, changes.cells]),
)
print(json.dumps({"read": done.read_anew, "reread": done.reread, "years": done.years_rebuilt,
    "problems": done.problems, "dbt": done.dbt_ran, "told": told}))
"""
READS = "text, encoding, notes = _decode(data)"
READS_OTHERWISE = f"{READS}\n        text = re.sub(r'>\\s*0\\s*<', '>4<', text)"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("upgrade") / "code"
    for folder in FOLDERS:
        leave = shutil.ignore_patterns("__pycache__", "logs")
        shutil.copytree(PROJECT / folder, root / folder, ignore=leave)
    return root


@pytest.fixture(scope="module")
def incoming(project) -> Path:
    """Two reports: a web page of an early year, a DOCX of a later one that no rule joins."""
    folder = project.parent / "incoming"
    folder.mkdir()
    catalog, kinds = load_catalog(), {}
    for seed in range(1, 200):
        report = random_report(seed, catalog, "gir_2021")
        kind = {2021: "html", 2024: "docx"}.get(report.report_year)
        if kind and kind not in kinds:
            kinds[kind] = report
    for kind, report in kinds.items():
        (folder / f"{report.report_year}.{kind}").write_bytes(render(report, kind).data)
    assert len(kinds) == 2
    return folder


def build(project: Path, incoming: Path, data: Path, how: str = "lake") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(incoming), str(data), how],
        env=os.environ | {"PYTHONPATH": str(project)},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["problems"] == [], said
    return said


def content(data: Path) -> dict[str, pl.DataFrame]:
    lake = Lake(data / "lake")
    rows = {table: lake.read(table) for table in (*YEAR_TABLES, "reports", "parse_log")}
    rows["parse_log"] = rows["parse_log"].drop("seconds")
    return rows


def test_other_code_of_one_reader(project, incoming, tmp_path):
    data = tmp_path / "data"
    first = build(project, incoming, data, "publish")
    assert (first["read"], first["reread"], first["told"]) == (2, 0, [])
    lake = Lake(data / "lake")
    (docx_file,) = lake.files("report_facts", 2024)
    written = docx_file.stat().st_mtime_ns

    reader = project / "assets" / "layout" / "parsers" / "html.py"
    code = reader.read_text(encoding="utf-8")
    assert code.count(READS) == 1
    reader.write_text(code.replace(READS, READS_OTHERWISE), encoding="utf-8")
    again = build(project, incoming, data)
    assert (again["read"], again["reread"], again["dbt"]) == (1, 1, False)
    assert 2024 not in again["years"]
    assert docx_file.stat().st_mtime_ns == written
    ((reread, documents, cells),) = again["told"]
    assert (reread, documents) == (1, 1)
    with (data / "reading_changes.csv").open(encoding="utf-8-sig", newline="") as handle:
        changes = list(csv.DictReader(handle))
    assert len(changes) == cells > 0
    numbers = {(row["old_value"], row["new_value"]) for row in changes} - {("", "")}
    assert ("0.000000", "4.000000") in numbers
    assert {row["file_name"] for row in changes} == {"2021.html"}

    # What was stopped before publication is told again until it is published.
    assert build(project, incoming, data)["told"] == [[0, 1, cells]]

    fresh = tmp_path / "fresh"
    build(project, incoming, fresh)
    made, anew = content(data), content(fresh)
    for table, rows in anew.items():
        assert made[table].equals(rows), table
