from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from assets.cells.second import readings_doubt
from assets.layout.model import GridCell
from assets.layout.ocr.cells import (
    UNREADABLE,
    Ink,
    TextBox,
    _compared,
    _once,
    cut_at_walls,
    ink_in,
    read_cells,
    without_specks,
)
from assets.layout.ocr.engine import Area, Read
from assets.layout.ocr.shape import Shape, contradicts
from assets.layout.ocr.strokes import strokes_in

LINE = 40.0
CELL = Area(0, 0, 120, 60)
AREA = Area(50, 20, 62, 42)
ROUND = Shape(fewest=1, most=1, runs=1, holes=1, has_sign=False, has_point=False, is_wide=False)
INK = Ink(AREA)


def marks(*pieces: tuple[int, int, int, int]) -> np.ndarray:
    paper = np.zeros((60, 120), np.uint8)
    for x0, y0, x1, y1 in pieces:
        paper[y0:y1, x0:x1] = 255
    return paper


def box(text: str, score: float = 0.99) -> tuple[TextBox, ...]:
    return (TextBox(AREA, Read(text, score)),)


def test_a_box_over_two_cells_is_cut_at_the_wall():
    cells = [Area(0, 0, 100, 50), Area(104, 0, 200, 50)]
    assert cut_at_walls([Area(20, 10, 180, 40)], cells) == [
        (Area(20, 10, 100, 40), 0),
        (Area(104, 10, 180, 40), 1),
    ]


def test_a_sliver_beyond_the_wall_is_no_text_of_the_neighbour():
    cells = [Area(0, 0, 100, 50), Area(104, 0, 200, 50)]
    assert [index for _, index in cut_at_walls([Area(20, 10, 108, 40)], cells)] == [0]
    assert [index for _, index in cut_at_walls([Area(300, 10, 380, 40)], cells)] == [None]


def test_specks_are_no_ink_and_a_digit_is():
    assert ink_in(marks((30, 30, 33, 33)), CELL, LINE).area is None
    found = ink_in(marks((50, 20, 62, 42), (80, 40, 83, 43)), CELL, LINE)
    assert (found.area, found.pieces, len(found.specks)) == (AREA, (AREA,), 1)


def test_a_minus_is_ink_wherever_it_stands():
    found = ink_in(marks((50, 20, 62, 42), (36, 30, 41, 32)), CELL, LINE)
    assert (found.area, len(found.pieces), found.specks) == (Area(36, 20, 62, 42), 2, ())
    assert ink_in(marks((36, 30, 41, 32)), CELL, LINE).area is not None


def test_what_is_left_of_a_wall_is_no_ink():
    assert ink_in(marks((0, 0, 120, 2), (0, 4, 2, 60)), CELL, LINE).area is None


def holes(paper: np.ndarray) -> int:
    shape = ink_in(paper, CELL, LINE).shape
    assert shape is not None
    return shape.holes


def test_holes_are_counted():
    zero = marks((50, 20, 62, 42))
    zero[25:37, 54:58] = 0
    assert holes(zero) == 1
    zero[30:32, 54:58] = 255
    assert holes(zero) == 2


def test_a_point_between_digits_is_kept_and_a_dot_elsewhere_is_not():
    digits = ((40, 20, 52, 42), (62, 20, 74, 42))
    assert ink_in(marks(*digits, (55, 39, 58, 42)), CELL, LINE).specks == ()
    assert len(ink_in(marks(*digits, (55, 25, 58, 28)), CELL, LINE).specks) == 1
    assert len(ink_in(marks(*digits, (80, 39, 83, 42)), CELL, LINE).specks) == 1


def test_only_specks_away_from_ink_are_painted_over():
    image = np.full((60, 120), 255, np.uint8)
    image[40:43, 80:83] = 0
    image[43:45, 62:64] = 0
    ink = Ink(AREA, (Area(80, 40, 83, 43), Area(62, 43, 64, 45)))
    clean = without_specks(image, [ink], LINE)
    assert (clean[40:43, 80:83] == 255).all()
    assert (clean[43:45, 62:64] == 0).all()


def cell(reading) -> GridCell:
    text = reading.text
    if text is None:
        text = "".join(piece.read.text for piece in reading.boxes)
    return GridCell(0, 0, text, "p1", confidence=reading.confidence, other=reading.other)


