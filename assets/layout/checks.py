"""Checks of reading: every document has an end that is explained; how many could be read."""

import dagster as dg
import polars as pl

from assets.common.checks import Shown, shape_checks, warn_checks
from assets.common.lake import Lake
from assets.common.stages import STAGE_TABLES
from schemas.vocabulary import READ_STATUSES

LAYER = "layout"

layout_shape = shape_checks(
    "layout_shape", [dg.AssetKey([LAYER, table]) for table in STAGE_TABLES[LAYER]]
)


def measure_reading(lake: Lake, report_year: int | None) -> dict[str, tuple[bool, Shown]]:
    """Whether every document was read or says why not, and the share that was read."""
    log, documents = lake.read("parse_log"), lake.read("source_documents")
    silent = log.filter(~pl.col("status").is_in(READ_STATUSES) & pl.col("reason").is_null())
    missing = documents.join(log, on="doc_id", how="anti")
    by_status = log["status"].value_counts(sort=True)
    counts: Shown = dict(by_status.iter_rows())
    read = log.filter(pl.col("status").is_in(READ_STATUSES)).height
    explained = silent.is_empty() and missing.is_empty()
    return {
        "every_document_explained": (
            explained,
            {"documents": documents.height, "missing": missing.height, "silent": silent.height},
        ),
        "documents_read": (read == documents.height, {**counts, "documents": documents.height}),
    }


reading = warn_checks(
    "reading",
    dg.AssetKey([LAYER, "parse_log"]),
    {
        "every_document_explained": "Each document has a row, and a reason where it is not read.",
        "documents_read": "All documents were read; the counts by status say what was not.",
    },
    measure_reading,
)


def measure_identity(lake: Lake, report_year: int | None) -> dict[str, tuple[bool, Shown]]:
    """Whether all reports have a year, and all sources agree on who wrote them and when."""
    reports = lake.read("reports")
    without = reports.filter(pl.col("report_year").is_null())
    conflicts = reports.filter(pl.col("identity_conflicts") != "[]")
    return {
        "report_year_known": (
            without.is_empty(),
            {"reports": reports.height, "without_year": ", ".join(without["report_id"].head(10))},
        ),
        "sources_agree": (
            conflicts.is_empty(),
            {"reports": reports.height, "conflicts": ", ".join(conflicts["report_id"].head(10))},
        ),
    }


identity = warn_checks(
    "identity",
    dg.AssetKey([LAYER, "reports"]),
    {
        "report_year_known": "Every report has a report year; one without stays out of the facts.",
        "sources_agree": "Manifest, overrides and document say the same of agency and year.",
    },
    measure_identity,
)
