"""Sensors: the outside world (inbox), and years left behind by what was read. All start stopped.

A tick only looks and asks for runs. A document that hangs would take a reading tick with it, at
each try; in a run it is read in a worker process with limits.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.common.staleness import reading_is_stale, stale_years, year_inputs
from assets.documents.names import MANIFEST
from orchestration.defs.jobs import ingest_year, read_documents
from orchestration.settings import Settings


def inbox_state(inbox: Path) -> str:
    """Digest of names, sizes and times of the files that wait in an inbox; '' when none does."""
    files = sorted(
        (path.relative_to(inbox).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in (inbox.rglob("*") if inbox.is_dir() else ())
        if path.is_file() and path.name.lower() != MANIFEST and not path.name.startswith(".")
    )
    return hashlib.sha256(repr(files).encode()).hexdigest() if files else ""


@dg.sensor(
    name="inbox",
    job=read_documents,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Takes in and reads what lies in the inbox, once it has not changed for a tick.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run of read_documents for a settled inbox; the run key is its state."""
    state = inbox_state(Settings().folder.inbox)
    if not state:
        context.update_cursor("")
        return dg.SkipReason("the inbox is empty")
    if state != context.cursor:
        context.update_cursor(state)
        return dg.SkipReason("files are arriving; they are taken in once nothing changes")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=state)])


def year_requests(data: DataFolder) -> Iterator[dg.RunRequest]:
    """A run request for each report year whose tables are out of date.

    The run key names the inputs and the tables they replace: the same state is asked for once,
    and a run that failed is not repeated until something changed.
    """
    lake, inputs = Lake(data.lake), year_inputs(data)
    for year in stale_years(data):
        facts = lake.file("report_facts", year)
        replaced = facts.stat().st_mtime_ns if facts.exists() else 0
        yield dg.RunRequest(
            run_key=f"{year}-{inputs[year][:24]}-{replaced}", partition_key=str(year)
        )


@dg.sensor(
    name="years_left_behind",
    job=ingest_year,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Makes again the report years whose documents, readings or rules have changed.",
)
def years_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run of ingest_year for each year that is out of date."""
    settings = Settings()
    data = settings.folder
    if reading_is_stale(data, settings.limits):
        return dg.SkipReason("documents wait to be read; run read_documents first")
    requests = list(year_requests(data))
    if not requests:
        return dg.SkipReason("every report year is up to date")
    return dg.SensorResult(run_requests=requests)
