"""Which digits of a PDFium page are drawn as other digits than their font says that they are."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from typing import Any

from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_chars import Printed
from assets.layout.parsers.pdf_drawn import is_slanted, upright_turn
from assets.layout.parsers.pdf_glyphs import Bits, contradicts, trimmed, turned_bits
from assets.layout.parsers.pdf_objects import Objects
from assets.layout.parsers.pdf_paths import Edges, bounds_of, inverse, matrix_of, moved
from assets.layout.parsers.pdf_raw import Handle

_HIGH = 28.0
"""Pixels of the height of a digit: strokes of bold type leave its holes open."""
_DIGIT_HIGH = 0.7
"""Height of a digit as a share of the size."""
_MAX_PIXELS = 2_000_000
"""Pixels of a drawn text, at most."""
_MAX_LOOKS = 500
"""Pictures that are looked at on a page, at most: one of each digit in each font."""
_WIDEST = 160
"""Pixels of the sides of a picture of a digit, at most; a larger one shows more than a digit."""
_INK = bytes(64) + b"\1" * 192
"""Turns opacity into ink or paper."""
_FINE = 50
"""Steps of the size in which the widths of one digit in one font are told apart."""

Known = dict[tuple[object, ...], bool]
"""What is known of digits of fonts, by font, digit and measure."""


def false_digits(
    page: Any, text_page: Any, objects: Objects, printed: Printed, known: Known
) -> frozenset[int]:
    """Indexes of the digits of fonts of the file that draw some digit as another one.

    Fonts that are not in the file are not judged: programs leave common ones out and number their
    glyphs all the same, so that the engine draws others in their place.

    Args:
        page: a pypdfium2 page.
        text_page: its text; both stay as they are.
        objects: of the page.
        printed: its characters.
        known: of the document; what is found out is added.
    """
    by_font: dict[tuple[int, str], list[int]] = {}
    fonts: dict[int, tuple[int, str]] = {}
    for index, (char, owner) in enumerate(zip(printed.chars, printed.owners, strict=True)):
        if not char[0].isdecimal():
            continue
        if owner not in fonts:
            fonts[owner] = _font_in_file(owner, char.font)
        if fonts[owner][0]:
            by_font.setdefault(fonts[owner], []).append(index)
    found: set[int] = set()
    handle = raw.handle_of(text_page)
    left = _MAX_LOOKS
    for font, indexes in by_font.items():
        looks = _looks(handle, font, indexes, printed)
        new = [(key, index) for key, index in looks.items() if key not in known]
        left -= len(new)
        for key, index in new if left >= 0 else ():
            known[key] = _is_false(page, handle, objects, printed, index)
        # What there are too many of to be looked at may be anything.
        if any(known.get(key, True) for key in looks):
            found.update(indexes)
    return frozenset(found)


def _font_in_file(owner: int, name: str) -> tuple[int, str]:
    """Address and name of the font of a text, where it is part of the file; else 0."""
    font = raw.font_of(Handle(owner)) if owner else None
    # A font without a name is one of drawings (Type 3).
    if not font or not font.value or (name and raw.is_embedded(font) != 1):
        return 0, ""
    return font.value, name


def _looks(
    handle: Handle, font: tuple[int, str], indexes: Sequence[int], printed: Printed
) -> Mapping[tuple[object, ...], int]:
    """One character for each digit of a font, and for each measure that one digit has."""
    looks: dict[tuple[object, ...], int] = {}
    for index in indexes:
        char = printed.chars[index]
        x0, y0, x1, y1 = _box(handle, printed.places[index])
        fine = _FINE / char.size
        looks.setdefault(
            (*font, char.text, round((x1 - x0) * fine), round((y1 - y0) * fine)), index
        )
    return looks


def _box(handle: Handle, place: int) -> Edges:
    """The box around the ink of a character, on the page."""
    raw.char_box(handle, place, *raw.TO_INK)
    left, right, bottom, top = (edge.value for edge in raw.INK)
    return left, bottom, right, top


def _is_false(page: Any, handle: Handle, objects: Objects, printed: Printed, index: int) -> bool:
    """Whether a digit is drawn as another one."""
    owner, char = printed.owners[index], printed.chars[index]
    form = objects.matrices[objects.texts.get(owner, (0, 0))[0]]
    back = inverse(form)
    if back is None:
        return False
    obj = Handle(owner)
    own = matrix_of(obj)
    # Text that is larger in its form than on the page is drawn as large as there.
    size = char.size * max(abs(back[0]), abs(back[1]))
    bits = _drawn(
        page, obj, _HIGH / (_DIGIT_HIGH * size), moved(_box(handle, printed.places[index]), back)
    )
    a, b = own[0], own[1]
    if not bits or is_slanted(a, b):
        return False
    digit = str(int(char.text))
    return contradicts(digit, trimmed(turned_bits(bits, upright_turn(a, b))))


def _drawn(page: Any, obj: Handle, scale: float, part: Edges) -> Bits:
    """A part of a text object as it is drawn, empty where it leaves nothing."""
    x0, y0, x1, y1 = bounds_of(obj)
    if (x1 - x0) * (y1 - y0) * scale * scale > _MAX_PIXELS or x1 <= x0 or y1 <= y0:
        return []
    document, on = raw.handle_of(page.pdf), raw.handle_of(page)
    bitmap = raw.drawn_text(document, on, obj, ctypes.c_float(scale))
    if not bitmap or not bitmap.value:
        return []
    try:
        width, height = raw.bitmap_width(bitmap), raw.bitmap_height(bitmap)
        stride, data = raw.bitmap_stride(bitmap), raw.bitmap_data(bitmap)
        if raw.bitmap_format(bitmap) not in raw.WITH_OPACITY or not data:
            return []
        pixels = ctypes.string_at(data, stride * height)
    finally:
        raw.drop_bitmap(bitmap)
    left, right = (round((x - x0) / (x1 - x0) * width) for x in (part[0], part[2]))
    top, bottom = (round((y1 - y) / (y1 - y0) * height) for y in (part[3], part[1]))
    left, top = max(left, 0), max(top, 0)
    if right - left > _WIDEST or bottom - top > _WIDEST:
        return []
    return [
        pixels[y * stride + 4 * left + 3 : y * stride + 4 * min(right, width) : 4].translate(_INK)
        for y in range(top, min(bottom, height))
    ]
