"""Parquet files of a publication: zstd, sorted by key, with the meaning of every column inside.

Readers find the descriptions under these keys of the file's metadata, as JSON where it is more
than a word: gongkai.table, gongkai.contract_version, gongkai.description_zh and _en, gongkai.key,
gongkai.columns ({column: {type, zh, en}}), and gongkai.indicators (rows of dim_indicator) in
tables of indicators. No build id: a file whose rows did not change keeps its bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from assets.exports.exported import ExportedTable, Part, order_by, quoted, text
from assets.warehouse.manifest import in_language

PATHS = {
    "whole": "{table}.parquet",
    "year": "{table}/report_year={year}/{table}.parquet",
    "none": "__HIVE_DEFAULT_PARTITION__",
}


def file_metadata(
    table: ExportedTable, contract_version: str, indicators: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Keys and values that go into the footer of a table's files.

    Args:
        table: the table.
        contract_version: of the publication.
        indicators: rows of dim_indicator; only those that the table has a column for, or all of
            them where it has a column `indicator_id`.
    """
    columns = {
        column.name: {
            "type": column.type,
            "zh": in_language(column.comment, "zh"),
            "en": in_language(column.comment, "en"),
        }
        for column in table.columns
    }
    used = [
        row for row in indicators if table.has("indicator_id") or row["indicator_id"] in columns
    ]
    metadata = {
        "gongkai.table": table.name,
        "gongkai.contract_version": contract_version,
        "gongkai.description_zh": in_language(table.description, "zh"),
        "gongkai.description_en": in_language(table.description, "en"),
        "gongkai.key": json.dumps(table.key),
        "gongkai.columns": json.dumps(columns, ensure_ascii=False),
    }
    if used:
        metadata["gongkai.indicators"] = json.dumps(used, ensure_ascii=False)
    return metadata


def recipe_of(metadata: Mapping[str, str]) -> str:
    """What decides the bytes of a file beside its rows: its metadata and the writer."""
    stated = json.dumps([metadata, duckdb.__version__, PATHS], ensure_ascii=False)
    return hashlib.sha256(stated.encode()).hexdigest()


def write_parquet(
    connection: duckdb.DuckDBPyConnection, part: Part, path: Path, metadata: Mapping[str, str]
) -> int:
    """Write one file, sorted by the table's key; its rows."""
    table = part.table
    columns = ", ".join(quoted(column.name) for column in table.columns)
    pairs = ", ".join(f"{text(key)}: {text(value)}" for key, value in metadata.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    written = connection.execute(
        f"COPY (SELECT {columns} FROM {quoted(table.name)} WHERE {part.where} "
        f"ORDER BY {order_by(table)}) "
        f"TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}})"
    ).fetchone()
    return int(written[0]) if written else 0
