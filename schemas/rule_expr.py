"""A rule on a wide table as polars expressions: the single meaning of the arithmetic rules.

Each rule becomes one or more RowChecks (one per group). For every row they say whether the rule
applies, whether it can be evaluated (every term is a reported number), what stands on the left
and on the right, and whether it holds. rule_checks.py hands `holds` to pandera.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from schemas.rule_models import (
    BalanceRule,
    BoundRule,
    CellTextRule,
    Condition,
    ImpliesRule,
    MemberSumRule,
    PatternRule,
    RatioRule,
    Rule,
    SumRule,
    TableRule,
    Term,
)
from schemas.tables import (
    SUM,
    ZERO,
    WideTable,
    member_table,
    resolve,
    status_column,
    total_members,
    wide_table,
)
from schemas.vocabulary import ValueStatus

if TYPE_CHECKING:  # catalog.py checks rules with this module
    from schemas.catalog import Catalog, Format

Signed = tuple[tuple[int, str], ...]
ZERO_LIKE = [ValueStatus.BLANK.value, ValueStatus.PLACEHOLDER.value]
"""States that an agency may have meant as zero; the difference is then also given as if so."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The terms of a rule as a set of formats prints them, each a sign and a column."""

    formats: tuple[str, ...]
    left: Signed
    right: Signed

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of both sides, each once."""
        return tuple(dict.fromkeys(name for _, name in (*self.left, *self.right)))


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A rule, or one group of it, over the rows of a wide table.

    The expressions are null on rows where the rule does not apply or cannot be evaluated;
    `applies` and `evaluable` never are.
    """

    rule: TableRule
    group: str
    sides: tuple[Sides, ...]
    applies: pl.Expr
    evaluable: pl.Expr
    holds: pl.Expr
    left: pl.Expr
    right: pl.Expr
    difference: pl.Expr
    difference_if_blank_is_zero: pl.Expr
    missing: pl.Expr

    @property
    def name(self) -> str:
        """Name of the pandera check: the rule id, and the group where there is one."""
        return f"{self.rule.id}/{self.group}" if self.group else self.rule.id

    @property
    def place(self) -> pl.Expr:
        """Place within the report: the row's place, the group, or both."""
        if not self.group:
            return pl.col("place")
        with_member = pl.concat_str(pl.lit(f"{self.group}:"), pl.col("place"))
        by_member = self.rule.breakdown == "each"
        return (
            pl.when((pl.col("place") == "") | (not by_member))
            .then(pl.lit(self.group))
            .otherwise(with_member)
        )


def _signed_sum(terms: Signed, value: Callable[[str], pl.Expr]) -> pl.Expr:
    total = ZERO
    for sign, name in terms:
        total = total + value(name) if sign > 0 else total - value(name)
    return total.cast(SUM)


def _printed(name: str) -> pl.Expr:
    return pl.col(name)


def _blank_as_zero(name: str) -> pl.Expr:
    blank = pl.col(status_column(name)).is_in(ZERO_LIKE)
    return pl.when(blank).then(ZERO).otherwise(pl.col(name))


def _by_format(sides: tuple[Sides, ...], make: Callable[[Sides], pl.Expr]) -> pl.Expr:
    """The expression of the row's own format; null for formats without the terms."""
    out: pl.Expr = pl.lit(None)
    for side in sides:
        out = pl.when(pl.col("format_id").is_in(list(side.formats))).then(make(side)).otherwise(out)
    return out


def _state(condition: Condition, value: pl.Expr) -> pl.Expr:
    return value > ZERO if condition.state == "positive" else value == ZERO


