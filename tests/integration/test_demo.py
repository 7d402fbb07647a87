"""The first thing a newcomer runs, and the commands that follow it, on what was really built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli.demo import SAMPLES, load_questions
from schemas.catalog import load_catalog
from schemas.indicators import Indicator
from tests.integration.indicator_oracle import faults

PROJECT = Path(__file__).parents[2]


def gongkai(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # PATH without the environment: a newcomer has not activated it.
    environment = os.environ | {
        "GONGKAI_LANG": "en",
        "GONGKAI_DATA": str(data),
        "PATH": "/usr/bin:/bin",
    }
    code = "from orchestration.cli.main import app; app()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo ran."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    done = gongkai(folder, "demo")
    assert done.returncode == 0, done.stderr[-3000:]
    (folder / "said.txt").write_text(done.stdout, encoding="utf-8")
    return folder


def query(data: Path, sql: str) -> list[dict]:
    done = gongkai(data, "sql", sql, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_demo_sums_up_and_answers_its_questions(data: Path):
    said = (data / "said.txt").read_text(encoding="utf-8")
    assert "All documents that were taken in were read." in said
    assert str(data / "warehouse" / "published.duckdb") in said
    assert str(data / "exports") in said
    for number, question in enumerate(load_questions(), start=1):
        assert f"{number}. {question['title_en']}" in said
        assert query(data, question["sql"]), question["title_en"]


def test_real_and_made_up_reports_are_told_apart(data: Path):
    found = query(
        data,
        "SELECT is_synthetic, count(*) AS reports, count(DISTINCT report_year) AS years "
        "FROM fct_report GROUP BY ALL ORDER BY is_synthetic",
    )
    assert found[0] == {"is_synthetic": False, "reports": 4, "years": 1}
    assert found[1]["years"] == 3


def test_the_samples_tell_agency_and_year_themselves(data: Path):
    found = query(data, "SELECT agency_name, report_year FROM fct_report WHERE NOT is_synthetic")
    assert {(row["agency_name"], row["report_year"]) for row in found} == {
        ("石拐区政务服务局", 2023),
        ("石嘴山市人民政府办公室", 2023),
        ("宽城满族自治县人民政府办公室", 2023),
        ("磐石市石嘴镇人民政府", 2023),
    }


def test_every_indicator_is_what_its_cells_say(data: Path, tmp_path: Path):
    copy = tmp_path / "copy.duckdb"
    shutil.copy(data / "warehouse" / "published.duckdb", copy)
    with duckdb.connect(str(copy)) as connection:
        assert faults(connection) == []
        connection.sql("UPDATE cmp_agency_year SET refusal_rate = not_held_rate")
        connection.sql("UPDATE cmp_indicator_long SET previous_value = value")
        found = faults(connection)
    assert any("refusal_rate.value" in line for line in found)
    assert any("requests_received.previous_value" in line for line in found)


def test_the_slipped_row_is_shown_as_unsure(data: Path):
    done = gongkai(data, "explain", "石嘴山市人民政府办公室", "2023")
    assert done.returncode == 0
    assert "5 blank cells stand in front of 10 values" in done.stdout
    assert done.stdout.count("(?)") >= 15


def added_up(one: Indicator, cells: list[dict[str, Any]]) -> dict[str, Decimal | None]:
    """Column of cmp_agency_year to the sum of the cells; nothing where one has no value."""
    sums: dict[str, Decimal | None] = {}
    for part in ("numerator", "denominator") if one.has_denominator else ("numerator",):
        values = [cell["signed_value"] for cell in cells if cell["part"] == part]
        whole = len(values) >= len(one.of(part)) and None not in values
        sums[part] = sum(values, Decimal(0)) if whole else None
    if not one.has_denominator:
        return {one.id: sums["numerator"]}
    return {f"{one.id}_{part}": None if None in sums.values() else sums[part] for part in sums}


def test_every_figure_of_the_real_reports_leads_to_its_cells(data: Path):
    texts = {path.name: path.read_text(encoding="utf-8") for path in SAMPLES.glob("*.txt")}
    catalog = load_catalog()
    items = defaultdict(list)
    for row in catalog.crosswalk:
        items[row.concept, row.format_id].append(row.item_code)
    seen: set[tuple[str, str]] = set()
    figures = 0
    with duckdb.connect(str(data / "warehouse" / "published.duckdb"), read_only=True) as warehouse:

        def rows(query: str, *values: object) -> list[dict[str, Any]]:
            cursor = warehouse.execute(query, values)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        reports = rows("FROM cmp_agency_year WHERE NOT is_synthetic")
        assert len(reports) == len(texts)
        for report in reports:
            agency, year = report["agency_code"], report["report_year"]
            for one in (one for one in catalog.indicators if one.is_column):
                cells = rows("FROM cells_of(?, ?, ?) WHERE NOT is_synthetic", one.id, agency, year)
                # No report of the year before is there, so its cells are not either.
                assert sorted(
                    (cell["part"], cell["item_code"], cell["breakdown"])
                    for cell in cells
                    if not cell["measure"]
                ) == sorted(
                    (term.part, item, term.breakdown)
                    for term in one.terms
                    for item in items[term.concept, report["format_id"]]
                    if not term.is_previous_year
                ), one.id
                sums = added_up(one, cells)
                assert sums == {name: report[name] for name in sums}, (one.id, agency)
                figures += None not in sums.values()
                for cell in cells:
                    assert cell["report_id"] == report["report_id"]
                    if cell["value_status"] == "reported":
                        place = re.match(r"L(\d+)", cell["locator"])
                        line = texts[cell["file_name"]].splitlines()[int(place[1]) - 1]
                        assert cell["raw_text"] in line
                        seen.add((cell["file_name"], cell["locator"]))
    assert figures > 150
    assert len(seen) > 400


def test_every_table_and_column_has_a_meaning(data: Path):
    done = gongkai(data, "dictionary", "--format", "json")
    assert all(row["comment"] and row["table_comment"] for row in json.loads(done.stdout))


def test_publish_and_export_again(data: Path, tmp_path: Path):
    before = query(data, "SELECT build_id FROM about")
    assert gongkai(data, "publish").returncode == 0
    assert query(data, "SELECT build_id FROM about") != before
    done = gongkai(data, "export", "--to", str(tmp_path / "out"))
    assert done.returncode == 0
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert "fct_report" in {resource["name"] for resource in package["resources"]}


def test_strict_tells_of_a_document_that_was_not_read(data: Path, tmp_path: Path):
    (tmp_path / "empty.pdf").write_bytes(b"")
    done = gongkai(data, "build", str(tmp_path / "empty.pdf"), "--strict")
    assert done.returncode == 1, done.stderr
    assert "empty.pdf  damaged" in done.stdout
    again = gongkai(data, "build")
    assert again.returncode == 0
    assert "Nothing changed since the last build" in again.stdout
    shown = gongkai(data, "explain", "empty.pdf")
    assert "the file is empty" in shown.stdout
