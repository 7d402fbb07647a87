"""What a reader yields: blocks of text and grids of cells, each with its place in the document.

A reader knows nothing of formats, years or items. All readers converge on ParsedDocument, and
the stages after this one see only its two frames (layout_blocks, layout_grids).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from schemas.frames import LayoutBlocks, LayoutGrids, to_frame
from schemas.vocabulary import DocumentStatus

GridKind = Literal["ruled", "delimited", "aligned", "flow"]
"""How the columns of a grid are known.

ruled: by rules or table markup (PDF lines, HTML, DOCX): positions can be trusted.
delimited: by tabs or pipes in a text dump: positions may have slipped.
aligned: by runs of spaces.
flow: not at all, one cell per line: only the order can be trusted.
"""


UNREADABLE = "\ufffd"
"""Stands for what is printed and cannot be read."""

UNREAD = "not all of it was read: "
"""Begins the reason of a document that has gaps: what is missing of it may stand there."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, PDF points, origin at the top left."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid; `text` is exactly what is printed, inner line breaks as newlines.

    `other` is what a second, independent reading of the same cell gave: equal to `text` where
    both agree, None where the cell was read once. `confidence` (0 to 1) is how sure a reader that
    recognises pictures is of `text`, None where the characters themselves are in the file.
    """

    row: int
    col: int
    text: str
    locator: str
    row_span: int = 1
    col_span: int = 1
    page: int | None = None
    box: Box | None = None
    confidence: float | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as laid out. Cells are in row-major order and never overlap."""

    ordinal: int
    order: int
    kind: GridKind
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of running text: a paragraph, a heading, a line."""

    order: int
    text: str
    locator: str
    is_heading: bool = False
    page: int | None = None


_SHEET = re.compile(r"(?:as xlsx: )?sheet\[\d+\]")
"""Also in the conversion of an older file."""


def sheet_locator(number: int) -> str:
    """The locator of a block that is the name of a sheet, and what those of its cells begin with.

    Args:
        number: of the sheet, from 1.
    """
    return f"sheet[{number}]"


def sheet_of(locator: str) -> str | None:
    """The sheet that a locator lies in, as sheet_locator names it; None outside spreadsheets."""
    found = _SHEET.match(locator)
    return found.group() if found else None


def is_sheet_name(block: Block) -> bool:
    """Whether a block is the name on the tab of a sheet, which no page prints."""
    return _SHEET.fullmatch(block.locator) is not None


Window = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a picture, as shares of its sides."""
WHOLE: Window = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class EmbeddedPicture:
    """A picture that a document shows in front of what has the same `order`.

    `data` are the bytes of its file, `shown` is the part of it that is shown.
    """

    order: int
    locator: str
    data: bytes = field(repr=False)
    shown: Window = WHOLE


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """All that one reader found in one document, in reading order (`order` is shared).

    `metadata` holds what stands outside the text: HTML title and meta tags, PDF title.
    `notes` are diagnostics for the operator; those in `gaps` name a page or picture that was not
    read, so that what is missing may stand there. `pictures` are those that may be looked at for
    tables.
    """

    parser: str
    parser_version: str
    blocks: tuple[Block, ...]
    grids: tuple[Grid, ...]
    page_count: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    pictures: tuple[EmbeddedPicture, ...] = ()


class ReadFailure(Exception):
    """A document that cannot be read, with the status and the reason that its row shall carry.

    `reason` is one sentence for a person: what is wrong, where, and what to do.
    """

    def __init__(self, status: DocumentStatus, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.reason = reason


def blocks_frame(doc_id: str, document: ParsedDocument) -> pl.DataFrame:
    """The blocks of a document as layout_blocks rows."""
    return to_frame(
        LayoutBlocks,
        [
            {
                "doc_id": doc_id,
                "order": block.order,
                "page": block.page,
                "text": block.text,
                "is_heading": block.is_heading,
                "locator": block.locator,
            }
            for block in document.blocks
        ],
    )


def grids_frame(doc_id: str, document: ParsedDocument) -> pl.DataFrame:
    """The grid cells of a document as layout_grids rows."""
    return to_frame(
        LayoutGrids,
        [
            {
                "doc_id": doc_id,
                "grid": grid.ordinal,
                "order": grid.order,
                "kind": grid.kind,
                "row": cell.row,
                "col": cell.col,
                "row_span": cell.row_span,
                "col_span": cell.col_span,
                "text": cell.text,
                "page": cell.page,
                "locator": cell.locator,
                "x0": cell.box.x0 if cell.box else None,
                "top": cell.box.top if cell.box else None,
                "x1": cell.box.x1 if cell.box else None,
                "bottom": cell.box.bottom if cell.box else None,
                "confidence": cell.confidence,
                "other": cell.other,
            }
            for grid in document.grids
            for cell in grid.cells
        ],
    )


def blocks_from(frame: pl.DataFrame) -> tuple[Block, ...]:
    """The blocks of one document back from layout_blocks rows, in reading order."""
    return tuple(
        Block(row["order"], row["text"], row["locator"], row["is_heading"], row["page"])
        for row in frame.sort("order").iter_rows(named=True)
    )


def grids_from(frame: pl.DataFrame) -> tuple[Grid, ...]:
    """The grids of one document back from layout_grids rows, in reading order."""
    cells: dict[tuple[int, int, GridKind], list[GridCell]] = defaultdict(list)
    for row in frame.sort("grid", "row", "col").iter_rows(named=True):
        box = None if row["x0"] is None else Box(row["x0"], row["top"], row["x1"], row["bottom"])
        cells[row["grid"], row["order"], row["kind"]].append(
            GridCell(
                row["row"],
                row["col"],
                row["text"],
                row["locator"],
                row["row_span"],
                row["col_span"],
                row["page"],
                box,
                row["confidence"],
                row["other"],
            )
        )
    return tuple(Grid(*key, tuple(members)) for key, members in sorted(cells.items()))
