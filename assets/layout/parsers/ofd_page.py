"""What is drawn on a page of an OFD file: characters, rules and pictures in points.

Clauses are those of GB/T 33190-2016. Lengths there are millimetres from the top left.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assets.layout.model import Box, ReadFailure
from assets.layout.parsers.ofd_base import (
    NUMBER,
    POINTS,
    Matrix,
    Resources,
    children,
    first,
    matrix_of,
    name_of,
    numbers,
)
from assets.layout.parsers.ofd_paint import (
    CLEAR,
    LINE,
    THICK,
    Area,
    Ink,
    Paint,
    bounds_of,
    is_clipped,
    opacity,
    paint_of,
    seen,
)
from assets.layout.parsers.package import Element
from assets.layout.parsers.pdf_drawn import (
    UNREADABLE,
    DrawnPage,
    is_slanted,
    most_common_turn,
    turned,
    upright_turn,
)
from assets.layout.parsers.pdf_text import Char
from schemas.vocabulary import DocumentStatus

MAX_NESTING = 20
"""Drawings within drawings, as deep as they are followed."""
MAX_OBJECTS = 200_000
"""Objects of one page; drawings used within drawings multiply."""
ASCENT = 0.85
"""Share of the size that a character reaches above its baseline, as Chinese fonts do."""
NARROW = 0.5
"""Width of a Latin letter or digit as share of its size, where nothing says better."""

_PATH = re.compile(rf"[A-Za-z]|{NUMBER.pattern}")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
"""Operators of abbreviated paths and how many numbers follow (9.3.3)."""
_PLACEHOLDERS = frozenset("\u00a4\ufffd")
"""What writers put where glyphs are given without characters."""


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """A picture on a page: the part that holds it, its box in points, whether it stands upright."""

    part: str
    box: Box
    is_upright: bool


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character with its turn and how it is painted, before the page is turned."""

    char: Char
    turn: int
    ink: Ink


@dataclass(slots=True)
class _Page:
    number: int
    resources: Resources
    glyphs: list[_Glyph] = field(default_factory=list)
    shapes: list[tuple[Box, bool]] = field(default_factory=list)
    images: list[PlacedImage] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    slanted: int = 0
    unreadable: int = 0
    objects: int = 0


def draw(
    pages: Sequence[Element],
    number: int,
    area: tuple[float, float, float, float],
    resources: Resources,
    over: Sequence[tuple[float, float, float, float]] = (),
) -> tuple[DrawnPage, list[PlacedImage]]:
    """What a page and the templates below it draw, and the pictures among it.

    Args:
        pages: the elements of the templates and of the page itself, in drawing order.
        number: of the page, from 1.
        area: its box in millimetres: x, y, width, height.
        resources: see Resources.
        over: boxes of what lies over all of it, as `area`.
    """
    x, y, width, height = (value * POINTS for value in area)
    page = _Page(number, resources)
    outer = Matrix(POINTS, 0.0, 0.0, POINTS, -x, -y)
    for root in pages:
        content = first(root, "Content")
        if content is not None:
            _content(sorted(content, key=_layer), outer, page)
    for left, top, wide, high in over:
        (x0, y0), (x1, y1) = outer.at(left, top), outer.at(left + wide, top + high)
        page.areas.append(Area(page.objects + 1, Box(x0, y0, x1, y1), None, is_solid=False))
    turn = most_common_turn(glyph.turn for glyph in page.glyphs)
    glyphs = [glyph for glyph in page.glyphs if _on(glyph, width, height)]
    odd, unseen, tinted = seen([(g.char, g.ink) for g in glyphs], page.areas, height)
    shapes = [(turned(box, width, height, turn), stroked) for box, stroked in page.shapes]
    drawn = DrawnPage(
        number,
        width,
        height,
        turn,
        [_turned(glyph.char, width, height, turn) for glyph in glyphs],
        shapes,
        sum((at.box.x1 - at.box.x0) * (at.box.bottom - at.box.top) for at in page.images),
        page.slanted,
        page.unreadable,
        odd=odd | unseen,
        tinted=tinted,
        unseen=unseen,
    )
    return drawn, page.images


def _layer(layer: Element) -> int:
    """Background, body and foreground are drawn in this order (7.7)."""
    return {"Background": 0, "Foreground": 2}.get(str(layer.get("Type")), 1)


def _on(glyph: _Glyph, width: float, height: float) -> bool:
    x, y = glyph.char.middle
    return 0 <= x <= width and 0 <= y <= height


def _turned(char: Char, width: float, height: float, turn: int) -> Char:
    """A character upright; `baseline` holds its place across the line before and after."""
    if not turn:
        return char
    box = turned(Box(char.x0, char.top, char.x1, char.bottom), width, height, turn)
    return Char(
        char.text,
        box.x0,
        box.top,
        box.x1,
        box.bottom,
        box.top + ASCENT * (box.bottom - box.top),
        char.size,
        char.font,
    )


