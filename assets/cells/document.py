"""Recognition of one stored document in a worker, memoised beside its reading."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl

from assets.cells.recognise import VERSION, recognise
from assets.layout.memo import MEMO_FILES
from assets.layout.model import ParsedDocument, blocks_from, grids_from
from assets.layout.sections import split_sections
from assets.layout.several import first_report
from schemas.catalog import load_catalog
from schemas.frames import ReportCells, UnmappedCells, typed_frame
from schemas.vocabulary import ReviewStatus

CELLS_FILE = "cells.parquet"
UNMAPPED_FILE = "unmapped.parquet"
NOTE_FILE = "cells.json"
DATES = "dates"
DATED = frozenset({"published", "signed", "url"})
"""Sources that are one: a report that comes out late has all of them late."""
MIN_SOURCES = 2


def cells_stamp(layout_stamp: str, catalog_hash: str, report_year: int | None) -> str:
    """What the cells of a document were made from; a memo with another stamp is made anew.

    Args:
        layout_stamp: says which reading the blocks and grids come from.
        catalog_hash: of the formats and labels.
        report_year: the prior for the format.
    """
    parts = (VERSION, layout_stamp, catalog_hash, str(report_year))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def recognise_document(task: dict[str, Any]) -> dict[str, Any]:
    """Recognise one document and write its cells beside its reading.

    Args:
        task: doc_id, folder (of the memoised reading, with blocks.parquet and grids.parquet),
            catalog_root, report_year (or None), stamp (see cells_stamp).

    Returns:
        doc_id with the numbers of cells and of unmapped cells.
    """
    folder = Path(task["folder"])
    catalog = load_catalog(Path(task["catalog_root"]))
    blocks = blocks_from(pl.read_parquet(folder / "blocks.parquet", glob=False))
    grids = grids_from(pl.read_parquet(folder / "grids.parquet", glob=False))
    document, _ = first_report(ParsedDocument("", "", blocks, grids), catalog)
    sections = split_sections(document, catalog)
    found = recognise(document.blocks, document.grids, sections.at, catalog, task["report_year"])
    doc_id = task["doc_id"]
    rows = _doubted(found.cells, _year_doubt(folder, task["report_year"]))
    cells = typed_frame(ReportCells, [{"doc_id": doc_id} | row for row in rows])
    unmapped = typed_frame(UnmappedCells, [{"doc_id": doc_id} | row for row in found.unmapped])
    for name, frame in ((CELLS_FILE, cells), (UNMAPPED_FILE, unmapped)):
        temporary = folder / f".{name}.tmp"
        frame.write_parquet(temporary, compression="zstd")
        temporary.replace(folder / name)
    # Last, so that a killed worker leaves a memo that is not taken for a good one.
    note = {"stamp": task["stamp"], "tables": sorted(set(cells["table_id"]))}
    (folder / NOTE_FILE).write_text(json.dumps(note), encoding="utf-8")
    return {"doc_id": doc_id, "cells": cells.height, "unmapped": unmapped.height}


def _year_doubt(folder: Path, report_year: int | None) -> str | None:
    """Why no number may be of the year in use: most of the document is of another one.

    A single source may be a slip of the publisher, which a rule of validation names.
    """
    path = folder / MEMO_FILES["identities"]
    if report_year is None or not path.exists():
        return None
    evidence = pl.read_parquet(path, glob=False)["year_evidence"].item(0)
    said: dict[int, set[str]] = {}
    for item in json.loads(evidence):
        source = item["source"]
        said.setdefault(int(item["value"]), set()).add(DATES if source in DATED else source)
    own = said.pop(report_year, set())
    year, sources = max(said.items(), key=lambda pair: len(pair[1]), default=(0, set()))
    if len(sources) < MIN_SOURCES or len(own) >= MIN_SOURCES:
        return None
    named = ", ".join(sorted(sources))
    return f"it is taken for the report of {report_year}, but is of {year} by its {named}"


def _doubted(cells: list[dict[str, Any]], doubt: str | None) -> list[dict[str, Any]]:
    """The cells, those that were sure left for review where there is a doubt."""
    if doubt is None:
        return cells
    marked = {"review_status": ReviewStatus.NEEDS_REVIEW.value, "review_reason": doubt}
    return [cell if cell["review_reason"] else cell | marked for cell in cells]


def read_note(folder: Path) -> dict[str, Any]:
    """Stamp and tables found of the memoised cells in a folder; empty where there are none."""
    try:
        return json.loads((folder / NOTE_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
