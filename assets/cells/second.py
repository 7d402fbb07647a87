"""Cells that were read twice: what the two readings of one cell say together."""

from __future__ import annotations

from assets.cells.numbers import read_value
from assets.layout.model import GridCell
from assets.layout.normalise import squeeze

SURE_ONCE = 0.9
"""Character recognition that looked at a cell only once is believed from here on."""


def readings_doubt(cell: GridCell) -> str | None:
    """Why a cell cannot be taken as read; None where two readings agree or none is needed.

    Two texts that mean the same number agree: 1,234 and 1234, full-width digits.
    """
    if cell.other is None:
        if cell.confidence is None or cell.confidence >= SURE_ONCE:
            return None
        if not cell.text.strip():
            return "there may be a sign in the cell, too faint or too near its edge to tell"
        return f"character recognition is only {cell.confidence:.2f} sure of it"
    if squeeze(cell.text) == squeeze(cell.other):
        return None
    mine, other = read_value(cell.text), read_value(cell.other)
    if mine.value is not None and (mine.value, mine.unit) == (other.value, other.unit):
        return None
    return f"a second reading of the cell gave {squeeze(cell.other) or 'nothing'}"
