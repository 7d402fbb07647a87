"""One build at a time, across processes, and nothing left behind by a killed one."""

import os
import subprocess
import sys
import time

import pytest

from assets.common.lock import BuildRunning, build_lock, holder_of
from assets.common.paths import DataFolder

HOLD = """
import sys, time
from pathlib import Path
from assets.common.lock import build_lock
from assets.common.paths import DataFolder
with build_lock(DataFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def data(tmp_path):
    return DataFolder(tmp_path / "data")


@pytest.fixture
def other_build(data):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data.root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_build_is_told_who_holds_the_folder(data, other_build):
    with pytest.raises(BuildRunning) as caught, build_lock(data):
        pass
    assert caught.value.holder.pid == other_build.pid
    assert str(other_build.pid) in str(caught.value)


def test_a_second_build_waits_and_says_for_whom_once(data, other_build):
    told = []
    started = time.monotonic()
    with pytest.raises(BuildRunning), build_lock(data, wait_seconds=1.1, on_wait=told.append):
        pass
    assert time.monotonic() - started >= 1.0
    assert [holder.pid for holder in told] == [other_build.pid]


def test_a_killed_build_holds_nothing(data, other_build):
    other_build.kill()
    other_build.wait()
    with build_lock(data):
        assert holder_of(data).pid == os.getpid()


def test_a_waiting_build_goes_on_when_the_other_ends(data, other_build):
    with build_lock(data, wait_seconds=30, on_wait=lambda _: other_build.kill()):
        assert holder_of(data).pid == os.getpid()


def test_the_same_process_may_nest(data):
    with build_lock(data):
        with build_lock(data):
            assert holder_of(data).pid == os.getpid()
        assert holder_of(data).pid == os.getpid()
    assert holder_of(data) is None
    with build_lock(data):
        pass
