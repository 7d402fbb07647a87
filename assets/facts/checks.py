"""Checks of facts: shape, and how many of them a person should look at."""

import dagster as dg
import polars as pl

from assets.common.checks import Shown, shape_checks, warn_checks
from assets.common.lake import Lake
from assets.common.stages import STAGE_TABLES
from schemas.vocabulary import ReviewStatus, ValueStatus

LAYER = "facts"
TOLERATED = 0.05

facts_shape = shape_checks(
    "facts_shape", [dg.AssetKey([LAYER, table]) for table in STAGE_TABLES[LAYER]]
)


def measure_doubt(lake: Lake, report_year: int | None) -> dict[str, tuple[bool, Shown]]:
    """Share of unsure cells and of cells the documents do not have, in one report year."""
    facts = lake.read("report_facts", report_year)
    printed = facts.filter(pl.col("value_status") != ValueStatus.ABSENT)
    unsure = printed.filter(pl.col("review_status") == ReviewStatus.NEEDS_REVIEW)
    share = unsure.height / printed.height if printed.height else 0.0
    reports = facts["report_id"].n_unique()
    read = printed["report_id"].n_unique()
    return {
        "needs_review_share": (
            share <= TOLERATED,
            {
                "report_year": report_year or 0,
                "cells": printed.height,
                "needs_review": unsure.height,
                "share": round(share, 4),
                "worst": ", ".join(
                    unsure["report_id"].value_counts(sort=True)["report_id"].head(10)
                ),
            },
        ),
        "reports_have_numbers": (
            read == reports,
            {"report_year": report_year or 0, "reports": reports, "with_numbers": read},
        ),
    }


doubt = warn_checks(
    "doubt",
    dg.AssetKey([LAYER, "report_facts"]),
    {
        "needs_review_share": f"At most {TOLERATED:.0%} of printed cells wait for a person.",
        "reports_have_numbers": "Every report has at least one printed cell.",
    },
    measure_doubt,
)
