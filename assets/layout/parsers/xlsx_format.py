"""What a spreadsheet shows for a stored number: the number formats of ECMA-376 part 1, 18.8.31.

A cell stores 251000 and prints 251,000.00. Only formats whose print is certain are followed; for
the others (conditions, fractions, scientific, digits parted by words) the answer is "not known",
which the reader passes on as an unreadable character, never as a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Literal

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    18: "h:mm AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
"""Formats that files name by number only, as Chinese programs show them (18.8.30, zh-cn)."""

MAX_CODE = 255
"""Longest format that spreadsheet programs accept."""
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|color\s?\d+|[黑蓝青绿红白黄]色?"
)
_CURRENCY = re.compile(r"\$([^-]{0,8})(?:-[0-9A-Fa-f]+)?")
_MINUTES = re.compile(r"m{1,2}", re.IGNORECASE)
_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
"""Spreadsheets show 15 digits of what they store."""

Kind = Literal["literal", "digits", "percent", "general", "date", "text"]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Kind
    text: str


class _UnknownFormat(ValueError):
    """A part of a format whose print is not certain."""


def shown(stored: str, code: str, *, from_1904: bool = False) -> str | None:
    """The text that a spreadsheet shows for a stored number; None where that is not certain.

    Args:
        stored: the number as the file has it, e.g. `251000` or `0.30000000000000004`.
        code: number format, e.g. `#,##0.00`.
        from_1904: whether days count from 1904.
    """
    try:
        value = _DIGITS.create_decimal(stored.strip())
        if not value.is_finite() or len(code) > MAX_CODE:
            return None
        sections = [list(_tokens(section)) for section in _sections(code)]
        tokens, signed = _chosen(sections, value)
        if any(token.kind == "date" for token in tokens):
            return _date(tokens, value, from_1904).strip()
        return _number(tokens, value if signed else abs(value)).strip()
    except (_UnknownFormat, InvalidOperation, OverflowError):
        return None


def shown_text(text: str, code: str) -> str:
    """A stored text as shown: some formats put words around it, or hide it."""
    try:
        sections = _sections(code)
        section = sections[3] if len(sections) > 3 else sections[-1]
        if len(sections) < 4 and "@" not in section:
            return text
        parts = (text if t.kind == "text" else t.text for t in _tokens(section))
        return "".join(parts).strip(" ") if section else ""
    except _UnknownFormat:
        return text


def _sections(code: str) -> list[str]:
    """Parts of a format between semicolons that are not quoted or escaped."""
    parts = [""]
    for piece in re.findall(r'"[^"]*"?|\[[^\]]*\]|[\\!_*].|.', code, re.DOTALL):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _chosen(sections: Sequence[list[_Token]], value: Decimal) -> tuple[list[_Token], bool]:
    """The section for a value, and whether its sign is still to be printed."""
    numeric = sections[:3]
    if len(sections) == 4 or (len(sections) > 1 and _is_text(sections[-1])):
        numeric = sections[: len(sections) - 1]
    if value < 0 and len(numeric) > 1:
        return numeric[1], False
    if value == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], True


def _is_text(tokens: Sequence[_Token]) -> bool:
    return any(token.kind == "text" for token in tokens)


_TOKEN = re.compile(
    r"""(?P<general>General|G/通用格式)
    |"(?P<quoted>[^"]*)"?
    |[\\!](?P<escaped>.?)
    |(?P<padding>[_*].?)  # as wide as the next sign, or filled with it
    |\[(?P<bracket>[^\]]*)\]?
    |(?P<digits>[0#?.,]+)
    |(?P<percent>%)
    |(?P<text>@)
    |(?P<date>y+|m+|d+|h+|s+)
    |(?P<unknown>[A-Za-z0-9])
    |(?P<literal>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def _tokens(section: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(section):
        said = found[found.lastgroup or "unknown"]
        match found.lastgroup:
            case "general" | "digits" | "percent" | "text" | "literal" as kind:
                yield _Token(kind, said)
            case "quoted" | "escaped":
                yield _Token("literal", said)
            case "padding":
                yield _Token("literal", " ")
            case "date":
                yield _Token("date", said.lower())
            case "bracket":
                yield _bracket(said)
            case _:
                raise _UnknownFormat(section)


def _bracket(inner: str) -> _Token:
    """A colour says nothing of the text; a currency is printed; conditions are not followed."""
    currency = _CURRENCY.fullmatch(inner)
    if currency:
        return _Token("literal", currency[1])
    if _COLOUR.fullmatch(inner.lower()):
        return _Token("literal", "")
    raise _UnknownFormat(inner)


def _number(tokens: Sequence[_Token], value: Decimal) -> str:
    kinds = [token.kind for token in tokens]
    if kinds.count("digits") + kinds.count("general") + kinds.count("text") > 1:
        raise _UnknownFormat("digits parted by words")
    for _ in range(kinds.count("percent")):
        value = value.scaleb(2)
    sign = "-" if value < 0 else ""
    pieces = []
    for token in tokens:
        if token.kind == "digits":
            digits = _digits(token.text, abs(value))
            if sign and not re.search(r"[1-9]", digits):
                raise _UnknownFormat("a negative number that rounds to zero")
            pieces.append(digits)
        elif token.kind in {"general", "text"}:
            pieces.append(_general(abs(value)))
        else:
            pieces.append(token.text)
    return sign + "".join(pieces)


def _general(value: Decimal) -> str:
    """At most 11 signs; very large and very small numbers are shown with exponents."""
    if value == 0:
        return "0"
    whole = int(value)
    if value >= Decimal(10) ** 11 or value < Decimal("0.0001"):
        raise _UnknownFormat("scientific")
    places = max(0, 10 - len(str(whole)))
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(pattern: str, value: Decimal) -> str:
    whole_part, point, decimals = pattern.partition(".")
    if "." in decimals:
        raise _UnknownFormat(pattern)
    last = decimals if point else whole_part
    scale = len(last) - len(last.rstrip(","))
    if point and scale == len(decimals):
        decimals = ""
    value = value.scaleb(-3 * scale)
    decimals = decimals.rstrip(",")
    if not point:
        whole_part = whole_part.rstrip(",")
    if "," in decimals:
        raise _UnknownFormat(pattern)
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, Context(prec=40))
    whole, _, fraction = f"{rounded:f}".partition(".")
    places = whole_part.replace(",", "")
    whole = "" if whole == "0" else whole
    whole = whole.rjust(len(places.lstrip("#?")), "0")
    if "," in whole_part and whole:
        whole = f"{int(whole):,}".rjust(len(whole), "0") if whole.strip("0") else whole
    kept = fraction
    while kept and decimals[len(kept) - 1] in "#?" and kept[-1] == "0":
        kept = kept[:-1]
    return whole + ("." if point else "") + kept


def _date(tokens: Sequence[_Token], value: Decimal, from_1904: bool) -> str:
    if value < 0 or any(token.kind not in {"date", "literal"} for token in tokens):
        raise _UnknownFormat("date")
    if not from_1904 and value < 61:  # 1900 is taken for a leap year, so these days are off by one
        raise _UnknownFormat("a day of early 1900")
    base = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)
    seconds = (value * 86400).quantize(Decimal(1), ROUND_HALF_UP)
    when = base + dt.timedelta(seconds=int(seconds))
    parts = [token.text for token in tokens if token.kind == "date"]
    pieces: list[str] = []
    number = 0
    for token in tokens:
        if token.kind == "literal":
            pieces.append(token.text)
            continue
        after_hours = number > 0 and parts[number - 1][0] == "h"
        before_seconds = number + 1 < len(parts) and parts[number + 1][0] == "s"
        minutes = bool(_MINUTES.fullmatch(token.text)) and (after_hours or before_seconds)
        pieces.append(_date_part(token.text, when, minutes))
        number += 1
    return "".join(pieces)


def _date_part(code: str, when: dt.datetime, minutes: bool) -> str:
    if code[0] == "y":
        return f"{when.year:04d}" if len(code) > 2 else f"{when.year % 100:02d}"
    part = {"m": when.minute if minutes else when.month, "d": when.day}
    part |= {"h": when.hour, "s": when.second}
    if len(code) > 2:  # names of months and days
        raise _UnknownFormat(code)
    return f"{part[code[0]]:0{len(code)}d}"
