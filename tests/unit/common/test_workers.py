"""A task that misbehaves takes only itself; everything else is answered, in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assets.common.limits import Limits
from assets.common.workers import TaskStatus, WorkerError, run_isolated

HERE = Path(__file__).parent
LIMITS = Limits(seconds=2.0, memory_bytes=512 * 1024 * 1024)
MISBEHAVE = "workers_under_test:misbehave"


@pytest.fixture(autouse=True)
def functions_importable(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))


def gone(pid: int, within: float = 5.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")")[-1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def wait_for_pid(file: Path) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if file.exists() and file.read_text(encoding="ascii"):
            return int(file.read_text(encoding="ascii"))
        time.sleep(0.02)
    raise AssertionError("the worker never said its number")


def test_results_come_in_task_order_and_progress_as_they_end():
    tasks = [{"act": "slow", "seconds": 1.2, "n": 0}, *({"act": "fine", "n": n} for n in (1, 2, 3))]
    heard = []
    results = list(
        run_isolated(
            MISBEHAVE, tasks, LIMITS, workers=2, on_progress=lambda n, r: heard.append((n, r.index))
        )
    )
    assert [result.value for result in results] == [0, 1, 2, 3]
    assert [number for number, _ in heard] == [1, 2, 3, 4]
    assert heard[-1] == (4, 0)


def test_no_tasks_start_no_worker():
    assert list(run_isolated("no.such.module:f", [], LIMITS)) == []


def test_each_misfortune_takes_only_its_own_task():
    acts = ["segfault", "exit", "system_exit", "memory", "abort_for_memory", "raise", "connect"]
    acts += ["unpicklable"]
    tasks = [{"act": act, "n": 0} for act in acts]
    mixed = [task for bad in tasks for task in (bad, {"act": "fine", "n": 7})]
    results = list(run_isolated(MISBEHAVE, mixed, LIMITS, workers=2))
    bad = {task["act"]: result for task, result in zip(tasks, results[::2], strict=True)}
    assert [result.value for result in results[1::2]] == [7] * len(acts)
    assert {result.status for result in results[1::2]} == {TaskStatus.DONE}
    assert bad["segfault"].status is TaskStatus.CRASHED
    assert "SIGSEGV" in (bad["segfault"].reason or "")
    assert "string_at" in bad["segfault"].diagnostics
    assert "exit code 3" in (bad["exit"].reason or "")
    assert bad["exit"].worker_lost
    assert bad["system_exit"].status is TaskStatus.CRASHED
    assert not bad["system_exit"].worker_lost
    assert bad["memory"].status is TaskStatus.TOO_LARGE
    assert "memory limit of 512 MB" in (bad["memory"].reason or "")
    assert bad["abort_for_memory"].status is TaskStatus.TOO_LARGE
    assert bad["raise"].status is TaskStatus.CRASHED
    assert (bad["raise"].reason or "").startswith("ValueError in workers_under_test.py:")
    assert (bad["raise"].reason or "").endswith("no such row")
    assert "opens no connections" in (bad["connect"].reason or "")
    assert bad["unpicklable"].status is TaskStatus.CRASHED


@pytest.mark.parametrize("act", ["sleep", "hang_in_c"])
def test_a_hanging_task_is_killed_and_the_rest_go_on(act: str):
    limits = Limits(seconds=1.0, memory_bytes=LIMITS.memory_bytes)
    tasks = [{"act": act}, {"act": "fine", "n": 1}, {"act": "fine", "n": 2}]
    started = time.monotonic()
    hung, *fine = run_isolated(MISBEHAVE, tasks, limits, workers=1)
    assert hung.status is TaskStatus.TIMED_OUT
    assert "time limit of 1 seconds" in (hung.reason or "")
    assert [result.value for result in fine] == [1, 2]
    assert time.monotonic() - started < 10


def test_what_a_killed_task_started_is_killed_too(tmp_path: Path):
    file = tmp_path / "pid"
    tasks = [{"act": "grandchild", "file": str(file)}]
    (result,) = run_isolated(MISBEHAVE, tasks, Limits(seconds=1.5), workers=1)
    assert result.status is TaskStatus.TIMED_OUT
    assert gone(int(file.read_text(encoding="ascii")))


def test_a_worker_is_reused_and_replaced_after_its_share_of_tasks():
    tasks = [{"act": "pid"}] * 6
    pids = [r.value for r in run_isolated(MISBEHAVE, tasks, LIMITS, 1, tasks_per_worker=3)]
    assert pids[0] == pids[1] == pids[2]
    assert pids[3] == pids[4] == pids[5]
    assert pids[0] != pids[3]
    assert all(gone(pid) for pid in pids)


def test_a_worker_that_died_while_idle_costs_no_task():
    results = run_isolated(MISBEHAVE, ({"act": "pid"} for _ in range(3)), LIMITS, workers=1)
    first = next(results)
    os.kill(first.value, signal.SIGKILL)
    assert gone(first.value)
    rest = list(results)
    assert [result.status for result in rest] == [TaskStatus.DONE] * 2
    assert first.value not in {result.value for result in rest}


def test_a_worker_that_dies_with_a_task_on_its_way_costs_none():
    results = run_isolated(MISBEHAVE, ({"act": "pid"} for _ in range(3)), LIMITS, workers=1)
    first = next(results)
    os.kill(first.value, signal.SIGSTOP)  # it takes no task from the pipe any more
    killer = threading.Timer(0.4, os.kill, (first.value, signal.SIGKILL))
    killer.start()
    rest = list(results)
    killer.join()
    assert [result.status for result in rest] == [TaskStatus.DONE] * 2
    assert first.value not in {result.value for result in rest}


def test_a_slow_receiver_of_results_makes_no_task_late():
    slow = [{"act": "slow", "seconds": 0.1, "n": 1}, {"act": "slow", "seconds": 0.5, "n": 2}]
    tasks = [{"act": "fine", "n": 0}, *slow]
    limits = Limits(seconds=1.0, memory_bytes=LIMITS.memory_bytes)
    results = []
    for result in run_isolated(MISBEHAVE, tasks, limits, workers=2):
        results.append(result.value)
        time.sleep(1.2)
    assert results == [0, 1, 2]


def test_closing_the_iterator_kills_the_workers():
    results = run_isolated(
        MISBEHAVE, [{"act": "pid"}, {"act": "sleep"}], Limits(seconds=60), workers=1
    )
    first = next(results)
    results.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    assert gone(first.value)


def test_a_function_that_cannot_be_imported_is_no_fault_of_a_task():
    with pytest.raises(WorkerError, match=r"workers_under_test:nothing cannot be run"):
        list(run_isolated("workers_under_test:nothing", [{}], LIMITS))


def test_workers_import_neither_dagster_nor_the_callers_main_module():
    (result,) = run_isolated(MISBEHAVE, [{"act": "modules"}], LIMITS)
    assert not [name for name in result.value if name.split(".")[0] in {"dagster", "pytest"}]


CALLER = """
import sys
from assets.common.limits import Limits
from assets.common.workers import run_isolated
sys.path.insert(0, sys.argv[1])
task = {"act": "announce_and_hang", "file": sys.argv[2]}
list(run_isolated("workers_under_test:misbehave", [task], Limits(seconds=120), workers=1))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_caller(tmp_path: Path, number: signal.Signals):
    file = tmp_path / "pid"
    # A script without a main guard: starting workers must not run it again.
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, str(HERE), str(file)], stderr=subprocess.DEVNULL
    )
    worker = wait_for_pid(file)
    caller.send_signal(number)
    caller.wait(timeout=60)
    assert gone(worker)
