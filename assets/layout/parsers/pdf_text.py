"""Characters of a PDF page to printed lines: baselines, gaps, characters drawn twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf
from operator import attrgetter
from typing import NamedTuple

from assets.layout.model import Box
from assets.layout.normalise import RAISED_DIGITS


@dataclass(frozen=True, slots=True)
class TextSettings:
    """Measures as shares of the character size, with the reason for each."""

    same_line: float = 0.35
    """Baselines of one line differ by less (superscripts); lines are 1.0 or more apart."""
    twice: float = 0.25
    """Fake bold draws a character again this near; signs of one word are 0.5 apart."""
    digit_twice: float = 0.1
    """The same for digits, where a false guess makes another number: converters shift by less."""
    least_twice: float = 0.85
    """Points of the same, since the shift of fake bold does not shrink with small type."""
    space: float = 0.35
    """A gap that shows as a space; digits and Chinese characters stand closer."""
    column: float = 1.0
    """A gap from which on several spaces are written, so that columns can be seen."""
    raised: float = 0.75
    """A digit at most so large as the one before it, and higher, names a note."""
    touching: float = 0.12
    """Digits nearer than this are one number, whatever rule runs between them."""


class Char(NamedTuple):
    """A printed character; `baseline` is measured from the top like the box.

    A tuple, since a page has thousands of them and they are made faster.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    font: str

    @property
    def middle(self) -> tuple[float, float]:
        """The point that decides in which cell the character is."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Line:
    """Characters on one baseline, left to right; `other` are those of a second reading.

    None stands for a line that can be read in one way only.
    """

    chars: tuple[Char, ...]
    other: tuple[Char, ...] | None = None

    @cached_property
    def box(self) -> Box:
        """The box around the characters that are not white space (indents may be spaces)."""
        ink = [char for char in self.chars if not char[0].isspace()] or self.chars
        return Box(
            min([char[1] for char in ink]),
            min([char[2] for char in ink]),
            max([char[3] for char in ink]),
            max([char[4] for char in ink]),
        )

    @cached_property
    def first_word(self) -> float:
        """Width of what could not wrap at the start: a run of letters and digits, or one sign."""
        end = start = self.box.x0
        for char in self.chars:
            if char.text.isspace():
                if end > start:
                    break
                continue
            if end > start and not (char.text.isascii() and char.text.isprintable()):
                break
            end = char.x1
            if not char.text.isascii():
                break
        return end - start

    def has_columns(self, settings: TextSettings) -> bool:
        """Whether gaps part the line into columns."""
        return any(
            after[1] - before[3] > settings.column * max(before[6], after[6])
            for before, after in pairwise(self.chars)
        )

    @cached_property
    def size(self) -> float:
        """The size of most characters."""
        sizes = sorted([char[6] for char in self.chars])
        return sizes[len(sizes) // 2]


NUMERIC_SIGNS = frozenset("+-－−–—.．,，%％‰/／\\千万亿\ufffd")
"""What makes another number, or a number at all, of the digits beside it; what has no code may."""


def is_numeric(text: str) -> bool:
    """Whether a character may be part of a number or stand for one."""
    return text in NUMERIC_SIGNS or text.isdecimal()


_MAX_PAIRS = 100_000
"""Kinds of digits and of larger characters that are compared to save looking at all of them."""
_left = attrgetter("x0")
_place = attrgetter("baseline", "x0")


def lines_from(chars: Iterable[Char], settings: TextSettings) -> list[Line]:
    """Lines from top to bottom, characters that are drawn twice taken once."""
    chars = list(chars)
    if not chars:
        return []
    *_, baseline, size, _ = chars[0]
    if {(char[5], char[6]) for char in chars} == {(baseline, size)}:
        # Most cells hold one line of one size: nothing to group and no raised digits.
        return _inked([chars], settings)
    groups: list[list[Char]] = []
    for char in sorted(_with_notes(chars, settings), key=_place):
        # Compared with the first of the line: a chain of small steps must not join two lines.
        if groups and char.baseline - groups[-1][0].baseline <= settings.same_line * min(
            char.size, groups[-1][0].size
        ):
            groups[-1].append(char)
        else:
            groups.append([char])
    return _inked(groups, settings)


def _inked(groups: Iterable[list[Char]], settings: TextSettings) -> list[Line]:
    """Lines of the groups that hold more than white space."""
    lines = (Line(tuple(_once(group, settings))) for group in groups)
    return [line for line in lines if any(not char.text.isspace() for char in line.chars)]


def _with_notes(chars: list[Char], settings: TextSettings) -> list[Char]:
    """Small raised digits behind a character become superscripts on its baseline."""
    largest = max([char[6] for char in chars])
    small = [c for c in chars if c[6] <= settings.raised * largest and c[0].isdigit()]
    if not small or not _is_any_raised(small, chars, settings):
        return chars
    ends: dict[int, list[Char]] = {}
    for char in chars:
        if not char[0].isspace():
            ends.setdefault(round(char[3]), []).append(char)
    baselines: dict[int, float] = {}
    for char in sorted(small, key=_left):
        _, x0, upper, _, lower, baseline, size, _ = char
        middle = (upper + lower) / 2
        for end in range(round(x0) - 2, round(x0) + 3):
            for before in ends.get(end, ()):
                _, _, top, _, _, own, usual, _ = before
                is_raised = (
                    size <= settings.raised * usual
                    and baseline < own - 0.2 * usual
                    and top < middle
                )
                # The second digit of a note stands beside the first.
                goes_on = id(before) in baselines and abs(own - baseline) < 0.1
                if is_raised or goes_on:
                    baselines[id(char)] = own if is_raised else baselines[id(before)]
    return [
        c._replace(text=c.text.translate(RAISED_DIGITS), baseline=baselines[id(c)])
        if id(c) in baselines
        else c
        for c in chars
    ]


def _is_any_raised(small: list[Char], chars: list[Char], settings: TextSettings) -> bool:
    """Whether a small digit stands in the height of a larger character, wherever in the line."""
    digits = {(char[5], char[6], (char[2] + char[4]) / 2) for char in small}
    least = min([char[6] for char in small])
    larger = {(char[5], char[6], char[2]) for char in chars if char[6] > least}
    if len(digits) * len(larger) > _MAX_PAIRS:
        return True
    return any(
        size <= settings.raised * usual and baseline < own - 0.2 * usual and top < middle
        for baseline, size, middle in digits
        for own, usual, top in larger
    )


def _once(group: list[Char], settings: TextSettings) -> list[Char]:
    group.sort(key=_left)
    kept: list[Char] = []
    last, own, reach_of_any = -inf, 0.0, 0.0
    for char in group:
        left, size = char[1], char[6]
        if size != own:
            own, reach_of_any = size, max(settings.twice * size, settings.least_twice)
        if left - last > reach_of_any:
            # Most characters: their neighbours are further away than any repetition.
            kept.append(char)
            last = left
            continue
        if char.text.isdecimal():
            reach = left - max(settings.digit_twice * char.size, settings.least_twice)
        else:
            reach = left - settings.twice * char.size
        for other in kept[-3:]:
            if other.x0 < reach or other.text != char.text:
                continue
            if left - other.x0 <= 0.6 * max(other.x1 - other.x0, 0.1):
                break
        else:
            kept.append(char)
            last = left
    return kept


def line_text(line: Line, settings: TextSettings, *, columns: bool = False) -> str:
    """The text of a line; gaps become one space, or with `columns` as many as fit."""
    pieces: list[str] = []
    previous, end = "", inf
    for text, x0, _, x1, _, _, size, _ in line.chars:
        gap = x0 - end
        if gap > settings.space * size and not text.isspace() and not previous.isspace():
            gap /= size
            if columns and gap > settings.column:
                pieces.append(" " * max(2, min(round(gap * 2), 40)))
            else:
                pieces.append(" ")
        pieces.append(text)
        previous, end = text, x1
    return "".join(pieces).strip(" ")


def numbers_across(chars: Sequence[Char], settings: TextSettings) -> list[list[int]]:
    """Indexes of digits that touch one another, in runs of two or more (content order)."""
    runs: list[list[int]] = []
    for index, char in enumerate(chars):
        if not char.text.isdigit() and char.text not in ".,":
            continue
        if runs and runs[-1][-1] == index - 1:
            before = chars[index - 1]
            if (
                abs(char.baseline - before.baseline) <= 0.1
                and abs(char.x0 - before.x1) <= settings.touching * char.size
            ):
                runs[-1].append(index)
                continue
        runs.append([index])
    return [run for run in runs if len(run) > 1]
