"""Grids to canonical cells: which table, which row, which column, what value, how sure.

One pure function over one document. Every cell of a table region ends either as a cell of a
format or in the list of unmapped cells; none is dropped.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from assets.cells.detect_format import blocks_of, column_variants, detect_format
from assets.cells.doubts import (
    confirm_by_place,
    doubt_columns_in_turn,
    doubt_form,
    doubt_long,
    doubt_rivals,
    doubt_shared_labels,
    doubt_short,
    doubt_values_in_front,
    moved_doubt,
)
from assets.cells.emit import FoundRow, block_cells
from assets.cells.leftovers import FoundPlace, SectionAt, loose, unclaimed, unread_rows
from assets.cells.match import (
    Candidate,
    Match,
    Reading,
    assign,
    block_columns_match,
    form_words,
    likeness,
    official_rows,
    readings_of,
)
from assets.cells.numbers import UNITS, read_value
from assets.cells.rows import LogicalRow, Words, logical_rows
from assets.cells.second import decided
from assets.cells.turned import turn, turned_back
from assets.cells.twice import without_twice
from assets.cells.unlabelled import UnlabelledRow, unlabelled_rows, words_above
from assets.cells.year_captions import captions_of
from assets.cells.year_marks import (
    Mark,
    RowPlace,
    doubt_other_years,
    is_of_earlier_year,
    year_marks,
)
from assets.cells.years import this_year
from assets.layout.grids import hides_values
from assets.layout.model import Block as TextBlock
from assets.layout.model import Grid, is_sheet_name
from assets.layout.normalise import label_core, squeeze
from schemas.catalog import Block, Catalog
from schemas.vocabulary import ValueStatus

VERSION = "4"
"""Raise it when the same grids may give other cells: memoised cells are then made anew."""

MAX_FRAGMENTS = 3
"""A label of the forms is torn into no more lines than this on either side of its values."""
MIN_WIDE = 5
"""Columns of a block whose rows are not stretched by other blocks in the same grid."""
MAX_CONTEXT = 4
MAX_CONTEXT_LENGTH = 40
JOINED = 0.03
"""Cost of reading a label together with the line before or after it."""
BY_PLACE = 0.6
"""Likeness given to a row that is known by its neighbours alone."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Rows for report_cells and unmapped_cells, without doc_id."""

    cells: list[dict[str, Any]]
    unmapped: list[dict[str, Any]]


def recognise(
    blocks: Sequence[TextBlock],
    grids: Sequence[Grid],
    section_at: SectionAt,
    catalog: Catalog,
    report_year: int | None,
) -> Recognition:
    """All cells of the official tables that a document prints.

    Args:
        blocks: running text in reading order.
        grids: tables as laid out, in reading order.
        section_at: number of the section at (order, row), None where none is known.
        catalog: the formats.
        report_year: prior for the format where the contents fit several.
    """
    every, blocks = blocks, [block for block in blocks if not is_sheet_name(block)]
    grids, other_years = this_year(grids, report_year)
    grids, turned = turn(grids, catalog)
    grids, twice = without_twice(grids)
    rows = _all_rows(blocks, grids, section_at, form_words(catalog))
    # A section may print no grid at all, and is known nevertheless.
    orders = [block.order for block in blocks] + [grid.order for grid in grids]
    at = {section_at(order, 0) for order in orders} | {row.section for row in rows}
    known = frozenset(section for section in at if section is not None)
    own = {table.section for form in catalog.formats.values() for table in form.tables}
    if not own & {row.section for row in rows if row.prints_values}:
        # Some programs print the text first and all tables behind it.
        known -= own
    unlabelled = unlabelled_rows(rows, catalog, known)
    matches = _assign(rows, catalog, unlabelled, known)
    formats: Counter[str] = Counter()
    cells: list[dict[str, Any]] = []
    claimed: set[tuple[int, int, int]] = set()
    places: dict[int, list[FoundPlace]] = {}
    copies = list(_found_blocks(rows, matches, unlabelled, catalog, report_year, formats))
    marks: dict[RowPlace, Mark] = {}
    if report_year is not None:
        captions = captions_of(every, grids, section_at, report_year)
        marks = year_marks(rows, matches, unlabelled, captions, form_words(catalog), report_year)
        copies = [
            (
                n,
                block,
                doubt_other_years(found, block, marks, column_variants(catalog), report_year),
            )
            for n, block, found in copies
        ]
    for copy_no, block, found in _of_this_year(copies, marks):
        for row in found:
            place = FoundPlace(row.row.row, block.table_id, len(block.columns))
            places.setdefault(row.row.grid.ordinal, []).append(place)
        cells.extend(block_cells(found, block, copy_no, column_variants(catalog), claimed, twice))
    looked_for = [(block, found) for _, block, found in copies]
    looked_for += [(block, []) for block in _not_found(copies, catalog)]
    cells.extend(unread_rows(looked_for, rows, grids, blocks, section_at, catalog))
    cells = decided(cells, catalog, report_year)
    unmapped = [*unclaimed(rows, places, claimed, catalog), *loose(blocks, section_at, catalog)]
    return Recognition(
        other_years.back(turned_back(cells, turned)),
        [
            *other_years.back(turned_back(unmapped, turned)),
            *other_years.unmapped({cell["grid"]: cell["table_id"] for cell in cells}),
        ],
    )


