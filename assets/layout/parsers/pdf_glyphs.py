"""Digits that a font of a PDF draws: whether they look like what the font says that they are.

Fonts that are part of a file have outlines of their own, and a table beside them says which
characters these are. Where the two contradict each other, a person reads other numbers than the
file holds. A digit is told by the holes in it and by where its ink is; only what is far from its
own and near to another digit contradicts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from operator import mul
from typing import NamedTuple

_ACROSS, _DOWN = 5, 7
"""Fields of a digit in which the ink is counted."""
_NARROWEST = 0.5
"""Share of its height that a digit is taken to be wide at least: a 1 is a stroke."""
_SPECK = 0.012
"""Share of its area below which a hole is none."""
_FARTHER = 0.2
"""Difference of likeness (1 is equal) from which a digit is another; fonts differ by 0.03."""
_ALIKE = 0.6
"""Likeness below which a picture is no digit in particular."""
_LEAST_HIGH = 12
"""Rows of the smallest picture of a digit that is judged."""


class _Look(NamedTuple):
    """How a digit looks: how many holes it may have, where the middle of a single one is, its ink.

    Some fonts leave a 4 open, or put a stroke or a point into a 0. The ink is that of each field in
    ninths, the mean of 51 common fonts with and without serifs, upright and slanted, thin and bold;
    a 1 has a foot or none, or is a mere stroke.
    """

    holes: tuple[int, ...]
    inks: tuple[str, ...]
    highest: float = 0.0
    lowest: float = 1.0


_LOOKS = {
    "0": _Look((1, 2), ("04761471586403794249820468518416740",), 0.42, 0.58),
    "1": _Look(
        (0,),
        (
            "13642357620155001860017401294167876",
            "00395387945459300593015820257203562",
            "00900009000090000900009000090000900",
        ),
    ),
    "2": _Look((0,), ("25772341590004600392026204832288885",)),
    "3": _Look((0,), ("25772331590015502892000466216756751",)),
    "4": _Look((0, 1), ("00263017940446236192644745469500371",)),
    "5": _Look((0,), ("36885452113553034386000466227657751",)),
    "6": _Look((1,), ("03774382236443098386830467517616751",), 0.58, 1.0),
    "7": _Look((0,), ("68887322750026101740035101650035200",)),
    "8": _Look((2,), ("15772481593615529792730469416727761",)),
    "9": _Look((1,), ("15771671576403768389034563218347730",), 0.0, 0.42),
}
_PAPER, _INKED = re.compile(rb"\x00+"), re.compile(rb"\x01+")

Bits = Sequence[bytes]
"""Rows of a picture, a byte for each pixel: 1 for ink, else 0."""


def contradicts(digit: str, bits: Bits) -> bool:
    """Whether a picture shows another digit than it should.

    Args:
        digit: what it should show.
        bits: the picture, upright, cut to its ink; nothing is said of one that is too small.
    """
    if len(bits) < _LEAST_HIGH:
        return False
    look = _LOOKS[digit]
    holes = holes_of(bits)
    if len(holes) not in look.holes:
        return True
    if len(holes) == 1 and not look.highest <= (holes[0].top + holes[0].bottom) / 2 <= look.lowest:
        return True
    ink = _centred(ink_of(bits))
    own = other = 0.0
    for shown, fields in _INKS:
        likeness = sum(map(mul, ink, fields))
        if shown == digit:
            own = max(own, likeness)
        else:
            other = max(other, likeness)
    return other > max(own + _FARTHER, _ALIKE)


class Hole(NamedTuple):
    """Paper inside a digit: its top and bottom as shares of the height."""

    top: float
    bottom: float


def turned_bits(bits: Bits, turn: int) -> Bits:
    """A picture turned clockwise."""
    if turn == 180:
        return [row[::-1] for row in reversed(bits)]
    if turn == 90:
        return [bytes(column) for column in zip(*reversed(bits), strict=True)]
    if turn == 270:
        return [bytes(column) for column in reversed(list(zip(*bits, strict=True)))]
    return bits


def trimmed(bits: Bits) -> Bits:
    """A picture without the empty rows and columns around its ink."""
    rows = [row for row in bits if any(row)]
    if not rows:
        return []
    first = next(i for i, row in enumerate(bits) if any(row))
    last = len(bits) - next(i for i, row in enumerate(reversed(bits)) if any(row))
    columns = [i for i, column in enumerate(zip(*rows, strict=True)) if any(column)]
    return [row[columns[0] : columns[-1] + 1] for row in bits[first:last]]


def alone(bits: Bits) -> Bits:
    """A picture of a digit without what reaches into it from its neighbours."""
    ink = bytes(any(column) for column in zip(*bits, strict=True))
    parts = [found.span() for found in _INKED.finditer(ink)]
    if not parts:
        return []
    start, end = max(parts, key=lambda part: sum(row[part[0] : part[1]].count(1) for row in bits))
    return [row[start:end] for row in bits]


def holes_of(bits: Bits) -> list[Hole]:
    """Paper that ink encloses."""
    height, width = len(bits), len(bits[0])
    pieces: list[_Piece] = []
    above: list[tuple[int, int, _Piece]] = []
    for y, row in enumerate(bits):
        here: list[tuple[int, int, _Piece]] = []
        for found in _PAPER.finditer(row):
            start, end = found.span()
            piece = _Piece(y, start == 0 or end == width or y in (0, height - 1))
            pieces.append(piece)
            piece.bottom, piece.area = y + 1, end - start
            # Paper goes on where it lies below paper, not where only corners meet.
            for left, right, other in above:
                if left < end and start < right:
                    piece = piece.joined(other.whole())
            here.append((start, end, piece))
        above = here
    least = _SPECK * width * height
    return [
        Hole(piece.top / height, piece.bottom / height)
        for piece in pieces
        if piece.part_of is None and not piece.is_outside and piece.area >= least
    ]


@dataclass(slots=True)
class _Piece:
    """Paper without ink between: its first row, the end of its last, its pixels."""

    top: int
    is_outside: bool
    bottom: int = 0
    area: int = 0
    part_of: _Piece | None = None

    def whole(self) -> _Piece:
        """The piece that this one is now part of."""
        piece = self
        while piece.part_of is not None:
            piece = piece.part_of
        return piece

    def joined(self, other: _Piece) -> _Piece:
        """Both in one."""
        if other is self:
            return self
        other.top, other.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        other.area += self.area
        other.is_outside = other.is_outside or self.is_outside
        self.part_of = other
        return other


def ink_of(bits: Bits) -> list[float]:
    """The share of ink in each field of a digit, row by row."""
    height, width = len(bits), len(bits[0])
    missing = max(round(_NARROWEST * height) - width, 0)
    left = missing // 2
    width += missing
    xs = [min(max(round(width * i / _ACROSS) - left, 0), len(bits[0])) for i in range(_ACROSS + 1)]
    ys = [round(height * i / _DOWN) for i in range(_DOWN + 1)]
    area = width / _ACROSS * height / _DOWN
    return [
        b"".join([row[x0:x1] for row in bits[y0:y1]]).count(1) / area
        for y0, y1 in pairwise(ys)
        for x0, x1 in pairwise(xs)
    ]


def _centred(ink: Sequence[float]) -> list[float]:
    """Ink as it differs from its mean, of length 1, so that likeness is a sum of products."""
    mean = sum(ink) / len(ink)
    length = sqrt(sum([(field - mean) ** 2 for field in ink])) or 1.0
    return [(field - mean) / length for field in ink]


_INKS = [
    (digit, _centred([int(field) for field in ink]))
    for digit, look in _LOOKS.items()
    for ink in look.inks
]
