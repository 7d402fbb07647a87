"""OFD (GB/T 33190-2016): pages of placed characters and paths, read like the pages of a PDF.

ofd_page.py says what is drawn on a page; here are the package, its pages and its fonts. Stamps,
annotations and signatures are no part of the text and are left out; what they may hide is doubted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assets.layout.model import Box, ParsedDocument, ReadFailure
from assets.layout.ocr.engine import INSTALL, is_available
from assets.layout.parsers.base import Source
from assets.layout.parsers.ofd_base import Resources, children, first, name_of, numbers, target
from assets.layout.parsers.ofd_over import lying_over
from assets.layout.parsers.ofd_page import PlacedImage, draw
from assets.layout.parsers.package import Element, Package
from assets.layout.parsers.pdf import document_from_pages
from assets.layout.parsers.pdf_drawn import DrawnPage
from assets.layout.parsers.pdf_page import PageContent, PageSettings, read_page
from assets.layout.parsers.pictures import NO_TIME, decoded
from assets.layout.parsers.scan import (
    PICTURE_SHARE,
    TIME_SHARE,
    moved,
    noted_once,
    seen_page,
    unsure_lines,
)
from schemas.vocabulary import DocumentStatus

LOCKED = frozenset({"encryptions.xml", "decryptseed.dat"})
"""Parts that only encrypted packages have (GM/T 0099)."""
A4 = (0.0, 0.0, 210.0, 297.0)
COVER = 0.5
"""Of a page without text: a picture that covers more is the page."""


@dataclass(frozen=True, slots=True)
class OfdParser:
    """Reader of OFD files; pages that are pictures are read as scans."""

    settings: PageSettings = field(default_factory=PageSettings)
    name: str = "ofd"
    version: str = "2"
    media_types: frozenset[str] = frozenset({"application/ofd"})

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (paragraphs) and ruled grids, locators `p3 (x0,top,x1,bottom)` as for PDF.

        Boxes are in points from the top left of the page.

        Raises:
            ReadFailure: needs_password, damaged (with the part that is missing or broken),
                too_large, or needs_ocr where no text was found.
        """
        package = Package.open(source, "OFD file")
        if LOCKED & {name.lower() for name in package.archive.namelist()}:
            raise ReadFailure(
                DocumentStatus.NEEDS_PASSWORD,
                f"{source.file_name} is encrypted; supply an open copy",
            )
        root = _part(package, "OFD.xml")
        bodies = list(children(root, "DocBody"))
        if not bodies:
            raise package.damaged("part OFD.xml names no document")
        pages: list[PageContent] = []
        end = time.monotonic() + TIME_SHARE * source.limits.seconds
        metadata: dict[str, str] = {}
        for body in bodies:
            metadata = {**_metadata(body), **metadata}
            for drawn, images in _pages(package, body, len(pages)):
                page = read_page(drawn, self.settings)
                pages.append(_seen(package, page, images, end) if images else page)
        if not any(page.has_text for page in pages):
            why = next((page.notes[-1] for page in pages if page.notes), "they are blank")
            raise ReadFailure(
                DocumentStatus.NEEDS_OCR,
                f"{source.file_name} has {len(pages)} pages and no text on any of them: {why}",
            )
        document = document_from_pages(noted_once(pages), metadata, self.name, self.version)
        return unsure_lines(document, {page.number for page in pages if page.is_recognised})


OFD = OfdParser()


def _seen(
    package: Package, page: PageContent, images: Sequence[PlacedImage], end: float
) -> PageContent:
    """A page that is a picture, read by recognition where it is installed; else why it is not."""
    share = max(_area(image.box) for image in images) / (page.width * page.height)
    if page.has_text and (share < PICTURE_SHARE or page.is_recognised):
        return page
    whole = [image for image in images if _area(image.box) >= COVER * page.width * page.height]
    if page.has_text:
        note = f"page {page.number} has a large picture that was not read; export the file as PDF"
    elif len(whole) != 1 or not whole[0].is_upright:
        note = f"page {page.number} is made of pictures; export the file as PDF and take that in"
    elif not is_available():
        note = f"page {page.number} is a picture; to read it run {INSTALL}"
    elif time.monotonic() > end:
        note = f"page {page.number} is a picture and was not read: {NO_TIME}"
    else:
        (image,) = whole
        data = package.read(image.part) or b""
        inches = (image.box.x1 - image.box.x0) / 72
        picture = decoded(data, page.number, inches)
        if picture.note is None:
            seen = seen_page(picture, package.source)
            items = tuple(moved(item, image.box.x0, image.box.top) for item in seen.items)
            note = f"page {page.number} is a picture, read by character recognition"
            return replace(seen, items=items, notes=(note,), is_recognised=True)
        note = f"page {page.number} is a picture that {picture.note}"
    return replace(page, notes=(*page.notes, note), has_gap=not page.has_text)


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.bottom - box.top)


