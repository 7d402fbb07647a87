"""Row labels as printed to the rows of the official tables.

Rows are matched by what their labels say, and all together: the official order never changes, so
the best increasing assignment of a document's rows to official rows settles labels that say
little (其他, 总计) or that a page break tore. A step back in the order opens another copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from assets.cells.numbers import UNITS
from assets.cells.rows import Words
from assets.layout.normalise import label_core, split_ordinal, squeeze
from schemas.catalog import Block, Catalog, Line

MIN_LIKENESS = 0.62
"""Below this a label is another label: 不予公开 against 予以公开 has 0.75 but loses to its own."""
NEW_COPY = 1.5
"""Cost of going back within a block, that is of opening another copy: no single row is worth it."""
OTHER_BLOCK = 0.25
"""Cost of going back to another block, since blocks are sometimes printed in another order."""
SHORT = 2
"""Labels of at most so many characters must be equal."""
MIN_SCATTERED = 8
"""Shorter labels can be found in any text."""
SCATTERED = 0.78
"""Likeness of a label found only scattered: never enough to be sure by itself."""
SKIPPED_ROW = 0.004
"""Cost of each official row passed over, so that the nearer of two like labels wins."""
OTHER_ORDINAL = 0.08
"""Cost of a label that prints another ordinal than the official one."""
ALL_BLANK = 0.25
"""Cost of a row that prints no value: more often the rest of a torn label."""
ODD_COUNT = 0.2
"""Cost of a row whose number of values is far from what the block prints."""
OTHER_SECTION = 0.4
"""Cost of a row that stands elsewhere than in the section of its table, where there is one."""
SHORT_WITHOUT_ORDINAL = 0.1
"""Cost of 其他 and 总计 without the ordinal that tells the row from the column of that name."""


_ORDINAL = re.compile(r"([一二三四五六七八九十]{1,2}|\d{1,2})[、.)]")


_REMARK = re.compile(r"(?<=.)(?:\([^()]{2,}\)|(?:注|备注|说明|填报说明):.*)$")
"""A bracket or note behind a label: an instruction, or part of the official wording."""
REMARK_LEFT_OUT = 0.03
"""Cost of a reading without it, so that the whole label wins where it is the official one."""

_UNIT = re.compile(rf"[(\[](?:单位[:：]?)?(?:{'|'.join(UNITS)})[)\]]$")


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """A labelled row of some formats: where it stands, and how it is worded in any of them.

    `lines` maps (format_id, block) to the row's line in that block.
    """

    index: int
    table_id: str
    section: str
    block: str
    item: str
    wordings: tuple[Wording, ...]
    lines: dict[tuple[str, str], Line]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way a row is worded: its own label and the whole path above it, as cores."""

    label: str
    path: str
    ordinal: str


@dataclass(frozen=True, slots=True)
class Match:
    """An official row that a document row was assigned to, and how like their labels are.

    `is_moved` says that it stands behind rows that the form prints after it.
    """

    row: OfficialRow
    likeness: float
    copy_no: int
    is_moved: bool = False


@lru_cache(maxsize=8)
def official_rows(catalog: Catalog) -> tuple[OfficialRow, ...]:
    """All labelled rows of all formats in one order, rows of one meaning merged.

    Blocks whose single row has no label (table 4) are not here: placement by header finds them.
    """
    variants: dict[str, list[str]] = {}
    for row in catalog.labels:
        if row.kind == "row":
            variants.setdefault(row.label, []).append(row.variant)
    merged: list[tuple[str, str, str, str]] = []
    lines: dict[tuple[str, str, str, str], dict[tuple[str, str], Line]] = {}
    for entry in catalog.registry.formats:
        position = 0
        for table in catalog.formats[entry.format_id].tables:
            for block in table.blocks:
                for line in block.rows:
                    if not line.label:
                        continue
                    key = (table.table_id, table.section, block.block, line.item)
                    if key in lines:
                        position = max(position, merged.index(key) + 1)
                    else:
                        position = _place(merged, key, position)
                        lines[key] = {}
                    lines[key][entry.format_id, block.block] = line
    return tuple(
        OfficialRow(index, *key, wordings=_wordings(lines[key], variants), lines=lines[key])
        for index, key in enumerate(merged)
    )


@lru_cache(maxsize=8)
def form_words(catalog: Catalog) -> Words:
    """The words that the forms print themselves."""
    blocks = [
        block
        for format_ in catalog.formats.values()
        for table in format_.tables
        for block in table.blocks
    ]
    others = {
        label_core(text or "")
        for block in blocks
        for text in (
            block.label,
            block.corner,
            block.axis_label,
            *(part for column in block.columns for part in column.path),
            *(part for line in block.rows for part in line.path[:-1]),
        )
    }
    others |= {label_core(row.variant) for row in catalog.labels if row.kind != "row"}
    rows = {wording.label for row in official_rows(catalog) for wording in row.wordings}
    return Words(frozenset(rows), frozenset(others - {""}))


