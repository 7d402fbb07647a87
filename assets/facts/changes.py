"""How many cells of documents that had facts before come out otherwise, for the record of a run."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from assets.common.lake import Lake
from assets.common.parts import Part
from schemas.frames import ReportFacts, empty_frame, polars_schema

CELL = ("report_id", "item_code", "breakdown")
STATE = ("value", "unit", "value_status", "review_status")


def stored_facts(lake: Lake, report_year: int, parts: Sequence[Part] | None) -> pl.DataFrame:
    """ReportFacts rows as they are stored; none where the file is damaged or of an older form.

    Such a file is about to be replaced, and must not stop what replaces it.
    """
    try:
        facts = lake.read("report_facts", report_year, parts)
        return facts.select(list(polars_schema(ReportFacts)))
    except (OSError, pl.exceptions.PolarsError):
        return empty_frame(ReportFacts)


def changed_cells(old: pl.DataFrame, new: pl.DataFrame) -> dict[str, int]:
    """Counts of what differs between two makings of the facts of some reports.

    A cell that only one of them has differs, if its report is in both: reports come and go for
    other reasons than how they are read.

    Args:
        old: ReportFacts rows as they were stored.
        new: ReportFacts rows that take their place.

    Returns:
        `documents_changed` and `cells_changed`, and of the cells `values_changed` (value or unit),
        `statuses_changed` and `reviews_changed`.
    """
    columns = [*CELL, "doc_id", *STATE]
    both = old.select("report_id").unique().join(new.select("report_id").unique(), on="report_id")
    met = (
        old.select(columns)
        .join(new.select(columns), on=CELL, how="full", coalesce=True, suffix="_new")
        .join(both, on="report_id", how="semi")
    )
    differs = {name: pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in STATE}
    changed = met.filter(pl.any_horizontal(differs.values()))
    counts = changed.select(
        documents_changed=pl.coalesce("doc_id", "doc_id_new").n_unique(),
        cells_changed=pl.len(),
        values_changed=(differs["value"] | differs["unit"]).sum(),
        statuses_changed=differs["value_status"].sum(),
        reviews_changed=differs["review_status"].sum(),
    )
    return {name: int(count) for name, count in counts.row(0, named=True).items()}
