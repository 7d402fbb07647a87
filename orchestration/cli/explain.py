"""gongkai explain: one report as a person wants to see it, or why a document was not read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assets.exports.messages import Language, both, say, status_name
from orchestration.cli.shared import (
    DEFAULT_DATA,
    DataOption,
    LangOption,
    err,
    fail,
    folder,
    language,
    open_warehouse,
    out,
    write,
)

if TYPE_CHECKING:
    import duckdb

    from assets.exports.report_view import ReportView


CORRECTIONS = "corrections"
SHORT_ID = 12
"""Characters of an identity that tell documents apart in any folder there is."""


class ViewFormat(StrEnum):
    """Formats of a report view."""

    TEXT = "text"
    JSON = "json"


def explain(
    target: Annotated[
        list[str], typer.Argument(metavar="DOC_OR_REPORT", help=both("option.target"))
    ],
    codes: Annotated[bool, typer.Option("--codes", help=both("option.codes"))] = False,
    full: Annotated[bool, typer.Option("--full", help=both("option.full"))] = False,
    data: DataOption = DEFAULT_DATA,
    output: Annotated[
        ViewFormat, typer.Option("--format", help=both("option.format"))
    ] = ViewFormat.TEXT,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.png", help=both("option.picture"))
    ] = None,
    lang: LangOption = None,
) -> None:
    """Show the report or the document that the words stand for."""
    from assets.exports.published import find
    from assets.exports.report_view import as_json
    from assets.exports.result_text import to_json
    from assets.exports.terminal import print_report

    speak = language(lang)
    words = " ".join(target)
    if codes and picture is not None:
        fail("error.codes_or_picture", speak)
    with open_warehouse(data, speak) as connection:
        matches = find(connection, words)
        documents = {row["doc_id"] for row in (*matches.reports, *matches.documents)}
        if not documents:
            fail("error.no_match", speak, target=words)
        if len(documents) > 1:
            _list_matches(words, [*matches.reports, *matches.documents], speak)
            raise typer.Exit(2)
        if codes:
            _write_codes(connection, matches.reports, output, speak)
            return
        views = [_view(connection, report, speak) for report in matches.reports]
        if picture is not None:
            _draw(connection, matches.reports, data, picture, speak)
    if output is ViewFormat.JSON:
        write(to_json([as_json(view) for view in views] or matches.documents))
        return
    for view in views:
        print_report(out(), view, speak, full=full)
    if any(view.doubts for view in views):
        target_id = matches.reports[0]["doc_id"][:SHORT_ID]
        corrections = folder(data).config / CORRECTIONS
        said = say("view.to_correct", speak, target=target_id, folder=corrections)
        out().print(f"\n{said}", style="dim", markup=False)
    for document in matches.documents:
        _print_unread(document, speak)


def _write_codes(
    connection: duckdb.DuckDBPyConnection,
    reports: list[dict[str, Any]],
    output: ViewFormat,
    lang: Language,
) -> None:
    """Write all cells of the reports as lines of a file of corrections, or as JSON."""
    from assets.exports.correction_lines import correction_rows
    from assets.exports.published import report_parts
    from assets.exports.result_text import to_csv, to_json
    from schemas.correction_models import CorrectionLine

    if not reports:
        fail("error.no_cells", lang)
    parts = [report_parts(connection, report["report_id"]) for report in reports]
    lines = [row for part in parts for row in correction_rows(part["layout"], part["items"], lang)]
    columns = tuple(CorrectionLine.model_fields)
    if output is ViewFormat.JSON:
        write(to_json([dict(zip(columns, line, strict=True)) for line in lines]))
    else:
        write(to_csv(columns, lines))


def _view(
    connection: duckdb.DuckDBPyConnection, report: dict[str, Any], lang: Language
) -> ReportView:
    from assets.exports.published import report_parts
    from assets.exports.report_view import build_view
    from schemas.catalog import load_catalog

    parts = report_parts(connection, report["report_id"])
    titles = {
        table.table_id: table.name_zh if lang == "zh" else table.name_en
        for known in load_catalog().formats.values()
        for table in known.tables
    }
    return build_view(
        report,
        layout=parts["layout"],
        items=parts["items"],
        titles=titles,
        unmapped=parts["unmapped"],
        findings=parts["findings"],
        sections=parts["sections"],
        lang=lang,
    )


def _draw(
    connection: duckdb.DuckDBPyConnection,
    reports: list[dict[str, Any]],
    data: Path,
    target: Path,
    lang: Language,
) -> None:
    """Write the picture of the report's pages, or say why there is none."""
    from assets.common.paths import DataFolder
    from assets.exports.picture import PictureError, draw_picture
    from assets.exports.published import report_parts
    from assets.exports.reasons import reason_in

    if not reports:
        fail("error.no_picture", lang, reason=say("error.picture_of_unread", lang))
    items = [
        row for report in reports for row in report_parts(connection, report["report_id"])["items"]
    ]
    if target.is_dir() or not target.parent.is_dir():
        known = "error.picture_is_folder" if target.is_dir() else "error.no_such_path"
        fail(known, lang, path=target if target.is_dir() else target.parent)
    source = DataFolder(data).raw_file(reports[0]["doc_id"], "pdf")
    if not source.is_file():
        fail("error.no_picture", lang, reason=say("error.picture_of_other", lang))
    try:
        pages = draw_picture(source, items, target)
    except (PictureError, OSError) as error:
        fail("error.no_picture", lang, reason=reason_in(str(error), lang))
    err().print(say("view.picture", lang, path=target, pages=pages), markup=False)


def _list_matches(words: str, found: list[dict[str, Any]], lang: Language) -> None:
    from assets.exports.terminal import result_table

    err().print(say("error.many_matches", lang, target=words, count=len(found)), style="red")
    table = [
        [
            str(row.get("report_id") or row["doc_id"])[:12] + "…",
            str(row.get("agency_name") or ""),
            str(row.get("report_year") or ""),
            row["delivered_as"],
        ]
        for row in found
    ]
    names = ("report_id", "agency", "year", "name")
    err().print(result_table([say(f"view.{name}", lang) for name in names], table))


def _print_unread(document: dict[str, Any], lang: Language) -> None:
    from rich.table import Table
    from rich.text import Text

    from assets.exports.reasons import reason_in

    grid = Table.grid(padding=(0, 2))
    for name, value in (
        ("name", document["delivered_as"]),
        ("document", document["doc_id"]),
        ("status", status_name(document["status"], lang)),
        ("reason", reason_in(document["reason"], lang)),
    ):
        grid.add_row(Text(say(f"view.{name}", lang), style="dim"), Text(str(value)))
    out().print(grid)
