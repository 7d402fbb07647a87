import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from assets.common.limits import Limits
from assets.layout.model import Box, ParsedDocument, ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.pdf import PDF
from schemas.vocabulary import DocumentStatus

FONT = "STSong-Light"
WIDTH, HEIGHT = 595.0, 842.0
PROSE = "本年度报告根据《中华人民共和国政府信息公开条例》的要求编制，数据统计期限自年初至年末。"
Cells = Sequence[tuple[float, float, float, float, str]]
"""Boxes (x0, top, x1, bottom) from the top left, with their text."""


class Pen:
    """A canvas measured from the top left."""

    def __init__(self, **options) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=(WIDTH, HEIGHT), invariant=1, **options)

    def text(self, x: float, top: float, text: str, size: float = 10.5, font: str = FONT) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - top - size, text)

    def prose(self, top: float, text: str, chars: int = 40, size: float = 10.5) -> float:
        """Wrapped text with the usual indent; returns where the next line starts."""
        text = "\u3000\u3000" + text
        for start in range(0, len(text), chars):
            self.text(72, top, text[start : start + chars], size)
            top += size * 1.6
        return top

    def cells(self, cells: Cells, rule: str = "lines", size: float = 10.5) -> None:
        for x0, top, x1, bottom, text in cells:
            for number, line in enumerate(text.split("\n")):
                self.text(x0 + 3, top + 3 + number * size * 1.2, line, size)
            y0, y1 = HEIGHT - bottom, HEIGHT - top
            if rule == "boxes":
                self.canvas.rect(x0, y0, x1 - x0, y1 - y0)
            elif rule == "path":
                path = self.canvas.beginPath()
                path.moveTo(x0, y0)
                for x, y in ((x1, y0), (x1, y1), (x0, y1), (x0, y0)):
                    path.lineTo(x, y)
                self.canvas.drawPath(path)
            else:
                for a, b, c, d in (
                    (x0, y0, x1, y0),
                    (x0, y1, x1, y1),
                    (x0, y0, x0, y1),
                    (x1, y0, x1, y1),
                ):
                    if rule == "lines":
                        self.canvas.line(a, b, c, d)
                    else:  # as Word and WPS do: thin filled rectangles
                        self.canvas.rect(
                            a - 0.24, b - 0.24, c - a + 0.48, d - b + 0.48, stroke=0, fill=1
                        )

    def page(self) -> None:
        self.canvas.showPage()

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


def table(left: float, top: float, texts: Sequence[Sequence[str]], width: float = 60) -> Cells:
    return [
        (left + c * width, top + r * 20, left + (c + 1) * width, top + (r + 1) * 20, text)
        for r, row in enumerate(texts)
        for c, text in enumerate(row)
    ]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., ParsedDocument]:
    def parse(data: bytes | Pen, limits: Limits | None = None) -> ParsedDocument:
        path = tmp_path / "report.pdf"
        path.write_bytes(data.bytes() if isinstance(data, Pen) else data)
        return PDF.parse(Source(path, "report.pdf", "application/pdf", limits or Limits()))

    return parse


def texts(document: ParsedDocument) -> list[str]:
    return [block.text for block in document.blocks]


def shape(document: ParsedDocument, grid: int = 0) -> list[tuple[int, int, int, int, str]]:
    return [
        (cell.row, cell.col, cell.row_span, cell.col_span, cell.text)
        for cell in document.grids[grid].cells
    ]


MERGED: Cells = [
    (72, 100, 252, 160, "（本列数据的勾稽关系为）"),
    (252, 100, 432, 120, "申请人情况"),
    (252, 120, 312, 160, "自然人"),
    (312, 120, 432, 140, "法人或其他组织"),
    (312, 140, 372, 160, "商业\n企业"),
    (372, 140, 432, 160, "其他"),
    (72, 160, 252, 180, "一、本年新收"),
    (252, 160, 312, 180, "12"),
    (312, 160, 372, 180, ""),
    (372, 160, 432, 180, "/"),
]
MERGED_SHAPE = [
    (0, 0, 3, 1, "（本列数据的勾稽关系为）"),
    (0, 1, 1, 3, "申请人情况"),
    (1, 1, 2, 1, "自然人"),
    (1, 2, 1, 2, "法人或其他组织"),
    (2, 2, 1, 1, "商业\n企业"),
    (2, 3, 1, 1, "其他"),
    (3, 0, 1, 1, "一、本年新收"),
    (3, 1, 1, 1, "12"),
    (3, 2, 1, 1, ""),
    (3, 3, 1, 1, "/"),
]


