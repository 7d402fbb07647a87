import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from assets.common.limits import Limits
from assets.layout.model import ParsedDocument, ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.docx import DOCX
from assets.layout.parsers.docx_numbering import number_text
from schemas.vocabulary import DocumentStatus

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}"/></Relationships>'
)
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
PROSE = "本年度报告根据《中华人民共和国政府信息公开条例》的要求编制，数据统计期限自年初至年末。"


@pytest.fixture
def read(tmp_path: Path):
    def parse(data: bytes, limits: Limits | None = None) -> ParsedDocument:
        path = tmp_path / "report.docx"
        path.write_bytes(data)
        return DOCX.parse(Source(path, "report.docx", "", limits or Limits()))

    return parse


@pytest.fixture
def read_body(read):
    """Reads the given XML as the body of a document, with a numbering part if given."""

    def parse(body: str, numbering: str = "", limits: Limits | None = None) -> ParsedDocument:
        return read(package(f"<w:document {W}><w:body>{body}</w:body></w:document>", numbering))

    return parse


def package(document: str, numbering: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELS.format(kind="officeDocument", target="word/main.xml"))
        archive.writestr("word/main.xml", document)
        if numbering:
            archive.writestr(
                "word/_rels/main.xml.rels",
                RELS.format(kind="numbering", target="numbering.xml"),
            )
            archive.writestr("word/numbering.xml", f"<w:numbering {W}>{numbering}</w:numbering>")
    return buffer.getvalue()


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "", inner: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}{paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def texts(document: ParsedDocument) -> list[str]:
    return [block.text for block in document.blocks]


def shape(document: ParsedDocument, grid: int = 0) -> list[tuple[int, int, int, int, str]]:
    return [
        (cell.row, cell.col, cell.row_span, cell.col_span, cell.text)
        for cell in document.grids[grid].cells
    ]


def failure(call, *arguments) -> ReadFailure:
    with pytest.raises(ReadFailure) as caught:
        call(*arguments)
    return caught.value


def test_a_document_of_python_docx(read):
    made = docx.Document()
    made.core_properties.title = "某局年报"
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.add_heading("某局2023年政府信息公开工作年度报告", 0)
    made.add_paragraph("总述\n第二行")
    made.add_heading("一、总体情况", 1)
    table = made.add_table(3, 3)
    for number, at in enumerate(cell for table_row in table.rows for cell in table_row.cells):
        at.text = str(number)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "题"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "甲\n乙"
    made.add_paragraph("尾")
    buffer = io.BytesIO()
    made.save(buffer)

    document = read(buffer.getvalue())

    assert shape(document) == [
        (0, 0, 1, 3, "题"),
        (1, 0, 2, 1, "甲\n乙"),
        (1, 1, 1, 1, "4"),
        (1, 2, 1, 1, "5"),
        (2, 1, 1, 1, "7"),
        (2, 2, 1, 1, "8"),
    ]
    assert [(block.order, block.text, block.is_heading) for block in document.blocks] == [
        (0, "某局2023年政府信息公开工作年度报告", True),
        (1, "总述", False),
        (2, "第二行", False),
        (3, "一、总体情况", True),
        (5, "尾", False),
    ]
    assert document.grids[0].order == 4
    assert document.grids[0].kind == "ruled"
    assert document.blocks[-1].locator == "paragraph[4]"
    assert document.grids[0].cells[2].locator == "table[1]/row[2]/cell[2]"
    assert document.metadata["title"] == "某局年报"


def test_merges_of_all_kinds(read_body):
    document = read_body(
        "<w:tbl>"
        + row(cell("a", '<w:vMerge w:val="restart"/>'), cell("b", '<w:gridSpan w:val="2"/>'))
        + row(
            cell("", "<w:vMerge/>"),
            cell("c", '<w:hMerge w:val="restart"/>'),
            cell("", '<w:hMerge w:val="continue"/>'),
        )
        + row(cell("d"), cell("e"), properties='<w:gridBefore w:val="1"/>')
        + "</w:tbl>"
    )
    assert shape(document) == [
        (0, 0, 2, 1, "a"),
        (0, 1, 1, 2, "b"),
        (1, 1, 1, 2, "c"),
        (2, 1, 1, 1, "d"),
        (2, 2, 1, 1, "e"),
    ]


def test_a_vertical_merge_without_a_start_is_a_cell(read_body):
    document = read_body(
        "<w:tbl>"
        + row(cell("a", "<w:vMerge/>"), cell("1"))
        + row(cell("b"), cell("2"))
        + "</w:tbl>"
    )
    assert shape(document)[0] == (0, 0, 1, 1, "a")


@pytest.mark.parametrize("span", ["100000", "-2", "x", "0"])
def test_hostile_spans(read_body, span):
    document = read_body(
        "<w:tbl>"
        + row(cell("a", f'<w:gridSpan w:val="{span}"/>'))
        + row(cell("b"), cell("c"))
        + "</w:tbl>"
    )
    assert max(found.col + found.col_span for found in document.grids[0].cells) == 2


def test_tracked_changes(read_body):
    document = read_body(
        "<w:p><w:ins><w:r><w:t>留</w:t></w:r></w:ins><w:del><w:r><w:delText>去</w:delText></w:r>"
        "</w:del><w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom><w:r><w:t>5</w:t></w:r></w:p>"
        "<w:tbl>"
        + row(cell("a"), cell("b"))
        + row(cell("x"), cell("y"), properties="<w:del/>")
        + row(cell("c"), cell("d"))
        + "</w:tbl>"
    )
    assert texts(document) == ["留5"]
    assert [text for *_, text in shape(document)] == ["a", "b", "c", "d"]
    assert "tracked deletions" in document.notes[0]


def test_layout_table_and_nested_tables(read_body):
    inner = "<w:tbl>" + row(cell("规章"), cell("1")) + row(cell("规范"), cell("2")) + "</w:tbl>"
    small = "<w:tbl>" + row(cell("7")) + "</w:tbl>"
    document = read_body(
        "<w:tbl>"
        + row(cell("栏"), cell("尾", inner=paragraph("一、总体") + inner))
        + "</w:tbl><w:tbl>"
        + row(cell("甲"), cell("", inner=small))
        + row(cell("乙"), cell("8"))
        + "</w:tbl>"
    )
    assert texts(document) == ["栏", "一、总体", "尾"]
    assert [text for *_, text in shape(document)] == ["规章", "1", "规范", "2"]
    assert [text for *_, text in shape(document, 1)] == ["甲", "7", "乙", "8"]
    assert document.grids[0].cells[0].locator == ("table[1]/row[1]/cell[2]/table[1]/row[1]/cell[1]")


def test_boxed_prose_is_no_table(read_body):
    document = read_body(
        "<w:tbl>"
        + row(cell("规章"), cell("1"))
        + row(cell(PROSE * 4, '<w:gridSpan w:val="2"/>'))
        + row(cell("规范"), cell("2"))
        + "</w:tbl><w:tbl>"
        + row(cell("框内文字"))
        + "</w:tbl>"
    )
    assert texts(document) == [PROSE * 4, "框内文字"]
    assert len(document.grids) == 2


def test_text_boxes_once(read_body):
    box = "<w:txbxContent>" + paragraph("框中") + "</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    document = read_body(
        f"<w:p><w:r><w:t>外</w:t></w:r><w:r><mc:AlternateContent {mc}><mc:Choice>"
        f"<w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(document) == ["外", "框中"]
    assert document.blocks[1].locator == "paragraph[1]/textbox[1]/paragraph[1]"


def test_runs_breaks_tabs_hidden_text_and_fields(read_body):
    document = read_body(
        "<w:p><w:r><w:t>联系</w:t><w:tab/><w:t>电话</w:t><w:br/><w:t>0472</w:t><w:noBreakHyphen/>"
        "<w:t>1</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:instrText>"
        "PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>网址</w:t></w:r></w:hyperlink><w:sdt>"
        "<w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    assert texts(document) == ["联系\t电话", "0472-1网址控件"]


def test_headings_by_outline_or_bold(read_body):
    document = read_body(
        paragraph("一、总体", '<w:outlineLvl w:val="0"/>')
        + paragraph("题目", '<w:jc w:val="center"/>', "<w:b/>")
        + paragraph("二、公开", "", "<w:b/>")
        + paragraph("三、一般", "", '<w:b w:val="0"/>')
        + paragraph(PROSE, "", "<w:b/>")
    )
    assert [block.is_heading for block in document.blocks] == [True, True, True, False, False]


def level(number: int, form: str, text: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(text: str, depth: int = 0, list_id: int = 1) -> str:
    return paragraph(
        text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
    )


def test_automatic_numbers(read_body):
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "chineseCountingThousand", "%1、")
        + level(1, "japaneseCounting", "（%2）")
        + level(2, "decimal", "%3.")
        + level(3, "decimal", "%1.%4", 3)
        + level(4, "bullet", "\uf06c")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    document = read_body(
        numbered("总体")
        + numbered("甲", 1)
        + numbered("乙", 1)
        + numbered("细", 2)
        + numbered("")
        + numbered("公开")
        + numbered("丙", 1)
        + numbered("深", 3)
        + numbered("点", 4)
        + numbered("重", 0, 2)
        + numbered("无", 0, 0)
        + "<w:tbl>"
        + row(f"<w:tc>{numbered('予以公开', 1)}</w:tc>", cell("0"))
        + row(cell("b"), cell("1"))
        + "</w:tbl>",
        numbering,
    )
    assert texts(document) == [
        "一、总体",
        "（一）甲",
        "（二）乙",
        "1. 细",
        "二、公开",
        "（一）丙",
        "二.3 深",
        "点",
        "五、重",
        "无",
    ]
    assert document.grids[0].cells[0].text == "（一）予以公开"


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (12, "chineseCounting", "十二"),
        (3, "ideographTraditional", "丙"),
        (11, "ideographTraditional", "11"),
        (21, "chineseLegalSimplified", "贰拾壹"),
        (10, "ideographDigital", "一〇"),
        (4, "lowerRoman", "iv"),
        (9, "upperRoman", "IX"),
        (27, "lowerLetter", "aa"),
        (2, "decimalEnclosedCircle", "②"),
        (3, "decimalFullWidth", "３"),
        (7, "unheardOf", "7"),
    ],
)
def test_number_formats(number, form, text):
    assert number_text(number, form) == text


