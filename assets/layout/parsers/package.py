"""Zip packages of XML parts (OOXML, OFD): opened safely, read within a budget of bytes.

No name from inside a package is ever used as a path: parts are looked up in its directory only.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from assets.layout.model import ReadFailure
from assets.layout.parsers.base import Source, read_bytes
from schemas.vocabulary import DocumentStatus

Element = Any
"""An lxml element; its stubs do not describe what is used here."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(slots=True)
class Package:
    """A zip package whose parts are read within a budget of bytes.

    `what` names the kind of file in messages, e.g. "Word document".
    """

    source: Source
    what: str
    archive: zipfile.ZipFile
    left: int

    @classmethod
    def open(cls, source: Source, what: str) -> Package:
        """Check the container before anything is unpacked.

        Raises:
            ReadFailure: needs_password, needs_converter (the older binary format), damaged or
                too_large.
        """
        data = read_bytes(source)
        if data.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise ReadFailure(
                    DocumentStatus.NEEDS_PASSWORD,
                    f"{source.file_name} is protected by a password; supply an open copy",
                )
            raise ReadFailure(
                DocumentStatus.NEEDS_CONVERTER,
                f"{source.file_name} is in Office's older binary format; save it as DOCX or XLSX",
            )
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        # zipfile says NotImplementedError of compression and versions that it does not know.
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _damaged(source, what, f"broken zip ({error})") from error
        budget = source.limits.max_unpacked_bytes
        if sum(entry.file_size for entry in archive.infolist()) > budget:
            raise _too_large(source, budget)
        return cls(source, what, archive, budget)

    def damaged(self, cause: str) -> ReadFailure:
        """The failure to raise where a part is missing or broken."""
        return _damaged(self.source, self.what, cause)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, or None where there is none.

        The directory may understate sizes, so that what really comes out is counted too.
        """
        try:
            entry = self.archive.getinfo(name)
        except KeyError:
            return None
        if entry.flag_bits & 0x1:
            raise ReadFailure(
                DocumentStatus.NEEDS_PASSWORD,
                f"{self.source.file_name} is a zip with a password; supply an open copy",
            )
        try:
            with self.archive.open(entry) as stream:
                data = stream.read(self.left + 1)
        # As above; the compression of a part shows when it is read.
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise self.damaged(f"part {name} is broken ({error})") from error
        self.left -= len(data)
        if self.left < 0:
            raise _too_large(self.source, self.source.limits.max_unpacked_bytes)
        return data

    def xml(self, name: str) -> Element | None:
        """The root element of a part, or None where there is none.

        Entities and document type declarations have no place in these formats and are refused.
        libxml2's own limits on size, amplification and depth (256) stay in force.
        """
        import lxml.etree  # noqa: PLC0415 - only when such a document is read

        data = self.read(name) if name else None
        if data is None:
            return None
        parser = lxml.etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        try:
            root = lxml.etree.fromstring(data, parser)
        except lxml.etree.XMLSyntaxError as error:
            raise self.damaged(f"part {name} is no XML ({error})") from error
        if root.getroottree().docinfo.doctype:
            raise self.damaged(f"part {name} declares a document type, which is refused")
        return root

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The (kind, part name) that a part (or, with "", the package) names, by relation id."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for relation in root if root is not None else ():
            if relation.get("TargetMode") != "External":
                kind = str(relation.get("Type", "")).rpartition("/")[2]
                target = posixpath.join("/", folder, str(relation.get("Target", "")))
                part_name = posixpath.normpath(target).lstrip("/")
                found[str(relation.get("Id", len(found)))] = kind, part_name
        return found

    def related(self, part: str, kind: str) -> str:
        """Name of the part that another part (or, with "", the package) names as its `kind`."""
        return next((to for said, to in self.relations(part).values() if said == kind), "")

    def metadata(self) -> dict[str, str]:
        """Title, creator, dates and company from the document properties of OOXML."""
        found: dict[str, str] = {}
        for kind in ("core-properties", "extended-properties"):
            root = self.xml(self.related("", kind))
            for element in root if root is not None else ():
                name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
                text = (element.text or "").strip()
                if text and (kind == "core-properties" or name == "Company"):
                    found.setdefault(name, text[:2000])
        return found


def _damaged(source: Source, what: str, cause: str) -> ReadFailure:
    return ReadFailure(DocumentStatus.DAMAGED, f"{source.file_name} is no readable {what}: {cause}")


def _too_large(source: Source, budget: int) -> ReadFailure:
    return ReadFailure(
        DocumentStatus.TOO_LARGE,
        f"{source.file_name} unpacks to more than {budget} bytes, the limit",
    )
