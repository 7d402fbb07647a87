"""Reports as OFD (GB/T 33190-2016), drawn by the code that draws them as PDF.

Written from the standard: no program's own files were at hand. The bytes depend on the report and
the style alone.
"""

from __future__ import annotations

import io
import zipfile
from html import escape
from itertools import pairwise

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from assets.synthetic.model import SyntheticReport
from assets.synthetic.pdf import FONT, draw
from assets.synthetic.styles import PdfStyle

MILLIMETRES = 25.4 / 72
NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ZIP_TIME = (2000, 1, 1, 0, 0, 0)
FONT_ID = 2


def render_ofd(report: SyntheticReport, style: PdfStyle) -> bytes:
    """The report as an OFD file; watermarks and turned pages are not drawn."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = OfdCanvas()
    canvas.title, canvas.author = report.title, report.agency_name
    draw(report, style, canvas)
    return canvas.package()


class OfdCanvas:
    """The part of reportlab's canvas that the writer of reports uses; points from below left."""

    def __init__(self) -> None:
        self.title = self.author = ""
        self.pages: list[list[str]] = []
        self.objects: list[str] = []
        self.size = 12.0
        self.width = 0.5
        self.number = 10

    def setFont(self, name: str, size: float) -> None:  # noqa: N802 - the canvas's name
        """Size of what is written next; there is one font."""
        del name
        self.size = size

    def setLineWidth(self, width: float) -> None:  # noqa: N802
        """Width of what is ruled next."""
        self.width = width

    def setDash(self, *lengths: float) -> None:  # noqa: N802
        """Dashes are drawn as whole lines."""

    def drawString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        """Text with its baseline from (x, y)."""
        if not text:
            return
        x, top, size = self._mm(x), self._mm(A4[1] - y), self._mm(self.size)
        ends = [pdfmetrics.stringWidth(text[:n], FONT, size) for n in range(len(text))]
        steps = _shorthand([after - before for before, after in pairwise(ends)])
        delta = f' DeltaX="{steps}"' if steps else ""
        width = pdfmetrics.stringWidth(text, FONT, size)
        self._object(
            f'<ofd:TextObject ID="{{}}" Boundary="{x:.3f} {top - size:.3f} {width:.3f} '
            f'{size * 1.2:.3f}" Font="{FONT_ID}" Size="{size:.3f}">'
            f'<ofd:TextCode X="0" Y="{size:.3f}"{delta}>{escape(text)}</ofd:TextCode>'
            "</ofd:TextObject>"
        )

    def drawCentredString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        """Text around x."""
        self.drawString(x - pdfmetrics.stringWidth(text, FONT, self.size) / 2, y, text)

    def drawRightString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        """Text that ends at x."""
        self.drawString(x - pdfmetrics.stringWidth(text, FONT, self.size), y, text)

    def rect(
        self, x: float, y: float, width: float, height: float, stroke: int = 1, fill: int = 0
    ) -> None:
        """A box from its lower left corner."""
        x, top = self._mm(x), self._mm(A4[1] - y - height)
        w, h = self._mm(width), self._mm(height)
        self._object(
            f'<ofd:PathObject ID="{{}}" Boundary="{x:.3f} {top:.3f} {w:.3f} {h:.3f}" '
            f'LineWidth="{self._mm(self.width):.3f}" Stroke="{"true" if stroke else "false"}" '
            f'Fill="{"true" if fill else "false"}">'
            f"<ofd:AbbreviatedData>M 0 0 L {w:.3f} 0 L {w:.3f} {h:.3f} L 0 {h:.3f} C"
            "</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A rule between two points."""
        left, right = sorted((self._mm(x0), self._mm(x1)))
        top, bottom = sorted((self._mm(A4[1] - y0), self._mm(A4[1] - y1)))
        self._object(
            f'<ofd:PathObject ID="{{}}" Boundary="{left:.3f} {top:.3f} {right - left:.3f} '
            f'{bottom - top:.3f}" LineWidth="{self._mm(self.width):.3f}">'
            f"<ofd:AbbreviatedData>M 0 0 L {right - left:.3f} {bottom - top:.3f}"
            "</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def showPage(self) -> None:  # noqa: N802
        """End the page."""
        self.pages.append(self.objects)
        self.objects = []

    def save(self) -> None:
        """Nothing to do: `package` gives the file."""

    def package(self) -> bytes:
        """The file."""
        parts = {
            "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody>'
            f"<ofd:DocInfo><ofd:DocID>0</ofd:DocID><ofd:Title>{escape(self.title)}</ofd:Title>"
            f"<ofd:Author>{escape(self.author)}</ofd:Author></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>"
            f"{self.number}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 "
            f"{self._mm(A4[0]):.3f} {self._mm(A4[1]):.3f}</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>"
            + "".join(
                f'<ofd:Page ID="{number + 100_000}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
                for number in range(len(self.pages))
            )
            + "</ofd:Pages></ofd:Document>",
            "Doc_0/PublicRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts>'
            f'<ofd:Font ID="{FONT_ID}" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>',
        }
        for number, objects in enumerate(self.pages):
            parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
                f'<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID="{number + 200_000}">'
                + "".join(objects)
                + "</ofd:Layer></ofd:Content></ofd:Page>"
            )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), HEAD + content)
        return buffer.getvalue()

    def _object(self, template: str) -> None:
        self.number += 1
        self.objects.append(template.replace("{}", str(self.number), 1))

    def _mm(self, points: float) -> float:
        return points * MILLIMETRES


def _shorthand(steps: list[float]) -> str:
    """Distances with runs of one value as `g count value`."""
    pieces: list[str] = []
    at = 0
    while at < len(steps):
        same = at
        while same < len(steps) and abs(steps[same] - steps[at]) < 0.0005:
            same += 1
        value = f"{steps[at]:.3f}"
        pieces.append(
            f"g {same - at} {value}" if same - at > 2 else " ".join([value] * (same - at))
        )
        at = same
    return " ".join(pieces)
