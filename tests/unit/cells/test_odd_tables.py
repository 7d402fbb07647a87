"""Tables that agencies changed or that lost their order: read right, or left for review."""

from __future__ import annotations

from typing import Any

import pytest

from assets.cells.recognise import Recognition
from assets.layout.model import GridCell
from tests.unit.cells.dumps import (
    HEADINGS,
    all_values,
    application_rows,
    block_of,
    cells_of,
    doubts_of,
    expected_values,
    one_per_line,
    pipes,
    read,
    read_cells,
    read_grid,
    tab_table,
    values_of,
)

NAMES = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
WORDS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
DISPUTES = [2, 1, 0, 3, 6, 4, 0, 1, 0, 5, 0, 2, 0, 1, 3]
PENALTIES = "penalties.decisions"


def disputes_of(found: Recognition) -> list[int | None]:
    values = {cell["item_code"]: cell["value"] for cell in found.cells if cell["copy_no"] == 1}
    return [values.get(cell.item_code) for cell in block_of("gir_2021", "disputes").cells]


def reviews(found: Recognition) -> set[str]:
    return {cell["review_status"] for cell in found.cells}


def article_20_6(*rows: list[str]) -> str:
    lines = [["第二十条第（六）项", "", ""], ["信息内容", "本年处理决定数量", ""], *rows]
    return "\n".join([HEADINGS["proactive_disclosure"], *("\t".join(line) for line in lines)])


@pytest.mark.parametrize(
    ("printed", "value", "status", "review"),
    [
        ("〇", 0, "reported", "sure"),
        ("12①", 12, "reported", "needs_review"),
        ("12¹", 12, "reported", "needs_review"),
        ("12*", 12, "reported", "needs_review"),
        ("12[1]", 12, "reported", "needs_review"),
        ("1O", None, "illegible", "needs_review"),
        ("l2", None, "illegible", "needs_review"),
        ("空", None, "placeholder", "sure"),
        ("不涉及", None, "placeholder", "sure"),
        ("约12", None, "text", "needs_review"),
        ("（12）", None, "text", "needs_review"),
        ("详见附件", None, "text", "needs_review"),
        ("22（其中修订16件）", 22, "reported", "sure"),
        ("22，其中修订16件", 22, "reported", "needs_review"),
        ("22（16）", 22, "reported", "needs_review"),
        ("+3", 3, "reported", "sure"),
        ("增98", 98, "reported", "sure"),
        ("减5", -5, "reported", "sure"),
        ("0/0", None, "text", "needs_review"),
        ("增3减1", None, "text", "needs_review"),
        ("12内", None, "text", "needs_review"),
        ("00", 0, "reported", "needs_review"),
        ("88..1100", None, "illegible", "needs_review"),
    ],
)
def test_odd_values(printed: str, value: int | None, status: str, review: str) -> None:
    (cell,) = cells_of(read(article_20_6(["行政处罚", printed, ""])), PENALTIES)
    assert (cell["value"], cell["value_status"]) == (value, status)
    assert (cell["review_status"], cell["raw_text"]) == (review, printed)


def test_remark_behind_the_numbers_of_a_row() -> None:
    rows: list[Any] = [(label, [*values, ""]) for label, values in application_rows()]
    rows[2][1][-1] = "其中线上5件"
    found = read(pipes(rows, [*NAMES, "备注"]))
    assert all_values(found) == expected_values()
    assert [entry["text"] for entry in found.unmapped] == ["其中线上5件"]


def test_two_labels_with_their_numbers_side_by_side() -> None:
    found = read_grid([["行政处罚", "5", "行政强制", "3"]], "proactive_disclosure")
    assert values_of(found, PENALTIES) == [5]
    assert values_of(found, "administrative_compulsion.decisions") == [3]


def test_unit_in_the_label_or_in_a_column_of_its_own() -> None:
    header: list[Any] = ["信息内容", "单位", "本年制发件数", "本年废止件数", "现行有效件数"]
    rows = [header, ["规章（件）", "件", "1", "2", "3"], ["行政规范性文件", "件", "4", "5", "6"]]
    found = read_grid(rows, "proactive_disclosure")
    assert [int(cell["value"]) for cell in found.cells] == [1, 2, 3, 4, 5, 6]
    assert reviews(found) == {"sure"}


