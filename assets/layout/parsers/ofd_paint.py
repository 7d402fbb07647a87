"""Which characters of an OFD page a person sees: their colours, what lies over and under them.

Told by where things stand and how they are painted, without drawing the page; what that does not
tell is taken for odd, so that a cell with it has two readings. Clauses: GB/T 33190-2016.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assets.layout.model import Box
from assets.layout.parsers.ofd_base import Matrix, Resources, children, first, numbers
from assets.layout.parsers.package import Element
from assets.layout.parsers.pdf_drawn import clamped
from assets.layout.parsers.pdf_text import NUMERIC_SIGNS, Char

PAPER = 253
"""Lightness (of 255) from which paint leaves no trace on paper."""
CLEAR = 8
"""Opacity (of 255) up to which nothing is seen."""
OPAQUE = 250
LINE = 0.353
"""Millimetres of a line whose width is not stated (8.2)."""
THICK = 2.0
"""Points from which a line may hide a digit."""
SHEER = 128
"""Opacity from which what is drawn over digits may hide them; markers are clearer."""
ALIKE = 5
"""Levels by which print differs from its ground at least to leave a trace."""
PALE = 105
"""The same to be read with certainty."""
GREY = 40
"""The same where a page is printed so throughout."""
TINY = 0.003
"""Share of the height of the page below which a character is a speck: 2.5 points of A4."""
PART = 0.15
"""Share of a digit's width and height that must be covered to change what it looks like."""
GONE = 0.6
"""Share of its area without which it cannot be read at all."""
OUTSIDE = 0.3
"""Share of its size by which a character may stand beyond the bounds of its object."""
BUCKET = 16.0
"""Points of the height in which characters are looked for together."""
MAX_PAIRS = 5_000_000
"""Areas times characters that are compared; with more, a drawing, all are taken for odd."""
MAX_RELATED = 20
MAX_TALL = 8
"""Buckets that an area lies in; taller ones are looked at with every character."""
MAX_ROW = 100_000
NUMERIC = NUMERIC_SIGNS | frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour: its lightness on paper (0 to 255), None where it is not known, and opacity."""

    level: float | None
    opacity: float

    @property
    def is_paper(self) -> bool:
        """Whether it leaves no trace on paper."""
        return self.opacity == 0 or (self.level is not None and self.level >= PAPER)

    @property
    def is_sheer(self) -> bool:
        """Whether what lies under it is seen through it."""
        return self.opacity < SHEER

    @property
    def is_opaque(self) -> bool:
        """Whether nothing shows through it."""
        return self.opacity >= OPAQUE


@dataclass(frozen=True, slots=True)
class Ink:
    """How a character is painted: when, with what, and the bounds beyond which it is cut off."""

    order: int
    paint: Paint
    bounds: Box | None


@dataclass(frozen=True, slots=True)
class Area:
    """What something fills, in points.

    Attributes:
        order: in which it is drawn.
        box: around it.
        level: its lightness, None for pictures and patterns.
        is_solid: whether it fills the whole box, and nothing shows through it.
        is_sheer: whether what lies under it is seen through it, as under a marker.
    """

    order: int
    box: Box
    level: float | None
    is_solid: bool
    is_sheer: bool = False


def paint_of(item: Element, name: str, resources: Resources) -> Paint:
    """How an object is filled (`FillColor`) or stroked (`StrokeColor`); black where none is said.

    Args:
        item: the object.
        name: of the element that says so.
        resources: hold the drawing parameters that objects share (8.2).
    """
    said = first(item, name)
    related = str(item.get("DrawParam"))
    for _ in range(MAX_RELATED):
        param = resources.params.get(related)
        if said is not None or param is None:
            break
        said, related = first(param, name), str(param.get("Relative"))
    share = opacity(item)
    if said is None:
        return Paint(0.0, share)
    share = share * opacity(said) / 255
    level = _level(said)
    return Paint(None if level is None else 255 - (255 - level) * share / 255, share)


def opacity(element: Element) -> float:
    """0 (nothing is seen) to 255, of an object or a colour."""
    stated = numbers(element.get("Alpha"))
    return min(max(stated[0], 0.0), 255.0) if stated else 255.0


def _level(colour: Element) -> float | None:
    """Lightness of a colour by its components (8.3.2); None for patterns, palettes and others."""
    text = colour.get("Value") or ""
    values = [float(int(v[1:], 16)) if _is_hex(v) else n for v in text.split() for n in _one(v)]
    if len(colour) or len(values) not in {1, 3, 4} or max(values) > 255 or min(values) < 0:
        return None
    if len(values) == 4:  # cyan, magenta, yellow, black
        return max(0.0, 255 - sum(values[:3]) / 3 - values[3])
    return sum(values) / len(values)


def _is_hex(text: str) -> bool:
    return (
        text.startswith("#")
        and len(text) == 3
        and all(c in "0123456789abcdefABCDEF" for c in text[1:])
    )


def _one(text: str) -> list[float]:
    return [0.0] if _is_hex(text) else numbers(text)[:1]


def bounds_of(item: Element, outer: Matrix) -> Box | None:
    """The rectangle beyond which an object is cut off (8.5), None where none is stated."""
    stated = numbers(item.get("Boundary"))
    if len(stated) != 4 or stated[2] <= 0 or stated[3] <= 0:
        return None
    x, y, width, height = stated
    corners = [outer.at(px, py) for px in (x, x + width) for py in (y, y + height)]
    xs, ys = [px for px, _ in corners], [py for _, py in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def is_clipped(item: Element) -> bool:
    """Whether an object is drawn in a part of its bounds only (8.4)."""
    return any(True for _ in children(item, "Clips"))


def seen(
    chars: Sequence[tuple[Char, Ink]], areas: Sequence[Area], height: float
) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Indexes of characters that may not be seen as they are, that nobody sees, that are tinted.

    Args:
        chars: of the page, not turned, with how they are painted.
        areas: what is filled on the page, in drawing order.
        height: of the page in points.
    """
    odd: set[int] = set()
    unseen: set[int] = set()
    numeric = [
        (i, char, ink)
        for i, (char, ink) in enumerate(chars)
        if char.text in NUMERIC or char.text.isdecimal()
    ]
    if len(areas) * len(numeric) > MAX_PAIRS:
        return frozenset(i for i, _, _ in numeric), frozenset(), frozenset()
    near = _by_height(areas)
    contrast: dict[int, float] = {}
    for index, char, ink in numeric:
        core = _core(char)
        ground: float | None = 255.0
        for area in near(core):
            across, down = _shares(core, area.box)
            if area.order < ink.order:
                if across * down > GONE:
                    ground = area.level
            elif area.order > ink.order and not area.is_sheer and min(across, down) >= PART:
                is_gone = area.is_solid and across * down >= GONE
                (unseen if is_gone else odd).add(index)
        if char.size < TINY * height:
            unseen.add(index)
        if ink.bounds is not None and _is_beyond(core, ink.bounds, OUTSIDE * char.size):
            odd.add(index)
        if ground is None or ink.paint.level is None:
            # On a picture, or in a pattern: dark print is seen on most, pale print on few.
            contrast[index] = 255 - (ink.paint.level if ink.paint.level is not None else 255)
        else:
            contrast[index] = abs(ground - ink.paint.level)
    levels = [ink.paint.level for _, ink in chars if ink.paint.level is not None]
    is_grey = 2 * sum(GREY <= 255 - level < PALE for level in levels) > len(chars)
    unseen |= {index for index, value in contrast.items() if value <= ALIKE}
    least = GREY if is_grey else PALE
    odd |= {index for index, value in contrast.items() if value < least}
    usual = Counter(ink.paint for _, _, ink in numeric).most_common(1)
    tinted = {index for index, _, ink in numeric if ink.paint != usual[0][0]}
    return frozenset(odd), frozenset(unseen), frozenset(tinted)


