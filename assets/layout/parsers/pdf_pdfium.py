"""The daily engine: a PDFium page as drawn objects, many times faster than the reference.

PDFium's text page is made for searching: it joins runs, adds spaces, leaves out what it takes for
a character drawn twice, and prints the ActualText of a run instead of its characters. What it may
have lost or changed is said as a doubt of the page, which is then read by the reference, too.
PDFium is not thread safe; documents are read in processes of their own.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.layout.model import Box
from assets.layout.parsers.pdf_drawn import (
    LOST,
    UNREADABLE,
    DrawnPage,
    is_slanted,
    turned,
    upright_turn,
)
from assets.layout.parsers.pdf_text import Char

_MAX_SHAPES = 50_000
"""Shapes of a page that are looked at; a page with more is a drawing, not a table."""
_WHITE = 252
"""Components (of 255) from which a colour is white: 0.99, as the reference has it."""
_LETTER = (0.0, 0.0, 612.0, 792.0)
_TWICE = 0.25
"""Share of the size within which the same run again is fake bold (as for single characters)."""
_LESS_TURNED = 0.1
"""Share of characters that run another way than the rest from which the page is odd."""
_HYPHENS = frozenset({0x02, 0xFFFE})
"""What PDFium puts for a hyphen at the end of a line."""

_LINE, _MOVE, _CURVE = (
    pdfium.FPDF_SEGMENT_LINETO,
    pdfium.FPDF_SEGMENT_MOVETO,
    pdfium.FPDF_SEGMENT_BEZIERTO,
)

Matrix = tuple[float, float, float, float, float, float]
Edges = tuple[float, float, float, float]
"""Left, lower, right and upper edge, y upwards."""
Point = tuple[float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    """A PDFium function that takes and gives handles as plain addresses.

    Building a typed pointer for each character costs more than the call.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_P, _INT, _UINT = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint
_text_object = _plain(pdfium.FPDFText_GetTextObject, _P, _P, _INT)
_page_object = _plain(pdfium.FPDFPage_GetObject, _P, _P, _INT)
_form_object = _plain(pdfium.FPDFFormObj_GetObject, _P, _P, ctypes.c_ulong)
_segment = _plain(pdfium.FPDFPath_GetPathSegment, _P, _P, _INT)
_type = _plain(pdfium.FPDFPageObj_GetType, _INT, _P)
_matrix = _plain(pdfium.FPDFPageObj_GetMatrix, _INT, _P, _P)
_bounds = _plain(pdfium.FPDFPageObj_GetBounds, _INT, _P, _P, _P, _P, _P)
_draw_mode = _plain(pdfium.FPDFPath_GetDrawMode, _INT, _P, _P, _P)
_fill_color = _plain(pdfium.FPDFPageObj_GetFillColor, _INT, _P, _P, _P, _P, _P)
_stroke_color = _plain(pdfium.FPDFPageObj_GetStrokeColor, _INT, _P, _P, _P, _P, _P)
_segments = _plain(pdfium.FPDFPath_CountSegments, _INT, _P)
_point = _plain(pdfium.FPDFPathSegment_GetPoint, _INT, _P, _P, _P)
_segment_type = _plain(pdfium.FPDFPathSegment_GetType, _INT, _P)
_closes = _plain(pdfium.FPDFPathSegment_GetClose, _INT, _P)
_form_count = _plain(pdfium.FPDFFormObj_CountObjects, _INT, _P)
_font = _plain(pdfium.FPDFTextObj_GetFont, _P, _P)
_descent = _plain(pdfium.FPDFFont_GetDescent, _INT, _P, ctypes.c_float, _P)
_font_name = _plain(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, _P, _P, ctypes.c_size_t)
_mark_count = _plain(pdfium.FPDFPageObj_CountMarks, _INT, _P)
_mark = _plain(pdfium.FPDFPageObj_GetMark, _P, _P, ctypes.c_ulong)
_mark_param_type = _plain(pdfium.FPDFPageObjMark_GetParamValueType, _INT, _P, ctypes.c_char_p)
_unicode = _plain(pdfium.FPDFText_GetUnicode, _UINT, _P, _INT)
_generated = _plain(pdfium.FPDFText_IsGenerated, _INT, _P, _INT)
_no_unicode = _plain(pdfium.FPDFText_HasUnicodeMapError, _INT, _P, _INT)
_loose_box = _plain(pdfium.FPDFText_GetLooseCharBox, _INT, _P, _INT, _P)
_origin = _plain(pdfium.FPDFText_GetCharOrigin, _INT, _P, _INT, _P, _P)
_char_matrix = _plain(pdfium.FPDFText_GetMatrix, _INT, _P, _INT, _P)
_font_size = _plain(pdfium.FPDFText_GetFontSize, ctypes.c_double, _P, _INT)


