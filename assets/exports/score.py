"""Measures a reading against truth that people read by eye. Pure: mappings in, counts out.

A truth file is JSON: `file`, `agency_name` as printed, `report_year`, `identity` (other header
fields, null where the document has none), `cells` (short key of the catalog to a number, or null
where none is printed), `status` (why a cell is null, blank unless said), `printed` (raw text where
it is more than the number) and `doubtful` (cells that no careful reader would assert).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from assets.layout.normalise import squeeze
from schemas.vocabulary import ReviewStatus, ValueStatus

Row = Mapping[str, Any]
# A number and then nothing but a short word: that word is the unit the cell prints. A note mark
# is none.
NUMBER_WITH_UNIT = re.compile(r"[\d.,]+\s*([^\W\d_①-⑳]{1,4}|%)")
URL_START = re.compile(r"^[a-z]+://")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell or identity field that is not as it should be; `unsure` cells do not assert it."""

    key: str
    expected: str
    actual: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """How one document was read.

    Attributes:
        cells: cells in the truth.
        exact: value, value_status, raw text and unit all right.
        unsure: of the exact ones, those marked needs_review though nothing makes them doubtful.
        wrong: cells that differ, missing ones included.
        doubtful_asserted: keys that no careful reader would assert and this one did.
        identity: identity fields compared.
        identity_wrong: those that differ.
    """

    file: str
    cells: int
    exact: int
    unsure: int
    wrong: tuple[Difference, ...]
    missing: int
    doubtful_asserted: tuple[str, ...]
    identity: int
    identity_wrong: tuple[Difference, ...]

    @property
    def abstained(self) -> int:
        """Cells that differ and say so."""
        return sum(difference.unsure for difference in self.wrong)

    @property
    def silently_wrong(self) -> int:
        """Cells that differ and nobody can see it."""
        return len(self.wrong) - self.abstained

    @property
    def is_perfect(self) -> bool:
        """Nothing differs and nothing doubtful is asserted."""
        return not (self.wrong or self.doubtful_asserted or self.identity_wrong)


def _is_number(text: str | None, value: Decimal) -> bool:
    try:
        return Decimal(squeeze(text or "").replace(",", "")) == value
    except InvalidOperation:
        return False


def _expectation(truth: Row, key: str) -> tuple[Decimal | None, str, str | None]:
    number = truth["cells"][key]
    printed = truth.get("printed", {}).get(key)
    if number is None:
        return None, truth.get("status", {}).get(key, ValueStatus.BLANK.value), printed
    return Decimal(str(number)), ValueStatus.REPORTED.value, printed


def cell_difference(truth: Row, key: str, cell: Row | None) -> Difference | None:
    """What is wrong with one cell; None when value, status, raw text and unit are right.

    Args:
        truth: a truth file.
        key: short key of the cell.
        cell: row of report_facts, or None where the reading has none.
    """
    value, status, printed = _expectation(truth, key)
    wanted = f"{status} {'' if value is None else value} {printed or ''}".strip()
    if cell is None:
        return Difference(key, wanted, "-", unsure=False)
    right = cell["value_status"] == status and cell["value"] == value
    raw = cell["raw_text"]
    if printed is not None:
        right &= squeeze(raw or "") == squeeze(printed)
        unit = NUMBER_WITH_UNIT.fullmatch(printed)
        right &= unit is None or cell["unit"] == unit.group(1)
    elif value is not None:
        right &= _is_number(raw, value)
    if right:
        return None
    number = "" if cell["value"] is None else f"{cell['value'].normalize():f}"
    parts = (cell["value_status"], number, repr(raw), cell["unit"] or "")
    unsure = cell["review_status"] == ReviewStatus.NEEDS_REVIEW
    return Difference(key, wanted, " ".join(part for part in parts if part), unsure)


def _same(field: str, expected: object, actual: object) -> bool:
    if expected in (None, "", []) or actual in (None, "", []):
        return expected in (None, "", []) and actual in (None, "", [])
    if field == "url":
        return _address(str(expected)) == _address(str(actual))
    return squeeze(str(expected)) == squeeze(str(actual))


def _address(url: str) -> str:
    return URL_START.sub("", squeeze(url).lower()).rstrip("/")


def identity_of(report: Row | None, contact: Row | None, sections: Iterable[Row]) -> dict[str, Any]:
    """The identity fields of a reading, under the names of the truth files.

    Args:
        report: row of reports; None where no report was found.
        contact: row of report_contacts, or None.
        sections: rows of report_sections, in reading order.
    """
    report, contact = report or {}, contact or {}
    names = ("title", "period_start", "period_end", "published_on", "signed_on", "index_no")
    return {
        "agency_name": report.get("agency_name_printed"),
        "report_year": report.get("report_year"),
        **{name: report.get(name) for name in (*names, "cited_notice")},
        **{name: contact.get(name) for name in ("address", "postcode", "telephone", "email")},
        "url": contact.get("website"),
        "sections": [row["section_no"] for row in sections],
    }


