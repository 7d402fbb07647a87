"""How exactly a test bed is read: its cells counted by kind, table, format and quirk.

Reads in batches and keeps the counts of each, so that a run that was stopped goes on where it was
as long as neither the code nor the documents changed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from assets.common.intervals import wilson
from assets.common.limits import Limits
from assets.common.staleness import code_hash
from assets.exports.drafts import Draft, read_drafts, truth_inputs
from assets.exports.score import CellOutcome, cell_outcomes, score_document
from assets.facts.confidence import fit, looked_up
from schemas.catalog import Catalog, load_catalog
from schemas.vocabulary import READ_STATUSES

BATCH = 60
RESULTS = "results"
EXACT = (CellOutcome.EXACT, CellOutcome.MARKED, CellOutcome.ACCEPTED, CellOutcome.ASSERTED)
IS_RIGHT = pl.col("outcome").is_in([outcome.value for outcome in EXACT])
SCHEMA = {
    "file": pl.String,
    "kind": pl.String,
    "format": pl.String,
    "look": pl.String,
    "quirk": pl.String,
    "clear": pl.Boolean,
    "table": pl.String,
    "outcome": pl.String,
    "evidence": pl.String,
    "review_status": pl.String,
    "cells": pl.Int64,
    "keys": pl.String,
}
CERTAINTY = ("evidence", "review_status")
"""Columns of report_facts by which cells are counted apart."""
PLAIN = "plain"


def measure(
    folder: Path,
    truth_files: Sequence[Path],
    *,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    keep: bool = True,
) -> pl.DataFrame:
    """Read the documents of a folder and count their cells by outcome.

    Args:
        folder: the documents; truth files name them.
        truth_files: truth files to measure by.
        limits: what one document may cost.
        on_progress: called with documents measured and documents in all.
        keep: keep the counts of each batch under folder/results, and use those that are there.

    Returns:
        one row per document, table, outcome and evidence: see SCHEMA, and the confidence of the
        cells. `keys` names the cells of outcomes other than exact.
    """
    catalog = load_catalog()
    code = code_hash("layout", "cells", "facts", "validation", "documents") + catalog.reading_hash
    frames: list[pl.DataFrame] = []
    done = 0
    for at in range(0, len(truth_files), BATCH):
        batch = truth_files[at : at + BATCH]
        texts = [path.read_text(encoding="utf-8") for path in batch]
        name = hashlib.sha256("\n".join([code, *texts]).encode()).hexdigest()[:24]
        kept = folder / RESULTS / f"{name}.parquet"
        if keep and kept.exists():
            frame = pl.read_parquet(kept)
        else:
            frame = _measured(folder, [json.loads(text) for text in texts], catalog, limits)
            if keep:
                kept.parent.mkdir(exist_ok=True)
                frame.write_parquet(kept)
        frames.append(frame)
        done += len(batch)
        if on_progress:
            on_progress(done, len(truth_files))
    # Looked up here: a table counted anew changes no reading.
    return looked_up(pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA))


def _measured(
    folder: Path, truths: list[dict[str, Any]], catalog: Catalog, limits: Limits | None
) -> pl.DataFrame:
    drafts = read_drafts(
        [folder / truth["file"] for truth in truths], limits=limits, catalog=catalog
    )
    rows = [
        row
        for truth, draft in zip(truths, drafts, strict=True)
        for row in _document_rows(truth, draft, catalog)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _document_rows(
    truth: dict[str, Any], draft: Draft, catalog: Catalog
) -> Iterable[dict[str, Any]]:
    cells, found = truth_inputs(draft, catalog)
    tables = {
        cell.short_key: cell.table_id for form in catalog.formats.values() for cell in form.cells
    }
    is_read = draft.status in READ_STATUSES
    counts: Counter[tuple[str, CellOutcome, tuple[Any, ...]]] = Counter()
    keys: dict[tuple[str, CellOutcome, tuple[Any, ...]], list[str]] = {}
    for key, outcome, cell in cell_outcomes(truth, cells, is_read):
        group = (tables[key], outcome, tuple((cell or {}).get(name) for name in CERTAINTY))
        counts[group] += 1
        keys.setdefault(group, []).append(key)
    quirks = truth.get("quirks", [])
    shared = {
        "file": truth["file"],
        "kind": truth.get("kind", Path(truth["file"]).suffix.lstrip(".")),
        "format": truth.get("format", ""),
        "look": truth.get("look", ""),
        "quirk": "+".join(quirks) or PLAIN,
        "clear": truth.get("clear", False),
    }
    for group, count in counts.items():
        table, outcome, certainty = group
        plain = outcome is CellOutcome.EXACT
        yield shared | {
            "table": table,
            "outcome": outcome.value,
            **dict(zip(CERTAINTY, certainty, strict=True)),
            "cells": count,
            "keys": "" if plain else " ".join(keys[group]),
        }
    wrong = score_document(truth, cells, found).identity_wrong
    if wrong:
        # Of the report itself and not of a cell: counted apart, never among the cells.
        yield shared | {
            "table": "identity",
            "outcome": "identity",
            "cells": 0,
            "keys": " ".join(difference.key for difference in wrong),
        }


def summary(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Counts and the Wilson interval of the exact share by some columns.

    Args:
        rows: what measure() gives.
        by: columns to group by; `quirk` counts a document with two quirks under each.

    Returns:
        the columns of `by`, documents, cells, exact, marked, asserted, abstained, unread, silent,
        and the share of exact cells with its interval: share, low, high.
    """
    cells = rows.filter(pl.col("cells") > 0)
    if "quirk" in by:
        cells = cells.with_columns(pl.col("quirk").str.split("+")).explode("quirk")

    def count(*outcomes: CellOutcome) -> pl.Expr:
        return pl.col("cells").filter(pl.col("outcome").is_in([o.value for o in outcomes])).sum()

    sums = [
        pl.col("file").n_unique().alias("documents"),
        pl.col("cells").sum(),
        count(*EXACT).alias("exact"),
        *(
            count(outcome).alias(outcome.value)
            for outcome in CellOutcome
            if outcome not in {CellOutcome.EXACT, CellOutcome.ACCEPTED}
        ),
    ]
    out = cells.group_by(by, maintain_order=True).agg(sums) if by else cells.select(sums)
    intervals = [wilson(e, c) for e, c in out.select("exact", "cells").iter_rows()]
    return out.with_columns(
        (pl.col("exact") / pl.col("cells")).alias("share"),
        pl.Series("low", [low for low, _ in intervals], dtype=pl.Float64),
        pl.Series("high", [high for _, high in intervals], dtype=pl.Float64),
    )


