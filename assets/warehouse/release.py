"""What a publication changes against the one before it: the table rel_change.

Reports are compared first, by the digest of their cells; only reports that differ are compared
cell by cell, so the work grows with what changed. A digest that cannot be trusted (the file before
has none, or another version of the engine made it) never hides or makes up a change, since the
cells decide; where many differ they are made again from the cells first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.warehouse.manifest import Mart, MartColumn

FEW = 2000
"""Reports to compare up to which their ids are written into the query."""
MANY = 5000
"""Reports with another digest from which on it is worth making the digests again."""

REASONS = ("new_report", "report_replaced", "reidentified", "reread", "correction", "removed")

_STATES = {
    "value": ("decimal(18,6)", "数值", "Value"),
    "unit": ("varchar", "单位", "Unit"),
    "value_status": ("varchar", "单元的状态", "What the cell printed"),
    "review_status": ("varchar", "是否需要人工复核", "Whether a person should look"),
    "report_id": ("varchar", "所依据的报告", "Report it stood in"),
}

REL_CHANGE = Mart(
    name="rel_change",
    layer="release",
    description="每行是现行报告与上一次发布相比的一处变化：整份报告（项目代码为空串）或一个单元。"
    "One row per change of the current reports against the publication before: of a whole report "
    "(item_code is the empty string then) or of a cell.",
    key=("agency_code", "report_year", "item_code", "breakdown", "is_synthetic"),
    columns=(
        MartColumn("agency_code", "varchar", "机关代码。Agency."),
        MartColumn("agency_name", "varchar", "机关名称。Name of the agency."),
        MartColumn("report_year", "integer", "报告年度。Report year."),
        MartColumn(
            "item_code", "varchar", "项目代码；空串指整份报告。Item; empty for the whole report."
        ),
        MartColumn("breakdown", "varchar", "列轴成员；没有时为空串。Member of the column axis."),
        MartColumn(
            "reason",
            "varchar",
            "原因：new_report 新收报告，report_replaced 换成另一版本，"
            "reidentified 重新认定机关或年度，reread 同一文件读法不同，correction 人工更正，"
            "removed 已撤下。Why: new_report, report_replaced (another version is current), "
            "reidentified (agency or year decided anew), reread (same document, read otherwise), "
            "correction or removed.",
        ),
        *(
            MartColumn(
                f"{age}_{name}",
                kind,
                f"{zh_age}的{zh}；没有时为空。{en}, {en_age}; null where there is none.",
            )
            for name, (kind, zh, en) in _STATES.items()
            for age, zh_age, en_age in (
                ("old", "上一次发布", "in the publication before"),
                ("new", "本次发布", "in this publication"),
            )
        ),
        MartColumn("old_build_id", "varchar", "上一次发布的构建标识。Build of the one before."),
        MartColumn("is_synthetic", "boolean", "是否为编造的示例数据。True for made-up data."),
    ),
)

_NEEDED = {
    "about": {"build_id"},
    "fct_report": {
        "report_id",
        "agency_code",
        "agency_name",
        "report_year",
        "is_current",
        "is_synthetic",
    },
    "fct_report_item": {
        "report_id",
        "item_code",
        "breakdown",
        "format_id",
        "value",
        "unit",
        "value_status",
        "review_status",
        "correction_id",
    },
}

_REPORTS = """
CREATE TEMP TABLE {name} AS
SELECT r.agency_code, r.agency_name, r.report_year, r.is_synthetic, r.report_id, {digest} AS digest
FROM {database}.fct_report AS r {join}
WHERE r.is_current AND r.report_year IS NOT NULL
"""

# One row per agency and year of either file. A report that changed its agency or year is in two:
# where it went to, with its old self beside it, and where it came from, with nothing beside it.
_PAIRS = """
CREATE TEMP TABLE rel_pair AS
WITH met AS (
    SELECT
        coalesce(n.agency_code, o.agency_code) AS agency_code,
        coalesce(n.agency_name, o.agency_name) AS agency_name,
        coalesce(n.report_year, o.report_year) AS report_year,
        coalesce(n.is_synthetic, o.is_synthetic) AS is_synthetic,
        o.report_id AS old_id, o.digest AS old_digest, n.report_id AS new_id, n.digest AS new_digest
    FROM rel_old AS o
    FULL JOIN rel_new AS n ON o.agency_code = n.agency_code
        AND o.report_year = n.report_year AND o.is_synthetic = n.is_synthetic
)
SELECT
    met.agency_code, met.agency_name, met.report_year, met.is_synthetic,
    coalesce(met.old_id, came.report_id) AS old_id,
    coalesce(met.old_digest, came.digest) AS old_digest,
    met.new_id, met.new_digest,
    CASE
        WHEN met.old_id IS NULL AND came.report_id IS NOT NULL THEN 'reidentified'
        WHEN met.old_id IS NULL THEN 'new_report'
        WHEN met.new_id IS NULL AND went.report_id IS NOT NULL THEN 'reidentified'
        WHEN met.new_id IS NULL THEN 'removed'
        WHEN met.old_id <> met.new_id THEN 'report_replaced'
        ELSE 'reread'
    END AS reason
