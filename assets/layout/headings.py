"""Which lines of a report are its official headings.

Headings are compared with those of the formats and with the variants of labels.csv; the ordinal
helps but does not decide, since it is often wrong or missing. Among all candidates the best
sequence in official order is taken, so that rows of table 3 (一、本年新收…), tables of contents
and numbered points inside a part do not count as headings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from assets.layout.lines import Line, fold, unspaced
from assets.layout.normalise import chinese_to_int, label_core
from schemas.catalog import Catalog

MAX_HEADING = 45
"""Longest heading in characters; the longest official one with its ordinal has 31."""
LIKE_WITH_ORDINAL = 0.65
LIKE_WITH_OTHER_ORDINAL = 0.85
"""Below these likenesses (0 to 1) a numbered line is no heading of that part."""
LIKE_A_ROW = 0.8
MAX_CANDIDATES = 300
MISPLACED = 1.1
"""Weight from which a heading counts outside the official order: its words and its ordinal."""

STRONG = 1.0
"""Weight of the words of a heading with its ordinal, a little damaged."""

_HAN_ORDINAL = r"[一二三四五六七八九]"
_NUMBER = re.compile(
    rf"^(?P<printed>第?\s*(?:{_HAN_ORDINAL}|\d)\s*"
    rf"(?:部分|章|[、.,:·)]|[ \t\xa0\u3000]+|(?={_HAN_ORDINAL}?[\u4e00-\u9fff]))"
    r"[、.,:·\s\xa0\u3000]*)"
)
_LEADER = re.compile(r"[.·…\-—_]{3,}\d*$|\D\d{1,3}$")
_SEPARATORS = ":：。.,， \t\xa0\u3000"
_SENTENCE_END = re.compile(r"[。;!?]")


@dataclass(frozen=True, slots=True)
class Wordings:
    """What headings are compared with, all as label cores.

    `parts` are (section number, its place in official order, core); `numbers` the section numbers
    in order; `rows` the longer row labels of tables; `labels` every label of a table.
    """

    parts: tuple[tuple[str, int, str], ...]
    numbers: tuple[str, ...]
    rows: tuple[str, ...]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class FoundHeading:
    """A line, or two, that can be the heading of a part; weight tells which of several is."""

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


def wordings_of(catalog: Catalog) -> Wordings:
    """Wordings of headings and table labels of all formats in a catalog."""
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
    return Wordings(
        tuple((names[place], place, core) for place, core in parts),
        names,
        tuple(sorted(core for core in rows if len(core) >= 6)),
        frozenset((rows | others) - {""}),
    )


def find_headings(lines: Sequence[Line], wordings: Wordings) -> list[FoundHeading]:
    """The headings of a report in reading order, each part at most once."""
    candidates = [
        candidate
        for index in range(len(lines))
        for candidate in _candidates_at(lines, index, wordings)
    ]
    weighed = _heaviest(_with_contents(candidates))
    chosen = _best_sequence(weighed)
    chosen += _misplaced(weighed, chosen)
    return sorted([*chosen, *_by_position(lines, chosen, wordings)], key=lambda found: found.index)


def strong_headings(lines: Sequence[Line], wordings: Wordings) -> list[FoundHeading]:
    """Every line that has the words of a heading and its ordinal, or is set as a heading.

    In reading order; a part is there as often as it is printed.
    """
    candidates = [
        candidate
        for index in range(len(lines))
        for candidate in _candidates_at(lines, index, wordings)
    ]
    return [found for found in _heaviest(candidates) if found.weight >= STRONG]


def _candidates_at(lines: Sequence[Line], index: int, wordings: Wordings) -> list[FoundHeading]:
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
    lines: Sequence[Line], index: int, last: int, text: str, wordings: Wordings
) -> list[FoundHeading]:
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
    return [FoundHeading(index, last, part, likeness, weight, text.strip(), printed.strip(), "")]


def _likeness(core: str, ordinal: int | None, wordings: Wordings) -> tuple[float, int]:
    scored = [
        (fuzz.ratio(core, known) / 100, place == (ordinal or 0) - 1, -place)
        for _, place, known in wordings.parts
    ]
    best = max(scored, default=(0.0, False, 0))
    return best[0], -best[2]


def _glued(
    lines: Sequence[Line], index: int, numbered: tuple[int, str, str], wordings: Wordings
) -> list[FoundHeading]:
    """A heading with its paragraph on the same line: 六、其他需要报告的事项：无。."""
    ordinal, printed, rest = numbered
    if re.search(r"[、,;][二三四五六]、", fold(rest)[:60]):
        return []  # the list of headings inside an introduction
    best: FoundHeading | None = None
    for _, place, known in wordings.parts:
        if place != ordinal - 1:
            continue
        end = _prefix_end(rest, known)
        if end is None or (best is not None and len(best.heading) >= len(printed) + end):
            continue
        follows = rest[end:].lstrip(_SEPARATORS)
        if follows and rest[end] not in _SEPARATORS and not re.match(r"[(（]|20\d\d年", follows):
            continue
        best = FoundHeading(
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


def _unnumbered(lines: Sequence[Line], index: int, wordings: Wordings) -> list[FoundHeading]:
    """A heading that lost its number, as Word's automatic numbers are: its words, exactly."""
    line = lines[index]
    if len(line.text) > MAX_HEADING or (line.grid is not None and line.grid != "flow"):
        return []
    core = label_core(line.text)
    if fold(line.text).startswith("("):
        return []
    return [
        FoundHeading(
            index, index, place, 1.0, 0.8 + 0.2 * line.is_heading, line.text.strip(), "", ""
        )
        for _, place, known in wordings.parts
        if core == known and len(core) >= 4
    ]


