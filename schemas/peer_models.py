"""Types of peer_groups.csv and rankings.csv: who is compared with whom, and in what.

A group is a set of conditions on an agency (kind, tier, sector) and a list of what its members
must have in common (`same`). Two agencies of a group are peers where all of `same` agree: the
group "county governments of a prefecture" has one list of peers for every prefecture.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from schemas.models import Strict
from schemas.vocabulary import AgencyKind, Tier

Same = Literal["kind", "tier", "sector", "province", "prefecture", "county"]
SEPARATOR = "|"


def _parts(value: Any) -> Any:
    """A cell such as `dept|dual` as a list; an empty cell as an empty one."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(SEPARATOR)) if value.strip() else ()


def _cell(values: Sequence[str]) -> WithJsonSchema:
    """The JSON Schema of a cell that lists some of `values`."""
    one = f"({'|'.join(values)})"
    return WithJsonSchema({"type": "string", "pattern": rf"^({one}(\|{one})*)?$"})


class PeerGroupRow(Strict):
    """A row of peer_groups.csv. Cells with several values separate them with `|`.

    An empty condition holds for every agency, also one of which the register says nothing; a
    condition with values holds for no agency whose value is not known.
    """

    peer_group_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    kinds: Annotated[
        tuple[AgencyKind, ...], BeforeValidator(_parts), _cell([kind.value for kind in AgencyKind])
    ] = ()
    tiers: Annotated[
        tuple[Tier, ...], BeforeValidator(_parts), _cell([tier.value for tier in Tier])
    ] = ()
    sectors: Annotated[tuple[str, ...], BeforeValidator(_parts), _cell(["[^|]+"])] = ()
    same: Annotated[tuple[Same, ...], BeforeValidator(_parts), _cell(get_args(Same))] = ()

    @model_validator(mode="after")
    def _says_something_once(self) -> PeerGroupRow:
        for name in ("kinds", "tiers", "sectors", "same"):
            values: tuple[str, ...] = getattr(self, name)
            if "" in values:
                raise ValueError(f"{name}: a value between separators is empty")
            if len(set(values)) < len(values):
                raise ValueError(f"{name}: a value is listed twice")
        if not (self.kinds or self.tiers or self.sectors or self.same):
            raise ValueError("without a condition every agency would be a peer of every other")
        if AgencyKind.UNKNOWN in self.kinds:
            raise ValueError("kinds: agencies of unknown kind are peers of nobody")
        return self


class RankingRow(Strict):
    """A row of rankings.csv: an indicator by which peers are ranked.

    `alternative_indicator_id` has the same numerator over another denominator, or is another
    answer to the same question; the rank by it shows how far a rank hangs on that choice.
    """

    indicator_id: str = Field(min_length=1)
    alternative_indicator_id: str = ""


def ranking_fault(rows: Sequence[RankingRow], known: Collection[str]) -> str | None:
    """What is wrong with the rankings, in words; None where nothing is.

    Args:
        rows: the rows of rankings.csv.
        known: ids of the indicators that cmp_indicator_long has.
    """
    seen: set[str] = set()
    for row in rows:
        unknown = {row.indicator_id, row.alternative_indicator_id} - {"", *known}
        if unknown:
            return f"{min(unknown)} is no indicator of one agency in indicators.yml"
        if row.alternative_indicator_id == row.indicator_id:
            return f"{row.indicator_id} cannot be the alternative of itself"
        if row.indicator_id in seen:
            return f"{row.indicator_id} is listed twice"
        seen.add(row.indicator_id)
    return None


def repeated_group(rows: Sequence[PeerGroupRow]) -> str | None:
    """The id of the first group that is defined twice, by id or by conditions; None where none is.

    Two groups with the same conditions would rank the same agencies twice under two names.
    """
    seen: set[object] = set()
    for row in rows:
        conditions = tuple(
            frozenset(values) for values in (row.kinds, row.tiers, row.sectors, row.same)
        )
        if row.peer_group_id in seen or conditions in seen:
            return row.peer_group_id
        seen |= {row.peer_group_id, conditions}
    return None
