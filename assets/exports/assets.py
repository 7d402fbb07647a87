"""Stage 7: the published tables as files for other tools.

Definitions only; what is written, and what is kept back, is decided in handout.py and exported.py.
"""

import dagster as dg

from assets.common.stamp import read_stamp, write_stamp
from assets.common.workspace import Workspace
from assets.exports.handout import export_parquet
from assets.warehouse.freshness import exported_stamp, published_stamp
from assets.warehouse.translator import WHEN_THE_LAKE_CHANGES

LAYER = "exports"
EXPORTED = dg.AssetKey([LAYER, "parquet_files"])


@dg.asset(
    key=EXPORTED,
    group_name=LAYER,
    kinds={"parquet"},
    description="One Parquet file per published table, large ones by year, with checksums.",
    deps=[dg.AssetKey(["warehouse", "published_warehouse"])],
    automation_condition=WHEN_THE_LAKE_CHANGES,
)
def parquet_files(workspace: Workspace) -> dg.MaterializeResult:
    """Files, datapackage.json and SHA256SUMS in exports/; contact details stay out."""
    data = workspace.folder
    inputs = read_stamp(published_stamp(data))
    files = export_parquet(data)
    write_stamp(exported_stamp(data), inputs)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(data.exports)),
            "files": len(files),
            "files_unchanged": sum(file.is_kept for file in files),
            "bytes": sum(file.bytes for file in files),
            "dagster/row_count": sum(file.rows for file in files),
        }
    )
