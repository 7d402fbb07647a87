"""Digits that only the file knows: whatever hides them, in tables with rules and without."""

import re
from collections.abc import Callable, Sequence

import pytest

from assets.cells.numbers import read_value
from assets.cells.second import readings_doubt
from assets.layout.model import GridCell, ParsedDocument
from assets.synthetic.pdf import WHITE_EVERY, render_pdf
from assets.synthetic.report import random_report
from assets.synthetic.styles import PdfStyle
from schemas.catalog import load_catalog
from tests.unit.layout.parsers.test_pdf import read

__all__ = ["read"]
Read = Callable[[bytes], ParsedDocument]

ROWS = [("Rules", "12", "40", "52"), ("Norms", "7", "8", "15"), ("Both", "19", "48", "67")]
LEFT, TOP, ACROSS, DOWN, SIZE = 72, 700, 90, 24, 10
BESIDE = (LEFT + ACROSS + 5.56 * 2, TOP)
"""Where a digit behind the 12 stands: digits of the font are 0.556 wide."""
AT = "{:.2f} {:.2f}".format(*BESIDE)
AROUND = f"{BESIDE[0] - 0.2:.2f} {TOP - 3} 6 13 re"


def shown(text: str, x: float, y: float, font: str = "F", size: float = SIZE) -> str:
    return f"BT /{font} {size} Tf {x:.2f} {y:.2f} Td ({text}) Tj ET\n"


def printed() -> str:
    return "".join(
        shown(text, LEFT + column * ACROSS, TOP - row * DOWN)
        for row, texts in enumerate(ROWS)
        for column, text in enumerate(texts)
    )


def rules() -> str:
    right, bottom = LEFT - 5 + 4 * ACROSS, TOP + 16 - 3 * DOWN
    return "".join(
        [f"{LEFT - 5} {TOP + 16 - r * DOWN} m {right} {TOP + 16 - r * DOWN} l S " for r in range(4)]
        + [
            f"{LEFT - 5 + c * ACROSS} {TOP + 16} m {LEFT - 5 + c * ACROSS} {bottom} l S "
            for c in range(5)
        ]
    )


DIGIT = f"BT /F {SIZE} Tf {AT} Td (3) Tj ET "
RESOURCES = (
    "/Font << /F 5 0 R /T 9 0 R >> /ExtGState << /Clear << /ca 0 >> /Masked << /SMask << /S "
    "/Luminosity /G 11 0 R >> >> /Mixed << /BM /Multiply >> >> /Properties << /Off 7 0 R /On 8 0 R "
    ">> /Shading << /Sh << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 600 0] /Extend "
    "[true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> >> >> "
    "/Pattern << /P 12 0 R >> /ColorSpace << /PC [/Pattern] >>"
)
WHITE_PICTURE = "BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI"


def pdf(
    content: str,
    form: str = "",
    page: str = "",
    *,
    is_off: bool = False,
    kids: str = "3 0 R",
    font: Sequence[str] = (),
) -> bytes:
    """A page of Letter size; the resources know a form, fonts, optional content, a pattern.

    `font` is the usual font, if it is another than Helvetica, with what it needs from object 16 on.
    """
    xobjects = f"/XObject << /X 6 0 R >> {RESOURCES}"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [7 0 R 8 0 R] /D << /OFF [7 0 R] "
        "/ON [8 0 R] >> >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {kids.count('R')} >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {page} "
        f"/Resources << {xobjects} >> >>",
        stream("", content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        stream(
            f"/Type /XObject /Subtype /Form /BBox [0 0 612 792] {'/OC 7 0 R' if is_off else ''} "
            f"/Resources << {RESOURCES} >>",
            form,
        ),
        "<< /Type /OCG /Name (off) >>",
        "<< /Type /OCG /Name (on) >>",
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [.001 0 0 .001 0 0] "
        "/FirstChar 51 /LastChar 51 /Widths [556] /Encoding << /Differences [51 /three] >> "
        "/CharProcs << /three 10 0 R >> >>",
        stream("", "556 0 0 0 500 700 d1"),
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Group << /S /Transparency /CS "
            "/DeviceGray >>",
            "0 g 0 0 612 792 re f",
        ),
        stream(
            "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 "
            "/YStep 9 /Resources << >>",
            "1 g 0 0 9 9 re f",
        ),
        "<< /Type /Annot /Subtype /Square /F 4 /IC [1 1 1] /C [] "
        f"/Rect [{BESIDE[0] - 1:.0f} {TOP - 4} {BESIDE[0] + 6:.0f} {TOP + 10}] "
        "/BS << /W 0 >> /AP << /N 14 0 R >> >>",
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 7 14] /Resources << >>", "1 g 0 0 7 14 re f"
        ),
        "<< /Type /Page /Parent 2 0 R >>",
    ]
    if font:
        objects[4:5] = font[:1]
        objects += font[1:]
    out = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    start = len(out)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return out + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size "
        f"{len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ).encode("latin-1")


