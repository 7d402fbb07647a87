"""What Dagster shows beside a stored table: columns, row counts, the first rows.

Only descriptions belong here; the values come from the frame and from schemas/frames.py.
"""

import dagster as dg
import polars as pl

from assets.common.lake import content_hash
from assets.common.stages import stage_of
from schemas.frames import LakeFrame, polars_schema

PREVIEW_ROWS = 8
PREVIEW_COLUMNS = 12
PREVIEW_CHARACTERS = 40


def grain(model: type[LakeFrame]) -> str:
    """The first line of a table's description: what one row is."""
    return (model.__doc__ or model.__name__).strip().splitlines()[0]


def column_schema(model: type[LakeFrame]) -> dg.TableSchema:
    """The columns of a table for the Columns tab: type, description, constraints."""
    declared = model.to_schema().columns
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=name,
                type=str(dtype),
                description=declared[name].description,
                constraints=dg.TableColumnConstraints(
                    nullable=declared[name].nullable, unique=declared[name].unique
                ),
            )
            for name, dtype in polars_schema(model).items()
        ]
    )


def _printable(value: object) -> str:
    text = "" if value is None else str(value).replace("|", "\\|")
    text = " ".join(text.split())
    return text if len(text) <= PREVIEW_CHARACTERS else text[: PREVIEW_CHARACTERS - 1] + "…"


def preview(frame: pl.DataFrame) -> str:
    """The first rows and columns as a Markdown table; one line saying so where there are none."""
    if frame.is_empty():
        return "no rows"
    shown = frame.select(frame.columns[:PREVIEW_COLUMNS]).head(PREVIEW_ROWS)
    lines = [shown.columns, ["---"] * shown.width, *shown.rows()]
    table = "\n".join(f"| {' | '.join(_printable(v) for v in line)} |" for line in lines)
    hidden = frame.width - shown.width
    return f"{table}\n\n(and {hidden} more columns)" if hidden > 0 else table


def output_of(frame: pl.DataFrame, table: str) -> dg.MaterializeResult[pl.DataFrame]:
    """A frame to be stored as a lake table; its data version is the hash of its rows."""
    return dg.MaterializeResult(
        asset_key=dg.AssetKey([stage_of(table), table]),
        value=frame,
        data_version=dg.DataVersion(content_hash(frame)),
    )


def frame_metadata(frame: pl.DataFrame, model: type[LakeFrame]) -> dict[str, dg.MetadataValue]:
    """Row count, column schema and preview of a stored frame."""
    return {
        "dagster/row_count": dg.MetadataValue.int(frame.height),
        "dagster/column_schema": dg.MetadataValue.table_schema(column_schema(model)),
        "preview": dg.MetadataValue.md(preview(frame)),
    }
