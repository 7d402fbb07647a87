"""Digits of which a part is erased, that their ground swallows, or that a line crosses out."""

import re
from collections.abc import Callable, Sequence

import pytest

from assets.layout.model import ParsedDocument
from tests.unit.layout.parsers.test_pdf import read
from tests.unit.layout.parsers.test_pdf_seen import (
    ACROSS,
    AT,
    BESIDE,
    DOWN,
    LEFT,
    ROWS,
    TOP,
    WHITE_PICTURE,
    cells,
    doubted,
    pdf,
    printed,
    rules,
    shown,
)

__all__ = ["read"]
Read = Callable[[bytes], ParsedDocument]

EIGHT = f"BT /F 10 Tf {AT} Td (8) Tj ET "
"""Reaches from 0.4 to 5.2 across and from -0.1 to 7.1 upwards."""
PARTS = {
    "its left half by a stroke": "1 G 2.6 w 1.2 -2 m 1.2 9 l S",
    "its right side by a stroke": "1 G 1.8 w 4.6 -2 m 4.6 9 l S",
    "its middle bar by a stroke": "1 G 1 w 1.4 3.8 m 4.2 3.8 l S",
    "all but slivers": "1 G 1.5 w 0 0 m 6 0 l 0 2 m 6 2 l 0 4 m 6 4 l 0 6 m 6 6 l S",
    "its left half by a curve": "1 g -1 -1 m 2.8 -1 l 2.6 2 2.6 5 2.8 8 c -1 8 l h f",
    "some of it by thin fills": "1 g 0 1 6 .8 re f 0 3.4 6 .8 re f 0 5.6 6 .8 re f",
    "its left half by a picture": f"2.8 0 0 10 0 -1 cm {WHITE_PICTURE}",
    "its left side by white letters": "1 g BT /F 24 Tf -1.2 -6 Td (l) Tj .4 0 Td (l) Tj ET",
    "its left half by a fill": "1 g 0 -2 2.8 12 re f",
}


CLIPS = {
    "its right half in two boxes": "2.9 -2 3 4 re 2.9 2 3 9 re",
    "its upper and lower third": "0 -2 6 4.2 re 0 4.8 6 4 re",
    "all but its middle": "0 -2 6 4.9 re 0 4.3 6 4 re 0 2.8 1.3 2 re 4.3 2.8 2 2 re",
}


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", CLIPS)
def test_a_digit_of_which_a_part_is_clipped(
    read: Read, name: str, frame: Callable[[], str]
) -> None:
    clip = over(f"{CLIPS[name]} W n BT /F 10 Tf (8) Tj ET")
    found = cells(read(pdf(frame() + printed() + clip)))
    assert (found[0, 1].text, found[0, 1].other) == ("12", "128\ufffd")
    assert doubted(found) == {(0, 1)}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [7, 9, 10, 14])
def test_a_clip_in_parts_that_cuts_nothing(read: Read, size: int, turn: int) -> None:
    """All digits, each row whole in its own way in one of two boxes."""
    rows = "".join(
        shown(text, LEFT + at * ACROSS, TOP - row * DOWN, size=size)
        for row, texts in enumerate([("Rules", "12", "34", "56"), ("Norms", "78", "90", "61")])
        for at, text in enumerate(texts)
    )
    halves = f"0 0 612 {TOP - 8} re 0 {TOP - 8} 612 200 re W n "
    place = f"/Rotate {turn}" if turn else ""
    found = cells(read(pdf(rules() + halves + rows, page=place)))
    assert {cell.text for cell in found.values()} >= {"12", "34", "56", "78", "90", "61"}
    assert not doubted(found)


def over(drawing: str) -> str:
    """A drawing whose origin is that of a third digit in the second cell of the first row."""
    return f"q 1 0 0 1 {AT} cm {drawing} Q "


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", PARTS)
def test_a_digit_of_which_a_part_is_erased(
    read: Read, name: str, frame: Callable[[], str], is_in_form: bool
) -> None:
    whole = frame() + printed() + EIGHT + over(PARTS[name])
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert found[0, 1].text == "12"
    assert re.sub(r"\D", "", found[0, 1].other or "") == "128"
    assert doubted(found) == {(0, 1)}


