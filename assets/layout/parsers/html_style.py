"""What the styles of a page do to its text: hide it, cross it out, reorder it, add to it.

Which rule wins is not worked out, so nothing is left out for what a style sheet says: a cell whose
digits a rule may change has a second reading. Style sheets outside the file are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_RULES = 300
"""Selectors of a page that are looked up in it; pages of the forms have some dozen that matter."""
MAX_SEEN = 300_000
"""Elements that they name, counted as often as they do."""
MAX_SELECTOR = 200
MAX_STYLE = 1000
"""Characters of what is said of a selector, or of one element, that are looked at."""
MAX_SHEET = 2_000_000
"""Characters of style sheets that are looked at."""

_END = r"(?:px|pt|r?em|%)?\s*(?:;|$|!)"
_FAINT_SET = re.compile(
    rf"(?<![\w-])(?:(?:width|height|max-width|max-height)\s*:\s*0(?:\.0+)?{_END}"
    rf"|opacity\s*:\s*0?(?:\.[01]\d*|\.0+)?\s*%?\s*(?:;|$|!)"
    rf"|font-size\s*:\s*(?:0?\.\d+|[0-2](?:\.\d+)?)(?:px|pt)\s*(?:;|$|!)"
    rf"|font-size\s*:\s*0(?:\.0+)?{_END}"
    r"|(?:left|right|top|text-indent)\s*:\s*-\d{3,}|mso-hide\s*:\s*all|display\s*:\s*none"
    r"|visibility\s*:\s*(?:hidden|collapse)|clip(?:-path)?\s*:\s*(?:rect|inset|circle|polygon)\("
    r"|position\s*:\s*(?:absolute|fixed))",
    re.IGNORECASE,
)
"""Text so set is hardly seen, or not where it stands; that a class hides it may be undone."""
_FAINT_COLOUR = re.compile(
    r"(?<![\w-])(?:-webkit-text-fill-)?color\s*:\s*(?:transparent|white\b|#fff[0-9a-f]?\b"
    r"|#(?:f[0-9a-f]){3}(?:[0-9a-f]{2})?\b|rgb\((?:\s*2[45]\d\s*,?){3}\)|rgba\([^)]*,\s*0?(?:\.0+)?\s*\)"
    r"|[^;]*/\s*0%?\s*\))",
    re.IGNORECASE,
)
_SHADOW = re.compile(r"text-shadow\s*:\s*(?!none|0\s*(?:;|$)|inherit|unset)\S", re.IGNORECASE)
"""Text without a colour of its own is seen by its shadow."""
_STRUCK_STYLE = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_ODD_STYLE = re.compile(
    r"unicode-bidi\s*:\s*(?:bidi-override|isolate-override)"
    r"|flex-direction\s*:\s*(?:row|column)-reverse|(?<![\w-])order\s*:\s*-?\d"
    r"|(?<![\w-])transform\s*:\s*[^;]*(?:rotate|scale|matrix|skew)|writing-mode\s*:\s*sideways"
    r"|letter-spacing\s*:\s*-(?:[5-9]|\d\d+|0?\.[4-9]\d*em|[1-9](?:\.\d+)?em)"
    r"|position\s*:\s*(?:absolute|fixed)[^}]*background"
    r"|background[^}]*position\s*:\s*(?:absolute|fixed)",
    re.IGNORECASE,
)
"""Text so set shows its digits in another order, upside down, upon each other or covered."""
_PULLED = re.compile(
    r"margin(?:-left|-right)?\s*:\s*(?:\S+\s+){0,3}?-(?:[3-9]|\d\d+|\d*\.[3-9]\d*em|[1-9](?:\.\d+)?em)",
    re.IGNORECASE,
)
"""Pieces of a line drawn over what stands beside them; paragraphs in narrow cells are so set."""
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*((?:\"[^\"]*\"|'[^']*'|[^;\"'])*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"attr\(\s*([\w-]+)[^)]*\)", re.IGNORECASE)
_STRINGS = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_CHANGES_NUMBER = re.compile(
    r"\d|^[\s,.%‰+\-−()（）]*[.%‰+\-−(（][\s,.%‰+\-−()（）]*$|^[十百千万亿]+元?$"
)
"""What makes another number of the one that it is put to."""
_PSEUDO = re.compile(r"(::?(?:before|after))\s*$", re.IGNORECASE)
_MOVING = re.compile(r":(?:hover|active|focus|visited|target|has)|::", re.IGNORECASE)
_NARROW = re.compile(r"max-(?:device-)?width|@keyframes|@-webkit-keyframes", re.IGNORECASE)
"""Rules for telephones, where tables repeat their headers, and for what moves."""


@dataclass(slots=True)
class Looks:
    """Elements of a page, by the number that its parser gives them.

    Attributes:
        faint: whose text may not be seen.
        struck: crossed out.
        odd: whose digits may be shown otherwise than they stand.
        added: with digits put there by a rule, and which.
    """

    faint: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    odd: set[int] = field(default_factory=set)
    added: dict[int, str] = field(default_factory=dict)


_PIECES = frozenset({"a", "b", "big", "em", "font", "i", "label", "small", "span", "strong", "u"})
_CLEARS = re.compile(r"clear\s*:\s*both", re.IGNORECASE)
"""A point that is put below columns and not shown."""


def looks_of(page: LexborHTMLParser, sheet: str) -> Looks:
    """What the style sheets of a page do to its elements."""
    looks = Looks()
    looked = seen = 0
    for selectors, body in rules(sheet[:MAX_SHEET]):
        style = body[:MAX_STYLE]
        groups = [
            group
            for group, is_so in (
                (looks.faint, is_faint_style(style)),
                (looks.struck, is_struck_style(style)),
                (looks.odd, is_odd_style(style, is_piece=False)),
            )
            if is_so
        ]
        is_pulled = is_odd_style(style, is_piece=True)
        is_shown = looks.faint not in groups and not _CLEARS.search(style)
        content = _CONTENT.search(style) if is_shown else None
        if not (groups or is_pulled or content):
            continue
        for selector in selectors:
            pseudo = _PSEUDO.search(selector)
            if bool(pseudo) != bool(content) and not (groups and not pseudo):
                continue
            looked += 1
            if looked > MAX_RULES or seen > MAX_SEEN:
                return looks
            found = _selected(page, _PSEUDO.sub("", selector) or "*")
            seen += len(found)
            for node in found:
                if pseudo and content:
                    added = _added(content.group(1), node.attributes)
                    if added is not None:
                        looks.added[node.mem_id] = looks.added.get(node.mem_id, "") + added
                    continue
                for group in groups:
                    group.add(node.mem_id)
                if is_pulled and node.tag in _PIECES:
                    looks.odd.add(node.mem_id)
    return looks


def _selected(page: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that a selector names; none where it is none, or of what moves."""
    from selectolax.lexbor import SelectolaxError  # noqa: PLC0415 - only when HTML is read

    if len(selector) > MAX_SELECTOR or _MOVING.search(selector):
        return []
    try:
        return page.css(selector)
    except SelectolaxError:
        return []


