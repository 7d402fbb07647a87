"""The commands that ask a published warehouse."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from assets.exports.report_view import build_tables
from assets.exports.terminal import table_renderable
from assets.facts.corrections import read_corrections
from orchestration.cli.main import app
from schemas.catalog import load_catalog
from tests.unit.cli.conftest import OLDER, READ, SCAN


def run(runner: CliRunner, *arguments: str | Path):
    return runner.invoke(app, [str(argument) for argument in arguments])


def test_sql_prints_a_table_csv_and_json(runner: CliRunner, published: Path):
    query = "SELECT report_year, count(*) AS n FROM fct_report_item GROUP BY ALL ORDER BY ALL"
    assert "200" in run(runner, "sql", query, "--data", published).stdout
    table = run(runner, "sql", query, "--data", published, "--format", "csv").stdout
    assert table == "report_year,n\n2022,200\n2023,200\n"
    found = run(runner, "sql", query, "--data", published, "--format", "json").stdout
    assert json.loads(found) == [{"report_year": 2022, "n": 200}, {"report_year": 2023, "n": 200}]


def test_sql_reads_standard_input(runner: CliRunner, published: Path):
    result = runner.invoke(app, ["sql", "-", "--data", str(published)], input="SELECT 41 + 1 AS n")
    assert "42" in result.stdout


def test_an_answer_too_wide_for_a_table_is_printed_row_by_row(runner: CliRunner, published: Path):
    printed = run(runner, "sql", "FROM fct_report_item LIMIT 2", "--data", published).stdout
    assert "row 2" in printed
    assert any(line.split() == ["report_year", "2023"] for line in printed.splitlines())
    assert max(map(cell_len, printed.splitlines())) <= 160


def test_csv_never_starts_text_like_a_formula(runner: CliRunner, published: Path):
    query = "SELECT title, -1 AS n FROM fct_report LIMIT 1"
    result = run(runner, "sql", query, "--data", published, "--format", "csv")
    assert result.stdout.splitlines()[1] == "'=某县年度报告,-1"


def test_nothing_that_a_document_says_reaches_the_terminal_as_a_command(
    runner: CliRunner, published: Path
):
    hostile = r"某局' || chr(27) || ']0;owned' || chr(7) || chr(8238) || '12' || chr(155) || '2J"
    query = f"SELECT '{hostile}' AS name, 7 AS n"
    printed = run(runner, "sql", query, "--data", published).stdout
    assert "某局]0;owned122J" in printed
    assert [letter for letter in printed if not letter.isprintable() and letter != "\n"] == []
    lines = printed.splitlines()
    assert len({cell_len(line) for line in lines}) == 1
    # Another program gets what is stored.
    exact = run(runner, "sql", query, "--data", published, "--format", "csv").stdout
    assert chr(27) in exact


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('https://example.org/a.csv')",
        "COPY fct_report TO '{file}'",
        "ATTACH '{file}' AS other",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "DROP TABLE about",
        "CREATE TABLE mine AS SELECT 1",
        "SELECT 1; SELECT 2",
        "",
        "SELECT nothing FROM fct_report",
    ],
)
def test_sql_refuses_all_but_one_question_of_the_warehouse(
    runner: CliRunner, published: Path, tmp_path: Path, query: str
):
    file = tmp_path / "secret.csv"
    file.write_text("secret", encoding="utf-8")
    result = run(runner, "sql", query.format(file=file), "--data", published)
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "secret\n" not in result.output
    assert file.read_text(encoding="utf-8") == "secret"


def test_status_counts_and_names_what_was_not_read(runner: CliRunner, published: Path):
    result = run(runner, "status", "--data", published)
    assert result.exit_code == 0
    assert "scan.pdf  a scan, needs text recognition  no text on any" in result.stdout
    counts = json.loads(run(runner, "status", "--data", published, "--format", "json").stdout)
    assert counts["documents"] == {"needs_ocr": 1, "read": 2}
    assert (counts["reports"], counts["cells"], counts["unsure"]) == (2, 398, 4)
    assert counts["findings"] == {"error": 1, "warning": 0, "advisory": 0}


def test_without_a_warehouse_it_says_what_to_do(runner: CliRunner, tmp_path: Path):
    for command in (
        ["status"],
        ["sql", "SELECT 1"],
        ["findings"],
        ["dictionary"],
        ["explain", "x"],
    ):
        result = run(runner, *command, "--data", tmp_path)
        assert result.exit_code == 2
        assert "gongkai build" in result.stderr
        assert str(tmp_path) in result.stderr


def test_a_broken_warehouse_is_named(runner: CliRunner, tmp_path: Path):
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "published.duckdb").write_bytes(b"not a database" * 1000)
    result = run(runner, "status", "--data", tmp_path)
    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr


@pytest.mark.parametrize(
    "target",
    [
        READ[:8],
        READ,
        f"{READ}-1",
        "report 2023.txt",
        "in/report 2023.txt",
        "report 2023",
        "某县人民政府 2023",
        "某县 2023年度",
        "gov-1 2023",
    ],
)
def test_explain_finds_a_report_by_any_of_its_names(
    runner: CliRunner, published: Path, target: str
):
    result = run(runner, "explain", target, "--data", published)
    assert result.exit_code == 0
    assert f"{READ}-1" in result.stdout


def test_explain_shows_cells_doubts_findings_and_places(runner: CliRunner, published: Path):
    text = run(runner, "explain", "某县", "2023", "--data", published).stdout
    row = next(line for line in text.splitlines() if "一、本年新收" in line)
    assert [part.strip() for part in row.split("│")[2:9]] == [
        "3", "blank", "/", "absent", "0", "0", "0",
    ]  # fmt: skip
    assert "251000 元" in text
    assert "1(?)" in text
    assert "undecided(?)" in text
    assert "(?) the row may have slipped" in text
    assert "行政复议·结果维持" in text
    assert "(?) “41”" in text
    assert "page 2 line 40 no cell of the format took it" in text
    assert "CHK-T3-01  received and handled differ" in text
    assert "→ Check the four figures of this column" in text
    assert "page 2 line 11 “3”" in text
    assert "一、总体情况" in text
    chinese = run(runner, "explain", "某县", "2023", "--data", published, "--lang", "zh").stdout
    assert "收办不平衡" in chinese
    assert "存疑" in chinese


def test_explain_names_cells_as_corrections_do(runner: CliRunner, published: Path, tmp_path: Path):
    text = run(runner, "explain", "某县", "2023", "--data", published).stdout
    assert READ in text
    assert "reconsideration.upheld" in text
    assert f"gongkai explain {READ[:12]} --codes" in " ".join(text.split())
    chinese = run(runner, "explain", "某县", "2023", "--data", published, "--lang", "zh").stdout
    assert "文件编号" in chinese
    assert "--codes" in chinese
    lines = run(runner, "explain", "某县", "2023", "--codes", "--data", published).stdout
    path = tmp_path / "corrections" / "ours.csv"
    path.parent.mkdir()
    path.write_text(lines, encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert len(rows) == 200
    found = {(row["item_code"], row["breakdown"]): row for row in rows}
    states = {
        "natural_person": "3",
        "commercial_enterprise": "blank",
        "research_institution": "placeholder",
        "public_welfare_organisation": "absent",
    }
    for who, value in states.items():
        assert found["applications.received", who]["value"] == value
    assert found["applications.received", "natural_person"]["evidence"].startswith("page 2 line")
    assert {row["document"] for row in rows} == {READ}
    # As printed they say nothing yet: who, when and why are for a person to fill in.
    assert read_corrections(tmp_path).lines == ()
    signed = lines.replace(",,,,page", ",li,2024-03-01,seen,page")
    path.write_text(signed, encoding="utf-8")
    assert len(read_corrections(tmp_path).lines) == 200


def test_codes_as_json_are_the_same_lines(runner: CliRunner, published: Path, tmp_path: Path):
    words = ("explain", "某县", "2023", "--codes", "--data", published)
    lines = list(csv.DictReader(io.StringIO(run(runner, *words).stdout)))
    found = json.loads(run(runner, *words, "--format", "json").stdout)
    assert len(found) == len(lines) == 200
    assert [list(row) for row in found] == [list(row) for row in lines]
    assert {str(row["item_code"]) for row in found} == {row["item_code"] for row in lines}
    picture = tmp_path / "a.png"
    for language, said in (("en", "--codes lists cells and draws nothing"), ("zh", "分两次运行")):
        result = run(runner, *words, "--picture", picture, "--lang", language)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not result.stdout
    assert not picture.exists()


def test_a_place_where_no_picture_can_be_is_named(
    runner: CliRunner, published: Path, tmp_path: Path
):
    words = ("explain", READ, "--data", published, "--picture")
    inside = run(runner, *words, tmp_path)
    assert (inside.exit_code, inside.stdout) == (2, "")
    assert f"{tmp_path} is a folder. Name a file for the picture." in inside.stderr
    missing = run(runner, *words, tmp_path / "none" / "p.png")
    assert missing.exit_code == 2
    assert f"{tmp_path / 'none'} does not exist" in missing.stderr


def test_publish_makes_no_folder_of_a_mistyped_path(runner: CliRunner, tmp_path: Path):
    result = run(runner, "publish", "--data", tmp_path / "none")
    assert result.exit_code == 2
    assert "build.duckdb does not exist. Run `gongkai build` first" in result.stderr
    assert not (tmp_path / "none").exists()


def test_there_are_no_codes_of_an_unread_document(runner: CliRunner, published: Path):
    result = run(runner, "explain", "scan.pdf", "--codes", "--data", published)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no cells to list" in result.stderr


def test_columns_of_different_units_have_each_their_own(runner: CliRunner):
    layout = [asdict(cell) for cell in load_catalog().formats["gir_2019"].cells]
    items = [
        row | {"value": 1, "value_status": "reported", "review_status": "sure"} for row in layout
    ]
    tables = {table.block: table for table in build_tables(layout, items, {}, "zh")}
    shown = io.StringIO()
    for block in ("article_20_5", "article_20_9", "article_20_1"):
        Console(file=shown, width=160).print(table_renderable(tables[block], "zh"))
    text = shown.getvalue()
    assert "上一年项目数量 (项)" in text
    assert "本年增/减 (项)" in text
    assert "处理决定数量 (件)" in text
    assert "采购总金额 " in text
    assert "项目 (件)" in text
    assert "/)" not in text


def test_explain_as_json_keeps_every_cell(runner: CliRunner, published: Path):
    text = run(runner, "explain", "某县 2023", "--data", published, "--format", "json").stdout
    (view,) = json.loads(text)
    cells = [c for t in view["tables"] for line in t["lines"] for c in line["cells"] if c["text"]]
    assert len(cells) == 200


def test_explain_an_unread_document_gives_status_and_reason(runner: CliRunner, published: Path):
    for target in ("scan.pdf", SCAN[:10]):
        text = run(runner, "explain", target, "--data", published).stdout
        assert "needs text recognition" in text
        assert "no text on any of its 3 pages" in text


def test_explain_lists_the_reports_when_words_are_not_enough(runner: CliRunner, published: Path):
    result = run(runner, "explain", "某县", "--data", published)
    assert result.exit_code == 2
    assert READ[:12] in result.stderr
    assert OLDER[:12] in result.stderr


def test_explain_says_when_nothing_matches(runner: CliRunner, published: Path):
    result = run(runner, "explain", "没有这个机关", "2023", "--data", published)
    assert result.exit_code == 2
    assert "gongkai status" in result.stderr


def test_findings_filter(runner: CliRunner, published: Path):
    shown = run(runner, "findings", "--data", published).stdout
    assert "CHK-T3-01" in shown
    for options in (["--year", "2022"], ["--severity", "warning"], ["--rule", "CHK-T2"]):
        assert "CHK-T3-01" not in run(runner, "findings", *options, "--data", published).stdout
    for options in (["--year", "2023"], ["--severity", "error"], ["--rule", "CHK-T3"],
                    ["--agency", "某县"], ["--agency", "gov-1"]):  # fmt: skip
        assert "CHK-T3-01" in run(runner, "findings", *options, "--data", published).stdout
    table = run(runner, "findings", "--data", published, "--format", "csv").stdout
    assert table.count("\n") == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--agency", "没有这个局"], "No agency matches “没有这个局”"),
        (["--year", "1990"], "There is no report for 1990"),
        (["--rule", "NOPE"], "No rule has an id that begins with “NOPE”"),
    ],
)
def test_no_findings_of_what_nobody_knows_is_no_answer(
    runner: CliRunner, published: Path, options: list[str], said: str
):
    for form in ("text", "json", "csv"):
        result = run(runner, "findings", *options, "--format", form, "--data", published)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not result.stdout


def test_dictionary_shows_comments(runner: CliRunner, published: Path):
    assert "每行一份报告" in run(runner, "dictionary", "--data", published).stdout
    assert "报告编号" in run(runner, "dictionary", "fct_report", "--data", published).stdout
    missing = run(runner, "dictionary", "nothing", "--data", published)
    assert missing.exit_code == 2
    assert "fct_report" in missing.stderr


def test_data_folder_from_the_environment(
    runner: CliRunner, published: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GONGKAI_DATA", str(published))
    assert run(runner, "status").exit_code == 0
