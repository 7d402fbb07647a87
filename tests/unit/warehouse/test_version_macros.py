"""What was current on a day: by what was known here, by what was out, and by both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from assets.warehouse.macros import MACROS

# agency a: version 1 out in January, version 2 in March; both arrived in time order.
# agency b: version 2 arrived first, version 1 (out earlier) afterwards.
# agency c: undated, taken to be out since 1 January; replaced by a dated one on 1 February.
# agency d: two versions of one day; a made-up namesake of d has one of its own.
VERSIONS = """
INSERT INTO fct_report_version BY NAME
SELECT * FROM (VALUES
    ('a', 1, 'a1', '2023-01-20', '2023-03-01', '2023-02-01 08:00', '2023-03-05 08:00', false),
    ('a', 2, 'a2', '2023-03-01', NULL, '2023-03-05 08:00', NULL, false),
    ('b', 1, 'b1', '2023-01-20', '2023-03-01', '2023-05-01 08:00', '2023-05-01 08:00', false),
    ('b', 2, 'b2', '2023-03-01', NULL, '2023-04-01 08:00', NULL, false),
    ('c', 1, 'c1', '2023-01-01', '2023-02-01', '2023-02-01 08:00', '2023-04-02 08:00', false),
    ('c', 2, 'c2', '2023-02-01', NULL, '2023-04-02 08:00', NULL, false),
    ('d', 1, 'd1', '2023-01-20', '2023-01-20', '2023-02-01 08:00', '2023-02-01 08:00', false),
    ('d', 2, 'd2', '2023-01-20', NULL, '2023-02-01 08:00', NULL, false),
    ('d', 1, 's1', '2023-01-20', NULL, '2023-02-01 08:00', NULL, true)
) AS v (agency_code, version_no, report_id, valid_from, valid_to, recorded_from, recorded_to,
    is_synthetic)
"""


@pytest.fixture
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE fct_report_version (agency_code VARCHAR, agency_name VARCHAR, "
            "report_year INTEGER, version_no BIGINT, version_count BIGINT, report_id VARCHAR, "
            "doc_id VARCHAR, published_on DATE, is_dated BOOLEAN, valid_from DATE, valid_to DATE, "
            "recorded_at TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP, "
            "is_current BOOLEAN, is_synthetic BOOLEAN)"
        )
        connection.execute(VERSIONS)
        connection.execute(
            "UPDATE fct_report_version SET report_year = 2022, recorded_at = recorded_from"
        )
        for name in ("as_of", "valid_on", "reports_as_of"):
            signature, query, _ = MACROS[name]
            connection.execute(f"CREATE MACRO {signature} AS TABLE {query}")
        yield connection


def reports(connection: duckdb.DuckDBPyConnection, call: str) -> list[str]:
    rows = connection.execute(f"SELECT report_id FROM {call} ORDER BY report_id").fetchall()
    return [report for (report,) in rows]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("as_of('2023-01-31')", []),
        ("as_of('2023-02-01')", ["a1", "c1", "d2", "s1"]),
        ("as_of('2023-03-04')", ["a1", "c1", "d2", "s1"]),
        ("as_of('2023-03-05')", ["a2", "c1", "d2", "s1"]),
        # The older publication of b came later, and was out of date when it came.
        ("as_of(DATE '2023-06-01')", ["a2", "b2", "c2", "d2", "s1"]),
        ("valid_on('2022-12-31')", []),
        ("valid_on('2023-01-02')", ["c1"]),
        ("valid_on('2023-01-20')", ["a1", "b1", "c1", "d2", "s1"]),
        ("valid_on('2023-03-01')", ["a2", "b2", "c2", "d2", "s1"]),
        # On 20 January b1 was out; in April only b2 was known, which was not out then.
        ("reports_as_of('2023-04-01', '2023-01-20')", ["a1", "c1", "d2", "s1"]),
        ("reports_as_of('2023-05-01', '2023-01-20')", ["a1", "b1", "c1", "d2", "s1"]),
        ("reports_as_of('2023-03-01', '2023-12-31')", ["a1", "c1", "d2", "s1"]),
    ],
)
def test_what_was_current(
    published: duckdb.DuckDBPyConnection, call: str, expected: list[str]
) -> None:
    assert reports(published, call) == expected


@pytest.mark.parametrize("macro", ["as_of", "valid_on"])
def test_no_day_has_two_versions_of_one_report(
    published: duckdb.DuckDBPyConnection, macro: str
) -> None:
    for day in (dt.date(2022, 12, 30) + dt.timedelta(days=n) for n in range(160)):
        twice = published.execute(
            f"SELECT agency_code FROM {macro}('{day}') "
            "GROUP BY agency_code, report_year, is_synthetic HAVING count(*) > 1"
        ).fetchall()
        assert twice == [], day
