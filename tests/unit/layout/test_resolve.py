import datetime as dt
import json
from typing import Any

import polars as pl
import pytest

from assets.layout.resolve import agency_code, mark_current, resolve
from schemas.catalog import load_catalog
from schemas.frames import Identities, ManifestClaims, SourceDocuments, empty_frame, to_frame

CATALOG = load_catalog()
DOC = "a" * 64


def evidence(*items: tuple[str, str | int]) -> str:
    return json.dumps(
        [{"source": s, "value": v, "text": "x", "locator": "L1"} for s, v in items],
        ensure_ascii=False,
    )


def identities(*changes: dict[str, Any]) -> pl.DataFrame:
    base = {
        "doc_id": DOC,
        "agency_name_printed": "青山区教育局",
        "report_year": 2023,
        "published_on": dt.date(2024, 1, 26),
        "year_evidence": evidence(("title", 2023)),
        "agency_evidence": evidence(("title", "青山区教育局")),
    }
    return to_frame(Identities, [base | change for change in changes or ({},)])


def claims(**claim: Any) -> pl.DataFrame:
    return to_frame(ManifestClaims, [{"doc_id": DOC, "claimed_by": "manifest"} | claim])


def sources(*doc_ids: str, is_synthetic: bool = False) -> pl.DataFrame:
    row = {"file_name": "a", "media_type": "text/plain", "extension": "txt", "bytes": 1}
    return to_frame(
        SourceDocuments,
        [row | {"doc_id": d, "is_synthetic": is_synthetic} for d in doc_ids or (DOC,)],
    )


NO_CLAIMS = empty_frame(ManifestClaims)


def test_document_alone() -> None:
    row = resolve(identities(), NO_CLAIMS, sources(is_synthetic=True), CATALOG).row(0, named=True)
    assert row["report_id"] == f"{DOC}-1"
    assert (row["agency_name"], row["report_year"], row["kind"]) == ("青山区教育局", 2023, "dept")
    assert row["agency_code"] == agency_code("青山区 教育局", CATALOG)
    assert row["is_synthetic"]
    assert row["identity_conflicts"] == "[]"


def test_claim_wins_and_the_disagreement_is_kept() -> None:
    claim = claims(agency_name="青山区文化局", report_year=2022, published_on=dt.date(2023, 1, 5))
    row = resolve(identities(), claim, sources(), CATALOG).row(0, named=True)
    assert (row["agency_name"], row["report_year"]) == ("青山区文化局", 2022)
    assert row["agency_name_printed"] == "青山区教育局"
    assert row["published_on"] == dt.date(2023, 1, 5)
    conflicts = {item["field"]: item["values"] for item in json.loads(row["identity_conflicts"])}
    assert conflicts == {
        "agency_name": [
            {"source": "manifest", "value": "青山区文化局"},
            {"source": "title", "value": "青山区教育局"},
        ],
        "report_year": [
            {"source": "manifest", "value": 2022},
            {"source": "title", "value": 2023},
        ],
        "published_on": [
            {"source": "claim", "value": "2023-01-05"},
            {"source": "document", "value": "2024-01-26"},
        ],
    }
    assert json.loads(row["year_evidence"])[0]["source"] == "manifest"


def test_claim_of_one_field_leaves_the_others_to_the_document() -> None:
    row = resolve(identities(), claims(report_year=2023), sources(), CATALOG).row(0, named=True)
    assert row["agency_name"] == "青山区教育局"
    assert row["identity_conflicts"] == "[]"
    assert [item["source"] for item in json.loads(row["year_evidence"])] == ["manifest", "title"]


def test_sources_inside_the_document_may_disagree() -> None:
    frame = identities({"year_evidence": evidence(("title", 2023), ("period", 2022))})
    row = resolve(frame, NO_CLAIMS, sources(), CATALOG).row(0, named=True)
    assert [item["field"] for item in json.loads(row["identity_conflicts"])] == ["report_year"]


