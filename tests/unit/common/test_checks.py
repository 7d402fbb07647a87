"""Checks look at what is on disk for the year of the run, and say what they saw."""

import dagster as dg
import polars as pl
import pytest

from assets.cells.checks import found_share, measure_coverage
from assets.common.checks import describe_shape, shape_checks, warn_checks
from assets.common.lake import Lake
from assets.common.partitions import REPORT_YEARS
from assets.common.workspace import Workspace
from assets.documents.checks import measure_arrivals
from assets.facts.checks import measure_doubt
from assets.layout.checks import measure_identity, measure_reading
from assets.validation.checks import FAMILIES, FAMILY_OF, family_results
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES, ParseLog, ReportContacts, empty_frame, to_frame

CONTACTS = dg.AssetKey(["facts", "report_contacts"])


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def rows(table: str, *given: dict) -> pl.DataFrame:
    """Rows of a table; columns that are not given hold something that fits."""
    model = LAKE_TABLES[table]
    schema = empty_frame(model).schema
    columns = model.to_schema().columns
    filler = {pl.String: "x", pl.Boolean: False, pl.Float64: 1.0, pl.Int32: 1, pl.Int64: 1}

    def full(row: dict) -> dict:
        rest = {
            name: None if columns[name].nullable else filler.get(dtype.base_type())
            for name, dtype in schema.items()
        }
        return {**rest, **row}

    return pl.DataFrame([full(row) for row in given], schema=schema, orient="row")


def run(lake: Lake, check: dg.AssetChecksDefinition, year: str | None) -> dict[str, bool]:
    @dg.asset(key=CONTACTS, partitions_def=REPORT_YEARS)
    def contacts() -> None:
        pass

    result = dg.materialize(
        [contacts, check],
        resources={"workspace": Workspace(root=str(lake.root.parent))},
        partition_key=year,
        raise_on_error=False,
    )
    return {e.check_name: e.passed for e in result.get_asset_check_evaluations()}


def test_a_folder_name_is_no_pattern(tmp_path):
    lake = Lake(tmp_path / "data [2024]" / "lake")
    lake.write("parse_log", to_frame(ParseLog, [{"doc_id": "a" * 64, "status": "read"}]))
    passed, shown = describe_shape(lake, "parse_log", None)
    assert (passed, shown["rows"]) == (True, 1)


def test_a_shape_check_looks_at_the_year_of_the_run(lake):
    lake.write("report_contacts", to_frame(ReportContacts, [{"doc_id": "a"}]), 2022)
    check = shape_checks("shape_of_contacts", [CONTACTS])
    assert run(lake, check, "2022") == {"shape": True}
    assert run(lake, check, "2023") == {"shape": False}


def test_a_file_that_does_not_fit_fails_its_shape_check(lake):
    lake.write("parse_log", to_frame(ParseLog, [{"doc_id": "a", "status": "read"}]))
    assert describe_shape(lake, "parse_log", None)[0]
    file = lake.file("parse_log")
    pl.read_parquet(file).with_columns(status=pl.lit("gone")).write_parquet(file)
    passed, shown = describe_shape(lake, "parse_log", None)
    assert not passed
    assert "status" in str(shown["failure"])


def test_a_warning_check_never_blocks(lake):
    def measure(_lake, year):
        return {"tidy": (False, {"report_year": year or 0})}

    check = warn_checks("tidiness", CONTACTS, {"tidy": "All is tidy."}, measure)
    assert run(lake, check, "2022") == {"tidy": False}
    assert not any(spec.blocking for spec in check.check_specs)


def test_a_document_without_a_reason_is_noticed(lake):
    documents = rows("source_documents", {"doc_id": "a"}, {"doc_id": "b"}, {"doc_id": "c"})
    documents.write_parquet(prepared(lake, "source_documents"))
    log = [{"doc_id": "a", "status": "read"}, {"doc_id": "b", "status": "damaged"}]
    lake.write("parse_log", to_frame(ParseLog, log))
    results = measure_reading(lake, None)
    assert results["every_document_explained"] == (
        False,
        {"documents": 3, "missing": 1, "silent": 1},
    )
    assert results["documents_read"][0] is False
    assert results["documents_read"][1]["damaged"] == 1


