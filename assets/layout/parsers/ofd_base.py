"""What the readers of OFD parts share: elements, numbers, places.

Clauses are those of GB/T 33190-2016. Lengths there are millimetres from the top left.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from assets.layout.parsers.package import Element

POINTS = 72 / 25.4
"""Points per millimetre."""
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Matrix:
    """x' = a x + c y + e, y' = b x + d y + f, with y downwards (8.5)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point after the change."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def before(self, outer: Matrix) -> Matrix:
        """The change that does this one first and then the outer one."""
        e, f = outer.at(self.e, self.f)
        return Matrix(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            e,
            f,
        )


@dataclass(frozen=True, slots=True)
class Resources:
    """Font names, composite drawings, parts of pictures and ways of drawing by their numbers."""

    fonts: dict[str, str] = field(default_factory=dict)
    units: dict[str, Element] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    params: dict[str, Element] = field(default_factory=dict)


def name_of(element: Element) -> str:
    """Name of an element without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of one name."""
    return (child for child in element if name_of(child) == name)


def first(element: Element | None, name: str) -> Element | None:
    """The first child of one name."""
    return next(children(element, name), None) if element is not None else None


def numbers(text: str | None) -> list[float]:
    """The numbers in a list such as `0 0 210 297`; those that are not finite left out."""
    found = (float(number) for number in NUMBER.findall(text or ""))
    return [number for number in found if math.isfinite(number)]


def matrix_of(item: Element) -> Matrix:
    """From the coordinates of an object to those around it: its CTM, then its boundary (8.5)."""
    ctm = numbers(item.get("CTM"))
    boundary = numbers(item.get("Boundary"))
    x, y = boundary[:2] if len(boundary) == 4 else (0.0, 0.0)
    own = Matrix(*ctm) if len(ctm) == 6 else Matrix()
    return replace(own, e=own.e + x, f=own.f + y)


def target(part: str, location: str | None) -> str:
    """Name of the part at a location written in another part (7.3: relative, or from the root)."""
    path = (location or "").strip().replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), path)).lstrip("/")
