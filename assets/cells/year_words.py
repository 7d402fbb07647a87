"""What words say of the year whose numbers stand below or beside them.

Such are 2022年度：, 附：2022年…统计表, 统计年度：二〇二二年, 2022.1.1-2022.12.31 and 上年同期.
Dates of another kind (截至2022年底, 2019年修订, the day of publication) say nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from assets.layout.dates import find_period, find_years
from assets.layout.normalise import label_core, split_ordinal, squeeze

MAX_CAPTION = 40
"""A longer line is a sentence; so is one with a full stop."""
MAX_MARKED = 400
"""The same with marks and brackets around it; patterns need not look at more."""
YEAR_LENGTH = 5
"""2022年 and 二〇二二年 alike."""

_SENTENCE = re.compile(r"[。;]|,(?!单位)")
_ANNOUNCES = re.compile(r"如下|下表|见表|以下")
"""A sentence with these speaks of the table below it."""
_NO_CAPTION = re.compile(
    r"^(?:注|备注|说明)|(?<!统计)(?<!数据)(?:日期|时间)|上一篇|下一篇|点击|查看|下载|链接|结转|"
    r"格式|新版|启用|制度|年制定的|批准|打算|"
    r"[相同对]比|[比较](?:上|去|20)"
)
"""Notes, days of another kind, links, numbers carried over, and comparisons of two years."""
_NOTE_OF_DATA = re.compile(
    r"(?:注|备注|说明)\d*:?(?:[本上下]表|表[中内]|以[上下])?(?:所列|各项|统计)?(?:数据|数字)?"
    r"(?:统计)?(?:时间|期限)?[均都]?[为是系]?:?(?P<span>(?:20\d\d|上一?年).{0,30}?)。?"
)
"""注：本表为2022年数据: of notes only those that say which year the numbers are of."""
_PLANS = re.compile(
    r"(?:下一步|继续|打算|计划)|(?<!现)将(?:进一步|从|重点|着力|围绕|按照|以|在|会|加强|做好|不断|认真|主要|切实|采取)|"
    r"以下.{0,4}(?:工作|方面|问题|措施|举措|做法|要求|任务|几点)|(?:问题|措施|举措|做法|要求|任务|方面)如下"
)
"""A sentence with these announces what will be or was done, not a table."""
_DONE = re.compile(r"已于|已全部|均已|已经|已按|(?:办结|完毕|完成)[。;]?$")
"""What became of the cases of a year is told in a sentence, also where its stop is missing."""
_BETWEEN = re.compile(r"[(\[]|注|备注|说明|单位|填[表报]")
_OWN_BEHIND = re.compile(r"[(\[](本|今|20\d\d)年度?(?:数|为)?:?\d")
_IN_BRACKETS = re.compile(r"\d.*[(\[]([^()]+)[)\]]$")
_LAW = re.compile(r"条例|通知|办法|令第|〔|\[\d{4}\]")
_BEFORE = re.compile(r"(?:截[至止]到?|自|从|[于按经])$")
_AFTER = re.compile(
    r"度?(?:\d(?!\d?[-—–~至到]\d{1,2}月)|[一二三四五六七八九十]{1,3}月|底|末|初|中|以前|之前|前|以来|来|起|以后|之后|后|"
    r"新?修[订正]|版|颁布|公布|发布|印发|施行|第)"
)
_MONTHS = re.compile(r"(20\d\d)[年.]0?1月?[-—–~至到]+(?:\1[年.])?12(?!\d)")
"""2022年1-12月, 2022.01-2022.12"""
_SOME_MONTHS = re.compile(r"\d{1,2}[-—–~至到]\d{1,2}月")
_SPAN_LABEL = re.compile(r"^(\(?)[^\W\d]{0,4}(?:时间|日期|时段):?(?=20\d\d)")
"""时间：2022年度: a label that elsewhere names the day of publication."""
_SPAN = re.compile(
    r"20\d\d(?:年?[全度]年?|年[上下]半年|[年.]\d{1,2}月?[-—–~至到]+(?:20\d\d[年.])?\d{1,2}月?)[)]?"
)
_BARE_SPAN = re.compile(r"(20\d\d)年?[)]?")
_DAYS = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
"""20220101-20221231"""
_BRACKETS = str.maketrans("【】〖〗「」《》", "()()()()")
_MARKS = re.compile(r"\*+(?:[一二三四五]是\*+)?|^[^\w(\[]+|[^\w)\]:。;]+$")
"""**2022年度**, # 2022年度, ——2022年——"""
_UNIT = re.compile(r"(?<=.)[,;(]?单位:?[^\W\d]{1,4}[)]?$")
_LOST = re.compile(
    r"(?<!\d)(20\d\d)(?:(?=[)\]]:?$)|(?<=\(20\d\d)(?=\)\D)|-(?=[\u4e00-\u9fff]|\d{1,2}月)|(?=[全度政制收发主信公数情统]))"
)
"""2022度, 2022-度, 2022政府…: extractors lose 年 behind digits."""
_SHORT_YEAR = re.compile(r"^([(\[]?)([12]\d)(?=年度?(?:$|[数情制统:)\]]))")
"""22年度：; so are years written in short."""
_RANGE = re.compile(r"(?<!\d)(20\d\d)年?[-—–~至](20\d\d)年")
_NUMBERED = re.compile(r"^(\s*附?[件表]\s*\d{1,2})\s+(?=20\d\d)")
"""表2 2022年…: without its gap the number would be one with the year."""
_PREFIX = re.compile(r"[附件表一二三四五六七八九十\d:.、(\[]*")
_SUFFIX = re.compile(r"(?:表|情况|数[据量]?|金额|工作|统计|汇总|年度?)[)\]]*:?$|:$")
YEAR_LABEL = re.compile(r"(?:统计|填报|报告|所属|数据)?年[度份]:?|报告期:?")
"""A label beside which a year stands."""
_TITLE = re.compile(r"(?:报告|年报)\)?$")
"""The running header of a page that was taken for a row."""
_YEAR_OF = re.compile(rf"(?:{YEAR_LABEL.pattern})?[(\[]?(20\d\d)年?度?[)\]]?:?")

