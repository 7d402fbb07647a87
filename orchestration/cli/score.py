"""gongkai score: how exactly a folder of documents is read, measured against truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assets.exports.messages import Language, both, say
from orchestration.cli.shared import (
    CLEAN,
    FINDINGS,
    LangOption,
    err,
    fail,
    language,
    out,
    reading_progress,
)

REQUIRED = ("file", "agency_name", "report_year", "cells")
COLUMNS = (
    "document", "cells", "exact", "abstained", "silently_wrong", "doubtful_asserted", "missing",
    "identity",
)  # fmt: skip


def score(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=both("option.score_dir"))],
    lang: LangOption = None,
) -> None:
    """Read every document that DIR/truth describes and print what is exact, unsure or wrong."""
    speak = language(lang)
    if not directory.is_dir():
        known = "error.is_file" if directory.exists() else "error.no_such_path"
        fail(known, speak, path=directory)
    truths = _load_truths(directory, speak)

    from assets.exports.drafts import read_drafts, truth_inputs
    from assets.exports.score import score_document, totals_of
    from assets.exports.terminal import result_table

    err().print(say("score.how", speak), style="dim")
    with reading_progress(say("progress.reading", speak)) as on_progress:
        drafts = read_drafts(
            [directory / truth["file"] for truth in truths], on_progress=on_progress
        )
    scores = [
        score_document(truth, *truth_inputs(draft))
        for truth, draft in zip(truths, drafts, strict=True)
    ]
    table = [
        [
            found.file,
            f"{found.cells:,}",
            f"{found.exact:,}",
            str(found.abstained),
            str(found.silently_wrong),
            str(len(found.doubtful_asserted)),
            str(found.missing),
            f"{found.identity - len(found.identity_wrong)}/{found.identity}",
        ]
        for found in scores
    ]
    heads = [say(f"score.{name}", speak) for name in COLUMNS]
    drawn = result_table(heads, table, range(1, len(COLUMNS)))
    drawn.columns[0].no_wrap = True
    out().print(drawn)
    for found in scores:
        for difference in (*found.wrong, *found.identity_wrong):
            review = "needs_review" if difference.unsure else "sure"
            text = say(
                "score.difference",
                speak,
                file=found.file,
                key=difference.key,
                expected=difference.expected,
                actual=difference.actual,
                review=review,
            )
            out().print(text, style="yellow" if difference.unsure else "red", markup=False)
        for key in found.doubtful_asserted:
            text = f"{found.file} {key}: {say('score.doubtful_asserted', speak)}"
            out().print(text, style="red", markup=False)
    totals = totals_of(scores)
    text = say(
        "score.totals",
        speak,
        exact=f"{totals.exact:,}",
        cells=f"{totals.cells:,}",
        silent=totals.silently_wrong,
        doubtful=totals.doubtful_asserted,
        identities=totals.identities,
        documents=totals.documents,
    )
    out().print(text, style="bold", markup=False)
    raise typer.Exit(CLEAN if all(found.is_perfect for found in scores) else FINDINGS)


def _load_truths(directory: Path, lang: Language) -> list[dict[str, Any]]:
    from schemas.catalog import load_catalog

    known = {cell.short_key for known in load_catalog().formats.values() for cell in known.cells}
    paths = sorted((directory / "truth").glob("*.json"))
    if not paths:
        fail("error.no_truth", lang, path=directory / "truth")
    truths: list[dict[str, Any]] = []
    for path in paths:
        try:
            truth = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            fail("error.bad_truth", lang, path=path, reason=error)
        is_whole = isinstance(truth, dict) and all(key in truth for key in REQUIRED)
        if not is_whole or not isinstance(truth["cells"], dict):
            reason = say("error.missing_truth_keys", lang, keys=", ".join(REQUIRED))
            fail("error.bad_truth", lang, path=path, reason=reason)
        for key in (*truth["cells"], *truth.get("doubtful", ())):
            if key not in known:
                reason = say("error.unexpected_truth_key", lang, key=key)
                fail("error.bad_truth", lang, path=path, reason=reason)
        # The name is joined to the folder, so it must be a name and not a way out of it.
        if Path(truth["file"]).name != truth["file"] or not (directory / truth["file"]).is_file():
            fail("error.no_such_path", lang, path=directory / truth["file"])
        truths.append(truth)
    return truths
