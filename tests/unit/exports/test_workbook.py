"""Workbooks: opened with openpyxl and pandas, cell for cell as published, and nothing runs."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from assets.common.paths import DataFolder
from assets.exports import sheets, workbook
from assets.exports.exported import ExportFormat
from assets.exports.handout import Export, export
from assets.exports.headers import HeaderLanguage
from assets.exports.safe_text import looks_like_formula
from assets.exports.selection import Wanted
from assets.warehouse.dbt import PROJECT
from tests.unit.exports.publication import CLEANED, CONTROL, HOSTILE, ITEMS, published, table_rows

EN = HeaderLanguage.EN


def write(data: DataFolder, language: HeaderLanguage = EN, **wanted: object) -> Export:
    (done,) = export(data, [ExportFormat.XLSX], language=language, wanted=Wanted(**wanted))
    return done


def book_of(done: Export) -> Path:
    (file,) = done.files
    return done.folder / file.path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return published(tmp_path_factory.mktemp("it's 数据"))


@pytest.fixture(scope="module")
def everything(data: DataFolder) -> Path:
    return book_of(write(data))


def as_excel_holds(value: object) -> object:  # noqa: PLR0911 (one per kind of value)
    """A published value as a cell can hold it."""
    if value == CONTROL:
        return CLEANED
    if value == "":
        return None
    if isinstance(value, str) and "\r" in value:
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, str) and len(value) > sheets.TEXT_LIMIT:
        return value[: sheets.SHORTENED] + (
            f"… ({len(value)} characters, cut here; the CSV and Parquet files have the whole text)"
        )
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return str(value)
    if isinstance(value, dt.date) and value.year < 1900:
        return str(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, float):
        return float(f"{value:.16G}")  # as the file format writes them
    return float(value) if isinstance(value, Decimal) else value


def unescaped(value: object) -> object:
    """The format writes "_x0041_" as "_x005F_x0041_"; Excel takes it back, openpyxl does not."""
    return value.replace("_x005F_", "_") if isinstance(value, str) else value


def test_every_cell_is_what_was_published(data: DataFolder, everything: Path):
    book = openpyxl.load_workbook(everything)
    page = book["Cells and places"]
    found = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    wanted = [
        [as_excel_holds(value) for value in row] for row in table_rows(data, "fct_report_item")
    ]
    assert len(found) == len(wanted) == 6 * ITEMS
    for row, right in zip(found, wanted, strict=True):
        assert [unescaped(value) for value in row] == right


def test_nothing_is_a_formula_or_a_link_and_formulas_stay_text_when_edited(everything: Path):
    book = openpyxl.load_workbook(everything)
    for page in book.worksheets[1:]:
        for row in page.iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and looks_like_formula(cell.value):
                    assert cell.quotePrefix
    with zipfile.ZipFile(everything) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower()]
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)


def test_pandas_reads_the_same_numbers(data: DataFolder, everything: Path):
    frame = pd.read_excel(everything, sheet_name="Cells and places")
    rows = table_rows(data, "fct_report_item")
    values = [None if pd.isna(value) else value for value in frame["value"]]
    assert values == [None if row[6] is None else float(row[6]) for row in rows]
    assert frame["report_year"].tolist() == [row[3] for row in rows]


def test_sheets_have_a_frozen_header_a_filter_and_formats(everything: Path):
    book = openpyxl.load_workbook(everything)
    assert book.sheetnames[0] == "Notes"
    for page in book.worksheets[1:]:
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref.startswith("A1:")
    page = book["Cells and places"]
    cells = {page.cell(1, column).value: page.cell(2, column) for column in range(1, 14)}
    assert cells["report_year"].number_format == "General"
    assert cells["share_ratio"].number_format == "0.00%"
    assert page.cell(3, 7).number_format == "#,##0.00####"


def notes_of(book: openpyxl.Workbook) -> str:
    rows = book.worksheets[0].iter_rows()
    return "\n".join(str(cell.value) for row in rows for cell in row if cell.value)


def test_notes_say_what_it_is_and_list_every_sheet(data: DataFolder):
    book = openpyxl.load_workbook(book_of(write(data, HeaderLanguage.BOTH)))
    notes = book.worksheets[0]
    text = notes_of(book)
    for part in ("20230102T030405Z-aa", "空格不是零", "An empty cell is not zero", "Apache-2.0"):
        assert part in text
    assert "编造的示例，不是任何机关的真实报告" in text
    links = {cell.value for row in notes.iter_rows() for cell in row if cell.hyperlink}
    assert links == set(book.sheetnames[1:])
    assert book["词表 Vocabularies"].max_row > 30
    assert book["机关 Agencies"]["A1"].value == "列agency_code\nagency_code"
    named = [row[1].value for row in book["字段 Columns"].iter_rows(min_row=2)]
    assert "raw_text" in named
    assert "telephone" not in named


def test_a_workbook_of_one_agency(data: DataFolder):
    done = write(data, agency="甲市")
    path = book_of(done)
    assert path.name == "gongkai_甲市教育局.xlsx"
    assert path.parent == data.exports / "selections" / "甲市教育局" / "xlsx"
    book = openpyxl.load_workbook(path)
    figures = [[cell.value for cell in row] for row in book["Figures by year"].iter_rows()]
    assert figures[0][-4:] == ["2021", "2022", "break_note_en", "is_synthetic"]
    assert figures[1][2:] == ["received", "total", "件", 2021, 2022, None, False]
    assert figures[2][2:] == ["a.refused", "total", "件", "（blank）", 4, "not the same", False]
    doubtful = book["Figures by year"].cell(3, 7)
    assert doubtful.fill.start_color.rgb == "FFFFE699"
    page = book["Cells and places"]
    codes = {page.cell(row, 3).value for row in range(2, page.max_row + 1)}
    made_up = {page.cell(row, 13).value for row in range(2, page.max_row + 1)}
    assert (codes, made_up, page.max_row) == ({"a1"}, {False}, 2 * ITEMS + 1)
    assert "made up as examples; no agency" not in notes_of(book)


def test_a_workbook_of_a_region_and_year(data: DataFolder):
    book = openpyxl.load_workbook(book_of(write(data, region="甲市", year=2022)))
    reports = book["Reports"]
    found = [[cell.value for cell in row] for row in reports.iter_rows(min_row=2)]
    assert [row[2:] for row in found] == [["a1", 2022, False], ["a1", 2022, True]]


def test_a_table_beyond_the_limit_gets_no_sheet_but_a_way_out(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workbook, "ROW_LIMIT", 6 * ITEMS - 1)
    done = write(data, tables=("fct_report_item", "fct_report"))
    (entry,) = done.left_out
    assert entry.table == "fct_report_item"
    assert "gongkai export --format csv --table fct_report_item" in entry.left_out
    book = openpyxl.load_workbook(book_of(done))
    assert "Cells and places" not in book.sheetnames
    notes = [[cell.value for cell in row] for row in book["Notes"].iter_rows()]
    assert ["(not included)", "fct_report_item", 6 * ITEMS, entry.left_out] in notes


def test_the_same_publication_gives_the_same_workbook(data: DataFolder):
    one, two = write(data), write(data)
    assert one.files == two.files


def test_titles_are_what_excel_takes():
    assert sheets.unique_title("a/b:c", ()) == "a-b-c"
    long = "x" * 40
    assert sheets.unique_title(long, ["X" * 31]) == "x" * 29 + " 2"


def test_numbers_that_excel_would_shorten_are_found():
    assert sheets.exact(999_999_999_999_999)
    assert not sheets.exact(1_234_567_890_123_456)
    assert sheets.exact(Decimal("123456789.123456"))
    assert not sheets.exact(Decimal("12345678901.123456"))


def test_every_planned_sheet_has_a_title():
    plan = yaml.safe_load(workbook.PLAN.read_text(encoding="utf-8"))
    for names in plan["workbooks"].values():
        assert set(names) <= set(plan["titles"])
    models = {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}
    assert {"fct_report", "fct_finding", "fct_report_item"} <= models & set(plan["titles"])


def test_hostile_texts_are_hostile():
    assert sum(map(looks_like_formula, HOSTILE)) == 14
