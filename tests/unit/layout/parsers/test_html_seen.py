"""Digits that a page shows otherwise than its text holds them: by styles, scripts and fields."""

from __future__ import annotations

import time
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.layout.model import UNREADABLE, ParsedDocument
from assets.layout.parsers.base import Source
from assets.layout.parsers.html import HTML
from assets.layout.parsers.mhtml import MHTML


@pytest.fixture
def read(tmp_path: Path):
    def parse(markup: str) -> ParsedDocument:
        path = tmp_path / "page.html"
        path.write_text(markup, encoding="utf-8")
        return HTML.parse(Source(path, "page.html", "text/html", Limits()))

    return parse


def table(cell: str, sheet: str = "", script: str = "") -> str:
    """A page with a table whose second cell is given."""
    style = f"<style>{sheet}</style>" if sheet else ""
    code = f"<script>{script}</script>" if script else ""
    rows = f"<tr><td>规章{cell}<td>7<tr><td>行政规范性文件<td>8<td>9"
    return f"<head>{style}</head><body><table>{rows}</table>{code}"


def cells(document: ParsedDocument) -> list[tuple[str, str | None]]:
    return [(cell.text, cell.other) for cell in document.grids[0].cells]


def second(document: ParsedDocument) -> tuple[str, str | None]:
    """Text and second reading of the cell, after a look at those around it."""
    found = cells(document)
    assert [found[0], *found[2:]] == [
        (text, None) for text in ("规章", "7", "行政规范性文件", "8", "9")
    ]
    return found[1]


DOUBTED = ("12", f"12{UNREADABLE}")
SURE = ("12", None)


@pytest.mark.parametrize(
    "sheet",
    [
        '.n::before{content:"1"}',
        ".n:after { content : '0' }",
        'td.n::after{content:"\\30"}',
        'table tr:first-child td:nth-child(2)::before{content:"-"}',
        '.n::after{content:"万"}',
        ".n::before{counter-increment:a;content:counter(a)}",
        "td[data-x]::before{content:attr(data-x)}",
        '@media screen{.n::before{content:"1"}}',
        ".n{unicode-bidi:bidi-override;direction:rtl}",
        ".n{transform:rotate(180deg)}",
        ".n b{letter-spacing:-8px}",
        ".n b{margin-left:-9px}",
        ".n b{display:flex;flex-direction:row-reverse}",
    ],
)
def test_rules_that_add_or_reorder_digits(read, sheet):
    cell = "<td class=n data-x=3><b>12</b>"
    assert second(read(table(cell, sheet))) == DOUBTED


@pytest.mark.parametrize(
    "sheet",
    [
        '.n::before{content:""}',
        '.n::after{content:".";display:block;height:0;clear:both;visibility:hidden}',
        '.n::before{content:"\\e60c"}',
        '.n::after{content:"件"}',
        ".n::before{content:attr(data-label)}",
        '@media (max-width:600px){.n::before{content:"3"}}',
        '.m::before{content:"3"}',
        '.n:hover::before{content:"3"}',
        "@keyframes k{from{opacity:0}to{opacity:1}}",
        ".n{position:relative;border:1px solid;order-x:1}",
        "p{margin-left:-9px}.n{letter-spacing:-.5pt;margin:0 -5px}",
        "a{",
        "}}{{ .n{:} ,,{}",
        ".n{direction:rtl}",
    ],
)
def test_other_rules_say_nothing_of_digits(read, sheet):
    assert second(read(table("<td class=n data-label=本年制发件数><p>12</p>", sheet))) == SURE


@pytest.mark.parametrize(
    "cell",
    [
        "<bdo dir=rtl>12</bdo>",
        '<span style="unicode-bidi: bidi-override; direction: rtl">12</span>',
        '1<span style="margin-left:-8px">2</span>',
        '12<span style="position:absolute;left:0;width:9px;height:9px;background:#fff"></span>',
        '<i style="display:inline-block;transform:rotate(180deg)">12</i>',
        '<span style="letter-spacing:-7px">12</span>',
        "12<img src=0.png>",
        "12<script>document.write(0)</script>",
    ],
)
def test_digits_that_are_not_shown_as_they_stand(read, cell):
    assert second(read(table(f"<td>{cell}"))) == DOUBTED


@pytest.mark.parametrize(
    "cell",
    [
        "<bdo dir=ltr>12</bdo>",
        "<span dir=rtl>12</span>",
        '<p style="margin-left:-5.25pt;margin-right:-5.25pt">12</p>',
        '<span style="letter-spacing:-.5pt">12</span>',
        '<div style="position:relative">12</div>',
        '<div style="position:absolute">12</div>',
        '<span style="color:transparent;text-shadow:0 0 0 #333">12</span>',
        "<script>var a=1</script>12",
        '<span data-value="12">12</span>',
        '<span style="opacity:.8;font-size:0.8em;line-height:0">12</span>',
    ],
)
def test_digits_that_are_shown_as_they_stand(read, cell):
    assert second(read(table(f"<td>{cell}"))) == SURE


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="position:absolute">1</span>',
        '<span style="opacity:0.05">1</span>',
        '<span style="font-size:1px">1</span>',
        '<span style="color:#fefefe">1</span>',
        '<span style="color:rgba(0,0,0,0)">1</span>',
        '<span style="clip:rect(0,0,0,0)">1</span>',
        "<span class=off>1</span>",
        "<span id=gone>1</span>",
        "<em>1</em>",
    ],
)
def test_a_piece_that_may_not_be_seen(read, hidden):
    sheet = ".off{visibility:hidden} #gone{display:none} td > em{color:#fff}"
    assert second(read(table(f"<td>{hidden}61", sheet))) == ("161", f"61{UNREADABLE}")


