"""Quirks of one medium: how files of a kind are built, and how they get damaged."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from assets.synthetic.quirks.model import DataChange, Hooks, StyleChange
from assets.synthetic.styles import HtmlStyle, LineStyle, MarkdownStyle, PdfStyle, TabStyle

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TABLES = re.compile(r'<table class="form".*?</table>', re.DOTALL)
NUMBER_CELL = re.compile(r"(<td[^>]*>(?:<p[^>]*>)?)(\d+)((?:</p>)?</td>)")


def _styled(kind: type[Any], **changes: object) -> StyleChange:
    def change(style: Any) -> Any:
        return replace(style, **changes) if isinstance(style, kind) else style

    return change


def _text(change: Callable[[str], str], encoding: str = "utf-8") -> DataChange:
    """A change of a whole text file that was written as UTF-8."""

    def data(raw: bytes, _: random.Random) -> bytes:
        return change(raw.decode(encoding)).encode(encoding)

    return data


def _utf8(style: Any) -> Any:
    """Plain UTF-8, for quirks that change the finished text."""
    return replace(style, encoding="utf-8") if hasattr(style, "encoding") else style


def _pipes(text: str) -> str:
    """Everything between bars, as a page inside one layout table comes out of an extractor."""
    return "\n".join(
        "| " + line.replace("\t", " | ") + " |" if line.strip() else "| |"
        for line in text.split("\n")
    )


def _spaces(text: str) -> str:
    return text.replace("\t", "   ")


def _no_separators(text: str) -> str:
    return text.replace("\t", "")


def _question_marks(text: str) -> str:
    return re.sub(r"[^\x00-\x7f]", "?", text)


def _mojibake(raw: bytes, _: random.Random) -> bytes:
    return raw.decode("utf-8").encode("gb18030").decode("latin-1").encode("utf-8")


def _wrong_charset(raw: bytes, _: random.Random) -> bytes:
    return raw.replace(b'charset="utf-8"', b'charset="gb2312"')


def _span_digits(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        spans = "".join(f"<span>{digit}</span>" for digit in found[2])
        return found[1] + spans + found[3]

    return NUMBER_CELL.sub(one, text)


def _word_paste(text: str) -> str:
    """Cells as an editor makes them of pasted Word text."""

    def one(found: re.Match[str]) -> str:
        return (
            f'{found[1]}<span lang="EN-US" style="font-size:10.5pt;mso-bidi-font-size:12.0pt">'
            f"{found[2]}<o:p></o:p></span>{found[3]}"
        )

    return NUMBER_CELL.sub(one, text).replace("<p ", '<p class="MsoNormal" ')


def _hidden_copy(text: str) -> str:
    """Each table a second time, hidden, with older numbers."""

    def one(found: re.Match[str]) -> str:
        old = NUMBER_CELL.sub(lambda cell: f"{cell[1]}7{cell[2]}{cell[3]}", found[0])
        return f'{found[0]}<div style="display:none">{old}</div>'

    return TABLES.sub(one, text)


def _commented_copy(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        old = NUMBER_CELL.sub(lambda cell: f"{cell[1]}7{cell[2]}{cell[3]}", found[0])
        return f"<!-- {old} -->{found[0]}"

    return TABLES.sub(one, text)


def _unclosed(text: str) -> str:
    return TABLES.sub(lambda found: re.sub(r"</t[dr]>|</p>", "", found[0]), text)


def _nested(text: str) -> str:
    return TABLES.sub(
        lambda found: f'<table width="98%"><tr><td>{found[0]}</td></tr></table>', text
    )


def _images(text: str) -> str:
    return TABLES.sub('<p><img src="W020240109.png" alt=""></p>', text)


def _pictures(style: Any) -> Any:
    return replace(style, pictures=True) if hasattr(style, "pictures") else style


def _pipe_paragraphs(text: str) -> str:
    """Tables as paragraphs of text with bars, merged cells only once."""

    def one(found: re.Match[str]) -> str:
        rows = re.findall(r"<tr>(.*?)</tr>", found[0], re.DOTALL)
        lines: list[str] = []
        for row in rows:
            cells = re.findall(r"<td([^>]*)>(.*?)</td>", row, re.DOTALL)
            texts = [re.sub(r"<[^>]+>", "", inner).replace("&nbsp;", "") for _, inner in cells]
            lines.append("<p>|" + "|".join(texts) + "|</p>")
        return "\n".join(lines)

    return TABLES.sub(one, text)


def _print_view(text: str) -> str:
    """The article a second time, as pages with a print view carry it."""
    found = re.search(r'<div class="article">.*?\n</div>', text, re.DOTALL)
    if not found:
        return text
    return text.replace(found[0], found[0] + found[0].replace("article", "print"))


def _word_xml(change: Callable[[etree._Element, random.Random], None]) -> DataChange:
    """A change of the text part of a DOCX file."""

    def data(raw: bytes, rng: random.Random) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(raw)) as source,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for info in source.infolist():
                content = source.read(info)
                if info.filename == "word/document.xml":
                    parser = etree.XMLParser(resolve_entities=False)
                    root = etree.fromstring(content, parser)
                    change(root, rng)
                    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
                target.writestr(info, content)
        return out.getvalue()

    return data


def _number_runs(root: etree._Element) -> list[etree._Element]:
    return [
        run
        for cell in root.iter(f"{W}tc")
        for run in cell.iter(f"{W}r")
        if (run.findtext(f"{W}t") or "").isdigit()
    ]


def _run_like(run: etree._Element, text: str, tag: str = "t") -> etree._Element:
    copy = etree.fromstring(etree.tostring(run))
    for old in copy.findall(f"{W}t"):
        copy.remove(old)
    etree.SubElement(copy, f"{W}{tag}").text = text
    return copy


def _split_runs(root: etree._Element, _: random.Random) -> None:
    for run in _number_runs(root):
        for digit in run.findtext(f"{W}t") or "":
            run.addprevious(_run_like(run, digit))
        run.getparent().remove(run)


def _tracked(root: etree._Element, rng: random.Random) -> None:
    """An older number before each, deleted with changes tracked, and the new one inserted."""
    for run in _number_runs(root):
        if rng.random() < 0.5:
            continue
        deleted = etree.Element(f"{W}del", {f"{W}id": "1", f"{W}author": "a"})
        deleted.append(_run_like(run, f"7{run.findtext(f'{W}t')}", "delText"))
        inserted = etree.Element(f"{W}ins", {f"{W}id": "2", f"{W}author": "a"})
        run.addprevious(deleted)
        run.addprevious(inserted)
        inserted.append(run)


def _hidden_text(root: etree._Element, rng: random.Random) -> None:
    for run in _number_runs(root):
        if rng.random() < 0.5:
            continue
        hidden = _run_like(run, "7")
        properties = hidden.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            hidden.insert(0, properties)
        etree.SubElement(properties, f"{W}vanish")
        run.addprevious(hidden)


def _content_controls(root: etree._Element, _: random.Random) -> None:
    """The text of number cells inside content controls, as form templates have it."""
    for run in _number_runs(root):
        control = etree.Element(f"{W}sdt")
        etree.SubElement(control, f"{W}sdtPr")
        content = etree.SubElement(control, f"{W}sdtContent")
        run.addprevious(control)
        content.append(run)


HOOKS: dict[str, Hooks] = {
    "page_of_pipes": Hooks(style=_utf8, data=_text(_pipes)),
    "spaces_for_tabs": Hooks(style=_utf8, data=_text(_spaces)),
    "no_separators": Hooks(style=_utf8, data=_text(_no_separators)),
    "question_marks": Hooks(style=_utf8, data=_text(_question_marks)),
    "mojibake": Hooks(style=_utf8, data=_mojibake),
    "split_header_words": Hooks(style=_styled(LineStyle, split_headers=True)),
    "pipe_behind_cells": Hooks(style=_styled(LineStyle, separator="pipe")),
    "pipe_below_cells": Hooks(style=_styled(LineStyle, separator="pipe_line")),
    "single_line": Hooks(style=_styled(LineStyle, separator="space")),
    "html_in_markdown": Hooks(style=_styled(MarkdownStyle, html_tables=True)),
    "pipes_between": Hooks(style=_styled(MarkdownStyle, outer_pipes=False)),
    "repeated_merged_cells": Hooks(style=_styled(MarkdownStyle, repeat_merged=True)),
    "no_blank_lines": Hooks(style=_styled(TabStyle, blank_lines=False)),
    "layout_table": Hooks(style=_styled(HtmlStyle, layout_table=True)),
    "wrong_charset": Hooks(
        style=lambda style: replace(_utf8(style), whole_page=True), data=_wrong_charset
    ),
    "digits_in_spans": Hooks(style=_utf8, data=_text(_span_digits)),
    "word_paste": Hooks(style=_utf8, data=_text(_word_paste)),
    "hidden_copy": Hooks(style=_utf8, data=_text(_hidden_copy)),
    "commented_copy": Hooks(style=_utf8, data=_text(_commented_copy)),
    "unclosed_tags": Hooks(style=_utf8, data=_text(_unclosed)),
    "nested_tables": Hooks(style=_utf8, data=_text(_nested)),
    "tables_as_images": Hooks(style=_utf8, data=_text(_images)),
    "pasted_pictures": Hooks(style=_pictures),
    "pipe_paragraphs": Hooks(style=_utf8, data=_text(_pipe_paragraphs)),
    "print_view": Hooks(
        style=lambda style: replace(_utf8(style), whole_page=True), data=_text(_print_view)
    ),
    "split_runs": Hooks(data=_word_xml(_split_runs)),
    "tracked_changes": Hooks(data=_word_xml(_tracked)),
    "hidden_text": Hooks(data=_word_xml(_hidden_text)),
    "content_controls": Hooks(data=_word_xml(_content_controls)),
    "fake_bold": Hooks(style=_styled(PdfStyle, fake_bold=True)),
    "watermark": Hooks(style=_styled(PdfStyle, watermark="示例政府网 2024")),
    "running_header": Hooks(
        style=_styled(PdfStyle, running_header="政府信息公开工作年度报告 2023")
    ),
    "rotated_pages": Hooks(style=_styled(PdfStyle, rotated=True)),
    "no_rulings": Hooks(style=_styled(PdfStyle, ruled=False)),
    "white_digits": Hooks(style=_styled(PdfStyle, white_digits=True)),
    "white_digits_no_rulings": Hooks(style=_styled(PdfStyle, white_digits=True, ruled=False)),
    "filled_rules": Hooks(style=_styled(PdfStyle, rules="filled")),
    "dashed_rules": Hooks(style=_styled(PdfStyle, rules="dashed")),
    "single_dashes": Hooks(style=_styled(PdfStyle, rules="dashes")),
    "double_rules": Hooks(style=_styled(PdfStyle, rules="double")),
    "rules_by_side": Hooks(style=_styled(PdfStyle, rules="lines")),
    "page_frame": Hooks(style=_styled(PdfStyle, page_frame=True)),
    "single_characters": Hooks(style=_styled(PdfStyle, by_character=True)),
    "repeated_header": Hooks(style=_styled(PdfStyle, repeat_header=True)),
    "torn_labels": Hooks(style=_styled(PdfStyle, torn_labels=True, font_size=16.0)),
}