def stream(entries: str, content: str) -> str:
    return f"<< {entries} /Length {len(content)} >>\nstream\n{content}\nendstream"


def cells(document: ParsedDocument) -> dict[tuple[int, int], GridCell]:
    (grid,) = document.grids
    return {(cell.row, cell.col): cell for cell in grid.cells}


def doubtful(found: dict[tuple[int, int], GridCell]) -> list[GridCell]:
    return [cell for cell in found.values() if readings_doubt(cell)]


def doubted(found: dict[tuple[int, int], GridCell]) -> set[tuple[int, int]]:
    return {place for place, cell in found.items() if readings_doubt(cell)}


HIDDEN = {
    "invisible": f"q 3 Tr {DIGIT} Q",
    "white": f"q 1 g {DIGIT} Q",
    "pale": f"q .85 g {DIGIT} Q",
    "clear": f"q /Clear gs {DIGIT} Q",
    "masked": f"q /Masked gs {DIGIT} Q",
    "outlined in white": f"q 1 Tr 1 G {DIGIT} Q",
    "white on white on black": f"q 0 g {AROUND} f 1 g {AROUND} f {DIGIT} Q",
    "under white": f"q {DIGIT} 1 g {AROUND} f Q",
    "under grey": f"q {DIGIT} .9 g {AROUND} f Q",
    "under a picture": f"q {DIGIT} 6 0 0 13 {BESIDE[0] - 0.2:.2f} {TOP - 3} cm {WHITE_PICTURE} Q",
    "under a shading": f"q {DIGIT} {AROUND} W n /Sh sh Q",
    "its lower half under white": f"q {DIGIT} 1 g {BESIDE[0]:.2f} {TOP - 3} 6 7 re f Q",
    "clipped": f"q 0 0 9 9 re W n {DIGIT} Q",
    "half clipped": f"q {BESIDE[0]:.2f} {TOP + 3} 90 9 re W n {DIGIT} Q",
    "clipped by a triangle": f"q 0 0 m 600 0 l 0 600 l h W n {DIGIT} Q",
    "switched off": f"q /OC /Off BDC {DIGIT} EMC Q",
    "in a font of empty drawings": "q " + DIGIT.replace("/F ", "/T ") + " Q",
    "filled with a white pattern": f"q /PC cs /P scn {DIGIT} Q",
}


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", HIDDEN)
def test_a_hidden_digit_beside_a_number(
    read: Read, name: str, frame: Callable[[], str], is_in_form: bool
) -> None:
    whole = frame() + printed() + HIDDEN[name]
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert found[0, 1].text == "12"
    assert re.sub("[\n\ufffd]", "", found[0, 1].other or "") == "123"
    assert doubted(found) == {(0, 1)}
    assert [found[r, c].text for r in range(3) for c in range(4) if (r, c) != (0, 1)] == [
        text for row in ROWS for text in row if text != "12"
    ]


TURNED = "0 1 -1 0 612 0 cm "
PLACED = {
    "turned": (TURNED + "1 0 0 1 0 -150 cm /X Do", "/Rotate 90"),
    "half as large": (".5 0 0 .5 90 300 cm /X Do", ""),
    "in a part of the page": ("1 0 0 1 30 -40 cm /X Do", "/CropBox [20 30 600 780]"),
}


