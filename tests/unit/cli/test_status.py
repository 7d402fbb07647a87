"""What status tells: what is published, what is not, and why, in the language of the reader."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from assets.common.paths import DataFolder
from assets.exports.messages import Language
from orchestration.build import BuildSummary
from orchestration.cli.build import report_build
from orchestration.cli.main import app
from tests.unit.cli.conftest import READ, SCHEMA


def run(runner: CliRunner, *arguments: str | Path):
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def contested(published: Path, tmp_path: Path) -> Path:
    """The warehouse with a second version from an archive, and a file that was refused."""
    data = DataFolder(tmp_path)
    data.warehouse.mkdir()
    shutil.copy(DataFolder(published).published_db, data.published_db)
    other = "d" * 64
    with duckdb.connect(data.published_db) as connection:
        connection.execute(
            "INSERT INTO fct_document VALUES (?, '报告.txt', 'text/plain', NULL, 'read', NULL, "
            "'text', '1', NULL, 100)",
            [other],
        )
        connection.execute(
            "INSERT INTO fct_arrival VALUES (?, '县.zip!甲/报告.txt', 'given', '2024-01-01')",
            [other],
        )
        connection.execute(
            "INSERT INTO fct_report SELECT * REPLACE (?::VARCHAR AS report_id, "
            "?::VARCHAR AS doc_id, false AS is_current, DATE '2024-01-09' AS published_on) "
            "FROM fct_report WHERE report_year = 2023",
            [f"{other}-1", other],
        )
    data.refusals.write_text("file,reason\n/in/x.txt,is a link\n", encoding="utf-8")
    return tmp_path


def test_status_names_versions_that_are_not_in_use(runner: CliRunner, contested: Path):
    printed = run(runner, "status", "--data", contested).stdout
    assert "Reports that give way to another of the same agency and year (1)" in printed
    assert (
        f"某县人民政府 2023: 县.zip!甲/报告.txt ({'d' * 12}, published on 2024-01-09) → in use "
        f"in/report 2023.txt ({READ[:12]})" in printed
    )
    assert (
        "同一机关同一年度的其他版本（1）"
        in run(runner, "status", "--data", contested, "--lang", "zh").stdout
    )
    told = json.loads(run(runner, "status", "--data", contested, "--format", "json").stdout)
    (row,) = told["gave_way"]
    assert (row["report_id"], row["used_report_id"]) == (f"{'d' * 64}-1", f"{READ}-1")


def test_a_member_of_an_archive_is_shown_and_found_with_the_archive(
    runner: CliRunner, contested: Path
):
    for words in ("县.zip!甲/报告.txt", "县.zip", "报告.txt"):
        printed = run(runner, "explain", words, "--data", contested).stdout
        assert "县.zip!甲/报告.txt" in printed


def test_nobody_says_that_all_was_read_when_a_file_was_refused(
    published: Path, contested: Path, capsys: pytest.CaptureFixture[str]
):
    """The scan aside: what could not even be taken in is in no table that could be counted."""
    whole = BuildSummary({"read": 2}, 2, 0, (2023,), dbt_ran=True, problems=(), notes=(), refused=0)
    cases: tuple[tuple[Language, str, str], ...] = (
        ("en", "Files that could not be taken in (1)", "All documents were read"),
        ("zh", "未能接收的文件（1）", "所有文件均已读取"),
    )
    for lang, said, all_read in cases:
        assert report_build(replace(whole, refused=1), contested, lang, strict=False) == 0
        printed = capsys.readouterr().out
        assert said in printed
        assert "/in/x.txt  is a link" in printed
        assert all_read not in printed
        assert report_build(replace(whole, refused=1), contested, lang, strict=True) == 1
        capsys.readouterr()
        report_build(whole, published, lang, strict=False)
        assert said not in capsys.readouterr().out


def test_status_names_what_an_earlier_build_refused(runner: CliRunner, contested: Path):
    assert "/in/x.txt  is a link" in run(runner, "status", "--data", contested).stdout
    told = json.loads(run(runner, "status", "--data", contested, "--format", "json").stdout)
    assert told["not_taken_in"] == [{"file": "/in/x.txt", "reason": "is a link"}]


def test_an_empty_warehouse_says_how_to_fill_it(runner: CliRunner, tmp_path: Path):
    data = DataFolder(tmp_path)
    data.warehouse.mkdir()
    with duckdb.connect(data.published_db) as connection:
        connection.execute(SCHEMA)
    result = run(runner, "status", "--data", tmp_path)
    assert result.exit_code == 0
    assert "No document was taken in yet. Run `gongkai build FILE_OR_FOLDER`" in result.stdout
    assert "All documents" not in result.stdout
    assert "()" not in result.stdout


def test_reasons_are_told_in_the_language_of_the_reader(
    runner: CliRunner, contested: Path, tmp_path: Path
):
    data = DataFolder(contested)
    with duckdb.connect(data.published_db) as connection:
        connection.execute(
            "UPDATE fct_document SET reason = 'they are blank' WHERE status = 'needs_ocr'"
        )
        connection.execute(
            "UPDATE fct_document SET status = 'partly_read', "
            "reason = 'not all of it was read: page 2 could not be read: x' WHERE doc_id = ?",
            [READ],
        )
        connection.execute(
            "UPDATE fct_report_item SET review_reason = 'two units' "
            "WHERE review_reason = 'two readings'"
        )
    data.refusals.write_text("file,reason\n/in/x.txt,it is no regular file\n", encoding="utf-8")
    chinese, english = (
        "".join(
            run(runner, *words, "--data", contested, "--lang", lang).stdout
            for words in (("status",), ("explain", READ), ("explain", "scan.pdf"))
        )
        for lang in ("zh", "en")
    )
    for zh, en in (
        ("都是空白页", "they are blank"),
        ("没有读全：第 2 页读不出：x", "not all of it was read: page 2 could not be read: x"),
        ("有两个单位", "two units"),
        ("不是普通文件", "it is no regular file"),
        ("不属于表式的任何单元；行名：9.其他情形", "no cell of the format took it; row label: 9."),
    ):
        assert zh in chinese
        assert en not in chinese
        assert en in english
        assert zh not in english
    (view,) = json.loads(
        run(runner, "explain", READ, "--data", contested, "--format", "json").stdout
    )
    assert {doubt["reason_code"] for doubt in view["doubts"]} == {"cell.two_units", ""}
