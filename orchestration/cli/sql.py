"""gongkai sql: one read-only question to the published warehouse."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assets.exports.messages import both, say
from orchestration.cli.shared import (
    DEFAULT_DATA,
    DataOption,
    Format,
    FormatOption,
    LangOption,
    complain,
    fail,
    language,
    open_warehouse,
    out,
    write,
)


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help=both("option.query"))],
    data: DataOption = DEFAULT_DATA,
    output: FormatOption = Format.TEXT,
    limit: Annotated[int, typer.Option("--limit", min=1, help=both("option.limit"))] = 100,
    lang: LangOption = None,
) -> None:
    """Ask, and print the answer as a table, CSV or JSON."""
    import duckdb

    from assets.exports.published import RefusedStatement, ask
    from assets.exports.result_text import shown, to_csv, to_json
    from assets.exports.terminal import result_renderable

    speak = language(lang)
    text = sys.stdin.read() if query == "-" else query
    with open_warehouse(data, speak) as connection:
        try:
            answer = ask(connection, text)
        except RefusedStatement as error:
            if error.kind:
                fail("error.only_select", speak, kind=error.kind)
            fail("error.one_statement", speak, count=error.count)
        except duckdb.Error as error:
            complain("error.sql", speak, reason=error)
            fail("error.sql_hint", speak)
    if output is Format.CSV:
        write(to_csv(answer.columns, answer.rows))
    elif output is Format.JSON:
        write(to_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows]))
    elif not answer.rows:
        out().print(say("summary.no_rows", speak))
    else:
        table = [[shown(value) for value in row] for row in answer.rows[:limit]]
        console = out()
        console.print(
            result_renderable(answer.columns, table, answer.numeric, console.width, speak)
        )
        if len(answer.rows) > limit:
            values = {"shown": limit, "total": len(answer.rows)}
            out().print(say("summary.rows", speak, **values))