def _core(char: Char) -> Box:
    """The part of a character's box that its ink fills, if it is a digit."""
    width, tall = char.x1 - char.x0, char.bottom - char.top
    return Box(
        char.x0 + 0.1 * width,
        char.top + 0.2 * tall,
        char.x1 - 0.1 * width,
        char.bottom - 0.2 * tall,
    )


def _shares(core: Box, other: Box) -> tuple[float, float]:
    """The shares of the width and the height of a box that lie in another."""
    across = min(core.x1, other.x1) - max(core.x0, other.x0)
    down = min(core.bottom, other.bottom) - max(core.top, other.top)
    return (
        min(max(across / max(core.x1 - core.x0, 0.01), 0.0), 1.0),
        min(max(down / max(core.bottom - core.top, 0.01), 0.0), 1.0),
    )


def _is_beyond(core: Box, bounds: Box, spare: float) -> bool:
    x, y = (core.x0 + core.x1) / 2, (core.top + core.bottom) / 2
    return not (
        bounds.x0 - spare <= x <= bounds.x1 + spare
        and bounds.top - spare <= y <= bounds.bottom + spare
    )


def _row(top: float) -> int:
    return clamped(top / BUCKET, -MAX_ROW, MAX_ROW)


def _by_height(areas: Sequence[Area]) -> Callable[[Box], list[Area]]:
    """Gives the areas that may touch a box, in drawing order."""
    rows: dict[int, list[Area]] = defaultdict(list)
    tall: list[Area] = []
    for area in areas:
        first_row, last_row = _row(area.box.top), _row(area.box.bottom)
        if last_row - first_row > MAX_TALL:
            tall.append(area)
            continue
        for row in range(first_row, last_row + 1):
            rows[row].append(area)

    def near(box: Box) -> list[Area]:
        found = {id(area): area for area in tall}
        for row in range(_row(box.top), min(_row(box.bottom), _row(box.top) + MAX_TALL) + 1):
            found |= {id(area): area for area in rows.get(row, ())}
        return sorted(found.values(), key=lambda area: area.order)

    return near
