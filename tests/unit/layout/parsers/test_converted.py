"""Conversion by another program: absent, hanging, failing, too chatty; and what comes of it.

The programs here are small scripts in its place: what LibreOffice itself makes of documents is
in tests/system.
"""

import io
import os
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import docx
import pytest

from assets.common import watch
from assets.common.limits import Limits
from assets.common.office import find_office, office_version
from assets.layout.model import ReadFailure
from assets.layout.parsers.base import Source
from assets.layout.parsers.convert import INSTALL
from assets.layout.parsers.converted import SHEETS, TEXTS
from schemas.vocabulary import DocumentStatus

DOC = "application/msword"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a script in the place of LibreOffice; without one there is none."""
    folder = tmp_path / "program"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def install(script: str) -> Path:
        path = folder / "soffice"
        path.write_text(f'#!/bin/sh\nfor last; do :; done\nout="${{last%/*}}/out"\n{script}\n')
        path.chmod(0o755)
        return path

    return install


@pytest.fixture
def given(tmp_path: Path):
    def make(data: bytes = b"old", media_type: str = DOC, **limits) -> Source:
        path = tmp_path / "old.doc"
        path.write_bytes(data)
        return Source(path, "old.doc", media_type, Limits(**limits))

    return make


def failure(source: Source, reader=TEXTS) -> ReadFailure:
    with pytest.raises(ReadFailure) as raised:
        reader.parse(source)
    return raised.value


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def await_end(pid: int) -> bool:
    end = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


def await_pid(path: Path) -> int:
    end = time.monotonic() + 5
    while not (path.exists() and path.read_text().strip()) and time.monotonic() < end:
        time.sleep(0.02)
    return int(path.read_text())


def test_without_the_program_the_reason_says_what_to_install(office, given):
    assert find_office() is None
    said = failure(given())
    assert said.status is DocumentStatus.NEEDS_CONVERTER
    assert "old.doc" in said.reason
    assert INSTALL in said.reason


def test_the_version_changes_when_the_program_comes_or_changes(office, given):
    without = TEXTS.version
    program = office("exit 0")
    (program.parent / "versionrc").write_text("[Version]\nbuildid=40(Build:2)\n")
    first = TEXTS.version
    assert office_version().startswith("40(Build:2)-")
    assert len({without, first, SHEETS.version}) == 3


def test_a_hanging_program_is_killed_with_what_it_started(office, given, tmp_path):
    office(f"/bin/sleep 600 & echo $! > {tmp_path}/pid; /bin/sleep 600")
    started = time.monotonic()
    said = failure(given(seconds=1.0))
    assert said.status is DocumentStatus.TIMED_OUT
    assert time.monotonic() - started < 5
    assert await_end(await_pid(tmp_path / "pid"))


def test_the_program_ends_when_its_caller_dies(tmp_path):
    script = f"/bin/sleep 600 & echo $! > {tmp_path}/pid; wait"
    command = [sys.executable, "-I", watch.__file__, "600", "1000", "/bin/sh", "-c", script]
    caller = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    pid = await_pid(tmp_path / "pid")
    assert is_alive(pid)
    assert caller.stdin is not None
    caller.stdin.close()
    caller.wait(5)
    assert await_end(pid)


def test_a_program_that_makes_nothing_means_damage(office, given):
    office("exit 3")
    said = failure(given())
    assert said.status is DocumentStatus.DAMAGED
    assert "exit code 3" in said.reason


def test_what_the_program_writes_is_bounded(office, given):
    office('/bin/mkdir "$out"; /usr/bin/head -c 3000000 /dev/zero > "$out/document.docx"')
    said = failure(given(max_bytes=500_000, max_unpacked_bytes=1_000_000))
    assert said.status is DocumentStatus.TOO_LARGE
    assert "1000000 bytes" in said.reason


def test_the_program_is_told_to_run_no_macros_and_knows_no_secrets(
    office, given, tmp_path, monkeypatch
):
    monkeypatch.setenv("A_SECRET", "value")
    office(
        f'/usr/bin/env > {tmp_path}/env; /bin/cp -r "${{last%/*}}/profile" {tmp_path}/profile;'
        f' echo "$@" > {tmp_path}/arguments'
    )
    failure(given())
    assert "A_SECRET" not in (tmp_path / "env").read_text()
    settings = (tmp_path / "profile/user/registrymodifications.xcu").read_text()
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true<' in settings
    arguments = (tmp_path / "arguments").read_text()
    assert "--headless" in arguments
    assert "old.doc" not in arguments  # names from outside never become arguments


def test_the_result_says_that_it_was_converted(office, given, tmp_path):
    document = docx.Document()
    document.add_paragraph("某局报告")
    table = document.add_table(rows=2, cols=2)
    for number, cell in enumerate([c for row in table.rows for c in row.cells]):
        cell.text = str(number)
    buffer = io.BytesIO()
    document.save(buffer)
    (tmp_path / "ready.docx").write_bytes(buffer.getvalue())
    office(f'/bin/mkdir "$out"; /bin/cp {tmp_path}/ready.docx "$out/document.docx"')
    read = TEXTS.parse(given())
    assert read.parser == "converted"
    assert read.parser_version == TEXTS.version
    assert read.notes[0] == "read as LibreOffice converts it to docx"
    assert read.blocks[0].locator == "as docx: paragraph[1]"
    assert read.grids[0].cells[3].locator == "as docx: table[1]/row[2]/cell[2]"


def test_binary_files_with_a_password_say_so(office, given):
    office("exit 1")
    head = OLE.ljust(512, b"\0")
    word = head + struct.pack("<6H", 0xA5EC, 193, 0, 0, 0, 0x0100).ljust(1024, b"\0")
    plain_word = head + struct.pack("<6H", 0xA5EC, 193, 0, 0, 0, 0).ljust(1024, b"\0")
    start = b"\x09\x08\x10\x00".ljust(20, b"\0")
    sheet = head + (start + struct.pack("<2H", 0x2F, 2) + b"\0\0").ljust(1024, b"\0")
    plain_sheet = head + start.ljust(1024, b"\0")
    assert failure(given(word)).status is DocumentStatus.NEEDS_PASSWORD
    assert failure(given(plain_word)).status is DocumentStatus.DAMAGED
    xls = "application/vnd.ms-excel"
    assert failure(given(sheet, xls), SHEETS).status is DocumentStatus.NEEDS_PASSWORD
    assert failure(given(plain_sheet, xls), SHEETS).status is DocumentStatus.DAMAGED
