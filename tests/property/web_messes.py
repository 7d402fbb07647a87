"""What web sites, copies and extractors do to the text of a report, as changes of its bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from assets.synthetic.flow import TableItem, flow
from assets.synthetic.form import FormGrid
from assets.synthetic.html import render_html
from assets.synthetic.model import SyntheticReport
from assets.synthetic.rendering import Rendered, render
from assets.synthetic.styles import HtmlStyle, LineStyle, TabStyle
from schemas.characters import simplified

WebMess = Callable[[SyntheticReport, random.Random], Rendered]

SIDE = """<div class="{name}"><h3>热门文章</h3><ul><li><a>2022年政府信息公开年报</a> 128</li>
<li><a>2021年政府信息公开年报</a> 95</li></ul>
<table><tr><td>日</td><td>一</td><td>二</td><td>三</td></tr>
<tr><td>1</td><td>2</td><td>3</td><td>4</td></tr>
<tr><td>8</td><td>9</td><td>10</td><td>11</td></tr>
</table></div>"""
INDEX = """<table class="xxgk-index"><tr><td>索引号</td><td>00000000-0/2024-00001</td>
<td>主题分类</td><td>政务公开</td></tr><tr><td>发布机构</td><td>示例网站</td><td>浏览次数</td><td>302</td></tr></table>"""
FOOT = """<table width="100%"><tr><td>今日访问</td><td>128</td><td>总访问</td><td>90210</td></tr>
<tr><td>主办：示例网站管理中心</td><td>备案号：示例备00000000号</td><td>邮编</td><td>000000</td></tr>
</table>"""


def _html(text: str) -> Rendered:
    return Rendered(text.encode(), "html", "text/html")


def _text(text: str) -> Rendered:
    return Rendered(text.encode(), "txt", "text/plain")


def _page(report: SyntheticReport, whole: bool = False) -> str:
    return render_html(report, HtmlStyle(whole_page=whole)).decode()


def site_around(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Calendars, hot lists and counters around the article, under names that say nothing."""
    name = rng.choice(["box_r", "TRS_UEDITOR_side", "w250", "yjgk-tj"])
    parts = [INDEX, SIDE.format(name=name), _page(report), FOOT]
    if rng.random() < 0.5:
        parts[1], parts[2] = parts[2], parts[1]
    return _html(f"<html><body>{''.join(parts)}</body></html>")


def page_in_layout_tables(report: SyntheticReport, rng: random.Random) -> Rendered:
    """The page in three layout tables, one inside the other, with side columns."""
    body = _page(report)
    for _ in range(3):
        side = rng.choice(["", "<td>首页<br>12</td>", "<td width=10>&nbsp;</td>"])
        body = f"<table><tr>{side}<td>{body}</td><td>&nbsp;</td></tr><tr><td>打印</td></tr></table>"
    return _html(body)


def print_view(report: SyntheticReport, rng: random.Random) -> Rendered:
    """A print view: one pre element with tabs."""
    text = render(report, "tab_text", TabStyle(blank_lines=rng.random() < 0.5)).data.decode()
    return _html(f"<html><body onload='print()'><pre>{text}</pre></body></html>")


