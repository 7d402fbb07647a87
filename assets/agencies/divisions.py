"""Administrative divisions with the time in which they existed, as frames.

The bundled list is schemas/divisions/ (its README says what it is made from); the operator adds
divisions in config/divisions.csv. A change of which the source gives the year only is dated from
1 January of that year.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import polars as pl

from assets.agencies.files import Placed
from assets.documents.manifest import Note
from schemas.catalog import BUNDLED
from schemas.frames import RefDivision, RefDivisionEvent, polars_schema
from schemas.register_models import DivisionLine
from schemas.vocabulary import Tier

TYPES: dict[Tier, tuple[tuple[str, str], ...]] = {
    Tier.PROVINCE: (
        ("^(北京|天津|上海|重庆)市$", "直辖市"),
        ("特别行政区$", "特别行政区"),
        ("自治区$", "自治区"),
        ("", "省"),
    ),
    Tier.PREFECTURE: (("自治州$", "自治州"), ("地区$", "地区"), ("盟$", "盟"), ("", "地级市")),
    Tier.COUNTY: (
        ("自治县$", "自治县"),
        ("自治旗$", "自治旗"),
        ("^神农架林区$", "林区"),
        ("特区$", "特区"),
        ("区$", "市辖区"),
        ("市$", "县级市"),
        ("旗$", "旗"),
        ("", "县"),
    ),
    Tier.TOWNSHIP: (
        ("街道$", "街道"),
        ("镇$", "镇"),
        ("族.*乡$|族乡$", "民族乡"),
        ("乡$", "乡"),
        ("苏木$", "苏木"),
        ("", "其他"),
    ),
}
"""Type of a division by its tier and the end of its name; the first that fits."""

_SHOWN = "config/divisions.csv"


def tier_of(code: pl.Expr) -> pl.Expr:
    """Tier of a division by the zeros at the end of its twelve digits."""
    return (
        pl.when(code.str.ends_with("0000000000"))
        .then(pl.lit(Tier.PROVINCE.value))
        .when(code.str.ends_with("00000000"))
        .then(pl.lit(Tier.PREFECTURE.value))
        .when(code.str.ends_with("000000"))
        .then(pl.lit(Tier.COUNTY.value))
        .otherwise(pl.lit(Tier.TOWNSHIP.value))
    )


@lru_cache(maxsize=100_000)
def significant(code: str) -> str:
    """The digits of a division code that all divisions within it share."""
    for length in (2, 4, 6):
        if not code[length:].strip("0"):
            return code[:length]
    return code[:9]


def _type() -> pl.Expr:
    found = pl.lit(None, pl.String)
    for tier, patterns in TYPES.items():
        for pattern, name in reversed(patterns):
            fits = (pl.col("tier") == tier.value) & pl.col("name").str.contains(pattern)
            found = pl.when(fits).then(pl.lit(name)).otherwise(found)
    return found


@lru_cache(maxsize=2)
def bundled_divisions(root: Path = BUNDLED) -> pl.DataFrame:
    """Code, name, parent (null where the digits give it) and dates of the bundled divisions."""
    rows = pl.read_csv(
        root / "divisions" / "divisions.csv",
        schema={
            "division_code": pl.String,
            "name": pl.String,
            "parent": pl.String,
            "first_year": pl.Int32,
            "last_year": pl.Int32,
        },
    )
    return rows.select(
        "division_code",
        "name",
        "parent",
        pl.date(pl.col("first_year"), 1, 1).alias("valid_from"),
        pl.date(pl.col("last_year"), 12, 31).alias("valid_to"),
        pl.lit(value=False).alias("is_synthetic"),
    )


@lru_cache(maxsize=2)
def division_events(root: Path = BUNDLED) -> pl.DataFrame:
    """`ref_division_event`: what happened to divisions and their codes since 1985."""
    text = ("kind", "from_code", "from_name", "to_code", "to_name", "basis")
    rows = pl.read_csv(
        root / "divisions" / "events.csv",
        schema={"event_year": pl.Int32, **dict.fromkeys(text, pl.String)},
    )
    return rows.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("event_no"),
        pl.lit(value=False).alias("is_synthetic"),
    ).select(polars_schema(RefDivisionEvent).names())


def division_frame(
    lines: Sequence[Placed[DivisionLine]], root: Path = BUNDLED
) -> tuple[pl.DataFrame, list[Note]]:
    """`ref_division`: the bundled divisions and the operator's; notes on lines not used.

    A line for a code and start that are bundled takes the place of the bundled version. A line
    that repeats another, whose parent is not known, or that would mix made-up and real divisions
    is not used.
    """
    bundled = bundled_divisions(root)
    own, notes = _own(lines, bundled)
    kept = bundled.join(own, on=["division_code", "valid_from"], how="anti", nulls_equal=True)
    codes = pl.concat([kept, own]).with_columns(tier_of(pl.col("division_code")).alias("tier"))
    placed = _with_parents(codes).with_columns(_type().alias("type"))
    return (
        _with_full_names(placed)
        .select(polars_schema(RefDivision).names())
        .sort("division_code", "valid_from", nulls_last=False)
    ), notes


def _own(
    lines: Sequence[Placed[DivisionLine]], bundled: pl.DataFrame
) -> tuple[pl.DataFrame, list[Note]]:
    notes: list[Note] = []
    real = set(bundled["division_code"])
    made_up = {placed.line.division_code: placed.line.is_synthetic for placed in lines}
    first: dict[tuple[object, ...], str] = {}
    rows: list[dict[str, object]] = []
    for placed in lines:
        line = placed.line
        key = (line.division_code, line.valid_from)
        if key in first:
            fault = f"{line.division_code} with this start was described before ({first[key]})"
        elif line.is_synthetic and line.division_code in real:
            fault = f"{line.division_code} is a real division; give the made-up one another code"
        elif line.parent and line.parent not in real and line.parent not in made_up:
            fault = f"parent {line.parent} is no known division; add it to the file"
        elif line.parent and not line.is_synthetic and made_up.get(line.parent, False):
            fault = f"parent {line.parent} is made up and {line.division_code} is not"
        else:
            first[key] = placed.place
            rows.append(line.model_dump())
            continue
        notes.append(Note(placed.place, f"{fault}; line not used"))
    return pl.DataFrame(rows, schema=bundled.schema, orient="row"), notes


def _with_parents(codes: pl.DataFrame) -> pl.DataFrame:
    """Fill parents by the digits: the nearest shorter prefix that is a code itself."""
    known = codes.select(pl.col("division_code").unique())
    filled = codes
    for length in (6, 4, 2):
        above = pl.col("division_code").str.slice(0, length).str.pad_end(12, "0")
        filled = filled.with_columns(
            pl.when(above != pl.col("division_code")).then(above).alias("above")
        ).join(
            known.select(pl.col("division_code").alias("above"), pl.lit(value=True).alias("is")),
            on="above",
            how="left",
            maintain_order="left",
        )
        filled = filled.with_columns(
            pl.coalesce("parent", pl.when("is").then("above")).alias("parent")
        ).drop("above", "is")
    return filled


def _with_full_names(placed: pl.DataFrame) -> pl.DataFrame:
    """Names from the province down; a former parent counts under its last name."""
    latest = placed.sort("valid_to", nulls_last=True).unique(
        "division_code", keep="last", maintain_order=True
    )
    above = latest.select(
        pl.col("division_code").alias("up"), pl.col("name").alias("up_name"), "parent"
    )
    named = placed.with_columns(pl.col("parent").alias("up"), pl.lit("").alias("names"))
    for _ in range(3):
        named = (
            named.join(above.rename({"parent": "next"}), on="up", how="left", maintain_order="left")
            .with_columns((pl.col("up_name").fill_null("") + pl.col("names")).alias("names"))
            .drop("up", "up_name")
            .rename({"next": "up"})
        )
    return named.with_columns((pl.col("names") + pl.col("name")).alias("full_name")).drop(
        "names", "up"
    )
