"""The driver of `gongkai world`: a made-up world into a data folder, and its warehouse.

No Dagster: the lake is written directly, then dbt and publication run as they do in a build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assets.common.lock import build_lock
from assets.common.paths import DataFolder
from assets.common.staleness import warehouse_inputs
from assets.common.stamp import write_stamp
from assets.synthetic.world import WorldOptions, plan_world, write_world
from assets.synthetic.world_documents import write_documents
from assets.synthetic.world_folder import DOCUMENTS, empty_for_world
from assets.synthetic.world_truth import TRUTH_FILE
from assets.warehouse.about import code_revision
from assets.warehouse.dbt import PROJECT, build_warehouse
from assets.warehouse.freshness import built_stamp
from assets.warehouse.publish import Published, publish_built
from schemas.catalog import load_catalog


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: numbers of agencies and reports, the truth, the publication or None."""

    agencies: int
    reports: int
    truth: Path
    published: Published | None


OnProgress = Callable[[str, int, int], None]
"""Called with a stage (world, documents, warehouse), pieces done, pieces in all."""


def make_world(
    data: DataFolder,
    options: WorldOptions,
    documents: int,
    on_progress: OnProgress,
    warehouse: bool = True,
) -> Made:
    """Make a world in a data folder that is empty or holds a world, then its warehouse.

    Args:
        data: the data folder.
        options: what world.
        documents: how many reports are printed into documents/ too.
        on_progress: see OnProgress.
        warehouse: go on to dbt and publication.

    Raises:
        BuildRunning: another build holds the data folder.
        NotAWorldError: the folder holds something else; nothing is touched.
        ValueError: the options cannot be met, see plan_world.
        DbtError, PublishError: the lake is written, the warehouse is not.
    """
    catalog = load_catalog()
    world = plan_world(options, catalog)
    data.root.mkdir(parents=True, exist_ok=True)
    with build_lock(data):
        empty_for_world(data, options)
        write_world(data, world, catalog, lambda done, total: on_progress("world", done, total))
        if documents:
            on_progress("documents", 0, documents)
            write_documents(data.root / DOCUMENTS, world, catalog, documents)
            on_progress("documents", documents, documents)
        published = _warehouse(data, on_progress) if warehouse else None
    return Made(world.agencies.height, world.reports.height, data.root / TRUTH_FILE, published)


def _warehouse(data: DataFolder, on_progress: OnProgress) -> Published:
    on_progress("warehouse", 0, 1)
    build_warehouse(data)
    write_stamp(
        built_stamp(data),
        warehouse_inputs(data, PROJECT),
        code_revision=code_revision(),
        catalogue_hash=load_catalog().hash,
    )
    done = publish_built(data)
    on_progress("warehouse", 1, 1)
    return done
