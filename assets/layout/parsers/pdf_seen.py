"""Which characters of a PDFium page a person sees, and which only the file knows.

Most texts are judged by what they are: how they are painted, what is drawn over them, what cuts
them off. Where that does not tell (inside forms, under pictures, with transparency, content that
can be switched off), the page is drawn twice, with these texts and without them: what makes no
difference is not seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.layout.model import Box
from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_drawn import clamped, turned
from assets.layout.parsers.pdf_objects import Objects
from assets.layout.parsers.pdf_paths import Edges, moved
from assets.layout.parsers.pdf_raw import Handle
from assets.layout.parsers.pdf_shown import Pixels
from assets.layout.parsers.pdf_text import NUMERIC_SIGNS, Char

_PALE = 150
"""Mean of the components from which text may be a watermark; text to be read is darker."""
_WHITE = 250
"""The same from which it is not seen on paper."""
_CLEAR = 8
"""Opacity (of 255) up to which nothing is seen."""
_TINY = 0.003
"""Share of the height of the page below which a character is a speck: 2.5 points of A4."""
_PART = 0.15
"""Share of a digit's width and height that must be covered to change what it looks like."""
_GONE = 0.6
"""Share of its area without which it cannot be read at all."""
_BUCKET = 16.0
"""Points of the height in which characters are looked for together."""
_ROWS = 200
"""Such rows of a page, at most; what lies beyond is in the last."""
_MAX_PAIRS = 20_000_000
"""Areas times characters that are compared; with more, a drawing, all are taken for odd."""
_SCALE = 3.0
"""Pixels per point of the drawn page: strokes of small digits are 2 wide."""
_MAX_PIXELS = 16_000_000
"""Pixels of a drawn page, at most."""
_MAX_PICTURES = 80_000_000
"""Pixels of the pictures on it; with more it is not drawn, and what is in question is odd."""
_SEEN, _FAINT = 70, 24
"""Levels (of 255) that a digit must differ from its ground to be read, and to be seen at all."""

_NUMERIC = NUMERIC_SIGNS | frozenset("0123456789")
_INVISIBLE = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
_FILLED = pdfium.FPDF_TEXTRENDERMODE_FILL
_OUTLINED = pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE

Upright = Callable[[Edges], Box]
"""A box of user space as a box of the upright page."""


class Sight(NamedTuple):
    """Indexes of characters: those that may be no part of the text, those nobody sees, tinted ones.

    What nobody sees is odd, too.
    """

    odd: frozenset[int]
    unseen: frozenset[int]
    tinted: frozenset[int]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the characters of a page stand.

    Attributes:
        width: points of the page as displayed.
        height: the same.
        turn: degrees clockwise by which it was turned to stand upright.
        shown: the part of it that is displayed, in points of the displayed page.
        upright: how boxes of user space become boxes of the upright page.
    """

    width: float
    height: float
    turn: int
    shown: Box
    upright: Upright


@dataclass(slots=True)
class _Findings:
    """What is known of the characters by index, and of text objects by address."""

    odd: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    tinted: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)
    """Text objects in question."""


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
    by_object, hidden = _painted(objects, dict.fromkeys(owners))
    found = _Findings()
    for address, indexes in numeric.items():
        if address in by_object.open or _is_open(objects, address, fonts):
            found.open.add(address)
        elif address not in hidden:
            _clipped(objects, address, indexes, chars, setting, found)
    at_page = [(index, chars[index]) for indexes in numeric.values() for index in indexes]
    _beside(at_page, setting, found)
    _covered(objects, at_page, owners, setting, found)
    for which, into in (
        (hidden, found.unseen),
        (by_object.pale, found.odd),
        (by_object.tinted, found.tinted),
    ):
        if which:
            into.update([index for index, address in enumerate(owners) if address in which])
    found.open -= hidden
    if found.open:
        least = _FAINT if by_object.is_grey else _SEEN
        marked = {a: [i for i in numeric[a] if i not in found.unseen] for a in found.open}
        drawings = {address for address in marked if not fonts.get(address)}
        _judge(page, objects.pixels, chars, marked, drawings, setting, least, found)
    return Sight(
        frozenset(found.odd | found.unseen), frozenset(found.unseen), frozenset(found.tinted)
    )


@dataclass(slots=True)
class _Paint:
    """Text objects that are in question, pale, or of another colour than most."""

    open: set[int] = field(default_factory=set)
    pale: set[int] = field(default_factory=set)
    tinted: set[int] = field(default_factory=set)
    is_grey: bool = False


def _painted(objects: Objects, seen: Iterable[int]) -> tuple[_Paint, set[int]]:
    """What the colours of text objects say of them, and those that leave no trace."""
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
        ink = (765 - red - green - blue) * opacity
        if ink < (765 - 3 * _PALE) * 255:
            pale[address] = ink < (765 - 3 * _WHITE) * 255 or opacity <= _CLEAR
        if mode != _FILLED:
            # Bold is filled and stroked in one colour.
            stroked = raw.stroke_color(obj, *raw.TO_PARTS)
            if mode != _OUTLINED or not stroked or color != tuple(p.value for p in raw.PARTS):
                paint.open.add(address)
    paint.is_grey = 2 * len(pale) > len(colors)
    is_large = len(pale) * len(objects.areas) > _MAX_PAIRS
    for address, is_white in pale.items():
        # White on a coloured ground is printed to be read, and so is a page all in grey.
        if not is_large and (paint.is_grey or _has_ground(objects, address)):
            paint.open.add(address)
        elif is_white:
            hidden.add(address)
        else:
            paint.pale.add(address)
    if len(usual := Counter(colors.values()).most_common()) > 1:
        paint.tinted = {address for address, color in colors.items() if color != usual[0][0]}
    return paint, hidden


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


def _core(char: Char) -> Box:
    """The part of a character's box that its ink fills, if it is a digit."""
    width = char.x1 - char.x0
    if char.text.isascii():
        # Fonts that state no widths claim the whole size.
        width = min(width, 0.62 * char.size)
    return Box(
        char.x0 + 0.08 * width,
        char.baseline - 0.66 * char.size,
        char.x0 + 0.92 * width,
        char.baseline - 0.04 * char.size,
    )


