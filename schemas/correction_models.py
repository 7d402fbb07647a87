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

BLANK = "blank"
NUMBER = r"-?\d{1,12}(\.\d{1,6})?"
"""What the lake can hold: 18 digits, 6 of them after the point."""


def _number_or_blank(text: str) -> str:
    if text != BLANK and not re.fullmatch(NUMBER, text, re.ASCII):
        raise ValueError(f"is no number; write digits, as in 12 or 3.5, or {BLANK}")
    return text


class CorrectionLine(Strict):
    """A line of config/corrections/*.csv: what a person read in a cell.

    `document` is the doc_id, the SHA-256 of its bytes: other bytes are another document. `expected`
    is the text that gongkai reads in the cell, empty where it reads none: when that changes, the
    line lapses. `value` is the number that the document prints, or `blank` where it prints none.
    `evidence` says where it can be seen: page, rectangle, address of a picture.
    """

    document: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    item_code: Text
    breakdown: str = ""
    expected: str
    value: Annotated[
        str,
        AfterValidator(_number_or_blank),
        Field(json_schema_extra={"pattern": f"^({NUMBER}|{BLANK})$"}),
    ]
    corrected_by: Text
    corrected_on: dt.date
    reason: Text
    evidence: Text

    @property
    def status(self) -> ValueStatus:
        """What the cell prints after the correction."""
        return ValueStatus.BLANK if self.value == BLANK else ValueStatus.REPORTED

    @property
    def number(self) -> Decimal | None:
        """The number of the cell after the correction; None where it is blank."""
        return None if self.value == BLANK else Decimal(self.value)
