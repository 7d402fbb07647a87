"""The official look of a table: which cell spans what, from the catalog's label trees.

The corner spans all label columns and header rows, groups span their members, a label without
further members spans to the numbers. Blocks of one table stand under each other at one width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assets.synthetic.model import Key, PrintedTable, SyntheticReport
from schemas.catalog import Block, Line

LABEL_SHARE = 0.42
Role = Literal["block", "corner", "header", "label", "value"]


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of the printed form, merged cells once.

    `role` says what it is for the reader; `key` which cell of the catalog a value belongs to.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    role: Role
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class FormGrid:
    """A printed table: cells in row-major order that cover `rows` x `width` exactly.

    `header_rows` counts the rows above the first number of the first block; `label_columns` the
    columns left of the numbers.
    """

    table_id: str
    rows: int
    width: int
    header_rows: int
    label_columns: int
    cells: tuple[FormCell, ...]

    def by_row(self) -> list[list[FormCell]]:
        """Cells that start in each row, left to right."""
        out: list[list[FormCell]] = [[] for _ in range(self.rows)]
        for cell in self.cells:
            out[cell.row].append(cell)
        return out


def column_shares(grid: FormGrid) -> list[float]:
    """Widths of the columns as shares of the table's width, about as the official form has them."""
    labels = grid.label_columns
    label_share = LABEL_SHARE if labels else 0.0
    weights = [1.0] + [2.5] * (labels - 2) + [4.5] if labels > 1 else [1.0] * labels
    values = grid.width - labels
    return [
        *(label_share * weight / sum(weights) for weight in weights),
        *([(1 - label_share) / values] * values),
    ]


def form_grid(report: SyntheticReport, table: PrintedTable) -> FormGrid:
    """One copy of a table as the official form prints it."""
    labels = max(_label_depth(block) for block in table.blocks)
    width = labels + math.lcm(*(len(block.columns) for block in table.blocks))
    cells: list[FormCell] = []
    row = 0
    header_rows = 0
    for block in table.blocks:
        first = row
        if block.label:
            cells.append(FormCell(row, 0, 1, width, block.label, "block"))
            row += 1
        depth = _header_depth(block)
        cells += _header(block, row, depth, labels, width)
        row += depth
        header_rows = header_rows or row - first
        cells += _body(report, table, block, row, labels, width)
        row += len(block.rows)
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.col)))
    return FormGrid(table.table_id, row, width, header_rows, labels, ordered)


def _label_depth(block: Block) -> int:
    return max(len([part for part in line.path if part]) for line in block.rows)


def _header_depth(block: Block) -> int:
    return max(len(line.path) for line in block.columns) + (1 if block.axis_label else 0)


def _header(block: Block, top: int, depth: int, labels: int, width: int) -> Iterator[FormCell]:
    if labels:
        yield FormCell(top, 0, depth, labels, block.corner, "corner")
    if block.axis_label:
        yield FormCell(top, labels, 1, width - labels, block.axis_label, "header")
        top, depth = top + 1, depth - 1
    unit = (width - labels) // len(block.columns)
    for level, start, count, line in _runs(block.columns):
        is_leaf = level == len(line.path) - 1
        yield FormCell(
            top + level,
            labels + start * unit,
            depth - level if is_leaf else 1,
            count * unit,
            line.path[level],
            "header",
        )


def _body(
    report: SyntheticReport, table: PrintedTable, block: Block, top: int, labels: int, width: int
) -> Iterator[FormCell]:
    unit = (width - labels) // len(block.columns)
    if labels:
        for level, start, count, line in _runs(block.rows):
            is_leaf = level == len(line.path) - 1
            yield FormCell(
                top + start,
                level,
                count,
                labels - level if is_leaf else 1,
                line.path[level],
                "label",
            )
    for cell in block.cells:
        yield FormCell(
            top + cell.row,
            labels + cell.column * unit,
            1,
            unit,
            report.cell(table, cell).text,
            "value",
            (cell.item_code, cell.breakdown),
        )


def _runs(lines: tuple[Line, ...]) -> Iterator[tuple[int, int, int, Line]]:
    """Level, first leaf, number of leaves and a line of every node of a label tree."""
    for level in range(max(len(line.path) for line in lines)):
        start = 0
        while start < len(lines):
            line = lines[start]
            end = start + 1
            if level >= len(line.path):
                start = end
                continue
            is_leaf = level == len(line.path) - 1
            while (
                not is_leaf
                and end < len(lines)
                and (lines[end].path[: level + 1] == line.path[: level + 1])
            ):
                end += 1
            yield level, start, end - start, line
            start = end
