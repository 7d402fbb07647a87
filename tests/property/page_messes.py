"""What page breaks do to the cells of the forms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from assets.synthetic.form import FormCell, FormGrid
from tests.property.mess_model import Part, plain


def break_row(grid: FormGrid, rng: random.Random) -> int:
    """A row in front of which a page may end, somewhere below the first header."""
    return rng.randint(min(grid.header_rows + 1, grid.rows - 1), grid.rows - 1)


def cut_rows(cells: Sequence[FormCell], row: int) -> tuple[list[FormCell], list[FormCell]]:
    """Cells above and below a line; what spans it is cut, its text stays above."""
    above: list[FormCell] = []
    below: list[FormCell] = []
    for cell in cells:
        end = cell.row + cell.row_span
        if end <= row:
            above.append(cell)
        elif cell.row >= row:
            below.append(cell)
        else:
            above.append(replace(cell, row_span=row - cell.row))
            below.append(replace(cell, row=row, row_span=end - row, text=""))
    return above, below


def page_break(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A page ends between two rows; the next has no header."""
    above, below = cut_rows(grid.cells, break_row(grid, rng))
    return [above, "- 3 -", below]


def page_break_repeats_group(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The same, and a group label that goes on is printed again."""
    at = break_row(grid, rng)
    above, below = cut_rows(grid.cells, at)
    texts = {cell.col: cell.text for cell in above if cell.row + cell.row_span == at}
    again = [
        replace(c, text=texts.get(c.col, ""))
        if c.row == at and not c.text and c.role == "label"
        else c
        for c in below
    ]
    return [above, again]


def page_break_shifts_left(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The next page lacks the cells that a group label would continue in: the rest moves left."""
    at = break_row(grid, rng)
    above, below = cut_rows(grid.cells, at)
    gone = {cell.col for cell in below if cell.row == at and cell.role == "label" and not cell.text}
    stay = [c for c in below if not (c.row == at and c.role == "label" and not c.text)]
    end = max((c.row + c.row_span for c in below if c not in stay), default=at)
    moved = [
        replace(c, col=c.col - sum(g < c.col for g in gone)) if c.row < end else c for c in stay
    ]
    return [above, moved]


def page_break_with_header(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The next page prints the header of the table again."""
    at = break_row(grid, rng)
    above, below = cut_rows(grid.cells, at)
    header = [cell for cell in grid.cells if cell.row < grid.header_rows]
    shift = at - grid.header_rows
    return [above, [*(replace(c, row=c.row + shift) for c in header), *below]]


def split_row(grid: FormGrid, rng: random.Random, values_above: bool) -> list[Part]:
    """A page ends inside a row: half of its label below, its values on one of the pages."""
    rows = [c.row for c in grid.cells if c.role == "label" and len(c.text) > 5 and c.row_span == 1]
    if not rows:
        return plain(grid, rng)
    at = rng.choice(rows)
    above, below = cut_rows(grid.cells, at + 1)
    rest: list[FormCell] = []
    kept: list[FormCell] = []
    for cell in above:
        if cell.row + cell.row_span - 1 != at or cell.role == "header":
            kept.append(cell)
            continue
        first, second = cell.text, ""
        if cell.role == "label" and len(cell.text) > 5 and cell.row_span == 1:
            cut = rng.randint(2, len(cell.text) - 2)
            first, second = cell.text[:cut], cell.text[cut:]
        elif cell.role == "value" and not values_above:
            first, second = "", cell.text
        kept.append(replace(cell, text=first))
        rest.append(replace(cell, row=at + 1, row_span=1, text=second))
    return [kept, [*rest, *(replace(c, row=c.row + 1) for c in below)]]


def split_row_values_above(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A row split by a page break, its values above."""
    return split_row(grid, rng, values_above=True)


def split_row_values_below(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A row split by a page break, its values below."""
    return split_row(grid, rng, values_above=False)


def split_header(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A page ends inside the header or straight behind it."""
    above, below = cut_rows(grid.cells, rng.randint(1, grid.header_rows))
    return [above, "— 4 —", below] if below else [above]


def page_rows(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Footer and running header of the pages were taken for rows of one long grid."""
    at = break_row(grid, rng)
    above, below = cut_rows(grid.cells, at)
    lines = [
        FormCell(at, 0, 1, grid.width, rng.choice(["3", "- 3 -", "第3页 共8页"]), "header"),
        FormCell(at + 1, 0, 1, grid.width, "某某局2023年政府信息公开工作年度报告", "header"),
    ]
    return [[*above, *lines, *(replace(c, row=c.row + 2) for c in below)]]
