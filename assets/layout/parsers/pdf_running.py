"""Running headers, footers and page numbers of a PDF: found by place and repetition."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from assets.layout.normalise import squeeze
from assets.layout.parsers.pdf_page import PageContent, PageTable, PageText
from assets.layout.parsers.pdf_text import Line, TextSettings, line_text

_PAGE_NUMBER = re.compile(
    r"(?P<left>[-—–·~_|第]*)(?P<number>\d{1,4})(?P<right>页?(?:[/,|]?共?\d{1,4}页?)?[-—–·~_|]*)"
)


@dataclass(frozen=True, slots=True)
class RunningSettings:
    """What counts as running, with the reasons."""

    margin: float = 0.12
    """Share of the page height at top and bottom where running lines stand; the official layout
    (GB/T 9704) prints page numbers at 0.91 of the height."""
    share: float = 0.4
    """Share of the pages that repeat a line; less than half, since odd and even pages differ."""
    pages: int = 3
    """Fewer repetitions may be chance: two pages often start alike."""
    drift: float = 6.0
    """Points by which the place may differ; a title that repeats the header stands elsewhere."""


@dataclass(frozen=True, slots=True)
class Running:
    """Running lines as (page, id of line), notes on them, and what header and footer say."""

    lines: frozenset[tuple[int, int]]
    notes: tuple[str, ...]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    page: int
    line: Line
    at_foot: bool
    outermost: bool


def find_running(
    pages: Sequence[PageContent], settings: RunningSettings, text: TextSettings
) -> Running:
    """The lines of a document that are not part of its text."""
    repeated: dict[tuple[str, bool], list[_Place]] = defaultdict(list)
    numbers: list[tuple[_Place, int, bool]] = []
    for place in _margin_lines(pages, settings.margin):
        printed = squeeze(line_text(place.line, text))
        repeated[re.sub(r"\d+", "#", printed), place.at_foot].append(place)
        found = _PAGE_NUMBER.fullmatch(printed)
        if found and place.outermost:
            decorated = bool(found["left"] or found["right"])
            numbers.append((place, int(found["number"]), decorated))
    running: set[tuple[int, int]] = set()
    notes: list[str] = []
    texts: dict[str, str] = {}
    shifts = Counter(number - place.page for place, number, _ in numbers)
    for place, number, decorated in numbers:
        # A bare number counts pages only if it fits this page or moves with the pages.
        if decorated or number == place.page or shifts[number - place.page] > 1:
            running.add((place.page, id(place.line)))
    if running:
        notes.append(f"page numbers left out on {len(running)} pages")
    enough = max(settings.pages, settings.share * len(pages))
    for (_, at_foot), places in repeated.items():
        usual = median(place.line.box.top for place in places)
        alike = [
            place
            for place in places
            if abs(place.line.box.top - usual) <= settings.drift
            and (place.page, id(place.line)) not in running
        ]
        if len({place.page for place in alike}) >= enough:
            running.update((place.page, id(place.line)) for place in alike)
            kind = "footer" if at_foot else "header"
            said = line_text(alike[0].line, text)[:200]
            texts.setdefault(f"running_{kind}", said)
            notes.append(f"running {kind} left out on {len(alike)} pages: {said}")
    return Running(frozenset(running), tuple(notes), texts)


def _margin_lines(pages: Sequence[PageContent], margin: float) -> Iterator[_Place]:
    """Lines near the upper and lower edge that no table lies beyond."""
    for page in pages:
        lines = [
            line
            for item in page.items
            if isinstance(item, PageText) and item.region == 0
            for line in item.lines
        ]
        boxes = [
            cell.item[1]
            for item in page.items
            if isinstance(item, PageTable)
            for cell in item.cells
        ]
        highest = min((box.top for box in boxes), default=page.height)
        lowest = max((box.bottom for box in boxes), default=0.0)
        for index, line in enumerate(lines):
            if line.box.bottom <= margin * page.height and line.box.top < highest:
                yield _Place(page.number, line, False, index == 0)
            elif line.box.top >= (1 - margin) * page.height and line.box.bottom > lowest:
                yield _Place(page.number, line, True, index == len(lines) - 1)
