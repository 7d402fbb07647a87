"""Whether a ZIP may be opened, by its bytes and the limits alone.

Intake asks before it takes the members out, and reading asks of an archive that stayed packed:
both say the same of it, and the same bytes have the same reason in every build. Nothing is
unpacked here, and no name from inside is ever a path.
"""

from __future__ import annotations

import posixpath
import stat
import zipfile
from pathlib import Path
from typing import BinaryIO

from assets.common.limits import Limits
from assets.documents.names import MANIFEST, clean_path, is_clutter
from schemas.vocabulary import DocumentStatus

MAX_ZIP_ENTRIES = 20_000
MAX_ZIP_CONTENTS = 4 * 1024 * 1024
MAX_TOTAL = 20
"""Bytes of all members, as a multiple of the largest document that is taken."""
MAX_RATIO = 200
"""Bytes out per byte in: text and tables give 5 to 50, a bomb a thousand and more."""
SMALL = 1024 * 1024
"""Members up to here may have any ratio: a page of spaces does."""
_TAIL = 64 * 1024 + 22
"""The end record of an archive, with the longest comment that may follow it."""

Entry = tuple[str, zipfile.ZipInfo]
"""A file in an archive: its name for people, and its line in the table of contents."""


class Refused(Exception):
    """Why an archive is not opened, as one sentence that says what to do; `status` names it."""

    def __init__(self, reason: str, status: DocumentStatus) -> None:
        super().__init__(reason)
        self.status = status


def zip_directory(handle: BinaryIO) -> tuple[int, int]:
    """Number of entries and bytes of the table of contents, as the end of the archive states.

    Raises:
        zipfile.BadZipFile: the file has no end of an archive.
    """
    size = handle.seek(0, 2)
    handle.seek(max(0, size - _TAIL))
    tail = handle.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise zipfile.BadZipFile("no end of central directory")
    entries = int.from_bytes(tail[end + 10 : end + 12], "little")
    contents = int.from_bytes(tail[end + 12 : end + 16], "little")
    return entries, contents


def open_archive(path: Path) -> zipfile.ZipFile:
    """An archive whose table of contents is whole and no attack; the caller closes it.

    Raises:
        Refused: it is neither.
        OSError: the file cannot be read.
    """
    try:
        with path.open("rb") as handle:
            entries, size = zip_directory(handle)
        if entries > MAX_ZIP_ENTRIES or size > MAX_ZIP_CONTENTS:
            reason = f"it holds more than {MAX_ZIP_ENTRIES} files; deliver it in parts"
            raise Refused(reason, DocumentStatus.TOO_LARGE)
        return zipfile.ZipFile(path)
    # zipfile says NotImplementedError of compression and versions that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        reason = f"it is a broken archive ({error}); get it again"
        raise Refused(reason, DocumentStatus.DAMAGED) from error


def files_in(archive: zipfile.ZipFile, limits: Limits) -> list[Entry]:
    """The files of an archive in the order of their names, manifests included, links left out.

    Raises:
        Refused: it is locked, out of all proportion, or holds no document.
    """
    found = [(name, entry) for name, entry in all_files(archive) if not is_link(entry)]
    if any(entry.flag_bits & 0x1 for _, entry in found):
        reason = "it is an archive with a password; unpack it and deliver the files"
        raise Refused(reason, DocumentStatus.NEEDS_PASSWORD)
    total = sum(entry.file_size for _, entry in found)
    if total > MAX_TOTAL * limits.max_bytes:
        raise Refused(
            f"it unpacks to {total} bytes, more than {MAX_TOTAL * limits.max_bytes}; "
            "deliver it in parts",
            DocumentStatus.TOO_LARGE,
        )
    for name, entry in found:
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise Refused(
                f"it is packed beyond measure ({name}: {entry.compress_size} bytes become "
                f"{entry.file_size}); unpack it by hand if you trust it",
                DocumentStatus.TOO_LARGE,
            )
    if all(is_manifest(name) for name, _ in found):
        reason = "it is an archive without a document in it"
        raise Refused(reason, DocumentStatus.UNSUPPORTED_FORMAT)
    return sorted(found, key=lambda pair: (pair[0], pair[1].header_offset))


def all_files(archive: zipfile.ZipFile) -> list[Entry]:
    """What an archive lists but folders and the system's clutter; links and manifests included."""
    named = [(_member_name(entry), entry) for entry in archive.infolist() if not entry.is_dir()]
    return [(name, entry) for name, entry in named if name and not _is_clutter(name)]


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a link to another file, which may lie anywhere."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def is_manifest(name: str) -> bool:
    """Whether a member says of others what they are."""
    return posixpath.basename(name).lower() == MANIFEST


def why_unopened(path: Path, limits: Limits) -> tuple[DocumentStatus, str] | None:
    """Status and reason of an archive that is not to be opened; None for one that could be.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        with open_archive(path) as archive:
            files_in(archive, limits)
    except Refused as refused:
        return refused.status, str(refused)
    return None


def _is_clutter(name: str) -> bool:
    *folders, base = name.split("/")
    return any(map(is_clutter, folders)) or (is_clutter(base) and base.lower() != MANIFEST)


def _member_name(entry: zipfile.ZipInfo) -> str:
    """The name of a member for people; steps out of the archive are taken out of it.

    Old Chinese programs write names in GBK without saying so, others UTF-8.
    """
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = (part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."})
    return clean_path("/".join(parts)) if name.strip("/\\. ") else ""
