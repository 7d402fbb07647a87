"""Corrections of the operator: cells that a person read otherwise, applied where all can see it.

A correction is bound to the bytes of the document and to the text that was read in the cell. When
either changes it lapses, and the build says so: what a person said of one reading is not carried
over to another. The text as read stays in raw_text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.agencies.files import Placed, read_lines
from assets.documents.manifest import Note
from assets.facts.confidence import renewed
from assets.layout.normalise import squeeze
from schemas.catalog import Catalog
from schemas.correction_models import CorrectionLine
from schemas.frames import ReportFacts, polars_schema
from schemas.vocabulary import ReviewStatus

FOLDER = "corrections"
SIGNATURE = ("corrected_by", "corrected_on", "reason")
"""What a person adds to a line that `gongkai explain --codes` prints."""
CELL = ("doc_id", "item_code", "breakdown")
BY_PERSON = "person/once/person/close"
"""Evidence of a corrected cell, its sums still to come: who read it, who put it in its column."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections that can be used, one a cell, and notes on the other lines."""

    lines: tuple[Placed[CorrectionLine], ...] = ()
    notes: tuple[Note, ...] = ()


def read_corrections(config: Path) -> Corrections:
    """The corrections of a data folder.

    Args:
        config: its config/; every CSV file in config/corrections/ is read, by name.
    """
    lines: list[Placed[CorrectionLine]] = []
    notes: list[Note] = []
    first: dict[tuple[str, str, str], str] = {}
    for path in sorted((config / FOLDER).glob("*.csv")):
        found = read_lines(path, CorrectionLine, f"config/{FOLDER}/{path.name}", SIGNATURE)
        notes.extend(found.notes)
        for placed in found.lines:
            cell = _cell(placed.line)
            if cell in first:
                said = f"this cell was corrected before ({first[cell]}); line not used"
                notes.append(Note(placed.place, said))
            else:
                first[cell] = placed.place
                lines.append(placed)
    return Corrections(tuple(lines), tuple(notes))


def apply_corrections(
    facts: pl.DataFrame, corrections: Corrections, catalog: Catalog
) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    """The facts with the corrections of their cells, and notes on the corrections that lapsed.

    Args:
        facts: ReportFacts rows of whole reports; those without corrections stay as they are.
        corrections: of any documents; those of others are passed over.
        catalog: formats and rules, for the sums that a corrected cell stands in.

    Returns:
        A corrected cell has correction_id, its new value and state, and the text as read in
        raw_text and runner_up; review_reason says who corrected it, when and why. It is certain,
        and the other cells of its report rest on sums that are worked out with the new value.
    """
    rows, notes = _changes(facts, corrections)
    if not rows:
        return facts, notes
    schema = polars_schema(ReportFacts)
    text = dict.fromkeys((*CELL, "new_status", "new_id", "said"), pl.String)
    changes = pl.DataFrame(rows, schema=text | {"new_value": schema["value"]})
    is_corrected = pl.col("new_id").is_not_null()

    def changed(name: str, to: pl.Expr) -> pl.Expr:
        return pl.when(is_corrected).then(to).otherwise(name).cast(schema[name]).alias(name)

    done = facts.join(changes, on=CELL, how="left", maintain_order="left").with_columns(
        changed("value", pl.col("new_value")),
        changed("value_status", pl.col("new_status")),
        changed("review_status", pl.lit(ReviewStatus.SURE.value)),
        changed("review_reason", pl.col("said")),
        changed("runner_up", pl.coalesce("runner_up", "raw_text")),
        changed("correction_id", pl.col("new_id")),
        changed("evidence", pl.lit(BY_PERSON)),
    )
    touched = done["doc_id"].is_in([row["doc_id"] for row in rows])
    mended = renewed(done.filter(touched), catalog).with_columns(changed("confidence", pl.lit(1.0)))
    # Back into the order of the facts: other documents stay where they were.
    order = pl.concat(
        [done.with_row_index("place").filter(t)["place"] for t in (touched, ~touched)]
    )
    whole = pl.concat([mended, done.filter(~touched)])
    return whole.with_columns(order).sort("place").select(facts.columns), notes


def _changes(
    facts: pl.DataFrame, corrections: Corrections
) -> tuple[list[dict[str, Any]], tuple[Note, ...]]:
    """The new state of each cell that a correction holds for, and notes on those that lapsed."""
    held = {line.line.document for line in corrections.lines}
    read = {
        (doc_id, item_code, breakdown): raw_text
        for doc_id, item_code, breakdown, raw_text in facts.filter(
            pl.col("doc_id").is_in(list(held))
        )
        .select(*CELL, "raw_text")
        .iter_rows()
    }
    documents = {doc_id for doc_id, _, _ in read}
    rows: list[dict[str, Any]] = []
    notes: list[Note] = []
    for placed in corrections.lines:
        line, cell = placed.line, _cell(placed.line)
        if line.document not in documents:
            continue
        if cell not in read:
            said = f"the form of this document has no cell {line.item_code} {line.breakdown}"
            notes.append(Note(placed.place, f"{said.strip()}; line not used"))
            continue
        raw = read[cell] or ""
        if not _is_expected(raw, line.expected):
            said = (
                f"has lapsed: the cell is now read as {raw.strip()!r}, not {line.expected!r}; "
                "look at the document again and write the line anew, or delete it"
            )
            notes.append(Note(placed.place, said))
            continue
        rows.append(
            dict(zip(CELL, cell, strict=True))
            | {
                "new_value": line.number,
                "new_status": line.status.value,
                "new_id": correction_id(line),
                "said": f"corrected by {line.corrected_by} on {line.corrected_on}: {line.reason} "
                f"({line.evidence}); read as {raw.strip()!r}",
            }
        )
    return rows, tuple(notes)


def _is_expected(raw: str, expected: str) -> bool:
    """Whether a cell is still read as it was; `'` before a text keeps spreadsheets from it."""
    return squeeze(raw) in (squeeze(expected), squeeze(expected.removeprefix("'")))


def correction_notes(config: Path, facts: pl.DataFrame, known: frozenset[str]) -> tuple[Note, ...]:
    """What the operator should hear about corrections: bad lines, and those that lapsed.

    Args:
        config: the data folder's config/.
        facts: ReportFacts rows of all documents that corrections name.
        known: doc_ids of all documents taken in.
    """
    found = read_corrections(config)
    with_facts = frozenset(facts["doc_id"].unique())
    notes = list(found.notes)
    for placed in found.lines:
        short = f"{placed.line.document[:12]}…"
        if placed.line.document not in known:
            said = f"has lapsed: no document has the bytes {short}; its file was replaced"
            notes.append(Note(placed.place, f"{said} or never taken in"))
        elif placed.line.document not in with_facts:
            said = f"document {short} has no facts: no report with a year was found in it"
            notes.append(Note(placed.place, f"{said}; line not used"))
    _, lapsed = _changes(facts, found)
    return (*notes, *lapsed)


def correction_id(line: CorrectionLine) -> str:
    """A name of a correction that stays when lines around it come and go."""
    said = [line.document, line.item_code, line.breakdown, line.expected, line.value]
    return f"correction-{hashlib.sha256(chr(10).join(said).encode()).hexdigest()[:12]}"


def _cell(line: CorrectionLine) -> tuple[str, str, str]:
    return (line.document, line.item_code, line.breakdown)