def _place(merged: list[tuple[str, str, str, str]], key: tuple[str, str, str, str], at: int) -> int:
    """Put a new row at its place, but never between tables or blocks of another format."""
    same_block = [i for i, other in enumerate(merged) if (other[0], other[2]) == (key[0], key[2])]
    same_table = [i for i, other in enumerate(merged) if other[0] == key[0]]
    if same_block:
        at = min(max(at, same_block[0]), same_block[-1] + 1)
    elif same_table:
        at = min(max(at, same_table[0]), same_table[-1] + 1)
    else:
        at = len(merged)
    merged.insert(at, key)
    return at + 1


def _wordings(
    lines: dict[tuple[str, str], Line], variants: dict[str, list[str]]
) -> tuple[Wording, ...]:
    found: dict[Wording, None] = {}
    for line in lines.values():
        for label in (line.label, *variants.get(line.label, ())):
            path = "".join(label_core(part) for part in line.path[:-1]) + label_core(label)
            found[Wording(label_core(label), path, _ordinal(label))] = None
    return tuple(found)


def _ordinal(label: str) -> str:
    """The ordinal of a label without its brackets and points."""
    return "".join(char for char in split_ordinal(label)[0] if char.isalnum())


def _ordinals(text: str) -> frozenset[str]:
    """All ordinals in a text, for group and row label may stand in one cell."""
    return frozenset(_ORDINAL.findall(squeeze(text)))