def test_numbers_of_styles(read):
    made = docx.Document()
    style = made.styles["Heading 1"].element
    style.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="77"/></w:numPr>'))
    numbering = made.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {W} w:abstractNumId="77">{level(0, "chineseCounting", "%1、")}'
            "</w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    made.add_heading("总体情况", 1)
    made.add_heading("公开情况", 1)
    buffer = io.BytesIO()
    made.save(buffer)
    assert texts(read(buffer.getvalue())) == ["一、总体情况", "二、公开情况"]


def test_password(read):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    assert failure(read, ole).status == DocumentStatus.NEEDS_CONVERTER
    found = failure(read, ole + "EncryptedPackage".encode("utf-16-le"))
    assert found.status == DocumentStatus.NEEDS_PASSWORD
    assert "password" in found.reason


def test_broken_packages(read):
    whole = package(f"<w:document {W}/>")
    for data in (b"", b"PK", whole[:-40], b"no zip", package("<w:document"), package("")):
        assert failure(read, data).status == DocumentStatus.DAMAGED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("other.txt", "x")
    assert "no document part" in failure(read, buffer.getvalue()).reason


def test_a_part_that_does_not_unpack(read):
    data = bytearray(package(f"<w:document {W}><w:body>{paragraph(PROSE)}</w:body></w:document>"))
    at = data.index(b"word/main.xml") + 40
    data[at : at + 20] = bytes(20)
    assert failure(read, bytes(data)).status == DocumentStatus.DAMAGED


