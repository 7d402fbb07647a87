"""Stage 5: facts to outcomes and findings, by report year.

Definitions only; what the rules say is in schemas/rules, how they are evaluated in validate.py.
"""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.common.metadata import grain, output_of
from assets.common.partitions import REPORT_YEARS
from assets.common.parts import of_parts
from assets.common.stages import STAGE_TABLES
from assets.common.staleness import code_hash
from assets.common.workspace import Workspace
from assets.validation.validate import validate
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

LAYER = "validation"
TABLES = STAGE_TABLES[LAYER]


@dg.multi_asset(
    name="validated_reports",
    group_name=LAYER,
    partitions_def=REPORT_YEARS,
    code_version=f"{code_hash(LAYER)[:12]}-{load_catalog().report_hash[:12]}",
    ins={
        "facts": dg.AssetIn(["facts", "report_facts"]),
        "cells": dg.AssetIn(["cells", "report_cells"]),
        "reports": dg.AssetIn(["layout", "reports"]),
        "sections": dg.AssetIn(["facts", "report_sections"]),
    },
    outs={
        table: dg.AssetOut(
            key=[LAYER, table],
            description=grain(LAKE_TABLES[table]),
            kinds={"pandera", "polars", "parquet"},
            io_manager_key="lake_io",
        )
        for table in TABLES
    },
)
def validated_reports(
    context: dg.AssetExecutionContext,
    workspace: Workspace,
    facts: pl.DataFrame,
    cells: pl.DataFrame,
    reports: pl.DataFrame,
    sections: pl.DataFrame,
) -> Iterator[dg.MaterializeResult]:
    """What every rule says of the reports of a year, and what a person should see."""
    mine = of_parts(reports, int(context.partition_key), workspace.parts)
    result = validate(facts, cells, mine, sections, load_catalog())
    yield output_of(result.outcomes, "rule_outcomes")
    yield output_of(result.findings, "findings")
