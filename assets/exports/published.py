"""Questions that the command line asks of a published warehouse.

Opens the file for reading only, with SQL shut off from files and network. Nothing else belongs
here: what is published, and how, is the business of assets/warehouse.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

READABLE = ("SELECT", "EXPLAIN")
NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT", "BIGINT", "UBIGINT", "INTEGER",
           "UINTEGER", "SMALLINT", "USMALLINT", "TINYINT", "UTINYINT")  # fmt: skip
HEX_PREFIX = re.compile(r"[0-9a-f]{6,64}(-\d+)?")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)年?度?")


class NotPublished(Exception):
    """There is no published file (`reason` is None), or it cannot be opened."""

    def __init__(self, path: Path, reason: str | None = None) -> None:
        super().__init__(f"{path}: {reason or 'does not exist'}")
        self.path = path
        self.reason = reason


class RefusedStatement(Exception):
    """SQL that is not exactly one question; `count` statements, `kind` of the offending one."""

    def __init__(self, count: int, kind: str) -> None:
        super().__init__(f"{count} statements, {kind}")
        self.count = count
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns, their DuckDB types and rows of a query."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    @property
    def numeric(self) -> tuple[int, ...]:
        """Places of the columns that hold numbers."""
        return tuple(i for i, kind in enumerate(self.types) if kind.startswith(NUMBERS))


@dataclass(frozen=True, slots=True)
class Matches:
    """What a person's words stand for: reports, and documents in which no report was found."""

    reports: list[dict[str, Any]]
    documents: list[dict[str, Any]]


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that can neither write nor reach a file or the network.

    Raises:
        NotPublished: no such file, or not a warehouse.
    """
    if not path.exists():
        raise NotPublished(path)
    try:
        return duckdb.connect(
            path,
            read_only=True,
            config={
                "enable_external_access": "false",
                "allow_community_extensions": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "lock_configuration": "true",
            },
        )
    except duckdb.Error as error:
        raise NotPublished(path, str(error).splitlines()[0]) from error


def ask(connection: duckdb.DuckDBPyConnection, query: str) -> Answer:
    """Run one question that came from a person.

    Raises:
        RefusedStatement: it is not exactly one SELECT, DESCRIBE, SUMMARIZE or EXPLAIN.
        duckdb.Error: DuckDB refuses it.
    """
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise RefusedStatement(len(statements), "")
    kind = statements[0].type.name
    if kind not in READABLE:
        raise RefusedStatement(1, kind)
    cursor = connection.execute(statements[0])
    description = cursor.description or []
    return Answer(
        columns=tuple(column[0] for column in description),
        types=tuple(str(column[1]) for column in description),
        rows=cursor.fetchall(),
    )


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a query as mappings."""
    cursor = connection.execute(query, parameters or [])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _delivered(document: str) -> str:
    """SQL: the name under which a document came, with its folder, and its archive if it had one."""
    arrivals = f"SELECT min(a.name) FROM fct_arrival AS a WHERE a.doc_id = {document}.doc_id"
    return f"coalesce(({arrivals}), {document}.file_name)"


_REPORTS = f"""
    SELECT r.*, d.file_name, {_delivered("d")} AS delivered_as, d.status, d.reason,
      d.parser || ' ' || coalesce(d.parser_version, '') AS reader
    FROM fct_report AS r JOIN fct_document AS d USING (doc_id)
    WHERE {{where}}
    ORDER BY r.is_current DESC, r.report_year, r.agency_name, r.report_id
"""
_DOCUMENTS = f"""
    SELECT d.doc_id, d.file_name, {_delivered("d")} AS delivered_as, d.media_type,
      d.status, d.reason, d.bytes
    FROM fct_document AS d
    WHERE ({{where}}) AND d.doc_id NOT IN (SELECT doc_id FROM fct_report)
    ORDER BY d.file_name, d.doc_id
"""
_GAVE_WAY = f"""
    WITH pairs AS (
        SELECT old.agency_name, old.report_year, old.report_id, old.doc_id, old.published_on,
          used.report_id AS used_report_id, used.doc_id AS used_doc_id,
          used.published_on AS used_published_on
        FROM fct_report AS old JOIN fct_report AS used
          USING (agency_code, report_year, is_synthetic)
        WHERE NOT old.is_current AND used.is_current
    )
    SELECT p.agency_name, p.report_year, p.report_id, {_delivered("d")} AS delivered_as,
      p.published_on, p.used_report_id, {_delivered("u")} AS used_delivered_as,
      p.used_published_on
    FROM pairs AS p
    JOIN fct_document AS d ON d.doc_id = p.doc_id
    JOIN fct_document AS u ON u.doc_id = p.used_doc_id
    ORDER BY p.agency_name, p.report_year, delivered_as, p.report_id
"""
_NAMED = """d.file_name = ? OR d.doc_id IN (
    SELECT doc_id FROM fct_arrival WHERE name = ? OR ends_with(name, ?))"""
