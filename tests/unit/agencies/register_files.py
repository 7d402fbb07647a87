"""A data folder's config/ written from text, and reports as matching takes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl

from assets.agencies.matching import match_agencies, named_reports
from assets.agencies.register import Register, load
from assets.common.paths import DataFolder
from assets.layout.resolve import resolve
from schemas.catalog import load_catalog
from schemas.frames import (
    Identities,
    ManifestClaims,
    ReportContacts,
    SourceDocuments,
    empty_frame,
    to_frame,
)


def register_of(folder: Path, **files: str) -> Register:
    """The register with config files; names are paths with __ for / and no ending."""
    for name, text in files.items():
        path = folder / "config" / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(DataFolder(folder))


def notes_of(register: Register) -> list[str]:
    return [str(note) for note in register.notes]


def doc_id_of(name: str, year: int, host: str | None) -> str:
    return hashlib.sha256(f"{name}{year}{host}".encode()).hexdigest()


def matched(
    register: Register,
    *reports: dict[str, Any],
) -> pl.DataFrame:
    """Matches of reports: name, and where given year, url, index_no, title, address, synthetic."""
    identities: list[dict[str, Any]] = []
    documents: list[dict[str, Any]] = []
    contacts: list[dict[str, Any]] = []
    for report in reports:
        name, year = report["name"], report.get("year", 2023)
        doc = doc_id_of(name, year, report.get("url"))
        said = [{"source": "title", "value": name, "text": name, "locator": "L1"}]
        identities.append(
            {
                "doc_id": doc,
                "agency_name_printed": name,
                "report_year": year,
                "title": report.get("title", f"{name}{year}年政府信息公开工作年度报告"),
                "index_no": report.get("index_no"),
                "year_evidence": "[]",
                "agency_evidence": json.dumps(said, ensure_ascii=False),
            }
        )
        documents.append(
            {
                "doc_id": doc,
                "file_name": "a",
                "media_type": "text/plain",
                "extension": "txt",
                "bytes": 1,
                "source_url": report.get("url"),
                "is_synthetic": report.get("synthetic", False),
            }
        )
        contacts.append({"doc_id": doc, "address": report.get("address")})
    sources = to_frame(SourceDocuments, documents)
    found = resolve(
        to_frame(Identities, identities), empty_frame(ManifestClaims), sources, load_catalog()
    )
    named = named_reports(found, sources, register)
    rows = match_agencies(named, to_frame(ReportContacts, contacts), register)
    order = [f"{row['doc_id']}-1" for row in identities]
    return pl.DataFrame({"report_id": order}).join(
        rows, on="report_id", how="left", maintain_order="left"
    )
