"""A single table whose caption, title row, header or label names another year is not asserted."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import pytest

from assets.cells.recognise import Recognition
from assets.synthetic.quirks import load_quirks
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from tests.property.reading import CATALOG
from tests.property.reading import read as read_rendered
from tests.unit.cells.dumps import (
    HEADINGS,
    application_rows,
    one_per_line,
    pipes,
    read,
    read_grid,
    spaced,
    tab_table,
)

PERSONS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
MADE = ["本年制发件数", "本年废止件数", "现行有效件数"]
TABLE_2 = "proactive_disclosure"
Row = Sequence[str | tuple[str, int]]


def statuses(found: Recognition, table: str = "applications") -> set[str]:
    cells = [cell for cell in found.cells if cell["table_id"] == table]
    assert cells
    return {cell["review_status"] for cell in cells}


def by_item(found: Recognition) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for cell in found.cells:
        out.setdefault(cell["row_label"], set()).add(cell["review_status"])
    return out


def captioned(*lines: str, text: str = "") -> str:
    """A table below its heading and then some lines."""
    head, _, rest = (text or tab_table(application_rows())).partition("\n")
    return "\n".join([head, *lines, rest])


def applications() -> list[list[str]]:
    return [[label, *map(str, values)] for label, values in application_rows()]


@pytest.mark.parametrize(
    "lines",
    [
        ("2022年度：",),
        ("2022年收到申请情况",),
        ("附：2022年政府信息公开情况统计表", "单位：件"),
        ("二〇二二年", "", "单位：件"),
        ("上年同期：",),
        ("2022.1.1-2022.12.31",),
        ("2024年度：",),
        ("2022年度：", "注：本表数据由各科室提供。"),
        ("（一）2022年情况", "我局认真办理申请，按时答复。", "单位：件"),
        ("2022年度：", "本年情况："),
        ("统计年度：", "2022年"),
        ("2022年度：", *"申请人情况自然人商业企业"),
        ("表3：收到和处理政府信息公开申请情况（2022）",),
        ("数据时间：2022年",),
        ("2022年规章制定情况",),
        ("时间：2022年度",),
        ("统计时间：2022.01-2022.12", "单位：件"),
        ("以下为上年数据",),
        ("20220101-20221231",),
    ],
)
@pytest.mark.parametrize("kind", ["tabs", "pipes", "lines", "spaces"])
def test_a_caption_of_another_year(lines: tuple[str, ...], kind: str):
    rows = application_rows()
    text = {"tabs": tab_table, "pipes": pipes, "lines": one_per_line, "spaces": spaced}[kind](rows)
    found = read(captioned(*lines, text=text))
    assert statuses(found) == {"needs_review"}
    assert {c["review_reason"] for c in found.cells if c["review_reason"]} == {
        reason for c in found.cells if (reason := c["review_reason"]) and "another year" in reason
    }


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("2023年度：",),
        ("2022年度，我局收到申请12件。", "单位：件"),
        ("（2023年1月1日至2023年12月31日）",),
        ("截至2022年底",),
        ("2024年1月15日",),
        ("根据2019年修订的《中华人民共和国政府信息公开条例》",),
        ("结转下年度",),
        ("上年结转的也在内",),
        ("2022年度：", "2023年度："),
        ("（一）2022年情况", "我局认真办理申请。", "（二）2023年情况", "我局认真办理申请。"),
        ("政府信息公开工作年度报告格式（2021年）",),
        ("2021年新版统计表",),
        ("统计报表制度（2022年）",),
        ("2023年", "2022年", "2021年"),
        ("2024年，我局将继续做好以下工作：",),
        ("2022年度申请件已于2023年全部办结",),
        ("时间：2023年度",),
        ("20230101-20231231",),
        ("以下为本年数据",),
        ("时间：2024年1月12日",),
    ],
)
def test_other_lines_leave_a_table_alone(lines: tuple[str, ...]):
    assert statuses(read(captioned(*lines))) == {"sure"}


@pytest.mark.parametrize("below", ["（以上为2022年数据）", "以上：2022年情况"])
def test_a_line_that_speaks_of_the_table_above_it(below: str):
    rows = application_rows()
    older = [(label, [str(int(value) + 7) for value in values]) for label, values in rows]
    head, _, old = tab_table(older).partition("\n")
    _, _, new = tab_table(rows).partition("\n")
    found = read("\n\n".join([head, old, below, new]))
    sure = [cell for cell in found.cells if cell["review_status"] == "sure"]
    printed = {cell["raw_text"] for cell in sure if cell["item_code"] == "applications.received"}
    assert not printed & set(map(str, older[0][1])) - set(map(str, rows[0][1]))


@pytest.mark.parametrize("line", ["上年度", "上年数", "去年", "（上年度）"])
@pytest.mark.parametrize("kind", ["tabs", "pipes"])
def test_bare_words_right_above_a_table(line: str, kind: str):
    text = {"tabs": tab_table, "pipes": pipes}[kind](application_rows())
    assert statuses(read(captioned(line, text=text))) == {"needs_review"}
    assert statuses(read(captioned(line, "单位：件", text=text))) == {"needs_review"}
    assert statuses(read(captioned(line.replace("上", "本").replace("去", "今"), text=text))) == {
        "sure"
    }


@pytest.mark.parametrize("lines", [("二、上年",), ("上年度", "结转政府信息公开申请数量")])
def test_pieces_of_labels_above_a_table_are_no_captions(lines: tuple[str, ...]):
    assert statuses(read(captioned(*lines))) == {"sure"}


@pytest.mark.parametrize(
    ("captions", "later"),
    [
        (("2023年度", "2022年度"), "sure"),
        (("2022年度", "2023年度"), "sure"),
        # Nothing of this year: the last line may head what follows.
        (("2022年度", "2022年度"), "needs_review"),
    ],
)
def test_captions_below_both_tables_head_nothing_in_the_next_section(
    captions: tuple[str, str], later: str
):
    rows = application_rows()
    tables = {
        caption: tab_table(
            [(label, [value + 7 * caption.startswith("2022") for value in values])
             for label, values in rows]
        ).partition("\n")[2]
        for caption in captions
    }  # fmt: skip
    results = "结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t" * 3
    groups = "行政复议\t\t\t\t\t未经复议直接起诉\t\t\t\t\t复议后起诉\t\t\t\t\t"
    disputes = "\n".join([HEADINGS["disputes"], groups, results, "\t".join("100010000100001")])
    pieces = [piece for caption in captions for piece in (tables[caption], caption)]
    found = read("\n\n".join([HEADINGS["applications"], *pieces, disputes]))
    assert statuses(found, "disputes") == {later}
    sure = [c for c in found.cells if c["review_status"] == "sure" and c["breakdown"] != ""]
    new = {str(value) for _, values in rows for value in values} | set("01")
    assert {cell["raw_text"] for cell in sure} <= new


def test_a_hostile_line_costs_no_time():
    started = time.process_time()
    dashes = "-" * 30_000
    for line in ("附" + "一" * 5000 + "乙2022年丙", dashes, f"a{dashes}b", "(" * 5000):
        read(captioned(line))
    assert time.process_time() - started < 20


def test_without_a_report_year_captions_say_nothing():
    text = captioned("2022年度：")
    assert statuses(read(text, None)) == {"sure"}
    assert statuses(read(text, 2022)) == {"sure"}


def test_a_caption_in_front_of_the_heading_holds_for_all_sections():
    disputes = "\n".join([HEADINGS["disputes"], "行政复议", "结果维持\t结果纠正", "1\t2"])
    text = "附：2022年政府信息公开情况统计表\n" + tab_table(application_rows()) + "\n" + disputes
    assert statuses(read(text)) == {"needs_review"}


@pytest.mark.parametrize(("at", "later"), [(0, "needs_review"), (2, "sure")])
def test_a_title_row_holds_for_the_whole_grid_or_from_its_heading_on(at: int, later: str):
    grid: list[list[Any]] = [
        ["信息内容", *MADE, *[""] * 4],
        ["规章", "7", "8", "9", *[""] * 4],
        ["行政规范性文件", "9", "10", "11", *[""] * 4],
        [(HEADINGS["applications"], 8)],
        ["项目", *PERSONS],
        *applications(),
    ]
    grid.insert(at, [("2022年度", 8)])
    found = read_grid(grid, TABLE_2)
    assert by_item(found)["行政规范性文件"] == {"needs_review"}
    assert statuses(found) == {later}


def test_a_caption_ends_with_its_section():
    grid = (
        "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t22\t0\t5\n"
    )
    text = f"{HEADINGS[TABLE_2]}\n2022年度：\n{grid}\n{tab_table(application_rows())}"
    found = read(text)
    assert statuses(found, TABLE_2) == {"needs_review"}
    assert statuses(found) == {"sure"}


def test_rows_of_two_years_make_one_copy_but_no_sure_one():
    rows = application_rows()
    later = "\n".join("\t".join([label, *map(str, values)]) for label, values in rows[10:])
    found = read(f"{tab_table(rows[:10])}\n\n2022年度：\n{later}")
    assert {c["copy_no"] for c in found.cells} == {1}
    marked = [c for c in found.cells if c["review_status"] == "needs_review"]
    assert len(marked) == 7 * len(rows[10:])
    # The other way round the rows behind the caption are this year's, and those in front are not.
    text = captioned("2022年度：", text=tab_table(rows[:10]))
    found = read(f"{text}\n\n2023年度：\n{later}")
    marked = [c for c in found.cells if c["review_status"] == "needs_review"]
    assert len(marked) == 7 * 10


def test_a_table_that_goes_on_is_below_the_caption_of_its_beginning():
    rows = application_rows()
    later = "\n".join("\t".join([label, *map(str, values)]) for label, values in rows[10:])
    text = captioned("2022年度：", text=tab_table(rows[:10]))
    assert statuses(read(f"{text}\n\n{later}")) == {"needs_review"}


def test_a_second_table_without_a_caption_is_not_below_that_of_the_first():
    rows = application_rows()
    text = captioned("2022年度：", text=tab_table([(x, [0] * 7) for x, _ in rows]))
    second = tab_table(rows).partition("\n")[2]
    found = read(f"{text}\n\n{second}")
    assert statuses(found) == {"sure"}
    assert [int(c["value"]) for c in found.cells][:7] == rows[0][1]


@pytest.mark.parametrize(
    "head",
    [
        [["项目", *PERSONS], ["", *["2022年"] * 7]],
        [["项目", ("2022年", 7)], ["", *PERSONS]],
        [[("2022年政府信息公开申请情况统计表", 8)], ["项目", *PERSONS]],
        [[("上年同期", 8)], ["项目", *PERSONS]],
        [["2022年", *PERSONS]],
        [["统计年度", "2022", ("", 6)], ["项目", *PERSONS]],
        [["统计年度", "2022年", ("", 6)], ["项目", *PERSONS]],
        [["单位：件", ("", 6), "2022年度"], ["项目", *PERSONS]],
        [["项目", *["2022"] * 7], ["", *PERSONS]],
        [["项目", ("2023年（上年2022年）", 7)], ["", *PERSONS]],
        [["项目", *(f"{name}（2022年）" for name in PERSONS)]],
    ],
)
def test_a_header_of_another_year(head: list[list[Any]]):
    found = read_grid([*head, *applications()], "applications")
    assert statuses(found) == {"needs_review"}


@pytest.mark.parametrize(
    "header",
    [
        ["2022年", "2021年", ""],
        ["2022", "2021", ""],
        ["2023年制发件数", "2022年制发件数", "现行有效件数"],
        ["上年制发件数", "上年废止件数", "现行有效件数"],
        ["去年制发件数", "本年废止件数", "现行有效件数"],
        ["二〇二二年制发件数", "本年废止件数", "现行有效件数"],
        ["本年制发件数", "同比", "现行有效件数"],
    ],
)
def test_headers_of_a_narrow_block(header: list[str]):
    rows = [["规章", "7", "8", "9"], ["行政规范性文件", "9", "10", "11"]]
    found = read_grid([["信息内容", *header], *rows], TABLE_2)
    assert statuses(found, TABLE_2) == {"needs_review"}


@pytest.mark.parametrize("extra", ["2022年制发件数", "上年", "同比增减"])
def test_a_column_that_the_agency_added_spoils_no_official_one(extra: str):
    rows = [["规章", "7", "8", "9", "4"], ["行政规范性文件", "9", "10", "11", "5"]]
    found = read_grid([["信息内容", *MADE, extra], *rows], TABLE_2)
    assert [int(c["value"]) for c in found.cells] == [7, 8, 9, 9, 10, 11]
    assert statuses(found, TABLE_2) == {"sure"}


def test_a_column_that_the_agency_added_in_front():
    header = ["信息内容", "上年数", *MADE]
    rows = [["规章", "4", "7", "8", "9"], ["行政规范性文件", "5", "9", "10", "11"]]
    found = read_grid([header, *rows], TABLE_2)
    assert [int(c["value"]) for c in found.cells] == [7, 8, 9, 9, 10, 11]
    assert statuses(found, TABLE_2) == {"sure"}


def test_official_headers_may_speak_of_the_year_before():
    header = ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]
    found = read_grid(
        [["第二十条第（五）项", "", "", ""], header, ["行政许可", "7", "8", "9"]], TABLE_2
    )
    assert statuses(found, TABLE_2) == {"sure"}


@pytest.mark.parametrize(
    ("year", "status"), [(2020, "sure"), (2021, "needs_review"), (2019, "needs_review")]
)
@pytest.mark.parametrize(
    "header",
    [
        [
            "信息内容",
            "上一年项目数量(指2019年事项数)",
            "本年增/减(指2020年增加或减少的事项数,减用负值表示,如-8)",
            "处理决定数量",
        ],
        [
            "資訊內容",
            "上一年專案數量（指2019年事項數）",
            "本年增/減（指2020年增加或減少的事項數,減用負值表示,如-8）",
            "處理決定數量",
        ],
    ],
)
def test_headers_that_say_which_years_they_mean(header: list[str], year: int, status: str):
    rows = [["行政许可", "7", "-8", "9"], ["其他对外管理服务事项", "6", "0", "5"]]
    found = read_grid([["第二十条第（五）项", "", "", ""], header, *rows], TABLE_2, year)
    assert [str(c["value"]) for c in found.cells] == ["7", "-8", "9", "6", "0", "5"]
    assert statuses(found, TABLE_2) == {status}


@pytest.mark.parametrize("mark", ["（2023）", "(2023)", "（2023年）"])
def test_a_header_with_the_report_year_in_brackets(mark: str):
    header = [text.replace("本年", f"本年{mark}") for text in MADE]
    rows = [["规章", "7", "8", "9"], ["行政规范性文件", "9", "10", "11"]]
    found = read_grid([["信息内容", *header], *rows], TABLE_2)
    assert [int(c["value"]) for c in found.cells] == [7, 8, 9, 9, 10, 11]
    assert statuses(found, TABLE_2) == {"sure"}
    header = [text.replace("2023", "2022") for text in header]
    assert statuses(read_grid([["信息内容", *header], *rows], TABLE_2), TABLE_2) == {"needs_review"}


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("行政规范性文件", "其他主动公开文件（含以本单位名义印发的）"),
        ("規範性檔案", "其他主動公開檔案(含以本單位名義印發的)"),
    ],
)
def test_a_row_that_an_agency_added_is_a_row_of_no_cell(name: str, added: str):
    header = ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]
    rows = [["规章", "1", "2", "3"], [name, "4", "5", "6"], [added, "7", "8", "9"]]
    found = read_grid([header, *rows], TABLE_2, 2020)
    assert [int(c["value"]) for c in found.cells] == [1, 2, 3, 4, 5, 6]
    assert statuses(found, TABLE_2) == {"sure"}
    assert [row["text"] for row in found.unmapped] == ["7", "8", "9"]


def test_labels_of_another_year():
    rows = applications()
    rows[0][0] = "一、2022年新收政府信息公开申请数量"
    rows[1][0] = "二、上年结转政府信息公开申请数量（2022年结转）"
    rows[2][0] += "（2022年）"
    found = by_item(read_grid([["项目", *PERSONS], *rows], "applications"))
    assert found.pop(rows[0][0]) == {"needs_review"}
    assert found.pop(rows[2][0]) == {"needs_review"}
    assert set().union(*found.values()) == {"sure"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("21（2023年22）", "needs_review"),
        ("22（其中本年修订16件）", "sure"),
        ("22（上年21）", "sure"),
    ],
)
def test_a_number_with_that_of_the_report_year_in_brackets(text: str, status: str):
    header = ["信息内容", *MADE]
    found = read_grid([header, ["规章", text, "0", "9"]], TABLE_2)
    assert statuses(found, TABLE_2) == {status}


def test_a_series_of_years_is_no_caption():
    series = [["年份", "2021", "2022", "2023", *[""] * 4], ["申请数量", "3", "4", "5", *[""] * 4]]
    found = read_grid([*series, ["项目", *PERSONS], *applications()], "applications")
    assert statuses(found) == {"sure"}


def test_a_year_beside_the_first_row_holds_for_those_below_it():
    rows = [["2022年" if n == 0 else "", *row] for n, row in enumerate(applications())]
    found = read_grid([["年度", "项目", *PERSONS], *rows], "applications")
    assert statuses(found) == {"needs_review"}


@pytest.mark.parametrize(
    ("years", "status"),
    [
        (("2022年", "2023年"), "needs_review"),
        (("2023年", "2022年"), "sure"),
        (("上年", "本年"), "needs_review"),
    ],
)
def test_two_rows_of_one_label_with_their_years(years: tuple[str, str], status: str):
    header = ["信息内容", "年度", *MADE]
    rows = [
        row
        for label in ("规章", "行政规范性文件")
        for row in ([label, years[0], "7", "8", "9"], ["", years[1], "1", "2", "3"])
    ]
    found = read_grid([header, *rows], TABLE_2)
    assert statuses(found, TABLE_2) == {status}
    assert all(int(c["value"]) > 6 for c in found.cells if c["review_status"] == "sure")


def test_a_title_row_between_the_rows_of_two_years():
    rows = applications()
    grid: list[Row] = [["项目", *PERSONS], *rows[:9], [("2022年度", 8)], *rows[9:]]
    found = by_item(read_grid(grid, "applications"))
    assert all(found[label] == {"sure"} for label, *_ in rows[:9])
    assert all(found[label] == {"needs_review"} for label, *_ in rows[9:] if label in found)


@pytest.mark.parametrize(("label", "status"), [("2022年", "needs_review"), ("2023年", "sure")])
def test_the_row_of_disputes_may_have_a_year(label: str, status: str):
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    groups = [("行政复议", 5), ("未经复议直接起诉", 5), ("复议后起诉", 5)]
    head = [["", *groups], ["", *results * 3]]
    found = read_grid([*head, [label, *"100010000100001"]], "disputes")
    assert statuses(found, "disputes") == {status}


@pytest.mark.parametrize("name", ["stale_caption", "stale_header"])
@pytest.mark.parametrize("kind", ["html", "tab_text", "docx", "xlsx"])
def test_made_up_tables_of_another_year_are_not_asserted(name: str, kind: str):
    rng = random.Random(8)
    report = load_quirks()[name].change(random_report(rng, CATALOG, "gir_2021"), rng, CATALOG)
    assert report is not None
    cells = read_rendered(render(report, kind)).cells()
    assert report.doubtful
    for key, cell in cells.items():
        expected = "needs_review" if key in report.doubtful else "sure"
        assert cell["review_status"] == expected, key