def _not_found(copies: Sequence[Copy], catalog: Catalog) -> Iterator[Block]:
    """The blocks of which no row was found, of tables of which others were, in their forms."""
    found = {(block.table_id, block.block) for _, block, _ in copies}
    forms = {(block.format_id, block.table_id): None for _, block, _ in copies}
    for format_id, table_id in forms:
        for table in catalog.formats[format_id].tables:
            if table.table_id == table_id:
                yield from (b for b in table.blocks if (table_id, b.block) not in found)


Copy = tuple[int, Block, list[FoundRow]]
"""Number of a copy of a block, the block in its format, and the rows that were found of it."""


def _of_this_year(copies: Sequence[Copy], marks: Mapping[RowPlace, Mark]) -> Iterator[Copy]:
    """The copies without those captioned as an earlier year's, where there are others."""
    earlier = [is_of_earlier_year(found, marks) for _, _, found in copies]
    own = {
        (copy[1].table_id, copy[1].block)
        for copy, is_earlier in zip(copies, earlier, strict=True)
        if not is_earlier
    }
    for copy, is_earlier in zip(copies, earlier, strict=True):
        if not is_earlier or (copy[1].table_id, copy[1].block) not in own:
            yield copy


def _all_rows(
    blocks: Sequence[TextBlock],
    grids: Sequence[Grid],
    section_at: SectionAt,
    words: Words,
) -> list[LogicalRow]:
    rows: list[LogicalRow] = []
    previous = -1
    for grid in grids:
        between = [block for block in blocks if previous < block.order < grid.order]
        context = tuple(
            block.text
            for block in between[-MAX_CONTEXT:]
            if len(squeeze(block.text)) <= MAX_CONTEXT_LENGTH
        )
        rows.extend(
            replace(row, section=section_at(grid.order, row.row))
            for row in logical_rows(grid, context, words)
        )
        previous = grid.order
    return rows


def _assign(
    rows: Sequence[LogicalRow],
    catalog: Catalog,
    unlabelled: dict[int, UnlabelledRow],
    sections: frozenset[str],
) -> list[Match | None]:
    """The official row of each document row."""
    official = official_rows(catalog)
    widths = {
        (table.table_id, block.block, len(block.columns))
        for format_ in catalog.formats.values()
        for table in format_.tables
        for block in table.blocks
    }
    indices = [
        i
        for i, row in enumerate(rows)
        if row.values and i not in unlabelled and not _numbers_columns(row)
    ]
    candidates = [
        Candidate(
            readings_of(_readings(rows, i), _scattered(rows, i)),
            rows[i].section,
            rows[i].prints_values,
            frozenset(
                (table_id, block)
                for table_id, block, width in widths
                if not width / 2 <= len(rows[i].values) <= width + 3
            ),
            frozenset(
                (table_id, block)
                for table_id, block, width in widths
                # Merged cells printed again make the rows of narrow blocks long, but not of these.
                if rows[i].grid.kind != "flow" and MIN_WIDE <= width < _printed_values(rows[i]) - 3
            ),
        )
        for i in indices
    ]
    out: list[Match | None] = [None] * len(rows)
    for i, match in zip(indices, assign(candidates, official, sections), strict=True):
        out[i] = match
    return out


