"""The demonstration county: reproducible, continuous over the years, marked as made up."""

import csv
import json
from pathlib import Path

from assets.synthetic.county import (
    AGENCIES,
    GOVERNMENT,
    PLANTED,
    REPUBLISHED,
    YEARS,
    county,
    write_county,
)
from assets.synthetic.oracle import deserved
from schemas.catalog import load_catalog

CATALOG = load_catalog()
FILES = county(1, CATALOG)


def test_one_report_per_agency_and_year_and_one_published_twice() -> None:
    wanted = {(agency.name, year) for agency in AGENCIES for year in YEARS}
    found = [(file.report.agency_name, file.report.report_year) for file in FILES]
    assert set(found) == wanted
    assert len(found) == len(wanted) + 1
    first, second = (
        file.report
        for file in FILES
        if (file.report.agency_name, file.report.report_year) == REPUBLISHED
    )
    assert sum(first.cells[key] != second.cells[key] for key in first.cells) == 1


def test_all_media_occur() -> None:
    kinds = {"pdf", "html", "docx", "tab_text", "line_text", "markdown"}
    assert {file.kind for file in FILES} == kinds


def test_names_say_that_it_is_an_example() -> None:
    assert all("示例县" in file.report.title for file in FILES)


def test_years_follow_on() -> None:
    reports = {(f.report.agency_name, f.report.report_year): f.report for f in reversed(FILES)}
    checked = 0
    for (name, year), report in reports.items():
        before = reports.get((name, year - 1))
        if before is None:
            continue
        assert report.value("applications.brought_forward", "total") == before.value(
            "applications.carried_forward", "total"
        )
        issued, repealed, in_force = (
            report.value(f"normative_documents.{m}") for m in ("issued", "repealed", "in_force")
        )
        last = before.value("normative_documents.in_force")
        assert None not in (last, issued, repealed)
        assert in_force == last + issued - repealed  # type: ignore[operator]
        checked += 1
    assert checked == len(AGENCIES) * 2


def test_the_government_is_the_sum_of_the_others() -> None:
    for year in YEARS:
        reports = [f.report for f in reversed(FILES) if f.report.report_year == year]
        by_name = {report.agency_name: report for report in reports}
        whole = by_name.pop(GOVERNMENT.name)
        parts = [r.value("applications.received", "total") for r in by_name.values()]
        assert whole.value("applications.received", "total") == sum(p for p in parts if p)


def test_only_planted_faults_are_there() -> None:
    for file in FILES:
        planted = (file.report.agency_name, file.report.report_year) in PLANTED
        assert bool(deserved(file.report, CATALOG)) is planted


def test_written_files(tmp_path: Path) -> None:
    first = write_county(tmp_path / "a", 1, CATALOG, with_truth=True)
    second = write_county(tmp_path / "b", 1, CATALOG, with_truth=True)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    with (tmp_path / "a" / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["is_synthetic"] for row in rows} == {"true"}
    assert [row["file"] for row in rows] == [file.name for file in FILES]
    assert all((tmp_path / "a" / row["file"]).is_file() for row in rows)
    truths = sorted((tmp_path / "a" / "truth").glob("*.json"))
    assert len(truths) == len(FILES)
    for path in truths:
        truth = json.loads(path.read_text(encoding="utf-8"))
        assert (tmp_path / "a" / truth["file"]).stem == path.stem
        form = CATALOG.format_for(truth["report_year"])
        assert form is not None
        assert list(truth["cells"]) == [cell.short_key for cell in form.cells]
        assert set(truth["status"]) == {k for k, v in truth["cells"].items() if v is None}


def test_truth_of_a_unit_in_a_cell(tmp_path: Path) -> None:
    write_county(tmp_path, 1, CATALOG, with_truth=True)
    spoilt = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((tmp_path / "truth").glob("*.json"))
    ]
    printed = [(truth["cells"], truth["printed"]) for truth in spoilt if truth["printed"]]
    assert len(printed) == 1
    cells, texts = printed[0]
    assert all(text == f"{cells[key]}件" for key, text in texts.items())
