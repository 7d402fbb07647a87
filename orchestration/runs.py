"""Runs of Dagster jobs inside the build's own process, kept in the data folder's instance.

Importing this loads Dagster and dagster-dbt; only a build that has something to do does so.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from assets.common.parts import PARTS_TAG, Part, parts_text
from assets.common.workspace import Watcher
from assets.warehouse.freshness import ensure_manifest
from orchestration.definitions import build_definitions
from orchestration.home import prepare_home
from orchestration.settings import Settings

DRIVER_TAG = "gongkai/driver"
UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
REASON_LENGTH = 2000
INTERRUPTED = dg.DagsterExecutionInterruptedError.__name__


class _Forwarding(Watcher):
    """Passes progress on to the command line, with the standard output that it had."""

    def __init__(self, watch: Callable[[str, int, int], None]) -> None:
        self._watch = watch
        self._stdout = sys.stdout

    def __call__(self, stage: str, done: int, total: int) -> None:
        with contextlib.redirect_stdout(self._stdout):
            self._watch(stage, done, total)


class Runs:
    """Dagster for the length of one build; `close` when done.

    Args:
        settings: of the data folder.
        watch: hears stage, pieces done and pieces in all while a run goes on.
    """

    def __init__(self, settings: Settings, watch: Callable[[str, int, int], None]) -> None:
        data = settings.folder
        os.environ["DAGSTER_HOME"] = str(prepare_home(data))
        ensure_manifest(data)
        self._log = data.dagster_home / "build.log"
        self._watcher = _Forwarding(watch)
        self._definitions = build_definitions(settings)
        self._instance = dg.DagsterInstance.get()
        self._close_killed_runs()

    def _close_killed_runs(self) -> None:
        """End, in the books, runs whose build was killed: the lock says none is alive."""
        killed = self._instance.get_runs(
            filters=dg.RunsFilter(statuses=UNFINISHED, tags={DRIVER_TAG: "build"})
        )
        for run in killed:
            self._instance.report_run_failed(run, "the build was killed")

    def run(
        self, job: str, report_year: int | None = None, parts: Sequence[Part] = ()
    ) -> list[str]:
        """Run a job, for one report year, or some parts of it, where it is kept by year.

        Returns:
            one line for each step that failed, the first with the way to look further; empty
            when all went well. Failed warnings of asset checks are no failures.

        Raises:
            KeyboardInterrupt: a person stopped the run.
        """
        with self._dbt_to_log():
            result = self._definitions.resolve_job_def(job).execute_in_process(
                instance=self._instance,
                partition_key=None if report_year is None else str(report_year),
                raise_on_error=False,
                run_config=QUIET,
                resources={"watcher": self._watcher},
                tags={DRIVER_TAG: "build"} | ({PARTS_TAG: parts_text(parts)} if parts else {}),
            )
        if result.success:
            return []
        failed = [event for event in result.all_events if event.is_step_failure]
        if any(map(_is_interrupt, failed)):
            raise KeyboardInterrupt
        failures = [_reason(event) for event in failed]
        where = f"{job} {report_year}" if report_year else job
        return [f"{where}: {reason}" for reason in failures or [f"see run {result.run_id}"]]

    @contextlib.contextmanager
    def _dbt_to_log(self) -> Iterator[None]:
        """Dbt's lines go to a file of the data folder, not between the caller's progress bars."""
        with self._log.open("a", encoding="utf-8") as log, contextlib.redirect_stdout(log):
            yield

    def close(self) -> None:
        """Close the instance's databases."""
        self._instance.dispose()


def _is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether a step ended because of Ctrl-C, which Dagster keeps for itself as a failure."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name == INTERRUPTED


def _reason(event: dg.DagsterEvent) -> str:
    """Step and innermost cause of a failure, for a person."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    message = error.message.strip() if error is not None else "no reason was given"
    return f"{event.step_key}: {message[:REASON_LENGTH]}"
