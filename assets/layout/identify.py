"""Whose report a document is, and of which year, by the document's own evidence.

Every source that says something is kept as evidence with its place; the order of trust is
stated here, and disagreements stay visible. What a manifest or an operator says comes later
(resolve.py). Nothing is guessed: what is not printed is None.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

import polars as pl

from assets.layout.agency import (
    Mention,
    TitleParts,
    clean_name,
    is_agency,
    is_relative,
    mentions,
    split_title,
    subjects,
)
from assets.layout.dates import Period, find_period, find_years, only_date
from assets.layout.imprint import (
    Dated,
    Evidence,
    cited_notice,
    index_no,
    metadata_value,
    published,
    signed,
)
from assets.layout.lines import Compact, Line, compact, fold, lines_of, unspaced
from assets.layout.model import ParsedDocument
from assets.layout.sections import Sections, split_sections
from schemas.catalog import Catalog
from schemas.frames import Identities, typed_frame

FIRST_REPORT_YEAR = 2003
"""Before this year no province had rules on disclosure."""
TITLE_LINES = 4
"""A title stands on at most so many lines."""
MIN_NARRATIVE_YEARS = 3
YEAR_ORDER = (
    "title",
    "period",
    "text_title",
    "file_name",
    "narrative",
    "url",
    "published",
    "signed",
)
AGENCY_ORDER = (
    "title",
    "text_title",
    "heading",
    "compiled_by",
    "signature",
    "publisher",
    "contact",
    "file_name",
    "page_title",
    "subject",
)
"""Sources in order of trust: title is a line of its own, text_title stands in a sentence; subject
is asked where nothing else tells the agency."""

_SEGMENTS = re.compile(r"[:：>》»|｜\t《〈〉]|[\u3000 ]{2,}|(?<=[\u4e00-\u9fff])_")
_PUBLISHER = re.compile(
    r"(?:发\s*布\s*机\s*构|发\s*文\s*机\s*关|发\s*布\s*单\s*位|公\s*开\s*责\s*任\s*部\s*门|责\s*任\s*部\s*门|编\s*制\s*单\s*位|"
    r"公\s*开\s*主\s*体|(?:信\s*息|文\s*章|稿\s*件)?\s*来\s*源|作\s*者)\s*[:：]\s*(?P<value>[^\s:：|,，]{2,40})"
)
_BARE_LABEL = re.compile(
    r"(?:发布机构|发文机关|发布单位|公开责任部门|责任部门|编制单位|公开主体|(?:信息|文章|稿件)?来源):?"
)
_URL_YEAR = re.compile(r"fbtime=(20\d\d)|/(20\d\d)n/|/(20\d\d)(?:bm|nd)\w*nb")
_URL_DAY = re.compile(
    r"(?:/|t)(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?:/|[0-3]\d_)"
    r"|/(?P<year2>20\d\d)[-/](?P<month2>1[0-2]|0?[1-9])(?=[-/])"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document says about itself; None where it does not say."""

    agency_name_printed: str | None
    report_year: int | None
    title: str | None
    period_start: dt.date | None
    period_end: dt.date | None
    period_text: str | None
    published_on: dt.date | None
    signed_on: dt.date | None
    index_no: str | None
    cited_notice: str | None
    year_evidence: tuple[Evidence, ...]
    agency_evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Title:
    parts: TitleParts
    text: str
    locator: str | None
    last: int
    """Index of its last line, -1 for a title outside the text."""


