"""Isolated, reused worker processes: a task that hangs, dies or eats memory takes only itself.

Each worker is a fresh Python interpreter, started without importing the caller's main module and
without forking the caller, so it works the same under Dagster, pytest and the command line. The
caller watches the clock and kills with SIGKILL, which also ends code that ignores signals. A
worker holds its own memory limit, may not open connections, and ends by itself when the
caller is gone. Nothing here knows what a document is, and nothing imports dagster.
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import pickle
import queue
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any

from assets.common.limits import Limits

TASKS_PER_WORKER = 200
"""A worker is replaced after so many tasks: leaks of parsers then cannot add up."""

START_SECONDS = 120.0
"""A worker that is not ready by then will never be."""

_BOOT = "import sys; from assets.common.workers import _serve; _serve(*map(int, sys.argv[1:]))"
_ONE_EACH = ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX")
_FORBIDDEN = frozenset({"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"})
_OUT_OF_MEMORY = ("memory allocation of", "bad_alloc", "out of memory", "MemoryError")
"""Last words of compiled libraries that end the process when memory is refused."""
_MEGABYTE = 1024 * 1024


class TaskStatus(StrEnum):
    """How a task ended."""

    DONE = "done"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What became of one task.

    Attributes:
        index: place of the task in the given order, from 0.
        task: the task as given.
        status: `too_large` means that the memory limit was met.
        value: what the function returned; None unless done.
        reason: one sentence; None when done.
        seconds: wall-clock time that the task took.
        worker_lost: the worker had to be replaced, so the cause may lie outside the task.
        diagnostics: the end of what the worker wrote to its error stream; '' when done.
    """

    index: int
    task: Mapping[str, Any]
    status: TaskStatus
    value: Any
    reason: str | None
    seconds: float
    worker_lost: bool = False
    diagnostics: str = ""


class WorkerError(RuntimeError):
    """No worker can be started, or the function cannot be imported: no task is to blame."""


Progress = Callable[[int, TaskResult], None]
"""Called as tasks end, in the order in which they end: number ended so far, and the result."""


def default_workers() -> int:
    """Number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_isolated(
    function: str,
    tasks: Iterable[Mapping[str, Any]],
    limits: Limits,
    workers: int | None = None,
    on_progress: Progress | None = None,
    tasks_per_worker: int = TASKS_PER_WORKER,
) -> Iterator[TaskResult]:
    """Run a function over tasks in isolated worker processes; results come in task order.

    A result is held back until those before it are there, so the output does not depend on
    timing; `on_progress` hears of each task as it ends. `limits.seconds` and
    `limits.memory_bytes` (on top of what the worker uses when idle) hold for each task. Closing
    the iterator early, or an interrupt, kills all workers.

    Args:
        function: "package.module:name" of a function of one task; it is imported in the worker.
        tasks: mappings that can be pickled; taken one by one as workers become free.
        limits: time and memory of one task.
        workers: number of processes; by default one per processor that may be used.
        on_progress: see Progress.
        tasks_per_worker: a worker is replaced after so many tasks.

    Raises:
        WorkerError: workers cannot start, or the function cannot be imported.
    """
    pool = _Pool(function, limits, workers or default_workers(), tasks_per_worker)
    return pool.results(iter(tasks), on_progress)


# The caller's side


class _Worker:
    """A worker process and the two pipes to it."""

    def __init__(self, function: str, memory_bytes: int) -> None:
        task_read, task_write = os.pipe()
        result_read, result_write = os.pipe()
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, str(task_read), str(result_write)],
                stdin=subprocess.DEVNULL,
                stdout=self.errors,
                stderr=self.errors,
                pass_fds=(task_read, result_write),
                env=_worker_environment(),
                start_new_session=True,
            )
        except OSError as error:
            for descriptor in (task_write, result_read):
                os.close(descriptor)
            self.errors.close()
            raise WorkerError(f"a worker process cannot be started: {error}") from error
        finally:
            os.close(task_read)
            os.close(result_write)
        self.tasks = Connection(task_write, readable=False)
        self.answers = Connection(result_read, writable=False)
        self.ready = False
        self.begun = False
        self.done = 0
        self.job: tuple[int, Mapping[str, Any]] | None = None
        self.seconds = 0.0
        self.started = time.monotonic()
        with suppress(OSError):  # a worker that died at once is noticed when its answer is read
            self.tasks.send((function, memory_bytes))

    def give(self, index: int, task: Mapping[str, Any], seconds: float) -> bool:
        """Hand a task over; False when the worker had died while idle."""
        self.errors.seek(0)
        self.errors.truncate()
        try:
            self.tasks.send((dict(task), seconds))
        except OSError:
            return False
        self.job = (index, task)
        self.begun = False
        self.started = time.monotonic()
        return True

    def end(self) -> tuple[int, int]:
        """Kill the worker and all it started; its exit code and its peak memory in bytes."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        peak = 0
        try:
            _, status, usage = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss * 1024
        except ChildProcessError:  # another part of the caller has waited for all children
            self.process.returncode = -signal.SIGKILL
        self.tasks.close()
        self.answers.close()
        self.errors.close()
        return self.process.returncode, peak

    def last_words(self) -> str:
        """The end of the worker's error stream."""
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, self.errors.tell() - 8000))
        return self.errors.read().decode("utf-8", errors="replace").strip()


