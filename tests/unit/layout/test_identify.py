import datetime as dt
import json

import pytest

from assets.layout.identify import Identity, identify, identities_frame
from schemas.catalog import load_catalog
from tests.unit.layout.documents import document

CATALOG = load_catalog()
BODY = """一、总体情况
好。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
人少。
六、其他需要报告的事项
无。"""
AGENCY = "青山区教育局"
TITLE = "青山区教育局2023年政府信息公开工作年度报告"


def of(*items, file_name: str = "a.txt", metadata: dict[str, str] | None = None) -> Identity:
    return identify(document(*items, metadata=metadata), file_name, CATALOG)


TITLES = [
    (TITLE, TITLE),
    (f"# {TITLE}", TITLE),
    ("青山区教育局\n2023 年政府信息公开工作年度报告", TITLE),
    ("# 青山区教育局 2023 年 政府信息公开工作年度报告", TITLE),
    ("青山区教育局\n2023年\n政府信息公开工作年度报告", TITLE),
    ("青山区教育局2023年\n政府信息公开工作年度报告", TITLE),
    ("青山区教育局2023年政府信息公开\n工作年度报告", TITLE),
    ("青山区教育局2023年政府信息公开工作\n年度报告", TITLE),
    ("青山区\n教育局\n2023年政府信息公开工作年度报告", TITLE),
    (f"{TITLE}\n{TITLE}", TITLE),
    (f"Page 8 - {TITLE}\nP. 8", TITLE),
    (f"{TITLE}\n\n青山区教育局\n2023年政府信息公开工作年度报告", TITLE),
    (f"（图解）{TITLE}\n{TITLE}", TITLE),
    (f"{TITLE}（图片版）", TITLE),
    (f"【年度报告】{TITLE}", TITLE),
    (f"首页 > 政府信息公开 > 政府信息公开年报 > {TITLE}", TITLE),
    (f"索引号：13566001/2024-07705  标题：{TITLE}  发布机构：青山区教育局", TITLE),
    (f"青山区人民政府门户网站\n{TITLE}", TITLE),
    ("青山区人民政府门户网站\n青山区教育局\n2023年政府信息公开工作年度报告", TITLE),
    (f"索引号：A/1\n发布机构：青山区教育局\n{TITLE}\n2024-01-26 10:25", TITLE),
    ("2023年青山区教育局政府信息公开工作年度报告", "2023年青山区教育局政府信息公开工作年度报告"),
    ("青山区教育局2023年度\n政府信息公开工作年报", "青山区教育局2023年度政府信息公开工作年报"),
    ("青山区教育局关于2023年度政府信息公开\n工作情况的报告",
     "青山区教育局关于2023年度政府信息公开工作情况的报告"),
    ("青山区教育局政府信息公开工作2023年度报告", "青山区教育局政府信息公开工作2023年度报告"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "title"), TITLES)
def test_titles(head: str, title: str) -> None:
    found = of(head, "根据条例，编制本报告。", BODY)
    assert found.title == title
    assert found.agency_name_printed == AGENCY
    assert found.report_year == 2023


OTHER_YEARS = ("2024年政府信息公开工作年度报告", "2021年政府信息公开工作年度报告")
PERIOD = "所列数据统计期限自2023年1月1日至2023年12月31日。"


@pytest.mark.parametrize("name", ["", AGENCY, "某县教育局"])
@pytest.mark.parametrize("own", [TITLE, "2023年政府信息公开工作年度报告"])
@pytest.mark.parametrize(
    "said",
    [
        {"tail": PERIOD},
        {"tail": "发布时间：2024-01-26"},
        {"tail": "2023年开会。2023年学习。2023年培训。"},
        {"file_name": "2023年年报.txt"},
        {"metadata": {"title": f"{TITLE}_青山区人民政府"}},
        {},
    ],
    ids=str,
)
def test_titles_of_other_years_above_the_text_are_a_list(name, own, said) -> None:
    above = "\n\n".join(f"{name}{title}" for title in OTHER_YEARS)
    given = {key: value for key, value in said.items() if key != "tail"}
    found = of(above, own, said.get("tail", "好。"), BODY, **given)
    assert found.report_year == 2023
    assert found.title in {own, TITLE}


def test_a_title_without_year_below_a_list_is_the_title() -> None:
    own = "青山区教育局政府信息公开工作年度报告"
    found = of(*(f"{AGENCY}{title}" for title in OTHER_YEARS), own, PERIOD, BODY)
    assert (found.title, found.report_year) == (own, 2023)


