"""A round official seal pressed over a page picture: ring, star, name and number.

Needs the `ocr` extra (numpy). Sizes and looks follow the rules for seals of state organs: round,
38 to 50 mm across, a star in the middle, the name around it, often a number at the foot.
"""

from __future__ import annotations

import io
import math
from typing import Any

from assets.synthetic.pdf import FONT

MM = 72 / 25.4
NAMES = ("虚构县人民政府", "虚构市教育局", "虚构区政务服务管理局", "虚构镇人民政府办公室")
BLOT = 0.35
"""Share of the ink that an uneven impression lacks at most."""


def with_seal(page: Any, rng: Any, dpi: int) -> Any:
    """A page picture with one seal on it.

    Args:
        page: grey PIL picture.
        rng: numpy generator that decides place, size, line, colour and evenness.
        dpi: dots per inch of the page.

    Returns:
        RGB PIL picture of the same size.
    """
    import numpy as np  # noqa: PLC0415 - part of the ocr extra
    from PIL import Image  # noqa: PLC0415

    mask = _impression(rng, dpi)
    side = mask.shape[0]
    width, height = page.size
    # Over the text area; now and then across the edge of the sheet.
    x = round(float(rng.uniform(0.12, 0.92)) * width) - side // 2
    y = round(float(rng.uniform(0.1, 0.9)) * height) - side // 2
    colour = np.array([rng.uniform(190, 235), rng.uniform(20, 80), rng.uniform(30, 80)], np.float32)
    sheet = np.repeat(np.asarray(page, dtype=np.float32)[:, :, None], 3, axis=2)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + side), min(height, y + side)
    ink = mask[y0 - y : y1 - y, x0 - x : x1 - x, None]
    # Ink lets print under it show: it takes light away, as the print does.
    sheet[y0:y1, x0:x1] *= 1 - ink * (1 - colour / 255)
    return Image.fromarray(sheet.clip(0, 255).astype(np.uint8))


def _impression(rng: Any, dpi: int) -> Any:
    """How much ink lies where, 0 to 1, on a square around the seal."""
    import numpy as np  # noqa: PLC0415
    import pypdfium2 as pdfium  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    radius = float(rng.uniform(19, 25)) * MM
    line = float(rng.uniform(0.8, 1.6)) * MM
    name = NAMES[int(rng.integers(len(NAMES)))]
    number = "".join(str(digit) for digit in rng.integers(0, 10, 13))
    document = pdfium.PdfDocument(_drawing(radius, line, name, number))
    try:
        sheet: Any = document[0]
        drawn = sheet.render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()
    drawn = drawn.rotate(float(rng.uniform(-12, 12)), Image.Resampling.BICUBIC, fillcolor=255)
    side = min(drawn.size)
    ink = 1 - np.asarray(drawn.crop((0, 0, side, side)), dtype=np.float32) / 255
    grain = Image.fromarray(rng.integers(0, 256, (side // 8 + 1, side // 8 + 1), dtype=np.uint8))
    uneven = np.asarray(grain.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float32)
    return ink * (1 - float(rng.uniform(0, BLOT)) * uneven / 255)


def _drawing(radius: float, line: float, name: str, number: str) -> bytes:
    """A seal in black as a PDF page just large enough for it."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    side = 2 * (radius + line)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(side, side), invariant=1)
    canvas.translate(side / 2, side / 2)
    canvas.setLineWidth(line)
    canvas.circle(0, 0, radius)
    star = canvas.beginPath()
    for at in range(10):
        reach = radius * (0.34 if at % 2 == 0 else 0.13)
        turn = math.pi / 2 + at * math.pi / 5
        point = (reach * math.cos(turn), reach * math.sin(turn))
        (star.lineTo if at else star.moveTo)(*point)
    star.close()
    canvas.drawPath(star, stroke=0, fill=1)
    _around(canvas, name, radius * 0.7, radius * 0.24, 220 / max(len(name) - 1, 1), top=True)
    _around(canvas, number, radius * 0.86, radius * 0.1, 6.5, top=False)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _around(canvas: Any, text: str, reach: float, size: float, step: float, *, top: bool) -> None:
    """Text along a circle: over its head with the feet inwards, or under it with them outwards."""
    canvas.setFont(FONT, size)
    for at, sign in enumerate(text):
        turn = (at - (len(text) - 1) / 2) * step
        canvas.saveState()
        canvas.rotate(-turn if top else turn)
        canvas.drawCentredString(0, reach if top else -reach, sign)
        canvas.restoreState()
