"""Excel workbooks of a publication: everything, one agency, or one region (workbooks.yml)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from xlsxwriter.workbook import Workbook

from assets.exports.exported import Column, ExportedTable, order_by, quoted
from assets.exports.figures import TABLE as FIGURES_TABLE
from assets.exports.figures import figures
from assets.exports.headers import HeaderLanguage, chinese_names, headers
from assets.exports.messages import say
from assets.exports.notes import (
    Entry,
    columns_sheet,
    described,
    languages_of,
    told,
    vocabularies_sheet,
    write_notes,
)
from assets.exports.safe_text import printable
from assets.exports.selection import Selection
from assets.exports.sheets import CELL_LIMIT, ROW_LIMIT, Field, Sheet, SheetWriter, unique_title
from assets.warehouse.manifest import LAYERS

PLAN = Path(__file__).with_name("workbooks.yml")
FETCHED = 2_000
BUILD_TIME = re.compile(r"\d{8}T\d{6}Z")
UNDATED = dt.datetime(2000, 1, 1)
ORDER = ("cmp", "qlt", "dim", "fct")


@dataclass(frozen=True, slots=True)
class WrittenWorkbook:
    """A workbook: rows on its sheets, and the tables that were too large for one."""

    rows: int
    left_out: tuple[Entry, ...]


@cache
def load_plan() -> dict[str, Any]:
    """workbooks.yml: titles of sheets, and the sheets of each kind of workbook."""
    return yaml.safe_load(PLAN.read_text(encoding="utf-8"))


def kind_of(selection: Selection) -> str:
    """Which workbook of workbooks.yml a selection asks for; "everything" for the others."""
    if selection.wanted.tables:
        return "everything"
    if selection.wanted.agency is not None:
        return "agency"
    return "region" if selection.wanted.region is not None else "everything"


def planned(kind: str, tables: Sequence[ExportedTable]) -> list[str]:
    """The names of a workbook's sheets that a publication has tables for, in order."""
    names = {table.name for table in tables}
    if kind == "everything":
        return sorted(names, key=lambda name: (_place(name), name))
    wanted = load_plan()["workbooks"][kind]
    return [
        name for name in wanted if name in names or (name == "figures" and FIGURES_TABLE in names)
    ]


def _place(name: str) -> int:
    layer = name.split("_", 1)[0]
    return ORDER.index(layer) if layer in ORDER else len(ORDER) + len(LAYERS)


def title_of(name: str, language: HeaderLanguage) -> str:
    """The title of a sheet before it is made unique."""
    titles = load_plan()["titles"].get(name)
    if titles is None:
        return name
    return " ".join(titles[one] for one in languages_of(language))


def build_time(build_id: str) -> dt.datetime:
    """When a publication was built; a fixed time where its name does not say."""
    found = BUILD_TIME.match(build_id)
    return dt.datetime.strptime(found.group(), "%Y%m%dT%H%M%SZ") if found else UNDATED


def open_book(path: Path, about: Mapping[str, Any], scratch: Path) -> Workbook:
    """A workbook that keeps one row in memory and takes text for text."""
    book = Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(scratch),
        },
    )
    # The time of the build, not of the export: the same publication gives the same bytes.
    book.set_properties(
        {
            "title": "政府信息公开工作年度报告数据",
            "comments": f"build {about['build_id']}",
            "created": build_time(str(about["build_id"])),
        }
    )
    return book


def _value(column: Column) -> str:
    """SQL: a column as a sheet holds it; in a cell of Excel a line ends with a line feed."""
    name = quoted(column.name)
    if column.type.startswith(("STRUCT", "MAP", "UNION")) or column.type.endswith("]"):
        name = f"to_json({name})::VARCHAR"
    elif column.type != "VARCHAR":
        return name
    return rf"regexp_replace({printable(name)}, '\r\n?', chr(10), 'g')"


