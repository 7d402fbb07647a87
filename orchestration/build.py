"""The build driver: from sources to a published warehouse, doing only what is out of date.

`build` is what `gongkai build` calls. It takes the lock, takes documents in, asks staleness.py
what must be made again, and has Dagster make exactly that, in this process and with the data
folder's own instance, so that every run can be seen in the UI. Where nothing is out of date it
does not even import Dagster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from assets.agencies.register import load as load_register
from assets.common.lake import Lake
from assets.common.limits import Limits
from assets.common.lock import Holder, build_lock
from assets.common.made_up import refuse_world
from assets.common.parts import PARTS_AT_ONCE
from assets.common.paths import DataFolder
from assets.common.staleness import reading_is_stale, stale_parts
from assets.documents.manifest import Note
from assets.documents.register import take_in_and_store
from assets.facts.corrections import correction_notes, read_corrections
from assets.warehouse.freshness import WarehouseWork, warehouse_work
from orchestration.settings import Settings
from schemas.frames import LAKE_TABLES, empty_frame
from schemas.vocabulary import READ_STATUSES

if TYPE_CHECKING:
    from assets.exports.rereading import ReadingChanges
    from orchestration.runs import Runs


OnProgress = Callable[[str, int, int], None]
"""Called with a stage (intake, read, recognise, years, warehouse), pieces done, pieces in all."""

OnChanges = Callable[[int, "ReadingChanges"], None]
"""Called with the number of documents that were read again and what changes by it."""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did; what was published says what there is now.

    Attributes:
        documents: number of documents by status.
        read_anew: documents that were read in this build.
        reused: documents whose reading was there already.
        reread: those of read_anew that had been read before, by other code or otherwise.
        changes: cells of published documents that come out otherwise than they were published
            before this build; None where nothing was to be published or compared with.
        years_rebuilt: report years made again, ascending.
        dbt_ran: whether the warehouse was built again.
        problems: stages that failed, with the reason; a document that cannot be read is none.
        notes: what the operator should hear about sources, manifests and the register's files.
        refused: files that could not be taken in.
    """

    documents: dict[str, int]
    read_anew: int
    reused: int
    years_rebuilt: tuple[int, ...]
    dbt_ran: bool
    problems: tuple[str, ...]
    notes: tuple[Note, ...]
    refused: int
    reread: int = 0
    changes: ReadingChanges | None = None

    @property
    def unread(self) -> int:
        """Documents that were not read, whatever the reason."""
        return sum(count for status, count in self.documents.items() if status not in READ_STATUSES)

    @property
    def did_nothing(self) -> bool:
        """Nothing was out of date."""
        return not (self.read_anew or self.years_rebuilt or self.dbt_ran or self.problems)


@dataclass(slots=True)
class _Course:
    """What happened so far in a running build."""

    on_progress: OnProgress
    read_anew: int = 0
    reread: int = 0
    changes: ReadingChanges | None = None
    years: list[int] = field(default_factory=list)
    dbt_ran: bool = False
    problems: list[str] = field(default_factory=list)

    def watch(self, stage: str, done: int, total: int) -> None:
        """Progress of a stage inside a run."""
        if stage == "reread":
            self.reread = total
            return
        if stage == "read":
            self.read_anew = total
        self.on_progress(stage, done, total)


def _unheard(reread: int, changes: ReadingChanges) -> None:
    """Changes that nobody hears of; the file lists them all the same."""


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def build(
    sources: Sequence[Path] = (),
    settings: Settings | None = None,
    on_progress: OnProgress = _silent,
    on_wait: Callable[[Holder | None], None] | None = None,
    wait: bool = True,
    publish: bool = True,
    on_changes: OnChanges = _unheard,
) -> BuildSummary:
    """Take sources and the inbox in, make what is out of date, publish.

    Args:
        sources: files and folders; the inbox of the data folder is always looked at.
        settings: data folder and limits; by default from GONGKAI_* variables.
        on_progress: see OnProgress.
        on_wait: called once when another build holds the data folder, with who holds it.
        wait: wait for that build (as long as the settings say) rather than leave at once.
        publish: go on to the warehouse; False leaves it as it is and makes the lake only.
        on_changes: see OnChanges; called before anything is published, and only where something
            is published already and something new is to be.

    Raises:
        BuildRunning: another build holds the data folder.
        MadeUpWorldError: `gongkai world` made the data folder; nothing is touched.
    """
    known = settings or Settings()
    data, course = known.folder, _Course(on_progress)
    refuse_world(data)
    with build_lock(data, known.wait_seconds if wait else 0.0, on_wait):
        intake, notes = take_in_and_store(
            [*sources, data.inbox],
            data,
            known.limits,
            dt.datetime.now(dt.UTC),
            on_progress=lambda done, total: on_progress("intake", done, total),
        )
        with _late_runs(known, course) as runs:
            good = _read(data, known.limits, course, runs) and _make_years(data, course, runs)
            work = warehouse_work(data) if good else WarehouseWork.NOTHING
            if work is not WarehouseWork.NOTHING:
                _tell_changes(data, course, on_changes)
                if publish:
                    _make_warehouse(data, course, runs, work)
        told = (*notes, *load_register(data).notes, *_on_corrections(data))
        return _summary(data, course, told, intake.refused)


