"""Parquet files of a publication for other tools, with a data package and checksums.

Read from published.duckdb alone, so that files and publication never disagree. Contact details of
agencies stay out. Every file is written aside and then put in place; datapackage.json comes last,
so checksums tell a reader whether the files belong together.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from assets.common.paths import PACKAGE, DataFolder
from assets.warehouse.manifest import in_language

KEPT_BACK = frozenset({"fct_report_contact"})
BY_YEAR = frozenset({"fct_finding", "fct_report_item", "fct_rule_outcome"})
CHECKSUMS = "SHA256SUMS"
TEMPORARY = ".exporting-"

FRICTIONLESS_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


class ExportError(RuntimeError):
    """Nothing was exported; the message says why."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One Parquet file: `path` relative to the export folder, with forward slashes."""

    table: str
    path: str
    report_year: int | None
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A published table as an export describes it; columns are (name, DuckDB type, comment)."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"


def published_tables(connection: duckdb.DuckDBPyConnection) -> tuple[ExportedTable, ...]:
    """The tables of a publication that may leave it, by name, the two `about` tables included."""
    keys = dict(connection.execute("SELECT table_name, key_columns FROM about_tables").fetchall())
    columns = connection.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    described = connection.execute(
        "SELECT table_name, comment FROM duckdb_tables() ORDER BY table_name"
    ).fetchall()
    return tuple(
        ExportedTable(
            name=name,
            description=comment,
            key=tuple(keys.get(name, "").split(",")) if keys.get(name) else (),
            columns=tuple(tuple(column[1:]) for column in columns if column[0] == name),
        )
        for name, comment in described
        if name not in KEPT_BACK
    )


def _parts(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[str, int | None]]:
    """Relative path and year of each file of a table; a table by year without rows is one file."""
    years: list[int] = []
    if table in BY_YEAR:
        found = connection.execute(
            f"SELECT DISTINCT report_year FROM {table} ORDER BY report_year"
        ).fetchall()
        years = [year for (year,) in found]
    for year in years:
        yield f"{table}/report_year={year}/{table}.parquet", year
    if not years:
        yield f"{table}.parquet", None


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _write_part(
    connection: duckdb.DuckDBPyConnection,
    table: ExportedTable,
    path: Path,
    year: int | None,
    about: dict[str, Any],
) -> int:
    """Write one file, sorted by the table's key; its rows."""
    columns = ", ".join(f'"{name}"' for name, _, _ in table.columns)
    order = ", ".join(f'"{name}" NULLS LAST' for name in table.key) or "ALL"
    where = "" if year is None else f" WHERE report_year = {year}"
    metadata = {
        "gongkai.table": table.name,
        "gongkai.build_id": about["build_id"],
        "gongkai.contract_version": about["contract_version"],
        "gongkai.code_revision": about["code_revision"],
        "gongkai.catalogue_hash": about["catalogue_hash"],
    }
    pairs = ", ".join(f"{_text(key)}: {_text(value)}" for key, value in metadata.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f'COPY (SELECT {columns} FROM "{table.name}"{where} ORDER BY {order}) '
        f"TO {_text(str(path))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}})"
    )
    row = connection.execute(f"SELECT count(*) FROM read_parquet({_text(str(path))})").fetchone()
    return int(row[0]) if row else 0


def _field(name: str, data_type: str, comment: str) -> dict[str, str]:
    kind = "number" if data_type.startswith("DECIMAL") else FRICTIONLESS_TYPES[data_type]
    return {"name": name, "type": kind, "description": comment}


