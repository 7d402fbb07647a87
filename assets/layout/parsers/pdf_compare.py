"""Two readings of one PDF page: which one holds, where they differ, and what both know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assets.layout.model import Box
from assets.layout.normalise import squeeze
from assets.layout.parsers.pdf_drawn import LOST, UNREADABLE, DrawnPage, clamped, turned
from assets.layout.parsers.pdf_page import CellText, PageContent, PageTable, displayed
from assets.layout.parsers.spans import Placed

Said = tuple[str, str | None]
"""Text of a cell, and its second reading where it is doubtful."""

_SAME_PLACE = 2.0
"""Points by which the edges of one cell differ between engines; rows are 8 pt or more."""

_ROW, _ROWS = 8.0, 400
"""Points of the height in which characters are looked for together, and such rows at most."""


def as_seen(drawn: DrawnPage, fast: DrawnPage) -> DrawnPage:
    """A page as the reference has it, with what the fast engine knows of what is seen of it.

    What that one could not read is odd, too: the reference takes the code of a glyph for its
    character where a font says nothing.

    Args:
        drawn: by the reference.
        fast: the same page by the fast engine.
    """
    rows: dict[int, list[tuple[Box, set[int]]]] = {}
    odd, unseen, tinted = set(drawn.odd), set(drawn.unseen), set(drawn.tinted)

    def keep(upright: Box, into: Sequence[set[int]]) -> None:
        box = _unturned(upright, fast)
        top, bottom = (clamped(y / _ROW, 0, _ROWS) for y in (box.top, box.bottom))
        for row in range(top, bottom + 1):
            rows.setdefault(row, []).extend((box, each) for each in into)

    for index, char in enumerate(fast.chars):
        into = [
            each
            for each, known in ((odd, fast.odd), (unseen, fast.unseen), (tinted, fast.tinted))
            if index in known
        ]
        if char.text == UNREADABLE and odd not in into:
            into.append(odd)
        if into:
            keep(Box(char.x0, char.top, char.x1, char.bottom), into)
    for box, is_unseen in fast.odd_lost:
        keep(box, (odd, unseen) if is_unseen else (odd,))
    for index, char in enumerate(drawn.chars if rows else ()):
        x, y = char.middle
        at = _unturned(Box(x, y, x, y), drawn)
        for box, into in rows.get(clamped(at.top / _ROW, 0, _ROWS), ()):
            if box.x0 <= at.x0 <= box.x1 and box.top <= at.top <= box.bottom:
                into.add(index)
    return replace(
        drawn,
        odd=frozenset(odd),
        unseen=frozenset(unseen),
        tinted=frozenset(tinted),
        covers=fast.covers,
        strokes=fast.strokes,
    )


def _unturned(box: Box, page: DrawnPage) -> Box:
    """A box of the upright page where it stands on the page as displayed."""
    width, height = page.width, page.height
    if page.turn in {90, 270}:
        width, height = height, width
    return turned(box, width, height, (360 - page.turn) % 360)


def with_second(fast: PageContent, reference: PageContent, doubts: Sequence[str]) -> PageContent:
    """The reading that holds, its cells marked with what the other reading gave.

    The fast reading holds unless it is in doubt; where it is known to lack characters it has no
    say at all. Characters that one engine cannot read and the other can are a difference, too: the
    reference takes the code of a glyph for its character where a font says nothing.

    Args:
        fast: the page as the fast engine read it.
        reference: the page as the reference read it.
        doubts: why the fast reading is in doubt, none for a page of the sample.
    """
    number = fast.number
    if not reference.is_read:
        # Nothing confirms a doubtful page: no cell of it is sure.
        marked, _ = _marked(fast, reference) if doubts else (fast, 0)
        return replace(marked, notes=(*marked.notes, *reference.notes))
    if not doubts:
        marked, differing = _marked(fast, reference)
    else:
        is_witness = LOST not in doubts
        marked, differing = _marked(reference, fast, is_witness=is_witness)
    notes = list(marked.notes)
    if doubts:
        notes.append(f"page {number} was read a second time: {', '.join(doubts)}")
    if differing:
        notes.append(f"page {number}: two readings of {differing} cells differ")
    return replace(marked, notes=tuple(notes))


def _marked(
    page: PageContent, other: PageContent, *, is_witness: bool = True
) -> tuple[PageContent, int]:
    """The page with the other reading in its cells, and how many cells differ.

    A doubt that either reading raised itself stays. Of a reading that is no witness nothing else
    counts.
    """
    cells = [
        (displayed(cell.item.box, other), (cell.item.text, cell.item.other))
        for item in other.items
        if isinstance(item, PageTable)
        for cell in item.cells
    ]
    places: dict[tuple[int, int], list[tuple[Box, Said]]] = {}
    for box, text in cells:
        places.setdefault((round(box.x0 / 8), round(box.top / 8)), []).append((box, text))
    differing = 0
    items = []
    for item in page.items:
        if not isinstance(item, PageTable):
            items.append(item)
            continue
        marked: list[Placed[CellText]] = []
        for cell in item.cells:
            mine = cell.item
            read, doubt = _same_cell(displayed(mine.box, page), places, cells)
            same = squeeze(read) == squeeze(mine.text)
            second = mine.other
            if second == UNREADABLE and is_witness and read and not same:
                second = read
            elif second is None and doubt is not None:
                second = read if squeeze(doubt) == squeeze(mine.text) else doubt
            elif second is None and is_witness:
                second = mine.text if same else read
            differing += is_witness and not same
            marked.append(replace(cell, item=mine._replace(other=second)))
        items.append(replace(item, cells=tuple(marked)))
    return replace(page, items=tuple(items)), differing


def _same_cell(
    box: Box, places: dict[tuple[int, int], list[tuple[Box, Said]]], cells: list[tuple[Box, Said]]
) -> Said:
    """What the other reading has in the place of a cell."""
    column, row = round(box.x0 / 8), round(box.top / 8)
    for c in (column, column - 1, column + 1):
        for r in (row, row - 1, row + 1):
            for other, text in places.get((c, r), ()):
                if _is_near(box, other):
                    return text
    inside = [said for other, (said, _) in cells if _holds(box, other) or _holds(other, box)]
    return "\n".join(inside), None


def _is_near(box: Box, other: Box) -> bool:
    return (
        abs(box.x0 - other.x0) <= _SAME_PLACE
        and abs(box.top - other.top) <= _SAME_PLACE
        and abs(box.x1 - other.x1) <= _SAME_PLACE
        and abs(box.bottom - other.bottom) <= _SAME_PLACE
    )


def _holds(box: Box, other: Box) -> bool:
    """Whether the middle of the other box is in this one."""
    x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
    return box.x0 < x < box.x1 and box.top < y < box.bottom
