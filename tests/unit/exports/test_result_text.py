from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from assets.exports.result_text import to_csv, to_json


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text: str):
    assert "'" + text[0] in to_csv(["a"], [[text]])


def test_numbers_dates_and_nulls_stay_themselves():
    row = [Decimal("-3.500000"), -1, 0.1, dt.date(2024, 1, 2), None, True, "报告"]
    assert to_csv(list("abcdefg"), [row]) == "a,b,c,d,e,f,g\n-3.5,-1,0.1,2024-01-02,,true,报告\n"
    found = json.loads(to_json(row))
    assert found == [-3.5, -1, 0.1, "2024-01-02", None, True, "报告"]


def test_json_keeps_whole_numbers_whole():
    assert to_json({"n": Decimal("251000.000000")}) == '{\n  "n": 251000\n}'
