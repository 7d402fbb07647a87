from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assets.cells.second import readings_doubt
from assets.common.limits import Limits
from assets.layout.model import Grid, GridCell, ParsedDocument, ReadFailure
from assets.layout.ocr import engine
from assets.layout.parsers import choose_parser
from assets.layout.parsers.base import Source
from assets.layout.parsers.scan import unsure_lines
from assets.synthetic.pdf import FONT
from assets.synthetic.scan import ScanStyle, bind_scans
from schemas.vocabulary import DocumentStatus

from .pictures import HEIGHT, PUBLISHED, QUIET, ROWS, TITLE, WIDTH, scans, table_pdf

LIMITS = Limits()
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "tif": "image/tiff"}


@pytest.fixture
def read(tmp_path: Path):
    def reader(data: bytes, extension: str, limits: Limits = LIMITS) -> ParsedDocument:
        path = tmp_path / f"scan.{extension}"
        path.write_bytes(data)
        parser = choose_parser(TYPES[extension])
        assert parser is not None
        return parser.parse(Source(path, path.name, TYPES[extension], limits))

    return reader


def rows(document: ParsedDocument, grid: int = 0) -> list[list[str]]:
    cells = document.grids[grid].cells
    return [
        [cell.text for cell in cells if cell.row == row]
        for row in range(max(cell.row for cell in cells) + 1)
    ]


def wanted(source=ROWS) -> list[list[str]]:
    return [list(row) for row in source]


def test_a_scan_gives_its_table_cell_by_cell(read):
    document = read(bind_scans(scans(style=PUBLISHED, seed=5)), "pdf")
    assert rows(document) == wanted()
    assert TITLE in [block.text for block in document.blocks]
    assert "page 1 is a picture, read by character recognition" in document.notes
    numbers = [cell for cell in document.grids[0].cells if cell.text.isdigit()]
    assert all(cell.other == cell.text for cell in numbers)
    (cell,) = (cell for cell in document.grids[0].cells if cell.text == "58644")
    assert cell.box is not None
    assert (cell.box.x0, cell.box.top) == pytest.approx((175, 118), abs=4)
    assert cell.locator.startswith("p1 (")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_wrong_is_read_and_its_places_are_those_of_the_picture(read, turn):
    document = read(scans(style=ScanStyle(noise=4, quality=80, tilt=0.5, turn=turn))[0], "jpg")
    assert rows(document) == wanted()
    (cell,) = (cell for cell in document.grids[0].cells if cell.text == "58644")
    middle = (230.0, 130.0)
    there = {
        90: (HEIGHT - middle[1], middle[0]),
        180: (WIDTH - middle[0], HEIGHT - middle[1]),
        270: (middle[1], WIDTH - middle[0]),
    }[turn]
    assert cell.box is not None
    x, y = (cell.box.x0 + cell.box.x1) / 2, (cell.box.top + cell.box.bottom) / 2
    assert (x, y) == pytest.approx(there, abs=8)


def test_each_page_of_a_tiff_is_read(read):
    document = read(bind_scans(scans(pages=2), "tiff"), "tif")
    assert document.page_count == 2
    assert rows(document, 0) == rows(document, 1) == wanted()
    assert "pages 1 to 2 are pictures, read by character recognition" in document.notes


def test_a_picture_without_resolution_is_read(read):
    image = Image.open(io.BytesIO(scans()[0])).convert("RGBA")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert rows(read(buffer.getvalue(), "png")) == wanted()


def test_the_table_of_a_text_page_may_be_a_picture(read):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, 500), invariant=1)
    canvas.setFont(FONT, 12)
    canvas.drawString(40, 460, "二、主动公开政府信息情况")
    canvas.drawImage(ImageReader(io.BytesIO(scans()[0])), 0, 200, WIDTH, HEIGHT)
    canvas.drawString(40, 150, "三、收到和处理政府信息公开申请情况")
    canvas.showPage()
    canvas.save()
    document = read(buffer.getvalue(), "pdf")
    assert rows(document) == wanted()
    orders = {block.text: block.order for block in document.blocks}
    before, after = (
        next(order for text, order in orders.items() if text.startswith(start))
        for start in ("二、", "三、")
    )
    assert before < document.grids[0].order < after


def test_a_picture_behind_the_text_of_a_page_is_not_read_twice(read):
    text = read(table_pdf(), "pdf")
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(scans()[0])), 0, 0, WIDTH, HEIGHT)
    canvas.setFont(FONT, 14)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 45, TITLE)
    canvas.showPage()
    canvas.save()
    behind = read(buffer.getvalue(), "pdf")
    assert len(text.grids) == 1
    assert behind.grids == ()
    assert [block.text for block in behind.blocks] == [TITLE]


def test_a_cell_of_blots_is_illegible_and_an_empty_one_is_blank(read):
    page = Image.open(io.BytesIO(scans()[0])).convert("L")
    scale = 200 / 72
    # A smear over the cell of 2070.
    for x in range(330, 345):
        for y in range(148, 160):
            if (x * 7 + y * 13) % 5:
                box = [round(edge * scale) for edge in (x, y, x + 1, y + 1)]
                page.paste(30, (box[0], box[1], box[2], box[3]))
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", dpi=(200, 200))
    table = {(cell.row, cell.col): cell for cell in read(buffer.getvalue(), "jpg").grids[0].cells}
    assert (table[2, 2].text, table[2, 2].other) == ("", None)
    smeared = table[3, 2]
    assert smeared.text != ""
    assert smeared.text != smeared.other


