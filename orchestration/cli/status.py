"""gongkai status: what was last published, and which documents were not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.exports.messages import Language, say, status_name
from orchestration.cli.shared import (
    DEFAULT_DATA,
    DataOption,
    Format,
    FormatOption,
    LangOption,
    folder,
    language,
    open_warehouse,
    out,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


def status(
    data: DataOption = DEFAULT_DATA, output: FormatOption = Format.TEXT, lang: LangOption = None
) -> None:
    """Print counts of the published warehouse and one line per document not fully read."""
    from assets.exports.published import summary
    from assets.exports.result_text import to_csv, to_json

    speak = language(lang)
    with open_warehouse(data, speak) as connection:
        found = summary(connection)
    if output is Format.JSON:
        write(to_json(found))
    elif output is Format.CSV:
        write(to_csv(("status", "documents"), list(found["documents"].items())))
    else:
        print_summary(found, data, speak)


def print_summary(found: dict[str, Any], data: Path, lang: Language) -> None:
    """Draw the summary of a published warehouse (see published.summary) in the terminal."""
    from rich.table import Table
    from rich.text import Text

    about, documents = found["about"], found["documents"]
    by_year, by_status = ("，", "；") if lang == "zh" else (", ", "; ")
    made_up = about.get("synthetic_report_count") or 0
    pairs: list[tuple[str, object]] = [
        ("documents", _counted(documents, lang, by_status)),
        ("reports", _with_made_up(found["reports"], made_up, lang)),
        ("years", by_year.join(f"{year} ({n})" for year, n in found["years"].items())),
        ("cells", f"{found['cells']:,}"),
        ("needs_review", f"{found['unsure']:,}"),
        ("findings", say("summary.by_severity", lang, **found["findings"])),
        ("build_id", about.get("build_id", "")),
        ("contract", about.get("contract_version", "")),
        ("warehouse", folder(data).published_db),
    ]
    if folder(data).exports.exists():
        pairs.append(("exports", folder(data).exports))
    console = out()
    grid = Table.grid(padding=(0, 2))
    for name, value in pairs:
        grid.add_row(Text(say(f"summary.{name}", lang), style="dim"), Text(str(value)))
    console.print(Text(say("summary.title", lang), style="bold"))
    console.print(grid)
    print_not_read(found["not_read"], lang)


def print_not_read(documents: list[dict[str, Any]], lang: Language) -> None:
    """One line per document that was not fully read: name, status, reason."""
    from rich.text import Text

    console = out()
    if not documents:
        console.print(say("summary.all_read", lang))
        return
    console.print(Text(say("summary.not_read", lang, count=len(documents)), style="bold"))
    for row in documents:
        line = Text(f"  {row['file_name']}  ")
        line.append(status_name(row["status"], lang), style="yellow")
        line.append(f"  {row['reason'] or ''}")
        console.print(line, soft_wrap=True)


def _with_made_up(reports: int, made_up: int, lang: Language) -> str:
    return f"{reports} ({say('view.synthetic', lang)} {made_up})" if made_up else str(reports)


def _counted(documents: dict[str, int], lang: Language, separator: str) -> str:
    parts = separator.join(f"{status_name(name, lang)} {n}" for name, n in documents.items())
    return f"{sum(documents.values())} ({parts})"
