"""Where the identities of a report fail: the fewest cells whose change would clear them all.

What is found is evidence for a person and never a repair: no cell is changed by it.

Identities that share a cell are looked at together. A set of cells clears them when each cell can
be given a value so that all of them hold, those that hold now included. The value follows from the
identities: as long as a wrong cell is left, some failing identity has just one, which says what
that cell would have to be. So the search takes a failing identity, then a cell of it, and goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from schemas.equations import EQUATION_RULES, Cell, terms_of
from schemas.rule_expr import RowCheck
from schemas.rule_models import MemberSumRule

MAX_CELLS = 3
"""Larger sets are not looked for: four changed numbers can clear almost any four sums."""
MAX_SETS = 12
"""How many sets are listed; more say no more than that the place is not known."""
MAX_TRIED = 20_000
"""Changes that are tried for the identities of one report that hang together."""

Place = tuple[str, str, str]
"""report_id, rule_id and place: what a finding is about."""
Changes = frozenset[tuple[Cell, Decimal]]
"""Cells, each with the value that it would have to have."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A printed sum of one report: its terms, each a factor and a cell, add up to nothing.

    `excess` is what they add up to as printed; up to `tolerance` the identity holds.
    """

    place: Place
    terms: tuple[tuple[int, Cell], ...]
    excess: Decimal
    tolerance: Decimal


@dataclass(frozen=True, slots=True)
class Clearing:
    """What would clear the failing identities that hang together.

    Attributes:
        failing: how many identities fail.
        sets: the smallest sets of changes, all of the same size; empty when none was found.
        is_complete: False when there are more sets than are listed, or the search was cut short.
    """

    failing: int
    sets: tuple[Changes, ...]
    is_complete: bool


def identities(checks: Iterable[RowCheck], wide: pl.DataFrame) -> Iterator[Identity]:
    """The identities that the rows of a wide table can be tested against.

    Args:
        checks: the rules' checks on the table; those that are no equation are passed over.
        wide: rows of the table as widen() makes it.
    """
    for check in checks:
        rule = check.rule
        if not isinstance(rule, EQUATION_RULES):
            continue
        by_member = isinstance(rule, MemberSumRule)
        sides = {format_id: side for side in check.sides for format_id in side.formats}
        rows = wide.filter(check.evaluable).select(
            "report_id",
            "format_id",
            check.place.alias("place"),
            pl.col("place").alias("row_place"),
            check.difference.alias("difference"),
        )
        for report_id, format_id, place, row_place, difference in rows.iter_rows():
            terms = terms_of(sides[format_id], row_place, by_member=by_member)
            yield Identity((report_id, rule.id, place), terms, difference, rule.tolerance)


def _fails(excess: Decimal, identity: Identity) -> bool:
    return abs(excess) > identity.tolerance


def _together(found: list[Identity]) -> list[list[Identity]]:
    """The identities in groups that share cells, those with a failing one only."""
    group_of: dict[Cell, list[Identity]] = {}
    for identity in found:
        joined: list[Identity] = [identity]
        for group in {id(g): g for _, c in identity.terms if (g := group_of.get(c))}.values():
            joined.extend(group)
        for member in joined:
            for _, cell in member.terms:
                group_of[cell] = joined
    groups = {id(group): group for group in group_of.values()}.values()
    return [group for group in groups if any(_fails(i.excess, i) for i in group)]


class _Search:
    """The search for sets of changes of one size in identities that hang together."""

    def __init__(self, group: list[Identity], values: Mapping[Cell, Decimal]) -> None:
        self.group = group
        self.values = values
        self.uses: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
        for number, identity in enumerate(group):
            for factor, cell in identity.terms:
                self.uses[cell].append((number, factor))
        self.most = max(len(uses) for uses in self.uses.values())
        self.tried = 0
        self.sets: set[Changes] = set()
        self.seen: set[Changes] = set()

    @property
    def is_cut(self) -> bool:
        return self.tried > MAX_TRIED or len(self.sets) > MAX_SETS

    def run(self, size: int) -> None:
        """Fill `sets` with the sets of this size."""
        self.seen.clear()
        self._go([identity.excess for identity in self.group], frozenset(), size)

    def _go(self, excess: list[Decimal], changes: Changes, left: int) -> None:
        failing = [n for n, identity in enumerate(self.group) if _fails(excess[n], identity)]
        if not failing:
            self.sets.add(changes)
            return
        # A cell stands in few identities, so many failing ones need many cells.
        if len(failing) > left * self.most:
            return
        changed = {cell for cell, _ in changes}
        for number in failing:
            for factor, cell in self.group[number].terms:
                if self.is_cut:
                    return
                if cell in changed:
                    continue
                delta = -excess[number] / factor
                value = self.values[cell] + delta
                # A printed count is not negative, and halves of cases do not exist.
                if value < 0 or delta * factor != -excess[number] or _gains_digits(delta, excess):
                    continue
                after = changes | {(cell, value)}
                if after in self.seen:
                    continue
                self.seen.add(after)
                self.tried += 1
                then = list(excess)
                for other, own in self.uses[cell]:
                    then[other] += own * delta
                self._go(then, after, left - 1)


def _gains_digits(delta: Decimal, excess: list[Decimal]) -> bool:
    """Whether a change has a fraction where no sum has one."""
    return delta % 1 != 0 and all(value % 1 == 0 for value in excess)


def clearing(group: list[Identity], values: Mapping[Cell, Decimal]) -> Clearing:
    """The smallest sets of cells that would clear identities of one report.

    Args:
        group: identities that hang together, failing ones and those that hold.
        values: the printed number of each of their cells, in its unit.
    """
    failing = sum(_fails(identity.excess, identity) for identity in group)
    search = _Search(group, values)
    for size in range(1, MAX_CELLS + 1):
        search.run(size)
        if search.sets or search.is_cut:
            break
    ordered = sorted(search.sets, key=sorted)
    return Clearing(failing, tuple(ordered[:MAX_SETS]), not search.is_cut)


def _failing_reports(equations: list[RowCheck], wide: pl.DataFrame) -> list[str]:
    fails = pl.any_horizontal(
        pl.lit(value=False), *((~check.holds).fill_null(value=False) for check in equations)
    )
    return wide.filter(fails)["report_id"].unique().to_list()


def localise(
    tables: Iterable[tuple[Iterable[RowCheck], pl.DataFrame]], facts: pl.DataFrame
) -> dict[Place, Clearing]:
    """What would clear each failing identity, with all that hang together with it.

    Args:
        tables: the wide tables of all reports, each with the checks of the rules on it.
        facts: ReportFacts rows of the reports.
    """
    every = [
        ([c for c in checks if isinstance(c.rule, EQUATION_RULES)], wide) for checks, wide in tables
    ]
    # Most reports add up: nothing is made of their rows.
    failing = {name for equations, wide in every for name in _failing_reports(equations, wide)}
    wrong: dict[str, list[Identity]] = defaultdict(list)
    for equations, wide in every:
        rows = wide.filter(pl.col("report_id").is_in(list(failing)))
        for identity in identities(equations, rows):
            wrong[identity.place[0]].append(identity)
    numbers = facts.filter(
        pl.col("report_id").is_in(list(wrong)) & pl.col("value").is_not_null()
    ).select("report_id", "item_code", "breakdown", "value")
    values: dict[str, dict[Cell, Decimal]] = defaultdict(dict)
    for report_id, item_code, breakdown, value in numbers.iter_rows():
        values[report_id][(item_code, breakdown)] = value
    found: dict[Place, Clearing] = {}
    for report_id, printed in wrong.items():
        for group in _together(printed):
            result = clearing(group, values[report_id])
            for identity in group:
                if _fails(identity.excess, identity):
                    found[identity.place] = result
    return found


def evidence_of(found: Clearing, cells: Mapping[Cell, dict[str, Any]]) -> dict[str, Any]:
    """What was found as an entry of a finding's evidence.

    Args:
        found: what would clear the finding's identity.
        cells: the facts of the report by cell.
    """
    sets = [
        [
            {
                "item_code": cell[0],
                "breakdown": cell[1],
                "raw_text": cells[cell]["raw_text"],
                "implied": f"{value.normalize():f}",
                "page": cells[cell]["page"],
                "locator": cells[cell]["locator"],
                "review_status": cells[cell]["review_status"],
                "runner_up": cells[cell]["runner_up"],
            }
            for cell, value in sorted(changes)
        ]
        for changes in found.sets
    ]
    return {
        "kind": "would_clear",
        "failing": found.failing,
        "largest_tried": MAX_CELLS,
        "is_complete": found.is_complete,
        "sets": sets,
    }
