"""The build driver on real reports: kills, repeats, late documents, years decided anew.

One data folder is built by processes that are killed at three points, then completed; the tests
below look at the result and go on from there, in order. dbt runs once.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from assets.common.lake import Lake
from assets.common.lock import BuildRunning
from assets.common.staleness import lake_contents, stale_years
from orchestration.build import build
from orchestration.settings import Settings

PROJECT = Path(__file__).parents[2]
SAMPLES = sorted((PROJECT / "data" / "samples").glob("*.txt"))
BUILD = """
import json, sys
from pathlib import Path
from orchestration.build import build
from orchestration.settings import Settings

def watch(stage, done, total):
    print(stage, done, flush=True)

summary = build([Path(sys.argv[2])], Settings(data=Path(sys.argv[1])), watch)
print(json.dumps({"nothing": summary.did_nothing, "read": summary.read_anew,
    "reused": summary.reused, "dbt": summary.dbt_ran, "years": summary.years_rebuilt,
    "dagster": "dagster" in sys.modules}))
"""


def report_of(year: int, sample: Path) -> str:
    """A real report moved to another report year."""
    text = sample.read_text(encoding="utf-8")
    return text.replace("2024", "NEXT").replace("2023", str(year)).replace("NEXT", str(year + 1))


def run_build(data: Path, source: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(data), str(source)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )


def kill_at(stage: str, data: Path, source: Path) -> None:
    process = run_build(data, source)
    for line in process.stdout:
        if line.startswith(stage):
            break
    else:
        pytest.fail(f"{stage} was never reached: {process.stderr.read()}")
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    incoming = folder / "incoming"
    incoming.mkdir()
    for sample in SAMPLES[:2]:
        shutil.copy(sample, incoming)
    (incoming / "2021.txt").write_text(report_of(2021, SAMPLES[2]), encoding="utf-8")
    (incoming / "empty.txt").touch()
    (incoming / "broken.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    return folder


@pytest.fixture(scope="module")
def settings(place):
    return Settings(data=place / "data")


@pytest.fixture(scope="module")
def data(settings):
    return settings.folder


@pytest.fixture(scope="module")
def first(place, settings, data):
    """The summary of the build that completes what three killed ones left."""
    for stage in ("read", "years", "warehouse"):
        kill_at(stage, data.root, place / "incoming")
        assert not data.published_db.exists()
    stages = []
    summary = build(
        [place / "incoming"], settings, lambda stage, done, total: stages.append((stage, done))
    )
    assert ("warehouse", 1) in stages
    return summary


def test_a_build_completes_what_killed_ones_left(first, data):
    assert first.problems == ()
    assert first.documents == {"read": 3, "damaged": 2}
    with duckdb.connect(str(data.published_db), read_only=True) as connection:
        years = connection.execute(
            "SELECT report_year, count(*) FROM fct_report GROUP BY 1 ORDER BY 1"
        ).fetchall()
        cells = connection.execute(
            "SELECT count(*) FROM fct_report_item WHERE value_status <> 'absent'"
        ).fetchone()
        unread = connection.execute(
            "SELECT file_name, reason FROM fct_document WHERE status = 'damaged' ORDER BY 1"
        ).fetchall()
    assert years == [(2021, 1), (2023, 2)]
    assert cells > (500,)
    assert [name for name, _ in unread] == ["broken.pdf", "empty.txt"]
    assert all(reason for _, reason in unread)


def test_what_a_killed_build_read_is_not_read_again(first):
    assert first.read_anew == 0
    assert first.reused == 5


def test_runs_and_materializations_can_be_seen_in_the_instance(first, data, monkeypatch):
    import dagster as dg  # noqa: PLC0415 - the module also tests builds that must not load it

    monkeypatch.setenv("DAGSTER_HOME", str(data.dagster_home))
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs()
        alive = [run for run in runs if not run.is_finished]
        years = instance.get_materialized_partitions(dg.AssetKey(["facts", "report_facts"]))
        marts = instance.get_latest_materialization_event(
            dg.AssetKey(["warehouse", "fct_report_item"])
        )
    assert alive == []
    assert years == {"2021", "2023"}
    assert marts is not None


def test_a_second_build_does_nothing_and_does_not_load_dagster(first, place, data):
    before = data.published_db.stat().st_ino
    output, errors = run_build(data.root, place / "incoming").communicate()
    assert json.loads(output.splitlines()[-1]) == {
        "nothing": True,
        "read": 0,
        "reused": 5,
        "dbt": False,
        "years": [],
        "dagster": False,
    }, errors
    assert data.published_db.stat().st_ino == before


def test_a_late_document_makes_only_its_year_and_the_next_again(first, place, settings, data):
    late = place / "late"
    late.mkdir()
    (late / "2020.txt").write_text(report_of(2020, SAMPLES[3]), encoding="utf-8")
    before = lake_contents(data)
    summary = build([late], settings, publish=False)
    assert (summary.read_anew, summary.reused) == (1, 5)
    assert summary.years_rebuilt == (2020, 2021)
    after = lake_contents(data)
    changed = {name for name in after if after[name] != before.get(name)}
    assert not [name for name in changed if "report_year=2021" in name or "=2023" in name]
    assert any("report_year=2020" in name for name in changed)


def test_a_document_whose_year_is_decided_anew_leaves_its_year(first, settings, data):
    moved = Lake(data.lake).read("reports").filter(report_year=2020)["doc_id"].item()
    data.config.mkdir(parents=True, exist_ok=True)
    (data.config / "overrides.csv").write_text(
        f"document,agency_name,report_year\n{moved},,2022\n", encoding="utf-8"
    )
    summary = build([], settings, publish=False)
    lake = Lake(data.lake)
    assert 2020 in summary.years_rebuilt
    assert 2022 in summary.years_rebuilt
    assert lake.read("report_facts", 2020).is_empty()
    assert set(lake.read("report_facts", 2022)["doc_id"]) == {moved}
    assert stale_years(data) == ()


def test_the_same_documents_give_the_same_lake(first, place, settings, data, tmp_path):
    other = Settings(data=tmp_path / "data")
    if data.config.exists():
        shutil.copytree(data.config, other.folder.config)
    build([place / "incoming", place / "late"], other, publish=False)
    documents = {
        name: content
        for name, content in lake_contents(data).items()
        # A year that lost its report has empty tables in one folder and none in the other.
        if "report_year=2020" not in name and not name.startswith(("arrivals/", "ref_"))
    }
    again = lake_contents(other.folder)
    assert {name: again.get(name) for name in documents if "report_year" in name} == {
        name: content for name, content in documents.items() if "report_year" in name
    }
    assert again["reports/reports.parquet"] == documents["reports/reports.parquet"]


def test_a_build_of_a_folder_that_is_being_built_says_who_builds_it(place, tmp_path):
    data = tmp_path / "data"
    process = run_build(data, place / "incoming")
    process.stdout.readline()
    try:
        with pytest.raises(BuildRunning, match=str(process.pid)):
            build([place / "incoming"], Settings(data=data), wait=False)
    finally:
        process.kill()
        process.wait()
