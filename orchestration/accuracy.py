"""Measures the reading on the test bed and writes docs/accuracy.md: `make accuracy`.

A run that was stopped goes on where it was. `python -m orchestration.accuracy --help` lists how to
make a smaller one.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path

import polars as pl
from rich.console import Console

from assets.common.staleness import code_hash
from assets.common.workers import default_workers
from assets.exports.accuracy import failures, fitted, measure, summary
from assets.exports.accuracy_page import COUNTS, accuracy_page, counts_of
from assets.exports.messages import Language
from assets.exports.terminal import result_table
from assets.facts.confidence import TABLE as CONFIDENCE
from assets.synthetic.quirks import chosen_quirks
from assets.synthetic.testbed import Options, readable_kinds, settings, write_testbed

PROJECT = Path(__file__).parents[1]
PAGES: dict[Language, str] = {"en": "accuracy.md", "zh": "accuracy.zh.md"}


def run(folder: Path, options: Options, console: Console) -> pl.DataFrame:
    """Make the test bed, read it kind by kind, and print each kind as it is done.

    Args:
        folder: of the test bed.
        options: what it holds.
        console: where the rows go.

    Returns:
        what accuracy.measure gives, all kinds together.
    """
    truth_files = write_testbed(folder, options)
    frames: list[pl.DataFrame] = []
    for kind in options.kinds:
        mine = [path for path in truth_files if path.name.startswith(f"{kind}-")]
        started = time.monotonic()
        frames.append(measure(folder, mine))
        (row,) = summary(frames[-1]).to_dicts()
        said = ", ".join(
            f"{name} {text}" for name, text in zip(COUNTS, counts_of(row), strict=True)
        )
        console.print(f"{kind}: {said}; {time.monotonic() - started:.0f} s", highlight=False)
    return pl.concat(frames)


def main() -> None:
    """Run, print by kind and table, and write both pages."""
    fixed = settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=PROJECT / "data" / "accuracy")
    parser.add_argument("--docs", type=Path, default=PROJECT / "docs")
    parser.add_argument(
        "--fit",
        action="store_true",
        help="count how often cells are right anew, for assets/facts/confidence.csv; no pages",
    )
    parser.add_argument("--reports", type=int)
    parser.add_argument("--scans", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--kinds", default=",".join(readable_kinds()))
    given = parser.parse_args()
    usual = fixed["fit"] if given.fit else {"seed": fixed["seed"], **fixed["full"]}
    stated = {name: value for name, value in vars(given).items() if value is not None}
    reports, scans, seed = ((usual | stated)[name] for name in ("reports", "scans", "seed"))
    names = tuple(quirk.name for quirk in chosen_quirks("all"))
    kinds = tuple(given.kinds.split(","))
    console = Console(width=160)
    started = time.monotonic()
    options = Options(reports, kinds, names, seed, scans)
    # Other options or another generator make another test bed, beside the old one.
    made_from = f"{options} {code_hash('synthetic')} {settings()}"
    folder = given.data / hashlib.sha256(made_from.encode()).hexdigest()[:12]
    rows = run(folder, options, console)
    seconds = time.monotonic() - started
    if given.fit:
        fitted(rows).write_csv(CONFIDENCE)
        console.print(f"{seconds:.0f} s; counted into {CONFIDENCE.name}", highlight=False)
        return
    by = ("kind", "table")
    body = [[*(row[name] for name in by), *counts_of(row)] for row in summary(rows, *by).to_dicts()]
    console.print(result_table([*by, *COUNTS], body, range(2, 2 + len(COUNTS))))
    finest = summary(rows, "kind", "table", "format", "quirk")
    finest.write_csv(folder / "accuracy.csv")
    facts = {
        "documents": f"{rows['file'].n_unique():,}",
        "cells": f"{rows['cells'].sum():,}",
        "seed": seed,
        "code": code_hash("layout", "cells", "facts")[:10],
        "seconds": f"{seconds:,.0f}",
        "processors": default_workers(),
        **fixed["scan"],
    }
    for lang, name in PAGES.items():
        page = given.docs / name
        page.write_text(accuracy_page(rows, facts, lang), encoding="utf-8")
    found = failures(rows)
    console.print(
        f"{seconds:.0f} s; {found.height} places that should not be; all counts: "
        f"{folder / 'accuracy.csv'}",
        highlight=False,
    )


if __name__ == "__main__":
    main()
