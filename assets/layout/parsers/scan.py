"""Pictures of pages: scans and photographs as files of their own, and pages of PDFs without text.

What is seen on a page has the form of a PDF page, so that paragraphs, running headers, headings
and tables over several pages are put together by the same code. Without the `ocr` extra a
picture is left with a message that names the command to install it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assets.layout.model import Box, ParsedDocument, ReadFailure
from assets.layout.ocr.engine import INSTALL, engine_version, is_available, load_engine
from assets.layout.ocr.kept import engine_for
from assets.layout.parsers.base import Source, read_bytes
from assets.layout.parsers.pdf_page import PageContent, PageTable, PageText
from assets.layout.parsers.pdf_text import Line
from schemas.vocabulary import DocumentStatus

if TYPE_CHECKING:
    from assets.layout.ocr.page import Seen

MAX_PIXELS = 80_000_000
"""An A3 page at 600 dots per inch has 70 million; the header tells before anything is decoded."""
DPI = 200
"""Resolution in which pages are read: digits of 9 pt are 17 pixels high."""
SCREEN_DPI = 96
"""Of a picture that does not say and is too small for a scanned page."""
SCANNED_WIDTH = 1000
"""Pixels across from which a picture without resolution is taken for a page 595 pt wide."""
MAX_WORK_PIXELS = 16_000_000
"""Pixels of a page as it is read: A2 at 200 dots per inch."""
LEAST_DPI = 100
"""Resolution below which digits of 9 pt are 8 pixels high, and a picture is too long to be read."""
TIME_SHARE = 0.75
"""Of the seconds for a document; pages not read by then are named, the others kept."""
PICTURE_SHARE = 0.06
"""Of a page with text: smaller pictures are seals, portraits and QR codes, no tables."""
PICTURE_WIDTH, PICTURE_HEIGHT = 200.0, 50.0
"""Points of the smallest picture in which a table of the forms can be read."""
COVERED = 12
"""Characters of the page on a picture from which it is background, not content."""

READ_ONCE = 0.5
"""Confidence in the cells of a table that was read as lines of text."""

_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
}


@dataclass(frozen=True, slots=True)
class ScanParser:
    """Reader of pictures; TIFF may hold several pages."""

    name: str = "scan"
    media_types: frozenset[str] = frozenset(_FORMATS)

    @property
    def version(self) -> str:
        """Own version and that of the engine, since either changes what is read."""
        return f"1+{engine_version()}"

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks and ruled grids of a picture, locators `p1 (x0,top,x1,bottom)` in points.

        Raises:
            ReadFailure: needs_ocr without the extra, too_large, damaged.
        """
        from assets.layout.parsers.pdf import document_from_pages  # noqa: PLC0415 - it uses us

        read_bytes(source)  # refuses what is empty or too long
        if not is_available():
            raise ReadFailure(
                DocumentStatus.NEEDS_OCR,
                f"{source.file_name} is a picture, which needs character recognition: run "
                f"{INSTALL} and build again, or take in the text original",
            )
        pages = noted_once(list(_seen(_frames(source), source)))
        if not any(page.has_text for page in pages):
            unread = [page.notes[-1] for page in pages if page.has_gap]
            if unread:
                raise ReadFailure(DocumentStatus.TOO_LARGE, f"{source.file_name}: {unread[0]}")
            raise ReadFailure(
                DocumentStatus.NOT_A_REPORT, f"{source.file_name}: no text was seen in the picture"
            )
        document = document_from_pages(pages, {}, self.name, self.version)
        return unsure_lines(document, {page.number for page in pages})


SCAN = ScanParser()


