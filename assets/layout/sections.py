"""The parts of a report: the text under each official heading, tables left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from assets.layout.agency import is_agency
from assets.layout.dates import only_date
from assets.layout.headings import MAX_HEADING, Wordings, find_headings, wordings_of
from assets.layout.lines import Line, Place, fold, lines_of, unspaced
from assets.layout.model import ParsedDocument
from assets.layout.normalise import label_core
from schemas.catalog import Catalog
from schemas.frames import ReportSections, typed_frame

_TAIL = re.compile(
    r"-*\d{1,3}-*$|第\d+页|附件?\d*:|附件\d*$|[【\[(]?(?:打印|关闭|下载|返回|收藏|分享|纠错|扫一扫|责任编辑|编辑:|"
    r"来源:|上一篇|下一篇|主办|承办|版权|相关(?:文件|链接|解读|阅读)|文件下载|点击下载)"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that was found; `score` is its likeness to the official one, 0 to 1."""

    section_no: str
    heading: str
    numbering: str
    score: float
    line: Line


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report with its text, tables left out."""

    heading: Heading
    text: str


@dataclass(frozen=True, slots=True)
class Sections:
    """The parts of one report, in reading order; parts that are not there are not in it."""

    parts: tuple[Section, ...] = ()

    def at(self, order: int, row: int = 0) -> str | None:
        """Number of the part in which an item of the reading order stands.

        Args:
            order: of a block or grid.
            row: row of the grid, since a grid may itself hold headings.

        Returns:
            一 to 六, or None before the first heading.
        """
        found = None
        for part in self.parts:
            if part.heading.line.place[:2] <= (order, row):
                found = part.heading.section_no
        return found

    @property
    def start(self) -> Place | None:
        """Place of the first heading."""
        return self.parts[0].heading.line.place if self.parts else None


def split_sections(document: ParsedDocument, catalog: Catalog) -> Sections:
    """The parts of a report by its headings."""
    lines = lines_of(document)
    wordings = wordings_of(catalog)
    chosen = find_headings(lines, wordings)
    parts: list[Section] = []
    for number, found in enumerate(chosen):
        end = chosen[number + 1].index if number + 1 < len(chosen) else len(lines)
        body = [line for line in lines[found.last + 1 : end] if _is_text(line, wordings)]
        if number == len(chosen) - 1:
            body = _without_tail(body, catalog)
        heading = Heading(
            wordings.numbers[found.part],
            found.heading,
            found.numbering,
            round(found.likeness, 4),
            lines[found.index],
        )
        texts = [line.text for line in body]
        parts.append(Section(heading, "\n".join([found.rest, *texts] if found.rest else texts)))
    return Sections(tuple(parts))


def sections_frame(doc_id: str, sections: Sections) -> pl.DataFrame:
    """The parts of a document as report_sections rows."""
    return typed_frame(
        ReportSections,
        [
            {
                "doc_id": doc_id,
                "section_no": part.heading.section_no,
                "heading": part.heading.heading,
                "numbering": part.heading.numbering,
                "heading_score": part.heading.score,
                "text": part.text,
                "order": part.heading.line.place[0],
                "page": part.heading.line.page,
                "locator": part.heading.line.locator,
            }
            for part in sections.parts
        ],
    )


def _is_text(line: Line, wordings: Wordings) -> bool:
    """Running text, or a sentence in a cell of a layout table; labels of tables are neither."""
    if line.grid is not None:
        return line.is_prose
    return len(line.text) > MAX_HEADING or label_core(line.text) not in wordings.labels


def _without_tail(body: list[Line], catalog: Catalog) -> list[Line]:
    """Lines of the last part without what a page prints after the report.

    That is the signature, page numbers, attachments and the buttons of a web page.
    """
    end = len(body)
    while end and (
        _TAIL.match(text := fold(unspaced(body[end - 1].text)))
        or only_date(text.strip("()"))
        or (is_agency(text, catalog) and end < len(body) and _dated(body[end:]))
    ):
        end -= 1
    return body[:end]


def _dated(lines: Sequence[Line]) -> bool:
    return any(only_date(fold(unspaced(line.text)).strip("()")) for line in lines)
