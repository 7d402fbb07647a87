"""The four frames that the other rules read: cells, parts, tables and reports.

Columns and types are those of FRAME_COLUMNS in schemas/rule_rows.py. Everything here is joins and
expressions; whether something is wrong is for the rules to say.
"""

from __future__ import annotations

import polars as pl

from assets.validation.copies import differing_copies, differing_reports
from schemas.catalog import Catalog, Format
from schemas.rule_rows import FRAME_COLUMNS, PRINTED, FrameName

INVISIBLE = r"[\s\u{200B}-\u{200D}\u{2060}\u{FEFF}]"
ORDINAL = r"^[#*]*\(?[一二三四五六七八九十0-9]+\)?[、.,:]*"
TRAILING = r"[*:。.;、,]+$"
EVIDENCE = pl.List(
    pl.Struct({"source": pl.String, "value": pl.String, "text": pl.String, "locator": pl.String})
)
YEAR = r"((?:19|20)\d{2})"


def squeezed(column: pl.Expr) -> pl.Expr:
    """Text with compatibility characters folded (NFKC) and all white space removed."""
    return column.str.normalize("NFKC").str.replace_all(INVISIBLE, "")


def heading_core(column: pl.Expr) -> pl.Expr:
    """A heading without its number and closing punctuation."""
    return squeezed(column).str.replace(ORDINAL, "").str.replace(TRAILING, "")


def notice_core(column: pl.Expr) -> pl.Expr:
    """A document number without what crawlers lose from it: brackets, 号, 第 and spaces."""
    return squeezed(column).str.replace_all(r"[\[\]()〔〕【】［］第号]", "")


def _finish(frame: pl.DataFrame, name: FrameName, *order: str) -> pl.DataFrame:
    # Facts have a column `row` too, the row of their grid.
    rows = frame.drop("row", strict=False).sort("report_id", *order, maintain_order=True)
    return rows.with_row_index("row").select(
        pl.col(column).cast(dtype) for column, dtype in FRAME_COLUMNS[name].items()
    )


