"""What a publication changes against the one before: two small files, and what is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.warehouse import release as module
from assets.warehouse.change_note import change_note, load_texts, write_change_note
from assets.warehouse.release import REASONS, REL_CHANGE, Release, add_changes

Cells = dict[tuple[str, str], tuple[Any, ...]]

SCHEMA = """
CREATE TABLE about (build_id VARCHAR);
CREATE TABLE fct_report (report_id VARCHAR, agency_code VARCHAR, agency_name VARCHAR,
    report_year INTEGER, is_current BOOLEAN, is_synthetic BOOLEAN);
CREATE TABLE fct_report_item (report_id VARCHAR, item_code VARCHAR, breakdown VARCHAR,
    format_id VARCHAR, value DECIMAL(18,6), unit VARCHAR, value_status VARCHAR,
    review_status VARCHAR, correction_id VARCHAR);
"""
CONTENT = """
CREATE TABLE fct_report_content AS
SELECT report_id, to_hex(bit_xor(hash(item_code, breakdown, format_id, value, unit, value_status,
    review_status))) AS facts_hash
FROM fct_report_item GROUP BY report_id
"""


def cell(value: float | None, status: str = "reported", **more: str | None) -> tuple[Any, ...]:
    return (value, "件", status, more.get("review", "sure"), more.get("correction"))


def reports(**changes: Any) -> dict[str, tuple[str, int, bool, bool, Cells]]:
    """Report to agency, year, is_current, is_synthetic and cells; None drops a report."""
    base = {
        "r1": ("a", 2022, True, False, {("x", "total"): cell(1), ("y", ""): cell(2)}),
        "r2": ("b", 2022, True, False, {("x", "total"): cell(5)}),
        "r3": ("a", 2022, True, True, {("x", "total"): cell(9)}),
        "r4": ("c", 2021, False, False, {("x", "total"): cell(7)}),
        "r5": ("c", 2021, True, False, {("x", "total"): cell(8)}),
        "r6": ("d", None, False, False, {}),
    }
    return {name: row for name, row in {**base, **changes}.items() if row is not None}


def fill(
    connection: duckdb.DuckDBPyConnection,
    build: str,
    rows: dict[str, tuple[str, int, bool, bool, Cells]],
    content: str | None = CONTENT,
) -> None:
    connection.execute(SCHEMA)
    connection.execute("INSERT INTO about VALUES (?)", [build])
    for report, (agency, year, current, synthetic, cells) in rows.items():
        connection.execute(
            "INSERT INTO fct_report VALUES (?, ?, ?, ?, ?, ?)",
            [report, agency, f"{agency}局", year, current, synthetic],
        )
        for (item, breakdown), state in cells.items():
            connection.execute(
                "INSERT INTO fct_report_item VALUES (?, ?, ?, 'f', ?, ?, ?, ?, ?)",
                [report, item, breakdown, *state],
            )
    if content:
        connection.execute(content)


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    path = tmp_path / "it's before.duckdb"
    with duckdb.connect(str(path)) as connection:
        fill(connection, "one", reports())
    return path


def compare(
    previous: Path | None, rows: Any, content: str | None = CONTENT
) -> tuple[Release, list[tuple[Any, ...]], str]:
    """The release, its rows (agency, year, item, reason, values, reports, made up) and its note."""
    with duckdb.connect() as connection:
        fill(connection, "two", rows, content)
        release = add_changes(connection, previous)
        found = connection.execute(
            "SELECT agency_code, report_year, item_code, reason, old_value, new_value, "
            "old_report_id, new_report_id, is_synthetic FROM rel_change"
        ).fetchall()
        left = connection.execute("SELECT * FROM duckdb_tables() WHERE temporary").fetchall()
        assert left == []
        return release, found, change_note(connection, release)


def test_nothing_changed(previous: Path) -> None:
    release, rows, note = compare(previous, reports())
    assert (release, rows) == (Release(rows=0, previous_build="one"), [])
    assert "No figure or status of a current report changed." in note


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"r7": ("e", 2022, True, False, {("x", "total"): cell(1)})},
            [("e", 2022, "", "new_report", None, None, None, "r7", False)],
            id="a new report is one row, not one per cell",
        ),
        pytest.param(
            {"r2": None},
            [("b", 2022, "", "removed", None, None, "r2", None, False)],
            id="a report that is gone",
        ),
        pytest.param(
            {"r1": ("a", 2022, True, False, {("x", "total"): cell(3), ("y", ""): cell(2)})},
            [("a", 2022, "x", "reread", 1, 3, "r1", "r1", False)],
            id="the same document, read otherwise",
        ),
        pytest.param(
            {
                "r1": (
                    "a",
                    2022,
                    True,
                    False,
                    {("x", "total"): cell(3, correction="k"), ("y", ""): cell(None, "blank")},
                )
            },
            [
                ("a", 2022, "x", "correction", 1, 3, "r1", "r1", False),
                ("a", 2022, "y", "reread", 2, None, "r1", "r1", False),
            ],
            id="a corrected cell beside one that is now blank",
        ),
        pytest.param(
            {
                "r4": ("c", 2021, True, False, {("x", "total"): cell(7), ("z", ""): cell(1)}),
                "r5": ("c", 2021, False, False, {("x", "total"): cell(8)}),
            },
            [
                ("c", 2021, "", "report_replaced", None, None, "r5", "r4", False),
                ("c", 2021, "x", "report_replaced", 8, 7, "r5", "r4", False),
                ("c", 2021, "z", "report_replaced", None, 1, "r5", "r4", False),
            ],
            id="another version is current",
        ),
        pytest.param(
            {"r2": ("e", 2020, True, False, {("x", "total"): cell(6)})},
            [
                ("b", 2022, "", "reidentified", None, None, "r2", None, False),
                ("e", 2020, "", "reidentified", None, None, "r2", "r2", False),
                ("e", 2020, "x", "reread", 5, 6, "r2", "r2", False),
            ],
            id="agency and year decided anew, and read otherwise",
        ),
        pytest.param(
            {"r3": ("a", 2022, True, True, {("x", "total"): cell(9, review="needs_review")})},
            [("a", 2022, "x", "reread", 9, 9, "r3", "r3", True)],
            id="only the doubt is new, and the made-up namesake stays apart",
        ),
        pytest.param(
            {"r4": ("c", 2021, False, False, {("x", "total"): cell(70)})},
            [],
            id="a superseded version is nobody's figure",
        ),
    ],
)
def test_each_kind_of_change_is_one_row(
    previous: Path, changes: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    release, rows, _ = compare(previous, reports(**changes))
    assert rows == expected
    assert release == Release(rows=len(expected), previous_build="one")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "CREATE TABLE fct_report_content AS "
        "SELECT DISTINCT report_id, 'other engine' AS facts_hash FROM fct_report_item",
    ],
)
@pytest.mark.parametrize(("few", "many"), [(2000, 5000), (0, 0)])
def test_a_digest_that_is_missing_or_made_otherwise_changes_nothing(
    previous: Path, content: str | None, few: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", few)
    monkeypatch.setattr(module, "MANY", many)
    assert compare(previous, reports(), content)[0] == Release(rows=0, previous_build="one")
    changed = reports(r2=("b", 2022, True, False, {("x", "total"): cell(6)}))
    assert compare(previous, changed, content)[1] == [
        ("b", 2022, "x", "reread", 5, 6, "r2", "r2", False)
    ]


def test_the_first_publication_and_one_that_cannot_be_compared_say_so(tmp_path: Path) -> None:
    release, rows, note = compare(None, reports())
    assert (release, rows) == (Release(rows=0), [])
    assert "There is no publication before two" in note
    assert compare(tmp_path / "none.duckdb", reports())[0] == Release(rows=0)

    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(b"not a database" * 1000)
    release, rows, note = compare(damaged, reports())
    assert rows == []
    assert "damaged.duckdb cannot be read" in str(release.obstacle)
    assert "上一次发布无法比较" in note

    older = tmp_path / "older.duckdb"
    with duckdb.connect(str(older)) as connection:
        fill(connection, "zero", reports())
        connection.execute("ALTER TABLE fct_report DROP is_synthetic")
        connection.execute("DROP TABLE about")
    release, rows, _ = compare(older, reports())
    assert rows == []
    assert "lacks about.build_id, fct_report.is_synthetic" in str(release.obstacle)


def test_a_comparison_that_fails_leaves_no_trace(previous: Path) -> None:
    with duckdb.connect(str(previous)) as connection:
        connection.execute("ALTER TABLE fct_report_item ALTER value TYPE VARCHAR")
        connection.execute("UPDATE fct_report_item SET value = 'x'")
    changed = reports(r2=("b", 2022, True, False, {("x", "total"): cell(6)}))
    release, rows, _ = compare(previous, changed)
    assert rows == []
    assert "cannot be compared with" in str(release.obstacle)


def test_the_note_counts_reports_and_cells_in_both_languages(previous: Path) -> None:
    changed = reports(
        r1=("a", 2022, True, False, {("x", "total"): cell(3), ("y", ""): cell(4)}),
        r3=None,
        r7=("e|<b>", 2022, True, False, {}),
    )
    note = compare(previous, changed)[2]
    assert "| same document, read otherwise | real | 1 | 2 |" in note
    assert "| 已撤下 | 编造 | 1 | 0 |" in note
    assert "| e\\|&lt;b>局 | 2022 | 新收报告 | 0 |" in note
    assert note.index("# 与上一次发布相比的变化") < note.index("# What changed since")


def test_a_long_list_of_reports_is_cut(previous: Path) -> None:
    more = {f"n{i}": (f"n{i}", 2022, True, False, {}) for i in range(60)}
    note = compare(previous, reports(**more))[2]
    assert "10 more are in rel_change." in note
    assert "| n59局 |" not in note


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) <= set(load_texts())
    for texts in load_texts().values():
        assert set(texts) == {"zh", "en"}


def test_the_table_has_its_comments_and_the_note_its_place(tmp_path: Path, previous: Path) -> None:
    with duckdb.connect() as connection:
        fill(connection, "two", reports())
        release = add_changes(connection, previous)
        uncommented = connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'rel_change' "
            "AND (comment IS NULL OR NOT regexp_matches(comment, '。[A-Z].*\\.$'))"
        ).fetchall()
        assert uncommented == []
        assert len(REL_CHANGE.columns) == 18
        text = change_note(connection, release)
    write_change_note("older", tmp_path / "exports")
    path = write_change_note(text, tmp_path / "exports")
    assert path.read_text(encoding="utf-8") == text
    assert [file.name for file in path.parent.iterdir()] == ["CHANGES.md"]
