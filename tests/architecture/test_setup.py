"""The files of the set-up agree with each other and name no place to install from."""

from __future__ import annotations

import csv
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
CONSTRAINTS = PROJECT / "constraints.txt"
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
CI = PROJECT / ".ci" / "run"
SAMPLES = PROJECT / "data" / "samples"
TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "assets",
    "constraints.txt", "data", "dbt_project", "docs", "orchestration", "pyproject.toml",
    "schemas", "tests",
}  # fmt: skip
TARGETS = (
    "help", "setup", "demo", "test", "test-system", "lint", "types", "manifest", "defs", "dev",
    "bench", "docs", "build",
)  # fmt: skip


def pinned() -> dict[str, str]:
    lines = (line.split("#")[0].strip() for line in CONSTRAINTS.read_text("utf-8").splitlines())
    pairs = (line.split("==") for line in lines if line)
    return {canonicalize_name(name): number for name, number in pairs}


def declared() -> list[Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for group in (project["dependencies"], *extras) for text in group]


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_every_declared_package_is_pinned_within_its_bounds(requirement: Requirement):
    number = pinned()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(number)


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_what_is_installed_is_what_is_pinned(requirement: Requirement):
    assert version(requirement.name) == pinned()[canonicalize_name(requirement.name)]


def test_no_set_up_file_says_where_packages_come_from():
    for path in (CONSTRAINTS, PROJECT / "pyproject.toml", PROJECT / "Makefile", CI):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        assert not re.search(r"--(extra-)?(index-url|find-links|trusted-host)\b", text), path.name


def test_the_top_level_holds_what_it_is_meant_to_and_nothing_else():
    """A name that a slip of a command wrote there is seen before it is kept."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert {name.split("/")[0] for name in listed.stdout.split("\0") if name} == TOP_LEVEL


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_exists_and_is_explained(target: str):
    assert re.search(rf"^{target}:.*## \S", MAKEFILE, re.MULTILINE)


def test_make_help_lists_the_targets():
    done = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert {line.split()[0] for line in done.stdout.splitlines()} >= set(TARGETS)


def test_the_system_tests_install_nothing():
    rule = MAKEFILE.split("\ntest-system:")[1].split("\n\n")[0]
    assert "setup" not in rule
    assert "install" not in rule.split("\n", 1)[1]


def test_ci_runs_everything_in_order():
    text = CI.read_text(encoding="utf-8")
    steps = ("apt-get update", "apt-get install", "make lint types", "make test test-system",
             "gongkai score")  # fmt: skip
    places = [text.index(step) for step in steps]
    assert places == sorted(places)
    for package in ("chromium", "chromium-driver", "libreoffice-writer-nogui", "fonts-wqy-zenhei"):
        assert package in text
    assert CI.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(CI)], check=True)


def test_every_sample_is_in_the_manifest_which_claims_nothing_that_the_reader_must_find():
    with (SAMPLES / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert sorted(row["file"] for row in rows) == sorted(p.name for p in SAMPLES.glob("*.txt"))
    for row in rows:
        assert (row["agency_name"], row["report_year"]) == ("unknown", "unknown")
        assert row["is_synthetic"] == "no"
