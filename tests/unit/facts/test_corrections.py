"""Corrections of the operator: applied where all can see it, lapsed when the reading changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.facts.corrections import apply_corrections, correction_notes, read_corrections
from schemas.frames import ReportFacts
from tests.unit.cells.dumps import application_rows, read, tab_table
from tests.unit.facts.test_assemble import DOC, facts_of

HEADER = "document,item_code,breakdown,expected,value,corrected_by,corrected_on,reason,evidence"
ITEM, WHO = "applications.received", "natural_person"
KNOWN = frozenset({DOC})


@pytest.fixture(scope="module")
def facts() -> pl.DataFrame:
    return facts_of(read(tab_table(application_rows())))


def cell(facts: pl.DataFrame, item: str = ITEM, who: str = WHO) -> dict[str, Any]:
    (row,) = facts.filter(item_code=item, breakdown=who).to_dicts()
    return row


def line(facts: pl.DataFrame, value: str = "77", **other: str) -> str:
    fields = {
        "document": DOC,
        "item": ITEM,
        "who": WHO,
        "expected": cell(facts)["raw_text"],
        "value": value,
        "by": "li",
        "on": "2024-03-01",
        "reason": "a speck was read as a digit",
        "evidence": "page 2",
    } | other
    return ",".join(fields.values())


def config(folder: Path, *lines: str, name: str = "ours.csv") -> Path:
    path = folder / "corrections" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return folder


def test_a_correction_is_applied_and_the_old_reading_kept(
    facts: pl.DataFrame, tmp_path: Path
) -> None:
    old = cell(facts)
    done, notes = apply_corrections(facts, read_corrections(config(tmp_path, line(facts))))
    assert notes == ()
    ReportFacts.validate(done, lazy=True)
    new = cell(done)
    assert new["value"] == Decimal(77) != old["value"]
    assert (new["value_status"], new["review_status"]) == ("reported", "sure")
    assert new["raw_text"] == old["raw_text"]
    assert new["runner_up"] == old["raw_text"]
    assert new["correction_id"].startswith("correction-")
    for said in ("li", "2024-03-01", "a speck was read as a digit", "page 2"):
        assert said in new["review_reason"]
    others = ~((pl.col("item_code") == ITEM) & (pl.col("breakdown") == WHO))
    assert done.filter(others).equals(facts.filter(others))


def test_a_cell_can_be_said_to_be_blank_or_added_where_none_was_read(
    facts: pl.DataFrame, tmp_path: Path
) -> None:
    absent = facts.filter(value_status="absent").row(0, named=True)
    where = {"item": absent["item_code"], "who": absent["breakdown"], "expected": ""}
    found = read_corrections(config(tmp_path, line(facts, "blank"), line(facts, "3.5", **where)))
    done, notes = apply_corrections(facts, found)
    assert notes == ()
    assert (cell(done)["value"], cell(done)["value_status"]) == (None, "blank")
    added = cell(done, absent["item_code"], absent["breakdown"])
    assert (added["value"], added["value_status"]) == (Decimal("3.5"), "reported")
    assert added["raw_text"] is None


def test_it_lapses_when_the_cell_is_read_otherwise(facts: pl.DataFrame, tmp_path: Path) -> None:
    folder = config(tmp_path, line(facts, expected="9999"))
    done, notes = apply_corrections(facts, read_corrections(folder))
    assert done.equals(facts)
    (note,) = notes
    assert str(note).startswith("config/corrections/ours.csv, line 2: has lapsed")
    assert correction_notes(folder, facts, KNOWN) == notes


def test_it_stays_in_force_once_applied(facts: pl.DataFrame, tmp_path: Path) -> None:
    """The build looks at stored facts, which have the correction."""
    folder = config(tmp_path, line(facts))
    done, _ = apply_corrections(facts, read_corrections(folder))
    assert correction_notes(folder, done, KNOWN) == ()
    assert apply_corrections(done, read_corrections(folder))[0]["value"].equals(done["value"])


def test_it_lapses_when_the_document_has_other_bytes(facts: pl.DataFrame, tmp_path: Path) -> None:
    folder = config(tmp_path, line(facts, document="b" * 64))
    assert apply_corrections(facts, read_corrections(folder))[0].equals(facts)
    (note,) = correction_notes(folder, facts, KNOWN)
    assert "has lapsed: no document has the bytes bbbbbbbbbbbb" in str(note)
    (note,) = correction_notes(folder, facts, KNOWN | {"b" * 64})
    assert "has no facts" in str(note)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"value": "many"}, "value 'many'"),
        ({"by": ""}, "corrected_by"),
        ({"reason": ""}, "reason"),
        ({"on": "1 March"}, "is no date"),
        ({"document": "report.pdf"}, "document 'report.pdf'"),
        ({"value": "NaN"}, "value 'NaN'"),
    ],
)
def test_a_bad_line_is_named_and_stops_no_other(
    facts: pl.DataFrame, tmp_path: Path, fault: dict[str, str], said: str
) -> None:
    found = read_corrections(config(tmp_path, line(facts, **fault), line(facts)))
    assert len(found.lines) == 1
    (note,) = found.notes
    assert str(note).startswith("config/corrections/ours.csv, line 2: ")
    assert said in str(note)


def test_the_same_cell_twice_and_a_cell_that_the_form_lacks(
    facts: pl.DataFrame, tmp_path: Path
) -> None:
    config(tmp_path, line(facts), line(facts, item="applications.no_such_row"), name="a.csv")
    folder = config(tmp_path, line(facts, "78"), name="b.csv")
    done, _ = apply_corrections(facts, read_corrections(folder))
    assert cell(done)["value"] == Decimal(77)
    places = [str(note) for note in correction_notes(folder, facts, KNOWN)]
    assert any("b.csv, line 2" in note and "a.csv, line 2" in note for note in places)
    assert any("a.csv, line 3" in note and "no cell" in note for note in places)


def test_the_name_of_a_correction_does_not_depend_on_its_place(
    facts: pl.DataFrame, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    other = line(facts, item="applications.carried_forward", expected="x")
    names = [
        cell(apply_corrections(facts, read_corrections(folder))[0])["correction_id"]
        for folder in (config(one, line(facts)), config(two, other, line(facts), name="z.csv"))
    ]
    assert names[0] == names[1]


def test_without_corrections_facts_are_the_same_frame(facts: pl.DataFrame, tmp_path: Path) -> None:
    assert apply_corrections(facts, read_corrections(tmp_path))[0] is facts
