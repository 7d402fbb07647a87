"""Reports as PDF of several pages, tables ruled and split where the page ends.

Drawn directly, because a row that spans two pages must be split inside its merged cells, which
the table class of reportlab refuses. The font is one of those every PDF reader has, so that no
font file is needed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from assets.synthetic.flow import TableItem, TextItem, flow
from assets.synthetic.form import FormCell, FormGrid, column_shares
from assets.synthetic.model import SyntheticReport
from assets.synthetic.styles import PdfStyle

FONT = "STSong-Light"
LEADING = 1.4
PADDING = 3.0
SMALLEST = 6.5
"""Points below which a long cell is broken into lines rather than printed smaller."""
DOUBLE_RULE = 1.2
DASH, DASH_GAP = 3, 2
FRAME_GAP = 12.0
WATERMARK_SIZE, WATERMARK_GREY = 48, 0.85
WHITE_EVERY = 7


def render_pdf(report: SyntheticReport, style: PdfStyle) -> bytes:
    """The report as PDF; the same report and style give the same bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(report.title)
    canvas.setAuthor(report.agency_name)
    draw(report, style, canvas)
    return buffer.getvalue()


def render_table(grid: FormGrid, style: PdfStyle) -> bytes:
    """One table of a report as PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    writer = _Writer(Canvas(buffer, pagesize=A4, invariant=1), style)
    writer.table(grid)
    writer.finish()
    return buffer.getvalue()


def draw(report: SyntheticReport, style: PdfStyle, canvas: Any) -> None:
    """Draw a report on a canvas: reportlab's, or one that has the same methods."""
    writer = _Writer(canvas, style)
    for item in flow(report):
        if isinstance(item, TableItem):
            writer.table(item.grid)
        else:
            writer.text(item)
    writer.finish()


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines of a text; Chinese breaks anywhere, a run of digits or letters only if it must."""
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width, size)]
    lines: list[str] = []
    line = ""
    for token in _tokens(text):
        if pdfmetrics.stringWidth(line + token, FONT, size) <= width:
            line += token
            continue
        if line:
            lines.append(line)
        line = ""
        for char in token:
            if line and pdfmetrics.stringWidth(line + char, FONT, size) > width:
                lines.append(line)
                line = ""
            line += char
    return [*lines, line] if line or not lines else lines


def _tokens(text: str) -> list[str]:
    out: list[str] = []
    for char in text:
        if out and char.isascii() and not char.isspace() and out[-1][-1].isascii():
            out[-1] += char
        else:
            out.append(char)
    return out


@dataclass(slots=True)
class _Measured:
    """A table measured for the page: column edges, row heights, the lines of each cell."""

    edges: list[float]
    heights: list[float]
    lines: dict[tuple[int, int], list[str]]
    size: float


class _Writer:
    """A cursor that moves down the page and starts new ones."""

    def __init__(self, canvas: Canvas, style: PdfStyle) -> None:
        self.canvas = canvas
        self.style = style
        self.width, self.height = A4
        self.top = style.margin
        self.page = 1
        self.numbers = 0
        self._begin()

    def _begin(self) -> None:
        """What a new page has before its text: its turn, its watermark, its running header."""
        if self.style.rotated:
            # Sideways on a page of landscape size (the library swaps the sides of a turned page),
            # which its dictionary turns upright.
            self.canvas.setPageRotation(90)
            self.canvas.transform(0, 1, -1, 0, self.height, 0)
        if self.style.watermark:
            self.canvas.saveState()
            self.canvas.setFillGray(WATERMARK_GREY)
            self.canvas.setFont(FONT, WATERMARK_SIZE)
            self.canvas.translate(self.width / 2, self.height / 2)
            self.canvas.rotate(45)
            self.canvas.drawCentredString(0, 0, self.style.watermark)
            self.canvas.restoreState()
        if self.style.page_frame:
            edge = self.style.margin - FRAME_GAP
            self.canvas.setLineWidth(1)
            self.canvas.rect(edge, edge, self.width - 2 * edge, self.height - 2 * edge)
        if self.style.running_header:
            self.canvas.setFont(FONT, 9)
            self.canvas.drawCentredString(
                self.width / 2, self.height - 30, self.style.running_header
            )

    def _rules(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """The frame of a cell in the style's way."""
        style, canvas = self.style, self.canvas
        half = style.line_width / 2
        if style.rules in {"boxes", "dashed", "double"}:
            if style.rules == "dashed":
                canvas.setDash(3, 2)
            canvas.rect(x0, y0, x1 - x0, y1 - y0)
            canvas.setDash()
            if style.rules == "double":
                inset = DOUBLE_RULE
                canvas.rect(x0 + inset, y0 + inset, x1 - x0 - 2 * inset, y1 - y0 - 2 * inset)
            return
        for ax, ay, bx, by in (
            (x0, y0, x1, y0),
            (x0, y1, x1, y1),
            (x0, y0, x0, y1),
            (x1, y0, x1, y1),
        ):
            if style.rules == "filled":
                canvas.rect(
                    ax - half, ay - half, bx - ax + 2 * half, by - ay + 2 * half, stroke=0, fill=1
                )
            elif style.rules == "lines":
                canvas.line(ax, ay, bx, by)
            else:
                length = max(bx - ax, by - ay)
                for start in range(0, int(length), DASH + DASH_GAP):
                    end = min(start + DASH, length)
                    if ay == by:
                        canvas.line(ax + start, ay, ax + end, ay)
                    else:
                        canvas.line(ax, ay + start, ax, ay + end)

    def _draw(self, x: float, y: float, line: str, size: float) -> None:
        # Bold by printing twice, a fraction of a point apart, as some converters do.
        for start in (x, x + 0.3) if self.style.fake_bold else (x,):
            at = start
            for part in line if self.style.by_character else (line,):
                self.canvas.drawString(at, y, part)
                at += pdfmetrics.stringWidth(part, FONT, size)

    def _draw_white(self, x: float, y: float) -> None:
        """A digit that nobody sees on paper, behind some numbers."""
        self.numbers += 1
        if self.numbers % WHITE_EVERY == 0:
            self.canvas.setFillGray(1)
            self.canvas.drawString(x, y, "3")
            self.canvas.setFillGray(0)

    @property
    def room(self) -> float:
        return self.height - self.style.margin - self.top

    @property
    def inner_width(self) -> float:
        return self.width - 2 * self.style.margin

    def finish(self) -> None:
        self._number()
        self.canvas.showPage()
        self.canvas.save()

    def _number(self) -> None:
        if self.style.page_numbers:
            self.canvas.setFont(FONT, 10)
            self.canvas.drawCentredString(self.width / 2, 36, f"- {self.page} -")

    def new_page(self) -> None:
        self._number()
        self.canvas.showPage()
        self.page += 1
        self.top = self.style.margin
        self._begin()

    def text(self, item: TextItem) -> None:
        size = self.style.font_size * (1.5 if item.role == "title" else 1)
        indent = "　　" if item.role in {"paragraph", "heading"} else ""
        for line in wrap(indent + item.text, self.inner_width, size):
            if self.room < size * LEADING:
                self.new_page()
            self.canvas.setFont(FONT, size)
            baseline = self.height - self.top - size
            if item.role == "title":
                self.canvas.drawCentredString(self.width / 2, baseline, line)
            elif item.role == "signature":
                self.canvas.drawRightString(self.width - self.style.margin, baseline, line)
            else:
                self.canvas.drawString(self.style.margin, baseline, line)
            self.top += size * LEADING
        self.top += size * 0.3

    def table(self, grid: FormGrid) -> None:
        measured = _measure(grid, self.inner_width, self.style)
        self.top += self.style.gap_before_tables
        pending = dict(measured.lines)
        start = 0
        while start < grid.rows:
            repeated = grid.header_rows if start and self.style.repeat_header else 0
            needed = sum(measured.heights[:repeated]) + sum(
                measured.heights[start : max(start + 1, grid.header_rows + 1)]
            )
            if needed > self.room and self.top > self.style.margin:
                self.new_page()
                continue
            if repeated:
                self._piece(grid, measured, dict(measured.lines), 0, repeated)
            end = start + 1
            used = measured.heights[start]
            while end < grid.rows and used + measured.heights[end] <= self.room:
                used += measured.heights[end]
                end += 1
            self._piece(grid, measured, pending, start, end)
            start = end
            if start < grid.rows:
                self.new_page()
        self.top += self.style.font_size * 0.5

    def _piece(
        self,
        grid: FormGrid,
        measured: _Measured,
        pending: dict[tuple[int, int], list[str]],
        start: int,
        end: int,
    ) -> None:
        tops = [self.top]
        for height in measured.heights[start:end]:
            tops.append(tops[-1] + height)
        for cell in grid.cells:
            first, last = max(cell.row, start), min(cell.row + cell.row_span, end)
            if first < last:
                top, bottom = tops[first - start], tops[last - start]
                rest = sum(measured.heights[last : cell.row + cell.row_span])
                lines = self._lines_here(cell, pending, bottom - top, rest, measured.size)
                self._cell(cell, measured, top, bottom, lines)
        self.top = tops[-1]

    def _lines_here(
        self,
        cell: FormCell,
        pending: dict[tuple[int, int], list[str]],
        height: float,
        rest: float,
        size: float,
    ) -> list[str]:
        waiting = pending[cell.row, cell.col]
        fits = self._fitting(height, size)
        if not self.style.torn_labels and fits < len(waiting) <= self._fitting(rest, size):
            return []
        # A label that no part of the cell can hold is torn: no program prints over the rows above.
        here = waiting[: max(1, fits)] if rest else waiting
        pending[cell.row, cell.col] = waiting[len(here) :]
        return here

    def _fitting(self, height: float, size: float) -> int:
        """How many lines a part of a cell holds."""
        return int((height - 2 * self.style.row_padding) / (size * LEADING) + 0.001)

    def _cell(
        self, cell: FormCell, measured: _Measured, top: float, bottom: float, lines: list[str]
    ) -> None:
        x0 = self.style.margin + measured.edges[cell.col]
        x1 = self.style.margin + measured.edges[cell.col + cell.col_span]
        size = measured.size
        if self.style.ruled:
            self.canvas.setLineWidth(self.style.line_width)
            self._rules(x0, self.height - bottom, x1, self.height - top)
        self.canvas.setFont(FONT, size)
        y = (top + bottom) / 2 - len(lines) * size * LEADING / 2 + size * 1.1
        for line in lines:
            if cell.role == "label":
                self._draw(x0 + PADDING, self.height - y, line, size)
            else:
                middle = (x0 + x1 - pdfmetrics.stringWidth(line, FONT, size)) / 2
                self._draw(middle, self.height - y, line, size)
                if self.style.white_digits and line.isdecimal():
                    end = middle + pdfmetrics.stringWidth(line, FONT, size)
                    self._draw_white(end, self.height - y)
            y += size * LEADING