# Where PDFium writes its answers. They are shared, since one process reads one page at a time, and
# read at once; making them anew for every object would cost more than the calls.
_PARTS = tuple(_UINT() for _ in range(4))
_MODES = (_INT(), _INT())
_POINT = (ctypes.c_float(), ctypes.c_float())
_EDGES = tuple(ctypes.c_float() for _ in range(4))
_MATRIX = pdfium.FS_MATRIX()
_TO_PARTS, _TO_MODES, _TO_POINT, _TO_EDGES = (
    tuple(map(ctypes.byref, buffers)) for buffers in (_PARTS, _MODES, _POINT, _EDGES)
)
_TO_MATRIX = ctypes.byref(_MATRIX)


class Frame(NamedTuple):
    """How user space becomes the displayed page: media box and clockwise rotation."""

    x0: float
    y0: float
    x1: float
    y1: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed."""
        width, height = self.x1 - self.x0, self.y1 - self.y0
        return (height, width) if self.rotation in {90, 270} else (width, height)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box of user space, from the top left of the displayed page."""
        plain = Box(x0 - self.x0, self.y1 - y1, x1 - self.x0, self.y1 - y0)
        return turned(plain, self.x1 - self.x0, self.y1 - self.y0, self.rotation)


class _Run(NamedTuple):
    """What the characters of one text object share; `below` is their depth under the baseline."""

    size: float
    below: float
    font: str
    turn: int
    slanted: bool


_Printed = tuple[str, _Run, float, float, float, float, float, float]
"""A character in user space: text, run, left, lower, right and upper edge, origin."""


@dataclass(slots=True)
class _Objects:
    """What the page's list of objects holds, forms followed. Boxes are (x0, y0, x1, y1)."""

    texts: dict[int, int] = field(default_factory=dict)
    shapes: list[tuple[Edges, bool]] = field(default_factory=list)
    image_area: float = 0.0
    replaced: int = 0


def frame_of(page: Any) -> Frame:
    """The frame of a pypdfium2 page; without a media box of its own, what is displayed."""
    edges = [ctypes.c_float() for _ in range(4)]
    if pdfium.FPDFPage_GetMediaBox(page.raw, *map(ctypes.byref, edges)):
        x0, y0, x1, y1 = (edge.value for edge in edges)
    else:
        x0, y0, x1, y1 = page.get_bbox()
    rotation = pdfium.FPDFPage_GetRotation(page.raw) * 90
    return Frame(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), rotation)


def has_size(page: Any) -> bool:
    """Whether the file says how large a page is; where it does not, PDFium takes US Letter."""
    edges = tuple(ctypes.byref(ctypes.c_float()) for _ in range(4))
    return bool(pdfium.FPDFPage_GetMediaBox(page.raw, *edges)) or page.get_bbox() != _LETTER


