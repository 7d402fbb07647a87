"""gongkai build: documents in, a published warehouse out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.exports.messages import Language, both, say
from orchestration.cli.changes import print_changes
from orchestration.cli.shared import (
    CLEAN,
    DEFAULT_DATA,
    FAILED,
    FINDINGS,
    INTERRUPTED,
    DataOption,
    LangOption,
    complain,
    err,
    fail,
    folder,
    language,
    out,
)
from orchestration.cli.status import print_summary

if TYPE_CHECKING:
    from assets.common.lock import Holder
    from assets.exports.rereading import ReadingChanges
    from orchestration.build import BuildSummary

STAGES = ("intake", "read", "recognise", "years", "world", "documents", "warehouse")


def build(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SOURCE", help=both("option.sources"), show_default=False),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help=both("option.strict"))] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help=both("option.wait"))] = True,
    review: Annotated[bool, typer.Option("--review", help=both("option.review"))] = False,
    data: DataOption = DEFAULT_DATA,
    lang: LangOption = None,
) -> None:
    """Build, publish, print what came of it; the exit code says how it went."""
    speak = language(lang)
    given = sources or []
    missing = [path for path in given if not path.exists()]
    for path in missing:
        complain("error.no_such_path", speak, path=path)
    if missing:
        raise typer.Exit(FAILED)
    summary = run_build(given, data, speak, wait=wait, publish=not review)
    if review:
        raise typer.Exit(report_review(summary, data, speak, strict=strict))
    raise typer.Exit(report_build(summary, data, speak, strict=strict))


def run_build(
    given: list[Path], data: Path, lang: Language, *, wait: bool = True, publish: bool = True
) -> BuildSummary:
    """Run the build driver under a progress display; leaves when another build is running."""
    from pydantic import ValidationError

    from assets.common.lock import BuildRunning
    from assets.common.made_up import MadeUpWorldError
    from orchestration.build import build as run
    from orchestration.settings import Settings

    try:
        settings = Settings(data=folder(data).root)
        settings.data.mkdir(parents=True, exist_ok=True)
    except ValidationError as error:
        for wrong in error.errors():
            name = "GONGKAI_" + "_".join(map(str, wrong["loc"])).upper()
            reason = f"{wrong['input']!r}: {wrong['msg']}"
            complain("error.bad_setting", lang, name=name, reason=reason)
        raise typer.Exit(FAILED) from error
    except OSError as error:
        fail("error.export", lang, path=folder(data).root, reason=error.strerror)

    def on_wait(holder: Holder | None) -> None:
        complain("error.build_running_wait", lang, path=settings.data, holder=holder or "?")

    def on_changes(reread: int, changes: ReadingChanges) -> None:
        print_changes(reread, changes, lang)

    paths = [path.resolve() for path in given]
    try:
        with progress_lines(lang) as on_progress:
            return run(paths, settings, on_progress, on_wait, wait, publish, on_changes)
    except BuildRunning as error:
        fail("error.build_running", lang, path=settings.data, holder=error.holder or "?")
    except MadeUpWorldError:
        fail("error.made_up_world", lang, path=settings.data)
    except KeyboardInterrupt:
        fail("error.interrupted", lang, code=INTERRUPTED)


def report_review(summary: BuildSummary, data: Path, lang: Language, *, strict: bool) -> int:
    """Print how a build without publication ended; its changes were printed before.

    Returns:
        0 nothing published would change, 1 it would (or strict and unread), 2 nobody can say.
    """
    print_troubles(summary, lang)
    changes = summary.changes
    if summary.problems or (changes and changes.obstacle):
        return FAILED
    if summary.did_nothing:
        out().print(say("summary.unchanged", lang))
    elif changes is None:
        # What was made again may be what it was; then nothing is compared.
        is_published = folder(data).published_db.exists()
        why = "summary.no_changes" if is_published else "summary.first_publication"
        out().print(say(why, lang))
    elif not (changes.cells or summary.reread):
        out().print(say("summary.no_changes", lang))
    out().print(say("summary.reviewed", lang), soft_wrap=True)
    found = (changes and changes.cells) or (strict and (summary.unread or summary.refused))
    return FINDINGS if found else CLEAN


def print_troubles(summary: BuildSummary, lang: Language) -> None:
    """Print notes on sources and files of the operator, and stages that failed."""
    from assets.documents.names import shown_path
    from assets.exports.reasons import reason_in

    for note in summary.notes:
        said = f"{reason_in(shown_path(note.place), lang)}: {reason_in(note.message, lang)}"
        err().print(said, style="yellow", markup=False, soft_wrap=True)
    for problem in summary.problems:
        complain("error.build_failed", lang, reason=problem)


def report_build(summary: BuildSummary, data: Path, lang: Language, *, strict: bool) -> int:
    """Print what a build did; returns 0 published, 1 strict and unread, 2 nothing published."""
    from assets.exports.published import NotPublished, open_published
    from assets.exports.published import summary as published_summary

    print_troubles(summary, lang)
    try:
        with open_published(folder(data).published_db) as connection:
            found = published_summary(connection)
    except NotPublished:
        if not summary.problems:
            fail("error.build_failed", lang, reason=say("error.no_documents", lang))
        return FAILED
    if summary.problems:
        return FAILED
    if summary.did_nothing:
        out().print(say("summary.unchanged", lang))
    print_summary(found, data, lang)
    return FINDINGS if strict and (summary.unread or summary.refused) else CLEAN


@contextmanager
def progress_lines(lang: Language) -> Iterator[Callable[[str, int, int], None]]:
    """A line per stage on stderr: what is being done, how far it is, how long it has taken."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err(), transient=True) as bar:
        bar.add_task(say("progress.building", lang), total=None)
        tasks: dict[str, TaskID] = {}

        def on_progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                name = say(f"progress.{stage}", lang) if stage in STAGES else stage
                tasks[stage] = bar.add_task(name, total=None)
            bar.update(tasks[stage], completed=done, total=total)

        yield on_progress
