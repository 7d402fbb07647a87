"""Places in names: which divisions the beginning of an agency's name can mean in a given year.

The index is a mapping from names, made once for a list of divisions, so a name costs a few
look-ups whatever the number of divisions. Names repeat across the country: the answer is a set.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from assets.agencies.divisions import significant

EARLIEST = 2003
"""No annual report is older: what began before began before all of them."""
FOR_EVER = 9999
ALL_YEARS = -1
GRACE = 2
"""Years after its end in which a division's name is still met in reports."""

_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|"
    "哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|"
    "达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|普米族|塔吉克|怒族|鄂温克族|裕固族|"
    "保安族|独龙族|各族"
)
_AUTONOMOUS = re.compile(rf"^(.+?)(?:{_PEOPLES})+自治([县州旗])$")
_REGIONS = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}
_STATE_PREFIX = re.compile(
    r"^(?:国家税务总局|国家统计局|国家金融监督管理总局|国家外汇管理局|国家矿山安全监察局|国家能源局|"
    r"中国人民银行|中国证券监督管理委员会|中国银行保险监督管理委员会|中国银保监会|中国证监会|"
    r"中华人民共和国|中国共产党|中共)(?=.)"
)
_OWN_PLACE = re.compile(r"(?:自治县|自治旗|县|旗|街道|镇|乡|苏木|区|市)(?=.)")
_NO_PLACE = re.compile(
    r"市场|市政|市民|市容|市级|县级|镇级|乡村|城乡|城镇|城市|社区|地区|小区|区划|区域|县域|乡镇|"
    r"(?:开发|园|新|景|示范|保护|试验|实验|功能|集聚|合作|度假|保税|管理|工业|产业|名胜|旅游|分)区|"
    r"街道办|区级"
)
QUALIFIED = re.compile(
    r"^.{1,12}?(?:自治州|自治县|自治旗|省|州|盟|县|旗|(?<!城)市(?!场|政|民|容|级))"
)
"""A place at the head of a name that is a county or larger, known to the list or not."""


@dataclass(frozen=True, slots=True)
class Place:
    """A version of a division: its code, and the years between which its name holds."""

    code: str
    first: int
    last: int

    @property
    def is_timeless(self) -> bool:
        """Whether the version was in force in all years of reports."""
        return self.first <= EARLIEST and self.last == FOR_EVER


@dataclass(frozen=True, slots=True)
class Located:
    """Where a name begins.

    Attributes:
        codes: divisions that the places at the head of the name can mean, ascending; the deepest
            place named counts. None when it begins with no place that is known.
        rest: the name after the places.
        is_timeless: the answer is the same in every year.
    """

    codes: tuple[str, ...]
    rest: str
    is_timeless: bool

    @property
    def is_followed_by_a_place(self) -> bool:
        """Whether the rest begins with a place that the list does not know (某某镇财政所)."""
        return _OWN_PLACE.search(_NO_PLACE.sub("", self.rest[:14])) is not None


def short_form(name: str) -> str | None:
    """The name in daily use without the people's names: 宽城县 for 宽城满族自治县."""
    found = _AUTONOMOUS.match(name)
    return found.group(1) + found.group(2) if found else _REGIONS.get(name)


