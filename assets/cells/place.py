"""Value cells of a row to the columns of its block.

As many cells as columns are taken in order. Otherwise the layout decides first (the columns in
which the other rows have their values), then the identities of the block; a reading that neither
decides is kept only as far as all candidates agree, and is left for review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from math import comb

from assets.cells.numbers import is_printed_number, read_value
from assets.layout.model import GridCell, GridKind
from schemas.catalog import Block
from schemas.vocabulary import ChosenBy, ValueStatus

_NUMBERS_GAP = re.compile(r"[\s\xa0\u3000]+")
MAX_CANDIDATES = 400
"""More placements than this say nothing: the row is undecided."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Which cell stands in which column of the block.

    Attributes:
        cells: one entry per column of the block; None where no cell is placed.
        undecided: columns for which several readings remain.
        chosen_by: what decided.
        doubt: why a person should look, None when the placement is plain.
        runner_up: the other reading, as printed, None when there was none.
        unclaimed: value cells that no column took.
        repeats: cells that print once more what the merged cell to their left prints.
    """

    cells: tuple[GridCell | None, ...]
    undecided: frozenset[int] = frozenset()
    chosen_by: ChosenBy = ChosenBy.LAYOUT
    doubt: str | None = None
    runner_up: str | None = None
    unclaimed: tuple[GridCell, ...] = ()
    repeats: tuple[GridCell, ...] = ()


Reading = tuple[GridCell | None, ...]


def addends(block: Block, total: int) -> tuple[int, ...]:
    """Columns that a total column adds up: the others below the same group."""
    parent = block.columns[total].path[:-1]
    return tuple(
        column.index
        for column in block.columns
        if not column.is_total and column.path[: len(parent)] == parent
    )


def balance(block: Block, cells: Sequence[GridCell | None]) -> bool | None:
    """Whether all totals of a row equal the sums of their columns; None when none can be tested.

    Blank cells count as zero here, for this only chooses between readings, and a row of zeros
    says nothing.
    """
    values = [_value(cell) for cell in cells]
    tested = False
    for column in block.columns:
        if not column.is_total:
            continue
        total = values[column.index]
        parts = [values[i] for i in addends(block, column.index)]
        if total is None or all(part is None for part in parts):
            continue
        if sum((part or Decimal(0) for part in parts), Decimal(0)) != total:
            return False
        tested = tested or total != 0
    return True if tested else None


def is_supported(block: Block, cells: Sequence[GridCell | None], column: int) -> bool:
    """Whether a sum of the row that holds, and is not of zeros alone, has this column in it."""
    values = [_value(cell) for cell in cells]
    for total in block.columns:
        if not total.is_total:
            continue
        parts = addends(block, total.index)
        if column not in (total.index, *parts) or not values[total.index]:
            continue
        if sum((values[i] or Decimal(0) for i in parts), Decimal(0)) == values[total.index]:
            return True
    return False


def place(
    values: Sequence[GridCell],
    block: Block,
    consensus: tuple[int, ...] | None,
    kind: GridKind,
    by_header: Reading | None = None,
    repeated: frozenset[int] = frozenset(),
    shared: frozenset[int] = frozenset(),
    filled: frozenset[int] = frozenset(),
) -> Placement:
    """Assign the value cells of one row to the columns of a block.

    Args:
        values: value cells in reading order.
        block: the block of the chosen format.
        consensus: grid columns in which the other rows of the grid have their values, one per
            column of the block; None when the grid has no such agreement.
        kind: how the columns of the grid are known.
        by_header: cells placed by the header above them, where that is complete.
        repeated: grid columns whose header repeats the one to its left, as some converters write
            merged cells; the values of a row may repeat there, too.
        shared: grid columns in which several rows have a cell, so that a number in one of them
            that the form has no column for is the agency's own and no sign of a slip.
        filled: grid columns in which some row of the block prints something; what is blank
            elsewhere is left of merged cells.
    """
    width = len(block.columns)
    if by_header is not None:
        return _with_leftovers(by_header, values, block, kind, shared)
    if len(values) == width:
        return Placement(tuple(values), doubt=_off_columns(values, consensus, kind))
    # The columns of aligned text are guessed, so that their headers cannot repeat one another.
    repeating = [
        i for i, cell in enumerate(values) if i and kind != "aligned" and cell.col in repeated
    ]
    merged = (
        _without_repeats(values, width, repeating)
        if 0 < len(values) - width <= len(repeating)
        else _taken_apart(values, block)
    )
    if merged is None and kind == "delimited":
        merged = _behind_blanks(values, block)
    if merged is not None:
        return merged
    if consensus is not None:
        by_column = {cell.col: cell for cell in values}
        if all(col in by_column for col in consensus):
            chosen = tuple(by_column[col] for col in consensus)
            return _with_leftovers(chosen, values, block, kind, shared)
    if len(values) > width:
        return _too_many(values, block, frozenset() if kind == "flow" else filled)
    return _too_few(values, block, None if kind == "flow" else consensus)


def _behind_blanks(values: Sequence[GridCell], block: Block) -> Placement | None:
    """A full row, where the blanks in front of it are what is left of its merged label.

    Dumps keep a blank for each column that a label takes, but not those of labels that take
    several rows, so that the columns of the rows differ. The numbers must add up or be zero.
    """
    extra, row = values[: -len(block.columns)], values[-len(block.columns) :]
    numbers = [_value(cell) for cell in row]
    is_full = bool(extra) and all(_is_blank(cell) for cell in extra) and None not in numbers
    if not is_full or (any(numbers) and balance(block, row) is not True):
        return None
    return Placement(tuple(row), unclaimed=tuple(extra))


def _off_columns(
    values: Sequence[GridCell], consensus: tuple[int, ...] | None, kind: GridKind
) -> str | None:
    """Why as many cells as columns may stand under others: two merged, and one more behind them.

    Rows that lost a cell in front are moved as a whole and still in order.
    """
    if kind != "ruled" or consensus is None:
        return None
    moves = {cell.col - column for cell, column in zip(values, consensus, strict=True)}
    return None if len(moves) == 1 else "its cells stand in other columns than those above them"


def _with_leftovers(
    chosen: Reading,
    values: Sequence[GridCell],
    block: Block,
    kind: GridKind,
    shared: frozenset[int],
) -> Placement:
    """A reading by columns; what it leaves over may mean that the row has slipped.

    In text dumps it stands only if taking the first or the last cells instead gives the same
    numbers, or if its totals add up and theirs do not. Blanks count as well there, where the row
    is longer than those above it, since its columns are others. Under rules and markup it stands
    unless a number is left over in a column of its own and its totals do not add up: a number that
    was split makes the row longer than its header.
    """
    rest = _rest(values, _ids(chosen))
    width = len(block.columns)
    others: list[Reading] = [tuple(values[:width]), tuple(values[-width:])]
    mine = [_value(cell) for cell in chosen]
    others = [other for other in others if [_value(cell) for cell in other] != mine]
    last = max((cell.col for cell in chosen if cell is not None), default=-1)
    is_longer = kind == "delimited" and any(cell.col > last for cell in rest)
    may_slip = is_longer and any(_is_blank(cell) for cell in chosen if cell is not None)
    own = shared if kind == "ruled" else frozenset()
    number = next((c for c in rest if is_printed_number(c.text) and c.col not in own), None)
    if number is not None and any(_is_blank(cell) for cell in chosen if cell is not None):
        doubt = f"{number.text.strip()} stands beside its blank cells, below no header"
        return Placement(chosen, doubt=doubt, runner_up=_printed(values), unclaimed=rest)
    if not others or (all(_is_blank(cell) for cell in rest) and not may_slip):
        return Placement(chosen, unclaimed=rest)
    trusted = kind == "ruled"
    balanced = balance(block, chosen)
    supported = balanced is True and not any(balance(block, o) for o in others)
    if trusted and balanced is not True:
        trusted = not any(is_printed_number(c.text) and c.col not in shared for c in rest)
    return Placement(
        chosen,
        doubt=None if trusted or supported else f"{len(values)} values under {width} columns",
        runner_up=_printed(others[0]),
        unclaimed=rest,
    )


def _taken_apart(values: Sequence[GridCell], block: Block) -> Placement | None:
    """Numbers of several columns in one cell, where they are as many as the columns.

    A gap may also lie inside one number, so the row is sure only if it adds up, or if the numbers
    are all zero.
    """
    filled = [cell for cell in values if not _is_blank(cell)]
    pieces = [
        replace(cell, text=piece)
        for cell in filled
        for piece in _NUMBERS_GAP.split(cell.text.strip())
    ]
    if (
        not filled
        or len(pieces) == len(filled)
        or len(pieces) != len(block.columns)
        or any(read_value(piece.text).status is not ValueStatus.REPORTED for piece in pieces)
    ):
        return None
    numbers = [read_value(piece.text).value for piece in pieces]
    is_plain = not any(numbers) or all(
        is_supported(block, pieces, column.index) for column in block.columns
    )
    return Placement(
        tuple(pieces),
        chosen_by=ChosenBy.LAYOUT if not any(numbers) else ChosenBy.RECONCILIATION,
        doubt=None if is_plain else "numbers of several columns in one cell",
        runner_up=_printed(values),
    )


def _without_repeats(
    values: Sequence[GridCell], width: int, repeating: Sequence[int]
) -> Placement | None:
    """Leave out cells that repeat the one to their left, if that can be done in one way only."""
    extra = len(values) - width
    equal = [i for i in repeating if values[i].text == values[i - 1].text]
    readings: dict[tuple[str, ...], Reading] = {}
    for out in combinations(equal, extra):
        reading = tuple(cell for i, cell in enumerate(values) if i not in out)
        readings.setdefault(tuple(cell.text for cell in reading), reading)
    if len(readings) != 1:
        return None
    (only,) = readings.values()
    return Placement(only, repeats=_rest(values, _ids(only)))


def _too_many(values: Sequence[GridCell], block: Block, used: frozenset[int]) -> Placement:
    width = len(block.columns)
    filled = [cell for cell in values if not _is_blank(cell)]
    rest = _rest(values, _ids(filled))
    # A blank between two numbers may be a lost one; those around all of them are none of the row's.
    inside = [cell for cell in rest if filled and filled[0].col < cell.col < filled[-1].col]
    if len(filled) == width and not any(cell.col in used for cell in inside):
        return Placement(tuple(filled), unclaimed=rest)
    lead = next((i for i, cell in enumerate(values) if not _is_blank(cell)), len(values))
    if not filled or lead >= len(values) - width:
        # The cells in front are what is left of merged label cells.
        chosen = tuple(values[-width:])
        return Placement(chosen, unclaimed=_rest(values, {id(cell) for cell in chosen}))
    if all(_is_blank(cell) for cell in values[width:]):
        return Placement(tuple(values[:width]), unclaimed=tuple(values[width:]))
    readings = _dropped(values, width)
    return _decide(readings, values, block, f"{len(values)} values under {width} columns")


def _dropped(values: Sequence[GridCell], width: int) -> list[Reading]:
    """Readings that leave cells out, the last `width` cells first."""
    extra = len(values) - width
    readings: list[Reading] = [tuple(values[extra:]), tuple(values[:width])]
    if comb(len(values), extra) <= MAX_CANDIDATES:
        for out in combinations(range(len(values)), extra):
            readings.append(tuple(cell for i, cell in enumerate(values) if i not in out))
    return readings


def _too_few(
    values: Sequence[GridCell],
    block: Block,
    consensus: tuple[int, ...] | None,
) -> Placement:
    width = len(block.columns)
    doubt = f"{len(values)} values under {width} columns"
    if not values:
        return Placement((None,) * width)
    if consensus is not None:
        by_column = {cell.col: cell for cell in values}
        cells = tuple(by_column.get(col) for col in consensus)
        rest = _rest(values, {id(cell) for cell in cells if cell is not None})
        if not [cell for cell in rest if not _is_blank(cell)]:
            missing = frozenset(i for i, cell in enumerate(cells) if cell is None)
            return Placement(cells, undecided=missing, doubt=doubt, unclaimed=rest)
    places = list(combinations(range(width), len(values)))
    if len(places) > MAX_CANDIDATES:
        return Placement(
            (None,) * width,
            undecided=frozenset(range(width)),
            doubt=doubt,
            runner_up=_printed(values),
            unclaimed=tuple(values),
        )
    readings: list[Reading] = []
    for chosen in places:
        reading: list[GridCell | None] = [None] * width
        for column, cell in zip(chosen, values, strict=True):
            reading[column] = cell
        readings.append(tuple(reading))
    return _decide(readings, values, block, doubt, dropped_blanks=True)


def _decide(
    readings: Iterable[Reading],
    values: Sequence[GridCell],
    block: Block,
    doubt: str,
    dropped_blanks: bool = False,
) -> Placement:
    """Choose by the identities; without a single winner keep what all readings share."""
    distinct: dict[tuple[Decimal | None, ...], Reading] = {}
    for reading in readings:
        distinct.setdefault(tuple(_value(cell) for cell in reading), reading)
    candidates = list(distinct.values())
    if len(candidates) == 1 and not dropped_blanks:
        only = candidates[0]
        return Placement(only, unclaimed=_rest(values, _ids(only)))
    # A row of zeros contradicts nothing, so only readings that do not add up are ruled out.
    balanced = [reading for reading in candidates if balance(block, reading) is not False]
    if len(balanced) == 1 and len(candidates) > 1:
        chosen = balanced[0]
        other = next(reading for reading in candidates if reading is not chosen)
        rest = _rest(values, _ids(chosen))
        # A number too many may be half of one; a zero too many changes nothing.
        is_zero = len(rest) == 1 and not _value(rest[0])
        return Placement(
            chosen,
            # A column that this reading leaves empty is printed somewhere all the same.
            undecided=frozenset(i for i, cell in enumerate(chosen) if cell is None),
            chosen_by=ChosenBy.RECONCILIATION,
            doubt=None if is_zero and not dropped_blanks else doubt,
            runner_up=_printed(other),
            unclaimed=rest,
        )
    remaining = balanced or candidates
    cells: list[GridCell | None] = []
    undecided: set[int] = set()
    for column in range(len(block.columns)):
        options = {_value(reading[column]): reading[column] for reading in remaining}
        cells.append(next(iter(options.values())) if len(options) == 1 else None)
        if cells[-1] is None:
            undecided.add(column)
    placed = _ids(cells)
    return Placement(
        tuple(cells),
        undecided=frozenset(undecided),
        doubt=doubt,
        runner_up=_printed(remaining[0]),
        unclaimed=_rest(values, placed),
    )


def slipped(
    cells: Sequence[GridCell | None], block: Block, columns: Sequence[int], trusted: bool
) -> tuple[str, str] | None:
    """Why the values of a row may stand under the wrong columns, and the row if they do.

    None when there is no sign of it.

    In a text dump blank cells in front of a full row may be what is left of merged header cells.
    Blank cells behind it are believed when the totals of the filled columns add up.

    Args:
        cells: one per column of the block.
        block: the block.
        columns: columns of the block that the row has values for.
        trusted: the grid's columns come from rules or markup.
    """
    window = [cells[column] for column in columns]
    filled = [i for i, cell in enumerate(window) if cell is not None and not _is_blank(cell)]
    if trusted or not filled or len(filled) == len(window):
        return None
    gapless = filled == list(range(filled[0], filled[0] + len(filled)))
    if gapless and filled[0] > 0 and filled[-1] == len(window) - 1:
        reason = f"{filled[0]} blank cells stand in front of {len(filled)} values"
        return f"{reason}: they may have slipped", _printed(
            window[filled[0] :] + window[: filled[0]]
        )
    if gapless and filled[0] == 0 and balance(block, cells) is not True:
        reason = f"{len(window) - len(filled)} blank cells stand behind {len(filled)} values"
        back = window[len(filled) :] + window[: len(filled)]
        return f"{reason}: they may have slipped", _printed(back)
    return None


def _ids(cells: Iterable[GridCell | None]) -> set[int]:
    return {id(cell) for cell in cells if cell is not None}


def _rest(values: Sequence[GridCell], placed: set[int]) -> tuple[GridCell, ...]:
    return tuple(cell for cell in values if id(cell) not in placed)


def _is_blank(cell: GridCell) -> bool:
    return read_value(cell.text).status is ValueStatus.BLANK


def _value(cell: GridCell | None) -> Decimal | None:
    return None if cell is None else read_value(cell.text).value


def _printed(cells: Iterable[GridCell | None]) -> str:
    return " | ".join("" if cell is None else cell.text.strip() for cell in cells)