def cell_frame(facts: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """One row per fact, with the value type that its format gives the cell.

    `raw_text` is null for corrected cells.
    """
    types = pl.DataFrame(
        [
            (cell.format_id, cell.item_code, cell.breakdown, cell.value_type, cell.position)
            for form in catalog.formats.values()
            for cell in form.cells
        ],
        schema=["format_id", "item_code", "breakdown", "value_type", "position"],
        orient="row",
    )
    joined = facts.join(types, on=["format_id", "item_code", "breakdown"], how="left")
    # What a person corrected was not printed so, and nobody has typed what was.
    read = pl.when(pl.col("correction_id").is_null()).then("raw_text").alias("raw_text")
    return _finish(joined.with_columns(read), "cells", "table_id", "position")


def governed_reports(reports: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Reports of a known year with the format that governs it (null outside all formats)."""
    governing = pl.DataFrame(
        {
            "report_year": list(catalog.report_years),
            "format_id": [
                form.format_id if (form := catalog.format_for(year)) else None
                for year in catalog.report_years
            ],
        },
        schema={"report_year": pl.Int32, "format_id": pl.String},
    )
    known = reports.filter(pl.col("report_year").is_not_null())
    return known.join(governing, on="report_year", how="left")


def _section_specs(catalog: Catalog) -> pl.DataFrame:
    variants: dict[str, list[str]] = {}
    for label in catalog.labels:
        if label.kind == "section":
            variants.setdefault(label.label, []).append(label.variant)
    specs = pl.DataFrame(
        [
            (
                form.format_id,
                spec.section_no,
                spec.statutory,
                [spec.heading, *variants.get(spec.heading, [])],
            )
            for form in catalog.formats.values()
            for spec in form.sections
        ],
        schema={
            "format_id": pl.String,
            "section_no": pl.String,
            "statutory": pl.Boolean,
            "accepted": pl.List(pl.String),
        },
        orient="row",
    )
    return specs.with_columns(pl.col("accepted").list.eval(heading_core(pl.element())))


def part_frame(sections: pl.DataFrame, governed: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """One row per part found in a report, in reading order."""
    keys = governed.select("report_id", "doc_id", "report_year", "format_id")
    parts = (
        keys.join(sections, on="doc_id", how="inner")
        .join(_section_specs(catalog), on=["format_id", "section_no"], how="left")
        .with_columns(
            heading_core(pl.col("heading")).alias("heading_core"),
            squeezed(pl.col("numbering")).str.replace_all(r"[#*]", "").alias("numbering"),
            squeezed(pl.col("text")).alias("text"),
        )
    )
    repeated = pl.len().over("report_id", "numbering") > 1
    return _finish(parts.with_columns(numbering_repeated=repeated), "parts", "order")


def _table_specs(catalog: Catalog) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (form.format_id, table.table_id, table.section, position)
            for form in catalog.formats.values()
            for position, table in enumerate(form.tables)
        ],
        schema=["format_id", "table_id", "section_no", "position"],
        orient="row",
    )


def table_frame(
    facts: pl.DataFrame,
    cells: pl.DataFrame,
    parts: pl.DataFrame,
    governed: pl.DataFrame,
    catalog: Catalog,
) -> pl.DataFrame:
    """One row per report and table of its governing format."""
    found = facts.group_by("report_id", "table_id").agg(cells_found=PRINTED.sum())
    copies = cells.group_by("doc_id", "table_id").agg(
        copies=pl.col("copy_no").filter(PRINTED).n_unique()
    )
    differ = differing_copies(cells).group_by("doc_id", "table_id").agg(cells_differ=pl.len())
    headings = parts.select("report_id", "section_no", heading_found=pl.lit(value=True)).unique()
    joined = (
        governed.select("report_id", "doc_id", "report_year", "format_id")
        .join(_table_specs(catalog), on="format_id", how="inner")
        .join(headings, on=["report_id", "section_no"], how="left")
        .join(found, on=["report_id", "table_id"], how="left")
        .join(copies, on=["doc_id", "table_id"], how="left")
        .join(differ, on=["doc_id", "table_id"], how="left")
        .with_columns(
            pl.col("heading_found").fill_null(value=False),
            pl.col("cells_found", "copies", "cells_differ").fill_null(0),
        )
    )
    return _finish(joined, "tables", "position")


def _twins(catalog: Catalog) -> pl.DataFrame:
    """Blocks that two formats print alike: (format_id, table_id, block, governing format)."""

    def meanings(form: Format) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
        return {
            (block.table_id, block.block): frozenset(
                (cell.item_code, cell.breakdown) for cell in block.cells
            )
            for table in form.tables
            for block in table.blocks
        }

    by_format = {format_id: meanings(form) for format_id, form in catalog.formats.items()}
    return pl.DataFrame(
        [
            (own, table_id, block, governing)
            for own, blocks in by_format.items()
            for governing, others in by_format.items()
            for (table_id, block), cells in blocks.items()
            if own == governing or cells in others.values()
        ],
        schema=["block_format", "table_id", "block", "format_id"],
        orient="row",
    )


def _block_order(catalog: Catalog) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (form.format_id, block.table_id, block.block, block.cells[0].position)
            for form in catalog.formats.values()
            for table in form.tables
            for block in table.blocks
        ],
        schema=["block_format", "table_id", "block", "position"],
        orient="row",
    )


def _forms(facts: pl.DataFrame, governed: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Per report: blocks found, and those that only another format prints."""
    blocks = (
        facts.filter(PRINTED)
        .select("report_id", "table_id", "block", pl.col("format_id").alias("block_format"))
        .unique()
        .join(governed.select("report_id", "format_id"), on="report_id", how="inner")
        .join(_block_order(catalog), on=["block_format", "table_id", "block"], how="left")
        .sort("report_id", "position")
    )
    foreign = blocks.join(
        _twins(catalog), on=["block_format", "table_id", "block", "format_id"], how="anti"
    )
    counted = blocks.group_by("report_id").agg(blocks_found=pl.len())
    named = foreign.group_by("report_id", maintain_order=True).agg(
        blocks_of_other_form=pl.concat_str("block_format", "table_id", "block", separator="/"),
        other_forms=pl.col("block_format").unique().sort(),
    )
    return counted.join(named, on="report_id", how="left")


def _years(governed: pl.DataFrame, ignored: frozenset[str]) -> pl.DataFrame:
    """Per report: the year by every source, those of title, period and publication apart."""
    evidence = (
        governed.select(
            "report_id", pl.col("year_evidence").str.json_decode(EVIDENCE).alias("evidence")
        )
        .explode("evidence")
        .select("report_id", pl.col("evidence").struct.unnest())
        .filter(pl.col("source").is_not_null() & ~pl.col("source").is_in(sorted(ignored)))
        .select(
            "report_id",
            "source",
            "text",
            "locator",
            year=pl.col("value").str.extract(YEAR).cast(pl.Int32, strict=False),
        )
    )
    own = pl.concat(
        [
            _own_year(governed, "title", squeezed(pl.col("title")).str.extract(YEAR), "title"),
            _own_year(governed, "period", pl.col("period_end").dt.year(), "period_text"),
            _own_year(governed, "published", _year_before(pl.col("published_on")), "published_on"),
        ]
    )
    return (
        pl.concat([evidence, own.select(evidence.columns)])
        .filter(pl.col("year").is_not_null())
        # Evidence from the document comes first: it has its place.
        .unique(["report_id", "source", "year"], keep="first", maintain_order=True)
        .sort("report_id", "source", "year")
        .group_by("report_id", maintain_order=True)
        .agg(
            years=pl.struct("source", "year", "text", "locator"),
            title_year=pl.col("year").filter(pl.col("source") == "title").first(),
            period_year=pl.col("year").filter(pl.col("source") == "period").first(),
        )
    )


def _year_before(day: pl.Expr) -> pl.Expr:
    """The year a report of this date is about: the one before, in December the same."""
    return day.dt.year() - (day.dt.month() != 12).cast(pl.Int32)


def _own_year(governed: pl.DataFrame, source: str, year: pl.Expr, text: str) -> pl.DataFrame:
    return governed.select(
        "report_id",
        source=pl.lit(source),
        text=pl.col(text).cast(pl.String),
        locator=pl.lit(None, dtype=pl.String),
        year=year.cast(pl.Int32, strict=False),
    )


def _parts_by_report(parts: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    wanted = pl.DataFrame(
        [
            (
                form.format_id,
                [spec.section_no for spec in form.sections],
                [spec.section_no for spec in form.sections if spec.statutory],
            )
            for form in catalog.formats.values()
        ],
        schema={
            "format_id": pl.String,
            "parts_wanted": pl.List(pl.String),
            "statutory_wanted": pl.List(pl.String),
        },
        orient="row",
    )
    found = parts.group_by("report_id", "format_id", maintain_order=True).agg(
        parts_found=pl.col("section_no").unique(maintain_order=True)
    )
    missing = pl.col("parts_wanted").list.set_difference(pl.col("parts_found"))
    return found.join(wanted, on="format_id", how="left").select(
        "report_id",
        "parts_found",
        "parts_wanted",
        parts_missing=missing,
        statutory_missing=missing.list.set_intersection(pl.col("statutory_wanted")).list.len() > 0,
    )


def report_frame(
    facts: pl.DataFrame,
    parts: pl.DataFrame,
    governed: pl.DataFrame,
    catalog: Catalog,
    ignored_evidence: frozenset[str],
) -> pl.DataFrame:
    """One row per report of a known year."""
    notices = pl.DataFrame(
        {
            "format_id": [entry.format_id for entry in catalog.registry.formats],
            "wanted_notice": [entry.document_number for entry in catalog.registry.formats],
        }
    )
    copies = governed.with_columns(copies=_copies())
    differ = differing_reports(facts, governed).group_by("report_id").agg(cells_differ=pl.len())
    joined = (
        copies.join(notices, on="format_id", how="left")
        .join(_parts_by_report(parts, catalog), on="report_id", how="left")
        .join(_forms(facts, governed, catalog), on="report_id", how="left")
        .join(_years(governed, ignored_evidence), on="report_id", how="left")
        .join(_conflicts(governed), on="report_id", how="left")
        .join(differ, on="report_id", how="left")
        .with_columns(
            governed=pl.col("format_id").is_not_null(),
            published_year=pl.col("published_on").dt.year(),
            notice_core=notice_core(pl.col("cited_notice")),
            wanted_core=notice_core(pl.col("wanted_notice")),
        )
        .with_columns(
            pl.col("blocks_found", "cells_differ").fill_null(0),
            pl.col("statutory_missing").fill_null(value=False),
            pl.col(
                "parts_found",
                "parts_wanted",
                "parts_missing",
                "blocks_of_other_form",
                "other_forms",
                "years",
                "conflicts",
            ).fill_null([]),
        )
    )
    return _finish(joined, "reports")


def _conflicts(governed: pl.DataFrame) -> pl.DataFrame:
    """Per report: what its disagreeing sources say, one struct of field, source and value each."""
    said = pl.List(pl.Struct({"source": pl.String, "value": pl.String}))
    by_field = pl.List(pl.Struct({"field": pl.String, "values": said}))
    return (
        governed.select(
            "report_id", pl.col("identity_conflicts").str.json_decode(by_field).alias("conflict")
        )
        .explode("conflict")
        .select("report_id", pl.col("conflict").struct.unnest())
        .explode("values")
        .select("report_id", "field", pl.col("values").struct.unnest())
        .filter(pl.col("field").is_not_null())
        .group_by("report_id", maintain_order=True)
        .agg(conflicts=pl.struct("field", "source", "value"))
    )


def _copies() -> pl.Expr:
    """Reports of the same agency and year in the frame; 1 for those of an unnamed agency."""
    named = pl.col("agency_name") != ""
    return pl.when(named).then(pl.len().over("agency_code", "report_year")).otherwise(1)
