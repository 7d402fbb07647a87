"""Text PDFs: ruled tables become grids, other text becomes paragraphs.

The pages are read in pdf_engines.py and pdf_page.py; here is what concerns the document: running
headers and footers, paragraphs over line and page breaks, headings, order. Parts of a table on
several pages stay separate grids, in reading order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assets.layout.grids import flow_grids
from assets.layout.model import Block, Grid, GridCell, ParsedDocument, ReadFailure
from assets.layout.normalise import squeeze
from assets.layout.ocr.engine import INSTALL, is_available
from assets.layout.parsers.base import Source, read_bytes, uncollected
from assets.layout.parsers.pdf_engines import EngineSettings, read_pages
from assets.layout.parsers.pdf_flow import (
    Source as SourceLine,
)
from assets.layout.parsers.pdf_flow import (
    joined_text,
    locator,
    placed_cells,
    rounded,
    with_shifts,
)
from assets.layout.parsers.pdf_page import (
    PageContent,
    PageTable,
    PageText,
    displayed,
)
from assets.layout.parsers.pdf_rules import around
from assets.layout.parsers.pdf_running import RunningSettings, find_running
from assets.layout.parsers.pdf_text import Line, TextSettings, line_text
from assets.layout.parsers.scan import read_scanned, unsure_lines
from schemas.vocabulary import DocumentStatus


@dataclass(frozen=True, slots=True)
class PdfSettings:
    """All knobs of the reader, with their reasons."""

    engines: EngineSettings = field(default_factory=EngineSettings)
    running: RunningSettings = field(default_factory=RunningSettings)
    slack: float = 1.0
    """Characters that may lack at the end of a full line (punctuation that may not wrap)."""
    text_width: float = 0.7
    """Share of the page width that a full line reaches at least, also where all lines are short."""
    indent: float = 0.8
    """Characters of indent from which a line starts a new paragraph (usual: 2)."""
    leading: float = 2.4
    """Largest distance of lines in a paragraph in characters (official layout: 1.8)."""
    heading_size: float = 1.15
    """Size against body text from which a line is a heading."""
    heading_length: int = 60
    unreadable: float = 0.5
    """Share of characters without Unicode value above which the text layer is useless."""

    @property
    def text(self) -> TextSettings:
        """How characters make lines."""
        return self.engines.page.text


_BOLD_FONT = re.compile(r"bold|black|heavy|hei|黑|xbs|小标宋", re.IGNORECASE)
Region = tuple[int, int]
"""Page number and number of the region on the page."""
Margins = tuple[float, float]
"""Left and right edge of text."""


@dataclass(frozen=True, slots=True)
class PdfParser:
    """Reader of PDFs that have a text layer."""

    settings: PdfSettings = field(default_factory=PdfSettings)
    name: str = "pdf"
    version: str = "5"
    media_types: frozenset[str] = frozenset({"application/pdf"})

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (paragraphs) and ruled grids of a PDF, locators `p3 (x0,top,x1,bottom)`.

        Boxes are in points from the top left of the page as displayed.

        Raises:
            ReadFailure: needs_password, damaged, too_large, or needs_ocr where no page has text.
        """
        data = read_bytes(source)
        found = read_pages(source, data, self.settings.engines)
        pages = read_scanned(source, data, found.pages)
        _require_text(pages, self.settings)
        document = document_from_pages(
            pages, found.metadata, self.name, self.version, self.settings
        )
        both = zip(found.pages, pages, strict=True)
        seen = {after.number for before, after in both if before.items is not after.items}
        # The text layer of a scanned page is recognition, too, by nobody knows whom.
        return unsure_lines(document, seen | {page.number for page in pages if page.is_recognised})


PDF = PdfParser()


