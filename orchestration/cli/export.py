"""gongkai export: the published tables as Parquet files for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.exports.messages import both, say
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
)


def export(
    to: Annotated[
        Path | None, typer.Option("--to", help=both("option.to"), show_default=False)
    ] = None,
    data: DataOption = DEFAULT_DATA,
    lang: LangOption = None,
) -> None:
    """Write the files and say where they are."""
    from assets.exports.parquet import ExportError, export_parquet

    speak, place = language(lang), folder(data)
    open_warehouse(data, speak).close()
    target = place.exports if to is None else to.expanduser().resolve()
    try:
        with err().status(say("progress.exporting", speak)):
            files = export_parquet(place, target)
    except (ExportError, OSError) as error:
        fail("error.export", speak, path=target, reason=error)
    text = say("summary.exported", speak, count=len(files), path=target)
    out().print(text, markup=False, soft_wrap=True)
