import time
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.normalise import squeeze
from assets.layout.parsers.base import Source
from assets.layout.parsers.html import HTML, with_line_ends
from schemas.vocabulary import DocumentStatus

PROSE = "本年度报告根据《中华人民共和国政府信息公开条例》的要求编制，数据统计期限自年初至年末。"


@pytest.fixture
def read(tmp_path: Path):
    def parse(markup: str | bytes, limits: Limits | None = None) -> ParsedDocument:
        path = tmp_path / "page.html"
        path.write_bytes(markup.encode() if isinstance(markup, str) else markup)
        return HTML.parse(Source(path, "page.html", "text/html", limits or Limits()))

    return parse


def texts(document: ParsedDocument) -> list[str]:
    return [block.text for block in document.blocks]


def shape(document: ParsedDocument, grid: int = 0) -> list[tuple[int, int, int, int, str]]:
    return [
        (cell.row, cell.col, cell.row_span, cell.col_span, cell.text)
        for cell in document.grids[grid].cells
    ]


def test_spans_locators_and_shared_order(read):
    document = read(
        "<body><div></div><div><p>前</p><table><thead><tr><td rowspan=2>a</td><td colspan=2>b</td>"
        "</tr><tr><td>c</td><td>d</td></tr></thead><tbody><tr><td>e<td>1<td>2</table><p>后</p></div>"
    )
    assert shape(document) == [
        (0, 0, 2, 1, "a"),
        (0, 1, 1, 2, "b"),
        (1, 1, 1, 1, "c"),
        (1, 2, 1, 1, "d"),
        (2, 0, 1, 1, "e"),
        (2, 1, 1, 1, "1"),
        (2, 2, 1, 1, "2"),
    ]
    grid = document.grids[0]
    assert grid.kind == "ruled"
    assert grid.cells[-1].locator == "body/div[2]/table[1]/tr[3]/td[3]"
    assert [(block.order, block.text) for block in document.blocks] == [(0, "前"), (2, "后")]
    assert grid.order == 1
    assert document.blocks[0].locator == "body/div[2]/p[1]"


@pytest.mark.parametrize("span", ["100000", "0", "-3", "x", "2.7", "99999999999999999999"])
def test_hostile_spans_end_with_the_real_table(read, span):
    started = time.perf_counter()
    document = read(
        f"<table><tr><td rowspan={span} colspan={span}>a<td>b<td>c<tr><td>d<td>e<td>f</table>"
    )
    assert time.perf_counter() - started < 1
    taken = set()
    for row, col, row_span, col_span, _ in shape(document):
        assert row + row_span <= 2
        assert col + col_span <= 6
        slots = {(r, c) for r in range(row, row + row_span) for c in range(col, col + col_span)}
        assert not slots & taken
        taken |= slots


def test_a_title_that_spans_a_hundred_columns_adds_none(read):
    document = read("<table><tr><td colspan=90>题<tr><td>a<td>b<tr><td>c<td>d</table>")
    assert shape(document)[0] == (0, 0, 1, 2, "题")


def test_rows_end_their_spans_at_the_row_group(read):
    document = read(
        "<table><thead><tr><td rowspan=9>h<td>i<tbody><tr><td>a<td>b<tr><td>c<td>d</table>"
    )
    assert shape(document)[0] == (0, 0, 1, 1, "h")
    assert shape(document)[2] == (1, 0, 1, 1, "a")


def test_hidden_cells_of_editor_merges_do_not_shift_the_row(read):
    document = read(
        "<table><tr><td colspan=2>合<td style='display: none'><td>甲<tr><td>1<td>2<td>3</table>"
    )
    assert shape(document)[:2] == [(0, 0, 1, 2, "合"), (0, 2, 1, 1, "甲")]


