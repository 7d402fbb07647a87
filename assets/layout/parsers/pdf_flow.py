"""Rows of a PDF table without rules: where each of its cells stands, and its second reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assets.layout.grids import is_value, split_values
from assets.layout.model import Box, Grid, GridCell
from assets.layout.parsers.pdf_doubt import uneven
from assets.layout.parsers.pdf_drawn import UNREADABLE
from assets.layout.parsers.pdf_page import PageContent, PageText, displayed
from assets.layout.parsers.pdf_text import Char, Line, TextSettings, line_text

_LATIN = re.compile(r"[A-Za-z]")
Source = tuple[PageContent, PageText, Line]
"""A line with the text that it is part of and its page."""


def joined_text(lines: Sequence[Line], settings: TextSettings) -> str:
    """The text of the lines of one paragraph; a single line shows its columns."""
    text = ""
    for line in lines:
        part = line_text(line, settings, columns=len(lines) == 1)
        parted = bool(text and part and _LATIN.match(text[-1]) and _LATIN.match(part))
        text += (" " if parted else "") + part
    return text


def placed_cells(
    row: int, text: str, sources: Sequence[Source], settings: TextSettings
) -> list[GridCell]:
    """A line of a table as the cells of a row, each with its rectangle and second reading.

    Args:
        row: its number.
        text: of the line.
        sources: the lines that it was put together from.
        settings: how characters make lines.
    """
    parts = split_values(text)
    others = _second_parts(sources, settings)
    letters = _letters(text, sources)
    cells = []
    for col, (part, (start, end)) in enumerate(zip(parts, _spans(text, parts), strict=True)):
        inside = [at for at in letters[start:end] if at is not None]
        page, box = _place(inside, sources)
        other = None
        if is_value(part):
            other = _other(col, parts, others) if others is not None else None
            other = other if other is not None else _uneven(part, inside, sources)
        cells.append(GridCell(row, col, part, locator(page, box), page=page, box=box, other=other))
    return cells


def with_shifts(grid: Grid) -> Grid:
    """A grid whose cells are all in doubt where a whole line of it is.

    Where each cell has a line of its own, a line too many moves all that follow.
    """
    rows: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(cell)
    if not any(
        all(cell.other == UNREADABLE and is_value(cell.text) for cell in row)
        for row in rows.values()
    ):
        return grid
    cells = tuple(
        replace(cell, other=UNREADABLE) if cell.other is None and is_value(cell.text) else cell
        for cell in grid.cells
    )
    return replace(grid, cells=cells)


def rounded(box: Box) -> Box:
    """A box to the hundredth of a point."""
    return Box(round(box.x0, 2), round(box.top, 2), round(box.x1, 2), round(box.bottom, 2))


def locator(page: int, box: Box) -> str:
    """A place as people read it: `p3 (72.0,100.0,132.0,120.0)`."""
    return f"p{page} ({box.x0:.1f},{box.top:.1f},{box.x1:.1f},{box.bottom:.1f})"


_At = tuple[int, Char]
"""A character with the number of its line among the sources."""


def _letters(text: str, sources: Sequence[Source]) -> list[_At | None]:
    """The character behind each letter of a text; None for spaces."""
    letters: list[_At | None] = [None] * len(text)
    at = 0
    for number, (_, _, line) in enumerate(sources):
        for char in line.chars:
            shown = char[0]
            if shown.isspace():
                continue
            at = text.index(shown, at)
            letters[at : at + len(shown)] = [(number, char)] * len(shown)
            at += len(shown)
    return letters


def _place(inside: Sequence[_At], sources: Sequence[Source]) -> tuple[int, Box]:
    """Page and rectangle of some characters, on the first page that has any of them."""
    first, char = inside[0]
    page = sources[first][0]
    if len(inside) == 1:
        # The digit of most cells.
        return page.number, rounded(displayed(Box(*char[1:5]), page))
    chars = [char for at, char in inside if at == first or sources[at][0].number == page.number]
    box = Box(
        min([char[1] for char in chars]),
        min([char[2] for char in chars]),
        max([char[3] for char in chars]),
        max([char[4] for char in chars]),
    )
    return page.number, rounded(displayed(box, page))


def _second_parts(sources: Sequence[Source], settings: TextSettings) -> tuple[str, ...] | None:
    """Labels and values of a row in its second reading, None where there is only one."""
    lines = [line for _, _, line in sources]
    if all(line.other is None for line in lines):
        return None
    seconds = [line if line.other is None else Line(line.other) for line in lines]
    text = joined_text([line for line in seconds if line.chars], settings)
    # What a picture shows may be a number.
    parts = split_values(text.replace(UNREADABLE, "0")) if text else ()
    spans = _spans(text.replace(UNREADABLE, "0"), parts)
    return tuple(text[start:end] for start, end in spans)


def _spans(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Where the parts of a text begin and end."""
    spans = []
    end = 0
    for part in parts:
        start = text.index(part, end)
        end = start + len(part)
        spans.append((start, end))
    return spans


def _other(col: int, parts: Sequence[str], others: Sequence[str]) -> str | None:
    """What a second reading of its row has in the place of a cell.

    With more or fewer cells the row may go on from its left or from its right end. What is odd in
    a row keeps the sums from choosing any of its readings.
    """
    mark = UNREADABLE if any(UNREADABLE in other for other in others) else ""
    for at in {col, len(others) - len(parts) + col}:
        second = others[at] if 0 <= at < len(others) else ""
        if second != parts[col]:
            return second if UNREADABLE in second else second + mark
    return None


def _uneven(text: str, inside: Sequence[_At], sources: Sequence[Source]) -> str | None:
    """What a number is without digits that do not fit the others; None where all do."""
    doubts = sources[inside[0][0]][1].doubts
    if doubts is None or (len(inside) == 1 and not doubts.can_strike):
        return None
    lines: dict[int, list[Char]] = {}
    for number, char in inside:
        lines.setdefault(number, []).append(char)
    return uneven(text, [Line(tuple(chars)) for chars in lines.values()], doubts)
