"""What lies over the pages of an OFD file: annotations and the stamps of signatures.

They are no part of the text, but may hide digits of it. Clauses: GB/T 33190-2016, 15 and 18.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from assets.layout.model import ReadFailure
from assets.layout.parsers.ofd_base import children, first, numbers, target
from assets.layout.parsers.package import Element, Package
from schemas.vocabulary import DocumentStatus

Rect = tuple[float, float, float, float]
"""x, y, width and height in millimetres."""
MAX_OVER = 2000
"""Annotations and stamps of a document that are looked at."""
_CLEAR = frozenset({"Link", "Highlight", "Watermark"})
"""Types of annotations that text is seen through."""


def lying_over(package: Package, body: Element, main: str, root: Element) -> dict[str, list[Rect]]:
    """The rectangles that lie over each page, by the number (ID) of the page.

    Args:
        package: the file.
        body: the entry of the document in OFD.xml.
        main: name of the part of the document.
        root: its element.
    """
    found: dict[str, list[Rect]] = defaultdict(list)
    every = (*_annotations(package, main, root), *_stamps(package, body))
    for page, text in every[:MAX_OVER]:
        values = numbers(text)
        if len(values) == 4 and values[2] > 0 and values[3] > 0:
            found[page].append((values[0], values[1], values[2], values[3]))
    return found


def _annotations(package: Package, main: str, root: Element) -> Iterator[tuple[str, str | None]]:
    """Page and boundary of each annotation that is shown."""
    for part, listed in _parts(package, main, root, "Annotations"):
        for entry in children(listed, "Page"):
            for _, page in _parts(package, part, entry, "FileLoc"):
                for annotation in children(page, "Annot"):
                    hidden = annotation.get("Visible") in {"false", "0"}
                    if hidden or annotation.get("Type") in _CLEAR:
                        continue
                    for shown in children(annotation, "Appearance"):
                        yield str(entry.get("PageID")), shown.get("Boundary")


def _stamps(package: Package, body: Element) -> Iterator[tuple[str, str | None]]:
    """Page and boundary of each stamp."""
    for part, listed in _parts(package, "OFD.xml", body, "Signatures"):
        for entry in children(listed, "Signature"):
            signed = _root(package, target(part, entry.get("BaseLoc")))
            info = first(signed, "SignedInfo")
            for stamp in children(info, "StampAnnot") if info is not None else ():
                yield str(stamp.get("PageRef")), stamp.get("Boundary")


def _parts(
    package: Package, part: str, element: Element, name: str
) -> Iterator[tuple[str, Element]]:
    """The parts that children of one name give the locations of."""
    for child in children(element, name):
        there = target(part, child.text)
        root = _root(package, there)
        if root is not None:
            yield there, root


def _root(package: Package, name: str) -> Element | None:
    """The element of a part; None where it is missing or broken: the text is read without it."""
    try:
        return package.xml(name)
    except ReadFailure as failure:
        if failure.status is DocumentStatus.DAMAGED:
            return None
        raise
