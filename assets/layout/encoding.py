"""Bytes of a text document to text, by a fixed order of trials.

A byte order mark decides; then a declared encoding, strict UTF-8, UTF-16 without mark, GB18030
(which covers GBK and GB2312). What none of them reads, or what they read as control and
private-use characters, is damaged: it is said to be so, never guessed.
"""

from __future__ import annotations

import codecs

from assets.layout.model import ReadFailure
from schemas.vocabulary import DocumentStatus

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
MIN_MARKS = 0.2
"""Share of question marks above which they stand for characters that were lost."""
MIN_READ_WRONG = 0.9
"""Share of Latin letters with marks above which a text is no Chinese."""
MIN_CHINESE = 0.6
"""Share of Chinese characters that the bytes, had back, must give; chance gives next to none."""
MIN_ODD = 30
"""Fewer characters beyond ASCII say nothing of the encoding."""
_CP1252 = frozenset("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of some bytes and the encoding that read it.

    Args:
        data: the whole document.
        declared: encoding that the document names itself (an HTML meta tag), if any.

    Raises:
        ReadFailure: no encoding reads the bytes as text (damaged).
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data, encoding)
            if text is not None:
                return text, encoding
    for encoding in (declared, "utf-8", _unmarked_utf16(data), "gb18030"):
        text = _strict(data, encoding) if encoding else None
        if text is not None and _is_readable(text):
            return text, str(encoding)
    raise ReadFailure(
        DocumentStatus.DAMAGED,
        "no known encoding (UTF-8, UTF-16, GB18030) reads these bytes as text; "
        "save the document again as UTF-8",
    )


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 by where the zero bytes of ASCII characters stand; None when there are too few."""
    sample = data[:_SAMPLE]
    pairs = len(sample) // 2
    if len(data) % 2 or pairs < 8:
        return None
    zeros_even, zeros_odd = sample[::2].count(0), sample[1::2].count(0)
    if max(zeros_even, zeros_odd) < pairs * 0.02:
        return None
    return "utf-16-be" if zeros_even > zeros_odd else "utf-16-le"


def _is_readable(text: str) -> bool:
    """At most one control or private-use character in a hundred, and no replacement runs."""
    if not text:
        return True
    odd = sum(
        (ord(char) < 32 and char not in "\t\n\r\f\v")
        or 0x7F <= ord(char) < 0xA0
        or 0xE000 <= ord(char) < 0xF900
        or ord(char) == 0xFFFD
        for char in text[: _SAMPLE * 16]
    )
    return odd * 100 <= min(len(text), _SAMPLE * 16)


def refuse_garbled(text: str) -> None:
    """Refuse a text that was damaged before it was saved: it is said to be so, never guessed.

    Raises:
        ReadFailure: most of it is question marks, or it was read in a wrong encoding (damaged).
    """
    printed = "".join(text[: _SAMPLE * 16].split())
    if not printed:
        return
    marks = sum(printed.count(mark) for mark in "?？\ufffd")
    if marks >= MIN_MARKS * len(printed):
        raise ReadFailure(
            DocumentStatus.DAMAGED,
            f"{marks} of its {len(printed)} characters are question marks: the Chinese text was "
            "lost when it was saved; fetch the original again",
        )
    wrong = _read_wrong(printed)
    if wrong:
        raise ReadFailure(
            DocumentStatus.DAMAGED,
            f"its text is {wrong[1]} that was read as {wrong[0]} and saved so (mojibake); fetch "
            "the original again and save it as UTF-8",
        )


def _read_wrong(text: str) -> tuple[str, str] | None:
    """The encoding in which a text was wrongly read, and its own; None for a sound text.

    A sound Chinese text whose characters are written in GB18030 is no UTF-8, and it has no Latin
    bytes.
    """
    odd = [char for char in text if char > "\x7f"]
    if len(odd) < MIN_ODD:
        return None
    sample = "".join(odd)
    latin = sum("\x80" <= char <= "\xff" or char in _CP1252 for char in odd)
    if latin > MIN_READ_WRONG * len(odd):
        data = b"".join(_latin_byte(char) for char in odd)
        own = next((name for name in ("utf-8", "gb18030") if _is_chinese(data, name)), None)
        return ("a Latin encoding", own.upper()) if own else None
    data = sample.encode("gb18030", errors="ignore")
    return ("GB18030", "UTF-8") if _is_chinese(data, "utf-8") else None


def _latin_byte(char: str) -> bytes:
    return char.encode("cp1252" if char in _CP1252 else "latin-1", errors="ignore")


def _is_chinese(data: bytes, encoding: str) -> bool:
    """Whether nearly all of some bytes are Chinese characters in an encoding."""
    read = data.decode(encoding, errors="replace")
    good = sum("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" for char in read)
    return good > MIN_CHINESE * len(read)