def test_an_abbreviation_is_no_disagreement() -> None:
    frame = identities(
        {"agency_evidence": evidence(("title", "青山区教育局"), ("publisher", "区教育局"))}
    )
    row = resolve(frame, NO_CLAIMS, sources(), CATALOG).row(0, named=True)
    assert row["identity_conflicts"] == "[]"


def test_without_agency_there_is_no_report_and_without_year_a_null() -> None:
    frame = identities(
        {"agency_name_printed": None, "agency_evidence": "[]"},
        {"doc_id": "b" * 64, "report_year": None, "year_evidence": "[]"},
    )
    found = resolve(frame, NO_CLAIMS, sources(DOC, "b" * 64), CATALOG)
    assert found["doc_id"].to_list() == ["b" * 64]
    assert found["report_year"].to_list() == [None]
    claimed = resolve(frame, claims(agency_name="青山区教育局"), sources(DOC, "b" * 64), CATALOG)
    assert claimed.height == 2
    assert json.loads(claimed.row(0, named=True)["agency_evidence"])[0]["source"] == "manifest"
    assert resolve(empty_frame(Identities), NO_CLAIMS, sources(), CATALOG).is_empty()


@pytest.mark.parametrize(
    ("changes", "counts", "current"),
    [
        ([{"published_on": dt.date(2024, 2, 1)}, {}], [(1, 9), (200, 0)], [True, False]),
        ([{"published_on": None}, {}], [(200, 0), (1, 9)], [False, True]),
        # The page has a date and no table, its attachment the tables and no date.
        ([{"published_on": None}, {}], [(200, 0), (0, 0)], [True, False]),
        ([{"published_on": None}, {}], [(0, 9), (0, 0)], [True, False]),
        ([{}, {}], [(198, 0), (200, 9)], [False, True]),
        ([{}, {}], [(200, 3), (200, 1)], [False, True]),
        ([{}, {}], [(200, 0), (200, 0)], [True, False]),
        ([{}, {"report_year": 2022}], [(1, 0), (2, 0)], [True, True]),
        ([{}, {"report_year": None}], [(1, 0), (2, 0)], [True, False]),
    ],
)
def test_one_report_of_an_agency_and_year_is_current(
    changes: list[dict[str, Any]], counts: list[tuple[int, int]], current: list[bool]
) -> None:
    ids = [DOC, "b" * 64]
    frame = identities(*({"doc_id": d} | c for d, c in zip(ids, changes, strict=True)))
    cells = pl.DataFrame(
        {"doc_id": ids, "reported": [r for r, _ in counts], "needs_review": [n for _, n in counts]}
    )
    reports = resolve(frame, NO_CLAIMS, sources(*ids), CATALOG)
    for shuffled in (reports, reports.reverse()):
        found = mark_current(shuffled, cells).sort("doc_id")
        assert found["is_current"].to_list() == current


def test_a_made_up_report_displaces_no_real_one() -> None:
    ids = [DOC, "b" * 64]
    frame = identities({"doc_id": DOC}, {"doc_id": "b" * 64, "published_on": dt.date(2025, 1, 1)})
    reports = resolve(frame, NO_CLAIMS, sources(*ids), CATALOG).with_columns(
        is_synthetic=pl.col("doc_id") == "b" * 64
    )
    assert reports["agency_code"].n_unique() == 1
    cells = pl.DataFrame({"doc_id": ids, "reported": [1, 1], "needs_review": [0, 0]})
    assert mark_current(reports, cells)["is_current"].to_list() == [True, True]


def test_code_is_stable_and_starts_with_the_kind() -> None:
    assert agency_code("青山市人民政府", CATALOG).startswith("gov-")
    assert agency_code("青山市人民政府", CATALOG) == agency_code("青山市 人民政府", CATALOG)
    assert len(agency_code("某某", CATALOG)) == len("unknown-") + 10


def test_a_name_without_its_place_is_nobody_elses() -> None:
    ids = [DOC, "b" * 64]
    frame = identities(*({"doc_id": d, "agency_name_printed": "区统计局"} for d in ids))
    found = resolve(frame, NO_CLAIMS, sources(*ids), CATALOG)
    assert found["agency_code"].n_unique() == 2