HARMLESS = {
    "a white line below": "1 G 1 w -12 -1.2 m 8 -1.2 l S",
    "a white line above": "1 G 1 w -12 8 m 8 8 l S",
    "a white frame": "1 G 1 w -14 -4 30 15 re S",
    "a white curve beside": "1 G 1 w 7 -2 m 9 2 9 5 7 9 c S",
    "a dark line below": "0 G .5 w -12 -1 m 8 -1 l S",
    "a dark fill below": "0 g -12 -1.2 20 .5 re f",
    "a white picture beside": f"6 0 0 10 6.4 -1 cm {WHITE_PICTURE}",
}


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_drawn_beside_a_digit_erases_nothing(
    read: Read, name: str, frame: Callable[[], str]
) -> None:
    found = cells(read(pdf(frame() + printed() + EIGHT + over(HARMLESS[name]))))
    assert found[0, 1].text == "128"
    # A picture beside a digit may be a digit.
    assert doubted(found) <= ({(0, 1)} if "picture" in name else set())


def annotation(kind: str, entries: str) -> str:
    """An annotation around the second cell of the first row; its origin is that of the page."""
    x, y = BESIDE
    box = f"{x - 20:.2f} {y - 6} {x + 16:.2f} {y + 14}"
    return f"/Annots [<< /Type /Annot /Subtype /{kind} /F 4 /Rect [{box}] {entries} >>]"


def ink(points: Sequence[tuple[float, float]], color: str, width: float) -> str:
    """A line by hand through points beside the origin of a third digit in that cell."""
    places = " ".join(f"{BESIDE[0] + x:.2f} {BESIDE[1] + y:.2f}" for x, y in points)
    return annotation("Ink", f"/C [{color}] /BS << /W {width} >> /InkList [[{places}]]")


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize(
    ("points", "width"),
    [(((1.2, -2), (1.2, 9)), 2.6), (((0.5, 3.8), (5, 3.8)), 1), (((3, -2), (3, 9)), 7)],
    ids=["half", "bar", "whole"],
)
def test_a_digit_that_a_note_erases(
    read: Read, points: Sequence[tuple[float, float]], width: float, frame: Callable[[], str]
) -> None:
    page = ink(points, "1 1 1", width)
    found = cells(read(pdf(frame() + printed() + EIGHT, page=page)))
    assert (found[0, 1].text, found[0, 1].other) == ("12", "128\ufffd")
    assert doubted(found) == {(0, 1)}


GROUNDS = {
    "black on black": ("0 g", "0 g"),
    "black on dark grey": (".2 g", "0 g"),
    "dark blue on black": ("0 g", "0 0 .3 rg"),
    "grey on grey": (".5 g", ".45 g"),
    "red on red": (".8 .1 .1 rg", ".7 0 0 rg"),
    "white on white on black": ("0 g 0 0 36 20 re f 1 g", "1 g"),
}
ROW = {(0, 1), (0, 2), (0, 3)}
CELL = (LEFT + ACROSS - 3, TOP - 5)


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", GROUNDS)
def test_a_number_of_the_colour_of_its_ground(
    read: Read, name: str, frame: Callable[[], str], is_in_form: bool
) -> None:
    ground, ink_color = GROUNDS[name]
    fill = f"q 1 0 0 1 {CELL[0]} {CELL[1]} cm {ground} 0 0 36 20 re f Q "
    number = f"q {ink_color} {shown('12', LEFT + ACROSS, TOP)} Q "
    whole = frame() + fill + printed().replace("(12)", "()") + number
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert {(0, 1)} <= doubted(found) <= ROW


def test_one_text_over_two_grounds(read: Read) -> None:
    """The numbers of a row, shown as one text, of which one stands on a dark cell."""
    row = f"BT /F 10 Tf {LEFT} {TOP} Td [(Rules) {-(ACROSS - 26.12) * 100:.0f} (12) "
    row += f"{-(ACROSS - 11.12) * 100:.0f} (40) {-(ACROSS - 11.12) * 100:.0f} (52)] TJ ET "
    fill = f"q 0 g {CELL[0]} {CELL[1]} 36 20 re f Q "
    others = printed().split("\n", 4)[4]
    found = cells(read(pdf(rules() + fill + row + others)))
    assert doubted(found) == {(0, 1)}


