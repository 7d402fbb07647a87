"""Older and rarer office files through LibreOffice, as DOCX or XLSX.

Each conversion has a profile of its own that is thrown away, runs no macros, follows no links,
has a bounded time and output, and is killed with all that it started.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from assets.common import watch
from assets.common.office import find_office
from assets.layout.model import ReadFailure
from assets.layout.parsers.base import Source, read_bytes
from schemas.vocabulary import DocumentStatus

Target = Literal["docx", "xlsx"]

SHARE_OF_TIME = 0.7
"""Of the time of one reading: what is left must suffice to read the result."""
INSTALL = (
    "install LibreOffice (e.g. `apt-get install libreoffice-writer-nogui libreoffice-calc-nogui`)"
)

_FILTERS: dict[Target, str] = {
    "docx": "docx:MS Word 2007 XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "1"),
    # Stored results are what the publisher saw.
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("Office.Calc/Formula/Load", "ODFRecalcMode", "1"),
    # Whatever still wants the network is sent to a port where nobody answers.
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_SECTOR = 512
_WORD_MARK = 0xA5EC
_WORD_ENCRYPTED = 0x0100
"""FibBase.fEncrypted of [MS-DOC] 2.5.2."""
_WORKBOOK_START = b"\x09\x08\x10\x00"
_FILE_PASS = 0x2F
"""The record of [MS-XLS] 2.4.117 that stands in workbooks with a password only."""


def convert(source: Source, extension: str, target: Target) -> bytes:
    """The document as LibreOffice writes it in another format.

    Args:
        source: the document.
        extension: the one that such files usually have.
        target: format of the result.

    Raises:
        ReadFailure: needs_converter where LibreOffice is not installed, needs_password, damaged,
            too_large, or timed_out.
    """
    data = read_bytes(source)
    if is_locked(data):
        raise ReadFailure(
            DocumentStatus.NEEDS_PASSWORD,
            f"{source.file_name} is protected by a password; supply an open copy",
        )
    office = find_office()
    if office is None:
        raise ReadFailure(
            DocumentStatus.NEEDS_CONVERTER,
            f"{source.file_name} is of an older or rarer kind (.{extension}); {INSTALL} and build "
            "again, or save it as DOCX, XLSX or PDF and take that in",
        )
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        return _converted(source, data, office, extension, target, Path(folder))


def is_locked(data: bytes) -> bool:
    """Whether a binary Word or Excel file says that its content is encrypted."""
    for start in range(0, len(data) - _SECTOR, _SECTOR):
        mark, _, _, _, _, flags = struct.unpack_from("<6H", data, start)
        if mark == _WORD_MARK and start and flags & _WORD_ENCRYPTED:
            return True
        if data.startswith(_WORKBOOK_START, start):
            return _FILE_PASS in _records(data, start)
    return False


def _records(data: bytes, start: int) -> Iterator[int]:
    """Types of the first records of a workbook; the password stands near the front."""
    for _ in range(20):
        if start + 4 > len(data):
            return
        kind, length = struct.unpack_from("<2H", data, start)
        yield kind
        start += 4 + length


def _converted(
    source: Source, data: bytes, office: Path, extension: str, target: Target, folder: Path
) -> bytes:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    items = "".join(_ITEM.format(path=p, name=n, value=v) for p, n, v in _SETTINGS)
    (profile / "user" / "registrymodifications.xcu").write_text(
        _PROFILE.format(items=items), encoding="utf-8"
    )
    given = folder / f"document.{extension}"
    given.write_bytes(data)
    limits = source.limits
    seconds = limits.seconds * SHARE_OF_TIME
    command = [
        *(str(office), f"-env:UserInstallation={profile.as_uri()}"),
        *("--headless", "--invisible", "--nologo", "--norestore", "--nolockcheck", "--nodefault"),
        *("--convert-to", _FILTERS[target], "--outdir", str(folder / "out"), str(given)),
    ]
    ended = _watched(command, seconds, limits.max_unpacked_bytes, folder)
    if ended is None:
        raise ReadFailure(
            DocumentStatus.TIMED_OUT,
            f"{source.file_name} was not converted within {seconds:g} seconds; raise the limit, "
            "or save it as DOCX, XLSX or PDF and take that in",
        )
    result = folder / "out" / f"document.{target}"
    if not result.is_file() or not result.stat().st_size:
        raise ReadFailure(
            DocumentStatus.DAMAGED,
            f"{source.file_name} cannot be opened by LibreOffice (exit code {ended}); open it by "
            "hand, save it as DOCX, XLSX or PDF and take that in",
        )
    if result.stat().st_size > limits.max_bytes:
        raise ReadFailure(
            DocumentStatus.TOO_LARGE,
            f"{source.file_name} has {result.stat().st_size} bytes as {target}, more than the "
            f"limit of {limits.max_bytes}",
        )
    return result.read_bytes()


def _watched(command: list[str], seconds: float, size: int, folder: Path) -> str | None:
    """Exit code of a command as text; None where it had to be killed."""
    watcher = [sys.executable, "-I", watch.__file__, str(seconds), str(size), *command]
    environment = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    with subprocess.Popen(
        watcher,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
    return said.decode("ascii", errors="replace") or None
