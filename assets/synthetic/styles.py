"""How a rendering may differ while it prints the same report: one dataclass per medium.

Every option imitates something seen in real reports; the defaults are the plain case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "utf-8-sig", "gb18030", "utf-16"]


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """PDF: lengths in points. `torn_labels` lets a merged label run over a page break."""

    font_size: float = 12.0
    table_font_size: float = 9.0
    margin: float = 72.0
    repeat_header: bool = False
    page_numbers: bool = True
    torn_labels: bool = True
    gap_before_tables: float = 6.0


@dataclass(frozen=True, slots=True)
class HtmlStyle:
    """HTML: a whole page with its site, or a fragment; `layout_table` wraps the body in a table."""

    whole_page: bool = True
    layout_table: bool = False
    nbsp_for_blank: bool = True
    paragraphs_in_cells: bool = True
    encoding: Encoding = "utf-8"


@dataclass(frozen=True, slots=True)
class DocxStyle:
    """Word: `headings` uses the heading styles, else the headings are plain bold paragraphs."""

    headings: bool = True
    table_font_size: float = 9.0


@dataclass(frozen=True, slots=True)
class TabStyle:
    """Tab-delimited dump: half-width brackets and a blank line between paragraphs, as dumps do."""

    half_width_brackets: bool = False
    blank_lines: bool = True
    encoding: Encoding = "utf-8"
    newline: Literal["\n", "\r\n"] = "\n"


@dataclass(frozen=True, slots=True)
class LineStyle:
    """One cell per line.

    `separator` stands between the cells: blank lines, or a leading tab on every cell with a blank
    line after each row. `nbsp` puts non-breaking spaces around numbers, `split_headers` breaks
    four-character column labels into two lines.
    """

    separator: Literal["blank_line", "tab"] = "blank_line"
    nbsp: bool = False
    split_headers: bool = False
    half_width_brackets: bool = False
    encoding: Encoding = "utf-8"


@dataclass(frozen=True, slots=True)
class MarkdownStyle:
    """Pipe tables; `repeat_merged` repeats the text of a merged cell in every column it covers."""

    repeat_merged: bool = False
    hash_headings: bool = True
    encoding: Encoding = "utf-8"


Style = PdfStyle | HtmlStyle | DocxStyle | TabStyle | LineStyle | MarkdownStyle
