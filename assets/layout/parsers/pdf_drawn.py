"""What a PDF engine says is drawn on a page; all that the two engines have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assets.layout.model import Box
from assets.layout.parsers.pdf_text import Char

UNREADABLE = "\ufffd"
"""Stands for a character without Unicode value."""
PALE = 150
"""Mean of the components of a colour (of 255) from which text or lines may be a watermark."""
Line = tuple[float, float, float, float]
"""A straight line from (x, y) to (x, y)."""
Covers = tuple[tuple[Box, str], ...]
"""Boxes of what prints no characters, each with the text it is known to show."""
LOST = "text that the fast reader left out"
"""The doubt of a page on which not all characters were read."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """The objects of one page, in points from the top left of the page as displayed.

    Characters and shapes are upright already: turned by `turn` degrees clockwise, while `width`
    and `height` are those of the page as displayed. A shape is a bounding box of what can be a
    rule, with whether its outline is drawn. `odd` are the indexes of characters that may be no part
    of the text around them (sideways, pale, hidden); `covers` are boxes of pictures and form fields
    that print what is no character of the page; `tinted` are the indexes of characters of another
    colour than most, `unseen` of the odd ones those that leave no trace on the page. `doubts` say
    why this engine may have lost or changed characters of the page; `odd_lost` are the boxes of
    odd texts that it lost, with whether they leave no trace; `strokes` are lines that are no rules
    and may cross out what is printed.
    """

    number: int
    width: float
    height: float
    turn: int
    chars: list[Char]
    shapes: list[tuple[Box, bool]]
    image_area: float
    slanted: int
    unreadable: int
    doubts: tuple[str, ...] = ()
    odd: frozenset[int] = frozenset()
    covers: Covers = ()
    tinted: frozenset[int] = frozenset()
    unseen: frozenset[int] = frozenset()
    odd_lost: tuple[tuple[Box, bool], ...] = ()
    strokes: tuple[Line, ...] = ()


def clamped(value: float, low: int, high: int) -> int:
    """A measure of a file as a whole number within bounds, whatever the file says."""
    if value <= high:
        return int(value) if value >= low else low
    return high if value > high else low


def turned(box: Box, width: float, height: float, turn: int) -> Box:
    """A box after turning the page of the given (unturned) size clockwise."""
    if turn == 90:
        return Box(height - box.bottom, box.x0, height - box.top, box.x1)
    if turn == 180:
        return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
    if turn == 270:
        return Box(box.top, width - box.x1, box.bottom, width - box.x0)
    return box


def is_slanted(a: float, b: float) -> bool:
    """Whether text that runs along (a, b) is neither level nor upright, as watermarks are."""
    return abs(b) > 0.05 * abs(a) and abs(a) > 0.05 * abs(b)


def upright_turn(a: float, b: float) -> int:
    """Degrees clockwise that make text upright that runs along (a, b), y upwards."""
    if abs(a) >= abs(b):
        return 0 if a > 0 else 180
    return 90 if b > 0 else 270


def most_common_turn(turns: Iterable[int]) -> int:
    """Degrees clockwise that make most characters upright."""
    found = Counter(turns).most_common(1)
    return found[0][0] if found else 0