def png_header(width: int, height: int) -> bytes:
    """The start of a picture that says its size and has no pixels to decode."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (body, data, b"IEND")
    )


def test_a_huge_picture_is_refused_by_its_header(read):
    with pytest.raises(ReadFailure) as failure:
        read(png_header(30_000, 30_000), "png")
    assert failure.value.status == DocumentStatus.TOO_LARGE
    assert "30000 x 30000 pixels" in failure.value.reason


def test_a_tiff_of_too_many_pages_is_refused(read):
    buffer = io.BytesIO()
    dots = [Image.new("1", (8, 8)) for _ in range(4)]
    dots[0].save(buffer, "TIFF", save_all=True, append_images=dots[1:])
    with pytest.raises(ReadFailure) as failure:
        read(buffer.getvalue(), "tif", Limits(max_pages=3))
    assert failure.value.status == DocumentStatus.TOO_LARGE


@pytest.mark.parametrize("data", [scans(style=QUIET)[0][:3000], b"\xff\xd8\xff\xe0 no picture"])
def test_a_broken_picture_is_damaged(read, data):
    with pytest.raises(ReadFailure) as failure:
        read(data, "jpg")
    assert failure.value.status == DocumentStatus.DAMAGED


def test_thin_signs_are_neither_blank_nor_numbers(read):
    cells = (
        ("信息内容", "本年制发件数", "现行有效件数"),
        ("规章", "/", "-7"),
        ("行政许可", "-", "—"),
    )
    document = read(bind_scans(scans(cells, PUBLISHED, seed=4)), "pdf")
    table = {(cell.row, cell.col): cell for cell in document.grids[0].cells}
    assert [table[at].text for at in ((1, 1), (1, 2), (2, 1), (2, 2))] == ["/", "-7", "-", "—"]
    doubts = {at: readings_doubt(cell) for at, cell in table.items()}
    # A long dash may be the numeral 一 in this type; nothing else is in doubt.
    assert [at for at, doubt in doubts.items() if doubt and at[0]] == [(2, 2)]


def test_a_number_that_stands_on_a_rule_is_read_right_or_doubted(read):
    page = Image.open(io.BytesIO(scans()[0])).convert("L")
    scale = 200 / 72
    # 2070 (x 340 to 360 pt, y 150 to 158 pt of its cell) moved onto the rule on its left.
    box = [round(edge * scale) for edge in (337, 147, 363, 161)]
    number = page.crop((box[0], box[1], box[2], box[3]))
    page.paste(255, (box[0], box[1], box[2], box[3]))
    for moved in (287.0, 285.0, 283.0):
        slipped = page.copy()
        x, y = round((moved - 7) * scale), box[1]
        under = slipped.crop((x, y, x + number.width, y + number.height))
        slipped.paste(ImageChops.darker(number, under), (x, y))
        buffer = io.BytesIO()
        slipped.save(buffer, "PNG", dpi=(200, 200))
        table = {(c.row, c.col): c for c in read(buffer.getvalue(), "png").grids[0].cells}
        cell = table[3, 2]
        assert cell.text == "2070" or readings_doubt(cell), moved
        assert readings_doubt(table[1, 2]) is None


def test_cells_of_lines_without_rules_are_never_sure():
    flow = Grid(
        0, 0, "flow", (GridCell(0, 0, "12", "p1", page=1), GridCell(0, 1, "7", "p2", page=2))
    )
    ruled = Grid(1, 1, "ruled", (GridCell(0, 0, "12", "p1", page=1, confidence=0.99),))
    document = unsure_lines(ParsedDocument("scan", "1", (), (flow, ruled)), {1})
    doubts = [[readings_doubt(cell) for cell in grid.cells] for grid in document.grids]
    assert doubts[0][0]
    assert doubts[0][1:] == [None]
    assert doubts[1] == [None]


def test_a_page_of_digits_alone_is_not_turned(read):
    digits = tuple(tuple(str(n * 1679 % 9973) for n in range(row, row + 3)) for row in range(2, 6))
    page = Image.open(io.BytesIO(scans(digits)[0])).crop((0, 150, 1160, 640))
    buffer = io.BytesIO()
    page.save(buffer, "PNG", dpi=(200, 200))
    assert rows(read(buffer.getvalue(), "png")) == wanted(digits)


def test_paper_without_text_is_no_report(read):
    buffer = io.BytesIO()
    Image.new("L", (800, 600), 255).save(buffer, "PNG", dpi=(100, 100))
    with pytest.raises(ReadFailure) as failure:
        read(buffer.getvalue(), "png")
    assert failure.value.status == DocumentStatus.NOT_A_REPORT


def test_pages_beyond_the_time_are_named(read):
    document = read(bind_scans(scans(pages=2), "tiff"), "tif", Limits(seconds=0.4))
    assert rows(document) == wanted()
    (gap,) = document.gaps
    assert gap.startswith("page 2 is a picture and was not read")
    assert gap in document.notes


@pytest.mark.parametrize("extension", ["pdf", "jpg"])
def test_without_the_extra_a_scan_names_the_command(read, monkeypatch, extension):
    monkeypatch.setattr(engine, "_PARTS", ("a_package_that_nobody_has",))
    scan = scans()
    with pytest.raises(ReadFailure) as failure:
        read(bind_scans(scan) if extension == "pdf" else scan[0], extension)
    assert failure.value.status == DocumentStatus.NEEDS_OCR
    assert engine.INSTALL in failure.value.reason


def test_the_same_scan_is_read_the_same(read):
    data = bind_scans(scans(style=PUBLISHED, seed=9))
    assert read(data, "pdf") == read(data, "pdf")