def _content(
    content: Sequence[Element],
    outer: Matrix,
    page: _Page,
    inside: frozenset[str] = frozenset(),
) -> None:
    """Draw layers, blocks and objects in their order.

    `inside` are the drawings that this is part of: one that holds itself is drawn once.
    """
    stack = list(reversed(content))
    while stack:
        item = stack.pop()
        kind = name_of(item)
        if kind in {"Layer", "PageBlock"}:
            stack.extend(reversed(item))
            continue
        page.objects += 1
        if page.objects > MAX_OBJECTS or len(inside) > MAX_NESTING:
            raise ReadFailure(
                DocumentStatus.TOO_LARGE,
                f"page {page.number} draws more than {MAX_OBJECTS} objects, or drawings more than "
                f"{MAX_NESTING} deep; export the file as PDF and take that in",
            )
        if item.get("Visible") in {"false", "0"}:
            continue
        matrix = matrix_of(item).before(outer)
        if kind == "TextObject":
            _text(item, matrix, outer, page)
        elif kind == "PathObject":
            _path(item, matrix, page)
        elif kind == "ImageObject":
            image = _placed(item, matrix, page.resources)
            page.images.append(image)
            if opacity(item) > CLEAR:
                page.areas.append(Area(page.objects, image.box, None, is_solid=False))
        elif kind == "CompositeObject":
            unit = str(item.get("ResourceID"))
            inner = first(page.resources.units.get(unit), "Content")
            if inner is not None and unit not in inside:
                _content(list(inner), matrix, page, inside | {unit})


def _placed(item: Element, matrix: Matrix, resources: Resources) -> PlacedImage:
    """A picture fills the square from (0, 0) to (1, 1) (10)."""
    (x0, y0), (x1, y1) = matrix.at(0, 0), matrix.at(1, 1)
    box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    part = resources.media.get(str(item.get("ResourceID")), "")
    return PlacedImage(part, box, x0 < x1 and y0 < y1 and not (matrix.b or matrix.c))


# Text (11)


def _text(item: Element, matrix: Matrix, outer: Matrix, page: _Page) -> None:
    is_filled = item.get("Fill") not in {"false", "0"}
    if not is_filled and item.get("Stroke") not in {"true", "1"}:
        return
    paint = paint_of(item, "FillColor" if is_filled else "StrokeColor", page.resources)
    if paint.opacity == 0:
        return
    ink = Ink(page.objects, paint, bounds_of(item, outer))
    size = next(iter(numbers(item.get("Size"))), 0.0)
    if size <= 0:
        return
    font = page.resources.fonts.get(str(item.get("Font")), "")
    weight = numbers(item.get("Weight"))
    font += " bold" if weight and weight[0] >= 600 else ""
    scale = next(iter(numbers(item.get("HScale"))), 1.0) or 1.0
    angle = math.radians(next(iter(numbers(item.get("CharDirection"))), 0.0))
    right = matrix.a * math.cos(angle) + matrix.c * math.sin(angle)
    down = matrix.b * math.cos(angle) + matrix.d * math.sin(angle)
    is_mapped = first(item, "CGTransform") is not None
    x = y = 0.0
    for code in children(item, "TextCode"):
        # A place that is not stated is that of the code before.
        x = next(iter(numbers(code.get("X"))), x)
        y = next(iter(numbers(code.get("Y"))), y)
        text = code.text or ""
        if is_slanted(right, -down):
            page.slanted += sum(not char.isspace() for char in text)
            continue
        steps = list(_steps(code, text, size * scale))
        at_x, at_y = x, y
        for char, (dx, dy, known) in zip(text, steps, strict=True):
            width = _width(char, size * scale)
            if known and NARROW * 0.4 * size <= dx <= 1.35 * width:
                width = dx
            lost = char in _PLACEHOLDERS and (is_mapped or char == UNREADABLE)
            page.unreadable += lost
            shown = UNREADABLE if lost else char
            placed = _glyph(shown, at_x, at_y, width, size, angle, matrix, font)
            page.glyphs.append(_Glyph(*placed, ink))
            at_x, at_y = at_x + dx, at_y + dy


def _steps(code: Element, text: str, size: float) -> Iterator[tuple[float, float, bool]]:
    """From each character to the next, in millimetres, and whether the file says so (11.3).

    Where there is no distance at all, all characters would lie on one another; programs then
    advance by the width of the characters, which is estimated here.
    """
    across = _distances(code.get("DeltaX"), len(text))
    down = _distances(code.get("DeltaY"), len(text))
    for index, char in enumerate(text):
        dx = across[index] if index < len(across) else None
        dy = down[index] if index < len(down) else None
        if dx is None and (dy is None or across):
            yield _width(char, size), dy or 0.0, False
        else:
            yield dx or 0.0, dy or 0.0, dx is not None


