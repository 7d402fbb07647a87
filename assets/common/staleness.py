"""What each stage was made from, and which stages are therefore out of date.

A stored table carries the fingerprint of its inputs (lake.py). Comparing it with the fingerprint
of the inputs as they are now says what must be made again: no clock, no file time, no state file
that a killed build could leave wrong. Nothing here imports Dagster: a build that finds nothing
to do never loads it.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import polars as pl

from assets.common.lake import Lake, Stored, content_hash
from assets.common.limits import Limits
from assets.common.office import office_version
from assets.common.parts import WHOLE, Part, numbered, year_parts
from assets.common.paths import DataFolder
from assets.common.reach import reach_hash
from assets.common.stages import STAGE_TABLES, YEAR_STAGES
from schemas.catalog import BUNDLED, Catalog, load_catalog

PACKAGE = Path(__file__).parents[1]
SCHEMAS = BUNDLED
WIRING = frozenset({"assets.py", "checks.py"})
LIBRARIES = (
    "lxml",
    "pandera",
    "pdfminer.six",
    "pdfplumber",
    "polars",
    "puremagic",
    "pypdfium2",
    "rapidfuzz",
    "selectolax",
)
"""Packages that have a say in what is read and found: another version may say otherwise."""

OWN_REGISTER = frozenset(
    {"agencies", "divisions.csv", "rosters", "population.csv", "decisions/agency_matches.csv"}
)
"""The operator's part of the register: what it changes in a year shows in that year's reports."""

CORRECTIONS = "corrections"
"""Folder of the operator's corrections: they count for the parts of their documents only."""
_DOC_ID = re.compile(rb"[0-9a-f]{64}")

READING = "assets.layout.assets"
SHARED = "assets.layout.reading"
READERS = "assets.layout.parsers"
"""What reads a document with whatever reader, and the package in which readers lie by name."""
YEARS = tuple(f"assets.{stage}.assets" for stage in YEAR_STAGES)
"""Modules from which all code can be reached that makes the tables of a stage, but readers."""