def failures(rows: pl.DataFrame) -> pl.DataFrame:
    """What must not be: silent cells anywhere, and cells of clear documents that are not exact.

    Returns:
        file, kind, quirk, table, outcome, cells, keys; the silent ones first.
    """
    exact = [outcome.value for outcome in (CellOutcome.EXACT, CellOutcome.MARKED)]
    silent = pl.col("outcome") == CellOutcome.SILENT.value
    short = pl.col("clear") & ~pl.col("outcome").is_in(exact) & (pl.col("cells") > 0)
    return (
        rows.filter(silent | short)
        .sort(silent, descending=True, maintain_order=True)
        .select("file", "kind", "quirk", "table", "outcome", "cells", "keys")
    )


def calibration(rows: pl.DataFrame, bands: Sequence[float]) -> pl.DataFrame:
    """How many cells of each band of confidence were right.

    Args:
        rows: what measure() gives.
        bands: lower ends, ascending; each reaches to the next, the last to 1.

    Returns:
        from, to, cells, right and the mean confidence of each band that has cells.
    """
    known = rows.filter(pl.col("confidence").is_not_null() & (pl.col("cells") > 0))
    weight = pl.col("confidence") * pl.col("cells")
    of_band = pl.sum_horizontal(pl.col("confidence") >= low for low in bands) - 1
    ends = pl.DataFrame({"from": bands, "to": [*bands[1:], 1.0]}).with_row_index("band")
    counts = known.group_by(of_band.cast(pl.UInt32).alias("band")).agg(
        pl.col("cells").sum(),
        pl.col("cells").filter(IS_RIGHT).sum().alias("right"),
        (weight.sum() / pl.col("cells").sum()).alias("confidence"),
    )
    return ends.join(counts, on="band").drop("band").sort("from")


def fitted(rows: pl.DataFrame) -> pl.DataFrame:
    """The table of assets/facts/confidence.csv from a measurement.

    Args:
        rows: what measure() gives.
    """
    counts = (
        rows.filter(pl.col("evidence").is_not_null() & (pl.col("cells") > 0))
        .group_by("evidence", "review_status")
        .agg(pl.col("cells").sum(), pl.col("cells").filter(IS_RIGHT).sum().alias("right"))
    )
    return fit(counts)
