"""Draws report views and result tables in a terminal, with rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assets.exports.messages import Language, say, severity_name
from assets.exports.report_view import (
    CellView,
    DoubtView,
    FindingView,
    LineView,
    ReportView,
    SectionView,
    TableView,
)
from schemas.vocabulary import FindingStatus, ValueStatus

SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "advisory": "cyan"}
EXCERPT = 60
PLACES_SHOWN = 4
CODES_SHOWN = 4
LABEL_WIDTH = 38
LEAST_COLUMN = 8


def _cell_text(cell: CellView) -> Text:
    style = "bold yellow" if cell.unsure else ""
    if not style and cell.value_status not in ("", ValueStatus.REPORTED):
        style = "dim"
    return Text(cell.text, style=style, justify="right")


def _label(line: LineView) -> RenderableType:
    # Padding keeps the indent on folded lines, which spaces in the text would not.
    text = Text(line.label, style="" if line.cells else "bold")
    return Padding(text, (0, 0, 0, 2 * line.depth))


def table_renderable(view: TableView, lang: Language) -> Table:
    """One block of a report as a rich table; the head of its first column states the unit.

    Where columns have different units, each has its own at its head.
    """
    table = Table(header_style="dim", expand=False)
    head = _with_unit(say("view.row", lang), view.unit)
    table.add_column(head, max_width=LABEL_WIDTH, overflow="fold")
    own = ("",) * len(view.columns) if view.unit else view.column_units
    for column, unit in zip(view.columns, own, strict=True):
        heading = _with_unit(column, unit)
        table.add_column(heading, justify="right", overflow="fold", min_width=4)
    for line in view.lines:
        table.add_row(_label(line), *(_cell_text(cell) for cell in line.cells))
    return table


def _with_unit(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label


def _codes(view: DoubtView) -> RenderableType:
    """How files of corrections name the cells."""
    more = f" … +{len(view.codes) - CODES_SHOWN}" if len(view.codes) > CODES_SHOWN else ""
    return Padding(Text("; ".join(view.codes[:CODES_SHOWN]) + more, style="dim"), (0, 0, 0, 4))


def _print_tables(console: Console, tables: Iterable[TableView], lang: Language) -> None:
    shown: tuple[str, str] | None = None
    for table in tables:
        if (table.table_id, table.format_id) != shown:
            console.print(Text(f"\n{table.title} ({table.format_id})", style="bold"))
            shown = (table.table_id, table.format_id)
        console.print(table_renderable(table, lang))


def finding_renderable(finding: FindingView, lang: Language) -> RenderableType:
    """One finding: severity, rule and sentence; below it where it stands and what to do."""
    head = Text()
    style = SEVERITY_STYLE.get(finding.severity, "")
    head.append(f"{severity_name(finding.severity, lang)} {finding.rule_id}", style=style)
    if finding.status == FindingStatus.NEEDS_REVIEW:
        head.append(f" (?) {say('view.rests_on_doubt', lang)}", style="yellow")
    head.append(f"  {finding.message}")
    shown = list(finding.places[:PLACES_SHOWN])
    if len(finding.places) > PLACES_SHOWN:
        shown.append(f"… +{len(finding.places) - PLACES_SHOWN}")
    lines = [Text(place, style="dim") for place in shown]
    if finding.clears:
        lines.append(Text(finding.clears, style="dim"))
    if finding.hint:
        lines.append(Text(f"→ {finding.hint}", style="italic"))
    return Group(head, *(Padding(line, (0, 0, 0, 4)) for line in lines))


def _section(section: SectionView, full: bool) -> RenderableType:
    text = section.text if full else " ".join(section.text.split())
    if not full and len(text) > EXCERPT:
        text = text[: EXCERPT - 1] + "…"
    return Group(Text(section.heading, style="bold"), Padding(Text(text), (0, 0, 0, 2)))


def _print_corrections(console: Console, cells: Sequence[DoubtView], lang: Language) -> None:
    if not cells:
        return
    console.print(Text(f"\n{say('view.corrections', lang)}", style="bold"))
    for cell in cells:
        console.print(Text(f"* {cell.label}"))
        console.print(_codes(cell))
        console.print(Padding(Text(cell.reason, style="dim"), (0, 0, 0, 4)))
        console.print(Padding(Text(f"{cell.place} {cell.text}", style="dim"), (0, 0, 0, 4)))


def print_report(
    console: Console,
    view: ReportView,
    lang: Language,
    *,
    full: bool = False,
    show_sections: bool = True,
) -> None:
    """Print everything there is to show of a report, in the order in which one reads it."""
    header = Table.grid(padding=(0, 2))
    for name, value in view.header:
        header.add_row(Text(name, style="dim"), Text(value))
    console.print(header)
    _print_tables(console, view.tables, lang)
    for line in view.legend:
        console.print(Text(line, style="dim"))
    if view.doubts:
        console.print(Text(f"\n{say('view.doubts', lang)}", style="bold"))
        for doubt in view.doubts:
            console.print(Text(f"(?) {doubt.reason}", style="yellow"))
            console.print(Padding(Text(doubt.label), (0, 0, 0, 4)))
            console.print(_codes(doubt))
            console.print(Padding(Text(f"{doubt.place} {doubt.text}", style="dim"), (0, 0, 0, 4)))
            if doubt.other:
                other = f"{say('view.other_reading', lang)}: {doubt.other}"
                console.print(Padding(Text(other, style="dim"), (0, 0, 0, 4)))
    _print_corrections(console, view.corrections, lang)
    if view.leaks:
        console.print(Text(f"\n{say('view.leaks', lang)}", style="bold"))
        for leak in view.leaks:
            console.print(Text(f"(?) {leak.text}", style="yellow"))
            console.print(Padding(Text(f"{leak.place} {leak.reason}", style="dim"), (0, 0, 0, 4)))
    console.print(Text(f"\n{say('view.findings', lang)}", style="bold"))
    if not view.findings:
        console.print(say("view.no_findings", lang))
    for finding in view.findings:
        console.print(finding_renderable(finding, lang))
    if view.sections and show_sections:
        console.print(Text(f"\n{say('view.sections', lang)}", style="bold"))
        for section in view.sections:
            console.print(_section(section, full))


def result_renderable(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Iterable[int],
    width: int,
    lang: Language,
) -> RenderableType:
    """A query result that fits: a table, or where its columns would be slivers, row after row."""
    widest = [max(map(cell_len, column)) for column in zip(columns, *rows, strict=True)]
    if sum(min(one, LEAST_COLUMN) + 3 for one in widest) + 1 <= width:
        return result_table(columns, rows, numeric)
    parts: list[RenderableType] = []
    for number, row in enumerate(rows, start=1):
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for column, value in zip(columns, row, strict=True):
            grid.add_row(Text(f"  {column}", style="dim"), Text(value))
        parts += [Text(say("summary.row", lang, number=number), style="bold"), grid]
    return Group(*parts)


def result_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = ()
) -> Table:
    """A query result as a rich table; the columns in `numeric` are set to the right."""
    right = set(numeric)
    table = Table(header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(
            Text(column), justify="right" if index in right else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(value) for value in row))
    return table
