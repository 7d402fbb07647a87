"""Reports as web pages: the body alone, or inside a made-up government site.

The site has what surrounds real reports: navigation, a list of other years, scripts, a footer
with the host's name. None of it belongs to the report.
"""

from __future__ import annotations

import base64
from html import escape

from assets.synthetic.flow import TableItem, TextItem, flow
from assets.synthetic.form import FormCell, FormGrid
from assets.synthetic.model import SyntheticReport
from assets.synthetic.pictures import table_pictures
from assets.synthetic.styles import HtmlStyle

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<title>{title}_示例政府网</title>
<meta name="SiteName" content="示例政府网">
<meta name="ArticleTitle" content="{title}">
<style>body{{font-family:SimSun,serif}} table.form{{border-collapse:collapse}}
table.form td{{border:1px solid #000;padding:3px 5px}} .title{{text-align:center;font-size:22px}}
.nav,.foot{{background:#eee;padding:8px}}</style>
<script>var visits = 0; function share(n) {{ return visits + n; }}</script>
</head>
<body>
<div class="nav"><a href="/">首页</a> <a href="/zw/">政务公开</a> <a href="/fw/">办事服务</a></div>
<div class="crumbs">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<ul class="years">{years}</ul>
<div class="article">
{body}
</div>
<div class="tools"><a href="javascript:print()">打印本页</a> <a href="#">关闭窗口</a></div>
<div class="foot">主办：示例网站管理中心　网站标识码：0000000000
浏览次数：<span id="n">128</span></div>
</body>
</html>
"""


def render_html(report: SyntheticReport, style: HtmlStyle) -> bytes:
    """The report as HTML in the encoding of the style."""
    body = "\n".join(
        table_markup(item.grid, style) if isinstance(item, TableItem) else _text(item)
        for item in flow(report)
    )
    if style.layout_table:
        body = (
            '<table width="100%" cellpadding="0"><tr><td width="10">&nbsp;</td>'
            f"<td>{body}</td></tr></table>"
        )
    if not style.whole_page:
        return body.encode(style.encoding)
    years = "".join(
        f'<li><a href="/nb/{year}/">{year}年年报</a></li>'
        for year in range(report.report_year + 1, report.report_year - 3, -1)
    )
    charset = "utf-8" if style.encoding == "utf-8-sig" else style.encoding
    page = PAGE.format(charset=charset, title=escape(report.title), years=years, body=body)
    return page.encode(style.encoding)


def _text(item: TextItem) -> str:
    text = escape(item.text)
    if item.role == "title":
        return f'<p class="title"><strong>{text}</strong></p>'
    if item.role == "heading":
        return f"<p><strong>{text}</strong></p>"
    if item.role == "signature":
        return f'<p style="text-align:right">{text}</p>'
    return f'<p class="{item.role}">{text}</p>'


def table_markup(grid: FormGrid, style: HtmlStyle) -> str:
    """A table of the report as HTML."""
    if style.pictures:
        inline = (base64.b64encode(picture).decode() for picture in table_pictures(grid))
        return "".join(f'<p><img src="data:image/png;base64,{data}"></p>' for data in inline)
    rows = "".join(
        "<tr>" + "".join(_cell(cell, style) for cell in row) + "</tr>\n" for row in grid.by_row()
    )
    return f"<table {style.table_attributes}><tbody>\n{rows}</tbody></table>"


def _cell(cell: FormCell, style: HtmlStyle) -> str:
    spans = (f' rowspan="{cell.row_span}"' if cell.row_span > 1 else "") + (
        f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
    )
    blank = "&nbsp;" if style.nbsp_for_blank else ""
    text = escape(cell.text).replace("\n", "<br>") or blank
    if style.paragraphs_in_cells:
        align = "left" if cell.role == "label" else "center"
        text = f'<p align="{align}">{text}</p>'
    look = f' style="{style.cell_style}"' if style.cell_style else ""
    return f"<td{spans}{look}>{text}</td>"