@pytest.mark.parametrize("hidden", [*HIDDEN, ""])
@pytest.mark.parametrize("name", PLACED)
def test_forms_wherever_they_stand(read: Read, name: str, hidden: str) -> None:
    content, page = PLACED[name]
    found = cells(read(pdf(content, printed() + HIDDEN.get(hidden, ""), page)))
    assert found[0, 1].text == "12"
    assert doubted(found) == ({(0, 1)} if hidden else set())


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", ["invisible", "white", "pale", ""])
def test_a_page_that_only_the_reference_reads(
    read: Read, name: str, frame: Callable[[], str]
) -> None:
    """The fast engine takes no document with a page whose size is not stated."""
    content = frame() + printed() + HIDDEN.get(name, "")
    found = cells(read(pdf(content, kids="3 0 R 15 0 R")))
    assert found[0, 1].text == "12"
    assert doubted(found) == ({(0, 1)} if name else set())


def test_sums_choose_no_hidden_number(read: Read) -> None:
    """A reading with what nobody sees is no number that a sum could prefer."""
    empty = printed().replace("(48)", "()")
    for frame in (rules(), ""):
        beside = cells(read(pdf(frame + printed() + HIDDEN["invisible"])))[0, 1]
        hidden = f"q 3 Tr {shown('48', LEFT + 2 * ACROSS, TOP - 2 * DOWN)} Q"
        alone = doubtful(cells(read(pdf(frame + empty + hidden))))
        assert beside.other is not None
        assert alone
        assert all(read_value(cell.other or "").value is None for cell in (beside, *alone))
        assert all(cell.other for cell in alone)


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
def test_a_form_that_is_switched_off(read: Read, frame: Callable[[], str]) -> None:
    found = cells(read(pdf(frame() + printed() + "/X Do", DIGIT, is_off=True)))
    assert (found[0, 1].text, found[0, 1].other) == ("12", "123\ufffd")
    assert doubted(found) == {(0, 1)}


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
def test_a_digit_under_an_annotation(read: Read, frame: Callable[[], str]) -> None:
    found = cells(read(pdf(frame() + printed() + DIGIT, page="/Annots [13 0 R]")))
    assert (found[0, 1].text, found[0, 1].other) == ("12", "123\ufffd")
    assert doubted(found) == {(0, 1)}


VISIBLE = {
    "in one piece": "",
    "clipped to the page": "0 0 612 792 re W n ",
    "switched on": "/OC /On BDC ",
    "over a picture": f"q 150 0 0 60 150 {TOP - 40} cm {WHITE_PICTURE} Q ",
    "grey altogether": ".7 g ",
    "on grey": f"q .8 g 60 {TOP - 60} 400 90 re f Q ",
    "white on black": f"q 0 g 60 {TOP - 60} 400 90 re f Q 1 g ",
}
MARKED = f"q /Mixed gs 1 1 0 rg 60 {TOP - 60} 400 90 re f Q "


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", [*VISIBLE, "marked yellow"])
def test_what_is_seen_is_no_doubt(
    read: Read, name: str, frame: Callable[[], str], is_in_form: bool
) -> None:
    end = " EMC" if name == "switched on" else ""
    after = MARKED if name == "marked yellow" else ""
    whole = frame() + VISIBLE.get(name, "") + printed() + end + after
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert [found[r, c].text for r in range(3) for c in range(4)] == [
        t for row in ROWS for t in row
    ]
    assert not doubted(found)


def test_digits_outside_what_is_displayed(read: Read) -> None:
    narrow = f"/CropBox [0 0 {LEFT + 2 * ACROSS + 40} 792]"
    found = cells(read(pdf(printed(), page=narrow)))
    assert [(row, col) for row, col in found] == [(r, c) for r in range(3) for c in range(3)]
    assert [found[r, 2].text for r in range(3)] == ["40", "8", "48"]


def test_a_page_of_hidden_text_is_all_in_doubt(read: Read) -> None:
    found = cells(read(pdf("3 Tr " + printed())))
    assert len(doubted(found)) == 9


