"""Reports as text dumps: tab-delimited, one cell per line, Markdown.

The dumps imitate what converters make of the forms; what a merged cell covers is empty in the
first and the third and not there in the second.
"""

from __future__ import annotations

from collections.abc import Iterator

from assets.synthetic.flow import TableItem, TextItem, flow
from assets.synthetic.form import FormCell, FormGrid
from assets.synthetic.html import table_markup
from assets.synthetic.model import SyntheticReport
from assets.synthetic.styles import HtmlStyle, LineStyle, MarkdownStyle, TabStyle

HALF_WIDTH = str.maketrans("（）", "()")
NBSP = "\u00a0"


def _matrix(grid: FormGrid, repeat: bool = False) -> list[list[str]]:
    rows = [[""] * grid.width for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for col in range(cell.col, cell.col + cell.col_span):
                if repeat or (row, col) == (cell.row, cell.col):
                    rows[row][col] = cell.text
    return rows


def render_tab_text(report: SyntheticReport, style: TabStyle) -> bytes:
    """The report as text with tab-delimited tables."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts.append(style.newline.join("\t".join(row) for row in _matrix(item.grid)))
        else:
            parts.append(item.text)
    text = (style.newline * (2 if style.blank_lines else 1)).join(parts) + style.newline
    if style.half_width_brackets:
        text = text.translate(HALF_WIDTH)
    return text.encode(style.encoding)


def render_line_text(report: SyntheticReport, style: LineStyle) -> bytes:
    """The report as text with one cell per line."""
    lines: list[str] = []
    for item in flow(report):
        if isinstance(item, TextItem):
            lines += [item.text, ""]
        elif style.separator == "tab":
            for row in item.grid.by_row():
                if row:
                    lines += [*(f"\t{line}" for cell in row for line in _lines(cell, style)), ""]
        elif style.separator == "pipe":
            for row in item.grid.by_row():
                lines += [f"{cell.text} |" for cell in row] + ["|"]
        else:
            between = "|" if style.separator == "pipe_line" else ""
            for cell in item.grid.cells:
                lines += [*_lines(cell, style), between]
    if style.separator == "space":
        lines = [" ".join(line for line in lines if line.strip())]
    text = "\n".join(lines) + "\n"
    if style.half_width_brackets:
        text = text.translate(HALF_WIDTH)
    return text.encode(style.encoding)


def _lines(cell: FormCell, style: LineStyle) -> list[str]:
    if cell.role == "value" and style.nbsp:
        # Left or right of the number by its place, so that both kinds occur.
        return [f"{NBSP}{cell.text}" if cell.col % 2 else f"{cell.text}{NBSP}"]
    if "\n" in cell.text:
        return cell.text.split("\n")
    if cell.role == "header" and style.split_headers and len(cell.text) == 4:
        return [cell.text[:2], cell.text[2:]]
    return [cell.text or NBSP]


def render_markdown(report: SyntheticReport, style: MarkdownStyle) -> bytes:
    """The report as Markdown with pipe tables."""
    return ("\n\n".join(_markdown(report, style)) + "\n").encode(style.encoding)


def _markdown(report: SyntheticReport, style: MarkdownStyle) -> Iterator[str]:
    marks = {"title": "# ", "heading": "## "} if style.hash_headings else {}
    for item in flow(report):
        if isinstance(item, TextItem):
            plain = "**{}**" if item.role == "heading" and not style.hash_headings else "{}"
            yield marks.get(item.role, "") + plain.format(item.text)
            continue
        if style.html_tables:
            yield f"<html><body>{table_markup(item.grid, HtmlStyle())}</body></html>"
            continue
        if not style.outer_pipes:
            texts = [[cell.text for cell in row] for row in item.grid.by_row()]
            yield "  \n".join(["| ".join(texts[0]), "---|---", *map("| ".join, texts[1:])])
            continue
        rows = [
            "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"
            for row in _matrix(item.grid, style.repeat_merged)
        ]
        rule = "|" + " --- |" * item.grid.width
        yield "\n".join([rows[0], rule, *rows[1:]])
