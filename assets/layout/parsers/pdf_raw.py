"""PDFium's functions as they are called for every character and shape.

They are called without declared arguments, which halves the time of a call: numbers go as they are,
as C int, handles as `Handle`. What they answer is written into buffers that all
calls share, since one process reads one page at a time; they are to be read at once.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium


class Handle(ctypes.c_void_p):
    """The address of an object of PDFium. A class of its own, so that ctypes leaves it one."""


def _plain(function: Any, result: Any = ctypes.c_int, *arguments: Any) -> Any:
    """A PDFium function; other threads wait while it runs.

    Arguments are declared only where one is a number larger than a C int.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


page_object = _plain(pdfium.FPDFPage_GetObject, Handle)
object_type = _plain(pdfium.FPDFPageObj_GetType)
bounds = _plain(pdfium.FPDFPageObj_GetBounds)
matrix = _plain(pdfium.FPDFPageObj_GetMatrix)
fill_color = _plain(pdfium.FPDFPageObj_GetFillColor)
stroke_color = _plain(pdfium.FPDFPageObj_GetStrokeColor)
mark_count = _plain(pdfium.FPDFPageObj_CountMarks)
mark = _plain(pdfium.FPDFPageObj_GetMark, Handle, ctypes.c_void_p, ctypes.c_ulong)
mark_name = _plain(
    pdfium.FPDFPageObjMark_GetName,
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
)
mark_param_type = _plain(pdfium.FPDFPageObjMark_GetParamValueType)

has_transparency = _plain(pdfium.FPDFPageObj_HasTransparency)
set_active = _plain(pdfium.FPDFPageObj_SetIsActive)
pixel_size = _plain(pdfium.FPDFImageObj_GetImagePixelSize)

clip_path = _plain(pdfium.FPDFPageObj_GetClipPath, Handle)
clip_count = _plain(pdfium.FPDFClipPath_CountPaths)
clip_segment_count = _plain(pdfium.FPDFClipPath_CountPathSegments)
clip_segment = _plain(pdfium.FPDFClipPath_GetPathSegment, Handle)

form_object = _plain(pdfium.FPDFFormObj_GetObject, Handle, ctypes.c_void_p, ctypes.c_ulong)
form_count = _plain(pdfium.FPDFFormObj_CountObjects)

draw_mode = _plain(pdfium.FPDFPath_GetDrawMode)
segment_count = _plain(pdfium.FPDFPath_CountSegments)
segment = _plain(pdfium.FPDFPath_GetPathSegment, Handle)
segment_point = _plain(pdfium.FPDFPathSegment_GetPoint)
segment_type = _plain(pdfium.FPDFPathSegment_GetType)
segment_closes = _plain(pdfium.FPDFPathSegment_GetClose)

render_mode = _plain(pdfium.FPDFTextObj_GetTextRenderMode)
font_of = _plain(pdfium.FPDFTextObj_GetFont, Handle)
is_embedded = _plain(pdfium.FPDFFont_GetIsEmbedded)
font_descent = _plain(pdfium.FPDFFont_GetDescent)
font_name = _plain(
    pdfium.FPDFFont_GetBaseFontName,
    ctypes.c_size_t,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_size_t,
)

drawn_text = _plain(pdfium.FPDFTextObj_GetRenderedBitmap, Handle)
bitmap_width = _plain(pdfium.FPDFBitmap_GetWidth)
bitmap_height = _plain(pdfium.FPDFBitmap_GetHeight)
bitmap_stride = _plain(pdfium.FPDFBitmap_GetStride)
bitmap_format = _plain(pdfium.FPDFBitmap_GetFormat)
bitmap_data = _plain(pdfium.FPDFBitmap_GetBuffer, ctypes.c_void_p)
drop_bitmap = _plain(pdfium.FPDFBitmap_Destroy, None)
WITH_OPACITY = frozenset({pdfium.FPDFBitmap_BGRA, pdfium.FPDFBitmap_BGRA_Premul})

texts = _plain(pdfium.FPDFText_GetText)
text_object = _plain(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
unicode = _plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
is_generated = _plain(pdfium.FPDFText_IsGenerated)
has_no_unicode = _plain(pdfium.FPDFText_HasUnicodeMapError)
loose_box = _plain(pdfium.FPDFText_GetLooseCharBox)
char_box = _plain(pdfium.FPDFText_GetCharBox)
char_origin = _plain(pdfium.FPDFText_GetCharOrigin)
char_matrix = _plain(pdfium.FPDFText_GetMatrix)
font_size = _plain(pdfium.FPDFText_GetFontSize, ctypes.c_double)

ONE = ctypes.c_float(1.0)
PARTS = tuple(ctypes.c_uint() for _ in range(4))
NAME, LENGTH = ctypes.create_string_buffer(6), ctypes.c_ulong()
TO_LENGTH = ctypes.byref(LENGTH)
PIXELS = (ctypes.c_uint(), ctypes.c_uint())
MODES = (ctypes.c_int(), ctypes.c_int())
POINT = (ctypes.c_float(), ctypes.c_float())
POINTS = 256
XS, YS = (ctypes.c_float * POINTS)(), (ctypes.c_float * POINTS)()
TO_XS, TO_YS = ([ctypes.byref(part, 4 * i) for i in range(POINTS)] for part in (XS, YS))
"""Where the points of a path are written, so many at once."""
EDGES = tuple(ctypes.c_float() for _ in range(4))
MATRIX = pdfium.FS_MATRIX()
RECT = pdfium.FS_RECTF()
ORIGIN = (ctypes.c_double(), ctypes.c_double())
INK = tuple(ctypes.c_double() for _ in range(4))
"""Left, right, bottom and top."""
TO_PARTS, TO_MODES, TO_POINT, TO_EDGES, TO_ORIGIN, TO_PIXELS, TO_INK = (
    tuple(map(ctypes.byref, buffers))
    for buffers in (PARTS, MODES, POINT, EDGES, ORIGIN, PIXELS, INK)
)
TO_MATRIX, TO_RECT = ctypes.byref(MATRIX), ctypes.byref(RECT)


def handle_of(helper: Any) -> Handle:
    """The handle of a page or text page of pypdfium2."""
    return Handle(ctypes.cast(helper.raw, ctypes.c_void_p).value)
