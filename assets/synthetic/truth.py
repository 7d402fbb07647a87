"""What a careful reader finds in a made-up report, in the form that `gongkai score` compares.

A truth file is JSON: file, agency_name, report_year, identity (title, dates, notice, contact,
sections), cells by short key, status of cells without number, and the raw text of cells that
print more than their number.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.synthetic.model import SyntheticReport, number_text
from schemas.vocabulary import ValueStatus


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _json_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def truth(report: SyntheticReport, file_name: str) -> dict[str, Any]:
    """The truth of one rendering as a mapping ready for JSON.

    Args:
        report: the report as printed, faults included.
        file_name: name of the file that it is printed in.
    """
    contact = report.contact
    cells: dict[str, int | float | None] = {}
    status: dict[str, str] = {}
    texts: dict[str, str] = {}
    doubtful: list[str] = []
    for cell, content in report.printed_cells():
        cells[cell.short_key] = _json_number(content.value)
        if content.status is not ValueStatus.REPORTED:
            status[cell.short_key] = content.status.value
        if content.value is not None and content.text != number_text(content.value):
            texts[cell.short_key] = content.text
        if (cell.item_code, cell.breakdown) in report.doubtful:
            doubtful.append(cell.short_key)
    return {
        "file": file_name,
        "agency_name": report.agency_name,
        "report_year": report.report_year,
        "notes": "、".join(report.faults),
        "identity": {
            "title": report.title,
            "period_start": _iso(report.period_start),
            "period_end": _iso(report.period_end),
            "published_on": _iso(report.published_on),
            "signed_on": _iso(report.signed_on),
            "index_no": report.index_no,
            "cited_notice": report.cited_notice,
            "address": contact.address,
            "postcode": contact.postcode,
            "telephone": contact.telephone,
            "email": contact.email,
            "url": contact.website,
            "sections": [section.section_no for section in report.sections],
        },
        "cells": cells,
        "status": status,
        "printed": texts,
        "doubtful": doubtful,
    }


def write_truth(folder: Path, named: list[tuple[str, SyntheticReport]]) -> list[Path]:
    """One truth file per report under folder/truth, named like the document without extension.

    Args:
        folder: where the documents are.
        named: file name and report, for each document.

    Returns:
        The files written, in the same order.
    """
    target = folder / "truth"
    target.mkdir(parents=True, exist_ok=True)
    out: list[Path] = []
    for file_name, report in named:
        path = target / f"{Path(file_name).stem}.json"
        text = json.dumps(truth(report, file_name), ensure_ascii=False, indent=0)
        path.write_text(text + "\n", encoding="utf-8")
        out.append(path)
    return out