_NAMED_LIKE = """contains(d.file_name, ?) OR d.doc_id IN (
    SELECT doc_id FROM fct_arrival WHERE contains(name, ?))"""


def find(connection: duckdb.DuckDBPyConnection, target: str) -> Matches:
    """What `target` stands for: the first of these readings that finds anything.

    Path of a file at hand (by its bytes), report id or document id or the beginning of one,
    exact name of a delivered file, part of such a name, agency name (or code) with or without
    a year.
    """
    path = Path(target)
    if path.is_file():
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        found = _search(connection, "d.doc_id = ?", [digest])
        if found.reports or found.documents:
            return found
    if HEX_PREFIX.fullmatch(target.lower()):
        lowered = target.lower()
        test = "r.report_id = ?" if "-" in lowered else "starts_with(d.doc_id, ?)"
        found = (
            Matches(rows(connection, _REPORTS.format(where=test), [lowered]), [])
            if "-" in lowered
            else _search(connection, test, [lowered])
        )
        if found.reports or found.documents:
            return found
    whole, name = target.removeprefix("./"), path.name or target
    for test, values in (
        (_NAMED, [whole, whole, f"/{whole}"]),
        (_NAMED, [name, name, f"/{name}"]),
        (_NAMED_LIKE, [name, name]),
    ):
        found = _search(connection, test, values)
        if found.reports or found.documents:
            return found
    return Matches(_by_agency(connection, target), [])


def _search(connection: duckdb.DuckDBPyConnection, where: str, values: list[Any]) -> Matches:
    return Matches(
        rows(connection, _REPORTS.format(where=where), values),
        rows(connection, _DOCUMENTS.format(where=where), values),
    )


def _by_agency(connection: duckdb.DuckDBPyConnection, target: str) -> list[dict[str, Any]]:
    year = YEAR.search(target)
    name = YEAR.sub("", target).strip(" ,，")
    if not name:
        return []
    where = (
        "(contains(r.agency_name, ?) OR contains(r.agency_name_printed, ?) OR r.agency_code = ?)"
    )
    values: list[Any] = [name, name, name]
    if year:
        where += " AND r.report_year = ?"
        values.append(int(year.group(1)))
    return rows(connection, _REPORTS.format(where=where), values)