class Gazetteer:
    """An index of division names.

    Args:
        divisions: RefDivision rows; which of them count (real, made up) is the caller's choice.
    """

    def __init__(self, divisions: pl.DataFrame) -> None:
        self._index: dict[str, list[Place]] = defaultdict(list)
        self._bare: dict[str, list[Place]] = defaultdict(list)
        rows = divisions.select("division_code", "name", "tier", "valid_from", "valid_to")
        for code, name, tier, begins, ends in rows.iter_rows():
            place = Place(code, begins.year if begins else 0, ends.year if ends else FOR_EVER)
            self._index[name].append(place)
            short = short_form(name)
            if short:
                self._index[short].append(place)
            if tier in {"province", "prefecture"} and len(name) > 2:
                self._bare[re.sub("(?:省|市|地区|盟)$", "", short or name)].append(place)
        self._now = _lasting_codes(self._index)
        self._longest = max((len(name) for name in self._index), default=0)
        self._known: dict[str, Located] = {}

    def locate(self, name: str, year: int | None) -> Located:
        """The divisions that the beginning of a squeezed name can mean in a report year.

        Each place must lie in the one before it; the longest name is taken at each step. Without a
        year, divisions of today are meant.
        """
        known = self._known.get(name)
        if known is None:
            known = self._located(name, year)
            if known.is_timeless:
                self._known[name] = known
        return known

    def lasting(self, code: str) -> str:
        """The code that a division has today under the same name: 江达县 was coded anew in 2014."""
        seen = {code}
        while (after := self._now.get(code)) is not None and after not in seen:
            seen.add(after)
            code = after
        return code

    def namesakes(self, name: str) -> int:
        """How many divisions the beginning of a name could mean over all years of reports."""
        return len({self.lasting(code) for code in self._located(name, ALL_YEARS).codes})

    def _located(self, name: str, year: int | None) -> Located:
        prefix = _STATE_PREFIX.match(name)
        position = prefix.end() if prefix else 0
        inside: tuple[Place, ...] = ()
        timeless = True
        while True:
            found, length, all_years = self._next(name, position, inside, year)
            timeless = timeless and all_years
            if not found:
                break
            inside, position = found, position + length
        codes = tuple(sorted({place.code for place in inside}))
        return Located(codes, name[position:], timeless)

    def _next(
        self, name: str, position: int, inside: tuple[Place, ...], year: int | None
    ) -> tuple[tuple[Place, ...], int, bool]:
        above = {significant(place.code) for place in inside}
        timeless = True
        for length in range(min(self._longest, len(name) - position), 1, -1):
            places = self._index.get(name[position : position + length])
            if places is None:
                continue
            near = [place for place in places if not above or _lies_in(place.code, above)]
            timeless = timeless and all(place.is_timeless for place in near)
            found = _in_force(near, year)
            if found:
                return found, length, timeless
        return (), 0, timeless

    def names_a_seat(self, name: str) -> bool:
        """Whether a name begins with a city or province without its ending, as 湛江海关."""
        prefix = _STATE_PREFIX.match(name)
        head = name[prefix.end() if prefix else 0 :]
        return any(head[:length] in self._bare for length in range(2, 8))

    def within(self, name: str, code: str, year: int | None) -> tuple[str, ...]:
        """Divisions directly named anywhere in a name that lie in a division: 公安局鹿城区分局."""
        above = {significant(code)}
        for length in range(min(self._longest, len(name)), 1, -1):
            for start in range(len(name) - length + 1):
                near = [
                    place
                    for place in self._index.get(name[start : start + length], ())
                    if place.code != code and _lies_in(place.code, above)
                ]
                found = _in_force(near, year)
                if found:
                    return tuple(sorted({place.code for place in found}))
        return ()


def _lasting_codes(index: Mapping[str, list[Place]]) -> dict[str, str]:
    """Codes that ended, with the code under which the same name went on in the province."""
    found: dict[str, str] = {}
    for places in index.values():
        for place in places:
            after = {
                other.code
                for other in places
                if other.first == place.last + 1 and other.code[:2] == place.code[:2]
            }
            if len(after) == 1 and place.code not in after:
                found[place.code] = after.pop()
    return found


def _lies_in(code: str, above: Collection[str]) -> bool:
    return any(code[:length] in above for length in (2, 4, 6, 9))


def _in_force(places: Iterable[Place], year: int | None) -> tuple[Place, ...]:
    """The versions in force in a year, else those that ended shortly before it."""
    near = tuple(places)
    if year == ALL_YEARS:
        return tuple(place for place in near if place.last >= EARLIEST)
    if year is None:
        return tuple(place for place in near if place.last == FOR_EVER)
    now = tuple(place for place in near if place.first <= year <= place.last)
    if now:
        return now
    soon = tuple(place for place in near if place.first == year + 1)
    late = tuple(place for place in near if place.last < year <= place.last + GRACE)
    return soon or late


def narrowed(codes: Collection[str], places: Collection[str]) -> tuple[str, ...]:
    """Those of some divisions that lie in, or hold, one of some places; all when none does."""
    if codes == places:
        return tuple(codes)
    above = {significant(place) for place in places}
    within = {place[:length] for place in places for length in (2, 4, 6, 9)}
    kept = tuple(code for code in codes if _lies_in(code, above) or significant(code) in within)
    return kept or tuple(codes)


def tiers(divisions: pl.DataFrame) -> Mapping[str, str]:
    """Tier of each division code."""
    return dict(divisions.select("division_code", "tier").unique("division_code").iter_rows())
