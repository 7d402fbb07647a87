"""Parquet read by other tools, selections, files that keep their bytes, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from assets.common.paths import DataFolder
from assets.exports.exported import ExportError, ExportFormat
from assets.exports.handout import export, export_parquet
from assets.exports.headers import HeaderLanguage
from assets.exports.package import export_faults
from assets.exports.selection import NotSelectable, Wanted, slug_of
from orchestration.cli.main import app
from tests.unit.exports.publication import ITEMS, TABLES, published, table_rows
from tests.unit.exports.test_parquet import PACKAGE_SCHEMA

ITEM = "fct_report_item"
ALL = tuple(ExportFormat)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    data = published(tmp_path_factory.mktemp("it's 数据"), years=(2021, 2022, None))
    export(data, ALL)
    return data


def by_key(rows: list[tuple]) -> list[tuple]:
    return sorted(rows, key=lambda row: (row[0], row[4]))


@pytest.mark.parametrize("table", [name for name in TABLES if name != "fct_report_contact"])
def test_duckdb_and_polars_read_what_was_published(data: DataFolder, table: str):
    files = str(data.exports / f"{table}.parquet")
    if (data.exports / table).is_dir():
        files = str(data.exports / table / "**" / "*.parquet")
    wanted = sorted(table_rows(data, table), key=str)
    query = "SELECT * FROM read_parquet(?, hive_partitioning = false)"
    assert sorted(duckdb.execute(query, [files]).fetchall(), key=str) == wanted
    frame = pl.read_parquet(files, hive_partitioning=False)
    assert sorted(frame.rows(), key=str) == wanted


def test_pandas_reads_what_was_published(data: DataFolder):
    frame = pd.read_parquet(data.exports / ITEM, partitioning=None, dtype_backend="pyarrow")
    found = [tuple(row.values()) for row in frame.to_dict("records")]
    found = [tuple(None if value is pd.NA else value for value in row) for row in found]
    wanted = by_key(table_rows(data, ITEM))
    assert [row[:7] for row in by_key(found)] == [row[:7] for row in wanted]
    assert [row[10] for row in by_key(found)] == [row[10] for row in wanted]


def test_rows_without_a_year_have_a_file(data: DataFolder):
    path = data.exports / ITEM / "report_year=__HIVE_DEFAULT_PARTITION__" / f"{ITEM}.parquet"
    frame = pl.read_parquet(path, hive_partitioning=False)
    assert frame.height == 3 * ITEMS
    assert frame["report_year"].null_count() == frame.height
    assert (data.exports / "csv" / f"{ITEM}-none.csv").exists()


def test_metadata_say_what_every_column_means(data: DataFolder):
    schema = pq.read_schema(data.exports / "cmp_indicator_long/report_year=2021"
                            "/cmp_indicator_long.parquet")  # fmt: skip
    metadata = {key.decode(): value.decode() for key, value in schema.metadata.items()}
    assert metadata["gongkai.description_en"] == "One row per cmp_indicator_long."
    columns = json.loads(metadata["gongkai.columns"])
    assert list(columns) == schema.names
    assert columns["value"] == {"type": "DOUBLE", "zh": "列value：它's。", "en": "Column value."}
    assert json.loads(metadata["gongkai.indicators"])[0]["name_zh"] == "增长"
    assert json.loads(metadata["gongkai.key"])[-1] == "indicator_id"
    plain = pl.read_parquet_metadata(data.exports / "dim_agency.parquet")
    assert "gongkai.indicators" not in plain


@pytest.mark.parametrize("kind", ALL)
def test_every_format_has_a_sound_package(data: DataFolder, kind: ExportFormat):
    folder = data.exports if kind is ExportFormat.PARQUET else data.exports / kind.value
    assert export_faults(folder) == []
    content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, PACKAGE_SCHEMA if kind is not ExportFormat.XLSX else True)
    names = {resource["name"] for resource in content["resources"]}
    for resource in content["resources"]:
        for key in resource.get("schema", {}).get("foreignKeys", ()):
            assert key["reference"]["resource"] in names
    if kind is ExportFormat.PARQUET:
        (item, *_) = [one for one in content["resources"] if one["name"] == f"{ITEM}-2021"]
        targets = {key["reference"]["resource"] for key in item["schema"]["foreignKeys"]}
        assert targets == {"fct_report", "fct_document"}


def test_contact_details_are_in_no_file(data: DataFolder):
    for path in data.exports.rglob("*"):
        assert "contact" not in path.name
        if path.is_file() and path.suffix in {".csv", ".parquet"}:
            assert b"0000-1234567" not in path.read_bytes()


def test_a_file_whose_rows_did_not_change_keeps_its_bytes(tmp_path: Path):
    data = published(tmp_path, build="one")
    kinds = (ExportFormat.PARQUET, ExportFormat.CSV)
    before = {
        f"{one.folder}/{file.path}": file for one in export(data, kinds) for file in one.files
    }
    untouched = data.exports / ITEM / "report_year=2021" / f"{ITEM}.parquet"
    written = untouched.stat().st_mtime_ns
    published(tmp_path, build="two")
    with duckdb.connect(str(data.published_db)) as connection:
        connection.execute(f"UPDATE {ITEM} SET value = 7 WHERE report_year = 2022")
    after = {f"{one.folder}/{file.path}": file for one in export(data, kinds) for file in one.files}
    changed = {path for path, file in after.items() if file.sha256 != before[path].sha256}
    assert changed == {
        f"{data.exports}/{ITEM}/report_year=2022/{ITEM}.parquet",
        f"{data.exports}/about.parquet",
        f"{data.exports}/csv/{ITEM}-2022.csv",
        f"{data.exports}/csv/about.csv",
    }
    assert untouched.stat().st_mtime_ns == written
    assert {path for path, file in after.items() if not file.is_kept} == changed | {
        f"{data.exports}/csv/columns.csv"
    }
    assert export_faults(data.exports) == export_faults(data.exports / "csv") == []


def test_a_damaged_file_is_written_again(tmp_path: Path):
    data = published(tmp_path)
    export_parquet(data)
    path = data.exports / "fct_report.parquet"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"x")
    export_parquet(data)
    assert path.read_bytes() == good


def test_another_language_of_headers_is_another_file(tmp_path: Path):
    data = published(tmp_path, years=(2021,))
    for language in (HeaderLanguage.EN, HeaderLanguage.ZH):
        export(data, [ExportFormat.CSV], language=language)
    head = (data.exports / "csv" / "fct_report.csv").read_text(encoding="utf-8-sig")
    assert head.startswith("列report_id,")


def test_a_selection_never_replaces_the_whole_export(data: DataFolder):
    whole = (data.exports / "datapackage.json").read_bytes()
    (done,) = export(data, wanted=Wanted(agency="a2", year=2022))
    assert done.folder == data.exports / "selections" / "乙市教育局_2022"
    rows = {file.table: file.rows for file in done.files}
    assert rows[ITEM] == ITEMS
    assert rows["fct_document"] == rows["fct_report"] == rows["dim_agency"] == 1
    assert rows["dim_division"] == 3
    assert (data.exports / "datapackage.json").read_bytes() == whole
    with pytest.raises(NotSelectable, match="export_whole"):
        export(data, wanted=Wanted(year=2022), folder=data.exports)


def test_a_made_up_namesake_is_left_out(data: DataFolder):
    (done,) = export(data, wanted=Wanted(agency="甲市教育局", tables=("fct_report",)))
    (file,) = done.files
    frame = pl.read_parquet(done.folder / file.path)
    assert frame["is_synthetic"].to_list() == [False] * 3


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(agency="丙"), "error.no_agency"),
        (Wanted(agency="市教育局"), "error.many_agencies"),
        (Wanted(region="丙市"), "error.no_region"),
        (Wanted(region="150000000000"), "error.empty_region"),
        (Wanted(year=1999), "error.no_year"),
        (Wanted(tables=("fct_report_contact",)), "error.no_table"),
    ],
)
def test_what_cannot_be_selected_is_said(data: DataFolder, wanted: Wanted, key: str):
    with pytest.raises(NotSelectable) as failure:
        export(data, wanted=wanted)
    assert failure.value.key == key


def test_a_region_takes_what_lies_below_it(data: DataFolder):
    for region, codes in (("山西省", {"a1", "a2"}), ("140100000000", {"a1"})):
        (done,) = export(data, wanted=Wanted(region=region, tables=("dim_agency",)))
        frame = pl.read_parquet(done.folder / done.files[0].path)
        assert set(frame["agency_code"]) == codes
        (done,) = export(data, wanted=Wanted(region=region, tables=("cmp_coverage",)))
        frame = pl.read_parquet(done.folder / done.files[0].path)
        assert frame["expected_count"].to_list() == [2]


def test_slugs_are_file_names():
    assert slug_of("../..") == "selection"
    assert slug_of("a/b c:d") == "a-b-c-d"
    assert slug_of("石嘴山市") == "石嘴山市"


def test_nothing_published_is_said(tmp_path: Path):
    with pytest.raises(ExportError, match="nothing is published yet"):
        export(DataFolder(tmp_path), ALL)


def test_the_command_writes_and_complains(tmp_path: Path):
    data = published(tmp_path / "data")
    run = CliRunner().invoke
    where = ["--data", str(data.root), "--lang", "en"]
    done = run(app, ["export", *where, "--format", "all", "--to", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "xlsx" / "gongkai.xlsx").exists()
    assert (tmp_path / "out" / "csv" / "fct_report.csv").exists()
    assert (tmp_path / "out" / "fct_report.parquet").exists()
    again = run(app, ["export", *where, "--to", str(tmp_path / "out")])
    assert "left as they are" in again.output
    for options, said in (
        (["--agency", "丙"], "No agency matches"),
        (["--agency", "a1", "--region", "甲市"], "not both"),
        (["--table", "nothing"], "There is no table nothing"),
    ):
        wrong = run(app, ["export", *where, *options])
        assert (wrong.exit_code, said in wrong.output) == (2, True), wrong.output
