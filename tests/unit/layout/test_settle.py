import polars as pl

from assets.layout.settle import with_matches


def test_the_register_says_of_what_kind_an_agency_is() -> None:
    reports = pl.DataFrame(
        {
            "report_id": ["registered", "provisional", "unmatched"],
            "agency_code": ["unknown-1", "dept-2", "dept-3"],
            "kind": ["unknown", "dept", "dept"],
        }
    )
    matches = pl.DataFrame(
        {
            "report_id": ["registered", "provisional"],
            "agency_code": ["a", "dept-4"],
            "is_registered": [True, False],
        }
    )
    agencies = pl.DataFrame({"agency_code": ["a", "dept-4"], "kind": ["gov", "zone"]})

    found = with_matches(reports, matches, agencies)

    assert found.columns == reports.columns
    assert found.select("agency_code", "kind").rows() == [
        ("a", "gov"),
        ("dept-4", "dept"),
        ("dept-3", "dept"),
    ]
