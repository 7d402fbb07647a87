"""Rows of values that carry no label of their own, as table 4 prints them.

Such a row belongs to a block when the words above it name the block: most of its header in the
same grid, or one of its column groups in front of a part of the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assets.cells.detect_format import column_variants
from assets.cells.header import (
    Variants,
    best_group,
    header_above,
    named_columns,
    named_share,
)
from assets.cells.rows import LogicalRow
from assets.layout.model import GridCell
from assets.layout.normalise import label_core
from schemas.catalog import Block, Catalog

EVIDENCE = 0.3
"""Share of a block's header words that must stand above the row; torn words do not count."""
MIN_VALUES = 3
MAX_ABOVE = 60
"""Rows of words that a torn header takes, page breaks included."""


@dataclass(frozen=True, slots=True)
class UnlabelledRow:
    """A row of values for a block without row labels.

    Attributes:
        row: the document row.
        table_id: the table.
        block: the block's id.
        columns: columns of the block that the values are for; None for all of them.
        copy_no: copy of the table, from 1.
    """

    row: LogicalRow
    table_id: str
    block: str
    columns: tuple[int, ...] | None
    copy_no: int


def unlabelled_rows(
    rows: Sequence[LogicalRow], catalog: Catalog, sections: frozenset[str]
) -> dict[int, UnlabelledRow]:
    """The rows that hold values of blocks without row labels, by index into `rows`.

    A table whose section is among `sections` is looked for there alone.
    """
    blocks: dict[str, tuple[str, Block]] = {}
    for format_ in catalog.formats.values():
        for table in format_.tables:
            for block in table.blocks:
                if len(block.rows) == 1 and not block.rows[0].label:
                    blocks[table.table_id] = (table.section, block)
    found: dict[int, UnlabelledRow] = {}
    taken: dict[str, set[int]] = {}
    copies: dict[str, int] = {}
    for i, row in enumerate(rows):
        own_words = any(cell.row == row.row for cell in row.labels)
        if not row.values or not (row.prints_values or not own_words):
            continue
        for table_id, (section, block) in blocks.items():
            if section in sections and row.section != section:
                continue
            hit = _columns_of(rows, i, block, column_variants(catalog))
            if hit is None:
                continue
            columns, values = hit
            used = set(range(len(block.columns)) if columns is None else columns)
            if table_id not in copies or taken[table_id] & used:
                copies[table_id] = copies.get(table_id, 0) + 1
                taken[table_id] = set()
            taken[table_id] |= used
            own = replace(row, values=values)
            found[i] = UnlabelledRow(own, table_id, block.block, columns, copies[table_id])
    return found


def _columns_of(
    rows: Sequence[LogicalRow], index: int, block: Block, variants: Variants
) -> tuple[tuple[int, ...] | None, tuple[GridCell, ...]] | None:
    """The columns that a row is for, None for all, and its values; None if it is no such row."""
    row = rows[index]
    words = words_above(rows, index)
    share = named_share(block, "".join(words))
    group = best_group(block, [*row.context[-1:], *(cell.text for cell in row.labels)])
    if group and share and not _names_groups(row, block):
        columns = _in_header_order(row, block, group[0], variants)
        # What is left of merged label cells stands blank in front.
        blank = len(row.values) - len(columns)
        has_own = any(cell.row == row.row for cell in row.labels)
        if blank == 0 or (
            has_own and blank > 0 and not any(cell.text.strip() for cell in row.values[:blank])
        ):
            return columns, row.values[blank:]
    if share < EVIDENCE or len(row.values) < MIN_VALUES:
        return None
    named = _in_header_order(row, block, (), variants)
    if len(named) == len(row.values) < len(block.columns):
        return named, row.values
    # Rows of a labelled table have few values and a label that says something else.
    if _has_other_label(row, block) and not _is_only_row(rows, row, block):
        return None
    return None, row.values


def _names_groups(row: LogicalRow, block: Block) -> bool:
    """Whether a flow names several groups in a row: the numbers behind are not those of one."""
    words = "".join(label_core(cell.text) for cell in row.labels)
    groups = {label_core(column.path[-2]) for column in block.columns if len(column.path) > 1}
    return row.grid.kind == "flow" and sum(group in words for group in groups) > 1


def _is_only_row(rows: Sequence[LogicalRow], row: LogicalRow, block: Block) -> bool:
    """Whether a full row (数量) is the only one of its grid; years would be two."""
    full = [r for r in rows if r.grid is row.grid and len(r.values) == len(block.columns)]
    return full == [row]


def _in_header_order(
    row: LogicalRow, block: Block, group: tuple[int, ...], variants: Variants
) -> tuple[int, ...]:
    """Columns of a group, or of all, in the order in which the header above a row names them.

    Args:
        row: a row of values.
        block: its block.
        group: the columns that it is for; empty for those that the header names.
        variants: known wordings of column labels.
    """
    if row.grid.kind == "flow":
        return group
    paths = header_above(row.grid, row.row)
    named = named_columns(block, paths, variants, group or range(len(block.columns)))
    if group and set(named) != set(group):
        return group
    return tuple(sorted(named, key=lambda column: named[column]))


def _has_other_label(row: LogicalRow, block: Block) -> bool:
    if row.grid.kind == "flow":
        return False
    own = [cell.text for cell in row.labels if cell.row == row.row]
    return bool(own) and named_share(block, "".join(own)) == 0


def words_above(rows: Sequence[LogicalRow], index: int) -> list[str]:
    """Words of a row and of the rows without values that lead to it, top down.

    A page break may part a header from its values, so earlier grids of the same section count;
    in a flow a single number between words is a page number.
    """
    row = rows[index]
    above: list[str] = []
    for earlier in reversed(rows[max(index - MAX_ABOVE, 0) : index]):
        stray = earlier.grid.kind == "flow" and len(earlier.values) == 1 and earlier.labels
        if earlier.section != row.section or (earlier.prints_values and not stray):
            break
        above = [cell.text for cell in earlier.labels if cell.row == earlier.row] + above
    return [*row.context, *above, *(cell.text for cell in row.labels)]