def _numbers_columns(row: LogicalRow) -> bool:
    """Whether a row only numbers the columns (栏次 1 2 3 …): no row of a form adds up so."""
    printed = [squeeze(cell.text) for cell in row.values if cell.text.strip()]
    return len(printed) >= MIN_WIDE and printed == [str(n + 1) for n in range(len(printed))]


def _printed_values(row: LogicalRow) -> int:
    return sum(read_value(cell.text).status is not ValueStatus.BLANK for cell in row.values)


def _readings(rows: Sequence[LogicalRow], index: int) -> tuple[tuple[str, float], ...]:
    """What the label of a row may be: its last words, more of them, or with its neighbours."""
    row = rows[index]
    labels = [cell.text for cell in row.labels if squeeze(cell.text) not in UNITS]
    if not labels:
        return ((row.context[-1], JOINED),) if row.context else ()
    readings = [(labels[-1], 0.0)]
    readings.extend(("".join(labels[-n:]), JOINED) for n in (2, 3) if len(labels) >= n)
    before = _fragment(rows, index - 1, row)
    after = _fragment(rows, index + 1, row)
    if before:
        readings.append((before + labels[-1], JOINED))
        readings.append((before + "".join(labels), JOINED))
    if after:
        readings.append((labels[-1] + after, JOINED))
    return tuple(readings)


def _scattered(rows: Sequence[LogicalRow], index: int) -> str:
    """All words around the values of a flow row, since lines of other cells come between."""
    if rows[index].grid.kind != "flow":
        return ""
    after = rows[index + 1].labels[:MAX_FRAGMENTS] if index + 1 < len(rows) else ()
    words = (*rows[index].labels[-MAX_FRAGMENTS:], *after)
    return "".join(cell.text for cell in words) if after else ""


def _fragment(rows: Sequence[LogicalRow], index: int, beside: LogicalRow) -> str:
    """The last words of a neighbouring row that prints no values of its own.

    In a ruled grid the parts of a label stand under each other.
    """
    if not 0 <= index < len(rows) or rows[index].prints_values:
        return ""
    own = [cell for cell in rows[index].labels if cell.row == rows[index].row]
    if not own:
        return ""
    label = beside.labels[-1]
    is_apart = (
        beside.grid.kind == "ruled"
        and rows[index].grid is beside.grid
        and (
            own[-1].col >= label.col + label.col_span or own[-1].col + own[-1].col_span <= label.col
        )
    )
    return "" if is_apart or hides_values(own[-1].text) else own[-1].text


