"""Configured instances of what the assets ask for; the classes live with the assets."""

from dagster_dbt import DbtCliResource

from assets.common.io_manager import LakeParquetIOManager
from assets.common.workspace import Watcher, Workspace
from assets.warehouse.dbt import PROJECT
from orchestration.settings import Settings


def build_resources(settings: Settings) -> dict[str, object]:
    """The resources of all assets for one data folder."""
    workspace = Workspace(
        root=str(settings.folder.root),
        workers=settings.workers,
        max_bytes=settings.max_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_pages=settings.max_pages,
        seconds=settings.seconds,
        memory_bytes=settings.memory_bytes,
        wait_seconds=settings.wait_seconds,
    )
    return {
        "lake_io": LakeParquetIOManager(workspace=workspace),
        "workspace": workspace,
        "dbt": DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT)),
        "watcher": Watcher(),
    }
