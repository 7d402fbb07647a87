"""Intake and its rows as one act: bytes safe, rows in the lake, only then the inbox emptied.

Used by the build driver; Dagster's `intake` asset does the same through the
IO manager. Each step may be repeated: a killed intake is made whole by the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from assets.common.lake import Lake, content_hash
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.common.stages import STAGE_TABLES
from assets.common.staleness import inputs_of
from assets.documents.intake import Intake, Progress, clear_inbox, take_in
from assets.documents.manifest import Note
from assets.documents.refusals import keep_refusals


def frames_of(intake: Intake) -> dict[str, pl.DataFrame]:
    """The tables of the register by name."""
    return {table: getattr(intake, table) for table in STAGE_TABLES["documents"]}


def take_in_and_store(
    sources: Sequence[Path],
    data: DataFolder,
    limits: Limits,
    received_at: dt.datetime,
    on_progress: Progress | None = None,
) -> tuple[Intake, tuple[Note, ...]]:
    """Take sources in, store the register where it changed, empty the inbox.

    The caller holds the build lock.

    Returns:
        the intake, and all its notes with those of clearing the inbox.
    """
    intake = take_in(sources, data, limits, received_at, on_progress=on_progress)
    lake = Lake(data.lake)
    for table, frame in frames_of(intake).items():
        stored, inputs = lake.stored(table), inputs_of(table, None, data)
        if stored is None or (stored.content, stored.inputs) != (content_hash(frame), inputs):
            lake.write(table, frame, inputs=inputs)
    keep_refusals(intake, sources, data)
    return intake, (*intake.notes, *clear_inbox(intake))
