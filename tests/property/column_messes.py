"""What agencies and converters do to rows and columns: added, moved, turned, doubled by years."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from assets.synthetic.form import FormCell, FormGrid
from tests.property.mess_model import Part, plain
from tests.property.page_messes import break_row, cut_rows


def extra_row(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The agency added a row of its own."""
    if not grid.label_columns:
        return plain(grid, rng)
    at = rng.randint(grid.header_rows + 1, grid.rows)
    leaves = [c for c in grid.cells if c.role == "value" and c.row == at - 1]
    if not leaves:
        return plain(grid, rng)
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell.row >= at:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell.row + cell.row_span > at:
            cells.append(replace(cell, row_span=cell.row_span + 1))
        else:
            cells.append(cell)
    covered = {
        col
        for c in cells
        if c.row <= at < c.row + c.row_span
        for col in range(c.col, c.col + c.col_span)
    }
    free = [col for col in range(grid.label_columns) if col not in covered]
    label = rng.choice(["其中：网络申请", "其他主动公开文件", "部门小计", "其中：涉及2023年度3件"])
    if free:
        cells.append(FormCell(at, free[0], 1, len(free), label, "label"))
    cells += [replace(c, row=at, text=str(rng.randint(0, 30))) for c in leaves]
    return [cells]


