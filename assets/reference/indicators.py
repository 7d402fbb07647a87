"""The metric dictionary as lake tables: indicators and their signed terms. Pure; no Dagster."""

from __future__ import annotations

import polars as pl

from schemas.catalog import Catalog
from schemas.frames import RefIndicator, RefIndicatorTerm, to_frame
from schemas.indicators import Indicator, formula_text


def _row(one: Indicator) -> dict[str, object]:
    entry = one.entry
    return {
        "indicator_id": one.id,
        "position": one.position,
        "family": one.family,
        "kind": entry.kind,
        "scope": entry.scope,
        "name_zh": entry.name_zh,
        "name_en": entry.name_en,
        "definition_zh": entry.definition_zh,
        "definition_en": entry.definition_en,
        "formula": formula_text(one),
        "unit": one.unit.zh,
        "unit_en": one.unit.en,
        "per": entry.per,
        "minimum_denominator": one.minimum_denominator,
        "first_report_year": entry.first_report_year,
        "last_report_year": entry.last_report_year,
        "caveat_zh": entry.caveat_zh,
        "caveat_en": entry.caveat_en,
        "is_available": entry.available,
        "reason_zh": entry.reason_zh,
        "reason_en": entry.reason_en,
        "is_in_long": one.is_column and entry.in_long,
        "version": entry.version,
        "source": entry.source,
        "peers": entry.peers,
    }


def indicator_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_indicator`: the indicators in the order of the file."""
    return to_frame(RefIndicator, [_row(one) for one in catalog.indicators])


def term_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_indicator_term`: the terms of every indicator, numerator first, in formula order."""
    return to_frame(
        RefIndicatorTerm,
        [
            {
                "indicator_id": one.id,
                "part": part,
                "term_no": number,
                "sign": term.sign,
                "concept": term.concept or None,
                "breakdown": None if term.measure else term.breakdown,
                "table_id": term.table_id or None,
                "measure": term.measure or None,
                "is_previous_year": term.is_previous_year,
            }
            for one in catalog.indicators
            for part in ("numerator", "denominator")
            for number, term in enumerate(one.of(part), start=1)
        ],
    )
