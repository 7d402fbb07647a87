"""What recognition left over: numbers and words in value cells that no cell of a format took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from assets.cells.numbers import is_printed_number, read_value
from assets.cells.rows import LogicalRow
from assets.cells.twice import CellKey
from assets.layout.grids import is_page_mark, is_value, split_values
from assets.layout.model import Block as TextBlock
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import label_core, split_ordinal
from schemas.catalog import Block, Catalog
from schemas.vocabulary import ChosenBy, ReviewStatus, ValueStatus

MAX_LABEL = 60
"""No official label is longer."""
SectionAt = Callable[[int, int], str | None]
"""Number of the section at (order, row), None where none is known."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A grid row that was found to be one of a table whose block has `width` columns."""

    row: int
    table_id: str
    width: int


def unclaimed(
    rows: Sequence[LogicalRow],
    found: Mapping[int, Sequence[FoundPlace]],
    claimed: Set[CellKey],
    catalog: Catalog,
) -> Iterator[dict[str, Any]]:
    """What stands in value cells of the tables and was taken by no cell of a format."""
    tables = {t.section: t.table_id for f in catalog.formats.values() for t in f.tables}
    for row in rows:
        table_id = _table_of(row, found.get(row.grid.ordinal, ()), tables)
        if table_id is None:
            continue
        label = "".join(cell.text for cell in row.labels[-1:]).strip()
        own = [cell for cell in row.labels if cell.row == row.row and is_printed_number(cell.text)]
        is_claimed = any(cell_key(row.grid, cell) in claimed for cell in row.values)
        # Numbers in front of a word are serial numbers, unless nothing of the row was understood.
        for cell in row.values if is_claimed else (*own, *row.values):
            if row.grid.kind != "flow" and cell.row != row.row:
                continue  # listed with the row in which it starts
            status = read_value(cell.text).status
            if (
                status in (ValueStatus.BLANK, ValueStatus.PLACEHOLDER)
                or cell_key(row.grid, cell) in claimed
            ):
                continue
            yield {
                "table_id": table_id,
                "grid": row.grid.ordinal,
                "row": cell.row,
                "col": cell.col,
                "text": cell.text,
                "is_number": is_printed_number(cell.text),
                "reason": f"no cell of the format took it; row label: {label or 'none'}",
                "page": cell.page,
                "locator": cell.locator,
            }


def _table_of(
    row: LogicalRow, found: Sequence[FoundPlace], tables: Mapping[str, str]
) -> str | None:
    """The table that the numbers of a row without a place belong to.

    A heading may be lost, so the rows found before and after it in its grid have a say: the one
    of whose columns its numbers are as many, or twice as many.
    """
    after = min((f for f in found if f.row >= row.row), key=lambda f: f.row, default=None)
    before = max((f for f in found if f.row <= row.row), key=lambda f: f.row, default=None)
    beside = [f for f in (after, before) if f is not None]
    stated = tables.get(row.section or "")
    fitting = [f for f in beside if row.values and len(row.values) % f.width == 0]
    exact = [f for f in fitting if len(row.values) == f.width]
    if len({f.table_id for f in beside}) > 1 and exact:
        return exact[0].table_id
    if not beside or any(f.table_id == stated for f in beside):
        return stated
    return (fitting or beside)[0].table_id


def bare_labels(
    copies: Sequence[tuple[Block, Set[int]]],
    rows: Sequence[LogicalRow],
    blocks: Sequence[TextBlock],
    section_at: SectionAt,
    catalog: Catalog,
) -> Iterator[dict[str, Any]]:
    """Cells of official rows whose label is printed with nothing beside it.

    They may have been left blank, and the blank cells lost; or their numbers stand elsewhere. So
    they are blank cells to look at, not cells that the document does not print.

    Args:
        copies: the blocks that were found, with their lines that were.
        rows: all rows of the document.
        blocks: its running text.
        section_at: number of the section at (order, row), None where none is known.
        catalog: for the sections of the tables.
    """
    sections = {t.table_id: t.section for f in catalog.formats.values() for t in f.tables}
    bare = [
        (cell.text, row.section, row.grid.ordinal, cell)
        for row in rows
        if not row.prints_values
        for cell in row.labels
        if row.grid.kind == "flow" or cell.row == row.row
    ]
    alone = [(b.text, section_at(b.order, 0), None, b) for b in blocks if len(b.text) <= MAX_LABEL]
    seen: set[tuple[str, str]] = set()
    for block, _ in copies:
        table = (block.table_id, block.block)
        taken = {n for b, found in copies if (b.table_id, b.block) == table for n in found}
        if table in seen:
            continue
        seen.add(table)
        for line in block.rows:
            places = [
                (grid, at)
                for text, section, grid, at in (*bare, *alone)
                if section in (None, sections[block.table_id]) and is_label(text, line.label)
            ]
            if line.index in taken or not line.label or not places:
                continue
            grid, at = places[0]
            for column in block.columns:
                official = block.cell(line.index, column.index)
                yield {
                    "format_id": block.format_id,
                    "table_id": block.table_id,
                    "block": block.block,
                    "copy_no": 1,
                    "chosen_by": ChosenBy.LAYOUT.value,
                    "item_code": official.item_code,
                    "breakdown": official.breakdown,
                    "value": None,
                    "unit": official.unit or None,
                    "value_status": ValueStatus.BLANK.value,
                    "raw_text": "",
                    "review_status": ReviewStatus.NEEDS_REVIEW.value,
                    "review_reason": "its label is printed with nothing beside it",
                    "evidence": "flow/once/layout/far",
                    "runner_up": None,
                    "row_label": line.label,
                    "column_label": official.column_label,
                    "grid": grid,
                    "row": at.row if isinstance(at, GridCell) else None,
                    "col": at.col if isinstance(at, GridCell) else None,
                    "page": at.page,
                    "locator": at.locator,
                }


def is_label(text: str, label: str) -> bool:
    """Whether a text is a row label; 其他 and 总计 need their ordinal."""
    mine, its = split_ordinal(text), split_ordinal(label)
    return label_core(text) == label_core(label) and (len(its[1]) > 2 or mine[0] == its[0])


def cell_key(grid: Grid, cell: GridCell) -> CellKey:
    """What tells a cell from all others of its document."""
    return grid.ordinal, cell.row, cell.col


def loose(
    blocks: Sequence[TextBlock], section_at: SectionAt, catalog: Catalog
) -> Iterator[dict[str, Any]]:
    """Numbers on lines of their own or behind a label, in a section that prints a table.

    They have no grid; `grid` is -1 and `row` the place in the reading order.
    """
    tables = {t.section: t.table_id for f in catalog.formats.values() for t in f.tables}
    for block in blocks:
        table_id = tables.get(section_at(block.order, 0) or "")
        if table_id is None or is_page_mark(block.text):
            continue
        for col, text in enumerate(split_values(block.text)):
            if is_value(text) and is_printed_number(text):
                yield {
                    "table_id": table_id,
                    "grid": -1,
                    "row": block.order,
                    "col": col,
                    "text": text,
                    "is_number": True,
                    "reason": "a number on a line, outside any table",
                    "page": block.page,
                    "locator": block.locator,
                }
