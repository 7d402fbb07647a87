"""Lines above and below tables that name the year of their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assets.cells.leftovers import SectionAt
from assets.cells.numbers import looks_like_value
from assets.cells.year_words import Said, caption_says, is_between, is_sentence, years_said
from assets.layout.model import Block as TextBlock
from assets.layout.model import Grid, is_sheet_name, sheet_of
from assets.layout.normalise import split_ordinal, squeeze

MAX_BACK = 8
"""Lines above a table in which its caption may stand: headings and units come between."""
MAX_HEAD = 80
"""The same within its section, where a torn header may leave a line for every word."""

_ABOVE = re.compile(r"[(（]?(?:(?:注|备注|说明)\d*[:：])?(?:以上|上表|上列|上述|上图)")
"""A line that speaks of the table above it."""
_LISTED_YEAR = re.compile(r"(20\d\d)年?度?")


@dataclass(frozen=True, slots=True)
class Caption:
    """A line above a grid that names a year, and the section that the line stands in."""

    said: Said
    section: str | None


def captions_of(
    blocks: Sequence[TextBlock], grids: Sequence[Grid], section_at: SectionAt, report_year: int
) -> dict[int, Caption]:
    """By ordinal of a grid the nearest line above it that names a year.

    Running text ends the search, but within a section, where a line heads text and table alike.
    The name of a sheet heads all its tables that have no caption of their own.
    """
    names = [block for block in blocks if is_sheet_name(block)]
    blocks = [block for block in blocks if not is_sheet_name(block)]
    out: dict[int, Caption] = {}
    below, taken = _below(blocks, grids, section_at, report_year)
    previous = -1
    for grid in grids:
        above = [b for b in blocks if previous < b.order < grid.order and squeeze(b.text)]
        previous = grid.order
        first_row = min((cell.row for cell in grid.cells), default=0)
        here = section_at(grid.order, first_row)
        passed = False
        above = _without_lists(above)
        is_last = True
        for back, block in enumerate(reversed(above[-MAX_HEAD:])):
            section = section_at(block.order, 0)
            is_apart = section is None or section != here
            if is_apart and (passed or back >= MAX_BACK):
                break
            if _ABOVE.match(squeeze(block.text)) or block.order in taken:
                continue
            is_last = is_last and (back == 0 or is_between(above[-back].text))
            is_whole = is_last and _stands_alone(block.text, grid)
            said = caption_says(block.text, report_year, is_whole=is_whole)
            if said is not None:
                out.setdefault(grid.ordinal, Caption(said, section))
                if not (said.is_own and said.is_relative):
                    out[grid.ordinal] = Caption(said, section)
                    break
            passed = passed or is_sentence(block.text)
    return _by_sheet(names, grids, report_year) | out | below


def _by_sheet(
    names: Sequence[TextBlock], grids: Sequence[Grid], report_year: int
) -> dict[int, Caption]:
    """What the names of sheets say; one that says nothing ends what another said."""
    said: dict[str | None, Said] = {}
    for name in names:
        # A sheet may be named by the year of filing, which no year before the report's is.
        years = {year for year in years_said(name.text) if year <= report_year}
        found = caption_says(name.text, report_year, is_whole=True)
        if found is not None and not (found.is_own or found.is_earlier):
            found = None
        if found is None and len(years) == 1 and "结转" not in name.text:
            found = Said(name.text, report_year in years, max(years) < report_year)
        if found is not None:
            said[sheet_of(name.locator)] = found
    if all(one.is_own for one in said.values()):
        return {}
    out: dict[int, Caption] = {}
    before: str | None = None
    for grid in grids:
        sheet = sheet_of(grid.cells[0].locator) if grid.cells else None
        if sheet in said:
            out[grid.ordinal] = Caption(said[sheet], None)
        elif sheet != before:
            out[grid.ordinal] = Caption(Said("", is_own=True, is_earlier=False), None)
        before = sheet
    return out


def _stands_alone(text: str, grid: Grid) -> bool:
    """Whether 上年度 right above a table is a line of its own, no piece of a label (二、上年)."""
    first = next((squeeze(cell.text) for cell in grid.cells if cell.text.strip()), "")
    is_piece = bool(split_ordinal(text)[0]) or first.startswith(("结转", "新收"))
    return grid.kind in ("ruled", "delimited") and not is_piece


def _below(
    blocks: Sequence[TextBlock], grids: Sequence[Grid], section_at: SectionAt, report_year: int
) -> tuple[dict[int, Caption], set[int]]:
    """Captions that stand below their tables: 以上为2022年数据, or a line behind a section's last.

    Where they do, a line between two tables may be of either, and neither gives way.

    Returns:
        The captions by ordinal of their grid, and the orders of lines that head no table behind
        them: the last of a section whose every table is the same form with a year below it.
    """
    out: dict[int, Caption] = {}
    taken: set[int] = set()
    lines: dict[int, int] = {}
    sections = [section_at(g.order, min((c.row for c in g.cells), default=0)) for g in grids]
    below: dict[int, Caption] = {}
    for at, grid in enumerate(grids):
        end = grids[at + 1].order if at + 1 < len(grids) else grid.order + MAX_BACK
        behind = [b for b in blocks if grid.order < b.order < end and squeeze(b.text)]
        own = [b for b in behind if section_at(b.order, 0) == sections[at]][:1]
        said = caption_says(own[0].text, report_year) if own else None
        if said is None or sections[at] is None:
            continue
        below[at] = Caption(replace(said, is_earlier=False), sections[at])
        lines[at] = own[0].order
        is_last = at + 1 == len(grids) or sections[at + 1] != sections[at]
        if is_last:
            mine = [other for other in below if sections[other] == sections[at]]
            out |= {grids[other].ordinal: below[other] for other in mine}
            forms = [_words_of(grids[n]) for n, here in enumerate(sections) if here == sections[at]]
            years = {below[other].said.is_own for other in mine}
            is_one_form = all(len(form & forms[0]) > len(form | forms[0]) / 2 for form in forms)
            if len(years) > 1 and len(mine) == len(forms) and is_one_form:
                taken.add(lines[at])
        elif _ABOVE.match(squeeze(own[0].text)):
            out[grid.ordinal] = below[at]
    return out, taken


def _words_of(grid: Grid) -> set[str]:
    return {squeeze(cell.text) for cell in grid.cells if not looks_like_value(cell.text)}


def _without_lists(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Lines without runs of different years, which are links or tabs and head nothing."""
    years = [_LISTED_YEAR.fullmatch(squeeze(block.text)) for block in blocks]
    listed = {
        at
        for first, (one, two) in enumerate(pairwise(years))
        if one and two and one.group(1) != two.group(1)
        for at in (first, first + 1)
    }
    return [block for at, block in enumerate(blocks) if at not in listed]
