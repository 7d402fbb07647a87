"""Geometry of tables whose cells state spans: where each cell lies, overlaps and excess removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

Item = TypeVar("Item")
_start = attrgetter("row", "col")

MAX_COL_SPAN = 100
"""No form has so many columns; a larger span only says "the rest of the row"."""
LONG_CELL = 300
"""Characters above which a cell holds prose, so that its row is page layout, not data."""
LONG_LONE_CELL = 120
"""The same for a cell that is the only filled one of its row."""
MAX_NUMBER = 12
"""Characters of a cell that holds a number, with a remark or two."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Item]):
    """A cell with its place in the grid."""

    row: int
    col: int
    row_span: int
    col_span: int
    item: Item


def place(rows: Sequence[Sequence[tuple[int, int, Item]]]) -> list[Placed[Item]]:
    """Cells of one row group, given per row as (row_span, col_span, item) in reading order.

    As browsers do: a cell takes the next free column; a row span ends with the group, and a row
    span below 1 means "to the end". A column span ends where a cell from above hangs in.
    """
    placed: list[Placed[Item]] = []
    free_from: list[int] = []  # per column the first row in which it is free
    for row_no, row in enumerate(rows):
        col = 0
        for row_span, col_span, item in row:
            while col < len(free_from) and free_from[col] > row_no:
                col += 1
            rest = len(rows) - row_no
            height = min(row_span, rest) if row_span >= 1 else rest
            width = 1
            wanted = min(max(col_span, 1), MAX_COL_SPAN)
            while width < wanted and (
                col + width >= len(free_from) or free_from[col + width] <= row_no
            ):
                width += 1
            free_from.extend([0] * (col + width - len(free_from)))
            free_from[col : col + width] = [row_no + height] * width
            placed.append(Placed(row_no, col, height, width, item))
            col += width
    return placed


def compact(cells: Iterable[Placed[Item]]) -> list[Placed[Item]]:
    """The same cells without rows and columns in which no cell starts, in row-major order.

    Such lines exist only in the markup (colspan=100 on a title, empty rows); removing them leaves
    the true number of rows and columns and changes no neighbourhood.
    """
    cells = list(cells)
    rows = {row: no for no, row in enumerate(sorted({cell.row for cell in cells}))}
    cols = {col: no for no, col in enumerate(sorted({cell.col for cell in cells}))}
    if (
        cells
        and len(rows) == max(cell.row + cell.row_span for cell in cells)
        and len(cols) == max(cell.col + cell.col_span for cell in cells)
    ):
        # Most tables of PDFs: cells start in all lines there are.
        return sorted(cells, key=_start)
    result = [
        Placed(
            rows[cell.row],
            cols[cell.col],
            sum(cell.row <= row < cell.row + cell.row_span for row in rows)
            if cell.row_span > 1
            else 1,
            sum(cell.col <= col < cell.col + cell.col_span for col in cols)
            if cell.col_span > 1
            else 1,
            cell.item,
        )
        for cell in cells
    ]
    return sorted(result, key=_start)


def linked_rows(placed: Iterable[Placed[Item]]) -> Iterator[list[Placed[Item]]]:
    """Cells in row-major order, split into runs of rows that row spans hold together."""
    run: list[Placed[Item]] = []
    end = 0
    for cell in placed:
        if run and cell.row >= end:
            yield run
            run = []
        run.append(cell)
        end = max(end, cell.row + cell.row_span)
    if run:
        yield run
