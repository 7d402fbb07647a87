"""Annotations of a PDFium page: what they show, cover or cross out."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.layout.parsers.pdf_drawn import PALE, UNREADABLE
from assets.layout.parsers.pdf_paths import Edges, Stroke

_MAX_FIELDS = 2_000
"""Annotations of a page that are looked at."""
_MAX_TEXT = 4096
"""Bytes of the text of an annotation that are looked at."""
_MAX_LINES, _MAX_POINTS = 200, 2_000
"""Lines of an annotation, and points of a line, that are looked at."""
_MAX_STROKES = 20_000
"""Strokes of all annotations of a page that are looked at."""
_SHOWING = {
    pdfium.FPDF_ANNOT_FREETEXT: b"Contents",
    pdfium.FPDF_ANNOT_WIDGET: b"V",
    pdfium.FPDF_ANNOT_STAMP: b"Contents",
}
"""Annotations that print something, with the entry that says what."""
_CROSSING = frozenset({pdfium.FPDF_ANNOT_STRIKEOUT, pdfium.FPDF_ANNOT_REDACT})
"""Annotations that cross out what is printed."""
_SHOWS_TEXT = re.compile(r"[)>\]]\s*T[jJ]\b")
_BESIDE_THE_PAGE = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
"""Annotations that cover nothing."""
_BROKEN = frozenset({pdfium.FPDF_ANNOT_POLYLINE, pdfium.FPDF_ANNOT_POLYGON})
"""Annotations that are lines through some points."""


class Annotation(NamedTuple):
    """What an annotation shows, in user space.

    `shows` has the text that it prints, if any: UNREADABLE where it is not known. `strokes` are the
    lines that it draws.
    """

    box: Edges
    shows: tuple[str, ...] = ()
    strokes: tuple[Stroke, ...] = ()


def annotations_of(page: Any) -> Iterator[Annotation]:
    """The annotations of a pypdfium2 page that are shown."""
    strokes = 0
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAX_FIELDS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            found = _read(annotation, _MAX_STROKES - strokes)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        if found is not None:
            strokes += len(found.strokes)
            yield found


def _read(annotation: Any, most: int) -> Annotation | None:
    """An annotation, None where it is not shown or stands beside the page.

    One that draws more strokes than `most` crosses out all that is under it.
    """
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    rect = pdfium.FS_RECTF()
    if (
        kind in _BESIDE_THE_PAGE
        or pdfium.FPDFAnnot_GetFlags(annotation) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
        or not pdfium.FPDFAnnot_GetRect(annotation, rect)
    ):
        return None
    bottom, top = sorted((rect.bottom, rect.top))
    box = rect.left, bottom, rect.right, top
    crossed = Annotation(box, (UNREADABLE,))
    if kind in _CROSSING:
        return crossed
    if kind not in _SHOWING:
        strokes = tuple(islice(_strokes(annotation, kind), max(most, 0) + 1))
        return Annotation(box, strokes=strokes) if len(strokes) <= most else crossed
    says = _string(pdfium.FPDFAnnot_GetStringValue, annotation, _SHOWING[kind])
    if not says and kind == pdfium.FPDF_ANNOT_WIDGET:
        # One field may stand in several places, which then do not say themselves what it is.
        mode = pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL
        drawn = _string(pdfium.FPDFAnnot_GetAP, annotation, mode)
        says = UNREADABLE if _SHOWS_TEXT.search(drawn) else ""
    # An empty field prints nothing; a stamp is a drawing.
    if not says and kind != pdfium.FPDF_ANNOT_STAMP:
        return Annotation(box)
    return Annotation(box, (says,))


def _strokes(annotation: Any, kind: int) -> Iterator[Stroke]:
    """The lines of an annotation, unless they are pale: such mark a text or erase it."""
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    # An annotation with an appearance of its own does not say its colour.
    if (
        pdfium.FPDFAnnot_GetColor(
            annotation, pdfium.FPDFANNOT_COLORTYPE_Color, red, green, blue, opacity
        )
        and red.value + green.value + blue.value >= 3 * PALE
    ):
        return
    if kind == pdfium.FPDF_ANNOT_INK:
        for line in range(min(pdfium.FPDFAnnot_GetInkListCount(annotation), _MAX_LINES)):
            yield from _broken(pdfium.FPDFAnnot_GetInkListPath, annotation, line)
    elif kind == pdfium.FPDF_ANNOT_LINE:
        start, end = pdfium.FS_POINTF(), pdfium.FS_POINTF()
        if pdfium.FPDFAnnot_GetLine(annotation, start, end):
            yield (start.x, start.y), (end.x, end.y)
    elif kind in _BROKEN:
        yield from _broken(pdfium.FPDFAnnot_GetVertices, annotation)


def _broken(function: Any, *of: Any) -> Iterator[Stroke]:
    """The strokes between the points that a function of PDFium gives."""
    count = function(*of, None, 0)
    if not 0 < count <= _MAX_POINTS:
        return
    points = (pdfium.FS_POINTF * count)()
    function(*of, points, count)
    yield from pairwise([(point.x, point.y) for point in points])


def _string(function: Any, annotation: Any, which: Any) -> str:
    """A string of an annotation, no longer than matters."""
    text = ctypes.create_string_buffer(_MAX_TEXT)
    to_text = ctypes.cast(text, ctypes.POINTER(pdfium.FPDF_WCHAR))
    function(annotation, which, to_text, _MAX_TEXT)
    return text.raw.decode("utf-16-le", "replace").split("\0")[0].strip()
