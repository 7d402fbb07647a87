"""Quirks of the text around the tables: what sites, converters and authors leave there."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from assets.synthetic.flow import Item, TableItem, TextItem
from assets.synthetic.model import SyntheticReport
from assets.synthetic.quirks.model import Hooks, ReportChange, edited, on_texts
from schemas.catalog import Catalog

AFTER_DIGITS = re.compile(r"(?<=\d)[年月〔〕]")
SITE_LINES = (
    "首页 | 政务公开 | 办事服务 | 互动交流",
    "字体：【大 中 小】 浏览次数：128 次 分享到：",
    "打印本页 关闭窗口 上一篇：2019年报 下一篇：没有了",
)


def _always(*edits: Callable[[Sequence[Any]], Sequence[Any]]) -> ReportChange:
    def change(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
        return edited(report, *edits)

    return change


def _index_block(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    lines = (
        "主题分类：政务公开",
        f"发布机构：{report.agency_name}",
        "有效性：有效",
        "文号：无",
        "浏览次数：316",
    )
    return edited(report, lambda items: [*(TextItem("meta", line) for line in lines), *items])


def _title_twice(items: Sequence[Any]) -> Sequence[Any]:
    titles = [item for item in items if isinstance(item, TextItem) and item.role == "title"]
    at = items.index(titles[0])
    return [*items[:at], *titles, *items[at:]]


def _site_lines(items: Sequence[Any]) -> Sequence[Any]:
    return [
        TextItem("meta", SITE_LINES[0]),
        TextItem("meta", SITE_LINES[1]),
        *items,
        TextItem("meta", SITE_LINES[2]),
    ]


def _attachment(items: Sequence[Any]) -> Sequence[Any]:
    return [*items, TextItem("paragraph", "附件：2023年度报告.docx【下载Word】【下载PDF】")]


def _machine_marks(item: TextItem) -> Sequence[Item]:
    if item.role != "paragraph":
        return [item]
    return [TextItem(item.role, f"**一是**{item.text}".replace("和", " and "))]


def _lost_characters(item: TextItem) -> Sequence[Item]:
    if item.role in {"title", "heading"}:
        return [item]
    return [TextItem(item.role, AFTER_DIGITS.sub("", item.text))]


def _replaced_year(item: TextItem) -> Sequence[Item]:
    if item.role == "title":
        return [item]
    return [TextItem(item.role, re.sub(r"(?<=\d)年", "-", item.text))]


def _split_heading(item: TextItem) -> Sequence[Item]:
    head, comma, rest = item.text.partition("、")
    if item.role != "heading" or not comma:
        return [item]
    return [TextItem("heading", head + comma), TextItem("heading", rest)]


def _before_tables(*texts: str) -> Callable[[Sequence[Any]], Sequence[Any]]:
    def edit(items: Sequence[Any]) -> Sequence[Any]:
        out: list[Any] = []
        for item in items:
            if isinstance(item, TableItem):
                out += [TextItem("paragraph", text) for text in texts]
            out.append(item)
        return out

    return edit


def _page_numbers(items: Sequence[Any]) -> Sequence[Any]:
    out: list[Any] = []
    for item in items:
        out.append(item)
        if isinstance(item, TableItem):
            out.append(TextItem("paragraph", str(len(out))))
    return out


def _no_headings(items: Sequence[Any]) -> Sequence[Any]:
    return [item for item in items if not (isinstance(item, TextItem) and item.role == "heading")]


def _tables_last(items: Sequence[Any]) -> Sequence[Any]:
    return sorted(items, key=lambda item: isinstance(item, TableItem))


def _figures_in_text(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    """Sentences that name rows of the form with numbers of their own, in front of the tables."""
    text = (
        "本年新收政府信息公开申请9876件，其中自然人9875件；予以公开9874件，部分公开9873件，"
        "总计9872件，结转下年度继续办理9871件。"
    )
    return edited(report, _before_tables(text))


HOOKS: dict[str, Hooks] = {
    "index_block": Hooks(report=_index_block),
    "title_twice": Hooks(report=_always(_title_twice)),
    "site_lines": Hooks(report=_always(_site_lines)),
    "attachment_line": Hooks(report=_always(_attachment)),
    "machine_marks": Hooks(report=_always(on_texts(_machine_marks))),
    "lost_after_digits": Hooks(report=_always(on_texts(_lost_characters))),
    "year_replaced_by_hyphen": Hooks(report=_always(on_texts(_replaced_year))),
    "split_headings": Hooks(report=_always(on_texts(_split_heading))),
    "no_headings": Hooks(report=_always(_no_headings)),
    "guidance_sentence": Hooks(
        report=_always(_before_tables("该部分以表格形式报告。表格如下：", "（单位：件）"))
    ),
    "page_numbers_in_text": Hooks(report=_always(_page_numbers)),
    "tables_last": Hooks(report=_always(_tables_last)),
    "figures_in_text": Hooks(report=_figures_in_text),
}
