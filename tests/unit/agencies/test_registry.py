import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from tests.unit.agencies.register_files import notes_of, register_of

AGENCIES = (
    "agency_code,kind,division_code,uscc,site_host,parent,valid_from,valid_to\n"
    "sg-zw,dept,150205,,www.shiguai.gov.cn,sg-gov,,\n"
    "sg-gov,gov,150205,,,,,\n"
)
NAMES = "agency_code,name,valid_from,valid_to\nsg-zw,石拐区政务服务局,,\nsg-gov,石拐区人民政府,,\n"


def told(folder: Path, **files: str) -> list[str]:
    return notes_of(register_of(folder, **files))


def with_line(text: str, line: str) -> str:
    return f"{text}{line}\n"


def test_the_bundled_files_are_without_fault(tmp_path: Path) -> None:
    register = register_of(tmp_path)
    assert register.notes == ()
    assert set(register.agencies["kind"]) == {"state_council_dept"}
    merged = register.agency_events.filter(pl.col("kind") == "merged")
    assert set(merged["from_code"]) & set(merged["to_code"]) <= set(
        register.agencies["agency_code"]
    )


def test_an_agency_takes_tier_and_sector_from_division_and_name(tmp_path: Path) -> None:
    register = register_of(tmp_path, agencies__agencies=AGENCIES, agencies__names=NAMES)
    assert register.notes == ()
    row = register.agencies.row(by_predicate=pl.col("agency_code") == "sg-zw", named=True)
    assert (row["tier"], row["sector"], row["site_host"], row["parent"]) == (
        "county",
        "services_data",
        "shiguai.gov.cn",
        "sg-gov",
    )


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("sg-zw,dept,150204,,,,,", "line 4", "is in division 150205000000 by"),
        ("sg-zw,dept,150205,,,,,", "line 4", "was described before"),
        ("x,dept,999999,,,,,", "line 4", "is neither in schemas/divisions/ nor in"),
        ("x,dept,150205,11442000007332999X,,,,", "line 4", "character 18"),
        ("x,office,150205,,,,,", "line 4", "kind 'office'"),
        ("x,dept,150205,,,,,", "line 4", "has no name in names.csv"),
        ("x,dept,150205,,http://a.b/c,,,", "line 4", "write the host alone"),
        ("x,dept,150205,,,,2020-02-01,2019-01-01", "line 4", "lies before valid_from"),
    ],
)
def test_a_bad_agency_line_names_place_and_cure(
    tmp_path: Path, line: str, place: str, words: str
) -> None:
    (note,) = told(tmp_path, agencies__agencies=with_line(AGENCIES, line), agencies__names=NAMES)
    assert note.startswith(f"config/agencies/agencies.csv, {place}: ")
    assert words in note


def test_overlapping_official_names(tmp_path: Path) -> None:
    names = NAMES + "sg-zw,石拐区行政审批局,2019-01-01,\n"
    register = register_of(tmp_path, agencies__agencies=AGENCIES, agencies__names=names)
    (note,) = notes_of(register)
    assert note.startswith("config/agencies/names.csv, line 4: ")
    assert "end one name the day before the other begins" in note
    kept = register.agency_names.filter(pl.col("agency_code") == "sg-zw")
    assert kept["name"].to_list() == ["石拐区政务服务局"]


def test_a_renaming_is_two_dated_names_of_one_code(tmp_path: Path) -> None:
    names = (
        "agency_code,name,valid_from,valid_to\n"
        "sg-zw,石拐区行政审批局,,2021-05-31\nsg-zw,石拐区政务服务局,2021-06-01,\n"
        "sg-gov,石拐区人民政府,,\n"
    )
    events = "kind,event_on,from_code,to_code,basis\nrenamed,2021-06-01,sg-zw,sg-zw,\n"
    register = register_of(
        tmp_path, agencies__agencies=AGENCIES, agencies__names=names, agencies__events=events
    )
    assert register.notes == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("renamed,,sg-zw,sg-gov,", "a renamed agency keeps its code"),
        ("merged,,sg-zw,nobody,", "agency nobody is in no agencies.csv"),
        ("merged,,,,", "names no agency"),
        ("eaten,,sg-zw,sg-gov,", "kind 'eaten'"),
    ],
)
def test_bad_events(tmp_path: Path, line: str, words: str) -> None:
    events = f"kind,event_on,from_code,to_code,basis\n{line}\n"
    (note,) = told(
        tmp_path, agencies__agencies=AGENCIES, agencies__names=NAMES, agencies__events=events
    )
    assert note.startswith("config/agencies/events.csv, line 2: ")
    assert words in note


