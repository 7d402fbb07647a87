"""Which cells of a block are sums of which others, from the catalog alone.

A total column is the sum of the columns beside and below it in the column tree, a total row
that of its rows. These are the identities R2 to R4 of the form; R1, the balance of
applications, is known by the meaning of its four items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assets.synthetic.model import Key
from schemas.catalog import Block, Line

RECEIVED = "applications.received"
BROUGHT_FORWARD = "applications.brought_forward"
OUTCOME_TOTAL = "applications.outcome.total"
CARRIED_FORWARD = "applications.carried_forward"


@dataclass(frozen=True, slots=True)
class Sum:
    """`whole` is printed as the sum of `parts`."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """The two `left` items together equal the two `right` ones, for one column."""

    breakdown: str
    left: tuple[Key, Key]
    right: tuple[Key, Key]


def key_at(block: Block, row: int, column: int) -> Key:
    """Key of the cell at a leaf row and a leaf column."""
    cell = block.cell(row, column)
    return cell.item_code, cell.breakdown


def members(total: Line, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines that a total line adds up: all that are no totals under the same group."""
    group = total.path[:-1]
    return tuple(line for line in lines if not line.is_total and line.path[: len(group)] == group)


def row_sums(block: Block) -> Iterator[Sum]:
    """The sums down the columns, one per total row and column."""
    for total in (line for line in block.rows if line.is_total):
        parts = members(total, block.rows)
        for column in block.columns:
            yield Sum(
                key_at(block, total.index, column.index),
                tuple(key_at(block, part.index, column.index) for part in parts),
            )


def column_sums(block: Block) -> Iterator[Sum]:
    """The sums along the rows, one per row and total column."""
    for total in (line for line in block.columns if line.is_total):
        parts = members(total, block.columns)
        for row in block.rows:
            yield Sum(
                key_at(block, row.index, total.index),
                tuple(key_at(block, row.index, part.index) for part in parts),
            )


def balances(block: Block) -> Iterator[Balance]:
    """R1 per column, where the block has all four items."""
    items = {line.item for line in block.rows}
    if not {RECEIVED, BROUGHT_FORWARD, OUTCOME_TOTAL, CARRIED_FORWARD} <= items:
        return
    for column in block.columns:
        b = column.breakdown
        yield Balance(
            b, ((RECEIVED, b), (BROUGHT_FORWARD, b)), ((OUTCOME_TOTAL, b), (CARRIED_FORWARD, b))
        )
