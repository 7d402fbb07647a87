"""The cookbook: worked questions in SQL, with their answers from the example world.

cookbook.yml has the questions; docs/cookbook.md and docs/cookbook.zh.md are what this module makes
of them and of a published file. Tests run each query and compare its answer with one that was
computed without the marts. `python -m orchestration.cookbook` makes the example and the pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml

from assets.exports.published import Answer
from assets.exports.result_text import shown

Language = Literal["zh", "en"]
SOURCE = Path(__file__).with_name("cookbook.yml")
DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES: dict[Language, str] = {"en": "cookbook.md", "zh": "cookbook.zh.md"}
SHOWN_ROWS = 6
SHOWN_TEXT = 60

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "# 问题集",
        "other": "[English](cookbook.md)",
        "watch": "注意：",
        "rows": "共 {total} 行，此处列出前 {shown} 行。",
        "nothing": "（不返回行）",
    },
    "en": {
        "title": "# Cookbook",
        "other": "[中文](cookbook.zh.md)",
        "watch": "Watch out: ",
        "rows": "{total} rows, the first {shown} here.",
        "nothing": "(no rows)",
    },
}


@dataclass(frozen=True, slots=True)
class Question:
    """A worked question; `chapter` numbers its chapter, from 0."""

    id: str
    chapter: int
    title: Mapping[Language, str]
    watch: Mapping[Language, str]
    sql: str


@dataclass(frozen=True, slots=True)
class Cookbook:
    """Introduction and chapter titles by language, and the questions in order."""

    intro: Mapping[Language, str]
    chapters: tuple[Mapping[Language, str], ...]
    questions: tuple[Question, ...]

    def sql(self, question_id: str) -> str:
        """The query of a question.

        Raises:
            KeyError: there is no such question.
        """
        found = {question.id: question.sql for question in self.questions}
        return found[question_id]


def _texts(content: Mapping[str, Any], name: str) -> dict[Language, str]:
    return {"zh": content[f"{name}_zh"], "en": content[f"{name}_en"]}


def load_cookbook(source: Path = SOURCE) -> Cookbook:
    """The questions of cookbook.yml.

    Raises:
        KeyError: a chapter or question lacks one of its texts.
    """
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    return Cookbook(
        intro=_texts(content, "intro"),
        chapters=tuple(_texts(chapter, "title") for chapter in content["chapters"]),
        questions=tuple(
            Question(
                id=entry["id"],
                chapter=number,
                title=_texts(entry, "title"),
                watch=_texts(entry, "watch"),
                sql=entry["sql"].strip(),
            )
            for number, chapter in enumerate(content["chapters"])
            for entry in chapter["questions"]
        ),
    )


def answer(connection: duckdb.DuckDBPyConnection, question: Question) -> Answer:
    """The whole answer to a question.

    Raises:
        duckdb.Error: the query does not run on this file.
    """
    cursor = connection.execute(question.sql)
    description = cursor.description or []
    return Answer(
        columns=tuple(column[0] for column in description),
        types=tuple(str(column[1]) for column in description),
        rows=cursor.fetchall(),
    )


def _cell(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else shown(value)
    text = text if len(text) <= SHOWN_TEXT else text[: SHOWN_TEXT - 1] + "…"
    return text.replace("|", "\\|").replace("\n", " ")


def _table(found: Answer, language: Language) -> Iterator[str]:
    words = WORDS[language]
    if not found.rows:
        yield words["nothing"] + "\n"
        return
    yield "| " + " | ".join(found.columns) + " |"
    numeric = set(found.numeric)
    yield (
        "|"
        + "|".join(" ---: " if place in numeric else " --- " for place in range(len(found.columns)))
        + "|"
    )
    for row in found.rows[:SHOWN_ROWS]:
        yield "| " + " | ".join(_cell(value) for value in row) + " |"
    yield ""
    if len(found.rows) > SHOWN_ROWS:
        yield words["rows"].format(total=len(found.rows), shown=SHOWN_ROWS) + "\n"


def page(cookbook: Cookbook, answers: Mapping[str, Answer], language: Language) -> str:
    """The cookbook as Markdown.

    Args:
        cookbook: the questions.
        answers: by question id, all of them.
        language: "zh" or "en".
    """
    words = WORDS[language]
    lines = [words["title"] + "\n", words["other"] + "\n", cookbook.intro[language].strip() + "\n"]
    chapter = -1
    for question in cookbook.questions:
        if question.chapter != chapter:
            chapter = question.chapter
            lines.append(f"## {cookbook.chapters[chapter][language]}\n")
        lines += [
            f"### {question.id} {question.title[language]}\n",
            f"```sql\n{question.sql}\n```\n",
            words["watch"] + question.watch[language].strip() + "\n",
            *_table(answers[question.id], language),
        ]
    return "\n".join(lines).rstrip("\n") + "\n"
