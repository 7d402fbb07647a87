"""Square seals that were scanned in grey: told from tables by their corners and their strokes."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from assets.cells.second import readings_doubt
from assets.layout.model import Box
from assets.layout.ocr.deskew import ink, straightened, tilt_of
from assets.layout.ocr.engine import Area
from assets.layout.ocr.rulings import find_rulings
from assets.layout.ocr.squares import (
    Square,
    find_squares,
    find_strokes,
    thick_strokes,
    without_squares,
    without_thick,
)
from assets.layout.parsers.pdf_rules import Rule, Rules

from .pictures import PUBLISHED, pixels, scans
from .test_seals import NUMBERS, ROWS, SCALE, cells_of, table

WIDE, TALL = (25.0, 395.0), (70.0, 370.0)
TABLE = Rules(
    tuple(Rule(at, *WIDE) for at in (70.0, 130.0, 190.0, 250.0, 310.0, 370.0)),
    tuple(Rule(at, *TALL) for at in (25.0, 175.0, 285.0, 395.0)),
)
GREY = 95


def frame(x: float, y: float, side: float, gap: float = 0.0) -> Rules:
    """The sides of a square whose corners are open by a gap."""
    ends = (x + gap, x + side - gap), (y + gap, y + side - gap)
    return Rules(
        (Rule(y, *ends[0]), Rule(y + side, *ends[0])),
        (Rule(x, *ends[1]), Rule(x + side, *ends[1])),
    )


def both(one: Rules, other: Rules) -> Rules:
    return Rules((*one.across, *other.across), (*one.down, *other.down))


def stamped(
    page: Image.Image, x: float, y: float, side: float, line: float, angle: float, seed: int = 1
) -> Image.Image:
    """A page with a square seal about (x, y), in points, with strokes as of characters in it."""
    chance = random.Random(seed)
    size = round(side * SCALE * 1.5)
    layer = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(layer)
    half, middle, wide = side * SCALE / 2, size / 2, max(1, round(line * SCALE))
    pen.rectangle((middle - half, middle - half, middle + half, middle + half), 0, 255, wide)
    margin = 2 * line * SCALE
    step = half - margin
    for left in (middle - step, middle + 0.1 * step):
        for top in (middle - step, middle + 0.1 * step):
            width = 0.9 * step
            for number in range(4):
                at = top + width * (number + 0.5) / 4
                start, end = chance.uniform(0, 0.3), chance.uniform(0.7, 1)
                pen.line((left + start * width, at, left + end * width, at), 255, wide)
            for _ in range(2):
                at = left + width * chance.uniform(0.1, 0.9)
                pen.line((at, top + 0.2 * width, at, top + 0.9 * width), 255, wide)
    layer = layer.rotate(angle, Image.Resampling.BICUBIC)
    sheet = Image.new("L", page.size, 0)
    sheet.paste(layer, (round(x * SCALE - size / 2), round(y * SCALE - size / 2)))
    share = 0.8 * np.asarray(sheet, np.float32) / 255
    inked = np.asarray(page.convert("L"), np.float32) * (1 - share * (1 - GREY / 255))
    return Image.fromarray(inked.astype(np.uint8)).convert("RGB")


def rulings(page: Image.Image):
    grey = np.array(page.convert("L"))
    straight, _ = straightened(grey, tilt_of(ink(grey)))
    return find_rulings(ink(straight), SCALE)


@pytest.mark.parametrize(("x", "y"), [(150, 150), (200, 100), (60, 210), (330, 330), (-20, 90)])
@pytest.mark.parametrize("side", [40.0, 70.0, 100.0])
@pytest.mark.parametrize("gap", [0.0, 4.0, -4.0])
def test_a_square_over_a_table_is_found_and_taken_off(x: float, y: float, side: float, gap: float):
    rules = both(TABLE, frame(x + 0.5, y + 0.5, side, gap))
    (box,) = find_squares(rules)
    assert abs(box.x0 - x) < 10
    assert abs(box.bottom - y - side) < 10
    left = without_squares(rules, [box])
    assert (set(left.across), set(left.down)) == (set(TABLE.across), set(TABLE.down))


def test_a_square_with_a_side_on_a_rule_is_found_by_its_other_corners():
    sides = frame(200.0, 120.0, 70.0)
    rules = both(TABLE, Rules(sides.across[:1], sides.down))
    (box,) = find_squares(rules)
    assert set(without_squares(rules, [box]).down) == set(TABLE.down)


@pytest.mark.parametrize(
    "extra",
    [
        Rules((), ()),
        # A column that is split in two rows, a group of labels, a row of its own.
        Rules((), (Rule(230.0, 130.0, 190.0),)),
        Rules((Rule(160.0, 25.0, 105.0),), (Rule(105.0, 130.0, 190.0),)),
        # A note in a frame above the table, far from square.
        Rules((Rule(40.0, 300.0, 395.0),), (Rule(300.0, 40.0, 70.0), Rule(395.0, 40.0, 70.0))),
        # A large one, such as a second table.
        frame(30.0, 400.0, 150.0),
    ],
)
def test_tables_have_no_such_corners(extra: Rules):
    assert find_squares(both(TABLE, extra)) == []


def test_strokes_are_told_by_their_number_and_thickness():
    thick = [(Box(200.0, 100.0 + 12 * n, 230.0, 103.0 + 12 * n), 9.0) for n in range(4)]
    thin = [(Box(200.0, 300.0, 230.0, 303.0), 4.0)] * 4
    border = [(Box(25.0, 70.0, 395.0, 73.0), 9.0)]
    found = thick_strokes([*thick, *thin, *border], 4.0)
    assert found == [box for box, _ in thick]
    (stamp,) = find_strokes(found)
    assert stamp.x0 < 200
    assert stamp.bottom > 139
    assert find_strokes(found[:2]) == []


def test_a_thick_rule_amid_a_table_is_none_and_its_outer_side_is():
    low = Rules(
        tuple(Rule(at, *WIDE) for at in (70.0, 94.0, 118.0, 142.0)),
        (*(Rule(at, 70.0, 142.0) for at in (25.0, 175.0, 395.0)), Rule(240.0, 94.0, 142.0)),
    )
    thick = [Box(at - 2, 70.0, at + 2, 142.0) for at in (25.0, 175.0, 395.0)]
    left = without_thick(low, [*thick, Box(238.0, 94.0, 242.0, 142.0)])
    assert left.across == low.across
    assert [rule.at for rule in left.down] == [25.0, 175.0, 395.0]
    # What is long is a border, however thick.
    assert without_thick(TABLE, [Box(173.0, *TALL[:1], 177.0, TALL[1])]) == TABLE


def test_a_square_reaches_what_lies_on_it_or_near():
    square = Square(100, 100, 200, 200)
    assert square.reaches(Area(150, 150, 160, 160), 0)
    assert square.reaches(Area(205, 150, 260, 160), 6)
    assert not square.reaches(Area(205, 150, 260, 160), 2)
    assert not square.reaches(Area(150, 20, 160, 90), 6)


@pytest.mark.parametrize(
    ("x", "y", "side", "line", "angle"),
    [(133, 128, 79, 2.1, -2.2), (269, 136, 49, 1.6, 0.0), (328, 121, 62, 3.5, 1.0)],
)
def test_a_grey_square_leaves_the_table_as_it_is(x, y, side, line, angle):
    plain, sealed = rulings(table()), rulings(stamped(table(), x, y, side, line, angle))
    assert plain.squares == ()
    assert len(sealed.tables[0]) == len(plain.tables[0]) == 12
    assert any(
        square.reaches(Area(round(x * SCALE), round(y * SCALE), round(x * SCALE) + 1,
                            round(y * SCALE) + 1), 0)
        for square in sealed.squares
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_clean_scans_show_no_square(seed: int):
    page = Image.fromarray(pixels(scans(ROWS, PUBLISHED, seed=seed)[0]))
    found = rulings(page)
    assert found.squares == ()
    assert len(found.tables[0]) == 12


def test_no_number_beside_a_grey_square_is_silently_wrong(tmp_path: Path):
    for x, side, angle in ((230.0, 70.0, 0.5), (320.0, 56.0, -2.0)):
        read = cells_of(stamped(table(), x, 121, side, 2.8, angle), tmp_path)
        wrong = [
            (at, cell.text)
            for at, cell in read.items()
            if at in NUMBERS and cell.text != NUMBERS[at] and readings_doubt(cell) is None
        ]
        assert wrong == []
        assert any(readings_doubt(read[at]) for at in NUMBERS)
