"""Pure string functions for comparing printed text: widths, spaces, ordinals, punctuation.

Nothing here is applied to text that is kept: the lake holds what is printed, and these functions
make the keys by which printed labels are compared.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from schemas.characters import simplified

INVISIBLE = (
    r"[\s\x00-\x1f\x7f-\x9f\xad\u061c\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]+"
)
"""White space of all widths, controls, zero-width and bidi marks, variation selectors."""

_INVISIBLE = re.compile(INVISIBLE)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, simplified()))}]")
_TAIWAN = {"資訊": "信息", "檔案": "文件", "程式": "程序", "專案": "项目"}
_TAIWAN_WORDS = re.compile(rf"(?:{'|'.join(_TAIWAN)})(?![局館馆室管])")
"""Words that converters to the characters of Taiwan put for those of the forms; 檔案局 is one."""
_PINYIN = re.compile(r"(?<=[\u4e00-\u9fff])\([a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}[1-5]?\)")
"""Copies for pupils and for search engines print how a character is read."""

_MEMO_LENGTH = 200
"""Characters of the longest text whose squeezed form is kept: labels and lines come again."""
_CIRCLED = {ord(mark): f"({number})" for number, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", 1)}
"""NFKC would make ① a bare digit and so a number out of an ordinal."""

_HAN = r"[一二三四五六七八九十]{1,3}"
_ORDINAL = re.compile(
    rf"\((?:\d{{1,2}}|{_HAN})\)[、.,:;]?"  # (一) (1) and (一)、
    rf"|(?:\d{{1,2}}|{_HAN})\)"  # 1)
    rf"|{_HAN}[、.,·:]"  # 一、 also before a digit: 一、2023年
    r"|\d{1,2}[、.,·:](?=\D|$|20\d\d年)"  # 3、 1. but neither 1.5 nor 1,000 nor 1、2、3
)

_DIGITS = "零一二三四五六七八九"
_HALF_AND_FULL_WIDTH = "0123456789０１２３４５６７８９"
RAISED_DIGITS = str.maketrans(_HALF_AND_FULL_WIDTH, "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2)
LOWERED_DIGITS = str.maketrans(_HALF_AND_FULL_WIDTH, "₀₁₂₃₄₅₆₇₈₉" * 2)
"""A raised digit names a note: readers keep it apart from the number in front of it."""


def squeeze(text: str) -> str:
    """Text in NFKC form without any white space, control or zero-width character.

    Full-width forms become half-width, so （ is ( and ： is : afterwards; traditional characters
    become simplified, words of Taiwan those of the forms (檔案 is 文件), and readings in brackets
    behind a character (规(guī)章) are left out.
    """
    if text.isascii() and text.isprintable() and " " not in text:
        return text  # most numbers
    return _squeezed(text) if len(text) <= _MEMO_LENGTH else _squeezed.__wrapped__(text)


@lru_cache(maxsize=2048)
def _squeezed(text: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if _TRADITIONAL.search(text):
        text = _TAIWAN_WORDS.sub(lambda found: _TAIWAN[found.group()], text)
        text = text.translate(simplified())
    return _PINYIN.sub("", text) if "(" in text else text


def split_ordinal(text: str) -> tuple[str, str]:
    """The leading ordinal of a label and the rest, both squeezed.

    `（一）予以公开` gives `("(一)", "予以公开")`, `3、x` gives `("3、", "x")`; a label without an
    ordinal gives an empty first part. Numbers such as `1.5` or `1,000` are not ordinals.
    """
    squeezed = squeeze(text.translate(_CIRCLED))
    found = _ORDINAL.match(squeezed)
    if found is None:
        return "", squeezed
    return found.group(), squeezed[found.end() :]


def label_core(text: str) -> str:
    """The words of a label: squeezed, without leading ordinals, brackets, quotes, punctuation.

    `（七）总计` and `总计` have the same core, so callers that must tell them apart look at
    split_ordinal as well.
    """
    ordinal, rest = split_ordinal(text)
    while ordinal and rest:
        ordinal, rest = split_ordinal(rest)
    return "".join(char for char in rest if unicodedata.category(char)[0] not in "PS")


def chinese_to_int(text: str) -> int | None:
    """The number that 一 … 九十九 or plain digits write, else None."""
    if text.isdecimal():
        return int(text)
    if not re.fullmatch(
        r"[一二三四五六七八九]?十[一二三四五六七八九]?|[零一二三四五六七八九]", text
    ):
        return None
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.index(ones)
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)


def int_to_chinese(number: int) -> str:
    """The number in Chinese counting form, as Word numbers 一、二、…十一、…一百零二、.

    Above 9999, and below 1, digits are given: no list counts that far.
    """
    if not 0 < number < 10_000:
        return str(number)
    written = ""
    gap = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + name
        gap = not digit
    return written.removeprefix("一") if written.startswith("一十") else written