LEGIBLE = {
    "white on black": ("0 g", "1 g"),
    "white on blue": ("0 .2 .6 rg", "1 g"),
    "black on light grey": (".85 g", "0 g"),
    "black on yellow": ("1 1 0 rg", "0 g"),
    "black on middle blue": (".27 .45 .77 rg", "0 g"),
    "red on white": ("1 g", "1 0 0 rg"),
    "blue on pink": ("1 .8 .9 rg", "0 0 1 rg"),
}


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", LEGIBLE)
def test_numbers_on_a_ground_of_another_colour(
    read: Read, name: str, frame: Callable[[], str]
) -> None:
    ground, ink_color = LEGIBLE[name]
    fill = f"q {ground} 60 {TOP - 60} 400 90 re f Q "
    found = cells(read(pdf(fill + frame() + f"{ink_color} " + printed())))
    assert [found[r, c].text for r in range(3) for c in range(4)] == [t for r in ROWS for t in r]
    assert not doubted(found)


STRUCK = {
    "a diagonal": [(-14, -3), (8, 9)],
    "a slope": [(-16, 2), (10, 5)],
    "by hand": [(-15, 3), (-9, 4.5), (-4, 2.5), (1, 4), (8, 3)],
    "a cross": [(-13, -2), (-1, 9), (-13, 9), (-1, -2)],
}


def path(points: Sequence[tuple[float, float]], operator: str = "l") -> str:
    first, *others = (f"{x} {y}" for x, y in points)
    return f"{first} m " + " ".join(f"{place} {operator}" for place in others) + " S"


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", STRUCK)
def test_a_number_through_which_a_line_is_drawn(
    read: Read, name: str, frame: Callable[[], str], is_in_form: bool
) -> None:
    whole = frame() + printed() + over("1 0 0 RG " + path(STRUCK[name]))
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert found[0, 1].text == "12"
    # A small drawing in a row without rules may also be a number of its own.
    assert {(0, 1)} <= doubted(found) <= (ROW if name == "a cross" and not frame() else {(0, 1)})


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", [*STRUCK, "a level line"])
def test_a_number_that_a_note_crosses_out(read: Read, name: str, frame: Callable[[], str]) -> None:
    points = STRUCK.get(name, [(-15, 3.5), (8, 3.5)])
    found = cells(read(pdf(frame() + printed(), page=ink(points, "1 0 0", 1))))
    assert found[0, 1].text == "12"
    assert doubted(found) == {(0, 1)}


def test_a_number_that_a_line_note_crosses_out(read: Read) -> None:
    (x, y) = BESIDE
    line = f"/L [{x - 15:.2f} {y + 3} {x + 8:.2f} {y + 5}] /C [1 0 0] /BS << /W 1 >>"
    found = cells(read(pdf(rules() + printed(), page=annotation("Line", line))))
    assert doubted(found) == {(0, 1)}


BESIDE_IT = {
    "an underline": [(-14, -1.5), (8, -1.5)],
    "an underline by hand": [(-14, -1.5), (-6, -2.2), (2, -1.2), (8, -1.8)],
    "a tick": [(6, 3), (8, 0), (13, 9)],
    "a circle": [(-14, 3), (-12, 9), (-5, 11), (2, 9), (4, 3), (2, -2), (-5, -4), (-12, -2)],
}


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("is_note", [False, True], ids=["path", "note"])
@pytest.mark.parametrize("name", BESIDE_IT)
def test_a_line_beside_a_number_crosses_nothing_out(
    read: Read, name: str, is_note: bool, frame: Callable[[], str]
) -> None:
    points = BESIDE_IT[name]
    whole = frame() + printed() + ("" if is_note else over(path(points)))
    found = cells(read(pdf(whole, page=ink(points, "1 0 0", 1) if is_note else "")))
    assert found[0, 1].text == "12"
    # A small drawing of its own may be a digit.
    assert doubted(found) <= (set() if is_note or "line" in name else ROW)


def test_a_number_under_more_lines_than_are_looked_at(read: Read) -> None:
    """A hatching of thousands of lines in the heights of one row; none is followed further."""
    lines = " ".join(
        f"{400 + at % 50} {TOP} m {401 + at % 50} {TOP + 2} l S" for at in range(5_100)
    )
    found = cells(read(pdf(rules() + printed() + lines)))
    assert {row for row, _ in doubted(found)} == {0}


def test_a_note_of_more_strokes_than_are_looked_at(read: Read) -> None:
    page = ink([(6 + at % 2, 5) for at in range(2_000)], "1 0 0", 1)
    many = page.replace(
        "/InkList [", "/InkList [" + page.split("/InkList [")[1].split("] >>]")[0] * 14
    )
    found = cells(read(pdf(rules() + printed(), page=many)))
    assert doubted(found) == {(0, 1)}