def test_number_of_the_line_in_front_of_a_single_number() -> None:
    found = read_grid(
        [["信息内容", "行次", "本年处理决定数量"], ["行政处罚", "4", "1957"]],
        "proactive_disclosure",
    )
    assert values_of(found, PENALTIES) == [1957]
    assert [entry["text"] for entry in found.unmapped] == ["4"]


def test_one_cell_for_several_rows_counts_in_each_and_is_left_for_review() -> None:
    texts = [["信息内容", "本年处理决定数量"], ["行政处罚", "0"], ["行政强制"]]
    cells = [
        GridCell(row, col, text, f"{row}:{col}", row_span=2 if text == "0" else 1)
        for row, line in enumerate(texts)
        for col, text in enumerate(line)
    ]
    found = read_cells(cells, "proactive_disclosure")
    assert values_of(found, PENALTIES) == [0]
    assert values_of(found, "administrative_compulsion.decisions") == [0]
    assert doubts_of(found, "administrative_compulsion.decisions") == {"needs_review"}


def test_column_that_the_agency_left_out_is_absent() -> None:
    rows: list[Any] = [["项目", *NAMES[:-1]]]
    rows += [[label, *map(str, values[:-1])] for label, values in application_rows()]
    found = read_grid(rows, "applications")
    assert all_values(found) == {item: values[:-1] for item, values in expected_values().items()}
    assert reviews(found) == {"sure"}
    assert found.unmapped == []


def test_header_that_a_wrong_span_shifted_is_not_believed_against_the_totals() -> None:
    found = read(pipes(application_rows(), [*NAMES[:5], "总计", "其他"]))
    assert all_values(found) == expected_values()
    received = cells_of(found, "applications.received")
    assert {cell["review_status"] for cell in received} == {"needs_review"}
    assert {cell["chosen_by"] for cell in received} == {"reconciliation"}


@pytest.mark.parametrize("order", [[6, 0, 1, 2, 3, 4, 5], [0, 6, 1, 2, 3, 4, 5]])
def test_columns_of_a_flow_in_another_order_are_left_for_review(order: list[int]) -> None:
    rows = [(label, [values[i] for i in order]) for label, values in application_rows()]
    found = read(one_per_line(rows))
    assert reviews(found) == {"needs_review"}


def test_groups_of_a_flow_in_another_order_are_left_for_review() -> None:
    words = ["行政复议", "行政诉讼", "复议后起诉", "未经复议直接起诉", *WORDS * 3]
    values = [*DISPUTES[:5], *DISPUTES[10:], *DISPUTES[5:10]]
    found = read("\n".join([HEADINGS["disputes"], *words, *map(str, values)]))
    assert reviews(found) == {"needs_review"}


def test_values_in_front_of_their_labels_are_left_for_review() -> None:
    lines = [HEADINGS["applications"], *NAMES]
    for label, values in application_rows():
        lines += [*map(str, values), label]
    found = read("\n".join(lines))
    assert found.cells
    assert reviews(found) == {"needs_review"}


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 0, 1, 2, 3]])
@pytest.mark.parametrize("kind", ["ruled", "tab"])
def test_disputes_one_kind_per_row(order: list[int], kind: str) -> None:
    labels = [["行政复议", ""], ["行政诉讼", "未经复议直接起诉"], ["", "复议后起诉"]]
    rows = [["类型", "", *(WORDS[i] for i in order)]]
    for n, label in enumerate(labels):
        rows.append([*label, *(str(DISPUTES[5 * n + i]) for i in order)])
    if kind == "ruled":
        found = read_grid([list(row) for row in rows], "disputes")
    else:
        found = read("\n".join([HEADINGS["disputes"], *("\t".join(row) for row in rows)]))
    assert disputes_of(found) == DISPUTES
    assert reviews(found) == {"sure"}


def test_litigation_in_a_table_of_its_own() -> None:
    header: list[Any] = [("未经复议直接起诉", 5), ("复议后起诉", 5)]
    found = read_grid(
        [[("行政诉讼", 10)], header, WORDS * 2, [*map(str, DISPUTES[5:])]], "disputes"
    )
    assert disputes_of(found) == [None] * 5 + DISPUTES[5:]


