"""Digits of a cell that may be no part of its number: never left out or kept in silence."""

from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics

from assets.cells.second import readings_doubt
from assets.layout.model import GridCell, ParsedDocument
from tests.unit.layout.parsers.test_pdf import FONT, HEIGHT, Pen, read, table

__all__ = ["read"]
Cells = dict[tuple[int, int], GridCell]


def drawn() -> Pen:
    pen = Pen()
    pen.cells(table(72, 100, [["甲", "12", "7"], ["乙", "4", "3"], ["丙", "", "44"]]))
    return pen


def cells(document: ParsedDocument) -> Cells:
    return {(cell.row, cell.col): cell for cell in document.grids[0].cells}


def turned(pen: Pen, x: float, top: float, degrees: float, text: str, size: float = 10.5) -> None:
    pen.canvas.saveState()
    pen.canvas.translate(x, HEIGHT - top)
    pen.canvas.rotate(degrees)
    pen.canvas.setFont(FONT, size)
    pen.canvas.drawString(0, 0, text)
    pen.canvas.restoreState()


def red(pen: Pen, x: float, top: float, text: str) -> None:
    pen.canvas.setFillColorRGB(1, 0, 0)
    pen.text(x, top, text)
    pen.canvas.setFillGray(0)


def grey(pen: Pen, level: float, x: float, top: float, text: str, size: float = 10.5) -> None:
    pen.canvas.setFillGray(level)
    pen.text(x, top, text, size)
    pen.canvas.setFillGray(0)


def hidden(pen: Pen, x: float, top: float, text: str) -> None:
    out = pen.canvas.beginText(x, HEIGHT - top - 10.5)
    out.setFont(FONT, 10.5)
    out.setTextRenderMode(3)
    out.textOut(text)
    pen.canvas.drawText(out)


def whiteout(pen: Pen) -> None:
    pen.canvas.setFillGray(1)
    pen.canvas.rect(133, HEIGHT - 138, 20, 16, stroke=0, fill=1)
    pen.canvas.setFillGray(0)
    pen.text(136, 123, "15")


def struck(pen: Pen) -> None:
    pen.text(142, 123, "6")
    pen.canvas.line(133.5, HEIGHT - 129.5, 141, HEIGHT - 129.5)


def tight(pen: Pen, by: float) -> None:
    out = pen.canvas.beginText(135, HEIGHT - 143 - 10.5)
    out.setFont("Helvetica", 10.5)
    out.setCharSpace(-by)
    out.textOut("1188")
    pen.canvas.drawText(out)


def field(pen: Pen) -> None:
    pen.canvas.acroForm.textfield(value="21", x=134, y=int(HEIGHT) - 158, width=40, height=16)


def picture(pen: Pen) -> None:
    image = ImageReader(Image.new("L", (40, 20), 99))
    pen.canvas.drawImage(image, 135, HEIGHT - 157, 30, 14)


def clear(pen: Pen) -> None:
    pen.canvas.setFillAlpha(0.2)
    pen.text(135.5, 123, "8")
    pen.canvas.setFillAlpha(1)


IN_ROW: dict[str, tuple[Callable[[Pen], None], str, str]] = {
    "level watermark": (lambda p: grey(p, 0.85, 130, 105, "2024", 40), "4", "42024\ufffd"),
    "pale digit beside": (lambda p: grey(p, 0.8, 141, 123, "2"), "4", "42\ufffd"),
    "pale digit over": (lambda p: grey(p, 0.8, 135, 123, "8"), "4", "48\ufffd"),
    "see-through digit": (clear, "4", "48\ufffd"),
    "black digit over": (lambda p: p.text(135.5, 123, "8"), "48", "\ufffd"),
    "sideways over": (lambda p: turned(p, 152, 136, 90, "58", 7), "4", "4"),
    "small at the foot": (lambda p: p.text(141, 126, "1", 7), "41", "4"),
    "raised, nearly as large": (lambda p: p.text(140.5, 122.5, "1", 9), "41", "4"),
    "raised, as large": (lambda p: p.text(140.5, 121, "1"), "41", "4"),
    "red beside": (lambda p: red(p, 141, 123, "9"), "49", "4"),
    "hidden": (lambda p: hidden(p, 141, 123, "9"), "4", "49\ufffd"),
    "painted over": (whiteout, "15", "415\ufffd"),
    "struck": (struck, "46", "6"),
}


@pytest.mark.parametrize("name", IN_ROW)
def test_a_digit_among_others(read, name):
    draw, text, other = IN_ROW[name]
    pen = drawn()
    draw(pen)
    found = cells(read(pen))
    assert found[1, 1].text == text
    if name == "sideways over":
        assert found[1, 1].other not in {None, text}
    else:
        assert (found[1, 1].other or "").replace("\n", "") == other
    assert readings_doubt(found[1, 1])
    others = [cell for place, cell in found.items() if place != (1, 1)]
    assert [cell.text for cell in others] == ["甲", "12", "7", "乙", "3", "丙", "", "44"]
    assert not [cell for cell in others if cell.other is not None and cell.other != cell.text]


IN_EMPTY: dict[str, tuple[Callable[[Pen], None], str, str]] = {
    "hidden": (lambda p: hidden(p, 135, 143, "9"), "9", "\ufffd"),
    "white": (lambda p: grey(p, 1, 135, 143, "15"), "15", "\ufffd"),
    "pale": (lambda p: grey(p, 0.85, 135, 143, "15"), "15", "\ufffd"),
    "sideways": (lambda p: turned(p, 150, 158, 90, "58", 7), "8\n5", "\ufffd"),
    "field": (field, "", "21"),
    "picture": (picture, "", "\ufffd"),
    "digits a quarter apart": (lambda p: tight(p, 3.2), "1188", "\ufffd"),
}


