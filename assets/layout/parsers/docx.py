"""Word documents (OOXML): merged cells, nested tables, automatic numbers, tracked changes.

This module opens the package safely and puts paragraphs and tables in order; docx_body.py reads
the XML. Headers and footers are parts of their own and stay out of the text.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assets.layout.grids import flow_grids
from assets.layout.model import Block, Grid, GridCell, ParsedDocument, ReadFailure
from assets.layout.normalise import squeeze
from assets.layout.parsers.base import Source, read_bytes
from assets.layout.parsers.spans import Placed, compact, linked_rows
from schemas.vocabulary import DocumentStatus

if TYPE_CHECKING:
    from assets.layout.parsers.docx_body import Body, Cell, Paragraph, Table
    from assets.layout.parsers.docx_numbering import Element

LONG_CELL = 300
"""Characters above which a cell holds prose, so that its row is page layout, not data."""
LONG_LONE_CELL = 120
"""The same for a cell that is the only filled one of its row."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "officeDocument"


@dataclass(frozen=True, slots=True)
class DocxParser:
    """Reader of Word documents in OOXML."""

    name: str = "docx"
    version: str = "2"
    media_types: frozenset[str] = frozenset(
        {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
            "application/vnd.ms-word.document.macroEnabled.12",
        }
    )

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (one per printed line of a paragraph) and grids.

        Locators are `paragraph[12]` and `table[2]/row[3]/cell[1]`, counted from 1.

        Raises:
            ReadFailure: needs_password, damaged, too_large, or needs_converter for the older
                binary format.
        """
        from assets.layout.parsers.docx_body import Body  # noqa: PLC0415 - loads lxml
        from assets.layout.parsers.docx_numbering import Numbering, child  # noqa: PLC0415

        package = _Package.open(source)
        main = package.related("", _MAIN)
        root = package.xml(main) if main else None
        if root is None:
            raise _damaged(source, "it has no document part")
        folder_parts = {
            kind: package.xml(package.related(main, kind)) for kind in ("styles", "numbering")
        }
        body = Body(Numbering.read(folder_parts["numbering"]))
        body.read_styles(folder_parts["styles"])
        container = child(root, "body")
        items = body.content(container) if container is not None else []
        layout = _Layout()
        layout.add(items)
        loose, flowing = flow_grids(layout.blocks, len(layout.grids))
        grids = sorted((*layout.grids, *flowing), key=lambda grid: grid.order)
        return ParsedDocument(
            parser=self.name,
            parser_version=self.version,
            blocks=loose,
            grids=tuple(replace(grid, ordinal=number) for number, grid in enumerate(grids)),
            metadata=package.metadata(),
            notes=tuple(_notes(body, bool(grids))),
        )


DOCX = DocxParser()


def _damaged(source: Source, cause: str) -> ReadFailure:
    return ReadFailure(
        DocumentStatus.DAMAGED, f"{source.file_name} is no readable Word document: {cause}"
    )


def _notes(body: Body, has_grids: bool) -> Iterator[str]:
    if body.pictures and not has_grids:
        yield f"{body.pictures} pictures and no table: tables may be pictures"
    if body.objects:
        yield f"{body.objects} embedded objects not read"
    if body.changes:
        yield f"{body.changes} tracked deletions left out, tracked insertions kept"


@dataclass(slots=True)
class _Package:
    """A zip package whose parts are read within a budget of bytes."""

    source: Source
    archive: zipfile.ZipFile
    left: int

    @classmethod
    def open(cls, source: Source) -> _Package:
        """Check the container before anything is unpacked."""
        data = read_bytes(source)
        if data.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise ReadFailure(
                    DocumentStatus.NEEDS_PASSWORD,
                    f"{source.file_name} is protected by a password; supply an open copy",
                )
            raise ReadFailure(
                DocumentStatus.NEEDS_CONVERTER,
                f"{source.file_name} is in Word's older binary format; save it as .docx",
            )
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _damaged(source, f"broken zip ({error})") from error
        budget = source.limits.max_unpacked_bytes
        if sum(entry.file_size for entry in archive.infolist()) > budget:
            raise _too_large(source, budget)
        return cls(source, archive, budget)

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
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise _damaged(self.source, f"part {name} is broken ({error})") from error
        self.left -= len(data)
        if self.left < 0:
            raise _too_large(self.source, self.source.limits.max_unpacked_bytes)
        return data

    def xml(self, name: str) -> Element | None:
        """The root element of a part, or None where there is none.

        Entities and document type declarations have no place in OOXML and are refused. libxml2's
        own limits on size, amplification and depth (256) stay in force.
        """
        import lxml.etree  # noqa: PLC0415 - only when a Word document is read

        data = self.read(name) if name else None
        if data is None:
            return None
        parser = lxml.etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        try:
            root = lxml.etree.fromstring(data, parser)
        except lxml.etree.XMLSyntaxError as error:
            raise _damaged(self.source, f"part {name} is no XML ({error})") from error
        if root.getroottree().docinfo.doctype:
            raise _damaged(self.source, f"part {name} declares a document type, which is refused")
        return root

    def related(self, part: str, kind: str) -> str:
        """Name of the part that another part (or, with "", the package) names as its `kind`."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in root if root is not None else ():
            if (
                str(relation.get("Type", "")).rpartition("/")[2] == kind
                and relation.get("TargetMode") != "External"
            ):
                target = str(relation.get("Target", ""))
                return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        return ""

    def metadata(self) -> dict[str, str]:
        """Title, creator, dates and company from the document properties."""
        found: dict[str, str] = {}
        for kind in ("core-properties", "extended-properties"):
            root = self.xml(self.related("", kind))
            for element in root if root is not None else ():
                name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
                text = (element.text or "").strip()
                if text and (kind == "core-properties" or name == "Company"):
                    found.setdefault(name, text[:2000])
        return found