def test_zip_bomb_by_directory(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", bytes(20_000_000))
    assert len(buffer.getvalue()) < 100_000
    found = failure(read, buffer.getvalue(), Limits(max_unpacked_bytes=1_000_000))
    assert found.status == DocumentStatus.TOO_LARGE


def test_zip_bomb_with_a_lying_directory(read):
    data = bytearray(package(f"<w:document {W}>{' ' * 5_000_000}</w:document>"))
    size = (len(f"<w:document {W}></w:document>") + 5_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    found = failure(
        read,
        bytes(data).replace(size, (100).to_bytes(4, "little")),
        Limits(max_unpacked_bytes=10_000),
    )
    assert found.status in {DocumentStatus.TOO_LARGE, DocumentStatus.DAMAGED}


def test_entity_bomb(read):
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(9)
    )
    bomb = (
        f"<!DOCTYPE w [{entities}]><w:document {W}><w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p>"
        "</w:body></w:document>"
    )
    assert failure(read, package(bomb)).status == DocumentStatus.DAMAGED
    plain = f"<!DOCTYPE w><w:document {W}/>"
    assert "document type" in failure(read, package(plain)).reason


@pytest.mark.parametrize("depth", [200, 5000])
def test_deep_nesting(read, depth):
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    found = failure(read, package(f"<w:document {W}><w:body>{body}</w:body></w:document>"))
    assert found.status == DocumentStatus.DAMAGED


def test_moderate_nesting_is_read(read_body):
    body = "<w:tbl><w:tr><w:tc>" * 80 + paragraph("内") + "</w:tc></w:tr></w:tbl>" * 80
    assert texts(read_body(body)) == ["内"]


def test_pictures_outside_the_file_are_noted(read_body):
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    picture = f"<w:p><w:r><w:drawing><a:blip {a}/></w:drawing></w:r></w:p>"
    assert "1 linked or broken pictures" in read_body(paragraph("表") + picture).notes[0]


def test_crossed_out_and_raised_runs(read_body):
    struck = "<w:r><w:rPr><w:strike/></w:rPr><w:t>9</w:t></w:r>"
    note = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r>'
    document = read_body(f"<w:p>{struck}<w:r><w:t>12</w:t></w:r>{note}</w:p>")
    assert [block.text for block in document.blocks] == ["12¹"]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("12") + run("1", '<w:vertAlign w:val="subscript"/>'), "12₁"),
        (run("12") + run("1", '<w:vertAlign w:val="baseline"/>'), "121"),
        (run("12") + run("1", '<w:position w:val="8"/>'), "12¹"),
        (run("12") + run("1", '<w:position w:val="-8"/>'), "12₁"),
        # A cell that stands a little higher as a whole has no note in it.
        (run("12", '<w:position w:val="8"/>'), "12"),
        (run("1", '<w:position w:val="8"/>') + run("2", '<w:position w:val="8"/>'), "12"),
        (run("1", '<w:position w:val="2"/>') + run("2"), "12"),
        (run("12") + run("１", '<w:vertAlign w:val="superscript"/>'), "12¹"),
        (
            f'<m:oMath xmlns:m="{M}"><m:sSup><m:e><m:r><m:t>12</m:t></m:r></m:e>'
            "<m:sup><m:r><m:t>1</m:t></m:r></m:sup></m:sSup></m:oMath>",
            "12¹",
        ),
        (run("12") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "12"),
    ],
)
def test_runs_that_stand_higher_or_lower(read_body, runs: str, text: str):
    assert texts(read_body(f"<w:p>{runs}</w:p>")) == [text]


