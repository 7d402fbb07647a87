"""OFD as GB/T 33190-2016 describes it: places of characters, paths, parts that are missing."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.ofd import OFD
from assets.layout.parsers.ofd_page import Matrix
from schemas.vocabulary import DocumentStatus

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
MAIN = (
    f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocInfo><ofd:Title>年报</ofd:Title></ofd:DocInfo>"
    "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
)
DOCUMENT = (
    f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
    "</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>"
    "</ofd:Document>"
)
PAGE = '<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>'
GRID = "M 20 20 L 80 20 L 80 40 L 20 40 C M 20 30 L 80 30 M 50 20 L 50 40"


def content(objects: str, before: str = "") -> str:
    return (
        f'<ofd:Page {NS}>{before}<ofd:Content><ofd:Layer ID="9">{objects}</ofd:Layer>'
        "</ofd:Content></ofd:Page>"
    )


def text(x: float, y: float, said: str, more: str = "", code: str = 'DeltaX="g 9 4"') -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 60 6" Font="2" Size="4" {more}>'
        f'<ofd:TextCode X="0" Y="4" {code}>{said}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, more: str = "") -> str:
    return (
        f'<ofd:PathObject ID="2" Boundary="0 0 210 297" {more}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def package(*pages: str, common: str = "", **parts: str) -> bytes:
    listed = "".join(PAGE.format(n=n) for n in range(len(pages)))
    members = {
        "OFD.xml": MAIN,
        "Doc_0/Document.xml": DOCUMENT.format(common=common, pages=listed),
        **{f"Doc_0/Pages/Page_{n}/Content.xml": page for n, page in enumerate(pages)},
        **parts,
    }
    return zipped({name: part for name, part in members.items() if part})


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return buffer.getvalue()


@pytest.fixture
def read(tmp_path: Path):
    def parse(data: bytes, limits: Limits | None = None) -> ParsedDocument:
        file = tmp_path / "report.ofd"
        file.write_bytes(data)
        return OFD.parse(Source(file, "report.ofd", "application/ofd", limits or Limits()))

    return parse


def cells(document: ParsedDocument) -> list[str]:
    (grid,) = document.grids
    return [cell.text for cell in grid.cells]


FOUR = (
    text(22, 21, "项目")
    + text(52, 21, "数量")
    + text(22, 31, "规章")
    + text(52, 31, "120", code='DeltaX="2 2"')
)


def test_rules_and_characters_make_a_table_with_places_in_points(read):
    document = read(package(content(path(GRID) + FOUR)))
    assert cells(document) == ["项目", "数量", "规章", "120"]
    last = document.grids[0].cells[-1]
    assert last.box is not None
    assert (last.page, round(last.box.x0), round(last.box.top)) == (1, 142, 85)
    assert re.fullmatch(r"p1 \(141\.7,85\.0,226\.8,113\.4\)", last.locator)
    assert document.metadata["Title"] == "年报"


@pytest.mark.parametrize(
    "rules",
    [
        path(GRID, 'Stroke="true" Fill="false"'),
        "".join(  # each rule a filled box
            path(f"M {x} {y} L {x + w} {y} L {x + w} {y + h} L {x} {y + h} C", fill)
            for fill in ['Stroke="false" Fill="true"']
            for x, y, w, h in [
                *((20, y, 60.2, 0.2) for y in (20, 30, 40)),
                *((x, 20, 0.2, 20.2) for x in (20, 50, 80)),
            ]
        ),
        f'<ofd:PageBlock ID="3">{path(GRID)}</ofd:PageBlock>',
    ],
)
def test_rules_may_be_lines_boxes_and_blocks(read, rules):
    assert cells(read(package(content(rules + FOUR)))) == ["项目", "数量", "规章", "120"]


def test_the_template_of_a_page_is_drawn_with_it(read):
    use = '<ofd:Template TemplateID="7"/>'
    listed = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/T.xml"/>'
    data = package(
        content(FOUR, use),
        common=listed,
        Doc_0__Tpls__T_xml="",
        **{"Doc_0/Tpls/T.xml": content(path(GRID))},
    )
    assert cells(read(data)) == ["项目", "数量", "规章", "120"]


def test_a_matrix_moves_and_scales_text(read):
    moved = text(0, 0, "ab", 'CTM="2 0 0 2 52 31"', code='DeltaX="1"')
    document = read(package(content(path(GRID) + text(22, 21, "项") + text(52, 21, "量") + moved)))
    assert cells(document) == ["项", "量", "", "ab"]
    assert Matrix(2, 0, 0, 2, 1, 1).before(Matrix(1, 0, 0, 1, 5, 5)).at(1, 1) == (8, 8)


def test_turned_text_stands_upright_and_keeps_its_place(read):
    def turned(x: float, y: float, said: str) -> str:
        # The page lies on its side: x runs up it.
        return text(y, 297 - x, said, 'CTM="0 -1 1 0 0 0"')

    rules = path("M 20 277 L 20 217 L 40 217 L 40 277 C M 30 277 L 30 217 M 20 247 L 40 247")
    words = turned(22, 21, "项目") + turned(52, 21, "数量") + turned(22, 31, "规章")
    document = read(package(content(rules + words + turned(52, 31, "七"))))
    assert cells(document) == ["项目", "数量", "规章", "七"]


def test_slanted_watermarks_and_invisible_text_are_left_out(read):
    watermark = text(60, 25, "内部", 'CTM="0.7 -0.7 0.7 0.7 0 0"')
    hidden = text(52, 31, "9", 'Visible="false"') + text(52, 31, "9", 'Fill="false"')
    document = read(package(content(path(GRID) + FOUR + watermark + hidden)))
    assert cells(document) == ["项目", "数量", "规章", "120"]
    assert "2 slanted characters (a watermark) left out" in document.notes[0]


def test_glyphs_without_characters_are_marked_not_guessed(read):
    lost = (
        '<ofd:TextObject ID="1" Boundary="52 31 60 6" Font="2" Size="4"><ofd:CGTransform '
        'CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>77</ofd:Glyphs>'
        '</ofd:CGTransform><ofd:TextCode X="0" Y="4">¤</ofd:TextCode></ofd:TextObject>'
    )
    first_three = text(22, 21, "项目") + text(52, 21, "数量") + text(22, 31, "规章")
    document = read(package(content(path(GRID) + first_three + lost)))
    assert cells(document)[-1] == "\ufffd"
    assert "1 characters have no readable code" in document.notes[0]


def test_codes_without_distances_advance_by_the_width_of_characters(read):
    words = text(22, 21, "项目", code="") + text(52, 21, "数量", code="") + text(22, 31, "规章")
    document = read(package(content(path(GRID) + words + text(52, 31, "120", code=""))))
    assert cells(document) == ["项目", "数量", "规章", "120"]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (zipped({"x.xml": "<a/>"}), "OFD.xml"),
        (zipped({"OFD.xml": MAIN}), "Doc_0/Document.xml"),
        (package(content(FOUR), **{"Doc_0/Pages/Page_0/Content.xml": ""}), "Page_0/Content.xml"),
        (package(content(FOUR), common="<ofd:PublicRes>P.xml</ofd:PublicRes>"), "Doc_0/P.xml"),
        (package(content(FOUR, '<ofd:Template TemplateID="7"/>')), "template"),
        (package("<ofd:Page"), "Page_0/Content.xml"),
        (package('<!DOCTYPE a [<!ENTITY b "c">]>' + content(FOUR)), "document type"),
    ],
)
def test_a_missing_or_broken_part_is_damage_and_named(read, data, part):
    with pytest.raises(ReadFailure) as failure:
        read(data)
    assert failure.value.status is DocumentStatus.DAMAGED
    assert part in failure.value.reason


def test_limits_passwords_and_pictures_have_their_statuses(read):
    def status(data: bytes, limits: Limits | None = None) -> DocumentStatus:
        with pytest.raises(ReadFailure) as failure:
            read(data, limits)
        return failure.value.status

    page = content(FOUR)
    assert status(package(page, page), Limits(max_pages=1)) is DocumentStatus.TOO_LARGE
    assert status(package(page), Limits(max_unpacked_bytes=100)) is DocumentStatus.TOO_LARGE
    locked = package(page, **{"Encryptions.xml": "<a/>"})
    assert status(locked) is DocumentStatus.NEEDS_PASSWORD
    picture = content('<ofd:ImageObject ID="1" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>')
    assert status(package(picture)) is DocumentStatus.NEEDS_OCR


def test_drawings_are_drawn_where_they_are_used_and_never_within_themselves(read):
    def uses(*names: int) -> str:
        place = 'Boundary="0 0 210 297"'
        return "".join(f'<ofd:CompositeObject ID="5" ResourceID="{n}" {place}/>' for n in names)

    def resources(**units: str) -> str:
        said = "".join(
            f'<ofd:CompositeGraphicUnit ID="{name[1:]}"><ofd:Content>{unit}</ofd:Content>'
            "</ofd:CompositeGraphicUnit>"
            for name, unit in units.items()
        )
        return (
            f"<ofd:Res {NS}><ofd:CompositeGraphicUnits>{said}</ofd:CompositeGraphicUnits></ofd:Res>"
        )

    common = "<ofd:DocumentRes>R.xml</ofd:DocumentRes>"
    once = {"Doc_0/R.xml": resources(u8=path(GRID) + uses(8, 8))}
    document = read(package(content(uses(8) + FOUR), common=common, **once))
    assert cells(document) == ["项目", "数量", "规章", "120"]
    # Each drawing uses the next one ten times: a million objects from a few lines.
    units = {f"u{n}": uses(*[n + 1] * 10) for n in range(10, 16)} | {"u16": path(GRID)}
    with pytest.raises(ReadFailure) as failure:
        read(package(content(uses(10)), common=common, **{"Doc_0/R.xml": resources(**units)}))
    assert failure.value.status is DocumentStatus.TOO_LARGE


def test_distances_and_numbers_beyond_measure_do_no_harm(read):
    odd = text(22, 21, "项目", code='DeltaX="g 99999999999 4 g"') + text(
        52, 21, "量", 'CTM="1e400"'
    )
    document = read(package(content(path(GRID + " L 1e999 3") + odd)))
    assert "项目" in str(document)
