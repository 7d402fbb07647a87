"""What a PDFium page draws besides characters: rules, fills, pictures, fields; and its texts."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_raw import Handle

_MAX_SHAPES = 50_000
"""Shapes of a page that are looked at; a page with more is a drawing, not a table."""
_MAX_FIELDS = 2_000
"""Annotations of a page that are looked at."""
_WHITE = 252
"""Components (of 255) from which a colour is white: 0.99, as the reference has it."""
_PALE = 150
"""Mean of the components from which text may be a watermark; text to be read is darker."""
_TWICE, _LEAST_TWICE = 0.13, 0.85
"""Share of its height (0.7 of the size), and points, by which fake bold shifts a run at most."""
_BUCKET = 16.0
"""Points of the height in which texts are looked for together."""
_MAX_PAIRS = 20_000_000
"""Areas times texts that are compared; with more, a drawing, all are taken for odd."""

_LINE, _MOVE, _CURVE = (
    pdfium.FPDF_SEGMENT_LINETO,
    pdfium.FPDF_SEGMENT_MOVETO,
    pdfium.FPDF_SEGMENT_BEZIERTO,
)
_INVISIBLE = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
_SHOWING = {
    pdfium.FPDF_ANNOT_FREETEXT: b"Contents",
    pdfium.FPDF_ANNOT_WIDGET: b"V",
    pdfium.FPDF_ANNOT_STAMP: b"Contents",
}
"""Annotations that print something, with the entry that says what."""

Matrix = tuple[float, float, float, float, float, float]
Edges = tuple[float, float, float, float]
"""Left, lower, right and upper edge, y upwards."""
Point = tuple[float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Objects:
    """What the page's list of objects holds, forms followed.

    Attributes:
        texts: address of each text object, with the form that holds it and its place in the order
            of drawing.
        shapes: what can be a rule, with whether its outline is drawn.
        fills: filled areas that are no rules, with their place and whether they are white.
        covers: pictures and fields, with the text that a field is known to show.
        image_area: square points of pictures.
        replaced: texts that are given a second time, for searching.
    """

    texts: dict[int, tuple[int, int]] = field(default_factory=dict)
    shapes: list[tuple[Edges, bool]] = field(default_factory=list)
    fills: list[tuple[Edges, int, bool]] = field(default_factory=list)
    covers: list[tuple[Edges, str]] = field(default_factory=list)
    image_area: float = 0.0
    replaced: int = 0


def page_objects(page: Any, thickness: float, depth: int) -> Objects:
    """Texts, shapes and pictures of a page and of the forms on it.

    Args:
        page: a pypdfium2 page.
        thickness: points up to which a shape is one rule.
        depth: forms inside forms, as deep as they are followed.
    """
    found = Objects()
    handle = raw.handle_of(page)
    count = pdfium.FPDFPage_CountObjects(page.raw)
    stack = [([raw.page_object(handle, i) for i in range(count)], _UNIT, 0, depth, -1)]
    forms = 0
    while stack:
        members, matrix, form, left, place = stack.pop()
        for number, obj in enumerate(members):
            kind = raw.object_type(obj)
            # What a form holds is drawn when the form is.
            at = number if place < 0 else place
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                found.texts[obj.value] = form, at
                if raw.mark_count(obj) > 0:
                    found.replaced += _is_replaced(obj)
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                if len(found.shapes) + len(found.fills) < _MAX_SHAPES:
                    _add_shapes(found, obj, matrix, thickness, at)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                x0, y0, x1, y1 = box = _moved(bounds_of(obj), matrix)
                found.image_area += (x1 - x0) * (y1 - y0)
                found.covers.append((box, ""))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and left:
                forms += 1
                inner = [raw.form_object(obj, i) for i in range(max(raw.form_count(obj), 0))]
                stack.append((inner, _times(_matrix_of(obj), matrix), forms, left - 1, at))
    fields = min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAX_FIELDS)
    for index in range(fields):
        found.covers += _shown(page, index)
    return found


def _shown(page: Any, index: int) -> list[tuple[Edges, str]]:
    """Where an annotation prints something, and what."""
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
    if not annotation:
        return []
    try:
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        rect = pdfium.FS_RECTF()
        if (
            kind not in _SHOWING
            or pdfium.FPDFAnnot_GetFlags(annotation) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
            or not pdfium.FPDFAnnot_GetRect(annotation, rect)
        ):
            return []
        text = ctypes.create_string_buffer(512)
        to_text = ctypes.cast(text, ctypes.POINTER(pdfium.FPDF_WCHAR))
        pdfium.FPDFAnnot_GetStringValue(annotation, _SHOWING[kind], to_text, 512)
        says = text.raw.decode("utf-16-le", "replace").split("\0")[0].strip()
        # An empty field prints nothing; a stamp is a drawing.
        if not says and kind != pdfium.FPDF_ANNOT_STAMP:
            return []
        bottom, top = sorted((rect.bottom, rect.top))
        return [((rect.left, bottom, rect.right, top), says)]
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def odd_texts(objects: Objects, seen: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Text objects that may not be text of the page, and those of another colour than most.

    The first are hidden, covered, or pale among dark ones.

    Args:
        objects: of the page.
        seen: text objects that gave characters.
    """
    odd: set[int] = set()
    pale: list[int] = []
    colors: dict[int, tuple[int, ...]] = {}
    for address in seen:
        obj = Handle(address)
        if raw.render_mode(obj) in _INVISIBLE:
            odd.add(address)
        elif raw.fill_color(obj, *raw.TO_PARTS):
            color = tuple([part.value for part in raw.PARTS])
            colors[address] = color
            if (765 - sum(color[:3])) * color[3] < (765 - 3 * _PALE) * 255:
                pale.append(address)
    # White on a coloured ground is printed to be read, and so is a page that is grey altogether.
    if 2 * len(pale) <= len(colors):
        is_large = len(pale) * len(objects.fills) > _MAX_PAIRS
        odd.update(a for a in pale if is_large or not _has_ground(objects, a))
    if any(is_white for _, _, is_white in objects.fills):
        odd.update(_painted_over(objects))
    usual = Counter(colors.values()).most_common(1)
    tinted = {address for address, color in colors.items() if color != usual[0][0]}
    return frozenset(odd), frozenset(tinted)