def extra_column(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The agency added a column of its own, named or not."""
    at = rng.choice([grid.width, rng.randint(max(grid.label_columns, 1), grid.width)])
    name = rng.choice(["备注", "上年数", "同比", ""])
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell.col >= at:
            cells.append(replace(cell, col=cell.col + 1))
        elif cell.col + cell.col_span > at:
            cells.append(replace(cell, col_span=cell.col_span + 1))
        else:
            cells.append(cell)
    rows = sorted({c.row for c in grid.cells if c.role == "value"})
    covered = {
        (row, at)
        for c in cells
        for row in range(c.row, c.row + c.row_span)
        if c.col <= at < c.col + c.col_span
    }
    free = [row for row in range(grid.rows) if (row, at) not in covered]
    for row in free:
        text = str(rng.randint(0, 30)) if row in rows and name != "备注" else ""
        if row == rows[0] - 1:
            text = name
        cells.append(FormCell(row, at, 1, 1, text, "value" if row in rows else "header"))
    return [cells]


def two_years(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Every number stands beside that of the year before."""
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell.role != "value":
            left = cell.col - grid.label_columns
            col = grid.label_columns + 2 * left if left > 0 else cell.col
            span = cell.col_span * 2 if left >= 0 else cell.col_span
            if left < 0 and cell.col + cell.col_span > grid.label_columns:
                span = cell.col_span + grid.width - grid.label_columns
            cells.append(replace(cell, col=col, col_span=span))
            continue
        col = grid.label_columns + 2 * (cell.col - grid.label_columns)
        cells.append(replace(cell, col=col))
        cells.append(replace(cell, col=col + cell.col_span, text=str(rng.randint(0, 40))))
    return [cells]


def two_years_in_rows(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Each row of numbers stands above that of the year before, labelled 上年."""
    if not grid.label_columns:
        return plain(grid, rng)
    cells: list[FormCell] = []
    for cell in grid.cells:
        row = 2 * cell.row
        if cell.role == "value":
            cells.append(replace(cell, row=row))
            cells.append(replace(cell, row=row + 1, text=str(rng.randint(0, 40))))
        else:
            cells.append(replace(cell, row=row, row_span=2 * cell.row_span))
    return [sorted(cells, key=lambda c: (c.row, c.col))]


def on_its_side(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Rows became columns: the table lies on its side."""
    turned = [
        replace(c, row=c.col, col=c.row, row_span=c.col_span, col_span=c.row_span)
        for c in grid.cells
    ]
    return [sorted(turned, key=lambda c: (c.row, c.col))]


def narrow_on_its_side(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Only the table without row labels lies on its side, one number per line."""
    return plain(grid, rng) if grid.label_columns else on_its_side(grid, rng)


def no_spans(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Merged cells came out as one filled cell and blank ones."""
    cells: list[FormCell] = []
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for col in range(cell.col, cell.col + cell.col_span):
                text = cell.text if (row, col) == (cell.row, cell.col) else ""
                cells.append(replace(cell, row=row, col=col, row_span=1, col_span=1, text=text))
    return [sorted(cells, key=lambda c: (c.row, c.col))]


def spans_repeated(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Merged cells came out as cells that all print the same."""
    cells: list[FormCell] = []
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for col in range(cell.col, cell.col + cell.col_span):
                cells.append(replace(cell, row=row, col=col, row_span=1, col_span=1))
    return [sorted(cells, key=lambda c: (c.row, c.col))]


def unnamed_columns(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The header is a picture or was lost: no column has a name."""
    return [[replace(c, text="") if c.role in ("header", "corner") else c for c in grid.cells]]


def two_years_named(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The same below a row that says which is which; either may stand first."""
    if not grid.header_rows or len(_blocks(grid)) > 1:
        return plain(grid, rng)
    (cells,) = two_years(grid, rng)
    names = ["本年", "上年"]
    below, left = grid.header_rows, grid.label_columns
    moved = [
        replace(c, row=c.row + 1)
        if c.row >= below
        else replace(c, row_span=c.row_span + (c.role == "corner"))
        for c in cells
        if not isinstance(c, str)
    ]
    if rng.random() < 0.5:
        names.reverse()
        moved = [
            replace(c, col=c.col + (1 if (c.col - left) % 2 == 0 else -1))
            if c.role == "value"
            else c
            for c in moved
        ]
    width = left + 2 * (grid.width - left)
    years = [FormCell(below, c, 1, 1, names[(c - left) % 2], "header") for c in range(left, width)]
    return [[*moved, *years]]


def _blocks(grid: FormGrid) -> list[FormCell]:
    return [cell for cell in grid.cells if cell.role == "block"]


def rows_moved(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Two rows change places, if need be over the blocks of the table."""
    rows = [c.row for c in grid.cells if c.role == "label" and c.row_span == 1]
    labels = {c.row: (c.col, c.col_span) for c in grid.cells if c.role == "label" and c.row in rows}
    pairs = [(a, b) for a in labels for b in labels if a < b and labels[a] == labels[b]]
    if not pairs:
        return plain(grid, rng)
    a, b = rng.choice(pairs)
    places = {a: b, b: a}
    return [
        [
            replace(c, row=places.get(c.row, c.row))
            if c.role in ("label", "value") and c.row_span == 1
            else c
            for c in grid.cells
        ]
    ]


def one_cell_for_two_rows(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Two numbers under each other were merged; the upper one is printed."""
    at = {(c.row, c.col): c for c in grid.cells if c.role == "value"}
    pairs = [(c, at[c.row + 1, c.col]) for c in at.values() if (c.row + 1, c.col) in at]
    if not pairs:
        return plain(grid, rng)
    upper, lower = rng.choice(pairs)
    both = replace(upper, row_span=2)
    return [[both if c == upper else c for c in grid.cells if c != lower]]


def swapped_columns(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Two columns with their headers change places, and the next page has no header."""
    last = [c for c in grid.cells if c.role == "header" and c.row == grid.header_rows - 1]
    names = [c.text for c in last if c.row_span == 1 and c.col_span == 1]
    pairs = [(a.col, b.col) for a, b in itertools.combinations(last, 2) if names.count(a.text) == 1]
    if len(_blocks(grid)) > 1 or not pairs:
        return plain(grid, rng)
    first, second = rng.choice(pairs)
    places = {first: second, second: first}
    swapped = [
        replace(c, col=places.get(c.col, c.col))
        if c.role == "value" or (c in last and c.col_span == 1)
        else c
        for c in grid.cells
    ]
    above, below = cut_rows(sorted(swapped, key=lambda c: (c.row, c.col)), break_row(grid, rng))
    return [above, "- 3 -", below]


def lost_beside_extra_column(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The agency added a column for remarks, and one row lost a cell: the rest moves left."""
    values = [c for c in grid.cells if c.role == "value"]
    gone = rng.choice(values)
    rows = sorted({c.row for c in values})
    end = {row: grid.width - (gone.col_span if row == gone.row else 0) for row in rows}
    cells = [
        replace(c, col=c.col - gone.col_span)
        if c.row == gone.row and c.role == "value" and c.col > gone.col
        else c
        for c in grid.cells
        if c is not gone
    ]
    header = FormCell(0, grid.width, grid.header_rows, 1, "备注", "header")
    return [[*cells, header, *(FormCell(row, end[row], 1, 1, "", "value") for row in rows)]]
