"""Functions that worker processes run in test_workers."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def double(task: dict[str, Any]) -> int:
    return task["n"] * 2


def misbehave(task: dict[str, Any]) -> Any:
    return ACTS[task["act"]](task)


def _segfault(_: dict[str, Any]) -> None:
    ctypes.string_at(0)


def _exit(_: dict[str, Any]) -> None:
    os._exit(3)


def _system_exit(_: dict[str, Any]) -> None:
    sys.exit(4)


def _ignore_signals_and_sleep(_: dict[str, Any]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)


def _hang_in_c(_: dict[str, Any]) -> None:
    # Catastrophic backtracking: C code that holds the interpreter lock and looks at no signal.
    re.match(r"(a+)+$", "a" * 60 + "b")


def _eat_memory(_: dict[str, Any]) -> int:
    return len(bytearray(8 * 1024**3))


def _abort_for_memory(_: dict[str, Any]) -> None:
    os.write(2, b"memory allocation of 9663676416 bytes failed\n")  # as compiled libraries do
    os.abort()


def _raise(_: dict[str, Any]) -> None:
    raise ValueError("no such row")


def _connect(_: dict[str, Any]) -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def _unpicklable(_: dict[str, Any]) -> Any:
    return lambda: None


def _leave_grandchild(task: dict[str, Any]) -> None:
    child = subprocess.Popen(["sleep", "600"])
    Path(task["file"]).write_text(str(child.pid), encoding="ascii")
    time.sleep(600)


def _process_id(_: dict[str, Any]) -> int:
    return os.getpid()


def _announce_and_hang(task: dict[str, Any]) -> None:
    Path(task["file"]).write_text(str(os.getpid()), encoding="ascii")
    time.sleep(600)


def _slow(task: dict[str, Any]) -> int:
    time.sleep(task["seconds"])
    return task["n"]


def _modules(_: dict[str, Any]) -> list[str]:
    return sorted(sys.modules)


ACTS = {
    "segfault": _segfault,
    "exit": _exit,
    "system_exit": _system_exit,
    "sleep": _ignore_signals_and_sleep,
    "hang_in_c": _hang_in_c,
    "memory": _eat_memory,
    "abort_for_memory": _abort_for_memory,
    "raise": _raise,
    "connect": _connect,
    "unpicklable": _unpicklable,
    "grandchild": _leave_grandchild,
    "announce_and_hang": _announce_and_hang,
    "pid": _process_id,
    "slow": _slow,
    "modules": _modules,
    "fine": lambda task: task["n"],
}
