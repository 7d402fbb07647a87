from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.common.paths import DataFolder
from assets.common.stamp import read_stamp, write_stamp
from assets.warehouse import publish as module
from assets.warehouse.dbt import manifest_path
from assets.warehouse.freshness import built_stamp, exported_stamp, published_stamp
from assets.warehouse.manifest import marts, read_manifest
from assets.warehouse.publish import PublishError, faults, previous_db, publish, publish_built
from tests.unit.warehouse.mini_build import ABOUT, TABLES, mini_build


def ask(path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def build_id(path: Path) -> str:
    return ask(path, "SELECT build_id FROM about")[0][0]


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return mini_build(tmp_path / "it's data")


def test_a_publication_holds_the_marts_and_says_what_they_are(data: DataFolder) -> None:
    done = publish(data, ABOUT, manifest_path(data))
    assert done.path == data.published_db
    assert done.rows["fct_report"] == 6
    tables = ask(done.path, "SELECT table_name FROM duckdb_tables() ORDER BY 1")
    assert [name for (name,) in tables] == sorted([*TABLES, "about", "about_tables", "rel_change"])
    assert ask(done.path, "SELECT * FROM duckdb_views() WHERE NOT internal") == []
    about = ask(
        done.path,
        "SELECT contract_version, build_id, report_years, report_count, synthetic_report_count, "
        "cell_count FROM about",
    )
    assert about == [("1.0", "build-1", "2021,2022", 6, 2, 6)]
    assert ask(
        done.path,
        "SELECT key_columns, row_count FROM about_tables WHERE table_name = 'fct_report_item'",
    ) == [("report_id,item_code,breakdown", 6)]


def test_every_table_column_and_macro_has_a_comment(data: DataFolder) -> None:
    path = publish(data, ABOUT, manifest_path(data)).path
    assert ask(path, "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL") == []
    assert (
        ask(path, "SELECT column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL")
        == []
    )
    assert (
        ask(
            path,
            "SELECT function_name FROM duckdb_functions() "
            "WHERE database_name = current_database() AND comment IS NULL",
        )
        == []
    )
    (comment,) = ask(path, "SELECT comment FROM duckdb_columns() WHERE column_name = 'file_name'")
    assert comment == ("列 file_name，它's。Column file_name, it's.",)


def test_rows_lie_as_dbt_wrote_them(data: DataFolder) -> None:
    path = publish(data, ABOUT, manifest_path(data)).path
    found = [report for (report,) in ask(path, "SELECT report_id FROM fct_report_item")]
    assert found == [f"{year}-{number}" for year in (2021, 2022) for number in (2, 1, 0)]


def test_macros_answer(data: DataFolder) -> None:
    path = publish(data, ABOUT, manifest_path(data)).path
    assert ask(path, "SELECT file_name FROM trace_figure('2021-0', 'applications.received')") == [
        ("doc-2021-0.txt",)
    ]
    assert ask(path, "FROM compare_years('a', 2021)") == []


def test_the_publication_before_stays(data: DataFolder) -> None:
    publish(data, ABOUT, manifest_path(data))
    assert not previous_db(data).exists()
    publish(data, replace(ABOUT, build_id="build-2"), manifest_path(data))
    publish(data, replace(ABOUT, build_id="build-3"), manifest_path(data))
    assert build_id(data.published_db) == "build-3"
    assert build_id(previous_db(data)) == "build-2"


def test_the_publication_before_stays_without_hard_links(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    publish(data, ABOUT, manifest_path(data))
    monkeypatch.setattr(module.os, "link", refuse)
    publish(data, replace(ABOUT, build_id="build-2"), manifest_path(data))
    assert build_id(data.published_db) == "build-2"
    assert build_id(previous_db(data)) == "build-1"


def test_leftovers_and_a_foreign_log_do_no_harm(data: DataFolder) -> None:
    publish(data, ABOUT, manifest_path(data))
    (data.warehouse / ".publishing-99.duckdb").write_bytes(b"half a file")
    (data.warehouse / ".publishing-99.duckdb.wal").write_bytes(b"half a log")
    (data.warehouse / "published.duckdb.wal").write_bytes(b"a log of the old file")
    publish(data, replace(ABOUT, build_id="build-2"), manifest_path(data))
    assert build_id(data.published_db) == "build-2"
    names = {path.name for path in data.warehouse.iterdir()}
    assert names == {
        "build.duckdb",
        "dbt",
        "publish.lock",
        "published.duckdb",
        "published.previous.duckdb",
    }


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("DROP TABLE fct_report", "could not be published"),
        ("ALTER TABLE fct_report ALTER report_year TYPE VARCHAR", "not the contract's"),
        ("ALTER TABLE fct_document DROP file_name", "could not be published"),
    ],
)
def test_an_unsound_build_changes_nothing(data: DataFolder, damage: str, says: str) -> None:
    publish(data, ABOUT, manifest_path(data))
    before = data.published_db.read_bytes()
    with duckdb.connect(str(data.build_db)) as connection:
        connection.execute(damage)
    with pytest.raises(PublishError, match=re.escape(says)):
        publish(data, replace(ABOUT, build_id="build-2"), manifest_path(data))
    assert data.published_db.read_bytes() == before
    assert not list(data.warehouse.glob(".publishing-*"))