@pytest.mark.parametrize("rule", ["lines", "thin rectangles", "boxes", "path"])
def test_merged_cells_however_ruled(read, rule):
    pen = Pen()
    pen.cells(MERGED, rule, size=7)
    document = read(pen)
    assert shape(document) == MERGED_SHAPE
    cell = document.grids[0].cells[-1]
    assert cell.page == 1
    assert cell.box is not None
    assert cell.box.x0 == pytest.approx(372, abs=0.5)
    assert cell.box.bottom == pytest.approx(180, abs=0.5)
    assert cell.locator == "p1 (372.0,160.0,432.0,180.0)"
    assert not document.blocks


def test_table_over_two_pages_with_torn_merges(read):
    pen = Pen()
    pen.text(72, 72, "三、收到和处理政府信息公开申请情况", 14)
    pen.prose(100, PROSE)
    pen.cells(
        [
            (72, 720, 132, 760, "三、本年度"),
            (132, 720, 192, 740, "（一）公开"),
            (192, 720, 252, 740, "1"),
            (132, 740, 192, 760, "（二）部分"),
            (192, 740, 252, 760, "2"),
        ]
    )
    pen.text(290, 790, "- 1 -")
    pen.page()
    pen.cells(
        [
            (72, 72, 132, 112, "办理结果"),
            (132, 72, 192, 92, "（三）不予"),
            (192, 72, 252, 92, "34\n56"),
            (132, 92, 192, 112, "（七）总计"),
            (192, 92, 252, 112, "4"),
        ],
        size=7,
    )
    pen.text(72, 130, "四、行政复议")
    pen.text(290, 790, "- 2 -")
    document = read(pen)
    assert [(grid.order, len(grid.cells)) for grid in document.grids] == [(2, 5), (3, 5)]
    assert shape(document, 1)[:3] == [
        (0, 0, 2, 1, "办理结果"),
        (0, 1, 1, 1, "（三）不予"),
        (0, 2, 1, 1, "34\n56"),
    ]
    assert texts(document)[::2] == ["三、收到和处理政府信息公开申请情况", "四、行政复议"]
    assert document.blocks[0].is_heading
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert document.page_count == 2
    assert "page numbers left out on 2 pages" in document.notes


def test_a_part_of_a_table_that_lacks_its_closing_rule(read):
    pen = Pen()
    for cell in table(72, 100, [["甲", "1"], ["乙", "2"], ["丙", "3"]]):
        pen.cells([cell])
    cells = table(72, 300, [["甲", "1"], ["乙", "2"], ["丙", "3"]])
    for x0, top, x1, bottom, text in cells:
        pen.text(x0 + 3, top + 3, text)
        pen.canvas.line(x0, HEIGHT - top, x1, HEIGHT - top)  # no rule below the last row
        for x in (x0, x1):
            pen.canvas.line(x, HEIGHT - top, x, HEIGHT - bottom)
    document = read(pen)
    assert len(document.grids) == 2
    assert [text for *_, text in shape(document, 1)] == ["甲", "1", "乙", "2", "丙", "3"]


def test_a_merged_cell_that_a_page_break_leaves_open_is_still_a_cell(read):
    """Browsers close the rows at a page break but not the merged cell beside them."""
    pen = Pen()
    pen.text(75, 103, "三、本年")
    for x in (72, 132):
        pen.canvas.line(x, HEIGHT - 100, x, HEIGHT - 140)
    pen.canvas.line(72, HEIGHT - 100, 132, HEIGHT - 100)
    pen.cells(table(132, 100, [["甲", "1"], ["乙", "2"]]))
    assert shape(read(pen))[0] == (0, 0, 2, 1, "三、本年")


def test_a_table_open_at_its_sides(read):
    pen = Pen()
    for x0, top, x1, bottom, text in table(72, 100, [["甲", "1", "2"], ["乙", "3", "4"]]):
        pen.text(x0 + 3, top + 3, text)
        for y in (top, bottom):
            pen.canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)
        if x0 > 72:
            pen.canvas.line(x0, HEIGHT - top, x0, HEIGHT - bottom)
    assert [text for *_, text in shape(read(pen))] == ["甲", "1", "2", "乙", "3", "4"]


