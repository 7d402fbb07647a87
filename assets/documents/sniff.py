"""Media type by content. The name a document arrived under is never asked: extensions lie.

Only what decides the way of reading is told apart: the kinds that a reader takes, and the kinds
for which a person must be told what to do (convert, unlock, scan). Archives are looked at by
their table of contents, never unpacked.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import puremagic

from assets.documents.archive import MAX_ZIP_CONTENTS, MAX_ZIP_ENTRIES, zip_directory

HEAD_BYTES = 64 * 1024
PDF_HEADER_WITHIN = 1024
"""Readers accept a PDF header after some leading bytes (ISO 32000, annex H, note 13)."""
MAX_OLE_BYTES = 16 * 1024 * 1024

MIN_CONFIDENCE = 0.3
"""Of puremagic: below it two bytes agree, which chance does too."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """Media type, and the extension under which such bytes are stored."""

    media_type: str
    extension: str


EMPTY = Sniffed("application/x-empty", "empty")
UNKNOWN = Sniffed("application/octet-stream", "bin")
TEXT = Sniffed("text/plain", "txt")
HTML = Sniffed("text/html", "html")
MHTML = Sniffed("multipart/related", "mhtml")
XML = Sniffed("application/xml", "xml")
WORD_XML = Sniffed("application/vnd.ms-wordml", "xml")
PDF = Sniffed("application/pdf", "pdf")
RTF = Sniffed("application/rtf", "rtf")
ZIP = Sniffed("application/zip", "zip")
LOCKED_ZIP = Sniffed("application/x-zip-encrypted", "zip")
DOCX = Sniffed("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = Sniffed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
PPTX = Sniffed("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx")
ODT = Sniffed("application/vnd.oasis.opendocument.text", "odt")
ODS = Sniffed("application/vnd.oasis.opendocument.spreadsheet", "ods")
XLSB = Sniffed("application/vnd.ms-excel.sheet.binary.macroEnabled.12", "xlsb")
OFD = Sniffed("application/ofd", "ofd")
DOC = Sniffed("application/msword", "doc")
XLS = Sniffed("application/vnd.ms-excel", "xls")
PPT = Sniffed("application/vnd.ms-powerpoint", "ppt")
LOCKED_OFFICE = Sniffed("application/x-ole-encrypted-package", "encrypted")
OLE = Sniffed("application/x-ole-storage", "ole")

_ZIP_MEMBERS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSB),
    ("ppt/presentation.xml", PPTX),
    ("OFD.xml", OFD),
)
_OLE_STREAMS = (
    ("EncryptedPackage", LOCKED_OFFICE),
    ("WordDocument", DOC),
    ("WpsContent", DOC),
    ("PowerPoint Document", PPT),
    ("Workbook", XLS),
    ("Book", XLS),
)
_IMAGES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/jp2": "jp2",
    "image/heic": "heic",
}
_SYNONYMS = {"image/x-ms-bmp": "image/bmp", "image/x-bmp": "image/bmp", "image/pjpeg": "image/jpeg"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEADING_TAG = re.compile(
    r"(?:\s|<!--.*?-->|<\?xml[^>]*\?>)*"
    r"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|base|table|tbody|tr|div"
    r"|p|span|h[1-6]|center|font|br|hr|ul|ol|section|article|main)[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_INNER_TAG = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|</td\s*>|</tr\s*>", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml[\s?]", re.IGNORECASE)
_MAIL_HEADER = re.compile(r"\s*(?:mime-version|from|subject|date|content-type|x-[\w-]+):", re.I)
_MHTML = re.compile(r"content-type:\s*multipart/(?:related|alternative)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(path: Path) -> Sniffed:
    """Media type of a file by its content.

    Reads the head of the file, and of archives the table of contents.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
        if not head:
            return EMPTY
        if b"%PDF-" in head[: PDF_HEADER_WITHIN + 4]:
            return PDF
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return _zip(handle, head)
        if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            return _ole(handle)
        if head.startswith(b"{\\rtf"):
            return RTF
        return _text(head) or _other(head)


def _zip(handle: BinaryIO, head: bytes) -> Sniffed:
    locked = False
    try:
        names, locked = _zip_names(handle)
    # zipfile says NotImplementedError of compression and versions that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        # Cut short: the local headers at the front still tell what it was meant to be.
        names = {name for name, _ in _ZIP_MEMBERS if name.encode() in head}
        names |= {"word/document.xml"} if b"word/" in head else set()
    for member, kind in _ZIP_MEMBERS:
        if member in names:
            return kind
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in head[:200]:
        return ODT
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head[:200]:
        return ODS
    return LOCKED_ZIP if locked else ZIP


def _zip_names(handle: BinaryIO) -> tuple[set[str], bool]:
    """Names in the table of contents, and whether a member is locked with a password.

    No names when that table is so large that it is an attack.
    """
    entries, contents = zip_directory(handle)
    if entries > MAX_ZIP_ENTRIES or contents > MAX_ZIP_CONTENTS:
        return set(), False
    handle.seek(0)
    with zipfile.ZipFile(handle) as archive:
        locked = any(entry.flag_bits & 0x1 for entry in archive.infolist())
        return set(archive.namelist()), locked


def _ole(handle: BinaryIO) -> Sniffed:
    """Which program's streams an OLE container holds, by the names in its directory."""
    handle.seek(0)
    content = handle.read(MAX_OLE_BYTES)
    for stream, kind in _OLE_STREAMS:
        # A directory entry: the name in 64 bytes, then its length with the final zero, in bytes.
        name = stream.encode("utf-16-le")
        entry = name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little")
        if entry in content:
            return kind
    return OLE


def _text(head: bytes) -> Sniffed | None:
    """The kind of text that some bytes are; None when they are no text."""
    text = _as_text(head)
    if text is None:
        return None
    if _MAIL_HEADER.match(text) and _MHTML.search(text):
        return MHTML
    if _LEADING_TAG.match(text):
        return HTML
    if _XML.match(text):
        return WORD_XML if "Word.Document" in text[:4000] else XML
    return HTML if _INNER_TAG.search(text) else TEXT


def _as_text(head: bytes) -> str | None:
    """The head as text, good enough to look for tags; None for bytes that are no text.

    Which encoding is right is for the readers to find; here a wrong one does no harm, since tags
    are ASCII.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace")
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        # ASCII characters in UTF-16 have a zero byte on one side; 一 has it on the other.
        others = head[::2] if encoding == "utf-16-le" else head[1::2]
        if zeros.count(0) > max(4, len(head) // 100) and others.count(0) * 3 < zeros.count(0):
            text = head.decode(encoding, errors="replace")
            return text if _is_printed(text.encode("utf-8")) else None
    return head.decode("utf-8", errors="replace") if _is_printed(head) else None


def _is_printed(text: bytes) -> bool:
    """At most one control character in 200 bytes."""
    return len(_CONTROL.findall(text)) * 200 <= len(text)


def _other(head: bytes) -> Sniffed:
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return UNKNOWN
    for match in found:
        media_type = _SYNONYMS.get(match.mime_type, match.mime_type)
        if media_type in _IMAGES:
            return Sniffed(media_type, _IMAGES[media_type])
    sure = [match for match in found if match.confidence >= MIN_CONFIDENCE]
    known = next((match for match in sure if match.mime_type and match.extension), None)
    extension = re.sub(r"[^a-z0-9]", "", known.extension.lower())[:8] if known else ""
    return Sniffed(known.mime_type, extension) if known and extension else UNKNOWN
