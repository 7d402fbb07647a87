"""A line of the operator's corrections: one cell of one document that was read wrongly."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.models import Strict
from schemas.register_models import Text
from schemas.vocabulary import ValueStatus

NUMBER = r"-?\d{1,12}(\.\d{1,6})?"
"""What the lake can hold: 18 digits, 6 of them after the point."""
SLASH = "/"
"""The sign for "does not apply" that most forms print; the same as `placeholder`."""
STATES = tuple(status.value for status in ValueStatus if status is not ValueStatus.REPORTED)


def _number_or_state(text: str) -> str:
    if text not in (SLASH, *STATES) and not re.fullmatch(NUMBER, text, re.ASCII):
        words = ", ".join(STATES)
        raise ValueError(f"is no number; write digits, as in 12 or 3.5, or {SLASH}, or {words}")
    return text


class CorrectionLine(Strict):
    """A line of config/corrections/*.csv: what a person read in a cell.

    `document` is the doc_id, the SHA-256 of its bytes: other bytes are another document. `expected`
    is the text that gongkai reads in the cell, empty where it reads none: when that changes, the
    line lapses. `value` is the number that the document prints, in the unit of the cell. Where it
    prints none, it says what the cell is: `blank` (empty, which is not 0), `/` or `placeholder` (a
    sign for "does not apply"), `text`, `illegible`, `undecided` (nobody can say which number is
    meant) or `absent` (the document has no such cell). `evidence` says where it can be seen: page,
    rectangle, address of a picture.
    """

    document: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    item_code: Text
    breakdown: str = ""
    expected: str
    value: Annotated[
        str,
        AfterValidator(_number_or_state),
        Field(json_schema_extra={"pattern": f"^({'|'.join((NUMBER, SLASH, *STATES))})$"}),
    ]
    corrected_by: Text
    corrected_on: dt.date
    reason: Text
    evidence: Text

    @property
    def status(self) -> ValueStatus:
        """What the cell prints after the correction."""
        if self.value == SLASH:
            return ValueStatus.PLACEHOLDER
        return ValueStatus(self.value) if self.value in STATES else ValueStatus.REPORTED

    @property
    def number(self) -> Decimal | None:
        """The number of the cell after the correction; None where it has none."""
        return Decimal(self.value) if self.status is ValueStatus.REPORTED else None
