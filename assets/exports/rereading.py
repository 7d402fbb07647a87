"""What a publication would change in documents that are published already: cells, old against new.

The facts in the lake are compared with the published ones before they take their place. Nothing is
kept for it between builds: however many builds were stopped in between, what is compared is what
people see now with what they would see next. Documents that were not published before are no part
of it, since they have no old cells; a document that is published and now gives no cells is.

Reports are compared by a digest of their cells first, so only those that differ cost memory.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.common.durable import put_in_place
from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.exports.safe_text import guarded, printable
from assets.warehouse.about import code_revision

FILE = "reading_changes.csv"
"""In the data folder; there while the last comparison found a difference."""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_SHOWN = (
    *("value", "unit", "value_status", "review_status", "raw_text", "review_reason", "locator"),
    "parser",
)
"""Of a cell, old and new. The first four are compared."""
_COLUMNS = (
    *("doc_id", "file_name", "report_id", "agency_code", "report_year", "item_code", "breakdown"),
    "reason",
    *(f"{age}_{name}" for name in _SHOWN for age in ("old", "new")),
    *("old_parser_version", "new_parser_version", "old_code", "new_code"),
)

_DIGESTS = """
CREATE TEMP TABLE digest_{age} AS
SELECT report_id, any_value(doc_id) AS doc_id,
    bit_xor(hash(item_code, breakdown, value::decimal(18,6), unit, value_status, review_status))
    AS digest
FROM {facts} GROUP BY report_id
"""

# A report that has no counterpart differs, but only if its document is published already.
_DIFFERENT = """
CREATE TEMP TABLE different AS
SELECT coalesce(n.report_id, o.report_id) AS report_id
FROM digest_old AS o FULL JOIN digest_new AS n ON o.report_id = n.report_id
WHERE o.digest IS DISTINCT FROM n.digest
    AND coalesce(n.doc_id, o.doc_id) IN (SELECT doc_id FROM published.fct_document)
"""

_CELLS = """
CREATE TEMP TABLE cell_{age} AS
SELECT report_id, doc_id, agency_code, report_year, item_code, breakdown, correction_id,
    value::decimal(18,6) AS value, unit, value_status, review_status, raw_text, review_reason,
    locator, parser
FROM {facts} WHERE report_id IN (SELECT report_id FROM different)
"""

_CHANGES = """
CREATE TEMP TABLE changes AS
SELECT
    coalesce(n.doc_id, o.doc_id) AS doc_id, d.file_name,
    coalesce(n.report_id, o.report_id) AS report_id,
    coalesce(n.agency_code, o.agency_code) AS agency_code,
    coalesce(n.report_year, o.report_year) AS report_year,
    coalesce(n.item_code, o.item_code) AS item_code,
    coalesce(n.breakdown, o.breakdown) AS breakdown,
    CASE WHEN o.correction_id IS DISTINCT FROM n.correction_id THEN 'correction' ELSE 'reread' END
        AS reason,
    {shown},
    d.parser_version AS old_parser_version, l.parser_version AS new_parser_version,
    $old_code AS old_code, $new_code AS new_code
FROM cell_old AS o
FULL JOIN cell_new AS n
    ON o.report_id = n.report_id AND o.item_code = n.item_code AND o.breakdown = n.breakdown
LEFT JOIN published.fct_document AS d ON coalesce(n.doc_id, o.doc_id) = d.doc_id
LEFT JOIN {log} AS l ON coalesce(n.doc_id, o.doc_id) = l.doc_id
WHERE (o.value, o.unit, o.value_status, o.review_status)
    IS DISTINCT FROM (n.value, n.unit, n.value_status, n.review_status)
"""

_VALUE = "(old_value, old_unit) IS DISTINCT FROM (new_value, new_unit)"
_COUNTS = f"""
    count(*), count(*) FILTER ({_VALUE}),
    count(*) FILTER (old_value_status IS DISTINCT FROM new_value_status),
    count(*) FILTER (old_review_status IS DISTINCT FROM new_review_status)