_OWN = re.compile(
    r"\([本今]年度?(?:数据?)?\):?|[本今]年度?(?:数据?|.{0,6}情况)?(?::|(?<=情况)|(?<=数据))"
)
_POINTS = re.compile(r"^(?:以下|下[表列图])(?:数据|数字|表格|情况)?[均都]?[为是系]|(?<=.)如下:?$")
"""以下为上年数据, 上年情况如下：; what they point at is a caption without them."""
PAST = re.compile(r"[上前]一年|上年|去年|往年|(?<!以)上期|同期")
"""Words for the year before; some official labels hold them (上年结转, 上一年项目数量)."""
CHANGE = re.compile(r"同比|比上年|较上年|增减|增幅")
_PAST_CAPTION = re.compile(
    rf"\((?:{PAST.pattern}).{{0,20}}\):?|(?:{PAST.pattern})"
    r".{0,20}?(?::|表|情况|数据|统计|(?<=年)度?同期数?|件数)"
)
_BARE = re.compile(rf"(?:{PAST.pattern}|[本今]年)度?(?:数)?")
_REMARK = re.compile(r"\([^()]*\)")
_NOTE = re.compile(r"(?:注|备注|说明|填报说明):.*$")
MAX_REMARK = 10
"""(2022年度), (上年同期) and no more."""


@dataclass(frozen=True, slots=True)
class Said:
    """That a text names the year of what stands below it.

    Attributes:
        text: as printed, without white space.
        is_own: whether it is the year of the report.
        is_earlier: whether it is a year before that.
        is_relative: whether it only says 本年 or 上年, which below 2022年 is another year than
            elsewhere.
    """

    text: str
    is_own: bool
    is_earlier: bool
    is_relative: bool = False


@lru_cache(maxsize=8192)
def years_said(text: str) -> frozenset[int]:
    """The years that a text names as years of its own, dates and editions of laws left out."""
    plain = squeeze(text)
    words = _whole(plain) if len(plain) <= MAX_MARKED else ""
    if not re.search(r"20\d\d|二[〇○零O]", words) or _LAW.search(words):
        return frozenset()
    months = _MONTHS.search(words)
    if months:
        return frozenset({int(months.group(1))})
    period = find_period(words)
    if period is not None and period.first is not None:
        last = period.last or period.first
        return frozenset({period.first.year, last.year})
    ends = {int(year) for found in _RANGE.finditer(words) for year in found.groups()}
    return frozenset(ends) | frozenset(
        year
        for year, at in find_years(words)
        if not _BEFORE.search(words[:at]) and not _AFTER.match(words, at + YEAR_LENGTH)
    )


def _whole(words: str) -> str:
    """Squeezed words without marks around them, with years that were cut short written out."""
    bare = _UNIT.sub("", _MARKS.sub("", words.translate(_BRACKETS)))
    dated = _DAYS.sub(r"\1年\2月\3日", bare)
    return _SHORT_YEAR.sub(r"\g<1>20\2", _LOST.sub(r"\1年", dated))


def is_sentence(text: str) -> bool:
    """Whether a line is running text, so that lines in front of it are no captions of a table.

    Notes and units stand between a caption and its table.
    """
    words = squeeze(text)
    return not _BETWEEN.match(words) and (len(words) > MAX_CAPTION or "。" in words)


def is_between(text: str) -> bool:
    """Whether a line is a unit, a note or a form's line, which stand between caption and table."""
    return _BETWEEN.match(squeeze(text)) is not None


