"""Wide numbers to facts: one row per cell of the form that a report uses, with its place.

The frames are as the pipeline makes them from text dumps; the places are those of such a dump.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.synthetic.world_draws import MONEY_SCALE, column_of
from assets.synthetic.world_faults import BY_NAME, RECEIVED, RESTATED, SUPERSEDED, TOTAL
from assets.synthetic.world_numbers import columns_of
from schemas.catalog import Block, Format
from schemas.frames import ReportFacts, polars_schema
from schemas.vocabulary import ChosenBy, ReviewStatus, ValueStatus

PARSER = "text"
CONFIDENCE = 0.98
LAYOUTS = 8
"""Overviews have between 0 and 7 lines more, which moves the tables down."""
FIRST_LINE = 24
AMOUNT_UNIT = "万元"
"""Written into a money cell where the form prints no unit."""
NO_TABLE = "nothing was found of this table: it may be a picture or lie in an attachment"
DOUBT = "two readings, and nothing decides between them"


@dataclass(frozen=True, slots=True)
class FormCells:
    """The cells of a format, ready to be repeated for every report.

    `cells` has the constant columns of ReportFacts, one row per cell; `locators` the places, one
    per layout and cell.
    """

    columns: tuple[str, ...]
    money: tuple[str, ...]
    bare_money: tuple[str, ...]
    cells: pl.DataFrame
    locators: pl.Series


def form_cells(form: Format, governing: Format | None = None) -> FormCells:
    """The cells of a format.

    Args:
        form: the format that reports are printed on.
        governing: the format of their year, if it is another: blocks that both print alike are
            taken for its own, as a reader would.
    """
    alike = _meanings(governing) if governing is not None else {}
    rows: list[dict[str, object]] = []
    lines: list[tuple[int, int]] = []
    line, grid = FIRST_LINE, 0
    for table in form.tables:
        depth = 0
        for block in table.blocks:
            header = 1 + max(len(column.path) for column in block.columns)
            labels = max(len([part for part in row.path if part]) for row in block.rows)
            known = alike.get((block.table_id, _meaning(block)))
            for cell in block.cells:
                row, col = depth + header + cell.row, labels + cell.column
                lines.append((line + row, col + 1))
                rows.append(
                    {
                        "format_id": known or cell.format_id,
                        "table_id": cell.table_id,
                        "block": cell.block,
                        "item_code": cell.item_code,
                        "breakdown": cell.breakdown,
                        "unit": cell.unit or (AMOUNT_UNIT if cell.value_type == "money" else None),
                        "has_unit": bool(cell.unit),
                        "grid": grid,
                        "row": row,
                        "col": col,
                    }
                )
            depth += header + len(block.rows)
        line, grid = line + depth + 4, grid + 1
    money = [cell for cell in form.cells if cell.value_type == "money"]
    schema = polars_schema(ReportFacts)
    return FormCells(
        columns=tuple(columns_of(form)),
        money=tuple(column_of(cell.item_code, cell.breakdown) for cell in money),
        bare_money=tuple(
            column_of(cell.item_code, cell.breakdown) for cell in money if not cell.unit
        ),
        cells=pl.DataFrame(rows, schema={name: schema.get(name, pl.Boolean()) for name in rows[0]}),
        locators=pl.Series(
            "locator",
            [f"L{line + more}:{col}" for more in range(LAYOUTS) for line, col in lines],
            pl.String,
        ),
    )


def _meaning(block: Block) -> frozenset[tuple[str, str]]:
    return frozenset((cell.item_code, cell.breakdown) for cell in block.cells)


def _meanings(form: Format) -> dict[tuple[str, frozenset[tuple[str, str]]], str]:
    """The format's id by table and by the cells of a block."""
    return {
        (table.table_id, _meaning(block)): form.format_id
        for table in form.tables
        for block in table.blocks
    }


def printed_numbers(reports: pl.DataFrame) -> pl.DataFrame:
    """The numbers as printed: those of the wide frame, off where a fault says so.

    Args:
        reports: plan, version and the cells' columns.
    """
    off: dict[str, pl.Expr] = {}
    for name, amount, when in _additions():
        if name in reports.columns:
            change = pl.when(when).then(amount).otherwise(0)
            off[name] = off.get(name, pl.col(name)) + change
    return reports.with_columns(**off)


def _additions() -> list[tuple[str, int, pl.Expr]]:
    planned = [
        (name, amount, pl.col("plan") == fault.name)
        for fault in BY_NAME.values()
        for name, amount in fault.adds.items()
    ]
    older = (pl.col("plan") == RESTATED) & (pl.col("version") == 1)
    return planned + [(name, amount, older) for name, amount in SUPERSEDED.adds.items()]


