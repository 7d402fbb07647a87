"""Characters that were printed twice to look bold: 总总计计, 0000, 1122.

Some producers set every character twice, a hair apart, and text taken from such a page has it
twice. Labels are halved so that they can be compared. A number is never halved: 11 may be eleven
or one, so it is left for review wherever the document shows signs of such printing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assets.cells.numbers import is_printed_number
from assets.layout.model import Grid
from assets.layout.normalise import squeeze

MIN_NUMBERS = 4
"""As many numbers of equal pairs in a grid, and no other number, are no chance."""
CellKey = tuple[int, int, int]
"""Ordinal of a grid, row and column of a cell."""


def is_twice(text: str) -> bool:
    """Whether every character of a text stands there twice in a row."""
    squeezed = squeeze(text)
    return bool(squeezed) and len(squeezed) % 2 == 0 and squeezed[::2] == squeezed[1::2]


def without_twice(grids: Sequence[Grid]) -> tuple[list[Grid], dict[CellKey, str]]:
    """Grids with their doubled labels halved, and the numbers that may be doubled.

    Args:
        grids: tables as laid out.

    Returns:
        The grids, and for each doubtful number what it is when halved. There are none in a
        document without a doubled label, a doubled zero (00), or a grid of such numbers alone.
    """
    halved = [_halved(grid) for grid in grids]
    is_shown = any(new is not old for new, old in zip(halved, grids, strict=True)) or any(
        map(_shows_twice, grids)
    )
    if not is_shown:
        return list(grids), {}
    return halved, {
        (grid.ordinal, cell.row, cell.col): squeeze(cell.text)[::2]
        for grid in grids
        for cell in grid.cells
        if is_twice(cell.text) and any(char.isdigit() for char in squeeze(cell.text))
    }


def _halved(grid: Grid) -> Grid:
    """The grid itself where no label is doubled; one pair (天天) is a word."""
    words = [
        i
        for i, cell in enumerate(grid.cells)
        if len(cell.text) > 3
        and is_twice(cell.text)
        and any("\u4e00" <= char <= "\u9fff" for char in cell.text)
        and len(squeeze(cell.text)) > 3
    ]
    if not words:
        return grid
    cells = list(grid.cells)
    for i in words:
        cells[i] = replace(cells[i], text=squeeze(cells[i].text)[::2])
    return replace(grid, cells=tuple(cells))


def _shows_twice(grid: Grid) -> bool:
    numbers = [squeeze(cell.text) for cell in grid.cells if is_printed_number(cell.text)]
    if any(is_twice(number) and number[0] == "0" for number in numbers):
        return True
    return len(numbers) >= MIN_NUMBERS and all(map(is_twice, numbers))
