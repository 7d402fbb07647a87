"""How a rendering may differ while it prints the same report: one dataclass per medium.

Every option imitates something seen in real reports; the defaults are the plain case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "utf-8-sig", "gb18030", "utf-16"]
RuleStyle = Literal["boxes", "filled", "dashed", "dashes", "double", "lines"]


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """PDF: lengths in points. `torn_labels` lets a merged label run over a page break.

    `row_padding` is the space above and below the text of a cell. `ruled` draws the frames of the
    cells, `fake_bold` prints every character twice, `watermark` and `running_header` stand on
    every page, `rotated` pages are drawn sideways and turned upright by their dictionary.
    `rules` says how the frame of a cell is drawn: as one rectangle, as filled thin rectangles
    (Word, WPS), dashed by the pen or as single dashes, as double lines, or as one line per side.
    `page_frame` draws a line around the text of every page, `by_character` shows each character
    on its own, `white_digits` puts a digit in white behind every seventh number.
    """

    font_size: float = 12.0
    table_font_size: float = 9.0
    margin: float = 72.0
    repeat_header: bool = False
    page_numbers: bool = True
    torn_labels: bool = True
    gap_before_tables: float = 6.0
    row_padding: float = 3.0
    line_width: float = 0.5
    ruled: bool = True
    fake_bold: bool = False
    watermark: str = ""
    running_header: str = ""
    rotated: bool = False
    rules: RuleStyle = "boxes"
    page_frame: bool = False
    by_character: bool = False
    white_digits: bool = False


@dataclass(frozen=True, slots=True)
class HtmlStyle:
    """HTML: a whole page with its site, or a fragment; `layout_table` wraps the body in a table.

    `table_attributes` and `cell_style` are written into the tags as they are; `pictures` puts
    pictures of the tables into the page instead.
    """

    whole_page: bool = True
    layout_table: bool = False
    nbsp_for_blank: bool = True
    paragraphs_in_cells: bool = True
    encoding: Encoding = "utf-8"
    table_attributes: str = 'class="form" border="1" cellspacing="0"'
    cell_style: str = ""
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class DocxStyle:
    """Word: `headings` uses the heading styles, else the headings are plain bold paragraphs.

    `row_height` in points is the least height of a row, 0 leaves it to the text; `ruled` False
    draws no borders; `pictures` pastes the tables as pictures.
    """

    headings: bool = True
    table_font_size: float = 9.0
    font: str = "宋体"
    row_height: float = 0.0
    ruled: bool = True
    pictures: bool = False


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

    `separator` stands between the cells: blank lines; a leading tab on every cell with a blank
    line after each row; a pipe behind each cell and one more behind a row; a pipe on a line of its
    own; or a space, with the whole text on a single line. `nbsp` puts non-breaking spaces around
    numbers, `split_headers` breaks four-character column labels into two lines.
    """

    separator: Literal["blank_line", "tab", "pipe", "pipe_line", "space"] = "blank_line"
    nbsp: bool = False
    split_headers: bool = False
    half_width_brackets: bool = False
    encoding: Encoding = "utf-8"


@dataclass(frozen=True, slots=True)
class MarkdownStyle:
    """Pipe tables; `repeat_merged` repeats the text of a merged cell in every column it covers.

    Without `outer_pipes` they stand between cells only, and nothing is left of merged columns.
    With `html_tables` the tables are HTML, as programs that recognise pictures write them.
    """

    repeat_merged: bool = False
    outer_pipes: bool = True
    html_tables: bool = False
    hash_headings: bool = True
    encoding: Encoding = "utf-8"


@dataclass(frozen=True, slots=True)
class XlsxStyle:
    """Workbook: `numbers` stores values as numbers with a format, else all cells are texts."""

    sheet_per_table: bool = False
    merge_texts: bool = True
    borders: bool = True
    numbers: bool = True
    blank_rows: int = 1


Style = XlsxStyle | PdfStyle | HtmlStyle | DocxStyle | TabStyle | LineStyle | MarkdownStyle
