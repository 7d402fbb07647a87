"""Cells to facts: one row per cell of the detected format, what the document lacks included.

A report may print a table twice, and its blocks may follow different formats. Of several copies
the fullest is used, the first among equals; where the copies disagree the cell needs review.
"""

from __future__ import annotations

import polars as pl

from assets.facts.confidence import with_confidence
from assets.layout.model import UNREAD
from schemas.catalog import Catalog
from schemas.frames import ReportFacts, polars_schema
from schemas.vocabulary import ChosenBy, ReviewStatus, ValueStatus

_NO_TABLE = "nothing was found of this table: it may be a picture or lie in an attachment"
_CUT_ROW = "the row was found with fewer columns than its form has: the rest may be on another page"
_CUT_OFF = "not found, and nothing of the tables after it either: the document may be cut off"
_MOSTLY_LOST = "not found, like more than half of its table: lines may have been lost"
_LONE_ROW = "most of its table was not understood: it may be right by chance"
_CELL = ["doc_id", "table_id", "block", "item_code", "breakdown"]


def assemble(
    reports: pl.DataFrame,
    cells: pl.DataFrame,
    unmapped: pl.DataFrame,
    parse_log: pl.DataFrame,
    catalog: Catalog,
) -> pl.DataFrame:
    """The facts of some reports.

    Args:
        reports: rows of `reports` with a report year; one report per document.
        cells: their report_cells.
        unmapped: their unmapped_cells.
        parse_log: their rows of the parse log.
        catalog: the formats.

    Returns:
        report_facts: for every report all cells of the format of each of its blocks. Blocks that
        were not found are taken from the format most of its other blocks follow, else from the
        one that governs its year; their cells are absent. An absent cell needs review where its
        table prints numbers that no cell claimed, since one of them may be its own, and where
        nothing at all was found of its table, which may be a picture, where it belongs to a single
        row of which other cells were found, where pages of the document were not read, behind the
        last cell that was found, and where most of its table was not found. So does what a dump
        prints of a table that was not understood otherwise.
    """
    chosen = _one_copy(cells)
    expected = _expected(reports, chosen, catalog)
    leaks = (
        unmapped.filter("is_number")
        .group_by("doc_id", "table_id")
        .agg(pl.col("text").str.strip_chars().head(5).str.join(", ").alias("leak"))
    )
    tables = chosen.select("doc_id", "table_id").unique().with_columns(found=True)
    blocks = chosen.select("doc_id", "table_id", "block").unique().with_columns(is_found=True)
    is_absent = pl.col("value_status").is_null()
    last = pl.col("position").filter(~is_absent).max().over("doc_id")
    gap = pl.when(pl.col("reason").str.starts_with(UNREAD)).then("reason")
    absent_doubt = pl.coalesce(
        pl.format("not found, but the table prints numbers without a cell: {}", "leak"),
        pl.when(pl.col("found").is_null()).then(pl.lit(_NO_TABLE)),
        pl.when(pl.col("is_lone_row") & pl.col("is_found")).then(pl.lit(_CUT_ROW)),
        pl.format("not found, and {}", gap),
        pl.when(pl.col("position") > last).then(pl.lit(_CUT_OFF)),
        pl.when(is_absent.mean().over("doc_id", "table_id") > 0.5).then(pl.lit(_MOSTLY_LOST)),
    )
    is_doubted = is_absent & absent_doubt.is_not_null()
    # Of a table printed column by column some row has the right count of numbers by chance.
    is_sure = (pl.col("review_status") == ReviewStatus.SURE.value).fill_null(value=False)
    is_lone = (
        is_sure
        & pl.col("evidence").str.starts_with("flow/")
        & pl.col("leak").is_not_null()
        & (is_sure.mean().over("doc_id", "table_id") < 0.5)
    )
    facts = (
        expected.join(chosen.drop("format_id"), on=_CELL, how="left")
        .join(leaks, on=["doc_id", "table_id"], how="left")
        .join(tables, on=["doc_id", "table_id"], how="left")
        .join(blocks, on=["doc_id", "table_id", "block"], how="left")
        .join(parse_log.select("doc_id", "parser", "reason"), on="doc_id", how="left")
        .with_columns(
            pl.col("value_status").fill_null(ValueStatus.ABSENT.value),
            pl.when(is_doubted | is_lone)
            .then(pl.lit(ReviewStatus.NEEDS_REVIEW.value))
            .otherwise(pl.col("review_status").fill_null(ReviewStatus.SURE.value))
            .alias("review_status"),
            pl.when(is_absent)
            .then(absent_doubt)
            .when(is_lone)
            .then(pl.lit(_LONE_ROW))
            .otherwise("review_reason")
            .alias("review_reason"),
            pl.col("copy_no").fill_null(1),
            pl.col("chosen_by").fill_null(ChosenBy.LAYOUT.value),
            pl.col("parser").fill_null("none"),
            pl.coalesce("unit", "official_unit").alias("unit"),
            pl.lit(None, dtype=pl.String).alias("correction_id"),
        )
    )
    columns = list(polars_schema(ReportFacts))
    return with_confidence(facts.sort("report_id", "position"), catalog).select(columns)


