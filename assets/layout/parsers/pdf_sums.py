"""Whether the numbers in the rows of a table add up to the last of them, where they should.

Only a sign that a page deserves a second reading: which cells the forms sum up is not known here,
and no number is ever changed for the sake of a sum.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from assets.layout.normalise import squeeze
from assets.layout.parsers.pdf_page import PageTable

_TOTALS = frozenset({"总计", "合计"})
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_NONE = frozenset({"/", "-", "—", "无"})
"""What stands in a cell for no cases."""
_LEAST = 4
"""Numbers of a row from which on their sum is no chance."""
_LONGEST = 20
"""Characters of the longest number that is looked at, and of the word for a total."""
Row = list[tuple[int, int | Decimal]]
"""Columns and numbers of a row."""


def sums_fail(tables: Iterable[PageTable]) -> bool:
    """Whether a row of numbers does not add up although its header or its neighbours say it does.

    Where columns are headed as totals, each is the sum of the numbers since the total before it.
    In a part of a table without its header a row is to add up if most rows do.
    """
    return any(_fails(table) for table in tables)


def _fails(table: PageTable) -> bool:
    totals: set[int] = set()
    rows: dict[int, Row] = defaultdict(list)
    for cell in table.cells:
        text = cell.item.text
        if not 0 < len(text) <= _LONGEST:
            continue
        if text.isdecimal():
            rows[cell.row].append((cell.col, int(text)))
            continue
        squeezed = squeeze(text)
        if squeezed in _TOTALS:
            totals.add(cell.col)
        number = 0 if squeezed in _NONE else _number(squeezed)
        if number is not None:
            rows[cell.row].append((cell.col, number))
    long = [sorted(row) for row in rows.values() if len(row) >= _LEAST]
    if totals:
        return not all(_adds_up(row, totals) for row in long)
    held = [_adds_up(row, {row[-1][0]}) for row in long]
    return not all(held) and 2 * sum(held) > len(held)


def _number(squeezed: str) -> Decimal | None:
    plain = squeezed.replace(",", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _adds_up(row: Row, totals: set[int]) -> bool:
    since: list[int | Decimal] = []
    for col, number in row:
        if col not in totals:
            since.append(number)
            continue
        if len(since) > 1 and sum(since) != number:
            return False
        since = []
    return True
