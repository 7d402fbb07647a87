"""The six renderings: the same bytes for the same report, real spans, several pages, encodings."""

import io
import random
from dataclasses import replace

import docx
import pdfplumber
import pytest
from selectolax.lexbor import LexborHTMLParser

from assets.synthetic.faults import inject
from assets.synthetic.flow import TableItem, flow
from assets.synthetic.rendering import KINDS, random_style, render
from assets.synthetic.report import random_report
from assets.synthetic.styles import HtmlStyle, LineStyle, MarkdownStyle, PdfStyle, TabStyle
from schemas.catalog import load_catalog

CATALOG = load_catalog()
REPORT = random_report(5, CATALOG, "gir_2021", applications=900)


def _numbers() -> list[str]:
    return [content.text for _, content in REPORT.printed_cells()]


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("format_id", list(CATALOG.formats))
def test_same_seed_same_bytes(kind: str, format_id: str) -> None:
    first, second = (
        render(random_report(11, CATALOG, format_id), kind, random_style(kind, random.Random(3)))
        for _ in range(2)
    )
    assert first == second
    assert first.data != render(random_report(12, CATALOG, format_id), kind).data


def test_a_style_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="PdfStyle"):
        render(REPORT, "pdf", HtmlStyle())


def _pdf_tables(style: PdfStyle) -> tuple[int, list[list[str | None]]]:
    data = render(REPORT, "pdf", style).data
    rows: list[list[str | None]] = []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for table in page.extract_tables():
                rows += table
        return len(pdf.pages), rows


def test_pdf_runs_over_pages_and_keeps_every_number() -> None:
    pages, rows = _pdf_tables(PdfStyle(font_size=16))
    assert pages >= 4
    width = 10
    body = [row for row in rows if len(row) == width and (row[-1] or "").isdigit()]
    # Table 2 of this form has four columns and table 4 fifteen: what is left is table 3.
    block = CATALOG.formats["gir_2021"].table("applications").blocks[0]
    expected = [REPORT.cells[c.item_code, c.breakdown].text for c in block.cells]
    assert [text for row in body for text in row[3:]] == expected


def test_pdf_repeats_the_header_where_asked() -> None:
    def headers(repeat: bool) -> int:
        _, rows = _pdf_tables(PdfStyle(font_size=16, repeat_header=repeat))
        return sum("申请人情况" in (cell or "") for row in rows for cell in row)

    assert headers(repeat=False) == 1
    assert headers(repeat=True) >= 2


def test_html_spans_are_real() -> None:
    page = LexborHTMLParser(render(REPORT, "html").data)
    tables = page.css("table.form")
    assert len(tables) == 3
    corner = tables[1].css_first("td")
    assert corner is not None
    assert (corner.attributes["rowspan"], corner.attributes["colspan"]) == ("3", "3")
    assert page.css_first("script") is not None
    fragment = render(REPORT, "html", HtmlStyle(whole_page=False)).data.decode()
    assert "<script" not in fragment
    assert "<html" not in fragment


def test_word_cells_are_merged() -> None:
    document = docx.Document(io.BytesIO(render(REPORT, "docx").data))
    assert [len(table.rows) for table in document.tables] == [
        item.grid.rows for item in flow(REPORT) if isinstance(item, TableItem)
    ]
    table = document.tables[1]
    assert table.cell(0, 0)._tc is table.cell(2, 2)._tc
    assert table.cell(5, 0)._tc is table.cell(26, 0)._tc
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"] == [
        section.printed_heading for section in REPORT.sections
    ]


def test_tab_text_has_one_row_per_line() -> None:
    text = render(REPORT, "tab_text", TabStyle()).data.decode()
    line = next(line for line in text.split("\n") if line.startswith("一、本年新收"))
    values = [
        REPORT.cells["applications.received", c.breakdown].text
        for c in CATALOG.formats["gir_2021"].table("applications").blocks[0].columns
    ]
    assert line.split("\t") == ["一、本年新收政府信息公开申请数量", "", "", *values]


def test_line_text_has_one_cell_per_line() -> None:
    style = LineStyle(nbsp=True, split_headers=True, half_width_brackets=True)
    lines = render(REPORT, "line_text", style).data.decode().split("\n")
    assert "商业" in lines
    assert "企业" in lines
    assert "(一)予以公开" in lines
    assert any(line.startswith("\u00a0") for line in lines)
    tabbed = render(REPORT, "line_text", LineStyle(separator="tab")).data.decode().split("\n")
    assert [line[1:] for line in tabbed if line.startswith("\t") and line[1:].isdigit()] == [
        text for text in _numbers() if text.isdigit()
    ]


def test_markdown_rows_have_the_same_number_of_pipes() -> None:
    text = render(REPORT, "markdown", MarkdownStyle()).data.decode()
    for table in (part for part in text.split("\n\n") if part.startswith("|")):
        assert len({line.count("|") for line in table.strip().split("\n")}) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding(encoding: str) -> None:
    style = replace(TabStyle(), encoding=encoding)
    text = render(REPORT, "tab_text", style).data.decode(encoding)
    assert text == render(REPORT, "tab_text").data.decode("utf-8")


@pytest.mark.parametrize("kind", list(KINDS))
def test_hostile_text_does_not_break_the_medium(kind: str) -> None:
    report = replace(
        REPORT, title_lines=("<script>甲|乙&丙\\县</script>2022年政府信息公开工作年度报告",)
    )
    data = render(report, kind).data
    if kind == "html":
        assert b"<script>\xe7\x94\xb2" not in data
    assert data


def test_faults_are_printed() -> None:
    spoilt = inject(REPORT, ("repeated_table", "digit_ordinal"), random.Random(1), CATALOG)
    tables = [item for item in flow(spoilt) if isinstance(item, TableItem)]
    assert len(tables) == 4
    assert spoilt.faults == ("repeated_table", "digit_ordinal")
