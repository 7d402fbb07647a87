"""Quirks of two years in one table, of columns and rows that change places, of shared cells."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assets.synthetic.flow import Item, TableItem, TextItem, flow
from assets.synthetic.form import FormCell, FormGrid, form_grid
from assets.synthetic.model import Key, SyntheticReport
from assets.synthetic.quirks.model import (
    Hooks,
    doubted,
    edited,
    on_grids,
    regrid,
    with_cells,
)
from assets.synthetic.quirks.tables import (
    APPLICATIONS,
    DISPUTES,
    first_grid,
    full_row,
    stack,
)
from schemas.catalog import Catalog

MAX_OTHER = 40
"""Other years' numbers are small, so that they cannot be told from this year's by their size."""


def _two_years(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport:
    """Every column twice, this year's and last year's, below a row that names the years."""
    seed = rng.getrandbits(32)
    year = report.report_year
    own, other = rng.choice(
        ((f"{year}年", f"{year - 1}年"), ("本年", "上年"), ("本年数", "上年数"))
    )
    names = rng.choice(((own, other), (other, own)))

    def one(grid: FormGrid) -> FormGrid:
        draw = random.Random(seed)
        left, below = grid.label_columns, grid.header_rows
        cells: list[FormCell] = []
        for cell in grid.cells:
            row = cell.row + (cell.row >= below)
            if cell.role == "value":
                for n, name in enumerate(names):
                    at = left + 2 * (cell.col - left) + n
                    mine = replace(cell, row=row, col=at)
                    last = replace(mine, text=str(draw.randint(0, MAX_OTHER)), key=None)
                    cells.append(mine if name == own else last)
            elif cell.col >= left:
                at = left + 2 * (cell.col - left)
                cells.append(replace(cell, row=row, col=at, col_span=2 * cell.col_span))
            elif cell.col + cell.col_span > left:  # a title above all columns
                size = left + 2 * (cell.col + cell.col_span - left) - cell.col
                cells.append(replace(cell, row=row, col_span=size))
            else:
                grows = cell.row < below == cell.row + cell.row_span
                cells.append(replace(cell, row=row, row_span=cell.row_span + grows))
        width = left + 2 * (grid.width - left)
        cells += [
            FormCell(below, col, 1, 1, names[(col - left) % 2], "header")
            for col in range(left, width)
        ]
        return with_cells(
            grid, cells, rows=grid.rows + 1, width=width, header_rows=grid.header_rows + 1
        )

    return edited(report, regrid(one, APPLICATIONS, DISPUTES))


def _year_line(year: int) -> str:
    return f"{year}年度："


def _last_year_first(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    """Last year's table in front of this year's, each below a line with its year."""
    seed = rng.getrandbits(32)
    year = report.report_year

    def one(grid: FormGrid) -> Sequence[Item]:
        draw = random.Random(seed)
        cells = (
            replace(cell, text=str(draw.randint(0, MAX_OTHER)), key=None)
            if cell.role == "value"
            else cell
            for cell in grid.cells
        )
        return [
            TextItem("paragraph", _year_line(year - 1)),
            TableItem(with_cells(grid, cells)),
            TextItem("paragraph", _year_line(year)),
            TableItem(grid),
        ]

    first = first_grid(report)
    if first is None or {cell.key for cell in first.cells if cell.key} <= report.doubtful:
        return None  # its own table is none of this year's
    return edited(report, on_grids(one, APPLICATIONS))


STALE = (APPLICATIONS, DISPUTES)
"""Tables that are printed below words of last year."""


def _stale(
    report: SyntheticReport, one: Callable[[FormGrid], Sequence[Item]]
) -> SyntheticReport | None:
    """The report with these tables changed, and with all their cells in doubt.

    Whose numbers they are nobody can say, unless lines name both years. The change comes in front
    of others, which may cut and join tables.
    """
    lines = {item.text for item in flow(report) if isinstance(item, TextItem)}
    if _year_line(report.report_year) in lines:
        return None
    grids = (form_grid(report, table) for table in report.tables if table.table_id in STALE)
    changed = doubted(report, [cell.key for grid in grids for cell in grid.cells if cell.key])
    return replace(changed, edits=(on_grids(one, *STALE), *changed.edits))


def _stale_caption(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    """The only table of a kind stands below a line of last year."""
    year = report.report_year - 1
    han = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    line = rng.choice(
        (
            _year_line(year),
            f"附：{year}年政府信息公开情况统计表",
            f"统计年度：{year}年",
            f"（{year}年1月1日至{year}年12月31日）",
            f"{han}年情况",
            "上年同期：",
        )
    )
    unit = rng.choice(([], [TextItem("paragraph", "单位：件")]))
    return _stale(report, lambda grid: [TextItem("paragraph", line), *unit, TableItem(grid)])


def _stale_header(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    """A row of the header names last year, in one cell all across or above every column."""
    year = report.report_year - 1
    text = rng.choice((f"{year}年", f"{year}年度", "上年同期"))
    is_title = rng.random() < 0.5

    def one(grid: FormGrid) -> Sequence[Item]:
        if is_title:
            title = replace(full_row(grid.width, text), table_id=grid.table_id)
            joined = stack(title, grid)
            size = {"header_rows": grid.header_rows + 1, "label_columns": grid.label_columns}
            return [TableItem(replace(joined, **size))]
        at, left = grid.header_rows, grid.label_columns
        cells = [
            replace(cell, row=cell.row + 1)
            if cell.row >= at
            else replace(cell, row_span=cell.row_span + (cell.row + cell.row_span == at))
            if cell.col < left
            else cell
            for cell in grid.cells
        ]
        cells += [FormCell(at, col, 1, 1, text, "header") for col in range(left, grid.width)]
        return [TableItem(with_cells(grid, cells, rows=grid.rows + 1, header_rows=at + 1))]

    return _stale(report, one)


def _swapped_columns(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    """Two columns change places together with their headers."""
    grid = first_grid(report)
    if grid is None:
        return None
    names = [c for c in grid.cells if c.role == "header" and c.row == grid.header_rows - 1]
    first, second = rng.sample(sorted({cell.col for cell in names}), k=2)
    places = {first: second, second: first}

    def one(now: FormGrid) -> FormGrid:
        def moves(cell: FormCell) -> bool:
            is_leaf = cell.role == "header" and cell.col_span == 1
            return cell.col in places and (is_leaf or cell.role == "value")

        cells = (replace(c, col=places[c.col]) if moves(c) else c for c in now.cells)
        return with_cells(now, cells)

    return edited(report, regrid(one, APPLICATIONS))


def _swapped_rows(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    """Two rows of one group change places."""
    grid = first_grid(report)
    if grid is None:
        return None
    pairs = list(_neighbours(grid))
    upper, lower = rng.choice(pairs)
    keys = {cell.row: cell.key for cell in grid.cells if cell.role == "value"}

    def one(now: FormGrid) -> FormGrid:
        rows = {cell.key: cell.row for cell in now.cells if cell.role == "value"}
        a, b = rows.get(keys[upper]), rows.get(keys[lower])
        if a is None or b is None:
            return now
        places = {a: b, b: a}
        cells = (
            replace(cell, row=places[cell.row])
            if cell.row in places and cell.row_span == 1
            else cell
            for cell in now.cells
        )
        return with_cells(now, cells)

    return edited(report, regrid(one, APPLICATIONS))


def _neighbours(grid: FormGrid) -> Iterator[tuple[int, int]]:
    """Rows under each other whose own labels take the same columns."""
    labels = {
        cell.row: (cell.col, cell.col_span)
        for cell in grid.cells
        if cell.role == "label" and cell.row_span == 1
    }
    for row, shape in labels.items():
        starts = [c for c in grid.cells if c.role == "label" and c.row == row + 1]
        if labels.get(row + 1) == shape and len(starts) == 1:
            yield row, row + 1


def _shared_cell(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    """One cell for two rows: nobody says whether its number is for one, each or both."""
    grid = first_grid(report)
    if grid is None:
        return None
    at = {(cell.row, cell.col): cell for cell in grid.cells if cell.role == "value"}
    uppers = [c for place, c in at.items() if c.text and (place[0] + 1, place[1]) in at]
    if not uppers:
        return None
    upper = rng.choice(uppers)
    lower = at[upper.row + 1, upper.col]
    keys: list[Key] = [cell.key for cell in (upper, lower) if cell.key]

    def one(now: FormGrid) -> FormGrid:
        here = {cell.key: cell for cell in now.cells}
        mine, gone = here.get(upper.key), here.get(lower.key)
        if mine is None or gone is None or gone.row != mine.row + 1:
            return now
        cells = (replace(c, row_span=2) if c is mine else c for c in now.cells if c is not gone)
        return with_cells(now, cells)

    return edited(doubted(report, keys), regrid(one, APPLICATIONS))


HOOKS: dict[str, Hooks] = {
    "two_years": Hooks(report=_two_years),
    "last_year_first": Hooks(report=_last_year_first),
    "stale_caption": Hooks(report=_stale_caption),
    "stale_header": Hooks(report=_stale_header),
    "swapped_columns": Hooks(report=_swapped_columns),
    "swapped_rows": Hooks(report=_swapped_rows),
    "shared_cell": Hooks(report=_shared_cell),
}
