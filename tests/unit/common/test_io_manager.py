"""Dagster stores frames in the lake, and a bad frame replaces nothing."""

import dagster as dg
import polars as pl
import pytest

from assets.common.io_manager import LakeParquetIOManager
from assets.common.made_up import MadeUpWorldError
from assets.common.metadata import output_of, preview
from assets.common.partitions import REPORT_YEARS
from assets.common.workspace import Workspace
from schemas.frames import ParseLog, ReportContacts, to_frame


@dg.asset(key=["layout", "parse_log"], io_manager_key="lake_io")
def parse_log() -> pl.DataFrame:
    return to_frame(ParseLog, [{"doc_id": "a" * 64, "status": "read", "reason": "a|b\nc"}])


@dg.asset(key=["facts", "report_contacts"], io_manager_key="lake_io", partitions_def=REPORT_YEARS)
def contacts(context: dg.AssetExecutionContext) -> pl.DataFrame:
    return to_frame(ReportContacts, [{"doc_id": context.partition_key * 16}])


@dg.asset(ins={"rows": dg.AssetIn(["facts", "report_contacts"])}, partitions_def=REPORT_YEARS)
def seen(rows: pl.DataFrame) -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"docs": rows["doc_id"].to_list()})


@pytest.fixture
def io_manager(tmp_path):
    return LakeParquetIOManager(workspace=Workspace(root=str(tmp_path)))


def metadata_of(result, key):
    (event,) = [
        event
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(key)
    ]
    return event.materialization.metadata


def test_rows_columns_and_preview_are_shown(io_manager):
    result = dg.materialize([parse_log], resources={"lake_io": io_manager})
    shown = metadata_of(result, ["layout", "parse_log"])
    assert shown["dagster/row_count"].value == 1
    columns = shown["dagster/column_schema"].schema.columns
    assert [column.name for column in columns] == list(ParseLog.to_schema().columns)
    assert all(column.description for column in columns)
    assert "a\\|b c" in shown["preview"].value


def test_a_run_by_hand_does_not_write_over_a_made_up_world(io_manager, tmp_path):
    (tmp_path / "world.json").write_text("{}")
    with pytest.raises(MadeUpWorldError):
        dg.materialize([parse_log], resources={"lake_io": io_manager})
    assert not io_manager.lake.file("parse_log").exists()


def test_a_year_is_read_back_alone(io_manager):
    resources = {"lake_io": io_manager}
    for year in ("2022", "2023"):
        result = dg.materialize([contacts, seen], resources=resources, partition_key=year)
    assert metadata_of(result, ["seen"])["docs"].value == ["2023" * 16]
    assert io_manager.lake.years("report_contacts") == (2022, 2023)


def test_a_bad_frame_fails_the_step_and_replaces_nothing(io_manager):
    dg.materialize([parse_log], resources={"lake_io": io_manager})

    @dg.asset(key=["layout", "parse_log"], io_manager_key="lake_io")
    def broken() -> pl.DataFrame:
        return to_frame(ParseLog, [{"doc_id": "b" * 64, "status": "read"}]).drop("reason")

    result = dg.materialize([broken], resources={"lake_io": io_manager}, raise_on_error=False)
    assert not result.success
    assert io_manager.lake.read("parse_log")["doc_id"].to_list() == ["a" * 64]


def test_the_preview_of_nothing_says_so():
    assert preview(pl.DataFrame({"a": []})) == "no rows"


def test_the_data_version_is_the_hash_of_the_rows(io_manager):
    @dg.asset(key=["layout", "parse_log"], io_manager_key="lake_io")
    def timed() -> dg.MaterializeResult[pl.DataFrame]:
        rows = [{"doc_id": "a" * 64, "status": "read", "seconds": 3.0}]
        return output_of(to_frame(ParseLog, rows), "parse_log")

    result = dg.materialize([timed], resources={"lake_io": io_manager})
    (event,) = result.get_asset_materialization_events()
    stored = io_manager.lake.stored("parse_log")
    assert event.materialization.tags["dagster/data_version"] == stored.content