@uncollected
def document_from_pages(
    pages: Sequence[PageContent],
    metadata: dict[str, str],
    parser: str,
    version: str,
    settings: PdfSettings | None = None,
) -> ParsedDocument:
    """The pages put together: paragraphs and tables in reading order, running lines left out.

    Args:
        pages: in order.
        metadata: what stands outside the text.
        parser: name of the reader.
        version: its version.
        settings: knobs, by default the usual ones.
    """
    settings = settings or PdfSettings()
    running = find_running(pages, settings.running, settings.text)
    document = _Document(settings, list(pages), running.lines)
    document.assemble()
    loose, flowing = flow_grids(document.blocks, len(document.grids), document.row)
    grids = sorted((*document.grids, *map(with_shifts, flowing)), key=lambda grid: grid.order)
    return ParsedDocument(
        parser=parser,
        parser_version=version,
        blocks=loose,
        grids=tuple(
            Grid(number, grid.order, grid.kind, grid.cells) for number, grid in enumerate(grids)
        ),
        page_count=len(pages),
        metadata={**metadata, **running.texts},
        notes=(*(note for page in pages for note in page.notes), *running.notes),
        gaps=tuple(page.notes[-1] for page in pages if page.has_gap),
    )


def _require_text(pages: Sequence[PageContent], settings: PdfSettings) -> None:
    if not any(page.has_text for page in pages):
        what = (
            "and character recognition saw no text on them either"
            if is_available()
            else f"a scan, needs OCR; run {INSTALL} and build again"
        )
        raise ReadFailure(
            DocumentStatus.NEEDS_OCR, f"{len(pages)} pages, no text layer on any of them: {what}"
        )
    total = sum(page.characters for page in pages)
    unreadable = sum(page.unreadable for page in pages)
    if unreadable > settings.unreadable * total:
        raise ReadFailure(
            DocumentStatus.NEEDS_OCR,
            f"{len(pages)} pages, the text layer has no readable codes for {unreadable} of "
            f"{total} characters: needs OCR",
        )


@dataclass(slots=True)
class _Document:
    """Puts the pages together."""

    settings: PdfSettings
    pages: list[PageContent]
    running: frozenset[tuple[int, int]]
    blocks: list[Block] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    order: int = 0
    paragraph: list[SourceLine] = field(default_factory=list)
    sources: dict[int, list[SourceLine]] = field(default_factory=dict)
    """The lines of each block, by its order."""

    def assemble(self) -> None:
        """Fill blocks and grids in reading order."""
        sizes, fonts = _usual(self.pages)
        margins = _margins(self.pages, self.running, self.settings)
        for page in self.pages:
            for item in page.items:
                if isinstance(item, PageTable):
                    self._close(sizes, fonts)
                    self._grid(page, item)
                    continue
                for line in item.lines:
                    if (page.number, id(line)) in self.running:
                        continue
                    if not self._continues(page, item, line, margins):
                        self._close(sizes, fonts)
                    self.paragraph.append((page, item, line))
        self._close(sizes, fonts)

    def row(self, number: int, block: Block) -> list[GridCell]:
        """The cells of a block that is a row of a table without rules."""
        return placed_cells(number, block.text, self.sources[block.order], self.settings.text)

    def _grid(self, page: PageContent, table: PageTable) -> None:
        cells = []
        for cell in table.cells:
            text, upright, other, confidence = cell.item
            box = rounded(displayed(upright, page))
            cells.append(
                GridCell(
                    cell.row,
                    cell.col,
                    text,
                    locator(page.number, box),
                    cell.row_span,
                    cell.col_span,
                    page.number,
                    box,
                    confidence,
                    other,
                )
            )
        self.grids.append(Grid(len(self.grids), self.order, "ruled", tuple(cells)))
        self.order += 1

    def _continues(
        self,
        page: PageContent,
        item: PageText,
        line: Line,
        margins: dict[Region, Margins],
    ) -> bool:
        """Whether a line goes on with the open paragraph."""
        if not self.paragraph:
            return False
        settings = self.settings
        before_page, before_item, before = self.paragraph[-1]
        before_region = before_item.region
        size = before.size
        if (
            abs(line.size - size) > 0.1 * size
            or before_region != item.region
            or before.has_columns(settings.text)
            or line.has_columns(settings.text)
        ):
            return False
        if before_page.number == page.number:
            step = line.chars[0].baseline - before.chars[0].baseline
            adjoins = 0 < step <= settings.leading * size
        else:
            ended = line_text(before, settings.text).endswith(("。", "；", "："))
            adjoins = item.region == 0 and not ended
        left, right = margins[before_page.number, before_region]
        if not adjoins or before.box.x1 + line.first_word < right - settings.slack * size:
            return False
        here = margins[page.number, item.region][0]
        if line.box.x0 > here + settings.indent * size:
            return _is_centred(before, page) and _is_centred(line, page)
        return before.box.x0 <= left + 4 * size

    def _close(self, body_size: float, body_is_bold: bool) -> None:
        """End the open paragraph and keep it as a block."""
        if not self.paragraph:
            return
        page, _, first = self.paragraph[0]
        lines = [line for _, _, line in self.paragraph]
        text = joined_text(lines, self.settings.text)
        upright = around(line.box for at, _, line in self.paragraph if at.number == page.number)
        squeezed = squeeze(text)
        large = first.size >= self.settings.heading_size * body_size
        bold = not body_is_bold and _is_bold(first)
        if squeezed:
            self.sources[self.order] = list(self.paragraph)
            self.blocks.append(
                Block(
                    self.order,
                    text,
                    locator(page.number, rounded(displayed(upright, page))),
                    is_heading=(large or bold)
                    and len(squeezed) <= self.settings.heading_length
                    and squeezed[-1] not in "。;",
                    page=page.number,
                )
            )
            self.order += 1
        self.paragraph.clear()


