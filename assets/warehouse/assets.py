"""Stage 6: dbt models as assets, and the published file.

Definitions only, made on request, because they need dbt's manifest: `make manifest` writes it and
nothing here does so while importing. How dbt is run is in dbt.py, what publishing means in
publish.py.
"""

import os
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from assets.common.staleness import warehouse_inputs
from assets.common.stamp import read_stamp, write_stamp
from assets.common.workspace import Workspace
from assets.warehouse.about import code_revision
from assets.warehouse.changes import remember
from assets.warehouse.dbt import (
    PROJECT,
    WITHOUT_UNIT_TESTS,
    dbt_env,
    prepare_build,
    target_path,
)
from assets.warehouse.freshness import MANIFEST, built_stamp
from assets.warehouse.manifest import marts, read_manifest
from assets.warehouse.publish import publish_built
from assets.warehouse.translator import LAYER, WHEN_THE_LAKE_CHANGES, GongkaiDbtTranslator
from schemas.catalog import load_catalog

POOL = "duckdb_build"
PUBLISHED = dg.AssetKey([LAYER, "published_warehouse"])


class ManifestMissing(RuntimeError):
    """dbt's manifest has not been made, so the models cannot be listed."""

    def __init__(self, manifest: Path) -> None:
        super().__init__(f"{manifest} is not there: run `make manifest` (dbt parse) first")


def dbt_models(manifest: Path = MANIFEST) -> dg.AssetsDefinition:
    """All models of the dbt project as one definition, each model an asset, its tests checks.

    Raises:
        ManifestMissing: there is no manifest at that path; the message says how to make it.
    """
    if not manifest.exists():
        raise ManifestMissing(manifest)

    @dbt_assets(
        manifest=manifest,
        name="dbt_models",
        dagster_dbt_translator=GongkaiDbtTranslator(),
        pool=POOL,
    )
    def models(context: dg.AssetExecutionContext, dbt: DbtCliResource, workspace: Workspace):
        data = workspace.folder
        whole, was_whole = not context.is_subset, bool(read_stamp(built_stamp(data)))
        built_stamp(data).unlink(missing_ok=True)
        prepare_build(data, whole=whole)
        inputs = warehouse_inputs(data, PROJECT)
        os.environ.update(dbt_env(data))
        run = dbt.cli(
            ["build", *WITHOUT_UNIT_TESTS],
            context=context,
            target_path=target_path(data).resolve(),
        )
        yield from run.stream()
        made_by = {"code_revision": code_revision(), "catalogue_hash": load_catalog().hash}
        if whole:
            remember(data)
            write_stamp(built_stamp(data), inputs, **made_by)
        elif was_whole:
            # Fit to be published, but not what a build of all models would give.
            write_stamp(built_stamp(data), f"in part {inputs}", **made_by)

    return models


def published_warehouse(manifest: Path = MANIFEST) -> dg.AssetsDefinition:
    """The published file as an asset that follows every mart.

    Raises:
        ManifestMissing: see dbt_models.
    """
    if not manifest.exists():
        raise ManifestMissing(manifest)
    tables = [dg.AssetKey([LAYER, mart.name]) for mart in marts(read_manifest(manifest))]

    @dg.asset(
        key=PUBLISHED,
        group_name=LAYER,
        kinds={"duckdb"},
        description="One file: the marts with their comments, verified, then put in place at once.",
        deps=tables,
        pool=POOL,
        automation_condition=WHEN_THE_LAKE_CHANGES,
    )
    def published(workspace: Workspace) -> dg.MaterializeResult:
        done = publish_built(workspace.folder)
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(done.path)),
                "build_id": done.build_id,
                "dagster/row_count": sum(done.rows.values()),
                "rows": dg.MetadataValue.json(done.rows),
            }
        )

    return published
