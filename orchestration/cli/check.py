"""gongkai check: draft reports checked before they are filed, without a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assets.exports.messages import Language, both, say, status_name
from orchestration.cli.shared import (
    CLEAN,
    FAILED,
    FINDINGS,
    LangOption,
    complain,
    language,
    out,
    reading_progress,
    write,
)
from schemas.vocabulary import Severity

if TYPE_CHECKING:
    from assets.exports.drafts import Draft

GRADES = tuple(severity.value for severity in Severity)


class CheckFormat(StrEnum):
    """Formats of a check: for people, for programs, for code hosts and for build servers."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=both("option.drafts"))],
    output: Annotated[
        CheckFormat, typer.Option("--format", help=both("option.format"))
    ] = CheckFormat.TEXT,
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", help=both("option.fail_on"))
    ] = Severity.ERROR,
    lang: LangOption = None,
) -> None:
    """Read drafts in isolated workers, apply the rules, print tables, doubts and findings."""
    speak = language(lang)
    missing = [path for path in files if not path.is_file()]
    for path in missing:
        complain("error.is_folder" if path.is_dir() else "error.no_such_path", speak, path=path)
    if missing:
        raise typer.Exit(FAILED)

    from assets.exports.drafts import read_drafts

    with reading_progress(say("progress.reading", speak)) as on_progress:
        drafts = read_drafts(files, on_progress=on_progress, open_archives=True)
    match output:
        case CheckFormat.TEXT:
            _print_text(drafts, speak, fail_on.value)
        case CheckFormat.JSON:
            _write_json(drafts, speak)
        case _:
            _write_result(drafts, speak, output, fail_on.value)
    raise typer.Exit(exit_code(drafts, fail_on.value))


def exit_code(drafts: Sequence[Draft], fail_on: str) -> int:
    """0 clean, 1 a finding at or above `fail_on`, 2 a draft could not be read (2 wins)."""
    if any(not draft.is_read for draft in drafts):
        return FAILED
    grave = GRADES[: GRADES.index(fail_on) + 1]
    found = any(row["severity"] in grave for draft in drafts for row in draft.findings)
    return FINDINGS if found else CLEAN


def _print_text(drafts: Sequence[Draft], lang: Language, fail_on: str) -> None:
    from assets.documents.names import shown_path
    from assets.exports.drafts import draft_views
    from assets.exports.reasons import reason_in
    from assets.exports.terminal import print_report

    grave = GRADES[: GRADES.index(fail_on) + 1]
    for draft in drafts:
        file = shown_path(str(draft.path))
        if not draft.is_read:
            status = status_name(draft.status, lang)
            reason = reason_in(draft.reason, lang)
            complain("check.not_read", lang, file=file, status=status, reason=reason)
            continue
        for view in draft_views(draft, lang):
            print_report(out(), view, lang, show_sections=False)
        _print_not_judged(draft, lang)
        if not any(row["severity"] in grave for row in draft.findings):
            severity = say(f"severity.{fail_on}", lang)
            text = say("check.clean", lang, file=file, severity=severity)
            out().print(text, style="green", markup=False)
    values = {grade: _count(drafts, grade) for grade in GRADES}
    unsure = sum(draft.unsure for draft in drafts)
    unread = sum(not draft.is_read for draft in drafts)
    total = say("check.total", lang, files=len(drafts), unread=unread, unsure=unsure, **values)
    out().print(total, markup=False, soft_wrap=True)


def _print_not_judged(draft: Draft, lang: Language) -> None:
    """Silence about a sum is no approval where a part of it is missing: name those rules."""
    from assets.exports.drafts import not_judged

    rules = not_judged(draft, lang)
    if not rules:
        return
    out().print("\n" + say("check.not_judged", lang), style="bold", markup=False)
    for rule_id, title, count in rules:
        text = say("check.rule_places", lang, rule=rule_id, title=title, count=count)
        out().print(f"  {text}", style="yellow", markup=False)


def _count(drafts: Sequence[Draft], grade: str) -> int:
    return sum(row["severity"] == grade for draft in drafts for row in draft.findings)


def _write_result(
    drafts: Sequence[Draft], lang: Language, output: CheckFormat, fail_on: str
) -> None:
    from assets.exports.check_results import to_junit, to_sarif
    from assets.exports.result_text import to_json

    sarif = output is CheckFormat.SARIF
    write(to_json(to_sarif(drafts, lang)) if sarif else to_junit(drafts, lang, fail_on))


def _write_json(drafts: Sequence[Draft], lang: Language) -> None:
    from assets.documents.names import shown_path
    from assets.exports.drafts import draft_views
    from assets.exports.report_view import as_json
    from assets.exports.result_text import to_json

    documents: list[dict[str, Any]] = [
        {
            "file": shown_path(str(draft.path)),
            "doc_id": draft.doc_id,
            "status": draft.status,
            "reason": draft.reason,
            "reports": [as_json(view) for view in draft_views(draft, lang)],
            "findings": draft.findings,
            "not_judged": draft.not_judged,
        }
        for draft in drafts
    ]
    write(to_json({"files": documents}))
