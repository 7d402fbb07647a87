"""Files read, recognised, assembled and validated in one go, with nothing kept.

The same steps as a build, in a temporary folder and without Dagster or a warehouse: what
`gongkai check` shows an author and `gongkai score` measures is what a build would publish.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from assets.cells.recognition import recognise_all, stored_cells, stored_unmapped
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.common.workers import default_workers
from assets.documents.bundle import MARK
from assets.documents.intake import take_in
from assets.documents.names import clean_path, shown_path
from assets.exports.messages import Language
from assets.exports.report_view import ReportView, build_view
from assets.exports.score import identity_of
from assets.facts.assemble import assemble
from assets.layout.memo import read_memos
from assets.layout.reading import read_documents
from assets.layout.settle import settled_log, settled_reports, subjects, with_current
from assets.validation.validate import validate
from schemas.catalog import Catalog, load_catalog
from schemas.vocabulary import READ_STATUSES, DocumentStatus, Outcome, ReviewStatus

Row = dict[str, Any]
_PUBLISHED_NAMES = {"grid": "grid_no", "row": "grid_row", "col": "grid_column", "text": "raw_text"}
"""Columns of unmapped_cells as fct_unmapped_cell names them."""
_OPENED = {
    "status": DocumentStatus.UNSUPPORTED_FORMAT.value,
    "reason": "an archive of documents; unpack it and name its files",
    "parser": None,
    "parser_version": None,
}
"""What is said of a file that is no document itself: its members are."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One file after reading; all tables hold the rows of this file only.

    Attributes:
        path: the file as given; for a member of an archive `bundle.zip!name`.
        doc_id: SHA-256 of its bytes.
        status: what became of it (DocumentStatus), with `reason` where it is not simply read.
        parser: reader and its version.
        reports, items, findings, sections, contacts: rows as in the lake.
        unmapped: rows as in fct_unmapped_cell.
        not_judged: rows of rule_outcomes that are not evaluable.
        held: ids of the rules that hold at some place.
    """

    path: Path
    doc_id: str
    status: str
    reason: str | None
    parser: str
    reports: list[Row]
    items: list[Row]
    unmapped: list[Row]
    findings: list[Row]
    not_judged: list[Row]
    held: list[str]
    sections: list[Row]
    contacts: list[Row]

    @property
    def is_read(self) -> bool:
        """Whether there is a report of a known year to judge."""
        return self.status in READ_STATUSES and bool(self.items)

    @property
    def unsure(self) -> int:
        """Cells that a person should look at."""
        return sum(row["review_status"] == ReviewStatus.NEEDS_REVIEW for row in self.items)


def read_drafts(
    paths: Sequence[Path],
    *,
    limits: Limits | None = None,
    catalog: Catalog | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    open_archives: bool = False,
) -> list[Draft]:
    """Read files and apply every rule that needs no other report.

    Args:
        paths: existing files; the same bytes twice are read once.
        limits: what one document may cost.
        catalog: formats and rules, by default the bundled ones.
        on_progress: called with documents read and documents in all.
        open_archives: an archive gives a draft per member, `bundle.zip!name`; else one that says
            that it is an archive.

    Returns:
        one draft per path, in the order given, but for archives that were opened.
    """
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        return _read(
            paths,
            DataFolder(Path(folder)),
            limits or Limits(),
            catalog or load_catalog(),
            on_progress,
            open_archives=open_archives,
        )


def _read(
    paths: Sequence[Path],
    data: DataFolder,
    limits: Limits,
    catalog: Catalog,
    on_progress: Callable[[int, int], None] | None,
    *,
    open_archives: bool,
) -> list[Draft]:
    intake = take_in(paths, data, limits, received_at=dt.datetime.now(dt.UTC))
    documents = intake.source_documents
    reading = read_documents(documents, data, limits, catalog.root, on_progress)
    reports = settled_reports(reading.parse_log, intake.manifest_claims, documents, data, catalog)
    tasks = subjects(documents, reports, catalog)
    workers = min(len(tasks), default_workers())
    failures = recognise_all(tasks, data, catalog, limits, workers, lambda done, total: None)
    log = settled_log(reading.parse_log, reports, failures, data, catalog)
    reports = settled_reports(log, intake.manifest_claims, documents, data, catalog)
    governed = pl.col("report_year").is_in(catalog.report_years)
    dated = with_current(reports, data).filter(governed)
    cells = stored_cells(dated["doc_id"], data)
    sections = read_memos(data, dated["doc_id"], "report_sections")
    unmapped = stored_unmapped(dated["doc_id"], data)
    facts = assemble(dated, cells, unmapped, log, catalog)
    result = validate(facts, cells, dated, sections, catalog)
    tables = {
        "log": log,
        "reports": reports,
        "items": facts,
        "unmapped": unmapped.rename(_PUBLISHED_NAMES),
        "findings": result.findings,
        "not_judged": result.outcomes.filter(pl.col("outcome") == Outcome.NOT_EVALUABLE),
        "held": result.outcomes.filter(pl.col("outcome") == Outcome.HOLDS)
        .select("doc_id", "rule_id")
        .unique(),
        "sections": sections.sort("doc_id", "order"),
        "contacts": read_memos(data, dated["doc_id"], "report_contacts"),
    }
    if not open_archives:
        held = [place for path in paths for place in _held(path, intake.arrivals.clear())]
        return [_draft(shown, doc_id, tables) for shown, doc_id in held]
    held = [place for path in paths for place in _held(path, intake.arrivals)]
    drafts = [_draft(shown, doc_id, tables) for shown, doc_id in held]
    refused = {Path(note.place): note.message for note in intake.notes if note.is_refusal}
    return [
        *(_refused(d, refused[d.path]) if d.path in refused else d for d in drafts),
        *(
            # What lies in an archive and could not be taken out of it.
            _refused(_draft(place, "", tables), message)
            for place, message in refused.items()
            if any(str(place).startswith(f"{path}{MARK}") for path in paths)
        ),
    ]


def _refused(draft: Draft, reason: str) -> Draft:
    """A file whose bytes could not be taken."""
    return replace(draft, status=DocumentStatus.DAMAGED.value, reason=reason)


def _held(path: Path, arrivals: pl.DataFrame) -> list[tuple[Path, str]]:
    """The documents of a file with their doc_ids: itself, or the members of an archive."""
    inside = arrivals.filter(
        pl.col("source") == str(path.parent),
        pl.col("name").str.starts_with(f"{clean_path(path.name)}{MARK}"),
    )
    if inside.height:
        return [
            (path.parent / name, doc_id)
            for name, doc_id in inside.select("name", "doc_id").iter_rows()
        ]
    with path.open("rb") as handle:
        return [(path, hashlib.file_digest(handle, "sha256").hexdigest())]


def _draft(path: Path, doc_id: str, tables: Mapping[str, pl.DataFrame]) -> Draft:
    def mine(table: str) -> list[Row]:
        return tables[table].filter(pl.col("doc_id") == doc_id).to_dicts()

    log = next(iter(mine("log")), _OPENED)
    return Draft(
        path=path,
        doc_id=doc_id,
        status=log["status"],
        reason=log["reason"],
        parser=f"{log['parser'] or ''} {log['parser_version'] or ''}".strip(),
        reports=mine("reports"),
        items=mine("items"),
        unmapped=mine("unmapped"),
        findings=mine("findings"),
        not_judged=mine("not_judged"),
        held=[row["rule_id"] for row in mine("held")],
        sections=mine("sections"),
        contacts=mine("contacts"),
    )


def draft_views(
    draft: Draft, lang: Language, catalog: Catalog | None = None
) -> tuple[ReportView, ...]:
    """The reports of a draft as views."""
    known = catalog or load_catalog()
    layout = [asdict(cell) for form in known.formats.values() for cell in form.cells]
    titles = {
        table.table_id: table.name_zh if lang == "zh" else table.name_en
        for form in known.formats.values()
        for table in form.tables
    }
    return tuple(
        build_view(
            report
            | {
                "file_name": _delivered_as(draft.path),
                "reader": draft.parser,
                "status": draft.status,
                "reason": draft.reason,
            },
            layout=layout,
            items=[row for row in draft.items if row["report_id"] == report["report_id"]],
            titles=titles,
            unmapped=draft.unmapped,
            findings=[row for row in draft.findings if row["report_id"] == report["report_id"]],
            sections=draft.sections,
            lang=lang,
        )
        for report in draft.reports
    )


def _delivered_as(path: Path) -> str:
    """The name of a file, for a member of an archive with the archive's name before it."""
    inside = next((folder for folder in path.parents if MARK in folder.name), path)
    return shown_path(path.relative_to(inside.parent).as_posix())


def not_judged(
    draft: Draft, lang: Language, catalog: Catalog | None = None
) -> list[tuple[str, str, int]]:
    """Rules that could not be judged on a draft: id, title, and at how many places."""
    known = catalog or load_catalog()
    titles = {rule.id: rule.title_zh if lang == "zh" else rule.title_en for rule in known.rules}
    counts = Counter(row["rule_id"] for row in draft.not_judged)
    return [(rule_id, titles[rule_id], count) for rule_id, count in sorted(counts.items())]


def truth_inputs(draft: Draft, catalog: Catalog | None = None) -> tuple[dict[str, Row], Row]:
    """What score_document compares: cells by short key, and the identity fields."""
    known = catalog or load_catalog()
    keys = {
        (cell.format_id, cell.item_code, cell.breakdown): cell.short_key
        for form in known.formats.values()
        for cell in form.cells
    }
    cells = {keys[row["format_id"], row["item_code"], row["breakdown"]]: row for row in draft.items}
    report = draft.reports[0] if draft.reports else None
    contact = draft.contacts[0] if draft.contacts else None
    return cells, identity_of(report, contact, draft.sections)