def test_page_frame_is_no_table(read):
    pen = Pen()
    pen.canvas.rect(40, 40, WIDTH - 80, HEIGHT - 80)
    pen.prose(72, PROSE * 3)
    pen.cells(table(100, 300, [["规章", "1"], ["规范", "2"]]))
    pen.text(72, 400, "尾")
    document = read(pen)
    assert len(document.grids) == 1
    assert [text for *_, text in shape(document)] == ["规章", "1", "规范", "2"]
    assert texts(document) == ["\u3000\u3000" + PROSE * 3, "尾"]
    assert [block.order for block in document.blocks] == [0, 2]


def test_frame_joined_to_a_table_does_not_swallow_the_prose(read):
    pen = Pen()
    pen.canvas.rect(60, HEIGHT - 500, 480, 460)
    pen.prose(72, PROSE * 4)
    pen.cells(table(60, 300, [["规章", "1"], ["规范", "2"]], width=240))
    pen.prose(350, PROSE * 4)
    document = read(pen)
    assert [text for *_, text in shape(document)] == ["规章", "1", "规范", "2"]
    assert texts(document) == ["\u3000\u3000" + PROSE * 4] * 2


def test_two_columns_in_a_frame_are_read_one_after_the_other(read):
    pen = Pen()
    pen.canvas.rect(40, 40, 250, 700)
    pen.canvas.rect(290, 40, 250, 700)
    for column, sign in ((45, "左"), (295, "右")):
        for line in range(18):
            pen.text(column, 120 + line * 18, sign * 20)
    found = "".join(texts(read(pen)))
    assert found == "左" * 360 + "右" * 360


def test_shading_and_white_rules_are_no_rules(read):
    pen = Pen()
    pen.canvas.setFillColorRGB(0.8, 0.8, 0.8)
    pen.canvas.rect(80, HEIGHT - 118, 40, 16, stroke=0, fill=1)
    pen.canvas.setFillColorRGB(0, 0, 0)
    pen.canvas.setStrokeColorRGB(1, 1, 1)
    pen.canvas.line(72, HEIGHT - 110, 192, HEIGHT - 110)
    pen.canvas.setStrokeColorRGB(0, 0, 0)
    pen.cells(table(72, 100, [["甲", "1"], ["乙", "2"]]))
    assert [text for *_, text in shape(read(pen))] == ["甲", "1", "乙", "2"]


def test_fake_bold_and_true_repeats(read):
    pen = Pen()
    for shift in (0, 0.35):
        pen.text(72 + shift, 100, "总计1100")
    assert texts(read(pen)) == ["总计1100"]


def test_a_number_wider_than_its_cell_stays_one_number(read):
    pen = Pen()
    pen.cells(table(72, 100, [["甲", "", "7"], ["乙", "2", "3"]], width=30))
    pen.text(104, 103, "123456")
    assert [text for *_, text in shape(read(pen))][:3] == ["甲", "123456", "7"]


@pytest.mark.parametrize(
    ("start", "other"),
    [(107.5, None), (104, "12"), (93.5, "1234")],
)
def test_a_number_far_over_a_rule_may_be_two(read, start, other):
    """One digit sticks out: one number. Two or more: the part that the rule cuts off is noted."""
    pen = Pen()
    pen.cells(table(72, 100, [["", ""]], width=40))
    pen.text(start, 103, "123456")
    found = read(pen).grids[0].cells
    assert {cell.text for cell in found} == {"", "123456"}
    assert found[0].other == other


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turned_back", [True, False])
def test_rotated_pages(read, rotation, turned_back):
    """Pages shown turned, and pages whose content is drawn turned."""
    pen = Pen()
    # With a page rotation reportlab swaps the sides of the page that is drawn on.
    width, height = (HEIGHT, WIDTH) if turned_back and rotation in {90, 270} else (WIDTH, HEIGHT)
    if turned_back:
        pen.canvas.setPageRotation(rotation)
    if rotation:
        pen.canvas.translate(*{90: (width, 0), 180: (width, height), 270: (0, height)}[rotation])
        pen.canvas.rotate(rotation)
    if not turned_back:
        pen.canvas.translate(0, WIDTH - HEIGHT)
    pen.cells(table(72, 100, [["甲", "12"], ["乙\n丁", "34"]]), size=7)
    pen.text(72, 60, "标题文字在此")
    document = read(pen)
    assert [text for *_, text in shape(document)] == ["甲", "12", "乙\n丁", "34"]
    assert texts(document) == ["标题文字在此"]
    for cell in document.grids[0].cells:
        assert isinstance(cell.box, Box)
        assert 0 <= cell.box.x0 < cell.box.x1 <= WIDTH
        assert 0 <= cell.box.top < cell.box.bottom <= HEIGHT


