import datetime as dt

import pytest

from assets.layout.dates import find_dates, find_period, find_years, han_year, only_date

DATES = [
    ("2024年1月26日", "2024-01-26"),
    ("2024年01月06日", "2024-01-06"),
    ("2024-01-26", "2024-01-26"),
    ("2024/1/26", "2024-01-26"),
    ("2024.1.26", "2024-01-26"),
    ("20241月26日", "2024-01-26"),
    ("202412月31日", "2024-12-31"),
    ("202419日", "2024-01-09"),
    ("202111日", "2021-01-01"),
    ("20211231日", "2021-12-31"),
    ("二〇二四年一月二十六日", "2024-01-26"),
    ("二○二四年十二月三十一日", "2024-12-31"),
    ("二零二四年十月十日", "2024-10-10"),
]

PERIODS = [
    ("统计期限为2023年1月1日至2023年12月31日", "2023-01-01", "2023-12-31"),
    ("统计期限自20231月1日起至202312月31日止。", "2023-01-01", "2023-12-31"),
    ("数据统计期限为202111日至20211231日", "2021-01-01", "2021-12-31"),
    ("统计时间为2015-1-1起至2015-12-31止", "2015-01-01", "2015-12-31"),
    ("统计时限为2023年1月1日至12月31止", "2023-01-01", "2023-12-31"),
    ("统计数据从2023年1月1日至12月31日。", "2023-01-01", "2023-12-31"),
    ("所列数据的统计期限从2019年1月1日到12月31日止", "2019-01-01", "2019-12-31"),
    ("统计期限为2023.1.1-2023.12.31", "2023-01-01", "2023-12-31"),
    ("统计期限为2023年1月1日—12月31日", "2023-01-01", "2023-12-31"),
    ("统计期限为2023年1月1日——2023年12月31日", "2023-01-01", "2023-12-31"),
    ("统计期限为2023年1月1日~2023年12月31日", "2023-01-01", "2023-12-31"),
    ("统计期限自2023年1月1日起,至2023年12月31日止", "2023-01-01", "2023-12-31"),
    ("统计期限为2023年1月至12月", "2023-01-01", "2023-12-31"),
    ("2023年1月1日至2023年12月31日的数据均列于此", "2023-01-01", "2023-12-31"),
    ("统计期限为2018年1月1日至今", "2018-01-01", None),
    ("统计期限为2023年1月1日至2023年11月31日", "2023-01-01", None),
    ("统计期限为二〇二三年一月一日至二〇二三年十二月三十一日", "2023-01-01", "2023-12-31"),
    ("统计期限为2023年1月1日至2022年12月31日", "2023-01-01", "2022-12-31"),
]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_forms_of_dates(text: str, date: str) -> None:
    assert only_date(text) == dt.date.fromisoformat(date)


@pytest.mark.parametrize(
    "text", ["2024119日", "2023年2月30日", "2023年13月1日", "35件", "2023年", "12.5", "20240126件"]
)
def test_what_is_no_date_or_two_dates_is_not_read(text: str) -> None:
    assert list(find_dates(text)) == []


def test_dates_keep_their_place() -> None:
    found = list(find_dates("于2024年1月26日发布,2024-02-01修订"))
    assert [(item.date.isoformat(), item.start) for item in found] == [
        ("2024-01-26", 1),
        ("2024-02-01", 14),
    ]


@pytest.mark.parametrize(("text", "first", "last"), PERIODS)
def test_periods(text: str, first: str | None, last: str | None) -> None:
    found = find_period(text)
    assert found is not None
    assert found.first == (dt.date.fromisoformat(first) if first else None)
    assert found.last == (dt.date.fromisoformat(last) if last else None)


def test_period_without_year_takes_the_year_of_the_title() -> None:
    text = "本报告数据统计期限为1月1日-12月31日"
    found = find_period(text, 2023)
    assert found is not None
    assert (found.first, found.last) == (dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    assert text[found.start : found.end] == "1月1日-12月31日"


def test_period_without_any_year_is_not_guessed() -> None:
    assert find_period("本报告数据统计期限为1月1日-12月31日") is None


def test_a_range_of_an_event_is_no_period() -> None:
    assert find_period("2023年3月1日至3月5日举办开放日活动") is None
    assert find_period("没有日期") is None


def test_the_range_after_the_word_wins_over_an_earlier_one() -> None:
    found = find_period("规划自2021年1月1日至2025年12月31日。统计期限为2023年1月1日至12月31日")
    assert found is not None
    assert found.year == 2023


def test_years() -> None:
    assert [year for year, _ in find_years("2023年和二〇二二年,编号12023年,2021号")] == [2023, 2022]
    assert han_year("二〇二三") == 2023
    assert han_year("20231") is None
