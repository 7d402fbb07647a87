"""What the warehouse costs at full size: `make bench-warehouse`.

Smaller: `python -m tests.bench_warehouse 30000`.

Makes the lake of a world (the one of `gongkai world`) without one report, then the warehouse over
it three times: whole, after that report came in, after the values of a whole year changed. The
floor is plain SQL in one DuckDB connection over the same Parquet that computes the same large
tables, in the same run. Times are wall clock; what a process needs to start (Python, dbt's own
parsing) is measured by a dbt command that does nothing and given apart. Memory is the peak of the
largest child process.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from assets.common.paths import DataFolder
from assets.synthetic.world import WorldOptions, agencies_for
from assets.warehouse.about import About
from assets.warehouse.changes import remember
from assets.warehouse.dbt import (
    WITHOUT_UNIT_TESTS,
    dbt_args,
    dbt_env,
    manifest_path,
    prepare_build,
    read_results,
    run_dbt,
    target_path,
)
from assets.warehouse.publish import publish
from tests.bench_lake import BenchLake

GIB = 1024**3
LARGE = (
    "int_facts__comparable",
    "int_reports__wide",
    "int_outcomes__counted",
    "fct_report_item",
    "fct_rule_outcome",
    "cmp_item_year_over_year",
    "cmp_item_by_agency",
)
"""The tables that the floor computes too: nine tenths of the rows."""

QUESTIONS = {
    "series of one agency, all indicators": "FROM series($agency)",
    "peer rank": "FROM peers('disclosure_rate', $agency, $year)",
    "refusal mix of a province": """
        SELECT r.refusal_reason, sum(r.refusal_count) AS refused
        FROM cmp_refusal_reasons AS r
        INNER JOIN dim_agency AS a USING (agency_code, is_synthetic)
        WHERE r.report_year = $year AND r.kind <> 'gov' AND starts_with(a.division_code, '99')
        GROUP BY r.refusal_reason""",
    "year over year by region and indicator": """
        SELECT region_code, report_year, indicator_id, pooled_value,
            pooled_value - lag(pooled_value) OVER (
                PARTITION BY region_code, kind_group, government_tier, indicator_id
                ORDER BY report_year
            ) AS change
        FROM cmp_region_year WHERE region_tier = 'province'""",
    "year over year by prefecture and item, from the cells": """
        SELECT left(a.division_code, 4) AS prefecture, c.concept, c.report_year, sum(c.change)
        FROM cmp_item_year_over_year AS c
        INNER JOIN dim_agency AS a USING (agency_code, is_synthetic)
        WHERE c.is_comparable AND c.breakdown = 'total' AND c.report_year = $year
            AND starts_with(c.concept, 'applications.outcome')
        GROUP BY ALL""",
    "cells behind one figure": "FROM cells_of('disclosure_rate', $agency, $year)",
}


@dataclass(frozen=True, slots=True)
class Build:
    """Seconds of a build's phases."""

    prepare: float
    dbt: float
    nodes: float
    publish: float

    @property
    def total(self) -> float:
        return self.prepare + self.dbt + self.publish


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_gib() -> float:
    """Peak memory of the largest child so far, GiB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / GIB


def build(data: DataFolder, number: int) -> Build:
    """Prepare, run dbt with all tests, publish."""
    prepared = timed(lambda: prepare_build(data))
    nodes: list[float] = []

    def run() -> None:
        nodes.append(
            run_dbt([*dbt_args("build", data), *WITHOUT_UNIT_TESTS], dbt_env(data)).seconds
        )

    ran = timed(run)
    remembered = timed(lambda: remember(data))
    about = About(f"bench-{number}", "bench", "0" * 64)
    published = timed(lambda: publish(data, about, manifest_path(data)))
    return Build(prepared + remembered, ran, nodes[0], published)


def slowest(data: DataFolder) -> list[str]:
    """The nodes of the last run that took longest."""
    nodes = sorted(read_results(target_path(data)), key=lambda node: -node.seconds)
    return [f"{node.node.split('.')[2][:60]} {node.seconds:.1f}" for node in nodes[:40]]


def start_up(data: DataFolder) -> float:
    """Seconds of a dbt process that only reads its project."""
    return timed(lambda: run_dbt(dbt_args("parse", data), dbt_env(data)))


FLOOR = r"""
import re, sys, time, duckdb
from pathlib import Path
compiled, data, target = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
connection = duckdb.connect(target)
connection.execute("SET enable_progress_bar = false")
connection.execute(f"SET file_search_path = '{data}'; SET memory_limit = '6GB'; SET threads = 2")
models = [path for path in compiled.rglob("*.sql") if path.parent.suffix != ".yml"]
known = {path.stem: path.read_text() for path in models}
made = set()
def make(name):
    if name in made or name not in known:
        return
    sql = known[name].replace('"work"."main".', "").replace('"build"."main".', "")
    for other in set(re.findall(r'"(\w+)"', sql)) & known.keys() - {name}:
        make(other)
    kind = "TABLE" if name in sys.argv[4].split(",") else "VIEW"
    connection.execute(f'CREATE OR REPLACE {kind} "{name}" AS {sql}')
    made.add(name)