def draw_page(page: Any, number: int, thickness: float, max_nested_forms: int) -> DrawnPage:
    """What is drawn on a pypdfium2 page.

    Args:
        page: a pypdfium2 page; stays open.
        number: its number, from 1.
        thickness: points up to which a shape is one rule.
        max_nested_forms: forms inside forms, as deep as they are followed.

    Raises:
        PdfiumError: the text of the page cannot be loaded.
    """
    frame = frame_of(page)
    width, height = frame.size
    objects = _objects(page, thickness, max_nested_forms)
    text_page = page.get_textpage()
    try:
        chars, turn, slanted, unreadable, doubts = _chars(text_page, frame, objects)
    finally:
        text_page.close()
    shapes = [
        (turned(frame.box(*box), width, height, turn), stroked) for box, stroked in objects.shapes
    ]
    return DrawnPage(
        number,
        width,
        height,
        turn,
        chars,
        shapes,
        objects.image_area,
        slanted,
        unreadable,
        doubts,
    )


def _chars(
    text_page: Any, frame: Frame, objects: _Objects
) -> tuple[list[Char], int, int, int, tuple[str, ...]]:
    """Characters upright, the turn that makes them so, slanted and unreadable ones, doubts."""
    raw, runs, slanted, unreadable = _printed(text_page, frame)
    turns = Counter(run.turn for _, run, *_ in raw)
    turn = turns.most_common(1)[0][0] if turns else 0
    doubts = []
    if len(raw) - turns[turn] > _LESS_TURNED * len(raw):
        doubts.append("text runs in several directions")
    if unreadable:
        doubts.append("characters without a readable code")
    if objects.replaced:
        doubts.append("text with a replacement for searching")
    if _has_lost(objects.texts, runs):
        doubts.append(LOST)
    return list(_upright(raw, frame, turn)), turn, slanted, unreadable, tuple(doubts)


def _printed(
    text_page: Any, frame: Frame
) -> tuple[list[_Printed], dict[int | None, _Run], int, int]:
    """Characters in user space, what was learned per text object, slanted and unreadable ones."""
    handle = ctypes.cast(text_page.raw, _P).value
    runs: dict[int | None, _Run] = {}
    raw: list[_Printed] = []
    fonts: dict[int, tuple[str, float]] = {}
    slanted = unreadable = 0
    rect = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    to_rect, to_x, to_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
    high = 0
    last: int | None = -1
    run: _Run | None = None
    origins: dict[int | None, Point] = {}
    at_x = at_y = 0.0
    for index in range(text_page.count_chars()):
        code = _unicode(handle, index)
        if code in (13, 10) or (code == 32 and _generated(handle, index)):
            continue
        owner = _text_object(handle, index)
        if owner != last:
            last = owner
            run = runs.get(owner)
            if run is None:
                run = runs[owner] = _run(handle, index, owner, fonts, frame.rotation)
                # Level text of one object shares its baseline.
                _origin(handle, index, to_x, to_y)
                origins[owner] = x.value, y.value
            at_x, at_y = origins[owner]
        if run is None or run.slanted:
            slanted += code != 32
            continue
        if not _loose_box(handle, index, to_rect):
            continue
        if 0xD800 <= code < 0xE000:
            # Beyond 65535 a character comes as two halves.
            if code < 0xDC00:
                high = code
                continue
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else code
        high = 0
        text = _text(code, bool(_no_unicode(handle, index)))
        if not text:
            continue
        unreadable += text == UNREADABLE
        raw.append((text, run, rect.left, rect.bottom, rect.right, rect.top, at_x, at_y))
    return raw, runs, slanted, unreadable


def _text(code: int, is_unmapped: bool) -> str:
    """The character of a code; empty for what prints nothing."""
    if is_unmapped or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return UNREADABLE
    if code in _HYPHENS:
        return "-"
    return chr(code) if code else ""


