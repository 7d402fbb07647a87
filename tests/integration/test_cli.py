"""check, score and build from outside: real readers, real rules, real exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from assets.synthetic.county import write_county
from orchestration.cli.main import app
from schemas.catalog import load_catalog
from tests.integration.sarif import SARIF

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "data" / "samples"
SLIPPED = SAMPLES / "001_552a8d10fa63c5da.txt"
CLEAN = SAMPLES / "002_e73d5a6c979587d5.txt"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GONGKAI_LANG", "en")

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four made-up reports of four kinds with their truth."""
    whole = tmp_path_factory.mktemp("county")
    write_county(whole, 7, load_catalog(), with_truth=True)
    folder = tmp_path_factory.mktemp("measured")
    (folder / "truth").mkdir()
    for truth in sorted((whole / "truth").glob("*.json"))[:4]:
        name = json.loads(truth.read_text(encoding="utf-8"))["file"]
        shutil.copy(whole / name, folder / name)
        shutil.copy(truth, folder / "truth" / truth.name)
    return folder


def test_check_shows_a_draft_and_is_clean_below_the_stated_severity(run):
    result = run("check", SLIPPED)
    assert result.exit_code == 0, result.output
    assert "5 blank cells stand in front of 10 values" in result.stdout
    assert "rests on an unsure cell" in result.stdout
    assert "Files: 1. Errors: 0" in result.stdout


def test_check_fails_on_findings_at_or_above_a_severity(run):
    result = run("check", SLIPPED, "--fail-on", "warning", "--format", "json")
    assert result.exit_code == 1
    (file,) = json.loads(result.stdout)["files"]
    assert file["status"] == "read"
    assert {finding["severity"] for finding in file["findings"]} >= {"warning"}
    assert len(file["reports"]) == 1


def test_check_finds_a_sum_that_does_not_add_up(run, tmp_path: Path):
    result = run("check", unbalanced(tmp_path))
    assert result.exit_code == 1, result.stdout[-3000:]
    assert "error CHK-T3-" in result.stdout


def test_check_names_the_rules_that_blanks_kept_from_being_judged(run, tmp_path: Path):
    before, label, table = CLEAN.read_text(encoding="utf-8").partition("一、本年新收政府信息公开")
    blanked = tmp_path / "draft.txt"
    blanked.write_text(before + label + table.replace("35", "", 1), encoding="utf-8")
    result = run("check", blanked)
    assert "could not be judged" in result.stdout
    assert "CHK-T3-01 " in result.stdout
    (file,) = json.loads(run("check", blanked, "--format", "json").stdout)["files"]
    assert "CHK-T3-01" in {row["rule_id"] for row in file["not_judged"]}


def test_check_of_a_folder_says_that_it_is_one(run, tmp_path: Path):
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "is a folder" in result.stderr


def test_check_says_what_it_could_not_read_and_goes_on(run, tmp_path: Path):
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    result = run("check", empty, CLEAN)
    assert result.exit_code == 2
    assert "could not be read (damaged)" in result.stderr
    assert "Files: 2." in result.stdout
    assert "files not read: 1" in result.stdout


def test_check_says_why_it_does_not_open_an_archive(run, tmp_path: Path):
    packed = tmp_path / "big.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.txt", b"0" * 2_000_000)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\3\4" + b"no archive" * 9)
    result = run("check", packed, broken)
    assert result.exit_code == 2
    said = result.stderr.splitlines()
    assert any(
        line.startswith(f"{packed}: could not be read (too large): it is packed beyond measure")
        and line.endswith("unpack it by hand if you trust it")
        for line in said
    )
    assert any(line.startswith(f"{broken}: could not be read (damaged): it is") for line in said)
    files = json.loads(run("check", packed, broken, "--format", "json").stdout)["files"]
    assert [file["status"] for file in files] == ["too_large", "damaged"]


