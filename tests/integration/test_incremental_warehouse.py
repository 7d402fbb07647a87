"""A warehouse that goes on from the last build holds the rows of one that is made anew.

Reports are added, taken away, replaced and read otherwise in a random order, three times; then
every table of both builds is compared row by row. A build that is killed in between leaves nothing
that the next one could take for whole.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.synthetic.world import WorldOptions
from assets.warehouse.changes import REPORT_TABLES, remember, work_db
from assets.warehouse.dbt import (
    PROJECT,
    WITHOUT_UNIT_TESTS,
    dbt_args,
    dbt_env,
    prepare_build,
    run_dbt,
)
from tests.bench_lake import TABLES, BenchLake

YEARS = (2019, 2020, 2021)
# Sums of doubles depend on the order of their terms in the last digits.
ROUNDED = "SELECT * REPLACE ({rounded}) FROM {side}.main.{table}"


def build(data: DataFolder) -> bool:
    """Build, as build_warehouse does, and say whether it went on."""
    goes_on = prepare_build(data)
    run_dbt([*dbt_args("build", data), *WITHOUT_UNIT_TESTS], dbt_env(data))
    remember(data)
    return goes_on


class Changing:
    """A lake whose reports change at random."""

    def __init__(self, lake: Lake, seed: int) -> None:
        self.lake = lake
        self.chance = random.Random(seed)

    def doc(self) -> tuple[int, str]:
        reports = self.lake.read("reports")
        known = sorted(zip(reports["report_year"], reports["doc_id"], strict=True))
        return self.chance.choice(known)

    def rewrite(self, table: str, year: int | None, frame: pl.DataFrame) -> None:
        self.lake.write(table, frame, year)

    def remove(self) -> None:
        year, doc = self.doc()
        other = pl.col("doc_id") != doc
        for table in TABLES:
            self.rewrite(table, year, self.lake.read(table, year).filter(other))
        for table in REPORT_TABLES:
            self.rewrite(table, None, self.lake.read(table).filter(other))

    def reread(self) -> None:
        """Give a report another value, and leave one out."""
        year, doc = self.doc()
        facts = self.lake.read("report_facts", year)
        mine = (pl.col("doc_id") == doc) & (pl.col("table_id") == facts["table_id"][0])
        self.rewrite(
            "report_facts",
            year,
            facts.with_columns(
                value=pl.when(mine & pl.col("value").is_not_null())
                .then(pl.col("value") + 1)
                .otherwise("value")
                .cast(facts["value"].dtype)
            ),
        )

    def rename(self) -> None:
        """Settle the identity of a report otherwise: it becomes another kind of agency."""
        _, doc = self.doc()
        reports = self.lake.read("reports")
        mine = pl.col("doc_id") == doc
        self.rewrite(
            "reports",
            None,
            reports.with_columns(
                kind=pl.when(mine).then(pl.lit("unknown")).otherwise("kind"),
                agency_name=pl.when(mine).then(pl.lit("改名局")).otherwise("agency_name"),
            ),
        )

    def replace(self) -> None:
        """A second version of a report comes in and becomes the current one."""
        year, doc = self.doc()
        newer = "f" * 20 + doc[20:]
        if newer == doc or newer in self.lake.read("reports")["doc_id"].to_list():
            return
        mine = pl.col("doc_id") == doc
        again = {
            "doc_id": pl.lit(newer),
            "report_id": pl.lit(f"{newer}-1"),
            "finding_id": pl.concat_str(pl.lit("again-"), "finding_id"),
        }
        for table, of_year in {
            **dict.fromkeys(TABLES, year),
            **dict.fromkeys(REPORT_TABLES),
        }.items():
            frame = self.lake.read(table, of_year)
            changes = {name: made for name, made in again.items() if name in frame.columns}
            copy = frame.filter(mine).with_columns(**changes)
            if table == "reports":
                frame = frame.with_columns(is_current=pl.col("is_current") & ~mine)
            self.rewrite(table, of_year, pl.concat([frame, copy]))


def _rounded(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> str:
    """All rows of a table, doubles without the digits that depend on the order of terms."""
    doubles = connection.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = ? AND table_name = ? AND data_type = 'DOUBLE'",
        [database, table],
    ).fetchall()
    if not doubles:
        return f"SELECT * FROM {database}.main.{table}"
    rounded = ", ".join(f'round("{name}", 9) AS "{name}"' for (name,) in doubles)
    return ROUNDED.format(rounded=rounded, side=database, table=table)


def rows_that_differ(one: DataFolder, other: DataFolder) -> dict[str, int]:
    """Per table of the two builds, marts and intermediate tables, rows that only one has."""
    with duckdb.connect() as connection:
        for name, data in (("one", one), ("other", other)):
            connection.execute(f"ATTACH '{data.build_db}' AS {name} (READ_ONLY)")
            connection.execute(f"ATTACH '{work_db(data)}' AS {name}_work (READ_ONLY)")
        found: dict[str, int] = {}
        for suffix in ("", "_work"):
            tables = [
                {
                    name
                    for (name,) in connection.execute(
                        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? "
                        "AND NOT starts_with(table_name, 'built_')",
                        [f"{side}{suffix}"],
                    ).fetchall()
                }
                for side in ("one", "other")
            ]
            assert tables[0] == tables[1]
            for table in sorted(tables[0]):
                mine, theirs = (
                    _rounded(connection, f"{side}{suffix}", table) for side in ("one", "other")
                )
                counts = [
                    connection.execute(
                        f"SELECT count(*) FROM ({left} EXCEPT ALL {right})"
                    ).fetchone()
                    for left, right in ((mine, theirs), (theirs, mine))
                ]
                found[table] = sum(row[0] for row in counts if row)
        return found


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    BenchLake(folder, WorldOptions(agencies=60, years=YEARS))
    return folder


def test_changes_in_any_order_give_what_a_new_build_gives(data: DataFolder, tmp_path: Path) -> None:
    assert not build(data)
    changing = Changing(Lake(data.lake), seed=36)
    kinds = [changing.remove, changing.reread, changing.rename, changing.replace]
    for _ in range(2):
        changing.chance.shuffle(kinds)
        for change in kinds:
            change()
        assert build(data)
    anew = DataFolder(tmp_path / "anew")
    shutil.copytree(data.lake, anew.lake)
    assert not build(anew)
    found = rows_that_differ(data, anew)
    assert {name: count for name, count in found.items() if count} == {}
    assert {"fct_report_item", "cmp_item_year_over_year", "int_reports__wide"} <= set(found)


def test_a_build_that_was_killed_or_failed_is_followed_by_a_whole_one(data: DataFolder) -> None:
    # No dbt is needed to see what is remembered: an empty build.duckdb stands for the marts.
    assert not prepare_build(data)
    duckdb.connect(str(data.build_db)).close()
    remember(data)
    assert prepare_build(data)
    # Killed here: what work.duckdb knew of the last build is not trusted any more.
    assert not prepare_build(data)
    duckdb.connect(str(data.build_db)).close()
    remember(data)
    data.build_db.unlink()
    assert not prepare_build(data)


def test_other_code_or_reference_data_is_a_whole_build(data: DataFolder) -> None:
    assert not prepare_build(data)
    duckdb.connect(str(data.build_db)).close()
    remember(data)
    lake = Lake(data.lake)
    lake.write("ref_rule", lake.read("ref_rule").head(3))
    assert not prepare_build(data)


def test_a_part_of_the_models_is_no_whole_build(data: DataFolder) -> None:
    assert not prepare_build(data)
    duckdb.connect(str(data.build_db)).close()
    remember(data)
    assert not prepare_build(data, whole=False)
    assert not prepare_build(data)


def test_only_the_reports_that_differ_are_named_with_those_set_against_them(
    data: DataFolder,
) -> None:
    assert not prepare_build(data)
    duckdb.connect(str(data.build_db)).close()
    remember(data)
    lake = Lake(data.lake)
    reports = lake.read("reports").with_columns(
        years=pl.col("report_year").sort().implode().over("agency_code")
    )
    # One report for every year, as in the plan of a world without late or missing filers.
    whole = reports.filter(pl.col("years") == list(YEARS), report_year=2020)
    changed = whole["report_id"].sort()[0]
    facts = lake.read("report_facts", 2020)
    lake.write("report_facts", facts.filter(pl.col("report_id") != changed), 2020)
    assert prepare_build(data)
    with duckdb.connect(str(work_db(data))) as connection:
        named = connection.execute("SELECT report_id, report_year FROM changed_reports").fetchall()
        before = connection.execute("SELECT report_year FROM reports_before_changed").fetchall()
    assert (changed, 2020) in named
    assert sorted(year for _, year in named) == [2020, 2021]
    assert sorted(year for (year,) in before) == [2019, 2020]


def test_a_build_killed_while_it_goes_on_is_made_good_by_the_next(
    data: DataFolder, tmp_path: Path
) -> None:
    assert not build(data)
    Changing(Lake(data.lake), seed=1).reread()
    assert prepare_build(data)
    before = data.build_db.stat().st_mtime_ns
    process = subprocess.Popen(
        [sys.executable, "-m", "dbt.cli.main", *dbt_args("build", data), *WITHOUT_UNIT_TESTS],
        env=dbt_env(data),
        stdout=subprocess.DEVNULL,
        cwd=PROJECT,
    )
    wal = data.build_db.with_name(data.build_db.name + ".wal")
    while process.poll() is None and not (
        wal.exists() or data.build_db.stat().st_mtime_ns > before
    ):
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not build(data)
    anew = DataFolder(tmp_path / "anew")
    shutil.copytree(data.lake, anew.lake)
    build(anew)
    assert not any(rows_that_differ(data, anew).values())