def _upright(raw: list[_Printed], frame: Frame, turn: int) -> Iterator[Char]:
    """Characters after turning the page; those outside it are left out."""
    width, height = frame.size
    is_plain = turn == 0 and frame.rotation == 0
    for text, run, x0, y0, x1, y1, x, y in raw:
        if is_plain:
            left, right = x0 - frame.x0, x1 - frame.x0
            top, bottom = frame.y1 - y1, frame.y1 - y0
            baseline = frame.y1 - y
            inside = 0 <= left + right <= 2 * width and 0 <= top + bottom <= 2 * height
        else:
            shown = frame.box(x0, y0, x1, y1)
            inside = (
                0 <= shown.x0 + shown.x1 <= 2 * width
                and 0 <= shown.top + shown.bottom <= 2 * height
            )
            box = turned(shown, width, height, turn)
            left, top, right, bottom = box.x0, box.top, box.x1, box.bottom
            baseline = turned(frame.box(x, y, x, y), width, height, turn).top
        if inside:
            if run.turn == turn:
                # The engine's box is that of the glyph where it is larger; one size for a line.
                bottom = baseline + run.below
                top = bottom - run.size
            elif not top - 1 <= baseline <= bottom + 1:
                baseline = bottom
            yield Char(text, left, top, right, bottom, baseline, run.size, run.font)


def _run(
    handle: int | None,
    index: int,
    owner: int | None,
    fonts: dict[int, tuple[str, float]],
    rotation: int,
) -> _Run:
    """Size, font and direction of the text object that a character belongs to."""
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    if _char_matrix(handle, index, _TO_MATRIX):
        a, b, c, d = _MATRIX.a, _MATRIX.b, _MATRIX.c, _MATRIX.d
    size = max(_font_size(handle, index) * hypot(c, d), 1.0)
    # Turning the page clockwise turns the direction of text with it.
    a, b = {90: (b, -a), 180: (-a, -b), 270: (-b, a)}.get(rotation, (a, b))
    font = _font(owner) if owner else None
    if font and font not in fonts:
        name = ctypes.create_string_buffer(128)
        _font_name(font, name, 128)
        _descent(font, 1.0, _TO_POINT[0])
        fonts[font] = name.value.decode("utf-8", "replace"), abs(_POINT[0].value)
    name, descent = fonts[font] if font else ("", 0.0)
    # A descent that no font can have is a fault of the file; a quarter is the usual one.
    below = size * (descent if 0 < descent < 1 else 0.25)
    return _Run(size, below, name, upright_turn(a, b), is_slanted(a, b))


def _has_lost(texts: dict[int, int], seen: dict[int | None, _Run]) -> bool:
    """Whether a text object that shows something gave no characters and is no repetition.

    Args:
        texts: text objects of the page, with the form that holds each.
        seen: text objects that gave characters.
    """
    lost = [(obj, form) for obj, form in texts.items() if obj not in seen]
    if not lost:
        return False
    kept: dict[tuple[int, int, int], list[tuple[float, ...]]] = {}
    for obj, form in texts.items():
        if obj in seen:
            box = _bounds_of(obj)
            kept.setdefault((form, round(box[0] / 8), round(box[1] / 8)), []).append(box)
    for obj, form in lost:
        box = _bounds_of(obj)
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
        if not any(
            all(abs(a - b) <= _TWICE * height for a, b in zip(box, other, strict=True))
            for other in near
        ):
            return True
    return False


def _bounds_of(obj: int) -> Edges:
    if not _bounds(obj, *_TO_EDGES):
        return 0.0, 0.0, 0.0, 0.0
    x0, y0, x1, y1 = _EDGES
    return x0.value, y0.value, x1.value, y1.value


def _objects(page: Any, thickness: float, depth: int) -> _Objects:
    """Texts, shapes and pictures of a page and of the forms on it."""
    found = _Objects()
    handle = ctypes.cast(page.raw, _P).value
    count = pdfium.FPDFPage_CountObjects(page.raw)
    stack = [([_page_object(handle, i) for i in range(count)], _UNIT, 0, depth)]
    forms = 0
    while stack:
        members, matrix, form, left = stack.pop()
        for obj in members:
            kind = _type(obj)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                found.texts[obj] = form
                found.replaced += _is_replaced(obj)
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                if len(found.shapes) < _MAX_SHAPES:
                    found.shapes += _shapes(obj, matrix, thickness)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                x0, y0, x1, y1 = _moved(_bounds_of(obj), matrix)
                found.image_area += (x1 - x0) * (y1 - y0)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and left:
                forms += 1
                inner = [_form_object(obj, i) for i in range(max(_form_count(obj), 0))]
                stack.append((inner, _times(_matrix_of(obj), matrix), forms, left - 1))
    return found


