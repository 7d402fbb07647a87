"""Kinds of disorder that table dumps come in, each with what a careful reader would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assets.cells.rows import logical_rows
from assets.layout.parsers.text import read_lines
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
    spaced,
    tab_table,
    values_of,
)

Rows = list[tuple[str, list[Any]]]
RECEIVED = "applications.received"
CREATION = "applications.outcome.unavailable.needs_creation"


@pytest.mark.parametrize("dump", [tab_table, one_per_line, spaced, pipes])
@pytest.mark.parametrize("format_id", ["gir_2019", "gir_2021"])
def test_every_dump_gives_the_same_numbers(dump: Callable[[Rows], str], format_id: str) -> None:
    found = read(dump(application_rows(format_id)))
    assert all_values(found) == expected_values(format_id)
    assert {cell["format_id"] for cell in found.cells} == {format_id}
    assert {cell["review_status"] for cell in found.cells} == {"sure"}
    assert found.unmapped == []


def torn(rows: Rows, item_label: str, at: int, values_first: bool) -> Rows:
    out: Rows = []
    for label, values in rows:
        if label != item_label:
            out.append((label, values))
        elif values_first:
            out += [(label[:at], values), (label[at:], [""] * 7)]
        else:
            out += [(label[:at], [""] * 7), (label[at:], values)]
    return out


@pytest.mark.parametrize("values_first", [True, False])
@pytest.mark.parametrize("at", [5, 8, 11])
def test_label_torn_in_the_middle_of_a_row(at: int, values_first: bool) -> None:
    rows = torn(application_rows(), "2.没有现成信息需要另行制作", at, values_first)
    assert all_values(read(tab_table(rows))) == expected_values()


def test_torn_label_with_values_between_lines_of_a_flow() -> None:
    rows = application_rows()
    text = one_per_line(rows).replace(
        "2.没有现成信息需要另行制作", "2.没有现成信息\n\n需要另行制作"
    )
    assert all_values(read(text)) == expected_values()


def test_group_label_in_front_of_the_row_label() -> None:
    rows = [
        (f"（三）不予公开 {label}" if label == "1.属于国家秘密" else label, values)
        for label, values in application_rows()
    ]
    assert all_values(read(tab_table(rows))) == expected_values()


def test_blanks_dropped_from_a_flow_are_not_guessed() -> None:
    rows: Rows = [(RECEIVED_LABEL, [5, 3, 9]), *application_rows()[1:]]
    found = read(one_per_line(rows))
    cells = cells_of(found, RECEIVED)
    assert {cell["review_status"] for cell in cells} == {"needs_review"}
    assert all(cell["value"] is None for cell in cells if cell["value_status"] == "undecided")
    assert (
        all_values(found)["applications.brought_forward"]
        == expected_values()["applications.brought_forward"]
    )


RECEIVED_LABEL = "一、本年新收政府信息公开申请数量"


def test_extra_value_in_the_label_column_is_left_out_by_the_columns_of_the_other_rows() -> None:
    lines = [HEADINGS["applications"]]
    for label, values in application_rows():
        front = [label, "7"] if label == RECEIVED_LABEL else ["", label]
        lines.append("\t".join([*front, *map(str, values)]))
    found = read("\n".join(lines))
    assert values_of(found, RECEIVED) == expected_values()[RECEIVED]
    assert [entry["text"] for entry in found.unmapped] == ["7"]
    assert cells_of(found, RECEIVED)[0]["runner_up"]


def test_extra_value_in_a_flow_is_settled_by_the_row_total() -> None:
    rows: Rows = [(RECEIVED_LABEL, [3, *application_rows()[0][1]]), *application_rows()[1:]]
    found = read(one_per_line(rows))
    assert values_of(found, RECEIVED) == expected_values()[RECEIVED]
    assert {c["chosen_by"] for c in cells_of(found, RECEIVED)} == {"reconciliation"}


def test_header_in_another_order_is_followed() -> None:
    rows = [(label, [values[6], *values[:6]]) for label, values in application_rows()]
    names = ["总计", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    assert all_values(read(pipes(rows, names))) == expected_values()


def test_invented_column_names_do_not_hide_the_order() -> None:
    names = [f"数据{i}" for i in range(1, 7)] + ["总计"]
    assert all_values(read(pipes(application_rows(), names))) == expected_values()


def test_table_printed_twice_gives_two_copies() -> None:
    first = tab_table(application_rows())
    rows = [(label, [v + 1 for v in values]) for label, values in application_rows()]
    found = read(first + "\n\n" + "\n".join(tab_table(rows).splitlines()[2:]))
    assert values_of(found, RECEIVED, 1) == expected_values()[RECEIVED]
    assert values_of(found, RECEIVED, 2) == [v + 1 for v in expected_values()[RECEIVED]]


def test_row_that_the_agency_added_is_listed_not_dropped() -> None:
    rows = application_rows()
    rows.insert(5, ("9.属于本地另行规定的情形", [41, 0, 0, 0, 0, 0, 41]))
    found = read(tab_table(rows))
    assert all_values(found) == expected_values()
    assert [entry["text"] for entry in found.unmapped if entry["is_number"]] == [
        "41",
        "0",
        "0",
        "0",
        "0",
        "0",
        "41",
    ]


def test_row_without_a_label_is_taken_by_its_place_and_left_for_review() -> None:
    rows = [("" if label.startswith("2.没有") else label, v) for label, v in application_rows()]
    found = read(tab_table(rows))
    assert all_values(found) == expected_values()
    assert doubts_of(found, CREATION) == {"needs_review"}


def test_missing_row_is_absent_and_moves_no_other() -> None:
    rows = [entry for entry in application_rows() if not entry[0].startswith("2.没有")]
    found = read(tab_table(rows))
    expected = expected_values()
    del expected[CREATION]
    assert all_values(found) == expected


def test_continuation_of_the_table_in_other_columns() -> None:
    rows = application_rows()
    first = tab_table(rows[:9])
    second = "\n".join("\t".join(["", "", label, *map(str, v)]) for label, v in rows[9:])
    assert all_values(read(first + "\n\n" + second)) == expected_values()


def test_repeated_header_inside_the_table() -> None:
    rows = application_rows()
    first = tab_table(rows[:9])
    second = tab_table(rows[9:]).split("\n", 2)[2]
    found = read(first + "\n\n" + second)
    assert all_values(found) == expected_values()
    assert found.unmapped == []


@pytest.mark.parametrize(
    ("printed", "value", "status", "review"),
    [
        ("1\n2", 12, "reported", "needs_review"),
        ("1 2", 12, "reported", "needs_review"),
        ("12件", 12, "reported", "sure"),
        ("１２", 12, "reported", "sure"),
        ("1,200", 1200, "reported", "sure"),
        ("/", None, "placeholder", "sure"),
        ("—", None, "placeholder", "sure"),
        ("", None, "blank", "sure"),
        ("\xa0", None, "blank", "sure"),
        ("O", None, "illegible", "needs_review"),
        ("22（其中修订16件）", 22, "reported", "sure"),
    ],
)
def test_what_a_cell_prints(printed: str, value: int | None, status: str, review: str) -> None:
    text = (
        f"{HEADINGS['proactive_disclosure']}\n\n| 第二十条第（一）项 | | | |\n|---|---|---|---|\n"
        "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n| 规章 | 0 | 0 | 0 |\n"
        f"| 行政规范性文件 | 4 | {printed.replace(chr(10), '<br>')} | 6 |\n"
    )
    (cell,) = cells_of(read(text), "normative_documents.repealed")
    assert cell["value"] == value
    assert cell["value_status"] == status
    assert cell["review_status"] == review
    assert cell["raw_text"] == printed


def test_words_in_a_value_column_are_a_value_of_that_column() -> None:
    rows = application_rows()
    rows[4] = (rows[4][0], [5, 0, "详见附件", 0, 0, 0, 5])
    found = read(tab_table(rows))
    cell = cells_of(found, "applications.outcome.refused.state_secret")[2]
    assert (cell["value"], cell["value_status"], cell["raw_text"]) == (None, "text", "详见附件")
    assert cell["review_status"] == "needs_review"


DISPUTE_WORDS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
DISPUTES = [2, 1, 0, 3, 6, 4, 0, 1, 0, 5, 0, 2, 0, 1, 3]


def disputes_table(values: list[Any]) -> str:
    words = "\t".join(DISPUTE_WORDS)
    return "\n".join(
        [
            HEADINGS["disputes"],
            "",
            "行政复议\t\t\t\t\t行政诉讼\t\t\t\t\t\t\t\t\t",
            f"{words}\t未经复议直接起诉\t\t\t\t\t复议后起诉\t\t\t\t",
            f"\t\t\t\t\t{words}\t{words}",
            "\t".join(map(str, values)),
        ]
    )


def dispute_values(text: str) -> list[int | None]:
    found = read(text)
    block = block_of("gir_2021", "disputes")
    by_item = {cell["item_code"]: cell["value"] for cell in found.cells}
    return [by_item.get(cell.item_code) for cell in block.cells]


def test_disputes_in_one_row() -> None:
    assert dispute_values(disputes_table(DISPUTES)) == DISPUTES


def test_disputes_one_cell_per_line_with_torn_words() -> None:
    words = ["结果", "维持", "结果", "纠正", "其他", "结果", "尚未", "审结", "总计"]
    lines = ["行政复议", "行政诉讼", *words, "未经复议直接起诉", "复议后起诉", *words, *words]
    text = "\n\n".join([HEADINGS["disputes"], *lines, *map(str, DISPUTES)])
    assert dispute_values(text) == DISPUTES


def test_disputes_in_three_tables_named_by_headings() -> None:
    parts = [HEADINGS["disputes"]]
    for i, name in enumerate(
        ["行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"]
    ):
        cells = " | ".join(map(str, DISPUTES[i * 5 : i * 5 + 5]))
        parts += [f"### {name}", f"| {' | '.join(DISPUTE_WORDS)} |", "|---|---|---|---|---|"]
        parts += [f"| {cells} |", ""]
    assert dispute_values("\n".join(parts)) == DISPUTES


def test_blanks_in_front_of_the_disputes_may_be_a_slip() -> None:
    found = read(disputes_table([""] * 5 + [0, 0, 1, 0, 1, 0, 0, 0, 0, 0]))
    assert {cell["review_status"] for cell in found.cells} == {"needs_review"}
    assert [cell["value_status"] for cell in found.cells][:5] == ["blank"] * 5
    (other,) = {cell["runner_up"] for cell in found.cells}
    assert other.split(" | ")[:5] == ["0", "0", "1", "0", "1"]


def test_ten_disputes_of_fifteen_in_a_flow_are_undecided() -> None:
    lines = ["行政复议", "行政诉讼", *DISPUTE_WORDS, "未经复议直接起诉", "复议后起诉"]
    lines += [*DISPUTE_WORDS, *DISPUTE_WORDS]
    found = read("\n\n".join([HEADINGS["disputes"], *lines, *map(str, DISPUTES[5:])]))
    assert {cell["review_status"] for cell in found.cells} == {"needs_review"}
    assert len(found.cells) == 15


def test_blocks_of_two_formats_in_one_table() -> None:
    text = "\n".join(
        [
            HEADINGS["proactive_disclosure"],
            "第二十条第（一）项\t\t\t",
            "信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量",
            "规章\t1\t2\t3",
            "规范性文件\t4\t5\t6",
            "第二十条第（五）项\t\t\t",
            "信息内容\t本年处理决定数量\t\t",
            "行政许可\t7\t\t",
            "第二十条第（六）项\t\t\t",
            "信息内容\t本年处理决定数量\t\t",
            "行政处罚\t8\t\t",
            "行政强制\t9\t\t",
            "第二十条第（八）项\t\t\t",
            "信息内容\t本年收费金额（单位：万元）\t\t",
            "行政事业性收费\t10.5\t\t",
        ]
    )
    found = read(text, report_year=2021)
    formats = {cell["block"]: cell["format_id"] for cell in found.cells}
    assert formats == {
        "article_20_1": "gir_2019",
        "article_20_5": "gir_2021",
        "article_20_6": "gir_2021",
        "article_20_8": "gir_2021",
    }
    assert [str(cell["value"]) for cell in found.cells] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10.5",
    ]


def test_numbers_on_lines_of_their_own_are_leaks() -> None:
    found = read(
        f"{HEADINGS['applications']}\n\n本年度共收到申请，情况如下。\n\n12\n\n{HEADINGS['disputes']}"
    )
    assert [(entry["text"], entry["is_number"]) for entry in found.unmapped] == [("12", True)]


def test_whole_page_between_pipes() -> None:
    rows = "\n".join(
        f"| {label} | " + " | ".join(map(str, values)) + " |"
        for label, values in application_rows()
    )
    text = (
        f"| 某某局2023年政府信息公开工作年度报告 |  |\n| {HEADINGS['applications']} |  |\n{rows}\n"
    )
    assert all_values(read(text)) == expected_values()


def test_comma_separated_dump() -> None:
    rows = [",".join([label, *map(str, values)]) for label, values in application_rows()]
    text = "\n".join([HEADINGS["applications"], *rows])
    assert all_values(read(text)) == expected_values()


def test_column_that_the_agency_added_and_named() -> None:
    names = [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "港澳台居民",
        "总计",
    ]
    rows = [(label, [*values[:6], 9, values[6]]) for label, values in application_rows()]
    found = read(pipes(rows, names))
    assert all_values(found) == expected_values()
    assert {entry["text"] for entry in found.unmapped} == {"9"}


def test_table_turned_on_its_side_is_not_taken_for_another() -> None:
    rows = application_rows()
    names = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    lines = ["\t".join(["申请人", *(label for label, _ in rows)])]
    lines += ["\t".join([n, *(str(v[i]) for _, v in rows)]) for i, n in enumerate(names)]
    found = read("\n".join([HEADINGS["applications"], *lines]))
    assert found.cells == []
    assert len(found.unmapped) == len(rows) * 7


def test_no_cell_of_a_grid_is_lost_on_the_way_to_rows() -> None:
    table = tab_table(
        [("一、" + "x" * i, [i, "", "详见附件", "7", 0, "", "9件"]) for i in range(9)]
    )
    _, grids = read_lines(table + "\n\n" + disputes_table(DISPUTES))
    for grid in grids:
        kept = {cell for row in logical_rows(grid) for cell in (*row.labels, *row.values)}
        assert {cell for cell in grid.cells if cell.text.strip()} <= kept


@pytest.mark.parametrize("shift", [0, 1])
def test_total_in_the_first_line_of_a_header_is_no_other_order(shift: int) -> None:
    header = (
        f"（勾稽关系：第一项加第二项之和）{chr(9) * shift}\t申请人情况\t\t\t\t\t\t总计\n"
        f"{chr(9) * shift}\t自然人\t法人或其他组织\t\t\t\t\t\n"
        f"{chr(9) * shift}\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t"
    )
    found = read(tab_table(application_rows(), header))
    assert all_values(found) == expected_values()
    assert {cell["review_status"] for cell in found.cells} == {"sure"}


def test_values_in_front_of_their_label() -> None:
    rows = [f"{' '.join(map(str, values))} {label}" for label, values in application_rows()]
    found = read("\n".join([HEADINGS["applications"], *rows]))
    assert all_values(found) == expected_values()


def test_summary_table_of_another_section_is_no_official_table() -> None:
    text = "\n".join(
        [
            "一、总体情况",
            "行政许可\t12\t0",
            "行政处罚\t3\t0",
            "行政强制\t1\t0",
            HEADINGS["proactive_disclosure"],
            "本部分见附件。",
            tab_table(application_rows()),
        ]
    )
    found = read(text)
    assert {cell["table_id"] for cell in found.cells} == {"applications"}
