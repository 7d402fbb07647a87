"""Workbooks read as they print: formats, merged cells, what is hidden, and hostile packages."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from assets.common.limits import Limits
from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.xlsx import XLSX
from assets.layout.parsers.xlsx_format import shown, shown_text
from schemas.vocabulary import DocumentStatus


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("12", "General", "12"),
        ("0.30000000000000004", "General", "0.3"),
        ("1234.5", "G/通用格式", "1234.5"),
        ("251000", "#,##0.00", "251,000.00"),
        ("12", "0.0", "12.0"),
        ("12.345", "0.00", "12.35"),
        ("-3", "0", "-3"),
        ("-1234", "#,##0;-#,##0", "-1,234"),
        ("-5", "0;[Red](0)", "(5)"),
        ("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        ("1234.5", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234.50"),
        ("0", "0;-0;", ""),
        ("7", ";;;", ""),
        ("0.125", "0.0%", "12.5%"),
        ("7", '0"件"', "7件"),
        ("7", "[$¥-804]#,##0", "¥7"),
        ("5", "000", "005"),
        ("0", "#", ""),
        ("0.5", "#.##", ".5"),
        ("2", "0.##", "2."),
        ("1234567", "#,##0,", "1,235"),
        ("42", "@", "42"),
        ("45292", "yyyy/m/d", "2024/1/1"),
        ("45292", 'yyyy"年"m"月"d"日"', "2024年1月1日"),
        ("45292.5", "yyyy-mm-dd hh:mm", "2024-01-01 12:00"),
    ],
)
def test_numbers_show_as_their_formats_print_them(stored, code, text):
    assert shown(stored, code) == text


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("3.5", "# ?/?"),
        ("120000", '0!.0,"万"'),
        ("5", "[>100]0;0.0"),
        ("123456789012", "General"),
        ("1200", "0.00E+00"),
        ("-0.2", "0"),
        ("45292", "d-mmm-yy"),
        ("12", "[]"),
        ("twelve", "0"),
        ("12", "0" * 300),
    ],
)
def test_what_a_format_prints_is_not_guessed(stored, code):
    assert shown(stored, code) is None


def test_days_may_count_from_1904():
    assert shown("0", "yyyy/m/d", from_1904=True) == "1904/1/1"


def test_formats_may_put_words_around_texts():
    assert shown_text("甲局", '"第"@"号"') == "第甲局号"
    assert shown_text("甲局", "0;0;0;") == ""
    assert shown_text("甲局", "0.00") == "甲局"


@pytest.fixture
def read(tmp_path: Path):
    def parse(data: bytes, limits: Limits | None = None) -> ParsedDocument:
        path = tmp_path / "report.xlsx"
        path.write_bytes(data)
        return XLSX.parse(Source(path, "report.xlsx", "", limits or Limits()))

    return parse


@pytest.fixture
def made(read):
    """Reads a workbook that a function has filled."""

    def parse(fill) -> ParsedDocument:
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True})
        fill(book)
        book.close()
        return read(buffer.getvalue())

    return parse


def rows(grid) -> list[list[str]]:
    out: dict[int, list[str]] = {}
    for cell in grid.cells:
        out.setdefault(cell.row, []).append(cell.text)
    return list(out.values())


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return buffer.getvalue()


def table(book) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["项目", "数量", "金额"])
    sheet.write_row(1, 0, ["收费", 3])
    sheet.write_number(1, 2, 251000, book.add_format({"num_format": "#,##0.00"}))


def plain() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    table(book)
    book.close()
    return buffer.getvalue()


def test_cells_show_their_printed_numbers_and_say_where_they_are(made):
    (grid,) = made(table).grids
    assert rows(grid) == [["项目", "数量", "金额"], ["收费", "3", "251,000.00"]]
    assert grid.cells[-1].locator == "sheet[1]!C2"


def test_hidden_rows_columns_and_sheets_are_not_read_and_said_so(made):
    def fill(book):
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_row(row, 0, [f"行{row}", row, row + 10])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        other = book.add_worksheet()
        other.write(0, 0, "草稿")
        other.hide()

    document = made(fill)
    assert rows(document.grids[0]) == [["行0", "10"], ["行1", "11"], ["行3", "13"]]
    assert document.notes == (
        "1 hidden sheets not read",
        "sheet 1: 6 cells in hidden rows or columns not read",
    )


def test_a_merged_cell_shows_once_and_as_long_as_a_part_of_it_does(made):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 2, 0, "类别")
        for row in range(3):
            sheet.write_row(row, 1, [f"行{row}", row])
        sheet.set_row(0, None, None, {"hidden": True})

    (grid,) = made(fill).grids
    assert [(c.row, c.col, c.row_span, c.text) for c in grid.cells if c.col == 0] == [
        (0, 0, 2, "类别")
    ]


def test_a_formula_shows_its_stored_result_and_without_one_nothing_certain(read, made):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["总计", 1, 2])
        sheet.write_formula(0, 3, "=B1+C1", None, 3)

    assert rows(made(fill).grids[0]) == [["总计", "1", "2", "3"]]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(book)
    book.close()
    part = "xl/worksheets/sheet1.xml"
    document = read(changed(buffer.getvalue(), part, "</f><v>3</v>", "</f>"))
    assert rows(document.grids[0]) == [["总计", "1", "2", "\ufffd"]]
    assert "1 formulas or formats whose print cannot be told" in document.notes[0]


def test_zeros_that_the_sheet_does_not_show_are_blank(made):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["规章", 0, 5])
        sheet.hide_zero()

    assert rows(made(fill).grids[0]) == [["规章", "", "5"]]


def test_a_row_of_blank_values_stays_in_its_table_also_below_an_empty_row(made):
    def fill(book):
        sheet = book.add_worksheet()
        border = book.add_format({"border": 1})
        for row, cells in {
            0: ["内容", "制发", "废止"],
            1: ["规章", 1, 2],
            3: ["一、新收", "", ""],
        }.items():
            for col, cell in enumerate(cells):
                sheet.write(row, col, cell or None, border)

    (grid,) = made(fill).grids
    assert rows(grid)[-1] == ["一、新收", "", ""]


def test_titles_prose_and_tables_of_one_sheet_are_told_apart(made):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "某局2023年政府信息公开工作年度报告")
        sheet.merge_range(1, 0, 1, 3, "本年度报告根据条例编制。")
        sheet.write(2, 0, "二、主动公开")
        sheet.write_row(3, 0, ["内容", "制发", "废止"])
        sheet.write_row(4, 0, ["规章", 0, 1])
        sheet.write(6, 0, "三、申请")
        sheet.write_row(7, 0, ["项目", "总计"])
        sheet.write_row(8, 0, ["新收", 4])

    document = made(fill)
    assert [grid.order for grid in document.grids] == [3, 5]
    assert [block.text for block in document.blocks][::3] == [
        "某局2023年政府信息公开工作年度报告",
        "三、申请",
    ]


def test_a_missing_sheet_a_doctype_and_a_wrong_text_number_are_damage(read):
    part = "xl/worksheets/sheet1.xml"
    for data in (
        changed(plain(), part, "<worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet"),
        changed(plain(), part, 't="s"><v>0</v>', 't="s"><v>99</v>'),
        changed(plain(), "xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml"),
        plain()[:-100],
    ):
        with pytest.raises(ReadFailure) as failure:
            read(data)
        assert failure.value.status is DocumentStatus.DAMAGED


def test_a_bomb_is_refused(read):
    with pytest.raises(ReadFailure) as failure:
        read(plain(), Limits(max_unpacked_bytes=500))
    assert failure.value.status is DocumentStatus.TOO_LARGE


def test_a_far_away_merge_costs_nothing(read):
    part = "xl/worksheets/sheet1.xml"
    data = changed(
        plain(),
        part,
        "</sheetData>",
        '</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>',
    )
    assert len(read(data).grids) == 1


def test_raised_and_crossed_out_runs_of_a_cell(made):
    def fill(book):
        raised, lowered = book.add_format({"font_script": 1}), book.add_format({"font_script": 2})
        struck = book.add_format({"font_strikeout": True})
        plain = book.add_format()
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["项目", "甲", "乙", "丙", "丁"])
        sheet.write(1, 0, "收费")
        sheet.write_rich_string(1, 1, plain, "12", raised, "1")
        sheet.write_rich_string(1, 2, plain, "12", lowered, "1")
        sheet.write_rich_string(1, 3, struck, "9", plain, "12")
        sheet.write_number(1, 4, 12, struck)

    document = made(fill)
    assert rows(document.grids[0])[1] == ["收费", "12¹", "12₁", "12", "\ufffd"]
    assert document.notes == ("sheet 1: 1 crossed out cells, whose print cannot be told",)