@lru_cache(maxsize=65536)
def likeness(printed: str, label: str) -> float:
    """How like two label cores are, 0 to 1; short labels must be equal."""
    if not printed or not label:
        return 0.0
    if printed == label:
        return 1.0
    if min(len(printed), len(label)) <= SHORT:
        return 0.0
    ratio = fuzz.ratio(printed, label) / 100
    if len(label) >= 4 and label in printed:
        # A group label stands in front: 不予公开1.属于国家秘密.
        ratio = max(ratio, 0.9)
    if len(printed) >= 4 and label.startswith(printed):
        # The rest is on the next page, or an instruction was left out.
        ratio = max(ratio, 0.72 + 0.2 * len(printed) / len(label))
    return ratio


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a document row's label: its core, the ordinals in it, what it costs.

    A `scattered` reading may hold words of other cells between those of the label, as text does
    that was taken line by line from a page.
    """

    core: str
    ordinals: frozenset[str]
    penalty: float
    scattered: bool = False


def readings_of(texts: Sequence[tuple[str, float]], scattered: str) -> tuple[Reading, ...]:
    """Label texts with their penalties, ready for comparison.

    Args:
        texts: (label text, penalty) pairs.
        scattered: all words around the values, '' where there are no others.
    """
    readings = [
        Reading(label_core(_UNIT.sub("", squeeze(text))), _ordinals(text), penalty)
        for text, penalty in texts
    ]
    for text, penalty in texts:
        bare = _REMARK.sub("", squeeze(text))
        # Longer labels are found inside the printed text anyhow.
        if len(label_core(bare)) <= SHORT and label_core(bare) != label_core(text):
            readings.append(Reading(label_core(bare), _ordinals(bare), penalty + REMARK_LEFT_OUT))
    if scattered:
        readings.append(Reading(label_core(scattered), frozenset(), 0.0, scattered=True))
    return tuple(readings)


def _scattered_likeness(text: str, label: str) -> float:
    """Likeness of a label whose characters stand in order, but not together, in a text."""
    if len(label) < MIN_SCATTERED or len(text) > 3 * len(label) + 20:
        return 0.0
    found = LCSseq.similarity(label, text) / len(label)
    return SCATTERED * found if found >= 0.95 else 0.0


def row_likeness(readings: Sequence[Reading], row: OfficialRow) -> float:
    """The best likeness of any reading of a document row's label to an official row, 0 to 1."""
    best = 0.0
    for reading in readings:
        for wording in row.wordings:
            if reading.scattered:
                best = max(best, _scattered_likeness(reading.core, wording.label))
                continue
            score = max(
                likeness(reading.core, wording.label), likeness(reading.core, wording.path) - 0.02
            )
            if score and wording.ordinal and wording.ordinal not in reading.ordinals:
                if reading.ordinals:
                    score -= OTHER_ORDINAL
                elif len(reading.core) <= SHORT:
                    score -= SHORT_WITHOUT_ORDINAL
            best = max(best, score - reading.penalty)
    return best


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document row on its way to an official row.

    Attributes:
        readings: what its label may be.
        section: number of the section it stands in, None when not known.
        has_values: whether it prints anything in its value cells.
        misfits: (table_id, block) of the blocks whose number of columns is far from its own.
        excluded: those for which it prints far too many values, as a table does that an agency
            turned on its side.
    """

    readings: tuple[Reading, ...]
    section: str | None
    has_values: bool
    misfits: frozenset[tuple[str, str]]
    excluded: frozenset[tuple[str, str]] = frozenset()


def _likes(candidate: Candidate, rows: Sequence[OfficialRow]) -> dict[int, float]:
    """Likeness of a document row to each official row that it may be."""
    found = {
        row.index: row_likeness(candidate.readings, row)
        for row in rows
        if (row.table_id, row.block) not in candidate.excluded
    }
    return {index: like for index, like in found.items() if like >= MIN_LIKENESS}


def _scores(
    candidate: Candidate,
    likes: dict[int, float],
    rows: Sequence[OfficialRow],
    sections: frozenset[str],
) -> dict[int, float]:
    """The same less what its place and its values say against it."""
    found: dict[int, float] = {}
    for index, like in likes.items():
        row = rows[index]
        cost = 0.0
        if candidate.section != row.section and row.section in sections:
            cost += OTHER_SECTION
        if (row.table_id, row.block) in candidate.misfits:
            cost += ODD_COUNT
        if like - cost >= MIN_LIKENESS:
            found[index] = like - cost - (0.0 if candidate.has_values else ALL_BLANK)
    return found


def assign(
    candidates: Sequence[Candidate], rows: Sequence[OfficialRow], sections: frozenset[str]
) -> list[Match | None]:
    """The best assignment of document rows to official rows, in reading order.

    Viterbi over (document row, last official row): going forward is free but for a small cost per
    row passed over, going back within a block costs NEW_COPY and opens another copy of it.

    Args:
        candidates: document rows in reading order.
        rows: official rows in official order.
        sections: numbers of the sections that the document is known to have.

    Returns:
        One entry per document row, None where no official row is meant.
    """
    likes = [_likes(candidate, rows) for candidate in candidates]
    scores = [
        _scores(candidate, like, rows, sections)
        for candidate, like in zip(candidates, likes, strict=True)
    ]
    # best[last] = (score, chain of (document row, official row)) with `last` the last official row
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {-1: (0.0, ())}
    for i, found in enumerate(scores):
        extended = dict(best)
        for state, like in found.items():
            gain = like - MIN_LIKENESS / 2
            for last, (score, chain) in best.items():
                total = score + gain - _step_cost(rows, last, state)
                if state not in extended or total > extended[state][0]:
                    extended[state] = (total, (*chain, (i, state)))
        best = extended
    chain = max(best.values(), key=lambda entry: entry[0])[1]
    out: list[Match | None] = [None] * len(candidates)
    for copies in _runs(chain, rows).values():
        for number, runs in enumerate(copies, start=1):
            for nth, run in enumerate(runs):
                for i, state in run.items():
                    out[i] = Match(rows[state], likes[i][state], number, is_moved=nth > 0)
    return out


Run = dict[int, int]
"""Document rows in reading order to official rows in official order."""


def _runs(
    chain: Sequence[tuple[int, int]], rows: Sequence[OfficialRow]
) -> dict[tuple[str, str], list[list[Run]]]:
    """The copies of each block, each as its runs in official order.

    A step back begins a run. One that has rows in common with every copy so far is another copy;
    else its rows only stand in another order than the form's.
    """
    runs: dict[tuple[str, str], list[Run]] = {}
    for i, state in chain:
        mine = runs.setdefault((rows[state].table_id, rows[state].block), [{}])
        if mine[-1] and max(mine[-1].values()) >= state:
            mine.append({})
        mine[-1][i] = state
    out: dict[tuple[str, str], list[list[Run]]] = {}
    for block, mine in runs.items():
        copies = out.setdefault(block, [])
        for run in mine:
            fitting = [c for c in copies if not any({*r.values()} & {*run.values()} for r in c)]
            if fitting:
                fitting[-1].append(run)
            else:
                copies.append([run])
    return out


def _step_cost(rows: Sequence[OfficialRow], last: int, state: int) -> float:
    if last < 0:
        return 0.0
    same_table = rows[state].table_id == rows[last].table_id
    if state > last:
        return SKIPPED_ROW * (state - last - 1) if same_table else 0.0
    same_block = same_table and rows[state].block == rows[last].block
    return NEW_COPY if same_block else OTHER_BLOCK


def header_likeness(printed: str, label: str, variants: Sequence[str] = ()) -> float:
    """How like a printed column header is to an official one or a known variant of it."""
    core = label_core(printed)
    return max(likeness(core, label_core(text)) for text in (label, *variants))


def block_columns_match(
    block: Block, headers: Sequence[str], variants: dict[str, list[str]]
) -> float:
    """How well printed column headers fit the columns of a block, 0 to 1, order free."""
    if not headers:
        return 0.0
    unused = list(headers)
    total = 0.0
    for column in block.columns:
        scored = [
            (header_likeness(text, column.label, variants.get(column.label, ())), text)
            for text in unused
        ]
        if scored:
            like, text = max(scored, key=lambda pair: pair[0])
            if like >= MIN_LIKENESS:
                total += like
                unused.remove(text)
    return total / max(len(block.columns), len(headers))
