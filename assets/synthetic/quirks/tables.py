"""Quirks of the grid: tables cut, joined, turned, widened, and cells that were lost or glued."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assets.synthetic.flow import Item, TableItem, TextItem
from assets.synthetic.form import FormCell, FormGrid, form_grid
from assets.synthetic.model import Key, SyntheticReport, blank
from assets.synthetic.quirks.model import (
    Hooks,
    ReportChange,
    doubted,
    edited,
    on_grids,
    regrid,
    row_keys,
    with_cells,
)
from schemas.catalog import Catalog

APPLICATIONS, DISPUTES = "applications", "disputes"


def cut(grid: FormGrid, at: int) -> tuple[FormGrid, FormGrid]:
    """A table cut above a row; a merged cell that is cut leaves an empty rest in the second."""
    first: list[FormCell] = []
    second: list[FormCell] = []
    for cell in grid.cells:
        if cell.row < at:
            first.append(replace(cell, row_span=min(cell.row_span, at - cell.row)))
        if cell.row + cell.row_span > at:
            start = max(cell.row, at)
            rest = cell.row + cell.row_span - start
            text = cell.text if cell.row >= at else ""
            second.append(replace(cell, row=start - at, row_span=rest, text=text))
    return (
        with_cells(grid, first, rows=at),
        with_cells(grid, second, rows=grid.rows - at, header_rows=0),
    )


def stack(upper: FormGrid, lower: FormGrid) -> FormGrid:
    """Two tables as one; the cells at the right edge of the narrower one reach to the edge."""
    width = max(upper.width, lower.width)

    def wide(grid: FormGrid) -> Iterator[FormCell]:
        for cell in grid.cells:
            at_edge = cell.col + cell.col_span == grid.width
            yield replace(cell, col_span=cell.col_span + (width - grid.width) * at_edge)

    below = (replace(cell, row=cell.row + upper.rows) for cell in wide(lower))
    return with_cells(upper, (*wide(upper), *below), rows=upper.rows + lower.rows, width=width)


def full_row(width: int, text: str) -> FormGrid:
    """A grid of one cell over the whole width."""
    return FormGrid("", 1, width, 0, 0, (FormCell(0, 0, 1, width, text, "block"),))


def _cut_points(grid: FormGrid) -> list[int]:
    return list(range(grid.header_rows + 2, grid.rows - 1))


def _continued(second: Callable[[FormGrid, FormGrid], FormGrid], between: str = "") -> ReportChange:
    """The table of applications goes on in a second table."""

    def change(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
        seed = rng.getrandbits(32)

        def one(grid: FormGrid) -> Sequence[Item]:
            points = _cut_points(grid)
            if not points:
                return [TableItem(grid)]
            upper, lower = cut(grid, random.Random(seed).choice(points))
            page = [TextItem("paragraph", between)] if between else []
            return [TableItem(upper), *page, TableItem(second(grid, lower))]

        return edited(report, on_grids(one, APPLICATIONS))

    return change


def _with_header(grid: FormGrid, lower: FormGrid) -> FormGrid:
    header = cut(grid, grid.header_rows)[0]
    return replace(stack(header, lower), header_rows=grid.header_rows)


def _shifted(_: FormGrid, lower: FormGrid) -> FormGrid:
    """Without the empty rests of cut cells, so that the cells of their rows move left."""
    gone = [cell for cell in lower.cells if cell.role == "label" and not cell.text]
    shift = [0] * lower.rows
    for cell in gone:
        for row in range(cell.row, cell.row + cell.row_span):
            shift[row] += cell.col_span
    kept = (
        replace(cell, col=cell.col - shift[cell.row]) for cell in lower.cells if cell not in gone
    )
    return with_cells(lower, kept)


def _merged(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    """Tables of neighbouring sections in one grid, the headings between them as rows."""

    def edit(items: Sequence[Any]) -> Sequence[Any]:
        out: list[Item] = []
        waiting: list[TextItem] = []
        grid: FormGrid | None = None
        for item in items:
            if isinstance(item, TableItem):
                for text in waiting:
                    assert grid is not None
                    grid = stack(grid, full_row(1, text.text))
                grid = item.grid if grid is None else stack(grid, item.grid)
                waiting = []
            elif grid is not None and item.role == "heading" and not waiting:
                waiting.append(item)
            else:
                out += [TableItem(grid)] if grid else []
                out += [*waiting, item]
                grid, waiting = None, []
        return [*out, *([TableItem(grid)] if grid else []), *waiting]

    return edited(report, edit)


def _split_blocks(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    def one(grid: FormGrid) -> Sequence[Item]:
        starts = [cell.row for cell in grid.cells if cell.role == "block"]
        out: list[Item] = []
        rest = grid
        for start in reversed([start for start in starts if start]):
            rest, block = cut(rest, start)
            out.insert(0, TableItem(block))
        return [TableItem(rest), *out]

    return edited(report, on_grids(one))


def _insert_row(grid: FormGrid, at: int, cells: Sequence[FormCell]) -> FormGrid:
    """A row more; merged cells that reach over its place grow."""
    moved = [
        replace(cell, row=cell.row + 1)
        if cell.row >= at
        else replace(cell, row_span=cell.row_span + (cell.row + cell.row_span > at))
        for cell in grid.cells
    ]
    return with_cells(grid, (*moved, *cells), rows=grid.rows + 1)


def _values(grid: FormGrid, row: int, texts: Callable[[int], str]) -> list[FormCell]:
    width = grid.width - grid.label_columns
    return [FormCell(row, grid.label_columns + n, 1, 1, texts(n), "value") for n in range(width)]


def _extra_row(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport:
    text = rng.choice(("", "0", "1"))

    def one(grid: FormGrid) -> FormGrid:
        label = FormCell(grid.rows, 0, 1, grid.label_columns, "五、其他需要说明的办理情况", "label")
        return _insert_row(grid, grid.rows, [label, *_values(grid, grid.rows, lambda _n: text)])

    return edited(report, regrid(one, APPLICATIONS))


def _extra_column(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport:
    text = rng.choice(("", "无"))

    def one(grid: FormGrid) -> FormGrid:
        head = FormCell(0, grid.width, grid.header_rows, 1, "备注", "header")
        body = (
            FormCell(row, grid.width, 1, 1, text, "value")
            for row in range(grid.header_rows, grid.rows)
        )
        return with_cells(grid, (*grid.cells, head, *body), width=grid.width + 1)

    return edited(report, regrid(one, APPLICATIONS))


def _edge_row(text: str, last: bool) -> ReportChange:
    def change(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
        def one(grid: FormGrid) -> FormGrid:
            row = replace(full_row(grid.width, text), table_id=grid.table_id)
            if last:
                return stack(grid, row)
            below = stack(row, grid)
            return replace(
                below, header_rows=grid.header_rows + 1, label_columns=grid.label_columns
            )

        return edited(report, regrid(one))

    return change


def _heading_inside(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    """The heading of a section is the first row of its table."""

    def edit(items: Sequence[Any]) -> Sequence[Any]:
        out: list[Any] = []
        for item in items:
            if isinstance(item, TableItem) and out and getattr(out[-1], "role", "") == "heading":
                grid = item.grid
                row = replace(full_row(grid.width, out.pop().text), table_id=grid.table_id)
                joined = stack(row, grid)
                out.append(
                    TableItem(
                        replace(
                            joined,
                            header_rows=grid.header_rows + 1,
                            label_columns=grid.label_columns,
                        )
                    )
                )
            else:
                out.append(item)
        return out

    return edited(report, edit)


def _column_numbers(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    """A row that numbers the columns, as statistical forms have."""

    def one(grid: FormGrid) -> FormGrid:
        row = grid.header_rows
        label = FormCell(row, 0, 1, grid.label_columns, "栏次", "label")
        cells = [label, *_values(grid, row, lambda n: str(n + 1))]
        return _insert_row(grid, row, cells)

    return edited(report, regrid(one, APPLICATIONS))


def _blank_rows(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport:
    seed = rng.getrandbits(32)

    def one(grid: FormGrid) -> FormGrid:
        at = random.Random(seed).choice(_cut_points(grid))
        spanned = sum(
            cell.col_span
            for cell in grid.cells
            if cell.role == "label" and cell.row < at < cell.row + cell.row_span
        )
        empty = [FormCell(at, col, 1, 1, "", "value") for col in range(spanned, grid.width)]
        return _insert_row(grid, at, empty)

    return edited(report, regrid(one, APPLICATIONS))


def _torn_row(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport:
    """A label goes on in a row of its own without numbers, as after a page break."""
    seed = rng.getrandbits(32)

    def one(grid: FormGrid) -> FormGrid:
        labels = [
            cell
            for cell in grid.cells
            if cell.role == "label" and cell.row_span == 1 and len(cell.text) > 6
        ]
        if not labels:
            return grid
        chosen = random.Random(seed).choice(labels)
        at = len(chosen.text) // 2
        cells = [
            replace(cell, text=cell.text[:at]) if cell is chosen else cell for cell in grid.cells
        ]
        rest = replace(chosen, row=chosen.row + 1, text=chosen.text[at:])
        blanks = _values(grid, chosen.row + 1, lambda _n: "")
        left = [
            replace(cell, row=chosen.row + 1, text="")
            for cell in grid.cells
            if cell.row == chosen.row
            and cell.role == "label"
            and cell.row_span == 1
            and cell is not chosen
        ]
        return _insert_row(with_cells(grid, cells), chosen.row + 1, [rest, *left, *blanks])

    return edited(report, regrid(one, APPLICATIONS))


def _sideways(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    """The table of disputes with its columns as rows."""

    def one(grid: FormGrid) -> FormGrid:
        turned = (
            replace(
                cell,
                row=cell.col,
                col=cell.row,
                row_span=cell.col_span,
                col_span=cell.row_span,
                role="label" if cell.role == "header" else cell.role,
            )
            for cell in grid.cells
        )
        return with_cells(
            grid,
            turned,
            rows=grid.width,
            width=grid.rows,
            header_rows=0,
            label_columns=grid.header_rows,
        )

    return edited(report, regrid(one, DISPUTES))


def _row_change(
    wanted: Callable[[Sequence[FormCell]], bool],
    change: Callable[[list[FormCell]], list[FormCell]],
    doubt: bool = True,
) -> ReportChange:
    """A change of the value cells of one row of the applications; cells behind them move."""

    def report_change(
        report: SyntheticReport, rng: random.Random, _: Catalog
    ) -> SyntheticReport | None:
        grid = first_grid(report)
        if grid is None:
            return None
        rows = [row for row in range(grid.rows) if wanted(_value_cells(grid, row))]
        if not rows:
            return None
        number = rng.choice(rows)
        key = _value_cells(grid, number)[0].key

        def one(now: FormGrid) -> FormGrid:
            row = next((cell.row for cell in now.cells if cell.key == key), None)
            if row is None or not wanted(_value_cells(now, row)):
                return now  # another part of a table that was cut, or another copy
            others = [c for c in now.cells if c.row != row or c.role != "value"]
            col = now.label_columns
            new: list[FormCell] = []
            for cell in change(_value_cells(now, row)):
                new.append(replace(cell, col=col))
                col += cell.col_span
            return with_cells(now, (*others, *new), width=max(now.width, col))

        keys = row_keys(grid, number) if doubt else []
        return edited(doubted(report, keys), regrid(one, APPLICATIONS))

    return report_change


def first_grid(report: SyntheticReport) -> FormGrid | None:
    """The first copy of the table of applications as the form prints it."""
    for table in report.first_copies():
        if table.table_id == APPLICATIONS:
            return form_grid(report, table)
    return None


def _value_cells(grid: FormGrid, row: int) -> list[FormCell]:
    return [cell for cell in grid.cells if cell.row == row and cell.role == "value"]


def _long(cells: Sequence[FormCell]) -> bool:
    return any(len(cell.text) > 1 and cell.text.isdigit() for cell in cells)


def _split_number(cells: list[FormCell]) -> list[FormCell]:
    at = next(n for n, cell in enumerate(cells) if len(cell.text) > 1 and cell.text.isdigit())
    cell = cells[at]
    return [
        *cells[:at],
        replace(cell, text=cell.text[:1]),
        replace(cell, text=cell.text[1:], key=None),
        *cells[at + 1 :],
    ]


def _glued(sign: str, spanning: bool) -> Callable[[list[FormCell]], list[FormCell]]:
    def change(cells: list[FormCell]) -> list[FormCell]:
        first, second, *rest = cells
        text = f"{first.text}{sign}{second.text}"
        return [replace(first, text=text, col_span=2 if spanning else 1), *rest]

    return change


def _extra_zero(cells: list[FormCell]) -> list[FormCell]:
    return [replace(cells[0], text="0", key=None), *cells]


def _lost_value(cells: list[FormCell]) -> list[FormCell]:
    return [*cells[:2], *cells[3:]]


def _some(cells: Sequence[FormCell]) -> bool:
    return len(cells) > 3


def _uneven(cells: Sequence[FormCell]) -> bool:
    return len({cell.text for cell in cells}) > 2


def _blank_dropped(
    report: SyntheticReport, _: random.Random, __: Catalog
) -> SyntheticReport | None:
    """Zeros of the applications left empty, and the empty cells not there at all."""
    grid = first_grid(report)
    if grid is None:
        return None
    zeros = [cell.key for cell in grid.cells if cell.key and cell.text == "0"]
    if not zeros:
        return None
    empty = report.with_cells({key: blank() for key in zeros})
    rows: list[Key] = []
    for row in range(grid.rows):
        keys = row_keys(grid, row)
        if set(keys) & set(zeros):
            rows += keys

    def one(now: FormGrid) -> FormGrid:
        return with_cells(now, _closed_up(now))

    return edited(doubted(empty, rows), regrid(one, APPLICATIONS))


def _closed_up(grid: FormGrid) -> Iterator[FormCell]:
    """The cells of a grid, those behind an empty one moved into its place."""
    for row in range(grid.rows):
        col = grid.label_columns
        for cell in (cell for cell in grid.cells if cell.row == row):
            if cell.role != "value":
                yield cell
            elif cell.text:
                yield replace(cell, col=col)
                col += 1


def _repeated_page(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    """The report of another year after this one, in the same file."""
    year = report.report_year - 1

    def older(text: str) -> str:
        return text.replace(str(report.report_year), str(year))

    def edit(items: Sequence[Any]) -> Sequence[Any]:
        second: list[Item] = []
        for item in items:
            if isinstance(item, TextItem):
                second.append(TextItem(item.role, older(item.text)))
            else:
                cells = (
                    replace(cell, text="7" * len(cell.text))
                    if cell.role == "value" and cell.text.isdigit()
                    else cell
                    for cell in item.grid.cells
                )
                second.append(TableItem(with_cells(item.grid, cells)))
        return [*items, *second]

    return edited(report, edit)


HOOKS: dict[str, Hooks] = {
    "continued_with_header": Hooks(report=_continued(_with_header)),
    "continued_without_header": Hooks(report=_continued(lambda _g, lower: lower, "- 4 -")),
    "continued_shifted_left": Hooks(report=_continued(_shifted)),
    "merged_tables": Hooks(report=_merged),
    "split_blocks": Hooks(report=_split_blocks),
    "extra_row": Hooks(report=_extra_row),
    "extra_column": Hooks(report=_extra_column),
    "unit_row": Hooks(report=_edge_row("单位：件", last=False)),
    "note_row": Hooks(report=_edge_row("注：以上数据统计截至12月31日，共3类", last=True)),
    "heading_inside_table": Hooks(report=_heading_inside),
    "column_numbers": Hooks(report=_column_numbers),
    "blank_rows": Hooks(report=_blank_rows),
    "torn_row": Hooks(report=_torn_row),
    "sideways_table": Hooks(report=_sideways),
    "split_number": Hooks(report=_row_change(_long, _split_number)),
    "glued_cells": Hooks(report=_row_change(_uneven, _glued("", spanning=False))),
    "glued_cells_spanning": Hooks(report=_row_change(_uneven, _glued(" ", spanning=True))),
    "extra_value": Hooks(report=_row_change(_some, _extra_zero, doubt=False)),
    "lost_value": Hooks(report=_row_change(_uneven, _lost_value)),
    "blank_cells_dropped": Hooks(report=_blank_dropped),
    "two_reports": Hooks(report=_repeated_page),
}