FROM met
LEFT JOIN rel_old AS came ON met.old_id IS NULL AND met.new_id = came.report_id
LEFT JOIN rel_new AS went ON met.new_id IS NULL AND met.old_id = went.report_id
WHERE met.old_id IS DISTINCT FROM met.new_id OR met.old_digest IS DISTINCT FROM met.new_digest
    OR met.old_digest IS NULL
"""

_DIGESTS = """
CREATE TEMP TABLE rel_digest_{age} AS
SELECT report_id, bit_xor(hash(item_code, breakdown, value, unit, value_status, review_status))
    AS digest
FROM {database}.fct_report_item
WHERE report_id IN (SELECT new_id FROM rel_pair WHERE reason = 'reread')
GROUP BY report_id
"""

_SAME = """
DELETE FROM rel_pair WHERE reason = 'reread' AND NOT EXISTS (
    SELECT 1
    FROM rel_digest_old AS o FULL JOIN rel_digest_new AS n ON o.report_id = n.report_id
    WHERE coalesce(o.report_id, n.report_id) = rel_pair.new_id
        AND o.digest IS DISTINCT FROM n.digest
)
"""

_CELLS = """
CREATE TEMP TABLE rel_cell_{age} AS
SELECT p.agency_code, p.agency_name, p.report_year, p.is_synthetic, p.reason,
    p.old_id, p.new_id, i.item_code, i.breakdown, i.value, i.unit, i.value_status,
    i.review_status, i.correction_id
