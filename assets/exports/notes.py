"""The sheets of a workbook that explain it: notes, vocabularies, and the meaning of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from assets.exports.dictionary import load_vocabularies
from assets.exports.exported import ExportedTable
from assets.exports.headers import HeaderLanguage, headers
from assets.exports.messages import Language, say
from assets.exports.sheets import Field, Sheet, SheetWriter, width_of
from assets.warehouse.manifest import in_language

CAVEATS = (
    "missing", "ratio", "comparable", "review", "made_up", "numbers", "long_text", "no_contacts",
)  # fmt: skip
FACTS = ("build_id", "contract_version", "code_revision", "report_years", "report_count")


LINE = 16
"""Height of a line of text in points; no program finds the height of merged cells itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a sheet, or a table that has none and the message why."""

    title: str
    table: str
    rows: int
    description: str
    left_out: str = ""


def languages_of(language: HeaderLanguage) -> tuple[Language, ...]:
    """The languages that notes are written in, first things first."""
    if language is HeaderLanguage.BOTH:
        return ("zh", "en")
    return ("zh",) if language is HeaderLanguage.ZH else ("en",)


def told(key: str, language: HeaderLanguage, **values: object) -> str:
    """A message in the languages of a workbook, one line each."""
    return "\n".join(say(key, one, **values) for one in languages_of(language))


def described(description: str, language: HeaderLanguage) -> str:
    """A bilingual description in the languages of a workbook."""
    return "\n".join(in_language(description, one) for one in languages_of(language))


def lines_of(text: str, width: int) -> int:
    """Lines that a text takes in cells of a width."""
    return sum(width_of(line) // width + 1 for line in text.split("\n"))


def _head(name: str, language: HeaderLanguage) -> Field:
    return Field(name, told(f"workbook.{name}", language))


def write_notes(
    writer: SheetWriter,
    page: Worksheet,
    about: Mapping[str, Any],
    selected: str,
    warning: str,
    contents: Sequence[Entry],
    language: HeaderLanguage,
) -> None:
    """Write what the workbook is, what to beware of, where the data come from, and its contents."""
    bold, wrapped = writer.styles.of(bold=True), writer.styles.of(text_wrap=True)
    heading = writer.styles.of(bold=True, text_wrap=True)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 34)
    page.set_column(2, 2, 12)
    page.set_column(3, 3, 90)
    row = 0

    def line(first: str, second: str = "") -> None:
        nonlocal row
        page.write_string(row, 0, first, wrapped)
        if second:
            page.merge_range(row, 1, row, 3, "", wrapped)
            page.write_string(row, 1, second, wrapped)
        shown = max(lines_of(first, 28), lines_of(second, 136))
        page.set_row(row, LINE * shown)
        row += 1

    page.write_string(row, 0, say("workbook.title", languages_of(language)[0]), bold)
    row += 1
    line(told("workbook.selected", language), selected or told("workbook.everything", language))
    if warning:
        line(told("workbook.caveat", language), warning)
    for name in FACTS:
        line(told(f"workbook.{name}", language), str(about.get(name) or "-"))
    line(told("workbook.source", language), told("workbook.source_text", language))
    row += 1
    for name in CAVEATS:
        line(told("workbook.caveat", language), told(f"note.{name}", language))
    row += 1
    for column, name in enumerate(("sheet", "table", "rows", "description")):
        page.write_string(row, column, told(f"workbook.{name}", language), heading)
    page.set_row(row, LINE * len(languages_of(language)))
    for entry in contents:
        row += 1
        page.set_row(row, LINE * lines_of(entry.left_out or entry.description, 90))
        if entry.left_out:
            page.write_string(row, 0, told("workbook.no_sheet", language), wrapped)
        else:
            page.write_url(row, 0, f"internal:'{entry.title}'!A1", string=entry.title)
        page.write_string(row, 1, entry.table)
        page.write_number(row, 2, entry.rows, writer.styles.of(num_format="#,##0"))
        page.write_string(row, 3, entry.left_out or entry.description, wrapped)


def columns_sheet(tables: Sequence[ExportedTable], language: HeaderLanguage) -> Sheet:
    """The meaning of every column of some tables."""

    def rows() -> Iterator[list[Any]]:
        for table in tables:
            names = headers(table, language)
            for column in table.columns:
                yield [
                    table.name,
                    column.name,
                    names[column.name],
                    in_language(column.comment, "zh"),
                    in_language(column.comment, "en"),
                ]

    wanted = ("table", "column", "header", "meaning_zh", "meaning_en")
    return Sheet("columns", [_head(name, language) for name in wanted], rows())


def vocabularies_sheet(language: HeaderLanguage) -> Sheet:
    """The words that columns hold, and what they mean."""

    def rows() -> Iterator[list[Any]]:
        for vocabulary in load_vocabularies().values():
            for member, meaning in vocabulary["members"].items():
                yield [vocabulary["column"], str(member), meaning["zh"], meaning["en"]]

    wanted = ("column", "value", "meaning_zh", "meaning_en")
    return Sheet("vocabularies", [_head(name, language) for name in wanted], rows())
