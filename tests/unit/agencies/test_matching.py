import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.layout.resolve import agency_code
from schemas.catalog import load_catalog
from tests.unit.agencies.register_files import doc_id_of, matched, notes_of, register_of

CATALOG = load_catalog()
CODE = "11371082004363781R"

AGENCIES = (
    "agency_code,kind,division_code,uscc,site_host,valid_from,valid_to\n"
    "bt-jy,dept,150204,,qingshan.gov.cn,,\n"
    "wh-jy,dept,420107,,qingshanqu.gov.cn,,\n"
    f"rc-bg,gov_office,371082,{CODE},,,\n"
    "sg-zw,dept,150205,,www.shiguai.gov.cn,,\n"
    "sg-gt,dept,150205,,,,2019-03-31\n"
    "sg-zr,dept,150205,,,2019-04-01,\n"
    "cj-1,street,150102,,a.gov.cn,,\n"
)
NAMES = (
    "agency_code,name,valid_from,valid_to\n"
    "bt-jy,青山区教育局,,\n"
    "wh-jy,青山区教育局,,\n"
    "rc-bg,荣成市人民政府办公室,,\n"
    "sg-zw,石拐区行政审批局,,2021-05-31\n"
    "sg-zw,石拐区政务服务局,2021-06-01,\n"
    "sg-gt,石拐区国土资源局,,2019-03-31\n"
    "sg-zr,石拐区自然资源局,2019-04-01,\n"
    "cj-1,东风路街道办事处,,\n"
)


@pytest.fixture
def register(tmp_path: Path):
    found = register_of(tmp_path, agencies__agencies=AGENCIES, agencies__names=NAMES)
    assert notes_of(found) == []
    return found


def one(register: Any, **report: Any) -> dict[str, Any]:
    return matched(register, report).row(0, named=True)


def test_a_name_that_only_one_agency_bears(register: Any) -> None:
    row = one(register, name="石拐区 政务服务局")
    assert (row["agency_code"], row["method"], row["decided_by"]) == ("sg-zw", "name", "rule")
    assert (row["division_code"], row["tier"]) == ("150205000000", "county")
    assert json.loads(row["candidates"]) == [
        {"agency_code": "sg-zw", "for": ["division"], "against": []}
    ]


def test_a_renamed_agency_keeps_its_code_and_names_hold_in_their_time(register: Any) -> None:
    assert one(register, name="石拐区行政审批局", year=2020)["agency_code"] == "sg-zw"
    assert one(register, name="石拐区政务服务局", year=2021)["agency_code"] == "sg-zw"
    late = one(register, name="石拐区行政审批局", year=2023)
    assert late["method"] == "provisional_unknown"
    assert json.loads(late["candidates"])[0]["against"] == ["time"]


def test_a_successor_is_another_agency(register: Any) -> None:
    assert one(register, name="石拐区国土资源局", year=2018)["agency_code"] == "sg-gt"
    assert one(register, name="石拐区自然资源局", year=2018)["agency_code"] == "sg-zr"
    assert one(register, name="石拐区自然资源局", year=2022)["agency_code"] == "sg-zr"


def test_namesakes_are_told_apart_by_host(register: Any) -> None:
    rows = matched(
        register,
        {"name": "青山区教育局", "url": "http://www.qingshan.gov.cn/a"},
        {"name": "青山区教育局", "url": "https://jyj.qingshanqu.gov.cn:8080/b"},
    )
    assert rows["agency_code"].to_list() == ["bt-jy", "wh-jy"]
    assert set(rows["method"]) == {"name_and_evidence"}


@pytest.mark.parametrize(
    "place",
    [
        {"address": "内蒙古自治区包头市青山区某路1号"},
        {"title": "包头市青山区教育局2023年政府信息公开工作年度报告"},
    ],
)
def test_namesakes_are_told_apart_by_the_places_that_the_report_names(
    register: Any, place: dict[str, str]
) -> None:
    row = one(register, name="青山区教育局", **place)
    assert (row["agency_code"], row["method"]) == ("bt-jy", "name_and_evidence")
    assert json.loads(row["evidence"])["place_from"] == next(iter(place))


def test_namesakes_that_nothing_tells_apart_are_provisional(register: Any) -> None:
    row = one(register, name="青山区教育局")
    assert row["method"] == "provisional_ambiguous"
    assert row["agency_code"] == agency_code("青山区教育局", CATALOG)
    assert (row["is_registered"], row["division_code"]) == (False, None)


def test_a_name_borne_in_many_places_needs_evidence_even_for_one_registered(
    register: Any,
) -> None:
    assert one(register, name="东风路街道办事处")["method"] == "provisional_unproven"
    near = one(register, name="东风路街道办事处", url="http://a.gov.cn/1")
    assert near["agency_code"] == "cj-1"
    far = one(register, name="东风路街道办事处", url="http://b.gov.cn/1")
    assert far["method"] == "provisional_contradicted"
    assert json.loads(far["candidates"])[0]["against"] == ["site_host"]


def test_a_code_in_the_index_number_proves_an_agency_and_another_one_disproves_it(
    register: Any,
) -> None:
    by_code = one(register, name="荣成市政府办公室", index_no=f"{CODE}/2024-00012")
    assert (by_code["agency_code"], by_code["method"]) == ("rc-bg", "credit_code")
    other = one(register, name="荣成市人民政府办公室", index_no="11370900004341590P/2024-00012")
    assert other["method"] == "provisional_contradicted"
    damaged = one(register, name="荣成市政府办公室", index_no="11371082004363781A/2024-00012")
    assert damaged["method"] == "provisional_unknown"
    stranger = one(register, name="石拐区财政局", index_no=f"{CODE}/2024-00012")
    assert stranger["method"] == "provisional_unknown"


