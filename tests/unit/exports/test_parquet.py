from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import duckdb
import jsonschema
import polars as pl
import pytest

from assets.common.paths import DataFolder
from assets.exports.exported import BY_YEAR, KEPT_BACK, ExportError
from assets.exports.handout import export_parquet
from assets.exports.package import export_faults
from assets.warehouse.dbt import PROJECT, manifest_path
from assets.warehouse.manifest import marts, read_manifest
from assets.warehouse.publish import publish
from tests.unit.warehouse.mini_build import ABOUT, TABLES, mini_build

# The parts of the data package specification (version 1) that an export must meet.
PACKAGE_SCHEMA = {
    "type": "object",
    "required": ["profile", "name", "resources"],
    "properties": {
        "profile": {"const": "data-package"},
        "name": {"type": "string", "pattern": r"^([-a-z0-9._/])+$"},
        "id": {"type": "string"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "version": {"type": "string"},
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "profile", "hash", "bytes", "schema"],
                "properties": {
                    "profile": {"const": "data-resource"},
                    "name": {"type": "string", "pattern": r"^([-a-z0-9._/])+$"},
                    "path": {"type": "string", "pattern": r"^(?=^[^./~])(^((?!\.{2}).)*$).*$"},
                    "format": {"enum": ["parquet", "csv", "xlsx"]},
                    "type": {"const": "file"},
                    "mediatype": {"type": "string", "pattern": r"^(.+)/(.+)$"},
                    "bytes": {"type": "integer", "minimum": 1},
                    "hash": {"type": "string", "pattern": r"^sha256:[0-9a-f]{64}$"},
                    "schema": {
                        "type": "object",
                        "required": ["fields"],
                        "properties": {
                            "fields": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "object",
                                    "required": ["name", "type", "description"],
                                    "properties": {
                                        "type": {
                                            "enum": [
                                                "string",
                                                "integer",
                                                "number",
                                                "boolean",
                                                "date",
                                                "datetime",
                                            ]
                                        }
                                    },
                                },
                            },
                            "primaryKey": {"type": "array", "items": {"type": "string"}},
                            "foreignKeys": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "object",
                                    "required": ["fields", "reference"],
                                    "properties": {
                                        "fields": {"type": "array", "minItems": 1},
                                        "reference": {
                                            "type": "object",
                                            "required": ["resource", "fields"],
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def published(root: Path, years: tuple[int, ...] = (2021, 2022)) -> DataFolder:
    data = mini_build(root, years=years)
    publish(data, ABOUT, manifest_path(data))
    return data


def package(data: DataFolder) -> dict:
    return json.loads((data.exports / "datapackage.json").read_text(encoding="utf-8"))


def test_files_are_sorted_named_by_table_and_carry_the_build(tmp_path: Path) -> None:
    data = published(tmp_path)
    files = export_parquet(data)
    by_path = {file.path: file for file in files}
    part = by_path["fct_report_item/report_year=2022/fct_report_item.parquet"]
    assert (part.report_year, part.rows) == (2022, 3)
    frame = pl.read_parquet(data.exports / part.path)
    assert frame["report_id"].to_list() == ["2022-0", "2022-1", "2022-2"]
    assert frame.schema["value"] == pl.Decimal(18, 6)
    assert "gongkai.build_id" not in pl.read_parquet_metadata(data.exports / part.path)
    assert package(data)["id"] == "build-1"
    everything = pl.read_parquet(data.exports / "fct_report_item/**/*.parquet")
    assert everything.height == 6
    assert (data.exports / "fct_finding.parquet").exists()  # by year, but without rows


def test_contacts_stay_in(tmp_path: Path) -> None:
    data = published(tmp_path)
    tables = {file.table for file in export_parquet(data)}
    with duckdb.connect(str(data.published_db), read_only=True) as connection:
        rows = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert tables == {name for (name,) in rows} - KEPT_BACK
    assert tables > set(TABLES) - KEPT_BACK
    assert "fct_report_contact" in KEPT_BACK
    for file in data.exports.rglob("*.parquet"):
        assert b"0000-1234567" not in file.read_bytes()


def test_the_package_is_valid_and_lists_every_file(tmp_path: Path) -> None:
    data = published(tmp_path)
    files = export_parquet(data)
    content = package(data)
    jsonschema.validate(content, PACKAGE_SCHEMA)
    names = [resource["name"] for resource in content["resources"]]
    assert len(names) == len(set(names))
    on_disk = {
        path.relative_to(data.exports).as_posix() for path in data.exports.rglob("*.parquet")
    }
    assert {resource["path"] for resource in content["resources"]} == on_disk
    for file, resource in zip(files, content["resources"], strict=True):
        stored = (data.exports / file.path).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(stored).hexdigest()}"
        assert resource["bytes"] == len(stored)
        columns = pl.read_parquet_schema(data.exports / file.path)
        assert [field["name"] for field in resource["schema"]["fields"]] == list(columns)
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=data.exports, check=False
    )
    assert checked.returncode == 0


def test_the_same_publication_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = published(tmp_path / "one"), published(tmp_path / "two")
    assert [file.sha256 for file in export_parquet(one)] == [
        file.sha256 for file in export_parquet(two)
    ]


def test_a_new_export_drops_its_old_files_and_no_others(tmp_path: Path) -> None:
    data = published(tmp_path)
    export_parquet(data)
    (data.exports / "mine.parquet").write_bytes(b"an analyst's own")
    (data.exports / ".exporting-1").mkdir()
    published(tmp_path, years=(2022,))
    export_parquet(data)
    assert not (data.exports / "fct_report_item/report_year=2021/fct_report_item.parquet").exists()
    assert (data.exports / "mine.parquet").exists()
    assert not list(data.exports.glob(".exporting-*"))
    assert export_faults(data.exports) == []


def test_a_package_from_elsewhere_cannot_have_files_outside_deleted(tmp_path: Path) -> None:
    data = published(tmp_path / "data")
    victim = tmp_path / "victim.parquet"
    victim.write_bytes(b"not ours")
    data.exports.mkdir(exist_ok=True)
    hostile = {"resources": [{"path": "../../victim.parquet", "hash": "sha256:" + "0" * 64}]}
    (data.exports / "datapackage.json").write_text(json.dumps(hostile))
    export_parquet(data)
    assert victim.exists()


def test_faults_of_an_export_are_found(tmp_path: Path) -> None:
    data = published(tmp_path)
    assert export_faults(tmp_path) == ["datapackage.json: not there"]
    export_parquet(data)
    (data.exports / "dim_agency.parquet").write_bytes(b"changed")
    (data.exports / "fct_report.parquet").unlink()
    assert export_faults(data.exports) == [
        "fct_report.parquet: not there",
        "dim_agency.parquet: not the bytes that datapackage.json lists",
    ]


def test_an_export_elsewhere_and_without_a_publication(tmp_path: Path) -> None:
    data = published(tmp_path / "it's")
    export_parquet(data, tmp_path / "else where's")
    assert export_faults(tmp_path / "else where's") == []
    with pytest.raises(ExportError, match="nothing is published yet"):
        export_parquet(DataFolder(tmp_path / "none"))


def test_tables_by_year_have_a_year_and_are_kept_apart_from_contacts() -> None:
    manifest = PROJECT / "target" / "manifest.json"
    for mart in marts(read_manifest(manifest)):
        columns = {column.name for column in mart.columns}
        if mart.name in BY_YEAR:
            assert "report_year" in columns, mart.name
        if mart.name not in KEPT_BACK:
            assert not columns & {"telephone", "email", "address", "postcode", "fax"}, mart.name