def identify(
    document: ParsedDocument,
    file_name: str,
    catalog: Catalog,
    sections: Sections | None = None,
) -> Identity:
    """The identity of a document by its own evidence.

    Args:
        document: as read.
        file_name: name under which it arrived; weak evidence.
        catalog: formats, label variants and kinds of agency.
        sections: of the document, where they are known already.
    """
    lines = lines_of(document)
    parts = sections if sections is not None else split_sections(document, catalog)
    start = parts.start
    intro = tuple(line for line in lines if start is None or line.place < start)
    if start is None:
        intro = intro[:60]
    body = tuple(line for line in lines if start is not None and line.place >= start)
    intro_text, body_text = compact(intro), compact(_prose(body))
    publication = published(intro, document.metadata)
    apart = [
        *_period_evidence(*_period(intro_text, body_text, None)),
        *_file_year(file_name),
        *_narrative_years(body_text if body else intro_text),
        *_url_years(document.metadata),
        *_date_years("published", publication),
    ]
    votes = Counter(int(item.value) for item in apart)
    votes.update(_years(_page_titles(document.metadata, catalog)))
    title = _find_title(intro, document.metadata, catalog, votes)
    title_year = title.parts.year if title else None
    opening = compact((*_prose(intro), *[line for line in body if line.grid is None][1:3]))
    said = mentions(opening.text, catalog)
    period, period_text, period_line = _period(intro_text, body_text, title_year)
    signature_date, signer = signed(lines, intro, title.last if title else None, parts, catalog)
    years = [
        *_title_evidence(title, "year"),
        *_period_evidence(period, period_text, period_line),
        *_mentioned(said, opening, "year"),
        *_file_year(file_name),
        *_narrative_years(body_text if body else intro_text),
        *_url_years(document.metadata),
        *_date_years("published", publication),
        *_date_years("signed", signature_date),
    ]
    names = [
        *_title_evidence(title, "name"),
        *_headings(intro, catalog),
        *_mentioned(said, opening, "name"),
        *signer,
        *_publishers(intro, document.metadata, catalog),
        *_file_names(file_name, document.metadata, catalog),
    ]
    names = names or _subjects(body, catalog)
    report_year = _settled_year(years, catalog)
    return Identity(
        agency_name_printed=_settled_name(names),
        report_year=report_year,
        title=title.parts.title if title else None,
        period_start=period.first if period else None,
        period_end=period.last if period else None,
        period_text=period_text,
        published_on=publication[0] if publication else None,
        signed_on=signature_date[0] if signature_date else None,
        index_no=index_no(intro),
        cited_notice=cited_notice((intro_text, body_text), report_year, catalog),
        year_evidence=tuple(years),
        agency_evidence=tuple(names),
    )


def identities_frame(doc_id: str, identity: Identity) -> pl.DataFrame:
    """The identity of a document as an identities row."""
    row = {
        name: getattr(identity, name)
        for name in identity.__dataclass_fields__
        if not name.endswith("_evidence")
    }
    for name in ("year_evidence", "agency_evidence"):
        row[name] = json.dumps(
            [asdict(item) for item in getattr(identity, name)], ensure_ascii=False
        )
    return typed_frame(Identities, [{"doc_id": doc_id, **row}])


def _prose(lines: Sequence[Line]) -> Iterator[Line]:
    return (line for line in lines if line.is_prose)


# Title


def _find_title(
    intro: Sequence[Line], metadata: dict[str, str], catalog: Catalog, votes: Counter[int]
) -> _Title | None:
    """The best title: with agency and year, on few lines, early; page metadata come last.

    Args:
        intro: lines before the first heading.
        metadata: of the page.
        catalog: kinds of agency.
        votes: how many sources apart from titles speak of each year.
    """
    found = _without_lists(list(_printed_titles(intro, catalog)), votes)
    found += _page_titles(metadata, catalog)
    if not found:
        return None

    def worth(title: _Title) -> float:
        name = title.parts.name or ""
        known = is_agency(name, catalog)
        # 教育局 alone is half of a name whose first half stands on the line above.
        placed = re.search(r"[省市县区旗州盟镇乡国]", name) is not None
        return (
            4 * known
            + 0.5 * placed
            + 3 * (title.parts.year is not None)
            + 2 * bool(name)
            + (title.last >= 0)
            - (re.search(r"[。;]", fold(title.text)) is not None)
        )

    return max(found, key=worth)


def _page_titles(metadata: dict[str, str], catalog: Catalog) -> list[_Title]:
    """Titles that a page's tags name."""
    found: list[_Title] = []
    for key in ("articletitle", "title"):
        for segment in _segments(metadata_value(metadata, key) or ""):
            parts = split_title(segment, catalog)
            if parts is not None:
                found.append(_Title(parts, segment, f"metadata:{key}", -1))
    return found


def _years(titles: Sequence[_Title]) -> set[int]:
    return {title.parts.year for title in titles if title.parts.year is not None}


def _without_lists(found: list[_Title], votes: Counter[int]) -> list[_Title]:
    """The titles in order of trust, those of other years left out that a site lists above a text.

    Where titles name several years, the year counts that most other sources speak of. Of titles
    that nothing else tells apart the one nearest to the text comes first, since lists stand above.
    """
    years = _years(found)
    if len(years) < 2:
        return found
    most = max(votes[year] for year in years)
    if most:
        told = {year for year in years if votes[year] == most}
    elif votes and any(title.parts.year is None for title in found):
        told = set()  # All of them are of the list; the text's own title names no year.
    else:
        told = _years([max((t for t in found if t.parts.year), key=lambda t: t.last)])
    kept = [title for title in found if title.parts.year is None or title.parts.year in told]
    return kept[::-1]


