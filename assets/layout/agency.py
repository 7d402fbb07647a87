"""Agency and year in titles, and agency names in running text.

A title is taken apart by its grammar (year, 政府信息公开, 报告), not by a list of agencies; whether
a piece of text looks like an agency at all is told by agency_kinds.csv. Names stay as printed:
a wrong character in a name is the document's, and a later reference corrects it visibly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.layout.dates import han_year
from assets.layout.lines import fold, unspaced
from assets.layout.normalise import squeeze
from schemas.catalog import Catalog
from schemas.vocabulary import AgencyKind

MAX_NAME = 40
"""Longest agency name seen is under 30 characters; a longer piece of text is a sentence."""

MAX_TITLE = 80

_KEY = r"(?:政府信息(?:与政务)?公开|政务信息公开|政务公开|信息公开)"
_YEAR = r"(?:(?<!\d)(?:19|20)\d\d(?!\d)|二[〇○零O][〇○零O一二三四五六七八九]{2})"
_TITLE = re.compile(
    rf"^(?P<before>.*?)(?P<key>{_KEY})(?P<after>(?:(?!{_KEY}).){{0,24}}?(?:报告|年报))"
    r"(?P<rest>(?:的?(?:公示|公告|通报|函)|全文|正文|文本|[(（【\[].*|[-—_·|].*)?)$"
)
_YEAR_PIECE = re.compile(rf"({_YEAR})[-—－]?(?:年年度|年度|年|度)?")
_NOT_A_REPORT = re.compile(r"解读|图解|读懂|通知|会议|部署|培训会|法治政府|一图|如何")
_NOT_THE_REPORT = re.compile(
    r"指南|目录|制度|方案|要求|办法|规定|模板|填报|(?<!机构)编制|汇总|栏目|列表"
)
_GLUE = re.compile(
    r"^(?:(?:附件?|附录)\d*[:、.]?|(?:文章|信息|文件|公文)?(?:标题|名称|题名)[:]?|"
    r"[Pp]age\d{1,3}[-—]|\d{1,3}[、._-]?(?=[\u4e00-\u9fff])(?!年)|[(【\[][^)】\]]{0,12}[)】\]]|[-—_·|>#*:,。、.<\s])+"
)
_LEAD = re.compile(r"^(?:关于|现)?(?:公布|发布|印发|公开)?(?=.{2})")
_TAIL = re.compile(
    r"(?:关于|公布|发布|印发|公开|本年度|年度|全年|上一?年度?|的|[-—_·|,，、:：\s(（【\[《])+$"
)
_GENERIC = re.compile(
    r"^(?:我|本|该|全|各|其|上级|下级|有关|相关|某)[省市县区旗州局委办厅镇乡街部院校机单关公]|^(?:本级|单位|机关|部门|政府|"
    r"人民政府|办公室|政府办公室|局|镇|乡|街道|街道办事处|区|县|市|省|部门名称|工作|年度|政务公开|首页)$"
)
_SITE_WORDS = re.compile(r"门户网站|网站|政府网|政务网|首页|网页|专栏|平台|公众号|微信|版权|客户端")
_NAME_CHARS = re.compile(r"[\u3400-\u9fff〇○·（）()“”]{2,40}")
_NOT_IN_NAME = re.compile(
    r"根据|按照|依据|报告|年报|信息公开|(?<!机构)编制|公布|发布|联系|如对|所列|情况"
)

_COMPILER = re.compile(
    r"(?:由|经)(?P<name>[^,。;:、()《》]{2,40}?)(?:\([^()]{0,20}\))?"
    r"(?:(?:根据|围绕|结合|按照|依据|综合)[^,。;]{0,60}?)?"
    r"(?:组织|负责)?(?:编制|编写|编撰|制作|发布)"
)
_COMPILES = re.compile(
    r"(?:^|[,。;:、\n])(?P<name>[^,。;:、()《》\n]{2,40}?)(?:现)?(?:组织)?(?:编制了?|公布|发布|向社会公布|特?编制)"
    rf"(?:的|了|本|《)?[^,。;]{{0,30}}{_KEY}"
)
_OFFICE = r"(?:政府信息公开|政务公开|信息公开)(?:工作)?(?:领导小组)?(?:办公室|机构|部门|中心|处|科)"
_CONTACT = re.compile(
    r"(?:请与|请联系:?|请径?向|可与|联系单位:|联系部门:|联系机构:|请致电|与)"
    rf"(?P<name>[^,。;:、()\d]{{2,40}}?)(?:{_OFFICE})?(?:进行)?"
    r"(?:联系|反映|咨询|反馈|[,。;:(]|$)"
)
_SUB_OFFICE = re.compile(
    r"(?:党政(?:综合)?|综合)?办公室$|党政办$|(?<=[镇乡]人民政府)\w{2,12}(?:室|中心|科|股|站|所)$"
)
"""Office within an agency that a contact line names; 人民政府办公室 is an agency itself."""
_TEXT_TITLE = re.compile(
    r"(?:公布|发布|现公开|编制了?|编写了?|制作|制定了?|现将|形成|汇总|《)"
    r"(?P<title>(?:(?!公布|发布|编制|现将|汇总)[^,。;:《》]){0,44}?"
    rf"{_KEY}[^,。;:《》]{{0,12}}?(?:报告|年报))(?!格式|编制|编发)"
)
_SUBJECT = re.compile(
    r"(?:^|[,。;:、])(?P<name>[\u3400-\u9fff]{4,30}?)(?:对外)?"
    r"(?=根据|按照|依据|结合|围绕|认真|严格|积极|坚持|高度重视|深入|主动公开|共收到|共受理|通过|始终|切实|持续|不断|全面)"
)
_RELATIVE = re.compile(r"^(?:市(?![中南北]区)|[省县区旗州])")


@dataclass(frozen=True, slots=True)
class TitleParts:
    """What a title says; `name` and `year` are None where it does not say them."""

    title: str
    name: str | None
    year: int | None


def agency_kind(name: str, catalog: Catalog) -> AgencyKind:
    """Kind of agency by the words of its name, `unknown` where no wording fits."""
    squeezed = re.sub(r"\([^()]*\)$", "", squeeze(name)) or squeeze(name)
    for row in catalog.agency_kinds:
        if squeezed == row.wording if row.where == "is" else squeezed.endswith(row.wording):
            return row.kind
    return AgencyKind.UNKNOWN


def is_agency(text: str, catalog: Catalog) -> bool:
    """Whether a text can stand as the name of an agency: a known ending, no words of a sentence."""
    name = fold(unspaced(text))
    return (
        _NAME_CHARS.fullmatch(name) is not None
        and not _GENERIC.search(name)
        and not _SITE_WORDS.search(name)
        and not _NOT_IN_NAME.search(name)
        and agency_kind(name, catalog) is not AgencyKind.UNKNOWN
    )


def split_title(text: str, catalog: Catalog) -> TitleParts | None:
    """Agency and year of a line that prints a report title, None for any other line.

    Takes all orders seen: X2023年…, 2023年X…, X政府信息公开工作2022年度报告, X关于2023年…,
    关于X…的报告, with the name in brackets after the title, 年度 twice, or the 年 lost.
    """
    printed = unspaced(text)
    glue = _GLUE.match(fold(printed))
    printed = printed[glue.end() :] if glue else printed
    folded = fold(printed)
    if len(folded) > MAX_TITLE or re.search(r"[,。;!?:]", folded):
        return None
    found = _TITLE.match(folded)
    if found is None:
        return None
    if re.search(r"报告|年报", found["before"]):
        return None
    if _NOT_A_REPORT.search(folded[: found.end("before")]) or _NOT_THE_REPORT.search(
        found["after"]
    ):
        return None
    end = found.start("rest")
    name = _title_name(printed, found)
    if name is None:
        name = _bracketed_name(printed[end:], catalog)
        end = end if name is None else len(printed)
    if found["rest"].startswith("的"):
        end = len(printed)
    return TitleParts(printed[:end], name, _title_year(found))


def _title_year(found: re.Match[str]) -> int | None:
    for part in ("before", "after", "rest"):
        for piece in _YEAR_PIECE.finditer(found[part]):
            return han_year(piece.group(1))
    return None


def _title_name(printed: str, found: re.Match[str]) -> str | None:
    before = found["before"]
    cuts = [0]
    for piece in _YEAR_PIECE.finditer(before):
        cuts += [piece.start(), piece.end()]
    cuts.append(len(before))
    start, end = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda span: span[1] - span[0])
    if end == len(before) and before.endswith("人民") and found["key"].startswith("政府"):
        end += 2  # 某县人民政府信息公开…: 政府 is printed once and serves twice
    return clean_name(printed[start:end])


def _bracketed_name(rest: str, catalog: Catalog) -> str | None:
    for piece in re.split(r"[()（）【】\[\]_—|·-]+", rest):
        if piece and is_agency(piece, catalog):
            return clean_name(piece)
    return None


def clean_name(text: str) -> str | None:
    """A name without the words around it (关于, 2023年度, quotes), None where nothing is left."""
    name = unspaced(text)
    for pattern in (_GLUE, _LEAD):
        lead = pattern.match(fold(name))
        name = name[lead.end() :] if lead else name
    tail = _TAIL.search(fold(name))
    name = (name[: tail.start()] if tail else name).strip("《》〈〉“”\"'")
    folded = fold(name)
    if not 2 <= len(name) <= MAX_NAME or _GENERIC.search(folded) or _SITE_WORDS.search(folded):
        return None
    if re.search(r"[,。;:!?<>=/\\@]", folded) or not re.search(r"[\u3400-\u9fff]", folded):
        return None
    return name


@dataclass(frozen=True, slots=True)
class Mention:
    """What a piece of running text says of the agency or year, with its place in the text."""

    source: str
    name: str | None
    year: int | None
    start: int
    end: int


def mentions(text: str, catalog: Catalog) -> list[Mention]:
    """Titles and agencies that running text names; folded text without white space.

    `text_title` is a title within a sentence (现公布X2023年…报告), `compiled_by` who is said to
    compile the report, `contact` whom to ask, an office within the agency left out.
    """
    found: list[Mention] = []
    for match in _TEXT_TITLE.finditer(text):
        parts = split_title(match["title"], catalog)
        if parts is not None:
            name = parts.name if parts.name and is_agency(parts.name, catalog) else None
            found.append(Mention("text_title", name, parts.year, *match.span("title")))
    for source, pattern in (
        ("compiled_by", _COMPILER),
        ("compiled_by", _COMPILES),
        ("contact", _CONTACT),
    ):
        for match in pattern.finditer(text):
            name = clean_name(_YEAR_PIECE.sub("", match["name"]))
            if name and (source == "contact" or not is_agency(name, catalog)):
                name = _whole_agency(name, catalog)
            start = text.find(name, match.start()) if name else -1
            if name and start >= 0 and is_agency(name, catalog):
                found.append(Mention(source, name, None, start, start + len(name)))
    return found


def subjects(text: str, catalog: Catalog) -> list[str]:
    """The agencies that the sentences of a folded text without white space are about."""
    names = [found["name"] for found in _SUBJECT.finditer(text)]
    return [name for name in names if is_agency(name, catalog) and not is_relative(name)]


def _whole_agency(name: str, catalog: Catalog) -> str:
    """The agency of an office: 青山镇 for 青山镇党政综合办公室, 青山区教育局 for its 办公室."""
    rest = _SUB_OFFICE.sub("", name)
    kind = agency_kind(rest, catalog)
    inner = rest != name and kind not in (AgencyKind.GOV, AgencyKind.UNKNOWN)
    return rest if inner else name


def is_relative(name: str) -> bool:
    """Whether a name leaves out its place: 区统计局 stands for another agency in each district."""
    return _RELATIVE.match(fold(name)) is not None


def same_agency(one: str, other: str) -> bool:
    """Whether two printed names can be the same agency: equal, or one abbreviates the other.

    宽城县政府办 abbreviates 宽城满族自治县人民政府办公室: its characters stand there in this order.
    """
    short, long = sorted((squeeze(one), squeeze(other)), key=len)
    remaining = iter(long)
    return all(char in remaining for char in short)
