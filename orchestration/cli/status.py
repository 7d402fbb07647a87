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
        write(to_json(found | {"not_taken_in": refused(data)}))
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
    if found["documents"] or found["reports"]:
        print_not_read(found["not_read"], lang)
    else:
        told = say("summary.no_documents", lang, inbox=folder(data).inbox)
        console.print(told, style="yellow", markup=False, soft_wrap=True)
    print_gave_way(found["gave_way"], lang)
    print_refused(refused(data), lang)


def refused(data: Path) -> list[dict[str, str]]:
    """Files that could not be taken in, each with the reason."""
    from assets.documents.names import shown_path
    from assets.documents.refusals import read_refusals

    notes = read_refusals(folder(data))
    return [{"file": shown_path(note.place), "reason": note.message} for note in notes]


def print_refused(files: list[dict[str, str]], lang: Language) -> None:
    """One line per file that could not be taken in: they are no documents and in no table."""
    if not files:
        return
    from assets.exports.reasons import reason_in

    console = out()
    heading = say("summary.not_taken_in", lang, count=len(files))
    console.print(heading, style="bold", markup=False, soft_wrap=True)
    for row in files:
        console.print(
            f"  {row['file']}  {reason_in(row['reason'], lang)}", markup=False, soft_wrap=True
        )


def print_gave_way(reports: list[dict[str, Any]], lang: Language) -> None:
    """One line per report that is not the one in use, with the one to which it gives way."""
    if not reports:
        return
    console = out()
    heading = say("summary.gave_way", lang, count=len(reports))
    console.print(heading, style="bold", markup=False, soft_wrap=True)
    for row in reports:
        old, used = (
            f"{row[f'{which}delivered_as']} ({row[f'{which}report_id'][:12]}"
            f"{_on(row[f'{which}published_on'], lang)})"
            for which in ("", "used_")
        )
        agency = f"{row['agency_name']} {row['report_year']}"
        said = say("summary.gave_way_line", lang, agency=agency, old=old, used=used)
        console.print(f"  {said}", markup=False, soft_wrap=True)


def _on(day: object, lang: Language) -> str:
    return f", {say('view.published_on', lang)} {day}" if day else ""


def print_not_read(documents: list[dict[str, Any]], lang: Language) -> None:
    """One line per document that was not fully read: name, status, reason."""
    from rich.text import Text

    from assets.exports.reasons import reason_in

    console = out()
    if not documents:
        console.print(say("summary.all_read", lang))
        return
    console.print(Text(say("summary.not_read", lang, count=len(documents)), style="bold"))
    for row in documents:
        line = Text(f"  {row['delivered_as']}  ")
        line.append(status_name(row["status"], lang), style="yellow")
        line.append(f"  {reason_in(row['reason'], lang)}")
        console.print(line, soft_wrap=True)


def _with_made_up(reports: int, made_up: int, lang: Language) -> str:
    return f"{reports} ({say('view.synthetic', lang)} {made_up})" if made_up else str(reports)


def _counted(documents: dict[str, int], lang: Language, separator: str) -> str:
    if not documents:
        return "0"
    parts = separator.join(f"{status_name(name, lang)} {n}" for name, n in documents.items())
    return f"{sum(documents.values())} ({parts})"
