"""Every command and option is described, in both languages, and the page about them is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from orchestration.cli.main import COMMANDS, app
from orchestration.cli.reference import PAGE, reference

PROJECT = Path(__file__).parents[2]
PROMISED = {
    "build", "check", "score", "sql", "status", "explain", "findings", "export", "publish",
    "dictionary",
}  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md")),
         *sorted(PROJECT.glob("*/README.md"))]  # fmt: skip


def test_the_promised_commands_are_there():
    assert {command.__name__ for command in COMMANDS} >= PROMISED


@pytest.mark.parametrize("name", [command.__name__ for command in COMMANDS])
def test_a_command_and_all_its_parameters_are_described_in_both_languages(name: str):
    command = get_command(app).commands[name]  # pyright: ignore[reportAttributeAccessIssue]
    for text in [command.help, *(one.help for one in command.params if one.name != "help")]:
        assert text
        assert CHINESE.search(text)
        assert re.search("[a-z]{3}", text)
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0


def test_the_page_is_current():
    assert PAGE == PROJECT / "docs" / "cli.md"
    page = PAGE.read_text(encoding="utf-8")
    assert page == reference(), "run make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_commands_named_in_the_documents_exist(page: Path):
    known = {command.__name__ for command in COMMANDS}
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|bin/)gongkai ([a-z]+)", text, re.MULTILINE))
    assert named <= known
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert made <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{page.name}: {link}"