def _distances(text: str | None, count: int) -> list[float]:
    """A list of distances; `g 3 2.5` stands for three times 2.5 (11.3)."""
    found: list[float] = []
    tokens = (text or "").split()
    at = 0
    while at < len(tokens) and len(found) < count:
        if tokens[at].lower() == "g" and at + 2 < len(tokens):
            times, value = numbers(tokens[at + 1]), numbers(tokens[at + 2])
            if times and value:
                found.extend(value[:1] * max(0, min(int(times[0]), count)))
            at += 3
        else:
            found.extend(numbers(tokens[at])[:1])
            at += 1
    return found


def _width(char: str, size: float) -> float:
    return size if unicodedata.east_asian_width(char) in "WFA" else NARROW * size


def _glyph(
    char: str,
    x: float,
    y: float,
    width: float,
    size: float,
    angle: float,
    matrix: Matrix,
    font: str,
) -> tuple[Char, int]:
    """A character whose baseline starts at (x, y) of its object, and its turn."""
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [
        matrix.at(x + u * cos - v * sin, y + u * sin + v * cos)
        for u, v in ((0, -ASCENT * size), (width, (1 - ASCENT) * size))
    ]
    (x0, y0), (x1, y1) = corners
    right, down = matrix.at(cos, sin)[0] - matrix.e, matrix.at(cos, sin)[1] - matrix.f
    turn = upright_turn(right, -down)
    height = abs(y1 - y0) if turn in {0, 180} else abs(x1 - x0)
    top = min(y0, y1)
    return (
        Char(
            char,
            min(x0, x1),
            top,
            max(x0, x1),
            max(y0, y1),
            matrix.at(x, y)[1] if turn == 0 else max(y0, y1),
            max(height, 1.0),
            font,
        ),
        turn,
    )


# Paths (9.3)


def _path(item: Element, matrix: Matrix, page: _Page) -> None:
    has_stroke, has_fill = (
        item.get("Stroke") not in {"false", "0"},
        item.get("Fill") in {"true", "1"},
    )
    fill = paint_of(item, "FillColor", page.resources)
    stroke = paint_of(item, "StrokeColor", page.resources)
    stroked = has_stroke and not stroke.is_paper
    filled = has_fill and not fill.is_paper
    width = next(iter(numbers(item.get("LineWidth"))), LINE) * math.hypot(matrix.a, matrix.b)
    data = first(item, "AbbreviatedData")
    for points in _subpaths((data.text or "") if data is not None else ""):
        placed = [matrix.at(*point) for point in points]
        xs, ys = [x for x, _ in placed], [y for _, y in placed]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        if has_fill and fill.opacity > CLEAR:
            is_solid = _is_rectangle(placed) and fill.is_opaque and not is_clipped(item)
            page.areas.append(Area(page.objects, box, fill.level, is_solid, fill.is_sheer))
        if has_stroke and width >= THICK and stroke.opacity > CLEAR:
            page.areas += _bars(placed, width, page.objects, stroke)
        if filled and not stroked and _is_rectangle(placed):
            page.shapes.append((box, False))
        if stroked:
            for (x0, y0), (x1, y1) in pairwise(placed):
                if min(abs(x0 - x1), abs(y0 - y1)) < 0.5:
                    box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
                    page.shapes.append((box, True))


def _bars(
    points: Sequence[tuple[float, float]], width: float, order: int, paint: Paint
) -> Iterator[Area]:
    """What thick strokes fill."""
    half = width / 2
    for (x0, y0), (x1, y1) in pairwise(points):
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        box = Box(left - half, top - half, right + half, bottom + half)
        is_level = min(right - left, bottom - top) < half
        yield Area(order, box, paint.level, is_level and paint.is_opaque, paint.is_sheer)


def _is_rectangle(points: Sequence[tuple[float, float]]) -> bool:
    """Whether a filled path is a box: every corner at one of two places on each axis."""
    xs = {round(x, 1) for x, _ in points}
    ys = {round(y, 1) for _, y in points}
    return len(xs) <= 2 and len(ys) <= 2


def _subpaths(data: str) -> Iterator[list[tuple[float, float]]]:
    """Corners of each subpath; a curve counts as nothing, but its end starts the next piece."""
    points: list[tuple[float, float]] = []
    tokens = _PATH.findall(data)
    at = 0
    while at < len(tokens):
        operator = tokens[at].upper()
        count = _OPERANDS.get(operator)
        at += 1
        if count is None:
            continue
        values = [float(t) for t in tokens[at : at + count] if NUMBER.fullmatch(t)]
        if len(values) < count or not all(map(math.isfinite, values)):
            break
        at += count
        if operator == "C":
            if len(points) > 1:
                points.append(points[0])
        elif operator == "L":
            points.append((values[0], values[1]))
        else:
            if len(points) > 1:
                yield points
            points = [(values[-2], values[-1])]
    if len(points) > 1:
        yield points