@pytest.mark.parametrize(
    ("boxes", "tight", "loose", "text", "sure"),
    [
        (box("12"), Read("12", 0.9), None, "12", True),
        (box("12", 0.6), Read("17", 0.9), None, "17", False),
        (box("12"), Read("1", 0.9), None, "12", False),
        (box("12"), Read("", 0.0), None, "12", False),
        (box("O"), Read("。", 0.7), None, "0", True),
        ((), Read("0", 0.6), Read("0", 0.7), "0", True),
        ((), Read("0", 0.2), Read("0", 0.7), "0", False),
        ((), Read("0", 0.9), Read("6", 0.9), "0", False),
        ((), Read("8", 0.6), Read("8", 0.7), "8", False),
        ((), Read("00", 0.6), Read("00", 0.7), "00", False),
        ((), Read("", 0.0), Read("", 0.0), UNREADABLE, False),
    ],
)
def test_a_cell_is_sure_only_where_two_readings_agree(boxes, tight, loose, text, sure):
    found = cell(_compared(boxes, INK if boxes else Ink(AREA, shape=ROUND), tight, loose))
    assert found.text == text
    assert (readings_doubt(found) is None) == sure


def drawn(*lines: tuple[int, int, int, int], thick: int = 2) -> np.ndarray:
    paper = np.zeros((60, 120), np.uint8)
    for x0, y0, x1, y1 in lines:
        cv2.line(paper, (x0, y0), (x1, y1), (255,), thick)
    return paper


@pytest.mark.parametrize(
    ("paper", "strokes"),
    [
        (drawn((50, 45, 59, 15)), "/"),
        (drawn((50, 15, 59, 45)), "\\"),
        (drawn((40, 30, 50, 30)), "-"),
        (drawn((40, 30, 65, 30)), "—"),
        (drawn((40, 30, 95, 30)), "——"),
        (drawn((40, 30, 50, 30), (55, 30, 65, 30)), "--"),
        (drawn((40, 20, 65, 20), (40, 35, 65, 35)), None),
        (drawn((55, 15, 55, 45)), None),
        (drawn((55, 15, 55, 45), (55, 15, 49, 20), (49, 45, 61, 45)), None),
        (drawn((45, 16, 60, 16), (60, 16, 50, 45)), None),
        (np.zeros((60, 120), np.uint8), None),
    ],
)
def test_dashes_and_slashes_are_told_by_their_shape(paper, strokes):
    found = ink_in(paper, CELL, LINE)
    assert found.strokes == strokes
    assert found.may_be_one == (strokes == "—")
    assert strokes_in(paper, found.pieces, LINE) == strokes if found.pieces else not strokes


@pytest.mark.parametrize(
    ("lines", "reads", "text", "sure"),
    [
        # Recognition takes a slash for 1 and a dash for 一, which is one: both read a number.
        (((50, 45, 59, 15),), ("1", "1", "1"), "/", True),
        (((40, 30, 50, 30),), ("-", "一", "一"), "-", True),
        (((40, 30, 50, 30),), ("5", "二", "S"), "-", False),
        (((40, 30, 65, 30),), ("一", "一", "一"), "—", False),
        (((40, 30, 65, 30), (70, 25, 70, 35)), ("一", "一", "一"), "一", False),
        (((55, 15, 55, 45),), ("1", "1", "1"), "1", False),
        (((55, 15, 55, 45), (55, 15, 49, 20), (49, 45, 61, 45)), ("1", "1", "1"), "1", True),
    ],
)
def test_strokes_are_never_a_sure_number(lines, reads, text, sure):
    first, tight, loose = (Read(read, 0.98) for read in reads)
    ink = ink_in(drawn(*lines), CELL, LINE)
    found = cell(_compared(box(first.text, first.score), ink, tight, loose))
    assert (found.text, readings_doubt(found) is None) == (text, sure)