def test_cell_text_is_as_printed(read):
    document = read(
        "<table><tr><td><p>本年新</p><p>公开<br/>数量</p></td><td>0&nbsp;</td><td>&nbsp;</td></tr>"
        "<tr><td>　规章 </td><td>&lt;1&gt;</td><td><div>1\n  2</div></td></tr></table>"
    )
    assert [text for *_, text in shape(document)] == [
        "本年新\n公开\n数量",
        "0\u00a0",
        "\u00a0",
        "　规章",
        "<1>",
        "1 2",
    ]


def test_layout_table_around_the_whole_page_is_descended_into(read):
    document = read(
        "<table><tr><td>左栏</td><td><h1>某局年度报告</h1><p>一、总体情况</p><table>"
        "<tr><td>规章<td>1<td>2<tr><td>规范<td>3<td>4</table><p>尾</p></td></tr></table>"
    )
    assert texts(document) == ["左栏", "某局年度报告", "一、总体情况", "尾"]
    assert len(document.grids) == 1
    assert document.grids[0].cells[0].locator == ("body/table[1]/tr[1]/td[2]/table[1]/tr[1]/td[1]")


def test_prose_rows_between_data_rows_become_blocks(read):
    document = read(
        "<table><tr><td colspan=3>某局年度报告<tr><td colspan=3>" + PROSE * 4 + "<tr>"
        "<td>规章<td>1<td>2<tr><td>规范<td>3<td>4</table>"
    )
    assert texts(document) == [PROSE * 4]
    assert [text for *_, text in shape(document, 1)] == ["规章", "1", "2", "规范", "3", "4"]
    assert [grid.order for grid in document.grids] == [0, 2]


def test_one_column_is_no_table(read):
    document = read("<table><tr><td>一、总体情况<tr><td><p>甲</p><p>乙</p></table>")
    assert texts(document) == ["一、总体情况", "甲", "乙"]
    assert not document.grids


def test_a_row_alone_is_a_table(read):
    assert shape(read("<table><tr><td>（七）总计<td>1<td>2</table>"))[0][4] == "（七）总计"


def test_a_small_wrapper_table_in_a_cell_is_text_of_the_cell(read):
    document = read(
        "<table><tr><td>甲<td><table><tr><td>7</table><tr><td>乙<td>8<tr><td>丙<td>9</table>"
    )
    assert [text for *_, text in shape(document)] == ["甲", "7", "乙", "8", "丙", "9"]


def test_no_text_is_lost_or_doubled(read):
    document = read(
        "<div>a<p>b<span>c</span></p>d<ul><li>e<li>f<ul><li>g</ul></ul></div>h"
        "<table><caption>i</caption><tr><td>j<td>k</table><b>l<p>m</p></b><center>n</center>"
    )
    found = "".join(
        [*(block.text for block in document.blocks), *(cell[4] for cell in shape(document))]
    )
    assert sorted(found) == list("abcdefghijklmn")
    assert texts(document)[:3] == ["a", "bc", "d"]


def test_site_chrome_is_removed(read):
    document = read(
        "<head><style>x</style></head><body><div class='site-nav'>首页</div><nav>菜单</nav>"
        "<div class='bdsharebuttonbox'>分享到</div><div id=breadcrumb>首页 &gt; 公开</div>"
        "<p>当前位置：首页 > 政府信息公开</p><script>var a='数';</script>"
        "<p>浏览次数：<span>123</span>次</p><p>【打印】【关闭窗口】</p><p>字体：[大 中 小]</p>"
        "<div style='display:none'>隐藏</div><div hidden>隐</div>"
        f"<p>发布日期：2024-01-20 浏览次数：5</p><p>{PROSE}</p><p>大</p>"
        "<div class=footer>主办单位 备案号</div></body>"
    )
    assert texts(document) == ["发布日期：2024-01-20 浏览次数：5", PROSE, "大"]