FROM {database}.fct_report_item AS i
INNER JOIN rel_pair AS p ON i.report_id = p.{age}_id
WHERE p.old_id IS NOT NULL AND p.new_id IS NOT NULL{among}
"""

_CHANGES = """
INSERT INTO rel_change BY NAME
WITH cells AS (
    SELECT
        coalesce(n.agency_code, o.agency_code) AS agency_code,
        coalesce(n.agency_name, o.agency_name) AS agency_name,
        coalesce(n.report_year, o.report_year) AS report_year,
        coalesce(n.item_code, o.item_code) AS item_code,
        coalesce(n.breakdown, o.breakdown) AS breakdown,
        CASE
            WHEN coalesce(n.reason, o.reason) = 'report_replaced' THEN 'report_replaced'
            WHEN n.correction_id IS DISTINCT FROM o.correction_id THEN 'correction'
            ELSE 'reread'
        END AS reason,
        o.value AS old_value, n.value AS new_value, o.unit AS old_unit, n.unit AS new_unit,
        o.value_status AS old_value_status, n.value_status AS new_value_status,
        o.review_status AS old_review_status, n.review_status AS new_review_status,
        coalesce(n.old_id, o.old_id) AS old_report_id,
        coalesce(n.new_id, o.new_id) AS new_report_id,
        coalesce(n.is_synthetic, o.is_synthetic) AS is_synthetic
    FROM rel_cell_old AS o
    FULL JOIN rel_cell_new AS n ON o.agency_code = n.agency_code
        AND o.report_year = n.report_year AND o.is_synthetic = n.is_synthetic
        AND o.item_code = n.item_code AND o.breakdown = n.breakdown
    WHERE (o.value, o.unit, o.value_status, o.review_status)
        IS DISTINCT FROM (n.value, n.unit, n.value_status, n.review_status)
),
reports AS (
    SELECT agency_code, agency_name, report_year, '' AS item_code, '' AS breakdown, reason,
        old_id AS old_report_id, new_id AS new_report_id, is_synthetic
    FROM rel_pair
    WHERE reason <> 'reread'
),
changes AS (
    SELECT * FROM cells
    UNION ALL BY NAME
    SELECT * FROM reports
)
SELECT changes.*, $build AS old_build_id
FROM changes
ORDER BY agency_code, report_year, item_code, breakdown, is_synthetic
"""


@dataclass(frozen=True, slots=True)
class Release:
    """A publication against the one before it.

    `previous_build` is null where there was none to compare with; `obstacle` then says why not
    where a file is there but cannot be compared.
    """

    rows: int
    previous_build: str | None = None
    obstacle: str | None = None


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f'"{column.name}" {column.data_type}' for column in REL_CHANGE.columns)
    connection.execute(f"CREATE TABLE {REL_CHANGE.name} ({columns})")
    connection.execute(f"COMMENT ON TABLE {REL_CHANGE.name} IS {_text(REL_CHANGE.description)}")
    for column in REL_CHANGE.columns:
        connection.execute(
            f'COMMENT ON COLUMN {REL_CHANGE.name}."{column.name}" IS {_text(column.description)}'
        )


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name = 'main' AND NOT internal",
        [database],
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def _missing(there: dict[str, set[str]]) -> list[str]:
    return [
        f"{table}.{column}"
        for table, columns in _NEEDED.items()
        for column in sorted(columns - there.get(table, set()))
    ]


def _own_name(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT current_database()").fetchone()
    return str(row[0]) if row else ""


def _reports(database: str, name: str, has_digest: bool) -> str:
    digest, join = "NULL::VARCHAR", ""
    if has_digest:
        digest = "c.facts_hash"
        join = f"LEFT JOIN {database}.fct_report_content AS c ON r.report_id = c.report_id"
    return _REPORTS.format(name=name, database=database, digest=digest, join=join)


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()
    return int(row[0]) if row else 0


def _among(connection: duckdb.DuckDBPyConnection, age: str) -> str:
    """A list of report ids where there are few: cells lie by report, so most need not be read."""
    found = connection.execute(
        f"SELECT {age}_id FROM rel_pair WHERE old_id IS NOT NULL AND new_id IS NOT NULL "
        f"LIMIT {FEW + 1}"
    ).fetchall()
    if not 0 < len(found) <= FEW:
        return ""
    return f" AND i.report_id IN ({', '.join(_text(report) for (report,) in found)})"


def _compare(connection: duckdb.DuckDBPyConnection, own: str) -> str:
    """Fill rel_change from the attached `rel_previous`; the build id of that file."""
    databases = {"old": "rel_previous.main", "new": f'"{own}".main'}
    for age, database in databases.items():
        there = _columns(connection, "rel_previous" if age == "old" else own)
        has_digest = "facts_hash" in there.get("fct_report_content", set())
        connection.execute(_reports(database, f"rel_{age}", has_digest))
    connection.execute(_PAIRS)
    if _count(connection, "rel_pair WHERE reason = 'reread'") > MANY:
        for age, database in databases.items():
            connection.execute(_DIGESTS.format(age=age, database=database))
        connection.execute(_SAME)
        for age in databases:
            connection.execute(f"DROP TABLE temp.rel_digest_{age}")
    for age, database in databases.items():
        among = _among(connection, age)
        connection.execute(_CELLS.format(age=age, database=database, among=among))
    row = connection.execute("SELECT build_id FROM rel_previous.main.about").fetchone()
    build = str(row[0]) if row else ""
    connection.execute(_CHANGES, {"build": build})
    for name in ("old", "new", "pair", "cell_old", "cell_new"):
        connection.execute(f"DROP TABLE temp.rel_{name}")
    return build


def add_changes(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> Release:
    """Add rel_change to a new publication: what it changes against the one before.

    Without a publication before, or with one that cannot be read or lacks what is compared, the
    table has no rows and the result says so; publishing goes on.

    Args:
        connection: to the new file, open for writing, its other tables in place.
        previous: the publication it will replace; it is only read.
    """
    _create(connection)
    if previous is None or not previous.exists():
        return Release(rows=0)
    own = _own_name(connection)
    try:
        connection.execute(f"ATTACH {_text(str(previous))} AS rel_previous (READ_ONLY)")
    except duckdb.Error as error:
        return Release(rows=0, obstacle=f"{previous} cannot be read: {error}")
    try:
        lacking = _missing(_columns(connection, "rel_previous"))
        if lacking:
            return Release(rows=0, obstacle=f"{previous} lacks {', '.join(lacking)}")
        connection.begin()
        build = _compare(connection, own)
        connection.commit()
    except duckdb.Error as error:
        connection.rollback()
        return Release(rows=0, obstacle=f"{previous} cannot be compared with: {error}")
    finally:
        connection.execute("DETACH rel_previous")
    return Release(rows=_count(connection, REL_CHANGE.name), previous_build=build)
