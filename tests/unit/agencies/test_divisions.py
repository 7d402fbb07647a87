import json
from pathlib import Path

import polars as pl
import pytest

from assets.agencies.divisions import division_events, division_frame
from assets.agencies.gazetteer import Gazetteer
from assets.agencies.make_divisions import make
from schemas.frames import RefDivision, RefDivisionEvent
from tests.unit.agencies.register_files import notes_of, register_of

DIVISIONS, _ = division_frame(())
GAZETTEER = Gazetteer(DIVISIONS)


def version(code: str) -> list[tuple[object, ...]]:
    rows = DIVISIONS.filter(pl.col("division_code") == code)
    return rows.select("name", pl.col("valid_from").dt.year(), pl.col("valid_to").dt.year()).rows()


def test_the_kept_package_holds_its_contract() -> None:
    RefDivision.validate(DIVISIONS, lazy=True)
    RefDivisionEvent.validate(division_events(), lazy=True)
    current = DIVISIONS.filter(pl.col("valid_to").is_null())
    assert dict(current["tier"].value_counts().iter_rows()) == {
        "province": 34,
        "prefecture": 333,
        "county": 2847,
        "township": 38749,
    }
    orphans = DIVISIONS.filter(pl.col("parent").is_null() & (pl.col("tier") != "province"))
    assert orphans.is_empty()


def test_divisions_are_dated() -> None:
    assert version("210112000000") == [("东陵区", None, 2015), ("浑南区", 2016, None)]
    assert version("330104000000") == [("江干区", None, 2020)]
    full = dict(DIVISIONS.select("division_code", "full_name").iter_rows())
    assert full["220284104000"] == "吉林省吉林市磐石市石嘴镇"
    assert full["419001000000"] == "河南省济源市"


@pytest.mark.parametrize(
    ("name", "year", "codes"),
    [
        ("石拐区政务服务局", 2023, {"150205000000"}),
        ("宽城县政府办", 2023, {"130827000000"}),
        ("磐石市石嘴镇人民政府", 2023, {"220284104000"}),
        ("国家税务总局珠海市香洲区税务局", 2023, {"440402000000"}),
        ("江干区教育局", 2019, {"330104000000"}),
        ("江干区教育局", 2022, {"330104000000"}),
        ("江干区教育局", 2024, set()),
        ("浑南区教育局", 2022, {"210112000000"}),
        ("青山区教育局", 2023, {"150204000000", "420107000000"}),
        ("上海市市场监督管理局", 2022, {"310000000000"}),
        ("财政部", 2022, set()),
    ],
)
def test_names_begin_with_places(name: str, year: int, codes: set[str]) -> None:
    assert set(GAZETTEER.locate(name, year).codes) == codes


def test_a_place_that_is_not_known_after_one_that_is_leaves_the_division_open() -> None:
    assert GAZETTEER.locate("吉林省示例县教育局", 2022).is_followed_by_a_place
    assert not GAZETTEER.locate("吉林省市场监督管理厅", 2022).is_followed_by_a_place
    assert GAZETTEER.within("公安局鹿城区分局", "330300000000", 2021) == ("330302000000",)


def test_the_operator_adds_divisions_and_bad_lines_are_told(tmp_path: Path) -> None:
    register = register_of(
        tmp_path,
        divisions=(
            "division_code,name,parent,valid_from,is_synthetic\n"
            "98,虚构省,,,true\n"
            "980101,虚构县,98,,true\n"
            "980101,虚构县,98,,true\n"
            "150205,石拐区,,,true\n"
            "980102,别县,97,,true\n"
            "9801,,,,true\n"
        ),
    )
    own = register.divisions.filter(pl.col("is_synthetic"))
    assert own.select("division_code", "full_name", "tier").rows() == [
        ("980000000000", "虚构省", "province"),
        ("980101000000", "虚构省虚构县", "county"),
    ]
    told = notes_of(register)
    assert [note.split(":")[0] for note in told] == [
        "config/divisions.csv, line 7",
        "config/divisions.csv, line 4",
        "config/divisions.csv, line 5",
        "config/divisions.csv, line 6",
    ]
    assert "was described before" in told[1]
    assert "is a real division" in told[2]
    assert "parent 970000000000 is no known division" in told[3]


def test_the_package_is_made_again_from_its_source(tmp_path: Path) -> None:
    county = {"code": "110121000000", "name": "旧县", "parent_code": "110000000000"}
    new = {"code": "110122000000", "name": "新区", "parent_code": "110000000000"}
    divisions = {
        "provinces": {
            "甲省": {
                "code": "110000000000",
                "cities": {"": {"code": None, "counties": {"新区": "110122000000"}}},
            }
        }
    }
    townships = {"110122000000": {"county": "新区", "townships": {"东镇": "110122100000"}}}
    event = {"year": 2019, "type": "撤县设区", "old": county, "new": new, "doc_no": "文1"}
    for name, content in (
        ("divisions_v1.json", divisions),
        ("townships_v1.json", townships),
        ("historical_changes_v1.json", {"events": [event]}),
    ):
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    assert make(tmp_path, tmp_path / "out") == (4, 1)
    assert (tmp_path / "out" / "divisions.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "110000000000,甲省,,,",
        "110121000000,旧县,,,2018",
        "110122000000,新区,,2019,",
        "110122100000,东镇,,,",
    ]
    assert (tmp_path / "out" / "events.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "2019,converted,110121000000,旧县,110122000000,新区,文1"
    ]