def _shares(core: Box, other: Box) -> tuple[float, float]:
    """The shares of the width and the height of a box that lie in another."""
    across = min(core.x1, other.x1) - max(core.x0, other.x0)
    down = min(core.bottom, other.bottom) - max(core.top, other.top)
    width, height = core.x1 - core.x0, core.bottom - core.top
    return (
        min(max(across / width, 0.0), 1.0) if width > 0 else float(across >= 0),
        min(max(down / height, 0.0), 1.0) if height > 0 else float(down >= 0),
    )


def _kept(index: int, core: Box, window: Box, found: _Findings) -> None:
    """Judge a character of which only what lies in a window is drawn."""
    across, down = _shares(core, window)
    if across * down <= 1 - _GONE:
        found.unseen.add(index)
    elif across < 1 - _PART or down < 1 - _PART:
        found.odd.add(index)


def _beside(chars: Iterable[tuple[int, Char]], setting: Setting, found: _Findings) -> None:
    """Characters outside what is displayed of the page, and those too small to be seen."""
    shown, width, height = setting.shown, setting.width, setting.height
    chars = list(chars)
    least = _TINY * min(height, shown.bottom - shown.top)
    is_whole = min(shown.x0, shown.top) <= 0 and shown.x1 >= width and shown.bottom >= height
    if is_whole and min([char[6] for _, char in chars], default=least) >= least:
        return
    window = turned(shown, width, height, setting.turn)
    for index, char in chars:
        if char.size < least:
            found.unseen.add(index)
        elif not is_whole:
            _kept(index, _core(char), window, found)


def _clipped(
    objects: Objects,
    address: int,
    indexes: Iterable[int],
    chars: Sequence[Char],
    setting: Setting,
    found: _Findings,
) -> None:
    """Characters that the clipping path of their object cuts off."""
    edges, is_plain = _clip(Handle(address))
    if edges is None:
        return
    if not is_plain:
        found.open.add(address)
        return
    window = setting.upright(moved(edges, objects.matrices[objects.texts.get(address, (0, 0))[0]]))
    for index in indexes:
        _kept(index, _core(chars[index]), window, found)


def _clip(obj: Handle) -> tuple[Edges | None, bool]:
    """The box in which an object is drawn, None for everywhere; whether it is all of the path."""
    path = raw.clip_path(obj)
    count = raw.clip_count(path) if path else 0
    if count <= 0:
        return None, True
    x0, y0, x1, y1 = -1e9, -1e9, 1e9, 1e9
    is_plain = True
    to_x, to_y = raw.TO_POINT
    px, py = raw.POINT
    for number in range(count):
        points = []
        segments = raw.clip_segment_count(path, number)
        for place in range(min(max(segments, 0), 6)):
            if raw.segment_point(raw.clip_segment(path, number, place), to_x, to_y):
                points.append((px.value, py.value))
        if not points:
            continue
        xs, ys = [x for x, _ in points], [y for _, y in points]
        is_level = all(x in {min(xs), max(xs)} and y in {min(ys), max(ys)} for x, y in points)
        if segments > 5 or not is_level:
            is_plain = False
            continue
        x0, y0 = max(x0, min(xs)), max(y0, min(ys))
        x1, y1 = min(x1, max(xs)), min(y1, max(ys))
    return (x0, y0, x1, y1), is_plain


