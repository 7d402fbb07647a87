"""How a report year of a table is cut into parts, so that one report never costs a whole year.

A part holds all reports of some agencies: a report, its other versions and the years before and
after lie in parts that are made together or can be found without a search. Where an agency
belongs depends on its code and on the number of parts alone, so the same reports always give the
same files. A year with few reports is one part, which is the plain file of that year.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

REPORTS_PER_PART = 1000
PARTS_AT_ONCE = 4
"""Parts that one run makes, so that memory does not grow with the year."""

PARTS_TAG = "gongkai/parts"
"""Tag of a run that makes some parts of its report year only."""

_BITS = 32
_FOLDER = re.compile(r"part=(\d+)-of-(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One of `count` parts of a report year, numbered from 0."""

    count: int
    number: int

    @property
    def folder(self) -> str:
        """The folder of its files under the year's; '' where the year is one part."""
        width = len(str(self.count - 1))
        return "" if self.count == 1 else f"part={self.number:0{width}d}-of-{self.count}"


WHOLE = Part(count=1, number=0)


def parts_for(report_count: int) -> tuple[Part, ...]:
    """The parts of a year with that many reports: a power of two, so that growth splits each."""
    count = 1
    while report_count > count * REPORTS_PER_PART:
        count *= 2
    return tuple(Part(count, number) for number in range(count))


def part_numbers(agency_codes: Iterable[str], count: int) -> dict[str, int]:
    """The part, from 0, of each agency where there are `count`.

    The first bits of the SHA-256 of the code decide: even, whatever codes look like, and the
    same in every version of every library.
    """
    return {
        code: int(hashlib.sha256(code.encode()).hexdigest()[: _BITS // 4], 16) * count >> _BITS
        for code in set(agency_codes)
    }


def part_in(folder: str) -> Part | None:
    """The part that a folder's name names; None where it names none."""
    found = _FOLDER.fullmatch(folder)
    return Part(int(found[2]), int(found[1])) if found else None


def year_parts(reports: pl.DataFrame) -> dict[int, tuple[Part, ...]]:
    """The parts of every report year that has reports (Reports rows)."""
    counts = reports.drop_nulls("report_year").group_by("report_year").len()
    return {year: parts_for(count) for year, count in counts.iter_rows()}


def numbered(reports: pl.DataFrame, count: int) -> pl.DataFrame:
    """Reports with `part`, their part, from 0, where there are `count`."""
    numbers = part_numbers(reports["agency_code"], count) if count > 1 else {}
    part = (
        pl.col("agency_code").replace_strict(numbers, return_dtype=pl.Int32)
        if numbers
        else pl.lit(0, dtype=pl.Int32)
    )
    return reports.with_columns(part=part)


def of_parts(reports: pl.DataFrame, report_year: int, parts: Sequence[Part] | None) -> pl.DataFrame:
    """The reports of a year, or those of some of its parts (None: all of them)."""
    mine = reports.filter(pl.col("report_year") == report_year)
    if parts is None or not parts:
        return mine
    wanted = [part.number for part in parts]
    return numbered(mine, parts[0].count).filter(pl.col("part").is_in(wanted)).drop("part")


def parts_text(parts: Sequence[Part]) -> str:
    """Parts of one year as the tag of a run has them."""
    return f"{','.join(str(part.number) for part in parts)} of {parts[0].count}"


def parts_from(text: str) -> tuple[Part, ...]:
    """The parts that a tag names.

    Raises:
        ValueError: the text is none that parts_text makes.
    """
    numbers, _, count = text.partition(" of ")
    return tuple(Part(int(count), int(number)) for number in numbers.split(","))
