"""Reports as scans: pages drawn, then tilted, dirtied and stored as JPEG, as a scanner does.

Needs the `ocr` extra (numpy). The same PDF, seed and style give the same pixels.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Any, Literal

from assets.synthetic.seal import with_seal

Container = Literal["pdf", "tiff", "png", "jpeg"]


@dataclass(frozen=True, slots=True)
class ScanStyle:
    """How bad a scan is; the defaults are those for which accuracy is published.

    dpi: dots per inch. quality: of the JPEG, 1 to 95. noise: standard deviation of Gaussian
    noise in grey levels of 255. tilt: largest angle in degrees, drawn anew for each page.
    specks: dark dots per square inch. turn: degrees clockwise by which every page lies wrong.
    seal: a round seal somewhere on every page, scanned in red or in grey.
    """

    dpi: int = 200
    quality: int = 60
    noise: float = 9.0
    tilt: float = 1.2
    specks: float = 0.6
    turn: Literal[0, 90, 180, 270] = 0
    seal: Literal["none", "red", "grey"] = "none"


def scan_pages(pdf: bytes, seed: int, style: ScanStyle = ScanStyle()) -> list[bytes]:
    """Every page of a PDF as a JPEG scan: in colour where the seal is red, else grey.

    Args:
        pdf: the printed document.
        seed: of tilt, noise and specks.
        style: how bad the scan is.
    """
    import numpy as np  # noqa: PLC0415 - part of the ocr extra
    import pypdfium2 as pdfium  # noqa: PLC0415

    rng = np.random.default_rng(seed)
    document = pdfium.PdfDocument(pdf)
    try:
        return [_scanned(_drawn(page, rng, style), rng, style) for page in document]
    finally:
        document.close()


def _drawn(page: Any, rng: Any, style: ScanStyle) -> Any:
    drawn = page.render(scale=style.dpi / 72, grayscale=True).to_pil()
    if style.seal == "none":
        return drawn
    sealed = with_seal(drawn, rng, style.dpi)
    return sealed if style.seal == "red" else sealed.convert("L")


def _scanned(page: Any, rng: Any, style: ScanStyle) -> bytes:
    import numpy as np  # noqa: PLC0415
    from PIL import Image, ImageDraw  # noqa: PLC0415

    angle = float(rng.uniform(-style.tilt, style.tilt))
    tilted = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor="white")
    draw = ImageDraw.Draw(tilted)
    width, height = tilted.size
    count = round(style.specks * width * height / style.dpi**2)
    for x, y, size, grey in zip(
        rng.integers(0, width, count),
        rng.integers(0, height, count),
        rng.integers(1, max(2, math.ceil(style.dpi / 70)), count),
        rng.integers(0, 120, count),
        strict=True,
    ):
        level = int(grey) if tilted.mode == "L" else (int(grey),) * 3
        draw.ellipse([int(x), int(y), int(x + size), int(y + size)], fill=level)
    pixels = np.asarray(tilted, dtype=np.float32)
    pixels = pixels + rng.normal(0.0, style.noise, pixels.shape)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if style.turn:
        image = image.rotate(-style.turn, expand=True)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=style.quality, dpi=(style.dpi, style.dpi))
    return buffer.getvalue()


def bind_scans(pages: list[bytes], container: Container = "pdf") -> bytes:
    """Scanned pages as one file.

    Args:
        pages: JPEG pages with their resolution in the header.
        container: pdf and tiff hold all pages, png and jpeg only the first.
    """
    from PIL import Image  # noqa: PLC0415

    if container == "jpeg":
        return pages[0]
    images = [Image.open(io.BytesIO(page)) for page in pages]
    buffer = io.BytesIO()
    dpi = images[0].info.get("dpi", (200, 200))
    if container == "png":
        images[0].save(buffer, "PNG", dpi=dpi)
    elif container == "tiff":
        images[0].save(
            buffer,
            "TIFF",
            save_all=True,
            append_images=images[1:],
            compression="tiff_deflate",
            dpi=dpi,
        )
    else:
        from reportlab.lib.utils import ImageReader  # noqa: PLC0415
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

        canvas = Canvas(buffer, invariant=1)
        for page, image in zip(pages, images, strict=True):
            width, height = (
                pixels * 72 / side for pixels, side in zip(image.size, dpi, strict=True)
            )
            canvas.setPageSize((width, height))
            # The JPEG goes in as it is, so that it loses nothing more.
            canvas.drawImage(ImageReader(io.BytesIO(page)), 0, 0, width, height)
            canvas.showPage()
        canvas.save()
    return buffer.getvalue()