@pytest.mark.parametrize(
    ("x", "texts"),
    [(LEFT + ACROSS + 40, ("12", "40", "52")), (LEFT + 3 * ACROSS + 40, ("12", "40", "52"))],
    ids=["between", "behind"],
)
def test_a_hidden_number_of_its_own_in_a_row_without_rules(
    read: Read, x: float, texts: Sequence[str]
) -> None:
    found = cells(read(pdf(printed() + "q 1 g " + shown("33", x, TOP) + "Q")))
    assert tuple(found[0, c].text for c in (1, 2, 3)) == texts
    # One number more may move the others, from either end.
    assert doubted(found) == {(0, 1), (0, 2), (0, 3)}


def row(texts: Sequence[str], place: int) -> str:
    return "".join(
        shown(text, LEFT + at * ACROSS, TOP - place * DOWN) for at, text in enumerate(texts)
    )


def test_a_row_that_nobody_sees_is_none(read: Read) -> None:
    found = cells(read(pdf(printed() + "q 1 g " + row(("More", "1", "2", "3"), 3) + "Q")))
    assert max(found) == (2, 3)
    assert not doubted(found)


@pytest.mark.parametrize("color", ["1 g", ".8 g", "3 Tr"])
def test_numbers_of_a_row_that_nobody_sees_are_in_doubt(read: Read, color: str) -> None:
    more = shown("1.More", LEFT, TOP - 3 * DOWN)
    hidden = f"q {color} " + row(("", "1", "2", "3"), 3) + "Q"
    found = cells(read(pdf(printed() + more + hidden)))
    assert [found[3, c].text for c in range(4)] == ["1.More", "1", "2", "3"]
    assert doubted(found) == {(3, 1), (3, 2), (3, 3)}


def test_a_hidden_digit_in_prose_is_left_out(read: Read) -> None:
    content = shown("Report of 202", LEFT, 760) + f"q 3 Tr {shown('9', 129.7, 760)} Q "
    content += shown("4 in all;", 132.6, 760)
    document = read(pdf(content + printed()))
    assert document.blocks[0].text == "Report of 2024 in all;"


def test_a_red_digit_and_a_hidden_one_in_one_row(read: Read) -> None:
    red = f"q 1 0 0 rg {shown('4', LEFT + 2 * ACROSS + 11.12, TOP)} Q"
    found = cells(read(pdf(printed() + red + HIDDEN["white"])))
    assert [(found[0, c].text, found[0, c].other) for c in (1, 2, 3)] == [
        ("12", "123\ufffd"),
        ("404", "40\ufffd"),
        ("52", None),
    ]


def test_pale_numbers_alone_in_their_row_are_its_numbers_in_doubt(read: Read) -> None:
    pale = "q .8 g " + "".join(
        shown(text, LEFT + (1 + c) * ACROSS, TOP - 3 * DOWN) for c, text in enumerate("123")
    )
    found = cells(read(pdf(printed() + shown("More", LEFT, TOP - 3 * DOWN) + pale + "Q")))
    assert [found[3, c].text for c in range(4)] == ["More", "1", "2", "3"]
    assert doubted(found) == {(3, 1), (3, 2), (3, 3)}


def test_a_pale_line_among_lines_of_one_cell_each(read: Read) -> None:
    """It may be a cell or none, so that what follows may stand elsewhere."""
    texts = ["Rules", "1", "2", "3", "Norms", "4", "5", "6"]
    content = "".join(shown(text, LEFT, TOP - at * 30) for at, text in enumerate(texts))
    content += "q .8 g " + shown("9", LEFT, TOP - 45) + "Q"
    found = cells(read(pdf(content)))
    numbers = {place for place, cell in found.items() if cell.text.isdigit()}
    assert len(numbers) == 7
    assert doubted(found) == numbers


def field(value: int, x: float, y: float) -> str:
    return (
        f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a{value}) /V ({value}) /F 4 "
        f"/Rect [{x} {y - 3} {x + 20} {y + 9}] >>"
    )


def test_a_field_in_a_row_without_rules(read: Read) -> None:
    found = cells(read(pdf(printed(), page=f"/Annots [{field(21, LEFT + ACROSS + 40, TOP)}]")))
    assert doubted(found) == {(0, 1), (0, 2), (0, 3)}


