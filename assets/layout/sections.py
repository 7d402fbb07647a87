"""The parts of a report: which line is which official heading, and the text under each.

Headings are compared with those of the formats and with the variants of labels.csv; the ordinal
helps but does not decide, since it is often wrong or missing. Among all candidates the best
sequence in official order is taken, so that rows of table 3 (一、本年新收…), tables of contents
and numbered points inside a part do not count as headings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl
from rapidfuzz import fuzz

from assets.layout.agency import is_agency
from assets.layout.dates import only_date
from assets.layout.lines import Line, Place, fold, lines_of, unspaced
from assets.layout.model import ParsedDocument
from assets.layout.normalise import chinese_to_int, label_core
from schemas.catalog import Catalog
from schemas.frames import ReportSections, to_frame

MAX_HEADING = 45
"""Longest heading in characters; the longest official one with its ordinal has 31."""
LIKE_WITH_ORDINAL = 0.65
LIKE_WITH_OTHER_ORDINAL = 0.85
"""Below these likenesses (0 to 1) a numbered line is no heading of that part."""
LIKE_A_ROW = 0.8
MAX_CANDIDATES = 300
MISPLACED = 1.1
"""Weight from which a heading counts outside the official order: its words and its ordinal."""

_HAN_ORDINAL = r"[一二三四五六七八九]"
_NUMBER = re.compile(
    rf"^(?P<printed>第?\s*(?:{_HAN_ORDINAL}|\d)\s*"
    rf"(?:部分|章|[、.,:·)]|[ \t\xa0\u3000]+|(?={_HAN_ORDINAL}?[\u4e00-\u9fff]))"
    r"[、.,:·\s\xa0\u3000]*)"
)
_TAIL = re.compile(
    r"-*\d{1,3}-*$|第\d+页|附件?\d*:|附件\d*$|[【\[(]?(?:打印|关闭|下载|返回|收藏|分享|纠错|扫一扫|责任编辑|编辑:|"
    r"来源:|上一篇|下一篇|主办|承办|版权|相关(?:文件|链接|解读|阅读)|文件下载|点击下载)"
)
_LEADER = re.compile(r"[.·…\-—_]{3,}\d*$|\D\d{1,3}$")
_SEPARATORS = ":：。.,， \t\xa0\u3000"
_SENTENCE_END = re.compile(r"[。;!?]")


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


@dataclass(frozen=True, slots=True)
class _Wordings:
    """What headings are compared with, all as label cores.

    `parts` are (section number, its place in official order, core); `numbers` the section numbers
    in order; `rows` the longer row labels of tables; `labels` every label of a table.
    """

    parts: tuple[tuple[str, int, str], ...]
    numbers: tuple[str, ...]
    rows: tuple[str, ...]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    """First line."""
    last: int
    """Last line."""
    part: int
    likeness: float
    weight: float
    heading: str
    numbering: str
    rest: str
    """Text that follows the heading on its line."""


def _wordings_of(catalog: Catalog) -> _Wordings:
    numbers: dict[str, int] = {}
    official: dict[str, int] = {}
    parts: dict[tuple[int, str], None] = {}
    for form in catalog.formats.values():
        for section in form.sections:
            place = numbers.setdefault(section.section_no, len(numbers))
            official[section.heading] = place
            parts[place, label_core(section.heading)] = None
    for variant in catalog.labels:
        if variant.kind == "section" and variant.label in official:
            parts[official[variant.label], label_core(variant.variant)] = None
    blocks = [
        block
        for form in catalog.formats.values()
        for table in form.tables
        for block in table.blocks
    ]
    rows = {label_core(label) for block in blocks for row in block.rows for label in row.path}
    others = {
        label_core(label or "")
        for block in blocks
        for label in (
            block.label,
            block.corner,
            block.axis_label,
            *(label for column in block.columns for label in column.path),
        )
    }
    names = tuple(numbers)
    return _Wordings(
        tuple((names[place], place, core) for place, core in parts),
        names,
        tuple(sorted(core for core in rows if len(core) >= 6)),
        frozenset((rows | others) - {""}),
    )


def split_sections(document: ParsedDocument, catalog: Catalog) -> Sections:
    """The parts of a report by its headings."""
    lines = lines_of(document)
    wordings = _wordings_of(catalog)
    candidates = [
        candidate
        for index in range(len(lines))
        for candidate in _candidates_at(lines, index, wordings)
    ]
    weighed = _heaviest(_with_contents(candidates))
    chosen = _best_sequence(weighed)
    chosen += _misplaced(weighed, chosen)
    chosen = sorted(
        [*chosen, *_by_position(lines, chosen, wordings)], key=lambda found: found.index
    )
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
    return to_frame(
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


def _is_text(line: Line, wordings: _Wordings) -> bool:
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


def _candidates_at(lines: Sequence[Line], index: int, wordings: _Wordings) -> list[_Candidate]:
    """Headings that may start on a line: alone, or with its next line as one heading."""
    line = lines[index]
    first = _numbered(line.text)
    if first is None:
        return _unnumbered(lines, index, wordings)
    found = _match(lines, index, index, line.text, wordings)
    if index + 1 < len(lines) and len(unspaced(line.text)) <= MAX_HEADING:
        following = lines[index + 1]
        joinable = (
            len(unspaced(following.text)) <= 30
            and _numbered(following.text) is None
            and not _SENTENCE_END.search(fold(following.text))
            and not re.search(r"\d", fold(following.text))
        )
        if joinable:
            joined = _match(lines, index, index + 1, line.text + following.text, wordings)
            if joined and (not found or joined[0].likeness > found[0].likeness + 0.02):
                return joined
    return found


def _numbered(text: str) -> tuple[int, str, str] | None:
    """Ordinal, its print and the rest of a line that starts with 一、 or 3. or 第一部分."""
    found = _NUMBER.match(fold(text))
    if found is None:
        return None
    digit = re.search(rf"{_HAN_ORDINAL}|\d", found["printed"])
    number = chinese_to_int(digit.group()) if digit else None
    if number is None:
        return None
    return number, text[: found.end()], text[found.end() :]


def _match(
    lines: Sequence[Line], index: int, last: int, text: str, wordings: _Wordings
) -> list[_Candidate]:
    numbered = _numbered(text)
    if numbered is None:
        return []
    ordinal, printed, rest = numbered
    core = label_core(rest)
    if not core or _is_row(core, wordings):
        return []
    if len(core) > MAX_HEADING or _SENTENCE_END.search(fold(rest)):
        return _glued(lines, index, numbered, wordings)
    glued = _glued(lines, index, numbered, wordings)
    if glued and glued[0].rest:
        return glued
    likeness, part = _likeness(core, ordinal, wordings)
    if likeness < (LIKE_WITH_ORDINAL if part == ordinal - 1 else LIKE_WITH_OTHER_ORDINAL):
        return []
    weight = likeness + 0.2 * (part == ordinal - 1) + 0.1 * (not printed.strip()[0].isdigit())
    weight -= 0.4 * bool(_LEADER.search(fold(unspaced(text))))
    weight -= 0.1 * (lines[index].grid is not None)
    return [_Candidate(index, last, part, likeness, weight, text.strip(), printed.strip(), "")]


def _likeness(core: str, ordinal: int | None, wordings: _Wordings) -> tuple[float, int]:
    scored = [
        (fuzz.ratio(core, known) / 100, place == (ordinal or 0) - 1, -place)
        for _, place, known in wordings.parts
    ]
    best = max(scored, default=(0.0, False, 0))
    return best[0], -best[2]


def _glued(
    lines: Sequence[Line], index: int, numbered: tuple[int, str, str], wordings: _Wordings
) -> list[_Candidate]:
    """A heading with its paragraph on the same line: 六、其他需要报告的事项：无。."""
    ordinal, printed, rest = numbered
    if re.search(r"[、,;][二三四五六]、", fold(rest)[:60]):
        return []  # the list of headings inside an introduction
    best: _Candidate | None = None
    for _, place, known in wordings.parts:
        if place != ordinal - 1:
            continue
        end = _prefix_end(rest, known)
        if end is None or (best is not None and len(best.heading) >= len(printed) + end):
            continue
        follows = rest[end:].lstrip(_SEPARATORS)
        if follows and rest[end] not in _SEPARATORS and not re.match(r"[(（]|20\d\d年", follows):
            continue
        best = _Candidate(
            index,
            index,
            place,
            1.0,
            1.1 - 0.1 * (lines[index].grid is not None),
            (printed + rest[:end]).strip(),
            printed.strip(),
            follows,
        )
    return [best] if best else []


def _prefix_end(text: str, known: str) -> int | None:
    """Where a text that starts with the words of a heading goes on, None if it does not."""
    matched = 0
    for at, char in enumerate(fold(text)):
        if matched == len(known):
            return at
        if char == known[matched]:
            matched += 1
        elif label_core(char):
            return None
    return len(text) if matched == len(known) else None


def _unnumbered(lines: Sequence[Line], index: int, wordings: _Wordings) -> list[_Candidate]:
    """A heading that lost its number, as Word's automatic numbers are: its words, exactly."""
    line = lines[index]
    if len(line.text) > MAX_HEADING or (line.grid is not None and line.grid != "flow"):
        return []
    core = label_core(line.text)
    if fold(line.text).startswith("("):
        return []
    return [
        _Candidate(index, index, place, 1.0, 0.8 + 0.2 * line.is_heading, line.text.strip(), "", "")
        for _, place, known in wordings.parts
        if core == known and len(core) >= 4
    ]


