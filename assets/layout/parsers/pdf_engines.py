"""The pages of a PDF: by the fast engine, by the reference where that one is in doubt, or by both.

The fast engine (PDFium) does the daily work. The reference (pdfplumber) reads a page again where
the fast engine may have lost or changed characters, where many rules make no table, where numbers
do not add up, and in a fixed sample of documents. It reads alone what the fast engine cannot open.
Cells that both have read carry both readings.
"""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from assets.layout.model import ReadFailure
from assets.layout.parsers.base import Source, uncollected
from assets.layout.parsers.pdf_compare import as_seen, with_second
from assets.layout.parsers.pdf_drawn import DrawnPage
from assets.layout.parsers.pdf_page import PageContent, PageSettings, PageTable, read_page
from assets.layout.parsers.pdf_sums import sums_fail
from schemas.vocabulary import DocumentStatus


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """When a page is read twice, with the reasons."""

    page: PageSettings = field(default_factory=PageSettings)
    sample: int = 64
    """One document of so many is read twice whole, so that a fault of one engine shows up."""
    sample_pages: int = 40
    """Pages of a document that are read twice without a doubt; reports have fewer."""
    lone_rules: int = 12
    """Rules that make no table: more than a letterhead, underlines and a frame have."""


@dataclass(frozen=True, slots=True)
class PdfPages:
    """Pages in order, the document's metadata, and the numbers of pages that were read twice."""

    pages: list[PageContent]
    metadata: dict[str, str]
    twice: tuple[int, ...] = ()


def read_pages(source: Source, data: bytes, settings: EngineSettings) -> PdfPages:
    """All pages of a PDF; those that cannot be read are empty and have a note.

    Args:
        source: the document, for its name and limits.
        data: its bytes.
        settings: when to read twice.

    Raises:
        ReadFailure: needs_password, damaged or too_large.
    """
    if b"%%EOF" not in data:
        raise ReadFailure(
            DocumentStatus.DAMAGED,
            f"{source.file_name} has no end mark: the file is cut off; get it again",
        )
    reference = _Reference(source, data, settings.page)
    drawn = _fast_pages(data, source.limits.max_pages, settings.page)
    if drawn is None:
        return reference.whole()
    pages, metadata = drawn
    is_sample = hashlib.sha256(data).digest()[0] % settings.sample == 0
    contents: list[PageContent] = []
    twice: list[int] = []
    for page in pages:
        content = read_page(page, settings.page)
        doubts = page.doubts or _doubts(page, content, settings)
        tables = [item for item in content.items if isinstance(item, PageTable)]
        is_checked = len(twice) < settings.sample_pages and (is_sample or sums_fail(tables))
        if doubts or is_checked:
            if len(reference.raw_pages) != len(pages):
                return reference.whole()
            twice.append(page.number)
            content = with_second(content, reference.read(page.number, page), doubts)
        contents.append(content)
    return PdfPages(contents, metadata, tuple(twice))


def _doubts(page: DrawnPage, content: PageContent, settings: EngineSettings) -> tuple[str, ...]:
    """What makes a page doubtful although its characters are all there."""
    is_ruled = len(page.shapes) >= settings.lone_rules
    if is_ruled and not any(isinstance(item, PageTable) for item in content.items):
        return ("many rules and no table",)
    return ()


@uncollected
def _fast_pages(
    data: bytes, limit: int, settings: PageSettings
) -> tuple[list[DrawnPage], dict[str, str]] | None:
    """All pages and the metadata, or None where the fast engine cannot read every page.

    Every reason for that (a password, a broken page, too many pages) is left to the reference to
    find out and to name.
    """
    import pypdfium2  # noqa: PLC0415 - heavy, only when a PDF is read

    from assets.layout.parsers.pdf_fonts import Known  # noqa: PLC0415
    from assets.layout.parsers.pdf_pdfium import draw_page, has_size  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return None
    try:
        if not 0 < len(document) <= limit:
            return None
        pages: list[DrawnPage] = []
        fonts: Known = {}
        for index in range(len(document)):
            page = document[index]
            try:
                if not has_size(page):
                    return None
                thickness, depth = settings.rules.thickness, settings.max_nested_forms
                pages.append(draw_page(page, index + 1, thickness, depth, fonts))
            finally:
                page.close()
        return pages, _texts(document.get_metadata_dict())
    except pypdfium2.PdfiumError:
        return None
    finally:
        document.close()


def _texts(metadata: dict[Any, Any]) -> dict[str, str]:
    return {
        str(key)[:100]: value.strip()[:2000]
        for key, value in metadata.items()
        if isinstance(value, str) and value.strip()
    }


