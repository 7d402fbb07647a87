"""The contact block of a report: where to ask about it.

Only the places where reports print it are searched: the introduction, sentences that say whom
to contact, and the last part. Telephone numbers of hotlines in the text are not contacts of the
report. What is not printed is null.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

import polars as pl

from assets.layout.dates import only_date
from assets.layout.lines import Line, fold, lines_of, unspaced
from assets.layout.model import ParsedDocument
from assets.layout.sections import Sections
from schemas.frames import ReportContacts, typed_frame

MAX_ADDRESS = 80
MAX_VALUE = 80

_LABELS = {
    "address": r"(?:联系|办公|通[讯信]|单位|机关|邮寄)?地\s*址|联系地点",
    "postcode": r"邮\s*编|邮政\s*编码",
    "telephone": r"(?:联系|咨询|办公|值班|公开)?电\s*话(?:号码)?|联系方式|TEL|Tel|tel",
    "email": r"(?:电子)?邮\s*箱(?:地址)?|电子邮件(?:地址)?|[Ee]-?[Mm][Aa][Ii][Ll]",
}
_ANY_LABEL = re.compile(
    "(?:"
    + "|".join(_LABELS.values())
    + r"|传\s*真|网\s*址|网\s*站|联系人|联系单位|联系部门|公众号)"
    r"(?=\s*[:为是]|\s+\S|\d)"
)
_LABELLED = {
    field: re.compile(rf"(?:{words})\s*(?:[(][^()]{{0,12}}[)])?\s*[:为是]?\s*")
    for field, words in _LABELS.items()
}
_DIGITS_APART = re.compile(r"(?<=[\d\-()])[ \t\xa0\u3000]+(?=[\d\-()])")
_NUMBER = (
    r"(?:1[3-9]\d{9}|[48]00-?\d{3,4}-?\d{3,4}|(?:\(?0\d{2,3}\)?-*)?\d{7,8}(?:(?:转|-)\d{1,6})?"
    r"|12345)(?!\d)"
)
_TELEPHONE = re.compile(rf"{_NUMBER}(?:[、,;/或]{_NUMBER})*")
_POSTCODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9][\w.%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_WEBSITE = re.compile(
    r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+=%;,\[\]]+"
    r"|(?<![\w@./-])www\.[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+(?:/[A-Za-z0-9\-._~/?#=&%]*)?"
    r"|(?<![\w@./-])(?:[A-Za-z0-9\-]+\.)+gov\.cn(?:/[A-Za-z0-9\-._~/?#=&%]*)?",
    re.ASCII,
)
_TORN_ADDRESS = re.compile(r"([^\n]{20}[A-Za-z0-9./_-])\n(?=[a-z./_-])")
"""A full line that ends within a web address which the next line goes on with."""
_FOOTER = re.compile(
    r"主办(?:单位)?\s*[:：]|承办(?:单位)?\s*[:：]|版权所有|网站标识码|ICP备|公网安备|网站地图|技术支持|Copyright"
)
_ASKS = re.compile(
    r"(?:如|若|如果|如有).{0,30}(?:疑问|意见|建议|问题).{0,40}(?:联系|反映|咨询|致电)|请与.{2,40}联系|敬请联系"
)


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contact block; every field is None where the report does not print it."""

    address: str | None = None
    postcode: str | None = None
    telephone: str | None = None
    email: str | None = None
    website: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not any(asdict(self).values())


def find_contacts(document: ParsedDocument, sections: Sections) -> Contacts:
    """Address, postcode, telephone, e-mail and website that a report gives for questions."""
    for text in _places(lines_of(document), sections):
        found = _contacts_in(text)
        if not found.is_empty:
            return found
    return Contacts()


def contacts_frame(doc_id: str, contacts: Contacts) -> pl.DataFrame:
    """The contact block of a document as report_contacts rows: one, or none."""
    rows = [] if contacts.is_empty else [{"doc_id": doc_id, **asdict(contacts)}]
    return typed_frame(ReportContacts, rows)