def _measure(grid: FormGrid, width: float, style: PdfStyle) -> _Measured:
    edges = _edges(grid, width)
    size = style.table_font_size
    widest = max(
        (
            pdfmetrics.stringWidth(cell.text, FONT, 1.0)
            / (edges[cell.col + cell.col_span] - edges[cell.col] - 2 * PADDING)
            for cell in grid.cells
            if cell.role == "value" and cell.text
        ),
        default=0.0,
    )
    if widest * size > 1:
        size = max(1 / widest, min(size, SMALLEST))
    lines = {
        (cell.row, cell.col): wrap(
            cell.text, edges[cell.col + cell.col_span] - edges[cell.col] - 2 * PADDING, size
        )
        for cell in grid.cells
    }
    heights = [size * LEADING + 2 * style.row_padding] * grid.rows
    for cell in sorted(grid.cells, key=lambda c: c.row_span):
        needed = len(lines[cell.row, cell.col]) * size * LEADING + 2 * style.row_padding
        have = sum(heights[cell.row : cell.row + cell.row_span])
        heights[cell.row + cell.row_span - 1] += max(0.0, needed - have)
    return _Measured(edges, heights, lines, size)


def _edges(grid: FormGrid, width: float) -> list[float]:
    """Left edges of the columns and the right edge of the last, from the table's left edge."""
    return [0.0, *(share * width for share in accumulate(column_shares(grid)))]
