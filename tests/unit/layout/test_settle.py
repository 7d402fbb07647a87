import polars as pl

from assets.layout.settle import name_companions, with_matches


def test_the_register_says_of_what_kind_an_agency_is() -> None:
    reports = pl.DataFrame(
        {
            "report_id": ["registered", "provisional", "unmatched"],
            "agency_code": ["unknown-1", "dept-2", "dept-3"],
            "kind": ["unknown", "dept", "dept"],
        }
    )
    matches = pl.DataFrame(
        {
            "report_id": ["registered", "provisional"],
            "agency_code": ["a", "dept-4"],
            "is_registered": [True, False],
        }
    )
    agencies = pl.DataFrame({"agency_code": ["a", "dept-4"], "kind": ["gov", "zone"]})

    found = with_matches(reports, matches, agencies)

    assert found.columns == reports.columns
    assert found.select("agency_code", "kind").rows() == [
        ("a", "gov"),
        ("dept-4", "dept"),
        ("dept-3", "dept"),
    ]


def test_a_page_without_tables_says_which_document_has_them() -> None:
    page, attachment, other = "a" * 64, "b" * 64, "c" * 64
    counts = pl.DataFrame(
        {
            "doc_id": [page, attachment, other],
            "agency_code": ["x", "x", "x"],
            "report_year": [2023, 2023, 2023],
            "is_synthetic": [False, False, False],
            "cells": [0, 200, 12],
        }
    )
    log = pl.DataFrame(
        {
            "doc_id": [page, attachment, other, "d" * 64],
            "reason": ["1 linked documents and no table", None, None, "other"],
        }
    )
    told = name_companions(log, counts)
    assert told.columns == log.columns
    reason = told["reason"][0]
    assert f"in document {'b' * 12} (200 cells)" in reason
    assert reason.endswith("; 1 linked documents and no table")
    assert told["reason"].to_list()[1:] == [None, None, "other"]
    silent = name_companions(log, counts.filter(pl.col("cells") == 0))
    assert silent["reason"].to_list() == log["reason"].to_list()
