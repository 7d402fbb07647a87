"""Cells that were read twice: what the two readings say together, and which one the sums support.

Where they differ, the printed sums may choose between them: the one with which all sums of the
cell hold, where with the other they do not. They never make a number, and a chosen one is sure
only where two sums support it that share no other cell, as those of its row and its column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from assets.cells.numbers import PARTED, Printed, read_value
from assets.layout.model import GridCell
from assets.layout.normalise import squeeze
from schemas.catalog import Catalog
from schemas.equations import Cell, equations
from schemas.vocabulary import ChosenBy, ReviewStatus, ValueStatus

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
    return _differs(cell.other)


def _differs(other: str) -> str:
    return f"a second reading of the cell gave {squeeze(other) or 'nothing'}"


Row = dict[str, Any]
NONE_PRINTED = frozenset({ValueStatus.BLANK, ValueStatus.PLACEHOLDER})
"""States of a cell that count as zero in a sum."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A printed sum of a form: its cells times their factors add up to nothing."""

    terms: tuple[tuple[Cell, int], ...]
    tolerance: Decimal
    years: range


def decided(rows: Sequence[Row], catalog: Catalog, report_year: int | None) -> list[Row]:
    """The cells of a document, those whose readings differ settled where the sums choose one.

    Args:
        rows: report_cells rows; `runner_up` holds the other reading of such a cell.
        catalog: for the printed sums of the forms.
        report_year: sums that do not hold in it by their rule are left out; None takes all.

    Returns:
        the rows in the same order; chosen ones have the text of one of their readings, the other
        as runner-up, and are chosen by reconciliation.
    """
    out = list(rows)
    copies: dict[tuple[str, str, int], dict[Cell, int]] = defaultdict(dict)
    for at, row in enumerate(out):
        copy = copies[row["format_id"], row["table_id"], row["copy_no"]]
        copy.setdefault((row["item_code"], row["breakdown"]), at)
    for (format_id, _, _), places in copies.items():
        open_ = [cell for cell, at in places.items() if _is_open(out[at])]
        while open_:
            # A cell that was just settled may be what another one needed.
            known = _of(format_id, catalog, report_year)
            changed = [cell for cell in open_ if _settle(cell, out, places, known)]
            if not changed:
                break
            open_ = [cell for cell in open_ if cell not in changed]
    return out


def _is_open(row: Row) -> bool:
    """Whether a cell is in doubt for no other reason than that its readings differ."""
    other = row.get("runner_up")
    return other is not None and row.get("review_reason") == _differs(other)


def _settle(
    cell: Cell,
    rows: list[Row],
    places: Mapping[Cell, int],
    known: Mapping[Cell, Sequence[Equation]],
) -> bool:
    """Choose between the readings of a cell; whether it is sure then."""
    row = rows[places[cell]]
    if row["chosen_by"] == ChosenBy.RECONCILIATION.value:
        return False
    texts = (row["raw_text"] or "", row["runner_up"])
    readings = [read_value(text) for text in texts]
    amounts = [_amount(reading) for reading in readings]
    if None in amounts or amounts[0] == amounts[1]:
        return False
    tested = [
        (equation, excess)
        for equation in known.get(cell, ())
        if (excess := _rest(equation, cell, rows, places)) is not None
    ]
    holds = [
        [
            abs(excess + factor * amount) <= equation.tolerance
            for equation, (excess, factor) in tested
        ]
        for amount in amounts
        if amount is not None
    ]
    best = [at for at, mine in enumerate(holds) if mine and all(mine)]
    if len(best) != 1 or any(holds[1 - best[0]]):
        return False
    chosen = best[0]
    reading = readings[chosen]
    is_plain = reading.doubt is None and reading.unit in (None, row["unit"])
    is_sure = is_plain and _are_apart([equation for equation, _ in tested])
    rows[places[cell]] = row | {
        "raw_text": texts[chosen].replace(PARTED, " "),
        "value": reading.value,
        "unit": reading.unit or (row["unit"] if reading.value is not None else None),
        "value_status": reading.status.value,
        "runner_up": texts[1 - chosen],
        "chosen_by": ChosenBy.RECONCILIATION.value,
        "review_status": (ReviewStatus.SURE if is_sure else ReviewStatus.NEEDS_REVIEW).value,
        "review_reason": None if is_sure else _differs(texts[1 - chosen]),
        "evidence": _by_sums(row["evidence"]),
    }
    return is_sure


def _amount(reading: Printed) -> Decimal | None:
    if reading.status is ValueStatus.REPORTED:
        return reading.value
    return Decimal(0) if reading.status in NONE_PRINTED else None


def _rest(
    equation: Equation, cell: Cell, rows: Sequence[Row], places: Mapping[Cell, int]
) -> tuple[Decimal, int] | None:
    """What the other cells of a sum add up to, and the factor of this one.

    None where one of them is missing or in doubt itself: two doubts may balance each other.
    """
    total, own = Decimal(0), 0
    for term, factor in equation.terms:
        if term == cell:
            own = factor
            continue
        if term not in places:
            return None
        row = rows[places[term]]
        if row["review_status"] != ReviewStatus.SURE.value:
            return None
        if row["value"] is not None:
            total += factor * row["value"]
        elif row["value_status"] not in {status.value for status in NONE_PRINTED}:
            return None
    return (total, own) if own else None


def _are_apart(held: Sequence[Equation]) -> bool:
    """Whether two of the sums have only one cell in common."""
    cells = [{cell for cell, _ in equation.terms} for equation in held]
    return any(len(one & other) == 1 for one, other in combinations(cells, 2))


def _by_sums(evidence: str) -> str:
    """The evidence of a cell that the sums chose."""
    parts = evidence.split("/")
    return "/".join((*parts[:2], ChosenBy.RECONCILIATION.value, *parts[3:]))


def _of(
    format_id: str, catalog: Catalog, report_year: int | None
) -> Mapping[Cell, Sequence[Equation]]:
    """The sums of a form by the cells that stand in them."""
    found: dict[Cell, list[Equation]] = defaultdict(list)
    for equation in _equations(catalog).get(format_id, ()):
        if report_year is None or report_year in equation.years:
            for cell, _ in equation.terms:
                found[cell].append(equation)
    return found


@lru_cache(maxsize=4)
def _equations(catalog: Catalog) -> Mapping[str, Sequence[Equation]]:
    by_number: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in equations(catalog).iter_rows(named=True):
        by_number[row["format_id"], row["equation"]].append(row)
    out: dict[str, list[Equation]] = defaultdict(list)
    for (format_id, _), terms in by_number.items():
        first = terms[0]
        out[format_id].append(
            Equation(
                tuple(((term["item_code"], term["breakdown"]), term["factor"]) for term in terms),
                Decimal(first["tolerance"]),
                range(first["valid_from"], first["valid_to"] + 1),
            )
        )
    return out