@pytest.mark.parametrize(
    ("text", "shape", "is_contrary"),
    [
        ("8", Shape(1, 1, 1, 2, False, False, False), False),
        ("3", Shape(1, 1, 1, 2, False, False, False), True),
        ("8", Shape(1, 1, 1, 0, False, False, False), True),
        ("4", Shape(1, 1, 1, 1, False, False, False), False),
        ("4", Shape(1, 1, 1, 0, False, False, False), False),
        ("17", Shape(2, 2, 2, 0, False, False, False), False),
        ("1", Shape(2, 2, 2, 0, False, False, False), True),
        ("111", Shape(2, 2, 2, 0, False, False, False), True),
        ("35", Shape(2, 3, 1, 2, False, False, False), False),
        ("35", Shape(2, 2, 2, 2, False, False, False), True),
        ("12", Shape(2, 2, 2, 0, True, False, False), True),
        ("-12", Shape(2, 2, 2, 0, True, False, False), False),
        ("12", Shape(2, 2, 2, 0, False, True, False), True),
        ("1.2", Shape(2, 2, 2, 0, False, True, False), False),
        ("0", Shape(1, 1, 1, 1, False, False, True), True),
        ("十二", Shape(3, 9, 3, 5, False, False, False), False),
    ],
)
def test_the_ink_contradicts_numbers_that_it_cannot_be(text, shape, is_contrary):
    assert contradicts(shape, text) == is_contrary
    ink = Ink(AREA, shape=shape)
    found = cell(_compared(box(text), ink, Read(text, 0.99), None))
    assert found.text == text
    assert (readings_doubt(found) is None) == (not is_contrary)


def test_digits_that_touch_are_counted_by_their_width():
    both = drawn((40, 15, 40, 45), (36, 45, 58, 45), (54, 15, 54, 45), thick=3)
    shape = ink_in(both, CELL, LINE).shape
    assert shape is not None
    assert (shape.runs, shape.fewest) == (1, 1)
    wide = drawn((40, 15, 40, 45), (40, 45, 75, 45), (75, 15, 75, 45), thick=3)
    shape = ink_in(wide, CELL, LINE).shape
    assert shape is not None
    assert shape.fewest == 2


class Fluent:
    """Recognition that reads the same in every crop, sure of it."""

    version = "test"

    def find(self, image: object) -> list[Area]:
        return []

    def read(self, crops: Sequence[object]) -> list[Read]:
        return [Read("17", 0.99) for _ in crops]


@pytest.mark.parametrize(
    ("text", "sure"), [("1", False), ("12件", False), ("一", False), ("", True), ("行政许可", True)]
)
def test_a_value_in_a_cell_with_more_ink_than_one_line_is_never_sure(text, sure):
    paper = marks((50, 5, 62, 25), (50, 35, 62, 55)) if text else marks()
    ink = ink_in(paper, CELL, LINE)
    boxes = box(text) if text else ()
    (found,) = read_cells(255 - paper, [ink], [CELL], [boxes], LINE, Fluent())
    assert (readings_doubt(cell(found)) is None) == sure


def test_a_digit_that_may_touch_a_wall_leaves_no_sure_blank():
    touching = ink_in(marks((0, 15, 3, 40)), CELL, LINE)
    assert touching.area is None
    assert readings_doubt(cell(_once((), touching)))
    assert readings_doubt(cell(_once((), ink_in(marks((0, 0, 3, 60)), CELL, LINE)))) is None


def test_a_dot_that_is_a_speck_does_not_part_two_readings():
    dotted = Ink(AREA, (Area(80, 40, 83, 43),))
    assert readings_doubt(cell(_compared(box(".0"), dotted, Read("0", 0.9), None))) is None
    assert readings_doubt(cell(_compared(box(".0"), INK, Read("0", 0.9), None)))


def test_no_ink_is_blank_and_ink_without_text_is_not():
    blank = _once((), Ink(None))
    assert (blank.text, readings_doubt(cell(blank))) == ("", None)
    unread = _once((), Ink(AREA))
    assert unread.text == UNREADABLE
    assert readings_doubt(cell(unread))


def test_readings_that_mean_the_same_number_agree():
    assert readings_doubt(GridCell(0, 0, "1,234", "p1", confidence=0.9, other="1234")) is None
    assert readings_doubt(GridCell(0, 0, "12", "p1", other="12")) is None
    assert readings_doubt(GridCell(0, 0, "12", "p1")) is None
    assert "gave 13" in (readings_doubt(GridCell(0, 0, "12", "p1", other="13")) or "")
    assert "gave nothing" in (readings_doubt(GridCell(0, 0, "12", "p1", other="")) or "")
    assert readings_doubt(GridCell(0, 0, "12", "p1", confidence=0.5))