def test_a_build_that_is_not_a_database_changes_nothing(data: DataFolder) -> None:
    data.build_db.write_bytes(os.urandom(10000))
    with pytest.raises(PublishError, match="could not be published"):
        publish(data, ABOUT, manifest_path(data))
    assert not data.published_db.exists()


def test_nothing_to_publish_is_said(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with pytest.raises(PublishError, match="nothing is built yet"):
        publish(data, ABOUT, manifest_path(data))
    data.warehouse.mkdir()
    data.build_db.write_bytes(b"")
    with pytest.raises(PublishError, match="no dbt manifest"):
        publish(data, ABOUT, manifest_path(data))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("COMMENT ON COLUMN fct_report.report_year IS NULL", "fct_report.report_year: no comment"),
        ("COMMENT ON TABLE fct_report IS NULL", "fct_report: no comment"),
        ("CREATE VIEW v AS SELECT 1 AS a", "view v must not be there"),
        ("DELETE FROM fct_report WHERE report_id = '2021-0'", "fct_report: 5 rows, 6 in the build"),
        ("DROP TABLE fct_report", "fct_report: not as planned"),
        ("CREATE TABLE more (a INTEGER)", "more: not as planned"),
        ("DELETE FROM about", "about: not one row"),
        ("ALTER TABLE fct_report RENAME report_year TO year", "not the contract's"),
    ],
)
def test_each_fault_of_a_publication_is_found(data: DataFolder, change: str, says: str) -> None:
    tables = marts(read_manifest(manifest_path(data)))
    done = publish(data, ABOUT, manifest_path(data))
    assert faults(done.path, tables, done.rows) == []
    with duckdb.connect(str(done.path)) as connection:
        connection.execute(change)
    assert any(says in fault for fault in faults(done.path, tables, done.rows))


def test_a_build_is_published_as_made_by_the_code_that_made_it(data: DataFolder) -> None:
    write_stamp(built_stamp(data), "made-from", code_revision="old", catalogue_hash="a" * 64)
    write_stamp(exported_stamp(data), "made-from")
    path = publish_built(data).path
    assert ask(path, "SELECT code_revision, catalogue_hash FROM about") == [("old", "a" * 64)]
    assert read_stamp(published_stamp(data)) == "made-from"
    # The files were copied from the publication before: they have another build id now.
    assert read_stamp(exported_stamp(data)) == ""


def test_a_build_without_its_note_is_not_published(data: DataFolder) -> None:
    before = publish(data, ABOUT, manifest_path(data))
    with pytest.raises(PublishError, match="not whole"):
        publish_built(data)
    assert build_id(data.published_db) == before.build_id
