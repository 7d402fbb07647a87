"""What makes the rows that were found for a block doubtful, as their neighbours show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from assets.cells.emit import MIN_SHARED, SURE_LABEL, FoundRow
from assets.cells.header import header_top
from assets.cells.match import Match, Reading, row_likeness
from assets.cells.rows import LogicalRow
from assets.layout.model import GridCell
from assets.layout.normalise import label_core
from schemas.catalog import Block, Catalog, Format

Found = dict[int, FoundRow]
"""The rows of a copy of a block by their place among all rows of the document."""


def moved_doubt(
    rows: Sequence[LogicalRow], members: Sequence[tuple[int, Match]], index: int
) -> str | None:
    """A row out of its order is known by its label, but not in a table of its own."""
    grids = {rows[i].grid.ordinal for i, match in members if not match.is_moved}
    is_moved = any(i == index and match.is_moved for i, match in members)
    apart = is_moved and rows[index].grid.ordinal not in grids
    return "the row stands in another table than the rows before it" if apart else None


def confirm_by_place(found: Found, rows: Sequence[LogicalRow]) -> None:
    """A damaged label is sure where it is the only row between the two neighbours of its line."""
    known = sorted(found)
    for before, i, after in zip(known, known[1:], known[2:], strict=False):
        row = found[i]
        alone = not any(rows[j].prints_values for j in range(before + 1, after) if j != i)
        if (
            row.doubt is None
            and row.likeness < SURE_LABEL
            and alone
            and found[before].line == row.line - 1
            and found[after].line == row.line + 1
            and min(found[before].likeness, found[after].likeness) >= SURE_LABEL
        ):
            found[i] = replace(row, likeness=SURE_LABEL)


def doubt_values_in_front(
    found: Found,
    rows: Sequence[LogicalRow],
    matches: Sequence[Match | None],
    block: Block,
) -> None:
    """In a flow, values straight after the header belong to the row whose label follows them.

    Then each label stands behind its values, and every row would get those of the next.
    """
    first = min(found)
    before = first - 1
    if before < 0 or matches[before] is not None or rows[before].grid is not rows[first].grid:
        return
    row = rows[before]
    words = row.labels[-1].text.split() if row.labels else []
    headers = {label_core(column.label) for column in block.columns}
    if (
        row.grid.kind == "flow"
        and len(row.values) == len(block.columns)
        and words
        and label_core(words[-1]) in headers
    ):
        for i, item in found.items():
            if item.row.grid.kind == "flow":
                found[i] = replace(item, doubt="values stand in front of the first label")


def doubt_form(found: Found, block: Block, governing: Format | None) -> None:
    """Without its own header only the number of values says that a block has other columns."""
    if governing is None or block.format_id == governing.format_id:
        return
    usual = [b for table in governing.tables for b in table.blocks if b.block == block.block]
    if any(len(b.columns) == len(block.columns) for b in usual):
        return
    for i, item in found.items():
        doubt = "no header above it is its own, and its form is that of another year"
        found[i] = replace(item, doubt=item.doubt or doubt)


def doubt_rivals(
    found: Found,
    rows: Sequence[LogicalRow],
    matches: Sequence[Match | None],
    readings_at: Callable[[int], tuple[Reading, ...]],
) -> None:
    """A row among the others that was not taken, and whose label is as like an official one."""
    for i in range(min(found, default=0), max(found, default=-1)):
        if i in found or not rows[i].labels or not rows[i].prints_values:
            continue
        readings = readings_at(i)
        for j, item in found.items():
            match = matches[j]
            if match and match.likeness <= row_likeness(readings, match.row):
                doubt = "another row has the same label"
                found[j] = replace(item, doubt=item.doubt or doubt)


def doubt_shared_labels(found: Found, rows: Sequence[LogicalRow]) -> None:
    """Two rows of numbers beside one label, as of two years: nobody says which is meant."""
    lines: dict[tuple[int, int, int], list[int]] = {}
    for i, row in enumerate(rows):
        if row.grid.kind != "flow" and row.labels and row.prints_values:
            last = row.labels[-1]
            lines.setdefault((row.grid.ordinal, last.row, last.col), []).append(i)
    for shared in lines.values():
        for i in shared:
            if len(shared) > 1 and i in found:
                doubt = "several rows of numbers stand beside one label"
                found[i] = replace(found[i], doubt=found[i].doubt or doubt)


def doubt_columns_in_turn(
    found: Found,
    rows: Sequence[LogicalRow],
    matches: Sequence[Match | None],
    catalog: Catalog,
) -> None:
    """A flow that goes column by column has its numbers behind the names of the columns.

    The last label of the rows then gets the numbers of a column, and may take them for its own.
    """
    columns = _column_words(catalog)
    for ordinal in {item.row.grid.ordinal for item in found.values()}:
        mine = [i for i, item in found.items() if item.row.grid.ordinal == ordinal]
        sections = {rows[i].section for i in mine}
        led = sum(
            match is None
            and row.grid.kind == "flow"
            and row.grid.ordinal == ordinal
            and row.section in sections
            and row.prints_values
            and bool(row.labels)
            and label_core(row.labels[-1].text) in columns
            for row, match in zip(rows, matches, strict=True)
        )
        if led > len(mine):
            for i in mine:
                doubt = "the numbers stand behind the names of columns, not of rows"
                found[i] = replace(found[i], doubt=found[i].doubt or doubt)


def doubt_short(found: Found) -> None:
    """Under rules and markup, rows that take up less room than most.

    A cell is missing in them, and if the table has a column more than the form, they still have as
    many as the form. Where there are no others to compare with, the header tells the room.
    """
    widths: dict[int, Counter[int]] = {}
    first: dict[int, int] = {}
    for item in found.values():
        ordinal = item.row.grid.ordinal
        first[ordinal] = min(first.get(ordinal, item.row.row), item.row.row)
        if item.row.grid.kind == "ruled":
            widths.setdefault(item.row.grid.ordinal, Counter())[_room(item)] += 1
    for i, item in found.items():
        counts = widths.get(item.row.grid.ordinal, Counter())
        usual, count = next(iter(counts.most_common(1)), (0, 0))
        is_short = (
            _room(item) < usual
            if count >= MIN_SHARED
            else bool(counts)
            and counts.total() < MIN_SHARED
            and _ends_early(item, first[item.row.grid.ordinal])
        )
        if is_short:
            doubt = "the row has fewer cells than what stands around it"
            found[i] = replace(item, doubt=item.doubt or doubt)


def doubt_long(found: Found) -> None:
    """Under rules and markup, rows that print something to the right of where most rows end.

    They have a number too many, or one that was split, and nobody says which; a column that the
    agency added is there in most rows. Rows that are only moved have as many cells as the others.
    """
    sizes: dict[int, Counter[tuple[int, int]]] = {}
    for item in found.values():
        if item.row.grid.kind == "ruled":
            sizes.setdefault(item.row.grid.ordinal, Counter())[
                _end(item.row.values), _room(item)
            ] += 1
    for i, item in found.items():
        counts = sizes.get(item.row.grid.ordinal, Counter())
        (end, room), count = next(iter(counts.most_common(1)), ((0, 0), 0))
        printed = [cell for cell in item.row.values if cell.text.strip()]
        if count >= MIN_SHARED and _end(printed) > end and _room(item) > room:
            doubt = "the row prints more numbers than what stands around it"
            found[i] = replace(item, doubt=item.doubt or doubt)


def _end(cells: Sequence[GridCell]) -> int:
    return max((cell.col + cell.col_span for cell in cells), default=0)


def _room(item: FoundRow) -> int:
    return sum(cell.col_span for cell in item.row.values)


def _ends_early(item: FoundRow, first_row: int) -> bool:
    """Whether a row ends in front of a column that its header has."""
    cells = [cell for cell in item.row.grid.cells if cell.row <= item.row.row]
    top = header_top(item.row.grid, first_row)
    header = [c.col + c.col_span for c in cells if top <= c.row < first_row]
    mine = [c.col + c.col_span for c in cells if c.row + c.row_span > item.row.row]
    return max(mine, default=0) < max(header, default=0)


@lru_cache(maxsize=8)
def _column_words(catalog: Catalog) -> frozenset[str]:
    """Cores of column labels that are no row labels."""
    blocks = [b for f in catalog.formats.values() for table in f.tables for b in table.blocks]
    rows = {label_core(line.label) for block in blocks for line in block.rows}
    return frozenset(label_core(c.label) for block in blocks for c in block.columns) - rows
