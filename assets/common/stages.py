"""Which stage writes which lake table: the first part of every asset key, and its group."""

REGISTER_TABLES: tuple[str, ...] = (
    "ref_division",
    "ref_division_event",
    "ref_agency",
    "ref_agency_name",
    "ref_agency_event",
    "ref_roster",
    "ref_population",
)
"""Reference tables that the operator's own files (config/) have a part in."""

STAGE_TABLES: dict[str, tuple[str, ...]] = {
    "documents": ("source_documents", "arrivals", "manifest_claims"),
    "layout": ("parse_log", "agency_matches", "reports"),
    "cells": ("report_cells", "unmapped_cells"),
    "facts": ("report_facts", "report_sections", "report_contacts"),
    "validation": ("rule_outcomes", "findings"),
    "reference": (
        *("ref_item", "ref_format", "ref_rule", "ref_crosswalk", "ref_break"),
        *("ref_peer_group", "ref_ranking"),
        *("ref_indicator", "ref_indicator_term"),
        *REGISTER_TABLES,
    ),
}
YEAR_STAGES = ("cells", "facts", "validation")


def stage_of(table: str) -> str:
    """The stage that writes a lake table.

    Raises:
        KeyError: no stage writes it; the message lists the tables.
    """
    for stage, tables in STAGE_TABLES.items():
        if table in tables:
            return stage
    known = ", ".join(sorted(name for tables in STAGE_TABLES.values() for name in tables))
    raise KeyError(f"no stage writes {table!r}; stored tables: {known}")
