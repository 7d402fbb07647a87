"""Query results as CSV or JSON text for other programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from assets.exports.finding_view import plain_number

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def shown(value: object) -> str:
    """A value as a person reads it; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal | float):
        return plain_number(value)
    return str(value)


def _safe(value: object) -> str:
    text = shown(value)
    # Spreadsheets run text that starts like a formula; numbers keep their sign.
    if isinstance(value, str) and text.startswith(FORMULA_STARTS):
        return "'" + text
    return text


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV with a header; text that a spreadsheet would run as a formula gets a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_safe(column) for column in columns])
    writer.writerows([_safe(value) for value in row] for row in rows)
    return out.getvalue()


def plain(value: object) -> object:
    """A value as JSON knows it: exact whole numbers, ISO dates, text for the rest."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def to_json(value: object) -> str:
    """Any result as indented JSON, Chinese kept readable."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)
