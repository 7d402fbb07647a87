"""The readers. This tuple is the whole plug-in mechanism: a new reader is one more entry."""

from __future__ import annotations

from assets.layout.model import ParsedDocument
from assets.layout.parsers.base import Parser, Source
from assets.layout.parsers.converted import SHEETS, TEXTS
from assets.layout.parsers.docx import DOCX
from assets.layout.parsers.html import HTML
from assets.layout.parsers.mhtml import MHTML
from assets.layout.parsers.ofd import OFD
from assets.layout.parsers.pdf import PDF
from assets.layout.parsers.scan import SCAN
from assets.layout.parsers.text import TEXT
from assets.layout.parsers.xlsx import XLSX

PARSERS: tuple[Parser, ...] = (TEXT, HTML, DOCX, PDF, XLSX, MHTML, OFD, TEXTS, SHEETS, SCAN)
"""In order of preference. Their libraries are imported on first use, not here."""


PICTURES = "assets.layout.parsers.pictures"
"""What reads the pictures inside documents of any kind."""


def with_pictures(document: ParsedDocument, source: Source) -> ParsedDocument:
    """See pictures.with_pictures; a document without pictures needs nothing of it."""
    if not document.pictures:
        return document
    from assets.layout.parsers import pictures  # noqa: PLC0415 - loads the reader of PDF

    return pictures.with_pictures(document, source)


def choose_parser(media_type: str) -> Parser | None:
    """The first reader that takes the media type, or None where there is none."""
    return next((parser for parser in PARSERS if media_type in parser.media_types), None)
