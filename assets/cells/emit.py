"""Rows that were found to report_cells: placement of values, and every doubt made visible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from assets.cells.header import (
    Variants,
    header_paths,
    header_top,
    named_columns,
    names_another_order,
)
from assets.cells.numbers import PARTED, read_value
from assets.cells.place import Placement, Reading, balance, is_supported, place, slipped
from assets.cells.rows import LogicalRow
from assets.cells.second import readings_doubt
from assets.cells.twice import CellKey
from assets.layout.model import GridCell
from schemas.catalog import Block
from schemas.vocabulary import ChosenBy, ReviewStatus, ValueStatus

SURE_LABEL = 0.8
"""A row whose label is less like the official one is left for review."""
MIN_COLUMNS = 5
"""Rows of fewer columns have the right number of values by chance too often to tell."""
MIN_ODD_ROWS = 2
MIN_SHARED = 3
"""Cells under each other that make a column; two may be one accident."""
CLOSE_LABEL = 0.95
"""From here on a label is the official one but for a character or its punctuation."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A document row that is the leaf row `line` of a block.

    `columns` are the block's columns that its values are for, None for all.
    """

    row: LogicalRow
    line: int
    likeness: float
    columns: tuple[int, ...] | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a block in one grid.

    `by_column` maps columns of the block to the grid columns whose header names them, `columns`
    are the latter in the order of the block, None unless every one was named.
    `repeats` are the grid columns whose header repeats the one to its left, each with the column
    that it repeats: so some converters write merged cells. `named` are all columns with a header
    of their own, those that an agency added included. `shared` are the grid columns in which
    several rows have a cell. `is_another_order` says that the words of
    the header stand in an order in which the form cannot print them.
    """

    by_column: dict[int, int]
    columns: tuple[int, ...] | None
    repeats: dict[int, int]
    named: frozenset[int] = frozenset()
    is_another_order: bool = False
    shared: frozenset[int] = frozenset()

    @property
    def is_odd(self) -> bool:
        """Whether the columns stand in another order than the form's."""
        columns = self.columns or ()
        return self.is_another_order or list(columns) != sorted(columns)


def block_cells(
    found: Sequence[FoundRow],
    block: Block,
    copy_no: int,
    variants: Variants,
    claimed: set[CellKey],
    twice: Mapping[CellKey, str],
) -> Iterator[dict[str, Any]]:
    """The cells of one copy of a block as report_cells rows without doc_id.

    Args:
        found: its rows in reading order.
        block: the block in the format that was detected.
        copy_no: copy of the table, from 1.
        variants: known wordings of column labels.
        claimed: (grid, row, col) of the cells that were taken; added to.
        twice: numbers whose characters may be printed twice, with their halves.
    """
    consensus = _consensus(found, len(block.columns))
    headers: dict[int, Header] = {}
    pieces: dict[int, list[tuple[FoundRow, Placement]]] = {}
    filled_in: dict[int, set[int]] = {}
    for item in found:
        columns = (cell.col for cell in item.row.values if cell.text.strip())
        filled_in.setdefault(item.row.grid.ordinal, set()).update(columns)
    for item in found:
        grid = item.row.grid
        filled = frozenset(filled_in[grid.ordinal])
        if grid.ordinal not in headers:
            first = min(f.row.row for f in found if f.row.grid is grid)
            headers[grid.ordinal] = _header(item.row, first, block, variants)
        placement = _placement(
            item, block, consensus.get(grid.ordinal), headers[grid.ordinal], filled
        )
        pieces.setdefault(grid.ordinal, []).append((item, placement))
    uses = Counter(
        (item.row.grid.ordinal, cell.row, cell.col)
        for ordinal in pieces
        for item, placement in pieces[ordinal]
        for cell in placement.cells
        if cell is not None and cell.row_span > 1
    )
    shared = frozenset(place for place, count in uses.items() if count > 1)
    is_odd = False
    by_columns = _may_be_by_columns(found, block)
    for ordinal, rows in pieces.items():
        header = headers[ordinal]
        is_continued = is_odd and not header.by_column
        is_odd = is_continued or header.is_odd
        for item, placed in _doubted(rows, block, header, is_continued):
            placement = replace(placed, doubt=placed.doubt or by_columns)
            yield from _row_cells(item, block, copy_no, placement, claimed, twice, shared)


