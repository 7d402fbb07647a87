"""Web archives (MHTML, RFC 2557): the page inside is read like any other page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.parsers.base import Source, read_bytes
from assets.layout.parsers.html import HTML
from schemas.vocabulary import DocumentStatus

MAX_PARTS = 2000
"""Pictures, scripts and style sheets of a page; more is no page."""
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_LATIN = frozenset({"", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252"})
"""Charsets that programs write when they were told none; the page itself knows better."""


@dataclass(frozen=True, slots=True)
class MhtmlParser:
    """Reader of web archives as browsers and Word save them."""

    name: str = "mhtml"
    version: str = f"1+html-{HTML.version}"
    media_types: frozenset[str] = frozenset({"multipart/related"})

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks and grids of the page, locators as for web pages.

        The first page with text is read; frames and other pages are named in a note.

        Raises:
            ReadFailure: empty, too large, no page inside, or no text in any known encoding.
        """
        data = read_bytes(source)
        try:
            pages = list(_pages(source, BytesParser().parsebytes(data)))
        except RecursionError as error:
            raise ReadFailure(
                DocumentStatus.DAMAGED,
                f"{source.file_name} has parts within parts beyond measure; "
                "save the page again as HTML",
            ) from error
        if not pages:
            raise ReadFailure(
                DocumentStatus.DAMAGED,
                f"{source.file_name} is a web archive without a page in it; "
                "save the page again as HTML",
            )
        read = _read(source, pages[0])
        notes = list(read.notes)
        for other in pages[1:]:
            again = _read(source, other)
            if not read.grids and len(again.grids) > 0:
                read, again = again, read
            if again.blocks or again.grids:
                notes.append("another page in the same archive (a frame) is not read")
        return replace(read, parser=self.name, parser_version=self.version, notes=tuple(notes))


MHTML = MhtmlParser()


def _pages(source: Source, message: Message) -> Iterator[bytes]:
    """The pages of an archive as bytes, in a known charset where the archive names one."""
    left = source.limits.max_unpacked_bytes
    for number, part in enumerate(message.walk()):
        if number > MAX_PARTS:
            raise ReadFailure(
                DocumentStatus.TOO_LARGE,
                f"{source.file_name} has more than {MAX_PARTS} parts, the limit",
            )
        if part.is_multipart() or part.get_content_type() not in _PAGES:
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content.strip():
            continue
        left -= len(content)
        if left < 0:
            raise ReadFailure(
                DocumentStatus.TOO_LARGE,
                f"{source.file_name} unpacks to more than {source.limits.max_unpacked_bytes} "
                "bytes, the limit",
            )
        yield _in_utf8(content, (part.get_content_charset() or "").lower())


def _in_utf8(content: bytes, charset: str) -> bytes:
    """The page in UTF-8 where the archive names its charset; else as it is."""
    if charset in _LATIN:
        return content
    known = "gb18030" if charset.startswith(("gb", "x-gb", "cp936")) else charset
    try:
        return content.decode(known).encode()
    except (UnicodeError, LookupError):
        return content


def _read(source: Source, page: bytes) -> ParsedDocument:
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        path = Path(folder) / "page.html"
        path.write_bytes(page)
        return HTML.parse(replace(source, path=path))
