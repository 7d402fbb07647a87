"""The test bed: made-up reports with known quirks, as files beside their truth.

A specimen is decided by its seed alone, so a test bed can be made again anywhere, in parts and in
any order. The files and truth files are what `gongkai score` reads.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assets.common.limits import Limits
from assets.common.workers import TaskStatus, run_isolated
from assets.layout.parsers import choose_parser
from assets.synthetic.looks import LOOKS, dressed
from assets.synthetic.model import SyntheticReport
from assets.synthetic.quirks import TEXT_KINDS, Quirk, load_quirks
from assets.synthetic.rendering import KINDS, Rendered, render
from assets.synthetic.report import random_report
from assets.synthetic.scan import ScanStyle, bind_scans, scan_pages
from assets.synthetic.truth import truth
from schemas.catalog import Catalog, load_catalog, read_yaml

MARK = "testbed.json"
SETTINGS = Path(__file__).with_name("testbed.yml")
SCAN = "scan"
"""A kind of its own: a PDF printed, scanned and bound again."""

PER_TASK = 20
TRIES = 40
"""Reports drawn until one has what a quirk changes; rare cells need some."""

PLAIN_SHARE = 8
"""One specimen in so many has no quirk, and one in so many has two."""

LOADS = (0, 5, 80, 900, 6000)
"""About how many applications a report settles: from none to a large city."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a test bed holds.

    Attributes:
        reports: how many for each kind; the three text kinds together count as one. 0 stands for
            each quirk once in every kind.
        kinds: keys of KINDS, and scan.
        quirks: names of quirks.
        seed: seed of all chance.
        scans: how many scans, if other than `reports`.
    """

    reports: int
    kinds: tuple[str, ...]
    quirks: tuple[str, ...]
    seed: int
    scans: int | None = None


@dataclass(frozen=True, slots=True)
class Specimen:
    """One report of a test bed before it is made."""

    number: int
    kind: str
    format_id: str
    look: str
    quirks: tuple[str, ...]
    seed: int

    @property
    def stem(self) -> str:
        """Name of its files without extension; it gives no year away."""
        return f"{self.kind}-{self.number:05d}-{'-'.join(self.quirks) or 'plain'}"


class NotATestBedError(RuntimeError):
    """A folder holds other files, so no test bed is written there."""


def plan(options: Options, catalog: Catalog) -> list[Specimen]:
    """Every specimen of a test bed: quirks in turn, formats and looks at random."""
    out: list[Specimen] = []
    text_kinds = [kind for kind in options.kinds if kind in TEXT_KINDS]
    for kind in options.kinds:
        count = options.reports
        if kind == SCAN and options.scans is not None:
            count = options.scans
        if kind in text_kinds:
            part = text_kinds.index(kind)
            count = (count + len(text_kinds) - 1 - part) // len(text_kinds) if count else 0
        known = load_quirks()
        fitting = [name for name in options.quirks if known[name].fits(kind)]
        if not count:
            # As many as it takes until the last quirk has had its turn.
            count = len(fitting) + len(fitting) // (PLAIN_SHARE - 1) + 1
        turn = 0
        for number in range(1, count + 1):
            rng = random.Random(f"{options.seed} {kind} {number}")
            names: list[str] = []
            if fitting and number % PLAIN_SHARE:
                names.append(fitting[turn % len(fitting)])
                turn += 1
                if number % PLAIN_SHARE == 1 and len(fitting) > 1:
                    names.append(rng.choice([name for name in fitting if name != names[0]]))
            out.append(
                Specimen(
                    number,
                    kind,
                    rng.choice(list(catalog.formats)),
                    rng.choice(LOOKS).name,
                    tuple(names),
                    rng.getrandbits(32),
                )
            )
    return out


def make(specimen: Specimen, catalog: Catalog) -> tuple[Rendered, dict[str, Any]]:
    """The file of a specimen and its truth.

    A quirk that finds nothing to change in any of the reports drawn is left out of the truth's
    `quirks`.
    """
    known = load_quirks()
    rng = random.Random(specimen.seed)
    report, quirks = _drawn(specimen, [known[name] for name in specimen.quirks], rng, catalog)
    look = next(look for look in LOOKS if look.name == specimen.look)
    printed_kind = "pdf" if specimen.kind == SCAN else specimen.kind
    style = dressed(printed_kind, look, rng)
    for quirk in quirks:
        if quirk.hooks.style:
            style = quirk.hooks.style(style)
    rendered = render(report, printed_kind, style)
    for quirk in quirks:
        if quirk.hooks.data:
            rendered = replace(rendered, data=quirk.hooks.data(rendered.data, rng))
    if specimen.kind == SCAN:
        scanned = scan_style()
        for quirk in quirks:
            if quirk.hooks.scan:
                scanned = quirk.hooks.scan(scanned)
        pages = scan_pages(rendered.data, specimen.seed, scanned)
        rendered = replace(rendered, data=bind_scans(pages))
    found = truth(report, f"{specimen.stem}.{rendered.extension}")
    found |= {
        "kind": specimen.kind,
        "format": specimen.format_id,
        "look": specimen.look,
        "quirks": [quirk.name for quirk in quirks],
        "clear": all(quirk.is_clear(specimen.kind) for quirk in quirks),
        "seed": specimen.seed,
    }
    return rendered, found


def _drawn(
    specimen: Specimen, quirks: Sequence[Quirk], rng: random.Random, catalog: Catalog
) -> tuple[SyntheticReport, list[Quirk]]:
    """The first report drawn that takes all quirks; else the one that takes most."""
    best: tuple[SyntheticReport, list[Quirk]] | None = None
    for _ in range(TRIES):
        report = random_report(rng, catalog, specimen.format_id, applications=rng.choice(LOADS))
        taken: list[Quirk] = []
        for quirk in quirks:
            changed = quirk.change(report, rng, catalog)
            if changed is not None:
                report = changed
                taken.append(quirk)
        if best is None or len(taken) > len(best[1]):
            best = report, taken
        if len(taken) == len(quirks):
            break
    assert best is not None
    return best


def write_testbed(
    folder: Path,
    options: Options,
    on_progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> list[Path]:
    """Make a test bed, or what is missing of it.

    Args:
        folder: where to; files beside each other, truth files in truth/.
        options: what it holds.
        on_progress: called with specimens written and specimens in all.
        workers: number of processes, by default one per processor.

    Returns:
        The truth files, in the order of the plan.

    Raises:
        NotATestBedError: the folder holds other files, or another test bed.
        RuntimeError: a specimen could not be made.
        OSError: the folder cannot be written.
    """
    catalog = load_catalog()
    claim(folder, options)
    specimens = plan(options, catalog)
    paths = [folder / "truth" / f"{specimen.stem}.json" for specimen in specimens]
    missing = [
        specimen for specimen, path in zip(specimens, paths, strict=True) if not path.exists()
    ]
    tasks = [
        {"folder": str(folder), "specimens": [asdict(one) for one in missing[at : at + PER_TASK]]}
        for at in range(0, len(missing), PER_TASK)
    ]
    done = len(specimens) - len(missing)
    for result in run_isolated(f"{__name__}:write_specimens", tasks, Limits(seconds=600), workers):
        if result.status is not TaskStatus.DONE:
            raise RuntimeError(f"specimens could not be made: {result.reason}")
        done += result.value
        if on_progress:
            on_progress(done, len(specimens))
    return paths


def claim(folder: Path, options: Options) -> None:
    """Mark a folder as that of a test bed.

    Raises:
        NotATestBedError: the folder holds other files, or a test bed with other options.
        OSError: the folder cannot be written.
    """
    mark = folder / MARK
    mine = json.dumps(asdict(options), ensure_ascii=False)
    if mark.exists():
        if mark.read_text(encoding="utf-8") != mine:
            raise NotATestBedError(MARK)
        return
    if folder.exists() and any(folder.iterdir()):
        raise NotATestBedError(sorted(path.name for path in folder.iterdir())[0])
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    mark.write_text(mine, encoding="utf-8")


def write_specimens(task: dict[str, Any]) -> int:
    """Write some specimens; runs in a worker.

    Args:
        task: folder, and specimens as mappings.

    Returns:
        How many were written.
    """
    catalog = _catalog()
    folder = Path(task["folder"])
    for row in task["specimens"]:
        specimen = Specimen(**(row | {"quirks": tuple(row["quirks"])}))
        rendered, found = make(specimen, catalog)
        (folder / found["file"]).write_bytes(rendered.data)
        # Last, so that a truth file always has its document.
        text = json.dumps(found, ensure_ascii=False, indent=0)
        (folder / "truth" / f"{specimen.stem}.json").write_text(text + "\n", encoding="utf-8")
    return len(task["specimens"])


@cache
def _catalog() -> Catalog:
    return load_catalog()


def settings() -> dict[str, Any]:
    """The fixed settings of the published measurement and of the sample: testbed.yml."""
    rows = read_yaml(SETTINGS)
    if not isinstance(rows, dict):
        raise ValueError(f"{SETTINGS.name} is no mapping")
    return rows


def scan_style() -> ScanStyle:
    """How bad the scans of a test bed are."""
    return ScanStyle(**settings()["scan"])


def readable_kinds() -> tuple[str, ...]:
    """The kinds that can be written and read here; scans need the `ocr` extra."""
    kinds = tuple(name for name, kind in KINDS.items() if choose_parser(kind.media_type))
    return (*kinds, SCAN) if find_spec("rapidocr") else kinds
