"""What programs that take the text out of pages and files leave of a table."""

from __future__ import annotations

import time

import pytest

from tests.unit.cells.dumps import (
    HEADINGS,
    all_values,
    application_rows,
    cells_of,
    expected_values,
    read,
    tab_table,
    values_of,
)

HEADER = ["申请人情况", "自然人", "法人或其他组织", "总计"]
CREATION = "applications.outcome.unavailable.needs_creation"


def stray(cell: str, row: str) -> str:
    """Table 3, `cell` around each cell and `row` behind each row."""
    lines = [cell.format(word) for word in HEADER]
    for label, values in application_rows():
        lines += [cell.format(text) for text in (label, *values)] + [row] * bool(row)
    return "\n".join([HEADINGS["applications"], *lines, "五、存在的主要问题及改进情况", "人少。"])


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        ("{} |", ""),
        ("{} |", "|"),
        ("{} |", "|||||"),
        ("{}\n|", ""),
        ("|\n{} |", "|"),
        ("| {}", "|"),
    ],
)
def test_pipes_that_make_no_rows_are_passed_over(cell: str, row: str) -> None:
    found = read(stray(cell, row))
    assert all_values(found) == expected_values()
    assert {cell["review_status"] for cell in found.cells} == {"sure"}


def test_a_row_that_lost_its_blank_cells_between_stray_pipes_is_undecided() -> None:
    text = stray("{} |", "|||||")
    label, values = application_rows()[3]
    full = "\n".join(f"{text} |" for text in (label, *values))
    assert full in text
    found = read(text.replace(full, f"{label} |\n3 |\n3 |"))
    others = [cell for cell in found.cells if cell["row_label"] != label]
    assert {cell["review_status"] for cell in others} == {"sure"}
    lost = [cell for cell in found.cells if cell["row_label"] == label]
    assert {cell["review_status"] for cell in lost} == {"needs_review"}


def test_pipes_between_cells_only_with_short_rows() -> None:
    lines = [HEADINGS["proactive_disclosure"], "", "第二十条第（一）项", "----  "]
    lines += ["信息内容| 本年制发件数| 本年废止件数| 现行有效件数  ", "规章| 1| 2| 3  "]
    lines += ["行政规范性文件| 4| 5| 6  ", "第二十条第（五）项  ", "信息内容| 本年处理决定数量  "]
    lines += ["行政许可| 58563  ", "第二十条第（六）项  ", "信息内容| 本年处理决定数量  "]
    lines += ["行政处罚| 7  ", "行政强制| 8  ", "", HEADINGS["applications"]]
    found = read("\n".join(lines))
    assert [int(cell["value"]) for cell in found.cells] == [1, 2, 3, 4, 5, 6, 58563, 7, 8]
    assert {cell["review_status"] for cell in found.cells} == {"sure"}


def test_a_report_on_a_single_line() -> None:
    words = ["2023年", "一、总体情况", "很好。", HEADINGS["applications"], *HEADER]
    for label, values in application_rows():
        words += [label, *map(str, values)]
    words += ["五、存在的主要问题及改进情况", "人少。", "六、其他需要报告的事项", "无。"]
    found = read(" ".join(words))
    assert all_values(found) == expected_values()
    assert {cell["review_status"] for cell in found.cells} == {"sure"}
    assert all(cell["locator"].startswith("L1:C") for cell in found.cells)


def test_marks_of_markdown_before_characters_are_no_part_of_numbers() -> None:
    lines = [HEADINGS["proactive_disclosure"], "信息内容", "本年收费金额（单位：万元）"]
    lines += [
        "行政规范性文件",
        "4",
        "5",
        "6",
        "行政许可",
        "1",
        "行政处罚",
        "2",
        "行政强制",
        "3",
        "行政事业性收费",
        r"61\.984",
    ]
    found = read("\n\n".join([*lines, f"__{HEADINGS['applications']}__", "无。"]))
    assert [str(cell["value"]) for cell in found.cells if cell["value"]][-1] == "61.984"


def test_tables_behind_the_text_are_those_of_their_parts() -> None:
    texts = [*HEADINGS.values(), "五、存在的主要问题及改进情况", "人少。", "六、其他事项", "无。"]
    table = tab_table(application_rows()).split("\n", 2)[2]
    found = read("\n".join(texts) + "\n青山区教育局\n2024年1月5日\n\n" + table)
    assert all_values(found) == expected_values()
    assert {cell["review_status"] for cell in found.cells} == {"sure"}


