"""One door to the renderings: `render(report, kind, style)`."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assets.synthetic.docx import render_docx
from assets.synthetic.html import render_html
from assets.synthetic.model import SyntheticReport
from assets.synthetic.ofd import render_ofd
from assets.synthetic.pdf import render_pdf
from assets.synthetic.styles import (
    DocxStyle,
    HtmlStyle,
    LineStyle,
    MarkdownStyle,
    PdfStyle,
    Style,
    TabStyle,
    XlsxStyle,
)
from assets.synthetic.texts import render_line_text, render_markdown, render_tab_text
from assets.synthetic.xlsx import render_xlsx


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendering: bytes, extension without dot, media type."""

    data: bytes
    extension: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to render: its default style and what it yields."""

    style: Style
    draw: Callable[[SyntheticReport, Any], bytes]
    extension: str
    media_type: str


DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: dict[str, Kind] = {
    "pdf": Kind(PdfStyle(), render_pdf, "pdf", "application/pdf"),
    "html": Kind(HtmlStyle(), render_html, "html", "text/html"),
    "docx": Kind(DocxStyle(), render_docx, "docx", DOCX_TYPE),
    "tab_text": Kind(TabStyle(), render_tab_text, "txt", "text/plain"),
    "line_text": Kind(LineStyle(), render_line_text, "txt", "text/plain"),
    "markdown": Kind(MarkdownStyle(), render_markdown, "md", "text/markdown"),
    "xlsx": Kind(XlsxStyle(), render_xlsx, "xlsx", XLSX_TYPE),
    "ofd": Kind(PdfStyle(), render_ofd, "ofd", "application/ofd"),
}


def render(report: SyntheticReport, kind: str, style: Style | None = None) -> Rendered:
    """A report in one medium.

    Args:
        report: what to print.
        kind: a key of KINDS.
        style: options of that medium, by default the plain ones.

    Raises:
        KeyError: there is no such kind.
        TypeError: the style belongs to another kind.
    """
    chosen = KINDS[kind]
    if style is not None and type(style) is not type(chosen.style):
        raise TypeError(f"{kind} takes {type(chosen.style).__name__}, not {type(style).__name__}")
    data = chosen.draw(report, style or chosen.style)
    return Rendered(data, chosen.extension, chosen.media_type)


def random_style(kind: str, rng: random.Random) -> Style:
    """A style of a kind with its options drawn at random."""
    flip = lambda: rng.random() < 0.5  # noqa: E731 - names the coin for the table below
    encoding = rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    makers: dict[str, Callable[[], Style]] = {
        "pdf": lambda: PdfStyle(
            font_size=rng.choice((10.5, 12.0, 16.0)),
            margin=rng.choice((54.0, 72.0, 90.0)),
            repeat_header=flip(),
            page_numbers=flip(),
            torn_labels=flip(),
        ),
        "html": lambda: HtmlStyle(
            whole_page=flip(),
            layout_table=flip(),
            nbsp_for_blank=flip(),
            paragraphs_in_cells=flip(),
            encoding=rng.choice(("utf-8", "gb18030")),
        ),
        "docx": lambda: DocxStyle(headings=flip()),
        "tab_text": lambda: TabStyle(
            half_width_brackets=flip(),
            blank_lines=flip(),
            encoding=encoding,
            newline=rng.choice(("\n", "\r\n")),
        ),
        "line_text": lambda: LineStyle(
            separator=rng.choice(("blank_line", "tab")),
            nbsp=flip(),
            split_headers=flip(),
            half_width_brackets=flip(),
            encoding=encoding,
        ),
        "ofd": lambda: PdfStyle(
            font_size=rng.choice((10.5, 12.0, 16.0)),
            margin=rng.choice((54.0, 72.0, 90.0)),
            repeat_header=flip(),
            page_numbers=flip(),
            torn_labels=flip(),
        ),
        "xlsx": lambda: XlsxStyle(
            sheet_per_table=flip(), merge_texts=flip(), borders=flip(), numbers=flip()
        ),
        "markdown": lambda: MarkdownStyle(
            repeat_merged=flip(), hash_headings=flip(), encoding=encoding
        ),
    }
    return makers.get(kind, lambda: KINDS[kind].style)()