def _too_large(source: Source, budget: int) -> ReadFailure:
    return ReadFailure(
        DocumentStatus.TOO_LARGE,
        f"{source.file_name} unpacks to more than {budget} bytes, the limit",
    )


@dataclass(slots=True)
class _Layout:
    """Puts paragraphs and tables into blocks and grids."""

    blocks: list[Block] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    order: int = 0

    def add(self, items: Sequence[Paragraph | Table]) -> None:
        """Blocks and grids of some content, in order."""
        from assets.layout.parsers.docx_body import Paragraph  # noqa: PLC0415 - loads lxml

        for item in items:
            if isinstance(item, Paragraph):
                for line in item.lines:
                    if squeeze(line):
                        self.blocks.append(Block(self.order, line, item.locator, item.is_heading))
                        self.order += 1
            else:
                self._table(item)

    def _table(self, table: Table) -> None:
        """Runs of data rows become grids; rows that are page layout are opened."""
        one_column = len({cell.col for cell in table.cells}) < 2
        run: list[Placed[Cell]] = []
        for rows in [*linked_rows(table.cells), []]:
            if rows and not one_column and not _is_layout(rows):
                run += rows
                continue
            self._grid(run)
            run = []
            for cell in rows:
                self.add(cell.item.content)

    def _grid(self, placed: Sequence[Placed[Cell]]) -> None:
        cells = tuple(
            GridCell(
                cell.row,
                cell.col,
                "\n".join(cell.item.lines),
                cell.item.locator,
                cell.row_span,
                cell.col_span,
            )
            for cell in compact(placed)
        )
        if any(squeeze(cell.text) for cell in cells):
            self.grids.append(Grid(len(self.grids), self.order, "ruled", cells))
            self.order += 1


def _is_layout(rows: Sequence[Placed[Cell]]) -> bool:
    """Whether rows hold prose or another data table rather than data."""
    from assets.layout.parsers.docx_body import Table  # noqa: PLC0415 - loads lxml

    filled = 0
    longest = 0
    for cell in rows:
        if any(isinstance(item, Table) and item.is_data for item in cell.item.content):
            return True
        length = len(squeeze("".join(cell.item.lines)))
        filled += length > 0
        longest = max(longest, length)
    return longest > LONG_CELL or (filled == 1 and longest > LONG_LONE_CELL)
