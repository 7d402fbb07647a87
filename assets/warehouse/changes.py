"""Which reports differ from those of the last whole build, found in the lake itself.

Nobody has to say what changed: stored files carry a hash of their content, and the rows of files
that have another one are compared, document by document, with what work.duckdb remembers of the
last whole build. What it remembers is forgotten when a build begins and written when it has
succeeded, so a build that fails or is killed is followed by one of everything.

The tables kept in work.duckdb: built_from (one row: of what), built_files, built_rows,
built_reports; and while a build goes on that starts from the last one, changed_reports and
reports_before_changed, which dbt's macros read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.common.stages import STAGE_TABLES, YEAR_STAGES
from assets.common.staleness import code_hash, lake_contents, project_hash
from schemas.catalog import load_catalog
from schemas.frames import CLOCK_COLUMNS, LAKE_TABLES, polars_schema

YEAR_TABLES = tuple(table for stage in YEAR_STAGES for table in STAGE_TABLES[stage])
REPORT_TABLES = ("reports", "parse_log", "source_documents", "arrivals", "agency_matches")
"""Tables of one file whose rows belong to one document each."""

NOT_ASKED = frozenset({"manifest_claims", "report_cells"})
"""Tables that no model reads."""

LARGEST_SHARE = 0.4
"""Where more of the reports than this differ, everything is made again, and is sorted again."""

_MEMORY = ("built_files", "built_rows", "built_reports", "built_from")
_PASSING = ("changed_reports", "reports_before_changed")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build has to make: `reports` differ, of `known`; None means everything."""

    reports: int | None
    known: int


def work_db(data: DataFolder) -> Path:
    """The database of everything that is built and not published."""
    return data.build_db.with_name("work.duckdb")


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"


def _literals(paths: list[Path]) -> str:
    return "[" + ", ".join(_text(_escaped(path)) for path in paths) + "]"


def _escaped(path: Path) -> str:
    """A path in which DuckDB's globbing finds nothing to expand."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def basis(data: DataFolder, project: Path) -> str:
    """Fingerprint of all that a change of reports does not touch: code, models, reference data."""
    tables = {*YEAR_TABLES, *REPORT_TABLES, *NOT_ASKED}
    others = [
        f"{path} {content}"
        for path, content in sorted(lake_contents(data).items())
        if path.split("/")[0] not in tables
    ]
    parts = [
        *others,
        project_hash(project),
        code_hash("warehouse", "reference", "agencies"),
        load_catalog().hash,
        duckdb.__version__,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _columns(table: str) -> str:
    names = [name for name in polars_schema(LAKE_TABLES[table]) if name not in CLOCK_COLUMNS]
    if table == "arrivals":
        names.append("received_at")  # a mart shows it
    return ", ".join(f'"{name}"' for name in names)


def _files_now(data: DataFolder) -> pl.DataFrame:
    """table_name, path, content of every file of the tables by year."""
    rows = [
        (path.split("/")[0], path, content)
        for path, content in lake_contents(data).items()
        if path.split("/")[0] in YEAR_TABLES and path.split("/")[0] not in NOT_ASKED
    ]
    return pl.DataFrame(
        rows,
        schema={"table_name": pl.String, "path": pl.String, "content": pl.String},
        orient="row",
    )


def _note_rows(connection: duckdb.DuckDBPyConnection, data: DataFolder) -> None:
    """pending_rows: a hash per document of the rows of each file in pending_files."""
    connection.execute(
        "CREATE OR REPLACE TABLE pending_rows (path VARCHAR, doc_id VARCHAR, rows_hash HUGEINT)"
    )
    tables = connection.execute("SELECT DISTINCT table_name FROM pending_files").fetchall()
    root = f"{data.lake.resolve()}/"
    for (table,) in tables:
        paths = connection.execute(
            "SELECT path FROM pending_files WHERE table_name = ? ORDER BY path", [table]
        ).fetchall()
        files = _literals([Path(root) / path for (path,) in paths])
        connection.execute(
            f"""INSERT INTO pending_rows
            SELECT substr(filename, {len(root) + 1}), doc_id, sum(hash({_columns(table)}))
            FROM read_parquet({files}, hive_partitioning = false, filename = true)
            GROUP BY ALL"""
        )


def _note_reports(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """pending_reports: who and when of every report, with a hash of all that is known of it."""
    hashes = " UNION ALL ".join(
        f"SELECT doc_id, hash({_columns(table)}) AS h "
        f"FROM read_parquet({_literals([lake.file(table)])})"
        for table in REPORT_TABLES
        if table in LAKE_TABLES and lake.file(table).exists()
    )
    connection.execute(
        f"""CREATE OR REPLACE TABLE pending_reports AS
        SELECT r.report_id, r.doc_id, r.agency_code, r.is_synthetic, r.kind, r.report_year,
            coalesce(m.is_registered, false) AS is_registered, known.rows_hash
        FROM read_parquet({_literals([lake.file("reports")])}) AS r
        INNER JOIN (SELECT doc_id, sum(h) AS rows_hash FROM ({hashes}) GROUP BY doc_id) AS known
            ON r.doc_id = known.doc_id
        LEFT JOIN read_parquet({_literals([lake.file("agency_matches")])}) AS m
            ON r.report_id = m.report_id"""
    )


def _find_changes(connection: duckdb.DuckDBPyConnection) -> int:
    """Make changed_reports and reports_before_changed; how many reports differ.

    A report differs where its own rows do. The reports of its agency for the same year are made
    again with it, since one of them is the current one, and those for the two years after: they
    are set against it, or against a growth that began with it. Of an agency that is not registered
    all are: what it is and where, its newest report says. Both what a report was and what it is
    are listed: slices of both change.
    """
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE changed_docs AS
        SELECT doc_id FROM (
            FROM pending_rows
            EXCEPT
            FROM built_rows
        )
        UNION
        SELECT doc_id FROM (
            SELECT b.* FROM built_rows AS b INNER JOIN touched_files USING (path)
            EXCEPT
            FROM pending_rows
        )
        UNION
        SELECT doc_id FROM (FROM pending_reports EXCEPT FROM built_reports)
        UNION
        SELECT doc_id FROM (FROM built_reports EXCEPT FROM pending_reports);

        CREATE OR REPLACE TABLE changed_reports AS
        WITH known AS (FROM pending_reports UNION FROM built_reports),
        touched AS (
            SELECT DISTINCT agency_code, is_synthetic, report_year, is_registered FROM known
            SEMI JOIN changed_docs USING (doc_id)
        )
        SELECT DISTINCT k.report_id, k.doc_id, k.report_year, k.kind, k.is_synthetic
        FROM known AS k INNER JOIN touched AS t
            ON k.agency_code = t.agency_code AND k.is_synthetic = t.is_synthetic
                AND (NOT t.is_registered
                    OR k.report_year IS NOT DISTINCT FROM t.report_year
                    OR k.report_year BETWEEN t.report_year AND t.report_year + 2)
        ORDER BY ALL;

        CREATE OR REPLACE TABLE reports_before_changed AS
        SELECT DISTINCT before.report_id, before.report_year
        FROM changed_reports AS c
        INNER JOIN pending_reports AS p USING (report_id)
        INNER JOIN pending_reports AS before
            ON p.agency_code = before.agency_code AND p.is_synthetic = before.is_synthetic
                AND p.report_year - 1 = before.report_year
        ORDER BY ALL"""
    )
    row = connection.execute("SELECT count(DISTINCT report_id) FROM changed_reports").fetchone()
    return int(row[0]) if row else 0


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in rows}


