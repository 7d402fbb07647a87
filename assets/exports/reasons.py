"""Why something was not read, waits for a person or was not taken in, in the reader's language.

Tables carry these sentences in English, as data that does not depend on who looks. What people
are shown is told anew from reasons.yml: a stored sentence is matched against the English texts
there, and what fills its gaps (numbers, names, a further reason) goes into the Chinese one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from assets.exports.messages import Language

REASONS = Path(__file__).with_name("reasons.yml")
LISTS = (("; ", "；"), (", ", "、"))
"""How sentences are joined in English, and in Chinese."""
MOST_PARTS = 4
"""Pieces between "; " that one reason may be made of, beside those in its gaps."""
_GAP = re.compile(r"\{(\w+)\}")
_WORD = frozenset(
    {
        "blank", "cells", "code", "columns", "confidence", "count", "day", "depth", "digits",
        "fields", "first", "headings", "height", "last", "likeness", "limit", "marks", "number",
        "packed", "page", "pages", "peak", "seconds", "sheet", "size", "stated", "taken", "total",
        "unpacked", "unreadable", "values", "width", "year",
    }
)  # fmt: skip
"""Gaps that hold one number or date: nothing longer may be taken for it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of reason: its code, its Chinese text, and how its English text is recognised.

    `literal` is the longest run of fixed characters, and a sentence without it is another one;
    `size` counts all that are fixed. `is_named` where it begins with what it speaks of.
    """

    code: str
    zh: str
    literal: str
    size: int
    is_named: bool
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _reasons() -> tuple[Reason, ...]:
    """All reasons, those with most fixed characters first: the more is said, the surer it is."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with REASONS.open(encoding="utf-8") as handle:
        texts: dict[str, dict[str, str]] = yaml.load(handle, Loader=loader)
    found: list[Reason] = []
    for code, text in texts.items():
        pieces = _GAP.split(text["en"])
        fixed = pieces[::2]
        # Every second piece is the name of a gap; one that comes twice must be filled alike.
        parts = [
            re.escape(piece)
            if at % 2 == 0
            else f"(?P={piece})"
            if piece in pieces[1:at:2]
            else f"(?P<{piece}>{'[^ ;,]*?' if piece in _WORD else '.*?'})"
            for at, piece in enumerate(pieces)
        ]
        pattern = re.compile("".join(parts), re.DOTALL)
        size = sum(map(len, fixed))
        literal = max(fixed, key=len)
        found.append(Reason(code, text["zh"], literal, size, not fixed[0], pattern))
    return tuple(sorted(found, key=lambda reason: -reason.size))


def reason_in(text: str | None, lang: Language) -> str:
    """A stored reason in a language; one that reasons.yml does not know stays as it is."""
    if not text or lang == "en":
        return text or ""
    return _told(text) or text


def reason_code(text: str | None) -> str:
    """The code of a reason, for programs; '' where it is none that reasons.yml knows."""
    found = _find(text or "")
    return found[0].code if found else ""


def _find(text: str) -> tuple[Reason, dict[str, str]] | None:
    for reason in _reasons():
        if reason.literal in text and (match := reason.pattern.fullmatch(text)):
            return reason, match.groupdict()
    return None


@lru_cache(maxsize=4096)
def _one(text: str) -> str | None:
    """A single reason in Chinese, or one behind a name; None where it is not known.

    What fills its gaps may be a reason or a list of them.
    """
    found = _find(text)
    name, mark, rest = text.partition(": ")
    # "a.pdf: page 2 is ..." is a name and a reason, though "{place} is ..." would take both.
    is_named = mark and LISTS[0][0] not in name
    if is_named and (found is None or any(mark in value for value in _before(found))):
        behind = _one(rest)
        if behind is not None:
            return f"{name}：{behind}"
    if found is None:
        return None
    reason, filled = found
    return reason.zh.format(**{name: _told(value) or value for name, value in filled.items()})


def _before(found: tuple[Reason, dict[str, str]]) -> list[str]:
    """What stands in front of the first fixed words of a reason."""
    reason, filled = found
    return list(filled.values())[:1] if reason.is_named else []


def _told(text: str) -> str | None:
    """A reason or several in Chinese; None where nothing of it is known."""
    if not text:
        return None
    if (whole := _one(text)) is not None:
        return whole
    for english, chinese in LISTS:
        parts = text.split(english)
        if len(parts) > 1 and (told := _listed(parts, english, chinese)) is not None:
            return told
    name, mark, rest = text.partition(": ")
    inner = _told(rest) if mark else None
    return f"{name}：{inner}" if inner is not None else None


def _listed(parts: Sequence[str], english: str, chinese: str) -> str | None:
    """Several reasons in Chinese; each may hold the sign that parts them.

    Of all ways to cut, the one that leaves fewest pieces unknown; None where all are unknown.
    """
    # From each place on: pieces unknown, what is told there, and where it ends.
    best = [(0, "", 0)] * (len(parts) + 1)
    for start in reversed(range(len(parts))):
        choice = (best[start + 1][0] + 1, parts[start], start + 1)
        for end in range(start + 1, min(start + MOST_PARTS, len(parts)) + 1):
            told = _one(english.join(parts[start:end])) if best[end][0] < choice[0] else None
            if told is not None:
                choice = (best[end][0], told, end)
        best[start] = choice
    if best[0][0] == len(parts):
        return None
    found, at = [], 0
    while at < len(parts):
        _, told, at = best[at]
        found.append(told)
    return chinese.join(found)
