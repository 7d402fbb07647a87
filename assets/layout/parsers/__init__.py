"""The readers. This tuple is the whole plug-in mechanism: a new reader is one more entry."""

from __future__ import annotations

from assets.layout.parsers.base import Parser
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


def choose_parser(media_type: str) -> Parser | None:
    """The first reader that takes the media type, or None where there is none."""
    return next((parser for parser in PARSERS if media_type in parser.media_types), None)
