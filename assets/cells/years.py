"""Numbers of another year beside or in front of this year's: columns that say so.

Agencies print this year and last year side by side. Where the words of the header name the years,
a careful reader takes this year's; where they do not, nobody knows. Captions are in year_marks.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assets.cells.numbers import is_printed_number
from assets.layout.dates import han_year
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import squeeze

_OWN = re.compile(r"(?:本|今)年(?:度)?(?:数|数据|情况)?")
_OTHER = re.compile(r"(?:上(?:一)?|去)年(?:度)?(?:数|数据|情况|同期)?")
_YEAR = re.compile(r"(20\d\d|二[〇○零O一二三四五六七八九]{3})年(?:度)?(?:数|数据|情况)?")
_CHANGE = re.compile(r"(?:同比|比上年|较上年).{0,4}|增减(?:数|情况)?|增幅|变化")
"""Columns that compare the two; without years beside them they may be an agency's own words."""
_NAMED = re.compile(
    r"(?P<year>20\d\d|二[〇○零O一二三四五六七八九]{3})年度?(?P<name>[^\d()]+)"
    r"|(?P<own>本年|今年|本年度|今年度)(?P<own_name>[^\d()]+)"
    r"|(?P<other>上一?年度?|去年)(?P<other_name>[^\d()]+)"
    r"|(?P<name2>[^\d()]+)\((?P<year2>20\d\d)年?度?\)"
)
"""2023年制发件数, 上年制发件数, 制发件数(2023年)"""
CellPlace = tuple[int, int]
"""Row and column of a cell in its grid."""


