"""The example world of the cookbook, and the pages written from it.

`python -m orchestration.cookbook` makes the world in a folder of its own, publishes it twice so
that there is a release to compare with, and writes docs/cookbook*.md. Tests make it the same way.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from assets.common.paths import DataFolder
from assets.exports.cookbook import DOCS, FILES, Answer, answer, load_cookbook, page
from assets.synthetic.world import WorldOptions
from assets.warehouse.publish import Published, publish_built
from orchestration.world import make_world

EXAMPLE = WorldOptions(agencies=106)
LATER_YEAR, LATER_PREFECTURE = 2025, "W9902"
"""Reports that the publication before does not have yet."""
READ_OTHERWISE = ("W990101000-gov", 2024, "applications.received", "total")
"""A cell that the publication before has with another value: agency, year, item, member."""


def _as_before(published: Path) -> None:
    """Turn a publication into an earlier one, with fewer reports and one other reading."""
    late = "report_year = ? AND agency_code LIKE ? || '%'"
    with duckdb.connect(str(published)) as connection:
        for table in ("fct_report_item", "fct_report_content", "fct_report"):
            connection.execute(
                f"DELETE FROM {table} WHERE report_id IN "
                f"(SELECT report_id FROM fct_report WHERE {late})",
                [LATER_YEAR, LATER_PREFECTURE],
            )
        where = "agency_code = ? AND report_year = ?"
        connection.execute(
            f"UPDATE fct_report_item SET value = value + 1 WHERE {where} "
            "AND item_code = ? AND breakdown = ?",
            READ_OTHERWISE,
        )
        connection.execute(
            "UPDATE fct_report_content SET facts_hash = 'as before' WHERE report_id IN "
            f"(SELECT report_id FROM fct_report WHERE {where})",
            READ_OTHERWISE[:2],
        )


def make_example(root: Path) -> Published:
    """Make the example world in an empty folder and publish it, with a publication before.

    Raises:
        DbtError, PublishError: see make_world.
    """
    data = DataFolder(root)
    make_world(data, EXAMPLE, 0, lambda _stage, _done, _total: None)
    _as_before(data.published_db)
    return publish_built(data)


def answers(published: Path, folder: Path) -> dict[str, Answer]:
    """The answers to all questions by id; files that they write go into `folder`."""
    cookbook = load_cookbook()
    with (
        contextlib.chdir(folder),
        duckdb.connect(str(published.resolve()), read_only=True) as connection,
    ):
        return {question.id: answer(connection, question) for question in cookbook.questions}


def pages(found: dict[str, Answer]) -> Iterator[tuple[str, str]]:
    """File name and text of every page.

    Args:
        found: the answers, by question id.
    """
    cookbook = load_cookbook()
    for language, name in FILES.items():
        yield name, page(cookbook, found, language)


def main() -> None:
    """Make the example and write docs/cookbook*.md."""
    with tempfile.TemporaryDirectory() as folder:
        published = make_example(Path(folder) / "world")
        for name, text in pages(answers(published.path, Path(folder))):
            (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
