"""The rules over a set of reports: frames in, outcomes and findings out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from assets.validation.copies import differing_copies, differing_reports, places_of_copies
from assets.validation.evaluate import Evaluated, evaluate_frame, evaluate_table, outcome_frame
from assets.validation.findings import Finding, finding_frame, list_findings, wide_findings
from assets.validation.frames import (
    cell_frame,
    governed_reports,
    part_frame,
    report_frame,
    table_frame,
)
from assets.validation.localise import localise
from assets.validation.widen import widen
from schemas.catalog import Catalog
from schemas.frames import RuleOutcomes
from schemas.rule_checks import checks_by_frame, checks_by_table
from schemas.rule_models import YearAgreementRule
from schemas.rule_rows import FrameName
from schemas.rule_text import Wording


@dataclass(frozen=True, slots=True)
class Validation:
    """What the rules say: `outcomes` (RuleOutcomes, all three states) and `findings` (Findings)."""

    outcomes: pl.DataFrame
    findings: pl.DataFrame


def _frames(
    facts: pl.DataFrame,
    cells: pl.DataFrame,
    governed: pl.DataFrame,
    sections: pl.DataFrame,
    catalog: Catalog,
) -> dict[FrameName, pl.DataFrame]:
    ignored = frozenset(
        name
        for rule in catalog.rules
        if isinstance(rule, YearAgreementRule)
        for name in rule.ignored
    )
    parts = part_frame(sections, governed, catalog)
    return {
        "cells": cell_frame(facts, catalog),
        "parts": parts,
        "tables": table_frame(facts, cells, parts, governed, catalog),
        "reports": report_frame(facts, parts, governed, catalog, ignored),
    }


def validate(
    facts: pl.DataFrame,
    cells: pl.DataFrame,
    reports: pl.DataFrame,
    sections: pl.DataFrame,
    catalog: Catalog,
) -> Validation:
    """Every rule of the catalog over these reports.

    Reports without a year are left out, as they have no facts. Copies of one report are seen only
    when they are in the same call, so give all reports of a year together.

    Args:
        facts: ReportFacts rows.
        cells: ReportCells rows of the same documents, all copies of a table.
        reports: Reports rows.
        sections: ReportSections rows of the same documents.
        catalog: formats, labels and rules.

    Returns:
        Both frames sorted by report, rule and place; the same input gives the same rows.
    """
    governed = governed_reports(reports, catalog)
    facts = facts.join(governed.select("report_id"), on="report_id", how="semi")
    wording = Wording(catalog)
    evaluations: list[Evaluated] = []
    findings: list[Iterator[Finding]] = []
    tables = [(checks, widen(facts, table)) for table, checks in checks_by_table(catalog).items()]
    for table, (checks, wide) in zip(checks_by_table(catalog), tables, strict=True):
        done = evaluate_table(wide, table, checks, tuple(catalog.formats))
        evaluations.append(done)
        findings.append(wide_findings(checks, done, facts, wording))
    frames = _frames(facts, cells, governed, sections, catalog)
    ids = governed.select("report_id", "doc_id")
    sources = {
        "facts": facts,
        "copies": ids.join(differing_copies(cells), on="doc_id", how="inner"),
        "places": ids.join(places_of_copies(cells), on="doc_id", how="inner"),
        "versions": differing_reports(facts, governed),
    }
    for name, checks in checks_by_frame(catalog).items():
        done = evaluate_frame(frames[name], name, checks)
        evaluations.append(done)
        findings.append(list_findings(checks, done, sources, wording))
    outcomes = pl.concat([done.outcomes for done in evaluations])
    lake_outcomes = outcome_frame(outcomes, governed)
    RuleOutcomes.validate(lake_outcomes, lazy=True)
    every = (finding for some in findings for finding in some)
    localised = localise(tables, facts)
    return Validation(lake_outcomes, finding_frame(every, outcomes, governed, localised, facts))