def test_title_in_a_cell_of_a_layout_table() -> None:
    found = of([["索引号", "A-1/2024-0001"], ["名称", TITLE], ["发布日期", "2024-01-26"]], BODY)
    assert (found.title, found.index_no) == (TITLE, "A-1/2024-0001")
    assert found.published_on == dt.date(2024, 1, 26)


def test_index_table_with_spaced_labels() -> None:
    found = of(
        [["索 引 号", "014416330/2018-04736", "分 类", "其他"],
         ["发 布 机 构", "青山区教育局", "发 文 日 期", "2018-02-28"],
         ["发 布 日 期", "2018-03-01", "有 效 性", ""]],
        "现公布区教育局2017年政府信息公开工作年度报告。",
        BODY,
    )  # fmt: skip
    assert found.agency_name_printed == AGENCY
    assert found.index_no == "014416330/2018-04736"
    assert (found.signed_on, found.published_on) == (dt.date(2018, 2, 28), dt.date(2018, 3, 1))


def test_title_only_in_the_page_metadata() -> None:
    found = of("前言。", BODY, metadata={"ArticleTitle": TITLE, "title": f"{TITLE}_青山区人民政府"})
    assert (found.title, found.agency_name_printed, found.report_year) == (TITLE, AGENCY, 2023)


def test_printed_title_before_a_quoted_one() -> None:
    found = of(
        "青山区教育局\n2023年政府信息公开工作年度报告",
        "现发布《青山区教育局2023年政府信息公开工作年度报告》，请阅。",
        BODY,
    )
    assert found.year_evidence[0].locator == "L1"


AGENCIES = [
    ("2023年政府信息公开工作年度报告\n本报告由青山区教育局编制。", BODY),
    ("2023年政府信息公开工作年度报告\n如有疑问，请与青山区教育局联系。", BODY),
    ("发布机构：青山区教育局\n2023年政府信息公开工作年度报告", BODY),
    ("发布机构：\n青山区教育局\n2023年政府信息公开工作年度报告", BODY),
    ("2023年政府信息公开工作年度报告\n来源：青山区教育局 2024年1月20日", BODY),
    ("2023年政府信息公开工作年度报告", f"{BODY}\n青山区教育局\n2024年1月20日"),
    ("2023年政府信息公开工作年度报告", f"{BODY}\n青山区教育局 2024年1月20日"),
]


AGENCIES += [
    ("青山区教育局\n现公布区教育局2023年政府信息公开工作年度报告。", BODY),
    ("区教育局2023年政府信息公开工作年度报告\n请与青山区教育局联系。", BODY),
    ([["索引号", "A/2024-1"], ["发布机构", "青山区教育局"]], BODY),
    ("现公布青山区教育局2023年政府信息公开工作年度报告。", BODY),
    ("由青山区教育局围绕2023年度政府信息公开工作情况编制而成。请与区教育局联系。", BODY),
    (
        "统计期限为2023年。",
        "一、总体情况\n青山区教育局认真落实条例。2023年,青山区教育局共收到申请3件。",
    ),
]


@pytest.mark.parametrize(("head", "body"), AGENCIES)
def test_agency_where_the_title_names_none(head: str, body: str) -> None:
    assert of(head, body).agency_name_printed == AGENCY


def test_a_name_without_its_place_stays_where_nothing_tells_more() -> None:
    found = of("市人民政府办公室2025年政府信息公开工作年度报告\n请与青山区教育局联系。", BODY)
    assert found.agency_name_printed == "市人民政府办公室"


def test_year_in_a_sentence_is_weaker_than_the_period() -> None:
    head = "我镇编制了《青山镇2020年政府信息公开工作年度报告》。统计期限自2021年1月1日至12月31日。"
    found = of(head, BODY)
    assert (found.agency_name_printed, found.report_year) == ("青山镇", 2021)
    assert ("text_title", 2020) in [(item.source, item.value) for item in found.year_evidence]


def test_a_title_printed_twice_without_agency_is_one_title() -> None:
    title = "2023年政府信息公开工作年度报告"
    assert of(f"{title}\n{title}", BODY).title == title


def test_the_value_of_another_date_in_an_index_table_is_not_the_publication() -> None:
    found = of(TITLE, [["生成日期", "2024-01-23 16:24:38"], ["有效性", "有效"]], BODY)
    assert (found.published_on, found.signed_on) == (None, dt.date(2024, 1, 23))


def test_agency_from_the_file_name_as_a_last_resort() -> None:
    found = of("2023年政府信息公开工作年度报告", BODY, file_name=f"01 {TITLE}.docx")
    assert found.agency_name_printed == AGENCY
    assert [item.source for item in found.agency_evidence] == ["file_name"]


