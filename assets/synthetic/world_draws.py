"""The numbers of one block of a form for all agencies at once, drawn from the leaves up.

Frames here have one row per agency: `place` (a UInt64 for seed and agency), `busy` (about how many
applications are settled in the year), `was:<cell>` (what is taken over), and the cells so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.synthetic.sums import (
    BROUGHT_FORWARD,
    CARRIED_FORWARD,
    OUTCOME_TOTAL,
    RECEIVED,
    balances,
    column_sums,
    members,
    row_sums,
)
from assets.synthetic.world_chance import purpose, share
from schemas.catalog import Block, Cell
from schemas.vocabulary import AgencyKind

MONEY_SCALE = 10_000
"""Money columns hold ten-thousandths."""
APPLICANTS = (0.8, 0.11, 0.01, 0.02, 0.04, 0.02)
"""Shares of the applicants in the order of the form, the last for all further ones."""
OUTCOMES = {
    "partially_disclosed": 0.08,
    "not_held": 0.11,
    "needs_creation": 0.03,
    "petition": 0.03,
    "third_party_rights": 0.02,
    "internal_affairs": 0.015,
    "process_information": 0.02,
    "register_query": 0.02,
    "clarification_overdue": 0.015,
}
OTHER_OUTCOME = 0.005
"""Share of an outcome among what is settled; disclosure takes what the others leave."""
DISPUTES = {"upheld": 0.02, "corrected": 0.006, "other_result": 0.006, "pending": 0.004}
"""Results of disputes per application settled."""
DECISIONS = {"licensing": 40, "penalties": 15, "administrative_compulsion": 4}
MOST_NEW = 6
"""Below this many documents are made, published or repealed in a year."""
MONEY_ODDS, CHANGE_ODDS, DECISION_ODDS = 0.3, 0.4, 0.5
"""Share of agencies that have any of it in a year."""
STOCKS = frozenset({"in_force", "items_last_year"})
LAW_MAKERS = ("province", "prefecture")


@dataclass(frozen=True, slots=True)
class Draw:
    """What numbers depend on beside the agency.

    Attributes:
        year: the report year.
        is_first: there is no year before it, so what is taken over is drawn too.
        parts: items that an item of another format sums up.
        ended: items that are zero from a year on.
    """

    year: int
    is_first: bool
    parts: Mapping[str, tuple[str, ...]]
    ended: Mapping[str, int]

    def chance(self, *what: object) -> pl.Expr:
        """Numbers from 0 to below 1 for a purpose in this year."""
        return share(pl.col("place"), purpose(self.year, *what))


def column_of(item_code: str, breakdown: str) -> str:
    """The column of a cell."""
    return f"{item_code}|{breakdown}"


def draw_block(frame: pl.DataFrame, block: Block, draw: Draw) -> pl.DataFrame:
    """The frame with all cells of a block; those that are there already stay as they are."""
    if any(True for _ in balances(block)):
        filled = _applications(frame, block, draw)
    else:
        filled = _leaves(frame, block, draw)
    return _totals(filled, block)


def _whole(amount: pl.Expr) -> pl.Expr:
    return amount.floor().cast(pl.Int64)


def _applications(frame: pl.DataFrame, block: Block, draw: Draw) -> pl.DataFrame:
    total = next(line for line in block.rows if line.item == OUTCOME_TOTAL)
    items = [line.item for line in members(total, block.rows)]
    first, *others = (item for item in items if item not in draw.parts)
    applicants = [line.breakdown for line in block.columns if not line.is_total]
    for number, b in enumerate(applicants):
        if column_of(first, b) not in frame.columns:
            weight = APPLICANTS[min(number, len(APPLICANTS) - 1)]
            frame = _of_applicant(frame, (first, b, weight), others, draw, is_main=number == 0)
        sums = {
            column_of(whole, b): pl.sum_horizontal(column_of(part, b) for part in draw.parts[whole])
            for whole in items
            if whole in draw.parts
        }
        frame = frame.with_columns(**sums)
    return frame


def _of_applicant(
    frame: pl.DataFrame,
    leading: tuple[str, str, float],
    others: list[str],
    draw: Draw,
    *,
    is_main: bool,
) -> pl.DataFrame:
    """The column of one kind of applicant, in and out equal.

    Args:
        frame: see the module.
        leading: the first outcome, the applicant, its share of all applications.
        others: the other outcomes.
        draw: the year.
        is_main: small numbers are rounded by chance for this applicant; for others down, so that
            no unusual outcome can be most of a small total.
    """
    first, b, weight = leading
    begun = _whole(pl.col("busy") * weight + draw.chance("settled", b))
    frame = frame.with_columns(begun=pl.when(pl.col("busy") > 0).then(begun).otherwise(0))
    drawn: dict[str, pl.Expr] = {}
    for item in others:
        odds = OUTCOMES.get(item.rpartition(".")[2], OTHER_OUTCOME)
        amount = pl.col("begun") * odds * 2 * draw.chance(item, b)
        more = draw.chance("more", item, b) * 0.5 if is_main else 0.0
        drawn[column_of(item, b)] = (
            pl.when(pl.col("begun") > 0).then(_whole(amount + more)).otherwise(0)
        )
    frame = frame.with_columns(**drawn).with_columns(rest=pl.sum_horizontal(list(drawn)))
    settled = pl.max_horizontal("begun", "rest")
    carried = pl.min_horizontal(
        _whole(settled * 0.14 * draw.chance("carried", b) + draw.chance("one more", b)),
        settled // 3,
    )
    was = pl.col(f"was:{column_of(CARRIED_FORWARD, b)}").fill_null(0)
    brought = _whole(settled * 0.1 * draw.chance("brought", b)) if draw.is_first else was
    frame = frame.with_columns(settled=settled, carried=carried, brought=brought)
    # More may be brought forward than is settled: then more is disclosed.
    late = pl.max_horizontal(0, pl.col("brought") - pl.col("settled") - pl.col("carried"))
    disclosed = pl.col("settled") - pl.col("rest") + late
    received = pl.col("settled") + late + pl.col("carried") - pl.col("brought")
    return frame.with_columns(
        disclosed.alias(column_of(first, b)),
        received.alias(column_of(RECEIVED, b)),
        pl.col("brought").alias(column_of(BROUGHT_FORWARD, b)),
        pl.col("carried").alias(column_of(CARRIED_FORWARD, b)),
    ).drop("begun", "rest", "settled", "carried", "brought")


def _leaves(frame: pl.DataFrame, block: Block, draw: Draw) -> pl.DataFrame:
    leaves = [
        cell
        for cell in block.cells
        if not (block.columns[cell.column].is_total or block.rows[cell.row].is_total)
        and column_of(cell.item_code, cell.breakdown) not in frame.columns
    ]
    flows = [cell for cell in leaves if cell.item_code.rpartition(".")[2] not in STOCKS]
    frame = frame.with_columns(
        _flow(cell, draw).alias(column_of(cell.item_code, cell.breakdown)) for cell in flows
    )
    for cell in (cell for cell in leaves if cell not in flows):
        frame = _stock(frame, cell, draw)
    return frame


def _flow(cell: Cell, draw: Draw) -> pl.Expr:
    """Numbers of the year alone."""
    one, two = draw.chance(cell.item_code, "one"), draw.chance(cell.item_code, "two")
    if draw.year >= draw.ended.get(cell.item_code, draw.year + 1):
        return pl.lit(0, pl.Int64)
    amount, has_any = _usual(cell, one, two)
    return pl.when(has_any).then(_whole(amount)).otherwise(0)


def _usual(cell: Cell, one: pl.Expr, two: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """How much of something an agency has in a year, and which agencies have any.

    Args:
        cell: the cell.
        one: chance from 0 to below 1.
        two: another.
    """
    subject, _, measure = cell.item_code.rpartition(".")
    is_office, always = pl.col("kind") == AgencyKind.GOV_OFFICE.value, pl.lit(value=True)
    if subject == "government_rules":
        return 4 * one, is_office & pl.col("tier").is_in(list(LAW_MAKERS))
    if cell.value_type == "money":
        # A form without a printed unit cannot be filled in without a finding, so few fill it in.
        return one * one * 90 * MONEY_SCALE, (two < MONEY_ODDS) & (
            is_office | pl.lit(bool(cell.unit))
        )
    if cell.value_type == "signed_count":
        return 7 * one - 3, two < CHANGE_ODDS
    if measure == "decisions":
        return DECISIONS.get(subject, 5) * pl.col("base") * one * one, two < DECISION_ODDS
    if cell.item_code.startswith(("reconsideration.", "litigation.")):
        results = pl.col("busy") * DISPUTES.get(measure, 0.005) * 2 * one
        return results + 0.25 * two, pl.col("busy") > 0
    return (40 * one + MOST_NEW if measure == "total_published" else MOST_NEW * one * two), always


def _stock(frame: pl.DataFrame, cell: Cell, draw: Draw) -> pl.DataFrame:
    """Numbers that go on: documents in force, items of last year, with the flows that fit them."""
    subject, _, measure = cell.item_code.rpartition(".")
    name = column_of(cell.item_code, cell.breakdown)

    def beside(other: str) -> str:
        return column_of(f"{subject}.{other}", cell.breakdown)

    starts = subject != "government_rules" or pl.col(beside("issued")) > 0
    drawn = pl.when(starts).then(_whole(30 * draw.chance(cell.item_code, "stock"))).otherwise(0)
    # An agency that begins later takes over what it is given, and nothing else.
    was = pl.col(f"was:{name}")
    base = was.fill_null(drawn) if draw.is_first else was.fill_null(0)
    if measure == "in_force":
        repealed = pl.min_horizontal(pl.col(beside("repealed")), base)
        frame = frame.with_columns(repealed.alias(beside("repealed")))
        return frame.with_columns(
            (base + pl.col(beside("issued")) - pl.col(beside("repealed"))).alias(name)
        )
    change = beside("items_change")
    base = (was + pl.col(f"was:{change}")).fill_null(drawn if draw.is_first else 0)
    return frame.with_columns(base.alias(name)).with_columns(
        pl.max_horizontal(pl.col(change), -pl.col(name)).alias(change)
    )


def _totals(frame: pl.DataFrame, block: Block) -> pl.DataFrame:
    for sums in (row_sums(block), column_sums(block)):
        new: dict[str, pl.Expr] = {}
        for total in sums:
            parts = [column_of(*part) for part in total.parts]
            if column_of(*total.whole) not in frame.columns and set(parts) <= set(frame.columns):
                new[column_of(*total.whole)] = pl.sum_horizontal(parts)
        frame = frame.with_columns(**new)
    return frame
