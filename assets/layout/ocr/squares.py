"""Square seals on a page scanned in grey: their sides and characters look like rules.

In a table no short rule ends where another short one does: there is always one that runs on, save
at the corners of the whole table. And rules are of one thickness, which strokes of seals exceed.
Rules that break one of these laws are strokes of a stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.layout.model import Box
from assets.layout.ocr.engine import Area
from assets.layout.parsers.pdf_rules import Rule, Rules

SMALLEST, LARGEST = 30.0, 110.0
"""Points of a side: seals are 13 to 38 mm, and worn at their corners."""
SHAPE = 0.6
"""The shorter side of a square seal as a share of the longer; a stamped name is longer still."""
SPARE = 4.0
"""Points by which strokes of a seal may reach over its sides."""
NEAR = 6.0
"""Points between the ends of two sides that meet: a seal is worn at its corners, and tilted."""
ON = 3.0
"""Points from a corner within which a rule that runs on passes it."""
THICKER, MORE = 1.4, 0.8
"""Times and pixels by which strokes of a stamp are thicker than most rules: rules are 0.5 to 1 pt,
the strokes of seals 1 mm."""
BESIDE = 10.0
"""Points between strokes of one stamp."""
FRAME = 10.0
"""Points around the strokes of a stamp in which its frame may lie."""
FEWEST, LEAST = 3, 36.0
"""Strokes of a stamp, and points of its shorter side; a pen makes one line at a time."""
EDGE = 10.0
"""Points from the edge of a stamp in which a side of its frame lies, if it has one."""
CROSSED = 3
"""Long rules that a rule of the table meets, from its one end to its other: two rows at least."""
MAX_SHORT = 400
"""Short rules of a page that are compared; more are a drawing."""


@dataclass(frozen=True, slots=True)
class Square:
    """A stamped square, in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    def reaches(self, area: Area, margin: float) -> bool:
        """Whether a rectangle lies on it, or so many pixels from it."""
        return (
            area.x0 <= self.x1 + margin
            and area.x1 >= self.x0 - margin
            and area.y0 <= self.y1 + margin
            and area.y1 >= self.y0 - margin
        )


def find_squares(rules: Rules) -> list[Box]:
    """The stamped squares among the rules of a page, in points."""
    across = [rule for rule in rules.across if _is_side(rule)]
    down = [rule for rule in rules.down if _is_side(rule)]
    if max(len(across), len(down)) > MAX_SHORT:
        return []
    found: list[Box] = []
    for top in across:
        for left in down:
            corner = _corner(top, left, rules)
            if corner is None:
                continue
            x, y = corner
            width, height = top.end - top.start, left.end - left.start
            if not SHAPE <= width / height <= 1 / SHAPE:
                continue
            x0 = top.start if abs(top.start - x) < abs(top.end - x) else top.end - width
            y0 = left.start if abs(left.start - y) < abs(left.end - y) else left.end - height
            box = Box(
                min(x0, left.at) - SPARE,
                min(y0, top.at) - SPARE,
                max(x0 + width, left.at) + SPARE,
                max(y0 + height, top.at) + SPARE,
            )
            found.append(box)
    return joined(found)


def thick_strokes(strokes: Sequence[tuple[Box, float]], usual: float) -> list[Box]:
    """The strokes that are thicker than the rules of a page.

    Args:
        strokes: long strokes of the page with their thickness in pixels.
        usual: thickness of most rules.
    """
    return [
        box
        for box, thickness in strokes
        if thickness > THICKER * usual + MORE
        and max(box.x1 - box.x0, box.bottom - box.top) <= LARGEST
    ]


def find_strokes(strokes: Sequence[Box]) -> list[Box]:
    """The stamps that some strokes which are no rules lie close together in, in points."""
    if len(strokes) > MAX_SHORT:
        return []
    groups: list[list[Box]] = []
    for box in strokes:
        wide = _grown(box, BESIDE)
        near = [group for group in groups if any(_meet(wide, other) for other in group)]
        groups = [[box, *(other for group in near for other in group)]] + [
            group for group in groups if group not in near
        ]
    stamps = [_grown(_around(group), FRAME) for group in groups if len(group) >= FEWEST]
    return [box for box in stamps if min(box.x1 - box.x0, box.bottom - box.top) >= LEAST]


