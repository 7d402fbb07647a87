"""Tables that are pictures inside Word files, web pages and archives, and pages of OFD."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document
from docx.shared import Pt
from PIL import Image, ImageDraw

from assets.common.limits import Limits
from assets.layout.memo import current_row, write_memo
from assets.layout.model import UNREAD, ParsedDocument, ReadFailure
from assets.layout.ocr.engine import INSTALL
from assets.layout.parsers import choose_parser, pictures, with_pictures
from assets.layout.parsers.base import Source
from assets.layout.reading import read_document
from assets.layout.versions import could_say_more, reading_version
from assets.synthetic.rendering import DOCX_TYPE, XLSX_TYPE, render
from assets.synthetic.report import random_report
from assets.synthetic.styles import HtmlStyle
from schemas.catalog import BUNDLED, load_catalog
from schemas.vocabulary import DocumentStatus

from .pictures import HEIGHT, ROWS, TITLE, WIDTH, scans

PROSE = "本机关认真贯彻政府信息公开条例，主动公开各类信息，依法办理公开申请。" * 8
BEFORE, AFTER = "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"
OFD_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(200, 200))
    return buffer.getvalue()


TABLE = png(Image.open(io.BytesIO(scans()[0])))


def photo() -> bytes:
    """Something without a table: hills under a sun."""
    image = Image.new("L", (800, 500), 200)
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 500), (300, 200), (500, 500)], fill=90)
    pen.ellipse((600, 60, 700, 160), fill=250)
    return png(image)


def word(*parts: str | bytes) -> bytes:
    document = Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            document.add_picture(io.BytesIO(part), width=Pt(400))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def page(*parts: str | bytes) -> bytes:
    inline = (
        f'<img src="data:image/png;base64,{base64.b64encode(part).decode()}">'
        if isinstance(part, bytes)
        else part
        for part in parts
    )
    return "".join(f"<p>{part}</p>" for part in inline).encode()


def saved(*parts: str | bytes, address: str = "../a/t.png") -> bytes:
    """A page as browsers save it: one picture by its address, one by its number."""
    message = MIMEMultipart("related")
    body, found = "", []
    for part in parts:
        if isinstance(part, str):
            body += f"<p>{part}</p>"
            continue
        number = len(found)
        body += f'<p><img src="{f"cid:p{number}@here" if number else address}"></p>'
        found.append(MIMEImage(part, "png"))
        found[-1]["Content-ID"] = f"<p{number}@here>"
        found[-1]["Content-Location"] = f"http://gov.example/nb/a/t{number or ''}.png"
    message.attach(MIMEText(f"<html><body>{body}</body></html>", "html", "utf-8"))
    message.get_payload()[0]["Content-Location"] = "http://gov.example/nb/b/page.html"
    for each in found:
        message.attach(each)
    return message.as_bytes()


def workbook(*parts: str | bytes) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    row = 0
    for part in parts:
        if isinstance(part, str):
            sheet.merge_range(row, 0, row, 5, part)
            row += 1
        else:
            sheet.insert_image(row, 0, "t.png", {"image_data": io.BytesIO(part)})
            row += 60
    book.close()
    return buffer.getvalue()


KINDS = {
    "docx": (DOCX_TYPE, word),
    "html": ("text/html", page),
    "mhtml": ("multipart/related", saved),
    "xlsx": (XLSX_TYPE, workbook),
}


@pytest.fixture
def read(tmp_path: Path):
    def reader(kind: str, data: bytes) -> ParsedDocument:
        path = tmp_path / f"report.{kind}"
        path.write_bytes(data)
        media_type = KINDS[kind][0] if kind in KINDS else "application/ofd"
        parser = choose_parser(media_type)
        assert parser is not None
        source = Source(path, path.name, media_type, Limits())
        return with_pictures(parser.parse(source), source)

    return reader


@pytest.mark.parametrize("kind", KINDS)
def test_a_pasted_table_is_read_where_it_stands(read, kind):
    document = read(kind, KINDS[kind][1](TITLE, PROSE, BEFORE, TABLE, AFTER))
    (grid,) = document.grids
    assert [cell.text for cell in grid.cells] == [text for row in ROWS for text in row]
    orders = {block.text: block.order for block in document.blocks}
    assert orders[BEFORE] < grid.order < orders[AFTER]
    number = next(cell for cell in grid.cells if cell.text == "58644")
    assert (number.page, number.box, number.other) == (None, None, "58644")
    assert number.confidence is not None
    place, _, box = number.locator.partition(" ")
    assert place in {"paragraph[4]/picture[1]", "body/p[4]/img[1]", "sheet[1]/picture[1]"}
    assert box.startswith("(17")
    assert any(f"{place} is a picture, read by" in note for note in document.notes)


def test_photographs_are_left_alone_and_counted(read):
    document = read("docx", word(TITLE, PROSE, photo(), BEFORE, TABLE))
    assert len(document.grids) == 1
    assert "1 pictures show no net of rules and were not read" in document.notes


def test_a_file_of_pictures_alone_is_read_whole(read):
    lines = Image.open(io.BytesIO(TABLE)).crop((0, 0, 1160, 180))
    document = read("docx", word(png(lines), TABLE))
    assert [block.text for block in document.blocks] == [TITLE, TITLE]
    assert len(document.grids) == 1


def test_two_pictures_of_one_table_follow_each_other_and_a_copy_is_read_once(read):
    other = png(Image.open(io.BytesIO(scans((*ROWS[:2], ("行政强制", "7", "8")))[0])))
    document = read("mhtml", saved(TITLE, PROSE, TABLE, other, AFTER, TABLE))
    texts = [[cell.text for cell in grid.cells] for grid in document.grids]
    assert [("58644" in text, "行政强制" in text) for text in texts] == [
        (True, False),
        (False, True),
    ]


def test_a_cell_that_shows_a_picture_is_not_blank(read):
    small = png(Image.new("L", (20, 20), 0))
    document = Document()
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("信息内容", "本年制发件数", "规章", ""), strict=True):
        cell.text = text
    table._cells[3].paragraphs[0].add_run().add_picture(io.BytesIO(small))
    buffer = io.BytesIO()
    document.save(buffer)
    drawn = f'<img src="data:image/png;base64,{base64.b64encode(small).decode()}">'
    rows = f"<tr><td>信息内容<td>本年制发件数<tr><td>规章<td>{drawn}"
    for kind, data in (("docx", buffer.getvalue()), ("html", f"<table>{rows}</table>".encode())):
        assert [cell.text for cell in read(kind, data).grids[0].cells][-2:] == ["规章", "\ufffd"]


def test_what_word_cuts_off_or_hides_is_not_read(read):
    def changed(pattern: str, by: str) -> bytes:
        out = io.BytesIO()
        old = zipfile.ZipFile(io.BytesIO(word(TITLE, PROSE, TABLE)))
        with zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                if name == "word/document.xml":
                    assert pattern.encode() in part
                    part = part.replace(pattern.encode(), by.encode())
                new.writestr(name, part)
        return out.getvalue()

    cut = read("docx", changed("<a:stretch>", '<a:srcRect r="36000"/><a:stretch>'))
    assert [cell.text for cell in cut.grids[0].cells if cell.col == 0] == [row[0] for row in ROWS]
    assert "2070" not in [cell.text for cell in cut.grids[0].cells]
    assert read("docx", changed("<wp:docPr ", '<wp:docPr hidden="1" ')).grids == ()


def test_a_broken_or_often_used_part_leaves_the_text_readable(tmp_path):
    def parsed(data: bytes, budget: int) -> ParsedDocument:
        path = tmp_path / "a.docx"
        path.write_bytes(data)
        parser = choose_parser(DOCX_TYPE)
        assert parser is not None
        limits = Limits(max_unpacked_bytes=budget)
        return parser.parse(Source(path, path.name, DOCX_TYPE, limits))

    whole = word(PROSE, *[TABLE] * 30)
    size = sum(each.file_size for each in zipfile.ZipFile(io.BytesIO(whole)).infolist())
    assert len(parsed(whole, size + len(TABLE)).pictures) == 30
    at = whole.index(b"word/media/image1.png") + 500
    broken = parsed(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :], 10 * size)
    assert broken.pictures == ()
    assert "30 linked or broken pictures not read" in broken.notes


def test_broken_and_huge_pictures_do_not_stop_the_others(read, monkeypatch):
    broken = TABLE[: len(TABLE) // 2]
    document = read("html", page(TITLE, PROSE, broken, b"no picture", TABLE))
    assert len(document.grids) == 1
    assert any("body/p[3]/img[1] cannot be opened" in note for note in document.notes)
    assert "1 pictures of a kind that is not read, such as vector pictures" in document.notes
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1000)
    document = read("html", page(TITLE, PROSE, TABLE))
    assert document.grids == ()
    assert any("more than 1000 pixels" in note for note in document.notes)


def test_a_report_with_a_picture_that_was_not_read_is_partly_read(tmp_path):
    catalog = load_catalog()
    report = render(random_report(5, catalog, "gir_2021"), "html", HtmlStyle(whole_page=False))
    data = report.data + page(TABLE[: len(TABLE) // 2])
    raw = tmp_path / "report.html"
    raw.write_bytes(data)
    row = read_document(
        {
            "doc_id": hashlib.sha256(data).hexdigest(),
            "file_name": raw.name,
            "media_type": "text/html",
            "raw": str(raw),
            "folder": str(tmp_path / "memo"),
            "seen_pages": str(tmp_path / "pages"),
            "versions": ["without", "with"],
            "limits": Limits(),
            "catalog_root": str(BUNDLED),
        }
    )
    assert row["status"] == "partly_read"
    assert row["reason"].startswith(f"{UNREAD}body/p")
    assert current_row(tmp_path / "memo", ["with"], raw.name, Limits()) == row


def test_linked_and_wrongly_written_pictures_do_no_harm(read):
    said = '<img src="data:image/png;base64,@@@"><img src=""><img src="http://[x/a.png"><img>'
    document = read("html", f"<p>{PROSE}</p><p>{said}</p>".encode())
    assert document.grids == ()
    (note,) = document.notes
    assert note.startswith("4 pictures outside the file")
    assert read("mhtml", saved(PROSE, TABLE, address="http://[x/")).grids == ()


def test_without_the_extra_the_command_is_named(read, monkeypatch):
    monkeypatch.setattr(pictures, "is_available", lambda: False)
    document = read("docx", word(TITLE, PROSE, TABLE))
    (note,) = document.notes
    assert INSTALL in note
    assert could_say_more(note)
    # There is no table, and what stands in its place was not read.
    assert document.gaps == (note,)
    assert could_say_more(f"{UNREAD}{note}")
    rows = "".join(f"<tr><td>{label}<td>1</tr>" for label in ("规章", "行政许可"))
    document = read("html", page(PROSE, f"<table>{rows}</table>", photo()))
    assert INSTALL in document.notes[0]
    assert document.gaps == ()


def test_what_reads_pictures_counts_for_documents_that_hold_some(tmp_path):
    catalog = load_catalog()
    plain, pictured = (reading_version(XLSX_TYPE, catalog, has) for has in (False, True))
    assert plain != pictured
    plain, pictured = (reading_version("text/html", catalog, has) for has in (False, True))
    assert plain != pictured
    assert reading_version("text/plain", catalog, True) == reading_version("text/plain", catalog)
    row = {"status": DocumentStatus.READ.value, "reason": None}
    write_memo(tmp_path, pictured, "a.html", Limits(), row, {})
    assert current_row(tmp_path, [plain, pictured], "a.html", Limits()) == row
    assert current_row(tmp_path, [plain, "read otherwise"], "a.html", Limits()) is None


def ofd(picture: bytes, objects: str = "", matrix: str = "210 0 0 115 0 0") -> bytes:
    parts = {
        "OFD.xml": f"<ofd:OFD {OFD_NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD_NS}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 120</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="Page.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Res.xml": f'<ofd:Res {OFD_NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia '
        'ID="7" Type="Image" Format="PNG"><ofd:MediaFile>scan.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        "Doc_0/Page.xml": f'<ofd:Page {OFD_NS}><ofd:Content><ofd:Layer ID="3"><ofd:ImageObject '
        f'ID="4" Boundary="0 5 210 115" CTM="{matrix}" ResourceID="7"/>{objects}</ofd:Layer>'
        "</ofd:Content></ofd:Page>",
        "Doc_0/Res/scan.png": picture,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def test_a_page_of_an_ofd_file_that_is_a_picture_is_read(read):
    document = read("ofd", ofd(TABLE))
    (grid,) = document.grids
    assert [cell.text for cell in grid.cells] == [text for row in ROWS for text in row]
    number = next(cell for cell in grid.cells if cell.text == "58644")
    assert number.page == 1
    assert number.box is not None
    # 210 mm wide and 5 mm below the top of the page.
    scale = 210 / 25.4 * 72 / WIDTH
    assert number.box.x0 == pytest.approx(175 * scale, abs=4)
    assert number.box.top == pytest.approx(118 * 115 / 25.4 * 72 / HEIGHT + 14, abs=4)
    assert document.notes == ("page 1 is a picture, read by character recognition",)


def test_a_picture_beside_text_and_one_that_lies_askew_are_named(read):
    text = (
        '<ofd:TextObject ID="1" Boundary="20 1 60 6" Font="2" Size="4">'
        '<ofd:TextCode X="0" Y="4" DeltaX="g 9 4">某某县教育局年度报告</ofd:TextCode>'
        "</ofd:TextObject>"
    )
    beside = read("ofd", ofd(photo(), text, "100 0 0 60 0 0"))
    assert [block.text for block in beside.blocks] == ["某某县教育局年度报告"]
    assert "large picture that was not read" in beside.notes[0]
    with pytest.raises(ReadFailure) as failure:
        read("ofd", ofd(TABLE, matrix="200 20 -20 110 0 0"))
    assert failure.value.status is DocumentStatus.NEEDS_OCR
    assert "page 1 is made of pictures" in failure.value.reason
