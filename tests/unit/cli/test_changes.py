"""What a build says of published cells that come out otherwise, and how it then ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.exports.rereading import ItemChanges, ReadingChanges
from orchestration.build import BuildSummary
from orchestration.cli.build import report_review
from orchestration.cli.changes import SHOWN, print_changes

SOME = ReadingChanges(
    documents=2,
    lost=1,
    cells=1234,
    values=1000,
    statuses=200,
    reviews=34,
    items=tuple(ItemChanges(f"item_{n:02}", "total", 9, 8, 7, 6) for n in range(SHOWN + 3)),
    file=Path("/data/[red]reading_changes.csv"),
)


def summary(**more) -> BuildSummary:
    base = {
        "documents": {"read": 2},
        "read_anew": 1,
        "reused": 1,
        "years_rebuilt": (2023,),
        "dbt_ran": False,
        "problems": (),
        "notes": (),
        "refused": 0,
    }
    return BuildSummary(**(base | more))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_changes_are_counted_and_listed_by_item(capsys, lang):
    print_changes(3, SOME, lang)
    said = capsys.readouterr().out
    for text in ("3", "1,234", "1,000", "200", "34", "item_00", f"item_{SHOWN - 1:02}"):
        assert text in said
    assert f"item_{SHOWN:02}" not in said
    assert "/data/[red]reading_changes.csv" in said


def test_a_build_that_read_nothing_again_and_changes_nothing_says_nothing(capsys):
    print_changes(0, ReadingChanges(), "en")
    assert capsys.readouterr() == ("", "")


def test_what_was_read_again_without_a_change_is_said(capsys):
    print_changes(5, ReadingChanges(), "en")
    said = capsys.readouterr().out
    assert "5" in said
    assert "No published cell" in said


def test_what_cannot_be_compared_is_said_on_stderr(capsys):
    print_changes(0, ReadingChanges(obstacle="no column [unit]"), "en")
    assert "no column [unit]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "strict", "code", "words"),
    [
        ({"changes": SOME}, False, 1, "gongkai build"),
        ({"changes": ReadingChanges()}, False, 0, "No published cell"),
        ({"changes": ReadingChanges(obstacle="x")}, False, 2, ""),
        ({"changes": ReadingChanges(), "problems": ("it broke",)}, False, 2, ""),
        ({}, False, 0, "Nothing is published yet"),
        ({"read_anew": 0, "years_rebuilt": ()}, False, 0, "Nothing changed"),
        ({"changes": ReadingChanges(), "documents": {"damaged": 1}}, True, 1, "Nothing was"),
        ({"changes": ReadingChanges(), "documents": {"damaged": 1}}, False, 0, "Nothing was"),
    ],
)
def test_a_review_ends_with_what_a_publication_would_change(
    capsys, tmp_path, more, strict, code, words
):
    assert report_review(summary(**more), tmp_path, "en", strict=strict) == code
    assert words in capsys.readouterr().out


def test_what_was_made_again_without_a_change_is_no_first_publication(capsys, published):
    assert report_review(summary(reread=5), published, "en", strict=False) == 0
    said = capsys.readouterr().out
    assert "No published cell comes out otherwise" in said
    assert "Nothing is published yet" not in said