@pytest.mark.parametrize(
    "head",
    [
        "2023年政府信息公开工作年度报告",
        "我局2023年政府信息公开工作年度报告",
        "青山区人民政府网站\n2023年政府信息公开年报",
    ],
)
def test_no_agency_is_not_guessed(head: str) -> None:
    assert of(head, BODY).agency_name_printed is None


def test_a_wrong_character_stays_as_printed() -> None:
    assert (
        of("沐阳县人民政府2025年政府信息公开工作年度报告", BODY).agency_name_printed
        == "沐阳县人民政府"
    )


YEARS = [
    ("青山区教育局政府信息公开工作年度报告\n统计期限为2022年1月1日至12月31日。", "", "a.txt", 2022),
    ("青山区教育局政府信息公开工作年度报告", "", "青山区教育局2021年度报告.pdf", 2021),
    (
        "青山区教育局政府信息公开工作年度报告",
        "2020年公开1条。2020年办结。2020年培训。2019年无。",
        "a",
        2020,
    ),
    ("青山区教育局政府信息公开工作年度报告\n发布日期：2024-01-26", "", "a.txt", 2023),
    ("青山区教育局政府信息公开工作年度报告", "青山区教育局\n2024年1月20日", "a.txt", 2023),
    ("青山区教育局政府信息公开工作年度报告", "青山区教育局\n2023年12月31日", "a.txt", 2023),
    ("青山区教育局政府信息公开工作年度报告", "2020年好。2021年好。", "a.txt", None),
    ("青山区教育局1923年政府信息公开工作年度报告", "", "a.txt", None),
]


@pytest.mark.parametrize(("head", "tail", "file_name", "year"), YEARS)
def test_year_where_the_title_has_none(head: str, tail: str, file_name: str, year: int) -> None:
    assert of(head, f"{BODY}\n{tail}", file_name=file_name).report_year == year


@pytest.mark.parametrize(
    ("address", "year"),
    [
        ("http://a.gov.cn/xxgkAnnualReport.jsp?area=1&fbtime=2022", 2022),
        ("http://a.gov.cn/szf/2022n/1.html", 2022),
        ("http://a.gov.cn/xx/202401/t20240126_1303152.html", 2023),
        ("http://a.gov.cn/xx/202112/t20211231_605988.html", 2021),
        ("http://a.gov.cn/art/2024/1/19/art_1.html", 2023),
    ],
)
def test_year_by_the_address_of_the_page(address: str, year: int) -> None:
    found = of("青山区教育局政府信息公开工作年度报告", BODY, metadata={"Url": address})
    assert found.report_year == year


def test_title_wins_and_other_years_stay_as_evidence() -> None:
    found = of(TITLE, "统计期限为2022年1月1日至2022年12月31日。", BODY)
    assert found.report_year == 2023
    assert [(item.source, item.value) for item in found.year_evidence] == [
        ("title", 2023),
        ("period", 2022),
    ]


