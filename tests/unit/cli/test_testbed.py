from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from assets.synthetic.quirks import load_quirks
from orchestration.cli.main import app


def run(*arguments: str):
    return CliRunner().invoke(app, ["testbed", *arguments, "--lang", "en"])


def test_it_writes_documents_and_truth_that_score_reads(tmp_path: Path):
    bed = tmp_path / "bed"
    result = run(
        "--data", str(bed), "--reports", "2", "--kinds", "tab_text", "--quirks", "unit_in_cell"
    )
    assert result.exit_code == 0, result.output
    truths = [json.loads(path.read_text()) for path in sorted((bed / "truth").glob("*.json"))]
    assert [truth["quirks"] for truth in truths] == [["unit_in_cell"]] * 2
    assert all((bed / truth["file"]).is_file() for truth in truths)
    scored = CliRunner().invoke(app, ["score", str(bed), "--lang", "en"])
    assert scored.exit_code == 0, scored.output
    other = run("--data", str(bed), "--reports", "3", "--kinds", "tab_text")
    assert other.exit_code == 2
    assert "nothing was touched" in other.output


def test_names_that_there_are_not_are_refused(tmp_path: Path):
    for option, name in (("--kinds", "papyrus"), ("--quirks", "no_such_quirk")):
        result = run("--data", str(tmp_path / "bed"), option, name)
        assert result.exit_code == 2
        assert name in result.output
    assert not (tmp_path / "bed").exists()


def test_the_quirks_are_listed():
    result = run("--list")
    assert result.exit_code == 0
    assert all(name in result.output for name in load_quirks())
