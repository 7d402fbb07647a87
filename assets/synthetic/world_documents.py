"""Some reports of a world as documents in all media, with a manifest and their truth.

What a build reads from them must be the facts of the world; tests hold the two side by side.
"""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from assets.synthetic.county import MANIFEST_COLUMNS
from assets.synthetic.model import Key, PrintedCell, SyntheticReport, number_text
from assets.synthetic.rendering import KINDS, render
from assets.synthetic.report import random_report
from assets.synthetic.truth import write_truth
from assets.synthetic.world import World, printed_reports, yearly_numbers
from assets.synthetic.world_chance import hashed, purpose
from assets.synthetic.world_draws import MONEY_SCALE, column_of
from assets.synthetic.world_facts import facts_of, form_cells
from assets.synthetic.world_faults import BY_NAME
from schemas.catalog import Catalog
from schemas.vocabulary import AgencyKind, ValueStatus

NOT_PRINTABLE = frozenset({"doubt", "absent"})
"""Marks of a reading, which no document can print."""
IN_TURN = ("pdf", "html", "docx", "tab_text", "line_text", "markdown")
"""Media of the documents, so that what a seed makes stays as it is when a medium is added."""
BLANK, BLANKS_IN = "blank_zeros", "docx"
"""Blanks are printed where cells have borders; elsewhere a careful reader doubts the columns."""


def sampled(world: World, count: int) -> pl.DataFrame:
    """`count` reports that can be printed: one of each planted kind first, then any.

    Returns:
        Rows of world.reports, sorted by report_id.
    """
    hidden = [fault.name for fault in BY_NAME.values() if fault.mark in NOT_PRINTABLE]
    drawn = (
        world.reports.filter(~pl.col("plan").is_in(hidden))
        .with_columns(turn=hashed(pl.col("draw"), purpose("documents")))
        .sort("turn", "version")
        .with_columns(repeat=pl.int_range(pl.len()).over("plan"))
    )
    first = (pl.col("repeat") == 0) & (pl.col("plan") != "")
    chosen = drawn.sort(first, "turn", "version", descending=[True, False, False]).head(count)
    return chosen.drop("turn", "repeat").sort("report_id")


def write_documents(folder: Path, world: World, catalog: Catalog, count: int) -> list[Path]:
    """Render a sample of the world's reports, all media in turn.

    Args:
        folder: where to write; made if it is not there.
        world: see plan_world.
        catalog: the formats.
        count: number of documents; as many as there are when it is larger.

    Returns:
        The documents in the order of their ids, manifest.csv, the truth files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chosen = set(sampled(world, count)["report_id"])
    named: list[tuple[str, SyntheticReport]] = []
    lines: list[dict[str, Any]] = []
    written: list[Path] = []
    for year, numbers in yearly_numbers(world):
        printed = printed_reports(world, year, numbers)
        for row in printed.filter(pl.col("report_id").is_in(list(chosen))).iter_rows(named=True):
            report = _report(row, printed, catalog)
            kind = BLANKS_IN if row["plan"] == BLANK else IN_TURN[len(named) % len(IN_TURN)]
            path = folder / f"{row['title']}_{len(named) + 1}.{KINDS[kind].extension}"
            path.write_bytes(render(report, kind).data)
            written.append(path)
            named.append((path.name, report))
            lines.append(
                {
                    "file": path.name,
                    "agency_name": row["agency_name"],
                    "report_year": year,
                    "published_on": row["published_on"],
                    "source_url": row["source_url"],
                    "is_synthetic": "true",
                }
            )
    manifest = folder / "manifest.csv"
    with manifest.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, MANIFEST_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return [*written, manifest, *write_truth(folder, named)]


def _report(row: dict[str, Any], printed: pl.DataFrame, catalog: Catalog) -> SyntheticReport:
    """One report as printed: texts drawn for it, cells exactly those of its facts."""
    form = catalog.formats[row["format_id"]]
    facts = facts_of(printed.filter(pl.col("report_id") == row["report_id"]), form_cells(form))
    values: dict[Key, Decimal] = {}
    for cell in form.cells:
        number = Decimal(row[column_of(cell.item_code, cell.breakdown)])
        is_money = cell.value_type == "money"
        values[cell.item_code, cell.breakdown] = number / MONEY_SCALE if is_money else number
    report = random_report(
        random.Random(row["report_id"]),
        catalog,
        form.format_id,
        report_year=row["report_year"],
        agency=(row["agency_name"], AgencyKind(row["kind"])),
        values=values,
    )
    cells = {
        (fact["item_code"], fact["breakdown"]): _cell(fact) for fact in facts.iter_rows(named=True)
    }
    return replace(report, cells=cells, published_on=row["published_on"], signed_on=None)


def _cell(fact: dict[str, Any]) -> PrintedCell:
    value, text = fact["value"], fact["raw_text"]
    has_unit = value is not None and text != number_text(value)
    return PrintedCell(
        text, value, ValueStatus(fact["value_status"]), fact["unit"] if has_unit else None
    )