def prepared(lake: Lake, table: str, year: int | None = None):
    file = lake.file(table, year)
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def test_arrivals_without_bytes_are_noticed(lake):
    rows("arrivals", {"doc_id": "a", "name": "gone.pdf"}).write_parquet(prepared(lake, "arrivals"))
    passed, shown = measure_arrivals(lake, None)["arrivals_have_bytes"]
    assert not passed
    assert shown["without_bytes"] == "gone.pdf"


def test_reports_without_year_and_with_conflicts_are_named(lake):
    reports = rows(
        "reports",
        {"report_id": "a-1", "identity_conflicts": "[]", "report_year": None},
        {"report_id": "b-1", "identity_conflicts": '[{"field": "x"}]', "report_year": 2023},
    )
    reports.write_parquet(prepared(lake, "reports"))
    results = measure_identity(lake, None)
    assert results["report_year_known"][1]["without_year"] == "a-1"
    assert results["sources_agree"][1]["conflicts"] == "b-1"


def test_coverage_counts_cells_of_the_form_of_the_year():
    catalog = load_catalog()
    form = catalog.format_for(2023)
    reports = rows(
        "reports", {"doc_id": "a", "report_year": 2023}, {"doc_id": "b", "report_year": 2023}
    )
    cells = rows(
        "report_cells",
        *(
            {"doc_id": "a", "item_code": cell.item_code, "breakdown": cell.breakdown}
            for cell in form.cells
        ),
    )
    shares = {
        row["doc_id"]: row["share"] for row in found_share(reports, cells, catalog).to_dicts()
    }
    assert shares == {"a": 1.0, "b": 0.0}


def test_a_number_that_nothing_claimed_is_a_leak(lake):
    for table in ("reports", "report_cells"):
        empty_frame(LAKE_TABLES[table]).write_parquet(prepared(lake, table))
    rows("unmapped_cells", {"doc_id": "a" * 64, "is_number": True}).write_parquet(
        prepared(lake, "unmapped_cells", 2023)
    )
    passed, shown = measure_coverage(lake, 2023)["no_number_leaks"]
    assert not passed
    assert shown["documents"] == "a" * 12


def test_doubt_is_a_share_of_printed_cells(lake):
    facts = [
        {"report_id": "r", "item_code": str(n), "value_status": "reported", "review_status": "sure"}
        for n in range(9)
    ]
    facts.append({**facts[0], "item_code": "unsure", "review_status": "needs_review"})
    facts.append({**facts[0], "item_code": "gone", "value_status": "absent"})
    rows("report_facts", *facts).write_parquet(prepared(lake, "report_facts", 2023))
    passed, shown = measure_doubt(lake, 2023)["needs_review_share"]
    assert not passed
    assert (shown["cells"], shown["needs_review"], shown["share"]) == (10, 1, 0.1)


def outcomes(*states: str) -> pl.DataFrame:
    rule = next(rule for rule, family in FAMILY_OF.items() if family == FAMILIES[0])
    return rows(
        "rule_outcomes",
        *({"rule_id": rule, "report_id": str(n), "outcome": s} for n, s in enumerate(states)),
    )


@pytest.mark.parametrize(
    ("states", "passed"),
    [
        ((), True),
        (("holds",), True),
        (("holds", "not_evaluable"), True),
        (("holds", "fails"), False),
        (("not_evaluable", "not_evaluable"), False),
    ],
)
def test_a_family_passes_when_something_was_looked_at_and_nothing_fails(states, passed):
    result, shown = family_results(outcomes(*states), 2023)[FAMILIES[0]]
    assert result is passed
    assert shown["holds"] + shown["fails"] + shown["not_evaluable"] == len(states)