def _may_be_by_columns(found: Sequence[FoundRow], block: Block) -> str | None:
    """Why a dump may print the table column by column, where a row can look right by chance."""
    width = len(block.columns)
    flowing = [item for item in found if item.row.grid.kind == "flow" and item.columns is None]
    odd = sum(len(item.row.values) != width for item in flowing)
    if width < MIN_COLUMNS or odd < MIN_ODD_ROWS or 2 * odd <= len(flowing):
        return None
    return "most rows of its table have more or fewer numbers than columns"


def _doubted(
    rows: Sequence[tuple[FoundRow, Placement]],
    block: Block,
    header: Header,
    is_continued: bool,
) -> Iterator[tuple[FoundRow, Placement]]:
    """The rows of a block in one grid, doubted where the order of their columns is.

    Where the grid has no header and continues one whose columns stand in an order of their own
    (`is_continued`), so may these. A header that names every column is followed unless its rows
    then contradict their totals and in the official order do not: a wrong span in the markup
    shifts a header, too.
    """
    by_header = header.columns is not None and rows[0][0].columns is None
    official = sorted(header.columns or ())
    if by_header and list(header.columns or ()) != official:
        readings = [(p.cells, _in_order(p.cells)) for _, p in rows]
        is_shifted = any(balance(block, mine) is False for mine, _ in readings) and not any(
            balance(block, other) is False for _, other in readings
        )
        for item, placement in rows:
            other = _in_order(placement.cells)
            same = [_printed(c) for c in other] == [_printed(c) for c in placement.cells]
            if not is_shifted or same:
                # Blanks of a dump may have slipped, and here no sum tells from where.
                filled = sum(bool(_printed(cell)) for cell in placement.cells)
                is_open = item.row.grid.kind != "ruled" and 0 < filled < len(placement.cells)
                doubt = "blank cells below a header in another order" if is_open else None
                yield item, replace(placement, doubt=placement.doubt or doubt)
                continue
            yield (
                item,
                replace(
                    placement,
                    cells=other,
                    chosen_by=ChosenBy.RECONCILIATION,
                    doubt="the totals contradict the order of the column headers",
                    runner_up=" | ".join(map(_printed, placement.cells)),
                ),
            )
        return
    doubt = None
    tested = [balance(block, placement.cells) for _, placement in rows]
    if is_continued or (not by_header and header.is_another_order):
        doubt = "the header names the columns in another order"
    elif rows[0][0].row.grid.kind == "flow" and tested.count(False) > max(1, tested.count(True)):
        doubt = "most totals do not add up: the columns may stand in another order"
    for item, placement in rows:
        yield item, replace(placement, doubt=placement.doubt or doubt)


def _in_order(cells: Reading) -> Reading:
    return tuple(sorted(cells, key=lambda cell: -1 if cell is None else cell.col))


def _printed(cell: GridCell | None) -> str:
    return "" if cell is None else cell.text.strip()


def _consensus(found: Sequence[FoundRow], width: int) -> dict[int, tuple[int, ...]]:
    """Per grid, the columns in which at least two full rows have their values."""
    votes: dict[int, Counter[tuple[int, ...]]] = {}
    for item in found:
        if item.row.grid.kind != "flow" and len(item.row.values) == width > 1:
            votes.setdefault(item.row.grid.ordinal, Counter())[item.row.value_columns] += 1
    return {
        grid: columns
        for grid, counter in votes.items()
        for columns, count in counter.most_common(1)
        if count >= 2
    }


def _header(row: LogicalRow, first_row: int, block: Block, variants: Variants) -> Header:
    """What the headers above the first row of a block say of its columns."""
    if row.grid.kind == "flow":
        texts = [cell.text for cell in row.labels]
        return Header({}, None, {}, is_another_order=names_another_order(block, texts))
    top = header_top(row.grid, first_row)
    paths = header_paths(row.grid, top, first_row)
    repeats: dict[int, int] = {}
    names = [cell for cell in row.grid.cells if cell.row == first_row - 1 and cell.text.strip()]
    if row.grid.kind != "ruled":
        for left, cell in pairwise(sorted(names, key=lambda cell: cell.col)):
            if left.text == cell.text:
                repeats[cell.col] = repeats.get(left.col, left.col)
    by_column = named_columns(block, paths, variants, range(len(block.columns)))
    columns = tuple(by_column.values()) if len(by_column) == len(block.columns) else None
    named = frozenset(cell.col for cell in names) - set(repeats)
    at = {(cell.row, cell.col): cell.text for cell in row.grid.cells}
    # Where converters repeat merged cells, what stands below its like is no column more.
    above = [
        cell
        for cell in row.grid.cells
        if top <= cell.row < first_row and at.get((cell.row - 1, cell.col)) != cell.text
    ]
    # Dumps keep the columns of a header or only its lines; one of these orders is the printed one.
    by_line = [cell.text for cell in sorted(above, key=lambda cell: (cell.row, cell.col))]
    by_place = [cell.text for cell in sorted(above, key=lambda cell: (cell.col, cell.row))]
    is_other = all(names_another_order(block, texts) for texts in (by_line, by_place))
    starts = Counter(cell.col for cell in row.grid.cells)
    shared = frozenset(col for col, count in starts.items() if count >= MIN_SHARED)
    return Header(by_column, columns, repeats, named, is_other, shared)


