"""Automatic numbers of Word paragraphs: "一、" is often a list level and not in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from assets.layout.normalise import int_to_chinese

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_COUNTING = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseDigitalTenThousand",
    }
)
MAX_LEVEL = 8


def local(element: etree._Element) -> str:
    """Name of an element without namespace (transitional and strict files differ in it)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Child elements of the given names."""
    for child in element if element is not None else ():
        if local(child) in names:
            yield child


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child element of a name."""
    return next(children(element, name), None)


def attribute(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute by its local name."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def integer(text: str | None, default: int = 0) -> int:
    """A whole number as written in an attribute, else the default."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a toggle such as bold is set."""
    element = child(properties, name)
    return element is not None and attribute(element) not in {"0", "false", "off", "none"}


def number_text(number: int, form: str) -> str:
    """A list number in one of Word's number formats; decimal for formats not known here."""
    chinese = int_to_chinese(number)
    if form in _COUNTING:
        return chinese
    if form == "chineseLegalSimplified":
        return chinese.translate(_LEGAL)
    if form == "ideographDigital":
        return str(number).translate(_DIGITS)
    if form == "decimalFullWidth":
        return str(number).translate(_WIDE)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in {"none", "bullet"}:
        return ""
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        written = ""
        rest = number
        for value, letters in _ROMAN:
            written += letters * (rest // value)
            rest %= value
        return written if form == "lowerRoman" else written.upper()
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter[:20] if form == "lowerLetter" else letter[:20].upper()
    series = {
        "ideographTraditional": _STEMS,
        "ideographZodiac": _BRANCHES,
        "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
        "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
        "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
        "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
        "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    }.get(form, "")
    return series[number - 1] if 0 < number <= len(series) else str(number)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str
    suffix: str


@dataclass(slots=True)
class Numbering:
    """Lists of a document with their running counters; ask once per paragraph, in order."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    instances: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    started: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def read(cls, root: etree._Element | None) -> Numbering:
        """From the numbering part, or no lists at all where there is none."""
        numbering = cls()
        for abstract in children(root, "abstractNum"):
            numbering.lists[attribute(abstract, "abstractNumId") or ""] = {
                integer(attribute(level, "ilvl")): _Level(
                    integer(attribute(child(level, "start")), 1),
                    attribute(child(level, "numFmt")) or "decimal",
                    attribute(child(level, "lvlText")) or "",
                    attribute(child(level, "suff")) or "tab",
                )
                for level in children(abstract, "lvl")
            }
        for instance in children(root, "num"):
            overrides = {
                integer(attribute(override, "ilvl")): integer(
                    attribute(child(override, "startOverride")), 1
                )
                for override in children(instance, "lvlOverride")
                if child(override, "startOverride") is not None
            }
            numbering.instances[attribute(instance, "numId") or ""] = (
                attribute(child(instance, "abstractNumId")) or "",
                overrides,
            )
        return numbering

    def next(self, num_id: str, level: int) -> str:
        """The number that the next paragraph of a list level prints, with its suffix.

        Bullets give nothing: they are signs of a symbol font, not text.
        """
        abstract, overrides = self.instances.get(num_id, ("", {}))
        levels = self.lists.get(abstract, {})
        if level not in levels or not 0 <= level <= MAX_LEVEL:
            return ""
        counters = self.counters.setdefault(abstract, {})
        if level in overrides and (num_id, level) not in self.started:
            counters[level] = overrides[level] - 1
        self.started.add((num_id, level))
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]
        here = levels[level]
        if here.form in {"bullet", "none"} and "%" not in here.text:
            return here.text if here.form == "none" else ""

        def written(found: re.Match[str]) -> str:
            other = int(found[1]) - 1
            if other not in levels:
                return ""
            return number_text(counters.get(other, levels[other].start), levels[other].form)

        text = re.sub(r"%([1-9])", written, here.text)
        # A tab after 、 or ） only sets the indent; after "1" it is what parts number and text.
        return text if not text or here.suffix == "nothing" or text[-1] > "\x7f" else text + " "
