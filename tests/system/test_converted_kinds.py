"""Older office kinds through LibreOffice: the same facts as the report they were made from."""

from __future__ import annotations

import http.server
import re
import shutil
import subprocess
import threading
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.documents.sniff import sniff
from assets.layout.parsers.base import Source
from assets.layout.parsers.converted import TEXTS
from assets.synthetic.rendering import Rendered, render
from assets.synthetic.report import random_report
from tests.property.reading import CATALOG, expected_facts, read

pytestmark = pytest.mark.system

KINDS = {"doc": "docx", "rtf": "docx", "odt": "docx", "xls": "xlsx", "ods": "xlsx"}
WORD_2003 = (
    '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
    "{body}</w:wordDocument>"
)


def written_as(kind: str, data: bytes, folder: Path) -> Rendered:
    """The document as LibreOffice writes it in an older kind."""
    soffice = shutil.which("soffice")
    assert soffice, (
        "LibreOffice is missing: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
    )
    given = folder / f"report.{KINDS[kind]}"
    given.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", folder, given]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    path = folder / f"report.{kind}"
    return Rendered(path.read_bytes(), kind, sniff(path).media_type)


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
@pytest.mark.parametrize("kind", list(KINDS))
def test_older_kinds_give_the_same_facts(kind: str, format_id: str, tmp_path: Path) -> None:
    report = random_report(11, CATALOG, format_id)
    reading = read(written_as(kind, render(report, KINDS[kind]).data, tmp_path))
    assert reading.facts() == expected_facts(report)
    assert reading.recognition.unmapped == []
    assert reading.document.parser == "converted"


def test_word_2003_xml_gives_the_same_facts(tmp_path: Path) -> None:
    # LibreOffice writes this kind without vertical merges, so it is written here by hand.
    report = random_report(12, CATALOG, "gir_2021")
    with zipfile.ZipFile(BytesIO(render(report, "docx").data)) as archive:
        document = archive.read("word/document.xml").decode()
    found = re.search(r"<w:body>.*</w:body>", document, re.DOTALL)
    assert found
    body = re.sub(r"<w:(?:pStyle|rFonts)[^>]*>", "", found[0])
    body = body.replace(' w:val="continue"', "").replace("w:vMerge", "w:vmerge")
    path = tmp_path / "report.xml"
    path.write_text(WORD_2003.format(body=body), encoding="utf-8")
    reading = read(Rendered(path.read_bytes(), "xml", sniff(path).media_type))
    assert reading.facts() == expected_facts(report)


def test_conversion_follows_no_links(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    picture = f"http://127.0.0.1:{server.server_port}/picture.png"
    path = tmp_path / "links.fodt"
    path.write_text(
        '<?xml version="1.0"?><office:document'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"'
        ' office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
        '<text:p>报告<draw:frame svg:width="3cm" svg:height="3cm">'
        f'<draw:image xlink:href="{picture}" xlink:type="simple" xlink:show="embed"/>'
        "</draw:frame></text:p></office:text></office:body></office:document>",
        encoding="utf-8",
    )
    media_type = "application/vnd.oasis.opendocument.text"
    try:
        read_text = TEXTS.parse(Source(path, path.name, media_type, Limits()))
    finally:
        server.shutdown()
    assert [block.text for block in read_text.blocks] == ["报告"]
    assert asked == []
