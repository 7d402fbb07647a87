"""Checks of recognition: how much of a printed form was found, and what nothing claimed."""

import dagster as dg
import polars as pl

from assets.common.checks import Shown, shape_checks, warn_checks
from assets.common.lake import Lake
from assets.common.stages import STAGE_TABLES
from schemas.catalog import Catalog, load_catalog

LAYER = "cells"
ENOUGH = 0.95

cells_shape = shape_checks(
    "cells_shape", [dg.AssetKey([LAYER, table]) for table in STAGE_TABLES[LAYER]]
)


def found_share(reports: pl.DataFrame, cells: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Share of the printed form that was found, one row per document.

    The form is that of the report's year; a report on another form is near enough in size.

    Returns:
        doc_id, found, expected, share; documents without any cell have share 0.
    """
    sizes = pl.DataFrame(
        [
            {"report_year": year, "expected": len(form.cells)}
            for year in catalog.report_years
            if (form := catalog.format_for(year))
        ],
        schema={"report_year": pl.Int32, "expected": pl.Int64},
    )
    found = (
        cells.select("doc_id", "item_code", "breakdown")
        .unique()
        .group_by("doc_id")
        .agg(pl.len().cast(pl.Int64).alias("found"))
    )
    return (
        reports.select("doc_id", "report_year")
        .unique()
        .join(sizes, on="report_year")
        .join(found, on="doc_id", how="left")
        .with_columns(pl.col("found").fill_null(0))
        .with_columns((pl.col("found") / pl.col("expected")).alias("share"))
        .sort("share", "doc_id")
    )


def measure_coverage(lake: Lake, report_year: int | None) -> dict[str, tuple[bool, Shown]]:
    """Coverage of the form and leaks of one report year."""
    reports = lake.read("reports").filter(pl.col("report_year") == report_year)
    cells = lake.read("report_cells", report_year)
    unmapped = lake.read("unmapped_cells", report_year)
    coverage = found_share(reports, cells, load_catalog())
    poor = coverage.filter(pl.col("share") < ENOUGH)
    leaks = unmapped.filter(pl.col("is_number"))
    worst = ", ".join(
        f"{row['doc_id'][:12]} {row['found']}/{row['expected']}"
        for row in poor.head(10).iter_rows(named=True)
    )
    leaking = ", ".join(doc[:12] for doc in leaks["doc_id"].unique(maintain_order=True).head(10))
    year = report_year or 0
    return {
        "printed_items_found": (
            poor.is_empty(),
            {
                "report_year": year,
                "reports": coverage.height,
                "share": round(int(coverage["found"].sum()) / int(coverage["expected"].sum()), 4)
                if coverage.height
                else 1.0,
                "below": poor.height,
                "worst": worst,
            },
        ),
        "no_number_leaks": (
            leaks.is_empty(),
            {"report_year": year, "numbers": leaks.height, "documents": leaking},
        ),
    }


coverage = warn_checks(
    "coverage",
    dg.AssetKey([LAYER, "report_cells"]),
    {
        "printed_items_found": f"At least {ENOUGH:.0%} of the form's cells found in every report.",
        "no_number_leaks": "No number inside a table is left that nothing claimed.",
    },
    measure_coverage,
)
