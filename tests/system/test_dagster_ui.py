"""`dagster dev` opens, shows the graph, and one can materialize from its page."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.warehouse.freshness import ensure_manifest
from orchestration.home import prepare_home
from tests.system.browser import Browser, until

pytestmark = pytest.mark.system
PROJECT = Path(__file__).parents[2]
RUNS = "{ runsOrError { ... on Runs { results { status jobName } } } }"

STATES = """{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError {
  ... on RepositoryLocation { repositories {
    sensors { sensorState { status } } schedules { scheduleState { status } }
  } } } } } } }"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = DataFolder(tmp_path_factory.mktemp("ui") / "data")
    folder.inbox.mkdir(parents=True)
    for sample in (PROJECT / "data" / "samples").glob("*.txt"):
        shutil.copy(sample, folder.inbox)
    return folder


@pytest.fixture(scope="module")
def address(data):
    """A running `dagster dev` over the data folder."""
    ensure_manifest(data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (data.root / "dagster.log").open("w")
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("dagster")),
            *("dev", "--module-name", "orchestration.definitions"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        cwd=PROJECT,
        env={
            **os.environ,
            "DAGSTER_HOME": str(prepare_home(data)),
            "GONGKAI_DATA": str(data.root),
            "DAGSTER_DISABLE_TELEMETRY": "yes",
        },
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/server_info"), 180, "dagster dev")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


@pytest.fixture(scope="module")
def browser(address, tmp_path_factory):
    opened = Browser(tmp_path_factory.mktemp("profile"))
    opened.open(address)
    yield opened
    opened.close()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def ask(address: str, query: str) -> dict:
    request = urllib.request.Request(
        f"{address}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def runs(address: str) -> list[dict]:
    return ask(address, RUNS)["runsOrError"]["results"]


def test_the_graph_is_shown(address, browser, tmp_path_factory):
    location = "locations/__repository__@orchestration.definitions"
    browser.open(f"{address}/{location}/asset-groups/layout/lineage")
    browser.wait_for_text("parse_log")
    browser.wait_for_text("reports")
    browser.picture(tmp_path_factory.getbasetemp() / "group.png")
    browser.open(f"{address}/asset-groups")
    browser.wait_for_text("warehouse_marts")
    browser.picture(tmp_path_factory.getbasetemp() / "graph.png")


def test_an_asset_is_materialized_from_its_page(address, browser, data, tmp_path_factory):
    browser.open(f"{address}/assets/documents/source_documents")
    browser.click("Materialize", "button")
    browser.click("Confirm", "button")  # the three tables of the register are made together
    until(lambda: runs(address), 120, "a run")
    ended = {"SUCCESS", "FAILURE", "CANCELED"}
    until(lambda: all(run["status"] in ended for run in runs(address)), 180, "the end of the run")
    assert [run["status"] for run in runs(address)] == ["SUCCESS"]
    assert Lake(data.lake).read("source_documents").height == 4
    assert list(data.inbox.iterdir()) == []
    browser.open(f"{address}/assets/documents/source_documents?view=overview")
    browser.wait_for_text("doc_id")
    browser.picture(tmp_path_factory.getbasetemp() / "asset.png")


def test_automation_is_listed_and_off(address, browser, tmp_path_factory):
    browser.open(f"{address}/automation")
    for name in ("inbox", "years_left_behind", "warehouse_automation", "nightly", "filing_season"):
        browser.wait_for_text(name)
    browser.picture(tmp_path_factory.getbasetemp() / "automation.png")
    states = ask(address, STATES)["workspaceOrError"]["locationEntries"]
    (repository,) = states[0]["locationOrLoadError"]["repositories"]
    instigators = [*repository["sensors"], *repository["schedules"]]
    assert {entry.popitem()[1]["status"] for entry in instigators} == {"STOPPED"}
