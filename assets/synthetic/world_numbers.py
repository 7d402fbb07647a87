"""The numbers of a report year for all agencies at once, as wide polars frames.

One row per agency, one Int64 column per cell of any format in use; counts in their unit, money
in ten-thousandths of 万元. Every identity of the forms holds, what one year carries forward the
next brings forward, documents in force roll on, and a government has the sum of its members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from assets.synthetic.sums import CARRIED_FORWARD
from assets.synthetic.world_chance import purpose, share
from assets.synthetic.world_draws import STOCKS, Draw, column_of, draw_block
from schemas.catalog import Catalog, Cell, Format

KEYS = ("agency_no", "member_of_no", "tier")
CARRIED = STOCKS | {"items_change"}
GROWTH = 0.04


@dataclass(frozen=True, slots=True)
class Model:
    """Which cells a world has, from the catalog alone.

    Attributes:
        forms: the formats in use, in the order of issue.
        cells: the columns of all formats with a cell of each, in printed order.
        parts: items that an item of another format sums up, as one row of the form of 2019 sums
            up three rows of the form of 2021.
        ended: items that are zero from a year on, because the law ended them.
        first_year: the first report year of the world.
    """

    forms: tuple[Format, ...]
    cells: Mapping[str, Cell]
    parts: Mapping[str, tuple[str, ...]]
    ended: Mapping[str, int]
    first_year: int

    @property
    def columns(self) -> list[str]:
        """All columns."""
        return list(self.cells)

    @property
    def carried(self) -> list[str]:
        """The columns that the next year needs."""
        return [name for name, cell in self.cells.items() if _is_carried(cell)]


def columns_of(form: Format) -> list[str]:
    """The columns of a format's cells in printed order."""
    return [column_of(cell.item_code, cell.breakdown) for cell in form.cells]


def model_of(catalog: Catalog, years: Sequence[int]) -> Model:
    """The model of some report years.

    Raises:
        ValueError: a year has no format.
    """
    found = {year: catalog.format_for(year) for year in years}
    missing = [year for year, form in found.items() if form is None]
    if missing:
        raise ValueError(f"no format governs {missing}")
    forms = tuple(dict.fromkeys(form for form in found.values() if form is not None))
    cells: dict[str, Cell] = {}
    for form in forms:
        for cell in form.cells:
            cells.setdefault(column_of(cell.item_code, cell.breakdown), cell)
    leaves = {cell.item_code for form in forms for cell in form.cells if not cell.is_total}
    parts = {
        item: below
        for item in sorted(leaves)
        if (below := tuple(sorted(leaf for leaf in leaves if leaf.startswith(f"{item}."))))
    }
    ended = {
        row.concept: row.first_year
        for row in catalog.breaks
        if row.concept.startswith("litigation.direct.")
    }
    return Model(forms, cells, parts, ended, min(years))


def unit_numbers(
    agencies: pl.DataFrame, previous: pl.DataFrame | None, model: Model, year: int
) -> pl.DataFrame:
    """The numbers of all agencies but governments.

    Args:
        agencies: KEYS, kind, applications (Float64), and place: a UInt64 for seed and agency.
        previous: what each takes over from the year before, see taken_over; None at the start.
        model: which cells there are.
        year: the report year.

    Returns:
        KEYS and the model's columns, rows in the order of `agencies`.
    """
    draw = Draw(year, previous is None, model.parts, model.ended)
    swing = 0.6 + 0.8 * share(pl.col("place"), purpose(year, "busy"))
    growth = 1 + GROWTH * (year - model.first_year)
    frame = _with_previous(agencies, previous, model).with_columns(
        base=pl.col("applications") + 1, busy=pl.col("applications") * swing * growth
    )
    for form in reversed(model.forms):  # the newest has the finest rows
        for table in form.tables:
            for block in table.blocks:
                frame = draw_block(frame, block, draw)
    return frame.select(*KEYS, pl.col(model.columns).cast(pl.Int64))


def roll_up(units: pl.DataFrame, governments: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The numbers of the governments: sums of their members, from the counties upwards.

    Args:
        units: as unit_numbers gives them.
        governments: KEYS of the governments.
        columns: the cells to sum.
    """
    found: list[pl.DataFrame] = []
    for tier in ("county", "prefecture", "province"):
        sums = pl.concat([units, *found]).group_by("member_of_no").agg(pl.col(columns).sum())
        found.append(
            governments.filter(pl.col("tier") == tier)
            .join(sums, left_on="agency_no", right_on="member_of_no", how="left")
            .select(*KEYS, pl.col(columns).fill_null(0))
        )
    return pl.concat(found)


def taken_over(units: pl.DataFrame, heirs: Mapping[int, int], model: Model) -> pl.DataFrame:
    """What the agencies of the next year take over: their own, and that of those that ended.

    Args:
        units: the numbers of this year.
        heirs: agency_no of an ended agency to that of the one that carries on.
        model: which cells there are.

    Returns:
        agency_no and the model's carried columns, one row per agency, in order.
    """
    heir = pl.col("agency_no").replace(dict(heirs)).alias("agency_no")
    sums = units.group_by(heir).agg(pl.col(model.carried).sum())
    return sums.sort("agency_no")


def _is_carried(cell: Cell) -> bool:
    measure = cell.item_code.rpartition(".")[2]
    return cell.item_code == CARRIED_FORWARD or measure in CARRIED


def _with_previous(
    agencies: pl.DataFrame, previous: pl.DataFrame | None, model: Model
) -> pl.DataFrame:
    """The agencies with what they take over in columns `was:<cell>`, null where nothing."""
    renamed = {name: f"was:{name}" for name in model.carried}
    if previous is None:
        return agencies.with_columns(
            pl.lit(None, pl.Int64).alias(name) for name in renamed.values()
        )
    return agencies.join(
        previous.rename(renamed), on="agency_no", how="left", maintain_order="left"
    )