def tables_of_divs(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Tables made of div elements, one per cell."""
    page = _page(report)
    page = re.sub(r"<(/?)(?:table|tbody|tr|td)\b[^>]*>", r"<\1div>", page)
    return _html(page)


def line_breaks_for_rows(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Rows ended by br, cells set apart by no-break spaces."""
    gap = rng.choice(["&nbsp;&nbsp;&nbsp;", "\u3000\u3000"])
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            rows = [gap.join(c.text for c in row) for row in item.grid.by_row() if row]
            parts.append("<p>" + "<br>".join(rows) + "</p>")
        else:
            parts.append(f"<p>{item.text}</p>")
    return _html("".join(parts))


def matrix(grid: FormGrid) -> list[list[str]]:
    """The texts of a form with blanks where a merged cell goes on."""
    rows = [[""] * grid.width for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row][cell.col] = cell.text
    return rows


def run_of_pipes(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Whole tables on one line, cells between pipes."""
    style = rng.choice(["row", "table", "empty"])
    parts: list[str] = []
    for item in flow(report):
        if not isinstance(item, TableItem):
            parts.append(item.text)
        elif style == "row":
            parts += ["|" + "|".join(row) + "|" for row in matrix(item.grid)]
        elif style == "table":
            parts.append(" | ".join(c.text for c in item.grid.cells))
        else:
            parts.append("|" + "||".join("|".join(row) for row in matrix(item.grid)) + "|")
    return _text("\n\n".join(parts))


def page_of_pipes(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Everything, text and tables, on one line between pipes."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts += [c.text for row in item.grid.by_row() for c in row]
        else:
            parts.append(item.text)
    return _text("| " + " | ".join(parts) + " |")


def pipes_line_by_line(report: SyntheticReport, rng: random.Random) -> Rendered:
    """The text inside one pipe table too: | text | on every line."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts += ["| " + " | ".join(row) + " |" for row in matrix(item.grid)]
        else:
            parts.append(f"| {item.text} |")
    return _text("\n".join(parts))


PINYIN = {
    "规": "guī", "章": "zhāng", "公": "gōng", "开": "kāi", "申": "shēn", "请": "qǐng",
    "国": "guó", "家": "jiā", "信": "xìn", "访": "fǎng", "行": "xíng", "政": "zhèng",
    "许": "xǔ", "可": "kě", "总": "zǒng", "计": "jì", "年": "nián",
}  # fmt: skip


def pinyin_in_brackets(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Some characters are followed by their reading in brackets."""
    chosen = {char for char in PINYIN if rng.random() < 0.4}
    left, right = rng.choice(["()", "（）"])
    text = render(report, rng.choice(["tab_text", "markdown", "line_text"])).data.decode()
    return _text("".join(f"{c}{left}{PINYIN[c]}{right}" if c in chosen else c for c in text))


def mojibake(report: SyntheticReport, rng: random.Random) -> Rendered:
    """UTF-8 that was read as another encoding and saved so."""
    page = _page(report)
    wrong = rng.choice(["gb18030", "latin-1", "cp1252"])
    return _html(page.encode().decode(wrong, errors="replace"))


def question_marks(report: SyntheticReport, rng: random.Random) -> Rendered:
    """All Chinese characters became question marks."""
    text = render(report, rng.choice(["tab_text", "line_text"])).data.decode()
    return _text(re.sub(r"[^\x00-\x7f]", rng.choice(["?", "??", "�"]), text))


def glued_lines(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Rows without any separator between their cells."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts += ["".join(c.text for c in row) for row in item.grid.by_row() if row]
        else:
            parts.append(item.text)
    return _text("\n".join(parts))


def glued_table(report: SyntheticReport, rng: random.Random) -> Rendered:
    """Whole tables without any separator."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts.append("".join(c.text for row in item.grid.by_row() for c in row))
        else:
            parts.append(item.text)
    return _text("\n".join(parts))


def _without(lines: list[str], share: float, rng: random.Random, may: re.Pattern[str]) -> str:
    start = next(i for i, line in enumerate(lines) if line.startswith("二、")) + 1
    end = next(i for i, line in enumerate(lines) if line.startswith("五、"))
    return "\n".join(
        line
        for i, line in enumerate(lines)
        if not (start <= i < end and may.fullmatch(line.strip()) and rng.random() < share)
    )


def lost_labels(report: SyntheticReport, rng: random.Random) -> Rendered:
    """An extractor dropped some lines with words."""
    text = render(report, "line_text", LineStyle()).data.decode()
    return _text(_without(text.split("\n"), 0.15, rng, re.compile(r"\D+.*")))


def lost_numbers(report: SyntheticReport, rng: random.Random) -> Rendered:
    """An extractor dropped some lines with numbers."""
    text = render(report, "line_text", LineStyle()).data.decode()
    return _text(_without(text.split("\n"), 0.03, rng, re.compile(r"[\d.]+")))


def lost_rows(report: SyntheticReport, rng: random.Random) -> Rendered:
    """An extractor dropped some rows of tables."""
    text = render(report, "tab_text", TabStyle()).data.decode()
    return _text(_without(text.split("\n"), 0.15, rng, re.compile(r".*\t.*")))


def lost_short_nodes(report: SyntheticReport, rng: random.Random) -> Rendered:
    """A crawler dropped the single characters behind digits (年, 月, 日, 〕)."""
    text = render(report, rng.choice(["tab_text", "line_text"])).data.decode()
    return _text(re.sub(r"(?<=\d)[年月日〕号]", "", text))


def numbers_before_table(report: SyntheticReport, rng: random.Random) -> Rendered:
    """All labels of a table first, then all numbers, row by row."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts += [c.text for c in item.grid.cells if c.role != "value"]
            parts += [c.text for c in item.grid.cells if c.role == "value"]
        else:
            parts.append(item.text)
    return _text("\n".join(parts))


def column_by_column(report: SyntheticReport, rng: random.Random) -> Rendered:
    """A table written column by column."""
    parts: list[str] = []
    for item in flow(report):
        if isinstance(item, TableItem):
            parts += [c.text for c in sorted(item.grid.cells, key=lambda c: (c.col, c.row))]
        else:
            parts.append(item.text)
    return _text("\n".join(parts))


def number_in_header(report: SyntheticReport, rng: random.Random) -> Rendered:
    """A number stands among the lines of a header."""
    lines = render(report, "line_text", LineStyle()).data.decode().split("\n")
    heads = [
        i for i, line in enumerate(lines) if line in ("自然人", "商业企业", "结果维持", "总计")
    ]
    at = rng.choice(heads)
    return _text("\n".join([*lines[:at], str(rng.randint(0, 9)), "", *lines[at:]]))


def traditional(report: SyntheticReport, rng: random.Random) -> Rendered:
    """A copy in traditional characters."""
    back = {ord(simple): chr(code) for code, simple in sorted(simplified().items(), reverse=True)}
    kind = rng.choice(["tab_text", "line_text", "markdown", "html"])
    whole = render(report, kind)
    return Rendered(whole.data.decode().translate(back).encode(), whole.extension, whole.media_type)


WEB_MESSES: tuple[WebMess, ...] = (
    site_around,
    page_in_layout_tables,
    print_view,
    tables_of_divs,
    line_breaks_for_rows,
    run_of_pipes,
    page_of_pipes,
    pipes_line_by_line,
    traditional,
    pinyin_in_brackets,
    mojibake,
    question_marks,
    glued_lines,
    glued_table,
    lost_labels,
    lost_numbers,
    lost_rows,
    lost_short_nodes,
    numbers_before_table,
    column_by_column,
    number_in_header,
)
