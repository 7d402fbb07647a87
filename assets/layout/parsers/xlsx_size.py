"""Widths and heights of a sheet: what does not fit its cell, and what lies over which cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from assets.layout.parsers.package import Element
from assets.layout.parsers.xlsx_style import USUAL_SIZE, children, grouped, integer, number

USUAL_WIDTH = 9.14
"""Digits in a column of a file that states no width, its margins (5 pixels) among them as in
stated widths."""
USUAL_HEIGHT = 15.0
POINTS_PER_DIGIT = 5.25
"""Width of a digit of the usual font, 7 pixels of 1/96 inch."""
MAX_PLACES = 4000
"""Rows and columns whose places are worked out; a drawing farther away lies over no table."""
SPARE = 1.05
"""A text that is so much wider than its column is clearly too wide; fonts differ by less."""
MIN_HEIGHT = 0.6
"""Share of the points of a font below which a row cuts its digits; digits are 0.7 high."""
_WIDTHS = {",": 0.5, ".": 0.5, " ": 0.5, "-": 0.6, "+": 1.1, "%": 1.5}
"""Widths of other signs than digits, in digits; the narrower of what fonts have."""
Rect = tuple[float, float, float, float]
"""Left, top, right and bottom, in points from the corner of the sheet."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Columns in digits, rows in points; those not named have the usual size."""

    widths: Mapping[int, float]
    heights: Mapping[int, float]
    usual_width: float
    usual_height: float
    edges: tuple[list[float], list[float]]

    @classmethod
    def read(cls, root: Element) -> Sizes:
        """The sizes that a sheet states."""
        stated = next(children(root, "sheetFormatPr"), None)
        width = number(stated.get("defaultColWidth")) if stated is not None else None
        height = number(stated.get("defaultRowHeight")) if stated is not None else None
        usual = width or USUAL_WIDTH, height or USUAL_HEIGHT
        widths: dict[int, float] = {}
        for entry in grouped(root, "cols", "col"):
            said = 0.0 if entry.get("hidden") in {"1", "true"} else number(entry.get("width"))
            first, last = integer(entry.get("min"), 1), integer(entry.get("max"), 1)
            if said is not None:
                widths |= dict.fromkeys(range(first - 1, min(last, MAX_PLACES)), said)
        heights: dict[int, float] = {}
        row = -1
        for line in grouped(root, "sheetData", "row"):
            row = integer(line.get("r"), row + 2) - 1
            said = 0.0 if line.get("hidden") in {"1", "true"} else number(line.get("ht"))
            if said is not None:
                heights[row] = said
        across = [widths.get(n, usual[0]) * POINTS_PER_DIGIT for n in range(MAX_PLACES)]
        down = [heights.get(n, usual[1]) for n in range(MAX_PLACES)]
        edges = (list(accumulate(across, initial=0.0)), list(accumulate(down, initial=0.0)))
        return cls(widths, heights, *usual, edges)

    def rect(self, first: tuple[int, int], last: tuple[int, int]) -> Rect:
        """The rectangle of the cells between two places (row, column), both among them."""
        across, down = self.edges
        cut = MAX_PLACES
        return (
            across[min(first[1], cut)],
            down[min(first[0], cut)],
            across[min(last[1] + 1, cut)],
            down[min(last[0] + 1, cut)],
        )

    def row_at(self, top: float) -> int:
        """The row in which a height lies."""
        return max(0, bisect_right(self.edges[1], top) - 1)

    def is_cut(self, text: str, first: int, last: int, size: float, normal: float) -> bool:
        """Whether digits are clearly wider than the columns that they stand in.

        Args:
            text: as its format prints it.
            first: column.
            last: column, the same where no cells are merged.
            size: points of its font.
            normal: points of the font whose digits the widths count.
        """
        wide = sum(_WIDTHS.get(char, 1.0) for char in text.strip())
        room = sum(self.widths.get(col, self.usual_width) for col in range(first, last + 1))
        return wide * size / (normal or USUAL_SIZE) > room * SPARE

    def is_flat(self, first: int, last: int, size: float) -> bool:
        """Whether rows are so low that digits in them are cut."""
        tall = sum(self.heights.get(row, self.usual_height) for row in range(first, last + 1))
        return tall < MIN_HEIGHT * size


def covers(over: Rect, cell: Rect) -> bool:
    """Whether something lies over the middle of a cell."""
    across, down = (cell[0] + cell[2]) / 2, (cell[1] + cell[3]) / 2
    return over[0] < across < over[2] and over[1] < down < over[3]