def _placement(
    item: FoundRow,
    block: Block,
    consensus: tuple[int, ...] | None,
    header: Header,
    filled: frozenset[int],
) -> Placement:
    values = item.row.values
    if item.columns is not None:
        cells: list[GridCell | None] = [None] * len(block.columns)
        for column, cell in zip(item.columns, values, strict=True):
            cells[column] = cell
        return Placement(tuple(cells))
    trusted = item.row.grid.kind == "ruled"
    as_header = _repeating_as_header(values, header)
    if as_header is not None:
        return as_header
    fewer = _under_fewer_headers(values, header, block) if trusted else None
    if fewer is not None:
        return fewer
    # One header above one number says nothing that its place does not say.
    is_needed = len(block.columns) > 1 or sum(bool(cell.text.strip()) for cell in values) > 1
    by_header = _under_header(values, header.columns) if is_needed else None
    if by_header is not None and not trusted and len(values) != len(block.columns):
        beside = tuple(c for c in values if c.text.strip() and c not in by_header)
        if beside and header.named >= set(item.row.value_columns):
            # The agency added a column and named it.
            return Placement(by_header, unclaimed=beside)
        if beside:
            # In a dump the headers decide only when nothing is printed beside what they name.
            by_header = None
    # Where other rows are longer than the block, its header still says where its columns are.
    if consensus is None and header.columns is not None:
        consensus = tuple(sorted(header.columns))
    return place(
        values,
        block,
        consensus,
        item.row.grid.kind,
        by_header,
        frozenset(header.repeats),
        header.shared,
        filled,
    )


def _repeating_as_header(values: Sequence[GridCell], header: Header) -> Placement | None:
    """The values of a row whose merged cells are repeated just as those of its header."""
    if not header.repeats or header.columns is None:
        return None
    by_column = {cell.col: cell for cell in values}
    for cell in values:
        start = by_column.get(header.repeats.get(cell.col, cell.col))
        if start is None or start.text != cell.text:
            return None
    if set(by_column) != {*header.columns, *header.repeats}:
        return None
    repeats = tuple(cell for cell in values if cell.col in header.repeats)
    return Placement(tuple(by_column[col] for col in header.columns), repeats=repeats)


def _under_fewer_headers(
    values: Sequence[GridCell], header: Header, block: Block
) -> Placement | None:
    """The values of a row where the agency left columns out, and all others are named."""
    at = {col: column for column, col in header.by_column.items()}
    if len(at) in (0, len(block.columns)) or {cell.col for cell in values} != set(at):
        return None
    cells: list[GridCell | None] = [None] * len(block.columns)
    for cell in values:
        cells[at[cell.col]] = cell
    return Placement(tuple(cells))


def _under_header(values: Sequence[GridCell], header: tuple[int, ...] | None) -> Reading | None:
    """The value cells below each header; None unless each header has one of its own."""
    if header is None:
        return None
    reading: list[GridCell | None] = []
    for col in header:
        below = [cell for cell in values if cell.col <= col < cell.col + cell.col_span]
        if len(below) != 1 or any(below[0] is cell for cell in reading):
            return None
        reading.append(below[0])
    return tuple(reading)


