"""Grids to logical rows: the labels of a line and the cells in which its values stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from assets.cells.numbers import PARTED, UNITS, is_printed_number, looks_like_value, read_value
from assets.layout.grids import hides_values, is_page_mark
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import label_core, split_ordinal, squeeze
from schemas.vocabulary import ValueStatus

MIN_LINES = 3
"""Fewer lines with their values in front are chance."""


MIN_UNLABELLED = 10
"""Fewer cells are a row whose label is damaged rather than one without."""
MAX_DAMAGED = 8
"""A longer text with digits in it is a label or a remark."""
_NO_NUMBER = ("年", "第", "其中", "条", "款")
"""Words of labels and headers that hold digits."""
MIN_PAGE_ROW = 3
"""Fewer columns are a label with its number, either of which may have been lost."""
MAX_PAGE_DIGITS = 3
MAX_STRAY = 60
"""Columns of a merged cell that are looked at; no form is as wide."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the forms as label cores: those of rows, and all others (headers, block names)."""

    rows: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def is_row(self, text: str) -> bool:
        """Whether a text is the label of a row; 其他 and 总计 need the ordinal."""
        core = label_core(text)
        return core in self.rows and (core not in self.others or bool(split_ordinal(text)[0]))

    def is_word(self, text: str) -> bool:
        """Whether a text belongs to the form, so that it is no value; units do, too."""
        core = label_core(text)
        return (
            core in self.rows
            or core in self.others
            or squeeze(text) in UNITS
            or all(split_ordinal(text))
        )


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


def logical_rows(
    grid: Grid, context: tuple[str, ...] = (), words: Words = Words()
) -> list[LogicalRow]:
    """The rows of a grid in reading order; every cell of the grid is in some row.

    Args:
        grid: a table as laid out.
        context: texts of the blocks in front of it.
        words: those of the forms; what stands to the right of a row label and is none of them is
            a value (详见附件).
    """
    if grid.kind == "flow":
        return _flow_rows(grid, context)
    by_row: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
    if grid.kind == "ruled":
        by_row = _without_stray_rules(by_row)
    above = [cell for cell in grid.cells if cell.row_span > 1]
    width = max((cell.col + cell.col_span for cell in grid.cells), default=0)
    rows: list[LogicalRow] = []
    for row in sorted(by_row):
        own = sorted(by_row[row], key=lambda cell: cell.col)
        if _is_page_row(own, width):
            rows.append(LogicalRow(grid, row, tuple(own), (), context))
            continue
        spanning = [cell for cell in above if cell.row < row < cell.row + cell.row_span]
        for part in _side_by_side(own, words):
            first_value = _first_value(part, words)
            labels = [cell for cell in part[:first_value] if cell.text.strip()]
            groups = [cell for cell in spanning if not looks_like_value(cell.text)]
            # One cell for several rows stands among the values of each of them.
            shared = [
                cell
                for cell in spanning
                if cell.text.strip() and cell not in groups and labels and cell.col > labels[-1].col
            ]
            values = (*part[first_value:], *shared)
            rows.append(
                LogicalRow(
                    grid,
                    row,
                    tuple(sorted((*groups, *labels), key=lambda cell: cell.col)),
                    tuple(sorted(values, key=lambda cell: cell.col)),
                    context,
                )
            )
    return _with_worded_values(rows)


def _without_stray_rules(rows: dict[int, list[GridCell]]) -> dict[int, list[GridCell]]:
    """Numbers that a rule of their own row cuts in two, put together.

    A rule between columns runs through several rows. One that stands in a single row only, where
    the other rows have one cell, parts no columns.
    """
    edges = Counter(cell.col for own in rows.values() for cell in own)
    wide = {
        col
        for own in rows.values()
        for cell in own
        for col in range(cell.col + 1, cell.col + min(cell.col_span, MAX_STRAY))
    }
    out: dict[int, list[GridCell]] = {}
    for row, own in rows.items():
        ordered = sorted(own, key=lambda cell: cell.col)
        stray = [
            i
            for i, (left, cell) in enumerate(pairwise(ordered), start=1)
            if edges[cell.col] == 1
            and cell.col in wide
            and is_printed_number(left.text)
            and is_printed_number(cell.text)
        ]
        if len(stray) == 1:
            (i,) = stray
            left, cell = ordered[i - 1 : i + 1]
            text = f"{left.text.strip()}{PARTED}{cell.text.strip()}"
            span = left.col_span + cell.col_span
            ordered[i - 1 : i + 1] = [replace(left, text=text, col_span=span)]
        out[row] = ordered
    return out