def _places(lines: tuple[Line, ...], sections: Sections) -> list[str]:
    """Texts to search, the most trusted first: introduction, sentence of contact, last part."""
    start = sections.start
    intro = [line for line in lines if start is None or line.place < start]
    if start is None:
        intro = [line for line in intro if line.grid is None][:40]
    asking = [
        "\n".join(line.text for line in lines[i : i + 6])
        for i, line in enumerate(lines)
        if line.grid is None and _ASKS.search(line.text) and line not in intro
    ]
    last = sections.parts[-1].heading.line.place if sections.parts else None
    tail = [line for line in lines if last is not None and line.place > last and line.grid is None]
    tail = _before_footer(tail)
    return ["\n".join(line.text for line in intro), *asking, "\n".join(line.text for line in tail)]


def _before_footer(tail: list[Line]) -> list[Line]:
    """Lines of the last part without the footer of a site, whose contacts are not the report's.

    A footer is known by words such as 网站标识码; its own address may stand shortly before them.
    """
    marks = [i for i, line in enumerate(tail) if _FOOTER.search(line.text)]
    if not marks:
        return tail
    dates = [i for i, line in enumerate(tail) if only_date(fold(unspaced(line.text)))]
    return tail[: dates[0] if dates and dates[0] < marks[0] else max(0, marks[0] - 3)]


def _contacts_in(text: str) -> Contacts:
    folded = fold(text)
    return Contacts(
        address=_address(text, folded),
        postcode=_labelled(folded, "postcode", _POSTCODE),
        telephone=_labelled(folded, "telephone", _TELEPHONE),
        email=_labelled(folded, "email", _EMAIL) or _first(folded, _EMAIL),
        website=_website(folded),
    )


def _labelled(folded: str, field: str, pattern: re.Pattern[str]) -> str | None:
    """The first value of a form that follows its label, spaces between digits removed.

    A line break within the value is passed over, but only where the line alone has no value.
    """
    for label in _LABELLED[field].finditer(folded):
        rest = folded[label.end() : label.end() + MAX_VALUE]
        for printed in (rest, rest.replace("\n", "")):
            value = _DIGITS_APART.sub("", printed)
            if field == "email":
                value = re.sub(r"[ \t]*([@.])[ \t]*", r"\1", value)
            found = pattern.match(re.sub(r"[—–]+", "-", value))
            if found is not None:
                return unspaced(found.group()).rstrip(".-")
    return None


def _first(folded: str, pattern: re.Pattern[str]) -> str | None:
    found = pattern.search(folded)
    return found.group().rstrip(".-") if found else None


def _website(folded: str) -> str | None:
    found = _WEBSITE.search(_TORN_ADDRESS.sub(r"\1", folded))
    return found.group().rstrip(".,;:!?'") if found else None


def _address(text: str, folded: str) -> str | None:
    for label in _LABELLED["address"].finditer(folded):
        if not re.search(r"[:为是]\s*$|\s$", label.group()) or folded[: label.start()].endswith(
            ("网", "邮箱", "网站", "IP")
        ):
            continue
        end = _address_end(folded, label.end(), in_brackets=_inside_brackets(folded, label.start()))
        value = unspaced(text[label.end() : end])
        if 4 <= len(value) <= MAX_ADDRESS and re.search(r"[\u4e00-\u9fff]", value):
            return value
    return None


def _inside_brackets(folded: str, at: int) -> bool:
    before = folded[max(0, at - 200) : at]
    return before.count("(") > before.count(")")


def _address_end(folded: str, start: int, in_brackets: bool) -> int:
    """Where an address stops: punctuation, the next label, the bracket or the line that ends it."""
    depth = 0
    following = _ANY_LABEL.search(folded, start)
    limit = following.start() if following else len(folded)
    for at in range(start, limit):
        char = folded[at]
        if char == "(":
            depth += 1
        elif char == ")":
            if depth == 0:
                return at
            depth -= 1
        elif char in "。;," or (char == "\n" and not in_brackets):
            return at
    return limit
