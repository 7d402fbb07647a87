"""Ctrl-C ends a build as an interruption, not as a failure of the step that it hit."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from orchestration.cli.main import app
from orchestration.runs import _is_interrupt


@pytest.mark.parametrize(
    ("error", "stopped"), [(dg.DagsterExecutionInterruptedError(), True), (ValueError("x"), False)]
)
def test_a_step_that_a_person_stopped_is_told_from_one_that_failed(
    error: BaseException, stopped: bool
) -> None:
    @dg.op
    def step() -> None:
        raise error

    @dg.job
    def work() -> None:
        step()

    result = work.execute_in_process(raise_on_error=False)
    (event,) = [event for event in result.all_events if event.is_step_failure]
    assert _is_interrupt(event) is stopped


def test_an_interrupted_build_says_so_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("orchestration.build.build", stopped)
    result = CliRunner().invoke(app, ["build", "--data", str(tmp_path), "--lang", "en"])
    assert result.exit_code == 130
    assert "Interrupted" in result.stderr