def test_provisional_namesakes_differ_by_division_or_host(register: Any) -> None:
    name = "城关镇人民政府"
    rows = matched(
        register,
        {"name": name, "url": "http://www.x.gov.cn/1"},
        {"name": name, "url": "http://x.gov.cn/2", "year": 2022},
        {"name": name, "url": "http://y.gov.cn/1"},
        {"name": name},
    )
    codes = rows["agency_code"].to_list()
    assert codes[0] == codes[1]
    assert len(set(codes)) == 3
    assert codes[3] == agency_code(name, CATALOG)
    placed = matched(
        register,
        {"name": "青山区财政局", "address": "湖北省武汉市青山区1号"},
        {"name": "青山区财政局", "address": "包头市青山区1号", "year": 2022},
    )
    assert placed["division_code"].to_list() == ["420107000000", "150204000000"]
    assert placed["agency_code"].n_unique() == 2


def test_a_name_that_says_its_place_has_one_code_wherever_it_is_published(register: Any) -> None:
    rows = matched(
        register,
        {"name": "石拐区财政局", "url": "http://x.gov.cn/2"},
        {"name": "石拐区财政局", "url": "http://y.gov.cn/2"},
        {"name": "示例县教育局", "url": "http://www.example.com/1", "synthetic": True},
    )
    assert rows["agency_code"].to_list() == [
        agency_code("石拐区财政局", CATALOG),
        agency_code("石拐区财政局", CATALOG),
        agency_code("示例县教育局", CATALOG),
    ]
    assert rows["division_code"].to_list() == ["150205000000", "150205000000", None]


@pytest.mark.parametrize(
    ("name", "division", "tier", "sector"),
    [
        ("石嘴山市人民政府办公室", "640200000000", "prefecture", "general"),
        ("宽城满族自治县人民政府办公室", "130827000000", "county", "general"),
        ("磐石市石嘴镇人民政府", "220284104000", "township", "general"),
        ("磐石市示例镇人民政府", "220284000000", "township", "general"),
        ("磐石市示例镇财政所", None, None, "finance"),
        ("温州市公安局鹿城区分局", "330302000000", "county", "public_security"),
        ("上海市市场监督管理局", "310000000000", "province", "market"),
        ("东莞市高新区管委会", "441900000000", None, "general"),
        ("财政部", None, "state", "finance"),
        ("江干区教育局", None, None, "education"),
    ],
)
def test_division_tier_and_sector_by_the_name(
    register: Any, name: str, division: str | None, tier: str | None, sector: str
) -> None:
    row = one(register, name=name, year=2024)
    assert (row["division_code"], row["tier"], row["sector"]) == (division, tier, sector)


def test_made_up_reports_never_become_real_agencies(register: Any) -> None:
    row = one(register, name="石拐区政务服务局", synthetic=True)
    assert (row["is_registered"], row["candidates"]) == (False, "[]")


DECISIONS = "agency_code,document,agency_name,site_host,division_code,decided_by,reason\n"


def test_the_operator_decides_first(tmp_path: Path) -> None:
    doc = doc_id_of("青山区教育局", 2021, None)
    register = register_of(
        tmp_path,
        agencies__agencies=AGENCIES,
        agencies__names=NAMES,
        decisions__agency_matches=DECISIONS
        + "wh-jy,,青山区教育局,,,li,seen\n"
        + "bt-jy,,青山区教育局,x.gov.cn,,li,seen\n"
        + f"bt-jy,{doc},,,,li,seen\n",
    )
    assert notes_of(register) == []
    rows = matched(
        register,
        {"name": "青山区教育局", "year": 2023},
        {"name": "青山区教育局", "year": 2022, "url": "http://x.gov.cn/"},
        {"name": "青山区教育局", "year": 2021},
    )
    assert rows["agency_code"].to_list() == ["wh-jy", "bt-jy", "bt-jy"]
    assert rows["method"].to_list() == ["decision_name", "decision_name", "decision_document"]
    assert set(rows["decided_by"]) == {"operator"}
    assert "line 2: li, seen" in json.loads(rows["evidence"][0])["decision"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nobody,,甲局,,,li,x", "agency nobody is in no agencies.csv"),
        ("bt-jy,,,,,li,x", "give either document or agency_name"),
        ("bt-jy,,甲局,,,,x", "decided_by"),
        ("bt-jy,abc,,,,li,x", "document 'abc'"),
    ],
)
def test_bad_decisions(tmp_path: Path, line: str, words: str) -> None:
    register = register_of(
        tmp_path,
        agencies__agencies=AGENCIES,
        agencies__names=NAMES,
        decisions__agency_matches=f"{DECISIONS}{line}\n",
    )
    (note,) = notes_of(register)
    assert note.startswith("config/decisions/agency_matches.csv, line 2: ")
    assert words in note


def test_every_report_has_one_row(register: Any) -> None:
    names = ("青山区教育局", "区统计局", "财政部", "自然资源部", "某某", "石拐区政务服务局")
    rows = matched(register, *({"name": name} for name in names))
    assert rows.height == len(names)
    assert rows.filter(pl.col("agency_code").is_null()).is_empty()
    registered = dict(rows.select("agency_name", "is_registered").iter_rows())
    assert registered["财政部"]
    assert registered["自然资源部"]
    assert not registered["区统计局"]
