"""Which cell of a ruled table each character of a page belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assets.layout.model import Box
from assets.layout.parsers.pdf_text import Char
from assets.layout.parsers.spans import Placed

_CUT = 0.05
"""Share of its size that a character reaches over a rule from which on the rule cuts its line."""
_EVEN = 0.02
"""Share by which the distances of lines differ that were set together."""
_LEADING = (0.8, 2.5)
"""Distance of the lines of one cell, in character sizes."""
_ALIGNED = 1.0
"""Points by which the left edges, or the middles, of the lines of one cell differ."""
_THROUGH = 0.03
"""Share of its width that a digit has on both sides of a rule that runs through it."""


class Held(NamedTuple):
    """What a cell of a net holds: indexes of characters.

    `other` are those that the rules alone give it, where a number runs over a rule so far that it
    may be two numbers of two cells.
    """

    box: Box
    indexes: list[int]
    other: list[int] | None = None


def held_by(
    chars: Sequence[Char], free: set[int], runs: list[list[int]], net: list[Placed[Box]]
) -> list[Held]:
    """What each cell of a net holds: the characters whose middle lies in it.

    A number stays in one cell, and a line that runs over the edge of its cell stays with the lines
    that it continues.

    Args:
        chars: of the page, in content order.
        free: indexes of those that no other table has taken.
        runs: indexes of digits that touch one another.
        net: the cells.
    """
    xs = sorted({x for cell in net for x in (cell.item.x0, cell.item.x1)})
    home, is_any_cut = _homes(chars, free, net, xs)
    torn: dict[int, int] = {}
    for run in runs:
        # A number too wide for its cell sticks out over the rule; it still is one number.
        homes = Counter(home[index] for index in run if index in home)
        if len(homes) > 1:
            (cell, most), (_, second) = homes.most_common(2)
            # One digit may stick out; two, or as many as stay inside, may be a number of their own,
            # and so may one that only stands behind the rule.
            if second >= min(2, most) or not _runs_through([chars[i] for i in run], xs):
                torn.update((index, home[index]) for index in run if index in home)
            home.update(dict.fromkeys(run, cell))
    for line, cell in _overflowing(chars, home, net) if is_any_cut else ():
        if any(chars[index].text.isdecimal() for index in line):
            torn.update((index, torn.get(index, home[index])) for index in line)
        home.update(dict.fromkeys(line, cell))
    held: list[list[int]] = [[] for _ in net]
    for index, cell in sorted(home.items()):
        held[cell].append(index)
    doubtful = {*torn.values(), *(home[index] for index in torn)}
    return [
        Held(
            cell.item,
            held[number],
            sorted(index for index in home if torn.get(index, home[index]) == number)
            if number in doubtful
            else None,
        )
        for number, cell in enumerate(net)
    ]


def _homes(
    chars: Sequence[Char], free: set[int], net: list[Placed[Box]], xs: list[float]
) -> tuple[dict[int, int], bool]:
    """Number of the cell that holds the middle of each character; whether a rule cuts any."""
    ys = sorted({y for cell in net for y in (cell.item.top, cell.item.bottom)})
    owner: dict[tuple[int, int], int] = {}
    rows, cols = {y: at for at, y in enumerate(ys)}, {x: at for at, x in enumerate(xs)}
    for index, cell in enumerate(net):
        box = cell.item
        for y in range(rows[box.top], rows[box.bottom]):
            for x in range(cols[box.x0], cols[box.x1]):
                owner[y, x] = index
    home: dict[int, int] = {}
    x_min, x_max, y_min, y_max = xs[0], xs[-1], ys[0], ys[-1]
    left = top = right = bottom = 0.0
    at: int | None = None
    is_any_cut = False
    for index in sorted(free):
        _, x0, upper, x1, lower, _, size, _ = chars[index]
        x, y = (x0 + x1) / 2, (upper + lower) / 2
        # Most characters stand in the cell of the one before.
        if not (left < x < right and top < y < bottom):
            if not (x_min <= x <= x_max and y_min <= y <= y_max):
                continue
            at = owner.get((bisect_right(ys, y) - 1, bisect_right(xs, x) - 1))
            if at is None:
                left = right = 0.0
                continue
            box = net[at].item
            left, top, right, bottom = box.x0, box.top, box.x1, box.bottom
        if at is not None:
            home[index] = at
            if upper < top - _CUT * size or lower > bottom + _CUT * size:
                is_any_cut = True
    return home, is_any_cut


def _runs_through(run: Sequence[Char], xs: Sequence[float]) -> bool:
    """Whether a vertical rule cuts a digit of a number in two."""
    for number, char in enumerate(run):
        # The box of a glyph may reach over the next one.
        end = min([char.x1, *(after.x0 for after in run[number + 1 : number + 2])])
        margin = _THROUGH * (end - char.x0)
        if bisect_right(xs, char.x0 + margin) < bisect_right(xs, end - margin):
            return True
    return False


def _overflowing(
    chars: Sequence[Char], home: dict[int, int], net: list[Placed[Box]]
) -> Iterator[tuple[list[int], int]]:
    """Lines that a horizontal rule cuts, with the cell whose text they continue.

    A label written downwards, or one too long for its row, is printed over the edge of its cell by
    programs that do not clip; then its last line reaches into the cell below.
    """
    lines = _content_lines(chars, home)
    inks = Counter(home[line[0]] for line in lines)
    start = 2
    while start < len(lines):
        before, above, line = lines[start - 2 : start + 1]
        own, cell = home[line[0]], home[above[0]]
        end = start
        if (
            own != cell
            and home[before[0]] == cell
            and _is_cut(chars[line[0]], net[own].item)
            and net[cell].item.bottom == net[own].item.top
        ):
            # What follows at the very same distance was set with it.
            while (
                end < len(lines)
                and home[lines[end][0]] == own
                and _is_even(chars, *lines[end - 2 : end + 1])
            ):
                end += 1
        # Rows that are too low for their labels look the same, but then nothing else is in them.
        if end > start and end - start < inks[own]:
            yield from ((line, cell) for line in lines[start:end])
        start = max(end, start + 1)


def _content_lines(chars: Sequence[Char], home: dict[int, int]) -> list[list[int]]:
    """Characters in cells in the order of the file, parted where the baseline or cell changes."""
    lines: list[list[int]] = []
    for index, cell in home.items():
        if chars[index].text.isspace():
            continue
        if lines:
            last = lines[-1][-1]
            if (
                home[last] == cell
                and chars[last].baseline == chars[index].baseline
                and chars[index].x0 >= chars[last].x0
            ):
                lines[-1].append(index)
                continue
        lines.append([index])
    return lines


def _is_cut(char: Char, box: Box) -> bool:
    reach = _CUT * char.size
    return char.top < box.top - reach or char.bottom > box.bottom + reach


def _is_even(
    chars: Sequence[Char], before: Sequence[int], above: Sequence[int], line: Sequence[int]
) -> bool:
    """Whether three lines follow each other as the lines of one cell do."""
    first, upper, uppermost = (chars[one[0]] for one in (line, above, before))
    step = first.baseline - upper.baseline
    low, high = _LEADING
    if (
        first.size != upper.size
        or not low * first.size <= step <= high * first.size
        or abs(upper.baseline - uppermost.baseline - step) > _EVEN * step
    ):
        return False
    end, upper_end = chars[line[-1]].x1, chars[above[-1]].x1
    return (
        abs(first.x0 - upper.x0) <= _ALIGNED
        or abs(first.x0 + end - upper.x0 - upper_end) <= 2 * _ALIGNED
    )
