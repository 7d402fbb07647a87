"""Reports as Word files with real merged cells.

The bytes depend on the report alone: the archive's times and the document's dates are fixed.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt
from docx.text.run import Run

from assets.synthetic.flow import TableItem, TextItem, flow
from assets.synthetic.form import FormGrid, column_shares
from assets.synthetic.model import SyntheticReport
from assets.synthetic.pictures import table_pictures
from assets.synthetic.styles import DocxStyle

FIXED_TIME = dt.datetime(2000, 1, 1)
ZIP_TIME = (2000, 1, 1, 0, 0, 0)
TEXT_WIDTH = Cm(15.24)


def render_docx(report: SyntheticReport, style: DocxStyle) -> bytes:
    """The report as a DOCX file."""
    document = Document()
    properties = document.core_properties
    properties.title = report.title
    properties.author = report.agency_name
    properties.created = properties.modified = FIXED_TIME
    _set_font(document, style.font)
    for item in flow(report):
        if isinstance(item, TableItem) and style.pictures:
            for picture in table_pictures(item.grid):
                document.add_picture(io.BytesIO(picture), width=TEXT_WIDTH)
        elif isinstance(item, TableItem):
            _table(document, item.grid, style)
        else:
            _text(document, item, style)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_times(buffer.getvalue())


def _set_font(document: DocxDocument, font: str) -> None:
    for name in ("Normal", "Title", "Heading 1"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)


def _text(document: DocxDocument, item: TextItem, style: DocxStyle) -> None:
    if item.role == "heading" and style.headings:
        document.add_heading(item.text, level=1)
        return
    paragraph = document.add_paragraph()
    run = paragraph.add_run(item.text)
    if item.role in {"title", "heading"}:
        run.bold = True
    if item.role == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.font.size = Pt(18)
    if item.role == "signature":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(document: DocxDocument, grid: FormGrid, style: DocxStyle) -> None:
    table = document.add_table(rows=grid.rows, cols=grid.width)
    table.style = "Table Grid" if style.ruled else "Normal Table"
    # Fetching table.cell() rebuilds the whole matrix each time; one list does for all.
    flat = list(table._cells)
    table.autofit = False
    widths = [Emu(int(share * TEXT_WIDTH)) for share in column_shares(grid)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, cell in enumerate(flat):
        cell.width = widths[number % grid.width]
    if style.row_height:
        for row in table.rows:
            row.height = Pt(style.row_height)
    for cell in grid.cells:
        first = flat[cell.row * grid.width + cell.col]
        if cell.row_span > 1 or cell.col_span > 1:
            last_row, last_col = cell.row + cell.row_span - 1, cell.col + cell.col_span - 1
            first = first.merge(flat[last_row * grid.width + last_col])
        paragraph = first.paragraphs[0]
        if cell.text:
            _sized(paragraph.add_run(cell.text), style.table_font_size)
        if cell.role != "label":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _sized(run: Run, points: float) -> None:
    run.font.size = Pt(points)


def _with_fixed_times(data: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            fixed = zipfile.ZipInfo(info.filename, ZIP_TIME)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(info))
    return out.getvalue()