def test_a_row_whose_numbers_are_all_fields(read: Read) -> None:
    at = TOP - 3 * DOWN
    fields = "".join(field(20 + c, LEFT + (1 + c) * ACROSS, at) for c in range(3))
    content = printed() + shown("More", LEFT, TOP - 3 * DOWN)
    found = cells(read(pdf(content, page=f"/Annots [{fields}]")))
    assert [found[3, c].text for c in range(4)] == ["More", "20", "21", "22"]
    assert doubted(found) == {(3, 1), (3, 2), (3, 3)}


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
def test_a_picture_beside_a_digit_may_be_another(read: Read, frame: Callable[[], str]) -> None:
    picture = WHITE_PICTURE.replace("\xff", "\x40")
    at = f"q 24 0 0 14 {LEFT + ACROSS + 16} {TOP - 4} cm {picture} Q"
    found = cells(read(pdf(frame() + printed() + at)))
    assert found[0, 1].text == "12"
    assert (0, 1) in doubted(found)


ERASERS = {
    "level": "11 w 0 3 m 5.8 3 l S",
    "upright": "5.8 w 2.9 -2 m 2.9 9 l S",
    # Round ends keep it off the digit before.
    "to and fro": "1 j 2.4 w 1 0 m 5 1 l 1 2 l 5 3 l 1 4 l 5 5 l 1 6 l 5 7 l 1 8 l S",
}


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", ERASERS)
def test_a_digit_under_an_eraser(
    read: Read, name: str, frame: Callable[[], str], is_in_form: bool
) -> None:
    erased = f"q 1 G 1 0 0 1 {AT} cm {ERASERS[name]} Q"
    whole = frame() + printed() + DIGIT + erased
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert (found[0, 1].text, found[0, 1].other) == ("12", "123\ufffd")
    assert doubted(found) == {(0, 1)}


def test_white_strokes_around_numbers_put_none_in_doubt(read: Read) -> None:
    found = cells(read(pdf(rules() + printed() + f"q 1 G 1 w {rules()} Q" + rules())))
    assert [found[r, c].text for r in range(3) for c in range(4)] == [
        t for row in ROWS for t in row
    ]
    assert not doubted(found)


SMALL = WHITE_PICTURE.replace("\xff", "\x40")
AN_EMPTY_ONE = printed().replace("(40)", "()")


def at_cell(column: int, drawing: str) -> str:
    """A drawing whose origin is where a third digit of the first row would stand."""
    return f"q 1 0 0 1 {LEFT + column * ACROSS + 12} {TOP} cm {drawing} Q "


DRAWN = {
    "a 3 by hand": "1 w 0 6 m 2 8 4 7 2 4 c 5 4 5 0 0 1 c S",
    "a filled curve": "0 0 m 4 0 5 3 3 4 c 5 6 3 8 0 7 c h f",
    "a 7 of straight strokes": "0 7 m 4 7 l 1 0 l S",
    "a small picture": f"5 0 0 7 0 0 cm {SMALL}",
    "the smallest picture": f"1.6 0 0 4.1 0 0 cm {SMALL}",
}


