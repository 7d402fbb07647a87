"""Several reports in one document: never mixed, and said to be several."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assets.layout.model import ParsedDocument
from assets.layout.sections import split_sections
from assets.layout.several import first_report
from assets.synthetic.model import SyntheticReport
from assets.synthetic.rendering import Rendered, render
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog
from tests.property.mess_model import outcome
from tests.property.reading import read

CATALOG = load_catalog()


def report(seed: int) -> SyntheticReport:
    return random_report(seed, CATALOG, "gir_2021", applications=40)


def together(kind: str, *reports: SyntheticReport) -> ParsedDocument:
    parts = [render(one, kind) for one in reports]
    data = b"\n\n".join(part.data for part in parts)
    return read(Rendered(data, parts[0].extension, parts[0].media_type)).document


@pytest.mark.parametrize("kind", ["tab_text", "line_text", "markdown", "html"])
def test_the_numbers_of_a_second_report_are_not_taken_for_the_first(kind: str) -> None:
    one = report(0)
    lost = replace(one, tables=tuple(t for t in one.tables if t.table_id != "disputes"))
    document, note = first_report(together(kind, lost, report(1)), CATALOG)
    assert note is not None
    assert one.title in note
    assert report(1).title in note
    found = outcome(lost, document)
    assert (found.wrong, found.lost, found.review) == ((), (), 0)
    assert {part.heading.section_no for part in split_sections(document, CATALOG).parts} >= {"一"}


@pytest.mark.parametrize("kind", ["tab_text", "html"])
def test_one_report_is_one(kind: str) -> None:
    document = together(kind, report(2))
    assert first_report(document, CATALOG) == (document, None)


def test_a_report_printed_twice_is_left_whole() -> None:
    document = together("tab_text", report(3), report(3))
    assert first_report(document, CATALOG) == (document, None)


def test_a_list_of_contents_is_no_report() -> None:
    one = report(4)
    contents = "\n".join(section.printed_heading for section in one.sections)
    text = render(one, "tab_text").data.decode()
    data = f"目录\n{contents}\n{text}".encode()
    document = read(Rendered(data, "txt", "text/plain")).document
    assert first_report(document, CATALOG) == (document, None)
