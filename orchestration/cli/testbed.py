"""gongkai testbed: made-up reports with known quirks, beside their truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.exports.messages import Language, both, say
from orchestration.cli.shared import (
    CLEAN,
    PROJECT,
    LangOption,
    fail,
    language,
    out,
    reading_progress,
)

DEFAULT_FOLDER = PROJECT / "data" / "testbed"
SEED, REPORTS = 1, 100


def testbed(
    data: Annotated[
        Path,
        typer.Option(
            "--data", help=both("option.testbed_data"), show_default="data/testbed of the clone"
        ),
    ] = DEFAULT_FOLDER,
    reports: Annotated[
        int, typer.Option("--reports", min=1, help=both("option.testbed_reports"))
    ] = REPORTS,
    kinds: Annotated[
        str | None, typer.Option("--kinds", help=both("option.testbed_kinds"), show_default=False)
    ] = None,
    quirks: Annotated[str, typer.Option("--quirks", help=both("option.testbed_quirks"))] = "all",
    seed: Annotated[int, typer.Option("--seed", min=0, help=both("option.testbed_seed"))] = SEED,
    list_quirks: Annotated[bool, typer.Option("--list", help=both("option.testbed_list"))] = False,
    lang: LangOption = None,
) -> None:
    """Make the files and truth files, or list the quirks."""
    speak = language(lang)
    if list_quirks:
        _list(speak)
        raise typer.Exit(CLEAN)

    from assets.synthetic.quirks import chosen_quirks, load_quirks
    from assets.synthetic.testbed import (
        SCAN,
        NotATestBedError,
        Options,
        readable_kinds,
        write_testbed,
    )

    readable = readable_kinds()
    wanted = tuple(kinds.split(",")) if kinds else tuple(k for k in readable if k != SCAN)
    for kind in wanted:
        if kind not in readable:
            known = ", ".join(readable)
            fail("error.unknown_choice", speak, option="--kinds", name=kind, known=known)
    try:
        names = tuple(quirk.name for quirk in chosen_quirks(quirks))
    except KeyError as error:
        known = ", ".join(load_quirks())
        fail("error.unknown_choice", speak, option="--quirks", name=error, known=known)
    options = Options(reports, wanted, names, seed)
    try:
        with reading_progress(say("progress.testbed", speak)) as on_progress:
            written = write_testbed(data, options, on_progress)
    except NotATestBedError as error:
        fail("error.not_a_testbed", speak, path=data, found=error)
    except OSError as error:
        fail("error.export", speak, path=data, reason=error.strerror)
    text = say("testbed.done", speak, count=len(written), path=data)
    out().print(text, markup=False, soft_wrap=True)
    raise typer.Exit(CLEAN)


def _list(lang: Language) -> None:
    from assets.exports.terminal import result_table
    from assets.synthetic.quirks import load_quirks

    heads = [say(f"testbed.{name}", lang) for name in ("quirk", "meaning", "kinds", "clear")]
    rows = [
        [
            quirk.name,
            quirk.zh if lang == "zh" else quirk.en,
            " ".join(sorted(quirk.within)),
            " ".join(sorted(quirk.clear)),
        ]
        for quirk in load_quirks().values()
    ]
    out().print(result_table(heads, rows))
