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

from assets.agencies.register import load
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
from assets.synthetic.world_register import match_rows, register_frames, write_register
from assets.synthetic.world_texts import (
    contact_rows,
    document_rows,
    named,
    report_rows,
    section_rows,
)
from assets.synthetic.world_truth import (
    TRUTH_FILE,
    agency_truth,
    continuity_truth,
    filing_truth,
    truth_frame,
    year_truth,
)
from assets.validation.validate import validate
from schemas.catalog import Catalog
from schemas.frames import ReportCells, empty_frame
from schemas.vocabulary import AgencyKind

OnProgress = Callable[[int, int], None]
"""Called with years done and years in all."""


@dataclass(frozen=True, slots=True)
class WorldOptions:
    """What world to make: how many agencies, which years, what chance, whether rules are run."""

    agencies: int = 3000
    years: tuple[int, ...] = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
    seed: int = 2025
    validate: bool = True

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

    def heirs(self, year: int) -> dict[int, int]:
        """agency_no of those that ended with the year before, to that of who carries on."""
        agencies = self.population.agencies
        number = {agency.code: no for no, agency in enumerate(agencies)}
        return {number[a]: number[b] for a, b in self.population.heirs(year).items()}


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
    before: pl.DataFrame | None = None
    is_gov = pl.col("kind") == AgencyKind.GOV.value
    for year in world.options.years:
        active = world.agencies.filter(
            (pl.col("first_year") <= year) & (pl.col("last_year") >= year)
        )
        units = unit_numbers(active.filter(~is_gov), before, world.model, year)
        governments = roll_up(units, active.filter(is_gov).select(KEYS), world.model.columns)
        before = taken_over(units, world.heirs(year + 1), world.model)
        yield year, pl.concat([units, governments])


def write_world(data: DataFolder, world: World, catalog: Catalog, on_progress: OnProgress) -> None:
    """Write config/, the lake and the truth of a world into a folder that has none of them.

    Args:
        data: the data folder.
        world: see plan_world.
        catalog: formats, items and rules.
        on_progress: see OnProgress.
    """
    lake, inputs, reports = Lake(data.lake), world.options.fingerprint, world.reports
    agencies = world.population.agencies
    write_register(data.config, world.population, world.owed, world.options.years)
    tables = {
        **document_rows(reports),
        "reports": report_rows(reports, catalog),
        "agency_matches": match_rows(reports, agencies),
        **reference_frames(catalog),
        **register_frames(load(data), world.population),
    }
    for table, frame in tables.items():
        lake.write(table, frame, inputs=inputs)
    truth = [
        *agency_truth(world.population, world.agencies),
        *filing_truth(world.owed, agencies),
    ]
    on_progress(0, len(world.options.years))
    before: pl.DataFrame | None = None
    for done, (year, numbers) in enumerate(yearly_numbers(world), start=1):
        printed = printed_reports(world, year, numbers)
        governing = catalog.format_for(year)
        forms = {form.format_id: form_cells(form, governing) for form in world.model.forms}
        _write_year(lake, world, catalog, forms, year, printed)
        truth += year_truth(printed, numbers, agencies, forms)
        now = printed.filter("is_current")
        if before is not None:
            heirs = list(world.heirs(year).values())
            truth += continuity_truth(now, before, forms, heirs)
        before = now
        on_progress(done, len(world.options.years))
    truth_frame(truth).write_parquet(data.root / TRUTH_FILE, compression="zstd")


def printed_reports(world: World, year: int, numbers: pl.DataFrame) -> pl.DataFrame:
    """The reports of a year with the numbers they print, in the order of their ids."""
    mine = world.reports.filter(pl.col("report_year") == year)
    cells = numbers.drop("member_of_no", "tier")
    return printed_numbers(mine.join(cells, on="agency_no", how="left").sort("report_id"))


def _write_year(
    lake: Lake,
    world: World,
    catalog: Catalog,
    forms: dict[str, FormCells],
    year: int,
    printed: pl.DataFrame,
) -> None:
    """The facts and texts of a year, part by part, and what the rules say of them."""
    parts = parts_for(printed.height)
    placed = part_numbers(printed["agency_code"], len(parts))
    part_of = pl.col("agency_code").replace_strict(placed)
    for part in parts:
        inside = printed.filter(part_of == part.number)
        facts = pl.concat(
            facts_of(same, forms[str(format_id)])
            for (format_id,), same in inside.group_by("format_id", maintain_order=True)
        )
        sections = section_rows(inside, catalog)
        tables = {
            "report_facts": facts,
            "report_sections": sections,
            "report_contacts": contact_rows(inside),
        }
        if world.options.validate:
            reports = report_rows(inside, catalog)
            found = validate(facts, empty_frame(ReportCells), reports, sections, catalog)
            tables |= {"rule_outcomes": found.outcomes, "findings": found.findings}
        for table, frame in tables.items():
            lake.write(table, frame, year, world.options.fingerprint, part)
