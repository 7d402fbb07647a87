"""What the ink of a number says without recognition: how many digits, holes, signs and points.

Two readings by one network may err alike: lose a digit, a sign or a point, take 8 for 3. The
ink cannot say which digit is printed, but it contradicts a reading that it does not fit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assets.layout.ocr.engine import Area

HOLES = {"0": 1, "1": 0, "2": 0, "3": 0, "5": 0, "6": 1, "7": 0, "8": 2, "9": 1}
"""Of the digits, as printed type has them; 4 is open in some and closed in others."""
NARROW, WIDE = 0.22, 0.85
"""Heights of a digit: the narrowest 1, with its flag or foot, and the widest 0 in print. A stroke
without either may be the letter l, or a piece of a rule."""
NEAR, FAR = 0.5, 0.85
"""Heights of a digit from one digit to the next, in narrow and in wide type."""
TALL = 0.6
"""Of the height of the ink: digits are at least so high, points, commas and signs are not."""
ROUND = 0.82
"""A zero is narrower than this share of its height; the letter O is not."""
BETWEEN = 2
"""Pieces of paper that two digits may enclose where they touch."""
_NUMBER = re.compile(r"[+\-−–－]?\d[\d,.]*%?")


@dataclass(frozen=True, slots=True)
class Shape:
    """Of the ink of one line.

    fewest, most: digits that its pieces can be. runs: pieces as high as digits, those that touch
    counted once. holes: paper that the ink encloses. has_sign: something smaller stands left of
    the first digit. has_point: something smaller stands behind it. is_wide: the only piece is as
    wide as it is high.
    """

    fewest: int
    most: int
    runs: int
    holes: int
    has_sign: bool
    has_point: bool
    is_wide: bool


def shape_of(pieces: Sequence[Area], holes: int, has_point: bool) -> Shape:
    """The shape of a cell's ink.

    Args:
        pieces: from left to right.
        holes: paper that they enclose.
        has_point: whether a speck stands where a point could.
    """
    high = max((piece.height for piece in pieces), default=0)
    tall = [piece for piece in pieces if piece.height >= TALL * high]
    runs: list[Area] = []
    for piece in tall:
        if runs and piece.x0 < runs[-1].x1:
            runs[-1] = replace(runs[-1], x1=max(runs[-1].x1, piece.x1))
        else:
            runs.append(piece)
    small = [piece for piece in pieces if piece not in tall]
    first = runs[0].x0 if runs else 0
    return Shape(
        sum(max(1, math.ceil((run.width / high - WIDE) / FAR) + 1) for run in runs),
        sum(math.floor((run.width / high - NARROW) / NEAR) + 1 for run in runs),
        len(runs),
        holes,
        any(piece.x0 < first for piece in small),
        has_point or any(piece.x0 >= first for piece in small),
        len(runs) == 1 and runs[0].width > ROUND * high,
    )


def is_number(text: str) -> bool:
    """Whether a text is a plain number, whose ink can be judged."""
    return _NUMBER.fullmatch(text) is not None


def contradicts(shape: Shape, text: str) -> bool:
    """Whether the ink cannot be this number; texts that are no plain number are not judged."""
    if not is_number(text):
        return False
    digits = [sign for sign in text if sign.isdigit()]
    holes = sum(HOLES.get(sign, 0) for sign in digits)
    touching = max(0, len(digits) - shape.runs)
    return (
        not shape.fewest <= len(digits) <= shape.most
        or not holes <= shape.holes <= holes + digits.count("4") + BETWEEN * touching
        # What two readings saw is there, even where the ink of a small mark runs into a digit.
        or (shape.has_sign and text[0].isdigit())
        or (shape.has_point and not any(sign in text for sign in ".,"))
        or (text == "0" and shape.is_wide)
    )
