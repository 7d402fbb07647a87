"""A parsed document as one stream of lines, whatever medium it came from.

Identity, sections and contacts are found in words, and words stand in paragraphs, in lines of a
dump, or in cells of a layout table. Here all of them become lines in reading order, each with
its place. Offsets survive: a folded text is as long as the printed one, so what is found by
comparing can be quoted as printed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assets.layout.model import GridKind, ParsedDocument, is_sheet_name
from schemas.characters import simplified

Place = tuple[int, int, int, int]
"""Order in the document, row and column in a grid, line within the block or cell."""

_MARKDOWN = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s+)|\*\*|__(?=\S)|(?<=\S)__")
_RUN_ON = re.compile(
    r"(?<=[\s\xa0\u3000。])(?=第?[一二三四五六七八九][、部][^\s\xa0\u3000。；;，,]{2,30}[\s\xa0\u3000])"
)
"""Where a numbered heading stands between spaces inside a paragraph that lost its breaks."""
MIN_RUN_ON = 60
_ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BLANK = re.compile(rf"[\s{_ZERO_WIDTH}]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print.

    `grid` is the kind of the grid it stands in, None for running text; `is_prose` is false for
    the lines of cells that hold no sentence.
    """

    place: Place
    text: str
    locator: str
    page: int | None = None
    is_heading: bool = False
    grid: GridKind | None = None
    is_prose: bool = True


class _Fold(dict[int, str]):
    """Character to its simplified NFKC form where that is one character, so that lengths stay."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        normal = unicodedata.normalize("NFKC", char)
        single = normal if len(normal) == 1 else char
        self[code] = simplified().get(ord(single), single)
        return self[code]


_FOLD = _Fold()


def fold(text: str) -> str:
    """Text with full-width and compatibility characters folded, same length as before."""
    return text.translate(_FOLD)


def unspaced(text: str) -> str:
    """Text as printed without any white space, line breaks or zero-width characters."""
    return _BLANK.sub("", text)


@dataclass(frozen=True, slots=True)
class Compact:
    """Lines run together without white space and folded, with the way back to the print.

    `offsets[i]` is where character i of `text` stands in `printed`; `printed` is the lines as
    printed, joined by line breaks; `line_starts` are their offsets in `printed`.
    """

    text: str
    printed: str
    offsets: tuple[int, ...]
    line_starts: tuple[int, ...]
    lines: tuple[Line, ...]

    def as_printed(self, start: int, end: int) -> str:
        """What is printed between two offsets of `text`, without line breaks."""
        if start >= end:
            return ""
        return self.printed[self.offsets[start] : self.offsets[end - 1] + 1].replace("\n", "")

    def line_at(self, offset: int) -> Line:
        """The line in which character `offset` of `text` stands."""
        return self.lines[bisect_right(self.line_starts, self.offsets[offset]) - 1]


def compact(lines: Iterable[Line]) -> Compact:
    """Lines as one text to search in: breaks in the middle of a word or date do no harm."""
    kept = tuple(lines)
    starts: list[int] = []
    position = 0
    for line in kept:
        starts.append(position)
        position += len(line.text) + 1
    printed = "\n".join(line.text for line in kept)
    pairs = [
        (i, char)
        for i, char in enumerate(fold(printed))
        if not char.isspace() and char not in _ZERO_WIDTH
    ]
    return Compact(
        "".join(char for _, char in pairs),
        printed,
        tuple(i for i, _ in pairs),
        tuple(starts),
        kept,
    )


def plain(text: str) -> str:
    """A line without Markdown marks and surrounding white space."""
    return _MARKDOWN.sub("", text).strip(" \t\r\xa0\u3000\u200b\ufeff")


def lines_of(document: ParsedDocument) -> tuple[Line, ...]:
    """All printed lines of a document in reading order, blank ones left out."""
    return tuple(sorted(_lines(document), key=lambda line: line.place))


def _broken(text: str) -> Iterator[str]:
    """Lines of a text; a long line is also broken before the headings that stand in it."""
    for line in text.splitlines():
        yield from _RUN_ON.split(line) if len(line) > MIN_RUN_ON else (line,)


def _lines(document: ParsedDocument) -> Iterator[Line]:
    for block in document.blocks:
        if is_sheet_name(block):
            continue
        for number, text in enumerate(_broken(block.text)):
            if unspaced(kept := plain(text)):
                place = (block.order, 0, 0, number)
                yield Line(place, kept, block.locator, block.page, block.is_heading)
    for grid in document.grids:
        for cell in grid.cells:
            for number, text in enumerate(_broken(cell.text)):
                if unspaced(kept := plain(text)):
                    place = (grid.order, cell.row, cell.col, number)
                    prose = "。" in cell.text
                    yield Line(place, kept, cell.locator, cell.page, False, grid.kind, prose)
