"""Whether memory stays flat over many documents: `python -m tests.bench_memory 1000`.

One process reads documents of all kinds, one after the other, as a worker does; what it holds is
printed on the way. Other documents each time: a cache that grows with them would show.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assets.synthetic.rendering import KINDS, render
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog
from tests.bench import Watch, read_once

MEBIBYTE = 1024**2
STEPS = 10


def resident() -> float:
    """Memory that this process holds, MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / MEBIBYTE


def main(count: int = 1000) -> None:
    """Read `count` documents and print what the process holds after each tenth of them."""
    catalog = load_catalog()
    watch = Watch()
    table = Table("documents", "MiB held", title="memory of one process")
    kinds, formats = list(KINDS), list(catalog.formats)
    with tempfile.TemporaryDirectory() as name:
        for number in range(count):
            kind = kinds[number % len(kinds)]
            report = random_report(number, catalog, formats[number % len(formats)])
            rendered = render(report, kind)
            path = Path(name) / f"{number}.{rendered.extension}"
            path.write_bytes(rendered.data)
            read_once(path, KINDS[kind].media_type, catalog, watch)
            path.unlink()
            if (number + 1) % max(1, count // STEPS) == 0:
                gc.collect()
                table.add_row(str(number + 1), f"{resident():.0f}")
    Console().print(table)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