def _holds(rule: TableRule, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    if isinstance(rule, SumRule | BalanceRule | MemberSumRule):
        return (left - right).abs() <= pl.lit(rule.tolerance)
    if isinstance(rule, ImpliesRule):
        return ~_state(rule.when, left) | _state(rule.then, right)
    if isinstance(rule, BoundRule):
        slack = pl.lit(rule.tolerance)
        if rule.relation == "at_least":
            return left >= right - slack
        return left <= right + slack
    if isinstance(rule, RatioRule):
        numerator, denominator = left.cast(pl.Float64), right.cast(pl.Float64)
        limit = rule.share * denominator
        within = numerator <= limit if rule.reached == "above" else numerator < limit
        return (denominator < rule.minimum) | within
    raise TypeError(f"{rule.id}: no meaning for a rule of type {type(rule).__name__}")


def _terms(rule: TableRule) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    if isinstance(rule, SumRule):
        return rule.total, rule.parts
    if isinstance(rule, BalanceRule | BoundRule):
        return rule.left, rule.right
    if isinstance(rule, ImpliesRule):
        return rule.when.terms, rule.then.terms
    if isinstance(rule, RatioRule):
        return rule.numerator, rule.denominator
    raise TypeError(f"{rule.id}: no terms for a rule of type {type(rule).__name__}")


def _members_of(rule: MemberSumRule, form: Format) -> tuple[Signed, Signed] | None:
    for table in form.tables:
        for block in table.blocks:
            if table.table_id != rule.table or block.axis != rule.axis:
                continue
            totals = tuple((1, c.breakdown) for c in block.columns if c.is_total)
            parts = tuple((1, c.breakdown) for c in block.columns if not c.is_total)
            return (totals, parts) if totals and parts else None
    return None


def _sides(rule: TableRule, group: str, catalog: Catalog) -> tuple[Sides, ...]:
    """The terms in every format of the scope, formats that print the same terms together."""
    found: dict[tuple[Signed, Signed], list[str]] = defaultdict(list)
    for format_id, form in catalog.formats.items():
        if not rule.applies_to_format(format_id):
            continue
        if isinstance(rule, MemberSumRule):
            pair = _members_of(rule, form)
        else:
            left, right = (resolve(terms, form, rule.table, group) for terms in _terms(rule))
            pair = None if left is None or right is None else (left, right)
        if pair is not None:
            found[pair].append(format_id)
    return tuple(Sides(tuple(ids), left, right) for (left, right), ids in found.items())


def _row_check(rule: TableRule, group: str, catalog: Catalog) -> RowCheck:
    sides = _sides(rule, group, catalog)
    constant = pl.lit(rule.constant if isinstance(rule, BoundRule) else Decimal(0), dtype=SUM)

    def right_of(side: Sides, value: Callable[[str], pl.Expr]) -> pl.Expr:
        return (_signed_sum(side.right, value) + constant).cast(SUM)

    def any_cell(side: Sides) -> pl.Expr:
        return pl.any_horizontal(pl.col(status_column(n)).is_not_null() for n in side.names)

    def all_reported(side: Sides) -> pl.Expr:
        return pl.all_horizontal(pl.col(n).is_not_null() for n in side.names)

    def not_reported(side: Sides) -> pl.Expr:
        return pl.concat_list(
            pl.when(pl.col(n).is_null()).then(pl.lit(n)) for n in side.names
        ).list.drop_nulls()

    applies = _by_format(sides, any_cell).fill_null(value=False)
    if rule.valid_from is not None:
        applies = applies & (pl.col("report_year") >= rule.valid_from)
    if rule.valid_to is not None:
        applies = applies & (pl.col("report_year") <= rule.valid_to)
    if rule.breakdown == "total":
        applies = applies & pl.col("place").is_in(["", *sorted(total_members(catalog))])
    evaluable = applies & _by_format(sides, all_reported).fill_null(value=False)
    left = _by_format(sides, lambda side: _signed_sum(side.left, _printed))
    right = _by_format(sides, lambda side: right_of(side, _printed))
    # Where a term is missing, only what an agency may have meant as zero counts as zero.
    assumed = _by_format(
        sides,
        lambda side: (_signed_sum(side.left, _blank_as_zero) - right_of(side, _blank_as_zero)).cast(
            SUM
        ),
    )
    has_difference = isinstance(rule, SumRule | BalanceRule | MemberSumRule | BoundRule)
    nothing = pl.lit(None, dtype=SUM)
    return RowCheck(
        rule=rule,
        group=group,
        sides=sides,
        applies=applies,
        evaluable=evaluable,
        holds=pl.when(evaluable).then(_holds(rule, left, right)),
        left=left,
        right=right,
        difference=(left - right).cast(SUM) if has_difference else nothing,
        difference_if_blank_is_zero=assumed if has_difference else nothing,
        missing=_by_format(sides, not_reported),
    )


def row_checks(rule: TableRule, catalog: Catalog) -> tuple[RowCheck, ...]:
    """The checks of a rule on its wide table: one, or one per group.

    Raises:
        ValueError: no format of the rule's scope prints its terms.
    """
    checks = tuple(_row_check(rule, group, catalog) for group in rule.groups or ("",))
    for check in checks:
        if not check.sides:
            raise ValueError(f"{check.name}: no format of its scope prints all its terms")
    return checks


def table_of(rule: TableRule, catalog: Catalog) -> WideTable:
    """The wide table that a rule reads."""
    if isinstance(rule, MemberSumRule):
        return member_table(catalog, rule.table, rule.axis)
    return wide_table(catalog, rule.table)


def table_rules(catalog: Catalog) -> dict[WideTable, tuple[TableRule, ...]]:
    """The rules on wide tables, by the table they read, in the order of their ids."""
    found: dict[WideTable, list[TableRule]] = defaultdict(list)
    for rule in catalog.rules:
        if isinstance(rule, TableRule):
            found[table_of(rule, catalog)].append(rule)
    return {table: tuple(rules) for table, rules in found.items()}


def _check_names(rule: Rule, forms: list[Format]) -> None:
    """Refuse items and parts that no format of the scope has."""
    if isinstance(rule, CellTextRule):
        printed = {cell.item_code for form in forms for cell in form.cells}
        for item in rule.items or ():
            if item not in printed:
                raise ValueError(f"{rule.id}: no format of its scope prints {item}")
    if isinstance(rule, PatternRule):
        parts = {spec.section_no for form in forms for spec in form.sections}
        for name in rule.sections or ():
            if name not in parts:
                raise ValueError(f"{rule.id}: no format of its scope has part {name}")


def check_terms(rule: Rule, catalog: Catalog) -> None:
    """Refuse a rule whose terms no format of its scope prints.

    Raises:
        ValueError: names the rule and the term or table.
    """
    forms = [f for f in catalog.formats.values() if rule.applies_to_format(f.format_id)]
    if not forms:
        raise ValueError(f"{rule.id}: its scope has no known format")
    for name in (*(rule.applies_to.formats or ()), *rule.applies_to.except_formats):
        if name not in catalog.formats:
            raise ValueError(f"{rule.id}: unknown format {name}")
    _check_names(rule, forms)
    known = {table.table_id for form in forms for table in form.tables}
    for table_id in rule.applies_to.tables or ():
        if table_id not in known:
            raise ValueError(f"{rule.id}: no format of its scope has table {table_id}")
    if isinstance(rule, MemberSumRule):
        if not any(_members_of(rule, form) for form in forms):
            raise ValueError(f"{rule.id}: axis {rule.axis} is not printed in {rule.table}")
    elif isinstance(rule, TableRule):
        for term in (term for side in _terms(rule) for term in side):
            for group in rule.groups or ("",):
                if not any(resolve((term,), form, rule.table, group) for form in forms):
                    raise ValueError(f"{rule.id}: no format of its scope prints {term}")