def _worker_environment() -> dict[str, str]:
    """The caller's environment, its import path, and one thread and heap per library."""
    path = os.pathsep.join(dict.fromkeys(str(Path(entry).absolute()) for entry in sys.path))
    return {**os.environ, **dict.fromkeys(_ONE_EACH, "1"), "PYTHONPATH": path}


class _Pool:
    """Hands tasks to workers, and replaces workers that were lost or are spent."""

    def __init__(self, function: str, limits: Limits, size: int, tasks_per_worker: int) -> None:
        self.function = function
        self.limits = limits
        self.size = max(1, size)
        self.tasks_per_worker = max(1, tasks_per_worker)
        self.workers: list[_Worker] = []
        self.returned: list[tuple[int, Mapping[str, Any]]] = []

    def results(
        self, tasks: Iterator[Mapping[str, Any]], on_progress: Progress | None
    ) -> Generator[TaskResult, None, None]:
        """Results in task order."""
        waiting: dict[int, TaskResult] = {}
        following = 0
        ended = 0
        try:
            for result in self._as_ended(enumerate(tasks)):
                ended += 1
                if on_progress:
                    on_progress(ended, result)
                waiting[result.index] = result
                while following in waiting:
                    yield waiting.pop(following)
                    following += 1
        finally:
            for worker in self.workers:
                worker.end()

    def _as_ended(self, tasks: Iterator[tuple[int, Mapping[str, Any]]]) -> Iterator[TaskResult]:
        following = next(tasks, None)
        while following is not None or any(worker.job for worker in self.workers):
            for worker in list(self.workers):
                if following is not None and worker.ready and worker.job is None:
                    if worker.give(*following, self.limits.seconds):
                        following = self.returned.pop() if self.returned else next(tasks, None)
                    else:
                        self._remove(worker)
            # One worker is started at a time, and only while a task waits: few tasks, few workers.
            starting = any(not worker.ready for worker in self.workers)
            if following is not None and not starting and len(self.workers) < self.size:
                self.workers.append(_Worker(self.function, self.limits.memory_bytes))
            yield from self._listen()
            if self.returned and following is None:
                following = self.returned.pop()

    def _listen(self) -> Iterator[TaskResult]:
        """Wait until a worker answers, dies or is out of time."""
        busy = {worker.answers: worker for worker in self.workers if worker.job or not worker.ready}
        now = time.monotonic()
        ends = [worker.started + self._seconds(worker) for worker in busy.values()]
        answered = wait(list(busy), timeout=max(0.0, min(ends, default=now) - now))
        for connection in answered:
            worker = busy.pop(connection)  # pyright: ignore[reportArgumentType] - ours
            result = self._answer(worker)
            if result:
                yield result
        for worker in busy.values():
            late = time.monotonic() >= worker.started + self._seconds(worker)
            # The receiver of the results may have paused us; an answer that waits is in time.
            if late and not worker.answers.poll():
                yield self._out_of_time(worker)

    def _seconds(self, worker: _Worker) -> float:
        return self.limits.seconds if worker.ready else START_SECONDS

    def _answer(self, worker: _Worker) -> TaskResult | None:
        try:
            kind, value, worker.seconds = pickle.loads(worker.answers.recv_bytes())
        except (EOFError, OSError):
            return self._lost(worker)
        if kind == "unusable":
            raise WorkerError(f"{self.function} cannot be run: {value}")
        if kind in {"ready", "begun"}:
            worker.ready = True
            worker.begun = kind == "begun"
            return None
        worker.done += 1
        if kind == "memory":
            result = _result(worker, TaskStatus.TOO_LARGE, reason=self._memory_reason())
        elif kind == "error":
            result = _result(worker, TaskStatus.CRASHED, reason=value)
        else:
            result = _result(worker, TaskStatus.DONE, value=value)
        worker.job = None
        # After a MemoryError the heap is not to be trusted with the next task.
        if kind == "memory" or worker.done >= self.tasks_per_worker:
            self._remove(worker)
        return result

    def _memory_reason(self) -> str:
        return (
            f"needs more than the memory limit of {self.limits.memory_bytes // _MEGABYTE} MB; "
            "raise the limit or split the file"
        )

    def _lost(self, worker: _Worker) -> TaskResult | None:
        worker.seconds = time.monotonic() - worker.started
        words = worker.last_words()
        code, peak = self._remove(worker)
        if worker.job is None:
            raise WorkerError(f"a worker process ended while starting (exit code {code}): {words}")
        if not worker.begun:  # it died while idle, with the task on its way
            self.returned.append(worker.job)
            return None
        if -code == signal.SIGXCPU:
            return _result(worker, TaskStatus.TIMED_OUT, None, self._time_reason(), words)
        if code < 0 and any(said in words for said in _OUT_OF_MEMORY):
            return _result(worker, TaskStatus.TOO_LARGE, None, self._memory_reason(), words)
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        reason = (
            f"the reading process ended with {how} at {peak // _MEGABYTE} MB "
            f"(memory limit {self.limits.memory_bytes // _MEGABYTE} MB); "
            "the file may be damaged or hostile: open it by hand"
        )
        return _result(worker, TaskStatus.CRASHED, None, reason, words)

    def _time_reason(self) -> str:
        return (
            f"not finished within the time limit of {self.limits.seconds:g} seconds; "
            "raise the limit or open the file by hand"
        )

    def _out_of_time(self, worker: _Worker) -> TaskResult:
        if worker.job is None:
            raise WorkerError(
                f"a worker process did not start within {START_SECONDS:g} seconds: "
                f"{worker.last_words()}"
            )
        worker.seconds = time.monotonic() - worker.started
        words = worker.last_words()
        self._remove(worker)
        return _result(worker, TaskStatus.TIMED_OUT, None, self._time_reason(), words)

    def _remove(self, worker: _Worker) -> tuple[int, int]:
        self.workers.remove(worker)
        return worker.end()