@pytest.mark.parametrize(
    "markup",
    [
        f"<div class=menu><p>{PROSE}</p></div><p>短</p>",
        f"<div style='display:none'><p>{PROSE}</p></div><p>短</p>",
        f"<header><h1>{PROSE}</h1></header><p>{PROSE * 3}</p>",
    ],
)
def test_what_looks_like_chrome_but_holds_the_text_is_kept(read, markup):
    assert PROSE in texts(read(markup))


def test_chrome_names_do_not_take_tables(read):
    document = read(
        f"<p>{PROSE * 9}</p><div class=footer><table><tr><td>a<td>1<tr><td>b<td>2</table></div>"
    )
    assert len(document.grids) == 1


def test_metadata(read):
    document = read(
        "<title> 某局 年报\n</title><meta name=ArticleTitle content='某局2023年度报告'>"
        "<meta name=PubDate content='2024-01-20 10:00'><meta property='og:site' content=x>"
        "<meta name=PubDate content=second><meta name=empty content=''><p>a"
    )
    assert document.metadata == {
        "title": "某局 年报",
        "ArticleTitle": "某局2023年度报告",
        "PubDate": "2024-01-20 10:00",
        "og:site": "x",
        "encoding": "utf-8",
    }


def test_headings(read):
    document = read(
        "<h3>一、总体情况</h3><p align=center><strong>某局</strong><b>年度报告</b></p>"
        "<p style='text-align: center;font-weight: bold;'>题</p>"
        "<p><strong>二、主动公开</strong></p>"
        f"<p><b>一是</b>加强</p><p style='text-align:center'>日期</p><p><b>{PROSE}</b></p>"
    )
    assert [block.is_heading for block in document.blocks] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_line_breaks_and_divs_give_one_block_a_line(read):
    document = read("<div>一<br>二<br><br>三</div><div><div>|a|b|</div><div>|1|2|</div></div>")
    assert texts(document) == ["一", "二", "三", "|a|b|", "|1|2|"]


def test_cells_printed_one_to_a_line_flow(read):
    cells = "".join(f"<div>{text}</div>" for text in ["规章", *"012", "规范性文件", *"345"])
    document = read(f"<p>二、主动公开政府信息情况：本段文字说明。</p>{cells}")
    assert [grid.kind for grid in document.grids] == ["flow"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "gb2312"),
        ("utf-8-sig", None),
        ("gb18030", "gb2312"),
        ("gb18030", None),
        ("gb18030", "iso-8859-1"),
        ("gb18030", "utf-8"),
        ("utf-16", None),
        ("utf-16-le", None),
        ("big5", "big5"),
    ],
)
def test_encodings(read, encoding, declared):
    meta = f'<meta charset="{declared}">' if declared else ""
    text = "政府公文" * 20 if encoding == "big5" else PROSE
    document = read(f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(encoding))
    assert texts(document) == [text]


def test_a_torn_character_does_not_turn_the_page_into_another_encoding(read):
    document = read((PROSE * 3).encode() + b"\xe6\x96" + PROSE.encode())
    assert texts(document) == [PROSE * 3 + "\ufffd" + PROSE]
    assert "1 characters" in document.notes[0]


def test_pictures_in_place_of_tables_are_noted(read):
    assert "2 pictures" in read("<p>一</p><img src=a><p><img src=b></p>").notes[0]


def test_linked_documents_in_place_of_the_report_are_noted(read):
    assert "1 linked" in read("<p>附件：<a href='/u/2023.DOCX?x=1'>年报</a></p>").notes[0]


@pytest.mark.parametrize("tag", ["<div>", "<table><tr><td>", "<b><p>", "<ul><li>"])
def test_deep_nesting(read, tag):
    document = read("甲" + tag * 5000 + "乙")
    assert squeeze("".join(texts(document))) == "甲乙"
    assert len(document.blocks[-1].locator) < 400


def test_many_levels_of_text_stay_fast(read):
    started = time.perf_counter()
    document = read("".join(f"<div>{n}" for n in range(3000)))
    flowing = [cell for grid in document.grids for cell in grid.cells]
    assert len(document.blocks) + len(flowing) == 3000
    assert time.perf_counter() - started < 5


