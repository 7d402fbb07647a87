"""What a mess of a table is, how a report is read through one, and what became of its cells.

A mess takes the cells of one printed table and gives the grids that a reader would see of it,
usually one; texts between them stand for what a page prints there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assets.cells.recognise import recognise
from assets.layout.model import Block, Grid, GridCell, ParsedDocument
from assets.layout.sections import split_sections
from assets.synthetic.flow import TableItem, flow
from assets.synthetic.form import FormCell, FormGrid
from assets.synthetic.model import Key, SyntheticReport
from schemas.catalog import load_catalog
from schemas.vocabulary import ReviewStatus

CATALOG = load_catalog()
Part = list[FormCell] | str
"""The cells of a grid, or a line of text."""
Mess = Callable[[FormGrid, random.Random], list[Part]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the printed cells of a report were read.

    `wrong` are sure cells that differ from the print, `lost` numbers that were neither read nor
    left over for a person to see, `right` and `review` are counts.
    """

    right: int
    review: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]
    total: int


def document(report: SyntheticReport, mess: Mess, rng: random.Random) -> ParsedDocument:
    """The report as a reader of ruled tables would give it, every table through the mess."""
    blocks: list[Block] = []
    grids: list[Grid] = []
    order = 0
    for item in flow(report):
        parts: Sequence[Part]
        parts = mess(item.grid, rng) if isinstance(item, TableItem) else [item.text]
        for part in parts:
            if isinstance(part, str):
                is_heading = not isinstance(item, TableItem) and item.role == "heading"
                blocks.append(Block(order, part, f"L{order}", is_heading))
            else:
                grids.append(Grid(len(grids), order, "ruled", grid_cells(part)))
            order += 1
    return ParsedDocument("made", "1", tuple(blocks), tuple(grids))


def grid_cells(cells: Sequence[FormCell]) -> tuple[GridCell, ...]:
    """Form cells as a reader gives them, the first row and column being 0."""
    top = min(cell.row for cell in cells)
    left = min(cell.col for cell in cells)
    return tuple(
        GridCell(
            cell.row - top,
            cell.col - left,
            cell.text,
            f"{cell.row}:{cell.col}",
            cell.row_span,
            cell.col_span,
        )
        for cell in sorted(cells, key=lambda cell: (cell.row, cell.col))
    )


def outcome(report: SyntheticReport, read: ParsedDocument) -> Outcome:
    """What became of each printed cell."""
    sections = split_sections(read, CATALOG)
    found = recognise(read.blocks, read.grids, sections.at, CATALOG, report.report_year)
    got: dict[Key, list[dict]] = {}
    for cell in found.cells:
        got.setdefault((cell["item_code"], cell["breakdown"]), []).append(cell)
    leaks = {entry["table_id"] for entry in found.unmapped if entry["is_number"]}
    tables = {cell["table_id"] for cell in found.cells}
    right = review = 0
    wrong: list[str] = []
    lost: list[str] = []
    printed = list(report.printed_cells())
    for cell, content in printed:
        name = f"{cell.item_code} {cell.breakdown}".strip()
        readings = got.get((cell.item_code, cell.breakdown), [])
        if not readings:
            if cell.table_id in leaks or cell.table_id not in tables:
                review += 1
            else:
                lost.append(f"{name}: {content.text!r}")
            continue
        same = [
            (r["value"], r["value_status"]) == (content.value, content.status) for r in readings
        ]
        if any(r["review_status"] != ReviewStatus.SURE for r in readings) or len(set(same)) > 1:
            review += 1
        elif all(same):
            right += 1
        else:
            wrong.append(f"{name}: {content.text!r} read as {readings[0]['raw_text']!r}")
    return Outcome(right, review, tuple(wrong), tuple(lost), len(printed))


def plain(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Nothing happened."""
    return [list(grid.cells)]