def _is_row(core: str, wordings: _Wordings) -> bool:
    return any(fuzz.ratio(core[: len(row) + 2], row) / 100 >= LIKE_A_ROW for row in wordings.rows)


def _with_contents(candidates: list[_Candidate]) -> list[_Candidate]:
    """Candidates with more weight where something stands under them: a list of contents has not."""
    starts = {candidate.index: candidate.part for candidate in candidates}
    result: list[_Candidate] = []
    for found in candidates:
        follows = starts.get(found.last + 1)
        bare = follows is not None and follows != found.part and not found.rest
        weight = found.weight - 0.15 * bare
        result.append(replace(found, weight=weight))
    return result


def _heaviest(candidates: list[_Candidate]) -> list[_Candidate]:
    """At most MAX_CANDIDATES candidates, in order: no report has more, and time is squared."""
    kept = sorted(candidates, key=lambda found: (-found.weight, found.index))[:MAX_CANDIDATES]
    return sorted(kept, key=lambda found: (found.index, found.part))


def _best_sequence(candidates: list[_Candidate]) -> list[_Candidate]:
    """The heaviest sequence of candidates in official order; the earliest among equals."""
    best: list[tuple[float, int | None]] = []
    for i, found in enumerate(candidates):
        total, before = found.weight, None
        for j in range(i):
            fits = candidates[j].part < found.part and candidates[j].last < found.index
            if fits and best[j][0] + found.weight > total + 1e-9:
                total, before = best[j][0] + found.weight, j
        best.append((total, before))
    if not best:
        return []
    at: int | None = max(range(len(best)), key=lambda i: (round(best[i][0], 9), -i))
    sequence: list[_Candidate] = []
    while at is not None:
        sequence.append(candidates[at])
        at = best[at][1]
    return sequence[::-1]