def test_empty_and_large_files(read):
    with pytest.raises(ReadFailure) as failure:
        read(b"")
    assert failure.value.status == DocumentStatus.DAMAGED
    with pytest.raises(ReadFailure) as failure:
        read("x" * 100, Limits(max_bytes=10))
    assert failure.value.status == DocumentStatus.TOO_LARGE


def test_undecodable_bytes(read):
    with pytest.raises(ReadFailure) as failure:
        read(bytes(range(128, 256)) * 20)
    assert failure.value.status == DocumentStatus.DAMAGED


def cell_texts(document: ParsedDocument) -> list[str]:
    return [cell.text for cell in document.grids[0].cells]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<del>9</del>12", "12"),
        ("<s>9</s>12", "12"),
        ('<span style="text-decoration: line-through">9</span>12', "12"),
        ("12<sup>1</sup>", "12¹"),
        ("12<sup><a href='#n1'>1</a></sup>", "12¹"),
        ("12<sup><a href='#n1'><span><font>1</font></span></a></sup>", "12¹"),
        ("12<sup>[１]</sup>", "12[¹]"),
        ("12<sub>1</sub>", "12₁"),
        ('12<span style="font-size:8px; vertical-align: super">1</span>', "12¹"),
        ('12<span style="VERTICAL-ALIGN:SUPER"><a>1</a></span>', "12¹"),
        ('12<span style="vertical-align:sub">1</span>', "12₁"),
        ('12<a href="#_ftn1" name="_ftnref1">1</a>', "12¹"),
        ('12<span class="MsoFootnoteReference">1</span>', "12¹"),
        ('<span style="vertical-align: middle">12</span>', "12"),
        ('<span style="vertical-align: top">12</span>', "12"),
        ('<input type="text" value="12">', "12"),
        ('<input type="hidden" value="9">12', "12"),
    ],
)
def test_what_is_crossed_out_raised_or_typed_in(read, markup: str, text: str):
    row = f"<tr><td>行政许可</td><td>{markup}</td></tr>"
    assert cell_texts(read(f"<table>{row}{row}</table>")) == ["行政许可", text] * 2


def test_a_style_sheet_may_raise_a_class(read):
    sheet = (
        "<style>/* .x{vertical-align:super} */ p{margin:0} @media print{ a.fn ,\n"
        "div > .up{ color:red; Vertical-Align : super }} .content sup{vertical-align:super}"
        " .low{vertical-align:sub} td.cell{vertical-align:super}"
        " .mid{vertical-align:middle} .x{color:red}</style>"
    )
    marked = {
        "12<a class='fn'>1</a>": "12¹",
        "12<span class='up'><em>1</em></span>": "12¹",
        "12<i class='big low'>1</i>": "12₁",
        "12<i class='mid'>1</i>": "121",
        "12<i class='x'>1</i>": "121",
    }
    row = "".join(f"<td class='cell'>{cell}</td>" for cell in marked)
    table = f"<table class='content'><tr>{row}</tr><tr>{row}</tr></table>"
    assert cell_texts(read(sheet + table)) == [*marked.values()] * 2


def test_a_raised_style_of_a_cell_raises_nothing(read):
    row = '<tr><td>行政许可</td><td style="vertical-align: super"><p class="sup">12</p></td></tr>'
    table = f"<table>{row}{row}</table>"
    assert cell_texts(read(table))[1] == "12"
    # Nor does a mark that was never closed.
    assert cell_texts(read(f"<div>12<sup>1{table}</div>"))[1] == "12"


