"""Whose a finding is: the publisher's, our reading's, or not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.cells.numbers import read_value
from assets.validation.localise import Clearing
from schemas.equations import Cell
from schemas.vocabulary import Attribution, ReviewStatus, ValueStatus

CERTAIN = 0.98
"""A cell that is right with this confidence counts as what the document prints."""

Row = Mapping[str, Any]


def attribution(
    evidence: Sequence[Row], found: Clearing | None, cells: Mapping[Cell, Row]
) -> Attribution:
    """Whose a finding is, by the cells that it rests on.

    It is the reading's where the other reading of a cell would clear the failing sum. It is the
    publisher's where every cell it rests on was found, is sure, and has a confidence of 0.98 or
    more: what fails is then what the document prints. All else is undetermined, as is what
    rests on no cell (a part or a table that was not found may have been missed).

    Args:
        evidence: the finding's cells, each with value_status, review_status and confidence.
        found: what would clear the failing sum, None for other rules.
        cells: the facts of the report by cell, with runner_up.
    """
    if found and any(_other_reading_clears(changes, cells) for changes in found.sets):
        return Attribution.EXTRACTION
    named = [cell for cell in evidence if cell.get("item_code")]
    is_printed = all(
        cell.get("value_status") != ValueStatus.ABSENT
        and cell.get("review_status") == ReviewStatus.SURE
        and (cell.get("confidence") or 0.0) >= CERTAIN
        for cell in named
    )
    return Attribution.PUBLISHER if named and is_printed else Attribution.UNDETERMINED


def _other_reading_clears(changes: frozenset[Any], cells: Mapping[Cell, Row]) -> bool:
    return all(
        # What a person replaced is no reading that is left.
        cells[cell]["correction_id"] is None
        and (other := cells[cell]["runner_up"]) is not None
        and read_value(other).value == implied
        for cell, implied in changes
    )