def identity_differences(truth: Row, found: Row) -> tuple[int, tuple[Difference, ...]]:
    """How many identity fields the truth states, and which of them the reading has wrong."""
    expected = {
        "agency_name": truth["agency_name"],
        "report_year": truth["report_year"],
        **truth.get("identity", {}),
    }
    wrong = tuple(
        Difference(field, str(value), str(found.get(field)), unsure=False)
        for field, value in expected.items()
        if not _same(field, value, found.get(field))
    )
    return len(expected), wrong


def score_document(truth: Row, cells: Mapping[str, Row], found: Row) -> DocumentScore:
    """Compare one document with its truth.

    Args:
        truth: a truth file.
        cells: short key to row of report_facts.
        found: identity fields, see identity_of.
    """
    differences = {key: cell_difference(truth, key, cells.get(key)) for key in truth["cells"]}
    wrong = tuple(difference for difference in differences.values() if difference)
    doubtful = truth.get("doubtful", [])
    marked = {
        key for key, cell in cells.items() if cell["review_status"] == ReviewStatus.NEEDS_REVIEW
    }
    fields, identity_wrong = identity_differences(truth, found)
    return DocumentScore(
        file=truth["file"],
        cells=len(truth["cells"]),
        exact=len(truth["cells"]) - len(wrong),
        unsure=sum(
            key in marked and key not in doubtful
            for key, difference in differences.items()
            if difference is None
        ),
        wrong=wrong,
        missing=sum(key not in cells for key in truth["cells"]),
        doubtful_asserted=tuple(key for key in doubtful if key not in marked),
        identity=fields,
        identity_wrong=identity_wrong,
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all documents of a measurement."""

    cells: int
    exact: int
    silently_wrong: int
    doubtful_asserted: int
    identities: int
    documents: int


def totals_of(scores: Iterable[DocumentScore]) -> Totals:
    """The totals line of a measurement."""
    all_scores = list(scores)
    return Totals(
        cells=sum(score.cells for score in all_scores),
        exact=sum(score.exact for score in all_scores),
        silently_wrong=sum(score.silently_wrong for score in all_scores),
        doubtful_asserted=sum(len(score.doubtful_asserted) for score in all_scores),
        identities=sum(not score.identity_wrong for score in all_scores),
        documents=len(all_scores),
    )


class CellOutcome(StrEnum):
    """How a cell was read.

    exact: right, and sure. marked: right, and needlessly marked. accepted: right, marked, and
    rightly so. asserted: right, but no careful reader would assert it. abstained: differs and
    says so. unread: of a document that says that it was not read. silent: differs, and nobody
    can see it.
    """

    EXACT = "exact"
    MARKED = "marked"
    ACCEPTED = "accepted"
    ABSTAINED = "abstained"
    UNREAD = "unread"
    ASSERTED = "asserted"
    SILENT = "silent"


def cell_outcomes(
    truth: Row, cells: Mapping[str, Row], is_read: bool
) -> Iterator[tuple[str, CellOutcome, Row | None]]:
    """How each cell of a document was read: short key, outcome, row of report_facts.

    Args:
        truth: a truth file.
        cells: short key to row of report_facts.
        is_read: whether the document claims to be read, at least in part.

    Yields:
        a row per cell of the truth, and one per number that is asserted where the truth has no
        cell. The last is None where there is no cell.
    """
    doubtful = set(truth.get("doubtful", []))
    for key in truth["cells"]:
        cell = cells.get(key)
        difference = cell_difference(truth, key, cell)
        is_marked = cell is not None and cell["review_status"] == ReviewStatus.NEEDS_REVIEW
        if difference is None:
            sure = CellOutcome.ASSERTED if key in doubtful else CellOutcome.EXACT
            unsure = CellOutcome.ACCEPTED if key in doubtful else CellOutcome.MARKED
            yield key, unsure if is_marked else sure, cell
        elif not is_read:
            yield key, CellOutcome.UNREAD, cell
        else:
            outcome = CellOutcome.ABSTAINED if difference.unsure else CellOutcome.SILENT
            yield key, outcome, cell
    for key, cell in cells.items():
        is_sure = cell["review_status"] != ReviewStatus.NEEDS_REVIEW
        if key not in truth["cells"] and cell["value"] is not None and is_sure:
            yield key, CellOutcome.SILENT, cell
