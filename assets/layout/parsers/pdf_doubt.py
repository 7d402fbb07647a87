"""Cells of a PDF whose characters can be read in two ways: what the other reading is.

A number is doubtful where digits of it are printed over each other, in another size or height than
their neighbours, struck through, sideways, pale or hidden, or where a picture or a form field lies
in its cell. No such digit is left out or kept in silence: the cell carries both readings.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assets.layout.model import Box
from assets.layout.parsers.pdf_drawn import UNREADABLE, DrawnPage, clamped
from assets.layout.parsers.pdf_drawn import Line as Stroke
from assets.layout.parsers.pdf_rules import Rule
from assets.layout.parsers.pdf_text import Char, Line, is_numeric

_OVER = 0.65
"""Share of its width a digit stands right of the one before it at least: kerning takes a tenth."""
_WIDEST = 0.5
"""Width of a digit as a share of its size; fonts that state no widths claim the whole size."""
_SMALLER = 0.9
"""Sizes of the digits of one number differ by rounding only."""
_HIGHER = 0.08
"""Share of the size by which the baselines of one number may differ."""
_BESIDE = 0.35
"""A larger gap parts numbers."""
_STRUCK = (0.12, 0.55)
"""Heights over the baseline between which a rule strikes a digit (0.7 high), no frame or line."""
_EDGE = 0.15
"""Share of its width on each side of a digit in which a line only touches it."""
_ROW, _ROWS = 16.0, 400
"""Points of the height in which lines are looked for together, and such rows at most."""
_MAX_STROKES = 5_000
"""Lines in such a row that are looked at; a digit among more is crossed out."""
_COVERS = 0.15
"""Share of a cell from which a picture in it may be its number."""
_LEAST_WIDE, _LEAST_HIGH = 1.5, 4.0
"""Points of the smallest picture that may be a digit, however large its cell: a 1 of size 6."""

_DIGIT = re.compile(r"\d")
Printed = Callable[[Sequence[int]], tuple[str, list[Line]]]
"""Text and lines of some characters, by index."""


@dataclass(frozen=True, slots=True)
class PageDoubts:
    """What can make cells of a page doubtful.

    Attributes:
        odd: indexes of characters that may be no part of the text around them.
        unseen: those of them that leave no trace on the page.
        is_hidden: most digits of the page are unseen, as of a text that lies under a picture.
        tinted: indexes of those of another colour than most.
        covers: boxes of what prints no characters, each with the text it is known to show.
        across: horizontal rules by place.
        places: their places.
        strokes: lines that are no rules, by the rows of the page that they reach through.
    """

    odd: frozenset[int]
    unseen: frozenset[int]
    is_hidden: bool
    tinted: frozenset[int]
    covers: Sequence[tuple[Box, str]]
    across: Sequence[Rule]
    places: Sequence[float]
    strokes: Mapping[int, Sequence[Stroke]]

    @classmethod
    def of(cls, drawn: DrawnPage, across: Iterable[Rule]) -> PageDoubts:
        """Those of a page with its horizontal rules."""
        rules = sorted(across)
        is_hidden = False
        if drawn.unseen:
            digits = {i for i, char in enumerate(drawn.chars) if char.text.isdecimal()}
            is_hidden = 2 * len(digits & drawn.unseen) > len(digits)
        places = [rule.at for rule in rules]
        strokes: dict[int, list[Stroke]] = {}
        for stroke in drawn.strokes:
            for row in _rows(*sorted((stroke[1], stroke[3]))):
                here = strokes.setdefault(row, [])
                if len(here) <= _MAX_STROKES:
                    here.append(stroke)
        return cls(
            drawn.odd, drawn.unseen, is_hidden, drawn.tinted, drawn.covers, rules, places, strokes
        )

    @property
    def can_strike(self) -> bool:
        """Whether anything on the page may cross out a digit."""
        return bool(self.places or self.strokes)


def read_cell(
    indexes: Sequence[int],
    chars: Sequence[Char],
    box: Box,
    doubts: PageDoubts,
    printed: Printed,
) -> tuple[str, str | None]:
    """The text of a cell, and what it is in a second way of reading it, if there is one.

    Args:
        indexes: characters in the cell.
        chars: of the page.
        box: the cell.
        doubts: what can make cells of the page doubtful.
        printed: how characters become text.
    """
    has_odd = not doubts.odd.isdisjoint(indexes) and any(
        is_numeric(chars[index].text) for index in indexes if index in doubts.odd
    )
    if doubts.covers:
        # A small picture over digits has made them odd: it is what hides them, no further digit.
        shown = [
            text
            for cover, text in doubts.covers
            if _fills(cover, box, says=bool(text), counts_small=not has_odd)
        ]
        if shown:
            text, _ = printed(indexes)
            if not text or _DIGIT.search(text) or any(shown):
                return text, "\n".join((text, *(part or UNREADABLE for part in shown))).strip()
    if not indexes:
        return "", None
    other: str | None = None
    if has_odd:
        steady = [index for index in indexes if index not in doubts.odd]
        # Not a number, so that no sum can choose what a person does not see, or only palely.
        other = (printed(indexes)[0] if steady else "") + UNREADABLE
        indexes = steady or indexes
    text, lines = printed(indexes)
    if other is None and doubts.tinted and not doubts.tinted.isdisjoint(indexes):
        other = _plain(indexes, chars, doubts.tinted, printed)
    if other is None and _DIGIT.search(text):
        other = uneven(text, lines, doubts)
    return text, other


def _plain(
    indexes: Sequence[int], chars: Sequence[Char], tinted: frozenset[int], printed: Printed
) -> str | None:
    """A cell without its coloured digits, where others are not: part of a stamp, or a change."""
    digits = {index for index in indexes if chars[index].text.isdecimal()}
    if not digits & tinted or digits <= tinted:
        return None
    return printed([index for index in indexes if index not in tinted])[0]


def uneven(text: str, lines: Sequence[Line], doubts: PageDoubts) -> str | None:
    """What a cell says without digits that do not fit the others; None where all do."""
    doubtful = False
    for line in lines:
        for before, after in pairwise(line.chars):
            if (after.text.isdecimal() or before.text.isdecimal()) and _clash(before, after):
                doubtful = True
    if doubtful:
        digits = [char for line in lines for char in line.chars if char.text.isdecimal()]
        styles = Counter((round(char.size, 1), round(char.baseline)) for char in digits)
        usual = styles.most_common(1)[0][0]
        kept = "".join(c.text for c in digits if (round(c.size, 1), round(c.baseline)) == usual)
        return kept if kept != text else UNREADABLE
    if not doubts.can_strike:
        return None
    struck = {
        id(char)
        for line in lines
        for char in line.chars
        if char.text.isdecimal() and _is_struck(char, doubts)
    }
    if not struck:
        return None
    return "\n".join(
        "".join(char.text for char in line.chars if id(char) not in struck) for line in lines
    ).strip()


def _clash(before: Char, after: Char) -> bool:
    """Whether two neighbours in a line, one of them a digit, do not stand side by side as usual."""
    if before.text.isspace() or after.text.isspace():
        return False
    size = min(before.size, after.size)
    width = min(before.x1 - before.x0, after.x1 - after.x0, _WIDEST * size)
    if after.x0 - before.x0 < _OVER * width:
        return True
    if not (before.text.isdecimal() and after.text.isdecimal()):
        return False
    return after.x0 - before.x1 <= _BESIDE * size and (
        size < _SMALLER * max(before.size, after.size)
        or abs(before.baseline - after.baseline) > _HIGHER * size
    )


def _is_struck(char: Char, doubts: PageDoubts) -> bool:
    low, high = _STRUCK
    place = bisect_left(doubts.places, char.baseline - high * char.size)
    lowest = char.baseline - low * char.size
    while place < len(doubts.places) and doubts.places[place] <= lowest:
        rule = doubts.across[place]
        if rule.start <= (char.x0 + char.x1) / 2 <= rule.end:
            return True
        place += 1
    if not doubts.strokes:
        return False
    # A line beside a digit or below it reaches no more than its edge.
    inset = _EDGE * min(char.x1 - char.x0, _WIDEST * char.size)
    right = min(char.x1, char.x0 + _WIDEST * char.size)
    middle = Box(char.x0 + inset, char.baseline - high * char.size, right - inset, lowest)
    near = [doubts.strokes.get(row, ()) for row in _rows(middle.top, middle.bottom)]
    return any(
        len(strokes) > _MAX_STROKES or any(_crosses(stroke, middle) for stroke in strokes)
        for strokes in near
    )


def _rows(top: float, bottom: float) -> range:
    first = clamped(top / _ROW, 0, _ROWS)
    return range(first, clamped(bottom / _ROW, first, _ROWS) + 1)


def _crosses(stroke: Stroke, box: Box) -> bool:
    """Whether a straight line runs through a box."""
    ax, ay, bx, by = stroke
    start, end = 0.0, 1.0
    for step, room in (
        (ax - bx, ax - box.x0),
        (bx - ax, box.x1 - ax),
        (ay - by, ay - box.top),
        (by - ay, box.bottom - ay),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            start = max(start, room / step)
        else:
            end = min(end, room / step)
    return start <= end


def _fills(cover: Box, cell: Box, *, says: bool, counts_small: bool) -> bool:
    """Whether something lies in a cell, and not over more than it; text counts where it stands.

    Args:
        cover: the box of what lies there.
        cell: that of the cell.
        says: whether it is known to show text.
        counts_small: whether a picture as small as one digit counts, too.
    """
    width = min(cover.x1, cell.x1) - max(cover.x0, cell.x0)
    height = min(cover.bottom, cell.bottom) - max(cover.top, cell.top)
    if width <= 0 or height <= 0:
        return False
    inside = width * height
    area = (cover.x1 - cover.x0) * (cover.bottom - cover.top)
    own = (cell.x1 - cell.x0) * (cell.bottom - cell.top)
    if says:
        return inside >= 0.5 * min(area, own)
    if inside < 0.5 * area:
        return False
    high, wide = cover.bottom - cover.top, cover.x1 - cover.x0
    return inside >= _COVERS * own or (counts_small and high >= _LEAST_HIGH and wide >= _LEAST_WIDE)