def _is_replaced(obj: int) -> bool:
    """Whether the text of an object is given a second time, for searching."""
    return any(
        _mark_param_type(_mark(obj, index), b"ActualText") == pdfium.FPDF_OBJECT_STRING
        for index in range(_mark_count(obj))
    )


def _matrix_of(obj: int) -> Matrix:
    if not _matrix(obj, _TO_MATRIX):
        return _UNIT
    m = _MATRIX
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


def _is_white(obj: int, color: Any) -> bool:
    if not color(obj, *_TO_PARTS):
        return False  # a pattern: something is drawn
    red, green, blue, _ = _PARTS
    return min(red.value, green.value, blue.value) >= _WHITE


def _shapes(obj: int, matrix: Matrix, thickness: float) -> Iterable[tuple[Edges, bool]]:
    """Bounding boxes of what can be a rule on a path, with whether the outline is drawn."""
    if not _draw_mode(obj, *_TO_MODES):
        return ()
    fill, stroke = (mode.value for mode in _MODES)
    stroked = bool(stroke) and not _is_white(obj, _stroke_color)
    filled = bool(fill) and not _is_white(obj, _fill_color)
    if not stroked and not filled:
        return ()
    count = _segments(obj)
    if not stroke and count <= 5:
        # One filled area: only a thin one is a rule, and its bounds say all.
        box = _moved(_bounds_of(obj), matrix)
        is_thin = min(box[2] - box[0], box[3] - box[1]) <= thickness
        return ((box, False),) if is_thin else ()
    found: list[tuple[Edges, bool]] = []
    for points, is_straight in _outlines(obj, min(count, _MAX_SHAPES), matrix):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if (
            box[2] - box[0] <= thickness
            or box[3] - box[1] <= thickness
            or (is_straight and _is_rectangle(points))
        ):
            found.append((box, stroked))
        elif stroked:
            # A path of several straight strokes, such as a whole frame drawn in one go.
            for (x0, y0), (x1, y1) in pairwise(points):
                if abs(x0 - x1) < 0.5 or abs(y0 - y1) < 0.5:
                    found.append(((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), True))
    return found


def _is_rectangle(points: list[Point]) -> bool:
    """Whether the points run once around a level rectangle and back to the first."""
    if len(points) != 5 or points[0] != points[4]:
        return False
    (ax, ay), (bx, by), (cx, cy), (dx, dy), _ = points
    return (ax == bx and by == cy and cx == dx and dy == ay) or (
        ay == by and bx == cx and cy == dy and dx == ax
    )


def _outlines(obj: int, count: int, outer: Matrix) -> Iterator[tuple[list[Point], bool]]:
    """The parts of a path as points in page space, with whether all sides are straight."""
    matrix = _matrix_of(obj)
    a, b, c, d, e, f = matrix if outer == _UNIT else _times(matrix, outer)
    points: list[Point] = []
    straight = True
    for index in range(count):
        segment = _segment(obj, index)
        kind = _segment_type(segment)
        if kind != _LINE:
            if kind == _MOVE and points:
                if len(points) > 1:
                    yield points, straight
                points, straight = [], True
            elif kind == _CURVE:
                straight = False
        _point(segment, *_TO_POINT)
        x, y = _POINT[0].value, _POINT[1].value
        # A thousandth of a point is the noise of the engine's single precision.
        points.append((round(a * x + c * y + e, 3), round(b * x + d * y + f, 3)))
        if kind != _MOVE and points[0] != points[-1] and _closes(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, straight
