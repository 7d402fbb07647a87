"""A table without row labels that an agency turned on its side: one number per line.

Narrow pages make fifteen columns of table 4 into fifteen lines, each with its groups in front of
its number. Such a grid is read with rows and columns exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assets.cells.header import named_share
from assets.cells.numbers import looks_like_value
from assets.layout.model import Grid
from schemas.catalog import Block, Catalog

NAMED = 0.6
"""Share of the block's labels that the grid must print; other tables have none of them."""


def turn(grids: Sequence[Grid], catalog: Catalog) -> tuple[list[Grid], frozenset[int]]:
    """The grids, those that lie on their side upright.

    Returns:
        All grids in their order, and the ordinals of those that were turned: row and column of
        their cells are exchanged.
    """
    blocks = [
        block
        for form in catalog.formats.values()
        for table in form.tables
        for block in table.blocks
        if len(block.rows) == 1 and not block.rows[0].label
    ]
    turned = {grid.ordinal: _upright(grid) for grid in grids if _lies(grid, blocks)}
    return [turned.get(grid.ordinal, grid) for grid in grids], frozenset(turned)


def turned_back(rows: list[dict[str, Any]], turned: frozenset[int]) -> list[dict[str, Any]]:
    """report_cells or unmapped_cells rows with the places that the document's grids have."""
    return [
        row | {"row": row["col"], "col": row["row"]} if row["grid"] in turned else row
        for row in rows
    ]


def _lies(grid: Grid, blocks: Sequence[Block]) -> bool:
    """Whether as many lines as a block has columns end with a value, and only words precede."""
    if grid.kind != "ruled":
        return False
    last = max(cell.col for cell in grid.cells)
    values = [c for c in grid.cells if c.col == last and looks_like_value(c.text)]
    before = [c for c in grid.cells if c.col < last and c.text.strip()]
    if any(looks_like_value(cell.text) for cell in before):
        return False
    words = "".join(cell.text for cell in before)
    return any(
        len(values) == len(block.columns) and named_share(block, words) >= NAMED for block in blocks
    )


def _upright(grid: Grid) -> Grid:
    cells = (
        replace(cell, row=cell.col, col=cell.row, row_span=cell.col_span, col_span=cell.row_span)
        for cell in grid.cells
    )
    return replace(grid, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))))
