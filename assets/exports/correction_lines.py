"""The cells of a report as lines of a file of corrections, for a person to sign."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assets.exports.finding_view import Row, place_text
from assets.exports.messages import Language


def correction_rows(layout: Iterable[Row], items: Iterable[Row], lang: Language) -> list[list[Any]]:
    """The cells of a report as lines of a file of corrections, in printed order.

    Args:
        layout: rows of dim_item, of all formats that occur in `items`.
        items: rows of fct_report_item of the report.
        lang: language of the place.

    Returns:
        rows with the columns of CorrectionLine: what is read as `expected`, what is published as
        `value`, and the place as `evidence`; who, when and why are left for a person.
    """
    order = {(row["item_code"], row["breakdown"]): row["position"] for row in layout}
    found = sorted(items, key=lambda row: order.get((row["item_code"], row["breakdown"]), 0))
    return [
        [
            row["doc_id"],
            row["item_code"],
            row["breakdown"],
            row.get("raw_text") or "",
            row["value_status"] if row["value"] is None else row["value"],
            *("", "", ""),
            place_text(row.get("page"), row.get("locator"), lang),
        ]
        for row in found
    ]
