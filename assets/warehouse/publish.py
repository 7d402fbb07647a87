"""Publication: build.duckdb copied whole, described and verified, then put in place at once.

Analysts open published.duckdb only. It holds tables and macros, no views, because a view over the
lake breaks when the file is opened elsewhere. The new file is written and verified beside the old
one and then replaces it in one step, so a reader sees the old file or the new one, whole. Its
bytes are copied, not its rows: at full size that is seconds instead of minutes, and dbt has
written the rows in a good order already.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from filelock import FileLock

from assets.common.durable import put_in_place
from assets.common.paths import DataFolder
from assets.common.stamp import read_note, write_stamp
from assets.warehouse.about import (
    ABOUT_COLUMNS,
    ABOUT_DESCRIPTION,
    TABLES_COLUMNS,
    TABLES_DESCRIPTION,
    About,
    new_build_id,
)
from assets.warehouse.change_note import change_note, write_change_note
from assets.warehouse.dbt import manifest_path
from assets.warehouse.freshness import built_stamp, exported_stamp, published_stamp
from assets.warehouse.macros import MACROS
from assets.warehouse.manifest import Mart, in_language, marts, read_manifest
from assets.warehouse.release import REL_CHANGE, add_changes

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
TEMPORARY = ".publishing-"

ABOUT_QUERY = """
CREATE TABLE about AS
SELECT
    $contract_version::VARCHAR AS contract_version,
    $build_id::VARCHAR AS build_id,
    $code_revision::VARCHAR AS code_revision,
    $catalogue_hash::VARCHAR AS catalogue_hash,
    (SELECT min(report_year) FROM fct_report) AS first_report_year,
    (SELECT max(report_year) FROM fct_report) AS last_report_year,
    (SELECT string_agg(DISTINCT report_year::VARCHAR, ',' ORDER BY report_year::VARCHAR)
        FROM fct_report) AS report_years,
    (SELECT count(*) FROM fct_document) AS document_count,
    (SELECT count(*) FROM fct_report) AS report_count,
    (SELECT count(*) FROM fct_report WHERE is_synthetic) AS synthetic_report_count,
    (SELECT count(*) FROM dim_agency) AS agency_count,
    (SELECT count(*) FROM fct_report_item) AS cell_count,
    (SELECT count(*) FROM fct_report_item WHERE review_status = 'needs_review')
        AS needs_review_count,
    (SELECT count(*) FROM fct_finding) AS finding_count
