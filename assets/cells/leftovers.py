"""What recognition left over: numbers and words in value cells that no cell of a format took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from assets.cells.emit import FoundRow
from assets.cells.numbers import is_printed_number, read_value
from assets.cells.rows import LogicalRow
from assets.cells.twice import CellKey
from assets.layout.grids import hides_values, is_page_mark, is_value, split_values
from assets.layout.model import Block as TextBlock
from assets.layout.model import Grid, GridCell
from assets.layout.normalise import label_core, split_ordinal
from schemas.catalog import Block, Catalog, Line
from schemas.vocabulary import ChosenBy, ReviewStatus, ValueStatus

MAX_SHORT_LABEL = 3
"""Labels of so few characters (规章, 其他, 总计) are part of other words too."""
MAX_QUOTED = 200
"""Characters of a line that are kept as the text of its cells."""
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
        yield from _hidden_in_words(row, table_id)
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


def _hidden_in_words(row: LogicalRow, table_id: str) -> Iterator[dict[str, Any]]:
    """Lines among the labels of a row that have several numbers between their words."""
    for cell in row.labels:
        if row.grid.kind == "flow" and hides_values(cell.text):
            yield {
                "table_id": table_id,
                "grid": row.grid.ordinal,
                "row": cell.row,
                "col": cell.col,
                "text": cell.text,
                "is_number": True,
                "reason": "numbers between words, of which no row could be made",
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


def unread_rows(
    copies: Sequence[tuple[Block, Sequence[FoundRow]]],
    rows: Sequence[LogicalRow],
    grids: Sequence[Grid],
    blocks: Sequence[TextBlock],
    section_at: SectionAt,
    catalog: Catalog,
) -> Iterator[dict[str, Any]]:
    """Cells of official rows whose label is printed, but in no row that was understood.

    With nothing beside the label they may have been left blank, and the blank cells lost; or their
    numbers stand elsewhere. So they are blank cells to look at. Where the label is one of several
    words of a line, that line could not be taken apart, and its cells are undecided. Neither are
    cells that the document does not print.

    Args:
        copies: the blocks that were found or looked for, with their rows that were found.
        rows: all rows of the document.
        grids: its tables.
        blocks: its running text.
        section_at: number of the section at (order, row), None where none is known.
        catalog: for the sections of the tables.
    """
    sections = {t.table_id: t.section for f in catalog.formats.values() for t in f.tables}
    beside_values = {cell_key(row.grid, c) for row in rows if row.prints_values for c in row.labels}
    texts = [
        _Text(
            _Words(c.text),
            section_at(g.order, c.row),
            g.ordinal,
            c,
            cell_key(g, c) not in beside_values,
        )
        for g in grids
        for c in g.cells
        if not is_value(c.text)
    ]
    texts += [_Text(_Words(b.text), section_at(b.order, 0), None, b, True) for b in blocks]
    seen: set[tuple[str, str]] = set()
    for block, _ in copies:
        table = (block.table_id, block.block)
        taken = {f.line for b, found in copies if (b.table_id, b.block) == table for f in found}
        if table in seen:
            continue
        seen.add(table)
        for line in block.rows:
            if line.index in taken or not line.label:
                continue
            near = [t for t in texts if t.section in (None, sections[block.table_id])]
            label = _Words(line.label)
            alone = [t for t in near if t.is_bare and t.words.is_label(label)]
            within = [t for t in near if t.words.names(label)]
            if alone:
                yield from _unread_cells(block, line, alone[0], None)
            elif within:
                yield from _unread_cells(block, line, within[0], within[0].words.text)


def _unread_cells(
    block: Block, line: Line, label: _Text, printed: str | None
) -> Iterator[dict[str, Any]]:
    """The cells of a row at the place of its label; `printed` is the line that holds them all."""
    if printed is None:
        status, reason = ValueStatus.BLANK, "its label is printed with nothing beside it"
    else:
        status, reason = (
            ValueStatus.UNDECIDED,
            "its label is printed in a line that was not understood",
        )
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
            "value_status": status.value,
            "raw_text": (printed or "")[:MAX_QUOTED],
            "review_status": ReviewStatus.NEEDS_REVIEW.value,
            "review_reason": reason,
            "evidence": "flow/once/layout/far",
            "runner_up": None,
            "row_label": line.label,
            "column_label": official.column_label,
            "grid": label.grid,
            "row": label.at.row if isinstance(label.at, GridCell) else None,
            "col": label.at.col if isinstance(label.at, GridCell) else None,
            "page": label.at.page,
            "locator": label.at.locator,
        }


class _Words:
    """A text and what of it can be compared with labels."""

    __slots__ = ("core", "ordinal", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.core = label_core(text)
        self.ordinal = split_ordinal(text)[0]

    def is_label(self, label: _Words) -> bool:
        """Whether it is the label and nothing else."""
        return self.core == label.core and (
            len(split_ordinal(label.text)[1]) > 2 or self.ordinal == label.ordinal
        )

    def names(self, label: _Words) -> bool:
        """Whether the label is among its words; short labels open it, with their ordinal."""
        if len(label.core) > MAX_SHORT_LABEL:
            return label.core in self.core
        return self.core.startswith(label.core) and self.ordinal == label.ordinal


@dataclass(frozen=True, slots=True)
class _Text:
    """A cell or line of words, with its section and grid; bare ones have no values beside them."""

    words: _Words
    section: str | None
    grid: int | None
    at: GridCell | TextBlock
    is_bare: bool


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
