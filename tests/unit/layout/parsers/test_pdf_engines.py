"""The fast engine and the reference: same result, and doubts where the fast one may be wrong."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.parsers import pdf_engines
from assets.layout.parsers.base import Source
from assets.layout.parsers.pdf import PDF, PdfParser, PdfSettings
from assets.layout.parsers.pdf_engines import EngineSettings, read_pages
from assets.synthetic.pdf import render_pdf
from assets.synthetic.report import random_report
from assets.synthetic.styles import PdfStyle
from schemas.catalog import load_catalog
from schemas.vocabulary import DocumentStatus
from tests.unit.layout.parsers.test_pdf import Pen, table

STYLES = {
    "filled": PdfStyle(rules="filled"),
    "dashed": PdfStyle(rules="dashed"),
    "dashes": PdfStyle(rules="dashes"),
    "double": PdfStyle(rules="double"),
    "lines": PdfStyle(rules="lines"),
    "frame": PdfStyle(page_frame=True),
    "single_characters": PdfStyle(by_character=True),
    "bold": PdfStyle(fake_bold=True),
    "single_bold": PdfStyle(by_character=True, fake_bold=True),
    "rotated": PdfStyle(rotated=True),
    "watermark": PdfStyle(watermark="内部资料"),
}


def source(folder: Path, data: bytes, limits: Limits | None = None) -> Source:
    path = folder / "report.pdf"
    path.write_bytes(data)
    return Source(path, "report.pdf", "application/pdf", limits or Limits())


def parser(**engines) -> PdfParser:
    return PdfParser(replace(PdfSettings(), engines=replace(EngineSettings(), **engines)))


def grids(document: ParsedDocument) -> list[list[tuple[int, int, int, int, str]]]:
    return [
        [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells]
        for grid in document.grids
    ]


def cells(document: ParsedDocument) -> list[tuple[str, str | None]]:
    return [(cell.text, cell.other) for grid in document.grids for cell in grid.cells]


@pytest.fixture(scope="module")
def report():
    catalog = load_catalog()
    return random_report(41, catalog, next(iter(catalog.formats)))


@pytest.mark.parametrize("style", STYLES)
def test_both_engines_read_what_the_plain_drawing_says(tmp_path, report, style, monkeypatch):
    plain = grids(PDF.parse(source(tmp_path, render_pdf(report, PdfStyle()))))
    drawn = source(tmp_path, render_pdf(report, STYLES[style]))
    fast = PDF.parse(drawn)
    monkeypatch.setattr(pdf_engines, "_fast_pages", lambda *_: None)
    reference = PDF.parse(drawn)
    assert grids(fast) == grids(reference) == plain
    assert [block.text for block in fast.blocks] == [block.text for block in reference.blocks]
    for a, b in zip(fast.grids, reference.grids, strict=True):
        for mine, other in zip(a.cells, b.cells, strict=True):
            assert mine.box and other.box
            assert mine.box.x0 == pytest.approx(other.box.x0, abs=0.1)
            assert mine.box.top == pytest.approx(other.box.top, abs=0.1)


def numbers(*drawn: tuple[float, str]) -> Pen:
    """A table of two rows; the texts stand in its last cell."""
    pen = Pen()
    pen.cells(table(72, 100, [["甲", "12"], ["乙", ""]]))
    for x, text in drawn:
        pen.text(x, 123, text)
    return pen


@pytest.mark.parametrize("step", [1.5, 2.3])
def test_what_the_fast_engine_leaves_out_is_read_by_the_reference(tmp_path, step):
    """Equal digits set so tight that PDFium takes them for one printed twice: no guess is made."""
    data = numbers((135, "1"), (135 + step, "1")).bytes()
    found = read_pages(source(tmp_path, data), data, EngineSettings())
    assert found.twice == (1,)
    assert "left out" in found.pages[0].notes[0]
    assert cells(PDF.parse(source(tmp_path, data)))[-1] == ("11", "\ufffd")


@pytest.mark.parametrize("shift", [0.2, 0.35, 0.5, 0.8])
@pytest.mark.parametrize("text", ["57", "11", "88", "1100", "0"])
def test_fake_bold_needs_no_second_reading(tmp_path, shift, text):
    data = numbers((135, text), (135 + shift, text)).bytes()
    drawn = source(tmp_path, data)
    assert read_pages(drawn, data, EngineSettings(sample=257)).twice == ()
    assert cells(parser(sample=257).parse(drawn))[-1] == (text, None)


def test_single_characters_printed_twice_need_no_second_reading(tmp_path, report):
    data = render_pdf(report, STYLES["single_bold"])
    drawn = source(tmp_path, data)
    assert read_pages(drawn, data, EngineSettings(sample=257)).twice == ()


def without_unicode() -> bytes:
    """A page whose digits are glyphs of names that say nothing."""
    content = b"".join(
        b"BT /F1 10 Tf %d 700 Td (%b) Tj ET\n" % (x, text)
        for x, text in ((105, b"12"), (205, b"34"))
    )
    content += b"100 690 100 20 re S 200 690 100 20 re S\n"
    content += b"BT /F2 10 Tf 100 760 Td (A title of this page) Tj ET\n"
    names = b" ".join(b"/g%d" % code for code in range(48, 58))
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Odd/FirstChar 48/LastChar 57/Widths["
        + b"500 " * 10
        + b"]/Encoding<</Type/Encoding/Differences[48 "
        + names
        + b"]>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%b endobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 7\n0000000000 65535 f \n"
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def test_glyphs_without_unicode_are_not_taken_for_their_codes(tmp_path):
    """The reference takes the codes for characters here; nobody knows what is printed."""
    document = PDF.parse(source(tmp_path, without_unicode()))
    assert cells(document) == [("12", "\ufffd\ufffd"), ("34", "\ufffd\ufffd")]
    assert any("without a readable code" in note for note in document.notes)


def test_a_sample_of_the_documents_is_read_twice(tmp_path, report):
    data = render_pdf(report, PdfStyle())
    found = read_pages(source(tmp_path, data), data, EngineSettings(sample=1))
    assert found.twice == tuple(range(1, len(found.pages) + 1))
    read = parser(sample=1).parse(source(tmp_path, data))
    assert all(other == text for text, other in cells(read))
    rare = 257  # no first byte of a hash reaches it, so only a hash that starts with 0 is in it
    is_in = hashlib.sha256(data).digest()[0] == 0
    assert (
        bool(read_pages(source(tmp_path, data), data, EngineSettings(sample=rare)).twice) is is_in
    )


def test_cells_that_the_engines_read_differently_carry_both(tmp_path, monkeypatch):
    data = numbers((135, "57")).bytes()
    honest = pdf_engines.read_page

    def misread(drawn, settings):
        chars = [char._replace(text="8") if char.text == "7" else char for char in drawn.chars]
        return honest(replace(drawn, chars=chars), settings)

    def read(self, number: int, fast=None):
        drawn = pdf_engines._fast_pages(self.data, 9, self.settings)
        assert drawn
        return misread(drawn[0][number - 1], self.settings)

    monkeypatch.setattr(pdf_engines._Reference, "read", read)
    document = parser(sample=1).parse(source(tmp_path, data))
    assert cells(document) == [("甲", "甲"), ("12", "12"), ("乙", "乙"), ("57", "58")]
    assert any("two readings of 1 cells differ" in note for note in document.notes)


def test_too_many_pages_are_counted_before_they_are_read(tmp_path, monkeypatch):
    pen = Pen()
    for _ in range(30):
        pen.text(72, 100, "正文")
        pen.page()
    monkeypatch.setattr(pdf_engines, "read_page", None)
    with pytest.raises(ReadFailure, match="more than 20 pages") as failure:
        PDF.parse(source(tmp_path, pen.bytes(), Limits(max_pages=20)))
    assert failure.value.status is DocumentStatus.TOO_LARGE


HEAD = ["", "结果", "纠正", "其他", "总计"]


@pytest.mark.parametrize(
    ("rows", "is_twice"),
    [
        ([HEAD, ["甲", "1", "2", "3", "6"]], False),
        ([HEAD, ["甲", "1", "2", "3", "7"]], True),
        ([HEAD, ["甲", "1", "/", "3", "4"]], False),
        ([HEAD[1:] * 2, ["1", "2", "3", "6", "0", "1,000", "1", "1001"]], False),
        ([HEAD[1:] * 2, ["1", "2", "3", "6", "0", "1,000", "1", "101"]], True),
        (
            [["甲", "1", "2", "3", "6"], ["乙", "0", "0", "0", "0"], ["丙", "1", "2", "3", "7"]],
            True,
        ),
        (
            [["甲", "1", "2", "3", "6"], ["乙", "9", "0", "0", "0"], ["丙", "1", "2", "3", "7"]],
            False,
        ),
        ([["甲", "1", "2", "3"], ["乙", "9", "0", "8"]], False),
    ],
)
def test_pages_whose_sums_fail_are_read_twice(tmp_path, rows, is_twice):
    pen = Pen()
    pen.cells(table(72, 100, rows, width=40))
    data = pen.bytes()
    drawn = source(tmp_path, data)
    assert bool(read_pages(drawn, data, EngineSettings(sample=257)).twice) is is_twice
    found = PDF.parse(drawn)
    assert all(other in {None, text} for text, other in cells(found))
