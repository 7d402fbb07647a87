"""Tables as pictures, as people paste them from one program into another."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
from PIL import ImageOps

from assets.synthetic.form import FormGrid
from assets.synthetic.pdf import render_table
from assets.synthetic.styles import PdfStyle

DPI = 150
EDGE = 12
"""Pixels of paper around the table."""


def table_pictures(grid: FormGrid) -> Iterator[bytes]:
    """A table as PNG pictures, one for each page that it takes."""
    document = pdfium.PdfDocument(render_table(grid, PdfStyle(page_numbers=False)))
    try:
        pages: list[Any] = list(document)
        for page in pages:
            image = page.render(scale=DPI / 72, grayscale=True).to_pil()
            left, top, right, bottom = ImageOps.invert(image).getbbox() or (0, 0, *image.size)
            shown = image.crop((left - EDGE, top - EDGE, right + EDGE, bottom + EDGE))
            buffer = io.BytesIO()
            shown.save(buffer, "PNG", dpi=(DPI, DPI))
            yield buffer.getvalue()
    finally:
        document.close()
