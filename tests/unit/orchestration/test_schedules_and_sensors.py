"""Sensors ask for runs and do nothing else; schedules know the season; all start stopped."""

import datetime as dt

import dagster as dg
import polars as pl
import pytest
from dagster import DefaultScheduleStatus, DefaultSensorStatus

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.common.staleness import YEAR_TABLES, reading_inputs, year_inputs
from assets.reference import assets as reference_assets
from orchestration.defs.automation import warehouse_automation
from orchestration.defs.schedules import TIMEZONE, filing_season, nightly
from orchestration.defs.sensors import inbox_sensor, inbox_state, year_requests, years_sensor
from orchestration.home import prepare_home
from orchestration.settings import Settings
from schemas.frames import LAKE_TABLES, empty_frame


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path / "data"))
    return DataFolder((tmp_path / "data").resolve())


def report(doc: str, year: int | None) -> dict:
    text = dict.fromkeys(
        ("agency_code", "agency_name", "year_evidence", "agency_evidence", "identity_conflicts"),
        "x",
    )
    return {
        **text,
        "report_id": f"{doc}-1",
        "doc_id": doc,
        "ordinal": 1,
        "kind": "dept",
        "report_year": year,
        "is_current": True,
        "is_synthetic": False,
    }


def store_reports(data: DataFolder, *rows: dict) -> None:
    lake = Lake(data.lake)
    model = LAKE_TABLES["reports"]
    reports = pl.concat(
        [empty_frame(model), pl.DataFrame(rows, schema=empty_frame(model).schema, orient="row")]
    )
    log = pl.DataFrame(
        [{"doc_id": row["doc_id"], "status": "read"} for row in rows],
        schema=empty_frame(LAKE_TABLES["parse_log"]).schema,
    )
    for table in ("source_documents", "manifest_claims"):
        lake.write(table, empty_frame(LAKE_TABLES[table]))
    matches = empty_frame(LAKE_TABLES["agency_matches"])
    lake.write("agency_matches", matches, inputs=reading_inputs(data))
    lake.write("reports", reports, inputs=reading_inputs(data))
    lake.write("parse_log", log, inputs=reading_inputs(data))


def store_year(data: DataFolder, year: int) -> None:
    for table in YEAR_TABLES:
        inputs = year_inputs(data)[year]
        Lake(data.lake).write(table, empty_frame(LAKE_TABLES[table]), year, inputs=inputs)


def tick(sensor, cursor: str | None = None):
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        return sensor(context), context.cursor


def test_an_empty_inbox_asks_for_nothing(data):
    result, _ = tick(inbox_sensor)
    assert isinstance(result, dg.SkipReason)


def test_a_file_is_taken_in_once_it_has_stopped_changing(data):
    data.inbox.mkdir(parents=True)
    file = data.inbox / "report.txt"
    file.write_text("half", encoding="utf-8")
    first, cursor = tick(inbox_sensor)
    file.write_text("half and half", encoding="utf-8")
    second, cursor = tick(inbox_sensor, cursor)
    third, _ = tick(inbox_sensor, cursor)
    assert isinstance(first, dg.SkipReason)
    assert isinstance(second, dg.SkipReason)
    assert [request.run_key for request in third.run_requests] == [inbox_state(data.inbox)]


def test_the_manifest_that_stays_in_the_inbox_is_no_news(data):
    data.inbox.mkdir(parents=True)
    (data.inbox / "manifest.csv").write_text("file\n", encoding="utf-8")
    assert inbox_state(data.inbox) == ""


def test_a_tick_of_the_inbox_touches_nothing(data):
    data.inbox.mkdir(parents=True)
    (data.inbox / "a.txt").write_text("a", encoding="utf-8")
    tick(inbox_sensor)
    assert [path.name for path in data.root.rglob("*") if path.is_file()] == ["a.txt"]


def test_years_wait_until_documents_are_read(data):
    result, _ = tick(years_sensor)
    assert "read" in result.skip_message