@dataclass(frozen=True, slots=True)
class OtherYears:
    """What was set aside.

    `cells` are (grid, cell) with a number of another year; `rows` and `cols` say for each grid
    that was changed which row and column of the document each of its rows and columns was.
    """

    cells: tuple[tuple[int, GridCell], ...]
    rows: dict[int, tuple[int, ...]]
    cols: dict[int, tuple[int, ...]]

    def back(self, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """report_cells or unmapped_cells rows with the places that the document's grids have."""
        return [
            row
            | {
                "row": self.rows[row["grid"]][row["row"]],
                "col": self.cols[row["grid"]][row["col"]],
            }
            if row["grid"] in self.rows
            else row
            for row in found
        ]

    def unmapped(self, tables: Mapping[int, str | None]) -> list[dict[str, Any]]:
        """The numbers set aside as unmapped_cells rows without doc_id.

        Args:
            tables: table of each grid.
        """
        return [
            {
                "table_id": tables.get(grid),
                "grid": grid,
                "row": cell.row,
                "col": cell.col,
                "text": cell.text,
                "is_number": is_printed_number(cell.text),
                "reason": "its column is headed by another year",
                "page": cell.page,
                "locator": cell.locator,
            }
            for grid, cell in self.cells
        ]


def this_year(grids: Sequence[Grid], report_year: int | None) -> tuple[list[Grid], OtherYears]:
    """The grids without columns that their header gives to another year.

    Args:
        grids: tables as laid out.
        report_year: the year of the report; where it is not known nothing is left out.
    """
    out: list[Grid] = []
    aside: list[tuple[int, GridCell]] = []
    rows: dict[int, tuple[int, ...]] = {}
    cols: dict[int, tuple[int, ...]] = {}
    for printed in grids:
        found = _columns(printed, report_year) if report_year else None
        if found is None:
            out.append(printed)
            continue
        others, marks = found
        grid = _with_spans(printed)
        width = max(cell.col + cell.col_span for cell in grid.cells)
        kept_cols = tuple(col for col in range(width) if col not in others)
        gone_rows = {row for row in marks if all(_is_mark(c) for c in grid.cells if c.row == row)}
        height = max(cell.row + cell.row_span for cell in grid.cells)
        kept_rows = tuple(row for row in range(height) if row not in gone_rows)
        if not kept_rows:
            out.append(printed)  # years and nothing else: a bar of links, a frame around tables
            continue
        out.append(_cut(grid, kept_rows, kept_cols))
        rows[grid.ordinal], cols[grid.ordinal] = kept_rows, kept_cols
        aside += [
            (grid.ordinal, cell)
            for cell in grid.cells
            if cell.col in others and is_printed_number(cell.text)
        ]
    return out, OtherYears(tuple(aside), rows, cols)


def _columns(grid: Grid, report_year: int | None) -> tuple[set[int], set[int]] | None:
    """Columns of other years and the rows that say so; None where nothing is said for certain."""
    if not _is_even(grid):
        return None
    own: set[int] = set()
    others: set[int] = set()
    marks: set[int] = set()
    last = 0
    width = max((cell.col + cell.col_span for cell in grid.cells), default=0)
    for row in {cell.row for cell in grid.cells}:
        cells = sorted((c for c in grid.cells if c.row == row), key=lambda cell: cell.col)
        kinds = _kinds(cells, report_year)
        if not {"own", "other"} <= set(kinds) or any(is_printed_number(c.text) for c in cells):
            continue
        marks.add(row)
        printed = [i for i, cell in enumerate(cells) if cell.text.strip()]
        last = max(last, *(cells[i].col for i in printed))
        size = 0
        for n, i in enumerate(printed):
            end = cells[i].col + cells[i].col_span
            if grid.kind != "ruled":
                # The last one reaches as far as the one before it, not to the end of the line.
                is_last = n + 1 == len(printed)
                end = min(cells[i].col + size, width) if is_last else cells[printed[n + 1]].col
                size = end - cells[i].col
            reach = set(range(cells[i].col, end))
            if kinds[i] == "own":
                own |= reach
            elif kinds[i]:
                others |= reach
    # A dump's row with a number behind the last year has slipped, or is longer than its header.
    is_longer = grid.kind != "ruled" and any(
        cell.col > max(own | others, default=0) and cell.col > last and cell.text.strip()
        for cell in grid.cells
    )
    across = is_longer or any(
        cell.text.strip()
        and is_printed_number(cell.text)
        and len({col in others for col in range(cell.col, cell.col + cell.col_span)}) > 1
        for cell in grid.cells
    )
    return None if not marks or own & others or across else (others, marks)


def _is_even(grid: Grid) -> bool:
    """Whether the columns of a grid can be trusted: in a dump, every row has as many cells."""
    if grid.kind == "ruled":
        return True
    counts: dict[int, int] = {}
    for cell in grid.cells:
        counts[cell.row] = counts.get(cell.row, 0) + 1
    return grid.kind == "delimited" and len(set(counts.values())) == 1


def _with_spans(grid: Grid) -> Grid:
    """A dump's grid whose header cells reach over the blank cells behind them."""
    if grid.kind == "ruled":
        return grid
    cells: list[GridCell] = []
    numbered = {cell.row for cell in grid.cells if is_printed_number(cell.text)}
    for cell in grid.cells:
        before = cells[-1] if cells and cells[-1].row == cell.row else None
        if cell.row in numbered or before is None or cell.text.strip() or not before.text.strip():
            cells.append(cell)
        else:
            cells[-1] = replace(before, col_span=before.col_span + cell.col_span)
    return replace(grid, cells=tuple(cells))


def _kinds(cells: Sequence[GridCell], report_year: int | None) -> list[str]:
    """Whose numbers stand below each cell of a header row: see _kind.

    2023年制发件数 and 2022年制发件数 are the same column twice; where each of another year has its
    twin, and no two of this year have one name, they are told apart.
    """
    kinds = [_kind(cell, report_year) for cell in cells]
    named = [_named(cell, report_year) for cell in cells]
    own = [name for kind, name in named if kind == "own"]
    others = {name for kind, name in named if kind == "other"}
    if not others or not others <= set(own) or len(own) != len(set(own)):
        return kinds
    return [kind or mine for kind, (mine, _) in zip(kinds, named, strict=True)]


def _named(cell: GridCell, report_year: int | None) -> tuple[str, str]:
    """Whose column a header with a year and a name is, and the name; two empty texts else.

    The number of items of the year before (上一年项目数量) is a column of the forms.
    """
    found = _NAMED.fullmatch(squeeze(cell.text))
    if found is None:
        return "", ""
    part = found.groupdict()
    name = part["name"] or part["own_name"] or part["other_name"] or part["name2"]
    year = part["year"] or part["year2"]
    if _CHANGE.search(name) or "项目" in name:
        return "", ""
    is_own = bool(part["own"]) if year is None else han_year(year) == report_year
    return "own" if is_own else "other", name


def _kind(cell: GridCell, report_year: int | None) -> str:
    """Whose numbers stand below a header cell: `own`, `other`, `change`, or '' if it is silent."""
    text = squeeze(cell.text).strip("()")
    year = _YEAR.fullmatch(text)
    if year:
        return "own" if han_year(year.group(1)) == report_year else "other"
    if _OWN.fullmatch(text):
        return "own"
    if _OTHER.fullmatch(text):
        return "other"
    return "change" if _CHANGE.fullmatch(text) else ""


def _is_mark(cell: GridCell) -> bool:
    return not cell.text.strip() or bool(_kind(cell, None))


def _cut(grid: Grid, rows: Sequence[int], cols: Sequence[int]) -> Grid:
    """The grid with these rows and columns alone, numbered anew; spans shrink."""
    cells: list[GridCell] = []
    for cell in grid.cells:
        down = [i for i, row in enumerate(rows) if cell.row <= row < cell.row + cell.row_span]
        along = [i for i, col in enumerate(cols) if cell.col <= col < cell.col + cell.col_span]
        if down and along:
            cells.append(
                replace(cell, row=down[0], col=along[0], row_span=len(down), col_span=len(along))
            )
    return replace(grid, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))))
