"""How sure each cell is: what it rests on, and how often such cells were right when it was counted.

A cell rests on how it was read (rules of a table, tabs, the order of lines, a picture), whether
a second reading gave the same, what put it into its column, how like the official one its row's
label is, and whether the printed sums that it stands in hold. `confidence.csv` says for each such
combination how many cells of a test bed with known truth were right; the confidence is the lower
end of the 95 % Wilson interval of that share. `python -m orchestration.accuracy --fit` counts anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from assets.common.intervals import wilson
from schemas.catalog import Catalog
from schemas.equations import equations

TABLE = Path(__file__).with_name("confidence.csv")
PARTS = ("reading", "second_reading", "placed_by", "label", "sums")
"""Parts of the column `evidence`, in its order, separated by `/`."""
LEVELS: tuple[tuple[str, ...], ...] = (
    (*PARTS, "review_status"),
    ("reading", "second_reading", "sums", "review_status"),
    ("reading", "sums", "review_status"),
    ("sums", "review_status"),
    ("review_status",),
)
"""By what cells are counted together, finest first: rare combinations use a coarser count."""
MIN_CELLS = 200
"""A combination that was seen less often says too little."""
OWN_LEVELS = 2
BORROWED = 0.95
"""No cell whose own kind was hardly seen is surer than this, however sure the others are."""
ANY = "*"
_CELL = ["report_id", "item_code", "breakdown"]


def sums(facts: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """What the printed sums say of each cell.

    Args:
        facts: rows with report_id, report_year, format_id, item_code, breakdown and value.
        catalog: formats and rules.

    Returns:
        report_id, item_code, breakdown and `sums` (`fail`: some sum that the cell stands in does
        not hold; `hold`: all hold that could be tested), for the cells that stand in one at least.
    """
    terms = facts.join(equations(catalog), on=["format_id", "item_code", "breakdown"]).filter(
        pl.col("report_year").is_between("valid_from", "valid_to")
    )
    by_sum = ["report_id", "equation"]
    tested = (
        terms.group_by(by_sum)
        .agg(
            (pl.col("value") * pl.col("factor")).sum().abs().alias("excess"),
            pl.col("value").is_not_null().all().alias("is_whole"),
            pl.len().alias("found"),
            pl.col("terms", "tolerance").first(),
        )
        .filter(pl.col("is_whole") & (pl.col("found") == pl.col("terms")))
        .select(*by_sum, (pl.col("excess") > pl.col("tolerance")).alias("fails"))
    )
    return (
        terms.select(*_CELL, "equation")
        .join(tested, on=by_sum)
        .group_by(_CELL)
        .agg(pl.when(pl.col("fails").any()).then(pl.lit("fail")).otherwise(pl.lit("hold")))
        .rename({"literal": "sums"})
    )


def with_confidence(facts: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Facts with what their confidence rests on, and the confidence.

    Args:
        facts: rows of report_facts without confidence; `evidence` has all parts but the sums, null
            for absent cells.
        catalog: formats and rules.

    Returns:
        the same rows in the same order with `evidence` whole and `confidence` (0 to 1).
    """
    said = facts.join(sums(facts, catalog), on=_CELL, how="left", maintain_order="left")
    whole = said.with_columns(
        pl.concat_str(
            pl.col("evidence").fill_null("absent/once/layout/close"),
            pl.col("sums").fill_null("none"),
            separator="/",
        ).alias("evidence")
    ).drop("sums")
    return looked_up(whole)


def renewed(facts: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Facts whose values have changed, with their sums worked out anew.

    Args:
        facts: ReportFacts rows of whole reports.
        catalog: formats and rules.

    Returns:
        the same rows in the same order; `evidence` and `confidence` go with the values they have.
    """
    read = pl.col("evidence").str.split("/").list.head(PARTS.index("sums")).list.join("/")
    return with_confidence(facts.drop("confidence").with_columns(read), catalog).select(
        facts.columns
    )


def looked_up(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the confidence that their evidence has.

    Args:
        rows: any with `evidence` and `review_status`.

    Returns:
        the same rows in the same order with `confidence`, 0 to 1; null where there is no evidence.
    """
    counted = rows.with_columns(_part(name) for name in PARTS)
    found: list[str] = []
    for level, by in enumerate(LEVELS):
        others = [name for name in LEVELS[0] if name not in by]
        known = _table().filter(
            *(pl.col(name) == ANY for name in others), *(pl.col(name) != ANY for name in by)
        )
        found.append(f"confidence_{level}")
        counted = counted.join(
            known.select(*by, _at_most(level).alias(found[-1])),
            on=list(by),
            how="left",
            maintain_order="left",
        )
    return counted.with_columns(
        pl.when(pl.col("evidence").is_not_null()).then(pl.coalesce(*found, 0.0)).alias("confidence")
    ).select(*rows.columns, "confidence")


def fit(counts: pl.DataFrame) -> pl.DataFrame:
    """The table of confidence.csv from cells with known truth.

    Args:
        counts: evidence, review_status, cells and right (how many of them).

    Returns:
        the columns of the finest level (`*` for any), cells, right, confidence.
    """
    known = counts.filter(pl.col("evidence").is_not_null()).with_columns(
        _part(name) for name in PARTS
    )
    levels = [
        known.group_by(by)
        .agg(pl.col("cells").sum(), pl.col("right").sum())
        .filter((pl.col("cells") >= MIN_CELLS) | (len(by) == 1))
        .with_columns(pl.lit(ANY).alias(name) for name in LEVELS[0] if name not in by)
        for by in LEVELS
    ]
    table = pl.concat([level.select(*LEVELS[0], "cells", "right") for level in levels])
    lower = [int(1000 * wilson(hits, cells)[0]) / 1000 for cells, hits in _pairs(table)]
    return table.with_columns(pl.Series("confidence", lower, dtype=pl.Float64)).sort(LEVELS[0])


def _pairs(table: pl.DataFrame) -> list[tuple[int, int]]:
    return [(int(cells), int(hits)) for cells, hits in table.select("cells", "right").iter_rows()]


def _at_most(level: int) -> pl.Expr:
    known = pl.col("confidence")
    return known if level < OWN_LEVELS else pl.min_horizontal(known, pl.lit(BORROWED))


def _part(name: str) -> pl.Expr:
    return pl.col("evidence").str.split("/").list.get(PARTS.index(name)).alias(name)


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(TABLE, schema_overrides={"confidence": pl.Float64})
