"""What a value cell prints: number, unit, and which of the states of a cell it is in.

The printed text is never repaired: odd digits are read, remarked on, and left in raw_text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from assets.layout.normalise import INVISIBLE, squeeze
from schemas.vocabulary import ValueStatus

UNITS = (
    "万元",
    "亿元",
    "千元",
    "元",
    "件次",
    "人次",
    "件",
    "条",
    "项",
    "个",
    "次",
    "份",
    "宗",
    "起",
    "万",
    "亿",
    "%",
)
PARTED = "\x1f"
"""Stands between the parts of a number that a stray rule cut in two cells."""
MAX_DIGITS = 12
MAX_DECIMALS = 6
"""Digits that DECIMAL(18,6) holds; a longer number is two cells glued, or no count."""

_MINUS = frozenset({"-", "−", "减"})

_PLACEHOLDERS = frozenset(
    {
        "/",
        "//",
        "\\",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "无",
        "N/A",
        "NA",
        "n/a",
        "N",
        "不适用",
        "不涉及",
        "未涉及",
        "暂无",
        "没有",
        "空",
        "...",
        "……",
    }
)
_NUMBER = re.compile(
    rf"""(?P<sign>[+\-−增减])?
    (?P<digits>\d{{1,3}}(?:[,，]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
    (?P<unit>{"|".join(UNITS)})?
    (?P<remark>\(.*\))?
    (?P<words>[,;、]?(?:其中|均为|均系|都是|包括|不?含|另有|详见|见|注:).{{1,40}})?
    (?P<stop>[。.,;])?$""",
    re.VERBOSE,
)
_BRACKETS = str.maketrans("[【〔〖<〈《{「『⟨]】〕〗>〉》}」』⟩", "(" * 11 + ")" * 11)
"""After NFKC, which takes wide ones along; an agency uses the brackets that its keyboard has."""
_NUMERALS = "零〇一二三四五六七八九十百千万两"
_BARE_REMARK = re.compile(rf"(?=.*[\d{_NUMERALS}])[\d{_NUMERALS}{''.join(UNITS)}\W]*", re.DOTALL)
"""22(16), 22[16件]: nobody says what the second number is."""
_DISPUTE = re.compile(r"应[为是改]|[改正整]为|勘误|实际?[为是]|有误|误[填写算]|错[误填]")
"""22(应为23): the report itself says that the number is none, or another."""
_CHINESE = re.compile(rf"[{_NUMERALS}]{{1,12}}$")
_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}
_MISREAD = re.compile(r"(?=.*[OoQ○Il\ufffd])[\dOoQ○Il.,\ufffd]{1,8}$")
"""Letters that OCR takes digits for, and the mark of readers for a sign that they cannot tell."""
_TWICE = re.compile(r"(?:(?:(\d)\1)+)(?:\.\.(?:(\d)\2)+)")
"""88..1100: a decimal that was printed twice to look bold."""
_NOTE_SIGNS = "⁰¹²³⁴-⁹₀-₉①-⑳⓪⓵-⓿❶-❿➀-➓㉑-㉟㊱-㊿"
_NOTE_MARK = re.compile(rf"(?<=[\d件条项元%）)])\s*(?:[{_NOTE_SIGNS}*※†‡]+|#)$")
"""What points to a note below the table; NFKC would make digits of the number out of it."""
_NO_DIGIT = re.compile(rf"[^(（\[［【〔<《{{]*[{_NOTE_SIGNS}⑴-⒛🄀-🄊]")
"""Raised, circled or dotted digits in front of any remark: marks of notes and of lists."""
_UNSEEN = re.compile(rf"\d{INVISIBLE}\d")
_BACKWARDS = "\u202e"
_ZEROS = frozenset({"〇", "零"})


@dataclass(frozen=True, slots=True)
class Printed:
    """What one cell prints.

    Attributes:
        value: the number in `unit`; None unless the status is reported.
        unit: unit printed in the cell, None where the format's unit applies.
        doubt: why the reading itself is unsure (an inner space or line break between digits, a
            letter for a digit), None when it is plain.
    """

    status: ValueStatus
    value: Decimal | None = None
    unit: str | None = None
    doubt: str | None = None


@lru_cache(maxsize=16384)
def read_value(raw: str) -> Printed:
    """The state and the number of a cell.

    Args:
        raw: the cell exactly as printed.
    """
    marked = _NOTE_MARK.search(raw.strip())
    if marked is None:
        return _read(raw)
    printed = _read(raw.strip()[: marked.start()])
    if printed.status is ValueStatus.REPORTED:
        return replace(printed, doubt=printed.doubt or "a note mark after the number")
    return _read(raw)


def _read(raw: str) -> Printed:
    text = squeeze(raw)
    if not text:
        return Printed(ValueStatus.BLANK)
    if text in _PLACEHOLDERS or set(text) <= set("-—–―─/\\"):
        return Printed(ValueStatus.PLACEHOLDER)
    number = _NUMBER.match(text.translate(_BRACKETS))
    if number:
        return _number(number, raw)
    unread = _unread(text)
    if unread:
        return Printed(ValueStatus.ILLEGIBLE, doubt=unread)
    chinese = _chinese_number(text)
    if chinese is not None:
        return Printed(ValueStatus.REPORTED, Decimal(chinese))
    return Printed(ValueStatus.TEXT)


def _unread(text: str) -> str | None:
    """Why a text that is no number may be one all the same."""
    if _TWICE.fullmatch(text):
        return f"{text}: every character is printed twice"
    return f"{text} may be a number" if _MISREAD.match(text) else None


def _number(found: re.Match[str], raw: str) -> Printed:
    if _NO_DIGIT.match(raw):
        return Printed(ValueStatus.ILLEGIBLE, doubt="a raised, circled or dotted digit")
    digits = found["digits"].replace(",", "").replace("，", "")
    whole, _, decimals = digits.partition(".")
    if len(whole) > MAX_DIGITS or len(decimals) > MAX_DECIMALS:
        return Printed(
            ValueStatus.ILLEGIBLE, doubt=f"no number of the forms is as long as {digits}"
        )
    value = Decimal(digits)
    return Printed(
        ValueStatus.REPORTED,
        -value if found["sign"] in _MINUS else value,
        found["unit"] or next((remark for remark in _remarks(found) if remark in UNITS), None),
        _inner_gap(raw) or _digits_doubt(whole) or _remark_doubt(found),
    )


def _remarks(found: re.Match[str]) -> list[str]:
    """What stands in the innermost brackets behind a number."""
    return re.findall(r"\(([^()]*)\)", found["remark"] or "")


def _digits_doubt(whole: str) -> str | None:
    """Nobody prints 08 for a count: a digit was lost, or one is of something else."""
    if not whole.isascii():
        return "digits of another script"
    return "a number that starts with 0" if len(whole) > 1 and whole[0] == "0" else None


def _remark_doubt(found: re.Match[str]) -> str | None:
    """What behind a number leaves open which number is meant."""
    remarks = _remarks(found)
    if any(_BARE_REMARK.fullmatch(remark) for remark in remarks if remark not in UNITS):
        return "a second number in brackets"
    if _DISPUTE.search(found["remark"] or ""):
        return "a remark that disputes the number"
    if sum(remark in UNITS for remark in remarks) + (found["unit"] is not None) > 1:
        return "two units"
    if found["words"]:
        return "words behind the number"
    return "punctuation after the number" if found["stop"] else None


def is_printed_number(raw: str) -> bool:
    """Whether a cell prints a number, with or without unit."""
    return read_value(raw).status is ValueStatus.REPORTED


def looks_like_value(raw: str) -> bool:
    """Whether a cell can stand in a value column: blank, placeholder, number, illegible.

    Chinese numerals but zero do not count: 三 on its own is the first character of a vertical
    label.
    """
    text = squeeze(raw)
    return read_value(raw).status is not ValueStatus.TEXT and (
        text in _ZEROS or not _CHINESE.match(text)
    )


def _inner_gap(raw: str) -> str | None:
    """A gap between two digits: one number that wrapped, or two cells glued.

    A character that prints nothing counts as one. The number is shown in one piece, or may wrap
    there, and is read so; but nobody types such a character into a number, while programs that
    join two texts, or mark where a cursor stood, leave them behind.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    if re.search(rf"\d{PARTED}\d", text):
        return "digits in two cells"
    if re.search(r"\d\s*[\r\n]+\s*\d", text):
        return "digits on two lines of one cell"
    if re.search(r"\d[ \t\xa0]+\d", text):
        return "a gap between digits"
    if _UNSEEN.search(text):
        return "an invisible character between digits"
    return "characters shown from right to left" if _BACKWARDS in raw else None


def _chinese_number(text: str) -> int | None:
    """十二 -> 12, 〇 -> 0, 一百零三 -> 103; None for anything else."""
    if not _CHINESE.match(text) or "万" in text:
        return None
    if not any(unit in text for unit in _CHINESE_UNITS):
        return int("".join(str(_CHINESE_DIGITS[char]) for char in text))
    total = 0
    digit = None
    for char in text:
        if char in _CHINESE_UNITS:
            total += (1 if digit is None else digit) * _CHINESE_UNITS[char]
            digit = None
        else:
            digit = _CHINESE_DIGITS[char]
    return total + (digit or 0)
