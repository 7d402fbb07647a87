"""What a workbook holds and does not show: digits covered, pale or cut, and names of sheets."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PIL import Image, ImageDraw

from assets.cells.recognise import Recognition, recognise
from assets.common.limits import Limits
from assets.layout.lines import lines_of
from assets.layout.model import UNREADABLE, ParsedDocument, is_sheet_name
from assets.layout.parsers.base import Source
from assets.layout.parsers.xlsx import XLSX
from assets.layout.sections import split_sections
from tests.unit.cells.dumps import CATALOG, application_rows
from tests.unit.layout.parsers.test_xlsx import changed


@pytest.fixture
def read(tmp_path: Path):
    def parse(data: bytes) -> ParsedDocument:
        path = tmp_path / "report.xlsx"
        path.write_bytes(data)
        return XLSX.parse(Source(path, "report.xlsx", "", Limits()))

    return parse


def made(fill: Any) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(book)
    book.close()
    return buffer.getvalue()


def others(document: ParsedDocument) -> dict[str, str | None]:
    """The second readings of the cells of the only grid, by their places."""
    (grid,) = document.grids
    return {c.locator.partition("!")[2]: c.other for c in grid.cells if c.other is not None}


def one_row(value: Any, width: float | None, **options: Any):
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        look = book.add_format({"border": 1} | options)
        sheet.write_row(0, 0, ["信息内容", "制发", "废止"], look)
        sheet.write(1, 0, "规章", look)
        sheet.write(1, 1, value, look)
        sheet.write(1, 2, 3, look)
        if width is not None:
            sheet.set_column(1, 1, width)

    return made(fill)


@pytest.mark.parametrize(
    ("value", "width", "options", "seen"),
    [
        (12, 1, {}, "####"),
        (1234, 2.5, {}, "####"),
        (-1234567, 5, {"num_format": "#,##0"}, "####"),
        (123, 3, {"font_size": 18}, "####"),
        ("12", 1, {}, f"12{UNREADABLE}"),
        (12, None, {}, None),
        (1234567, None, {}, None),
        (251000, None, {"num_format": "#,##0.00"}, None),
        (2510000, None, {"num_format": "#,##0.00"}, "####"),
        (12, 2, {}, None),
        (1234, 4, {}, None),
        (1234, 2, {"shrink": True}, None),
        (1234, 2, {"rotation": 90}, None),
        (1234, 2, {"text_wrap": True}, "####"),
        ("1234", 2, {"text_wrap": True}, None),
        ("详见附件", 2, {}, None),
        ("/", 0.5, {}, None),
    ],
)
def test_numbers_that_do_not_fit_their_column(read, value, width, options, seen):
    found = others(read(one_row(value, width, **options)))
    assert found == ({} if seen is None else {"B2": seen})


def test_merged_columns_are_as_wide_as_all_of_them(read):
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        border = book.add_format({"border": 1})
        sheet.set_column(1, 3, 2)
        sheet.merge_range(0, 1, 0, 3, "数量", border)
        sheet.write(0, 0, "项目", border)
        sheet.write(1, 0, "规章", border)
        sheet.merge_range(1, 1, 1, 3, 12345, border)

    assert others(read(made(fill))) == {}


@pytest.mark.parametrize(
    ("options", "is_seen"),
    [
        ({"font_color": "#FFFFFF"}, False),
        ({"font_color": "#F2F2F2"}, False),
        ({"font_color": "#FFFFFF", "bg_color": "#FFFFFF"}, False),
        ({"font_color": "#000000", "bg_color": "#000000"}, False),
        ({"font_color": "#FFFFFF", "bg_color": "#1F4E79"}, True),
        ({"font_color": "#7F7F7F"}, True),
        ({"font_color": "#FF0000", "bg_color": "#FFFF00"}, True),
        ({"bg_color": "#D9D9D9"}, True),
    ],
)
def test_digits_of_the_colour_of_their_ground(read, options, is_seen):
    found = others(read(one_row(12, None, **options)))
    assert found == ({} if is_seen else {"B2": "", "C2": ""})


@pytest.mark.parametrize(("height", "is_seen"), [(4, False), (12, True), (None, True)])
def test_digits_cut_by_the_height_of_their_row(read, height, is_seen):
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["信息内容", "制发", "废止"])
        sheet.write_row(1, 0, ["规章", 12, 3])
        sheet.set_row(1, height)

    assert set(others(read(made(fill)))) == (set() if is_seen else {"B2", "C2"})


def picture(width: int = 400, height: int = 100, *, rules: bool = False) -> io.BytesIO:
    image = Image.new("RGB", (width, height), "white")
    if rules:
        draw = ImageDraw.Draw(image)
        for at in range(0, width, 80):
            draw.line((at, 0, at, height), fill="black", width=2)
        for at in range(0, height, 40):
            draw.line((0, at, width, at), fill="black", width=2)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def with_picture(row: int, col: int, size: tuple[int, int], **options: Any) -> bytes:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        border = book.add_format({"border": 1})
        for line, texts in enumerate([["信息内容", "制发", "废止"], ["规章", 12, None]]):
            for at, text in enumerate(texts):
                sheet.write(line, at, text, border)
        sheet.write(8, 0, "某局")
        sheet.insert_image(row, col, "a.png", {"image_data": picture(*size)} | options)

    return made(fill)


def test_a_picture_over_a_number_and_over_a_blank_cell(read):
    # 64 × 20 pixels are the usual size of a cell.
    document = read(with_picture(1, 1, (128, 20)))
    assert others(document) == {"B2": f"12{UNREADABLE}"}
    assert [cell.text for cell in document.grids[0].cells][-1] == UNREADABLE
    assert any("covered" in note for note in document.notes)


@pytest.mark.parametrize(
    ("row", "col", "options"), [(3, 0, {}), (1, 3, {}), (1, 2, {"x_offset": 40})]
)
def test_pictures_beside_and_below_a_table_hide_nothing(read, row, col, options):
    document = read(with_picture(row, col, (60, 20), **options))
    assert others(document) == {}
    assert document.grids[0].cells[-1].text == ""


@pytest.mark.parametrize("mark", ['name="Picture 1"', 'name="图片 1" hidden="1"'])
def test_a_hidden_picture_hides_nothing(read, mark):
    data = with_picture(1, 1, (128, 20))
    if "hidden" in mark:
        data = changed(data, "xl/drawings/drawing1.xml", 'name="Picture 1"', mark)
    assert bool(others(read(data))) is ("hidden" not in mark)


@pytest.mark.parametrize("kind", ["oneCellAnchor", "absoluteAnchor"])
def test_pictures_placed_in_other_ways(read, kind):
    data = with_picture(1, 1, (128, 20))
    name = "xl/drawings/drawing1.xml"
    if kind == "oneCellAnchor":
        data = changed(
            data, name, "<xdr:to>", '<xdr:ext cx="1219200" cy="190500"/><xdr:to hidden="1">'
        )
        data = changed(data, name, "xdr:to", "xdr:none")
    else:
        data = changed(
            data,
            name,
            "<xdr:from>",
            '<xdr:pos x="609600" y="190500"/><xdr:ext cx="1219200" cy="190500"/><xdr:from>',
        )
        data = changed(changed(data, name, "xdr:from", "xdr:none"), name, "xdr:to", "xdr:gone")
    assert "B2" in others(read(data))


def test_pictures_stand_in_the_order_of_their_rows(read):
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "一、总体情况")
        sheet.insert_image(2, 0, "a.png", {"image_data": picture()})
        sheet.write(9, 0, "四、行政复议")
        sheet.insert_image(10, 0, "b.png", {"image_data": picture(500)})
        sheet.insert_textbox(5, 0, "单位：件", {"width": 60, "height": 20})

    document = read(made(fill))
    order = {block.text: block.order for block in document.blocks}
    first, second = document.pictures
    assert order["一、总体情况"] < order["单位：件"] < order["四、行政复议"] < second.order
    assert order["一、总体情况"] < first.order <= order["单位：件"]
    assert first.locator == "sheet[1]/picture[1]"


def test_a_shape_over_a_number(read):
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["信息内容", "制发", "废止"])
        sheet.write_row(1, 0, ["规章", 12, 3])
        sheet.insert_textbox(1, 1, "15", {"width": 64, "height": 20})

    assert others(read(made(fill))) == {"B2": f"12{UNREADABLE}"}


def test_a_picture_in_a_cell_as_wps_stores_it(read):
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["信息内容", "制发", "废止"])
        sheet.write_row(1, 0, ["规章", '=_xlfn.DISPIMG("ID_1",1)', 3])
        sheet.insert_image(9, 9, "a.png", {"image_data": picture()})

    data = made(fill)
    data = changed(
        data,
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        '<Relationship Id="rId99" Type="http://www.wps.cn/officeDocument/2020/cellImage" '
        'Target="drawings/drawing1.xml"/></Relationships>',
    )
    data = changed(data, "xl/drawings/drawing1.xml", 'name="Picture 1"', 'name="ID_1"')
    document = read(data)
    assert [c.text for c in document.grids[0].cells][-3:] == ["规章", UNREADABLE, "3"]
    assert len(document.pictures) == 2


HEAD = ["项目", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def sheets(*contents: tuple[str, int]) -> bytes:
    """A workbook with table 3 on each sheet, its numbers moved by so much."""

    def fill(book: Any) -> None:
        for name, more in contents:
            sheet = book.add_worksheet(name)
            border = book.add_format({"border": 1})
            sheet.write(0, 0, "三、收到和处理政府信息公开申请情况")
            sheet.write_row(1, 0, HEAD, border)
            for row, (label, values) in enumerate(application_rows(), 2):
                sheet.write_row(row, 0, [label, *(value + more for value in values)], border)

    return made(fill)


def recognised(document: ParsedDocument, year: int = 2023) -> Recognition:
    parts = split_sections(document, CATALOG)
    return recognise(document.blocks, document.grids, parts.at, CATALOG, year)


def sure(found: Recognition) -> list[int]:
    """The first number of each copy that is sure of it."""
    first = [c for c in found.cells if c["item_code"] == "applications.received"][::7]
    return [int(c["value"]) for c in first if c["review_status"] == "sure"]


@pytest.mark.parametrize(
    "name", ["2022年", "2022", "2022年度数据", "上年", "上年度", "表3（2022）"]
)
def test_a_sheet_named_after_another_year_is_left_for_review(read, name):
    assert sure(recognised(read(sheets((name, 0))))) == []


@pytest.mark.parametrize("name", ["2023年", "Sheet1", "表3", "本年", "2023年报", "3-申请", "附件1"])
def test_other_names_of_sheets_say_nothing(read, name):
    document = read(sheets((name, 0)))
    found = recognised(document)
    assert sure(found) == [11]
    assert not [row for row in found.unmapped if row["text"] == name]


@pytest.mark.parametrize(
    ("contents", "numbers"),
    [
        ((("2022年", 100), ("2023年", 0)), [11]),
        ((("2023年", 0), ("2022年", 100)), [11]),
        ((("上年", 100), ("本年", 0)), [11]),
        ((("2021", 50), ("2022", 100), ("2023", 0)), [11]),
        # Nothing says whose the other is.
        ((("2022年", 100), ("Sheet2", 0)), [11]),
    ],
)
def test_the_sheet_of_the_year_of_the_report_is_read(read, contents, numbers):
    assert sure(recognised(read(sheets(*contents)))) == numbers


@pytest.mark.parametrize("mark", ["", "as xlsx: "])
def test_names_of_sheets_are_no_text_of_the_report(read, mark):
    document = read(sheets(("2022年", 0)))
    # Older files are converted, and their places marked so.
    document = replace(
        document,
        blocks=tuple(replace(b, locator=mark + b.locator) for b in document.blocks),
        grids=tuple(
            replace(g, cells=tuple(replace(c, locator=mark + c.locator) for c in g.cells))
            for g in document.grids
        ),
    )
    assert sure(recognised(document)) == []
    assert [block.text for block in document.blocks if is_sheet_name(block)] == ["2022年"]
    assert all("2022" not in line.text for line in lines_of(document))