def test_text_seen_by_its_shadow_alone_is_seen(read):
    sheet = "td span{color:transparent;text-shadow:0 0 0 #000}"
    assert second(read(table("<td><span>1</span>2", sheet))) == SURE
    sheet = "td span{color:transparent;text-shadow:none}"
    assert second(read(table("<td><span>1</span>2", sheet))) == ("12", f"2{UNREADABLE}")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<td><del>9</del>12", "12"),
        ("<td><s>9</s> <ins>12</ins>", "12"),
        ("<td><span class=old>9</span>12", "12"),
        ("<td><del>12</del>", UNREADABLE),
        ('<td style="text-decoration:line-through">12', UNREADABLE),
        ("<td class=old>12", UNREADABLE),
        ('<td><p style="text-decoration: underline">12</p>', "12"),
        ("<td><del></del>", ""),
    ],
)
def test_what_is_crossed_out_is_no_number_and_no_blank(read, cell, text):
    assert second(read(table(cell, ".old{text-decoration:line-through}"))) == (text, None)


def test_a_mark_that_crosses_out_the_whole_page_was_never_closed(read):
    found = cells(read(f"<s><div>{table('<td>12')}</div>"))
    assert [text for text, _ in found] == ["规章", "12", "7", "行政规范性文件", "8", "9"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<input value=12>", "12"),
        ("<input type=number value=12 readonly>", "12"),
        ("<input>", UNREADABLE),
        ("<input type=text placeholder=12>", UNREADABLE),
        ("<input type=hidden>", ""),
        ("<input type=checkbox>", ""),
        ("<textarea>12</textarea>", UNREADABLE),
        ("<select><option>12</select>", UNREADABLE),
    ],
)
def test_fields_of_forms(read, cell, text):
    assert second(read(table(f"<td>{cell}"))) == (text, None)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("<td data-value=12>", (UNREADABLE, "12")),
        ("<td><span data-val='12'></span>", (UNREADABLE, "12")),
        ("<td><span class=counter data-to=12>0</span>", ("0", "12")),
        ("<td ng-bind=row.n>", (UNREADABLE, None)),
        ("<td><b v-text=n></b>", (UNREADABLE, None)),
        ("<td id=n1>", (UNREADABLE, None)),
        ("<td><b class=n2></b>", (UNREADABLE, None)),
        ("<td><script>document.write(12)</script>", (UNREADABLE, None)),
        ("<td style='background:url(12.png)'>", (UNREADABLE, None)),
        ("<td data-colwidth=80 data-row=3>", ("", None)),
        ("<td id=n9 class=n>", ("", None)),
        ("<td class=MsoNormal style='background:#fff'>", ("", None)),
        ("<td data-value='1,234'>1234", ("1234", "1,234")),
    ],
)
def test_cells_that_a_script_fills_are_not_blank(read, cell, found):
    script = "$('#n1').text(12); document.querySelector('.n2').innerText = x['n']"
    assert second(read(table(cell, script=script))) == found


def test_a_style_sheet_in_a_web_archive_is_looked_at(tmp_path):
    def archive(rule: str) -> ParsedDocument:
        message = MIMEMultipart("related")
        page = table("<td class=n>12").replace(
            "<head>", '<head><link rel="stylesheet" href="a/site.css">'
        )
        for text, kind, address in (
            (page, "html", "http://gov.example/page.html"),
            (rule, "css", "http://gov.example/a/site.css"),
        ):
            part = MIMEText(text, kind, "utf-8")
            part["Content-Location"] = address
            message.attach(part)
        path = tmp_path / "page.mhtml"
        path.write_bytes(message.as_bytes())
        return MHTML.parse(Source(path, path.name, "multipart/related", Limits()))

    assert second(archive('.n::before{content:"1"}')) == DOUBTED
    assert second(archive(".n{color:red}")) == SURE


def test_hostile_style_sheets_cost_no_time(read):
    started = time.process_time()
    sheets = (
        "".join(f".n{'a' * (n % 50)}::before{{content:'1'}}" for n in range(5000)),
        "{" * 100_000,
        "}" * 100_000,
        "/*" * 100_000,
        "*,*" * 30_000 + "{display:none}",
        ".n::before{content:" + '"' * 100_001 + "}",
        *(f".n{{{text * 30_000}}}" for text in ("margin:", "background", "transform:", "left: ")),
        *(f".n{{{text}{' ' * 100_000}}}" for text in ("margin:", "content:", "color:", "order")),
    )
    for sheet in sheets:
        read(table(f"<td class=n style='{sheet[3:].replace(chr(39), '')}'>12", sheet))
    assert time.process_time() - started < 20
