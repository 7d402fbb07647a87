"""Numbers that are not this year's, or no numbers of the report at all."""

from __future__ import annotations

import random

import pytest

from assets.cells.years import this_year
from assets.layout.model import Grid, GridCell, GridKind
from assets.synthetic.quirks import load_quirks
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from schemas.vocabulary import ReviewStatus
from tests.property.reading import CATALOG, expected_facts, read
from tests.unit.cells.dumps import read as read_text


def grid(rows: list[list[str]], kind: GridKind = "ruled") -> Grid:
    cells = (
        GridCell(row, col, text, f"{row}:{col}")
        for row, texts in enumerate(rows)
        for col, text in enumerate(texts)
    )
    return Grid(0, 0, kind, tuple(cells))


@pytest.mark.parametrize(
    "header",
    [
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["项目", "2021年", "2022年", ""],
    ],
)
def test_columns_stay_where_no_header_names_this_year_and_another(header: list[str]):
    given = grid([header, ["规章", "1", "2", "3"]])
    grids, aside = this_year([given], 2023)
    assert (grids, aside.cells) == ([given], ())


@pytest.mark.parametrize("years", [["2022年", "2023年"], ["二〇二二年", "二〇二三年"]])
def test_other_years_are_set_aside_and_places_kept(years: list[str]):
    given = grid([["项目", "结果维持", "结果维持"], ["", *years], ["件", "5", "7"]])
    (left,), aside = this_year([given], 2023)
    assert [(cell.row, cell.col, cell.text) for cell in left.cells][-1] == (1, 1, "7")
    assert [(n, cell.text, cell.col) for n, cell in aside.cells] == [(0, "5", 1)]
    assert aside.back([{"grid": 0, "row": 1, "col": 1}]) == [{"grid": 0, "row": 2, "col": 2}]


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (["信息内容", "2023年制发件数", "2022年制发件数", "现行有效件数"], [0, 1, 3]),
        (["信息内容", "二〇二二年制发件数", "二〇二三年制发件数", "现行有效件数"], [0, 2, 3]),
        (["信息内容", "制发件数（2023年）", "制发件数（2022年）", "现行有效件数"], [0, 1, 3]),
        (["信息内容", "上年制发件数", "本年制发件数", "现行有效件数"], [0, 2, 3]),
        (["信息内容", "2021年制发件数", "2022年制发件数", "2023年制发件数"], [0, 3]),
        # Without a twin of this year nobody knows what a column of another year stands for.
        (["信息内容", "2022年制发件数", "2023年废止件数", "现行有效件数"], [0, 1, 2, 3]),
        (["信息内容", "2023年制发件数", "2023年制发件数", "2022年制发件数"], [0, 1, 2, 3]),
        # Columns of the forms.
        (["信息内容", "上一年项目数量", "本年项目数量", "处理决定数量"], [0, 1, 2, 3]),
        (["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"], [0, 1, 2, 3]),
        (["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], [0, 1, 2, 3]),
    ],
)
@pytest.mark.parametrize("kind", ["ruled", "delimited"])
def test_one_column_of_two_years(header: list[str], kept: list[int], kind: GridKind):
    given = grid([header, ["规章", "5", "7", "9"], ["行政规范性文件", "4", "6", "8"]], kind)
    (left,), aside = this_year([given], 2023)
    assert [cell.text for cell in left.cells if cell.row == 0] == [header[col] for col in kept]
    texts = ["规章", "5", "7", "9"]
    assert [cell.text for cell in left.cells if cell.row == 1] == [texts[col] for col in kept]
    assert len(aside.cells) == 2 * (4 - len(kept))


def test_a_dump_with_a_number_behind_its_last_year_is_left_alone():
    rows = [["", "2023年", "2022年", ""], ["规章", "0", "1", "2"], ["行政许可", "3", "4", ""]]
    given = grid(rows, "delimited")
    assert this_year([given], 2023)[0] == [given]


@pytest.mark.parametrize("name", ["two_years", "last_year_first"])
@pytest.mark.parametrize("kind", ["html", "tab_text"])
def test_this_year_is_read(name: str, kind: str):
    rng = random.Random(3)
    report = load_quirks()[name].change(random_report(rng, CATALOG, "gir_2021"), rng, CATALOG)
    assert report is not None
    reading = read(render(report, kind))
    expected = expected_facts(report)
    facts = [c for c in reading.recognition.cells if c["review_status"] == ReviewStatus.SURE]
    assert len(facts) == len(expected)
    assert {(c["item_code"], c["breakdown"]): c["value"] for c in facts} == {
        key: value for key, (value, _, _) in expected.items()
    }


@pytest.mark.parametrize(("extra", "status"), [("0", "sure"), ("55", "needs_review")])
def test_only_a_zero_may_be_one_too_many(extra: str, status: str):
    lines = ["三、收到和处理政府信息公开申请情况", "一、本年新收政府信息公开申请数量"]
    text = "\n".join([*lines, extra, "1", "2", "3", "4", "5", "6", "21"])
    cells = read_text(text).cells
    assert [str(cell["value"]) for cell in cells] == ["1", "2", "3", "4", "5", "6", "21"]
    assert {cell["review_status"] for cell in cells} == {status}


def test_the_numbers_of_columns_are_not_those_of_the_empty_row_below():
    label = "一、本年新收政府信息公开申请数量"
    rows = ["栏次\t1\t2\t3\t4\t5\t6\t7", f"{label}\t", "二、上年结转政府信息公开申请数量\t"]
    cells = read_text("\n".join(["三、收到和处理政府信息公开申请情况", *rows])).cells
    assert {cell["value"] for cell in cells} <= {None}


def test_a_grid_of_years_alone_is_left_as_it_is():
    links = grid([["2023年", "2022年", "2021年"]])
    grids, aside = this_year([links], 2023)
    assert (grids, aside.cells) == ([links], ())