def _row_cells(
    item: FoundRow,
    block: Block,
    copy_no: int,
    placement: Placement,
    claimed: set[CellKey],
    twice: Mapping[CellKey, str],
    shared: frozenset[CellKey],
) -> Iterator[dict[str, Any]]:
    grid = item.row.grid
    trusted = grid.kind == "ruled"
    wanted = item.columns if item.columns is not None else tuple(range(len(block.columns)))
    slip = slipped(placement.cells, block, wanted, trusted)
    row_doubt = (
        item.doubt
        or placement.doubt
        or (slip[0] if slip else None)
        or (
            f"row label is only {item.likeness:.2f} like the official one"
            if item.likeness < SURE_LABEL
            else None
        )
        or ("digits in two cells" if _is_longer_by_a_cell(placement.cells) else None)
    )
    label = " / ".join(cell.text.strip() for cell in item.row.labels[-3:])
    claimed.update((grid.ordinal, cell.row, cell.col) for cell in placement.repeats)
    for column in wanted:
        official = block.cell(item.line, column)
        base = {
            "format_id": block.format_id,
            "table_id": block.table_id,
            "block": block.block,
            "copy_no": copy_no,
            "item_code": official.item_code,
            "breakdown": official.breakdown,
            "chosen_by": placement.chosen_by.value,
            "runner_up": placement.runner_up or (slip[1] if slip else None),
            "row_label": label or None,
            "column_label": official.column_label,
            "grid": grid.ordinal,
        }
        cell = placement.cells[column]
        if cell is None:
            if column in placement.undecided:
                yield base | _undecided(item, placement)
            continue
        claimed.add((grid.ordinal, cell.row, cell.col))
        printed = read_value(cell.text)
        unlike = readings_doubt(cell)
        is_shared = (grid.ordinal, cell.row, cell.col) in shared or (
            grid.kind != "flow" and cell.row != item.row.row
        )
        half = twice.get((grid.ordinal, cell.row, cell.col))
        doubt = (
            row_doubt
            or ("its characters may be printed twice" if half is not None else None)
            or ("one cell for several rows" if is_shared else None)
            or unlike
            or (None if is_supported(block, placement.cells, column) else printed.doubt)
            or _kind_doubt(official.value_type, cell)
        )
        yield base | {
            "runner_up": base["runner_up"] or half or (cell.other if unlike else None),
            "value": printed.value,
            "unit": printed.unit or (official.unit or None),
            "value_status": printed.status.value,
            "raw_text": cell.text.replace(PARTED, " "),
            "review_status": (ReviewStatus.NEEDS_REVIEW if doubt else ReviewStatus.SURE).value,
            "review_reason": doubt,
            "evidence": _evidence(item, placement, cell, is_unlike=unlike is not None),
            "row": cell.row,
            "col": cell.col,
            "page": cell.page,
            "locator": cell.locator,
            "x0": cell.box.x0 if cell.box else None,
            "top": cell.box.top if cell.box else None,
            "x1": cell.box.x1 if cell.box else None,
            "bottom": cell.box.bottom if cell.box else None,
        }


def _is_longer_by_a_cell(cells: Reading) -> bool:
    """Whether two cells of a row were put together and another is blank: it may be one too many."""
    placed = [cell.text for cell in cells if cell is not None]
    return any(PARTED in text for text in placed) and not all(text.strip() for text in placed)


def _evidence(
    item: FoundRow,
    placement: Placement,
    cell: GridCell,
    *,
    is_unlike: bool,
    placed_by: str | None = None,
) -> str:
    """What the confidence of a cell rests on: see assets/facts/confidence.py."""
    how = "picture" if cell.confidence is not None else item.row.grid.kind
    label = "close" if item.likeness >= CLOSE_LABEL else "far"
    second = "once" if cell.other is None else "differs" if is_unlike else "agrees"
    return "/".join((how, second, placed_by or placement.chosen_by.value, label))


def _kind_doubt(value_type: str, cell: GridCell) -> str | None:
    """Words and unreadable digits where a number belongs are for a person."""
    printed = read_value(cell.text)
    if printed.status is ValueStatus.ILLEGIBLE:
        return printed.doubt
    if printed.status is ValueStatus.TEXT:
        return "words where a number belongs"
    if value_type == "count" and printed.unit in ("万", "亿", "万元", "亿元", "元", "%"):
        return f"a count in {printed.unit}"
    return None


def _undecided(item: FoundRow, placement: Placement) -> dict[str, Any]:
    first = item.row.values[0] if item.row.values else item.row.labels[0]
    return {
        "value": None,
        "unit": None,
        "value_status": ValueStatus.UNDECIDED.value,
        "raw_text": " | ".join(cell.text.strip() for cell in item.row.values),
        "review_status": ReviewStatus.NEEDS_REVIEW.value,
        "review_reason": placement.doubt,
        "evidence": _evidence(item, placement, first, is_unlike=False, placed_by="nothing"),
        "row": first.row,
        "col": first.col,
        "page": first.page,
        "locator": first.locator,
    }
