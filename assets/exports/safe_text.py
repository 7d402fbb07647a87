"""Text that is safe to open in a spreadsheet: no formulas, no characters that files cannot hold.

Documents come from strangers, and a cell that starts with "=" is run by Excel, WPS and
LibreOffice when they open a CSV file. Numbers are never touched: -3 in a column of numbers stays
-3. The patterns are read by DuckDB (RE2) and by Python alike.
"""

from __future__ import annotations

import re

GUARD = "'"
REPLACEMENT = "\ufffd"
# White space before the sign does not protect: some programs trim a field before they look.
FORMULA = "^(?:[ \t\r\n\u00a0\u3000\ufeff]*[=+\\-@＝＋－＠]|[\t\r\n])"
"""Text that some spreadsheet runs as a formula, or that starts with a character it strips."""
GUARDED = f"{FORMULA[:-1]}|{GUARD})"
"""Text that gets a guard: formulas, and text that starts with a guard, so that it can be undone."""
FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Control characters that XML and many CSV readers refuse; tab and line ends stay."""
NOT_XML = "[\ufffe\uffff]"

_FORMULA = re.compile(FORMULA)


def looks_like_formula(value: str) -> bool:
    """Whether a spreadsheet might run a text."""
    return _FORMULA.match(value) is not None


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"


def printable(expression: str) -> str:
    """SQL: a text with U+FFFD for every character that XML and CSV readers refuse."""
    inner = f"regexp_replace({expression}, {_literal(FORBIDDEN)}, '{REPLACEMENT}', 'g')"
    return f"regexp_replace({inner}, {_literal(NOT_XML)}, '{REPLACEMENT}', 'g')"


def guarded(expression: str) -> str:
    """SQL: a text with an apostrophe before it where a spreadsheet might run it.

    Taking one leading apostrophe off every text that has one gives the text back.
    """
    return (
        f"CASE WHEN regexp_matches({expression}, {_literal(GUARDED)}) "
        f"THEN {_literal(GUARD)} || {expression} ELSE {expression} END"
    )


def unguarded(value: str) -> str:
    """The text behind a guarded one."""
    return value.removeprefix(GUARD)
