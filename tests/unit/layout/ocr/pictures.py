"""Small page pictures for the tests: a ruled table with a line of text above it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from assets.synthetic.pdf import FONT
from assets.synthetic.scan import ScanStyle, scan_pages

WIDTH, HEIGHT = 420.0, 230.0
TITLE = "某某县教育局政府信息公开工作年度报告"
ROWS = (
    ("信息内容", "本年制发件数", "现行有效件数"),
    ("行政规范性文件", "0", "1"),
    ("行政许可", "58644", ""),
    ("行政处罚", "11", "2070"),
)
QUIET = ScanStyle(noise=0, quality=90, tilt=0, specks=0)
PUBLISHED = ScanStyle()


def draw(canvas: Canvas, rows: Sequence[Sequence[str]] = ROWS, top: float = 70.0) -> None:
    """A table of three columns at `top` points from the top of the page."""
    widths, height = (150.0, 110.0, 110.0), 24.0
    for row, texts in enumerate(rows):
        x = 25.0
        for width, text in zip(widths, texts, strict=True):
            y = HEIGHT - top - (row + 1) * height
            canvas.setLineWidth(0.5)
            canvas.rect(x, y, width, height)
            canvas.setFont(FONT, 10)
            canvas.drawCentredString(x + width / 2, y + 8, text)
            x += width


def table_pdf(rows: Sequence[Sequence[str]] = ROWS, pages: int = 1) -> bytes:
    """Pages with a title and a table, as a text PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    for _ in range(pages):
        canvas.setFont(FONT, 14)
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 45, TITLE)
        draw(canvas, rows)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scans(
    rows: Sequence[Sequence[str]] = ROWS, style: ScanStyle = QUIET, seed: int = 1, pages: int = 1
) -> list[bytes]:
    """The same pages as JPEG scans."""
    return scan_pages(table_pdf(rows, pages), seed, style)


def pixels(jpeg: bytes) -> np.ndarray:
    """A scan as grey pixels."""
    return np.array(Image.open(io.BytesIO(jpeg)).convert("L"))


def ruled(width: int, height: int, lines: Sequence[tuple[int, int, int, int]]) -> np.ndarray:
    """White paper with black lines two pixels thick, (x0, y0, x1, y1)."""
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    for line in lines:
        pen.line(line, fill=0, width=2)
    return np.array(image)
