"""Archives of documents: each member is taken in as if it had been delivered by itself.

No name from inside an archive is ever used as a path: members are written, one at a time, under
a number of our own. An archive that is locked, broken or out of all proportion is not opened; it
stays a document that says so. Archives inside archives are not opened either.
"""

from __future__ import annotations

import posixpath
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from assets.common.limits import Limits
from assets.documents.listing import Found, clean_path, is_clutter
from assets.documents.manifest import MANIFEST, MAX_FILE_BYTES, Claim, Claims, Note, read_manifest
from assets.documents.sniff import MAX_ZIP_CONTENTS, MAX_ZIP_ENTRIES, ZIP, sniff, zip_directory
from schemas.vocabulary import DocumentStatus

MARK = "!"
"""Between the name of an archive and that of a member, e.g. `2023.zip!甲局.docx`."""
MAX_TOTAL = 20
"""Bytes of all members, as a multiple of the largest document that is taken."""
MAX_RATIO = 200
"""Bytes out per byte in: text and tables give 5 to 50, a bomb a thousand and more."""
SMALL = 1024 * 1024
"""Members up to here may have any ratio: a page of spaces does."""
_CHUNK = 1024 * 1024


class Refused(Exception):
    """Why an archive is not opened, as one sentence that says what to do; `status` names it."""

    def __init__(self, reason: str, status: DocumentStatus) -> None:
        super().__init__(reason)
        self.status = status


def is_bundle(path: Path) -> bool:
    """Whether a file is an archive that holds documents rather than being one.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as handle:
        if handle.read(2) != b"PK":
            return False
    return sniff(path) == ZIP


def members(
    bundle: Found, folder: Path, limits: Limits, notes: list[Note]
) -> Iterator[Found | None]:
    """The members of an archive one by one; the file of each is gone when the next is asked for.

    Claims come from the nearest manifest.csv inside, else from the claim on the archive.

    Args:
        bundle: the archive.
        folder: where the file of a member may be written; it must be there.
        limits: bounds of one member; see MAX_TOTAL and MAX_RATIO for the archive.
        notes: what the operator should hear is added here.

    Yields:
        A member to take in, or None for one that cannot be taken; its note says why.

    Raises:
        Refused: before anything is yielded.
        OSError: the archive cannot be read, or a member cannot be written.
    """
    try:
        with bundle.path.open("rb") as handle:
            entries, size = zip_directory(handle)
        if entries > MAX_ZIP_ENTRIES or size > MAX_ZIP_CONTENTS:
            reason = f"holds more than {MAX_ZIP_ENTRIES} files; deliver it in parts"
            raise Refused(reason, DocumentStatus.TOO_LARGE)
        archive = zipfile.ZipFile(bundle.path)
    # zipfile says NotImplementedError of compression and versions that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        reason = f"is a broken archive ({error}); get it again"
        raise Refused(reason, DocumentStatus.DAMAGED) from error
    with archive:
        named = _named(archive, bundle, limits, notes)
        target = folder / "member"
        manifests = _manifests(archive, named, bundle, target, notes)
        for name, entry in named:
            if posixpath.basename(name).lower() == MANIFEST:
                continue
            try:
                _write(archive, entry, target, limits.max_bytes)
                yield replace(
                    bundle,
                    path=target,
                    name=f"{bundle.name}{MARK}{name}",
                    member=name,
                    claim=_claim(name, manifests) or bundle.claim,
                    is_inbox=False,
                )
            except _BROKEN as error:
                notes.append(Note(f"{bundle.path}{MARK}{name}", f"cannot be taken in ({error})"))
                yield None
            finally:
                target.unlink(missing_ok=True)
        for folder_name, claims in manifests.items():
            notes.extend(_unused(folder_name, claims, {name for name, _ in named}))


class _TooLargeError(ValueError):
    """A member holds more than its directory entry says, or than is taken."""


# zipfile says NotImplementedError of compression that it does not know.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, _TooLargeError)


def _named(
    archive: zipfile.ZipFile, bundle: Found, limits: Limits, notes: list[Note]
) -> list[tuple[str, zipfile.ZipInfo]]:
    """Names and entries of the files in an archive, in the order of their names."""
    found: list[tuple[str, zipfile.ZipInfo]] = []
    for entry in archive.infolist():
        name = _member_name(entry)
        if entry.is_dir() or not name or any(is_clutter(p) for p in _folders(name)):
            continue
        if is_clutter(posixpath.basename(name)) and posixpath.basename(name).lower() != MANIFEST:
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            note = "is a link, which is not followed; put the file itself into the archive"
            notes.append(Note(f"{bundle.path}{MARK}{name}", note))
            continue
        found.append((name, entry))
    if any(entry.flag_bits & 0x1 for _, entry in found):
        reason = "is an archive with a password; unpack it and deliver the files"
        raise Refused(reason, DocumentStatus.NEEDS_PASSWORD)
    total = sum(entry.file_size for _, entry in found)
    if total > MAX_TOTAL * limits.max_bytes:
        raise Refused(
            f"unpacks to {total} bytes, more than {MAX_TOTAL * limits.max_bytes}; "
            "deliver it in parts",
            DocumentStatus.TOO_LARGE,
        )
    for name, entry in found:
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise Refused(
                f"is packed beyond measure ({name}: {entry.compress_size} bytes become "
                f"{entry.file_size}); unpack it by hand if you trust it",
                DocumentStatus.TOO_LARGE,
            )
    for name, count in Counter(name for name, _ in found).items():
        if count > 1:
            note = f"stands {count} times in the archive; all are taken in under this name"
            notes.append(Note(f"{bundle.path}{MARK}{name}", note))
    return sorted(found, key=lambda pair: (pair[0], pair[1].header_offset))


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


def _folders(name: str) -> list[str]:
    return name.split("/")[:-1]


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, limit: int) -> None:
    """Write one member; what really comes out is counted, since the directory may lie."""
    if entry.file_size > limit:
        raise _TooLargeError(f"{entry.file_size} bytes, more than the limit of {limit}")
    left = entry.file_size
    with archive.open(entry) as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _TooLargeError("it holds more than the archive's directory says")
            out.write(chunk)


def _manifests(
    archive: zipfile.ZipFile,
    named: list[tuple[str, zipfile.ZipInfo]],
    bundle: Found,
    target: Path,
    notes: list[Note],
) -> dict[str, Claims]:
    """What the manifests inside say, by their folder ("" is the top)."""
    found: dict[str, Claims] = {}
    for name, entry in named:
        folder, base = posixpath.split(name)
        if base.lower() != MANIFEST:
            continue
        shown = f"{bundle.path}{MARK}{name}"
        try:
            _write(archive, entry, target, MAX_FILE_BYTES)
            found[folder] = read_manifest(target, shown)
            notes.extend(found[folder].notes)
        except _BROKEN as error:
            notes.append(Note(shown, f"cannot be read ({error}); nothing of it is used"))
        finally:
            target.unlink(missing_ok=True)
    return found


def _claim(name: str, manifests: Mapping[str, Claims]) -> Claim | None:
    """The claim of the nearest manifest that names a member."""
    folder = posixpath.dirname(name)
    while True:
        target = name[len(folder) + 1 :] if folder else name
        claims = manifests.get(folder)
        if claims and target in claims.by_target:
            return claims.by_target[target]
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _unused(folder: str, claims: Claims, names: set[str]) -> Iterator[Note]:
    for target, claim in claims.by_target.items():
        if posixpath.join(folder, target) not in names:
            message = f"names {target!r}, which is not in the archive; correct the name"
            yield Note(claim.place, message)
