from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assets.exports.score import (
    cell_difference,
    identity_differences,
    identity_of,
    score_document,
    totals_of,
)

TRUTH = {
    "file": "a.txt",
    "agency_name": "某县人民政府",
    "report_year": 2023,
    "identity": {"title": "某县2023年报告", "published_on": "2024-01-26", "telephone": None,
                 "url": "http://www.example.gov.cn/", "sections": ["一", "二"]},
    "cells": {"t3.new.nat": 3, "t3.new.com": None, "t2.fee.amount_wan": 251000,
              "t4.review.maintain": 1},
    "status": {"t3.new.com": "blank"},
    "printed": {"t2.fee.amount_wan": "251000元"},
    "doubtful": ["t4.review.maintain"],
}  # fmt: skip


def cell(value=None, status="reported", raw="", review="sure", unit="件"):
    return {
        "value": None if value is None else Decimal(f"{value}.000000"),
        "value_status": status,
        "raw_text": raw,
        "review_status": review,
        "unit": unit,
    }


def good_cells():
    return {
        "t3.new.nat": cell(3, raw=" ３ "),
        "t3.new.com": cell(status="blank"),
        "t2.fee.amount_wan": cell(251000, raw="251000元", unit="元"),
        "t4.review.maintain": cell(1, raw="1", review="needs_review"),
    }


def good_identity():
    report = {"agency_name_printed": "某县人民政府", "report_year": 2023,
              "title": "某县 2023年报告", "published_on": dt.date(2024, 1, 26)}  # fmt: skip
    sections = [{"section_no": "一"}, {"section_no": "二"}]
    return identity_of(report, {"website": "www.example.gov.cn"}, sections)


def test_a_right_reading_is_perfect():
    found = score_document(TRUTH, good_cells(), good_identity())
    assert found.is_perfect
    assert (found.cells, found.exact, found.identity) == (4, 4, 7)
    totals = totals_of([found])
    assert (totals.exact, totals.silently_wrong, totals.identities) == (4, 0, 1)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("t3.new.nat", cell(4, raw="4")),
        ("t3.new.nat", cell(3, raw="33")),
        ("t3.new.nat", cell(status="blank")),
        ("t3.new.com", cell(0, raw="0")),
        ("t3.new.com", cell(status="absent", raw=None)),
        ("t2.fee.amount_wan", cell(251000, raw="251000", unit="元")),
        ("t2.fee.amount_wan", cell(251000, raw="251000元", unit="万元")),
    ],
)
def test_each_part_of_a_cell_counts(key, wrong):
    assert cell_difference(TRUTH, key, good_cells()[key]) is None
    difference = cell_difference(TRUTH, key, wrong)
    assert difference is not None
    found = score_document(TRUTH, good_cells() | {key: wrong}, good_identity())
    assert (found.exact, found.silently_wrong, found.abstained) == (3, 1, 0)
    unsure = wrong | {"review_status": "needs_review"}
    found = score_document(TRUTH, good_cells() | {key: unsure}, good_identity())
    assert (found.exact, found.silently_wrong, found.abstained) == (3, 0, 1)


def test_a_missing_cell_is_silently_wrong():
    cells = good_cells()
    del cells["t3.new.nat"]
    found = score_document(TRUTH, cells, good_identity())
    assert (found.missing, found.silently_wrong) == (1, 1)


def test_a_doubtful_cell_must_not_be_asserted_even_if_it_is_right():
    cells = good_cells() | {"t4.review.maintain": cell(1, raw="1")}
    found = score_document(TRUTH, cells, good_identity())
    assert found.exact == 4
    assert found.doubtful_asserted == ("t4.review.maintain",)
    assert not found.is_perfect


def test_a_right_cell_that_is_needlessly_unsure_is_counted():
    cells = good_cells() | {"t3.new.nat": cell(3, raw="3", review="needs_review")}
    found = score_document(TRUTH, cells, good_identity())
    assert (found.exact, found.unsure) == (4, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("agency_name", "别处"), ("report_year", 2022), ("published_on", None), ("telephone", "1"),
     ("url", "www.example.gov.cn/else"), ("sections", ["一"])],
)  # fmt: skip
def test_each_identity_field_counts(field, value):
    fields, wrong = identity_differences(TRUTH, good_identity() | {field: value})
    assert fields == 7
    assert [difference.key for difference in wrong] == [field]


def test_no_report_at_all():
    found = score_document(TRUTH, {}, identity_of(None, None, []))
    assert (found.exact, found.missing, len(found.identity_wrong)) == (0, 4, 6)