def _added(content: str, attributes: Mapping[str, str | None]) -> str | None:
    """What a rule puts before or after a text, where it makes another number of it."""
    if re.search(r"counters?\(", content, re.IGNORECASE):
        return "\ufffd"
    named = _ATTRIBUTE.sub(lambda found: f'"{attributes.get(found[1].lower()) or ""}"', content)
    text = "".join(one or two for one, two in _STRINGS.findall(named))
    text = _ESCAPED.sub(lambda found: _character(found[1]) if found[1] else found[2], text)
    return text if _CHANGES_NUMBER.search(text) else None


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if 0 < number < 0xD800 else "\ufffd"


def rules(sheet: str) -> Iterator[tuple[list[str], str]]:
    """The selectors of each rule of a style sheet, and what it says; not those for telephones."""
    head, *comments = sheet.split("/*")
    plain = head + "".join(text.partition("*/")[2] for text in comments)
    open_: list[str] = []
    start = 0
    for found in re.finditer(r"[{}]", plain):
        text = plain[start : found.start()]
        start = found.end()
        if found.group() == "{":
            open_.append(text.rpartition(";")[2].strip())
        elif open_:
            prelude = open_.pop()
            if not prelude.startswith("@") and not any(map(_NARROW.search, open_)):
                yield [selector.strip() for selector in prelude.split(",")], text


def is_faint_style(style: str) -> bool:
    """Whether text with a style may not be seen, or not where it stands."""
    style = style[:MAX_STYLE]
    hides = _FAINT_SET.search(style) is not None
    return hides or (bool(_FAINT_COLOUR.search(style)) and not _SHADOW.search(style))


def is_struck_style(style: str) -> bool:
    """Whether text with a style is crossed out."""
    return _STRUCK_STYLE.search(style[:MAX_STYLE]) is not None


def is_odd_style(style: str, *, is_piece: bool) -> bool:
    """Whether the digits of an element with a style may be shown otherwise than they stand.

    Args:
        style: declarations.
        is_piece: whether it is a piece of a line, not a paragraph.
    """
    style = style[:MAX_STYLE]
    return bool(_ODD_STYLE.search(style) or (is_piece and _PULLED.search(style)))


def is_piece(tag: str) -> bool:
    """Whether elements of a tag are pieces of a line."""
    return tag in _PIECES


def scripted(scripts: Iterable[str]) -> frozenset[str]:
    """The ids (bare) and classes (with a point) that scripts name in quotes: what they may fill."""
    text = "\n".join(scripts)[:MAX_SHEET]
    return frozenset(
        found[1] for found in re.finditer(r"[\"']#?(\.?[A-Za-z][\w:-]{0,60})[\"']", text)
    )
