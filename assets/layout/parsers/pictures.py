"""Pictures inside documents: tables that an agency pasted into a page or a Word file as pictures.

Readers hand over the pictures of a document with their places. Those that show a net of rules,
and all of them where the document has next to no text of its own, are read as a scan would be;
what is seen takes its place among the rest of the document.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from assets.layout.model import WHOLE, Block, EmbeddedPicture, Grid, ParsedDocument, Window
from assets.layout.ocr.engine import INSTALL, is_available
from assets.layout.parsers.base import Source
from assets.layout.parsers.pdf import document_from_pages
from assets.layout.parsers.pdf_page import PageContent
from assets.layout.parsers.scan import (
    MAX_PIXELS,
    SCAN,
    TIME_SHARE,
    Picture,
    read_picture,
    seen_page,
    unsure_lines,
)

MIN_WIDTH, MIN_HEIGHT = 300, 60
"""Pixels of the smallest picture in which a table of the forms can be read; icons are smaller."""
MAX_PICTURES = 60
"""Pictures of one document that are read: three tables take ten pages at most."""
MIN_TEXT = 200
"""Characters from which a document has a text of its own, and its pictures may be photographs."""
NO_TIME = "no time was left; raise the limit of seconds"
_BROKEN = (OSError, SyntaxError, ValueError, EOFError)
"""What Pillow raises where bytes are no picture that it knows, or half of one."""
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")

Item = Block | Grid


def with_pictures(document: ParsedDocument, source: Source) -> ParsedDocument:
    """A document with the tables that stand in it as pictures, each at its place.

    Locators name the picture and the box in it, in points: `paragraph[4]/picture[1] (x0,…)`. Such
    cells have a confidence, as all that recognition gives, and no page.

    Args:
        document: as its reader gave it, with `pictures`.
        source: for the limits on time and pixels.
    """
    sizes = [(picture, _size(picture)) for picture in _once(document.pictures)]
    large = [p for p, size in sizes if size and size[0] >= MIN_WIDTH and size[1] >= MIN_HEIGHT]
    if unknown := sum(size is None for _, size in sizes):
        note = f"{unknown} pictures of a kind that is not read, such as vector pictures"
        document = replace(document, notes=(*document.notes, note))
    if not large:
        return document
    if not is_available():
        note = f"{len(large)} pictures, perhaps of tables; to read them run {INSTALL}"
        gaps = () if document.grids else (note,)  # with no table at all, they may be its tables
        return replace(document, notes=(*document.notes, note), gaps=(*document.gaps, *gaps))
    end = time.monotonic() + TIME_SHARE * source.limits.seconds
    every = _text_length(document) < MIN_TEXT
    notes, gaps = list(document.notes), list(document.gaps)
    items: list[tuple[tuple[int, int], Item]] = [
        ((item.order, 1), item) for item in (*document.blocks, *document.grids)
    ]
    others = 0
    for order, group in groupby(large[:MAX_PICTURES], key=lambda place: place.order):
        places = list(group)
        looked = [
            _page(p, n, every, source, time.monotonic() < end) for n, p in enumerate(places, 1)
        ]
        pages = [page for page in looked if page is not None]
        others += len(places) - len(pages)
        seen = document_from_pages(pages, {}, SCAN.name, SCAN.version)
        notes += seen.notes
        gaps += seen.gaps
        found = unsure_lines(seen, {page.number for page in pages})
        items += [((order, 0), item) for item in _in_place(found, places)]
    if others:
        notes.append(f"{others} pictures show no net of rules and were not read")
    if (beyond := len(large) - MAX_PICTURES) > 0:
        notes.append(f"{beyond} pictures after the first {MAX_PICTURES} were not looked at")
    return _in_order(replace(document, notes=tuple(notes), gaps=tuple(gaps)), items)


def _once(pictures: Sequence[EmbeddedPicture]) -> list[EmbeddedPicture]:
    """Pictures, those that are shown again left out."""
    first: dict[object, EmbeddedPicture] = {}
    for picture in pictures:
        first.setdefault((picture.data, picture.shown), picture)
    return list(first.values())


def _size(picture: EmbeddedPicture) -> tuple[int, int] | None:
    """Pixels across and down, by the header; None for what is no picture of a known kind."""
    try:
        with _opened(picture.data) as image:
            left, top, right, bottom = picture.shown
            return round(image.width * (right - left)), round(image.height * (bottom - top))
    except _BROKEN:
        return None


def _opened(data: bytes) -> Any:
    from PIL import Image  # noqa: PLC0415

    # Pillow's own guard would raise before the size can be named.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _text_length(document: ParsedDocument) -> int:
    texts = [block.text for block in document.blocks]
    texts += [cell.text for grid in document.grids for cell in grid.cells]
    return sum(len(text.strip()) for text in texts)


def _page(
    place: EmbeddedPicture, number: int, every: bool, source: Source, in_time: bool
) -> PageContent | None:
    """What is seen in a picture, with a note; None where it shows no table and need not be read."""
    from assets.layout.ocr.page import has_table  # noqa: PLC0415 - heavy

    late = Picture(number, None, 1.0, f"was not read: {NO_TIME}")
    picture = decoded(place.data, number, shown=place.shown) if in_time else late
    if picture.note is None and not every and not has_table(picture.image, picture.scale):
        return None
    if picture.note is not None:
        note = f"{place.locator} {picture.note}"
        return PageContent(number, 0.0, 0.0, 0, (), False, 0, 0, (note,), has_gap=True)
    note = f"{place.locator} is a picture, read by character recognition"
    return replace(seen_page(picture, source), notes=(note,))


def decoded(
    data: bytes,
    number: int,
    inches: float | None = None,
    shown: Window = WHOLE,
) -> Picture:
    """The pixels of a picture, or why it is not read.

    Args:
        data: its file.
        number: the page that it is to be.
        inches: its width as shown; by default what the file says, or what is usual.
        shown: the part of it that is shown.
    """
    try:
        with _opened(data) as image:
            if image.width * image.height > MAX_PIXELS:
                return Picture(number, None, 1.0, f"was not read: more than {MAX_PIXELS} pixels")
            part = image if shown == WHOLE else _cropped(image, shown)
            if inches:
                part.info["dpi"] = (part.width / inches, part.width / inches)
            return read_picture(number, part)
    except _BROKEN as error:
        return Picture(number, None, 1.0, f"cannot be opened: {error}")


def _cropped(image: Any, shown: Window) -> Any:
    left, top, right, bottom = shown
    width, height = image.size
    sides = left * width, top * height, right * width, bottom * height
    part = image.crop(tuple(round(side) for side in sides))
    part.info = dict(image.info)
    return part


def _in_place(seen: ParsedDocument, places: Sequence[EmbeddedPicture]) -> Iterator[Item]:
    """What was seen, in its order, with the locators of the document."""
    for item in sorted((*seen.blocks, *seen.grids), key=lambda item: item.order):
        if isinstance(item, Block):
            yield replace(item, locator=_located(item.locator, item.page, places), page=None)
            continue
        cells = tuple(
            replace(cell, locator=_located(cell.locator, cell.page, places), page=None, box=None)
            for cell in item.cells
        )
        yield replace(item, cells=cells)


def _located(locator: str, page: int | None, places: Sequence[EmbeddedPicture]) -> str:
    return f"{places[(page or 1) - 1].locator} {locator.partition(' ')[2]}"


def _in_order(
    document: ParsedDocument, items: list[tuple[tuple[int, int], Item]]
) -> ParsedDocument:
    """A document of items at their places, numbered anew."""
    ordered = [item for _, item in sorted(items, key=lambda placed: placed[0])]
    blocks: list[Block] = []
    grids: list[Grid] = []
    for order, item in enumerate(ordered):
        if isinstance(item, Block):
            blocks.append(replace(item, order=order))
        else:
            grids.append(replace(item, order=order, ordinal=len(grids)))
    return replace(document, blocks=tuple(blocks), grids=tuple(grids))