def facts_of(reports: pl.DataFrame, cells: FormCells) -> pl.DataFrame:
    """ReportFacts rows of reports that use one format, in the order of reports and cells.

    Args:
        reports: report_id, doc_id, agency_code, report_year, plan, layout (0 to LAYOUTS - 1) and
            the printed numbers.
        cells: the cells of the format.
    """
    per_report = len(cells.columns)
    size = reports.height * per_report
    number = pl.int_range(0, size, eager=True)
    of_report, of_cell = number // per_report, number % per_report
    keys = reports.select("report_id", "doc_id", "agency_code", "report_year", "plan")[of_report]
    places = reports["layout"].gather(of_report) * per_report + of_cell
    long = pl.concat(
        [
            keys,
            cells.cells[of_cell],
            _values(reports, cells),
            cells.locators.gather(places).to_frame(),
        ],
        how="horizontal",
    ).with_columns(
        copy_no=pl.lit(1, pl.Int32),
        value_status=pl.lit(ValueStatus.REPORTED.value),
        review_status=pl.lit(ReviewStatus.SURE.value),
        # The form prints no unit for some money; then only what the cell prints is known.
        unit=pl.when(pl.col("has_unit") | pl.col("raw_text").str.ends_with(AMOUNT_UNIT)).then(
            "unit"
        ),
        review_reason=pl.lit(None, pl.String),
        confidence=pl.lit(CONFIDENCE),
        parser=pl.lit(PARSER),
        chosen_by=pl.lit(ChosenBy.LAYOUT.value),
    )
    marked = [fault.name for fault in BY_NAME.values() if fault.mark]
    if reports["plan"].is_in(marked).any():
        long = _marked(long)
    schema = polars_schema(ReportFacts)
    absent = {
        name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in long.columns
    }
    return long.with_columns(**absent).select(list(schema))


def _values(reports: pl.DataFrame, cells: FormCells) -> pl.DataFrame:
    """Value and text of every cell, report by report."""
    number = polars_schema(ReportFacts)["value"]
    money = {name: _amount(pl.col(name)) for name in cells.money}
    unit = {
        name: pl.when(pl.col(name) > 0).then(pl.lit(AMOUNT_UNIT)).otherwise(pl.lit(""))
        for name in cells.bare_money
    }
    texts = {name: amount + unit.get(name, pl.lit("")) for name, amount in money.items()}
    values = [
        (money[name] if name in money else pl.col(name)).cast(number) for name in cells.columns
    ]
    printed = [
        texts[name] if name in texts else pl.col(name).cast(pl.String) for name in cells.columns
    ]
    return reports.select(value=pl.concat_list(values), raw_text=pl.concat_list(printed)).explode(
        "value", "raw_text"
    )


def _amount(column: pl.Expr) -> pl.Expr:
    """Ten-thousandths as a decimal text without trailing zeros."""
    whole, rest = column // MONEY_SCALE, column % MONEY_SCALE
    decimals = rest.cast(pl.String).str.zfill(4).str.strip_chars_end("0")
    dot = pl.when(rest > 0).then(pl.lit(".")).otherwise(pl.lit(""))
    return pl.concat_str(whole.cast(pl.String), dot, decimals)


def _marked(long: pl.DataFrame) -> pl.DataFrame:
    """Cells that are printed otherwise: a unit, blanks or slashes for zeros, doubt, no table."""
    marks: Mapping[str, pl.Expr] = {
        fault.mark: (pl.col("plan") == fault.name) & (pl.col("table_id") == fault.table)
        for fault in BY_NAME.values()
        if fault.mark
    }
    is_zero = (pl.col("raw_text") == "0") & (pl.col("breakdown") != TOTAL)
    is_received = (pl.col("item_code") == RECEIVED) & (pl.col("breakdown") == TOTAL)
    blank, slash = marks["blank"] & is_zero, marks["placeholder"] & is_zero
    unit, doubt, absent = marks["unit"] & is_received, marks["doubt"] & is_received, marks["absent"]
    nowhere = ("locator", "grid", "row", "col")
    return long.with_columns(
        value=pl.when(~(blank | slash | absent)).then("value"),
        raw_text=pl.when(blank)
        .then(pl.lit(""))
        .when(slash)
        .then(pl.lit("/"))
        .when(absent)
        .then(None)
        .when(unit)
        .then(pl.col("raw_text") + pl.col("unit"))
        .otherwise("raw_text"),
        value_status=pl.when(blank)
        .then(pl.lit(ValueStatus.BLANK.value))
        .when(slash)
        .then(pl.lit(ValueStatus.PLACEHOLDER.value))
        .when(absent)
        .then(pl.lit(ValueStatus.ABSENT.value))
        .otherwise("value_status"),
        review_status=pl.when(doubt | absent)
        .then(pl.lit(ReviewStatus.NEEDS_REVIEW.value))
        .otherwise("review_status"),
        review_reason=pl.when(doubt)
        .then(pl.lit(DOUBT))
        .when(absent)
        .then(pl.lit(NO_TABLE))
        .otherwise("review_reason"),
        confidence=pl.when(absent).then(0.0).when(doubt).then(0.5).otherwise("confidence"),
        **{name: pl.when(~absent).then(name) for name in nowhere},
    )
