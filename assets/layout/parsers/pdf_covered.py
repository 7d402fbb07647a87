"""What may hide characters of a PDFium page: what is drawn over or under them or cuts them off.

Told by where things stand, without drawing; what that does not tell is left open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assets.layout.model import Box
from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_drawn import clamped, turned
from assets.layout.parsers.pdf_objects import Area, Objects
from assets.layout.parsers.pdf_paths import Edges, moved
from assets.layout.parsers.pdf_raw import Handle
from assets.layout.parsers.pdf_text import Char

_TINY = 0.003
"""Share of the height of the page below which a character is a speck: 2.5 points of A4."""
_PART = 0.15
"""Share of a digit's width and height that must be covered to change what it looks like."""
_THIN = 0.04
"""The same of something white from which the drawn page must tell what it left of the digit."""
_GONE = 0.6
"""Share of its area without which it cannot be read at all."""
_ALIKE = 100
"""Levels (of 255) by which a text differs from its ground that need no drawing to be seen."""
_LEAST_GROUND = 4.0
"""Points of the smallest side of what a digit can stand on."""
_BUCKET = 16.0
"""Points of the height in which characters are looked for together."""
_ROWS = 200
"""Such rows of a page, at most; what lies beyond is in the last."""
MAX_PAIRS = 20_000_000
"""Areas times characters that are compared; with more, a drawing, all are taken for odd."""

Upright = Callable[[Edges], Box]
"""A box of user space as a box of the upright page."""


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
class Findings:
    """What is known of the characters by index, and of text objects by address."""

    odd: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    tinted: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)
    """Text objects in question."""
    covered: dict[int, bool] = field(default_factory=dict)
    """Characters of which a part may be under something, with whether that is more than lines."""
    clipped: set[int] = field(default_factory=set)
    """Characters that a path of several parts or of another shape may cut off."""
    covers: set[int] = field(default_factory=set)
    """What that is: addresses of objects, 0 for annotations."""


def core_of(char: Char) -> Box:
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


def _kept(index: int, core: Box, window: Box, found: Findings) -> None:
    """Judge a character of which only what lies in a window is drawn."""
    across, down = _shares(core, window)
    if across * down <= 1 - _GONE:
        found.unseen.add(index)
    elif across < 1 - _PART or down < 1 - _PART:
        found.odd.add(index)


def judge_place(chars: Iterable[tuple[int, Char]], setting: Setting, found: Findings) -> None:
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
            _kept(index, core_of(char), window, found)


def judge_clip(
    objects: Objects,
    address: int,
    indexes: Iterable[int],
    chars: Sequence[Char],
    setting: Setting,
    found: Findings,
) -> None:
    """Characters that the clipping path of their object cuts off."""
    edges, is_plain = _clip(Handle(address))
    if edges is None:
        return
    if not is_plain:
        found.open.add(address)
        found.clipped.update(indexes)
        return
    window = setting.upright(moved(edges, objects.matrices[objects.texts.get(address, (0, 0))[0]]))
    for index in indexes:
        _kept(index, core_of(chars[index]), window, found)


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


def judge_covers(
    objects: Objects,
    chars: Sequence[tuple[int, Char]],
    owners: Sequence[int],
    setting: Setting,
    found: Findings,
) -> None:
    """Characters over which something was drawn: a solid area hides them, anything else may."""
    if not objects.areas:
        return
    places = {index: objects.texts.get(owners[index], (0, 0))[1] for index, _ in chars}
    first = min(places.values(), default=0)
    areas = [area for area in objects.areas if area.at > first]
    if not areas:
        return
    if len(areas) * len(chars) > MAX_PAIRS:
        found.odd.update(places)
        return
    rows: dict[int, list[tuple[int, Box]]] = defaultdict(list)
    for index, char in chars:
        core = core_of(char)
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
                    _cover(index, core, area, box, owners[index], found, is_solid=is_solid)


def _rows(box: Box) -> range:
    first = clamped(box.top / _BUCKET, -_ROWS, _ROWS)
    return range(first, clamped(box.bottom / _BUCKET, first, _ROWS) + 1)


def _cover(
    index: int, core: Box, area: Area, box: Box, owner: int, found: Findings, *, is_solid: bool
) -> None:
    """Judge a character of which a part lies in a box that something drawn later fills."""
    across, down = _shares(core, box)
    least = min(across, down)
    if least < (_THIN if area.is_white else _PART):
        return
    if not is_solid or least < _PART:
        found.open.add(owner)
        found.covered[index] = found.covered.get(index, False) or not area.is_line
        found.covers.add(area.address)
    elif across * down >= _GONE:
        found.unseen.add(index)
    else:
        found.odd.add(index)


def judge_ground(
    objects: Objects,
    chars: Sequence[tuple[int, Char]],
    owners: Sequence[int],
    levels: Mapping[int, int],
    setting: Setting,
    found: Findings,
) -> None:
    """Leave open what has nearly the colour of what lies under it, or lies on a picture.

    Args:
        objects: of the page.
        chars: with their indexes.
        owners: the text object of each character of the page.
        levels: the grey (0 to 255) of each text object.
        setting: where characters stand.
        found: what is known of them.
    """
    inks = {levels[owner] for owner in {owners[index] for index, _ in chars} if owner in levels}
    grounds = [area for area in objects.areas if area.level is not None and _is_broad(area)]
    if not any(_is_alike(area, ink) for area in grounds for ink in inks):
        return
    if len(grounds) * len(chars) > MAX_PAIRS:
        found.odd.update(index for index, _ in chars)
        return
    rows: dict[int, list[tuple[int, Char]]] = defaultdict(list)
    for index, char in chars:
        rows[_rows(core_of(char))[0]].append((index, char))
    under: dict[int, Area] = {}
    for area in grounds:
        box = setting.upright(area.box)
        numbers = _rows(box)
        for number in numbers if len(numbers) < len(rows) else list(rows):
            for index, char in rows.get(number, ()):
                x, y = char.middle
                place = objects.texts.get(owners[index], (0, 0))[1]
                if area.at < place and box.x0 <= x <= box.x1 and box.top <= y <= box.bottom:
                    under[index] = area
    for index, area in under.items():
        owner = owners[index]
        if owner in levels and _is_alike(area, levels[owner]):
            found.open.add(owner)


def _is_broad(area: Area) -> bool:
    x0, y0, x1, y1 = area.box
    return min(x1 - x0, y1 - y0) >= _LEAST_GROUND


def _is_alike(area: Area, ink: int) -> bool:
    return area.level is not None and (area.level < 0 or abs(area.level - ink) < _ALIKE)


def _within(box: Edges, clip: Edges) -> Edges:
    x0, y0 = max(box[0], clip[0]), max(box[1], clip[1])
    return x0, y0, max(min(box[2], clip[2]), x0), max(min(box[3], clip[3]), y0)
