"""What a data folder needs before its publication and exports are up to date."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assets.common.paths import DataFolder
from assets.common.staleness import warehouse_inputs
from assets.common.stamp import write_stamp
from assets.exports.handout import export_parquet
from assets.warehouse.dbt import PROJECT
from assets.warehouse.freshness import (
    WarehouseWork,
    built_stamp,
    exported_stamp,
    warehouse_work,
)
from assets.warehouse.publish import publish_built
from tests.unit.warehouse.mini_build import mini_build


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder that was built, published and exported from what there is now."""
    data = mini_build(tmp_path / "data")
    inputs = warehouse_inputs(data, PROJECT)
    write_stamp(built_stamp(data), inputs, code_revision="abc", catalogue_hash="f" * 64)
    publish_built(data)
    export_parquet(data)
    write_stamp(exported_stamp(data), inputs)
    return data


def test_nothing_is_done_twice(data: DataFolder) -> None:
    assert warehouse_work(data) is WarehouseWork.NOTHING


def test_exports_that_somebody_removed_are_written_again(data: DataFolder) -> None:
    shutil.rmtree(data.exports)
    assert warehouse_work(data) is WarehouseWork.PUBLISH


def test_a_publication_takes_the_exports_with_it(data: DataFolder) -> None:
    publish_built(data)
    assert warehouse_work(data) is WarehouseWork.PUBLISH


@pytest.mark.parametrize("lost", ["build_db", "published_db"])
def test_a_lost_file_is_made_again(data: DataFolder, lost: str) -> None:
    getattr(data, lost).unlink()
    wanted = WarehouseWork.NOTHING if lost == "build_db" else WarehouseWork.PUBLISH
    assert warehouse_work(data) is wanted


@pytest.mark.parametrize(
    ("damaged", "work"),
    [
        ({"published_db"}, WarehouseWork.PUBLISH),
        ({"published_db", "build_db"}, WarehouseWork.BUILD),
    ],
)
def test_a_damaged_file_is_made_again(
    data: DataFolder, damaged: set[str], work: WarehouseWork
) -> None:
    for name in damaged:
        getattr(data, name).write_bytes(b"not a database" * 1000)
    assert warehouse_work(data) is work


def test_a_build_without_its_note_is_made_again(data: DataFolder) -> None:
    built_stamp(data).unlink()
    data.published_db.unlink()
    assert warehouse_work(data) is WarehouseWork.BUILD
