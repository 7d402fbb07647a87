"""Writes docs/cli.md from the commands themselves: `python -m orchestration.cli.reference`."""

from __future__ import annotations

from typing import Any, cast

from typer.core import TyperGroup
from typer.main import get_command

from orchestration.cli.main import app
from orchestration.cli.shared import PROJECT

PAGE = PROJECT / "docs" / "cli.md"

HEAD = """# The gongkai command

Made from the commands by `make docs`; a test fails when it is out of date.

Options that many commands share: `--data DIR` (or `GONGKAI_DATA`; default `data/` of the clone)
names the data folder; `--lang zh|en` (or `GONGKAI_LANG`, else `LANG`) the language of the output.
Results go to standard output, progress and complaints to standard error.
"""
EXIT_CODES = """
## Exit codes

| Command | 0 | 1 | 2 |
|---|---|---|---|
| `build`, `demo` | published | `--strict`: something was not read | nothing could be published |
| `build --review` | no published cell would change | one would | nothing could be compared |
| `check` | no finding at or above `--fail-on` | there is one | a file could not be read |
| `score` | all exact | something differs or is wrongly asserted | no truth to compare with |
| all others | answered | | could not answer; the message says what to do |

A build, demo or world that is stopped with Ctrl-C ends with 130.

## What a build tells before it publishes

After an upgrade a build reads again the documents whose reader is other code now, and only those.
Before anything is published it compares the cells of all documents with the published ones and
prints how many come out otherwise: in value or unit, in status (a number, an empty cell, a dash),
in whether a person should look. `reading_changes.csv` in the data folder lists each of them with
its document, its place, the old and the new reading and the versions that read it (`reason` is
`correction` where a correction of yours is why); it is there while the last comparison found a
difference. `gongkai build --review` stops after that. Nothing of it is published until the next
`gongkai build`; what is published stays as it is, and is what the next build compares with.
Documents that were not published before are no part of the comparison.

升级之后，构建只重新读取由已改动的程序读取的文件。发布之前，它把所有文件的单元格与已发布的
逐格比较，报告数值（含单位）、状态、复核标记各有多少改变；数据文件夹中的
`reading_changes.csv` 逐格列出文件、位置、改变前后的读数和所用版本（`reason` 为 `correction`
的是由人工更正引起）。最近一次比较没有差异时没有这个文件。`gongkai build --review` 到此为止，
不发布；之后再运行 `gongkai build` 才发布。以前没有发布过的文件不参加比较。

## What status tells

Counts of what is published, then, where there is something to list: documents that were not or not
wholly read, with status and reason; reports that give way to another version of the same agency and
year, with the one in use; files that could not be taken in, with the reason. The last are in no
table: `not_taken_in.csv` in the data folder (columns `file`, `reason`) keeps them until a build
takes them in or they are gone. A member of an archive is shown as `bundle.zip!member`. Tables and
CSV files have reasons in English; what is printed for people is in their language.

先是已发布内容的统计；有则接着列出：没有读或没有读全的文件及其状态和原因；同一机关同一年度让位于
其他版本的报告及所采用的版本；未能接收的文件及其原因。最后一类不在任何表中，由数据文件夹中的
`not_taken_in.csv`（列 `file`、`reason`）记录，直到被接收或不复存在。压缩包中的文件显示为
`bundle.zip!成员`。表和 CSV 文件中的原因是英文，显示给人看的按所选的语言。
"""


def _is_argument(parameter: Any) -> bool:
    return parameter.param_type_name == "argument"


def _usage(parameters: list[Any]) -> str:
    parts = ["[OPTIONS]"]
    for parameter in filter(_is_argument, parameters):
        word = parameter.metavar + ("..." if parameter.nargs == -1 else "")
        parts.append(word if parameter.required else f"[{word}]")
    return " ".join(parts)


def _line(parameter: Any, context: Any) -> str:
    if _is_argument(parameter):
        name, text = parameter.metavar, parameter.help
    else:
        name, text = parameter.get_help_record(context)
    return f"- `{name}`: {' '.join(text.split())}"


def reference() -> str:
    """The page as Markdown."""
    group = cast("TyperGroup", get_command(app))
    parts = [HEAD]
    with group.context_class(group, info_name="gongkai") as top:
        for name, command in group.commands.items():
            with command.context_class(command, info_name=name, parent=top) as context:
                parameters = [one for one in command.get_params(context) if one.name != "help"]
                parts.append(f"\n## gongkai {name}\n\n{command.help}\n")
                parts.append(f"```\ngongkai {name} {_usage(parameters)}\n```\n")
                parts.append("\n".join(_line(one, context) for one in parameters) + "\n")
    return "\n".join(parts) + EXIT_CODES


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
