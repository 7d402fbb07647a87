"""Lines of a PDF page outside ruled tables, with what else may stand in them.

A table without rules is such lines. What nobody sees is no part of them. What is pale or turned,
a picture, a form field or a number of two colours gives a line two readings, and the cells that
are made of it carry both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assets.layout.model import Box
from assets.layout.parsers.pdf_doubt import PageDoubts
from assets.layout.parsers.pdf_drawn import UNREADABLE
from assets.layout.parsers.pdf_text import Char, Line, TextSettings, is_numeric, lines_from

_HIGHEST = 2.5
"""Heights of a line up to which a picture may be a number in it; a seal is higher."""
_LOWEST = 0.4
"""The same from which it may; a rule or a dot is lower."""


def loose_lines(
    indexes: Sequence[int],
    chars: Sequence[Char],
    doubts: PageDoubts,
    covers: Sequence[tuple[Box, str]],
    settings: TextSettings,
) -> list[Line]:
    """The lines of some characters from top to bottom; `other` is a second reading of a line.

    Args:
        indexes: of the characters, in content order.
        chars: of the page.
        doubts: what can make text of the page doubtful.
        covers: pictures and fields outside tables, each with the text it is known to show.
        settings: how characters make lines.
    """
    if not doubts.odd and not doubts.tinted and not covers:
        return lines_from((chars[i] for i in indexes), settings)
    aside = [i for i in indexes if i in doubts.odd and is_numeric(chars[i].text)]
    odd = set(aside)
    lines = lines_from((chars[i] for i in indexes if i not in odd), settings)
    unseen = frozenset() if doubts.is_hidden else doubts.unseen
    if unseen:
        nobody = {id(chars[i]) for i in indexes if i in unseen}
        # What stands in a line that nobody sees is on a line of its own below.
        lines = [line for line in lines if any(id(c) not in nobody for c in _ink(line.chars))]
    baselines = [line.chars[0].baseline for line in lines]
    extra: list[list[Char]] = [[] for _ in lines]
    alone: list[Char] = []
    for index in aside:
        at = _line_of(chars[index], lines, baselines)
        if at is not None:
            extra[at].append(chars[index])
        elif index not in unseen:
            alone.append(chars[index])
    for at, char in _shown(covers, lines, baselines):
        extra[at].append(char)
    tinted = {id(chars[i]) for i in indexes if i in doubts.tinted} if doubts.tinted else set()
    lines = [_read(line, more, tinted) for line, more in zip(lines, extra, strict=True)]
    if alone:
        lines += [
            replace(line, other=(line.chars[0]._replace(text=UNREADABLE),))
            for line in lines_from(alone, settings)
        ]
        lines.sort(key=lambda line: line.chars[0].baseline)
    return lines


def _near(
    top: float, bottom: float, lines: Sequence[Line], baselines: Sequence[float]
) -> Iterator[int]:
    """Lines that stand in a height, or in whose height its middle is."""
    middle = (top + bottom) / 2
    for at in range(bisect_left(baselines, top), len(lines)):
        box = lines[at].box
        if baselines[at] > bottom + 4 * lines[at].size:
            return
        if box.top < middle < box.bottom or top < (box.top + box.bottom) / 2 < bottom:
            yield at


def _line_of(char: Char, lines: Sequence[Line], baselines: Sequence[float]) -> int | None:
    """The line in whose height a character stands: the one with the nearest baseline."""
    near = _near(char.top, char.bottom, lines, baselines)
    return min(near, key=lambda at: abs(baselines[at] - char.baseline), default=None)


def _shown(
    covers: Iterable[tuple[Box, str]], lines: Sequence[Line], baselines: Sequence[float]
) -> Iterator[tuple[int, Char]]:
    """What pictures and fields show, as characters of the lines that they stand in."""
    for box, says in covers:
        height = box.bottom - box.top
        for at in _near(box.top, box.bottom, lines, baselines):
            own = lines[at].box.bottom - lines[at].box.top
            if not says and not _LOWEST * own <= height <= _HIGHEST * own:
                continue
            first = lines[at].chars[0]
            # Narrow, so that nothing beside it is joined to it.
            right = min(box.x1, box.x0 + 0.1)
            yield at, first._replace(text=says or UNREADABLE, x0=box.x0, x1=right)


def _read(line: Line, extra: Sequence[Char], tinted: set[int]) -> Line:
    """A line with its second reading.

    Args:
        line: of the characters that nothing speaks against.
        extra: what may stand in it besides.
        tinted: ids of characters of another colour than most.
    """
    new = {id(char): char for char in extra if not _is_again(char, line)}
    stamped = {id(char) for piece in _pieces(line) for char in _stamped(piece, tinted)}
    if not new and not stamped:
        return line
    everything = _sorted((*line.chars, *new.values()))
    pieces = [piece for piece in _pieces(Line(everything)) if any(map(_has_digit, piece))]
    own = [char for piece in pieces if all(id(char) in new for char in piece) for char in piece]
    if own and not any(map(_is_number, _pieces(line))):
        # All its numbers are odd, as in a table of pale digits: they are its text, all in doubt.
        return Line(_sorted((*line.chars, *own)), other=(*line.chars, *_marked(own)[:1]))
    steady = [char for char in line.chars if id(char) not in stamped]
    return replace(line, other=_sorted((*steady, *_marked(new.values()))))


def _marked(chars: Iterable[Char]) -> list[Char]:
    """Characters that make no number, so that no sum can choose what a person hardly sees."""
    return [char._replace(text=char.text.replace(UNREADABLE, "") + UNREADABLE) for char in chars]


def _ink(chars: Iterable[Char]) -> Iterator[Char]:
    return (char for char in chars if not char.text.isspace())


def _has_digit(char: Char) -> bool:
    return any(letter.isdecimal() for letter in char.text)


def _is_number(piece: Sequence[Char]) -> bool:
    """Whether characters that stand together are a number and nothing else."""
    return any(map(_has_digit, piece)) and all(is_numeric(char.text) for char in _ink(piece))


def _sorted(chars: Iterable[Char]) -> tuple[Char, ...]:
    return tuple(sorted(chars, key=lambda char: char.x0))


def _is_again(char: Char, line: Line) -> bool:
    """Whether a character only repeats one of a line, as the shadow of a letter does."""
    return any(
        other.text == char.text and abs(other.x0 - char.x0) <= 0.25 * char.size
        for other in line.chars
    )


def _pieces(line: Line) -> Iterator[list[Char]]:
    """Characters of a line that stand together."""
    piece = [line.chars[0]]
    for before, after in pairwise(line.chars):
        if (
            after.text.isspace()
            or before.text.isspace()
            or after.x0 - before.x1 > 0.35 * after.size
        ):
            yield piece
            piece = []
        piece.append(after)
    yield piece


def _stamped(piece: Sequence[Char], tinted: set[int]) -> list[Char]:
    """The coloured digits of a number whose others are not: part of a stamp, or a change."""
    digits = [char for char in piece if is_numeric(char.text)]
    if not any(map(_has_digit, digits)):
        return []
    colored = [char for char in digits if id(char) in tinted]
    return colored if len(colored) < len(digits) else []
