"""What every command shares: options, consoles, and errors that say what, where and what to do.

Imported by all commands at start, so nothing heavy may be imported here at the top: duckdb,
polars, pandera and dagster come in only inside the functions that need them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from assets.exports.messages import Language, both, language_of, say
from assets.exports.safe_text import REPLACEMENT

if TYPE_CHECKING:
    import duckdb

    from assets.common.paths import DataFolder

# Bytes of a name that is no text: no stream takes them, and a name must not end a command.
NO_TEXT = re.compile("[\ud800-\udfff]")
PROJECT = Path(__file__).parents[2]
CLEAN, FINDINGS, FAILED, INTERRUPTED = 0, 1, 2, 130
PLAIN_WIDTH = 120
# Control characters but tab and line feed, and the marks that turn the direction of writing.
MISLEADING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Lang(StrEnum):
    """Languages of the output."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """Formats of a listing."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


DataOption = Annotated[
    Path,
    typer.Option(
        "--data", envvar="GONGKAI_DATA", help=both("option.data"), show_default="data/ of the clone"
    ),
]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help=both("option.lang"), show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", help=both("option.format"))]
DEFAULT_DATA = PROJECT / "data"


def language(option: Lang | None) -> Language:
    """The language to speak: the option, else what the environment asks for."""
    return option.value if option else language_of()


class SafeConsole(Console):
    """A console that prints what documents say, and never does what they say.

    Names and texts come from strangers: an escape sequence in one could retitle the window, hide
    lines or write the clipboard, a direction mark could swap the digits of a number.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Segments as rich makes them; the console's own control codes are not text and stay."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                text = NO_TEXT.sub(REPLACEMENT, MISLEADING.sub("", segment.text))
                yield Segment(text, segment.style)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    # Piped output has no width of its own; 80 columns would fold every table.
    return SafeConsole(
        stderr=stderr, highlight=False, width=None if stream.isatty() else PLAIN_WIDTH
    )


def out() -> Console:
    """The console for results."""
    return _console(stderr=False)


def err() -> Console:
    """The console for progress and errors, so that results can be piped."""
    return _console(stderr=True)


def write(text: str) -> None:
    """Write a result without wrapping or markup: exact for a program, safe to see for a person."""
    text = NO_TEXT.sub(REPLACEMENT, text)
    if sys.stdout.isatty():
        text = MISLEADING.sub("", text)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def complain(key: str, lang: Language, /, **values: object) -> None:
    """Say on stderr what is wrong, where, and what to do."""
    err().print(say(key, lang, **values), style="red", markup=False, soft_wrap=True)


def fail(key: str, lang: Language, /, *, code: int = FAILED, **values: object) -> NoReturn:
    """Complain and leave with an exit code."""
    complain(key, lang, **values)
    raise typer.Exit(code)


@contextmanager
def reading_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; the yielded function takes pieces done and pieces in all."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err(), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def folder(data: Path) -> DataFolder:
    """The data folder behind --data, absolute."""
    from assets.common.paths import DataFolder

    return DataFolder(data.expanduser().resolve())


def open_warehouse(data: Path, lang: Language) -> duckdb.DuckDBPyConnection:
    """The published warehouse of a data folder, for reading; leaves with a message without one."""
    from assets.exports.published import NotPublished, open_published

    try:
        return open_published(folder(data).published_db)
    except NotPublished as error:
        if error.reason is None:
            fail("error.nothing_published", lang, path=error.path)
        fail("error.not_a_warehouse", lang, path=error.path, reason=error.reason)
