"""gongkai demo: the bundled samples and a made-up county, built, summed up and asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
import yaml

from assets.exports.messages import Language, say
from orchestration.cli.build import report_build, run_build
from orchestration.cli.shared import (
    CLEAN,
    DEFAULT_DATA,
    PROJECT,
    DataOption,
    LangOption,
    err,
    fail,
    folder,
    language,
    open_warehouse,
    out,
)

SAMPLES = PROJECT / "data" / "samples"
QUESTIONS = PROJECT / "assets" / "exports" / "questions.yml"
COUNTY_FOLDER = "demo_county"
SEED = 2023


def load_questions(file: Path = QUESTIONS) -> list[dict[str, Any]]:
    """The questions of a demonstration: title_zh, title_en, sql."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def demo(data: DataOption = DEFAULT_DATA, lang: LangOption = None) -> None:
    """Build, print the summary, ask three questions and print their answers."""
    from assets.synthetic.county import write_county
    from schemas.catalog import load_catalog

    speak = language(lang)
    county = folder(data).root / COUNTY_FOLDER
    err().print(say("demo.county", speak), style="dim")
    try:
        write_county(county, SEED, load_catalog())
    except OSError as error:
        fail("error.export", speak, path=folder(data).root, reason=error.strerror)
    summary = run_build([SAMPLES, county], data, speak)
    code = report_build(summary, data, speak, strict=False)
    if code != CLEAN:
        raise typer.Exit(code)
    print_answers(load_questions(), data, speak)
    where = "" if folder(data).root == DEFAULT_DATA else f" --data {data}"
    out().print("\n" + say("demo.next", speak, where=where), markup=False, soft_wrap=True)


def print_answers(questions: list[dict[str, Any]], data: Path, lang: Language) -> None:
    """Ask the published warehouse each question; print title, SQL and answer."""
    from rich.syntax import Syntax

    from assets.exports.published import ask
    from assets.exports.result_text import shown
    from assets.exports.terminal import result_table

    console = out()
    console.print("\n" + say("demo.questions", lang), style="bold")
    with open_warehouse(data, lang) as connection:
        for number, question in enumerate(questions, start=1):
            answer = ask(connection, question["sql"])
            table = [[shown(value) for value in row] for row in answer.rows]
            console.print(f"\n{number}. {question[f'title_{lang}']}", style="bold", markup=False)
            console.print(
                Syntax(question["sql"], "sql", background_color="default", word_wrap=True)
            )
            console.print(result_table(answer.columns, table, answer.numeric))