def test_paragraphs_with_bars_are_a_table_and_a_menu_is_none(read):
    document = read(
        "<p>首页 | 公开 | 1</p><p>正文</p>"
        "<p>|信息内容|本年制发件数|现行有效件数|</p><p>|规章|0|1|</p><p>|行政规范性文件|2|3|</p>"
    )
    (grid,) = document.grids
    assert [cell.text for cell in grid.cells if cell.row == 2] == ["行政规范性文件", "2", "3"]
    assert grid.cells[0].locator == "body/p[3]"
    assert texts(document)[0] == "首页 | 公开 | 1"


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="font-size:0">1</span>',
        '<span style="color: #FFF">1</span>',
        '<font color="white">1</font>',
        '<i style="position:absolute;left:-9999px">1</i>',
        '<b class="off">1</b>',
        '<u class="sr-only">1</u>',
        "<noscript>1</noscript>",
    ],
)
def test_a_digit_that_may_not_be_seen_is_a_second_reading(read, hidden):
    sheet = "<style>.x{width:0} .off{opacity:0}</style>"
    rows = f"<tr><td>规章<td>{hidden}61<td>7<tr><td>其他<td>8<td>9"
    first, second = (cell for cell in read(f"{sheet}<table>{rows}</table>").grids[0].cells[1:3])
    assert (first.text, first.other) == ("161", "61\ufffd")
    assert second.other is None


def test_a_cell_that_is_white_throughout_is_read_once(read):
    white = '<td style="color:white"><span style="color:white">61</span>'
    cells = read(f"<table><tr><td>规章{white}<tr><td>其他<td>8</table>").grids[0].cells
    assert [(cell.text, cell.other) for cell in cells[1:2]] == [("61", None)]


@pytest.mark.parametrize(
    "shown",
    [
        "<textarea>5</textarea>",
        "<svg><text>5</text></svg>",
        "<math><mn>5</mn></math>",
        "<canvas>",
        "<button>5</button>",
    ],
)
def test_a_cell_that_shows_something_else_than_text_is_not_blank(read, shown):
    cells = read(f"<table><tr><td>规章<td>{shown}<tr><td>其他<td>8</table>").grids[0].cells
    assert cells[1].text == "\ufffd"


def test_readings_above_characters_are_no_text(read):
    rows = "<tr><td>规章<td><ruby>5<rp>(</rp><rt>7</rt></ruby><tr><td>其他<td>8"
    assert read(f"<table>{rows}</table>").grids[0].cells[1].text == "5"


@pytest.mark.parametrize(
    ("cell", "other"),
    [
        ('<td><span style="color:#fff">38</span>', "\ufffd"),
        ('<td><span style="opacity:0">38</span>', "\ufffd"),
        ('<td><font color="#fefefe">38</font>', "\ufffd"),
        ('<td><font color="ffffff">9</font>38', "38\ufffd"),
        ('<td bgcolor="#003366"><font color="white">38</font>', None),
        ('<td style="background:#036"><span style="color:#fff">38</span>', None),
        ('<td><font color="000000">38</font>', None),
    ],
)
def test_a_number_that_is_hidden_in_its_cell_is_doubted(read, cell, other):
    found = read(f"<table><tr><td>规章{cell}<tr><td>其他<td>8</table>").grids[0].cells[1]
    assert found.other == other


def test_lines_of_plain_text_around_tables_stay_lines(read) -> None:
    table = "<html><body><table>\n<tr><td>规\n章</td><td>1</td></tr>\n</table></body></html>"
    found = read(f"# 青山区2023年年报\n\n一、总体情况\n好。\n{table}\n二、其他\n无。")
    assert [block.text for block in found.blocks] == [
        "# 青山区2023年年报",
        "一、总体情况",
        "好。",
        "二、其他",
        "无。",
    ]
    assert [cell.text for cell in found.grids[0].cells] == ["规 章", "1"]


def test_a_page_that_breaks_its_own_lines_keeps_them() -> None:
    assert with_line_ends("<p>一\n二</p><table>") == "<p>一\n二</p><table>"
    assert with_line_ends("一\n二<table>\n</table>\n三") == "一<br>二<table>\n</table><br>三"
    assert with_line_ends("<table" * 50_000) == "<table" * 50_000