def data_package(
    about: dict[str, Any], tables: tuple[ExportedTable, ...], files: list[ExportedFile]
) -> dict[str, Any]:
    """The Frictionless data package (version 1) of an export: one resource per file."""
    by_name = {table.name: table for table in tables}
    resources: list[dict[str, Any]] = []
    for file in files:
        table = by_name[file.table]
        suffix = "" if file.report_year is None else f"-{file.report_year}"
        schema: dict[str, Any] = {"fields": [_field(*column) for column in table.columns]}
        if table.key:
            schema["primaryKey"] = list(table.key)
        resources.append(
            {
                "profile": "data-resource",
                "name": f"{file.table}{suffix}",
                "path": file.path,
                "title": in_language(table.description, "zh"),
                "description": table.description,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": file.bytes,
                "hash": f"sha256:{file.sha256}",
                "rows": file.rows,
                "schema": schema,
            }
        )
    return {
        "profile": "data-package",
        "name": "gongkai",
        "id": about["build_id"],
        "title": "政府信息公开工作年度报告数据",
        "description": "Figures, rule outcomes and findings of government information disclosure "
        "annual reports. Blank, placeholder and absent cells are not zero: see value_status.",
        "version": about["contract_version"],
        "resources": resources,
    }


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return dict(zip(names, cursor.fetchone() or (), strict=True))


def _write_all(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[ExportedFile]:
    about = _row(connection, "SELECT * FROM about")
    tables = published_tables(connection)
    files: list[ExportedFile] = []
    for table in tables:
        for relative, year in _parts(connection, table.name):
            path = folder / relative
            rows = _write_part(connection, table, path, year, about)
            files.append(
                ExportedFile(table.name, relative, year, rows, path.stat().st_size, _digest(path))
            )
    sums = "".join(f"{file.sha256}  {file.path}\n" for file in files)
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")
    package = data_package(about, tables, files)
    (folder / PACKAGE).write_text(
        json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return files


def listed_files(folder: Path) -> dict[str, str]:
    """Paths and SHA-256 of the files that a folder's datapackage.json lists; none without one."""
    package = folder / PACKAGE
    if not package.exists():
        return {}
    content = json.loads(package.read_text(encoding="utf-8"))
    return {item["path"]: item["hash"].removeprefix("sha256:") for item in content["resources"]}


def export_faults(folder: Path) -> list[str]:
    """What is wrong with an export folder: no package, files missing or changed."""
    listed = listed_files(folder)
    if not listed:
        return [f"{PACKAGE}: not there"]
    found = [f"{path}: not there" for path in listed if not (folder / path).is_file()]
    return found + [
        f"{path}: not the bytes that {PACKAGE} lists"
        for path, digest in listed.items()
        if (folder / path).is_file() and _digest(folder / path) != digest
    ]


def _put_in_place(scratch: Path, folder: Path, files: list[ExportedFile]) -> None:
    """Replace the files of the export before, drop those that are no longer there, package last."""
    old = set(listed_files(folder))
    for file in files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        (scratch / file.path).replace(target)
    for name in (CHECKSUMS, PACKAGE):
        (scratch / name).replace(folder / name)
    root = folder.resolve()
    for path in old - {file.path for file in files}:
        stale = (folder / path).resolve()
        if stale.suffix == ".parquet" and stale.is_relative_to(root):
            stale.unlink(missing_ok=True)


def export_parquet(data: DataFolder, folder: Path | None = None) -> list[ExportedFile]:
    """Write the published tables as Parquet files, with datapackage.json and SHA256SUMS.

    Args:
        data: the data folder; its publication is opened for reading only.
        folder: where to; by default the data folder's exports/.

    Raises:
        ExportError: nothing is published, or the publication cannot be read.
    """
    target = data.exports if folder is None else folder
    if not data.published_db.exists():
        raise ExportError(f"nothing is published yet: {data.published_db} does not exist")
    target.mkdir(parents=True, exist_ok=True)
    with FileLock(target / ".export.lock"):
        for left in target.glob(f"{TEMPORARY}*"):
            shutil.rmtree(left)
        scratch = target / f"{TEMPORARY}{os.getpid()}"
        scratch.mkdir()
        try:
            with duckdb.connect(str(data.published_db), read_only=True) as connection:
                files = _write_all(connection, scratch)
            _put_in_place(scratch, target, files)
        except duckdb.Error as error:
            raise ExportError(f"{data.published_db} could not be exported: {error}") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return files
