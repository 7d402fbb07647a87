"""Automatic numbers of Word paragraphs: "一、" is often a list level and not in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import lxml.etree

from assets.layout.normalise import int_to_chinese

Element: TypeAlias = lxml.etree._Element

_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
MAX_LEVEL = 8


def local(element: Element) -> str:
    """Name of an element without namespace (transitional and strict files differ in it)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Child elements of the given names."""
    for child in element if element is not None else ():
        if local(child) in names:
            yield child


def child(element: Element | None, name: str) -> Element | None:
    """The first child element of a name."""
    return next(children(element, name), None)


def attribute(element: Element | None, name: str = "val") -> str | None:
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


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a toggle such as bold is set."""
    element = child(properties, name)
    return element is not None and attribute(element) not in {"0", "false", "off", "none"}


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _letter(number: int) -> str:
    """Letters as Word counts them: a … z, aa, bb …."""
    if not 0 < number <= 26 * 20:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": int_to_chinese,
    "chineseCountingThousand": int_to_chinese,
    "japaneseCounting": int_to_chinese,
    "japaneseDigitalTenThousand": int_to_chinese,
    "taiwaneseCounting": int_to_chinese,
    "taiwaneseCountingThousand": int_to_chinese,
    "chineseLegalSimplified": lambda number: int_to_chinese(number).translate(_LEGAL),
    "ideographDigital": lambda number: str(number).translate(_DIGITS),
    "decimalFullWidth": lambda number: str(number).translate(_WIDE),
    "decimalZero": lambda number: f"{number:02d}",
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "bullet": lambda _: "",
    "none": lambda _: "",
}
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SERIES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "decimalEnclosedCircle": _CIRCLES,
    "decimalEnclosedCircleChinese": _CIRCLES,
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
}


def number_text(number: int, form: str) -> str:
    """A list number in one of Word's number formats; decimal for formats not known here."""
    series = _SERIES.get(form, "")
    if 0 < number <= len(series):
        return series[number - 1]
    return _FORMS.get(form, str)(number)


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
    def read(cls, root: Element | None) -> Numbering:
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
