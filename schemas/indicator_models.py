"""Types of indicators.yml, the metric dictionary. What its formulas mean is in indicators.py."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.models import Strict
from schemas.vocabulary import AgencyKind

Kind = Literal["count", "sum", "difference", "ratio", "share"]
Scope = Literal["agency", "group", "report_metadata"]
GroupRule = Literal["zero_share", "top_tenth_share"]
DeadlineBasis = Literal["law", "practice"]
RATIOS: tuple[Kind, ...] = ("ratio", "share")


class Unit(Strict):
    """A unit in both languages."""

    zh: str
    en: str


class Deadline(Strict):
    """A day of the year after the report year; `basis` says whether law or practice sets it."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    basis: DeadlineBasis

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        dt.date(2023, self.month, self.day)
        return self


class Member(Strict):
    """What {code}, {zh} and {en} stand for in one of the indicators made from an entry."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    zh: str
    en: str


class IndicatorEntry(Strict):
    """An entry of indicators.yml; with `each` it stands for one indicator per member.

    A share is a part of its denominator, so that an interval can be given; a ratio need not be.
    `per` multiplies the ratio. `minimum_denominator` is that of the file where it is left out.
    """

    id: str
    number: int = Field(ge=1)
    kind: Kind
    unit: str
    scope: Scope = "agency"
    each: str = ""
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    numerator: str = ""
    denominator: str = ""
    per: int = Field(default=1, ge=1)
    group_rule: GroupRule | None = None
    first_report_year: int = 2019
    last_report_year: int | None = None
    minimum_denominator: int | None = Field(default=None, ge=0)
    in_long: bool = True
    available: bool = True
    reason_zh: str = ""
    reason_en: str = ""
    caveat_zh: str = ""
    caveat_en: str = ""
    version: int = Field(default=1, ge=1)
    source: str = ""
    peers: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.available != (not self.reason_zh and not self.reason_en):
            raise ValueError(f"{self.id}: give a reason where, and only where, it is not available")
        if self.available != bool(self.numerator):
            raise ValueError(f"{self.id}: an indicator has a numerator where it is available")
        if (self.scope == "group") != (self.group_rule is not None):
            raise ValueError(f"{self.id}: an indicator of a group, and no other, has a group_rule")
        divides = self.available and self.scope != "group" and self.kind in RATIOS
        if divides != bool(self.denominator):
            raise ValueError(f"{self.id}: a ratio or share, and nothing else, has a denominator")
        if bool(self.caveat_zh) != bool(self.caveat_en):
            raise ValueError(f"{self.id}: caveats are given in both languages")
        return self


class IndicatorFile(Strict):
    """indicators.yml."""

    minimum_denominator: int = Field(ge=0)
    units: dict[str, Unit]
    deadlines: dict[AgencyKind, Deadline]
    sums: dict[str, tuple[str, ...]]
    members: dict[str, tuple[Member, ...]]
    indicators: tuple[IndicatorEntry, ...]
