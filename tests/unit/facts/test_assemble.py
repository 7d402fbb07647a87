"""Facts out of cells: copies, absent cells, leaks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from assets.cells.recognise import Recognition
from assets.facts.assemble import assemble
from assets.layout.model import UNREAD
from schemas.catalog import load_catalog
from schemas.frames import (
    LakeFrame,
    ParseLog,
    ReportCells,
    ReportFacts,
    Reports,
    UnmappedCells,
    empty_frame,
    to_frame,
)
from tests.unit.cells.dumps import CATALOG, application_rows, pipes, read, tab_table

DOC = "a" * 64


def frame(model: type[LakeFrame], row: dict[str, Any]) -> pl.DataFrame:
    return to_frame(model, [row])


def facts_of(
    found: Recognition, report_year: int = 2023, reason: str | None = None
) -> pl.DataFrame:
    reports = frame(
        Reports,
        {
            "report_id": f"{DOC}-1",
            "doc_id": DOC,
            "ordinal": 1,
            "agency_code": "dept-1",
            "agency_name": "示例局",
            "kind": "dept",
            "report_year": report_year,
            "year_evidence": "[]",
            "agency_evidence": "[]",
            "identity_conflicts": "[]",
            "is_current": True,
            "is_synthetic": True,
        },
    )
    status = "partly_read" if reason else "read"
    log = frame(ParseLog, {"doc_id": DOC, "parser": "text", "status": status, "reason": reason})
    cells = to_frame(ReportCells, [{"doc_id": DOC} | cell for cell in found.cells])
    unmapped = to_frame(UnmappedCells, [{"doc_id": DOC} | cell for cell in found.unmapped])
    facts = assemble(reports, cells, unmapped, log, load_catalog())
    return ReportFacts.validate(facts, lazy=True)  # pyright: ignore[reportReturnType]


def test_every_cell_of_the_form_has_a_row_in_official_order() -> None:
    facts = facts_of(read(tab_table(application_rows())))
    official = [(c.item_code, c.breakdown) for c in CATALOG.formats["gir_2021"].cells]
    assert list(facts.select("item_code", "breakdown").iter_rows()) == official
    absent = facts.filter(pl.col("value_status") == "absent")
    assert set(absent["table_id"]) == {"proactive_disclosure", "disputes"}
    assert set(absent["review_status"]) == {"needs_review"}
    assert absent["value"].is_null().all()


def test_row_that_the_document_lacks_is_surely_absent() -> None:
    rows = [entry for entry in application_rows() if not entry[0].startswith("2.没有")]
    facts = facts_of(read(tab_table(rows)))
    lost = facts.filter(pl.col("item_code") == "applications.outcome.unavailable.needs_creation")
    assert set(lost["value_status"]) == {"absent"}
    assert set(lost["review_status"]) == {"sure"}


def test_row_that_may_stand_on_an_unread_page_is_not_surely_absent() -> None:
    rows = [entry for entry in application_rows() if not entry[0].startswith("2.没有")]
    reason = f"{UNREAD}page 2 is a picture and was not read"
    facts = facts_of(read(tab_table(rows)), reason=reason)
    lost = facts.filter(pl.col("item_code") == "applications.outcome.unavailable.needs_creation")
    assert set(lost["review_status"]) == {"needs_review"}
    assert set(lost["review_reason"]) == {f"not found, and {reason}"}
    others = facts.filter(pl.col("value_status") != "absent")
    assert set(others["review_status"]) == {"sure"}


def test_missing_tables_follow_the_format_of_the_others() -> None:
    facts = facts_of(read(tab_table(application_rows("gir_2019"))), report_year=2023)
    assert set(facts["format_id"]) == {"gir_2019"}
    assert facts.height == 198


def test_report_without_any_table_takes_the_format_of_its_year() -> None:
    nothing = Recognition([], [])
    assert set(facts_of(nothing, 2020)["format_id"]) == {"gir_2019"}
    assert set(facts_of(nothing, 2024)["format_id"]) == {"gir_2021"}


def test_the_fuller_copy_is_used_and_disagreement_needs_review() -> None:
    rows = application_rows()
    poor = [(label, [*values[:6], ""]) for label, values in rows]
    facts = facts_of(read(pipes(poor) + "\n\n" + "\n".join(pipes(rows).splitlines()[1:])))
    total = facts.row(
        by_predicate=(pl.col("item_code") == "applications.received")
        & (pl.col("breakdown") == "total"),
        named=True,
    )
    assert total["copy_no"] == 2
    assert total["value"] == Decimal(rows[0][1][6])
    assert total["review_status"] == "needs_review"
    assert "copy 1" in total["review_reason"]
    same = facts.filter(
        (pl.col("item_code") == "applications.received") & (pl.col("breakdown") == "natural_person")
    )
    assert same["review_status"].to_list() == ["sure"]


def test_absent_cells_beside_unclaimed_numbers_need_review() -> None:
    rows = [
        ("壬癸甲乙" if label.startswith("2.没有") else label, values)
        for label, values in application_rows()
    ]
    facts = facts_of(read(tab_table(rows)))
    lost = facts.filter(pl.col("item_code") == "applications.outcome.unavailable.needs_creation")
    assert set(lost["value_status"]) == {"absent"}
    assert set(lost["review_status"]) == {"needs_review"}
    assert "without a cell: " in lost["review_reason"][0]


def test_nothing_in_gives_nothing_out() -> None:
    facts = assemble(
        empty_frame(Reports),
        empty_frame(ReportCells),
        empty_frame(UnmappedCells),
        empty_frame(ParseLog),
        load_catalog(),
    )
    assert facts.height == 0
    assert facts.schema == empty_frame(ReportFacts).schema


def test_rows_behind_the_last_that_was_found_may_be_cut_off() -> None:
    rows = application_rows()[:20]
    facts = facts_of(read(tab_table(rows)))
    lost = facts.filter((pl.col("table_id") == "applications") & pl.col("value").is_null())
    assert lost.height == 7 * (len(application_rows()) - 20)
    assert set(lost["review_status"]) == {"needs_review"}
    assert all("cut off" in reason for reason in lost["review_reason"])


def test_rows_of_a_table_most_of_which_is_missing_are_not_surely_absent() -> None:
    rows = [application_rows()[index] for index in (0, 3, 9, -1)]
    facts = facts_of(read(tab_table(rows)))
    lost = facts.filter((pl.col("table_id") == "applications") & pl.col("value").is_null())
    assert set(lost["value_status"]) == {"absent"}
    assert set(lost["review_status"]) == {"needs_review"}


def test_a_row_of_a_table_printed_by_columns_is_not_sure_by_chance() -> None:
    rows = application_rows()
    columns = ["\n".join(str(values[n]) for _, values in rows) for n in range(7)]
    lines = ["三、收到和处理政府信息公开申请情况", *(label for label, _ in rows)]
    lines += ["45", "0", "54", "22", "0", "864", "985", "自然人", *columns]
    facts = facts_of(read("\n".join(lines)))
    printed = facts.filter((pl.col("table_id") == "applications") & pl.col("value").is_not_null())
    assert printed.height == 7
    assert set(printed["review_status"]) == {"needs_review"}