def _is_centred(line: Line, page: PageContent) -> bool:
    """Whether a line stands in the middle of the page, as the second line of a title does."""
    return abs(line.box.x0 + line.box.x1 - page.width) <= 4 * line.size


def _usual(pages: Sequence[PageContent]) -> tuple[float, bool]:
    """Size of most characters outside tables, and whether their font is a bold one."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for page in pages:
        for item in page.items:
            if isinstance(item, PageText):
                for line in item.lines:
                    sizes[round(line.size, 1)] += len(line.chars)
                    bold[_is_bold(line)] += len(line.chars)
    if not sizes:
        return 1.0, True
    return sizes.most_common(1)[0][0], bold[True] > bold[False]


def _is_bold(line: Line) -> bool:
    """Whether most characters of a line are in a bold or black-letter (黑体) font."""
    fonts = [char.font for char in line.chars]
    return 2 * sum(fonts.count(font) for font in set(fonts) if _is_bold_font(font)) > len(fonts)


@lru_cache(maxsize=256)
def _is_bold_font(name: str) -> bool:
    return bool(_BOLD_FONT.search(name))


def _margins(
    pages: Sequence[PageContent], running: frozenset[tuple[int, int]], settings: PdfSettings
) -> dict[Region, Margins]:
    """Left and right edge of the text without running lines, per page and region.

    Pages of one width share the right edge, since a page may hold short lines only.
    """
    edges: dict[Region, Margins] = {}
    shared: dict[float, float] = {}
    for page in pages:
        shared.setdefault(page.width, settings.text_width * page.width)
        for item in page.items:
            if isinstance(item, PageText):
                lines = [line for line in item.lines if (page.number, id(line)) not in running]
                left, right = edges.get((page.number, item.region), (page.width, 0.0))
                left = min(left, *(line.box.x0 for line in lines), page.width)
                right = max(right, *(line.box.x1 for line in lines), 0.0)
                edges[page.number, item.region] = left, right
                if item.region == 0:
                    shared[page.width] = max(shared[page.width], right)
    widths = {page.number: page.width for page in pages}
    return {
        (number, region): (left, right if region else shared[widths[number]])
        for (number, region), (left, right) in edges.items()
    }