def test_parents_in_a_circle_are_taken_away(tmp_path: Path) -> None:
    agencies = AGENCIES.replace("sg-gov,gov,150205,,,,,", "sg-gov,gov,150205,,,sg-zw,,")
    register = register_of(tmp_path, agencies__agencies=agencies, agencies__names=NAMES)
    assert all("lies under itself" in note for note in notes_of(register))
    own = register.agencies.filter(pl.col("source").str.starts_with("config/"))
    assert own["parent"].null_count() == own.height == 2


def test_a_division_that_no_longer_exists_says_what_came_after(tmp_path: Path) -> None:
    agencies = with_line(AGENCIES, "jg,dept,330104,,,,,")
    names = NAMES + "jg,江干区教育局,,\n"
    register = register_of(tmp_path, agencies__agencies=agencies, agencies__names=names)
    (note,) = notes_of(register)
    assert "no longer exists (after it: 330102000000 上城区" in note
    assert "jg" in set(register.agencies["agency_code"])


def test_files_that_are_no_tables_are_told_of(tmp_path: Path) -> None:
    assert "has no column agency_code" in told(tmp_path, agencies__agencies="a,b\n1,2\n")[0]
    assert "is empty" in told(tmp_path, agencies__agencies="")[0]


ROSTER = "region_code,report_year,agency_code,agency_name,due_on\n"


def roster(folder: Path, lines: str) -> tuple[list[tuple[object, ...]], list[str]]:
    register = register_of(
        folder,
        agencies__agencies=AGENCIES,
        agencies__names=NAMES,
        rosters__x=ROSTER + lines,
    )
    rows = register.rosters.select("line_no", "agency_code", "line_status", "is_expected")
    return rows.rows(), notes_of(register)


def test_a_roster_takes_codes_and_names(tmp_path: Path) -> None:
    rows, notes = roster(
        tmp_path, "150205,2023,sg-gov,,2024-01-31\n150205,2023,,石拐区政务服务局,\n"
    )
    assert rows == [(2, "sg-gov", "used", True), (3, "sg-zw", "used", True)]
    assert notes == []


@pytest.mark.parametrize("written", ["2024-01-31", "2024/1/31", "2024.1.31", "2024年1月31日"])
def test_a_day_may_be_written_as_spreadsheets_write_it(tmp_path: Path, written: str) -> None:
    line = f"150205,2023,sg-gov,,{written}\n"
    register = register_of(
        tmp_path, agencies__agencies=AGENCIES, agencies__names=NAMES, rosters__x=ROSTER + line
    )
    assert register.notes == ()
    assert register.rosters["due_on"].to_list() == [dt.date(2024, 1, 31)]


def test_odd_roster_lines_stay_visible_and_are_told_of(tmp_path: Path) -> None:
    rows, notes = roster(
        tmp_path,
        "150205,2023,,石拐区政务服务局,\n"
        "150205,2023,sg-zw,,\n"
        "150205,2023,,石拐区某局,\n"
        "150205,2023,nobody,,\n"
        "999999,2023,sg-gov,,\n"
        "330104,2023,,江干区教育局,\n"
        "150205,2023,,,\n"
        "150205,23,sg-gov,,\n",
    )
    assert rows == [
        (2, "sg-zw", "used", True),
        (3, "sg-zw", "duplicate", False),
        (4, None, "unknown_agency", True),
        (5, None, "unknown_agency", True),
        (6, "sg-gov", "unknown_region", True),
        (7, None, "unknown_agency", True),
    ]
    text = "\n".join(notes)
    assert "line 3: 石拐区政务服务局 2023 was listed before (config/rosters/x.csv, line 2)" in text
    assert "line 4: 石拐区某局 is not in the register" in text
    assert "line 7: region 330104000000 no longer exists (after it: 330102000000 上城区" in text
    assert "line 8: names no agency" in text
    assert "line 9: report_year" in text


def test_population(tmp_path: Path) -> None:
    register = register_of(
        tmp_path,
        population="division_code,year,population,source\n150205,2020,1000,made up for a test\n"
        "150205,2020,1001,again\n999999,2020,5,x\n150205,2021,0,x\n",
    )
    assert register.population.select("division_code", "population").rows() == [
        ("150205000000", 1000)
    ]
    assert len(register.notes) == 3


def test_a_wrong_field_is_told_of_with_what_to_write(tmp_path: Path) -> None:
    rows, notes = roster(
        tmp_path,
        "99010,2023,X-1,,2024-01-31\n990101,2023,X-1,,1月31日\n990101,二〇二三,X-1,,\n",
    )
    assert rows == []
    assert [note.split(": ")[-1] for note in notes] == [
        "is no division code; write 6, 9 or 12 digits; line not used",
        "is no date; write it as 2024-01-31; line not used",
        "is no whole number; write it in digits; line not used",
    ]