def test_a_name_that_is_no_text_ends_nothing(tmp_path: Path):
    named = os.fsencode(tmp_path) + "/草稿.txt".encode("gbk")
    Path(os.fsdecode(named)).write_bytes(CLEAN.read_bytes())
    empty = os.fsencode(tmp_path) + "/空.pdf".encode("gbk")
    Path(os.fsdecode(empty)).write_bytes(b"")
    strict = os.environ | {"PYTHONIOENCODING": "utf-8:strict", "GONGKAI_LANG": "en"}
    for form in ("text", "json", "sarif", "junit"):
        done = subprocess.run(
            [sys.executable, "-c", "from orchestration.cli.main import app; app()", "check",
             named, empty, "--format", form],
            cwd=PROJECT, env=strict, capture_output=True, check=False,
        )  # fmt: skip
        told = (done.stdout + done.stderr).decode("utf-8")
        assert done.returncode == 2, told
        assert "Traceback" not in told
        assert ("%B2%DD%B8%E5.txt" if form == "sarif" else "草稿.txt") in told


def test_check_as_sarif_names_rules_places_and_unread_files(run, tmp_path: Path):
    empty = tmp_path / "空 文件.pdf"
    empty.write_bytes(b"")
    broken = unbalanced(tmp_path)
    result = run("check", broken, empty, "--format", "sarif")
    assert result.exit_code == 2
    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    (told,) = only["invocations"]
    assert told["executionSuccessful"] is False
    (unread,) = told["toolExecutionNotifications"]
    assert "could not be read (damaged)" in unread["message"]["text"]
    assert unread["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == empty.as_uri()
    errors = [one for one in only["results"] if one["level"] == "error"]
    assert errors
    for one in errors:
        assert rules[one["ruleIndex"]] == one["ruleId"]
        place = one["locations"][0]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == broken.as_uri()
        assert place["physicalLocation"]["region"]["startLine"] > 1
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("applications.")
        assert re.fullmatch(r"[0-9a-f]{32}", one["partialFingerprints"]["gongkai/v2"])
        assert one["relatedLocations"]
    assert {one["level"] for one in only["results"]} <= {"error", "warning", "note"}
    assert run("check", CLEAN, "--format", "sarif").exit_code == 0
    for language in ("zh", "en"):
        text = run("check", broken, SLIPPED, empty, "--format", "sarif", "--lang", language).stdout
        wrong = [error.message for error in SARIF.iter_errors(json.loads(text))]
        assert wrong == []


def fingerprints(result: Result) -> list[str]:
    (only,) = json.loads(result.stdout)["runs"]
    return [one["partialFingerprints"]["gongkai/v2"] for one in only["results"]]


def test_a_finding_has_the_same_fingerprint_in_every_version_of_a_report(run, tmp_path: Path):
    broken = unbalanced(tmp_path)
    first = fingerprints(run("check", broken, "--format", "sarif"))
    assert len(set(first)) == len(first)
    text = broken.read_text(encoding="utf-8")
    again = tmp_path / "again.txt"
    again.write_text(text.replace("36", "37", 1) + "\n", encoding="utf-8")
    assert fingerprints(run("check", again, "--format", "sarif", "--lang", "zh")) == first
    assert not set(first) & set(fingerprints(run("check", SLIPPED, "--format", "sarif")))
    assert set(fingerprints(run("check", CLEAN, "--format", "sarif"))) < set(first)


def test_check_as_junit_has_a_case_per_rule_and_file(run, tmp_path: Path):
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    broken = unbalanced(tmp_path)
    result = run("check", broken, empty, "--format", "junit")
    assert result.exit_code == 2
    root = ElementTree.fromstring(result.stdout)
    suites = {Path(suite.get("name", "")).name: suite for suite in root}
    assert list(suites) == ["draft.txt", "empty.pdf"]
    failed = [case for case in suites["draft.txt"] if case.find("failure") is not None]
    assert failed
    assert all((case.get("name") or "").startswith("CHK-T3-") for case in failed)
    assert int(suites["draft.txt"].get("failures", "")) == len(
        list(suites["draft.txt"].iter("failure"))
    )
    (unread,) = suites["empty.pdf"].iter("error")
    assert unread.get("type") == "damaged"
    assert (root.get("errors"), root.get("failures")) == ("1", suites["draft.txt"].get("failures"))
    (slipped,) = ElementTree.fromstring(
        run("check", SLIPPED, "--format", "junit", "--lang", "zh").stdout
    )
    (unsure,) = slipped.iter("property")
    assert (unsure.get("name"), unsure.get("value")) == ("unsureCells", "15")
    assert slipped.findtext("system-out") == "存疑单元格: 15"
    assert slipped[0].tag == "properties"
    (clean,) = ElementTree.fromstring(run("check", CLEAN, "--format", "junit").stdout)
    assert (clean.get("failures"), clean.get("errors")) == ("0", "0")
    assert int(clean.get("tests", "")) > 10


def unbalanced(folder: Path) -> Path:
    """A draft whose table 3 does not add up."""
    before, label, table = CLEAN.read_text(encoding="utf-8").partition("一、本年新收政府信息公开")
    broken = folder / "draft.txt"
    broken.write_text(before + label + table.replace("35", "36", 1), encoding="utf-8")
    return broken


def test_score_of_made_up_reports_is_perfect(run, measured: Path):
    result = run("score", measured)
    assert result.exit_code == 0, result.output
    assert "0 silently wrong, 0 doubtful asserted, 4 of 4 identities" in result.stdout


def test_score_names_what_differs(run, measured: Path, tmp_path: Path):
    folder = tmp_path / "measured"
    shutil.copytree(measured, folder)
    path = sorted((folder / "truth").glob("*.json"))[0]
    truth = json.loads(path.read_text(encoding="utf-8"))
    truth["cells"]["t3.new.nat"] = 987654
    truth["doubtful"] = ["t3.new.com"]
    truth["agency_name"] = "别处"
    path.write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    result = run("score", folder)
    assert result.exit_code == 1
    assert "t3.new.nat: should be reported 987654" in result.stdout
    assert "1 silently wrong, 1 doubtful asserted, 3 of 4 identities" in result.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No *.json"),
        ("{", "truth.json"),
        ('{"file": "a.txt"}', "it must have file, agency_name, report_year, cells"),
        ("[]", "it must have file"),
        ('{"file": "a.txt", "agency_name": "a", "report_year": 1, "cells": 5}', "an object of"),
        ('{"file": "a.txt", "agency_name": "a", "report_year": 1, "cells": {"t9.x": 1}}', "t9.x"),
        ('{"file": "../a.txt", "agency_name": "a", "report_year": 1, "cells": {}}', "../a.txt"),
    ],
)
def test_score_explains_bad_truth(run, tmp_path: Path, content: str | None, says: str):
    folder = tmp_path / "measured"
    (folder / "truth").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    if content is not None:
        (folder / "truth" / "truth.json").write_text(content, encoding="utf-8")
    result = run("score", folder)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("command", "reason"), [("build", "File exists"), ("demo", "Not a directory")]
)
def test_a_data_folder_that_cannot_be_made_is_named(run, tmp_path: Path, command: str, reason: str):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = run(command, "--data", tmp_path / "file")
    assert result.exit_code == 2
    assert f"Could not write to {tmp_path / 'file'}: {reason}" in result.stderr


def test_a_wrong_setting_is_named(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GONGKAI_WORKERS", "two")
    result = run("build", "--data", tmp_path)
    assert result.exit_code == 2
    assert "Setting GONGKAI_WORKERS is wrong: 'two'" in result.stderr


def test_a_file_is_no_folder_to_measure(run):
    result = run("score", CLEAN)
    assert result.exit_code == 2
    assert "is a file. Name the folder that holds it" in result.stderr


def test_build_of_nothing_publishes_nothing(run, tmp_path: Path):
    missing = run("build", tmp_path / "nothing", "--data", tmp_path / "data")
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
