"""Types are told by content; names and extensions are never asked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from assets.documents.sniff import sniff

REPORT = (
    "某局2023年政府信息公开工作年度报告\n一、总体情况\n见 <http://www.example.gov.cn/>。\n" * 20
)
PAGE = "<!DOCTYPE html><html><head><title>年报</title></head><body><p>内容</p></body></html>"


def archive(*members: str, first: tuple[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        if first:
            out.writestr(*first)
        for member in members:
            out.writestr(member, "x" * 500)
    return buffer.getvalue()


def ole(stream: str) -> bytes:
    name = stream.encode("utf-16-le")
    entry = name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + entry.ljust(128, b"\0")


DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = archive("[Content_Types].xml", "word/document.xml")

CASES = {
    "empty": (b"", "application/x-empty"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "application/pdf"),
    "pdf after junk": (b"\r\n" * 400 + b"%PDF-1.4", "application/pdf"),
    "docx": (DOCX, DOCX_TYPE),
    "docx cut short": (DOCX[:700], DOCX_TYPE),
    "xlsx": (archive("xl/workbook.xml"), XLSX_TYPE),
    "ofd": (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    "odt": (
        archive("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text")),
        "application/vnd.oasis.opendocument.text",
    ),
    "ods": (
        archive(
            "content.xml", first=("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        ),
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    "xlsb": (
        archive("xl/workbook.bin"),
        "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    ),
    "archive of a docx": (
        archive(first=("年报.docx", DOCX.decode("latin-1"))),
        "application/zip",
    ),
    "doc": (ole("WordDocument"), "application/msword"),
    "xls": (ole("Workbook"), "application/vnd.ms-excel"),
    "locked docx": (ole("EncryptedPackage"), "application/x-ole-encrypted-package"),
    "other ole": (ole("Something"), "application/x-ole-storage"),
    "rtf": (rb"{\rtf1\ansi hello}", "application/rtf"),
    "html": (PAGE.encode(), "text/html"),
    "html after comment": (b"<!-- saved -->\n <HTML><body>x", "text/html"),
    "html gb18030": (PAGE.encode("gb18030"), "text/html"),
    "html utf-16": (PAGE.encode("utf-16"), "text/html"),
    "xhtml": (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html>', "text/html"),
    "page fragment": (b"<div class='c'><table><tr><td>1</td></tr></table></div>", "text/html"),
    "mhtml": (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n",
        "multipart/related",
    ),
    "mhtml of word": (
        b'Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n',
        "multipart/related",
    ),
    "word xml": (
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>',
        "application/vnd.ms-wordml",
    ),
    "other xml": (b'<?xml version="1.0"?><feed/>', "application/xml"),
    "text": (REPORT.encode(), "text/plain"),
    "text with mark": (REPORT.encode("utf-8-sig"), "text/plain"),
    "text gb18030": (REPORT.encode("gb18030"), "text/plain"),
    "text utf-16 with mark": (REPORT.encode("utf-16"), "text/plain"),
    "text utf-16 without mark": (REPORT.encode("utf-16-le"), "text/plain"),
    "text with html table": (b"# t\n<table><tr><td>1</td></tr></table>", "text/html"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 50, "image/jpeg"),
    "bmp": (b"BM" + b"\0" * 60, "image/bmp"),
    "rar": (b"Rar!\x1a\x07\x00" + b"\0" * 50, "application/x-rar-compressed"),
    "zeros": (b"\0" * 4000, "application/octet-stream"),
    "numbers in 16 bits": (b"\x01\x00\x02\x00" * 900, "application/octet-stream"),
    "noise": (bytes(range(256)) * 40, "application/octet-stream"),
}


@pytest.mark.parametrize("case", CASES)
def test_type_by_content(case: str, tmp_path: Path):
    content, expected = CASES[case]
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    assert sniff(path).media_type == expected


def test_the_extension_is_safe_as_a_file_name(tmp_path: Path):
    for content, _ in CASES.values():
        path = tmp_path / "x"
        path.write_bytes(content)
        assert sniff(path).extension.isalnum()


def test_a_table_of_contents_made_to_exhaust_memory_is_not_read(tmp_path: Path):
    # The end record claims four million entries; opening it as an archive would be slow or worse.
    content = bytearray(DOCX)
    end = content.rindex(b"PK\x05\x06")
    content[end + 10 : end + 12] = (65_000).to_bytes(2, "little")
    content[end + 12 : end + 16] = (2**31).to_bytes(4, "little")
    path = tmp_path / "bomb.docx"
    path.write_bytes(bytes(content))
    assert sniff(path).media_type == "application/zip"