READING_TABLES = STAGE_TABLES["layout"]
YEAR_TABLES = tuple(table for stage in YEAR_STAGES for table in STAGE_TABLES[stage])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def files_hash(root: Path, patterns: tuple[str, ...], skip: frozenset[str] = frozenset()) -> str:
    """SHA-256 over names and bytes of the files under a folder that match; it need not be there.

    Args:
        root: the folder.
        patterns: glob patterns; those without a slash match at any depth.
        skip: folders directly under `root`, and files by their path in it, that do not count.
    """
    digest = hashlib.sha256()
    found = {path for pattern in patterns for path in root.rglob(pattern) if path.is_file()}
    for path in sorted(found):
        name = path.relative_to(root)
        if name.parts[0] in skip or name.as_posix() in skip:
            continue
        digest.update(name.as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _engine() -> str:
    """Python, whose Unicode tables fold the labels, and the libraries, each with its version."""
    versions = [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    return "; ".join([f"python {sys.version_info.major}.{sys.version_info.minor}", *versions])


@lru_cache(maxsize=16)
def code_hash(*stages: str) -> str:
    """Hash of the code that makes the rows of some stages: their Python, schemas/, libraries.

    The definitions for Dagster (assets.py, checks.py) only wire that code and do not count.
    """
    parts = [files_hash(PACKAGE / stage, ("*.py",), skip=WIRING) for stage in stages]
    return _digest([*parts, files_hash(SCHEMAS, ("*.py",)), _engine()])


@lru_cache(maxsize=1)
def sniffing_inputs() -> str:
    """Fingerprint of the code that tells media types by bytes."""
    return _digest([files_hash(PACKAGE / "documents", ("archive.py", "sniff.py")), _engine()])


def _without_bytes(data: DataFolder) -> list[str]:
    """Documents whose bytes are not under raw/: too large to copy, or lost."""
    documents = Lake(data.lake).read("source_documents").select("doc_id", "extension")
    return [
        doc_id
        for doc_id, extension in documents.iter_rows()
        if not data.raw_file(doc_id, extension).exists()
    ]


def register_inputs(data: DataFolder) -> str:
    """Fingerprint of the files that say who and where: bundled ones and the operator's."""
    own = ("agencies/*.csv", "divisions.csv", "rosters/*.csv", "population.csv")
    return _digest(
        [
            files_hash(SCHEMAS, ("divisions/*.csv", "agencies/*.csv", "sectors.csv")),
            files_hash(data.config, (*own, "decisions/agency_matches.csv")),
        ]
    )


def settling_inputs(data: DataFolder) -> str:
    """Fingerprint of the part of the register that settles whose a report is: no rosters."""
    own = ("agencies/*.csv", "divisions.csv", "decisions/agency_matches.csv")
    return _digest(
        [
            files_hash(SCHEMAS, ("divisions/*.csv", "agencies/*.csv", "sectors.csv")),
            files_hash(data.config, own),
            code_hash("agencies"),
        ]
    )


def reading_inputs(
    data: DataFolder, limits: Limits | None = None, catalog: Catalog | None = None
) -> str:
    """Fingerprint of what parse_log and reports are made from.

    Documents and which of them have their bytes, claims, code, formats and labels, the register of
    agencies and divisions, and the limits: a document that met one may be read under another. The
    code is that of all readers: which documents it concerns, their memos tell.
    """
    lake = Lake(data.lake)
    stored = [lake.stored(table) for table in ("source_documents", "manifest_claims")]
    return _digest(
        [
            *(entry.content if entry else "" for entry in stored),
            *_without_bytes(data),
            (catalog or load_catalog()).report_hash,
            reach_hash(READING, *_readers()),
            settling_inputs(data),
            office_version(),
            str(asdict(limits or Limits())),
        ]
    )


def _readers() -> list[str]:
    """The modules of all readers."""
    folder = PACKAGE / "layout" / "parsers"
    return [f"{READERS}.{path.stem}" for path in sorted(folder.glob("[!_]*.py"))]


def _reading_code(names: Iterable[str]) -> dict[str, str]:
    """By name of a reader the code that it can reach; the register would load them all."""
    known = set(_readers())
    module = {name: f"{READERS}.{name}" for name in names}
    return {
        name: reach_hash(*([found] if found in known else sorted(known)), SHARED)
        for name, found in module.items()
    }


def _corrected(data: DataFolder) -> pl.DataFrame:
    """Hash of the lines of all correction files that name a document, by doc_id.

    A line that names several, as one in its evidence, counts for each. A line without a document
    belongs to the one above: a quoted reason may have several lines.
    """
    digests: dict[str, list[str]] = {}
    for path in sorted((data.config / CORRECTIONS).glob("*.csv")):
        header, *lines = path.read_bytes().splitlines() or [b""]
        documents: set[bytes] = set()
        for line in lines:
            documents = set(_DOC_ID.findall(line)) or documents
            said = hashlib.sha256(header + b"\n" + line).hexdigest()
            for document in documents:
                digests.setdefault(document.decode(), []).append(said)
    rows = [(doc_id, _digest(said)) for doc_id, said in digests.items()]
    return pl.DataFrame(rows, schema={"doc_id": pl.String, "corrections": pl.String}, orient="row")


def part_inputs(data: DataFolder, catalog: Catalog | None = None) -> dict[int, dict[Part, str]]:
    """Fingerprint of what each part of each report year is made from, for every year known.

    Of the readers those count that read its documents: what is made new by another is none of it.
    The reports of the same agencies for the year before count too: rules of continuity look back.
    """
    lake = Lake(data.lake)
    known = catalog or load_catalog()
    reports, log = lake.read("reports"), lake.read("parse_log")
    readings = log.select("doc_id", "parser", "parser_version", "status", "reason")
    code = _reading_code(readings["parser"].drop_nulls().unique())
    readings = readings.with_columns(
        code=pl.col("parser").replace_strict(code, default=None, return_dtype=pl.String)
    )
    read = (
        reports.sort("report_id")
        .join(readings, on="doc_id", how="left", maintain_order="left")
        .join(_corrected(data), on="doc_id", how="left", maintain_order="left")
    )
    cut = year_parts(reports)
    shared = [
        known.report_hash,
        reach_hash(*YEARS),
        files_hash(data.config, ("*",), skip=OWN_REGISTER | {CORRECTIONS}),
    ]

    def contents(year: int, count: int) -> dict[int, str]:
        mine = numbered(read.filter(pl.col("report_year") == year), count)
        groups = mine.partition_by("part", as_dict=True, maintain_order=True)
        return {int(key[0]): content_hash(rows.drop("part")) for key, rows in groups.items()}

    def inputs(year: int) -> dict[Part, str]:
        parts = cut.get(year, (WHOLE,))
        now = contents(year, parts[0].count)
        before = contents(year - 1, parts[0].count)
        return {
            part: _digest([*shared, now.get(part.number, ""), before.get(part.number, "")])
            for part in parts
        }

    return {year: inputs(year) for year in known.report_years}


def _of_year(parts: dict[Part, str]) -> str:
    if not any(parts.values()):
        return ""
    return parts[WHOLE] if WHOLE in parts else _digest(parts.values())


def year_inputs(data: DataFolder, catalog: Catalog | None = None) -> dict[int, str]:
    """Fingerprint of what the tables of each report year are made from, for every year known."""
    return {year: _of_year(parts) for year, parts in part_inputs(data, catalog).items()}


def reading_is_stale(
    data: DataFolder, limits: Limits | None = None, catalog: Catalog | None = None
) -> bool:
    """Whether a document is unread, or was read by other code, under other claims or limits."""
    lake, expected = Lake(data.lake), reading_inputs(data, limits, catalog)
    stored = [lake.stored(table) for table in READING_TABLES]
    return any(entry is None or entry.inputs != expected for entry in stored)


def stale_parts(data: DataFolder, catalog: Catalog | None = None) -> dict[int, tuple[Part, ...]]:
    """Report years of which something must be made again, ascending, with the parts that must.

    A year that lost its last report is among them until its tables are empty. One that is cut into
    more or fewer parts than are stored is made again whole, which removes the old ones.
    """
    lake, known = Lake(data.lake), catalog or load_catalog()
    expected = part_inputs(data, known)
    with_reports = set(lake.read("reports")["report_year"].drop_nulls().to_list())
    stored = {year for table in YEAR_TABLES for year in lake.years(table)}
    wanted = (with_reports | stored) & set(known.report_years)

    def stale(year: int) -> tuple[Part, ...]:
        parts = expected[year]
        if any(set(lake.parts(table, year)) - set(parts) for table in YEAR_TABLES):
            return tuple(parts)
        return tuple(
            part
            for part, inputs in parts.items()
            if any(_differs(lake.stored(table, year, part), inputs) for table in YEAR_TABLES)
        )

    found = {year: stale(year) for year in sorted(wanted)}
    return {year: parts for year, parts in found.items() if parts}


def _differs(stored: Stored | None, inputs: str) -> bool:
    return stored is None or stored.inputs != inputs


def stale_years(data: DataFolder, catalog: Catalog | None = None) -> tuple[int, ...]:
    """Report years whose tables must be made again, in whole or in part, ascending."""
    return tuple(stale_parts(data, catalog))


def lake_contents(data: DataFolder) -> dict[str, str]:
    """Content hash of every stored table file, by its path in the lake."""
    lake = Lake(data.lake)
    tables = sorted(path.name for path in data.lake.iterdir()) if data.lake.is_dir() else []
    contents: dict[str, str] = {}
    for table in tables:
        places = [(None, WHOLE)] + [
            (year, part) for year in lake.years(table) for part in lake.parts(table, year)
        ]
        for year, part in places:
            stored = lake.stored(table, year, part)
            if stored is not None:
                path = lake.file(table, year, part).relative_to(data.lake).as_posix()
                contents[path] = stored.content
    return contents


def project_hash(project: Path) -> str:
    """Hash of what a person wrote in a dbt project; what dbt wrote there does not count."""
    patterns = ("*.yml", "models/**/*", "macros/**/*", "seeds/**/*", "tests/**/*")
    return files_hash(project, patterns, skip=frozenset({"target", "logs"}))


def warehouse_inputs(data: DataFolder, project: Path) -> str:
    """Fingerprint of what the warehouse is made from: lake contents, dbt project, exports' code.

    Args:
        data: the data folder.
        project: the dbt project's folder.
    """
    return _digest(
        [
            *(f"{path} {content}" for path, content in lake_contents(data).items()),
            project_hash(project),
            code_hash("warehouse", "reference", "agencies"),
            register_inputs(data),
            files_hash(PACKAGE / "exports", ("parquet.py",)),
            load_catalog().hash,
        ]
    )


def inputs_of(
    table: str, report_year: int | None, data: DataFolder, limits: Limits | None = None
) -> str:
    """The fingerprint that a file of this table must carry when it is written now.

    It is '' for a year that is made before its documents were read by the present code: its cells
    are those of the code before, so it must not count as up to date.
    """
    if table in YEAR_TABLES and report_year is not None:
        return _of_year(inputs_of_parts(report_year, data, limits))
    if table in READING_TABLES:
        return reading_inputs(data, limits)
    return sniffing_inputs() if table == "source_documents" else ""


def inputs_of_parts(
    report_year: int, data: DataFolder, limits: Limits | None = None
) -> dict[Part, str]:
    """The fingerprint that each part of a year must carry when it is written now; see inputs_of."""
    parts = part_inputs(data)[report_year]
    return dict.fromkeys(parts, "") if reading_is_stale(data, limits) else parts
