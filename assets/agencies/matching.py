"""Whose each report is: the register's candidates by name, told apart by evidence."""

from __future__ import annotations

import polars as pl

from assets.agencies.register import Register
from schemas.catalog import Catalog
from schemas.frames import AgencyMatches, polars_schema


def named_reports(
    reports: pl.DataFrame, documents: pl.DataFrame, register: Register, catalog: Catalog
) -> pl.DataFrame:
    """Reports with `is_doubtful`: the name alone does not settle whose they are."""
    return reports.with_columns(pl.lit(value=False).alias("is_doubtful"))


def match_agencies(named: pl.DataFrame, contacts: pl.DataFrame, register: Register) -> pl.DataFrame:
    """AgencyMatches rows."""
    text = pl.lit(None, pl.String)
    return named.with_columns(
        pl.lit("provisional_unknown").alias("method"),
        pl.lit(value=False).alias("is_registered"),
        *(text.alias(name) for name in ("division_code", "tier", "sector")),
        pl.lit("[]").alias("candidates"),
        pl.lit("{}").alias("evidence"),
        pl.lit("rule").alias("decided_by"),
    ).select(polars_schema(AgencyMatches).names())
