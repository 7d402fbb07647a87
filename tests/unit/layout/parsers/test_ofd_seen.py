"""Digits of an OFD page that nobody sees, or not as they stand: pale, covered, cut off, tiny."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.layout.model import UNREADABLE, ParsedDocument
from assets.layout.parsers.base import Source
from assets.layout.parsers.ofd import OFD
from tests.unit.layout.parsers.test_ofd import (
    DOCUMENT,
    GRID,
    MAIN,
    NS,
    PAGE,
    content,
    package,
    path,
    text,
)

WORDS = text(22, 21, "项目") + text(52, 21, "数量") + text(22, 31, "规章")
STEPS = 'DeltaX="2 2"'


@pytest.fixture
def read(tmp_path: Path):
    def parse(data: bytes) -> ParsedDocument:
        file = tmp_path / "report.ofd"
        file.write_bytes(data)
        return OFD.parse(Source(file, "report.ofd", "application/ofd", Limits()))

    return parse


def coloured(value: str, more: str = "", attributes: str = "", digits: str = "120") -> str:
    """The number of the table in a colour."""
    return (
        f'<ofd:TextObject ID="1" Boundary="52 31 60 6" Font="2" Size="4" {more}>'
        f'<ofd:FillColor Value="{value}" {attributes}/>'
        f'<ofd:TextCode X="0" Y="4" {STEPS}>{digits}</ofd:TextCode></ofd:TextObject>'
    )


NUMBER = coloured("0 0 0")
DOUBT = ("120", UNREADABLE)
SURE = ("120", None)


def box(x: float, y: float, width: float, height: float, colour: str = "", more: str = "") -> str:
    fill = f"<ofd:FillColor {colour}/>" if colour else ""
    data = f"M {x} {y} L {x + width} {y} L {x + width} {y + height} L {x} {y + height} C"
    return (
        f'<ofd:PathObject ID="2" Boundary="0 0 210 297" Stroke="false" Fill="true" {more}>{fill}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def last(document: ParsedDocument) -> tuple[str, str | None]:
    (grid,) = document.grids
    assert [(cell.text, cell.other) for cell in grid.cells[:3]] == [
        (text, None) for text in ("项目", "数量", "规章")
    ]
    return grid.cells[-1].text, grid.cells[-1].other


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (coloured("0 0 0"), SURE),
        (coloured("0"), SURE),
        (coloured("0 0 0 255"), SURE),
        (coloured("255 0 0"), SURE),
        (coloured("100 100 100"), SURE),
        (coloured("#00 #00 #80"), SURE),
        (coloured("255 255 255"), DOUBT),
        (coloured("250 251 252"), DOUBT),
        (coloured("#FF #FF #F0"), DOUBT),
        (coloured("200 200 200"), DOUBT),
        (coloured("255"), DOUBT),
        (coloured("0 0 0 0"), DOUBT),
        (coloured("0 0 0", attributes='Alpha="20"'), DOUBT),
        (coloured("0 0 0", 'Alpha="20"'), DOUBT),
        (
            coloured("0 0 0", attributes='ColorSpace="9" Index="1"').replace('Value="0 0 0"', ""),
            DOUBT,
        ),
    ],
)
def test_the_colour_of_digits(read, number, found):
    assert last(read(package(content(path(GRID) + WORDS + number)))) == found


def test_a_colour_may_be_named_by_drawing_parameters(read):
    def drawn(value: str) -> bytes:
        resources = (
            f'<ofd:Res {NS} BaseLoc="Res"><ofd:DrawParams><ofd:DrawParam ID="8" Relative="7"/>'
            f'<ofd:DrawParam ID="7"><ofd:FillColor Value="{value}"/></ofd:DrawParam>'
            "</ofd:DrawParams></ofd:Res>"
        )
        number = text(52, 31, "120", 'DrawParam="8"', STEPS)
        return package(
            content(path(GRID) + WORDS + number),
            common="<ofd:PublicRes>R.xml</ofd:PublicRes>",
            **{"Doc_0/R.xml": resources},
        )

    assert last(read(drawn("255 255 255"))) == DOUBT
    assert last(read(drawn("0 0 0"))) == SURE


@pytest.mark.parametrize(
    ("ground", "value", "found"),
    [
        ('Value="20 40 90"', "255 255 255", SURE),
        ('Value="20 40 90"', "0 0 0", DOUBT),
        ('Value="230 230 230"', "0 0 0", SURE),
        ('Value="255 255 255"', "0 0 0", SURE),
    ],
)
def test_digits_on_a_coloured_ground(read, ground, value, found):
    under = box(50, 30, 30, 10, ground)
    data = package(content(under + path(GRID) + WORDS + coloured(value)))
    assert last(read(data)) == found


@pytest.mark.parametrize(
    "cover",
    [
        box(50.5, 30.5, 29, 9, 'Value="255 255 255"'),
        box(50.5, 30.5, 29, 9, 'Value="0 0 255"'),
        box(50.5, 33, 29, 6, 'Value="255 255 255"'),
        box(50.5, 30.5, 29, 9, 'Value="255 255 255" Alpha="180"'),
        box(50.5, 30.5, 29, 9, 'Value="255 255 255"').replace("L 79.5 39.5", "L 77 39"),
        '<ofd:PathObject ID="2" Boundary="0 0 210 297" LineWidth="8">'
        '<ofd:StrokeColor Value="255 255 255"/>'
        "<ofd:AbbreviatedData>M 51 34 L 79 34</ofd:AbbreviatedData></ofd:PathObject>",
        '<ofd:ImageObject ID="5" Boundary="51 31 12 8" CTM="12 0 0 8 0 0" ResourceID="4"/>',
    ],
)
def test_what_is_drawn_over_digits(read, cover):
    shown, other = last(read(package(content(path(GRID) + WORDS + NUMBER + cover))))
    assert shown == "120"
    assert other is not None
    assert UNREADABLE in other


@pytest.mark.parametrize(
    "cover",
    [
        box(50.5, 30.5, 29, 9, 'Value="255 255 0" Alpha="90"'),
        box(50.5, 30.5, 29, 9, 'Value="255 255 255"', 'Visible="false"'),
        box(50.5, 30.5, 29, 9, 'Value="255 255 255" Alpha="0"'),
        box(70, 30.5, 9, 9, 'Value="255 255 255"'),
        box(50.5, 36, 29, 0.2, 'Value="0 0 0"').replace("36", "39"),
        '<ofd:PathObject ID="2" Boundary="0 0 210 297" LineWidth="0.5">'
        "<ofd:AbbreviatedData>M 90 34 L 99 34</ofd:AbbreviatedData></ofd:PathObject>",
        '<ofd:ImageObject ID="5" Boundary="90 31 12 8" CTM="12 0 0 8 0 0" ResourceID="4"/>',
    ],
)
def test_what_hides_nothing(read, cover):
    assert last(read(package(content(path(GRID) + WORDS + NUMBER + cover)))) == SURE


def test_what_is_drawn_first_lies_under_the_digits(read):
    white = box(50.5, 30.5, 29, 9, 'Value="255 255 255"')
    assert last(read(package(content(white + path(GRID) + WORDS + NUMBER)))) == SURE
    below = content(path(GRID) + WORDS + NUMBER).replace(
        "</ofd:Layer>", f'</ofd:Layer><ofd:Layer Type="Background">{white}</ofd:Layer>'
    )
    assert last(read(package(below))) == SURE


@pytest.mark.parametrize(("order", "found"), [("Background", SURE), ("Foreground", DOUBT)])
def test_a_template_may_lie_over_the_page(read, order, found):
    data = package(
        content(path(GRID) + WORDS + NUMBER, f'<ofd:Template TemplateID="7" ZOrder="{order}"/>'),
        common='<ofd:TemplatePage ID="7" BaseLoc="Tpls/T.xml"/>',
        **{"Doc_0/Tpls/T.xml": content(box(50.5, 30.5, 29, 9, 'Value="255 255 255"'))},
    )
    assert last(read(data)) == found


def test_tiny_digits_and_digits_beyond_the_bounds_of_their_object(read):
    tiny = '<ofd:TextObject ID="1" Boundary="52 31 9 6" Font="2" Size="0.5">' + (
        '<ofd:TextCode X="0" Y="4" DeltaX="0.3">34</ofd:TextCode></ofd:TextObject>'
    )
    assert last(read(package(content(path(GRID) + WORDS + tiny)))) == ("34", UNREADABLE)
    cut = NUMBER.replace('Boundary="52 31 60 6"', 'Boundary="52 31 1.9 6"')
    shown, other = last(read(package(content(path(GRID) + WORDS + cut))))
    assert shown in "120"
    assert other is not None
    assert UNREADABLE in other


def test_one_digit_of_another_colour_is_doubted(read):
    more = coloured("255 0 0", digits="7").replace('Boundary="52', 'Boundary="58')
    found = last(read(package(content(path(GRID) + WORDS + NUMBER + more))))
    assert found == ("1207", "120")


def test_a_page_that_is_grey_throughout_is_read(read):
    colour = '<ofd:FillColor Value="170 170 170"/>'
    page = path(GRID) + WORDS.replace("<ofd:TextCode", f"{colour}<ofd:TextCode")
    assert last(read(package(content(page + coloured("170 170 170"))))) == SURE
    assert last(read(package(content(page + coloured("235 235 235"))))) == DOUBT


def annotated(annotation: str, stamp: str = "", entry: str = "0") -> bytes:
    """The table with an annotation on the page, and a stamp of a signature."""
    parts = {
        "Doc_0/Annots/Annotations.xml": (
            f'<ofd:Annotations {NS}><ofd:Page PageID="{entry}"><ofd:FileLoc>Page_0/A.xml'
            "</ofd:FileLoc></ofd:Page></ofd:Annotations>"
        ),
        "Doc_0/Annots/Page_0/A.xml": f"<ofd:PageAnnot {NS}>{annotation}</ofd:PageAnnot>",
        "Doc_0/Signs/Signatures.xml": (
            f'<ofd:Signatures {NS}><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
            "</ofd:Signatures>"
        ),
        "Doc_0/Signs/Sign_0/Signature.xml": (
            f"<ofd:Signature {NS}><ofd:SignedInfo>{stamp}</ofd:SignedInfo></ofd:Signature>"
        ),
    }
    main = MAIN.replace(
        "</ofd:DocBody>",
        "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>",
    )
    document = DOCUMENT.format(common="", pages=PAGE.format(n=0)).replace(
        "</ofd:Document>",
        "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>",
    )
    page = content(path(GRID) + WORDS + NUMBER)
    return package(page, **{"OFD.xml": main, "Doc_0/Document.xml": document}, **parts)


def annotation(kind: str, boundary: str, more: str = "") -> str:
    shown = f'<ofd:Appearance Boundary="{boundary}"/>'
    return f'<ofd:Annot ID="1" Type="{kind}" {more}>{shown}</ofd:Annot>'


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (annotated(annotation("Stamp", "50 28 40 40")), DOUBT),
        (annotated(annotation("Path", "50 28 40 40")), DOUBT),
        (annotated("", '<ofd:StampAnnot PageRef="0" Boundary="50 28 40 40"/>'), DOUBT),
        (annotated(annotation("Stamp", "100 200 40 40")), SURE),
        (annotated(annotation("Highlight", "50 28 40 40")), SURE),
        (annotated(annotation("Stamp", "50 28 40 40", 'Visible="false"')), SURE),
        (annotated(annotation("Stamp", "50 28 40 40"), entry="7"), SURE),
        (annotated(annotation("Stamp", "no box")), SURE),
        (annotated("<broken", "<broken"), SURE),
        (annotated("", '<ofd:StampAnnot PageRef="0" Boundary="20 200 40 40"/>'), SURE),
    ],
)
def test_stamps_and_annotations_over_digits(read, data, found):
    assert last(read(data)) == found
