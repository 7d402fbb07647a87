"""Several reports in one document: the first is read, the others are named, none are mixed.

Collected volumes hold the reports of many agencies, and some pages those of many years. Their
headings begin again at the first; what follows then belongs to another report, and so do its
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assets.layout.grids import is_value
from assets.layout.headings import FoundHeading, strong_headings, wordings_of
from assets.layout.identify import Identity, identify
from assets.layout.lines import Line, Place, fold, lines_of, unspaced
from assets.layout.model import Grid, ParsedDocument
from assets.layout.sections import split_sections
from schemas.catalog import Catalog

MIN_SHARED = 3
"""Headings that two reports must both print; fewer are a list of contents or a stray copy."""
MIN_NUMBERS = 5
"""Fewer numbers under some headings are no report: so are lists of contents told apart."""
MAX_TITLE = 60
_TITLE = re.compile(r"政府信息公开(?:工作)?(?:年度)?(?:报告|年报)|年度报告$")


def first_report(document: ParsedDocument, catalog: Catalog) -> tuple[ParsedDocument, str | None]:
    """The document up to where another report begins, and what to tell a person of that.

    A report that is printed twice is left whole: its copies are compared later.

    Returns:
        The document itself and None where it holds one report.
    """
    lines = lines_of(document)
    headings = strong_headings(lines, wordings_of(catalog))
    begin = _second_begin(document, lines, headings)
    if begin is None:
        return document, None
    place = lines[begin].place
    first, rest = _before(document, place), _from(document, place)
    one, other = (_identity(part, catalog) for part in (first, rest))
    if not _differ(one, other):
        return document, None
    return first, (
        f"it holds several reports: only the first, “{one.title or 'without a title'}”, was read; "
        f"“{other.title or 'another'}” begins at {lines[begin].locator}. Take each in as a file "
        "of its own"
    )


def _second_begin(
    document: ParsedDocument, lines: Sequence[Line], headings: Sequence[FoundHeading]
) -> int | None:
    """The line with which a second report begins: its title, or its first heading."""
    for number, found in enumerate(headings):
        before, after = headings[:number], headings[number:]
        shared = {h.part for h in before} & {h.part for h in after}
        if found.part != 0 or len(shared) < MIN_SHARED:
            continue
        own, end = lines[before[0].index].place, lines[found.index].place
        if min(_numbers(document, own, end), _numbers(document, end, None)) < MIN_NUMBERS:
            continue
        for index in range(before[-1].last + 1, found.index):
            text = fold(unspaced(lines[index].text))
            if len(text) <= MAX_TITLE and _TITLE.search(text) and "。" not in text:
                return _with_name(lines, index, before[-1].last + 1)
        return found.index
    return None


def _with_name(lines: Sequence[Line], title: int, first: int) -> int:
    """The line above a title where that prints a name alone, as two-line titles do."""
    above = lines[title - 1] if title > first else None
    text = fold(unspaced(above.text)) if above else ""
    is_name = 3 < len(text) <= MAX_TITLE // 2 and not re.search(r"[\d。,;:]", text)
    return title - 1 if is_name and not text.startswith("无") else title


def _numbers(document: ParsedDocument, start: Place, end: Place | None) -> int:
    """How many cells and lines between two places print a number."""
    return sum(
        start <= (grid.order, cell.row, cell.col, 0) and (not end or (grid.order, cell.row) < end)
        for grid in document.grids
        for cell in grid.cells
        if cell.text.strip() and is_value(cell.text)
    )


def _identity(document: ParsedDocument, catalog: Catalog) -> Identity:
    """What a part prints of itself; a page's tags speak of the page."""
    bare = replace(document, metadata={})
    return identify(bare, "", catalog, split_sections(bare, catalog))


def _differ(one: Identity, other: Identity) -> bool:
    """Whether two identities are of different reports: another year, or another name."""
    years = {one.report_year, other.report_year} - {None}
    names = {
        fold(unspaced(name))
        for name in (one.agency_name_printed, other.agency_name_printed)
        if name
    }
    return len(years) > 1 or len(names) > 1


def _before(document: ParsedDocument, place: Place) -> ParsedDocument:
    grids = (
        _rows(grid, 0, place[1] if grid.order == place[0] else None)
        for grid in document.grids
        if grid.order <= place[0]
    )
    blocks = (block for block in document.blocks if block.order < place[0])
    return replace(
        document, blocks=tuple(blocks), grids=tuple(grid for grid in grids if grid.cells)
    )


def _from(document: ParsedDocument, place: Place) -> ParsedDocument:
    grids = (
        _rows(grid, place[1] if grid.order == place[0] else 0, None)
        for grid in document.grids
        if grid.order >= place[0]
    )
    blocks = (block for block in document.blocks if block.order >= place[0])
    return replace(
        document, blocks=tuple(blocks), grids=tuple(grid for grid in grids if grid.cells)
    )


def _rows(grid: Grid, first: int, end: int | None) -> Grid:
    if first == 0 and end is None:
        return grid
    cells = (c for c in grid.cells if c.row >= first and (end is None or c.row < end))
    return replace(grid, cells=tuple(cells))
