import pytest

from assets.layout.agency import (
    agency_kind,
    clean_name,
    is_agency,
    is_relative,
    mentions,
    same_agency,
    split_title,
)
from schemas.catalog import load_catalog

CATALOG = load_catalog()

TITLES = [
    ("青山区教育局2023年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局 2023 年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("2024年长通街道办事处政府信息公开工作年度报告", "长通街道办事处", 2024),
    ("青山区教育局2023年度政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局2022年度政府信息公开工作报告", "青山区教育局", 2022),
    ("青山区教育局政府信息公开工作2022年度报告", "青山区教育局", 2022),
    ("青山区教育局政府信息公开2021年年度报告", "青山区教育局", 2021),
    ("青山区教育局关于2023年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局关于2023年度政府信息公开工作情况的报告", "青山区教育局", 2023),
    ("关于青山区教育局2023年政府信息公开工作年度报告的公示", "青山区教育局", 2023),
    ("关于青山区教育局2023年度政府信息公开工作的报告", "青山区教育局", 2023),
    ("2023年政府信息公开工作年度报告（青山区教育局）", "青山区教育局", 2023),
    ("青山区教育局政府信息公开工作年度报告（2023年度）", "青山区教育局", 2023),
    ("青山区教育局政府信息公开工作年报", "青山区教育局", None),
    ("青山区水务局2023年政府信息公开工作年报", "青山区水务局", 2023),
    ("青山区教育局2016年政务信息公开年度报告", "青山区教育局", 2016),
    ("青山区教育局2018年政务公开工作年度报告", "青山区教育局", 2018),
    ("青山区教育局2017年信息公开年度报告", "青山区教育局", 2017),
    ("青山区教育局二〇二三年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局二○二三年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局２０２３年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局2023政府信息公开工作年度报告", "青山区教育局", 2023),
    ("（图解）青山区教育局2023年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("【年报】青山区教育局2023年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山区教育局2023年政府信息公开工作年度报告（图片版）", "青山区教育局", 2023),
    ("青山区教育局2023年政府信息公开工作年度报告【下载Word】", "青山区教育局", 2023),
    ("附件：青山区教育局2023年政府信息公开工作年度报告", "青山区教育局", 2023),
    ("青山市2025年政府信息公开工作年度报告", "青山市", 2025),
    ("青山区2025年度政府信息公开工作年度报告", "青山区", 2025),
    ("青山市人民政府2025年政府信息公开工作年度报告", "青山市人民政府", 2025),
    ("2023年青山县人民政府信息公开工作年度报告", "青山县人民政府", 2023),
    ("青山县人民政府信息公开2023年度报告", "青山县人民政府", 2023),
    ("青山经济技术开发区2022年政府信息公开工作年度报告", "青山经济技术开发区", 2022),
    ("青山海关关区2023年政府信息公开工作年度报告", "青山海关关区", 2023),
    ("青山区政务公开办公室2023年政府信息公开工作年度报告", "青山区政务公开办公室", 2023),
    ("中共青山区委机构编制委员会办公室2023年政府信息公开工作年度报告",
     "中共青山区委机构编制委员会办公室", 2023),
    ("2023年政府信息公开工作年度报告", None, 2023),
    ("2023年度政府信息公开工作年度报告", None, 2023),
    ("政府信息公开工作年度报告", None, None),
    ("我局2023年政府信息公开工作年度报告", None, 2023),
]  # fmt: skip

NOT_TITLES = [
    "国务院办公厅关于印发《政府信息公开工作年度报告格式》的通知",
    "一图读懂青山区教育局2023年政府信息公开工作年度报告",
    "青山区召开2023年政府信息公开工作年度报告编制培训会",
    "青山区教育局2023年政府信息公开工作年度报告解读",
    "政府信息公开指南",
    "青山区2023年法治政府建设年度报告",
    "根据条例，青山区教育局编制2023年政府信息公开工作年度报告。",
    "青山区教育局2023年部门决算报告",
]

KINDS = [
    ("青山市人民政府", "gov"),
    ("青山市", "gov"),
    ("青山县", "gov"),
    ("海东回族自治县", "gov"),
    ("青山市人民政府办公室", "gov_office"),
    ("青山省人民政府办公厅", "gov_office"),
    ("青山县政府办", "gov_office"),
    ("青山市石嘴镇人民政府", "township"),
    ("木场乡", "township"),
    ("青山镇人民政府办公室", "township"),
    ("青山区东风路街道办事处", "street"),
    ("长通街道", "street"),
    ("兴庆区前进街", "street"),
    ("国家税务总局青山市税务局", "vertical"),
    ("国家税务总局青山市税务局第一税务分局", "vertical"),
    ("青山海关", "vertical"),
    ("青山海关关区", "vertical"),
    ("青山市气象局", "vertical"),
    ("国家统计局青山调查队", "vertical"),
    ("青山市公安局鹿城区分局", "dual"),
    ("青山市生态环境局东区分局", "dual"),
    ("青山经济技术开发区管委会", "zone"),
    ("青山高新技术产业开发区管理委员会", "zone"),
    ("青山经济技术开发区", "zone"),
    ("青山派出所", "outpost"),
    ("青山司法所", "outpost"),
    ("青山区城市运行管理中心", "institution"),
    ("青山市水务集团有限公司", "soe"),
    ("青山区残疾人联合会", "mass_org"),
    ("青山区政务服务局", "dept"),
    ("青山市发展和改革委员会", "dept"),
    ("青山省教育厅", "dept"),
    ("青山市国资委", "dept"),
    ("青山市人民政府国有资产监督管理委员会", "dept"),
    ("自然资源部", "state_council_dept"),
    ("国家税务总局", "state_council_dept"),
    ("某某", "unknown"),
]


@pytest.mark.parametrize(("text", "name", "year"), TITLES)
def test_titles(text: str, name: str | None, year: int | None) -> None:
    parts = split_title(text, CATALOG)
    assert parts is not None
    assert (parts.name, parts.year) == (name, year)


@pytest.mark.parametrize("text", NOT_TITLES)
def test_other_lines_are_no_titles(text: str) -> None:
    assert split_title(text, CATALOG) is None


def test_title_is_cut_out_of_what_is_glued_to_it() -> None:
    parts = split_title(
        "标题：（图解）青山区教育局2023年 政府信息公开工作年度报告（图片版）", CATALOG
    )
    assert parts is not None
    assert parts.title == "青山区教育局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_kind_by_the_words_of_the_name(name: str, kind: str) -> None:
    assert agency_kind(name, CATALOG).value == kind


@pytest.mark.parametrize(
    "text", ["我局", "本机关", "青山区人民政府门户网站", "索引号", "人民政府", "青山"]
)
def test_what_is_no_agency(text: str) -> None:
    assert not is_agency(text, CATALOG)


def test_clean_name_drops_the_words_around_it() -> None:
    assert clean_name("关于公布青山区教育局2023年度".replace("2023年度", "")) == "青山区教育局"
    assert clean_name("青山区教育局关于") == "青山区教育局"
    assert clean_name("当前位置：首页") is None


MENTIONS = [
    ("本报告由青山区教育局编制。", "compiled_by", "青山区教育局", None),
    ("有关规定,由青山省公安厅编制。", "compiled_by", "青山省公安厅", None),
    ("现发布《青山区教育局2023年政府信息公开工作年度报告》", "text_title", "青山区教育局", 2023),
    ("现公布区统计局2023年政府信息公开工作年度报告。", "text_title", "区统计局", 2023),
    ("特编制青山市地方志办公室2023年政府信息公开年报。", "text_title", "青山市地方志办公室", 2023),
    ("现公开青山市大数据局2025年政府信息公开年度工作报告", "text_title", "青山市大数据局", 2025),
    ("编制2021年度青山镇人民政府信息公开年度报告", "text_title", "青山镇人民政府", 2021),
    ("汇总2021年度青山镇人民政府的政务公开年度报告", "text_title", "青山镇人民政府", 2021),
    ("现公布我局2022年政府信息公开工作年度报告。", "text_title", None, 2022),
    ("如有疑问,请与青山区教育局联系(地址:青山路1号)", "contact", "青山区教育局", None),
    ("如有疑问,请与青山市公安局(地址:青山路1号)联系", "contact", "青山市公安局", None),
    ("如有疑问、意见和建议,请联系青山镇人民政府。", "contact", "青山镇人民政府", None),
    ("详情与青山市公安局政务公开办公室联系,地址:", "contact", "青山市公安局", None),
    ("请与青山税务局政府信息公开办公室联系(地址:", "contact", "青山税务局", None),
    ("可与青山镇人民政府党政办公室联系(地址:", "contact", "青山镇人民政府", None),
    ("请联系青山区文化局办公室,地址:", "contact", "青山区文化局", None),
    ("请与青山市人民政府办公室联系(地址:", "contact", "青山市人民政府办公室", None),
    ("根据条例,青山区教育局编制2023年政府信息公开年报", "compiled_by", "青山区教育局", None),
]


@pytest.mark.parametrize(("text", "source", "name", "year"), MENTIONS)
def test_what_running_text_says(text: str, source: str, name: str | None, year: int | None) -> None:
    found = next(item for item in mentions(text, CATALOG) if item.source == source)
    assert (found.name, found.year) == (name, year)
    assert name is None or name in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "本报告由我局编制,如有疑问请与本机关联系。",
        "关于印发《政府信息公开工作年度报告格式》的通知",
        "按照《关于做好2021年政府信息公开工作年度报告编发工作的通知》要求",
    ],
)
def test_no_agency_is_made_of_other_words(text: str) -> None:
    assert mentions(text, CATALOG) == []


def test_relative_names_leave_out_their_place() -> None:
    assert is_relative("区统计局")
    assert is_relative("市人民政府办公室")
    assert not is_relative("市中区教育局")
    assert not is_relative("青山区统计局")


def test_same_agency_takes_abbreviations_only() -> None:
    assert same_agency("宽城县政府办", "宽城满族自治县人民政府办公室")
    assert same_agency("石拐区政务服务局", "包头市石拐区政务服务局")
    assert not same_agency("沐阳县人民政府", "沭阳县人民政府")
