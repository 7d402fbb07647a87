"""Which characters of a PDFium page a person sees, and which only the file knows.

Most texts are judged by what they are: how they are painted, what is drawn over them, what cuts
them off. Where that does not tell (inside forms, under pictures, with transparency, content that
can be switched off), the page is drawn twice, with these texts and without them: what makes no
difference is not seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_covered import (
    MAX_PAIRS,
    Findings,
    Setting,
    judge_clip,
    judge_covers,
    judge_ground,
    judge_place,
)
from assets.layout.parsers.pdf_drawn import PALE
from assets.layout.parsers.pdf_objects import Area, Objects
from assets.layout.parsers.pdf_raw import Handle
from assets.layout.parsers.pdf_shown import FAINT, SEEN, judge
from assets.layout.parsers.pdf_text import NUMERIC_SIGNS, Char

_WHITE = 250
"""The same from which it is not seen on paper."""
_CLEAR = 8
"""Opacity (of 255) up to which nothing is seen."""

_NUMERIC = NUMERIC_SIGNS | frozenset("0123456789")
_INVISIBLE = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
_FILLED = pdfium.FPDF_TEXTRENDERMODE_FILL
_OUTLINED = pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE


class Sight(NamedTuple):
    """Indexes of characters: those that may be no part of the text, those nobody sees, tinted ones.

    What nobody sees is odd, too.
    """

    odd: frozenset[int]
    unseen: frozenset[int]
    tinted: frozenset[int]


def sight_of(
    page: Any,
    objects: Objects,
    chars: Sequence[Char],
    owners: Sequence[int],
    fonts: Mapping[int, str],
    setting: Setting,
) -> Sight:
    """What of the characters of a page is seen.

    Args:
        page: a pypdfium2 page; stays as it is.
        objects: of the page.
        chars: upright.
        owners: the text object of each.
        fonts: the name of the font of each text object that was read.
        setting: where they stand.
    """
    numeric: dict[int, list[int]] = defaultdict(list)
    # Written out, since a page has thousands of characters.
    for index in [i for i, c in enumerate(chars) if c[0] in _NUMERIC or c[0].isdecimal()]:
        numeric[owners[index]].append(index)
    numeric.pop(0, None)
    read = dict.fromkeys(owners)
    by_object, hidden = _painted(objects, read)
    # What is drawn again a little aside gives no characters, but it may erase others.
    if (again := objects.texts.keys() - read) and not by_object.is_grey:
        by_object.white |= _painted(objects, again, is_grey=False)[0].white
    found = Findings()
    for address, indexes in numeric.items():
        if address in by_object.open or _is_open(objects, address, fonts):
            found.open.add(address)
        elif address not in hidden:
            judge_clip(objects, address, indexes, chars, setting, found)
    at_page = [(index, chars[index]) for indexes in numeric.values() for index in indexes]
    judge_place(at_page, setting, found)
    # White letters are erasers, too.
    objects.areas += [_as_area(objects, address) for address in by_object.white]
    judge_covers(objects, at_page, owners, setting, found)
    judge_ground(objects, at_page, owners, by_object.levels, setting, found)
    for which, into in (
        (hidden, found.unseen),
        (by_object.pale, found.odd),
        (by_object.tinted, found.tinted),
    ):
        if which:
            into.update([index for index, address in enumerate(owners) if address in which])
    found.open -= hidden
    if found.open:
        least = FAINT if by_object.is_grey else SEEN
        marked = {a: [i for i in numeric[a] if i not in found.unseen] for a in found.open}
        drawings = {address for address in marked if not fonts.get(address)}
        judge(page, objects.pixels, chars, marked, drawings, setting, least, found)
    return Sight(
        frozenset(found.odd | found.unseen), frozenset(found.unseen), frozenset(found.tinted)
    )


@dataclass(slots=True)
class _Paint:
    """Text objects that are in question, pale, or of another colour than most."""

    open: set[int] = field(default_factory=set)
    pale: set[int] = field(default_factory=set)
    white: set[int] = field(default_factory=set)
    tinted: set[int] = field(default_factory=set)
    is_grey: bool = False
    levels: dict[int, int] = field(default_factory=dict)
    """The grey of each text object."""


def _painted(
    objects: Objects, seen: Iterable[int], *, is_grey: bool | None = None
) -> tuple[_Paint, set[int]]:
    """What the colours of text objects say of them, and those that leave no trace.

    `is_grey` says that most are pale, None leaves it to their number.
    """
    paint = _Paint()
    hidden: set[int] = set()
    pale: dict[int, bool] = {}
    colors: dict[int, tuple[int, ...]] = {}
    for address in seen:
        obj = Handle(address)
        mode = raw.render_mode(obj)
        if mode in _INVISIBLE:
            hidden.add(address)
            continue
        if not raw.fill_color(obj, *raw.TO_PARTS):
            paint.open.add(address)  # a pattern
            continue
        color = red, green, blue, opacity = tuple([part.value for part in raw.PARTS])
        colors[address] = color
        paint.levels[address] = (red + green + blue) // 3
        ink = (765 - red - green - blue) * opacity
        if ink < (765 - 3 * PALE) * 255:
            pale[address] = ink < (765 - 3 * _WHITE) * 255 or opacity <= _CLEAR
        if mode != _FILLED:
            # Bold is filled and stroked in one colour.
            stroked = raw.stroke_color(obj, *raw.TO_PARTS)
            if mode != _OUTLINED or not stroked or color != tuple(p.value for p in raw.PARTS):
                paint.open.add(address)
    paint.is_grey = 2 * len(pale) > len(colors) if is_grey is None else is_grey
    is_large = len(pale) * len(objects.areas) > MAX_PAIRS
    for address, is_white in pale.items():
        # White on a coloured ground is printed to be read, and so is a page all in grey.
        if not is_large and (paint.is_grey or _has_ground(objects, address)):
            paint.open.add(address)
        elif is_white:
            hidden.add(address)
            paint.white.add(address)
        else:
            paint.pale.add(address)
    if len(usual := Counter(colors.values()).most_common()) > 1:
        paint.tinted = {address for address, color in colors.items() if color != usual[0][0]}
    return paint, hidden


def _as_area(objects: Objects, address: int) -> Area:
    """A text as something that is drawn over others."""
    form, at = objects.texts.get(address, (0, 0))
    return Area(objects.box_of(address), at, is_white=True, address=address, form=form)


def _has_ground(objects: Objects, address: int) -> bool:
    """Whether what lies under a text is not white, as far as the file tells."""
    at = objects.texts.get(address, (0, 0))[1]
    x0, y0, x1, y1 = objects.box_of(address)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    below = [
        area
        for area in objects.areas
        if area.at < at and area.box[0] <= x <= area.box[2] and area.box[1] <= y <= area.box[3]
    ]
    return any(not area.is_white for area in below)


def _is_open(objects: Objects, address: int, fonts: Mapping[int, str]) -> bool:
    """Whether only the drawn page can tell if a text is seen.

    A font without a name is one of drawings (Type 3), which may be empty.
    """
    return (
        objects.texts.get(address, (0, 0))[0] > 0
        or address in objects.optional
        or bool(raw.has_transparency(Handle(address)))
        or not fonts.get(address)
    )