def _misplaced(candidates: list[_Candidate], chosen: list[_Candidate]) -> list[_Candidate]:
    """Parts that stand outside the official order, with the official heading and ordinal.

    What stands before the first part may be a list of contents and does not count.
    """
    have = {found.part for found in chosen}
    first = chosen[0].index if chosen else 0
    taken = {index for found in chosen for index in range(found.index, found.last + 1)}
    best: dict[int, _Candidate] = {}
    for found in candidates:
        if found.part in have or found.index in taken or found.index < first:
            continue
        if found.weight < MISPLACED:
            continue
        if found.part not in best or found.weight > best[found.part].weight:
            best[found.part] = found
    return list(best.values())


def _by_position(
    lines: Sequence[Line], chosen: list[_Candidate], wordings: _Wordings
) -> list[_Candidate]:
    """Headings in other words: the right Chinese ordinal exactly where that part is missing.

    五、下一步工作打算 between parts 四 and 六 is part 五; its likeness stays as low as it is.
    """
    if len(chosen) < 3:
        return []
    found: list[_Candidate] = []
    have = {candidate.part: candidate for candidate in chosen}
    for part in range(len(wordings.numbers)):
        before, after = have.get(part - 1), have.get(part + 1)
        if part in have or (before is None and part > 0) or (after is None and before is None):
            continue
        start = before.last + 1 if before else 0
        end = after.index if after else len(lines)
        for index in range(start, end):
            candidate = _positional(lines, index, part, wordings)
            if candidate is not None:
                found.append(candidate)
                break
    return found


def _positional(
    lines: Sequence[Line], index: int, part: int, wordings: _Wordings
) -> _Candidate | None:
    line = lines[index]
    numbered = _numbered(line.text)
    if line.grid is not None or numbered is None or numbered[0] != part + 1:
        return None
    _, printed, rest = numbered
    core = label_core(rest)
    marks = re.fullmatch(rf"(?:第{_HAN_ORDINAL}部分|{_HAN_ORDINAL}[、.])", fold(unspaced(printed)))
    if not marks or not 2 <= len(core) <= 25 or _SENTENCE_END.search(fold(rest)):
        return None
    if _is_row(core, wordings):
        return None
    likeness = max(
        (fuzz.ratio(core, known) / 100 for _, place, known in wordings.parts if place == part),
        default=0.0,
    )
    return _Candidate(
        index, index, part, likeness, likeness, line.text.strip(), printed.strip(), ""
    )
