"""A report as the sequence of things that every medium prints: lines, headings, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assets.synthetic.form import FormGrid, form_grid
from assets.synthetic.model import SyntheticReport

TextRole = Literal["title", "meta", "paragraph", "heading", "signature"]


@dataclass(frozen=True, slots=True)
class TextItem:
    """A paragraph with its role on the page."""

    role: TextRole
    text: str


@dataclass(frozen=True, slots=True)
class TableItem:
    """A table."""

    grid: FormGrid


def chinese_date(day: dt.date) -> str:
    """A date as such reports write it, e.g. 2024年1月9日."""
    return f"{day.year}年{day.month}月{day.day}日"


def preamble(report: SyntheticReport) -> str:
    """The paragraph before section one: basis, period, where to get it, whom to ask."""
    contact = report.contact
    email = f"，邮箱：{contact.email}" if contact.email else ""
    return (
        "本年度报告根据《中华人民共和国政府信息公开条例》和《国务院办公厅政府信息与政务公开办公室"
        f"关于印发〈中华人民共和国{report.notice_title}〉的通知》（{report.cited_notice}）要求编制。"
        f"报告所列数据的统计期限为{chinese_date(report.period_start)}至"
        f"{chinese_date(report.period_end)}。报告电子版可以从政府网站（{contact.website}）下载。"
        f"如有疑问，请与{report.agency_name}联系（地址：{contact.address}，"
        f"邮编：{contact.postcode}，电话：{contact.telephone}{email}）。"
    )


Item = TextItem | TableItem


def flow(report: SyntheticReport) -> Sequence[Item]:
    """Everything that the report prints, in order, after its edits."""
    items: Sequence[Item] = tuple(_plain(report))
    for edit in report.edits:
        items = edit(items)
    return items


def _plain(report: SyntheticReport) -> Iterator[Item]:
    if report.index_no:
        yield TextItem("meta", f"索引号：{report.index_no}")
    for line in report.title_lines:
        yield TextItem("title", line)
    if report.published_on:
        yield TextItem("meta", f"发布日期：{report.published_on.isoformat()}")
    yield TextItem("paragraph", preamble(report))
    for section in report.sections:
        yield TextItem("heading", section.printed_heading)
        for paragraph in section.paragraphs:
            yield TextItem("paragraph", paragraph)
        for table in report.tables:
            if table.section_no == section.section_no:
                yield TableItem(form_grid(report, table))
    if report.signed_on:
        yield TextItem("signature", report.agency_name)
        yield TextItem("signature", chinese_date(report.signed_on))
