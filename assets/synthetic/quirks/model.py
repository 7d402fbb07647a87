"""What a quirk is, and the small steps that quirks are made of.

A quirk changes how a report is printed, never what a careful reader should find: the truth stays
that of the report, and cells that nobody could assert any more are marked doubtful.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assets.synthetic.flow import Item, TableItem, TextItem
from assets.synthetic.form import FormCell, FormGrid
from assets.synthetic.model import Edit, Key, PrintedCell, SyntheticReport, number_text
from assets.synthetic.scan import ScanStyle
from schemas.catalog import Catalog, Cell

ReportChange = Callable[[SyntheticReport, random.Random, Catalog], SyntheticReport | None]
StyleChange = Callable[[Any], Any]
DataChange = Callable[[bytes, random.Random], bytes]
ScanChange = Callable[[ScanStyle], ScanStyle]


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where a quirk takes hold.

    Attributes:
        report: changes what is printed; None where the report has nothing it could spoil.
        style: changes the options of a rendering; styles of other media are given back as they
            are.
        data: changes the bytes of the finished file.
        scan: changes how a printed report is scanned.
    """

    report: ReportChange | None = None
    style: StyleChange | None = None
    data: DataChange | None = None
    scan: ScanChange | None = None


def edited(report: SyntheticReport, *edits: Edit) -> SyntheticReport:
    """The report with further edits of what it prints."""
    return replace(report, edits=(*report.edits, *edits))


def doubted(report: SyntheticReport, keys: Iterable[Key]) -> SyntheticReport:
    """The report with further cells that no careful reader would assert."""
    return replace(report, doubtful=report.doubtful | set(keys))


def on_texts(change: Callable[[TextItem], Sequence[Item]]) -> Edit:
    """An edit of everything that is not a table."""

    def edit(items: Sequence[Any]) -> Sequence[Any]:
        return [
            new
            for item in items
            for new in (change(item) if isinstance(item, TextItem) else (item,))
        ]

    return edit


def on_grids(change: Callable[[FormGrid], Sequence[Item]], *table_ids: str) -> Edit:
    """An edit of the tables, or of those of some table ids."""

    def edit(items: Sequence[Any]) -> Sequence[Any]:
        return [
            new
            for item in items
            for new in (
                change(item.grid)
                if isinstance(item, TableItem)
                and (not table_ids or item.grid.table_id in table_ids)
                else (item,)
            )
        ]

    return edit


def regrid(change: Callable[[FormGrid], FormGrid], *table_ids: str) -> Edit:
    """An edit that gives one table for one table."""
    return on_grids(lambda grid: [TableItem(change(grid))], *table_ids)


def relabel(change: Callable[[FormCell], str], *roles: str) -> Edit:
    """An edit of the texts of cells of some roles."""

    def one(grid: FormGrid) -> FormGrid:
        cells = tuple(
            replace(cell, text=change(cell)) if cell.role in roles else cell for cell in grid.cells
        )
        return replace(grid, cells=cells)

    return regrid(one)


def with_cells(grid: FormGrid, cells: Iterable[FormCell], **changes: Any) -> FormGrid:
    """The grid with other cells, in printed order."""
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.col)))
    return replace(grid, cells=ordered, **changes)


def row_keys(grid: FormGrid, row: int) -> list[Key]:
    """The catalog cells that a row of a grid prints, left to right."""
    return [cell.key for cell in grid.cells if cell.row == row and cell.key]


def plain_cells(
    report: SyntheticReport, wanted: Callable[[Cell, Decimal], bool]
) -> list[tuple[Key, Decimal]]:
    """Cells that print a plain number and are wanted, in printed order."""
    return [
        ((cell.item_code, cell.breakdown), content.value)
        for cell, content in report.printed_cells()
        if content.value is not None
        and content.text == number_text(content.value)
        and wanted(cell, content.value)
    ]


def rewrite(
    report: SyntheticReport,
    rng: random.Random,
    write: Callable[[Decimal], PrintedCell],
    wanted: Callable[[Cell, Decimal], bool],
    at_most: int = 4,
) -> tuple[SyntheticReport, list[Key]] | None:
    """Some plain cells written otherwise.

    Returns:
        The changed report and the keys of those cells; None where no cell is wanted.
    """
    found = plain_cells(report, wanted)
    if not found:
        return None
    chosen = rng.sample(found, k=min(len(found), rng.randint(1, at_most)))
    changed = report.with_cells({key: write(value) for key, value in chosen})
    return changed, [key for key, _ in chosen]
