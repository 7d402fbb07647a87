"""A made-up province over seven report years, written as the lake that a build would leave.

Thousands of agencies, both formats, sums that roll up, figures that carry over, and planted
faults; world_truth.parquet says what was planted. The same seed and options give the same files.
Facts are written year by year and part by part, so memory does not grow with the number of years.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import polars as pl

from assets.common.lake import Lake
from assets.common.parts import part_numbers, parts_for
from assets.common.paths import DataFolder
from assets.reference.frames import reference_frames
from assets.synthetic.world_agencies import (
    FIRST_YEAR,
    LAST_YEAR,
    Population,
    populate,
)
from assets.synthetic.world_facts import FormCells, facts_of, form_cells, printed_numbers
from assets.synthetic.world_filings import agency_frame, owed_reports, with_versions
from assets.synthetic.world_numbers import (
    KEYS,
    Model,
    model_of,
    roll_up,
    taken_over,
    unit_numbers,
)
from assets.synthetic.world_places import shape_of
from assets.synthetic.world_texts import (
    contact_rows,
    document_rows,
    named,
    report_rows,
    section_rows,
)
from schemas.catalog import Catalog
from schemas.vocabulary import AgencyKind

OnProgress = Callable[[int, int], None]
"""Called with years done and years in all."""


@dataclass(frozen=True, slots=True)
class WorldOptions:
    """What world to make: how many agencies, which years, what chance."""

    agencies: int = 3000
    years: tuple[int, ...] = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
    seed: int = 2025

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the options."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class World:
    """The plan of a world.

    Attributes:
        options: what it was made from.
        population: agencies, divisions, events.
        agencies: agency_frame of the population.
        owed: one row per agency and year that owes a report, see owed_reports.
        reports: one row per report filed, named, see with_versions.
        model: which cells there are.
    """

    options: WorldOptions
    population: Population
    agencies: pl.DataFrame
    owed: pl.DataFrame
    reports: pl.DataFrame
    model: Model


def agencies_for(reports: int, years: int) -> int:
    """About how many agencies file so many reports in so many years."""
    return max(60, round(reports / years * 1.03))


def plan_world(options: WorldOptions, catalog: Catalog) -> World:
    """Who there is and who files what.

    Raises:
        ValueError: the years are not consecutive or have no format, or there are more agencies
            than one province holds.
    """
    years = options.years
    if list(years) != list(range(years[0], years[0] + len(years))):
        raise ValueError(f"report years must follow each other: {years}")
    model = model_of(catalog, years)
    population = populate(options.agencies, shape_of(options.agencies))
    agencies = agency_frame(population.agencies, options.seed)
    owed = owed_reports(agencies, years, catalog)
    reports = named(with_versions(owed, options.seed), population.agencies)
    return World(options, population, agencies, owed, reports, model)


def yearly_numbers(world: World) -> Iterator[tuple[int, pl.DataFrame]]:
    """The true numbers of all agencies active in a year, for one year after the other.

    Yields:
        The year, and agency_no, member_of_no, tier and the columns of the model.
    """
    codes = {agency.code: no for no, agency in enumerate(world.population.agencies)}
    before: pl.DataFrame | None = None
    is_gov = pl.col("kind") == AgencyKind.GOV.value
    for year in world.options.years:
        active = world.agencies.filter(
            (pl.col("first_year") <= year) & (pl.col("last_year") >= year)
        )
        units = unit_numbers(active.filter(~is_gov), before, world.model, year)
        governments = roll_up(units, active.filter(is_gov).select(KEYS), world.model.columns)
        heirs = world.population.heirs(year + 1)
        before = taken_over(units, {codes[a]: codes[b] for a, b in heirs.items()}, world.model)
        yield year, pl.concat([units, governments])


def write_world(data: DataFolder, world: World, catalog: Catalog, on_progress: OnProgress) -> None:
    """Write the lake of a world; what the lake had of the same tables is replaced.

    Args:
        data: the data folder.
        world: see plan_world.
        catalog: formats and items.
        on_progress: see OnProgress.
    """
    lake, inputs = Lake(data.lake), world.options.fingerprint
    for table, frame in document_rows(world.reports).items():
        lake.write(table, frame, inputs=inputs)
    lake.write("reports", report_rows(world.reports, catalog), inputs=inputs)
    for table, frame in reference_frames(catalog).items():
        lake.write(table, frame, inputs=inputs)
    forms = {form.format_id: form_cells(form) for form in world.model.forms}
    on_progress(0, len(world.options.years))
    for done, (year, numbers) in enumerate(yearly_numbers(world), start=1):
        _write_year(lake, world, catalog, forms, year, numbers)
        on_progress(done, len(world.options.years))


def _write_year(
    lake: Lake,
    world: World,
    catalog: Catalog,
    forms: dict[str, FormCells],
    year: int,
    numbers: pl.DataFrame,
) -> None:
    """The facts and texts of a year, part by part."""
    mine = world.reports.filter(pl.col("report_year") == year)
    parts = parts_for(mine.height)
    placed = part_numbers(mine["agency_code"], len(parts))
    mine = mine.with_columns(part=pl.col("agency_code").replace_strict(placed))
    for part in parts:
        inside = mine.filter(pl.col("part") == part.number)
        printed = printed_numbers(
            inside.join(numbers.drop("member_of_no", "tier"), on="agency_no", how="left").sort(
                "report_id"
            )
        )
        facts = [
            facts_of(same, forms[str(format_id)])
            for (format_id,), same in printed.group_by("format_id", maintain_order=True)
        ]
        year_tables = {
            "report_facts": pl.concat(facts),
            "report_sections": section_rows(printed, catalog),
            "report_contacts": contact_rows(inside),
        }
        for table, frame in year_tables.items():
            lake.write(table, frame, year, world.options.fingerprint, part)
