"""Bad lines give notes that say file, line and remedy; good lines are used all the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assets.documents.manifest import read_manifest, read_overrides

HEADER = "file,agency_name,report_year,source_url,published_on,is_synthetic\n"


def manifest(tmp_path: Path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "manifest.csv"
    path.write_bytes(text.encode(encoding))
    return read_manifest(path, "manifest.csv")


def test_a_line_that_says_everything(tmp_path: Path):
    claims = manifest(tmp_path, HEADER + "a.txt,某局,2023,https://x.gov.cn/1,2024-01-31,true\n")
    claim = claims.by_target["a.txt"]
    assert (claim.agency_name, claim.report_year) == ("某局", 2023)
    assert (claim.source_url, claim.is_synthetic) == ("https://x.gov.cn/1", True)
    assert claim.published_on == dt.date(2024, 1, 31)
    assert claims.notes == ()


@pytest.mark.parametrize("nothing", ["", "unknown", "Unknown", " unknown "])
def test_unknown_is_not_a_value(tmp_path: Path, nothing: str):
    claims = manifest(tmp_path, HEADER + f"a.txt{f',{nothing}' * 5}\n")
    claim = claims.by_target["a.txt"]
    assert [claim.agency_name, claim.report_year, claim.source_url] == [None] * 3
    assert [claim.published_on, claim.is_synthetic] == [None] * 2
    assert claims.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str):
    claims = manifest(tmp_path, HEADER + "年报.txt,石拐区政务服务局,2023,,,\n", encoding)
    assert claims.by_target["年报.txt"].agency_name == "石拐区政务服务局"


@pytest.mark.parametrize(
    ("line", "place", "said"),
    [
        ("b.txt,某局,20x3,,,", "manifest.csv, line 3", "report_year '20x3' is not used"),
        ("b.txt,某局,３０２３,,,", "manifest.csv, line 3", "write a year from 1990 to 2100"),
        ("b.txt,某局,2023,,31.1.2024,", "manifest.csv, line 3", "write a date as 2024-01-31"),
        ("b.txt,某局,2023,javascript:x,,", "manifest.csv, line 3", "http:// or https://"),
        ("b.txt,某局,2023,,,perhaps", "manifest.csv, line 3", "write true or false"),
        ("../b.txt,某局,2023,,,", "manifest.csv, line 3", "outside the folder"),
        ("/etc/passwd,某局,2023,,,", "manifest.csv, line 3", "outside the folder"),
        ("c:\\b.txt,某局,2023,,,", "manifest.csv, line 3", "outside the folder"),
        (",某局,2023,,,", "manifest.csv, line 3", "names no file"),
        ("a.txt,另一局,2023,,,", "manifest.csv, line 3", "described before (manifest.csv, line 2)"),
        ("b.txt,某局,2023,,,,,", "manifest.csv, line 3", "double quotes"),
    ],
)
def test_a_bad_line_is_told_and_stops_no_other(tmp_path: Path, line: str, place: str, said: str):
    claims = manifest(tmp_path, f"{HEADER}a.txt,甲局,2022,,,\n{line}\nz.txt,乙局,2021,,,\n")
    assert claims.by_target["a.txt"].agency_name == "甲局"
    assert claims.by_target["z.txt"].report_year == 2021
    (note,) = claims.notes
    assert note.place == place
    assert said in note.message


def test_a_bad_field_leaves_the_others_of_its_line(tmp_path: Path):
    claims = manifest(tmp_path, HEADER + "a.txt,某局,someday,,,\n")
    assert claims.by_target["a.txt"].agency_name == "某局"
    assert claims.by_target["a.txt"].report_year is None


def test_line_numbers_count_lines_inside_quotes(tmp_path: Path):
    claims = manifest(tmp_path, HEADER + 'a.txt,"某\n局",2023,,,\nb.txt,某局,x,,,\n')
    assert claims.notes[0].place == "manifest.csv, line 4"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"name,year\na,2020\n", "has no column 'file' (found: name, year)"),
        (b"\xff\xfe\x00\x80\x81", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_told(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "manifest.csv"
    path.write_bytes(content)
    claims = read_manifest(path)
    assert claims.by_target == {}
    assert said in str(claims.notes[0])


def test_an_unknown_column_is_told(tmp_path: Path):
    claims = manifest(tmp_path, "file,agency\na.txt,某局\n")
    assert "column 'agency' is unknown" in str(claims.notes[0])
    assert "a.txt" in claims.by_target


def test_overrides_name_documents_by_hash_or_file_name(tmp_path: Path):
    path = tmp_path / "overrides.csv"
    path.write_text(
        f"document,agency_name,report_year\n{'A' * 64},,2020\n年报.txt,某局,\n", "utf-8"
    )
    claims = read_overrides(path)
    assert claims.by_target["a" * 64].report_year == 2020
    assert claims.by_target["年报.txt"].agency_name == "某局"


def test_no_overrides_file_is_no_fault(tmp_path: Path):
    assert read_overrides(tmp_path / "overrides.csv").notes == ()


@pytest.mark.parametrize("code", ["\x1b[31m", "\u202e", "\x07"])
def test_a_name_with_control_characters_is_not_used(tmp_path: Path, code: str):
    claims = manifest(tmp_path, HEADER + f"a.txt,某{code}局,2023,,,\n")
    assert claims.by_target["a.txt"].agency_name is None
    assert claims.by_target["a.txt"].report_year == 2023
    assert "control characters" in claims.notes[0].message
