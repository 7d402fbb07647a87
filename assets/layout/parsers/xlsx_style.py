"""How the cells of a workbook are set: formats, fonts, fills, and what is too pale to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from assets.layout.parsers.package import Element
from assets.layout.parsers.xlsx_format import BUILT_IN

USUAL_SIZE = 11.0
"""Points of the font of a workbook that states none."""
MIN_SIZE = 3.0
"""Points; print below it is no longer read by anyone."""
MIN_CONTRAST = 0.12
"""Difference in lightness, of 1, below which print is lost on its ground: F0F0F0 on white."""
Value = TypeVar("Value")
_LIGHTNESS: dict[str, dict[int, float]] = {
    "theme": {0: 1.0, 1: 0.0},
    "indexed": {0: 0.0, 1: 1.0, 8: 0.0, 9: 1.0, 64: 0.0},
}
"""Of the colours that a file names by number: the window and its text, white and black."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is set.

    Attributes:
        code: number format.
        bordered: whether it has a border on any side.
        bold: whether its font is.
        struck: whether it is crossed out.
        size: points of its font.
        bends: whether a text that is too long for its cell is shrunk, wrapped or turned.
        shrinks: whether it is shrunk or turned; wrapping helps no number.
        pale: whether its font is nearly of the colour of its ground, or too small to be seen.
    """

    code: str = "General"
    bordered: bool = False
    bold: bool = False
    struck: bool = False
    size: float = USUAL_SIZE
    bends: bool = False
    shrinks: bool = False
    pale: bool = False


def styles_of(root: Element | None) -> tuple[list[Style], float]:
    """The styles of cells in order, and the points of the font that widths are counted in.

    Args:
        root: of the part that holds them, None where there is none.
    """
    if root is None:
        return [], USUAL_SIZE
    codes = dict(BUILT_IN)
    for entry in grouped(root, "numFmts", "numFmt"):
        codes[integer(entry.get("numFmtId"), -1)] = entry.get("formatCode", "")
    fonts = [_Font.read(font) for font in grouped(root, "fonts", "font")]
    grounds: list[float | None] = [_ground(fill) for fill in grouped(root, "fills", "fill")]
    borders = [
        any(side.get("style", "none") != "none" for side in border)
        for border in grouped(root, "borders", "border")
    ]
    base = next(grouped(root, "cellStyleXfs", "xf"), None)
    normal = _at(fonts, base, "fontId", _Font())
    styles: list[Style] = []
    for entry in grouped(root, "cellXfs", "xf"):
        font = _at(fonts, entry, "fontId", normal)
        ground = _at(grounds, entry, "fillId", 1.0)
        set_ = next(children(entry, "alignment"), None)
        turned = set_ is not None and set_.get("textRotation", "0") != "0"
        shrinks = turned or (set_ is not None and is_on(set_.get("shrinkToFit", "0")))
        wraps = set_ is not None and is_on(set_.get("wrapText", "0"))
        known = font.lightness is not None and ground is not None
        styles.append(
            Style(
                # "[]" is no format: what a number under an unknown one shows is not known.
                codes.get(integer(entry.get("numFmtId"), 0), "[]"),
                _at(borders, entry, "borderId", False),
                font.bold,
                font.struck,
                font.size,
                bends=shrinks or wraps,
                shrinks=shrinks,
                pale=font.size < MIN_SIZE
                or (known and abs((font.lightness or 0.0) - (ground or 0.0)) < MIN_CONTRAST),
            )
        )
    return styles, normal.size


@dataclass(frozen=True, slots=True)
class _Font:
    """A font; `lightness` is None for colours that a theme names."""

    bold: bool = False
    struck: bool = False
    size: float = USUAL_SIZE
    lightness: float | None = 0.0

    @classmethod
    def read(cls, font: Element) -> _Font:
        size = next((number(s.get("val")) for s in children(font, "sz")), None)
        colour = next(children(font, "color"), None)
        return cls(
            any(is_on(b.get("val", "1")) for b in children(font, "b")),
            any(is_on(s.get("val", "1")) for s in children(font, "strike")),
            size or USUAL_SIZE,
            0.0 if colour is None else _lightness(colour),
        )


def _at(values: list[Value], entry: Element | None, name: str, default: Value) -> Value:
    index = integer(entry.get(name), 0) if entry is not None else len(values)
    return values[index] if index < len(values) else default


def _ground(fill: Element) -> float | None:
    """Lightness of a fill, None where it is not known."""
    pattern = next(children(fill, "patternFill"), None)
    if pattern is None:
        return None  # colours that run into each other
    if pattern.get("patternType", "none") == "none":
        return 1.0
    colour = next(children(pattern, "fgColor"), None)
    return None if colour is None or pattern.get("patternType") != "solid" else _lightness(colour)


def _lightness(colour: Element) -> float | None:
    """0 (black) to 1 (white); None for a colour that is not stated."""
    tint = number(colour.get("tint")) or 0.0
    rgb = colour.get("rgb", "")
    if re.fullmatch(r"[0-9A-Fa-f]{6,8}", rgb):
        red, green, blue = (int(rgb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4))
        plain: float | None = 0.299 * red + 0.587 * green + 0.114 * blue
    elif is_on(colour.get("auto", "0")):
        plain = 0.0
    else:
        stated = ((kind, colour.get(kind)) for kind in _LIGHTNESS)
        kind, said = next(((k, v) for k, v in stated if v is not None), ("theme", None))
        plain = _LIGHTNESS[kind].get(integer(said, -1))
    if plain is None:
        return None
    # 18.8.19: a tint below 0 darkens, one above 0 lightens.
    return plain * (1 + tint) if tint < 0 else plain * (1 - tint) + tint


def local_name(element: Element) -> str:
    """The name of an element without its namespace; '' for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of an element that have a name."""
    return (child for child in element if local_name(child) == name)


def grouped(root: Element, group: str, name: str) -> Iterator[Element]:
    """Elements of a name in the groups of a name below the root."""
    for holder in children(root, group):
        yield from children(holder, name)


def integer(text: str | None, default: int) -> int:
    """A whole number as files write it, or what is to stand for anything else."""
    return int(text) if text and re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else default


def number(text: str | None) -> float | None:
    """A decimal number as files write it; None for anything else."""
    return float(text) if text and re.fullmatch(r"-?[0-9]{0,9}\.?[0-9]{1,20}", text) else None


def is_on(value: str) -> bool:
    """Whether an attribute says yes."""
    return value not in {"0", "false"}