def _one_copy(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of the copy of each block that is used, with disagreements marked."""
    reported = pl.col("value_status") == ValueStatus.REPORTED.value
    copies = cells.group_by("doc_id", "table_id", "block", "copy_no").agg(
        reported.sum().alias("reported_count")
    )
    best = (
        copies.sort("reported_count", "copy_no", descending=[True, False])
        .group_by("doc_id", "table_id", "block", maintain_order=True)
        .first()
        .select("doc_id", "table_id", "block", "copy_no")
    )
    readings = cells.group_by(_CELL).agg(
        pl.struct("value", "value_status").n_unique().alias("readings"),
        pl.concat_str(
            pl.lit("copy "), pl.col("copy_no"), pl.lit(": "), pl.col("raw_text").str.strip_chars()
        )
        .sort_by("copy_no")
        .str.join("; ")
        .alias("all_copies"),
    )
    disagree = pl.col("readings") > 1
    return (
        cells.join(best, on=["doc_id", "table_id", "block", "copy_no"], how="semi")
        .join(readings, on=_CELL, how="left")
        .with_columns(
            pl.when(disagree)
            .then(pl.lit(ReviewStatus.NEEDS_REVIEW.value))
            .otherwise("review_status")
            .alias("review_status"),
            pl.when(disagree)
            .then(pl.format("printed more than once, and differently: {}", "all_copies"))
            .otherwise("review_reason")
            .alias("review_reason"),
            pl.when(disagree).then("all_copies").otherwise("runner_up").alias("runner_up"),
        )
        .drop("readings", "all_copies")
    )


def _expected(reports: pl.DataFrame, chosen: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """All cells that each report's form has, with the format of each block."""
    official = pl.DataFrame(
        [
            {
                "format_id": cell.format_id,
                "table_id": cell.table_id,
                "block": cell.block,
                "item_code": cell.item_code,
                "breakdown": cell.breakdown,
                "official_unit": cell.unit or None,
                "position": cell.position,
                "is_lone_row": len(block.rows) == 1 and not block.rows[0].label,
            }
            for form in catalog.formats.values()
            for table in form.tables
            for block in table.blocks
            for cell in block.cells
        ],
        schema_overrides={"position": pl.Int32, "official_unit": pl.String},
    )
    found = chosen.select("doc_id", "table_id", "block", "format_id").unique()
    blocks_found = found.group_by("doc_id", "format_id").len()
    main = (
        blocks_found.sort("len", "format_id", descending=True)
        .group_by("doc_id", maintain_order=True)
        .first()
        .select("doc_id", pl.col("format_id").alias("main_format"))
    )
    governing = pl.DataFrame(
        [
            {"report_year": year, "governing": form.format_id}
            for year in catalog.report_years
            if (form := catalog.format_for(year)) is not None
        ],
        schema={"report_year": pl.Int32, "governing": pl.String},
    )
    base = (
        reports.select("report_id", "doc_id", "agency_code", "report_year")
        .join(main, on="doc_id", how="left")
        .join(governing, on="report_year", how="left")
        .with_columns(pl.coalesce("main_format", "governing").alias("main_format"))
        .drop("governing")
    )
    all_blocks = official.select("format_id", "table_id", "block").unique()
    missing = (
        base.join(all_blocks, left_on="main_format", right_on="format_id", how="inner")
        .join(found, on=["doc_id", "table_id", "block"], how="anti")
        .with_columns(pl.col("main_format").alias("format_id"))
    )
    present = base.join(found, on="doc_id", how="inner")
    wanted = pl.concat(
        [frame.drop("main_format", strict=False) for frame in (present, missing)], how="diagonal"
    )
    return wanted.join(official, on=["format_id", "table_id", "block"], how="inner")
