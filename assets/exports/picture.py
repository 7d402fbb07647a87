"""A picture of the pages of a PDF with the cells that were read, their values and their doubts.

Drawn in a worker process within the limits of a reading, since the document comes from strangers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.common.limits import Limits
from assets.common.workers import TaskStatus, run_isolated
from assets.exports.finding_view import plain_number

SCALE = 2.0
"""Pixels per point: 144 dots per inch, so that printed digits stay legible beside the marks."""
MAX_SIDE = 2400
"""Pixels of the longer side of a page; a larger page is drawn smaller."""
MAX_PAGES = 12
"""Pages in one picture; the tables of a report take fewer."""
SURE, UNSURE = (0, 130, 60), (220, 60, 0)
GAP = 12


class PictureError(Exception):
    """The pages could not be drawn; the message says why."""


def draw_picture(source: Path, items: Sequence[Mapping[str, Any]], target: Path) -> int:
    """Write the pages that hold cells, one below the other, as PNG.

    A cell read for sure has a green frame, one for review an orange one and a question mark; what
    was read stands in the lower right corner, beside a narrow frame.

    Args:
        source: the stored PDF.
        items: rows of fct_report_item; those without a box are left out.
        target: file to write.

    Returns:
        how many pages were drawn.

    Raises:
        PictureError: the file has no cell with a place, or the pages cannot be drawn.
    """
    marks: dict[int, list[tuple[float, float, float, float, str, bool]]] = {}
    for row in items:
        if row["page"] is None or row["x0"] is None:
            continue
        value, unsure = row["value"], row["review_status"] == "needs_review"
        text = "" if value is None else plain_number(value)
        marks.setdefault(row["page"], []).append(
            (row["x0"], row["top"], row["x1"], row["bottom"], text + "?" * unsure, unsure)
        )
    if not marks:
        raise PictureError("no cell of it has a place on a page")
    task = {"source": str(source), "marks": marks, "target": str(target)}
    function = f"{__name__}:{draw_pages.__name__}"
    for result in run_isolated(function, [task], Limits(), 1):
        if result.status is not TaskStatus.DONE:
            raise PictureError(result.reason or result.status.value)
        return int(result.value)
    raise PictureError("the worker gave no result")


def draw_pages(task: Mapping[str, Any]) -> int:
    """Draw the marked pages of a PDF into one PNG. Runs in a worker.

    Args:
        task: source and target (paths), marks (per page: box, text, whether unsure).
    """
    import pypdfium2  # noqa: PLC0415 - heavy, only in the worker
    from PIL import Image  # noqa: PLC0415

    pages: list[Any] = []
    document = pypdfium2.PdfDocument(task["source"])
    try:
        for number in sorted(task["marks"])[:MAX_PAGES]:
            page = document[number - 1]
            pages.append(_drawn(page, task["marks"][number]))
            page.close()
    finally:
        document.close()
    width = max(page.width for page in pages)
    height = sum(page.height for page in pages) + GAP * (len(pages) - 1)
    sheet = Image.new("RGB", (width, height), (128, 128, 128))
    top = 0
    for page in pages:
        sheet.paste(page, (0, top))
        top += page.height + GAP
    sheet.save(task["target"], format="PNG")
    return len(pages)


def _drawn(page: Any, marks: Sequence[tuple[float, float, float, float, str, bool]]) -> Any:
    """One page as a picture with its marks."""
    from PIL import ImageDraw, ImageFont  # noqa: PLC0415 - only in the worker

    from assets.layout.parsers.pdf_pdfium import frame_of  # noqa: PLC0415

    # Boxes are measured on the media box, and what is shown may be a part of it.
    shown = frame_of(page).box(*page.get_bbox())
    longer = max(shown.x1 - shown.x0, shown.bottom - shown.top, 1.0)
    scale = min(SCALE, MAX_SIDE / longer)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=max(8, round(6 * scale)))
    for x0, top, x1, bottom, text, unsure in marks:
        color = UNSURE if unsure else SURE
        # Without rules a box is as narrow as the number in it, which must stay readable.
        is_narrow = (x1 - x0) * scale < 3 * font.getlength(text)
        inset = -2 if is_narrow else 2
        edges = (
            (x0 - shown.x0) * scale + inset,
            (top - shown.top) * scale + inset,
            max((x1 - shown.x0) * scale - inset, (x0 - shown.x0) * scale + 3),
            max((bottom - shown.top) * scale - inset, (top - shown.top) * scale + 3),
        )
        pen.rectangle(edges, outline=color, width=2)
        x, anchor = (edges[2] + 3, "ld") if is_narrow else (edges[2] - 3, "rd")
        pen.text((x, edges[3] - 1), text, fill=color, font=font, anchor=anchor)
    return picture
