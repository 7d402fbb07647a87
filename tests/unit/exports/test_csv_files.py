"""CSV: what DuckDB, polars and pandas read from the files is what was published."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from assets.common.paths import DataFolder
from assets.exports.exported import Column, ExportedTable, ExportFormat
from assets.exports.handout import export
from assets.exports.headers import HeaderLanguage, headers
from assets.exports.safe_text import unguarded
from tests.unit.exports.publication import CLEANED, CONTROL, HOSTILE, TABLES, published, table_rows

NAMES = [column.split()[0] for column in TABLES["fct_report_item"][1].split(", ")]
TEXT_AT = NAMES.index("raw_text")
STARTS_A_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    data = published(tmp_path_factory.mktemp("it's 数据"))
    export(data, [ExportFormat.CSV], language=HeaderLanguage.EN)
    return data


def item_files(data: DataFolder) -> list[Path]:
    return sorted((data.exports / "csv").glob("fct_report_item-*.csv"))


def expected(data: DataFolder) -> list[tuple]:
    """Published rows as CSV can hold them: control characters are shown, the rest is exact."""
    rows = table_rows(data, "fct_report_item")
    return sorted(tuple(CLEANED if value == CONTROL else value for value in row) for row in rows)


def undone(row: tuple) -> tuple:
    """Guards taken off, as the documentation says: one apostrophe from every text with one."""
    return tuple(unguarded(value) if isinstance(value, str) else value for value in row)


def test_no_text_starts_like_a_formula_and_numbers_stay_numbers(data: DataFolder):
    for path in item_files(data):
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbfreport_id,")
        assert b"\x00" not in content
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for row in rows:
            for name, value in row.items():
                if name in {"value", "share_ratio"}:
                    assert value == "" or float(value) <= 0 or name == "share_ratio"
                else:
                    assert not STARTS_A_FORMULA.match(value.lstrip(" \u3000")), (name, value)
        assert rows[1]["value"] == "-1.500000"
        assert rows[1]["raw_text"] == "'+1"
        assert {row["raw_text"] for row in rows if row["item_code"] == "item.14"} == {"''=1"}


def test_duckdb_reads_the_published_values(data: DataFolder):
    rows = duckdb.execute(
        "SELECT * FROM read_csv(?, header = true, types = ?, quote = '\"', escape = '\"', "
        "delim = ',', allow_quoted_nulls = false, new_line = '\\n', max_line_size = 1000000)",
        [
            [str(path) for path in item_files(data)],
            {
                **dict.fromkeys(NAMES, "VARCHAR"),
                "report_year": "INTEGER",
                "value": "DECIMAL(18,6)",
                "share_ratio": "DOUBLE",
                "printed_on": "DATE",
                "read_at": "TIMESTAMP",
                "huge_count": "BIGINT",
                "is_synthetic": "BOOLEAN",
            },
        ],
    ).fetchall()
    assert sorted(map(undone, rows)) == expected(data)


def test_polars_reads_the_published_values(data: DataFolder):
    schema = {
        **dict.fromkeys(NAMES, pl.String),
        "report_year": pl.Int32,
        "value": pl.Decimal(18, 6),
        "share_ratio": pl.Float64,
        "huge_count": pl.Int64,
        "is_synthetic": pl.Boolean,
    }
    frame = pl.concat(
        pl.read_csv(path, schema=schema, empty_string_is_null=False) for path in item_files(data)
    ).with_columns(pl.col("printed_on").str.to_date(), pl.col("read_at").str.to_datetime("%FT%TZ"))
    assert sorted(map(undone, frame.rows())) == expected(data)


def test_pandas_reads_the_published_values(data: DataFolder):
    found = []
    for path in item_files(data):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, lineterminator="\n")
        found += [tuple(row) for row in frame.itertuples(index=False)]
    numbers = [NAMES.index(name) for name in ("value", "share_ratio", "huge_count")]
    wanted = expected(data)
    for row, right in zip(sorted(map(undone, found)), wanted, strict=True):
        for place in numbers:
            value = row[place]
            kind = float if isinstance(right[place], float) else Decimal
            assert (kind(value) if value else None) == right[place]
        assert row[TEXT_AT] == right[TEXT_AT]
        assert row[0] == right[0]


def test_null_and_empty_text_differ_and_neither_is_zero(data: DataFolder):
    line = next(
        line
        for line in item_files(data)[0].read_text(encoding="utf-8-sig").split("\n")
        if "item.03" in line
    )
    assert ',item.03,"",,' in line
    assert HOSTILE[26] == ""


@pytest.mark.parametrize(
    ("language", "first"),
    [("zh", "列report_id"), ("en", "report_id"), ("both", "列report_id report_id")],
)
def test_headers_and_their_meaning(tmp_path: Path, language: str, first: str):
    data = published(tmp_path, years=(2021,))
    export(data, [ExportFormat.CSV], language=HeaderLanguage(language))
    with item_files(data)[0].open(encoding="utf-8-sig", newline="") as handle:
        header = next(csv.reader(handle))
    assert header[0] == first
    assert len(set(header)) == len(NAMES)
    with (data.exports / "csv" / "columns.csv").open(encoding="utf-8-sig", newline="") as handle:
        meanings = [row for row in csv.reader(handle) if row[0] == "fct_report_item"]
    assert [row[1] for row in meanings] == NAMES
    assert [row[2] for row in meanings] == header
    if language == "both":
        assert [name.split(" ")[-1] for name in header] == NAMES


def test_duckdb_takes_no_lone_surrogate(tmp_path: Path):
    """So none can be in a publication, and no export has to deal with one."""
    with duckdb.connect() as connection, pytest.raises((RuntimeError, UnicodeError, duckdb.Error)):
        connection.execute("SELECT ?", ["a\ud800"]).fetchall()


def test_chinese_headers_say_as_much_as_tells_columns_apart():
    told = {
        "share": "占（七）总计的比重；缺数时为空。",
        "rate": "公开率（比例）：占总计之比。",
        "rate_numerator": "公开率（比例）的分子。",
        "rate_denominator": "公开率（比例）的分母。",
        "rate_person": "予以公开率：自然人（比例）：占其总计之比。",
        "rate_company": "予以公开率：企业（比例）：占其总计之比。",
        "is_current": "多份报告中，采用的那一份。",
        "status": "open，或 needs_review。",
        "note": "原因（中文）。",
        "note_en": "原因（英文）。",
        "old": "其名称。",
        "new": "其名称。",
    }
    columns = tuple(
        Column(name, "VARCHAR", comment + "Some text.") for name, comment in told.items()
    )
    table = ExportedTable("cmp_made", "", ("share",), columns)
    assert list(headers(table, HeaderLanguage.ZH).values()) == [
        "占（七）总计的比重",
        "公开率",
        "公开率（比例）的分子",
        "公开率（比例）的分母",
        "予以公开率：自然人",
        "予以公开率：企业",
        "多份报告中，采用的那一份",
        "open，或needs_review",
        "原因",
        "原因（英文）",
        "其名称（old）",
        "其名称（new）",
    ]
