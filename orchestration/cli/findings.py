"""gongkai findings: what a person should see, over all reports."""

from __future__ import annotations

from typing import Annotated

import typer

from assets.exports.messages import both, say
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
from schemas.vocabulary import Severity

LISTED = (
    "finding_id", "severity", "status", "rule_id", "agency_name", "report_year", "breakdown",
    "attribution", "decision", "message_zh", "message_en", "expected", "actual", "file_name",
    "report_id",
)  # fmt: skip


def findings(
    agency: Annotated[str | None, typer.Option("--agency", help=both("option.agency"))] = None,
    year: Annotated[int | None, typer.Option("--year", help=both("option.year"))] = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help=both("option.severity"))
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", help=both("option.rule"))] = None,
    data: DataOption = DEFAULT_DATA,
    output: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """List findings, gravest first, each with its report and place."""
    from assets.exports.finding_view import finding_view
    from assets.exports.published import corrected_cells, list_findings, unknown_filter
    from assets.exports.result_text import to_csv, to_json
    from assets.exports.terminal import finding_renderable

    speak = language(lang)
    with open_warehouse(data, speak) as connection:
        found = list_findings(
            connection, agency=agency, year=year, severity=severity and severity.value, rule=rule
        )
        corrected = corrected_cells(connection)
        unknown = None if found else unknown_filter(connection, agency=agency, year=year, rule=rule)
    if unknown == "agency":
        fail("error.no_agency", speak, words=agency)
    if unknown == "year":
        fail("error.no_year", speak, year=year)
    if unknown == "rule":
        fail("error.no_rule", speak, rule=rule)
    if output is Format.CSV:
        write(to_csv(LISTED, [[row[name] for name in LISTED] for row in found]))
        return
    if output is Format.JSON:
        write(to_json(found))
        return
    console = out()
    heading = None
    for row in found:
        report = f"{row['agency_name']} {row['report_year']}  {row['delivered_as']}"
        if row.get("is_synthetic"):
            report += f"  ({say('view.synthetic', speak)})"
        if report != heading:
            console.print(f"\n{report}", style="bold", markup=False)
            heading = report
        view = finding_view(row, speak, corrected.get(row["report_id"], ()))
        console.print(finding_renderable(view, speak))
    if not found:
        console.print(say("summary.no_findings", speak))