started = time.perf_counter()
for name in sys.argv[4].split(","):
    make(name)
connection.close()
print(time.perf_counter() - started)
"""


def floor(data: DataFolder, folder: Path) -> float:
    """Seconds of plain SQL for the large tables, one CREATE TABLE each, nothing sorted."""
    compiled = target_path(data) / "compiled" / "gongkai" / "models"
    where = [str(compiled), str(data.root.resolve()), str(folder / "floor.duckdb")]
    done = subprocess.run(
        [sys.executable, "-c", FLOOR, *where, ",".join(LARGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout.split()[-1])


def ask(data: DataFolder) -> dict[str, float]:
    """Milliseconds of each question on the published file, median of seven after a first."""
    found: dict[str, float] = {}
    with duckdb.connect(str(data.published_db), read_only=True) as connection:
        connection.execute("SET threads = 2")
        report = connection.execute(
            "SELECT agency_code, report_year FROM fct_report "
            "WHERE kind = 'dept' AND is_current AND report_year > 2021 ORDER BY report_id LIMIT 1"
        ).fetchone()
        assert report is not None
        given = dict(zip(("agency", "year"), report, strict=True))
        for name, question in QUESTIONS.items():
            used = {key: value for key, value in given.items() if f"${key}" in question}
            times = [
                timed(lambda q=question, u=used: connection.execute(q, u).fetchall())
                for _ in range(8)
            ]
            found[name] = statistics.median(times[1:]) * 1000
    return found


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=int, nargs="?", default=300_000)
    parser.add_argument(
        "--folder", type=Path, help="an empty one to keep; default: a temporary one"
    )
    given = parser.parse_args()
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        data = DataFolder(folder / "data")
        options = WorldOptions(agencies_for(given.reports, len(WorldOptions().years)))
        started = time.perf_counter()
        lake = BenchLake(data, options)
        console.print(
            f"lake of {lake.report_count} reports, "
            f"{options.agencies} agencies: {time.perf_counter() - started:.0f} s"
        )
        year = lake.years[-2]
        lake.withhold(year)
        whole = build(data, 0)
        console.print(f"whole build: {whole}; peak {peak_gib():.1f} GiB; slowest {slowest(data)}")
        lower = floor(data, folder)
        console.print(f"floor: {lower:.0f} s")
        idle = start_up(data)
        lake.deliver()
        added = build(data, 1)
        console.print(f"one report added: {added}; slowest {slowest(data)}")
        answers = ask(data)
        lake.change_year(year)
        changed = build(data, 2)
        table = Table("", "seconds", "of a whole build", "of the floor", title="builds")
        for label, one in (("whole", whole), ("one report", added), ("one year", changed)):
            cost = max(0.0, one.total - idle)
            table.add_row(
                label,
                f"{one.total:.1f}",
                f"{cost / (whole.total - idle):.1%}",
                f"{one.total / lower:.2f}",
            )
        table.add_row("floor", f"{lower:.1f}", "", "1")
        table.add_row("start of a dbt process", f"{idle:.1f}", "", "")
        console.print(table)
        questions = Table("question", "ms", title="the published file, warm, 2 threads")
        for label, milliseconds in answers.items():
            questions.add_row(label, f"{milliseconds:.0f}")
        console.print(questions)
        sizes = {
            "lake": sum(file.stat().st_size for file in data.lake.rglob("*.parquet")),
            "build.duckdb": data.build_db.stat().st_size,
            "work.duckdb": data.build_db.with_name("work.duckdb").stat().st_size,
            "published.duckdb": data.published_db.stat().st_size,
        }
        console.print({label: f"{size / GIB:.2f} GiB" for label, size in sizes.items()})
        console.print(f"peak memory of a process: {peak_gib():.1f} GiB")


if __name__ == "__main__":
    main()