def _covered(
    objects: Objects,
    chars: Sequence[tuple[int, Char]],
    owners: Sequence[int],
    setting: Setting,
    found: _Findings,
) -> None:
    """Characters over which something was drawn: a solid area hides them, anything else may."""
    if not objects.areas:
        return
    places = {index: objects.texts.get(owners[index], (0, 0))[1] for index, _ in chars}
    first = min(places.values(), default=0)
    areas = [area for area in objects.areas if area.at > first]
    if not areas:
        return
    if len(areas) * len(chars) > _MAX_PAIRS:
        found.odd.update(places)
        return
    rows: dict[int, list[tuple[int, Box]]] = defaultdict(list)
    for index, char in chars:
        core = _core(char)
        for number in _rows(core):
            rows[number].append((index, core))
    for area in areas:
        is_solid, edges = area.is_solid, area.box
        if is_solid and area.address:
            clip, is_plain = _clip(Handle(area.address))
            is_solid = is_plain
            if clip is not None and is_plain:
                edges = _within(edges, moved(clip, objects.matrices[area.form]))
        box = setting.upright(edges)
        # A fill as high as the page has no more rows than the page has texts.
        numbers = _rows(box)
        for number in numbers if len(numbers) < len(rows) else list(rows):
            for index, core in rows.get(number, ()):
                if places[index] < area.at:
                    _cover(index, core, box, owners[index], found, is_solid=is_solid)


def _rows(box: Box) -> range:
    first = clamped(box.top / _BUCKET, -_ROWS, _ROWS)
    return range(first, clamped(box.bottom / _BUCKET, first, _ROWS) + 1)


def _cover(
    index: int, core: Box, box: Box, owner: int, found: _Findings, *, is_solid: bool
) -> None:
    across, down = _shares(core, box)
    if min(across, down) < _PART:
        return
    if not is_solid:
        found.open.add(owner)
    elif across * down >= _GONE:
        found.unseen.add(index)
    else:
        found.odd.add(index)


def _within(box: Edges, clip: Edges) -> Edges:
    x0, y0 = max(box[0], clip[0]), max(box[1], clip[1])
    return x0, y0, max(min(box[2], clip[2]), x0), max(min(box[3], clip[3]), y0)


def _judge(
    page: Any,
    pixels: int,
    chars: Sequence[Char],
    numeric: dict[int, list[int]],
    drawings: Set[int],
    setting: Setting,
    least: int,
    found: _Findings,
) -> None:
    """Draw the page with the texts in question and without them, and compare.

    In fonts of drawings nothing is known of the place of digits in their boxes.
    """
    indexes = [index for mine in numeric.values() for index in mine]
    plain = {
        index for address, mine in numeric.items() if address not in drawings for index in mine
    }
    if pixels > _MAX_PICTURES:
        found.odd.update(indexes)
        return
    area = max(
        (setting.shown.x1 - setting.shown.x0) * (setting.shown.bottom - setting.shown.top), 1
    )
    scale = min(_SCALE, (_MAX_PIXELS / area) ** 0.5)
    with_them = Pixels.of(page, scale)
    for address in numeric:
        raw.set_active(Handle(address), 0)
    try:
        without = Pixels.of(page, scale)
    finally:
        for address in numeric:
            raw.set_active(Handle(address), 1)
    for index in indexes:
        char = chars[index]
        box = _core(char) if index in plain else Box(char.x0, char.top, char.x1, char.bottom)
        place = _displayed(box, setting)
        is_digit = index in plain and char.text.isdecimal() and setting.turn in {0, 180}
        most, ends = with_them.differs(without, place, scale, least)
        if most < _FAINT:
            found.unseen.add(index)
        elif most < least or (is_digit and ends < least):
            found.odd.add(index)


def _displayed(box: Box, setting: Setting) -> Box:
    """A box of the upright page on the picture of what is displayed, in points."""
    width, height = setting.width, setting.height
    if setting.turn in {90, 270}:
        width, height = height, width
    plain = turned(box, width, height, (360 - setting.turn) % 360)
    left, top = setting.shown.x0, setting.shown.top
    return Box(plain.x0 - left, plain.top - top, plain.x1 - left, plain.bottom - top)
