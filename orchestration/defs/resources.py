"""Configured instances of what the assets ask for; the classes live with the assets."""

import shutil
import sys
from pathlib import Path

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
        "dbt": DbtCliResource(
            project_dir=str(PROJECT), profiles_dir=str(PROJECT), dbt_executable=_dbt()
        ),
        "watcher": Watcher(),
    }


def _dbt() -> str:
    """The dbt of this environment, which is not on PATH unless somebody activated it."""
    beside = Path(sys.executable).with_name("dbt")
    return str(beside) if beside.exists() else shutil.which("dbt") or "dbt"