@pytest.mark.parametrize("name", IN_EMPTY)
def test_a_cell_with_nothing_sure(read, name):
    draw, text, other = IN_EMPTY[name]
    pen = drawn()
    draw(pen)
    cell = cells(read(pen))[2, 1]
    assert (cell.text, cell.other) == (text, other)
    assert readings_doubt(cell)


def test_what_is_no_doubt(read):
    """A slanted stamp, kerning, numbers in white on a ground, names of notes, grey labels."""
    pen = drawn()
    turned(pen, 130, 150, 20, "收到2024", 20)
    tight(pen, 0.8)
    pen.text(141 + 0.2, 122, "1", 5)
    pen.cells([(72, 400, 132, 420, ""), (132, 400, 192, 420, "")])
    red(pen, 75, 403, "戊")
    red(pen, 135, 403, "-98")
    pen.canvas.setFillGray(0.2)
    pen.cells([(72, 300, 132, 320, ""), (132, 300, 192, 320, "")])
    pen.canvas.rect(72, HEIGHT - 320, 120, 20, stroke=0, fill=1)
    grey(pen, 1, 75, 303, "丁")
    grey(pen, 1, 135, 303, "61")
    grey(pen, 0.75, 76, 103, "〔注〕", 4)
    found = read(pen)
    first = cells(found)
    assert first[1, 1].text == "4¹"
    assert first[2, 1].text == "1188"
    assert [[cell.text for cell in grid.cells] for grid in found.grids[1:]] == [
        ["丁", "61"],
        ["戊", "-98"],
    ]
    assert not [c for grid in found.grids for c in grid.cells if c.other not in {None, c.text}]


def test_a_label_written_downwards_over_the_edge_of_its_cell(read):
    pen = Pen()
    pen.cells(
        [
            (72, 100, 92, 128, "其\n他\n处\n理"),
            (92, 100, 152, 128, "甲"),
            (152, 100, 212, 128, "1"),
            (72, 128, 152, 148, ""),
            (152, 128, 212, 148, "2"),
        ],
        size=9,
    )
    pen.text(100, 134, "（七）总计", 9)
    found = cells(read(pen))
    assert found[0, 0].text == "其\n他\n处\n理"
    assert found[1, 0].text == "（七）总计"
    assert not [cell for cell in found.values() if cell.other is not None]


def test_digits_printed_over_the_edge_of_their_cell_are_doubtful(read):
    pen = Pen()
    pen.cells(table(72, 100, [["甲", "12"], ["乙", ""]]))
    pen.text(135, 113, "56")
    found = cells(read(pen))
    assert (found[0, 1].text, found[0, 1].other) == ("12", None)
    assert (found[1, 1].text, found[1, 1].other) == ("56", "")


def test_three_lines_of_digits_over_the_edge_of_their_cell(read):
    pen = Pen()
    pen.cells(table(72, 100, [["", ""], ["", ""]]))
    for line, text in enumerate(("12", "34", "56")):
        pen.text(75, 98 + line * 9, text, 9)
    pen.text(84, 125, "7", 9)
    found = cells(read(pen))
    assert found[0, 0].text == "12\n34\n56"
    assert found[0, 0].other == "12\n34"


def test_rows_too_low_for_their_labels_keep_them(read):
    pen = Pen()
    pen.cells(
        [(72, 100 + r * 11, 132, 111 + r * 11, "") for r in range(4)]
        + [(132, 100 + r * 11, 192, 111 + r * 11, "") for r in range(4)]
    )
    for row in range(4):
        pen.text(75, 96.2 + row * 11, "甲乙丙丁"[row])
        pen.text(135, 96.2 + row * 11, str(row))
    found = cells(read(pen))
    assert [found[row, 0].text for row in range(4)] == list("甲乙丙丁")


def test_two_numbers_that_touch_at_a_rule_are_doubtful(read):
    pen = Pen()
    pen.cells(table(72, 100, [["甲", "", ""]], width=40))
    width = pdfmetrics.stringWidth("12", FONT, 10.5)
    pen.text(152 - width, 103, "12")
    pen.text(152.1, 103, "3")
    found = cells(read(pen))
    assert (found[0, 1].text, found[0, 1].other) == ("123", "12")
    assert (found[0, 2].text, found[0, 2].other) == ("", "3")


def test_numbers_over_a_picture_of_the_page_were_recognised_by_nobody_knows_whom(
    read: Callable[[Pen], ParsedDocument],
) -> None:
    rows = [("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6"), ("合计", "5", "7", "9")]

    def page(pen: Pen) -> Pen:
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                pen.text(80 + 110 * column, 120 + 24 * at, text)
        return pen

    scanned = Pen()
    whole = ImageReader(Image.new("L", (60, 84), 250))
    scanned.canvas.drawImage(whole, 0, 0, *scanned.canvas._pagesize)
    for pen, is_doubted in ((page(scanned), True), (page(Pen()), False)):
        numbers = [c for g in read(pen).grids for c in g.cells if c.text.strip().isdigit()]
        assert len(numbers) == 9
        assert {readings_doubt(cell) is not None for cell in numbers} == {is_doubted}
