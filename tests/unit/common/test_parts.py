"""Parts are even, stable, and hold all reports of an agency."""

import polars as pl
import pytest

from assets.common.lake import Lake
from assets.common.parts import (
    REPORTS_PER_PART,
    WHOLE,
    Part,
    numbered,
    of_parts,
    part_in,
    part_numbers,
    parts_for,
    parts_from,
    parts_text,
    year_parts,
)
from schemas.frames import ReportContacts, to_frame


def reports(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "agency_code": [f"dept-{number // 2}" for number in range(count)],
            "report_year": pl.Series([2023] * count, dtype=pl.Int32),
        }
    )


@pytest.mark.parametrize(
    ("count", "parts"),
    [(0, 1), (1, 1), (REPORTS_PER_PART, 1), (REPORTS_PER_PART + 1, 2), (43_000, 64)],
)
def test_a_year_is_cut_into_a_power_of_two(count: int, parts: int) -> None:
    assert [part.number for part in parts_for(count)] == list(range(parts))
    assert {part.count for part in parts_for(count)} == {parts}


def test_parts_are_even_and_growth_splits_each() -> None:
    codes = [f"dept-{number}" for number in range(20_000)]
    few, many = part_numbers(codes, 16), part_numbers(codes, 32)
    sizes = pl.Series(list(few.values())).value_counts()["count"]
    assert len(sizes) == 16
    assert sizes.min() > 1100
    assert sizes.max() < 1400
    assert all(many[code] // 2 == few[code] for code in codes)
    assert part_numbers(["dept-1"], 1024) == {"dept-1": 211}


def test_all_reports_of_an_agency_are_in_one_part() -> None:
    cut = numbered(reports(100), 8)
    assert cut.group_by("agency_code").agg(pl.col("part").n_unique())["part"].to_list() == [1] * 50
    parts = parts_for(8 * REPORTS_PER_PART)
    taken = [of_parts(reports(100), 2023, [part]).height for part in parts]
    assert sum(taken) == 100
    assert of_parts(reports(100), 2023, None).height == 100
    assert of_parts(reports(100), 2022, parts).is_empty()


def test_years_without_date_have_no_parts() -> None:
    undated = reports(3).with_columns(report_year=pl.lit(None, dtype=pl.Int32))
    assert year_parts(undated) == {}
    assert year_parts(reports(3)) == {2023: (WHOLE,)}


def test_names_of_parts_can_be_read_back() -> None:
    for part in parts_for(64 * REPORTS_PER_PART):
        assert part_in(part.folder) == part
    assert WHOLE.folder == ""
    assert part_in("report_year=2023") is None
    some = (Part(64, 3), Part(64, 17))
    assert parts_from(parts_text(some)) == some


def test_a_year_cut_anew_loses_its_old_files_only(tmp_path) -> None:
    lake = Lake(tmp_path)
    rows = to_frame(ReportContacts, [{"doc_id": "a" * 64}])
    lake.write("report_contacts", rows, 2023)
    halves = (Part(2, 0), Part(2, 1))
    lake.write("report_contacts", rows, 2023, part=halves[0])
    lake.write("report_contacts", rows.clear(), 2023, part=halves[1])
    lake.write("report_contacts", rows, 2022)
    assert lake.parts("report_contacts", 2023) == (WHOLE, *halves)
    lake.tidy("report_contacts", 2023, halves)
    assert lake.parts("report_contacts", 2023) == halves
    assert lake.read("report_contacts", 2023).equals(rows)
    assert lake.read("report_contacts", 2023, [halves[1]]).is_empty()
    lake.tidy("report_contacts", 2023, (WHOLE,))
    assert lake.years("report_contacts") == (2022,)
    assert not (tmp_path / "report_contacts" / "report_year=2023" / "part=0-of-2").exists()
