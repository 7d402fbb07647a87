"""Fonts of a PDF that draw other digits than they say."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import reportlab

from assets.layout.model import ParsedDocument
from assets.layout.parsers.pdf_glyphs import contradicts, holes_of, trimmed
from tests.unit.layout.parsers.test_pdf import read
from tests.unit.layout.parsers.test_pdf_seen import (
    PLACED,
    ROWS,
    cells,
    doubted,
    pdf,
    printed,
    rules,
    stream,
)

__all__ = ["read"]
Read = Callable[[bytes], ParsedDocument]

FACES = Path(reportlab.__file__).parent / "fonts"
NUMBERS = {(row, column) for row in range(3) for column in range(1, 4)}


def table(says: Mapping[str, str]) -> str:
    """The table of a font that says which characters its codes are."""
    codes = "\n".join(f"<{c:02x}> <{ord(says.get(chr(c), chr(c))):04x}>" for c in range(33, 127))
    return stream(
        "",
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /C def "
        f"1 begincodespacerange <00> <ff> endcodespacerange {127 - 33} beginbfchar\n{codes}\n"
        "endbfchar endcmap end end",
    )


def face(name: str, says: Mapping[str, str]) -> list[str]:
    """A TrueType font in the file; `says` are the characters that it takes for others."""
    return [
        "<< /Type /Font /Subtype /TrueType /BaseFont /AAAAAA+Face /FirstChar 32 /LastChar 126 "
        f"/Widths [{'636 ' * 95}] /Encoding /WinAnsiEncoding /FontDescriptor 16 0 R "
        "/ToUnicode 18 0 R >>",
        "<< /Type /FontDescriptor /FontName /AAAAAA+Face /Flags 32 /FontBBox [-200 -250 1300 950] "
        "/ItalicAngle 0 /Ascent 760 /Descent -240 /CapHeight 730 /StemV 80 /FontFile2 17 0 R >>",
        stream("", (FACES / name).read_bytes().decode("latin-1")),
        table(says),
    ]


def drawings(says: Mapping[str, str]) -> list[str]:
    """A font of drawings (Type 3) of 1, 4, 7 and 8 alone; all else it has is empty."""
    shapes = {
        "one": "250 0 90 700 re f",
        "four": "350 0 80 700 re 50 200 450 70 re f 50 200 m 350 700 l 430 700 l 130 200 l f",
        "seven": "50 620 450 80 re f 400 620 m 500 620 l 250 0 l 150 0 l f",
        "eight": "60 0 420 70 re 60 320 420 70 re 60 630 420 70 re 60 0 70 700 re 410 0 70 700 re "
        "f",
    }
    names = {"1": "one", "4": "four", "7": "seven", "8": "eight"}
    differences = " ".join(f"{ord(digit)} /{name}" for digit, name in names.items())
    procedures = " ".join(f"/{name} {17 + at} 0 R" for at, name in enumerate(shapes))
    return [
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [.001 0 0 .001 0 0] "
        f"/FirstChar 32 /LastChar 126 /Widths [{'556 ' * 95}] /Encoding << /Differences "
        f"[{differences}] >> /CharProcs << {procedures} >> /ToUnicode 16 0 R >>",
        table(says),
        *(stream("", f"556 0 0 0 500 700 d1 {shape}") for shape in shapes.values()),
    ]


LIES = {
    "3 and 8": {"3": "8", "8": "3"},
    "6 and 9": {"6": "9", "9": "6"},
    "1 and 7": {"1": "7", "7": "1"},
    "0 and 6": {"0": "6", "6": "0"},
    "2 and 5": {"2": "5", "5": "2"},
    "all by one": {str(d): str((d + 1) % 10) for d in range(10)},
    "8 for 5 only": {"5": "8"},
    "full-width": {"4": "\uff11"},
}


def told(text: str, says: Mapping[str, str]) -> str:
    return "".join(says.get(char, char) for char in text)


@pytest.mark.parametrize("frame", [rules, str], ids=["ruled", "unruled"])
@pytest.mark.parametrize("name", LIES)
def test_a_font_that_draws_other_digits_than_it_says(
    read: Read, name: str, frame: Callable[[], str]
) -> None:
    found = cells(read(pdf(frame() + printed(), font=face("Vera.ttf", LIES[name]))))
    assert [found[r, c].text for r in range(3) for c in range(4)] == [
        told(text, LIES[name]) if at else text for row in ROWS for at, text in enumerate(row)
    ]
    assert doubted(found) == NUMBERS


@pytest.mark.parametrize("place", PLACED)
@pytest.mark.parametrize("name", ["3 and 8", "6 and 9"])
def test_wherever_its_text_stands(read: Read, name: str, place: str) -> None:
    content, page = PLACED[place]
    found = cells(read(pdf(content, printed(), page, font=face("Vera.ttf", LIES[name]))))
    assert doubted(found) == NUMBERS


@pytest.mark.parametrize("place", ["", *PLACED])
@pytest.mark.parametrize("name", ["Vera.ttf", "VeraBd.ttf", "VeraIt.ttf", "VeraBI.ttf"])
def test_an_honest_font_raises_no_doubt(read: Read, name: str, place: str) -> None:
    content, page = PLACED.get(place, ("/X Do", ""))
    found = cells(read(pdf(content, rules() + printed(), page, font=face(name, {}))))
    assert [found[r, c].text for r in range(3) for c in range(4)] == [t for r in ROWS for t in r]
    assert not doubted(found)


@pytest.mark.parametrize(("says", "numbers"), [({}, set()), ({"8": "4", "4": "8"}, {(0, 1)})])
def test_a_font_of_drawings(
    read: Read, says: Mapping[str, str], numbers: set[tuple[int, int]]
) -> None:
    content = rules() + "BT /F 10 Tf 162 700 Td (1478) Tj ET"
    found = cells(read(pdf(content, font=drawings(says))))
    assert (found[0, 1].text, doubted(found)) == (told("1478", says), numbers)


def bits(*rows: str) -> list[bytes]:
    return [bytes(char == "#" for char in row) for row in rows]


def test_holes_are_paper_inside_ink() -> None:
    eight = bits(".....", ".###.", ".#.#.", ".###.", ".#.#.", ".###.", ".....")
    assert trimmed(eight) == bits("###", "#.#", "###", "#.#", "###")
    assert [(hole.top, hole.bottom) for hole in holes_of(trimmed(eight))] == [
        (0.2, 0.4),
        (0.6, 0.8),
    ]
    # Open to the right, below a hook, and where two corners of ink meet.
    assert not holes_of(bits("####", "#...", "####"))
    assert not holes_of(bits("#####", "#...#", "#.#.#", "#.#..", "###.#"))
    assert len(holes_of(bits(".#.", "#.#", ".#."))) == 1


def test_a_picture_that_is_too_small_contradicts_nothing() -> None:
    assert not contradicts("8", bits("#", "#"))
