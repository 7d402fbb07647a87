"""A made-up world holds together where nothing is planted, and is the same for the same seed."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from assets.agencies.register import load
from assets.common.paths import DataFolder
from assets.layout.agency import agency_kind
from assets.synthetic.sums import BROUGHT_FORWARD, CARRIED_FORWARD, balances, column_sums, row_sums
from assets.synthetic.world import World, WorldOptions, plan_world, write_world, yearly_numbers
from assets.synthetic.world_draws import column_of
from assets.synthetic.world_facts import printed_numbers
from assets.synthetic.world_faults import BY_NAME, OLD_FORM, RESTATED
from assets.synthetic.world_folder import NotAWorldError, empty_for_world
from assets.synthetic.world_places import shape_of
from schemas.catalog import load_catalog

CATALOG = load_catalog()
SMALL = WorldOptions(agencies=120, validate=False)


@pytest.fixture(scope="module")
def world() -> World:
    return plan_world(SMALL, CATALOG)


@pytest.fixture(scope="module")
def numbers(world: World) -> dict[int, pl.DataFrame]:
    return dict(yearly_numbers(world))


def test_every_identity_of_every_form_holds(world: World, numbers: dict[int, pl.DataFrame]):
    everything = pl.concat(numbers.values())
    for form in world.model.forms:
        for block in (block for table in form.tables for block in table.blocks):
            for total in (*row_sums(block), *column_sums(block)):
                parts = pl.sum_horizontal(column_of(*part) for part in total.parts)
                assert everything.filter(pl.col(column_of(*total.whole)) != parts).is_empty()
            for balance in balances(block):
                left, right = (
                    pl.sum_horizontal(column_of(*key) for key in side)
                    for side in (balance.left, balance.right)
                )
                assert everything.filter(left != right).is_empty()


def test_no_count_is_negative_and_some_agencies_have_no_applications(
    world: World, numbers: dict[int, pl.DataFrame]
):
    everything = pl.concat(numbers.values())
    signed = {name for name, cell in world.model.cells.items() if cell.value_type == "signed_count"}
    lows = everything.select(pl.col(world.model.columns).min()).row(0, named=True)
    assert {name for name, low in lows.items() if low < 0} <= signed
    received = everything.group_by("agency_no").agg(pl.col("applications.received|total").sum())
    assert received.filter(pl.col("applications.received|total") == 0).height > 5


def test_a_government_has_the_sum_of_its_members(world: World, numbers: dict[int, pl.DataFrame]):
    governments = world.agencies.filter(pl.col("kind") == "gov")["agency_no"].implode()
    for frame in numbers.values():
        sums = frame.group_by("member_of_no").agg(pl.col(world.model.columns).sum())
        told = frame.filter(pl.col("agency_no").is_in(governments)).select(
            pl.col("agency_no").alias("member_of_no"), *world.model.columns
        )
        both = told.join(sums, on="member_of_no", suffix="_sum")
        assert both.height == told.height > 5
        for name in world.model.columns:
            assert both.filter(pl.col(name) != pl.col(f"{name}_sum")).is_empty()


def test_what_a_year_carries_forward_the_next_brings_forward(
    world: World, numbers: dict[int, pl.DataFrame]
):
    years = world.options.years
    for year, after in pairwise(years):
        heirs = world.heirs(after)
        carried, brought = column_of(CARRIED_FORWARD, "total"), column_of(BROUGHT_FORWARD, "total")
        heir = pl.col("agency_no").replace(heirs)
        owed = numbers[year].group_by(heir).agg(owed=pl.col(carried).sum())
        both = numbers[after].join(owed, on="agency_no", how="left")
        assert both.filter(pl.col(brought) != pl.col("owed").fill_null(0)).is_empty()
    assert pl.concat(numbers.values())["applications.carried_forward|total"].sum() > 0


def test_documents_in_force_roll_on(world: World, numbers: dict[int, pl.DataFrame]):
    flow = pl.col("normative_documents.issued|") - pl.col("normative_documents.repealed|")
    for year, after in pairwise(world.options.years):
        heirs = list(world.heirs(after).values())
        was = numbers[year].select("agency_no", was="normative_documents.in_force|")
        both = numbers[after].join(was, on="agency_no").filter(~pl.col("agency_no").is_in(heirs))
        rolled = pl.col("was") + flow
        assert both.height > 50
        assert both.filter(pl.col("normative_documents.in_force|") != rolled).is_empty()


def test_every_kind_of_plan_is_there_and_faults_change_only_their_cells(
    world: World, numbers: dict[int, pl.DataFrame]
):
    plans = set(world.owed["plan"])
    assert plans == {"", "missing", "late", RESTATED, OLD_FORM, *BY_NAME}
    for year, frame in numbers.items():
        mine = world.reports.filter(pl.col("report_year") == year)
        true = mine.join(frame.drop("member_of_no", "tier"), on="agency_no", how="left")
        printed = printed_numbers(true)
        for name in world.model.columns:
            off = printed.filter(printed[name] != true[name])
            allowed = {fault.name for fault in BY_NAME.values() if name in fault.adds}
            allowed |= {RESTATED} if name == "licensing.decisions|" else set()
            assert set(off["plan"]) <= allowed


def test_names_tell_the_kinds_of_their_agencies(world: World):
    for agency in world.population.agencies:
        for _, name in agency.names:
            assert agency_kind(name, CATALOG) is agency.kind, name


def test_the_same_options_give_the_same_bytes_and_another_seed_others(tmp_path: Path):
    def written(name: str, seed: int) -> dict[str, str]:
        options = WorldOptions(agencies=60, years=(2020, 2021), seed=seed, validate=False)
        data = DataFolder(tmp_path / name)
        empty_for_world(data, options)
        write_world(data, plan_world(options, CATALOG), CATALOG, lambda done, total: None)
        return {
            file.relative_to(data.root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(data.root.rglob("*"))
            if file.is_file()
        }

    one, again, other = written("one", 1), written("again", 1), written("other", 2)
    assert one == again
    facts = "lake/report_facts/report_year=2021/report_facts.parquet"
    assert one[facts] != other[facts]
    register = load(DataFolder(tmp_path / "one"))
    assert register.notes == ()
    assert register.agencies.filter("is_synthetic").height == 60


def test_a_folder_with_other_data_is_left_alone(tmp_path: Path):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "mine").touch()
    with pytest.raises(NotAWorldError, match="lake"):
        empty_for_world(DataFolder(tmp_path), SMALL)
    assert (tmp_path / "lake" / "mine").exists()
    assert not (tmp_path / "world.json").exists()


def test_too_many_agencies_or_years_without_a_form_are_refused():
    with pytest.raises(ValueError, match="too many"):
        shape_of(200_000)
    with pytest.raises(ValueError, match="no format"):
        plan_world(WorldOptions(agencies=60, years=(2017, 2018)), CATALOG)
    with pytest.raises(ValueError, match="follow each other"):
        plan_world(WorldOptions(agencies=60, years=(2019, 2021)), CATALOG)
