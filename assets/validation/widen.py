"""Long facts to the wide tables that the arithmetic rules read (schemas/tables.py)."""

from __future__ import annotations

import polars as pl

from schemas.tables import NUMBER, ROW_KEYS, WideTable, status_column


def widen(facts: pl.DataFrame, table: WideTable) -> pl.DataFrame:
    """The facts of one table as a wide frame.

    Args:
        facts: ReportFacts rows, any tables.
        table: which table, and whether items or members of the axis become columns.

    Returns:
        One row per report, format and place, sorted by them, with the row number in `row`; a
        value column and a status column per name of the table, null where the facts have no cell.
    """
    name, place = ("breakdown", "item_code") if table.axis else ("item_code", "breakdown")
    # Blocks without an axis have no members to sum over, so they have no row in this shape.
    rows = facts.filter(
        (pl.col("table_id") == table.table_id) & pl.col(name).is_in(list(table.names))
    ).rename({place: "place"})
    keys: list[str] = list(ROW_KEYS)
    values = _spread(rows, name, "value", keys)
    states = _spread(rows, name, "value_status", keys).rename(
        lambda column: column if column in keys else status_column(column)
    )
    wide = values.join(states, on=keys, how="left").sort("report_id", "format_id", "place")
    columns = [
        column
        for item in table.names
        for column in (
            _column(wide, item, NUMBER),
            _column(wide, status_column(item), pl.String()),
        )
    ]
    return wide.with_row_index("row").select("row", *keys, *columns)


def _spread(rows: pl.DataFrame, name: str, values: str, keys: list[str]) -> pl.DataFrame:
    return rows.select(*keys, name, values).pivot(on=name, index=keys, values=values)


def _column(wide: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    present = name in wide.columns
    return (pl.col(name) if present else pl.lit(None)).cast(dtype).alias(name)
