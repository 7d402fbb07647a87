"""gongkai dictionary: what the published tables and columns mean."""

from __future__ import annotations

from typing import Annotated

import typer

from assets.exports.messages import Language, both, say
from orchestration.cli.shared import (
    DEFAULT_DATA,
    DataOption,
    Format,
    FormatOption,
    LangOption,
    fail,
    language,
    open_warehouse,
    out,
    write,
)

COLUMNS = ("table_name", "table_comment", "column_name", "data_type", "comment")


def dictionary(
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help=both("option.table"))] = None,
    data: DataOption = DEFAULT_DATA,
    output: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Print the comments of the published file: all tables, or the columns of one."""
    from assets.exports import published
    from assets.exports.result_text import to_csv, to_json
    from assets.exports.terminal import result_table

    speak = language(lang)
    with open_warehouse(data, speak) as connection:
        found = published.dictionary(connection)
    if output is Format.TEXT:
        for row in found:
            for name in ("table_comment", "comment"):
                row[name] = _half(row[name], speak)
    tables = {row["table_name"]: row["table_comment"] for row in found}
    if table is not None:
        if table not in tables:
            fail("error.no_table", speak, table=table, tables=", ".join(tables))
        found = [row for row in found if row["table_name"] == table]
    if output is Format.CSV:
        write(to_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in found]))
    elif output is Format.JSON:
        write(to_json(found))
    elif table is None:
        heads = [say(f"view.{name}", speak) for name in ("table", "meaning")]
        out().print(result_table(heads, [list(pair) for pair in tables.items()]))
    else:
        out().print(tables[table], markup=False)
        heads = [say(f"view.{name}", speak) for name in ("column", "type", "meaning")]
        lines = [[row["column_name"], row["data_type"], row["comment"]] for row in found]
        out().print(result_table(heads, lines))


def _half(comment: str | None, lang: Language) -> str:
    from assets.warehouse.manifest import in_language

    try:
        return in_language(comment or "", lang)
    except ValueError:
        return comment or ""  # a table of the operator's own, described in one language or not
