"""Cells whose ink is nothing but straight strokes: dashes and slashes, told by their shape.

Recognition takes a slash for 1 and a dash for 一 (one), sure of it each time, so here the ink
decides what cannot be printed: a level stroke is no digit, and a slanted one is no 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from assets.layout.ocr.engine import Area

DASH, EM_DASH, SLASH, BACKSLASH = "-", "—", "/", "\\"
ONE = "一"
"""The Chinese numeral, which type without serifs draws as a dash."""
DASHES = frozenset("-‐‑–—―─－_ー一~～")
"""What recognition reads a level stroke as."""
SLASHES = frozenset("/／丿⁄∕")
BACKSLASHES = frozenset("\\＼乀")
FLAT, THICK = 1.5, 0.2
"""A dash is at least so many times as wide as high, and at most so high, of the height of a line;
digits are three times as high."""
THIN = 0.16
"""Spread across a slash over spread along it; that of 1 with foot and flag is twice as large."""
UPRIGHT, LYING = 78.0, 35.0
"""Degrees between which a slash stands: in most type at 70 to 76, a 1 at 84 or more."""
SHORTEST = 0.35
"""Of the height of a line: the shortest slash."""
SAME_LEVEL = 0.1
"""Of the height of a line: strokes one above the other are 二 or 三."""
ONE_FROM, ONE_TO = 0.5, 1.0
"""Widths, in heights of a line, between which a lone level stroke may also be the character 一:
its glyph fills nine tenths of a square, and type without serifs draws it as a dash."""
LONGEST = 3.2
"""Heights of a line; a longer level stroke may be a rule that was not found."""


def strokes_in(marks: Any, pieces: Sequence[Area], line: float) -> str | None:
    """The dashes or slashes that a cell holds, None where its ink is anything else.

    Args:
        marks: ink of the page without its rules.
        pieces: all that is ink in the cell, from left to right.
        line: usual height of a text box, pixels.
    """
    kinds = {_kind(marks, piece, line) for piece in pieces}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None:
        return None
    middles = [(piece.y0 + piece.y1) / 2 for piece in pieces]
    if max(middles) - min(middles) > SAME_LEVEL * line:
        return None
    if kind == DASH and pieces[-1].x1 - pieces[0].x0 > LONGEST * line:
        return None
    if kind == DASH and len(pieces) == 1:
        width = pieces[0].width / line
        return "-" if width < ONE_FROM else EM_DASH if width <= ONE_TO else EM_DASH * 2
    return kind * len(pieces)


def may_be_one(strokes: str, pieces: Sequence[Area], line: float) -> bool:
    """Whether strokes may be the Chinese numeral for one."""
    return strokes == EM_DASH and pieces[0].width <= ONE_TO * line


def is_like(text: str, strokes: str) -> bool:
    """Whether a reading is one of the signs that look like these strokes."""
    known = {SLASH: SLASHES, BACKSLASH: BACKSLASHES}.get(strokes[0], DASHES)
    return bool(text) and set(text) <= known


def is_dash(piece: Area, line: float) -> bool:
    """Whether a piece of ink is flat and wide, as a dash or a minus is."""
    return piece.width >= FLAT * piece.height and piece.height <= THICK * line


def _kind(marks: Any, piece: Area, line: float) -> str | None:
    """Which straight stroke a piece of ink is."""
    import numpy as np  # noqa: PLC0415 - part of the ocr extra

    if is_dash(piece, line):
        return DASH
    if max(piece.width, piece.height) < SHORTEST * line:
        return None
    ys, xs = np.nonzero(marks[piece.y0 : piece.y1, piece.x0 : piece.x1])
    if len(ys) < 3:
        return None
    spread = np.cov(np.stack([xs, ys]).astype(float))
    small, large = np.sqrt(np.maximum(np.linalg.eigvalsh(spread), 0.0))
    # A pixel has a width of its own (0.29): short strokes are thick for their length.
    if small > THIN * large + 0.35:
        return None
    # Counter-clockwise from level; rows count downwards.
    angle = math.degrees(0.5 * math.atan2(-2 * spread[0, 1], spread[0, 0] - spread[1, 1]))
    if not LYING <= abs(angle) <= UPRIGHT:
        return None
    return SLASH if angle > 0 else BACKSLASH
