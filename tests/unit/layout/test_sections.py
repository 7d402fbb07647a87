import pytest

from assets.layout.sections import sections_frame, split_sections
from schemas.catalog import load_catalog
from tests.unit.layout.documents import document

CATALOG = load_catalog()
TABLE_3 = [
    ["一、本年新收政府信息公开申请数量", "12", "0"],
    ["二、上年结转政府信息公开申请数量", "0", "0"],
    ["三、本年度办理结果", "（一）予以公开", "2"],
    ["四、结转下年度继续办理", "0", "0"],
]
HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
TEXTS = ("2023年公开20条。", "表二。", "表三。", "表四。", "问题是人少。", "无。")


def numbers(*items, kind="ruled") -> str:
    parts = split_sections(document(*items, kind=kind), CATALOG).parts
    return "".join(part.heading.section_no for part in parts)


def report(headings=HEADINGS, texts=TEXTS) -> str:
    return "\n".join(line for pair in zip(headings, texts, strict=True) for line in pair)


def replaced(number: int, heading: str) -> str:
    headings = list(HEADINGS)
    headings[number - 1] = heading
    return report(headings)


VARIANTS = [
    (1, "一、政府信息公开工作的基本情况"),
    (1, "一、概述"),
    (1, "一.总体情况"),
    (1, "一、 总 体 情 况"),
    (1, "\xa0一、总体情况\xa0"),
    (1, "第一部分 总体情况"),
    (1, "## 一、总体情况"),
    (1, "**一、总体情况**"),
    (1, "1、总体情况"),
    (1, "一，总体情况"),
    (2, "二 、主动公开政府信息情况"),
    (2, "二、主动公开政府信息的情况"),
    (3, "3、 收到和处理政府信息公开申请情况"),
    (3, "三、收到和处理政府信息公开申请的情况"),
    (3, "三、收到和处理\n政府信息公开申请情况"),
    (3, "三、\n收到和处理政府信息公开申请情况"),
    (3, "三、收到和处理政府信息公开\n申请情况"),
    (3, "三收到和处理政府信息公开申请情况"),
    (3, "二、收到和处理政府信息公开申请情况"),
    (4, "4、 政府信息公开行政复议、行政诉讼情况"),
    (4, "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
    (4, "四、政府信息公开行政复议,行政诉讼情况"),
    (4, "四、行政复议、行政诉讼情况"),
    (5, "五、存在主要问题及改进情况"),
    (5, "五、政府信息公开工作存在的主要问题及改进情况"),
    (5, "五、存在的主要问题及改情况"),
    (5, "五、下一步工作打算"),
    (6, "六、其他需要报告的情况"),
    (6, "六、需要报告的其他事项"),
    (6, "其他需要报告的事项"),
    (6, "６、其他需要报告的事项"),
]


@pytest.mark.parametrize(("number", "heading"), VARIANTS)
def test_headings_in_other_words_and_forms(number: int, heading: str) -> None:
    parts = split_sections(document(replaced(number, heading)), CATALOG).parts
    assert [part.heading.section_no for part in parts] == list("一二三四五六")
    assert [part.text for part in parts] == list(TEXTS)


@pytest.mark.parametrize(
    ("heading", "number", "printed"),
    [
        ("3、 收到和处理政府信息公开申请情况", 3, "3、"),
        ("第三部分 收到和处理政府信息公开申请情况", 3, "第三部分"),
        ("收到和处理政府信息公开申请情况", 3, ""),
    ],
)
def test_ordinal_is_kept_as_printed(heading: str, number: int, printed: str) -> None:
    part = split_sections(document(replaced(number, heading)), CATALOG).parts[number - 1]
    assert part.heading.numbering == printed
    assert part.heading.heading == heading


def test_rows_of_table_3_are_no_headings_in_a_grid_or_in_lines() -> None:
    as_lines = "\n".join(cell for row in TABLE_3 for cell in row)
    for table in (TABLE_3, as_lines):
        found = split_sections(
            document(report(HEADINGS[:3], TEXTS[:3]), table, report(HEADINGS[3:], TEXTS[3:])),
            CATALOG,
        )
        assert [part.heading.heading for part in found.parts] == list(HEADINGS)
    assert numbers(TABLE_3, as_lines) == ""


def test_the_list_of_headings_in_the_introduction_is_no_heading() -> None:
    intro = (
        "本报告包括：一、总体情况；二、主动公开政府信息情况；三、收到和处理政府信息公开申请情况。"
    )
    wrapped = (
        "一、总体情况；二、主动公开政府信息情况；三、收到和处理政府信息公开申请情况；四、政府信息"
    )
    found = split_sections(document(intro, wrapped, report()), CATALOG)
    assert [part.heading.line.place[0] for part in found.parts] == [2, 4, 6, 8, 10, 12]


@pytest.mark.parametrize("leader", ["", "........1", "……………… 3", "\t2"])
def test_a_list_of_contents_is_no_report(leader: str) -> None:
    contents = "\n".join(heading + leader for heading in HEADINGS)
    found = split_sections(document("目录", contents, report()), CATALOG)
    assert [part.text for part in found.parts] == list(TEXTS)


def test_sub_headings_do_not_count() -> None:
    text = "（一）主动公开情况\n好。\n1.主动公开情况\n2、依申请公开情况\n3.政府信息管理情况"
    texts = (text, *TEXTS[1:])
    found = split_sections(document(report(texts=texts)), CATALOG)
    assert found.parts[0].text == text
    assert [part.heading.heading for part in found.parts] == list(HEADINGS)


def test_missing_parts_are_not_there() -> None:
    kept = [0, 4, 5]
    found = numbers(report([HEADINGS[i] for i in kept], [TEXTS[i] for i in kept]))
    assert found == "一五六"
    assert numbers("2023年公开20条。", "没有标题。") == ""


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("六、其他需要报告的事项：无。", "无。"),
        ("六、其他需要报告的事项 无", "无"),
        (
            "六、其他需要报告的事项。2023年，我局未收取信息处理费。",
            "2023年，我局未收取信息处理费。",
        ),
        ("六、其他需要报告的事项2023年未收取信息处理费。", "2023年未收取信息处理费。"),
    ],
)
def test_heading_glued_to_its_text(line: str, rest: str) -> None:
    found = split_sections(document(report(HEADINGS[:5], TEXTS[:5]), line), CATALOG).parts[-1]
    assert found.heading.heading == "六、其他需要报告的事项"
    assert found.text == rest