def without_thick(rules: Rules, thick: Sequence[Box]) -> Rules:
    """The rules without those that are thick strokes, save those of a low table as a whole.

    Kept are its outer sides, and what runs from its first rule to its last.

    Args:
        rules: of a page, in points.
        thick: see thick_strokes.
    """
    across = [(box.x0, box.x1, (box.top + box.bottom) / 2) for box in thick]
    down = [(box.top, box.bottom, (box.x0 + box.x1) / 2) for box in thick]
    return Rules(
        tuple(rule for rule in rules.across if not _is_thick(rule, across, rules.down)),
        tuple(rule for rule in rules.down if not _is_thick(rule, down, rules.across)),
    )


def _is_thick(
    rule: Rule, strokes: Sequence[tuple[float, float, float]], crossing: Sequence[Rule]
) -> bool:
    if not _is_side(rule):
        return False
    if not any(
        abs(at - rule.at) <= ON and abs(start - rule.start) <= NEAR and abs(end - rule.end) <= NEAR
        for start, end, at in strokes
    ):
        return False
    passing = [
        other
        for other in crossing
        if other.end - other.start > LARGEST and _runs_on(other, other.at, rule.at)
    ]
    if not passing:
        return True
    places = [other.at for other in passing]
    is_whole = rule.start <= min(places) + NEAR and rule.end >= max(places) - NEAR
    met = [o for o in passing if rule.start - NEAR <= o.at <= rule.end + NEAR]
    is_outer = all(min(abs(o.start - rule.at), abs(o.end - rule.at)) <= NEAR for o in met)
    return not (is_whole or (met and is_outer))


def without_squares(rules: Rules, squares: Iterable[Box]) -> Rules:
    """The rules without those that lie wholly on a stamp, in line with none that does not.

    A rule that crosses the table from rule to rule is the table's own, wherever the stamp lies.
    """
    across, down = rules.across, rules.down
    for box in squares:
        along, beside = (box.x0, box.x1), (box.top, box.bottom)
        across, down = _outside(across, down, along, beside), _outside(down, across, beside, along)
    return Rules(across, down)


def _is_side(rule: Rule) -> bool:
    return SMALLEST <= rule.end - rule.start <= LARGEST


def _corner(one: Rule, other: Rule, rules: Rules) -> tuple[float, float] | None:
    """Where a level and an upright rule end together and no rule runs on; None elsewhere."""
    x = min((one.start, one.end), key=lambda end: abs(end - other.at))
    y = min((other.start, other.end), key=lambda end: abs(end - one.at))
    if abs(x - other.at) > NEAR or abs(y - one.at) > NEAR:
        return None
    passing = any(_runs_on(each, one.at, other.at) for each in rules.across if each != one)
    if passing or any(_runs_on(each, other.at, one.at) for each in rules.down if each != other):
        return None
    return other.at, one.at


def _runs_on(rule: Rule, at: float, along: float) -> bool:
    """Whether a rule passes a place, or ends there coming from elsewhere."""
    return abs(rule.at - at) <= ON and rule.start - NEAR <= along <= rule.end + NEAR


def _meet(one: Box, other: Box) -> bool:
    return (
        one.x0 <= other.x1 and other.x0 <= one.x1 and one.top <= other.bottom
    ) and other.top <= one.bottom


def joined(boxes: Iterable[Box]) -> list[Box]:
    """Rectangles, those that meet made one."""
    found: list[Box] = []
    for box in boxes:
        meeting = [other for other in found if _meet(other, box)]
        found = [_around([box, *meeting]), *(other for other in found if other not in meeting)]
    return found


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(each.x0 for each in boxes),
        min(each.top for each in boxes),
        max(each.x1 for each in boxes),
        max(each.bottom for each in boxes),
    )


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 - by, box.top - by, box.x1 + by, box.bottom + by)


def _outside(
    rules: Sequence[Rule],
    crossing: Sequence[Rule],
    along: tuple[float, float],
    beside: tuple[float, float],
) -> tuple[Rule, ...]:
    def is_within(rule: Rule) -> bool:
        return (
            along[0] - SPARE <= rule.start
            and rule.end <= along[1] + SPARE
            and beside[0] <= rule.at <= beside[1]
        )

    def is_own(rule: Rule) -> bool:
        met = sorted(
            other.at
            for other in crossing
            if other.end - other.start > LARGEST
            and _runs_on(other, other.at, rule.at)
            and rule.start - NEAR <= other.at <= rule.end + NEAR
        )
        return (
            len(met) >= CROSSED and abs(met[0] - rule.start) <= ON and abs(met[-1] - rule.end) <= ON
        )

    return tuple(
        rule
        for rule in rules
        if not is_within(rule)
        or is_own(rule)
        or any(other.at == rule.at and not is_within(other) for other in rules)
    )
