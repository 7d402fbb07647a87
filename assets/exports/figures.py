"""The sheet that people of an agency read first: one row per figure, one column per year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from assets.exports.exported import ExportedTable
from assets.exports.headers import HeaderLanguage, headers
from assets.exports.messages import Language, load_messages, say
from assets.exports.sheets import Doubtful, Field, Sheet

TABLE = "cmp_item_by_agency"
LABELS = ("label_zh", "label_en", "concept", "breakdown", "unit")


def _shown(cell: dict[str, Any] | None, language: Language) -> Any:
    """The value; a word where there is none; nothing where there is no such row."""
    if cell is None:
        return None
    shown = cell["value"]
    if shown is None:
        status = cell["status"] or ""
        key = f"mark.{status}"
        shown = f"（{say(key, language) if key in load_messages() else status or '-'}）"
    return Doubtful(shown) if cell["doubts"] else shown


def figures(
    connection: duckdb.DuckDBPyConnection,
    table: ExportedTable,
    condition: str,
    language: HeaderLanguage,
) -> Sheet:
    """Figures of one agency by year, in the order of the newest form; sums without a row last.

    A figure that has no value shows in brackets what the cell prints; one that needs review has a
    coloured ground. Units that differ between years are all named.

    Args:
        connection: a publication.
        table: cmp_item_by_agency.
        condition: selects the rows of one agency.
        language: of headers and words.
    """
    speak: Language = "en" if language is HeaderLanguage.EN else "zh"
    years = [
        year
        for (year,) in connection.execute(
            f"SELECT DISTINCT report_year FROM {TABLE} WHERE {condition} ORDER BY 1"
        ).fetchall()
    ]
    cells = ", ".join(
        "any_value({value: value, status: value_status, doubts: needs_review_count > 0}) "
        f"FILTER (report_year = {year:d}) AS y{year:d}"
        for year in years
    )
    note = "break_note_en" if speak == "en" else "break_note"
    cursor = connection.execute(
        "SELECT any_value(label_zh), any_value(label_en), concept, breakdown, "
        f"string_agg(DISTINCT unit, ' / ' ORDER BY unit), {cells + ', ' if cells else ''}"
        f"string_agg(DISTINCT {note}, '; ' ORDER BY {note}), bool_or(is_synthetic) "
        f"FROM (FROM {TABLE} WHERE {condition}) LEFT JOIN ("
        "SELECT item_code AS concept, breakdown, arg_max(position, format_id) AS place "
        "FROM dim_item GROUP BY ALL) USING (concept, breakdown) GROUP BY concept, breakdown "
        "ORDER BY any_value(place) NULLS LAST, concept, breakdown"
    )

    def rows() -> Iterator[list[Any]]:
        for *labels, why, made_up in cursor.fetchall():
            named, by_year = labels[: len(LABELS)], labels[len(LABELS) :]
            yield [*named, *(_shown(cell, speak) for cell in by_year), why, made_up]

    names = headers(table, language)
    fields = [
        *(Field(name, names[name]) for name in LABELS),
        *(Field(str(year), str(year)) for year in years),
        Field(note, names[note]),
        Field("is_synthetic", names["is_synthetic"]),
    ]
    return Sheet("figures", fields, rows())
