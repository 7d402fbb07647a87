"""Dates and the statistics period as reports print them, also where characters were lost.

Input is folded text without white space (lines.compact); results carry offsets into it, so the
caller can quote what is printed. A date that can be read in two ways is not read at all.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_YEAR, LAST_YEAR = 1990, 2099

_HAN_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
_YEAR = r"(?:19|20)\d\d"
_HAN_YEAR = r"[二][〇○零O][〇○零O一二三四五六七八九]{2}"
_HAN_NUMBER = r"[一二三四五六七八九十]{1,3}"

_DATE = re.compile(
    rf"(?<!\d)(?P<year>{_YEAR})(?:年度?)?(?P<month>1[0-2]|0?[1-9])月份?(?P<day>3[01]|[12]\d|0?[1-9])日?"
    rf"|(?<!\d)(?P<year2>{_YEAR})(?P<sep>[-/.])(?P<month2>1[0-2]|0?[1-9])(?P=sep)"
    r"(?P<day2>3[01]|[12]\d|0?[1-9])(?=\D|\d{1,2}[:时]|$)日?"
    rf"|(?P<han_year>{_HAN_YEAR})年(?P<han_month>{_HAN_NUMBER})月(?P<han_day>{_HAN_NUMBER})日"
    rf"|(?<!\d)(?P<year3>{_YEAR})年?(?P<digits>\d{{2,4}})日"
)
"""Forms: 2023年1月1日 and 20231月1日; 2024-01-26; 二〇二四年一月一日; 202419日 for 2024年1月9日."""

_YEAR_WORD = re.compile(rf"(?<!\d)({_YEAR})(?=年)|({_HAN_YEAR})(?=年)")

_TO = r"(?:起|开始)?[,、]?(?:至|到|—+|-+|–|~+|一(?=\d)|截至|截止到?)"
_END = re.compile(
    rf"(?:(?P<year>{_YEAR})(?:年度?)?)?(?P<month>1[0-2]|0?[1-9])[月年./-](?P<day>3[01]|[12]\d|0?[1-9])(?!\d)日?"
)
_END_MARK = re.compile(r"(?:日|底|末)?(?:为?止|期间)?")
_START_WITHOUT_YEAR = re.compile(r"(?<!\d)(?P<month>1)月(?P<day>1)日?(?=起?(?:至|到|-|—|–|~))")
_MONTHS = re.compile(
    rf"(?<!\d)(?P<year>{_YEAR})年?(?P<first>1[0-2]|0?[1-9])月?{_TO}(?:(?P<year2>{_YEAR})年?)?"
    r"(?P<last>1[0-2]|0?[1-9])月(?!\d)"
)
_KEYWORD = re.compile(
    r"统计(?:期限|时限|期间|时间|时段|周期|数据|区间|范围|起止|截止|日期|年限)|所列数据|数据统计|数据(?:时限|期限|起止|时间)|统计"
)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date and where it is printed."""

    date: dt.date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """A statistics period; an end that is no date (至今, 11月31日) is None."""

    first: dt.date | None
    last: dt.date | None
    start: int
    end: int

    @property
    def year(self) -> int | None:
        """The report year it speaks of: that of its first day."""
        known = self.first or self.last
        return known.year if known else None


