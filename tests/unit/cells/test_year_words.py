"""What lines, headers and labels say of the year of the numbers with them."""

from __future__ import annotations

import pytest

from assets.cells.year_words import caption_says, label_names_other_year, names_other_year

YEAR = 2023


@pytest.mark.parametrize(
    "text",
    [
        "2022年度：",
        "2022 年度",
        "（2022年）",
        "2022年制发情况",
        "2022年制发件数",
        "附：2022年政府信息公开情况统计表",
        "表2 2022年主动公开情况",
        "政府信息公开情况统计表（2022年度）",
        "统计年度：2022",
        "年度 2022年",
        "**2022年度：**",
        "# 2022年度",
        "【2022年度】",
        "—— 2022年 ——",
        "某局2022年政府信息公开申请受理数量",
        "政府信息公开情况统计表 2022年度 单位：件",
        "二、主动公开政府信息情况（2022年）",
        "三、收到和处理政府信息公开申请情况（2022.1.1-2022.12.31）",
        "2022年1-6月",
        "2022年上半年情况",
        "【上年】",
        "2022",
        "（2022）",
        "22年度：",
        "22年数据",
        "2022度：",
        "2022-制发情况",
        "附：2022政府信息公开情况统计表",
        "（20221月1日至202212月31日）",
        "（2022-1月1日至2022-12月31日）",
        "**一是**上年同期：",
        "**一是**二〇二二年情况",
        "二〇二二年度：",
        "二○二二年",
        "三、2022年收到和处理政府信息公开申请情况",
        "（2022年1月1日至2022年12月31日）",
        "2022.1.1-2022.12.31",
        "2022.01-2022.12",
        "统计时间：2022年1-12月",
        "统计时间：2022.01-2022.12",
        "时间：2022年",
        "时间：2022年度",
        "时间：2022年1—12月",
        "起止时间：2022年1月1日—2022年12月31日",
        "20220101-20221231",
        "统计期限：20220101至20221231",
        "统计区间：2022全年",
        "数据年份：2022",
        "以下为上年数据",
        "以下均为2022年数据",
        "上年数据如下",
        "现将2022年情况统计如下：",
        "上年同期数",
        "2022年，我局具体情况如下：",
        "上年同期：",
        "去年情况",
        "上年度：",
    ],
)
def test_a_line_of_an_earlier_year(text: str):
    said = caption_says(text, YEAR)
    assert said is not None
    assert (said.is_own, said.is_earlier) == (False, True)


def test_a_line_of_a_later_year_is_not_of_an_earlier_one():
    said = caption_says("2024年度：", YEAR)
    assert said is not None
    assert (said.is_own, said.is_earlier) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        "2023年度：",
        "本年度情况：",
        "今年：",
        "（2023年1月1日至2023年12月31日）",
        "2023年，具体情况如下：",
    ],
)
def test_a_line_of_the_report_year(text: str):
    said = caption_says(text, YEAR)
    assert said is not None
    assert said.is_own


@pytest.mark.parametrize(
    "text",
    [
        "单位：件",
        "二、主动公开政府信息情况",
        "第二十条第（一）项",
        "本年度报告",
        "某局2022年度政府信息公开工作年度报告",
        "2022年1月15日",
        "2022年共收到12件",
        "2022年共收到12件。",
        "2022年和2023年",
        "2019年至2022年情况",
        "2022—2023年度情况",
        "2022-03-15",
        "12年以上",
        "第22年",
        "与2022年相比情况如下：",
        "截至2022年底",
        "截至2022年12月31日，情况如下：",
        "发布日期：2022年",
        "时间：2024年",
        "时间：2022年12月31日",
        "发布时间：2022年12月",
        "更新时间：2022-12-31",
        "2024年，我局将继续做好以下工作：",
        "下一步，2024年将做好以下工作：",
        "2022年度，我局的主要做法如下：",
        "2022年度申请件已于2023年全部办结",
        "2022年受理的申请已全部办结",
        "以下为上年结转",
        "上年度",
        "发布日期 2024-01",
        "注：上年结转指2022年结转的申请",
        "根据2019年修订的条例",
        "中华人民共和国政府信息公开条例（2019年修订）",
        "政府信息公开条例（2019修订）",
        "国办公开办函〔2021〕30号",
        "结转下年度",
        "2022年结转",
        "上年结转政府信息公开申请数量",
        "上一年项目数量",
        "本年增/减",
        "上一年",
        "二、上年",
        "三、本年",
    ],
)
def test_a_line_that_says_nothing_of_the_year(text: str):
    assert caption_says(text, YEAR) is None


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("2022年制发件数", True),
        ("2023年（上年2022年）", True),
        ("二〇二二年", True),
        ("2022-2023年", True),
        ("本年（2022）制发件数", True),
        ("本年(2023)制发件数", False),
        ("按国办函(2021)30号公开的件数", False),
        ("2023年制发件数", False),
        ("现行有效件数（截至2022年底）", False),
        ("本年制发件数", False),
        ("2023年", False),
    ],
)
def test_headers_of_another_year(text: str, is_other: bool):
    assert names_other_year(text, YEAR) is is_other


@pytest.mark.parametrize(
    ("label", "official", "is_other"),
    [
        ("规章（2022年）", "规章", True),
        ("规章（上年）", "规章", True),
        ("一、上年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量", True),
        ("一、2022年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量", True),
        ("2021年结转", "二、上年结转政府信息公开申请数量", True),
        ("规章（不含2022年办结的12件）", "规章", False),
        ("规章（填报说明：2022年1月1日至12月31日）", "规章", False),
        ("规章注：2022年的也算", "规章", False),
        ("一、本年新收（不含上年结转）", "一、本年新收政府信息公开申请数量", False),
        ("二、2022年结转", "二、上年结转政府信息公开申请数量", False),
        ("四、结转2024年度继续办理", "四、结转下年度继续办理", False),
        ("2022年", "", True),
        ("2023年", "", False),
    ],
)
def test_labels_of_another_year(label: str, official: str, is_other: bool):
    assert label_names_other_year((label,), official, YEAR) is is_other


@pytest.mark.parametrize(
    "text",
    [
        "注：本表为2022年数据",
        "备注：2022年数据",
        "注：以上数据为2022年度数据",
        "说明：表中数据为2022年度",
        "注：数据统计时间为2022年1月1日至2022年12月31日。",
        "注：以上数据系上年数据",
    ],
)
def test_a_note_that_says_which_year_the_numbers_are_of(text: str):
    said = caption_says(text, YEAR)
    assert said is not None
    assert said.is_earlier


@pytest.mark.parametrize(
    "text", ["2022年度报告请点击查看", "2022年度报告", "2022年政府信息公开工作年度报告"]
)
def test_links_to_other_reports_head_no_table(text: str):
    assert caption_says(text, YEAR) is None
