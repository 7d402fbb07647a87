"""Runs a program that may hang: killed with all it started, whatever becomes of the caller.

Run as a script, `watch.py SECONDS BYTES COMMAND...`, in a session of its own. It prints the exit
code of the command, or nothing where the command took more than SECONDS or the caller closed
standard input (which it does by dying). No file that the command writes exceeds BYTES.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import sys
import time

_STEP = 0.05


def main(seconds: float, size: int, command: list[str]) -> None:
    """Run the command; the process and its group end here in any case."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nothing = subprocess.DEVNULL
    child = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
    end = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < end:
        if select.select([0], [], [], _STEP)[0]:
            break
    if child.returncode is not None:
        os.write(1, str(child.returncode).encode())
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
