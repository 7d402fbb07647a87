"""Where LibreOffice is and which version: part of what a reading of older files depends on."""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path

_NAMES = ("soffice", "libreoffice")
_USUAL = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "/snap/bin/libreoffice")
"""Where installers put it that do not touch the search path."""


def find_office() -> Path | None:
    """The program, or None where it is not installed."""
    named = (shutil.which(name) for name in _NAMES)
    usual = (path for path in _USUAL if Path(path).exists())
    return next((Path(path) for path in (*named, *usual) if path), None)


def office_version() -> str:
    """A name that changes with every build of the installed program; `none` without one."""
    office = find_office()
    return _version(office) if office else "none"


@lru_cache(maxsize=4)
def _version(office: Path) -> str:
    """By its own files: to ask the program takes a second, and every build would have to."""
    program = office.resolve().parent
    folders = (program, program.parent / "Resources")
    found = [path for folder in folders for path in folder.glob("versionrc") if path.is_file()]
    content = found[0].read_bytes() if found else str(program).encode()
    fields = {
        name: said for name, _, said in (line.partition(b"=") for line in content.splitlines())
    }
    build = fields.get(b"buildid", b"").decode("utf-8", errors="replace").strip()
    return f"{build[:20]}-{hashlib.sha256(content).hexdigest()[:8]}".lstrip("-")
