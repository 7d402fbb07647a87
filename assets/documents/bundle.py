"""Archives of documents: each member is taken in as if it had been delivered by itself.

No name from inside an archive is ever used as a path: members are written, one at a time, under
a number of our own. An archive that is locked, broken or out of all proportion is not opened; it
stays a document that says so. Archives inside archives are not opened either.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from assets.common.limits import Limits
from assets.documents.archive import all_files, files_in, is_link, is_manifest, open_archive
from assets.documents.listing import Found
from assets.documents.manifest import MAX_FILE_BYTES, Claim, Claims, Note, read_manifest
from assets.documents.sniff import ZIP, sniff

MARK = "!"
"""Between the name of an archive and that of a member, e.g. `2023.zip!甲局.docx`."""
_CHUNK = 1024 * 1024


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
        limits: bounds of one member; see archive.py for the whole.
        notes: what the operator should hear is added here.

    Yields:
        A member to take in, or None for one that cannot be taken; its note says why.

    Raises:
        Refused: before anything is yielded.
        OSError: the archive cannot be read, or a member cannot be written.
    """
    with open_archive(bundle.path) as archive:
        named = files_in(archive, limits)
        notes.extend(_odd_members(archive, bundle))
        target = folder / "member"
        manifests = _manifests(archive, named, bundle, target, notes)
        for name, entry in named:
            if is_manifest(name):
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
                place = f"{bundle.path}{MARK}{name}"
                notes.append(Note(place, f"cannot be taken in ({error})", is_refusal=True))
                yield None
            finally:
                target.unlink(missing_ok=True)
        for folder_name, claims in manifests.items():
            notes.extend(_unused(folder_name, claims, {name for name, _ in named}))


class _TooLargeError(ValueError):
    """A member holds more than its directory entry says, or than is taken."""


# zipfile says NotImplementedError of compression that it does not know.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, _TooLargeError)


def _odd_members(archive: zipfile.ZipFile, bundle: Found) -> Iterator[Note]:
    """Members that are passed over, and those that share a name."""
    files = all_files(archive)
    for name, entry in files:
        if is_link(entry):
            note = "is a link, which is not followed; put the file itself into the archive"
            yield Note(f"{bundle.path}{MARK}{name}", note)
    for name, count in Counter(name for name, entry in files if not is_link(entry)).items():
        if count > 1:
            note = f"stands {count} times in the archive; all are taken in under this name"
            yield Note(f"{bundle.path}{MARK}{name}", note)


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
        if not is_manifest(base):
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
