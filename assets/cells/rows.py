"""Grids to logical rows: the labels of a line and the cells in which its values stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assets.cells.numbers import looks_like_value, read_value
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import split_ordinal
from schemas.vocabulary import ValueStatus


@dataclass(frozen=True, slots=True)
class LogicalRow:
    """One line of a table.

    Attributes:
        grid: the grid it stands in.
        row: its row in the grid; in a flow grid the row of its first value.
        labels: cells with words, outermost group first. In a flow grid these are all words since
            the last value, header included.
        values: cells after the last label, in order; blanks, placeholders and numbers.
        context: texts of the blocks between the grid before and this one.
        section: number of the section it stands in, None when not known.
    """

    grid: Grid
    row: int
    labels: tuple[GridCell, ...]
    values: tuple[GridCell, ...]
    context: tuple[str, ...] = ()
    section: str | None = None

    @property
    def prints_values(self) -> bool:
        """Whether any value cell prints something."""
        return any(read_value(cell.text).status is not ValueStatus.BLANK for cell in self.values)

    @property
    def value_columns(self) -> tuple[int, ...]:
        """Grid columns in which the value cells begin."""
        return tuple(cell.col for cell in self.values)


def logical_rows(grid: Grid, context: tuple[str, ...] = ()) -> list[LogicalRow]:
    """The rows of a grid in reading order; every cell of the grid is in some row."""
    if grid.kind == "flow":
        return _flow_rows(grid, context)
    by_row: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
    above = [cell for cell in grid.cells if cell.row_span > 1 and not looks_like_value(cell.text)]
    rows: list[LogicalRow] = []
    for row in sorted(by_row):
        own = sorted(by_row[row], key=lambda cell: cell.col)
        first_value = _first_value(own)
        spanning = [cell for cell in above if cell.row < row < cell.row + cell.row_span]
        labels = [cell for cell in own[:first_value] if cell.text.strip()]
        rows.append(
            LogicalRow(
                grid,
                row,
                tuple(sorted((*spanning, *labels), key=lambda cell: cell.col)),
                tuple(own[first_value:]),
                context,
            )
        )
    return _with_worded_values(rows)


def _first_value(own: list[GridCell]) -> int:
    index = len(own)
    while index > 0 and looks_like_value(own[index - 1].text):
        index -= 1
    return index


def _with_worded_values(rows: list[LogicalRow]) -> list[LogicalRow]:
    """Words in a value column (详见附件) are values, where most other rows agree on the columns.

    A row is read so only when it then has as many value cells as the others, and still a label;
    words with an ordinal (1.本机关不掌握) are labels.
    """
    shapes = [row.value_columns for row in rows if row.labels and row.prints_values]
    if len(shapes) < 3:
        return rows
    shape = max(set(shapes), key=shapes.count)
    if shapes.count(shape) * 2 < len(shapes):
        return rows
    return [_read_words_as_values(row, shape) for row in rows]


def _read_words_as_values(row: LogicalRow, shape: tuple[int, ...]) -> LogicalRow:
    own = [cell for cell in row.grid.cells if cell.row == row.row]
    values = tuple(sorted((c for c in own if c.col >= shape[0]), key=lambda cell: cell.col))
    labels = tuple(cell for cell in row.labels if cell not in values)
    if (
        tuple(cell.col for cell in values) != shape
        or len(row.values) >= len(shape)
        or not set(row.values) <= set(values)
        or not any(cell.row == row.row for cell in labels)
        or not row.prints_values
        or any(split_ordinal(cell.text)[0] for cell in values)
    ):
        return row
    return replace(row, labels=labels, values=values)


def _flow_rows(grid: Grid, context: tuple[str, ...]) -> list[LogicalRow]:
    """Words and then values make a row; the next word begins another."""
    rows: list[LogicalRow] = []
    labels: list[GridCell] = []
    values: list[GridCell] = []

    def close() -> None:
        if labels or values:
            first = (values or labels)[0]
            rows.append(LogicalRow(grid, first.row, tuple(labels), tuple(values), context))
        labels.clear()
        values.clear()

    for cell in grid.cells:
        if looks_like_value(cell.text):
            values.append(cell)
        else:
            if values:
                close()
            labels.append(cell)
    close()
    return rows