def _printed_titles(intro: Sequence[Line], catalog: Catalog) -> Iterator[_Title]:
    """Titles on one line, then titles spread over neighbouring short lines."""
    for index, line in enumerate(intro):
        for segment in _segments(line.text):
            parts = split_title(segment, catalog)
            if parts is not None:
                yield _Title(parts, line.text, line.locator, index)
    for size in range(2, TITLE_LINES + 1):
        for first in range(len(intro) - size + 1):
            window = intro[first : first + size]
            if not all(_can_be_title_piece(line) for line in window):
                continue
            if any(_complete(line, catalog) for line in window):
                continue
            if not _starts_title(window[0], catalog):
                continue
            parts = split_title("".join(line.text for line in window), catalog)
            if parts is not None:
                text = "\n".join(line.text for line in window)
                yield _Title(parts, text, window[0].locator, first + size - 1)


def _segments(text: str) -> list[str]:
    """Pieces of a line between colons, arrows, quotes and wide gaps, and the line itself."""
    pieces = [piece for piece in _SEGMENTS.split(text) if piece.strip()]
    return [text, *pieces] if len(pieces) > 1 else [text]


def _complete(line: Line, catalog: Catalog) -> bool:
    """A line that is a whole title by itself needs no neighbours."""
    parts = split_title(line.text, catalog)
    return parts is not None and parts.name is not None and parts.year is not None


def _can_be_title_piece(line: Line) -> bool:
    text = fold(unspaced(line.text))
    return len(text) <= 45 and not re.search(r"[。,;:!?@/]", text) and only_date(text) is None


def _starts_title(line: Line, catalog: Catalog) -> bool:
    """An agency, a year, 关于, or the first piece of a title that is torn within it."""
    text = fold(unspaced(line.text))
    if re.search(r"网站|首页|政府网", text):
        return False
    return (
        is_agency(text, catalog)
        or re.search(r"(?:19|20)\d\d年?|二[〇○零O]|公开|^关于", text) is not None
        or re.search(r"[省市县区旗州镇乡局委厅办]$", text) is not None
    )


def _title_evidence(title: _Title | None, field: str) -> list[Evidence]:
    if title is None:
        return []
    value = title.parts.year if field == "year" else title.parts.name
    if value is None:
        return []
    if re.search(r"[。;]", fold(title.text)):
        source = "text_title"
    else:
        source = "title" if field == "year" or title.last >= 0 else "page_title"
    return [Evidence(source, value, title.text, title.locator)]


# Year


def _settled_year(evidence: Sequence[Evidence], catalog: Catalog) -> int | None:
    last = catalog.registry.last_report_year
    known = [item for item in evidence if FIRST_REPORT_YEAR <= int(item.value) <= last]
    ranked = sorted(known, key=lambda item: YEAR_ORDER.index(item.source))
    return int(ranked[0].value) if ranked else None


def _period(
    intro: Compact, body: Compact, title_year: int | None
) -> tuple[Period | None, str | None, Line | None]:
    for text in (intro, body):
        found = find_period(text.text, title_year)
        if found is not None:
            return found, text.as_printed(found.start, found.end), text.line_at(found.start)
    return None, None, None


def _period_evidence(period: Period | None, text: str | None, line: Line | None) -> list[Evidence]:
    if period is None or period.year is None or line is None:
        return []
    return [Evidence("period", period.year, text or "", line.locator)]


def _file_year(file_name: str) -> list[Evidence]:
    stem = fold(unspaced(PurePosixPath(file_name.replace("\\", "/")).stem))
    years = {year for year, _ in find_years(stem)}
    return [Evidence("file_name", years.pop(), file_name)] if len(years) == 1 else []


def _narrative_years(text: Compact) -> list[Evidence]:
    """The year that the text names most, where it is named often and more than all others."""
    counted = Counter(year for year, _ in find_years(text.text))
    if not counted:
        return []
    (year, times), *rest = counted.most_common(2)
    if times < MIN_NARRATIVE_YEARS or (rest and times < 2 * rest[0][1]):
        return []
    return [Evidence("narrative", year, f"{year}年 × {times}")]


