"""What the rules do where the fixtures of single rules cannot show it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pandera.config import CONFIG, ValidationDepth
from polars.testing import assert_frame_equal

from assets.validation.evaluate import FrameDefectError, evaluate_table, failing_rows
from assets.validation.widen import widen
from schemas.catalog import BUNDLED, Catalog, load_catalog
from schemas.rule_checks import checks_by_table
from schemas.tables import member_table, table_schema, wide_table
from tests.rule_cases import GOLDEN, Inputs, build, failing, load_case, run_case

CATALOG = load_catalog()
RECEIVED = "applications.received|natural_person"
UNSURE = {"value": 3, "raw_text": "3", "review_status": "needs_review"}


def outcome(result: Any, rule_id: str, place: str = "") -> dict[str, Any]:
    rows = result.outcomes.filter(
        (pl.col("rule_id") == rule_id) & (pl.col("breakdown") == place)
    ).to_dicts()
    assert len(rows) == 1, f"{rule_id} {place}: {len(rows)} outcomes"
    return rows[0]


def finding(result: Any, rule_id: str, place: str = "") -> dict[str, Any]:
    rows = result.findings.filter(
        (pl.col("rule_id") == rule_id) & (pl.col("breakdown") == place)
    ).to_dicts()
    assert len(rows) == 1, f"{rule_id} {place}: {len(rows)} findings"
    return rows[0]


def test_a_consistent_report_has_no_finding() -> None:
    result = run_case({})
    assert result.findings.is_empty()
    assert set(result.outcomes["outcome"]) == {"holds"}


def test_no_reports_give_empty_frames() -> None:
    full = build({}, CATALOG)
    none = Inputs(*(f.clear() for f in (full.facts, full.cells, full.reports, full.sections)))
    result = none.run(CATALOG)
    assert result.outcomes.is_empty()
    assert result.findings.is_empty()


def test_a_report_without_tables_and_parts_is_not_judged_by_them() -> None:
    full = build({}, CATALOG)
    bare = Inputs(full.facts.clear(), full.cells.clear(), full.reports, full.sections.clear())
    result = bare.run(CATALOG)
    assert failing(result) == set()
    assert outcome(result, "CHK-STR-01")["outcome"] == "not_evaluable"
    assert json.loads(outcome(result, "CHK-STR-01")["missing_items"]) == ["headings"]


@pytest.mark.parametrize(
    ("printed", "if_zero"),
    [(None, 12), ("/", 12), ({"value_status": "illegible", "value": None}, None)],
)
def test_a_missing_term_is_not_zero(printed: Any, if_zero: int | None) -> None:
    """A blank makes the sum not evaluable; only what may have meant zero is tried as zero."""
    result = run_case(
        {"cells": {RECEIVED: 12, "applications.outcome.total|natural_person": printed}}
    )
    row = outcome(result, "CHK-T3-01", "natural_person")
    assert row["outcome"] == "not_evaluable"
    assert row["left_value"] == 12
    assert row["right_value"] is None
    assert row["difference"] is None
    assert row["difference_if_blank_is_zero"] == if_zero
    assert json.loads(row["missing_items"]) == ["applications.outcome.total"]
    assert "CHK-T3-01" not in set(result.findings["rule_id"])


def test_sides_and_difference_are_recorded() -> None:
    row = outcome(run_case(load_case(GOLDEN / "CHK-T3-01" / "fails.yml")), "CHK-T3-01", "total")
    assert (row["left_value"], row["right_value"], row["difference"]) == (12, 11, 1)
    assert row["difference_if_blank_is_zero"] == 1


def test_the_sentence_names_every_term() -> None:
    result = run_case(load_case(GOLDEN / "CHK-T3-01" / "fails.yml"))
    found = finding(result, "CHK-T3-01", "natural_person")
    assert found["message_zh"] == "自然人：一(12)＋二(0)＝12，而三（七）(11)＋四(0)＝11，相差 1。"
    assert found["message_en"] == (
        "Natural persons: Applications received in the year (12) + Applications brought forward "
        "from the previous year (0) = 12, but Total of outcomes (11) + Carried forward to the "
        "next year (0) = 11; they differ by 1."
    )
    assert (found["expected"], found["actual"]) == ("11", "12")
    assert found["severity"] == "error"
    assert found["status"] == "open"
    assert found["attribution"] == "publisher"
    assert found["decision"] is None
    assert json.loads(found["items"]) == [
        "applications.received",
        "applications.brought_forward",
        "applications.outcome.total",
        "applications.carried_forward",
    ]
    first = json.loads(found["evidence"])[0]
    assert (first["raw_text"], first["locator"]) == ("12", "line 11")


def test_a_finding_on_an_unsure_cell_needs_review() -> None:
    cells = {RECEIVED: UNSURE, "applications.received|total": 3}
    result = run_case({"cells": cells})
    assert finding(result, "CHK-T3-01", "natural_person")["status"] == "needs_review"
    assert finding(result, "CHK-T3-01", "total")["status"] == "open"
    assert (
        json.loads(finding(result, "CHK-T3-01", "natural_person")["evidence"])[0]["review_status"]
        == "needs_review"
    )


def test_one_finding_per_table_lists_its_cells() -> None:
    blank = {"reconsideration.upheld": None, "reconsideration.corrected": None, RECEIVED: None}
    result = run_case({"cells": blank})
    found = result.findings.filter(pl.col("rule_id") == "CHK-CELL-01")
    assert found["breakdown"].to_list() == ["applications", "disputes"]
    assert len(json.loads(finding(result, "CHK-CELL-01", "disputes")["evidence"])) == 2
    assert "2 个单元格" in finding(result, "CHK-CELL-01", "disputes")["message_zh"]


def test_a_number_too_large_for_a_sum_fails_without_harm() -> None:
    huge = "999999999999"
    cells = {
        f"applications.outcome.{name}|natural_person": huge
        for name in ("disclosed", "partially_disclosed")
    }
    result = run_case({"cells": cells})
    found = finding(result, "CHK-T3-02", "natural_person")
    assert "1999999999998" in found["message_zh"]
    assert outcome(result, "CHK-T3-02", "natural_person")["right_value"] is None


@pytest.mark.parametrize(
    ("case", "rule_id", "place", "severity"),
    [
        ({"sections": {"四": None}}, "CHK-STR-01", "", "error"),
        ({"sections": {"六": None}}, "CHK-STR-01", "", "warning"),
        ({"sections": {"五": {"text": "无"}}}, "CHK-STR-04", "五", "warning"),
        ({"sections": {"六": {"text": "无"}}}, "CHK-STR-04", "六", "advisory"),
        ({"copies": [{"table": "disputes"}]}, "CHK-STR-10", "disputes", "advisory"),
        (
            {"copies": [{"table": "disputes", "cells": {"reconsideration.upheld": 1}}]},
            "CHK-STR-10",
            "disputes",
            "error",
        ),
        (
            {"cells": {"licensing.decisions": {"value": 2, "raw_text": "2.0"}}},
            "CHK-CELL-04",
            "proactive_disclosure",
            "warning",
        ),
        (
            {"cells": {"licensing.decisions": {"value": "1.5", "raw_text": "1.5"}}},
            "CHK-CELL-04",
            "proactive_disclosure",
            "error",
        ),
        (
            {"report": {"title": "某局2022年政府信息公开工作年度报告"}},
            "CHK-ID-02",
            "",
            "error",
        ),
        (
            {"report": {"year_evidence": [{"source": "url", "value": 2021, "text": "2021n"}]}},
            "CHK-ID-02",
            "",
            "warning",
        ),
    ],
)
def test_severity_follows_the_circumstance(
    case: dict[str, Any], rule_id: str, place: str, severity: str
) -> None:
    assert finding(run_case(case), rule_id, place)["severity"] == severity


def test_copies_that_agree_are_shown_by_the_places_where_they_begin() -> None:
    found = finding(run_case({"copies": [{"table": "disputes"}]}), "CHK-STR-10", "disputes")
    places = [entry["locator"] for entry in json.loads(found["evidence"])]
    assert len(set(places)) == 2
    assert all(places)


@pytest.mark.parametrize(
    ("report", "result"),
    [
        ({"period_end": None}, "not_evaluable"),
        ({"period_end": None, "period_text": "2023年1月1日至今"}, "fails"),
        ({"cited_notice": None}, None),
    ],
)
def test_unstated_identity_is_not_an_error(report: dict[str, Any], result: str | None) -> None:
    done = run_case({"report": report})
    if result is None:
        assert outcome(done, "CHK-ID-05")["outcome"] == "not_evaluable"
    else:
        assert outcome(done, "CHK-ID-04")["outcome"] == result


@pytest.mark.parametrize("cited", ["国办公开函〔2021〕30号", "国办公开办涵〔2021〕30号"])
def test_a_misspelt_notice_is_found(cited: str) -> None:
    assert failing(run_case({"report": {"cited_notice": cited}})) == {"CHK-ID-05"}


def hybrid() -> Inputs:
    """A 2021 report whose first block of table 2 and whose tables 3 and 4 are of the 2019 form."""
    new = build({"base": {"report_year": 2021}}, CATALOG)
    old = build(
        {
            "base": {"report_year": 2021, "format": "gir_2019"},
            "cells": {
                "normative_documents.issued": 2,
                "applications.received|natural_person": 4,
                "applications.received|total": 4,
                "applications.outcome.other|natural_person": 4,
                "applications.outcome.other|total": 4,
                "applications.outcome.total|natural_person": 4,
                "applications.outcome.total|total": 3,
            },
        },
        CATALOG,
    )
    of_old = (pl.col("block") == "article_20_1") | (pl.col("table_id") != "proactive_disclosure")
    return Inputs(
        pl.concat([new.facts.filter(~of_old), old.facts.filter(of_old)]),
        pl.concat([new.cells.filter(~of_old), old.cells.filter(of_old)]),
        new.reports,
        new.sections,
    )


def test_every_block_is_summed_on_its_own_form() -> None:
    result = hybrid().run(CATALOG)
    assert failing(result) == {
        "CHK-STR-11",
        "CHK-T3-01 total",
        "CHK-T3-02 total",
        "CHK-T3-03 applications.outcome.total",
    }
    found = finding(result, "CHK-STR-11")["message_zh"]
    assert "表二第二十条第（一）项、表三" in found
    # Table 4 is printed alike by both forms, and the 2019 block has nothing in force to compare.
    assert "表四" not in found
    assert "CHK-T2-02" not in set(result.outcomes["rule_id"])
    assert outcome(result, "CHK-T3-02", "natural_person")["outcome"] == "holds"


def test_a_rule_has_its_years() -> None:
    case = load_case(GOLDEN / "CHK-T4-04" / "fails.yml")
    before = run_case(case | {"base": {"report_year": 2023}})
    assert "CHK-T4-04" not in set(before.outcomes["rule_id"])
    assert failing(before) == set()


def test_copies_of_a_report_name_the_cells_that_differ() -> None:
    result = run_case(load_case(GOLDEN / "CHK-TIME-06" / "fails.yml"))
    rows = result.findings.sort("report_id").to_dicts()
    assert [row["report_id"][0] for row in rows] == ["0", "1"]
    assert [e["raw_text"] for e in json.loads(rows[0]["evidence"])] == ["3", "4"]
    assert [e["raw_text"] for e in json.loads(rows[1]["evidence"])] == ["4", "3"]


def test_a_blank_and_a_zero_are_not_different_numbers() -> None:
    case = {"others": [{"cells": {"licensing.decisions": None}}]}
    assert "CHK-TIME-06" not in {entry.split(" ")[0] for entry in failing(run_case(case))}


def test_reports_of_unnamed_agencies_are_not_copies_of_each_other() -> None:
    other = {"cells": {"licensing.decisions": 4}, "report": {"agency_name": ""}}
    case = {"report": {"agency_name": ""}, "others": [other]}
    result = run_case(case)
    assert failing(result) == set()
    assert "CHK-TIME-06" not in set(result.outcomes["rule_id"])


def test_a_number_given_to_two_headings_is_found() -> None:
    inputs = build({}, CATALOG)
    again = inputs.sections.filter(pl.col("section_no") == "三").with_columns(
        order=pl.lit(25, dtype=pl.Int32)
    )
    twice = replace(inputs, sections=pl.concat([inputs.sections, again]))
    result = twice.run(CATALOG)
    assert failing(result) == {"CHK-STR-03"}
    assert len(json.loads(finding(result, "CHK-STR-03")["evidence"])) == 2


def test_a_report_of_a_year_without_format_is_still_read() -> None:
    result = run_case({"base": {"report_year": 2018}, "report": {"cited_notice": None}})
    assert failing(result) == set()
    assert outcome(result, "CHK-STR-11")["outcome"] == "not_evaluable"
    assert outcome(result, "CHK-T3-01", "total")["outcome"] == "holds"


def test_the_same_input_gives_the_same_rows_in_any_order() -> None:
    inputs = build(load_case(GOLDEN / "CHK-TIME-06" / "fails.yml"), CATALOG)
    frames = (inputs.facts, inputs.cells, inputs.reports, inputs.sections)
    shuffled = Inputs(*(f.sample(fraction=1, shuffle=True, seed=7) for f in frames))
    first, second = inputs.run(CATALOG), shuffled.run(CATALOG)
    assert_frame_equal(first.outcomes, second.outcomes)
    assert_frame_equal(first.findings, second.findings)


def test_a_finding_keeps_its_id_until_a_value_changes() -> None:
    case = load_case(GOLDEN / "CHK-T4-01" / "fails.yml")
    changed = case | {"cells": case["cells"] | {"litigation.after_reconsideration.total": 4}}
    ids = [run_case(c).findings["finding_id"].to_list() for c in (case, case, changed)]
    assert ids[0] == ids[1] != ids[2]


def with_invented_row(folder: Path) -> Catalog:
    """The declarative files with one more outcome row in the 2021 form, and no Python touched."""
    root = folder / "schemas"
    shutil.copytree(BUNDLED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    item = "applications.outcome.other.transferred"
    form = root / "formats" / "gir_2021.yml"
    before = "              - {item: applications.outcome.total,"
    row = f"              - {{item: {item}, label: （六之二）移送办理, short: moved}}\n"
    text = form.read_text(encoding="utf-8")
    assert text.count(before) == 1
    form.write_text(text.replace(before, row + before), encoding="utf-8")
    with (root / "items.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{item},移送办理,Transferred,\n")
    with (root / "crosswalk.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{item},gir_2021,{item},same,,\n")
    with (root / "requirements.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{item},absent,printed\n")
    return load_catalog(root)


def test_an_invented_row_joins_the_sum(tmp_path: Path) -> None:
    catalog = with_invented_row(tmp_path)
    cells = {
        f"{item}|{member}": 1
        for item in ("applications.received", "applications.outcome.other.transferred")
        for member in ("natural_person", "total")
    }
    missing = failing(run_case({"cells": cells}, catalog))
    assert {"CHK-T3-02 natural_person", "CHK-T3-02 total"} <= missing
    cells |= {f"applications.outcome.total|{member}": 1 for member in ("natural_person", "total")}
    assert failing(run_case({"cells": cells}, catalog)) == set()


def test_wide_shapes() -> None:
    facts = build({"cells": {RECEIVED: 12}}, CATALOG).facts
    wide = widen(facts, wide_table(CATALOG, "applications"))
    assert wide.height == 7
    own = wide.filter(pl.col("place") == "natural_person")
    assert own["applications.received"].to_list() == [Decimal(12)]
    assert own["status:applications.received"].to_list() == ["reported"]
    # Items that only the other form prints are columns without cells.
    assert own["status:applications.outcome.other"].to_list() == [None]
    members = widen(facts, member_table(CATALOG, "applications", "applicant"))
    assert members.height == 25
    row = members.filter(pl.col("place") == "applications.received")
    assert row["natural_person"].to_list() == [Decimal(12)]


def test_a_malformed_frame_is_our_defect_not_a_finding() -> None:
    table = wide_table(CATALOG, "disputes")
    wide = widen(build({}, CATALOG).facts, table)
    broken = wide.with_columns(format_id=pl.lit("gir_1999"))
    with pytest.raises(FrameDefectError):
        evaluate_table(broken, table, checks_by_table(CATALOG)[table], tuple(CATALOG.formats))


def test_values_are_checked_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    monkeypatch.setattr(CONFIG, "validation_depth", ValidationDepth.SCHEMA_ONLY)
    table = wide_table(CATALOG, "disputes")
    wide = widen(build({}, CATALOG).facts, table).with_columns(format_id=pl.lit("gir_1999"))
    with pytest.raises(FrameDefectError):
        failing_rows(wide, table_schema(table, tuple(CATALOG.formats)), [])