"""


class PublishError(RuntimeError):
    """Nothing was published; the published file is as it was. The message says why."""


@dataclass(frozen=True, slots=True)
class Published:
    """A publication: where it lies, its build, and the rows of each table (`about` left out)."""

    path: Path
    build_id: str
    rows: dict[str, int]


def previous_db(data: DataFolder) -> Path:
    """The publication before the present one."""
    return data.published_db.with_name("published.previous.duckdb")


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _copy_build(build: Path, target: Path) -> None:
    """Copy a closed database; what a killed process left in its log is brought into it first."""
    if build.with_name(build.name + ".wal").exists():
        with duckdb.connect(str(build), config=SETTINGS) as connection:
            connection.execute("CHECKPOINT")
    shutil.copyfile(build, target)


def _keep_only(connection: duckdb.DuckDBPyConnection, tables: Sequence[Mart]) -> None:
    """Drop what is no mart: a build of some models leaves those that are none any more."""
    planned = {mart.name for mart in tables}
    views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    for (view,) in views:
        connection.execute(f"DROP VIEW {_name(view)}")
    found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    for (table,) in found:
        if table not in planned:
            connection.execute(f"DROP TABLE {_name(table)}")


def _comment(
    connection: duckdb.DuckDBPyConnection, table: str, description: str, columns: dict[str, str]
) -> None:
    connection.execute(f"COMMENT ON TABLE {_name(table)} IS {_text(description)}")
    for column, text in columns.items():
        connection.execute(f"COMMENT ON COLUMN {_name(table)}.{_name(column)} IS {_text(text)}")


def _list_tables(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Mart], rows: dict[str, int]
) -> None:
    connection.execute(
        "CREATE TABLE about_tables (table_name VARCHAR, layer VARCHAR, key_columns VARCHAR, "
        "row_count BIGINT, description_zh VARCHAR, description_en VARCHAR)"
    )
    connection.executemany(
        "INSERT INTO about_tables VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                mart.name,
                mart.layer,
                ",".join(mart.key),
                rows[mart.name],
                in_language(mart.description, "zh"),
                in_language(mart.description, "en"),
            )
            for mart in tables
        ],
    )
    _comment(connection, "about_tables", TABLES_DESCRIPTION, TABLES_COLUMNS)


def _write(
    target: Path, build: Path, tables: Sequence[Mart], about: About, previous: Path
) -> tuple[dict[str, int], str]:
    """Write a publication to `target`; the rows of each table, and its note."""
    _copy_build(build, target)
    with duckdb.connect(str(target), config=SETTINGS) as connection:
        _keep_only(connection, tables)
        for mart in tables:
            described = {column.name: column.description for column in mart.columns}
            _comment(connection, mart.name, mart.description, described)
        rows = {mart.name: _count(connection, _name(mart.name)) for mart in tables}
        connection.execute(ABOUT_QUERY, asdict(about))
        _comment(connection, "about", ABOUT_DESCRIPTION, ABOUT_COLUMNS)
        release = add_changes(connection, previous)
        _list_tables(connection, [*tables, REL_CHANGE], {**rows, REL_CHANGE.name: release.rows})
        for name, (signature, query, description) in MACROS.items():
            connection.execute(f"CREATE MACRO {signature} AS TABLE {query}")
            connection.execute(f"COMMENT ON MACRO TABLE {name} IS {_text(description)}")
        note = change_note(connection, release)
        connection.execute("CHECKPOINT")
    return rows, note


def faults(path: Path, tables: Sequence[Mart], rows: dict[str, int]) -> list[str]:
    """What is wrong with a publication: tables, columns, types, comments and rows against the plan.

    Args:
        path: the file, opened read-only.
        tables: the marts that it must hold, and nothing else but `about`, `about_tables` and
            `rel_change`.
        rows: the rows that each must have.
    """
    found: list[str] = []
    with duckdb.connect(str(path), read_only=True, config=SETTINGS) as connection:
        real = connection.execute(
            "SELECT table_name, column_name, lower(data_type), comment "
            "FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
        ).fetchall()
        comments = dict(
            connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
        )
        views = connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        found += [f"view {name} must not be there" for (name,) in views]
        found += [f"{table}.{column}: no comment" for table, column, _, text in real if not text]
        found += [f"{table}: no comment" for table, text in comments.items() if not text]
        planned = {mart.name for mart in tables} | {"about", "about_tables", REL_CHANGE.name}
        found += [f"{name}: not as planned" for name in sorted(planned ^ set(comments))]
        for mart in tables:
            columns = [(column, kind) for table, column, kind, _ in real if table == mart.name]
            contract = [(column.name, column.data_type.lower()) for column in mart.columns]
            if columns != contract:
                found.append(f"{mart.name}: columns {columns} are not the contract's {contract}")
            elif (count := _count(connection, _name(mart.name))) != rows[mart.name]:
                found.append(f"{mart.name}: {count} rows, {rows[mart.name]} in the build")
        if "about" in comments and _count(connection, "about") != 1:
            found.append("about: not one row")
    return found


def _keep_previous(data: DataFolder, scratch: Path) -> None:
    """Give the present publication its second name; the first stays in place meanwhile."""
    if not data.published_db.exists():
        return
    try:
        os.link(data.published_db, scratch)
    except OSError:  # a file system without hard links
        shutil.copyfile(data.published_db, scratch)
    scratch.replace(previous_db(data))


def _replace(data: DataFolder, new: Path, scratch: Path) -> None:
    _keep_previous(data, scratch)
    # A log left by somebody who opened the old file for writing must not be applied to the new one.
    data.published_db.with_name(data.published_db.name + ".wal").unlink(missing_ok=True)
    put_in_place(new, data.published_db)


def publish(data: DataFolder, about: About, manifest: Path) -> Published:
    """Publish the marts of build.duckdb, with a comment on every table and column, and `about`.

    Readers of the present publication are not disturbed; it stays as published.previous.duckdb.
    What a killed publication left is removed first. One publication at a time per data folder.

    Args:
        data: the data folder; its build.duckdb is closed.
        about: build, code and catalogue.
        manifest: the dbt manifest of the build (`dbt.manifest_path`), for names and descriptions.

    Raises:
        PublishError: there is no sound build, or the copy is not what was planned; the published
            file is untouched.
    """
    if not data.build_db.exists():
        raise PublishError(f"nothing is built yet: {data.build_db} does not exist")
    try:
        tables = marts(read_manifest(manifest))
    except FileNotFoundError as error:
        raise PublishError(f"no dbt manifest at {manifest}: build the warehouse first") from error
    with FileLock(data.warehouse / "publish.lock"):
        for left in data.warehouse.glob(f"{TEMPORARY}*"):
            left.unlink()
        new = data.warehouse / f"{TEMPORARY}{os.getpid()}.duckdb"
        try:
            rows, note = _write(new, data.build_db, tables, about, data.published_db)
            wrong = faults(new, tables, rows)
            if wrong:
                raise PublishError("the new publication is not sound: " + "; ".join(wrong[:20]))
            _replace(data, new, data.warehouse / f"{TEMPORARY}{os.getpid()}.previous")
            write_change_note(note, data.exports)
        except duckdb.Error as error:
            raise PublishError(f"{data.build_db} could not be published: {error}") from error
        finally:
            new.unlink(missing_ok=True)
    return Published(path=data.published_db, build_id=about.build_id, rows=rows)


def publish_built(data: DataFolder) -> Published:
    """Publish build.duckdb as its note describes it; the exports are out of date from then on.

    Code revision and catalogue are those of the build, which may be older than what runs now.
    The caller holds the build lock: the note and the file must not change in between.

    Raises:
        PublishError: build.duckdb is not whole, or see publish.
    """
    note = read_note(built_stamp(data))
    if not {"inputs", "code_revision", "catalogue_hash"} <= note.keys():
        raise PublishError(f"{data.build_db} is not there or not whole: build the warehouse first")
    about = About(
        build_id=new_build_id(dt.datetime.now(dt.UTC)),
        code_revision=note["code_revision"],
        catalogue_hash=note["catalogue_hash"],
    )
    exported_stamp(data).unlink(missing_ok=True)
    done = publish(data, about, manifest_path(data))
    write_stamp(published_stamp(data), note["inputs"])
    return done
