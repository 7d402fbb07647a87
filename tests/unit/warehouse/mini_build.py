"""A build of tiny marts with its manifest: enough to publish, made without dbt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import yaml

from assets.common.paths import DataFolder
from assets.warehouse.about import About
from assets.warehouse.dbt import PROJECT, manifest_path

ABOUT = About(build_id="build-1", code_revision="abc", catalogue_hash="f" * 64)

OF_MACROS = (
    *("dim_agency", "dim_agency_event", "dim_agency_name", "dim_crosswalk", "dim_indicator"),
    *(
        "dim_indicator_term",
        "dim_item",
        "dim_peer_group",
        "cmp_indicator_long",
        "cmp_outcome_mix",
        "cmp_peer_rank",
    ),
    *("cmp_refusal_reasons", "cmp_region_year"),
)
"""Tables that macros read, empty here; their columns are those of the real contract."""


def contract(table: str) -> tuple[list[str], dict[str, str]]:
    """Key, and columns with types, of a mart as its YAML file promises them."""
    (file,) = (PROJECT / "models" / "marts").glob(f"*/{table}.yml")
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    return model["config"]["meta"]["key"], columns


TABLES: dict[str, tuple[list[str], dict[str, str]]] = {
    **{table: contract(table) for table in OF_MACROS},
    "fct_document": (
        ["doc_id"],
        {"doc_id": "varchar", "file_name": "varchar", "source_url": "varchar"},
    ),
    "fct_report": (
        ["report_id"],
        {
            "report_id": "varchar",
            "report_year": "integer",
            "is_synthetic": "boolean",
            "doc_id": "varchar",
            "agency_code": "varchar",
            "is_current": "boolean",
        },
    ),
    "fct_report_contact": (["report_id"], {"report_id": "varchar", "telephone": "varchar"}),
    "fct_report_item": (
        ["report_id", "item_code", "breakdown"],
        {
            "report_id": "varchar",
            "report_year": "integer",
            "item_code": "varchar",
            "breakdown": "varchar",
            "value": "decimal(18,6)",
            "unit": "varchar",
            "value_status": "varchar",
            "raw_text": "varchar",
            "review_status": "varchar",
            "review_reason": "varchar",
            "page": "integer",
            "locator": "varchar",
            "parser": "varchar",
            "doc_id": "varchar",
            "format_id": "varchar",
        },
    ),
    "cmp_item_year_over_year": (
        ["agency_code", "report_year", "concept"],
        {
            "agency_code": "varchar",
            "report_year": "integer",
            "concept": "varchar",
            "breakdown": "varchar",
            "label_zh": "varchar",
            "label_en": "varchar",
            "unit": "varchar",
            "previous_value": "decimal(38,6)",
            "value": "decimal(38,6)",
            "change": "decimal(38,6)",
            "change_ratio": "double",
            "is_comparable": "boolean",
            "break_note": "varchar",
            "break_note_en": "varchar",
            "is_synthetic": "boolean",
        },
    ),
    "fct_report_version": (
        ["agency_code", "report_year", "version_no", "is_synthetic"],
        {
            "agency_code": "varchar",
            "agency_name": "varchar",
            "report_year": "integer",
            "version_no": "bigint",
            "version_count": "bigint",
            "report_id": "varchar",
            "doc_id": "varchar",
            "published_on": "date",
            "is_dated": "boolean",
            "valid_from": "date",
            "valid_to": "date",
            "recorded_at": "timestamp",
            "recorded_from": "timestamp",
            "recorded_to": "timestamp",
            "is_current": "boolean",
            "is_synthetic": "boolean",
        },
    ),
    "fct_finding": (["finding_id"], {"finding_id": "varchar", "report_year": "integer"}),
}


def mini_manifest() -> dict[str, Any]:
    """A manifest with the parts of dbt's that publication reads."""
    return {
        "nodes": {
            f"model.gongkai.{name}": {
                "name": name,
                "resource_type": "model",
                "fqn": ["gongkai", "marts", "core", name],
                "description": f"每行是一个“{name}”。One row per {name}.",
                "config": {"meta": {"key": key}},
                "columns": {
                    column: {
                        "name": column,
                        "data_type": data_type,
                        "description": f"列 {column}，它's。Column {column}, it's.",
                    }
                    for column, data_type in columns.items()
                },
            }
            for name, (key, columns) in TABLES.items()
        }
    }


def mini_build(root: Path, reports: int = 3, years: tuple[int, ...] = (2021, 2022)) -> DataFolder:
    """A data folder with a build of `reports` reports for each year, and its manifest."""
    data = DataFolder(root)
    data.warehouse.mkdir(parents=True, exist_ok=True)
    manifest = manifest_path(data)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps(mini_manifest()), encoding="utf-8")
    data.build_db.unlink(missing_ok=True)
    with duckdb.connect(str(data.build_db)) as connection:
        for name, (_, columns) in TABLES.items():
            typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f"CREATE TABLE {name} ({typed})")
        connection.execute("CREATE TABLE stray AS SELECT 1 AS a")
        connection.execute("CREATE VIEW stg_lake__reports AS SELECT * FROM fct_report")
        for year in years:
            for number in reversed(range(reports)):
                report, doc = f"{year}-{number}", f"doc-{year}-{number}"
                connection.execute(
                    "INSERT INTO fct_report BY NAME SELECT ? AS report_id, ? AS report_year, "
                    "? AS is_synthetic",
                    [report, year, number == 0],
                )
                connection.execute(
                    "INSERT INTO fct_document VALUES (?, ?, NULL)", [doc, f"{doc}.txt"]
                )
                connection.execute(
                    "INSERT INTO fct_report_contact VALUES (?, ?)", [report, "0000-1234567"]
                )
                connection.execute(
                    "INSERT INTO fct_report_item VALUES (?, ?, 'applications.received', 'total', "
                    "12.5, '件', 'reported', '12.5', 'sure', NULL, 1, 'line 1', 'text', ?, "
                    "'gir_2021')",
                    [report, year, doc],
                )
        connection.execute("INSERT INTO dim_agency (agency_code) VALUES ('a')")
    return data
