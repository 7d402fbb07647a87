"""Paths of a PDFium page: which parts of them can be rules, in the space of the page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, repeat

import pypdfium2.raw as pdfium

from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_raw import Handle

_LINE, _MOVE, _CURVE = (
    pdfium.FPDF_SEGMENT_LINETO,
    pdfium.FPDF_SEGMENT_MOVETO,
    pdfium.FPDF_SEGMENT_BEZIERTO,
)
RECTANGLE = 5
"""Points of a rectangle that ends where it began."""
_LEVEL = 0.5
"""Points by which a level stroke may rise."""
_STROKE = 2
"""Points of a single straight stroke."""
_ONE_OUTLINE = [_MOVE, *[_LINE] * (RECTANGLE - 1)]
"""The segments of a rectangle."""

Matrix = tuple[float, float, float, float, float, float]
Edges = tuple[float, float, float, float]
"""Left, lower, right and upper edge, y upwards."""
Point = tuple[float, float]
Shape = tuple[Edges, bool]
"""What can be a rule, with whether its outline is drawn."""
Stroke = tuple[Point, Point]
"""The ends of a straight line."""
UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def bounds_of(obj: Handle) -> Edges:
    """The box of an object; all 0 where it has none."""
    if not raw.bounds(obj, *raw.TO_EDGES):
        return 0.0, 0.0, 0.0, 0.0
    x0, y0, x1, y1 = raw.EDGES
    return x0.value, y0.value, x1.value, y1.value


def matrix_of(obj: Handle) -> Matrix:
    """How the space of an object becomes that of what holds it."""
    if not raw.matrix(obj, raw.TO_MATRIX):
        return UNIT
    m = raw.MATRIX
    return m.a, m.b, m.c, m.d, m.e, m.f


def times(first: Matrix, then: Matrix) -> Matrix:
    """One change of space after the other."""
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


def inverse(matrix: Matrix) -> Matrix | None:
    """The change of space that takes another one back, None where there is none."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    if not area:
        return None
    a, b, c, d = d / area, -b / area, -c / area, a / area
    return a, b, c, d, -(e * a + f * c), -(e * b + f * d)


def moved(box: Edges, matrix: Matrix) -> Edges:
    """The box around a box after a change of its space."""
    if matrix == UNIT:
        return box
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def add_outlines(
    shapes: list[Shape],
    obj: Handle,
    count: int,
    outer: Matrix,
    thickness: float,
    *,
    stroked: bool,
) -> list[Stroke]:
    """Add what of a path can be a rule; what remains are lines that are not level.

    Args:
        shapes: where rules are added, with whether their outline is drawn.
        obj: the path.
        count: its points.
        outer: how the space of the form that holds it becomes that of the page.
        thickness: points up to which a shape is one rule.
        stroked: whether its outline is drawn.

    Returns:
        The outlines that are not level throughout, as straight strokes; curves by their control
        points, which lie near them.
    """
    if count == _STROKE and _add_stroke(shapes, obj, outer, thickness, stroked):
        return []
    others: list[Stroke] = []
    for points, is_straight in _outlines(obj, count, outer):
        if is_straight and _is_rectangle(points):
            (ax, ay), _, (cx, cy), _, _ = points
            box = (min(ax, cx), min(ay, cy), max(ax, cx), max(ay, cy))
            shapes.append((box, stroked))
            continue
        _add_outline(shapes, points, thickness, stroked)
        if not is_straight or not all(map(_is_level, pairwise(points))):
            others += pairwise(points)
    return others


def _add_stroke(
    shapes: list[Shape], obj: Handle, outer: Matrix, thickness: float, stroked: bool
) -> bool:
    """A single straight stroke, where it is a rule; False where it is not."""
    start, end = raw.segment(obj, 0), raw.segment(obj, 1)
    if raw.segment_type(start) != _MOVE or raw.segment_type(end) != _LINE:
        return False
    xs, ys = raw.XS, raw.YS
    raw.segment_point(start, raw.TO_XS[0], raw.TO_YS[0])
    raw.segment_point(end, raw.TO_XS[1], raw.TO_YS[1])
    (ax, ay), (bx, by) = _moved_points([(xs[0], ys[0]), (xs[1], ys[1])], obj, outer)
    if abs(ax - bx) >= _LEVEL and abs(ay - by) >= _LEVEL:
        return False
    if abs(ax - bx) > thickness and abs(ay - by) > thickness:
        return False
    shapes.append(((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), stroked))
    return True


def _add_outline(shapes: list[Shape], points: list[Point], thickness: float, stroked: bool) -> None:
    """One part of a path: a rule as a whole, or those of its strokes that are level."""
    if len(points) == 2:
        (ax, ay), (bx, by) = points
        box = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    else:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = (min(xs), min(ys), max(xs), max(ys))
    if box[2] - box[0] <= thickness or box[3] - box[1] <= thickness:
        shapes.append((box, stroked))
    elif stroked:
        # A path of several straight strokes, such as a whole frame drawn in one go.
        for (x0, y0), (x1, y1) in filter(_is_level, pairwise(points)):
            shapes.append(((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), True))


def _is_level(stroke: Stroke) -> bool:
    """Whether a straight stroke runs across or down."""
    (ax, ay), (bx, by) = stroke
    return abs(ax - bx) < _LEVEL or abs(ay - by) < _LEVEL


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
    segments = list(map(raw.segment, repeat(obj, count), range(count)))
    kinds = list(map(raw.segment_type, segments))
    places = _places(segments, obj, outer)
    if (
        kinds == _ONE_OUTLINE
        and places[0] == places[-1]
        and not any(map(raw.segment_closes, segments[1:-1]))
    ):
        yield places, True
        return
    points: list[Point] = []
    straight = True
    for segment, kind, place in zip(segments, kinds, places, strict=True):
        if kind != _LINE:
            if kind == _MOVE and points:
                if len(points) > 1:
                    yield points, straight
                points, straight = [], True
            elif kind == _CURVE:
                straight = False
        points.append(place)
        if kind != _MOVE and points[0] != points[-1] and raw.segment_closes(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, straight


def _places(segments: list[Handle], obj: Handle, outer: Matrix) -> list[Point]:
    """The points of the segments of a path in page space."""
    places: list[Point] = []
    for start in range(0, len(segments), raw.POINTS):
        # Each call writes x and y into places of their own.
        count = len([*map(raw.segment_point, segments[start:], raw.TO_XS, raw.TO_YS)])
        places += zip(raw.XS[:count], raw.YS[:count], strict=True)
    return _moved_points(places, obj, outer)


def _moved_points(places: list[Point], obj: Handle, outer: Matrix) -> list[Point]:
    """Points of a path in page space."""
    matrix = matrix_of(obj)
    matrix = matrix if outer == UNIT else times(matrix, outer)
    if matrix == UNIT:
        return places
    a, b, c, d, e, f = matrix
    # A thousandth of a point is the noise of the engine's single precision.
    return [(round(a * x + c * y + e, 3), round(b * x + d * y + f, 3)) for x, y in places]