def test_running_lines_and_page_numbers(read):
    pen = Pen()
    for number in range(1, 6):
        pen.text(200, 30, "某某局政府信息公开工作年度报告", 9)
        pen.text(72, 100, f"第{'一二三四五'[number - 1]}页的文字")
        pen.text(300, 800, str(number + 2), 9)
        pen.page()
    document = read(pen)
    assert texts(document) == [f"第{n}页的文字" for n in "一二三四五"]
    assert "running header left out on 5 pages: 某某局政府信息公开工作年度报告" in document.notes


def test_a_title_that_repeats_the_running_header_is_kept(read):
    pen = Pen()
    for number in range(1, 5):
        pen.text(200, 30, "某某局2023年年报", 9)
        if number == 1:
            pen.text(150, 60, "某某局2023年年报", 18)
        pen.text(72, 200, PROSE[number:])
        pen.page()
    document = read(pen)
    assert texts(document)[0] == "某某局2023年年报"
    assert document.blocks[0].is_heading
    assert document.metadata["running_header"] == "某某局2023年年报"


def test_a_number_at_the_foot_that_is_no_page_number_is_kept(read):
    pen = Pen()
    pen.text(72, 100, "某某局工作年度报告")
    pen.text(300, 800, "47")
    assert texts(read(pen))[-1] == "47"


def test_paragraphs_over_lines_and_pages(read):
    pen = Pen()
    top = pen.prose(100, PROSE * 2)
    pen.prose(top, PROSE)
    pen.prose(720, "长" * 38)
    pen.page()
    pen.text(72, 72, "续完。")
    pen.text(93, 100, "新段。")
    found = texts(read(pen))
    assert found[:2] == ["\u3000\u3000" + PROSE * 2, "\u3000\u3000" + PROSE]
    assert found[2:] == ["\u3000\u3000" + "长" * 38 + "续完。", "新段。"]


def test_a_title_over_two_lines_is_one_heading(read):
    pen = Pen()
    pen.prose(200, PROSE * 4)
    pen.text(72, 72, "某某市某某区某某镇人民政府二〇二三年政府信息公开", 18)
    pen.text(243, 98, "工作年度报告", 18)
    block = read(pen).blocks[0]
    assert block.text == "某某市某某区某某镇人民政府二〇二三年政府信息公开工作年度报告"
    assert block.is_heading


def test_columns_without_rules_keep_their_gaps(read):
    pen = Pen()
    for row, label in enumerate(["规章", "规范性文件"]):
        pen.text(72, 100 + row * 20, label)
        for col in range(2):
            pen.text(200 + col * 80, 100 + row * 20, str(row + col))
    for block in read(pen).blocks:
        assert re.fullmatch(r"\S+ {2,}\d {2,}\d", block.text)


def test_watermark_is_left_out(read):
    pen = Pen()
    pen.text(72, 100, "正文文字在此")
    pen.canvas.saveState()
    pen.canvas.translate(200, 300)
    pen.canvas.rotate(45)
    pen.canvas.setFont(FONT, 60)
    pen.canvas.drawString(0, 0, "水印")
    pen.canvas.restoreState()
    document = read(pen)
    assert texts(document) == ["正文文字在此"]
    assert "2 slanted characters" in document.notes[0]


def picture(pen: Pen) -> None:
    from PIL import Image  # noqa: PLC0415

    pen.canvas.drawInlineImage(Image.new("L", (20, 20)), 0, 0, WIDTH, HEIGHT)


def test_scan_needs_ocr(read):
    pen = Pen()
    for _ in range(3):
        picture(pen)
        pen.page()
    with pytest.raises(ReadFailure) as failure:
        read(pen)
    assert failure.value.status == DocumentStatus.NEEDS_OCR
    assert "3 pages, no text layer" in failure.value.reason


