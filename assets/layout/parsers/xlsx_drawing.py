"""What lies over the cells of a sheet: pictures, and shapes with and without text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.layout.model import WHOLE, ReadFailure, Window
from assets.layout.parsers.package import Element, Package
from assets.layout.parsers.xlsx_size import Rect, Sizes
from assets.layout.parsers.xlsx_style import children, integer, local_name
from schemas.vocabulary import DocumentStatus

EMU = 12_700
"""English metric units in a point."""
MAX_DRAWN = 500
"""Pictures and shapes of one sheet that are looked at."""
_PLACED = re.compile(r'DISPIMG\(\s*"([^"]{1,80})"')
"""A formula with which WPS shows a picture in a cell."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture or shape: where it lies, its picture (or None), its lines of text.

    `hides` says that what lies below it cannot be seen, or not for certain.
    """

    rect: Rect
    data: bytes | None = field(default=None, repr=False)
    shown: Window = WHOLE
    lines: tuple[str, ...] = ()
    hides: bool = True


def drawn_on(package: Package, part: str, sizes: Sizes) -> list[Drawn]:
    """The pictures and shapes of a sheet, in the order of the file.

    Args:
        package: the workbook.
        part: of the sheet.
        sizes: of its rows and columns.
    """
    name = package.related(part, "drawing")
    root = package.xml(name) if name else None
    found: list[Drawn] = []
    if root is None:
        return found
    relations = package.relations(name)
    for anchor in root:
        rect = _rect(anchor, sizes)
        for element in _visible(anchor) if rect else ():
            if len(found) == MAX_DRAWN:
                return found
            if rect is not None:
                found += _drawn(package, element, rect, relations)
    return found


def cell_pictures(package: Package, main: str) -> dict[str, bytes]:
    """The pictures that WPS shows in cells, by the name that formulas use (DISPIMG)."""
    name = package.related(main, "cellImage")
    root = package.xml(name) if name else None
    if root is None:
        return {}
    relations = package.relations(name)
    found: dict[str, bytes] = {}
    for picture in list(root.iter("{*}pic"))[:MAX_DRAWN]:
        label = next((e.get("name", "") for e in picture.iter("{*}cNvPr")), "")
        data = _data(package, picture, relations)
        if label and data:
            found[label] = data
    return found


def picture_named(text: str) -> str | None:
    """The name of the picture that a cell shows instead of its text; None if it shows none."""
    found = _PLACED.search(text) if "DISPIMG" in text else None
    return found.group(1) if found else None


def _rect(anchor: Element, sizes: Sizes) -> Rect | None:
    """Where a drawing lies; None where the file does not say."""
    start, end = (_corner(anchor, name, sizes) for name in ("from", "to"))
    if start is None:
        at = next(children(anchor, "pos"), None)
        start = _pair(at, "x", "y") if at is not None else None
    if end is None and start is not None:
        extent = next(children(anchor, "ext"), None)
        size = _pair(extent, "cx", "cy") if extent is not None else None
        end = (start[0] + size[0], start[1] + size[1]) if size else None
    return (*start, *end) if start and end else None


def _pair(element: Element, one: str, two: str) -> tuple[float, float]:
    return integer(element.get(one), 0) / EMU, integer(element.get(two), 0) / EMU


def _corner(anchor: Element, name: str, sizes: Sizes) -> tuple[float, float] | None:
    corner = next(children(anchor, name), None)
    if corner is None:
        return None
    said = {local_name(child): integer(child.text, 0) for child in corner}
    place = said.get("row", 0), said.get("col", 0)
    left, top, right, bottom = sizes.rect(place, place)
    # An offset beyond the cell is cut to it, as programs do.
    return (
        min(left + said.get("colOff", 0) / EMU, right),
        min(top + said.get("rowOff", 0) / EMU, bottom),
    )


def _visible(anchor: Element) -> Iterator[Element]:
    """The pictures, shapes and others of an anchor, without copies for older programs."""
    pending = list(anchor)
    while pending:
        element = pending.pop(0)
        kind = local_name(element)
        if kind in {"pic", "sp", "graphicFrame", "cxnSp"}:
            if not any(e.get("hidden") in {"1", "true"} for e in element.iter("{*}cNvPr")):
                yield element
        elif kind != "Fallback":
            pending = [*element, *pending]


def _drawn(
    package: Package, element: Element, rect: Rect, relations: dict[str, tuple[str, str]]
) -> Iterator[Drawn]:
    kind = local_name(element)
    if kind == "cxnSp":
        return  # a line
    if kind == "pic":
        yield Drawn(rect, _data(package, element, relations), _window(element))
        return
    lines = tuple(
        "".join(text.text or "" for text in paragraph.iter("{*}t"))
        for paragraph in element.iter("{*}p")
    )
    properties = next(children(element, "spPr"), None)
    is_clear = properties is not None and any(True for _ in children(properties, "noFill"))
    printed = tuple(line for line in lines if line.strip())
    yield Drawn(rect, lines=printed, hides=not is_clear or bool(printed))


def _data(
    package: Package, picture: Element, relations: dict[str, tuple[str, str]]
) -> bytes | None:
    """The bytes of a picture; None for one that is linked, not there or broken."""
    blip = next(picture.iter("{*}blip"), None)
    wanted = ""
    if blip is not None:
        wanted = next((v for k, v in blip.attrib.items() if k.endswith("}embed")), "")
    _, part = relations.get(wanted, ("", ""))
    try:
        return package.read(part) if part else None
    except ReadFailure as failure:
        if failure.status is DocumentStatus.DAMAGED:
            return None
        raise


def _window(picture: Element) -> Window:
    rect = next(picture.iter("{*}srcRect"), None)
    if rect is None:
        return WHOLE
    # Thousandths of a percent.
    cuts = [integer(rect.get(side), 0) / 100_000 for side in ("l", "t", "r", "b")]
    left, top, right, bottom = (min(max(cut, 0.0), 1.0) for cut in cuts)
    return left, top, max(1 - right, left), max(1 - bottom, top)
