"""Exports as people ask for them: a format, headers in a language, all rows or some.

Parquet files lie in the export folder itself, CSV files in csv/ and workbooks in xlsx/ below it;
each of the three has its own datapackage.json and SHA256SUMS and can be handed on alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.common.paths import DataFolder
from assets.exports import csv_files, parquet
from assets.exports.exported import (
    BY_YEAR,
    ExportedFile,
    ExportedTable,
    ExportError,
    ExportFormat,
    Part,
    about_row,
    indicator_definitions,
    parts_of,
    published_tables,
    text,
)
from assets.exports.headers import HeaderLanguage, headers
from assets.exports.notes import Entry
from assets.exports.package import (
    ROWS,
    data_package,
    digest_of,
    fingerprints,
    kept_file,
    listed_resources,
    put_in_place,
    scratch_folder,
    write_package,
)
from assets.exports.selection import NotSelectable, Selection, Wanted, select
from assets.exports.workbook import kind_of, write_workbook

MEMORY = "2GiB"
SELECTIONS = "selections"


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: the folder of a format, its files, and tables too large for a workbook."""

    format: ExportFormat
    folder: Path
    files: tuple[ExportedFile, ...]
    left_out: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    connection: duckdb.DuckDBPyConnection
    about: dict[str, Any]
    tables: tuple[ExportedTable, ...]
    selection: Selection
    language: HeaderLanguage

    @property
    def taken(self) -> tuple[ExportedTable, ...]:
        return tuple(table for table in self.tables if self.selection.takes(table))


def folder_of(root: Path, kind: ExportFormat) -> Path:
    """Where the files of a format lie in an export folder."""
    return root if kind is ExportFormat.PARQUET else root / kind.value


def _tables_as_files(
    job: _Job, kind: ExportFormat, folder: Path, scratch: Path
) -> list[ExportedFile]:
    """One file per table and year; a file whose rows and form are as before stays as it is."""
    old = listed_resources(folder)
    is_parquet = kind is ExportFormat.PARQUET
    indicators = indicator_definitions(job.connection, job.tables) if is_parquet else []
    files: list[ExportedFile] = []
    for table in job.taken:
        condition = job.selection.condition(table)
        metadata = parquet.file_metadata(table, str(job.about["contract_version"]), indicators)
        recipe = (
            parquet.recipe_of(metadata) if is_parquet else csv_files.recipe_of(table, job.language)
        )
        paths = parquet.PATHS if is_parquet else csv_files.PATHS
        contents = fingerprints(job.connection, table, condition, recipe, table.name in BY_YEAR)
        for part in parts_of(job.connection, table, condition, paths):
            content = contents.get(part.report_year, recipe)
            before = old.get(part.path, {})
            if kept_file(folder, before, part, content):
                files.append(_kept(part, before, content))
                continue
            path = scratch / part.path
            if is_parquet:
                rows = parquet.write_parquet(job.connection, part, path, metadata)
            else:
                rows = csv_files.write_csv(job.connection, part, path, headers(table, job.language))
            files.append(_written(part, path, rows, content))
    return files


def _kept(part: Part, before: Mapping[str, Any], content: str) -> ExportedFile:
    return ExportedFile(
        table=part.table.name,
        path=part.path,
        report_year=part.report_year,
        rows=before[ROWS],
        bytes=before["bytes"],
        sha256=before["hash"].removeprefix("sha256:"),
        name=part.name,
        content=content,
        is_kept=True,
    )


def _written(part: Part, path: Path, rows: int, content: str) -> ExportedFile:
    return ExportedFile(
        table=part.table.name,
        path=part.path,
        report_year=part.report_year,
        rows=rows,
        bytes=path.stat().st_size,
        sha256=digest_of(path),
        name=part.name,
        content=content,
    )


def _plain_file(path: Path, name: str, rows: int) -> ExportedFile:
    return ExportedFile(
        name, path.name, None, rows, path.stat().st_size, digest_of(path), name=name
    )


def _export(job: _Job, kind: ExportFormat, folder: Path) -> Export:
    left_out: tuple[Entry, ...] = ()
    described = job.tables
    with scratch_folder(folder) as scratch:
        job.connection.execute(f"SET temp_directory = {text(str(scratch))}")
        if kind is ExportFormat.XLSX:
            slug = job.selection.slug
            path = scratch / (f"gongkai_{slug}.xlsx" if slug else "gongkai.xlsx")
            book = write_workbook(
                job.connection, path, job.about, job.taken, job.selection, job.language
            )
            left_out = book.left_out
            files = [_plain_file(path, f"workbook-{kind_of(job.selection)}", book.rows)]
        else:
            files = _tables_as_files(job, kind, folder, scratch)
        if kind is ExportFormat.CSV:
            path = scratch / csv_files.COLUMNS_FILE
            rows = csv_files.write_columns(path, job.taken, job.language)
            files.append(_plain_file(path, csv_files.COLUMNS_TABLE.name, rows))
            described = (*job.tables, csv_files.COLUMNS_TABLE)
        shown = job.language if kind is ExportFormat.CSV else HeaderLanguage.EN
        package = data_package(job.about, described, files, kind, shown, job.selection.label)
        write_package(scratch, package)
        put_in_place(scratch, folder, files)
    return Export(kind, folder, tuple(files), left_out)


def export(
    data: DataFolder,
    formats: Sequence[ExportFormat] = (ExportFormat.PARQUET,),
    *,
    language: HeaderLanguage = HeaderLanguage.BOTH,
    wanted: Wanted = Wanted(),  # noqa: B008 (frozen)
    folder: Path | None = None,
) -> list[Export]:
    """Write a publication, or a selection of it, in some formats.

    Args:
        data: the data folder; its publication is opened for reading only.
        formats: what to write.
        language: of CSV headers and of workbooks; Parquet columns have the contract's names.
        wanted: tables, agency, region and year; everything by default.
        folder: where to; by default the data folder's exports/, and for a selection a folder of
            its own below exports/selections/, so that it never replaces the whole export.

    Raises:
        NotSelectable: what is wanted is not there, or may mean several things.
        ExportError: nothing is published, or the publication cannot be read.
    """
    if not data.published_db.exists():
        raise ExportError(f"nothing is published yet: {data.published_db} does not exist")
    try:
        with duckdb.connect(str(data.published_db), read_only=True) as connection:
            # Not as configuration of the connection: another one of this process may be open.
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            tables = published_tables(connection)
            selection = select(connection, tables, wanted)
            target = folder
            if target is None:
                target = data.exports
                if not wanted.is_everything:
                    target = data.exports / SELECTIONS / selection.slug
            elif not wanted.is_everything and target.resolve() == data.exports.resolve():
                raise NotSelectable("error.export_whole", path=target)
            job = _Job(connection, about_row(connection), tables, selection, language)
            return [_export(job, kind, folder_of(target, kind)) for kind in dict.fromkeys(formats)]
    except duckdb.Error as error:
        raise ExportError(f"{data.published_db} could not be exported: {error}") from error


def export_parquet(data: DataFolder, folder: Path | None = None) -> list[ExportedFile]:
    """Write the published tables as Parquet files, with datapackage.json and SHA256SUMS.

    Args:
        data: the data folder; its publication is opened for reading only.
        folder: where to; by default the data folder's exports/.

    Raises:
        ExportError: nothing is published, or the publication cannot be read.
    """
    (done,) = export(data, folder=folder)
    return list(done.files)