"""
_TOTALS = (
    "SELECT count(DISTINCT doc_id), count(DISTINCT doc_id) FILTER (report_id NOT IN "
    f"(SELECT report_id FROM digest_new)), {_COUNTS} FROM changes"
)
_ITEMS = f"""
SELECT item_code, breakdown, {_COUNTS} FROM changes GROUP BY item_code, breakdown
ORDER BY count(*) DESC, item_code, breakdown
"""


@dataclass(frozen=True, slots=True)
class ItemChanges:
    """Cells of one item that come out otherwise, and in what: a cell can differ in several."""

    item_code: str
    breakdown: str
    cells: int
    values: int
    statuses: int
    reviews: int


@dataclass(frozen=True, slots=True)
class ReadingChanges:
    """Cells of published documents that come out otherwise than they are published.

    Attributes:
        documents: documents with such a cell.
        lost: those among them that give no cells any more.
        cells, values, statuses, reviews: such cells; in value or unit, in what the cell prints
            (value_status), in whether a person should look (review_status).
        items: the same by item, the most cells first.
        file: CSV file of all of them; None where there is none.
        obstacle: why nothing could be compared, though something is published.
    """

    documents: int = 0
    lost: int = 0
    cells: int = 0
    values: int = 0
    statuses: int = 0
    reviews: int = 0
    items: tuple[ItemChanges, ...] = ()
    file: Path | None = None
    obstacle: str | None = None


def reading_changes(data: DataFolder) -> ReadingChanges | None:
    """Compare the facts in the lake with the published ones; list what differs in a file.

    Args:
        data: the data folder; its lake is made, its warehouse may be older.

    Returns:
        None where nothing was published before.
    """
    target = data.root / FILE
    target.unlink(missing_ok=True)
    if not data.published_db.exists():
        return None
    try:
        with tempfile.TemporaryDirectory(dir=data.warehouse, prefix=".comparing-") as scratch:
            return _compared(data, target, Path(scratch))
    except duckdb.Error as error:
        # An older publication may lack what is compared: said, and no reason not to go on.
        return ReadingChanges(obstacle=str(error).splitlines()[0])


def _compared(data: DataFolder, target: Path, scratch: Path) -> ReadingChanges:
    with duckdb.connect(":memory:", config=_SETTINGS) as connection:
        connection.execute(f"SET temp_directory = {_text(str(scratch))}")
        connection.execute(f"ATTACH {_text(str(data.published_db))} AS published (READ_ONLY)")
        lake = Lake(data.lake)
        published = "published.fct_report_item"
        facts = {"old": published, "new": _parquet(lake.files("report_facts"), like=published)}
        for age, rows in facts.items():
            connection.execute(_DIGESTS.format(age=age, facts=rows))
        connection.execute(_DIFFERENT)
        for age, rows in facts.items():
            connection.execute(_CELLS.format(age=age, facts=rows))
        revision = connection.execute("SELECT code_revision FROM published.about").fetchone()
        versions = {"n": "new", "o": "old"}
        shown = (f"{o}.{name} AS {age}_{name}" for name in _SHOWN for o, age in versions.items())
        log = _parquet(lake.files("parse_log"), like="published.fct_document")
        connection.execute(
            _CHANGES.format(shown=", ".join(shown), log=log),
            {"old_code": str(revision[0]) if revision else "", "new_code": code_revision()},
        )
        totals = connection.execute(_TOTALS).fetchone()
        if totals is None or not totals[0]:
            return ReadingChanges()
        items = connection.execute(_ITEMS).fetchall()
        _write(connection, scratch / FILE, target)
    return ReadingChanges(*totals, items=tuple(ItemChanges(*row) for row in items), file=target)


def _write(connection: duckdb.DuckDBPyConnection, temporary: Path, target: Path) -> None:
    """The changes as CSV that a spreadsheet opens safely, whole or not at all."""
    body = temporary.with_suffix(".body")
    described = connection.execute("DESCRIBE changes").fetchall()
    texts = {name for name, kind, *_ in described if kind == "VARCHAR"}
    values = ", ".join(
        f"{guarded(printable(name))} AS {name}" if name in texts else name for name in _COLUMNS
    )
    connection.execute(
        f"COPY (SELECT {values} FROM changes ORDER BY report_id, item_code, breakdown) "
        f"TO {_text(str(body))} (FORMAT csv, HEADER false)"
    )
    with temporary.open("w", encoding="utf-8-sig", newline="") as head:
        csv.writer(head, lineterminator="\n").writerow(_COLUMNS)
    with temporary.open("ab") as whole, body.open("rb") as rows:
        shutil.copyfileobj(rows, whole, 1 << 20)
    put_in_place(temporary, target)


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"


def _escaped(path: Path) -> str:
    """A path in which DuckDB's globbing finds nothing to expand."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def _parquet(files: tuple[Path, ...], like: str) -> str:
    """SQL: the rows of some files; where there are none, no rows of a table like them."""
    if not files:
        return f"(FROM {like} WHERE false)"
    listed = ", ".join(_text(_escaped(file)) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"
