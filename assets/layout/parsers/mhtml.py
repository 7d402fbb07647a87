"""Web archives (MHTML, RFC 2557): the page inside is read like any other page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from email.message import Message
from email.parser import BytesParser
from urllib.parse import urljoin

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
            archive = _Archive(source.limits.max_unpacked_bytes)
            archive.open(source, BytesParser().parsebytes(data))
        except RecursionError as error:
            raise ReadFailure(
                DocumentStatus.DAMAGED,
                f"{source.file_name} has parts within parts beyond measure; "
                "save the page again as HTML",
            ) from error
        if not archive.pages:
            raise ReadFailure(
                DocumentStatus.DAMAGED,
                f"{source.file_name} is a web archive without a page in it; "
                "save the page again as HTML",
            )
        read, *others = (archive.read(*page) for page in archive.pages)
        notes = list(read.notes)
        for other in others:
            is_better = bool(other.grids) and not read.grids
            read, left = (other, read) if is_better else (read, other)
            if left.blocks or left.grids:
                notes.append("another page in the same archive (a frame) is not read")
        return replace(read, parser=self.name, parser_version=self.version, notes=tuple(notes))


MHTML = MhtmlParser()


@dataclass(slots=True)
class _Archive:
    """What is in an archive: pages with their addresses, pictures and style sheets by address.

    left: bytes that may still be unpacked.
    """

    left: int
    pages: list[tuple[bytes, str]] = field(default_factory=list)
    beside: dict[str, bytes] = field(default_factory=dict)

    def open(self, source: Source, message: Message) -> None:
        """Take the parts out, pages in a known charset where the archive names one."""
        for number, part in enumerate(message.walk()):
            if number > MAX_PARTS:
                raise ReadFailure(
                    DocumentStatus.TOO_LARGE,
                    f"{source.file_name} has more than {MAX_PARTS} parts, the limit",
                )
            is_page = part.get_content_type() in _PAGES
            is_shown = part.get_content_maintype() == "image"
            is_shown = is_shown or part.get_content_type() == "text/css"
            if part.is_multipart() or not (is_page or is_shown):
                continue
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes) or not content.strip():
                continue
            self.left -= len(content)
            if self.left < 0:
                raise ReadFailure(
                    DocumentStatus.TOO_LARGE,
                    f"{source.file_name} unpacks to more than "
                    f"{source.limits.max_unpacked_bytes} bytes, the limit",
                )
            address = str(part.get("Content-Location", "")).strip()
            if is_page:
                charset = (part.get_content_charset() or "").lower()
                self.pages.append((_in_utf8(content, charset), address))
                continue
            named = str(part.get("Content-ID", "")).strip().strip("<>")
            for name in (address, named and f"cid:{named}"):
                if name:
                    self.beside.setdefault(name, content)

    def read(self, page: bytes, address: str) -> ParsedDocument:
        """A page with the pictures and style sheets of the archive."""
        return HTML.read(page, lambda named: self._find(named, address))

    def _find(self, named: str, page: str) -> bytes | None:
        try:
            return self.beside.get(named) or self.beside.get(urljoin(page, named))
        except ValueError:  # an address that is none
            return None


def _in_utf8(content: bytes, charset: str) -> bytes:
    """The page in UTF-8 where the archive names its charset; else as it is."""
    if charset in _LATIN:
        return content
    known = "gb18030" if charset.startswith(("gb", "x-gb", "cp936")) else charset
    try:
        return content.decode(known).encode()
    except (UnicodeError, LookupError):
        return content
