"""The daily engine: a PDFium page as drawn objects, many times faster than the reference.

PDFium's text page is made for searching: it joins runs, adds spaces, leaves out what it takes for
a character drawn twice, and prints the ActualText of a run instead of its characters. What it may
have lost or changed is said as a doubt of the page, which is then read by the reference, too.
PDFium is not thread safe; documents are read in processes of their own.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from assets.layout.model import Box
from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_drawn import (
    LOST,
    UNREADABLE,
    DrawnPage,
    is_slanted,
    turned,
    upright_turn,
)
from assets.layout.parsers.pdf_objects import Objects, lost_texts, page_objects
from assets.layout.parsers.pdf_raw import Handle
from assets.layout.parsers.pdf_seen import Setting, sight_of
from assets.layout.parsers.pdf_text import Char

_LETTER = (0.0, 0.0, 612.0, 792.0)
_LESS_TURNED = 0.1
"""Share of characters that run another way than the rest from which the page is odd."""
_HYPHENS = frozenset({0x02, 0xFFFE})
"""What PDFium puts for a hyphen at the end of a line."""
_SAMPLE = 7
"""Every so manieth character is compared, where all were asked for at once."""


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
    """What the characters of one text object share; `below` is their depth under the baseline.

    `x` and `y` are the origin of the first character, `is_level` whether they stand upright on a
    page that is not turned.
    """

    size: float
    below: float
    font: str
    turn: int
    slanted: bool
    is_level: bool
    x: float
    y: float


@dataclass(slots=True)
class _Printed:
    """The characters of a page in user space (the box y upwards), and what was learned of them.

    `runs` has the text objects that gave characters, `owners` those of each character. Where all
    text is level, `chars` are upright already.
    """

    chars: list[Char] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    runs: dict[int, _Run] = field(default_factory=dict)
    fonts: dict[int, tuple[str, float]] = field(default_factory=dict)
    slanted: int = 0
    unreadable: int = 0
    is_level: bool = True


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
    objects = page_objects(page, thickness, max_nested_forms)
    text_page = page.get_textpage()
    try:
        printed = _printed(text_page, frame)
    finally:
        text_page.close()
    turn, others = 0, 0
    if not printed.is_level:
        turns = Counter(printed.runs[owner].turn for owner in printed.owners)
        turn = turns.most_common(1)[0][0] if turns else 0
        others = len(printed.owners) - turns[turn]
    lost = lost_texts(objects.texts, printed.runs)
    doubts = _doubts(printed, objects, others, is_any_lost=bool(lost))
    chars, owners, sideways = _upright(printed, frame, turn)

    def upright(box: tuple[float, float, float, float]) -> Box:
        if turn == 0 and frame.rotation == 0:
            x0, y0, x1, y1 = box
            return Box(x0 - frame.x0, frame.y1 - y1, x1 - frame.x0, frame.y1 - y0)
        return turned(frame.box(*box), width, height, turn)

    setting = Setting(width, height, turn, frame.box(*page.get_bbox()), upright)
    names = {owner: run.font for owner, run in printed.runs.items()}
    # What was lost is judged like what was read, for the engine that reads it.
    others = [_stands_for(upright(objects.box_of(text))) for text in lost]
    sight = sight_of(page, objects, [*chars, *others], [*owners, *lost], names, setting)
    read = len(chars)
    return DrawnPage(
        number,
        width,
        height,
        turn,
        chars,
        [(upright(box), stroked) for box, stroked in objects.shapes],
        objects.image_area,
        printed.slanted,
        printed.unreadable,
        doubts,
        frozenset(index for index in sight.odd if index < read) | sideways,
        tuple((upright(box), text) for box, text in objects.covers),
        sight.tinted,
        frozenset(index for index in sight.unseen if index < read),
        tuple((_box(others[i - read]), i in sight.unseen) for i in sight.odd if i >= read),
    )


def _stands_for(box: Box) -> Char:
    """A character in the place of a whole text."""
    size = (box.bottom - box.top) / 0.7
    return Char(UNREADABLE, box.x0, box.top, box.x1, box.bottom, box.bottom, size, "")


def _box(char: Char) -> Box:
    return Box(char.x0, char.top, char.x1, char.bottom)


def _doubts(
    printed: _Printed, objects: Objects, others: int, *, is_any_lost: bool
) -> tuple[str, ...]:
    """Why characters of the page may be lost or changed; `others` run another way than most."""
    doubts = []
    if others > _LESS_TURNED * len(printed.owners):
        doubts.append("text runs in several directions")
    if printed.unreadable:
        doubts.append("characters without a readable code")
    if objects.replaced:
        doubts.append("text with a replacement for searching")
    if is_any_lost:
        doubts.append(LOST)
    return tuple(doubts)


def _printed(text_page: Any, frame: Frame) -> _Printed:
    """The characters of a page, upright already where all text is level."""
    handle = raw.handle_of(text_page)
    codes = _codes(handle, text_page.count_chars())
    printed = _Printed(is_level=frame.rotation == 0)
    if not _print(printed, handle, codes, frame):
        # Rare: once more, in user space, with what is known of the runs.
        printed = _Printed(runs=printed.runs, fonts=printed.fonts, is_level=False)
        _print(printed, handle, codes, frame)
    return printed


def _codes(handle: Handle, count: int) -> list[int]:
    """The UTF-16 codes of all characters, asked for at once where that gives one for each."""
    if count <= 0:
        return []
    buffer = (ctypes.c_ushort * (count + 1))()
    codes = list(buffer)[:count] if raw.texts(handle, 0, count, buffer) == count + 1 else []
    if not codes or any(
        codes[index] != raw.unicode(handle, index) for index in (*range(0, count, _SAMPLE), -1)
    ):
        return [raw.unicode(handle, index) for index in range(count)]
    return codes


def _print(printed: _Printed, handle: Handle, codes: list[int], frame: Frame) -> bool:
    """Fill in characters; False as soon as text is met that is not level where all should be."""
    is_level = printed.is_level
    chars, owners, runs = printed.chars, printed.owners, printed.runs
    owner_of, box_of, has_no_unicode = raw.text_object, raw.loose_box, raw.has_no_unicode
    rect, to_rect = raw.RECT, raw.TO_RECT
    new = tuple.__new__
    left_edge, width = frame.x0, frame.x1 - frame.x0
    last = -1
    run: _Run | None = None
    top = bottom = baseline = 0.0
    for index, code in enumerate(codes):
        if code in (13, 10) or (code == 32 and raw.is_generated(handle, index)):
            continue
        owner = owner_of(handle, index) or 0
        if owner != last or run is None:
            last = owner
            run = runs.get(owner)
            if run is None:
                run = runs[owner] = _run(handle, index, owner, printed.fonts, frame.rotation)
            if is_level and not (run.is_level or run.slanted):
                return False
            baseline = frame.y1 - run.y
            bottom = baseline + run.below
            top = bottom - run.size
        if run.slanted:
            printed.slanted += code != 32
            continue
        text = chr(code) if 32 <= code < 0xD800 else _text(codes, index)
        if has_no_unicode(handle, index):
            text = UNREADABLE
        if not text or not box_of(handle, index, to_rect):
            continue
        printed.unreadable += text == UNREADABLE
        if is_level:
            x0, x1 = rect.left - left_edge, rect.right - left_edge
            # What stands outside the page is left out.
            if not (0 <= x0 + x1 <= 2 * width and 0 <= top + bottom <= 2 * (frame.y1 - frame.y0)):
                continue
            char = (text, x0, top, x1, bottom, baseline, run.size, run.font)
        else:
            box = rect.left, rect.bottom, rect.right, rect.top
            char = (text, *box, 0.0, run.size, run.font)
        chars.append(new(Char, char))
        owners.append(owner)
    return True


def _text(codes: list[int], index: int) -> str:
    """The character of an unusual code; empty for what prints nothing, and for half of one."""
    code = codes[index]
    if 0xD800 <= code < 0xDC00 and index + 1 < len(codes):
        return ""  # beyond 65535 a character comes as two halves
    if 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
        return chr(0x10000 + ((codes[index - 1] - 0xD800) << 10) + (code - 0xDC00))
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return UNREADABLE
    if code in _HYPHENS:
        return "-"
    return chr(code) if code else ""


def _of(owners: list[int], objects: frozenset[int]) -> frozenset[int]:
    """Indexes of the characters of some text objects."""
    if not objects:
        return objects
    return frozenset(index for index, owner in enumerate(owners) if owner in objects)


def _upright(
    printed: _Printed, frame: Frame, turn: int
) -> tuple[list[Char], list[int], frozenset[int]]:
    """Characters after turning the page, their text objects, and which run another way.

    Those outside the page are left out.
    """
    if printed.is_level:
        return printed.chars, printed.owners, frozenset()
    found = list(_turned(printed, frame, turn))
    owners = [owner for _, owner in found]
    sideways = {owner for owner in owners if printed.runs[owner].turn != turn}
    return [char for char, _ in found], owners, _of(owners, frozenset(sideways))


def _turned(printed: _Printed, frame: Frame, turn: int) -> Iterator[tuple[Char, int]]:
    """Characters of user space and their text objects, after turning the page."""
    width, height = frame.size
    for char, owner in zip(printed.chars, printed.owners, strict=True):
        run = printed.runs[owner]
        text, x0, y0, x1, y1 = char[:5]
        shown = frame.box(x0, y0, x1, y1)
        if not (
            0 <= shown.x0 + shown.x1 <= 2 * width and 0 <= shown.top + shown.bottom <= 2 * height
        ):
            continue
        box = turned(shown, width, height, turn)
        top, bottom = box.top, box.bottom
        # Text of one object shares its baseline.
        baseline = turned(frame.box(run.x, run.y, run.x, run.y), width, height, turn).top
        if run.turn == turn:
            # The engine's box is that of the glyph where it is larger; one size for a line.
            bottom = baseline + run.below
            top = bottom - run.size
        elif not top - 1 <= baseline <= bottom + 1:
            baseline = bottom
        yield Char(text, box.x0, top, box.x1, bottom, baseline, run.size, run.font), owner


def _run(
    handle: Handle, index: int, owner: int, fonts: dict[int, tuple[str, float]], rotation: int
) -> _Run:
    """Size, font and direction of the text object that a character belongs to."""
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    if raw.char_matrix(handle, index, raw.TO_MATRIX):
        m = raw.MATRIX
        a, b, c, d = m.a, m.b, m.c, m.d
    size = max(raw.font_size(handle, index) * (hypot(c, d) if c else abs(d)), 1.0)
    raw.char_origin(handle, index, *raw.TO_ORIGIN)
    x, y = raw.ORIGIN[0].value, raw.ORIGIN[1].value
    # Turning the page clockwise turns the direction of text with it.
    if rotation:
        a, b = {90: (b, -a), 180: (-a, -b), 270: (-b, a)}.get(rotation, (a, b))
    font = raw.font_of(Handle(owner)) if owner else None
    name, descent = "", 0.0
    if font and font.value:
        if font.value not in fonts:
            buffer = ctypes.create_string_buffer(128)
            raw.font_name(font, buffer, 128)
            raw.font_descent(font, raw.ONE, raw.TO_POINT[0])
            fonts[font.value] = (
                buffer.value.decode("utf-8", "replace"),
                abs(raw.POINT[0].value),
            )
        name, descent = fonts[font.value]
    # A descent that no font can have is a fault of the file; a quarter is the usual one.
    below = size * (descent if 0 < descent < 1 else 0.25)
    if b == 0 and a > 0 and not rotation:
        return _Run(size, below, name, 0, False, True, x, y)
    turn = upright_turn(a, b)
    slanted = is_slanted(a, b)
    is_level = turn == 0 and not slanted and rotation == 0
    return _Run(size, below, name, turn, slanted, is_level, x, y)