@contextmanager
def _late_runs(settings: Settings, course: _Course) -> Iterator[Callable[[], Runs]]:
    """Dagster, loaded when it is first asked for and closed at the end."""
    opened: list[Runs] = []

    def runs() -> Runs:
        if not opened:
            from orchestration.runs import Runs  # noqa: PLC0415 - costs seconds, often not needed

            opened.append(Runs(settings, course.watch))
        return opened[0]

    try:
        yield runs
    finally:
        for used in opened:
            used.close()


def _read(data: DataFolder, limits: Limits, course: _Course, runs: Callable[[], Runs]) -> bool:
    if not reading_is_stale(data, limits):
        return True
    return _went_well(course, runs().run("read_documents"))


def _make_years(data: DataFolder, course: _Course, runs: Callable[[], Runs]) -> bool:
    stale = stale_parts(data)
    good = True
    for done, (year, parts) in enumerate(stale.items()):
        course.on_progress("years", done, len(stale))
        batches = [parts[at : at + PARTS_AT_ONCE] for at in range(0, len(parts), PARTS_AT_ONCE)]
        went = [_went_well(course, runs().run("ingest_year", year, some)) for some in batches]
        if all(went):
            course.years.append(year)
        else:
            good = False
    if stale:
        course.on_progress("years", len(stale), len(stale))
    return good


def _tell_changes(data: DataFolder, course: _Course, on_changes: OnChanges) -> None:
    from assets.exports.rereading import reading_changes  # noqa: PLC0415 - loads DuckDB

    course.changes = reading_changes(data)
    if course.changes is not None:
        on_changes(course.reread, course.changes)


def _make_warehouse(
    data: DataFolder, course: _Course, runs: Callable[[], Runs], work: WarehouseWork
) -> None:
    course.on_progress("warehouse", 0, 1)
    job = "build_warehouse" if work is WarehouseWork.BUILD else "publish"
    good = _went_well(course, runs().run(job))
    course.dbt_ran = work is WarehouseWork.BUILD and good
    course.on_progress("warehouse", 1, 1)


def _on_corrections(data: DataFolder) -> tuple[Note, ...]:
    """Notes on lines of corrections that are not used, after the facts were made."""
    lake = Lake(data.lake)
    named = {placed.line.document for placed in read_corrections(data.config).lines}
    # Most folders have none: their facts are not read again for it.
    files = lake.files("report_facts") if named else ()
    frames = [pl.scan_parquet(file).filter(pl.col("doc_id").is_in(list(named))) for file in files]
    facts = pl.concat(frames).collect() if frames else empty_frame(LAKE_TABLES["report_facts"])
    known = frozenset(lake.read("source_documents")["doc_id"])
    return correction_notes(data.config, facts, known)


def _went_well(course: _Course, failures: Sequence[str]) -> bool:
    course.problems.extend(failures)
    return not failures


def _summary(
    data: DataFolder, course: _Course, notes: tuple[Note, ...], refused: int
) -> BuildSummary:
    log = Lake(data.lake).read("parse_log")
    return BuildSummary(
        documents=dict(log["status"].value_counts(sort=True).iter_rows()),
        read_anew=course.read_anew,
        reused=max(0, log.height - course.read_anew),
        years_rebuilt=tuple(course.years),
        dbt_ran=course.dbt_ran,
        problems=tuple(course.problems),
        notes=notes,
        refused=refused,
        reread=course.reread,
        changes=course.changes,
    )
