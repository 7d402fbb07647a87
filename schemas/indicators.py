"""The indicators of indicators.yml, their formulas resolved to signed cells of a wide row.

A figure is the sum of the signed terms of its numerator, divided by that of its denominator where
it has one, times `per`. It has no value where a term is missing or the denominator is not positive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from schemas.concepts import ConceptColumn, concept_columns
from schemas.indicator_models import RATIOS, IndicatorEntry, IndicatorFile, Member, Unit

if TYPE_CHECKING:  # catalog.py checks indicators with this module
    from schemas.catalog import Catalog

Part = Literal["numerator", "denominator"]
MEASURES = (
    "population",
    "days_after_deadline",
    "published_on_time",
    "error_findings",
    "warning_findings",
    "clean_report",
    "text_runs_changed",
    "text_runs",
)
"""Columns of int_reports__measured: what a figure may use beside the cells of the tables."""
TOTAL = "total"
_TOKEN = re.compile(r"(previous\()?([a-z0-9_.]+)(?:@([a-z_]+))?(\))?$")


@dataclass(frozen=True, slots=True)
class IndicatorTerm:
    """A signed term: a concept and member of its axis, or a measure; maybe of the year before."""

    part: Part
    sign: int
    concept: str
    breakdown: str
    table_id: str
    measure: str
    is_previous_year: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `entry` has its fields, with {code}, {zh} and {en} filled in."""

    position: int
    entry: IndicatorEntry
    family: str
    unit: Unit
    minimum_denominator: int | None
    terms: tuple[IndicatorTerm, ...]

    @property
    def id(self) -> str:
        """The name of the indicator, and of its column."""
        return self.entry.id

    @property
    def has_denominator(self) -> bool:
        """Whether it is a quotient."""
        return bool(self.entry.denominator)

    @property
    def is_column(self) -> bool:
        """Whether cmp_agency_year has it: it is available and belongs to one agency."""
        return self.entry.available and self.entry.scope != "group"

    def of(self, part: Part) -> tuple[IndicatorTerm, ...]:
        """The terms of the numerator or the denominator."""
        return tuple(term for term in self.terms if term.part == part)


def _terms_of(
    entry: IndicatorEntry,
    part: Part,
    file: IndicatorFile,
    columns: dict[tuple[str, str], ConceptColumn],
) -> Iterator[IndicatorTerm]:
    formula = entry.numerator if part == "numerator" else entry.denominator
    words = formula.split()
    if not words:
        return
    if len(words) % 2 == 0 or any(word not in {"+", "-"} for word in words[1::2]):
        raise ValueError(f"{entry.id}: names with + or - between them, not: {formula}")
    for sign, word in zip(["+", *words[1::2]], words[::2], strict=True):
        match = _TOKEN.match(word)
        if match is None or bool(match[1]) != bool(match[4]):
            raise ValueError(f"{entry.id}: {word} is not a name, name@member or previous(name)")
        name, member, previous = match[2], match[3], bool(match[1])
        signed = 1 if sign == "+" else -1
        if name.startswith("measure."):
            measure = name.removeprefix("measure.")
            if measure not in MEASURES or member or previous:
                raise ValueError(f"{entry.id}: {word} is not a measure ({', '.join(MEASURES)})")
            yield IndicatorTerm(part, signed, "", "", "", measure, False)
            continue
        for concept in file.sums.get(name, (name,)):
            breakdown = member or (TOTAL if (concept, TOTAL) in columns else "")
            column = columns.get((concept, breakdown))
            if column is None:
                at = f"{concept}@{breakdown}" if breakdown else concept
                raise ValueError(f"{entry.id}: no format prints {at}, named by {word}")
            yield IndicatorTerm(part, signed, concept, breakdown, column.table_id, "", previous)


def _check_years(
    entry: IndicatorEntry,
    terms: tuple[IndicatorTerm, ...],
    columns: dict[tuple[str, str], ConceptColumn],
    catalog: Catalog,
) -> None:
    """The years given are those in which every term is printed, so that no gap comes unseen."""
    years = set(catalog.report_years)
    for term in terms:
        if term.concept:
            formats = columns[term.concept, term.breakdown].formats
            printed = {
                year
                for year in catalog.report_years
                if (form := catalog.format_for(year)) and form.format_id in formats
            }
            years &= {year + 1 for year in printed} if term.is_previous_year else printed
    last = entry.last_report_year or catalog.report_years[-1]
    given = set(range(max(entry.first_report_year, catalog.report_years[0]), last + 1))
    if any(term.concept for term in terms) and given != years:
        span = f"{min(years)} to {max(years)}" if years else "no year"
        raise ValueError(
            f"{entry.id}: the formats print its terms in {span}: "
            "correct first_report_year or last_report_year"
        )