@dataclass
class _Reference:
    """The document in the reference engine, opened when it is first needed."""

    source: Source
    data: bytes
    settings: PageSettings

    @cached_property
    def pdf(self) -> Any:
        """The open document.

        Raises:
            ReadFailure: needs_password or damaged.
        """
        import pdfplumber  # noqa: PLC0415 - heavy, only when a PDF needs it
        from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415
        from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

        # pdfminer warns once per odd operator, thousands of times on some files.
        logging.getLogger("pdfminer").setLevel(logging.ERROR)
        try:
            return pdfplumber.open(io.BytesIO(self.data))
        except Exception as error:
            inner = error.args[0] if isinstance(error, PdfminerException) and error.args else error
            if isinstance(inner, PDFPasswordIncorrect):
                raise ReadFailure(
                    DocumentStatus.NEEDS_PASSWORD,
                    f"{self.source.file_name} is protected by a password; supply an open copy",
                ) from error
            raise self._damaged(_cause(error)) from error

    @cached_property
    def raw_pages(self) -> list[Any]:
        """The pages unread, so that their number is known before any of them costs time.

        Raises:
            ReadFailure: too_large or damaged.
        """
        from pdfminer.pdfpage import PDFPage  # noqa: PLC0415 - only when a PDF needs it

        limit = self.source.limits.max_pages
        document = self.pdf.doc
        try:
            # PDF.pages would build all pages at once and lose all of them to one that is broken.
            pages = list(islice(PDFPage.create_pages(document), limit + 1))
        except Exception as error:
            raise self._damaged(_cause(error)) from error
        if len(pages) > limit:
            raise ReadFailure(
                DocumentStatus.TOO_LARGE,
                f"{self.source.file_name} has more than {limit} pages, the limit",
            )
        return pages

    def read(self, number: int, fast: DrawnPage | None = None) -> PageContent:
        """A page, empty and with a note where it cannot be read.

        Args:
            number: from 1.
            fast: the same page by the fast engine, which knows more of what is seen.
        """
        from pdfplumber.page import Page  # noqa: PLC0415 - only when a PDF needs it

        from assets.layout.parsers.pdf_miner import draw_page  # noqa: PLC0415

        settings = self.settings
        try:
            page = Page(self.pdf, self.raw_pages[number - 1], number)
            drawn = draw_page(
                page,
                settings.rules.thickness,
                settings.max_nested_forms,
                is_alone=fast is None,
            )
            content = read_page(as_seen(drawn, fast) if fast else drawn, settings)
            page.close()
        except Exception as error:  # noqa: BLE001 - see _cause
            note = f"page {number} could not be read: {_cause(error)}"
            return PageContent(
                number, 0.0, 0.0, 0, (), False, 0, 0, (note,), is_read=False, has_gap=True
            )
        return content

    def whole(self) -> PdfPages:
        """The document as this engine alone reads it.

        Raises:
            ReadFailure: needs_password, too_large, or damaged: no page can be read.
        """
        pages = [self.read(number) for number in range(1, len(self.raw_pages) + 1)]
        if not any(page.is_read for page in pages):
            raise self._damaged(pages[0].notes[0] if pages else "it has no pages")
        stated = _stated_pages(self.pdf)
        if stated > len(pages):
            note = f"the file states {stated} pages, {len(pages)} were found"
            pages[-1] = replace(pages[-1], notes=(*pages[-1].notes, note), has_gap=True)
        return PdfPages(pages, _texts(self.pdf.metadata))

    def _damaged(self, cause: str) -> ReadFailure:
        return ReadFailure(
            DocumentStatus.DAMAGED, f"{self.source.file_name} is no readable PDF: {cause}"
        )


def _stated_pages(pdf: Any) -> int:
    """How many pages the page tree says it has; 0 where it says nothing sensible."""
    from pdfminer.pdftypes import resolve1  # noqa: PLC0415 - only when a PDF is read

    tree = resolve1(pdf.doc.catalog.get("Pages"))
    count = resolve1(tree.get("Count")) if isinstance(tree, dict) else 0
    return count if isinstance(count, int) else 0


def _cause(error: BaseException) -> str:
    """What went wrong, in short.

    pdfminer raises nearly any exception on broken files (KeyError, TypeError, struct.error,
    RecursionError), so all of them mean the same: this file or page cannot be read.
    """
    inner = error.args[0] if error.args and isinstance(error.args[0], BaseException) else error
    return f"{type(inner).__name__} {str(inner)[:120]}".strip()
