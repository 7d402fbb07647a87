"""Corrections of the operator: applied where all can see it, lapsed when the reading changes."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.documents.manifest import Note
from assets.facts.confidence import renewed
from assets.facts.corrections import apply_corrections, correction_notes, read_corrections
from schemas.catalog import load_catalog
from schemas.frames import ReportFacts
from tests.rule_cases import build
from tests.unit.cells.dumps import application_rows, read, tab_table
from tests.unit.facts.test_assemble import DOC, facts_of

HEADER = "document,item_code,breakdown,expected,value,corrected_by,corrected_on,reason,evidence"
ITEM, WHO = "applications.received", "natural_person"
KNOWN = frozenset({DOC})
CATALOG = load_catalog()


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


def applied(facts: pl.DataFrame, folder: Path) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    return apply_corrections(facts, read_corrections(folder), CATALOG)


def config(folder: Path, *lines: str, name: str = "ours.csv") -> Path:
    path = folder / "corrections" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return folder


def test_a_correction_is_applied_and_the_old_reading_kept(
    facts: pl.DataFrame, tmp_path: Path
) -> None:
    old = cell(facts)
    done, notes = applied(facts, config(tmp_path, line(facts)))
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
    rest = pl.exclude("evidence", "confidence")
    assert done.filter(others).select(rest).equals(facts.filter(others).select(rest))


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("blank", "blank"),
        ("/", "placeholder"),
        ("placeholder", "placeholder"),
        ("text", "text"),
        ("illegible", "illegible"),
        ("undecided", "undecided"),
        ("absent", "absent"),
        ("0", "reported"),
        ("-3", "reported"),
    ],
)
def test_a_cell_can_be_said_to_be_in_any_state(
    facts: pl.DataFrame, tmp_path: Path, value: str, status: str
) -> None:
    done, notes = applied(facts, config(tmp_path, line(facts, value)))
    assert notes == ()
    ReportFacts.validate(done, lazy=True)
    new = cell(done)
    assert new["value_status"] == status
    assert new["value"] == (Decimal(value) if status == "reported" else None)
    assert (new["review_status"], new["confidence"]) == ("sure", 1.0)


def test_sums_are_worked_out_anew_with_what_a_person_read(tmp_path: Path) -> None:
    """A misread cell breaks the sums of its neighbours; its correction mends them all."""
    right = renewed(build({}, CATALOG).facts, CATALOG)
    misread = renewed(build({"cells": {f"{ITEM}|{WHO}": 7}}, CATALOG).facts, CATALOG)
    doc_id, total = right["doc_id"][0], ("applications.received", "total")
    assert cell(misread)["evidence"] == "ruled/once/layout/close/fail"
    assert cell(misread, *total)["evidence"] == "ruled/once/layout/close/fail"
    done, _ = applied(misread, config(tmp_path / "a", line(misread, "0", document=doc_id)))
    assert cell(done)["evidence"] == "person/once/person/close/hold"
    assert cell(done)["confidence"] == 1.0
    assert cell(done, *total) == cell(right, *total)
    # One that a person got wrong is seen to break its sums, too.
    wrong, _ = applied(right, config(tmp_path / "b", line(right, "9", document=doc_id)))
    assert cell(wrong)["evidence"] == "person/once/person/close/fail"
    assert cell(wrong, *total) == cell(misread, *total)


def test_other_documents_stay_as_and_where_they_are(tmp_path: Path) -> None:
    facts = build({"others": [{}, {}]}, CATALOG).facts.sort("item_code", "breakdown", "doc_id")
    doc_id = facts["doc_id"].unique().sort()[1]
    mine = line(facts.filter(pl.col("doc_id") == doc_id), "4", document=doc_id)
    done, _ = applied(facts, config(tmp_path, mine))
    names = ["doc_id", "item_code", "breakdown"]
    assert done.select(names).equals(facts.select(names))
    others = pl.col("doc_id") != doc_id
    assert done.filter(others).equals(facts.filter(others))


def test_findings_rest_on_what_a_person_read(tmp_path: Path) -> None:
    """The rules are run on corrected facts: a correction takes a finding away, or leaves it."""
    case = build({"cells": {f"{ITEM}|{WHO}": 7}}, CATALOG)

    def found(facts: pl.DataFrame) -> list[dict[str, Any]]:
        rows = replace(case, facts=facts).run(CATALOG).findings
        return rows.filter(pl.col("items").str.contains(ITEM)).to_dicts()

    def corrected(value: str) -> pl.DataFrame:
        fields = {"document": case.facts["doc_id"][0], "expected": "7"}
        lines = line(case.facts, value, **fields)
        return applied(case.facts, config(tmp_path / value, lines))[0]

    assert found(case.facts)
    assert found(corrected("0")) == []
    for finding in found(corrected("8")):
        (own,) = [e for e in json.loads(finding["evidence"]) if e.get("breakdown") == WHO
                  and e["item_code"] == ITEM]  # fmt: skip
        assert (own["confidence"], own["raw_text"]) == (1.0, "7")
        assert finding["attribution"] == "publisher"


def test_what_was_misread_is_no_word_of_the_publisher(tmp_path: Path) -> None:
    """Rules on how a number is written look at what is printed, and that was read wrongly."""
    odd = {"value": 12, "value_status": "reported", "raw_text": "１ ２"}
    case = build({"cells": {f"{ITEM}|{WHO}": odd}}, CATALOG)

    def rules(facts: pl.DataFrame) -> set[str]:
        return set(replace(case, facts=facts).run(CATALOG).findings["rule_id"])

    assert "CHK-CELL-05" in rules(case.facts)
    fields = {"document": case.facts["doc_id"][0], "expected": "１ ２"}
    done, _ = applied(case.facts, config(tmp_path, line(case.facts, "0", **fields)))
    assert rules(done) == set()
    slash, _ = applied(case.facts, config(tmp_path / "b", line(case.facts, "/", **fields)))
    found = replace(case, facts=slash).run(CATALOG).findings
    assert "CHK-CELL-02" in set(found["rule_id"])
    assert "１" not in "".join(found["message_en"])


def test_it_lapses_when_the_cell_is_read_otherwise(facts: pl.DataFrame, tmp_path: Path) -> None:
    folder = config(tmp_path, line(facts, expected="9999"))
    done, notes = applied(facts, folder)
    assert done.equals(facts)
    (note,) = notes
    assert str(note).startswith("config/corrections/ours.csv, line 2: has lapsed")
    assert correction_notes(folder, facts, KNOWN) == notes


def test_a_quote_before_a_text_is_the_spreadsheets(facts: pl.DataFrame, tmp_path: Path) -> None:
    read = facts.with_columns(
        pl.when((pl.col("item_code") == ITEM) & (pl.col("breakdown") == WHO))
        .then(pl.lit("-\u200b7"))
        .otherwise("raw_text")
        .alias("raw_text")
    )
    done, notes = applied(read, config(tmp_path, line(read, expected="'-7")))
    assert (cell(done)["value"], notes) == (Decimal(77), ())


def test_it_stays_in_force_once_applied(facts: pl.DataFrame, tmp_path: Path) -> None:
    """The build looks at stored facts, which have the correction."""
    folder = config(tmp_path, line(facts))
    done, _ = applied(facts, folder)
    assert correction_notes(folder, done, KNOWN) == ()
    assert applied(done, folder)[0]["value"].equals(done["value"])


def test_it_lapses_when_the_document_has_other_bytes(facts: pl.DataFrame, tmp_path: Path) -> None:
    folder = config(tmp_path, line(facts, document="b" * 64))
    assert applied(facts, folder)[0].equals(facts)
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
        ({"value": "reported"}, "value 'reported'"),
        ({"value": ""}, "or /, or blank, placeholder"),
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
    done, _ = applied(facts, folder)
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
        cell(applied(facts, folder)[0])["correction_id"]
        for folder in (config(one, line(facts)), config(two, other, line(facts), name="z.csv"))
    ]
    assert names[0] == names[1]


def test_without_corrections_facts_are_the_same_frame(facts: pl.DataFrame, tmp_path: Path) -> None:
    assert applied(facts, tmp_path)[0] is facts


def test_lines_that_nobody_signed_are_counted_and_not_used(
    facts: pl.DataFrame, tmp_path: Path
) -> None:
    unsigned = [
        line(facts, who=who, by="", on="", reason="") for who in ("commercial_enterprise", "total")
    ]
    folder = config(tmp_path, *unsigned, line(facts))
    found = read_corrections(folder)
    assert [placed.line.breakdown for placed in found.lines] == [WHO]
    (note,) = found.notes
    assert "2 lines without corrected_by, corrected_on, reason" in str(note)
    half = read_corrections(config(tmp_path, line(facts, by=""), name="other.csv"))
    assert any("is empty; fill it in" in str(note) for note in half.notes)
