"""What is a report is told by what it contains; a title only weighs against it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from assets.layout.classify import classify, mark_unidentified
from assets.layout.identify import identify
from assets.layout.model import Block, ParsedDocument
from assets.layout.parsers.text import read_lines
from assets.layout.sections import split_sections
from schemas.catalog import load_catalog
from schemas.frames import ParseLog, Reports, empty_frame, to_frame

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
TITLE = "某区民政局2023年政府信息公开工作年度报告"
NOTICE = "国务院办公厅关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知"
HEADINGS = """一、总体情况
2023年，主动公开政府信息107条。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
六、其他需要报告的事项
无。
"""


def status_of(text: str, title: str = "") -> tuple[str, str | None]:
    catalog = load_catalog()
    blocks, grids = read_lines(f"{title}\n{text}" if title else text)
    metadata = {"title": title} if title else {}
    document = ParsedDocument("text", "1", blocks, grids, metadata=metadata)
    sections = split_sections(document, catalog)
    identity = identify(document, "x.txt", catalog, sections)
    status, reason = classify(document, identity, sections, catalog)
    return status.value, reason


def sample(name: str = "000") -> str:
    (path,) = SAMPLES.glob(f"{name}*.txt")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["000", "001", "002", "004"])
def test_real_reports_are_reports(name: str):
    assert status_of(sample(name)) == ("read", None)


@pytest.mark.parametrize("title", ["（图解）" + TITLE, TITLE + "解读", "新闻动态"])
def test_tables_outweigh_a_title_of_another_kind(title: str):
    assert status_of(sample(), title)[0] == "read"


def test_a_report_whose_tables_are_pictures_is_a_report_by_its_headings():
    assert status_of(HEADINGS, TITLE)[0] == "read"
    assert status_of(f"新闻动态\n{HEADINGS}", TITLE)[0] == "read"
    assert status_of(f"政策解读\n{HEADINGS}", TITLE)[0] == "read"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (f"《{TITLE}》解读", "an explanation"),
        (f"一图读懂{TITLE}", "an explanation"),
        (NOTICE, "a notice"),
    ],
)
def test_other_kinds_with_the_headings_are_none(title: str, kind: str):
    status, reason = status_of(HEADINGS, title)
    assert status == "not_a_report"
    assert reason is not None
    assert kind in reason


def test_the_notice_with_its_blank_forms_is_no_report():
    blank = "".join("" if char.isdigit() else char for char in sample())
    status, reason = status_of(blank, NOTICE)
    assert status == "not_a_report"
    assert reason is not None
    assert "forms in it are blank" in reason


@pytest.mark.parametrize("title", [TITLE, f"我区召开会议部署{TITLE}编制工作", "某局政府采购公告"])
def test_a_page_without_tables_and_headings_is_none_whatever_its_title(title: str):
    status, reason = status_of("附件：年度报告.docx\n", title)
    assert status == "not_a_report"
    assert reason is not None
    assert title in reason
    assert "attachment" in reason


def test_prose_that_quotes_labels_is_no_table():
    prose = "全年予以公开3件，部分公开1件，不予公开2件，属于国家秘密1件，重复申请1件，总计8件。\n"
    assert status_of(prose * 3, "某局工作总结")[0] == "not_a_report"


def test_an_empty_document_is_none():
    document = ParsedDocument("text", "1", (Block(0, "x", "L1"),), ())
    catalog = load_catalog()
    sections = split_sections(document, catalog)
    identity = identify(document, "x.txt", catalog, sections)
    assert classify(document, identity, sections, catalog)[0] == "not_a_report"


def log(**statuses: str) -> pl.DataFrame:
    return to_frame(ParseLog, [{"doc_id": d, "status": s} for d, s in statuses.items()])


def report(doc_id: str, year: int | None) -> dict[str, object]:
    return {"report_id": f"{doc_id}-1", "doc_id": doc_id, "report_year": year}


def test_documents_without_year_or_agency_are_unidentified():
    rows = [report("a", 2023), report("b", None), report("e", 2016)]
    reports = pl.DataFrame(rows, schema_overrides={"report_year": pl.Int32})
    before = log(a="read", b="read", c="read", d="not_a_report", e="read")
    after = mark_unidentified(before, reports, range(2019, 2031))
    assert after.columns == before.columns
    assert after["status"].to_list() == [
        "read",
        "unidentified",
        "unidentified",
        "not_a_report",
        "partly_read",
    ]
    assert "no official form governs the year 2016" in after["reason"][4]
    assert "no report year" in after["reason"][1]
    assert "no agency name" in after["reason"][2]
    assert [after["reason"][0], after["reason"][3]] == [None, None]


def test_nothing_read_is_nothing_marked():
    assert mark_unidentified(log(), empty_frame(Reports), [2023]).is_empty()