def report_parts(
    connection: duckdb.DuckDBPyConnection, report_id: str
) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of one report: `layout`, `items`, `unmapped`, `findings` and `sections`."""
    parts = {
        "items": "SELECT * FROM fct_report_item WHERE report_id = ?",
        "findings": "SELECT * FROM fct_finding WHERE report_id = ? ORDER BY finding_id",
        "unmapped": """SELECT * FROM fct_unmapped_cell WHERE report_id = ?
            ORDER BY grid_no, grid_row, grid_column""",
        "sections": "SELECT * FROM fct_report_section WHERE report_id = ?",
        "layout": """SELECT * FROM dim_item WHERE format_id IN (
            SELECT format_id FROM fct_report_item WHERE report_id = ?) ORDER BY position""",
    }
    return {name: rows(connection, query, [report_id]) for name, query in parts.items()}


def list_findings(
    connection: duckdb.DuckDBPyConnection,
    *,
    agency: str | None = None,
    year: int | None = None,
    severity: str | None = None,
    rule: str | None = None,
) -> list[dict[str, Any]]:
    """Findings with the agency's name and the file, gravest first.

    Args:
        connection: a published warehouse.
        agency: agency code, or part of the name.
        year: report year.
        severity: error, warning or advisory.
        rule: rule id, or its beginning.
    """
    tests = {
        "(f.agency_code = ? OR contains(r.agency_name, ?))": [agency, agency] if agency else None,
        "f.report_year = ?": [year] if year else None,
        "f.severity = ?": [severity] if severity else None,
        "starts_with(f.rule_id, ?)": [rule] if rule else None,
    }
    used = {test: values for test, values in tests.items() if values}
    where = " AND ".join(used) or "true"
    return rows(
        connection,
        f"""SELECT f.*, r.agency_name, d.file_name, {_delivered("d")} AS delivered_as
        FROM fct_finding AS f
        JOIN fct_report AS r USING (report_id)
        JOIN fct_document AS d ON d.doc_id = f.doc_id
        WHERE {where}
        ORDER BY list_position(['error', 'warning', 'advisory'], f.severity),
          r.agency_name, f.report_year, f.rule_id, f.breakdown, f.finding_id""",
        [value for values in used.values() for value in values],
    )


def unknown_filter(
    connection: duckdb.DuckDBPyConnection,
    *,
    agency: str | None = None,
    year: int | None = None,
    rule: str | None = None,
) -> str | None:
    """Which of the filters names nothing that is known: `agency`, `year`, `rule`, or none.

    That there are no findings is an answer only of reports and rules that there are.
    """
    tests = {
        "agency": (
            "SELECT 1 FROM fct_report WHERE agency_code = $1 OR contains(agency_name, $1)",
            agency,
        ),
        "year": ("SELECT 1 FROM fct_report WHERE report_year = $1", year),
        "rule": ("SELECT 1 FROM dim_rule WHERE starts_with(rule_id, $1)", rule),
    }
    for name, (query, value) in tests.items():
        if value is not None and not rows(connection, f"{query} LIMIT 1", [value]):
            return name
    return None


def corrected_cells(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Cells that a person corrected, by report id."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(
        connection,
        "SELECT report_id, item_code, breakdown, value, value_status, raw_text, locator, "
        "correction_id FROM fct_report_item WHERE correction_id IS NOT NULL",
    ):
        found.setdefault(row["report_id"], []).append(row)
    return found


def summary(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Counts of a published warehouse.

    Returns:
        documents by status, reports, report years, cells, unsure cells, findings by severity,
        documents that are not simply read, reports that gave way to another of the same agency
        and year, and the row of `about`.
    """

    def pairs(query: str) -> dict[str, int]:
        return {row["key"]: row["n"] for row in rows(connection, query)}

    about = rows(connection, "SELECT * FROM about")
    totals = rows(
        connection,
        """SELECT (SELECT count(*) FROM fct_report) AS reports,
          (SELECT count(*) FROM fct_report_item WHERE value_status <> 'absent') AS cells,
          (SELECT count(*) FROM fct_report_item WHERE review_status = 'needs_review') AS unsure""",
    )[0]
    return {
        "about": about[0] if about else {},
        "documents": pairs(
            "SELECT status AS key, count(*) AS n FROM fct_document GROUP BY ALL ORDER BY ALL"
        ),
        "findings": {"error": 0, "warning": 0, "advisory": 0}
        | pairs("SELECT severity AS key, count(*) AS n FROM fct_finding GROUP BY ALL"),
        "years": pairs(
            "SELECT report_year::VARCHAR AS key, count(*) AS n FROM fct_report "
            "WHERE report_year IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ),
        "not_read": rows(
            connection,
            f"SELECT d.file_name, {_delivered('d')} AS delivered_as, d.status, d.reason, d.doc_id "
            "FROM fct_document AS d WHERE d.status <> 'read' ORDER BY delivered_as, d.doc_id",
        ),
        "gave_way": rows(connection, _GAVE_WAY),
        **totals,
    }


def dictionary(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """One row per published column, with its comment and that of its table."""
    return rows(
        connection,
        """SELECT t.table_name, t.comment AS table_comment, c.column_name, c.data_type, c.comment
        FROM duckdb_tables() AS t JOIN duckdb_columns() AS c USING (schema_name, table_name)
        WHERE t.schema_name = 'main' AND NOT t.internal AND t.database_name = current_database()
          AND c.database_name = current_database()
        ORDER BY t.table_name, c.column_index""",
    )