def test_blanks_left_of_a_merged_label_move_no_number() -> None:
    rows = [
        f"| {label} | " + " | ".join(["", "", *map(str, values)][n == 2 :]) + " |"
        if n < 3
        else f"| {label} | " + " | ".join(map(str, values)) + " |"
        for n, (label, values) in enumerate(application_rows())
    ]
    found = read(
        "\n".join([HEADINGS["applications"], "", "| 项目 | 申请人情况 |", "|---|---|", *rows])
    )
    assert all_values(found) == expected_values()
    assert {cell["review_status"] for cell in found.cells} == {"sure"}


def test_blanks_in_a_row_that_is_longer_than_the_others_are_for_review() -> None:
    rows = [
        f"| {label} | " + " | ".join(map(str, values)) + " |"
        for label, values in application_rows()
    ]
    label = application_rows()[2][0]
    rows[2] = f"| {label} | | 3 | | | | | | |"
    found = read(
        "\n".join([HEADINGS["applications"], "", "| 项目 | 申请人情况 |", "|---|---|", *rows])
    )
    lost = [cell for cell in found.cells if cell["row_label"] == label]
    assert {cell["review_status"] for cell in lost} == {"needs_review"}


@pytest.mark.parametrize(
    "line",
    ["{}    71（其中修订59件）  -6   3", "8.{} 0 0 0 0 0 0 0果", "{}| 4", "{}：共4件"],
)
def test_a_row_whose_line_was_not_understood_is_not_surely_absent(line: str) -> None:
    rows = [row for row in application_rows() if not row[0].startswith("2.没有")]
    text = tab_table(rows)
    printed = line.format("没有现成信息需要另行制作")
    found = read(f"{text}\n\n{printed}\n\n五、存在的主要问题及改进情况")
    lost = cells_of(found, CREATION)
    assert len(lost) == 7
    assert {(c["value"], c["review_status"]) for c in lost} == {(None, "needs_review")}


def test_a_row_that_is_named_in_no_line_stays_absent() -> None:
    rows = [row for row in application_rows() if not row[0].startswith("2.没有")]
    found = read(
        tab_table(rows) + "\n\n五、存在的主要问题及改进情况\n没有现成信息需要另行制作的增多。"
    )
    assert cells_of(found, CREATION) == []


def test_the_number_of_a_printed_line_is_no_value() -> None:
    zeros = "  ".join(["0"] * 15)
    lines = [HEADINGS["disputes"], "63  行政复议  NaN  NaN  NaN  NaN  行政诉讼  NaN  NaN"]
    lines += [
        "64  结果维持  结果纠正  其他结果  尚未审结  总计  未经复议直接起诉  NaN  NaN  NaN  NaN"
    ]
    lines += ["65  NaN  NaN  NaN  NaN  NaN  结果维持  结果纠正  其他结果  尚未审结  总计"]
    found = read("\n".join([*lines, f"66  {zeros}", "五、存在的主要问题及改进情况"]))
    sure = [cell for cell in found.cells if cell["review_status"] == "sure"]
    assert not any(cell["value"] for cell in sure)
    assert values_of(found, "applications.received") == []


@pytest.mark.parametrize("row", ["\t\t7\t\t", "\t\t\t899.55\t\t"])
def test_a_number_below_no_header_leaves_its_blank_cells_for_review(row: str) -> None:
    lines = [HEADINGS["proactive_disclosure"], "", "信息内容\t采购项目数量\t\t\t采购总金额\t\t"]
    lines = [*lines, "政府集中采购" + row, "", HEADINGS["applications"]]
    found = read("\n".join(lines), 2020)
    assert {cell["review_status"] for cell in found.cells} == {"needs_review"}


def test_long_runs_that_are_no_table_are_read_once() -> None:
    names = "甲,乙,丙,丁\n" * 3000 + "甲  乙  丙\n" * 3000 + "|" * 100_000
    started = time.perf_counter()
    read(names + "\n" + tab_table(application_rows()))
    assert time.perf_counter() - started < 60
