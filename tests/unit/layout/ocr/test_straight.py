from __future__ import annotations

import cv2
import pytest

from assets.layout.ocr.deskew import Tilt, ink, straightened, tilt_of
from assets.layout.ocr.engine import Area
from assets.layout.ocr.rulings import find_rulings, rules_off, touching

from .pictures import PUBLISHED, pixels, ruled, scans

SCALE = 200 / 72


def turned(image, angle: float):
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, turn, (width, height), borderValue=(255,))


@pytest.mark.parametrize("angle", [-1.2, -0.37, 0.0, 0.05, 2.5])
def test_the_angle_is_found_to_a_few_hundredths_of_a_degree(angle: float):
    page = turned(pixels(scans()[0]), angle)
    assert tilt_of(ink(page)) == pytest.approx(-angle, abs=0.06)


def test_blank_paper_has_no_angle():
    assert tilt_of(ink(ruled(300, 200, []))) == 0.0


def test_a_place_on_the_straight_page_is_led_back_to_the_scan():
    mark = turned(ruled(600, 400, [(500, 50, 510, 50)]), 2.0)
    straight, tilt = straightened(mark, -2.0)
    y, x = (int(axis.mean()) for axis in (straight < 100).nonzero())
    there = tilt.original(x, y)
    y0, x0 = (axis.mean() for axis in (mark < 100).nonzero())
    assert there == pytest.approx((x0, y0), abs=2.0)
    assert Tilt(0.0, (300, 200)).original(7, 9) == (7, 9)


def test_rules_make_cells_with_spans():
    lines = [
        (50, 50, 550, 50), (50, 120, 550, 120), (300, 190, 550, 190), (50, 260, 550, 260),
        (50, 50, 50, 260), (300, 50, 300, 260), (550, 50, 550, 260),
    ]  # fmt: skip
    (table,) = find_rulings(ink(ruled(600, 320, lines)), SCALE).tables
    assert [(c.row, c.col, c.row_span, c.col_span) for c in table] == [
        (0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 2, 1), (1, 1, 1, 1), (2, 1, 1, 1),
    ]  # fmt: skip
    first = table[0].item
    assert (first.x0 * SCALE, first.bottom * SCALE) == pytest.approx((50, 120), abs=3)


def test_strokes_of_a_large_character_are_no_table_and_stay_in_the_picture():
    lines = [(50, 50, 130, 50), (50, 130, 130, 130), (50, 50, 50, 130), (130, 50, 130, 130)]
    ruled_page = find_rulings(ink(ruled(600, 320, lines)), SCALE)
    assert ruled_page.tables == []
    assert not ruled_page.mask.any()


def test_ink_that_reaches_a_rule_is_found():
    box = [(50, 50, 550, 50), (50, 150, 550, 150), (50, 50, 50, 150), (550, 50, 550, 150)]
    middle = (300, 50, 300, 150)
    clear = (400, 90, 412, 90)
    for sign, is_cut in (((295, 90, 307, 90), True), ((330, 48, 342, 60), True), (clear, False)):
        marks = ink(ruled(600, 320, [*box, middle, sign]))
        found = find_rulings(marks, SCALE)
        rules, beside = rules_off(marks, found)
        marks[rules] = 0
        assert len(found.tables[0]) == 2
        cells = [Area(50, 50, 300, 150), Area(300, 50, 550, 150)]
        assert bool(touching(beside, marks, cells[1])) == is_cut
        assert bool(touching(beside, marks, cells[0])) == (sign[0] < 300)


def test_a_tilted_noisy_scan_gives_all_cells():
    page = pixels(scans(style=PUBLISHED, seed=3)[0])
    straight, _ = straightened(page, tilt_of(ink(page)))
    (table,) = find_rulings(ink(straight), SCALE).tables
    assert len(table) == 12
