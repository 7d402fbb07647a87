"""Bytes to facts and findings through the real stages, without storage between them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from assets.cells.recognise import Recognition, recognise
from assets.common.limits import Limits
from assets.facts.assemble import assemble
from assets.layout.identify import Identity, identify, identities_frame
from assets.layout.model import ParsedDocument
from assets.layout.parsers import choose_parser
from assets.layout.parsers.base import Source
from assets.layout.resolve import resolve
from assets.layout.sections import Sections, sections_frame, split_sections
from assets.synthetic.model import Key, SyntheticReport
from assets.synthetic.rendering import Rendered
from assets.validation.validate import Validation, validate
from schemas.catalog import Catalog, load_catalog
from schemas.frames import (
    LakeFrame,
    ManifestClaims,
    ParseLog,
    ReportCells,
    SourceDocuments,
    UnmappedCells,
    empty_frame,
    to_frame,
)

CATALOG = load_catalog()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read from one rendering."""

    doc_id: str
    document: ParsedDocument
    sections: Sections
    identity: Identity
    recognition: Recognition

    def cells(self) -> dict[Key, dict[str, Any]]:
        """The cells of the first copy of every table."""
        return {
            (cell["item_code"], cell["breakdown"]): cell
            for cell in self.recognition.cells
            if cell["copy_no"] == 1
        }

    def facts(self) -> dict[Key, tuple[Decimal | None, str, str | None]]:
        """Value, status and unit of every cell."""
        return {
            key: (cell["value"], cell["value_status"], cell["unit"])
            for key, cell in self.cells().items()
        }


def read(rendered: Rendered, catalog: Catalog = CATALOG) -> Reading:
    """One rendering through parser, sections, identity and recognition.

    The file name says nothing, so that all evidence is that of the document itself.
    """
    parser = choose_parser(rendered.media_type)
    assert parser is not None, rendered.media_type
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"document.{rendered.extension}"
        path.write_bytes(rendered.data)
        document = parser.parse(Source(path, path.name, rendered.media_type, Limits()))
    sections = split_sections(document, catalog)
    identity = identify(document, "document", catalog, sections)
    recognition = recognise(
        document.blocks, document.grids, sections.at, catalog, identity.report_year
    )
    doc_id = hashlib.sha256(rendered.data).hexdigest()
    return Reading(doc_id, document, sections, identity, recognition)


def expected_facts(report: SyntheticReport) -> dict[Key, tuple[Decimal | None, str, str | None]]:
    """What a careful reader finds: value, status and unit of every printed cell."""
    return {
        (cell.item_code, cell.breakdown): (
            content.value,
            content.status.value,
            content.unit or cell.unit or None,
        )
        for cell, content in report.printed_cells()
    }


def _frame(model: type[LakeFrame], rows: list[dict[str, Any]]) -> pl.DataFrame:
    return to_frame(model, rows)


def judge(readings: Sequence[Reading], catalog: Catalog = CATALOG) -> Validation:
    """Findings and outcomes of some documents, all judged together."""
    documents = [
        {
            "doc_id": reading.doc_id,
            "file_name": "document",
            "media_type": "text/plain",
            "extension": "txt",
            "bytes": 1,
            "is_synthetic": True,
        }
        for reading in readings
    ]
    identities = pl.concat([identities_frame(r.doc_id, r.identity) for r in readings])
    reports = resolve(
        identities,
        empty_frame(ManifestClaims),
        _frame(SourceDocuments, documents),
        catalog,
    )
    cells = _frame(
        ReportCells,
        [{"doc_id": r.doc_id, **cell} for r in readings for cell in r.recognition.cells],
    )
    log = _frame(
        ParseLog,
        [{"doc_id": r.doc_id, "parser": r.document.parser, "status": "read"} for r in readings],
    )
    unmapped = _frame(
        UnmappedCells,
        [{"doc_id": r.doc_id, **cell} for r in readings for cell in r.recognition.unmapped],
    )
    facts = assemble(reports, cells, unmapped, log, catalog)
    sections = pl.concat([sections_frame(r.doc_id, r.sections) for r in readings])
    return validate(facts, cells, reports, sections, catalog)
