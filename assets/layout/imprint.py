"""The imprint of a report: dates of publication and signature, index number, cited notice.

These stand around the text: in the index block that a site prints in front, in the line of the
time stamp, under the title, under the text. Only what is stated counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assets.layout.agency import clean_name, is_agency
from assets.layout.dates import find_dates, only_date
from assets.layout.lines import Compact, Line, fold, unspaced
from assets.layout.sections import Sections
from schemas.catalog import Catalog

Dated = tuple[dt.date, str, str | None]
"""A date, the text that prints it, and its place."""


def _spaced(words: str) -> str:
    """A pattern for any of the words, white space between characters allowed (发 布 日 期)."""
    return "(?:" + "|".join(r"\s*".join(word) for word in words.split("|")) + ")"


_META_LABELS = (
    "索引号|主题分类|信息分类|分类|组配分类|体裁分类|服务对象分类|主题词|关键词|发布机构|发文机关|发布单位|公开责任部门|责任部门|"
    "信息来源|来源|文章来源|成文日期|发文日期|发布日期|公开日期|生成日期|发布时间|有效性|废止日期|失效日期|文件编号|发文字号|文号|"
    "文件名称|信息名称|标题|名称|公开方式|公开形式|公开范围|公开时限|内容概述|浏览次数|浏览量|点击数|阅读次数|字体|字号|作者|"
    "责任编辑|编辑|所属机构|公开目录|语种|载体类型|著录日期"
)
_ANY_META = re.compile(_spaced(_META_LABELS) + r"\s*[:：]")
_INDEX_NO = re.compile(r"索\s*引\s*号(?:码)?\s*[:：]?\s*(?P<value>[^\n]*)")
_INDEX_VALUE = re.compile(
    r"[^\s:：,，;；|]{0,12}[0-9A-Za-z][0-9A-Za-z\-_/.—()（）〔〕\[\]]*(?:\s*[/-]\s*[0-9A-Za-z\-_/.]+)*"
)
_PUBLISHED = re.compile(
    _spaced(
        "发布日期|发布时间|公开日期|公开时间|发表时间|发表日期|上网日期|上传日期|上传时间|发稿时间|刊发日期"
    )
    + r"\s*:?|(?<![\u4e00-\u9fff\s])(?:日期|时间)\s*:|^(?:日期|时间)\s*:?"
)
_SIGNED = re.compile(_spaced("成文日期|成文时间|生成日期|发文日期|印发日期") + r"\s*:?")
_STAMP = re.compile(
    r"\d{1,2}:\d\d|\d{1,2}时\d{1,2}分|(?:浏览|阅读|点击|访问)(?:次数|量|数)?[:]|(?:浏览|阅读|点击)(?:次数|量|数)|来源[:]|"
    r"字体|字号|发布人|责任编辑"
)
_NOTICE = re.compile(
    r"(?P<office>国(?:(?!国)[\u4e00-\u9fff]){0,8}公开[\u4e00-\u9fff]{0,4}|(?<![\u4e00-\u9fff])公开[办]?[\u4e00-\u9fff]{0,2})"
    r"[〔\[(【﹝{<《「]?(?P<year>20\d\d)[〕\])】﹞}>》」]?第?(?P<number>\d{1,3})号"
)


FIRST_NOTICE_YEAR = 2019
"""Year of the first notice that prescribes a form of the report."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source that says something about agency or year."""

    source: str
    value: str | int
    text: str
    locator: str | None = None


def metadata_value(metadata: dict[str, str], key: str) -> str | None:
    """A metadata value whatever the case of its key and the prefix a reader gives it."""
    for name, value in metadata.items():
        if name.lower().removeprefix("meta:") == key:
            return value
    return None


def published(intro: Sequence[Line], metadata: dict[str, str]) -> Dated | None:
    """Where a label says so, else a time stamp line, a bare ISO date, or the page's metadata."""
    labelled = _labelled_date(intro, _PUBLISHED)
    if labelled is not None:
        return labelled
    for index, line in enumerate(intro):
        text = fold(unspaced(line.text))
        if index and _SIGNED.fullmatch(fold(unspaced(intro[index - 1].text))):
            continue
        date = _first_date(line.text)
        if date is None or len(text) > 120 or re.search(r"统计|。|;", text) or _SIGNED.search(text):
            continue
        iso = re.search(rf"{date.year}[-/.]", text) is not None
        if _STAMP.search(text) or (iso and only_date(text) is not None):
            return date, line.text, line.locator
    for key in ("pubdate", "publishdate", "article:published_time", "publish_date"):
        value = metadata_value(metadata, key)
        date = _first_date(value or "")
        if value and date is not None:
            return date, value, f"metadata:{key}"
    return None


