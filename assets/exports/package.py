"""The folder of an export: datapackage.json, SHA256SUMS, and files put in place together.

Every file is written aside and then put in place; datapackage.json comes last, so checksums tell
a reader whether the files belong together.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from assets.common.paths import PACKAGE
from assets.exports.exported import (
    ExportedFile,
    ExportedTable,
    ExportFormat,
    Part,
    quoted,
)
from assets.exports.headers import HeaderLanguage, headers
from assets.warehouse.manifest import in_language

CHECKSUMS = "SHA256SUMS"
TEMPORARY = ".exporting-"
OURS = frozenset({f".{kind.value}" for kind in ExportFormat})
CONTENT = "gongkai:content"
ROWS = "gongkai:rows"

MEDIA_TYPES = {
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FRICTIONLESS_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "FLOAT": "number",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
FOREIGN_KEYS = {
    "doc_id": "fct_document",
    "format_id": "dim_format",
    "indicator_id": "dim_indicator",
    "peer_group_id": "dim_peer_group",
    "report_id": "fct_report",
}
"""Columns whose values are keys of another table, which is one file."""
CSV_DIALECT = {
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "lineTerminator": "\n",
    "header": True,
}


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def fingerprints(
    connection: duckdb.DuckDBPyConnection,
    table: ExportedTable,
    condition: str,
    recipe: str,
    is_by_year: bool,
) -> dict[int | None, str]:
    """A fingerprint of the selected rows of a table and of how they are written, by report year.

    Counts and two sums of row hashes, which one pass over the table gives: not proof against a
    forger, but no accident keeps all three.

    Args:
        connection: a publication.
        table: one of its tables.
        condition: SQL that selects rows.
        recipe: whatever else decides the bytes of a file.
        is_by_year: whether the table has one file per year; if not, the only key is None.
    """
    columns = ", ".join(quoted(column.name) for column in table.columns)
    year = "report_year" if is_by_year and table.has("report_year") else "NULL"
    found = connection.execute(
        f"SELECT year, count(*), bit_xor(h), sum(h::HUGEINT) FROM (SELECT {year} AS year, "
        f"hash({columns}) AS h FROM {quoted(table.name)} WHERE {condition}) GROUP BY year"
    ).fetchall()
    return {row[0]: hashlib.sha256(repr((row[1:], recipe)).encode()).hexdigest() for row in found}


def kept_file(folder: Path, old: Mapping[str, Any], part: Part, content: str) -> bool:
    """Whether the file of the export before still is what a part would be written as."""
    if not {CONTENT, ROWS, "bytes", "hash"} <= old.keys():
        return False
    if old[CONTENT] != content:
        return False
    path = folder / part.path
    return (
        path.is_file()
        and path.stat().st_size == old["bytes"]
        and f"sha256:{digest_of(path)}" == old["hash"]
    )


def listed_resources(folder: Path) -> dict[str, dict[str, Any]]:
    """The resources of a folder's datapackage.json by path; none without one that can be read."""
    try:
        content = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        return {item["path"]: item for item in content["resources"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def listed_files(folder: Path) -> dict[str, str]:
    """Paths and SHA-256 of the files that a folder's datapackage.json lists; none without one."""
    return {
        path: item["hash"].removeprefix("sha256:")
        for path, item in listed_resources(folder).items()
    }


def export_faults(folder: Path) -> list[str]:
    """What is wrong with an export folder: no package, files missing or changed."""
    listed = listed_files(folder)
    if not listed:
        return [f"{PACKAGE}: not there"]
    found = [f"{path}: not there" for path in listed if not (folder / path).is_file()]
    return found + [
        f"{path}: not the bytes that {PACKAGE} lists"
        for path, digest in listed.items()
        if (folder / path).is_file() and digest_of(folder / path) != digest
    ]


def _foreign_keys(
    table: ExportedTable, names: Mapping[str, str], whole: Mapping[str, ExportedTable]
) -> list[dict[str, Any]]:
    return [
        {"fields": [names[column]], "reference": {"resource": target, "fields": [names[column]]}}
        for column, target in FOREIGN_KEYS.items()
        if table.has(column)
        and table.name != target
        and target in whole
        and whole[target].key == (column,)
    ]


def table_schema(
    table: ExportedTable,
    language: HeaderLanguage,
    whole: Mapping[str, ExportedTable],
    *,
    with_keys: bool = True,
) -> dict[str, Any]:
    """The Frictionless schema of a table.

    Args:
        table: the table.
        language: of the headers.
        whole: tables that are one resource, the possible targets of foreign keys.
        with_keys: whether to state the primary key.
    """
    names = headers(table, language)
    fields = [
        {
            "name": names[column.name],
            "type": "number"
            if column.type.startswith("DECIMAL")
            else FRICTIONLESS_TYPES.get(column.type, "string"),
            "description": column.comment,
            **({} if names[column.name] == column.name else {"gongkai:column": column.name}),
        }
        for column in table.columns
    ]
    schema: dict[str, Any] = {"fields": fields}
    if table.key and with_keys:
        schema["primaryKey"] = [names[column] for column in table.key]
    if foreign := _foreign_keys(table, names, whole):
        schema["foreignKeys"] = foreign
    return schema


def _resource(
    file: ExportedFile,
    kind: ExportFormat,
    table: ExportedTable | None,
    language: HeaderLanguage,
    whole: Mapping[str, ExportedTable],
) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "profile": "data-resource",
        "name": file.name,
        "path": file.path,
        "format": kind.value,
        "mediatype": MEDIA_TYPES[kind],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        ROWS: file.rows,
    }
    if kind is ExportFormat.CSV:
        resource["rows"] = file.rows
    else:
        # Frictionless reads Parquet through pandas, where a whole number beside a null is none any
        # more, and takes the first sheet of a workbook for its data: check their bytes alone.
        resource["type"] = "file"
    if file.content:
        resource[CONTENT] = file.content
    if table is not None:
        resource["title"] = in_language(table.description, "zh")
        resource["description"] = table.description
        # An empty text is a key like any other in our tables; CSV readers take it for missing.
        resource["schema"] = table_schema(
            table, language, whole, with_keys=kind is not ExportFormat.CSV
        )
    if kind is ExportFormat.CSV:
        resource["encoding"] = "utf-8"
        resource["dialect"] = CSV_DIALECT
    return resource


def data_package(
    about: Mapping[str, Any],
    tables: Sequence[ExportedTable],
    files: Sequence[ExportedFile],
    kind: ExportFormat,
    language: HeaderLanguage = HeaderLanguage.EN,
    selected: str = "",
) -> dict[str, Any]:
    """The Frictionless data package (version 1) of an export: one resource per file.

    Args:
        about: the row of `about`.
        tables: what the files hold; a file of no table (a workbook) has no schema.
        files: what was written.
        kind: format of the files.
        language: of the headers.
        selected: what was selected, for people; empty for everything.
    """
    by_name = {table.name: table for table in tables}
    whole = {
        file.table: by_name[file.table]
        for file in files
        if file.table == file.name and file.table in by_name
    }
    build = ("build_id", "code_revision", "catalogue_hash", "contract_version", "report_years")
    return {
        "profile": "data-package",
        "name": "gongkai",
        "id": about["build_id"],
        "title": " ".join(filter(None, ("政府信息公开工作年度报告数据", selected))),
        "description": "Figures, rule outcomes and findings of government information disclosure "
        "annual reports. Blank, placeholder and absent cells are not zero: see value_status.",
        "version": about["contract_version"],
        "gongkai:about": {name: about[name] for name in build},
        "resources": [
            _resource(file, kind, by_name.get(file.table), language, whole) for file in files
        ],
    }


def write_package(folder: Path, package: Mapping[str, Any]) -> None:
    """Write SHA256SUMS and datapackage.json."""
    sums = "".join(
        f"{item['hash'].removeprefix('sha256:')}  {item['path']}\n" for item in package["resources"]
    )
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")
    (folder / PACKAGE).write_text(
        json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """A folder to write aside in, inside `folder`; one export at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".export.lock"):
        for left in folder.glob(f"{TEMPORARY}*"):
            shutil.rmtree(left)
        scratch = folder / f"{TEMPORARY}{os.getpid()}"
        scratch.mkdir()
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def put_in_place(scratch: Path, folder: Path, files: Sequence[ExportedFile]) -> None:
    """Replace the files of the export before, drop those that are no longer there, package last."""
    old = set(listed_files(folder))
    for file in files:
        if not file.is_kept:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            (scratch / file.path).replace(target)
    for name in (CHECKSUMS, PACKAGE):
        (scratch / name).replace(folder / name)
    root = folder.resolve()
    for path in old - {file.path for file in files}:
        stale = (folder / path).resolve()
        if stale.suffix in OURS and stale.is_relative_to(root):
            stale.unlink(missing_ok=True)