@lru_cache(maxsize=8192)
def caption_says(text: str, report_year: int, *, is_whole: bool = False) -> Said | None:
    """What a line above a table, or a title row inside it, says of its year; None if nothing.

    Args:
        text: the line as printed.
        report_year: the year of the report.
        is_whole: whether it is a cell of its own; a line that is 上年 alone may be a piece of a
            torn label or header (上年, 结转).
    """
    plain = squeeze(_NUMBERED.sub(r"\1:", text)).translate(_BRACKETS)
    if len(plain) > MAX_MARKED:
        return None
    whole = _whole(split_ordinal(_MARKS.sub("", plain))[1])
    note = _NOTE_OF_DATA.fullmatch(whole)
    words = note["span"] if note else _without_label(whole, report_year)
    is_link = _TITLE.search(words) is not None or _NO_CAPTION.search(words) is not None
    if not words or is_link or _DONE.search(words):
        return None
    announces = _ANNOUNCES.search(words) is not None
    is_long = len(words) > (2 * MAX_CAPTION if announces else MAX_CAPTION)
    is_told = _SENTENCE.search(words) is not None
    if is_long or (is_told and not announces) or (announces and _PLANS.search(words)):
        return None
    is_past = PAST.search(words) is not None
    meant = _POINTS.sub("", words)
    if (
        ((is_whole or meant != words) and _BARE.fullmatch(meant))
        or (_PAST_CAPTION.fullmatch(meant) and "项目" not in words)
        or _OWN.fullmatch(words)
    ):
        return Said(words, is_own=not is_past, is_earlier=is_past, is_relative=True)
    stated = _YEAR_OF.fullmatch(words)
    years = {int(stated.group(1))} if stated else years_said(words)
    if len(years) != 1 or not (announces or stated or _is_caption(words)):
        return None
    (year,) = years
    return Said(words, is_own=year == report_year, is_earlier=year < report_year)


def _without_label(words: str, report_year: int) -> str:
    """The span of months or days that stands behind 时间：, which else names a day.

    A year alone may be that of publication, which no year before the report's is.
    """
    found = _SPAN_LABEL.match(words)
    rest = words[found.end() :] if found else ""
    period = find_period(rest)
    year = _BARE_SPAN.fullmatch(rest)
    is_span = (
        _SPAN.fullmatch(rest) is not None
        or (period is not None and period.start == 0 and period.end + 1 >= len(rest))
        or (words[:2] == "时间" and year is not None and int(year.group(1)) < report_year)
    )
    return rest if is_span else words


def _is_caption(words: str) -> bool:
    """Whether a line begins or ends as captions do, and counts nothing."""
    if _MONTHS.search(words) or find_period(words) is not None:
        return True
    at = next((at for _, at in find_years(words)), None)
    if at is None or re.search(r"\d(?!\d{0,3}年)", _SOME_MONTHS.sub("", words[at + YEAR_LENGTH :])):
        return False
    return _PREFIX.fullmatch(words[:at]) is not None or _SUFFIX.search(words) is not None


def names_other_year(text: str, report_year: int) -> bool:
    """Whether a column header names another year than the report's, alone or beside it."""
    words = squeeze(text)
    if len(words) > MAX_CAPTION or "。" in words or "结转" in words or _TITLE.search(words):
        return False
    return bool(years_said(words) - {report_year})


def explains(text: str, names: Set[str], report_year: int) -> bool:
    """Whether a header is an official one with a bracket that says which year it means.

    Such are 上一年项目数量(指2022年事项数) and 本年(2023)制发件数 in a report of 2023.

    Args:
        text: the header as printed.
        names: the official ones, as cores.
        report_year: the year of the report.
    """
    words = squeeze(text)
    name = _REMARK.sub("", words)
    meant = report_year - 1 if PAST.search(name) else report_year
    return name != words and label_core(name) in names and years_said(words) <= {meant}


def _remark(text: str, report_year: int) -> Said | None:
    """What a bracket says that holds a year and nothing else, where it is not the report's."""
    said = caption_says(text, report_year, is_whole=True) if len(text) <= MAX_REMARK else None
    return None if said is None or said.is_own else said


def label_names_other_year(labels: tuple[str, ...], official: str, report_year: int) -> bool:
    """Whether the label of a row names another year than the official one does.

    Args:
        labels: texts of its label cells.
        official: the official label with its groups; 上年结转 is of the year before, 结转下年度 of
            the year after.
        report_year: the year of the report.
    """
    allowed = {report_year}
    if PAST.search(official):
        allowed.add(report_year - 1)
    if "下年" in official:
        allowed.add(report_year + 1)
    for label in map(squeeze, labels):
        # What an agency explains behind a label names years of many kinds; a bare year does not.
        remarks = [said for text in _REMARK.findall(label) if (said := _remark(text, report_year))]
        words = _NOTE.sub("", _REMARK.sub("", label))
        years = years_said(words).union(*(years_said(said.text) for said in remarks))
        is_past = PAST.search(words) or any(said.is_relative for said in remarks)
        if years - allowed or (is_past and not PAST.search(official)):
            return True
    return False


def value_names_other_year(text: str, report_year: int) -> bool:
    """Whether a cell says in brackets that its number is of another year.

    Such are 21（2022年） and 21（2023年22）, but not 22（上年21） and 22（其中2022年3件）.
    """
    words = squeeze(text)
    behind = _IN_BRACKETS.search(words)
    said = caption_says(behind.group(1), report_year) if behind else None
    if said is not None and not said.is_own and not re.search(r"\d$|件", said.text):
        return True
    return any(of in {"本", "今", str(report_year)} for of in _OWN_BEHIND.findall(words))