@pytest.mark.parametrize("years", [["数量"], ["2022年", "2023年"]])
def test_disputes_with_a_label_in_front(years: list[str]) -> None:
    top: list[Any] = ["", ("行政复议", 5), ("未经复议直接起诉", 5), ("复议后起诉", 5)]
    rows = [top, ["", *WORDS * 3], *([year, *map(str, DISPUTES)] for year in years)]
    found = read_grid(rows, "disputes")
    if len(years) == 1:
        assert disputes_of(found) == DISPUTES
    else:  # two years: nobody says which is meant
        assert found.cells == []
        assert len(found.unmapped) == 30


def test_numbers_behind_a_label_outside_any_table_are_leaks() -> None:
    found = read(f"{HEADINGS['proactive_disclosure']}\n\n行政许可 12\n\n本年度情况如上。")
    assert [(entry["text"], entry["is_number"]) for entry in found.unmapped] == [("12", True)]


def test_rows_that_a_damaged_document_lost_do_not_speak_for_the_smaller_form() -> None:
    found = read(tab_table(application_rows()[:8]))
    assert {cell["format_id"] for cell in found.cells} == {"gir_2021"}


def test_words_among_the_numbers_of_a_row_without_a_label() -> None:
    header: list[Any] = [("行政复议", 5), ("未经复议直接起诉", 5), ("复议后起诉", 5)]
    values: list[Any] = [*map(str, DISPUTES[:13]), "约一件", "3"]
    found = read_grid([header, WORDS * 3, values], "disputes")
    assert disputes_of(found) == [*DISPUTES[:13], None, 3]
    assert found.cells[13]["value_status"] == "text"


def test_numbers_of_a_row_that_was_not_understood_are_leaks() -> None:
    found = read_grid([["", "7", "8", "其他情形", "9"]], "proactive_disclosure")
    assert found.cells == []
    assert [entry["text"] for entry in found.unmapped] == ["7", "8", "9"]


@pytest.mark.parametrize("year", [2020, 2023])
def test_header_decides_the_form_rather_than_the_number_of_values(year: int) -> None:
    header = "第二十条第（八）项\t\t\n信息内容\t本年收费金额（单位：万元）\t备注"
    text = f"{HEADINGS['proactive_disclosure']}\n{header}\n行政事业性收费\t912.05\t7"
    found = read(text, report_year=year)
    assert [(cell["item_code"], str(cell["value"])) for cell in found.cells] == [
        ("administrative_charges.amount", "912.05")
    ]
    assert [entry["text"] for entry in found.unmapped] == ["7"]


def header_of_applications(width: int) -> list[list[str | tuple[str, int]]]:
    corner: tuple[str, int] = (
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        3,
    )
    return [[("单位：件", width)], [corner, *NAMES]]


def test_a_number_beyond_the_last_column_leaves_its_row_for_review() -> None:
    rows: list[list[str | tuple[str, int]]] = [
        [(label, 3), *map(str, values)] for label, values in application_rows()
    ]
    at = next(n for n, row in enumerate(rows) if "总计" in str(row[0]))
    split = [rows[at][0], "5", "6", *rows[at][2:]]
    found = read_grid(
        [*header_of_applications(11), *rows[:at], split, *rows[at + 1 :]], "applications"
    )
    mine = [c for c in found.cells if c["item_code"] == "applications.outcome.total"]
    assert len(mine) == len(NAMES)
    assert {c["review_status"] for c in mine} == {"needs_review"}
    others = [c for c in found.cells if c["item_code"] != "applications.outcome.total"]
    assert {c["review_status"] for c in others} == {"sure"}


def test_one_row_alone_does_not_choose_the_form() -> None:
    """A header that looks like a row of the other form (其他) says nothing of the year's form."""
    rows: list[list[str | tuple[str, int]]] = [["3.其他", "", "", "", "", "", "", ""]]
    found = read_grid([["项目", *NAMES], *rows], "applications", 2019)
    assert not {c["format_id"] for c in found.cells} & {"gir_2021"}


def test_a_label_alone_is_blank_to_look_at_even_where_its_block_has_no_other_row() -> None:
    found = read(article_20_6(["行政处罚", "5", ""], ["行政强制", "3", ""]) + "\n\n行政许可\n")
    (cell,) = cells_of(found, "licensing.decisions")
    assert (cell["value_status"], cell["review_status"]) == ("blank", "needs_review")
    assert cells_of(found, PENALTIES)[0]["review_status"] == "sure"
