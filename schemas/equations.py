"""The printed sums of the forms as equations over cells, from the rules that state them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from schemas.rule_expr import RowCheck, Sides, row_checks, table_rules
from schemas.rule_models import BalanceRule, MemberSumRule, SumRule
from schemas.tables import NUMBER, total_members

if TYPE_CHECKING:
    from schemas.catalog import Catalog, Format

Cell = tuple[str, str]
"""item_code and breakdown."""
EQUATION_RULES = (SumRule, BalanceRule, MemberSumRule)
FIRST_YEAR, LAST_YEAR = 0, 9999
"""Of a rule that holds in every report year."""


def terms_of(sides: Sides, place: str, *, by_member: bool) -> tuple[tuple[int, Cell], ...]:
    """The cells of an equation, each with its factor; they add up to nothing where it holds.

    Args:
        sides: both sides of a check.
        place: the member of the axis, or the item where the sides name members.
        by_member: the sides name members.
    """
    factors: dict[Cell, int] = defaultdict(int)
    for side, sign in ((sides.left, 1), (sides.right, -1)):
        for own_sign, name in side:
            factors[(place, name) if by_member else (name, place)] += sign * own_sign
    return tuple((factor, cell) for cell, factor in factors.items() if factor)


def _places(check: RowCheck, form: Format, totals: frozenset[str]) -> Iterator[str]:
    cells = [cell for cell in form.cells if cell.table_id == check.rule.table]
    if isinstance(check.rule, MemberSumRule):
        yield from dict.fromkeys(cell.item_code for cell in cells)
        return
    for place in dict.fromkeys(cell.breakdown for cell in cells):
        if check.rule.breakdown == "each" or place in totals or not place:
            yield place


def _equations(
    catalog: Catalog,
) -> Iterator[tuple[str, SumRule | BalanceRule | MemberSumRule, tuple[tuple[int, Cell], ...]]]:
    """Format, rule and terms of every equation."""
    totals = total_members(catalog)
    rules = [rule for found in table_rules(catalog).values() for rule in found]
    checks = [
        (rule, check)
        for rule in rules
        if isinstance(rule, EQUATION_RULES)
        for check in row_checks(rule, catalog)
    ]
    for rule, check in checks:
        for sides, format_id in ((side, name) for side in check.sides for name in side.formats):
            form = catalog.formats[format_id]
            printed = {(cell.item_code, cell.breakdown) for cell in form.cells}
            for place in _places(check, form, totals):
                terms = terms_of(sides, place, by_member=isinstance(rule, MemberSumRule))
                if printed.issuperset(cell for _, cell in terms):
                    yield format_id, rule, terms


@lru_cache(maxsize=8)
def equations(catalog: Catalog) -> pl.DataFrame:
    """Every printed sum of every format, one row per cell that stands in it.

    Returns:
        equation (number), format_id, item_code, breakdown, factor (the cells times their factors
        add up to nothing), tolerance (in the cells' unit), terms (how many cells the equation
        has), valid_from and valid_to (report years, both included).
    """
    rows = [
        (
            number,
            format_id,
            *cell,
            factor,
            rule.tolerance,
            len(terms),
            rule.valid_from or FIRST_YEAR,
            rule.valid_to or LAST_YEAR,
        )
        for number, (format_id, rule, terms) in enumerate(_equations(catalog))
        for factor, cell in terms
    ]
    schema = {
        "equation": pl.Int32,
        "format_id": pl.String,
        "item_code": pl.String,
        "breakdown": pl.String,
        "factor": pl.Int8,
        "tolerance": NUMBER,
        "terms": pl.UInt32,
        "valid_from": pl.Int32,
        "valid_to": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
