"""Random numbers for a report, drawn from the leaves up, so that every identity holds.

Nothing here knows the rows of a form; the few item codes named are meanings that outlive
formats (received, carried forward, in force). Rows without a special meaning get small counts.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

from assets.synthetic.model import Key
from assets.synthetic.sums import (
    BROUGHT_FORWARD,
    CARRIED_FORWARD,
    OUTCOME_TOTAL,
    RECEIVED,
    balances,
    column_sums,
    key_at,
    members,
    row_sums,
)
from schemas.catalog import Block, Cell, Format
from schemas.vocabulary import AgencyKind

RULE_MAKERS = frozenset({AgencyKind.STATE_COUNCIL_DEPT})
Values = dict[Key, Decimal]


def may_make_rules(agency_name: str, kind: AgencyKind) -> bool:
    """Whether the agency may issue 规章 (立法法 Art. 91, 93).

    Ministries, and governments of provinces, cities with districts and prefectures; a city
    government is taken for one with districts.
    """
    return kind in RULE_MAKERS or (
        kind is AgencyKind.GOV and agency_name.endswith(("省人民政府", "市人民政府", "州人民政府"))
    )


def draw_values(
    rng: random.Random,
    form: Format,
    agency_name: str,
    kind: AgencyKind,
    applications: int | None = None,
    previous: Mapping[Key, Decimal] | None = None,
) -> Values:
    """Values of all cells of a format.

    Args:
        rng: source of chance.
        form: format whose cells are drawn.
        agency_name: name, which with `kind` decides who may make rules.
        kind: kind of agency.
        applications: about how many applications are settled; drawn when None.
        previous: values of the year before, for what carries over.

    Returns:
        Key to value; R1 to R4 hold exactly.
    """
    settled = _settled(rng) if applications is None else applications
    values: Values = {}
    for table in form.tables:
        for block in table.blocks:
            if any(True for _ in balances(block)):
                values |= _applications(rng, block, settled, previous)
            else:
                values |= _leaves(rng, block, settled, may_make_rules(agency_name, kind))
            _carry_stock(values, block, previous)
            _fill_totals(values, block)
    return values


def _settled(rng: random.Random) -> int:
    size = rng.random()
    if size < 0.25:
        return 0
    if size < 0.6:
        return rng.randint(1, 15)
    if size < 0.9:
        return rng.randint(16, 150)
    return rng.randint(200, 3000)


def _applications(
    rng: random.Random, block: Block, settled: int, previous: Mapping[Key, Decimal] | None
) -> Values:
    total_row = next(line for line in block.rows if line.item == OUTCOME_TOTAL)
    leaves = members(total_row, block.rows)
    columns = [column for column in block.columns if not column.is_total]
    values: Values = {
        key_at(block, row.index, column.index): Decimal(0)
        for row in block.rows
        for column in columns
    }
    left = settled
    for number, column in enumerate(columns):
        b = column.breakdown
        share = round(left * rng.choice([0.7, 0.9, 0.96, 1]))
        if number:
            share = min(left, rng.choice([0, 0, 0, 1, round(left * 0.5)]))
        left -= share
        kinds = rng.sample(range(1, len(leaves)), k=min(5, len(leaves) - 1))
        outcomes = [0] * len(leaves)
        for kind in kinds:
            outcomes[kind] = rng.randint(0, share // 12) if share >= 12 else 0
        # The first outcome, disclosure, takes what the others leave, as it does in practice.
        outcomes[0] = share - sum(outcomes)
        carried = rng.randint(0, share // 8)
        brought = (
            int(previous.get((CARRIED_FORWARD, b), Decimal(0)))
            if previous is not None
            else rng.randint(0, share // 10)
        )
        outcomes[0] += max(0, brought - share - carried)
        for line, count in zip(leaves, outcomes, strict=True):
            values[key_at(block, line.index, column.index)] = Decimal(count)
        values[CARRIED_FORWARD, b] = Decimal(carried)
        values[BROUGHT_FORWARD, b] = Decimal(brought)
        values[RECEIVED, b] = Decimal(sum(outcomes) + carried - brought)
    return values


def _leaves(rng: random.Random, block: Block, settled: int, rules: bool) -> Values:
    values: Values = {}
    for cell in block.cells:
        if block.columns[cell.column].is_total or block.rows[cell.row].is_total:
            continue
        values[cell.item_code, cell.breakdown] = _leaf(rng, cell, settled, rules)
    return values


def _leaf(rng: random.Random, cell: Cell, settled: int, rules: bool) -> Decimal:  # noqa: PLR0911
    subject, _, measure = cell.item_code.rpartition(".")
    if subject == "government_rules" and not rules:
        return Decimal(0)
    if cell.value_type == "money":
        return Decimal(rng.choice([0, rng.randint(1, 99_999)])).scaleb(-rng.randint(0, 4))
    if cell.value_type == "signed_count":
        return Decimal(rng.choice([0, 0, 0, rng.randint(1, 9), -rng.randint(1, 9)]))
    if measure == "decisions":
        return Decimal(rng.choice([0, 0, rng.randint(1, 60), rng.randint(100, 60_000)]))
    if measure in {"in_force", "total_published", "items_last_year"}:
        # Stocks exceed the flows of the year, which are below 10.
        return Decimal(rng.choice([0, rng.randint(20, 90)]))
    if _is_dispute(cell):
        return Decimal(rng.choice([0, 0, 0, rng.randint(1, 2 + settled // 40)]) if settled else 0)
    return Decimal(rng.choice([0, 0, rng.randint(1, 9)]))


def _is_dispute(cell: Cell) -> bool:
    return cell.item_code.startswith(("reconsideration.", "litigation."))


def _carry_stock(values: Values, block: Block, previous: Mapping[Key, Decimal] | None) -> None:
    """Settle stocks against flows.

    in force = in force last year + issued - repealed; items of last year = those of the year
    before + change; what is published in total is at least what was newly published.
    """
    for cell in block.cells:
        subject, _, measure = cell.item_code.rpartition(".")
        key = (cell.item_code, cell.breakdown)

        def other(name: str, subject: str = subject, b: str = cell.breakdown) -> Decimal:
            return values.get((f"{subject}.{name}", b), Decimal(0))

        if measure == "in_force":
            base = values[key] if previous is None else previous.get(key, Decimal(0))
            repealed = min(other("repealed"), base)
            if (f"{subject}.repealed", cell.breakdown) in values:
                values[f"{subject}.repealed", cell.breakdown] = repealed
            values[key] = base + other("issued") - repealed
        elif measure == "total_published":
            newly = max(other("newly_published"), other("issued"))
            values[key] = values[key] + newly
        elif measure == "items_last_year":
            if previous is not None and key in previous:
                change = previous.get((f"{subject}.items_change", cell.breakdown), Decimal(0))
                values[key] = max(Decimal(0), previous[key] + change)
            change_key = (f"{subject}.items_change", cell.breakdown)
            if change_key in values:
                values[change_key] = max(values[change_key], -values[key])


def _fill_totals(values: Values, block: Block) -> None:
    for total in row_sums(block):
        if all(part in values for part in total.parts):
            values[total.whole] = sum((values[part] for part in total.parts), Decimal(0))
    for total in column_sums(block):
        values[total.whole] = sum((values[part] for part in total.parts), Decimal(0))
