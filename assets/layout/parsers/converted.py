"""Older and rarer office files: converted by LibreOffice, then read as what they became."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assets.common.office import office_version
from assets.layout.model import ParsedDocument
from assets.layout.parsers.base import Parser, Source
from assets.layout.parsers.convert import Target, convert
from assets.layout.parsers.docx import DOCX
from assets.layout.parsers.xlsx import XLSX

_READERS: Mapping[Target, Parser] = {"docx": DOCX, "xlsx": XLSX}


@dataclass(frozen=True, slots=True)
class ConvertedParser:
    """Reader of the kinds in `extensions`, by way of `target`."""

    target: Target
    extensions: Mapping[str, str]
    """Media types, with the extension that such files usually have."""
    name: str = "converted"

    @property
    def media_types(self) -> frozenset[str]:
        """Media types that this reader takes."""
        return frozenset(self.extensions)

    @property
    def version(self) -> str:
        """Names the converter too, so that a new one, or the first, reads the documents again."""
        return f"1+{self.target}-{_READERS[self.target].version}+office-{office_version()}"

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks and grids of the converted document.

        Locators are those of the conversion with its format before them, such as
        `as docx: table[2]/row[3]/cell[1]`.

        Raises:
            ReadFailure: needs_converter, needs_password, damaged, too_large or timed_out.
        """
        data = convert(source, self.extensions[source.media_type], self.target)
        with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
            path = Path(folder) / f"converted.{self.target}"
            path.write_bytes(data)
            read = _READERS[self.target].parse(replace(source, path=path))
        mark = f"as {self.target}: "
        return replace(
            read,
            parser=self.name,
            parser_version=self.version,
            blocks=tuple(replace(b, locator=mark + b.locator) for b in read.blocks),
            grids=tuple(
                replace(grid, cells=tuple(replace(c, locator=mark + c.locator) for c in grid.cells))
                for grid in read.grids
            ),
            notes=(f"read as LibreOffice converts it to {self.target}", *read.notes),
        )


TEXTS = ConvertedParser(
    "docx",
    {
        "application/msword": "doc",
        "application/vnd.ms-wordml": "xml",
        "application/rtf": "rtf",
        "application/vnd.oasis.opendocument.text": "odt",
    },
)
SHEETS = ConvertedParser(
    "xlsx",
    {
        "application/vnd.ms-excel": "xls",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.12": "xlsb",
        "application/vnd.oasis.opendocument.spreadsheet": "ods",
    },
)
