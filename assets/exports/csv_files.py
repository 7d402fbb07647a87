"""CSV files of a publication: UTF-8 with BOM, one header row, safe to open in a spreadsheet.

Null is an empty field; an empty text is "". Fields with commas, quotes or line ends are quoted as
RFC 4180 says. Text that a spreadsheet might run gets an apostrophe before it (safe_text.py).
columns.csv says what every header means.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from assets.exports.exported import Column, ExportedTable, Part, order_by, quoted, text
from assets.exports.headers import HeaderLanguage, headers
from assets.exports.safe_text import FORBIDDEN, GUARDED, guarded, printable
from assets.warehouse.manifest import in_language

PATHS = {"whole": "{table}.csv", "year": "{table}-{year}.csv", "none": "none"}
COLUMNS_FILE = "columns.csv"
BOM = "\ufeff"
COLUMNS_TABLE = ExportedTable(
    name="columns",
    description="每行是导出文件的一列及其含义。One row per column of these files, and its meaning.",
    key=(),
    columns=tuple(
        Column(name, "VARCHAR", comment)
        for name, comment in (
            ("table", "表名。Table."),
            ("column", "公开约定中的列名。Name of the column in the public contract."),
            ("header", "文件中的表头。Header in the files."),
            ("type", "DuckDB 类型。Type in DuckDB."),
            ("description_zh", "中文说明。Meaning in Chinese."),
            ("description_en", "英文说明。Meaning in English."),
        )
    ),
)


def safe_value(column: Column) -> str:
    """SQL: a column as CSV holds it; text and nested values are guarded, numbers are not."""
    name = quoted(column.name)
    if column.type.startswith(("STRUCT", "MAP", "UNION")) or column.type.endswith("]"):
        return guarded(printable(f"to_json({name})::VARCHAR"))
    if column.type == "VARCHAR":
        return guarded(printable(name))
    return name


def recipe_of(table: ExportedTable, language: HeaderLanguage) -> str:
    """What decides the bytes of a file beside its rows."""
    stated = [list(headers(table, language).items()), FORBIDDEN, GUARDED, duckdb.__version__, PATHS]
    return hashlib.sha256(json.dumps(stated, ensure_ascii=False).encode()).hexdigest()


def write_csv(
    connection: duckdb.DuckDBPyConnection, part: Part, path: Path, names: Mapping[str, str]
) -> int:
    """Write one file, sorted by the table's key; its rows.

    Args:
        connection: a publication.
        part: the rows.
        path: where to.
        names: column name to header.
    """
    table = part.table
    values = ", ".join(f"{safe_value(one)} AS {quoted(one.name)}" for one in table.columns)
    order = order_by(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = path.with_suffix(".body")
    written = connection.execute(
        f"COPY (SELECT {values} FROM (FROM {quoted(table.name)} WHERE {part.where} "
        f"ORDER BY {order})) TO {text(str(body))} "
        "(FORMAT csv, HEADER false, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')"
    ).fetchone()
    with path.open("w", encoding="utf-8", newline="") as head:
        head.write(BOM)
        csv.writer(head, lineterminator="\n").writerow(names[one.name] for one in table.columns)
    with path.open("ab") as whole, body.open("rb") as rows:
        shutil.copyfileobj(rows, whole, 1 << 20)
    body.unlink()
    return int(written[0]) if written else 0


def write_columns(path: Path, tables: Sequence[ExportedTable], language: HeaderLanguage) -> int:
    """Write columns.csv, which says what every header of every file means; its rows."""
    rows = [
        (
            table.name,
            column.name,
            headers(table, language)[column.name],
            column.type,
            in_language(column.comment, "zh"),
            in_language(column.comment, "en"),
        )
        for table in tables
        for column in table.columns
    ]
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(BOM)
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(headers(COLUMNS_TABLE, language).values())
        writer.writerows(rows)
    return len(rows)
