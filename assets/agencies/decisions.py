"""Decisions of the operator: whose the reports of a name or document are, by whom and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from assets.agencies.files import read_lines
from assets.documents.manifest import Note
from assets.layout.normalise import squeeze
from schemas.register_models import DecisionLine

SHOWN = "config/decisions/agency_matches.csv"
SCHEMA = pl.Schema(
    dict.fromkeys(
        ("agency_code", "doc_id", "name_key", "site_host", "division_code", "place"), pl.String
    )
)
"""`name_key` is the name without spaces and widths; `place` is file, line, who and why."""


def decision_frame(config: Path, agencies: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """The decisions that can be used, and notes on the others.

    Args:
        config: the data folder's config/.
        agencies: RefAgency rows.
    """
    found = read_lines(config / "decisions" / "agency_matches.csv", DecisionLine, SHOWN)
    notes = list(found.notes)
    known = set(agencies["agency_code"])
    rows: list[dict[str, Any]] = []
    first: dict[tuple[str | None, ...], str] = {}
    for placed in found.lines:
        line = placed.line
        host = (line.site_host or "").lower().removeprefix("www.") or None
        name = squeeze(line.agency_name) if line.agency_name else None
        key = (line.document, name, host, line.division_code)
        if (name is None) == (line.document is None):
            fault = "give either document or agency_name"
        elif line.agency_code not in known:
            fault = f"agency {line.agency_code} is in no agencies.csv; add it there"
        elif key in first:
            fault = f"this was decided before ({first[key]})"
        else:
            first[key] = placed.place
            rows.append(
                {
                    "agency_code": line.agency_code,
                    "doc_id": line.document,
                    "name_key": name,
                    "site_host": host,
                    "division_code": line.division_code,
                    "place": f"{placed.place}: {line.decided_by}, {line.reason}",
                }
            )
            continue
        notes.append(Note(placed.place, f"{fault}; line not used"))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row"), notes