def test_a_style_may_raise_a_run(read):
    made = docx.Document()
    for name, base in (("Note", None), ("Own Note", "Note")):
        element = made.styles.add_style(name, WD_STYLE_TYPE.CHARACTER).element
        if base is None:
            raised = '<w:vertAlign w:val="superscript"/>'
            element.append(parse_xml(f"<w:rPr {W}>{raised}</w:rPr>"))
        else:
            element.append(parse_xml(f'<w:basedOn {W} w:val="{base}"/>'))
    line = made.add_paragraph("12")
    line.add_run("1", style="Own Note")
    line.add_run("3", style="Own Note").font.subscript = True
    buffer = io.BytesIO()
    made.save(buffer)
    assert texts(read(buffer.getvalue())) == ["12¹₃"]


def test_digits_in_white_or_tiny_type_beside_others_are_unreadable(read_body):
    def said(first: str, second: str = "") -> str:
        runs = f"<w:r>{first}<w:t>1</w:t></w:r><w:r>{second}<w:t>61</w:t></w:r>"
        return texts(read_body(f"<w:p>{runs}</w:p>"))[0]

    white = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
    assert said(white) == "\ufffd61"
    assert said('<w:rPr><w:sz w:val="2"/></w:rPr>') == "\ufffd61"
    # White on a dark ground throughout.
    assert said(white, white) == "161"
    assert said('<w:rPr><w:color w:val="FF0000"/></w:rPr>') == "161"
