"""Ruled tables of a PDF page: from drawn lines and thin filled rectangles to cells with spans.

Pure geometry in points, origin at the top left; text plays no part here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from assets.layout.model import Box
from assets.layout.parsers.spans import Placed


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Tolerances in points, with the reason for each."""

    thickness: float = 3.0
    """Word and WPS fill rectangles of 0.5 to 2.25 pt as rules; no text line is so thin."""
    snap: float = 3.0
    """Double lines of neighbouring cells lie within 3 pt; rows are 8 pt or more."""
    join: float = 3.0
    """Gaps between the pieces of one rule: each cell draws its own piece."""
    min_length: float = 4.0
    """Shorter pieces are corner squares, dashes and parts of drawn characters."""
    touch: float = 3.0
    """How far a rule may end before the one it meets."""
    max_rules: int = 3000
    """More are a drawing or a map; the time for building cells grows with their square."""


class Rule(NamedTuple):
    """A line along one axis: at `at` on the other axis, from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The horizontal and vertical rules of a page."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def rules_from(boxes: Iterable[tuple[Box, bool]], settings: RuleSettings) -> Rules:
    """Rules from drawn rectangles and lines, snapped to common positions and joined.

    Args:
        boxes: bounding boxes with whether the outline is drawn. A thin box is one rule. The sides
            of a larger one are rules only when stroked: without stroke it is shading.
        settings: tolerances.
    """
    across: list[Rule] = []
    down: list[Rule] = []
    thickness = settings.thickness
    for box, stroked in boxes:
        x0, top, x1, bottom = box.x0, box.top, box.x1, box.bottom
        is_low, is_narrow = bottom - top <= thickness, x1 - x0 <= thickness
        if is_low:
            across.append(Rule((top + bottom) / 2, x0, x1))
        if is_narrow:
            down.append(Rule((x0 + x1) / 2, top, bottom))
        if stroked and min(x1 - x0, bottom - top) > thickness:
            across += [Rule(top, x0, x1), Rule(bottom, x0, x1)]
            down += [Rule(x0, top, bottom), Rule(x1, top, bottom)]
    return Rules(_joined(across, settings), _joined(down, settings))


def _joined(rules: list[Rule], settings: RuleSettings) -> tuple[Rule, ...]:
    """Rules at nearly the same place get the same place; pieces in a row become one."""
    result: list[Rule] = []
    for group in _clusters(rules, settings.snap):
        at = _position(group)
        pieces = sorted(group, key=_start)
        _, start, end = pieces[0]
        for _, first, last in pieces:
            if first <= end + settings.join:
                end = max(end, last)
            else:
                result.append(Rule(at, start, end))
                start, end = first, last
        result.append(Rule(at, start, end))
    return tuple(rule for rule in result if rule.end - rule.start >= settings.min_length)


def _clusters(rules: list[Rule], tolerance: float) -> list[list[Rule]]:
    """Rules in groups by place; groups whose middles are as near as that are one group."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules):
        if groups and rule.at - groups[-1][0].at <= tolerance:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    merged: list[list[Rule]] = []
    last = 0.0
    for group in groups:
        middle = _position(group)
        # Without this, lines of double rules that start a group late leave a sliver of a column.
        if merged and middle - last <= tolerance:
            merged[-1] += group
            middle = _position(merged[-1])
        else:
            merged.append(group)
        last = middle
    return merged


_start = itemgetter(1)


def _position(group: list[Rule]) -> float:
    """Mean position, long pieces counting more."""
    total = weighted = 0.0
    for at, start, end in group:
        weight = end - start + 0.01
        total += weight
        weighted += at * weight
    return weighted / total


def tables_from(rules: Rules, settings: RuleSettings) -> list[list[Placed[Box]]]:
    """Cells of each connected net of rules, smallest net first (a table inside a page frame).

    A net may consist of a single cell; what is a table is for the caller to say.
    """
    nets = []
    for net in _nets(rules, settings):
        cells = _cells(*_closed(*net, settings))
        if cells:
            nets.append(cells)
    return sorted(nets, key=_area)


