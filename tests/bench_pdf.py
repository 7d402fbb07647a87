"""How fast PDFs are read against two yardsticks, and how many pages were read twice.

Part of `make bench`; `python -m tests.bench_pdf` has a row for each way in which programs draw
tables. The yardsticks, on the same files in the same run, in turns:
(a) pdfplumber's plain `extract_tables` on every page; (b) pypdfium2 giving every character with
its box and every point of every path, and nothing else.
"""

from __future__ import annotations

import ctypes
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium
from rich.console import Console
from rich.table import Table

from assets.common.limits import Limits
from assets.layout.parsers.base import Source
from assets.layout.parsers.pdf import PDF
from assets.layout.parsers.pdf_engines import EngineSettings, read_pages
from assets.synthetic.pdf import render_pdf
from assets.synthetic.report import random_report
from assets.synthetic.styles import PdfStyle
from schemas.catalog import load_catalog

REPEATS = 3
"""Runs of each file; the fastest counts, in processor time, since other work only adds."""
PRODUCERS = {
    "boxes": PdfStyle(),
    "filled rectangles": PdfStyle(rules="filled"),
    "dashed": PdfStyle(rules="dashed"),
    "single dashes": PdfStyle(rules="dashes"),
    "double": PdfStyle(rules="double"),
    "lines": PdfStyle(rules="lines"),
    "page frame": PdfStyle(page_frame=True),
    "single characters": PdfStyle(by_character=True),
    "bold": PdfStyle(fake_bold=True),
    "turned": PdfStyle(rotated=True),
    "watermark": PdfStyle(watermark="内部资料"),
    "no rules": PdfStyle(ruled=False),
}


@dataclass(frozen=True, slots=True)
class PdfSpeed:
    """Seconds of all files together, their pages, and the pages that were read twice."""

    pages: int
    twice: int
    ours: float
    tables: float
    raw: float

    @property
    def times_faster(self) -> float:
        """How many times faster than (a)."""
        return self.tables / self.ours

    @property
    def times_slower(self) -> float:
        """How many times slower than (b)."""
        return self.ours / self.raw


def measure_pdf(paths: list[Path]) -> PdfSpeed:
    """Our reader and both yardsticks on the files, one after the other on each file."""
    engines: Mapping[str, Callable[[Path], int]] = {
        "ours": _ours,
        "tables": _extract_tables,
        "raw": _characters_and_paths,
    }
    for engine in engines.values():
        engine(paths[0])  # warm: lazy imports
    spent = dict.fromkeys(engines, 0.0)
    pages = twice = 0
    for path in paths:
        for name, engine in engines.items():
            spent[name] += min(_timed(engine, path) for _ in range(REPEATS))
        found = read_pages(_source(path), path.read_bytes(), EngineSettings())
        pages += len(found.pages)
        twice += len(found.twice)
    return PdfSpeed(pages, twice, **spent)


def _timed(engine: Callable[[Path], int], path: Path) -> float:
    started = time.process_time()
    engine(path)
    return time.process_time() - started


def _source(path: Path) -> Source:
    return Source(path, path.name, "application/pdf", Limits())


def _ours(path: Path) -> int:
    return len(PDF.parse(_source(path)).grids)


def _extract_tables(path: Path) -> int:
    with pdfplumber.open(path) as pdf:
        return sum(len(page.extract_tables()) for page in pdf.pages)


def _characters_and_paths(path: Path) -> int:
    document = pypdfium2.PdfDocument(path.read_bytes())
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_float(), ctypes.c_float()
    found = 0
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        for number in range(text.count_chars()):
            found += pdfium.FPDFText_GetUnicode(text, number) > 0
            pdfium.FPDFText_GetCharBox(text, number, left, right, bottom, top)
        for shape in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,)):
            for number in range(pdfium.FPDFPath_CountSegments(shape)):
                segment = pdfium.FPDFPath_GetPathSegment(shape, number)
                found += pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        text.close()
        page.close()
    document.close()
    return found


def main(count: int = 3) -> None:
    """Print a row for each way of drawing tables, with `count` made-up reports in it."""
    catalog = load_catalog()
    formats = list(catalog.formats)
    columns = ("ms/page", "times as fast as (a)", "times the time of (b)", "read twice")
    table = Table("drawn as", "pages", *columns)
    with tempfile.TemporaryDirectory() as name:
        for producer, style in PRODUCERS.items():
            paths: list[Path] = []
            for number in range(count):
                report = random_report(1000 + number, catalog, formats[number % len(formats)])
                paths.append(Path(name) / f"{producer}-{number}.pdf")
                paths[-1].write_bytes(render_pdf(report, style))
            found = measure_pdf(paths)
            table.add_row(
                producer,
                str(found.pages),
                f"{1000 * found.ours / found.pages:.1f}",
                f"{found.times_faster:.1f}",
                f"{found.times_slower:.1f}",
                str(found.twice),
            )
    Console().print(table)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