def _table_sheet(
    connection: duckdb.DuckDBPyConnection,
    table: ExportedTable,
    condition: str,
    language: HeaderLanguage,
) -> Sheet:
    values = ", ".join(_value(column) for column in table.columns)
    cursor = connection.execute(
        f"SELECT {values} FROM (FROM {quoted(table.name)} WHERE {condition} "
        f"ORDER BY {order_by(table)})"
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        while batch := cursor.fetchmany(FETCHED):
            yield from batch

    names = headers(table, language)
    if language is HeaderLanguage.BOTH:
        names = {name: f"{chinese}\n{name}" for name, chinese in chinese_names(table).items()}
    fields = [Field(column.name, names[column.name]) for column in table.columns]
    return Sheet(table.name, fields, rows())


def _too_large(table: ExportedTable, rows: int, language: HeaderLanguage) -> str:
    if rows <= ROW_LIMIT and rows * len(table.columns) <= CELL_LIMIT:
        return ""
    return told(
        "workbook.too_large", language, rows=f"{rows:,}", limit=f"{ROW_LIMIT:,}",
        cells=f"{CELL_LIMIT:,}", table=table.name,
    )  # fmt: skip


def _made_up(
    connection: duckdb.DuckDBPyConnection,
    reports: ExportedTable,
    selection: Selection,
    language: HeaderLanguage,
) -> str:
    """How many of the selected reports are made up; empty where none is."""
    (count, made_up) = connection.execute(
        "SELECT count(*), count(*) FILTER (is_synthetic) "
        f"FROM {quoted(reports.name)} WHERE {selection.condition(reports)}"
    ).fetchone() or (0, 0)
    return told("workbook.made_up", language, count=count, made_up=made_up) if made_up else ""


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    about: Mapping[str, Any],
    tables: Sequence[ExportedTable],
    selection: Selection,
    language: HeaderLanguage,
) -> WrittenWorkbook:
    """Write the workbook of a selection.

    A table with more rows than Excel holds, or more cells than a computer opens, gets no sheet;
    the notes name the files to use instead.

    Args:
        connection: a publication.
        path: the file, in a folder that may hold temporary files.
        about: the row of `about`.
        tables: published tables that the selection takes.
        selection: what to write.
        language: of headers, titles and notes.
    """
    by_name = {table.name: table for table in tables}
    first = languages_of(language)[0]
    book = open_book(path, about, path.parent)
    writer = SheetWriter(book, lambda count: say("workbook.cut", first, count=count))
    title = unique_title(title_of("notes", language), ())
    notes, taken, entries = book.add_worksheet(title), [title], []
    used: list[ExportedTable] = []
    for name in planned(kind_of(selection), tables):
        table = by_name[FIGURES_TABLE if name == "figures" else name]
        condition = selection.condition(table)
        text = described(table.description, language)
        if name != "figures":
            (rows,) = connection.execute(
                f"SELECT count(*) FROM {quoted(name)} WHERE {condition}"
            ).fetchone() or (0,)
            if reason := _too_large(table, rows, language):
                entries.append(Entry("", name, rows, text, reason))
                continue
            sheet = _table_sheet(connection, table, condition, language)
            used.append(table)
        else:
            sheet = figures(connection, table, condition, language)
            text = told("workbook.figures", language)
        title = unique_title(title_of(name, language), taken)
        taken.append(title)
        count = writer.table(book.add_worksheet(title), sheet)
        entries.append(Entry(title, name, count, text))
    for sheet in (columns_sheet(used, language), vocabularies_sheet(language)):
        title = unique_title(title_of(sheet.title, language), taken)
        taken.append(title)
        count = writer.table(book.add_worksheet(title), sheet)
        entries.append(Entry(title, "", count, told(f"workbook.{sheet.title}", language)))
    warning = _made_up(connection, by_name["fct_report"], selection, language)
    write_notes(writer, notes, about, selection.label, warning, entries, language)
    book.close()
    return WrittenWorkbook(
        rows=sum(entry.rows for entry in entries if not entry.left_out),
        left_out=tuple(entry for entry in entries if entry.left_out),
    )