def _first_date(text: str) -> dt.date | None:
    """The first date of a text; spaces count, since a time of day may follow the day."""
    for form in (fold(text), fold(unspaced(text))):
        for found in find_dates(form):
            return found.date
    return None


def _labelled_date(lines: Sequence[Line], label: re.Pattern[str]) -> Dated | None:
    for index, line in enumerate(lines):
        text = fold(line.text)
        for found in label.finditer(text):
            rest = text[found.end() :].lstrip()
            if not rest and index + 1 < len(lines):
                rest = fold(lines[index + 1].text)
            date = _first_date(rest[:24])
            if date is not None and rest[:1].isdigit():
                return date, line.text, line.locator
    return None


def signed(
    lines: Sequence[Line],
    intro: Sequence[Line],
    title_end: int | None,
    sections: Sections,
    catalog: Catalog,
) -> tuple[Dated | None, list[Evidence]]:
    """Date under the text, else under the title, else 成文日期; and the agency that signs."""
    last = sections.parts[-1].heading.line.place if sections.parts else None
    end = [line for line in lines if last is None or line.place > last]
    # Tables may stand behind the signature, and a layout table may hold it.
    for tail in (end[-40:], [line for line in end if line.grid is None][-40:]):
        for index in range(len(tail) - 1, -1, -1):
            dated = _signature_date(tail[index], catalog)
            if dated is not None and (last is not None or index >= len(tail) - 12):
                return dated, _signer(tail, index, catalog)
    if title_end is not None:
        for line in intro[title_end + 1 : title_end + 7]:
            text = fold(unspaced(line.text))
            date = only_date(text.strip("()[]【】"))
            if date is not None and not re.match(r"\d{4}[-/.]", text):
                return (date, line.text, line.locator), []
    return _labelled_date(intro, _SIGNED), []


def _signature_date(line: Line, catalog: Catalog) -> Dated | None:
    """The date of a line that prints only a date, or an agency and a date."""
    text = fold(unspaced(line.text)).strip("()[]")
    date = only_date(text)
    if date is None:
        found = list(find_dates(text))
        if len(found) != 1 or found[0].end != len(text):
            return None
        if not is_agency(text[: found[0].start].rstrip(":,"), catalog):
            return None
        date = found[0].date
    return date, line.text, line.locator


def _signer(tail: Sequence[Line], index: int, catalog: Catalog) -> list[Evidence]:
    for line in (tail[index], *tail[max(0, index - 2) : index][::-1]):
        printed = unspaced(line.text)
        date = next(find_dates(fold(printed)), None)
        name = clean_name(printed[: date.start] if date else printed)
        if name and is_agency(name, catalog):
            return [Evidence("signature", name, line.text, line.locator)]
    return []


def index_no(intro: Sequence[Line]) -> str | None:
    """索引号 of the index block, white space removed, None where none is printed."""
    for index, line in enumerate(intro):
        found = _INDEX_NO.search(line.text)
        if found is None:
            continue
        value = found["value"]
        if not value.strip() and index + 1 < len(intro):
            value = intro[index + 1].text
        following = _ANY_META.search(value)
        value = value[: following.start()] if following else value
        match = _INDEX_VALUE.match(fold(value).strip())
        if match is not None and re.search(r"\d", match.group()):
            start = fold(value).find(match.group())
            return unspaced(value[start : start + len(match.group())])
    return None


def cited_notice(texts: Sequence[Compact], report_year: int | None, catalog: Catalog) -> str | None:
    """Number of the notice on the report format, as printed.

    Where several are cited, the one that governs the report year, else the one nearest after the
    word 格式, else the first.
    """
    form = catalog.format_for(report_year)
    official = re.sub(r"\D+", " ", fold(form.entry.document_number)) if form else ""
    found: list[tuple[bool, bool, int, str]] = []
    for text in texts:
        for match in _NOTICE.finditer(text.text):
            printed = unspaced(text.as_printed(match.start(), match.end()))
            key = re.sub(r"\D+", " ", f"{match['year']} {match['number']}").split()
            near = "格式" in text.text[max(0, match.start() - 40) : match.start()]
            if not near and int(match["year"]) < FIRST_NOTICE_YEAR:
                continue  # 国办公开办函〔2016〕201号 tells how to count lawsuits
            found.append((key == official.split(), near, -len(found), printed))
    return max(found)[3] if found else None
