"""Documents per second per reader on made-up reports: `make bench`, or `python -m tests.bench 50`.

One warm process, no worker pool and no storage: what reading and recognising themselves cost.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from assets.cells.recognise import recognise
from assets.common.limits import Limits
from assets.exports.drafts import read_drafts
from assets.layout.contacts import find_contacts
from assets.layout.identify import identify
from assets.layout.ocr.engine import is_available, load_engine
from assets.layout.parsers import choose_parser
from assets.layout.parsers.base import Source
from assets.layout.sections import split_sections
from assets.synthetic.rendering import KINDS, render
from assets.synthetic.report import random_report
from assets.synthetic.scan import bind_scans, scan_pages
from schemas.catalog import Catalog, load_catalog
from tests.bench_pdf import measure_pdf

STAGES = ("parse", "sections", "identity", "cells")


class Watch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - started


def read_once(path: Path, media_type: str, catalog: Catalog, watch: Watch) -> int:
    """Read and recognise one file in this process; returns its number of cells."""
    parser = choose_parser(media_type)
    assert parser is not None
    with watch.timed("parse"):
        document = parser.parse(Source(path, path.name, media_type, Limits()))
    with watch.timed("sections"):
        sections = split_sections(document, catalog)
        find_contacts(document, sections)
    with watch.timed("identity"):
        identity = identify(document, path.name, catalog, sections)
    with watch.timed("cells"):
        found = recognise(
            document.blocks, document.grids, sections.at, catalog, identity.report_year
        )
    return len(found.cells)


def measure(kind: str, count: int, catalog: Catalog, folder: Path) -> tuple[Watch, int, float]:
    """Times of `count` reports of a kind, their cells, and their mean size in kilobytes."""
    formats = list(catalog.formats)
    paths: list[Path] = []
    for number in range(count + 1):
        report = random_report(1000 + number, catalog, formats[number % len(formats)])
        drawn = render(report, kind)
        paths.append(folder / f"{kind}-{number}.{drawn.extension}")
        paths[-1].write_bytes(drawn.data)
    media_type = KINDS[kind].media_type
    read_once(paths[0], media_type, catalog, Watch())  # warm: caches and lazy imports
    watch = Watch()
    cells = sum(read_once(path, media_type, catalog, watch) for path in paths[1:])
    return watch, cells, sum(path.stat().st_size for path in paths[1:]) / count / 1024


def measure_scans(catalog: Catalog, folder: Path) -> tuple[float, int, int]:
    """Seconds, pages and cells of one scanned report in the state for which accuracy is stated."""
    pages = scan_pages(render(random_report(1, catalog, "gir_2021"), "pdf").data, seed=1)
    path = folder / "scan.pdf"
    path.write_bytes(bind_scans(pages))
    load_engine()
    watch = Watch()
    cells = read_once(path, KINDS["pdf"].media_type, catalog, watch)
    path.unlink()
    return watch.seconds["parse"], len(pages), cells


def main(count: int = 20) -> None:
    """Print a table per reader, and what a whole `gongkai check` of all files costs."""
    catalog = load_catalog()
    columns = ("docs/s", "ms/doc", "KB", *(f"{stage} %" for stage in STAGES))
    table = Table("reader", *columns, title=f"{count} made-up reports per reader, one process")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in KINDS:
            watch, cells, size = measure(kind, count, catalog, folder)
            if cells < count * 190:
                raise RuntimeError(f"{kind}: only {cells} cells of {count} reports were found")
            total = sum(watch.seconds.values())
            shares = (f"{watch.seconds[stage] / total:.0%}" for stage in STAGES)
            table.add_row(
                kind, f"{count / total:.1f}", f"{1000 * total / count:.1f}", f"{size:.0f}", *shares
            )
        Console().print(table)
        pdf = measure_pdf(sorted(folder.glob("*.pdf")))
        Console().print(
            f"pdf: {pdf.pages} pages, {pdf.pages / pdf.ours:.0f} pages/s; "
            f"{pdf.times_faster:.1f} times as fast as pdfplumber's extract_tables (a), "
            f"{pdf.times_slower:.1f} times the time of pypdfium2 giving characters and paths (b); "
            f"{pdf.twice / pdf.pages:.1%} of the pages read twice"
        )
        if is_available():
            seconds, pages, cells = measure_scans(catalog, folder)
            Console().print(
                f"scan: {seconds / pages:.1f} s/page on one thread, {cells / seconds:.0f} cells/s "
                f"({pages} pages, {cells} cells)"
            )
        files = sorted(folder.iterdir())
        started = time.perf_counter()
        drafts = read_drafts(files)
        spent = time.perf_counter() - started
    read = pl.Series([draft.is_read for draft in drafts]).sum()
    Console().print(
        f"all {len(files)} files with workers, facts, rules and findings: {spent:.1f} s, "
        f"{len(files) / spent:.1f} documents/s, {read} read"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
