"""The jobs: which assets run together, and when a stage of the way is made again."""

import dagster as dg

from assets.common.stages import YEAR_STAGES

YEAR_ASSETS = dg.AssetSelection.groups(*YEAR_STAGES)

WAREHOUSE_ASSETS = dg.AssetSelection.key_prefixes(["reference"], ["warehouse"])

read_documents = dg.define_asset_job(
    "read_documents",
    selection=dg.AssetSelection.groups("documents", "layout"),
    description="Take in what lies in the inbox, read what is new, settle agency and year.",
)

ingest_year = dg.define_asset_job(
    "ingest_year",
    selection=YEAR_ASSETS,
    description="Cells, facts, outcomes and findings of one report year, from readings on disk.",
)

rebuild_year = dg.define_asset_job(
    "rebuild_year",
    selection=YEAR_ASSETS | dg.AssetSelection.groups("documents", "layout"),
    description="One report year from the documents on: reads what changed, then makes the year.",
)

build_warehouse = dg.define_asset_job(
    "build_warehouse",
    selection=WAREHOUSE_ASSETS | dg.AssetSelection.groups("exports"),
    description="Reference tables, dbt marts, publication, exports.",
)

publish = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.assets(["warehouse", "published_warehouse"])
    | dg.AssetSelection.groups("exports"),
    description="Publish build.duckdb as it is and write the exports.",
)

JOBS = [read_documents, ingest_year, rebuild_year, build_warehouse, publish]