def _url_years(metadata: dict[str, str]) -> list[Evidence]:
    for key in ("url", "canonical", "og:url", "source_url"):
        address = metadata_value(metadata, key) or ""
        locator = f"metadata:{key}"
        stated = _URL_YEAR.search(address)
        if stated is not None:
            year = int(next(group for group in stated.groups() if group))
            return [Evidence("url", year, address, locator)]
        day = _URL_DAY.search(address)
        if day is not None:
            year = int(day["year"] or day["year2"])
            month = int(day["month"] or day["month2"])
            return [Evidence("url", _reported_year(dt.date(year, month, 1)), address, locator)]
    return []


def _reported_year(date: dt.date) -> int:
    """The year a report of this date is about: the one before, in December the same."""
    return date.year if date.month == 12 else date.year - 1


def _date_years(source: str, dated: Dated | None) -> list[Evidence]:
    if dated is None:
        return []
    date, text, locator = dated
    return [Evidence(source, _reported_year(date), text, locator)]


# Agency


def _settled_name(evidence: Sequence[Evidence]) -> str | None:
    """The first name in order of trust, in its fuller form where it leaves out its place.

    市人民政府办公室 in a title gives way to 天门市人民政府办公室 in the text; a relative name that
    is not in the title gives way to any full one.
    """
    ranked = sorted(evidence, key=lambda item: AGENCY_ORDER.index(item.source))
    names = [str(item.value) for item in ranked]
    if not names or not is_relative(names[0]):
        return names[0] if names else None
    full = [name for name in names if not is_relative(name)]
    same = [name for name in full if name.endswith(names[0])]
    if same:
        return same[0]
    return full[0] if full and ranked[0].source != "title" else names[0]


def _headings(intro: Sequence[Line], catalog: Catalog) -> list[Evidence]:
    """An agency alone on one of the first lines."""
    return [
        Evidence("heading", unspaced(line.text), line.text, line.locator)
        for line in intro[:3]
        if line.grid is None and is_agency(line.text, catalog)
    ][:1]


def _mentioned(said: Sequence[Mention], opening: Compact, field: str) -> list[Evidence]:
    found: dict[tuple[str, str | int], Evidence] = {}
    for item in said:
        value = item.year if field == "year" else item.name
        if value is not None:
            text = opening.as_printed(item.start, item.end)
            locator = opening.line_at(item.start).locator
            found.setdefault((item.source, value), Evidence(item.source, value, text, locator))
    return list(found.values())


def _subjects(body: Sequence[Line], catalog: Catalog) -> list[Evidence]:
    """The agency that sentences are about, where they are about one and say so at least twice."""
    found = [
        Evidence("subject", name, line.text, line.locator)
        for line in _prose(body)
        for name in subjects(fold(unspaced(line.text)), catalog)
    ]
    return found[:1] if len(found) > 1 and len({item.value for item in found}) == 1 else []


def _publishers(
    intro: Sequence[Line], metadata: dict[str, str], catalog: Catalog
) -> list[Evidence]:
    found: list[Evidence] = []
    for index, line in enumerate(intro):
        text = line.text
        if _BARE_LABEL.fullmatch(fold(unspaced(text))) and index + 1 < len(intro):
            text = f"{text.rstrip(':： ')}：{intro[index + 1].text}"
        for match in _PUBLISHER.finditer(text):
            name = clean_name(match["value"])
            if name and is_agency(name, catalog):
                found.append(Evidence("publisher", name, text, line.locator))
    for key in ("contentsource", "author", "source", "publisher"):
        name = clean_name(metadata_value(metadata, key) or "")
        if name and is_agency(name, catalog):
            found.append(Evidence("publisher", name, name, f"metadata:{key}"))
    return found


def _file_names(file_name: str, metadata: dict[str, str], catalog: Catalog) -> list[Evidence]:
    found: list[Evidence] = []
    stem = PurePosixPath(file_name.replace("\\", "/")).stem
    for source, text, locator in (
        ("file_name", stem, None),
        ("page_title", metadata_value(metadata, "title") or "", "metadata:title"),
    ):
        for segment in _segments(text):
            parts = split_title(segment, catalog)
            if parts is not None and parts.name and is_agency(parts.name, catalog):
                found.append(Evidence(source, parts.name, text, locator))
                break
    return found