def test_headings_inside_a_paragraph_that_lost_its_breaks() -> None:
    title = "青山县人民政府2019年 政府信息公开工作年度报告"
    text = "2019年，全县公开政府信息8769条，受理服务事项144350件。 （一）主动公开。好。"
    found = split_sections(
        document(f"{title} {HEADINGS[0]} {text}", report(HEADINGS[1:], TEXTS[1:])), CATALOG
    )
    assert [part.heading.heading for part in found.parts] == list(HEADINGS)
    assert found.parts[0].text == text


def test_prose_in_a_framed_page_keeps_all_its_lines() -> None:
    rows = [["一、总体情况\n2023年，我局公开了\n政府信息20条。"], [HEADINGS[1]], [HEADINGS[2]]]
    assert (
        split_sections(document(rows), CATALOG).parts[0].text
        == "2023年，我局公开了\n政府信息20条。"
    )


def test_a_report_printed_twice_counts_once() -> None:
    found = split_sections(document(report(), report()), CATALOG)
    assert [part.heading.line.place[0] for part in found.parts] == [0, 2, 4, 6, 8, 10]


def test_headings_in_cells_of_a_layout_table() -> None:
    rows = [[f"{heading}\n{text}"] for heading, text in zip(HEADINGS, TEXTS, strict=True)]
    parts = split_sections(document(rows), CATALOG).parts
    assert [part.heading.heading for part in parts] == list(HEADINGS)
    assert [part.text for part in parts] == list(TEXTS)


def test_a_grid_knows_its_part_also_by_row() -> None:
    first = "三、收到和处理政府信息公开申请情况"
    sections = split_sections(
        document(report(HEADINGS[:2], TEXTS[:2]), [["规章", "0"], [first], ["总计", "1"]]), CATALOG
    )
    assert sections.at(0) == "一"
    assert sections.at(4) == "二"
    assert sections.at(4, 0) == "二"
    assert sections.at(4, 1) == sections.at(4, 2) == sections.at(9) == "三"
    assert split_sections(document("前言", report()), CATALOG).at(0) is None


def test_tables_and_their_labels_are_left_out_of_the_text() -> None:
    found = split_sections(
        document(
            "一、总体情况\n好。\n二、主动公开政府信息情况\n第二十条第（一）项",
            [["规章", "0"]],
            "下表。",
            report(HEADINGS[2:], TEXTS[2:]),
        ),
        CATALOG,
    )  # fmt: skip
    assert found.parts[1].text == "下表。"


def test_what_a_page_prints_after_the_report_is_left_out() -> None:
    tail = "青山区教育局\n2024年1月20日\n附件：青山区教育局2023年度报告.docx\n-1-\n【打印】【关闭】"
    found = split_sections(document(report(), tail), CATALOG)
    assert found.parts[-1].text == "无。"


def test_frame() -> None:
    frame = sections_frame("a" * 64, split_sections(document(report()), CATALOG))
    assert frame["section_no"].to_list() == list("一二三四五六")
    assert frame["heading_score"].to_list() == [1.0] * 6
    assert sections_frame("a" * 64, split_sections(document("无"), CATALOG)).is_empty()
