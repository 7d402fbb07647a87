import pytest

from assets.layout.contacts import Contacts, contacts_frame, find_contacts
from assets.layout.sections import split_sections
from schemas.catalog import load_catalog
from tests.unit.layout.documents import document

CATALOG = load_catalog()
HEAD = "一、总体情况\n好。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况"


def contacts(intro: str, rest: str = HEAD) -> Contacts:
    read = document(intro, rest)
    return find_contacts(read, split_sections(read, CATALOG))


def test_block_on_one_line_with_spaced_digits() -> None:
    found = contacts(
        "电子版可以从青山区人民政府网站（<http://www.qingshan.gov.cn/>）下载，如有疑问，请与教育局联系"
        "（地址：青山市青山区喜桂街市民大厅，邮编：014070，电话：0 4 7 2 - 8 7 2 0 3 5 1）。"
    )
    assert found == Contacts(
        "青山市青山区喜桂街市民大厅", "014070", "0472-8720351", None, "http://www.qingshan.gov.cn/"
    )


def test_block_on_several_lines() -> None:
    found = contacts(
        "地址：青山市中兴街\n邮编：132300\n电话：0432-65912414\n邮箱：qingshan@163.com。"
    )
    assert found == Contacts("青山市中兴街", "132300", "0432-65912414", "qingshan@163.com", None)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("联系地址：青山路1号（市民大厦3楼），邮编：014070", "青山路1号（市民大厦3楼）"),
        ("地 址：青山路 1 号 邮 编：014070", "青山路1号"),
        ("（地址：青山市青山区\n中心路1号；电话：87203511）", "青山市青山区中心路1号"),
        ("地址：青山市中心路1号\n联系人：张三", "青山市中心路1号"),
        ("地址为青山市中心路1号。", "青山市中心路1号"),
        ("网址：www.qingshan.gov.cn", None),
        ("邮箱地址：a@b.cn", None),
        ("地址：", None),
    ],
)
def test_addresses(text: str, address: str | None) -> None:
    assert contacts(text).address == address


@pytest.mark.parametrize(
    ("text", "telephone"),
    [
        ("联系电话：0472-8720351", "0472-8720351"),
        ("电 话：（0472）8720351", "(0472)8720351"),
        ("电话：０４７２－８７２０３５１", "0472-8720351"),
        ("电话：0472—8720351。", "0472-8720351"),
        ("电话:8720351、8720352", "8720351、8720352"),
        ("咨询电话 0472-8720351", "0472-8720351"),
        ("联系电话（传真）：0472-8720351", "0472-8720351"),
        ("电话：13812345678", "13812345678"),
        ("电话：010-68530331转302", "010-68530331转302"),
        ("开通电话20部", None),
        ("(地址：青山路5号，邮编：电话：传真：", None),
        ("电话(传真):0557-3022687", "0557-3022687"),
    ],
)
def test_telephones(text: str, telephone: str | None) -> None:
    assert contacts(text).telephone == telephone


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("电子邮箱：qs_xx@qingshan.gov.cn。", "qs_xx@qingshan.gov.cn"),
        ("E-mail: qs@163.com，", "qs@163.com"),
        ("邮箱：qs ＠ 163 . com", "qs@163.com"),
        ("电子邮件(qs@163.com)", "qs@163.com"),
        ("邮箱：无", None),
        ("电子邮箱:qs@np.gov.cn )。", "qs@np.gov.cn"),
    ],
)
def test_emails(text: str, email: str | None) -> None:
    assert contacts(text).email == email


@pytest.mark.parametrize(
    ("text", "website"),
    [
        ("门户网站（www.qingshan.gov.cn）下载", "www.qingshan.gov.cn"),
        ("网址：http://xxgk.qingshan.gov.cn/qtdw/zjz/ndbg/）。欢迎", "http://xxgk.qingshan.gov.cn/qtdw/zjz/ndbg/"),
        ("网址：https://www.qingshan.gov.cn/a.html?x=1，", "https://www.qingshan.gov.cn/a.html?x=1"),
        ("门户网站qingshan.gov.cn可查", "qingshan.gov.cn"),
        ("见门户网站。", None),
        ("邮箱：a@www.qingshan.gov.cn", None),
    ],
)  # fmt: skip
def test_websites(text: str, website: str | None) -> None:
    assert contacts(text).website == website


def test_block_torn_by_line_breaks() -> None:
    found = contacts(
        "电子版可从青山区人民政府网站（http://www.qing\nshan.gov.cn/）下载，请与青山区教\n育局联系"
        "（地址：青山市青山\n区中心路1号，邮编：014\n070，电话：0472-\n8720351）。"
    )
    assert found == Contacts(
        "青山市青山区中心路1号", "014070", "0472-8720351", None, "http://www.qingshan.gov.cn/"
    )


def test_hotlines_in_the_text_are_not_the_contact_of_the_report() -> None:
    assert contacts(
        "前言。", "一、总体情况\n监督电话：0472-8720351，网址http://a.gov.cn。\n" + HEAD
    ).is_empty


def test_contacts_after_the_report_are_found() -> None:
    rest = (
        "五、存在的主要问题及改进情况\n人少。\n六、其他需要报告的事项\n无。\n联系电话：0472-8720351"
    )
    assert contacts("前言。", f"{HEAD}\n{rest}").telephone == "0472-8720351"


@pytest.mark.parametrize("signature", ["", "青山区教育局\n2024年1月20日\n"])
def test_the_footer_of_a_site_is_not_the_contact_of_the_report(signature: str) -> None:
    last = f"五、存在的问题及改进情况\n六、其他需要报告的事项\n无。\n{signature}"
    footer = "地址：青山市政府楼\n电话：0472-8720351\n主办：青山市政府\n网站标识码：1502050001"
    assert contacts("前言。", f"{HEAD}\n{last}{footer}").is_empty


def test_nothing_printed_gives_no_row() -> None:
    assert contacts_frame("a" * 64, contacts("前言。")).is_empty()
    frame = contacts_frame("a" * 64, contacts("邮编：014070"))
    assert frame.row(0, named=True)["postcode"] == "014070"
