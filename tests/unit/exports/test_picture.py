"""The picture of a report: frames where the cells are, in the colour of their certainty."""

from pathlib import Path

import pytest
from PIL import Image

from assets.exports.drafts import read_drafts
from assets.exports.picture import SCALE, SURE, UNSURE, PictureError, draw_picture
from assets.synthetic.pdf import render_pdf
from assets.synthetic.report import random_report
from assets.synthetic.styles import PdfStyle
from schemas.catalog import load_catalog

STYLES = {
    "plain": PdfStyle(),
    "rotated": PdfStyle(rotated=True),
    "unruled": PdfStyle(ruled=False),
}


@pytest.mark.parametrize("style", STYLES)
def test_cells_are_framed_where_they_are_printed(tmp_path: Path, style: str):
    catalog = load_catalog()
    report = random_report(3, catalog, next(iter(catalog.formats)))
    source = tmp_path / "report.pdf"
    source.write_bytes(render_pdf(report, STYLES[style]))
    items = [dict(row) for row in read_drafts([source])[0].items]
    first = min(row["page"] for row in items if row["page"])
    on_page = [row for row in items if row["page"] == first]
    on_page[0]["review_status"] = "needs_review"
    on_page[1]["review_status"] = "sure"
    target = tmp_path / "report.png"
    assert draw_picture(source, items, target) == len({row["page"] for row in items})
    with Image.open(target) as picture:
        for row, color in ((on_page[0], UNSURE), (on_page[1], SURE)):
            middle = (row["x0"] + row["x1"]) / 2 * SCALE
            inset = 2 if STYLES[style].ruled else -2
            assert picture.getpixel((round(middle), round(row["top"] * SCALE) + inset)) == color


def test_no_picture_without_places_or_pages(tmp_path: Path):
    target = tmp_path / "report.png"
    with pytest.raises(PictureError, match="no cell"):
        draw_picture(tmp_path / "report.pdf", [], target)
    source = tmp_path / "broken.pdf"
    source.write_bytes(b"no PDF")
    row = {"page": 1, "x0": 1.0, "top": 1.0, "x1": 9.0, "bottom": 9.0, "value": 3,
           "review_status": "sure"}  # fmt: skip
    with pytest.raises(PictureError, match="Pdfium"):
        draw_picture(source, [row], target)
    assert not target.exists()
