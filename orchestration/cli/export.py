"""gongkai export: the published tables as Parquet, CSV or Excel files for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.exports.messages import Language, both, say
from orchestration.cli.shared import (
    DEFAULT_DATA,
    FAILED,
    DataOption,
    LangOption,
    complain,
    err,
    fail,
    folder,
    language,
    open_warehouse,
    out,
)

if TYPE_CHECKING:
    from assets.exports.handout import Export


class FileFormat(StrEnum):
    """Formats of an export, and all of them."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"
    ALL = "all"


class Headers(StrEnum):
    """Languages of headers."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


def export(  # noqa: PLR0913, PLR0917 (options of a command)
    to: Annotated[
        Path | None, typer.Option("--to", help=both("option.to"), show_default=False)
    ] = None,
    formats: Annotated[
        list[FileFormat], typer.Option("--format", help=both("option.export_format"))
    ] = [FileFormat.PARQUET],  # noqa: B006 (typer copies it)
    headers: Annotated[
        Headers, typer.Option("--language", help=both("option.export_language"))
    ] = Headers.BOTH,
    table: Annotated[
        list[str] | None,
        typer.Option("--table", help=both("option.export_table"), show_default=False),
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option("--agency", help=both("option.export_agency"), show_default=False),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", help=both("option.export_region"), show_default=False),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", help=both("option.export_year"), show_default=False),
    ] = None,
    data: DataOption = DEFAULT_DATA,
    lang: LangOption = None,
) -> None:
    """Write the files and say where they are."""
    from assets.exports.exported import ExportError, ExportFormat
    from assets.exports.handout import export as write_export
    from assets.exports.headers import HeaderLanguage
    from assets.exports.selection import NotSelectable, Wanted

    speak, place = language(lang), folder(data)
    if agency is not None and region is not None:
        fail("error.agency_or_region", speak)
    open_warehouse(data, speak).close()
    target = None if to is None else to.expanduser().resolve()
    kinds = list(ExportFormat)
    if FileFormat.ALL not in formats:
        kinds = [ExportFormat(one.value) for one in formats]
    try:
        with err().status(say("progress.exporting", speak)):
            done = write_export(
                place,
                kinds,
                language=HeaderLanguage(headers.value),
                wanted=Wanted(tuple(table or ()), agency, region, year),
                folder=target,
            )
    except NotSelectable as error:
        complain(error.key, speak, **error.values)
        raise typer.Exit(FAILED) from error
    except (ExportError, OSError) as error:
        fail("error.export", speak, path=target or place.exports, reason=error)
    for one in done:
        _report(one, speak)


def _report(done: Export, lang: Language) -> None:
    text = say("summary.exported", lang, count=len(done.files), path=done.folder)
    out().print(text, markup=False, soft_wrap=True)
    kept = sum(file.is_kept for file in done.files)
    if kept:
        out().print(say("summary.exported_kept", lang, count=kept), markup=False, soft_wrap=True)
    for entry in done.left_out:
        text = say("summary.left_out", lang, table=entry.table, reason=entry.left_out)
        err().print(text, style="yellow", markup=False, soft_wrap=True)