def _check_previous(
    entry: IndicatorEntry, terms: tuple[IndicatorTerm, ...], catalog: Catalog
) -> None:
    """What is set against the year before inside one figure must be comparable in every step."""
    lagged = {term.concept for term in terms if term.is_previous_year}
    rows = [*catalog.crosswalk, *catalog.breaks]
    for row in rows:
        if row.concept in lagged and row.comparability == "not_comparable":
            raise ValueError(f"{entry.id}: {row.concept} is not comparable over the years")


def _filled(entry: IndicatorEntry, member: Member) -> IndicatorEntry:
    texts = {
        name: value.replace("{code}", member.code)
        .replace("{zh}", member.zh)
        .replace("{en}", member.en)
        for name, value in entry.model_dump(exclude={"each"}).items()
        if isinstance(value, str)
    }
    return entry.model_copy(update=texts)


def _expanded(
    entry: IndicatorEntry, file: IndicatorFile, catalog: Catalog
) -> Iterator[IndicatorEntry]:
    if not entry.each:
        yield entry
    elif entry.each in catalog.axes:
        for member in catalog.axes[entry.each]:
            if member.breakdown != TOTAL:
                yield _filled(
                    entry, Member(code=member.breakdown, zh=member.label, en=member.label_en)
                )
    elif entry.each in file.members:
        for member in file.members[entry.each]:
            yield _filled(entry, member)
    else:
        raise ValueError(f"{entry.id}: {entry.each} is neither an axis nor one of `members`")


def resolve_indicators(file: IndicatorFile, catalog: Catalog) -> tuple[Indicator, ...]:
    """The indicators of a file in its order, one for each member of an entry with `each`.

    Raises:
        ValueError: an entry names what does not exist, is defined twice, or claims years in which
            its terms are not printed; the message names it and says what to correct.
    """
    columns = {(one.concept, one.breakdown): one for one in concept_columns(catalog)}
    concepts = {concept for concept, _ in columns}
    for name, parts in file.sums.items():
        if missing := set(parts) - concepts:
            raise ValueError(f"sums: {name} names {sorted(missing)}, which no format prints")
    out: list[Indicator] = []
    for written in file.indicators:
        for entry in _expanded(written, file, catalog):
            if entry.unit not in file.units:
                raise ValueError(f"{entry.id}: {entry.unit} is not one of `units`")
            terms = (
                *_terms_of(entry, "numerator", file, columns),
                *_terms_of(entry, "denominator", file, columns),
            )
            if re.fullmatch(r"[a-z][a-z0-9_]*", entry.id) is None:
                raise ValueError(f"{entry.id}: a name is lower-case letters, digits and _")
            _check_years(entry, terms, columns, catalog)
            _check_previous(entry, terms, catalog)
            least = entry.minimum_denominator
            out.append(
                Indicator(
                    position=len(out) + 1,
                    entry=entry,
                    family=written.id.replace("{code}", "*"),
                    unit=file.units[entry.unit],
                    minimum_denominator=(
                        (file.minimum_denominator if least is None else least)
                        if entry.kind in RATIOS and entry.available
                        else None
                    ),
                    terms=terms,
                )
            )
    for first, second in pairwise(sorted(one.id for one in out)):
        if first == second:
            raise ValueError(f"{first} is defined twice")
    return tuple(out)


def _side(entry_formula: str) -> str:
    return f"({entry_formula})" if " " in entry_formula else entry_formula


def formula_text(indicator: Indicator) -> str:
    """The formula as the file writes it, e.g. `(disclosed + partially_disclosed) / settled`."""
    entry = indicator.entry
    if entry.group_rule:
        return f"{entry.group_rule}({entry.numerator})"
    if not entry.denominator:
        return entry.numerator
    times = f" * {entry.per}" if entry.per != 1 else ""
    return f"{_side(entry.numerator)}{times} / {_side(entry.denominator)}"