def _is_row(core: str, wordings: Wordings) -> bool:
    return any(fuzz.ratio(core[: len(row) + 2], row) / 100 >= LIKE_A_ROW for row in wordings.rows)


def _with_contents(candidates: list[FoundHeading]) -> list[FoundHeading]:
    """Candidates with less weight where nothing stands under them, as in a list of contents."""
    starts = {candidate.index: candidate.part for candidate in candidates}
    result: list[FoundHeading] = []
    for found in candidates:
        follows = starts.get(found.last + 1)
        bare = follows is not None and follows != found.part and not found.rest
        weight = found.weight - 0.15 * bare
        result.append(replace(found, weight=weight))
    return result


def _heaviest(candidates: list[FoundHeading]) -> list[FoundHeading]:
    """At most MAX_CANDIDATES candidates, in order: no report has more, and time is squared."""
    kept = sorted(candidates, key=lambda found: (-found.weight, found.index))[:MAX_CANDIDATES]
    return sorted(kept, key=lambda found: (found.index, found.part))


def _best_sequence(candidates: list[FoundHeading]) -> list[FoundHeading]:
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
    sequence: list[FoundHeading] = []
    while at is not None:
        sequence.append(candidates[at])
        at = best[at][1]
    return sequence[::-1]


def _misplaced(candidates: list[FoundHeading], chosen: list[FoundHeading]) -> list[FoundHeading]:
    """Parts that stand outside the official order, with the official heading and ordinal.

    What stands before the first part may be a list of contents and does not count.
    """
    have = {found.part for found in chosen}
    first = chosen[0].index if chosen else 0
    taken = {index for found in chosen for index in range(found.index, found.last + 1)}
    best: dict[int, FoundHeading] = {}
    for found in candidates:
        if found.part in have or found.index in taken or found.index < first:
            continue
        if found.weight < MISPLACED:
            continue
        if found.part not in best or found.weight > best[found.part].weight:
            best[found.part] = found
    return list(best.values())


def _by_position(
    lines: Sequence[Line], chosen: list[FoundHeading], wordings: Wordings
) -> list[FoundHeading]:
    """Headings in other words: the right Chinese ordinal exactly where that part is missing.

    五、下一步工作打算 between parts 四 and 六 is part 五; its likeness stays as low as it is.
    """
    if len(chosen) < 3:
        return []
    found: list[FoundHeading] = []
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
    lines: Sequence[Line], index: int, part: int, wordings: Wordings
) -> FoundHeading | None:
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
    return FoundHeading(
        index, index, part, likeness, likeness, line.text.strip(), printed.strip(), ""
    )
