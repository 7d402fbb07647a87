"""Types of the register's files: divisions, agencies, rosters, population, matching decisions.

One class is one line of a CSV file. The bundled part lies in schemas/divisions/ and
schemas/agencies/, the operator's part in the data folder's config/; what the lines mean together
is in assets/agencies/.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from schemas.credit_code import credit_code_fault
from schemas.models import Strict
from schemas.vocabulary import AgencyEventKind, AgencyKind, AgencyNameType, Tier

FIRST_YEAR, LAST_YEAR = 1949, 2100


def _none_where_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _twelve_digits(value: Any) -> Any:
    """Codes of six and nine digits are short for codes that end in zeros."""
    if isinstance(value, str) and re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}", value.strip()):
        return value.strip().ljust(12, "0")
    return value


def _iso_date(value: Any) -> Any:
    """Dates as spreadsheets and people write them: 2024/1/31, 2024.1.31, 2024年1月31日."""
    if isinstance(value, str) and (found := _WRITTEN_DATE.fullmatch(value.strip())):
        year, month, day = (int(part) for part in found.groups())
        return f"{year:04d}-{month:02d}-{day:02d}"
    return _none_where_empty(value)


_WRITTEN_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
DIVISION_PATTERN = r"^\d{12}$"

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z._-]{1,60}$")]
DivisionCode = Annotated[
    str, BeforeValidator(_twelve_digits), StringConstraints(pattern=DIVISION_PATTERN)
]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
MaybeText = Annotated[Text | None, BeforeValidator(_none_where_empty)]
MaybeCode = Annotated[Code | None, BeforeValidator(_none_where_empty)]
MaybeDivision = Annotated[DivisionCode | None, BeforeValidator(_none_where_empty)]
MaybeDate = Annotated[dt.date | None, BeforeValidator(_iso_date)]
MaybeYear = Annotated[Year | None, BeforeValidator(_none_where_empty)]
MaybeTier = Annotated[Tier | None, BeforeValidator(_none_where_empty)]
Flag = Annotated[bool, BeforeValidator(lambda value: False if value in (None, "") else value)]


class Dated(Strict):
    """Base of lines with a first and last day; null where unknown or still open."""

    valid_from: MaybeDate = None
    valid_to: MaybeDate = None

    @field_validator("valid_to")
    @classmethod
    def _ends_after_it_begins(cls, value: dt.date | None, info: Any) -> dt.date | None:
        begins = info.data.get("valid_from")
        if value is not None and begins is not None and value < begins:
            raise ValueError(f"lies before valid_from {begins}")
        return value


class DivisionLine(Dated):
    """A line of config/divisions.csv: a division that the bundled list lacks, or made up."""

    division_code: DivisionCode
    name: Text
    parent: MaybeDivision = None
    is_synthetic: Flag = False


class AgencyLine(Dated):
    """A line of agencies.csv: a registered agency. Its names are in names.csv."""

    agency_code: Code
    kind: AgencyKind
    tier: MaybeTier = None
    sector: MaybeCode = None
    vertical_system: MaybeText = None
    parent: MaybeCode = None
    division_code: MaybeDivision = None
    uscc: MaybeText = None
    site_host: MaybeText = None
    is_synthetic: Flag = False

    @field_validator("uscc")
    @classmethod
    def _check_characters_hold(cls, value: str | None) -> str | None:
        fault = credit_code_fault(value) if value else None
        if fault:
            raise ValueError(fault)
        return value

    @field_validator("site_host")
    @classmethod
    def _is_a_host(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", value.lower()):
            raise ValueError("write the host alone, as www.example.gov.cn")
        return value.lower().removeprefix("www.") if value else None


class AgencyNameLine(Dated):
    """A line of names.csv: a name that an agency bore in some time."""

    agency_code: Code
    name: Text
    name_type: AgencyNameType = AgencyNameType.OFFICIAL


class AgencyEventLine(Strict):
    """A line of events.csv: what happened to agencies, and what it rests on."""

    kind: AgencyEventKind
    event_on: MaybeDate = None
    from_code: MaybeCode = None
    to_code: MaybeCode = None
    basis: MaybeText = None


class RosterLine(Strict):
    """A line of config/rosters/*.csv: an agency that owes a report, by code or by name."""

    region_code: DivisionCode
    report_year: Year
    agency_code: MaybeCode = None
    agency_name: MaybeText = None
    due_on: MaybeDate = None


class PopulationLine(Strict):
    """A line of config/population.csv."""

    division_code: DivisionCode
    year: Year
    population: Annotated[int, Field(gt=0)]
    source: Text


class DecisionLine(Strict):
    """A line of config/decisions/agency_matches.csv: whose reports of this name or document are.

    Either `document` (doc_id) or `agency_name`, the latter with a host or a division where the name
    is borne by several agencies. `decided_by` and `reason` say who and why.
    """

    agency_code: Code
    document: Annotated[
        str | None, BeforeValidator(_none_where_empty), Field(pattern=r"^[0-9a-f]{64}$")
    ] = None
    agency_name: MaybeText = None
    site_host: MaybeText = None
    division_code: MaybeDivision = None
    decided_by: Text
    reason: Text


class SectorLine(Strict):
    """A line of sectors.csv: words of a name that tell the sector; the first that fits decides.

    `where` is kind (the wording is a kind of agency) or has (the wording stands in the name after
    its place).
    """

    where: Annotated[str, Field(pattern="^(kind|has)$")]
    wording: Text
    sector: Code
    title_zh: Text
    title_en: Text


REGISTER_LINES: dict[str, type[Strict]] = {
    "agencies/agencies.csv": AgencyLine,
    "agencies/names.csv": AgencyNameLine,
    "agencies/events.csv": AgencyEventLine,
    "divisions.csv": DivisionLine,
    "rosters/*.csv": RosterLine,
    "population.csv": PopulationLine,
    "decisions/agency_matches.csv": DecisionLine,
    "sectors.csv": SectorLine,
}
"""The model of a line of each file; `sectors.csv` is the project's, the others also config/'s."""