def _is_page_row(own: list[GridCell], width: int) -> bool:
    """Whether a row of a table is the foot of a page: its number alone, in one cell all across."""
    if len(own) != 1 or own[0].col_span < max(width, MIN_PAGE_ROW):
        return False
    text = squeeze(own[0].text)
    return is_page_mark(own[0].text) or (text.isdigit() and len(text) <= MAX_PAGE_DIGITS)


def _side_by_side(own: list[GridCell], words: Words) -> list[list[GridCell]]:
    """A row cut where a label follows numbers that have a label of their own."""
    parts: list[list[GridCell]] = [[]]
    for cell in own:
        part = parts[-1]
        is_label = not looks_like_value(cell.text) and words.is_word(cell.text)
        has_values = any(c.text.strip() and looks_like_value(c.text) for c in part)
        if is_label and has_values and not looks_like_value(part[0].text):
            parts.append([])
        parts[-1].append(cell)
    return parts


def _first_value(own: list[GridCell], words: Words) -> int:
    index = len(own)
    while index > 0 and looks_like_value(own[index - 1].text):
        index -= 1
    other = [cell for cell in own[:index] if not looks_like_value(cell.text)]
    has_word = any(words.is_word(cell.text) for cell in other)
    if all(is_printed_number(cell.text) for cell in own[:2]) and not has_word:
        return 0  # a row without a label, words among its numbers
    if not has_word and len(own) >= MIN_UNLABELLED and 2 * len(other) < len(own):
        # The same, with a stamp over one of its first numbers.
        words_first = [cell for cell in own if cell.text.strip()][:1]
        if words_first and (words_first[0] not in other or _is_damaged_number(words_first[0].text)):
            return 0
    first = own.index(other[0]) if other else index
    for at, cell in enumerate(own[first + 1 : index], start=first + 1):
        if _is_damaged_number(cell.text) and not words.is_word(cell.text):
            index = at
            break
    for at, cell in enumerate(own[:index], start=1):
        if words.is_row(cell.text) and not any(words.is_word(c.text) for c in own[at:index]):
            return at
    return index


def _is_damaged_number(text: str) -> bool:
    """A short text with digits behind a label: a number with a stamp over it, 3/5, 约12件."""
    squeezed = squeeze(text)
    return (
        len(squeezed) <= MAX_DAMAGED
        and any(char.isdigit() for char in squeezed)
        and not split_ordinal(text)[0]
        and not any(word in squeezed for word in _NO_NUMBER)
    )


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
    own = [cell for cell in (*row.labels, *row.values) if cell.row == row.row]
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
    """Words and then values make a row; the next word begins another.

    Where most lines print their values in front of their words, each such line is a row.
    """
    rows: list[LogicalRow] = []
    values_first = _values_first(grid)
    labels: list[GridCell] = []
    values: list[GridCell] = []

    def close() -> None:
        if labels or values:
            first = (values or labels)[0]
            rows.append(LogicalRow(grid, first.row, tuple(labels), tuple(values), context))
        labels.clear()
        values.clear()

    for row, line in groupby(grid.cells, key=lambda cell: cell.row):
        if row in values_first:
            close()
        for cell in line:
            if looks_like_value(cell.text):
                values.append(cell)
            else:
                if values and row not in values_first:
                    close()
                labels.append(cell)
                if hides_values(cell.text):
                    close()  # The row of that label; what follows is none of its values.
        if row in values_first:
            close()
    close()
    return rows


def _values_first(grid: Grid) -> frozenset[int]:
    """Lines of a flow grid with values and then a label, where these outnumber the usual ones."""
    shapes: dict[int, list[bool]] = {}
    for cell in grid.cells:
        shapes.setdefault(cell.row, []).append(looks_like_value(cell.text))
    ahead = {row for row, shape in shapes.items() if shape[0] and not shape[-1] and sum(shape) > 1}
    behind = sum(shape[-1] and not shape[0] for shape in shapes.values())
    return frozenset(ahead) if len(ahead) >= MIN_LINES and len(ahead) > behind else frozenset()