def test_a_picture_page_among_text_pages_is_noted(read):
    pen = Pen()
    pen.text(72, 100, "正文文字在此")
    pen.page()
    picture(pen)
    pen.page()
    document = read(pen)
    assert "page 2 has no text layer, only pictures" in document.notes
    assert document.page_count == 2


def test_ocr_layer_is_noted(read):
    pen = Pen()
    picture(pen)
    pen.text(72, 100, "正文文字在此")
    assert "probably made by OCR" in read(pen).notes[0]


def test_password(read):
    pen = Pen(encrypt=StandardEncryption("secret", canPrint=0))
    pen.text(72, 100, "正文文字在此")
    with pytest.raises(ReadFailure) as failure:
        read(pen)
    assert failure.value.status == DocumentStatus.NEEDS_PASSWORD
    open_to_readers = Pen(encrypt=StandardEncryption("", "owner"))
    open_to_readers.text(72, 100, "open", font="Helvetica")
    assert texts(read(open_to_readers)) == ["open"]


def test_too_many_pages(read):
    pen = Pen()
    for number in range(5):
        pen.text(72, 100, f"正文文字在此{number}")
        pen.page()
    data = pen.bytes()
    assert read(data, Limits(max_pages=5)).page_count == 5
    with pytest.raises(ReadFailure) as failure:
        read(data, Limits(max_pages=4))
    assert failure.value.status == DocumentStatus.TOO_LARGE


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_truncated(read, share):
    pen = Pen()
    for _ in range(3):
        pen.prose(100, PROSE)
        pen.page()
    data = pen.bytes()
    with pytest.raises(ReadFailure) as failure:
        read(data[: int(len(data) * share)])
    assert failure.value.status == DocumentStatus.DAMAGED


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4 nonsense %%EOF", b"\0" * 1000, b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n%%EOF"]
)
def test_garbage(read, data):
    with pytest.raises(ReadFailure) as failure:
        read(data)
    assert failure.value.status == DocumentStatus.DAMAGED


def test_one_broken_page_does_not_take_the_others_along(read):
    pen = Pen(pageCompression=0)
    for number in range(3):
        pen.text(72, 100, f"正文文字在此{number}")
        pen.page()
    data = pen.bytes()
    at = [found.start() for found in re.finditer(rb"/MediaBox", data)][1]
    document = read(data[:at] + b"/MediaBex" + data[at + 9 :])
    assert texts(document) == ["正文文字在此0", "正文文字在此2"]
    assert document.page_count == 3
    assert document.notes[0].startswith("page 2 could not be read")


def test_pages_that_cannot_be_found_are_noted(read):
    pen = Pen(pageCompression=0)
    for number in range(3):
        pen.text(72, 100, f"正文文字在此{number}")
        pen.page()
    data = pen.bytes()
    kids = re.search(rb"/Kids \[ (\d+ 0 R) ", data)
    assert kids
    document = read(data.replace(kids[1], b" " * len(kids[1]), 1))
    assert document.page_count == 2
    assert "the file states 3 pages, 2 were found" in document.notes


def test_a_drawing_of_thousands_of_lines_is_no_table(read):
    pen = Pen()
    pen.text(72, 60, "正文文字在此")
    for number in range(3500):
        y = 100 + number % 700
        pen.canvas.line(100 + number // 700 * 50, y, 120 + number // 700 * 50, y)
        pen.canvas.line(number % 400, 50, number % 400, 60 + number // 400 * 20)
    document = read(pen)
    assert texts(document) == ["正文文字在此"]
    assert not document.grids


def test_metadata(read):
    pen = Pen()
    pen.canvas.setTitle("某局2023年年报")
    pen.text(72, 100, "正文文字在此")
    assert read(pen).metadata["Title"] == "某局2023年年报"


def test_raised_digit_names_a_note(read):
    pen = Pen()
    pen.cells(table(72, 100, [["行政许可", "12"], ["行政处罚", "5"]]))
    pen.text(135 + pdfmetrics.stringWidth("12", FONT, 10.5), 102, "1", 5)
    assert [cell[-1] for cell in shape(read(pen))] == ["行政许可", "12¹", "行政处罚", "5"]
