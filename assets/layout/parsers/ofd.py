"""OFD (GB/T 33190-2016): pages of placed characters and paths, read like the pages of a PDF.

ofd_page.py says what is drawn on a page; here are the package, its pages and its fonts. Stamps,
annotations and signatures are no part of the text and are left out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.ofd_page import Resources, children, draw, first, name_of, numbers
from assets.layout.parsers.package import Element, Package
from assets.layout.parsers.pdf import document_from_pages
from assets.layout.parsers.pdf_page import PageContent, PageSettings, read_page
from schemas.vocabulary import DocumentStatus

LOCKED = frozenset({"encryptions.xml", "decryptseed.dat"})
"""Parts that only encrypted packages have (GM/T 0099)."""
A4 = (0.0, 0.0, 210.0, 297.0)


@dataclass(frozen=True, slots=True)
class OfdParser:
    """Reader of OFD files whose pages hold text."""

    settings: PageSettings = field(default_factory=PageSettings)
    name: str = "ofd"
    version: str = "1"
    media_types: frozenset[str] = frozenset({"application/ofd"})

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (paragraphs) and ruled grids, locators `p3 (x0,top,x1,bottom)` as for PDF.

        Boxes are in points from the top left of the page.

        Raises:
            ReadFailure: needs_password, damaged (with the part that is missing or broken),
                too_large, or needs_ocr where no page has text.
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
        metadata: dict[str, str] = {}
        for body in bodies:
            metadata = {**_metadata(body), **metadata}
            for page in _pages(package, body, len(pages)):
                pages.append(read_page(page, self.settings))
        if not any(page.has_text for page in pages):
            raise ReadFailure(
                DocumentStatus.NEEDS_OCR,
                f"{source.file_name} has {len(pages)} pages and no text on any of them: pictures; "
                "export it as PDF and take that in",
            )
        return document_from_pages(pages, metadata, self.name, self.version)


OFD = OfdParser()


def _part(package: Package, name: str) -> Element:
    root = package.xml(name)
    if root is None:
        raise package.damaged(f"part {name} is missing")
    return root


def _target(part: str, location: str | None) -> str:
    """Name of the part at a location written in another part (7.3: relative, or from the root)."""
    path = (location or "").strip().replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), path)).lstrip("/")


def _metadata(body: Element) -> dict[str, str]:
    """Title, author and dates from the DocInfo element."""
    info = first(body, "DocInfo")
    return {
        name_of(element): element.text.strip()[:2000]
        for element in (info if info is not None else ())
        if isinstance(element.tag, str) and element.text and element.text.strip()
    }


def _pages(package: Package, body: Element, before: int) -> Iterator:
    """What is drawn on each page of one document of the package."""
    main = _target("OFD.xml", _text(body, "DocRoot"))
    root = _part(package, main)
    common = first(root, "CommonData")
    resources = _resources(package, main, common)
    templates = {
        str(entry.get("ID")): _target(main, entry.get("BaseLoc"))
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
    drawn: dict[str, Element] = {}
    for number, entry in enumerate(entries, before + 1):
        page = _part(package, _target(main, entry.get("BaseLoc")))
        contents = []
        for use in children(page, "Template"):
            part = templates.get(str(use.get("TemplateID")))
            if part is None:
                raise package.damaged(f"page {number} uses a template that is not there")
            if part not in drawn:
                drawn[part] = _part(package, part)
            contents.append(drawn[part])
        area = _box(first(page, "Area")) or usual
        yield draw([*contents, page], number, area, resources)


def _text(element: Element, name: str) -> str:
    found = first(element, name)
    return (found.text or "") if found is not None else ""


def _box(area: Element | None) -> tuple[float, float, float, float] | None:
    values = numbers(_text(area, "PhysicalBox")) if area is not None else []
    if len(values) != 4 or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], values[2], values[3]


def _resources(package: Package, main: str, common: Element | None) -> Resources:
    """Names of the fonts, and drawings that pages use by number."""
    fonts: dict[str, str] = {}
    units: dict[str, Element] = {}
    for kind in ("PublicRes", "DocumentRes"):
        for entry in children(common, kind) if common is not None else ():
            root = _part(package, _target(main, entry.text))
            for group in children(root, "Fonts"):
                for font in children(group, "Font"):
                    bold = " bold" if font.get("Bold") == "true" else ""
                    fonts[str(font.get("ID"))] = f"{font.get('FontName', '')}{bold}"
            for group in children(root, "CompositeGraphicUnits"):
                for unit in children(group, "CompositeGraphicUnit"):
                    units[str(unit.get("ID"))] = unit
    return Resources(fonts, units)