def make_date(year: int, month: int, day: int) -> dt.date | None:
    """The date, or None where the calendar has no such day."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _from_han(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(text.translate(_HAN_DIGITS))
    return int(tens.translate(_HAN_DIGITS) or 1) * 10 + int(ones.translate(_HAN_DIGITS) or 0)


def _from_digits(year: int, digits: str) -> dt.date | None:
    """Month and day run together, where only one reading is a date."""
    readings = {
        date
        for cut in (1, 2)
        if digits[:cut] and digits[cut:] and len(digits) - cut <= 2
        if not (digits[cut:].startswith("0") and len(digits[cut:]) == 1)
        if (date := make_date(year, int(digits[:cut]), int(digits[cut:]) or 99)) is not None
    }
    return readings.pop() if len(readings) == 1 else None


def _date_of(found: re.Match[str]) -> dt.date | None:
    part = found.groupdict()
    if part["year"]:
        return make_date(int(part["year"]), int(part["month"]), int(part["day"]))
    if part["year2"]:
        return make_date(int(part["year2"]), int(part["month2"]), int(part["day2"]))
    if part["han_year"]:
        year = int(part["han_year"].translate(_HAN_DIGITS))
        return make_date(year, _from_han(part["han_month"]), _from_han(part["han_day"]))
    return _from_digits(int(part["year3"]), part["digits"])


def find_dates(text: str) -> Iterator[PrintedDate]:
    """All unambiguous dates of a folded text, in order."""
    for found in _DATE.finditer(text):
        date = _date_of(found)
        if date is not None:
            yield PrintedDate(date, found.start(), found.end())


def only_date(text: str) -> dt.date | None:
    """The date of a text that prints nothing but one date, else None."""
    found = _DATE.fullmatch(text)
    return _date_of(found) if found else None


def find_years(text: str) -> Iterator[tuple[int, int]]:
    """Years followed by 年, as (year, offset)."""
    for found in _YEAR_WORD.finditer(text):
        printed = found.group(1) or found.group(2).translate(_HAN_DIGITS)
        yield int(printed), found.start()


def han_year(text: str) -> int | None:
    """The year that 二〇二三 or 2023 writes, None for anything else."""
    if re.fullmatch(_YEAR, text):
        return int(text)
    return int(text.translate(_HAN_DIGITS)) if re.fullmatch(_HAN_YEAR, text) else None


def find_period(text: str, default_year: int | None = None) -> Period | None:
    """The statistics period of a folded text.

    A range after a word such as 统计期限 or 所列数据 wins; elsewhere only a range that starts on
    1 January and either is a whole year or has such a word near counts: others tell of events.

    Args:
        text: folded, without white space.
        default_year: the year in the title, for ranges printed without any year.
    """
    ranges = sorted(_ranges(text, default_year), key=lambda period: period.start)
    keywords = [found.end() for found in _KEYWORD.finditer(text)]
    for period in ranges:
        if any(0 <= period.start - at <= 40 for at in keywords):
            return period
    for period in ranges:
        first, last = period.first, period.last
        if first is None or (first.month, first.day) != (1, 1):
            continue
        whole_year = last is not None and last == dt.date(first.year, 12, 31)
        near = any(abs(period.start - at) <= 60 for at in keywords)
        if whole_year or near or "数据" in text[period.end : period.end + 12]:
            return period
    return None


def _ranges(text: str, default_year: int | None) -> Iterator[Period]:
    taken = 0
    for date in find_dates(text):
        joined = re.compile(_TO).match(text, date.end)
        if joined is None or date.start < taken:
            continue
        period = _range_from(text, date.start, date.date, joined.end())
        if period is not None:
            taken = period.end
            yield period
    for found in _MONTHS.finditer(text):
        year, last_year = int(found["year"]), int(found["year2"] or found["year"])
        last_month = int(found["last"])
        last = make_date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
        yield Period(make_date(year, int(found["first"]), 1), last, found.start(), found.end())
    for found in _START_WITHOUT_YEAR.finditer(text):
        if re.search(r"\d{4}年?(?:度)?$", text[max(0, found.start() - 6) : found.start()]):
            continue
        joined = re.compile(_TO).match(text, found.end())
        first = make_date(default_year, 1, 1) if default_year else None
        if joined is None:
            continue
        period = _range_from(text, found.start(), first, joined.end(), guess_year=default_year)
        if period is not None and (period.first or period.last):
            yield period


def _range_from(
    text: str, start: int, first: dt.date | None, at: int, guess_year: int | None = None
) -> Period | None:
    now = re.compile(r"今|现在|目前").match(text, at)
    if now is not None:
        return Period(first, None, start, now.end())
    other = next(iter(find_dates(text[at : at + 16])), None)
    if other is not None and other.start == 0:
        end = at + other.end
        last: dt.date | None = other.date
    else:
        found = _END.match(text, at)
        if found is None:
            return None
        year = int(found["year"]) if found["year"] else (first.year if first else guess_year)
        last = make_date(year, int(found["month"]), int(found["day"])) if year else None
        end = found.end()
    mark = _END_MARK.match(text, end)
    return Period(first, last, start, mark.end() if mark else end)