def test_each_stale_year_is_asked_for_once(data):
    store_reports(data, report("a", 2021), report("b", 2023), report("c", None))
    result, _ = tick(years_sensor)
    assert [request.partition_key for request in result.run_requests] == ["2021", "2023"]
    store_year(data, 2021)
    assert [request.partition_key for request in year_requests(data)] == ["2023"]
    store_year(data, 2023)
    result, _ = tick(years_sensor)
    assert isinstance(result, dg.SkipReason)


def test_the_run_key_changes_with_what_is_asked_for(data):
    store_reports(data, report("a", 2021))
    (first,) = year_requests(data)
    (again,) = year_requests(data)
    store_reports(data, report("a", 2021), report("b", 2021))
    (more,) = year_requests(data)
    assert first.run_key == again.run_key
    assert first.run_key != more.run_key


def test_a_year_after_a_changed_year_is_made_again_too(data):
    store_reports(data, report("a", 2021), report("b", 2022), report("c", 2023))
    for year in (2021, 2022, 2023):
        store_year(data, year)
    store_reports(data, report("a", 2021), report("d", 2021), report("b", 2022), report("c", 2023))
    assert [request.partition_key for request in year_requests(data)] == ["2021", "2022"]


def test_a_year_that_lost_its_report_is_made_again_until_it_is_empty(data):
    store_reports(data, report("a", 2021))
    store_year(data, 2021)
    store_reports(data)
    assert [request.partition_key for request in year_requests(data)] == ["2021"]
    store_year(data, 2021)
    assert list(year_requests(data)) == []


def test_everything_that_starts_runs_starts_stopped():
    assert inbox_sensor.default_status is DefaultSensorStatus.STOPPED
    assert years_sensor.default_status is DefaultSensorStatus.STOPPED
    assert warehouse_automation.default_status is DefaultSensorStatus.STOPPED
    for schedule in (nightly, filing_season):
        assert schedule.default_status is DefaultScheduleStatus.STOPPED
        assert schedule.execution_timezone == TIMEZONE == "Asia/Shanghai"


def numbers(field: str) -> set[int]:
    """What a field of a cron line names: numbers and ranges, joined by commas."""
    ends = (part.partition("-") for part in field.split(","))
    return {n for low, _, high in ends for n in range(int(low), int(high or low) + 1)}


def season_days() -> list[dt.date]:
    """Days of 2025 on which the filing-season schedule runs, by its own cron lines."""
    days: list[dt.date] = []
    for line in Settings().season_crons:
        minute, hour, day_of_month, month, weekday = line.split()
        assert (minute, hour, weekday) == ("0", "12", "*")
        days += [
            day
            for n in range(365)
            if (day := dt.date(2025, 1, 1) + dt.timedelta(days=n)).month in numbers(month)
            and (day_of_month == "*" or day.day in numbers(day_of_month))
        ]
    return sorted(days)


def test_the_filing_season_is_mid_january_to_mid_april():
    first = dt.date(2025, 1, 15)
    assert season_days() == [first + dt.timedelta(days=n) for n in range(91)]


def test_the_home_follows_the_project_settings(data):
    home = prepare_home(data)
    settings = (home / "dagster.yaml").read_text(encoding="utf-8")
    assert "enabled: false" in settings
    (home / "dagster.yaml").write_text("telemetry: {enabled: true}", encoding="utf-8")
    prepare_home(data)
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == settings
    assert [path.name for path in home.iterdir()] == ["dagster.yaml"]


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GONGKAI_SECONDS", "7")
    monkeypatch.setenv("GONGKAI_WORKERS", "3")
    settings = Settings()
    assert (settings.limits.seconds, settings.workers) == (7, 3)


def test_reference_tables_are_made_once_and_when_the_files_change():
    definitions = dg.Definitions(
        assets=[reference_assets.reference_tables], resources={"lake_io": dg.mem_io_manager}
    )
    key = dg.AssetKey(["reference", "ref_item"])
    with dg.DagsterInstance.ephemeral() as instance:
        first = dg.evaluate_automation_conditions(defs=definitions, instance=instance)
        again = dg.evaluate_automation_conditions(
            defs=definitions, instance=instance, cursor=first.cursor
        )
    assert (first.get_num_requested(key), again.get_num_requested(key)) == (1, 0)