def _has_ground(objects: Objects, address: int) -> bool:
    form, at = objects.texts.get(address, (0, 0))
    if form:
        return False
    x, y = _middle(bounds_of(Handle(address)))
    return any(
        x0 <= x <= x1 and y0 <= y <= y1
        for (x0, y0, x1, y1), place, is_white in objects.fills
        if place < at and not is_white
    )


def _painted_over(objects: Objects) -> Iterator[int]:
    """Texts that a white area was drawn over."""
    first = min((at for form, at in objects.texts.values() if not form), default=0)
    fills = [(box, at) for box, at, is_white in objects.fills if is_white and at > first]
    if not fills:
        return
    if len(fills) * len(objects.texts) > _MAX_PAIRS:
        yield from objects.texts
        return
    rows: dict[int, list[tuple[float, float, int, int]]] = {}
    for address, (form, at) in objects.texts.items():
        if not form:
            x, y = _middle(bounds_of(Handle(address)))
            rows.setdefault(int(y // _BUCKET), []).append((x, y, at, address))
    for (x0, y0, x1, y1), place in fills:
        # A fill as high as the page has no more rows than the page has texts.
        numbers = range(int(y0 // _BUCKET), int(y1 // _BUCKET) + 1)
        for number in numbers if len(numbers) < len(rows) else list(rows):
            for x, y, at, address in rows.get(number, ()):
                if at < place and x0 <= x <= x1 and y0 <= y <= y1:
                    yield address


def _middle(box: Edges) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def has_lost(texts: dict[int, tuple[int, int]], seen: Iterable[int]) -> bool:
    """Whether a text object that shows something gave no characters and is no repetition.

    Args:
        texts: text objects of the page, with the form that holds each.
        seen: text objects that gave characters.
    """
    lost = texts.keys() - seen
    if not lost:
        return False
    kept: dict[tuple[int, int, int], list[Edges]] = {}
    for obj, (form, _) in texts.items():
        if obj not in lost:
            box = bounds_of(Handle(obj))
            kept.setdefault((form, round(box[0] / 8), round(box[1] / 8)), []).append(box)
    for obj in lost:
        form = texts[obj][0]
        box = bounds_of(Handle(obj))
        height = box[3] - box[1]
        if height < 0.01 or box[2] - box[0] < 0.01:
            continue  # spaces only
        column, row = round(box[0] / 8), round(box[1] / 8)
        near = (
            other
            for c in (column - 1, column, column + 1)
            for r in (row - 1, row, row + 1)
            for other in kept.get((form, c, r), ())
        )
        reach = max(_TWICE * height, _LEAST_TWICE)
        if not any(
            all(abs(a - b) <= reach for a, b in zip(box, other, strict=True)) for other in near
        ):
            return True
    return False


def bounds_of(obj: Handle) -> Edges:
    """The box of an object; all 0 where it has none."""
    if not raw.bounds(obj, *raw.TO_EDGES):
        return 0.0, 0.0, 0.0, 0.0
    x0, y0, x1, y1 = raw.EDGES
    return x0.value, y0.value, x1.value, y1.value


def _is_replaced(obj: Handle) -> bool:
    """Whether the text of an object is given a second time, for searching."""
    return any(
        raw.mark_param_type(raw.mark(obj, index), b"ActualText") == pdfium.FPDF_OBJECT_STRING
        for index in range(raw.mark_count(obj))
    )


def _matrix_of(obj: Handle) -> Matrix:
    if not raw.matrix(obj, raw.TO_MATRIX):
        return _UNIT
    m = raw.MATRIX
    return m.a, m.b, m.c, m.d, m.e, m.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        (e * h + f * j + m),
    )


def _moved(box: Edges, matrix: Matrix) -> Edges:
    if matrix == _UNIT:
        return box
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_white(obj: Handle, color: Any) -> bool:
    if not color(obj, *raw.TO_PARTS):
        return False  # a pattern: something is drawn
    red, green, blue, _ = raw.PARTS
    return min(red.value, green.value, blue.value) >= _WHITE


def _add_shapes(found: Objects, obj: Handle, matrix: Matrix, thickness: float, at: int) -> None:
    """What can be a rule on a path, and the area that it fills."""
    if not raw.draw_mode(obj, *raw.TO_MODES):
        return
    fill, stroke = (mode.value for mode in raw.MODES)
    stroked = bool(stroke) and not _is_white(obj, raw.stroke_color)
    count = raw.segment_count(obj)
    filled = False
    if fill:
        white = _is_white(obj, raw.fill_color)
        filled = not white
        box = _moved(bounds_of(obj), matrix)
        is_thin = min(box[2] - box[0], box[3] - box[1]) <= thickness
        if not is_thin:
            found.fills.append((box, at, white))
        if not stroke and count <= 5:
            # One filled area: only a thin one is a rule, and its bounds say all.
            if is_thin and filled:
                found.shapes.append((box, False))
            return
    if not stroked and not filled:
        return
    for points, is_straight in _outlines(obj, min(count, _MAX_SHAPES), matrix):
        _add_outline(found.shapes, points, thickness, is_straight, stroked)


def _add_outline(
    shapes: list[tuple[Edges, bool]],
    points: list[Point],
    thickness: float,
    is_straight: bool,
    stroked: bool,
) -> None:
    """One part of a path: a rule or frame as a whole, or those of its strokes that are level."""
    if len(points) == 2:
        (ax, ay), (bx, by) = points
        box = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    else:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = (min(xs), min(ys), max(xs), max(ys))
    if (
        box[2] - box[0] <= thickness
        or box[3] - box[1] <= thickness
        or (is_straight and _is_rectangle(points))
    ):
        shapes.append((box, stroked))
    elif stroked:
        # A path of several straight strokes, such as a whole frame drawn in one go.
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(x0 - x1) < 0.5 or abs(y0 - y1) < 0.5:
                shapes.append(((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), True))


def _is_rectangle(points: list[Point]) -> bool:
    """Whether the points run once around a level rectangle and back to the first."""
    if len(points) != 5 or points[0] != points[4]:
        return False
    (ax, ay), (bx, by), (cx, cy), (dx, dy), _ = points
    return (ax == bx and by == cy and cx == dx and dy == ay) or (
        ay == by and bx == cx and cy == dy and dx == ax
    )


def _outlines(obj: Handle, count: int, outer: Matrix) -> Iterator[tuple[list[Point], bool]]:
    """The parts of a path as points in page space, with whether all sides are straight."""
    matrix = _matrix_of(obj)
    a, b, c, d, e, f = matrix if outer == _UNIT else _times(matrix, outer)
    is_unit = (a, b, c, d, e, f) == _UNIT
    to_x, to_y = raw.TO_POINT
    px, py = raw.POINT
    points: list[Point] = []
    straight = True
    for index in range(count):
        segment = raw.segment(obj, index)
        kind = raw.segment_type(segment)
        if kind != _LINE:
            if kind == _MOVE and points:
                if len(points) > 1:
                    yield points, straight
                points, straight = [], True
            elif kind == _CURVE:
                straight = False
        raw.segment_point(segment, to_x, to_y)
        x, y = px.value, py.value
        if not is_unit:
            # A thousandth of a point is the noise of the engine's single precision.
            x, y = round(a * x + c * y + e, 3), round(b * x + d * y + f, 3)
        points.append((x, y))
        if kind != _MOVE and points[0] != points[-1] and raw.segment_closes(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, straight
