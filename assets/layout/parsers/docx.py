"""Word documents (OOXML): merged cells, nested tables, automatic numbers, tracked changes.

package.py opens the file safely, docx_body.py reads the XML, and this module puts paragraphs and
tables in order. Headers and footers are parts of their own and stay out of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assets.layout.grids import flow_grids
from assets.layout.model import (
    UNREADABLE,
    Block,
    EmbeddedPicture,
    Grid,
    GridCell,
    ParsedDocument,
    ReadFailure,
)
from assets.layout.normalise import squeeze
from assets.layout.parsers.base import Source
from assets.layout.parsers.package import Package
from assets.layout.parsers.spans import (
    LONG_CELL,
    LONG_LONE_CELL,
    MAX_NUMBER,
    Placed,
    compact,
    linked_rows,
)
from schemas.vocabulary import DocumentStatus

if TYPE_CHECKING:
    from assets.layout.parsers.docx_body import Body, Cell, Image, Paragraph, Table

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

        package = Package.open(source, "Word document")
        main = package.related("", _MAIN)
        root = package.xml(main) if main else None
        if root is None:
            raise package.damaged("it has no document part")
        folder_parts = {
            kind: package.xml(package.related(main, kind)) for kind in ("styles", "numbering")
        }
        body = Body(Numbering.read(folder_parts["numbering"]))
        body.read_styles(folder_parts["styles"])
        container = child(root, "body")
        items = body.content(container) if container is not None else []
        layout = _Layout()
        layout.add(items)
        pictures = tuple(_pictures(package, main, layout.images))
        loose, flowing = flow_grids(layout.blocks, len(layout.grids))
        grids = sorted((*layout.grids, *flowing), key=lambda grid: grid.order)
        return ParsedDocument(
            parser=self.name,
            parser_version=self.version,
            blocks=loose,
            grids=tuple(replace(grid, ordinal=number) for number, grid in enumerate(grids)),
            metadata=package.metadata(),
            notes=tuple(_notes(body, len(layout.images) - len(pictures))),
            pictures=pictures,
        )


DOCX = DocxParser()


def _pictures(
    package: Package, main: str, images: Sequence[tuple[int, Image]]
) -> Iterator[EmbeddedPicture]:
    """The pictures that lie in the file, with their bytes."""
    parts = package.relations(main) if images else {}
    seen: dict[str, bytes | None] = {}
    for order, image in images:
        _, name = parts.get(image.relation, ("", ""))
        if name not in seen:
            seen[name] = _bytes_of(package, name)
        if data := seen[name]:
            yield EmbeddedPicture(order, image.locator, data, image.shown)


def _bytes_of(package: Package, name: str) -> bytes | None:
    """The bytes of a picture; None where it is not there or broken: the text is read without it."""
    try:
        return package.read(name)
    except ReadFailure as failure:
        if failure.status is DocumentStatus.DAMAGED:
            return None
        raise


def _notes(body: Body, linked: int) -> Iterator[str]:
    if linked:
        yield f"{linked} linked or broken pictures not read"
    if body.objects:
        yield f"{body.objects} embedded objects not read"
    if body.changes:
        yield f"{body.changes} tracked deletions left out, tracked insertions kept"


@dataclass(slots=True)
class _Layout:
    """Puts paragraphs and tables into blocks and grids."""

    blocks: list[Block] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    images: list[tuple[int, Image]] = field(default_factory=list)
    order: int = 0

    def add(self, items: Sequence[Paragraph | Table | Image]) -> None:
        """Blocks and grids of some content, in order; pictures with the order of what follows."""
        from assets.layout.parsers.docx_body import Image, Paragraph  # noqa: PLC0415 - loads lxml

        for item in items:
            if isinstance(item, Paragraph):
                for line in item.lines:
                    if squeeze(line):
                        self.blocks.append(Block(self.order, line, item.locator, item.is_heading))
                        self.order += 1
            elif isinstance(item, Image):
                self.images.append((self.order, item))
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
        for cell in placed:
            self.images += [(self.order, image) for image in cell.item.images]
        cells = tuple(
            GridCell(
                cell.row,
                cell.col,
                # What a cell shows in a picture may be its number: it is not blank.
                "\n".join(cell.item.lines) or UNREADABLE * bool(cell.item.images),
                cell.item.locator,
                cell.row_span,
                cell.col_span,
                # What a picture shows beside a number may be a digit of it.
                other=_with_picture(cell.item),
            )
            for cell in compact(placed)
        )
        if any(squeeze(cell.text) for cell in cells):
            self.grids.append(Grid(len(self.grids), self.order, "ruled", cells))
            self.order += 1


def _with_picture(cell: Cell) -> str | None:
    """A second reading of a cell that shows a picture beside a number."""
    text = "\n".join(cell.lines)
    is_number = any(char.isdecimal() for char in text) and len(squeeze(text)) <= MAX_NUMBER
    return text + UNREADABLE if cell.images and is_number else None


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
