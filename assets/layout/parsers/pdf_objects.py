"""What a PDFium page draws besides characters: rules, fills, pictures, fields; and its texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_annotations import annotations_of
from assets.layout.parsers.pdf_drawn import PALE
from assets.layout.parsers.pdf_paths import (
    RECTANGLE,
    UNIT,
    Edges,
    Matrix,
    Shape,
    Stroke,
    add_outlines,
    bounds_of,
    matrix_of,
    moved,
    times,
)
from assets.layout.parsers.pdf_raw import Handle

_MAX_SHAPES = 50_000
"""Shapes of a page that are looked at; a page with more is a drawing, not a table."""
_LOWEST, _HIGHEST = 4.0, 24.0
"""Points of the lowest and the highest drawing that may be a digit."""
_WHITE = 252
"""Components (of 255) from which a colour is white: 0.99, as the reference has it."""
_TWICE, _LEAST_TWICE = 0.13, 0.85
"""Share of its height (0.7 of the size), and points, by which fake bold shifts a run at most."""

_MIXED = -1
"""The level of a picture, a shading or a pattern."""
_OPTIONAL = "OC\0".encode("utf-16-le")
"""Name of the mark around content that a reader can switch off."""


class Area(NamedTuple):
    """Something drawn that may cover text: its box, its place in the order of drawing.

    `is_solid` is true of a filled rectangle through which nothing is seen. `address` and `form` are
    those of the object, 0 where there is none. `level` is the grey (0 to 255) of what text may
    stand on, below 0 where it is not of one colour; None for what is no ground.
    `is_line` is true of lines that somebody added.
    """

    box: Edges
    at: int
    is_white: bool = False
    is_solid: bool = False
    address: int = 0
    form: int = 0
    level: int | None = None
    is_line: bool = False


@dataclass(slots=True)
class Objects:
    """What the page's list of objects holds, forms followed.

    Attributes:
        texts: address of each text object, with the form that holds it (0: the page) and its place
            in the order of drawing.
        matrices: how the space of each form becomes that of the page.
        is_clear: of each form, whether what it holds may be seen through.
        optional: addresses of texts that may be switched off.
        shapes: what can be a rule, with whether its outline is drawn.
        strokes: dark lines that are no rules, and those of annotations.
        areas: filled areas that are no rules, pictures, shadings and annotations.
        covers: pictures, small drawings and fields, with the text that a field is known to show.
        image_area: square points of pictures.
        pixels: of all pictures.
        replaced: texts that are given a second time, for searching.
    """

    texts: dict[int, tuple[int, int]] = field(default_factory=dict)
    matrices: list[Matrix] = field(default_factory=lambda: [UNIT])
    is_clear: list[bool] = field(default_factory=lambda: [False])
    optional: set[int] = field(default_factory=set)
    shapes: list[Shape] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    covers: list[tuple[Edges, str]] = field(default_factory=list)
    image_area: float = 0.0
    pixels: int = 0
    replaced: int = 0

    def box_of(self, address: int) -> Edges:
        """The box of a text object on the page."""
        return moved(bounds_of(Handle(address)), self.matrices[self.texts.get(address, (0, 0))[0]])


def page_objects(page: Any, thickness: float, depth: int) -> Objects:
    """Texts, shapes and pictures of a page and of the forms on it, in the order of drawing.

    Args:
        page: a pypdfium2 page.
        thickness: points up to which a shape is one rule.
        depth: forms inside forms, as deep as they are followed.
    """
    found = Objects()
    handle = raw.handle_of(page)
    count = pdfium.FPDFPage_CountObjects(page.raw)
    # What a form holds is drawn where the form stands: a stack of what is left to draw.
    stack = [(iter([raw.page_object(handle, i) for i in range(count)]), UNIT, 0)]
    at = 0
    while stack:
        members, matrix, form = stack[-1]
        obj = next(members, None)
        if obj is None:
            stack.pop()
            continue
        at += 1
        kind = raw.object_type(obj)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            found.texts[obj.value] = form, at
            if raw.mark_count(obj) > 0:
                _add_marks(found, obj)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            if len(found.shapes) + len(found.areas) + len(found.covers) < _MAX_SHAPES:
                _add_shapes(found, obj, form, thickness, at)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = box = moved(bounds_of(obj), matrix)
            found.image_area += (x1 - x0) * (y1 - y0)
            found.covers.append((box, ""))
            found.areas.append(Area(box, at, address=obj.value or 0, form=form, level=_MIXED))
            if raw.pixel_size(obj, *raw.TO_PIXELS):
                found.pixels += raw.PIXELS[0].value * raw.PIXELS[1].value
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            box = moved(bounds_of(obj), matrix)
            found.areas.append(Area(box, at, address=obj.value or 0, form=form, level=_MIXED))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and len(stack) <= depth:
            inner = [raw.form_object(obj, i) for i in range(max(raw.form_count(obj), 0))]
            own = times(matrix_of(obj), matrix)
            found.matrices.append(own)
            found.is_clear.append(bool(raw.has_transparency(obj)) or found.is_clear[form])
            stack.append((iter(inner), own, len(found.matrices) - 1))
    for number, note in enumerate(annotations_of(page)):
        found.covers += [(note.box, text) for text in note.shows]
        found.strokes += note.strokes
        found.areas.append(Area(note.box, at + 1 + number, is_line=bool(note.strokes)))
    return found


def lost_texts(texts: dict[int, tuple[int, int]], seen: Iterable[int]) -> list[int]:
    """Text objects that show something, gave no characters and are no repetition.

    Args:
        texts: text objects of the page, with the form that holds each.
        seen: text objects that gave characters.
    """
    missing = texts.keys() - seen
    if not missing:
        return []
    kept: dict[tuple[int, int, int], list[Edges]] = {}
    for obj, (form, _) in texts.items():
        if obj not in missing:
            box = bounds_of(Handle(obj))
            kept.setdefault((form, round(box[0] / 8), round(box[1] / 8)), []).append(box)
    lost = []
    for obj in missing:
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
            lost.append(obj)
    return lost


def _add_marks(found: Objects, obj: Handle) -> None:
    """Note whether a text is given a second time, for searching, and whether it may be off."""
    is_replaced = False
    for index in range(raw.mark_count(obj)):
        mark = raw.mark(obj, index)
        if raw.mark_param_type(mark, b"ActualText") == pdfium.FPDF_OBJECT_STRING:
            is_replaced = True
        # A longer name is not written at all.
        raw.NAME.raw = bytes(len(_OPTIONAL))
        if (
            raw.mark_name(mark, raw.NAME, len(raw.NAME), raw.TO_LENGTH)
            and raw.NAME.raw == _OPTIONAL
        ):
            found.optional.add(obj.value or 0)
    found.replaced += is_replaced


def _is_white(obj: Handle, color: Any) -> bool:
    if not color(obj, *raw.TO_PARTS):
        return False  # a pattern: something is drawn
    red, green, blue, _ = raw.PARTS
    return red.value >= _WHITE and green.value >= _WHITE and blue.value >= _WHITE


def _add_shapes(found: Objects, obj: Handle, form: int, thickness: float, at: int) -> None:
    """What can be a rule on a path, and the area that it fills."""
    matrix = found.matrices[form]
    if not raw.draw_mode(obj, *raw.TO_MODES):
        return
    fill, stroke = (mode.value for mode in raw.MODES)
    stroked = bool(stroke) and not _is_white(obj, raw.stroke_color)
    if stroke and not stroked:
        # An eraser is a broad white stroke: the drawn page tells what it left. Rules meet no digit.
        box = moved(bounds_of(obj), matrix)
        found.areas.append(Area(box, at, is_white=True, address=obj.value or 0, form=form))
    count = raw.segment_count(obj)
    filled = False
    if fill:
        white = _is_white(obj, raw.fill_color)
        filled = not white
        box = moved(bounds_of(obj), matrix)
        is_thin = min(box[2] - box[0], box[3] - box[1]) <= thickness
        if white or not is_thin:
            is_solid, level = False, _MIXED
            if raw.fill_color(obj, *raw.TO_PARTS):
                level = sum([part.value for part in raw.PARTS[:3]]) // 3
                # A pattern may have holes; the drawn page tells what a thin white line left.
                is_solid = not is_thin and count <= RECTANGLE and not found.is_clear[form]
                is_solid = is_solid and not raw.has_transparency(obj)
            found.areas.append(Area(box, at, white, is_solid, obj.value or 0, form, level))
        if not stroke and count <= RECTANGLE:
            # One filled area: only a thin one is a rule, and its bounds say all.
            if is_thin and filled:
                found.shapes.append((box, False))
            return
    if not stroked and not filled:
        return
    count = min(count, _MAX_SHAPES)
    others = add_outlines(found.shapes, obj, count, matrix, thickness, stroked=stroked)
    if others:
        color = raw.stroke_color if stroked else raw.fill_color
        if not color(obj, *raw.TO_PARTS) or sum([p.value for p in raw.PARTS[:3]]) < 3 * PALE:
            found.strokes += others[: _MAX_SHAPES - len(found.strokes)]
        box = moved(bounds_of(obj), matrix)
        if _LOWEST <= box[3] - box[1] <= _HIGHEST and box[2] - box[0] <= _HIGHEST:
            # May be a digit by hand, or one made into a curve; the diagonal of a head is wider.
            found.covers.append((box, ""))
