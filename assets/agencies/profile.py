"""What a name and its place tell of an agency: sector, division and tier, or nothing.

Only what follows beyond doubt is said. A place that may be another, or that the list of divisions
does not know, leaves the division empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assets.agencies.files import read_lines
from assets.agencies.gazetteer import Gazetteer, Located
from schemas.catalog import BUNDLED, CatalogError
from schemas.register_models import SectorLine
from schemas.vocabulary import AgencyKind, Tier

_TOWNSHIP_KINDS = frozenset({AgencyKind.TOWNSHIP, AgencyKind.STREET})
TIERLESS_KINDS = frozenset({AgencyKind.ZONE, AgencyKind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Profile:
    """Division, tier and sector of an agency; None where they are not known beyond doubt."""

    division_code: str | None
    tier: str | None
    sector: str | None


@lru_cache(maxsize=2)
def sector_rules(path: Path = BUNDLED / "sectors.csv") -> tuple[SectorLine, ...]:
    """The lines of sectors.csv, in file order.

    Raises:
        CatalogError: a line is malformed; the message names it.
    """
    found = read_lines(path, SectorLine, path.name)
    if found.notes:
        raise CatalogError(str(found.notes[0]))
    return tuple(placed.line for placed in found.lines)


def sector_of(words: str, kind: str, rules: tuple[SectorLine, ...]) -> str | None:
    """Sector by the first rule that fits the kind of agency or the words after its place."""
    for rule in rules:
        if rule.wording == kind if rule.where == "kind" else rule.wording in words:
            return rule.sector
    return None


def profile(
    located: Located,
    kind: str,
    place: str | None,
    year: int | None,
    gazetteer: Gazetteer,
    tiers: Mapping[str, str],
) -> Profile:
    """What is known of an agency of a kind whose name begins as located.

    Args:
        located: where its name begins.
        kind: AgencyKind value.
        place: the one division that is meant, None where several are possible.
        year: report year.
        gazetteer: for parts of a division named later in the name (公安局鹿城区分局).
        tiers: tier of each division code.
    """
    sector = sector_of(located.rest, kind, sector_rules())
    if kind == AgencyKind.STATE_COUNCIL_DEPT:
        return Profile(None, Tier.STATE.value, sector)
    division, tier = _where(located, kind, place, year, gazetteer, tiers)
    return Profile(division, Tier.TOWNSHIP.value if kind in _TOWNSHIP_KINDS else tier, sector)


def _where(
    located: Located,
    kind: str,
    place: str | None,
    year: int | None,
    gazetteer: Gazetteer,
    tiers: Mapping[str, str],
) -> tuple[str | None, str | None]:
    """Division and its tier; a tier is left out where the agency is not one of the division's."""
    if place is None or (kind in _TOWNSHIP_KINDS and tiers[place] == Tier.PROVINCE):
        return None, None
    if kind == AgencyKind.DUAL:
        parts = gazetteer.within(located.rest, place, year)
        return (parts[0], tiers[parts[0]]) if len(parts) == 1 else (place, None)
    if located.is_followed_by_a_place and kind not in _TOWNSHIP_KINDS:
        return None, None
    return place, None if kind in TIERLESS_KINDS else tiers[place]