def _found_blocks(
    rows: Sequence[LogicalRow],
    matches: Sequence[Match | None],
    unlabelled: dict[int, UnlabelledRow],
    catalog: Catalog,
    report_year: int | None,
    formats: Counter[str],
) -> Iterator[Copy]:
    """Each copy of each block with the format it follows and the rows that were found."""

    def readings_at(index: int) -> tuple[Reading, ...]:
        return readings_of(_readings(rows, index), "")

    labelled: dict[tuple[str, int, str], list[int]] = {}
    for i, match in enumerate(matches):
        if match is not None:
            key = (match.row.table_id, match.copy_no, match.row.block)
            labelled.setdefault(key, []).append(i)
    for (table_id, copy_no, block_id), indices in labelled.items():
        members = [(i, match) for i in indices if (match := matches[i]) is not None]
        headers = _headers(rows, indices[0], catalog)
        # Some converters repeat a merged header in every column it spans, and its values too.
        names = [text for text, _ in itertools.groupby(headers)]
        repeated = len(headers) - len(names)
        block = detect_format(
            catalog,
            blocks_of(catalog, table_id, block_id),
            [match.row for _, match in members],
            names,
            [len(rows[i].values) - repeated for i in indices],
            report_year,
            formats,
        )
        found = {
            i: FoundRow(rows[i], line.index, match.likeness, doubt=moved_doubt(rows, members, i))
            for i, match in members
            if (line := match.row.lines.get((block.format_id, block.block))) is not None
        }
        if not found:
            continue
        formats[block.format_id] += 1
        if not block_columns_match(block, names, column_variants(catalog)):
            doubt_form(found, block, catalog.format_for(report_year))
        doubt_rivals(found, rows, matches, readings_at)
        _add_by_place(found, rows, matches, unlabelled, block)
        confirm_by_place(found, rows)
        doubt_shared_labels(found, rows)
        doubt_values_in_front(found, rows, matches, block)
        doubt_short(found)
        doubt_long(found)
        doubt_columns_in_turn(found, rows, matches, catalog)
        yield copy_no, block, [found[i] for i in sorted(found)]
    pieces: dict[tuple[str, str, int], list[UnlabelledRow]] = {}
    for row in unlabelled.values():
        pieces.setdefault((row.table_id, row.block, row.copy_no), []).append(row)
    for (table_id, block_id, copy_no), members in pieces.items():
        block = detect_format(
            catalog, blocks_of(catalog, table_id, block_id), [], [], [], report_year, formats
        )
        alone = {n: FoundRow(piece.row, 0, 1.0, piece.columns) for n, piece in enumerate(members)}
        doubt_short(alone)
        doubt_long(alone)
        yield copy_no, block, list(alone.values())


def _headers(rows: Sequence[LogicalRow], index: int, catalog: Catalog) -> list[str]:
    """Column headers above the first row of a block, its own name and corner left out."""
    words = words_above(rows, index)[:-1]
    other = _words_beside_headers(catalog)
    last = max(
        (
            i
            for i, word in enumerate(words)
            if any(likeness(label_core(word), o) > 0.8 for o in other)
        ),
        default=-1,
    )
    return [word for word in words[last + 1 :] if word.strip()]


@lru_cache(maxsize=8)
def _words_beside_headers(catalog: Catalog) -> frozenset[str]:
    """Cores of block names, corners and row labels: words near a header that are not part of it."""
    return frozenset(
        label_core(text)
        for format_ in catalog.formats.values()
        for table in format_.tables
        for block in table.blocks
        for text in (block.label, block.corner, *(line.label for line in block.rows))
        if text
    )


def _add_by_place(
    found: dict[int, FoundRow],
    rows: Sequence[LogicalRow],
    matches: Sequence[Match | None],
    unlabelled: dict[int, UnlabelledRow],
    block: Block,
) -> None:
    """Rows whose label was lost, where as many rows as lines are missing between neighbours."""
    known = sorted(found)
    for before, after in itertools.pairwise(known):
        missing = range(found[before].line + 1, found[after].line)
        between = [
            i
            for i in range(before + 1, after)
            if matches[i] is None
            and i not in unlabelled
            and _could_fill(rows[i], len(block.columns))
            and not any(cell.row == rows[i].row and cell.text.strip() for cell in rows[i].labels)
        ]
        if missing and len(between) == len(missing):
            for i, line in zip(between, missing, strict=True):
                found[i] = FoundRow(
                    rows[i], line, BY_PLACE, doubt="the row has no label: taken by its place"
                )


def _could_fill(row: LogicalRow, width: int) -> bool:
    """Whether a row has a cell for each column, blanks of a lost label in front left out."""
    extra = len(row.values) - width
    return extra >= 0 and not any(cell.text.strip() for cell in row.values[:extra])
