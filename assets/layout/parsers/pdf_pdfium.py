"""The daily engine: a PDFium page as drawn objects, many times faster than the reference.

PDFium's text page is made for searching: it joins runs, adds spaces, leaves out what it takes for
a character drawn twice, and prints the ActualText of a run instead of its characters. What it may
have lost or changed is said as a doubt of the page, which is then read by the reference, too.
PDFium is not thread safe; documents are read in processes of their own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as pdfium

from assets.layout.model import Box
from assets.layout.parsers.pdf_chars import Frame, Printed, read_characters, turned_edges
from assets.layout.parsers.pdf_covered import Setting
from assets.layout.parsers.pdf_drawn import LOST, UNREADABLE, DrawnPage, turned
from assets.layout.parsers.pdf_fonts import Known, false_digits
from assets.layout.parsers.pdf_objects import Objects, lost_texts, page_objects
from assets.layout.parsers.pdf_paths import Edges
from assets.layout.parsers.pdf_seen import sight_of
from assets.layout.parsers.pdf_text import Char

_LETTER = (0.0, 0.0, 612.0, 792.0)
_LESS_TURNED = 0.1
"""Share of characters that run another way than the rest from which the page is odd."""


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


def draw_page(
    page: Any, number: int, thickness: float, max_nested_forms: int, known: Known | None = None
) -> DrawnPage:
    """What is drawn on a pypdfium2 page.

    Args:
        page: a pypdfium2 page; stays open.
        number: its number, from 1.
        thickness: points up to which a shape is one rule.
        max_nested_forms: forms inside forms, as deep as they are followed.
        known: what is known of the fonts of the document; more is added.

    Raises:
        PdfiumError: the text of the page cannot be loaded.
    """
    frame = frame_of(page)
    width, height = frame.size
    objects = page_objects(page, thickness, max_nested_forms)
    text_page = page.get_textpage()
    try:
        printed = read_characters(text_page, frame)
        known = {} if known is None else known
        false = false_digits(page, text_page, objects, printed, known)
    finally:
        text_page.close()
    chars, owners, turn = printed.chars, printed.owners, printed.turn
    lost = lost_texts(objects.texts, printed.runs)
    doubts = _doubts(printed, objects, is_any_lost=bool(lost))

    def uprights(boxes: Sequence[Edges]) -> list[Box]:
        if not boxes:
            return []
        x0s, y0s, x1s, y1s = map(list, zip(*boxes, strict=True))
        return list(map(Box, *turned_edges(*frame.edges(x0s, y0s, x1s, y1s), width, height, turn)))

    def upright(box: Edges) -> Box:
        return turned(frame.box(*box), width, height, turn)

    setting = Setting(width, height, turn, frame.box(*page.get_bbox()), upright)
    names = {owner: run.font for owner, run in printed.runs.items()}
    # What was lost is judged like what was read, for the engine that reads it.
    others = [_stands_for(upright(objects.box_of(text))) for text in lost]
    sight = sight_of(page, objects, [*chars, *others], [*owners, *lost], names, setting)
    read = len(chars)
    strokes = [stroked for _, stroked in objects.shapes]
    return DrawnPage(
        number,
        width,
        height,
        turn,
        chars,
        list(zip(uprights([box for box, _ in objects.shapes]), strokes, strict=True)),
        objects.image_area,
        printed.slanted,
        printed.unreadable,
        doubts,
        frozenset(index for index in sight.odd if index < read) | printed.sideways | false,
        tuple((upright(box), text) for box, text in objects.covers),
        sight.tinted,
        frozenset(index for index in sight.unseen if index < read),
        tuple((_box(others[i - read]), i in sight.unseen) for i in sight.odd if i >= read),
        tuple(
            (start.x0, start.top, end.x0, end.top)
            for start, end in zip(
                uprights([(*start, *start) for start, _ in objects.strokes]),
                uprights([(*end, *end) for _, end in objects.strokes]),
                strict=True,
            )
        ),
    )


def _stands_for(box: Box) -> Char:
    """A character in the place of a whole text."""
    size = (box.bottom - box.top) / 0.7
    return Char(UNREADABLE, box.x0, box.top, box.x1, box.bottom, box.bottom, size, "")


def _box(char: Char) -> Box:
    return Box(char.x0, char.top, char.x1, char.bottom)


def _doubts(printed: Printed, objects: Objects, *, is_any_lost: bool) -> tuple[str, ...]:
    """Why characters of the page may be lost or changed."""
    doubts = []
    if printed.aside > _LESS_TURNED:
        doubts.append("text runs in several directions")
    if printed.unreadable:
        doubts.append("characters without a readable code")
    if objects.replaced:
        doubts.append("text with a replacement for searching")
    if is_any_lost:
        doubts.append(LOST)
    return tuple(doubts)
