"""Column headers as printed above a value, and the columns of a block that they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from assets.cells.match import MIN_LIKENESS, header_likeness, likeness
from assets.cells.numbers import is_printed_number
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import label_core
from schemas.catalog import Block

Variants = dict[str, list[str]]
HEADER_LIKENESS = 0.75
"""A header names a column when it is at least this like its label."""


def header_top(grid: Grid, first_row: int) -> int:
    """First row of the header that ends above `first_row`: the one after the last number."""
    numbers = (c.row for c in grid.cells if c.row < first_row and is_printed_number(c.text))
    return max(numbers, default=-1) + 1


def header_above(grid: Grid, row: int) -> dict[int, tuple[str, ...]]:
    """Texts above each grid column in the header that a row of values shares with those above."""
    printed = {cell.row for cell in grid.cells if is_printed_number(cell.text)}
    while row - 1 in printed:
        row -= 1
    return header_paths(grid, header_top(grid, row), row)


def header_paths(grid: Grid, first_row: int, last_row: int) -> dict[int, tuple[str, ...]]:
    """Texts above each grid column in rows first_row to last_row - 1, from the top.

    In ruled grids a cell covers the columns it spans. In text dumps a group header stands once,
    in its first column, so it is carried to the right until the next header of its row.
    """
    rows: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        if cell.row < last_row and cell.row + cell.row_span > first_row:
            rows.setdefault(max(cell.row, first_row), []).append(cell)
    width = max((cell.col + cell.col_span for cell in grid.cells), default=0)
    paths: dict[int, list[str]] = {col: [] for col in range(width)}
    for row in sorted(rows):
        cells = sorted(rows[row], key=lambda cell: cell.col)
        printed = [cell for cell in cells if cell.text.strip()]
        for i, cell in enumerate(printed):
            end = cell.col + cell.col_span
            if grid.kind != "ruled" and cell.col_span == 1 and row < last_row - 1:
                end = printed[i + 1].col if i + 1 < len(printed) else width
            for col in range(cell.col, min(end, width)):
                paths[col].append(cell.text)
    return {col: tuple(texts) for col, texts in paths.items() if texts}


def named_columns(
    block: Block,
    paths: dict[int, tuple[str, ...]],
    variants: Variants,
    wanted: Iterable[int],
) -> dict[int, int]:
    """Grid column of those wanted columns of a block that have a header of their own.

    Labels that are wanted more than once (结果维持) are told apart by the groups above.
    """
    columns = [block.columns[index] for index in wanted]
    labels = [column.label for column in columns]
    taken: set[int] = set()
    found: dict[int, int] = {}
    for column in columns:
        repeated = labels.count(column.label) > 1
        best = (0.0, -1)
        for col, path in paths.items():
            if col in taken:
                continue
            score = header_likeness(path[-1], column.label, variants.get(column.label, ()))
            if repeated and score >= HEADER_LIKENESS:
                score = min(score, _group_likeness(path[:-1], column.path[:-1]))
            if score > best[0]:
                best = (score, col)
        if best[0] >= HEADER_LIKENESS:
            taken.add(best[1])
            found[column.index] = best[1]
    return found


def names_another_order(block: Block, texts: Sequence[str]) -> bool:
    """Whether header words stand in an order in which no dump of the form prints them.

    Dumps go through a header line by line (自然人, 法人或其他组织, 总计, 商业企业) or group by
    group (自然人, 法人或其他组织, 商业企业); what precedes in both must precede. Words may be torn
    (商业, 企业). A header that does not print every column exactly once says nothing.
    """
    parts = [
        (level, core) for c in block.columns for level, core in enumerate(map(label_core, c.path))
    ]
    leaves = [label_core(column.label) for column in block.columns]
    longest = sorted({core for _, core in parts}, key=len, reverse=True)
    words = re.findall("|".join(map(re.escape, longest)), "".join(map(label_core, texts)))
    if Counter(word for word in words if word in leaves) != Counter(leaves):
        return False
    by_group = list(dict.fromkeys(core for _, core in parts))
    by_line = list(dict.fromkeys(core for _, core in sorted(parts, key=lambda part: part[0])))
    once = [word for word in words if words.count(word) == 1]
    if any(
        by_group.index(before) > by_group.index(after)
        and by_line.index(before) > by_line.index(after)
        for before, after in combinations(once, 2)
    ):
        return True
    # Columns of the same name (结果维持) have their order in common with the others around them.
    repeated = [core for core in leaves if leaves.count(core) > 1]
    return repeated != [word for word in words if word in repeated]


def _group_likeness(printed: Sequence[str], groups: Sequence[str]) -> float:
    """Likeness of the innermost group above a column to the official one."""
    if not printed:
        return 0.0
    return max(
        likeness(label_core(text), label_core(group))
        for text in printed[-2:]
        for group in groups[-1:]
    )


def named_share(block: Block, text: str) -> float:
    """Share of a block's column labels and groups that a run of header text contains."""
    labels = {label_core(part) for column in block.columns for part in column.path}
    core = label_core(text)
    return sum(label in core for label in labels) / len(labels)


def best_group(block: Block, texts: Sequence[str]) -> tuple[tuple[int, ...], float] | None:
    """The group of columns that one of some texts names, with the likeness.

    A text may print the group alone (复议后起诉) or the whole path (行政诉讼（复议后起诉）).
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for column in block.columns:
        if len(column.path) > 1:
            groups.setdefault(column.path[:-1], []).append(column.index)
    best: tuple[tuple[int, ...], float] | None = None
    for path, columns in groups.items():
        wordings = ("".join(map(label_core, path)), label_core(path[-1]))
        score = max(
            (likeness(label_core(text), wording) for text in texts for wording in wordings),
            default=0.0,
        )
        if score > max(MIN_LIKENESS + 0.15, best[1] if best else 0.0):
            best = (tuple(columns), score)
    return best
