"""统一社会信用代码 (GB 32100-2015): eighteen characters, two of them checks.

Character 1 tells the registering department, 2 the kind of body, 3 to 8 the division at the time
of registration (not always the one of today), 9 to 17 the organisation code (GB 11714), whose last
character checks it, and 18 checks the whole (GB/T 17710).
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}\d{{6}}[{ALPHABET}]{{10}}")
_FOUND = re.compile(rf"(?<![0-9A-Za-z])[{ALPHABET}]{{2}}\d{{6}}[{ALPHABET}]{{10}}(?![0-9A-Za-z])")
_ORGANISATION = re.compile(r"(?<![0-9A-Za-z])([0-9A-Z]{8})-?([0-9X])(?![0-9A-Za-z])")


def credit_code_check(first_seventeen: str) -> str:
    """The last character that belongs to the first seventeen."""
    pairs = zip(first_seventeen, WEIGHTS, strict=True)
    total = sum(ALPHABET.index(char) * weight for char, weight in pairs)
    return ALPHABET[-total % 31]


def organisation_check(first_eight: str) -> str:
    """The last character of an organisation code that belongs to the first eight."""
    pairs = zip(first_eight, ORGANISATION_WEIGHTS, strict=True)
    total = sum(ORGANISATION_ALPHABET.index(char) * weight for char, weight in pairs)
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def credit_code_fault(code: str) -> str | None:
    """What is wrong with a unified social credit code and what to do, None where it is valid."""
    if not _SHAPE.fullmatch(code):
        return (
            f"{code!r} is no unified social credit code: it has 18 characters, digits and capital "
            "letters without I, O, S, V, Z; compare it with the source"
        )
    if organisation_check(code[8:16]) != code[16]:
        return f"character 17 of {code!r} does not check the organisation code; look for a typo"
    if credit_code_check(code[:17]) != code[17]:
        return f"character 18 of {code!r} does not check the code; look for a typo"
    return None


def credit_codes_in(text: str) -> tuple[str, ...]:
    """Valid unified social credit codes that stand in a text (索引号, address), in its order."""
    found = (match.group() for match in _FOUND.finditer(text.upper()))
    return tuple(dict.fromkeys(code for code in found if credit_code_fault(code) is None))


def organisation_codes_in(text: str) -> tuple[str, ...]:
    """Organisation codes of nine characters that stand in a text and check, in its order.

    One in eleven runs of nine digits checks by chance: such a code can confirm what a name says
    but never decide alone.
    """
    found = (
        match.group(1) + match.group(2)
        for match in _ORGANISATION.finditer(text.upper())
        if organisation_check(match.group(1)) == match.group(2)
    )
    return tuple(dict.fromkeys(found))