def _area(cells: list[Placed[Box]]) -> float:
    box = around(cell.item for cell in cells)
    return (box.x1 - box.x0) * (box.bottom - box.top)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around some boxes."""
    boxes = list(boxes)
    return Box(
        min([box.x0 for box in boxes]),
        min([box.top for box in boxes]),
        max([box.x1 for box in boxes]),
        max([box.bottom for box in boxes]),
    )


def _nets(rules: Rules, settings: RuleSettings) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules in groups that touch one another."""
    near = settings.touch
    waiting = list(rules.down)
    unseen = list(rules.across)
    nets: list[tuple[list[Rule], list[Rule]]] = []
    while unseen:
        across, down = [unseen.pop()], list[Rule]()
        todo_across, todo_down = list(across), list[Rule]()
        while todo_across or todo_down:
            if todo_across:
                rule = todo_across.pop()
                found = [other for other in waiting if _meet(rule, other, near)]
                waiting = [other for other in waiting if other not in found] if found else waiting
                down += found
                todo_down += found
            else:
                rule = todo_down.pop()
                found = [other for other in unseen if _meet(other, rule, near)]
                unseen = [other for other in unseen if other not in found] if found else unseen
                across += found
                todo_across += found
        if down:
            nets.append((across, down))
    return nets


def _meet(across: Rule, down: Rule, near: float) -> bool:
    return (
        across.start - near <= down.at <= across.end + near
        and down.start - near <= across.at <= down.end + near
    )


def _closed(
    across: list[Rule], down: list[Rule], settings: RuleSettings
) -> tuple[list[Rule], list[Rule]]:
    """The net with an outer rule on each side where at least two rules end in the open.

    Tables without side borders, and parts of tables cut at a page break, lack such a rule.
    """
    return (
        across + _missing_sides(across, down, settings),
        down + _missing_sides(down, across, settings),
    )


def _missing_sides(rules: list[Rule], crossing: list[Rule], settings: RuleSettings) -> list[Rule]:
    added = []
    for side in (
        min(rule.start for rule in crossing),
        max(rule.end for rule in crossing),
    ):
        ends = [
            rule.at
            for rule in crossing
            if min(abs(rule.start - side), abs(rule.end - side)) <= settings.touch
        ]
        if len(ends) >= 2:
            # Where a rule runs along part of the side only, the rest is closed in line with it.
            nearest = min((rule.at for rule in rules), key=lambda at: abs(at - side))
            at = nearest if abs(nearest - side) <= settings.touch else side
            added.append(Rule(at, min(ends), max(ends)))
    return added


def _cells(across: Sequence[Rule], down: Sequence[Rule]) -> list[Placed[Box]]:
    """Rectangles between rules, merged where no rule parts them; open regions are no cells."""
    ys = sorted({rule.at for rule in across})
    xs = sorted({rule.at for rule in down})
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    if n_rows < 1 or n_cols < 1:
        return []
    above = _walls(across, ys, xs)  # above[row][col]: a rule along the top of that square
    left = _walls(down, xs, ys)  # left[col][row]: a rule along its left side
    taken = [[False] * n_cols for _ in range(n_rows)]
    cells: list[Placed[Box]] = []
    for row in range(n_rows):
        for col in range(n_cols):
            if taken[row][col]:
                continue
            if above[row][col] and above[row + 1][col] and left[col][row] and left[col + 1][row]:
                # Most cells are squares of the net, closed all around.
                box = Box(xs[col], ys[row], xs[col + 1], ys[row + 1])
                cells.append(Placed(row, col, 1, 1, box))
                continue
            width = 1
            while (
                col + width < n_cols and not left[col + width][row] and not taken[row][col + width]
            ):
                width += 1
            height = 1
            while row + height < n_rows and _grows_down(
                above, left, row + height, range(col, col + width)
            ):
                height += 1
            for taken_row in taken[row : row + height]:
                taken_row[col : col + width] = [True] * width
            cols, rows = range(col, col + width), range(row, row + height)
            sides = (
                [above[row][c] for c in cols],
                [above[row + height][c] for c in cols],
                [left[col][r] for r in rows],
                [left[col + width][r] for r in rows],
            )
            if all(2 * sum(side) >= len(side) for side in sides):
                box = Box(xs[col], ys[row], xs[col + width], ys[row + height])
                cells.append(Placed(row, col, height, width, box))
    return cells


def _grows_down(above: list[list[bool]], left: list[list[bool]], row: int, cols: range) -> bool:
    """Whether the squares of a row belong to the cell above them."""
    if any(above[row][col] for col in cols):
        return False
    return not any(left[col][row] for col in cols[1:])


def _walls(rules: Sequence[Rule], places: list[float], crossings: list[float]) -> list[list[bool]]:
    """Per place and per interval between crossings whether a rule runs along the interval."""
    index = {at: number for number, at in enumerate(places)}
    walls = [[False] * (len(crossings) - 1) for _ in places]
    middles = [(a + b) / 2 for a, b in pairwise(crossings)]
    for rule in rules:
        first, last = bisect_left(middles, rule.start), bisect_right(middles, rule.end)
        if first < last:
            walls[index[rule.at]][first:last] = [True] * (last - first)
    return walls
