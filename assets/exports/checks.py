"""Checks of the exports: the files on disk are the bytes that the package lists."""

import dagster as dg

from assets.common.workspace import Workspace
from assets.exports.assets import EXPORTED
from assets.exports.package import export_faults, listed_files


@dg.asset_check(
    asset=EXPORTED,
    name="checksums",
    blocking=True,
    description="Every file of datapackage.json is there with the bytes that it lists.",
)
def checksums(workspace: Workspace) -> dg.AssetCheckResult:
    """Compare files with the package."""
    folder = workspace.folder.exports
    faults = export_faults(folder)
    return dg.AssetCheckResult(
        passed=not faults,
        metadata={"files": len(listed_files(folder)), "faults": "; ".join(faults[:20])},
    )