def test_period_as_printed() -> None:
    found = of(TITLE, "数据统计期限自 2023 年 1 月\n1 日起至 2023年12月31日止。", BODY)
    assert (found.period_start, found.period_end) == (dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    assert found.period_text == "2023 年 1 月1 日起至 2023年12月31日止"


PUBLISHED = [
    "发布日期：2024-01-26",
    "发布日期: 2024年1月26日 来源：教育局",
    "发布时间：\n2024-01-26 10:25:00",
    "2024-01-26 10时25分浏览次数:",
    "时间：2024-01-26 10:25　浏览：12次",
    "来源：青山区教育局 2024年1月26日",
    "2024-01-26",
    "2024/01/26 10:25 字体：大 中 小",
    "[发布日期：2024-01-26]",
    "浏览次数：35次 发布时间：2024-01-2610:25",
]


@pytest.mark.parametrize("line", PUBLISHED)
def test_published_on(line: str) -> None:
    found = of(TITLE, line, BODY)
    assert (found.published_on, found.signed_on) == (dt.date(2024, 1, 26), None)


def test_published_on_by_the_metadata_of_the_page() -> None:
    assert of(TITLE, BODY, metadata={"PubDate": "2024-01-26 10:25"}).published_on == dt.date(
        2024, 1, 26
    )


SIGNED = [
    ("", "青山区教育局\n2024年1月20日"),
    ("", "青山区教育局\n2024年1月20日\n1"),
    ("", "青山区教育局2024年1月20日"),
    ("", "2024 年 1 月 20 日\n附件：a.docx"),
    ("", "青山区教育局\n二〇二四年一月二十日"),
    ("", "青山区教育局\n20241月20日"),
    ("（2024年1月20日）", ""),
    ("青山区教育局\n(2024年1月20日)", ""),
    ("2024年1月20日", ""),
    ("成文日期: 2024-01-20 文件编号: 有效性: 有效", ""),
]


@pytest.mark.parametrize(("head", "tail"), SIGNED)
def test_signed_on(head: str, tail: str) -> None:
    found = of(f"{TITLE}\n{head}", f"{BODY}\n{tail}")
    assert (found.signed_on, found.published_on) == (dt.date(2024, 1, 20), None)


@pytest.mark.parametrize(
    "body",
    ["青山区教育局认真落实条例。", "青山区教育局认真落实。青山区民政局积极配合。我局坚持公开。"],
)
def test_an_agency_that_a_text_names_once_or_beside_others_is_no_subject(body: str) -> None:
    assert of("统计期限为2023年。", f"一、总体情况\n{body}").agency_name_printed is None


def test_signed_in_front_of_the_tables() -> None:
    table = [[f"甲{row}", str(row)] for row in range(60)]
    found = of(TITLE, f"{BODY}\n青山区教育局\n2024年1月20日", table)
    assert found.signed_on == dt.date(2024, 1, 20)


def test_the_office_of_a_town_that_compiles_is_left_out() -> None:
    found = of("2024年的报告由青山县大云镇人民政府综合信息指挥室(党政办)负责编制本报告。", BODY)
    assert found.agency_name_printed == "青山县大云镇人民政府"


def test_dates_that_are_not_stated_are_null() -> None:
    found = of(TITLE, "统计期限为2023年1月1日至12月31日。根据2021年9月26日的通知编制。", BODY)
    assert (found.published_on, found.signed_on) == (None, None)
    assert (of("前言").title, of("前言").period_start, of("前言").index_no) == (None, None, None)


INDEX_NUMBERS = [
    (
        "索引号: 13566001/2024-07705 主题分类: 综合政务 发布机构: 青山县政府办",
        "13566001/2024-07705",
    ),
    ("索 引 号：11341702486344515H/202401-00012", "11341702486344515H/202401-00012"),
    ("索引号：000014349/2022-00036主题分类：其他", "000014349/2022-00036"),
    ("索引号：\n6107280000/2024-001005", "6107280000/2024-001005"),
    ("索引号：00820288-9/2024-13543 发布日期：2024-01-26", "00820288-9/2024-13543"),
    ("索引号：XM02100-0101-2019-00001", "XM02100-0101-2019-00001"),
    ("索引号：zfb/2026-00021", "zfb/2026-00021"),
    ("索引号： 主题分类：其他", None),
]


@pytest.mark.parametrize(("line", "index_no"), INDEX_NUMBERS)
def test_index_no(line: str, index_no: str | None) -> None:
    assert of(line, TITLE, BODY).index_no == index_no


NOTICES = [
    "国办公开办函〔2021〕30号",
    "国办公开函〔2021〕30号",
    "国办公开办涵〔2021〕30号",
    "国办公开办函﹝2021﹞30号",
    "国办公开办函[2021]30号",
    "国办公开办函（2021）30号",
    "国办公开办函【2021】30号",
    "国办公开办函〔202130号",
    "国办公开办函〔2021〕第30号",
    "国办公开办函〔2019〕60号",
    "国办公开办〔2021〕30号",
    "国办公开办函［2021］30号",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_cited_notice_as_printed(notice: str) -> None:
    head = f"根据《工作年度报告格式》的通知（{notice}）和国令第711号要求编制。"
    assert of(TITLE, head, BODY).cited_notice == notice
    assert of(TITLE, f"根据{notice}要求编制。", BODY).cited_notice == notice


def test_notice_of_the_report_year_where_two_are_cited() -> None:
    head = "按照国办公开办函〔2019〕60号和国办公开办函〔2021〕30号要求编制。"
    assert of(TITLE, head, BODY).cited_notice == "国办公开办函〔2021〕30号"


@pytest.mark.parametrize(
    "text",
    ["武政办发〔2025〕54号", "国办函〔2020〕109号", "国公开办函〔2016〕201号"],
)
def test_other_numbers_are_no_notice_of_the_form(text: str) -> None:
    assert of(TITLE, f"根据{text}编制。", BODY).cited_notice is None


def test_frame_keeps_the_evidence() -> None:
    row = identities_frame("a" * 64, of(TITLE, BODY)).row(0, named=True)
    assert json.loads(row["year_evidence"]) == [
        {"source": "title", "value": 2023, "text": TITLE, "locator": "L1"}
    ]
    assert json.loads(row["agency_evidence"])[0]["value"] == AGENCY