def _part(package: Package, name: str) -> Element:
    root = package.xml(name)
    if root is None:
        raise package.damaged(f"part {name} is missing")
    return root


def _metadata(body: Element) -> dict[str, str]:
    """Title, author and dates from the DocInfo element."""
    info = first(body, "DocInfo")
    return {
        name_of(element): element.text.strip()[:2000]
        for element in (info if info is not None else ())
        if isinstance(element.tag, str) and element.text and element.text.strip()
    }


def _pages(
    package: Package, body: Element, before: int
) -> Iterator[tuple[DrawnPage, list[PlacedImage]]]:
    """What is drawn on each page of one document of the package."""
    main = target("OFD.xml", _text(body, "DocRoot"))
    root = _part(package, main)
    common = first(root, "CommonData")
    resources = _resources(package, main, common, "PublicRes", "DocumentRes")
    templates = {
        str(entry.get("ID")): target(main, entry.get("BaseLoc"))
        for entry in (children(common, "TemplatePage") if common is not None else ())
    }
    usual = _box(first(common, "PageArea") if common is not None else None) or A4
    listed = first(root, "Pages")
    limit = package.source.limits.max_pages
    entries = list(children(listed, "Page")) if listed is not None else []
    if before + len(entries) > limit:
        raise ReadFailure(
            DocumentStatus.TOO_LARGE,
            f"{package.source.file_name} has more than {limit} pages, the limit",
        )
    hiding = lying_over(package, body, main, root)
    drawn: dict[str, Element] = {}
    for number, entry in enumerate(entries, before + 1):
        name = target(main, entry.get("BaseLoc"))
        page = _part(package, name)
        own = _resources(package, name, page, "PageRes")
        contents: list[Element] = []
        over: list[Element] = []
        for use in children(page, "Template"):
            part = templates.get(str(use.get("TemplateID")))
            if part is None:
                raise package.damaged(f"page {number} uses a template that is not there")
            if part not in drawn:
                drawn[part] = _part(package, part)
            (over if use.get("ZOrder") == "Foreground" else contents).append(drawn[part])
        area = _box(first(page, "Area")) or usual
        every = Resources(
            resources.fonts | own.fonts,
            resources.units | own.units,
            resources.media | own.media,
            resources.params | own.params,
        )
        covers = hiding.get(str(entry.get("ID")), ())
        yield draw([*contents, page, *over], number, area, every, covers)


def _text(element: Element, name: str) -> str:
    found = first(element, name)
    return (found.text or "") if found is not None else ""


def _box(area: Element | None) -> tuple[float, float, float, float] | None:
    values = numbers(_text(area, "PhysicalBox")) if area is not None else []
    if len(values) != 4 or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], values[2], values[3]


def _resources(package: Package, part: str, named_in: Element | None, *kinds: str) -> Resources:
    """Names of the fonts, drawings and pictures that pages use by number."""
    found = Resources()
    for kind in kinds:
        for entry in children(named_in, kind) if named_in is not None else ():
            name = target(part, entry.text)
            root = _part(package, name)
            for group in children(root, "Fonts"):
                for font in children(group, "Font"):
                    bold = " bold" if font.get("Bold") == "true" else ""
                    found.fonts[str(font.get("ID"))] = f"{font.get('FontName', '')}{bold}"
            for group in children(root, "CompositeGraphicUnits"):
                for unit in children(group, "CompositeGraphicUnit"):
                    found.units[str(unit.get("ID"))] = unit
            for group in children(root, "DrawParams"):
                for param in children(group, "DrawParam"):
                    found.params[str(param.get("ID"))] = param
            for group in children(root, "MultiMedias"):
                for media in children(group, "MultiMedia"):
                    # Files lie below the folder that the resources name (7.9).
                    below = f"{root.get('BaseLoc') or '.'}/{_text(media, 'MediaFile').strip()}"
                    found.media[str(media.get("ID"))] = target(name, below)
    return found