def _result(
    worker: _Worker,
    status: TaskStatus,
    value: Any = None,
    reason: str | None = None,
    words_of_the_dead: str | None = None,
) -> TaskResult:
    """The result of a worker's task; a dead worker has already been asked for its last words."""
    assert worker.job is not None
    index, task = worker.job
    lost = words_of_the_dead is not None
    words = words_of_the_dead or ""
    if not lost and status is not TaskStatus.DONE:
        words = worker.last_words()
    return TaskResult(index, task, status, value, reason, worker.seconds, lost, words)


# The worker's side


def _serve(task_descriptor: int, result_descriptor: int) -> None:
    """The life of a worker: import the function, then answer tasks until the caller is gone."""
    faulthandler.enable(all_threads=False)
    for descriptor in (task_descriptor, result_descriptor):
        os.set_inheritable(descriptor, False)
    tasks = Connection(task_descriptor, writable=False)
    answers = Connection(result_descriptor, readable=False)
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    name, memory_bytes = tasks.recv()
    try:
        module, _, attribute = name.partition(":")
        function = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # noqa: BLE001 - whatever an import raises, the caller must hear it
        answers.send(("unusable", f"{type(error).__name__}: {error}", 0.0))
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse_connections)
    threading.Thread(target=_listen_to_caller, args=(tasks, inbox), daemon=True).start()
    _limit_memory(memory_bytes)
    answers.send(("ready", None, 0.0))
    while True:
        task, seconds = inbox.get()
        _limit_processor_time(seconds)
        answers.send_bytes(pickle.dumps(("begun", None, 0.0)))
        answers.send_bytes(_answer(function, task))


def _listen_to_caller(tasks: Connection, inbox: queue.SimpleQueue[Any]) -> None:
    """Pass tasks on; when the caller has gone, end at once, whatever the task is doing."""
    while True:
        try:
            inbox.put(tasks.recv())
        except (EOFError, OSError):
            os._exit(0)


def _answer(function: Callable[[dict[str, Any]], Any], task: dict[str, Any]) -> bytes:
    started = time.monotonic()
    try:
        return pickle.dumps(("value", function(task), time.monotonic() - started))
    except MemoryError:
        return pickle.dumps(("memory", None, time.monotonic() - started))
    except BaseException as error:  # noqa: BLE001 - a task's SystemExit must not end the worker
        traceback.print_exc()
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        reason = f"{type(error).__name__} in {where}: {error}"
        return pickle.dumps(("error", reason, time.monotonic() - started))


def _refuse_connections(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError("reading a document opens no connections")


def _limit_memory(memory_bytes: int) -> None:
    """Limit writable private memory to what is in use now plus `memory_bytes` (Linux only).

    Not the address space: allocators reserve gigabytes of it that they never touch, how much
    depends on the timing of threads, and a limit on it failed small documents at random.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return
    (used,) = (line for line in status.read_text("ascii").splitlines() if line[:7] == "VmData:")
    soft = int(used.split()[1]) * 1024 + memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _limit_processor_time(seconds: float) -> None:
    """Let the kernel end a spinning task even where the caller has been killed."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(usage.ru_utime + usage.ru_stime + 2 * seconds) + 5
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
