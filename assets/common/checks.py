"""Factories of asset checks. A check reads the lake by the run's report year, never a frame.

A frame argument would hand a check every partition of its asset; the context alone names the
year. Shape checks block what comes after; checks of report content only warn, because a report
that does not add up is data.
"""

import json
from collections.abc import Callable, Iterator, Sequence

import dagster as dg
import pandera.errors
import polars as pl

from assets.common.lake import Lake
from assets.common.parts import Part
from assets.common.workspace import Workspace
from schemas.frames import LAKE_TABLES

Shown = dict[str, str | int | float]
"""What a check result shows beside passed or failed."""


def year_of(context: dg.AssetCheckExecutionContext) -> int | None:
    """The report year of the run; None for tables that are not kept by year."""
    return int(context.partition_key) if context.has_partition_key else None


def describe_shape(
    lake: Lake, table: str, report_year: int | None, parts: Sequence[Part] | None = None
) -> tuple[bool, Shown]:
    """Re-read a stored table, a year or some parts of it, and compare it with its model.

    Returns:
        whether the file is there and fits, and what to show: rows, year, path, failures.
    """
    known = parts if report_year is not None else None
    if known:
        files = [lake.file(table, report_year, part) for part in known]
    else:
        files = list(lake.files(table, report_year)) or [lake.file(table, report_year)]
    shown: Shown = {"path": str(files[0] if len(files) == 1 else files[0].parents[1])}
    if report_year is not None:
        shown["report_year"] = report_year
    if not all(file.exists() for file in files):
        return False, {**shown, "failure": "nothing is stored"}
    count = 0
    for file in files:  # one after the other: a year may be larger than memory
        frame = pl.read_parquet(file, glob=False, hive_partitioning=False)
        count += frame.height
        try:
            LAKE_TABLES[table].validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as error:
            failure = json.dumps(error.message, ensure_ascii=False)[:4000]
            return False, {**shown, "rows": count, "failure": failure}
    return True, {**shown, "rows": count}


def shape_checks(name: str, keys: Sequence[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """One blocking `shape` check for each table of a stage, run in one step.

    Args:
        name: name of the step.
        keys: asset keys; the last part of each is the lake table.
    """
    specs = [
        dg.AssetCheckSpec(
            "shape",
            asset=key,
            blocking=True,
            description="What is on disk fits the table's model; blocks what comes after.",
        )
        for key in keys
    ]

    @dg.multi_asset_check(name=name, specs=specs, can_subset=True)
    def check(
        context: dg.AssetCheckExecutionContext, workspace: Workspace
    ) -> Iterator[dg.AssetCheckResult]:
        selected = context.selected_asset_check_keys
        for spec in specs:
            if spec.key in selected:
                table = spec.asset_key.path[-1]
                passed, shown = describe_shape(
                    workspace.lake, table, year_of(context), workspace.parts
                )
                yield dg.AssetCheckResult(
                    passed=passed, asset_key=spec.asset_key, check_name="shape", metadata=shown
                )

    return check


def warn_checks(
    name: str,
    asset: dg.AssetKey,
    measures: dict[str, str],
    measure: Callable[[Lake, int | None], dict[str, tuple[bool, Shown]]],
) -> dg.AssetChecksDefinition:
    """Checks that never block, several from one look at the data.

    Args:
        name: name of the step.
        asset: the asset they belong to.
        measures: check name to description.
        measure: from the lake and the year, for each check name whether it passed and what to
            show.
    """
    specs = [
        dg.AssetCheckSpec(check, asset=asset, blocking=False, description=description)
        for check, description in measures.items()
    ]

    @dg.multi_asset_check(name=name, specs=specs, can_subset=True)
    def check(
        context: dg.AssetCheckExecutionContext, workspace: Workspace
    ) -> Iterator[dg.AssetCheckResult]:
        selected = context.selected_asset_check_keys
        results = measure(workspace.lake, year_of(context))
        for spec in specs:
            if spec.key in selected:
                passed, shown = results[spec.name]
                yield dg.AssetCheckResult(
                    passed=passed,
                    asset_key=asset,
                    check_name=spec.name,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata=shown,
                )

    return check