@pytest.mark.parametrize("is_in_form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("name", DRAWN)
def test_a_drawn_digit_in_a_cell(read: Read, name: str, is_in_form: bool) -> None:
    """Beside a number, and in a cell that is empty without it."""
    whole = rules() + AN_EMPTY_ONE + at_cell(1, DRAWN[name]) + at_cell(2, DRAWN[name])
    found = cells(read(pdf("/X Do", whole) if is_in_form else pdf(whole)))
    assert (found[0, 1].text, found[0, 1].other) == ("12", "12\n\ufffd")
    assert (found[0, 2].text, found[0, 2].other) == ("", "\ufffd")
    assert doubted(found) == {(0, 1), (0, 2)}


NO_DIGITS = {
    "a level stroke": "20 3 m 30 3 l S",
    "a check-box": "20 0 8 8 re S",
    "a check-box of four strokes": "20 0 m 28 0 l 28 8 l 20 8 l h S",
    "a filled square": "20 0 8 8 re f",
    "a diagonal": "20 -4 m 50 10 l S",
    "a wide diagonal": "-10 -6 m 70 14 l S",
    "a speck": f"1 0 0 1 20 3 cm {SMALL}",
    "a small curve": "20 3 m 21 5 22 5 23 3 c S",
}


@pytest.mark.parametrize("column", [1, 2], ids=["number", "empty"])
@pytest.mark.parametrize("name", NO_DIGITS)
def test_a_drawing_that_is_no_digit(read: Read, name: str, column: int) -> None:
    found = cells(read(pdf(rules() + AN_EMPTY_ONE + at_cell(column, NO_DIGITS[name]))))
    assert [found[0, c].text for c in range(4)] == ["Rules", "12", "", "52"]
    assert not doubted(found)


def test_a_diagonal_in_the_head_of_a_table(read: Read) -> None:
    """Forms part the head of the first column by a line from corner to corner."""
    left, top = LEFT - 5, TOP + 16
    for wide in (30, 60, ACROSS):
        corner = f"{left} {top} m {left + wide} {top - DOWN} l S "
        found = cells(read(pdf(rules() + printed().replace("(Rules)", "()") + corner)))
        assert [found[0, c].text for c in range(4)] == ["", "12", "40", "52"]
        assert not doubted(found)


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("sign", ["-", "."])
def test_a_hidden_sign_before_a_number(read: Read, sign: str, frame: Callable[[], str]) -> None:
    before = f"q 3 Tr {shown(sign, LEFT + ACROSS - 3.33, TOP - DOWN)} Q"
    found = cells(read(pdf(frame() + printed() + before)))
    assert found[1, 1].text == "7"
    assert re.sub("\ufffd", "", found[1, 1].other or "").endswith(f"{sign}7")
    assert (1, 1) in doubted(found)
    assert all(row == 1 for row, _ in doubted(found))


@pytest.mark.parametrize("is_ruled", [True, False], ids=["ruled", "unruled"])
def test_white_digits_in_a_whole_report(read: Read, is_ruled: bool) -> None:
    report = random_report(5, load_catalog(), "gir_2021")
    plain, odd = (
        [
            (cell.text, bool(readings_doubt(cell)))
            for grid in read(render_pdf(report, style)).grids
            for cell in grid.cells
        ]
        for style in (PdfStyle(ruled=is_ruled), PdfStyle(ruled=is_ruled, white_digits=True))
    )
    assert [text for text, _ in odd] == [text for text, _ in plain]
    assert not any(doubt for _, doubt in plain)
    numbers = [doubt for text, doubt in odd if text.isdecimal()]
    assert sum(numbers) >= len(numbers) // WHITE_EVERY - 4 > 0


FOREIGN = {
    "red": (f"q 1 0 0 rg {DIGIT} Q", "123", "12"),
    "small": ("BT /F 6 Tf " + AT + " Td (3) Tj ET", "123", "12"),
    "printed over": (f"BT /F 10 Tf {BESIDE[0] - 3:.2f} {TOP} Td (3) Tj ET", "123", "\ufffd"),
    "struck": (f"{BESIDE[0] - 5:.2f} {TOP + 3.5} m {BESIDE[0]:.2f} {TOP + 3.5} l S", "12", "1"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_digit_in_a_row_without_rules(read: Read, name: str) -> None:
    content, text, other = FOREIGN[name]
    found = cells(read(pdf(printed() + content)))
    assert (found[0, 1].text, found[0, 1].other) == (text, other)
    assert doubted(found) == {(0, 1)}


def test_cells_without_rules_have_their_own_places(read: Read) -> None:
    found = cells(read(pdf(printed())))
    box = found[1, 2].box
    assert box is not None
    assert found[1, 2].page == 1
    assert box.x0 == pytest.approx(LEFT + 2 * ACROSS, abs=0.5)
    assert box.x1 == pytest.approx(LEFT + 2 * ACROSS + 5.56, abs=0.5)
    assert box.top < 792 - (TOP - DOWN) - 3 < box.bottom
    assert found[1, 2].locator.startswith(f"p1 ({box.x0:.1f},")
    assert len({cell.locator for cell in found.values()}) == 12
