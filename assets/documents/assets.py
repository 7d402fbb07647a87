"""Stage 1: bytes taken in. Register tables without a year, since bytes come before any year.

Definitions only; what intake does with bytes is in intake.py.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets.common.metadata import grain, output_of
from assets.common.stages import STAGE_TABLES
from assets.common.workspace import Workspace
from assets.documents.intake import clear_inbox, take_in
from assets.documents.refusals import keep_refusals
from assets.documents.register import frames_of
from schemas.frames import LAKE_TABLES

LAYER = "documents"
TABLES = STAGE_TABLES[LAYER]


class IntakeConfig(dg.Config):
    """What to take in: files and folders; none means the inbox of the data folder."""

    sources: list[str] = Field(default=[])


@dg.multi_asset(
    name="intake",
    group_name=LAYER,
    outs={
        table: dg.AssetOut(
            key=[LAYER, table],
            description=grain(LAKE_TABLES[table]),
            kinds={"polars", "parquet"},
            io_manager_key="lake_io",
        )
        for table in TABLES
    },
)
def intake(
    context: dg.AssetExecutionContext, config: IntakeConfig, workspace: Workspace
) -> Iterator[dg.MaterializeResult]:
    """Stored documents, their arrivals and what manifests say of them, those known included."""
    folder = workspace.folder
    sources = [Path(source) for source in config.sources] or [folder.inbox]
    taken = take_in(sources, folder, workspace.limits, received_at=dt.datetime.now(dt.UTC))
    for table, frame in frames_of(taken).items():
        yield output_of(frame, table)
    # The rows are in the lake once the last output was taken from here.
    keep_refusals(taken, sources, folder)
    for note in (*taken.notes, *clear_inbox(taken)):
        context.log.warning(str(note))