def forget(data: DataFolder) -> None:
    """Make the next whole build one of everything."""
    if work_db(data).exists():
        with duckdb.connect(str(work_db(data))) as connection:
            _drop(connection, (*_MEMORY, *_PASSING))


def _drop(connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> None:
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def find_changes(data: DataFolder, project: Path) -> Changes:
    """Compare the lake with the last whole build, and leave in work.duckdb what dbt needs.

    Its memory of that build is no longer trusted from here on, until remember() is called.

    Args:
        data: the data folder; every lake table has a file.
        project: the dbt project's folder.
    """
    with duckdb.connect(str(work_db(data))) as connection:
        wanted = basis(data, project)
        kept = set(_MEMORY) <= _tables(connection) and connection.execute(
            "SELECT basis FROM built_from"
        ).fetchall() == [(wanted,)]
        files = _files_now(data)
        connection.register("files_now", files.to_arrow())
        known = "SELECT path, content FROM built_files" if kept else "SELECT '', '' WHERE false"
        connection.execute(
            f"""CREATE OR REPLACE TABLE pending_files AS
            SELECT * FROM files_now WHERE (path, content) NOT IN ({known});
            CREATE OR REPLACE TABLE gone_files AS
            SELECT path FROM ({known}) AS k (path, content) WHERE path NOT IN
                (SELECT path FROM files_now)"""
        )
        _note_rows(connection, data)
        _note_reports(connection, Lake(data.lake))
        connection.execute("CREATE OR REPLACE TABLE pending_from AS SELECT ? AS basis", [wanted])
        row = connection.execute("SELECT count(*) FROM pending_reports").fetchone()
        known_count = int(row[0]) if row else 0
        changed = None
        if kept:
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE touched_files AS "
                "SELECT path FROM pending_files UNION SELECT path FROM gone_files"
            )
            changed = _find_changes(connection)
        connection.execute("DROP TABLE IF EXISTS built_from")
        connection.execute("CHECKPOINT")
    whole = changed is None or changed > LARGEST_SHARE * known_count
    return Changes(None if whole else changed, known_count)


def remember(data: DataFolder) -> None:
    """Note, after a build of everything that has succeeded, what it was made from."""
    with duckdb.connect(str(work_db(data))) as connection:
        if "pending_from" not in _tables(connection):
            return
        connection.execute(
            """BEGIN;
            CREATE TABLE IF NOT EXISTS built_files AS FROM pending_files LIMIT 0;
            CREATE TABLE IF NOT EXISTS built_rows AS FROM pending_rows LIMIT 0;
            CREATE TEMP TABLE replaced AS
                SELECT path FROM pending_files UNION SELECT path FROM gone_files;
            DELETE FROM built_rows WHERE path IN (FROM replaced);
            DELETE FROM built_files WHERE path IN (FROM replaced);
            INSERT INTO built_rows FROM pending_rows;
            INSERT INTO built_files FROM pending_files;
            DROP TABLE IF EXISTS built_reports;
            DROP TABLE IF EXISTS built_from;
            ALTER TABLE pending_reports RENAME TO built_reports;
            ALTER TABLE pending_from RENAME TO built_from;
            DROP TABLE pending_rows;
            DROP TABLE pending_files;
            DROP TABLE gone_files;
            DROP TABLE IF EXISTS changed_reports;
            DROP TABLE IF EXISTS reports_before_changed;
            COMMIT"""
        )
