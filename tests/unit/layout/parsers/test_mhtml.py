"""Web archives: the page inside, its charset, and hostile ones."""

from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.documents.sniff import MHTML as SNIFFED
from assets.documents.sniff import sniff
from assets.layout.model import ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.mhtml import MHTML
from schemas.vocabulary import DocumentStatus

TABLE = "<table><tr><td>项目</td><td>数量</td></tr><tr><td>规章</td><td>12</td></tr></table>"
PAGE = f"<html><body><p>某局年度报告</p>{TABLE}</body></html>"


def archive(*pages: tuple[bytes, str], encoding: str = "base64") -> bytes:
    message = MIMEMultipart("related")
    message["From"] = "<Saved by Blink>"
    for page, charset in pages:
        part = MIMENonMultipart("text", "html", **({"charset": charset} if charset else {}))
        part.set_payload(page)
        if encoding == "base64":
            from email.encoders import encode_base64 as encode  # noqa: PLC0415
        else:
            from email.encoders import encode_quopri as encode  # noqa: PLC0415
        encode(part)
        message.attach(part)
    return message.as_bytes()


@pytest.fixture
def given(tmp_path: Path):
    def make(data: bytes, **limits) -> Source:
        path = tmp_path / "page.mhtml"
        path.write_bytes(data)
        return Source(path, "page.mhtml", SNIFFED.media_type, Limits(**limits))

    return make


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("codec", "charset"), [("utf-8", "utf-8"), ("gb18030", "gb2312"), ("utf-8", ""), ("gbk", "")]
)
def test_the_page_inside_is_read_in_its_charset(given, encoding, codec, charset):
    source = given(archive((PAGE.encode(codec), charset), encoding=encoding))
    assert sniff(source.path) == SNIFFED
    read = MHTML.parse(source)
    assert [block.text for block in read.blocks] == ["某局年度报告"]
    assert [cell.text for cell in read.grids[0].cells] == ["项目", "数量", "规章", "12"]
    assert read.parser == "mhtml"


def test_of_two_pages_the_one_with_tables_is_read_and_the_other_named(given):
    menu = "<html><body><p>目录</p></body></html>"
    read = MHTML.parse(given(archive((menu.encode(), "utf-8"), (PAGE.encode(), "utf-8"))))
    assert len(read.grids) == 1
    assert "is not read" in read.notes[-1]


def test_archives_without_a_page_or_beyond_limits_are_refused(given):
    assert refused(given(archive())) is DocumentStatus.DAMAGED
    big = archive((PAGE.encode() * 50, "utf-8"))
    assert refused(given(big, max_unpacked_bytes=1000)) is DocumentStatus.TOO_LARGE
    many = archive(*[(b"<p>x</p>", "utf-8")] * 2100)
    assert refused(given(many)) is DocumentStatus.TOO_LARGE


def test_parts_nested_without_end_are_refused(given):
    nested = b"".join(
        b"Content-Type: multipart/related; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5000)
    )
    data = b"MIME-Version: 1.0\n" + nested
    assert refused(given(data)) in {DocumentStatus.DAMAGED, DocumentStatus.TOO_LARGE}


def refused(source: Source) -> DocumentStatus:
    with pytest.raises(ReadFailure) as failure:
        MHTML.parse(source)
    return failure.value.status
