"""The metric dictionary: what it resolves to, and which mistakes it refuses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assets.exports.indicator_pages import DOCS, FILES, Language, indicator_page
from assets.reference.frames import reference_frames
from schemas.catalog import BUNDLED, CatalogError, load_catalog
from schemas.indicators import Indicator, formula_text


def indicator(name: str) -> Indicator:
    (found,) = [one for one in load_catalog().indicators if one.id == name]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "schemas"
    shutil.copytree(BUNDLED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return root


def broken(folder: Path, old: str, new: str) -> str:
    """What the catalog says of indicators.yml with one change."""
    path = folder / "indicators.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"indicators\.yml") as raised:
        load_catalog(folder)
    return str(raised.value)


def test_a_formula_is_signed_cells() -> None:
    change = indicator("backlog_change")
    assert [(t.sign, t.concept, t.breakdown) for t in change.terms] == [
        (1, "applications.carried_forward", "total"),
        (-1, "applications.brought_forward", "total"),
    ]
    assert not change.has_denominator
    assert indicator("normative_documents_net_change").terms[0].breakdown == ""
    growth = indicator("requests_growth_ratio")
    assert [(t.part, t.is_previous_year) for t in growth.terms] == [
        ("numerator", False),
        ("numerator", True),
        ("denominator", True),
    ]
    assert formula_text(growth) == "(received - previous(received)) / previous(received)"
    assert formula_text(indicator("requests_per_100k")) == "received * 100000 / measure.population"


def test_an_entry_with_each_stands_for_its_members() -> None:
    found = [one for one in load_catalog().indicators if one.family == "received_*_share"]
    assert [one.id for one in found][:2] == [
        "received_natural_person_share",
        "received_commercial_enterprise_share",
    ]
    assert len(found) == 6
    assert found[0].entry.name_zh == "申请人构成：自然人"
    assert found[0].of("numerator")[0].breakdown == "natural_person"
    assert found[0].of("denominator")[0].breakdown == "total"


def test_every_number_of_the_specification_has_an_indicator() -> None:
    assert {one.entry.number for one in load_catalog().indicators} == set(range(1, 42))


def test_only_quotients_have_a_least_denominator() -> None:
    for one in load_catalog().indicators:
        expected = one.entry.kind in {"ratio", "share"} and one.entry.available
        assert (one.minimum_denominator is not None) == expected, one.id
    assert indicator("refusal_rate").minimum_denominator == 10


def test_a_figure_without_cells_says_why() -> None:
    (row,) = reference_frames(load_catalog())["ref_indicator"].filter(is_available=False).to_dicts()
    assert row["indicator_id"] == "processing_fees"
    assert row["reason_zh"]
    assert row["reason_en"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("numerator: settled\n", "numerator: setled\n", "completion_rate: no format prints setled"),
        ("numerator: settled\n", "numerator: settled +\n", "names with . or - between them"),
        ("numerator: settled\n", "numerator: settled@nobody\n", "no format prints .*@nobody"),
        ("numerator: settled\n", "numerator: previous(settled\n", "is not a name"),
        ("measure.population", "measure.people", "is not a measure"),
        ("id: workload", "id: requests_received", "requests_received is defined twice"),
        ("id: workload", "id: Work-load", "lower-case letters"),
        ("    unit: cases\n", "    unit: pieces\n", "pieces is not one of `units`"),
        ("each: refusal_ground", "each: grounds", "neither an axis nor one of `members`"),
        (
            "  first_report_year: 2021\n",
            "  first_report_year: 2020\n",
            "print its terms in 2021 to",
        ),
        (
            "other: [applications.outcome.other]",
            "other: [applications.outcome.others]",
            "sums: other names",
        ),
        ("    denominator: settled\n", "", "a ratio or share, and nothing else, has a denominator"),
        ("day: 31", "day: 32", "deadlines"),
    ],
)
def test_mistakes_are_refused_by_name(folder: Path, old: str, new: str, said: str) -> None:
    assert re.search(said, broken(folder, old, new))


def test_a_form_that_drops_an_item_ends_its_indicators_by_a_line_of_the_file(folder: Path) -> None:
    crosswalk = folder / "crosswalk.csv"
    lines = crosswalk.read_text(encoding="utf-8").splitlines()
    kept = [
        line.replace("normative_documents.repealed,gir_2021", "normative_documents.ended,gir_2021")
        for line in lines
    ]
    crosswalk.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"no format prints normative_documents\.repealed"):
        load_catalog(folder)


def test_a_figure_over_two_years_needs_comparable_terms(folder: Path) -> None:
    with (folder / "breaks.csv").open("a", encoding="utf-8") as handle:
        handle.write("applications.received,2024,not_comparable,假设,supposed\n")
    with pytest.raises(CatalogError, match=r"requests_growth_ratio: applications\.received is"):
        load_catalog(folder)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_current(language: Language) -> None:
    stored = (DOCS / FILES[language]).read_text(encoding="utf-8")
    assert stored == indicator_page(load_catalog(), language), "run make docs"


def test_the_crosswalk_calls_safe_what_means_the_same_since_2019() -> None:
    catalog = load_catalog()
    rows = catalog.crosswalk
    formats = set(catalog.formats)
    safe = {
        row.concept
        for row in rows
        if {one.format_id for one in rows if one.concept == row.concept} == formats
        and all(one.comparability == "same" for one in rows if one.concept == row.concept)
    }
    applications = {row.concept for row in rows if row.concept.startswith("applications.")}
    sub_rows = {concept for concept in applications if "outcome.other." in concept}
    disputes = {
        row.concept for row in rows if row.concept.startswith(("reconsideration.", "litigation."))
    }
    assert safe == (applications - sub_rows) | disputes
    assert len(disputes) == 15


def test_the_breaks_are_those_of_the_forms_and_of_the_law() -> None:
    breaks = load_catalog().breaks
    assert {row.first_year for row in breaks} == {2019, 2024}
    direct = {row.concept for row in breaks if row.first_year == 2024}
    assert direct == {
        f"litigation.direct.{row}"
        for row in ("upheld", "corrected", "other_result", "pending", "total")
    }
    nearly = {row.concept for row in breaks if row.comparability == "approximate"} - direct
    assert {concept.rsplit(".", 1)[-1] for concept in nearly} == {
        *("received", "total", "disclosed", "partially_disclosed", "state_secret"),
        *("security_and_stability", "third_party_rights", "not_held"),
        *("upheld", "corrected", "other_result"),
    }
    first = {row.concept for row in load_catalog().crosswalk if row.format_id == "gir_2019"}
    assert {row.concept for row in breaks if row.first_year == 2019} == first