def unsure_lines(document: ParsedDocument, seen: Set[int]) -> ParsedDocument:
    """A document whose tables without rules, on pages that were seen, are in doubt cell by cell.

    Their lines were read once, and nothing shows what was not read.

    Args:
        document: as put together.
        seen: numbers of the pages read by recognition.
    """
    grids = tuple(
        grid
        if grid.kind == "ruled"
        else replace(
            grid,
            cells=tuple(
                replace(cell, confidence=READ_ONCE) if cell.page in seen else cell
                for cell in grid.cells
            ),
        )
        for grid in document.grids
    )
    return replace(document, grids=grids)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page picture: grey or RGB pixels or why there are none, pixels per point."""

    number: int
    image: Any
    scale: float
    note: str | None = None


def read_scanned(source: Source, data: bytes, pages: Sequence[PageContent]) -> list[PageContent]:
    """The pages of a PDF, those that are pictures read by recognition where it is installed.

    A picture of some size on a page with text is read too, and its tables and lines take their
    places among the others.

    Args:
        source: the document.
        data: its bytes.
        pages: as read from the text layer.
    """
    # Opening the file and its pages again costs as much as reading them.
    if not any(page.has_pictures for page in pages):
        return list(pages)
    import pypdfium2 as pdfium  # noqa: PLC0415

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        return list(pages)
    try:
        return noted_once(list(_with_pictures(source, pdf, pages)))
    finally:
        pdf.close()


def _with_pictures(source: Source, pdf: Any, pages: Sequence[PageContent]) -> Iterator[PageContent]:
    end = time.monotonic() + TIME_SHARE * source.limits.seconds
    for page in pages:
        if page.number > len(pdf) or page.width == 0 or not page.has_pictures:
            yield page
            continue
        raw = pdf[page.number - 1]
        regions = _regions(raw, page)
        if not regions:
            yield page
        elif not is_available():
            what = "is a picture" if not page.has_text else "has a large picture"
            note = f"page {page.number} {what}; to read it run {INSTALL}"
            yield _unread(page, note) if not page.has_text else _noted(page, note)
        elif time.monotonic() > end:
            yield _unread(page, _out_of_time(page.number, source))
        elif max(region.pixels for region in regions) > MAX_PIXELS:
            yield _unread(page, f"page {page.number}: a picture of more than {MAX_PIXELS} pixels")
        else:
            yield _page_with(page, raw, regions, source)


def _out_of_time(number: int, source: Source) -> str:
    return (
        f"page {number} is a picture and was not read: recognition had used "
        f"{TIME_SHARE * source.limits.seconds:.0f} s; raise the limit of seconds"
    )


def _seen_note(first: int, last: int) -> str:
    if first == last:
        return f"page {first} is a picture, read by character recognition"
    return f"pages {first} to {last} are pictures, read by character recognition"


def noted_once(pages: list[PageContent]) -> list[PageContent]:
    """The pages, one note standing for those of a run of pictures."""
    start = 0
    for end in range(1, len(pages) + 1):
        run = pages[start:end]
        if end < len(pages) and _is_seen(pages[end]) and _is_seen(pages[start]):
            continue
        if len(run) > 1:
            pages[start] = replace(
                run[0], notes=(_seen_note(run[0].number, run[-1].number), *run[0].notes[1:])
            )
            for at in range(start + 1, end):
                pages[at] = replace(pages[at], notes=pages[at].notes[1:])
        start = end
    return pages


def _is_seen(page: PageContent) -> bool:
    return page.notes[:1] == (_seen_note(page.number, page.number),)


def _noted(page: PageContent, note: str) -> PageContent:
    return replace(page, notes=(*page.notes, note))


def _unread(page: PageContent, note: str) -> PageContent:
    return replace(_noted(page, note), has_gap=True)


@dataclass(frozen=True, slots=True)
class _Region:
    """A part of a page that is a picture; box in points of the page as displayed."""

    box: Box
    pixels: int


def _regions(raw: Any, page: PageContent) -> list[_Region]:
    """The pictures of a page that are to be read."""
    import pypdfium2.raw as pdfium_c  # noqa: PLC0415

    width, height = raw.get_size()
    pictures = []
    for item in raw.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = item.get_bounds()
        across, down = item.get_px_size()
        pictures.append((Box(left, height - top, right, height - bottom), across * down))
    if not pictures:
        return []
    if not page.has_text:
        return [_Region(Box(0, 0, width, height), max(pixels for _, pixels in pictures))]
    if page.turn or raw.get_rotation():
        return []
    area = width * height
    return [
        _Region(box, pixels)
        for box, pixels in pictures
        if (box.x1 - box.x0) * (box.bottom - box.top) >= PICTURE_SHARE * area
        and box.x1 - box.x0 >= PICTURE_WIDTH
        and box.bottom - box.top >= PICTURE_HEIGHT
        and _characters_on(page, box) < COVERED
    ]


def _characters_on(page: PageContent, box: Box) -> int:
    """Characters of the text layer that stand on a picture."""
    count = 0
    for item in page.items:
        if isinstance(item, PageTable):
            for cell in item.cells:
                x, y = (cell.item.box.x0 + cell.item.box.x1) / 2, cell.item.box.top
                count += len(cell.item.text) * (box.x0 <= x <= box.x1 and box.top <= y < box.bottom)
            continue
        for char in (char for line in item.lines for char in line.chars):
            x, y = char.middle
            count += box.x0 <= x <= box.x1 and box.top <= y <= box.bottom
    return count


def _see(image: Any, scale: float, source: Source) -> Seen:
    """What recognition sees on a picture; image and scale as see_page takes them."""
    from assets.layout.ocr.page import see_page  # noqa: PLC0415 - heavy

    with engine_for(image, source.seen_pages, load_engine) as engine:
        return see_page(image, scale, engine)


def _page_with(
    page: PageContent, raw: Any, regions: Sequence[_Region], source: Source
) -> PageContent:
    """A page with what is seen in its pictures."""
    width, height = raw.get_size()
    scale = min(DPI / 72, (MAX_WORK_PIXELS / max(width * height, 1.0)) ** 0.5)
    image = raw.render(scale=scale, rev_byteorder=True).to_numpy()
    if not page.has_text:
        seen = _see(image.copy(), scale, source)
        if not seen.characters:
            return page
        return replace(
            page,
            width=seen.width,
            height=seen.height,
            turn=seen.turn,
            items=seen.items,
            has_text=True,
            characters=seen.characters,
            unreadable=0,
            notes=(_seen_note(page.number, page.number),),
        )
    items: list[PageTable | PageText] = []
    count = 0
    for region in regions:
        x0, y0, x1, y1 = (
            max(0, round(edge * scale))
            for edge in (region.box.x0, region.box.top, region.box.x1, region.box.bottom)
        )
        seen = _see(image[y0:y1, x0:x1].copy(), scale, source)
        if seen.turn == 0:
            items += [moved(item, x0 / scale, y0 / scale) for item in seen.items]
            count += seen.characters
    note = f"page {page.number} has a picture with text, read by character recognition"
    return replace(
        page,
        items=tuple(sorted((*_parted(page.items, items), *items), key=lambda item: item.top)),
        characters=page.characters + count,
        notes=(*page.notes, *([note] if count else ())),
    )


def _parted(
    items: Iterable[PageTable | PageText], between: Iterable[PageTable | PageText]
) -> Iterator[PageTable | PageText]:
    """The items of a page, runs of lines parted where others come between."""
    tops = [item.top for item in between]
    for item in items:
        if isinstance(item, PageTable) or item.region:
            yield item
            continue
        run: list[Line] = []
        for line in item.lines:
            if run and any(run[-1].box.top < top <= line.box.top for top in tops):
                yield PageText(tuple(run), run[0].box.top, item.region, item.doubts)
                run = []
            run.append(line)
        if run:
            yield PageText(tuple(run), run[0].box.top, item.region, item.doubts)


def moved(item: PageTable | PageText, dx: float, dy: float) -> PageTable | PageText:
    """An item of a picture at its place on the page."""

    def there(box: Box) -> Box:
        return Box(box.x0 + dx, box.top + dy, box.x1 + dx, box.bottom + dy)

    if isinstance(item, PageTable):
        cells = tuple(
            replace(cell, item=cell.item._replace(box=there(cell.item.box))) for cell in item.cells
        )
        return PageTable(cells, item.top + dy)
    lines = tuple(
        Line(
            tuple(
                char._replace(
                    x0=char.x0 + dx,
                    x1=char.x1 + dx,
                    top=char.top + dy,
                    bottom=char.bottom + dy,
                    baseline=char.baseline + dy,
                )
                for char in line.chars
            )
        )
        for line in item.lines
    )
    return PageText(lines, item.top + dy, item.region)


def _seen(pictures: Iterable[Picture], source: Source) -> Iterator[PageContent]:
    end = time.monotonic() + TIME_SHARE * source.limits.seconds
    for picture in pictures:
        number = picture.number
        note = picture.note
        if note is None and time.monotonic() > end:
            note = _out_of_time(number, source)
        if note is not None:
            yield PageContent(number, 0.0, 0.0, 0, (), False, 0, 0, (note,), has_gap=True)
            continue
        yield replace(seen_page(picture, source), notes=(_seen_note(number, number),))


def seen_page(picture: Picture, source: Source) -> PageContent:
    """What recognition sees in a picture that could be decoded; see _see for the source."""
    seen = _see(picture.image, picture.scale, source)
    return PageContent(
        picture.number,
        seen.width,
        seen.height,
        seen.turn,
        seen.items,
        seen.characters > 0,
        seen.characters,
        0,
        (),
    )


def _frames(source: Source) -> Iterator[Picture]:
    """The pages of a picture file, one at a time.

    Raises:
        ReadFailure: too many pages or pixels, or not to be decoded at all.
    """
    from PIL import Image, ImageSequence, UnidentifiedImageError  # noqa: PLC0415

    number = 0
    # Pillow's own guard warns first; ours stands in front of it.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(source.path, formats=[_FORMATS[source.media_type]]) as file:
            # A GIF or PNG that moves shows a page in its first picture only.
            moves = source.media_type != "image/tiff"
            pages = 1 if moves else getattr(file, "n_frames", 1)
            if pages > source.limits.max_pages:
                raise ReadFailure(
                    DocumentStatus.TOO_LARGE,
                    f"{source.file_name} has {pages} pages, more than the limit of "
                    f"{source.limits.max_pages}",
                )
            for number, frame in enumerate([file] if moves else ImageSequence.Iterator(file), 1):
                _check_size(source, number, *frame.size)
                yield read_picture(number, frame)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        if number > 1:
            yield Picture(number + 1, None, 1.0, f"the file breaks off after page {number}")
            return
        raise ReadFailure(
            DocumentStatus.DAMAGED, f"{source.file_name} is no readable picture: {error}"
        ) from error


def _check_size(source: Source, number: int, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ReadFailure(
            DocumentStatus.TOO_LARGE,
            f"{source.file_name}, page {number}: {width} x {height} pixels, more than the limit of "
            f"{MAX_PIXELS}; scan it again with 200 to 300 dots per inch",
        )


def read_picture(number: int, frame: Any) -> Picture:
    """A frame as grey or RGB pixels in the resolution in which pages are read."""
    import numpy as np  # noqa: PLC0415 - part of the ocr extra
    from PIL import Image, ImageOps  # noqa: PLC0415

    dpi = _dpi(frame)
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        shown = upright.convert("RGBA")
        paper = Image.new("RGBA", shown.size, "white")
        page = Image.alpha_composite(paper, shown).convert("RGB")
    elif upright.mode.startswith("I") or upright.mode == "F":
        levels = np.asarray(upright, dtype=np.float32)
        top = max(float(levels.max()), 1.0)
        page = Image.fromarray((levels * (255 / top)).clip(0, 255).astype(np.uint8))
    elif upright.mode in {"1", "L"}:
        page = upright.convert("L")
    else:
        page = upright if upright.mode == "RGB" else upright.convert("RGB")
    factor = DPI / dpi
    if factor > 1.2 or factor < 0.8:
        room = (MAX_WORK_PIXELS / (page.width * page.height)) ** 0.5
        factor = min(factor, room)
        if factor < 1 and dpi * factor < LEAST_DPI:
            note = f"was not read: {page.width} x {page.height} pixels; cut it into pages"
            return Picture(number, None, 1.0, note)
        size = (max(1, round(page.width * factor)), max(1, round(page.height * factor)))
        resample = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
        page = page.resize(size, resample)
        dpi *= factor
    if page.width * page.height > MAX_WORK_PIXELS:
        # Colour takes three times the memory; what it tells of seals, their shape tells, too.
        page = page.convert("L")
    return Picture(number, np.array(page), dpi / 72)


def _dpi(frame: Any) -> float:
    """Dots per inch: as the file says where that gives a page of usual size, else by its width."""
    shorter = min(frame.size)
    try:
        stated = float(frame.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        stated = 0.0
    # From a slip of paper to A2: cameras write 72 whatever they saw.
    if stated > 0 and 1.5 <= shorter / stated <= 17.0:
        return stated
    return shorter / 8.27 if shorter >= SCANNED_WIDTH else SCREEN_DPI
