"""The made-up province: its divisions with codes that no real division has, and its shape.

Codes begin with 99, which GB/T 2260 gives to nobody; names say that they are examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PROVINCE_CODE = "990000000000"
PROVINCE_NAME = "示例省"
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东南西北中春夏秋冬金木水火土上下左右前后"
NAMESAKE = "样本同名区"
"""Two districts, in two prefectures, have this name; so have all their agencies."""
CONVERSION_YEAR = 2022
"""From this year on, the converted county is a district with another code and name."""
MOST_PREFECTURES = 60
MOST_COUNTIES = 29


@dataclass(frozen=True, slots=True)
class Shape:
    """How many of everything: counties are per prefecture, towns and streets per county."""

    prefectures: int
    counties: int
    departments: int
    towns: int


@dataclass(frozen=True, slots=True)
class Division:
    """A division of the province; `former_code` and `former_name` until CONVERSION_YEAR."""

    code: str
    name: str
    tier: str
    type: str
    parent: str | None
    former_code: str | None = None
    former_name: str | None = None

    def name_in(self, year: int) -> str:
        """The name during a year."""
        is_former = self.former_name is not None and year < CONVERSION_YEAR
        return self.former_name if is_former and self.former_name else self.name


def shape_of(agencies: int) -> Shape:
    """A shape with room for at least so many agencies, as even as the codes allow.

    Raises:
        ValueError: more agencies than the codes of one province can hold.
    """
    departments, towns = next(
        sizes
        for most, sizes in ((120, (4, 2)), (1200, (8, 4)), (8000, (16, 8)), (10**9, (24, 12)))
        if agencies <= most
    )
    of_county, of_prefecture = departments + towns + 6, departments + 3
    prefectures = 2
    while True:
        left = agencies - (departments + 2) - prefectures * of_prefecture
        counties = max(3, -(-left // (prefectures * of_county)))
        if counties <= 8 or prefectures >= MOST_PREFECTURES:
            break
        prefectures += 1
    if counties > MOST_COUNTIES:
        raise ValueError(f"{agencies} agencies are too many for one province")
    return Shape(prefectures, counties, departments, towns)


def province() -> Division:
    """The province itself."""
    return Division(PROVINCE_CODE, PROVINCE_NAME, "province", "省", None)


def prefectures(shape: Shape) -> Iterator[Division]:
    """The prefectures, in the order of their codes."""
    for number in range(1, shape.prefectures + 1):
        yield Division(
            f"99{number:02d}00000000",
            f"示例{_signs(number - 1)}市",
            "prefecture",
            "地级市",
            PROVINCE_CODE,
        )


def counties(shape: Shape, prefecture: Division, number: int) -> Iterator[Division]:
    """The counties and districts of a prefecture.

    The second of the first two prefectures has the name NAMESAKE; the third of the first one
    becomes a district, with another code, in CONVERSION_YEAR.

    Args:
        shape: how many.
        prefecture: their parent.
        number: number of the prefecture, from 0.
    """
    for place in range(1, shape.counties + 1):
        code = f"{prefecture.code[:4]}{place:02d}000000"
        stem = f"样本{_signs(number * shape.counties + place)}"
        if place == 2 and number < 2:
            yield Division(code, NAMESAKE, "county", "市辖区", prefecture.code)
        elif place == 3 and number == 0:
            former, new = code, f"{prefecture.code[:4]}{shape.counties + 1:02d}000000"
            yield Division(
                new, f"{stem}区", "county", "市辖区", prefecture.code, former, f"{stem}县"
            )
        else:
            yield Division(code, f"{stem}县", "county", "县", prefecture.code)


def townships(shape: Shape, county: Division) -> Iterator[Division]:
    """Streets (codes from 001) and towns (from 100) of a county, about one street in three."""
    streets = max(1, shape.towns // 3)
    for place in range(shape.towns):
        is_street = place < streets
        middle = place + 1 if is_street else 100 + place - streets
        suffix = "街道" if is_street else "镇"
        name = "东风街道" if place == 0 else f"虚构{SIGNS[place]}{suffix}"
        former = f"{county.former_code[:6]}{middle:03d}000" if county.former_code else None
        yield Division(
            f"{county.code[:6]}{middle:03d}000",
            name,
            "township",
            suffix,
            county.code,
            former,
            name if former else None,
        )


def _signs(number: int) -> str:
    """Two characters for a number below 1764; different numbers have different ones."""
    return SIGNS[number // len(SIGNS)] + SIGNS[number % len(SIGNS)]
