"""peer_groups.csv: what a group may say, and what is refused by name of file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assets.reference.frames import peer_group_frame, ranking_frame
from schemas.catalog import BUNDLED, CatalogError, load_catalog
from schemas.vocabulary import AgencyKind

HEADER = "peer_group_id,title_zh,title_en,kinds,tiers,sectors,same\n"


def catalog_with(folder: Path, *lines: str):
    """The bundled files with another peer_groups.csv."""
    root = folder / "schemas"
    shutil.copytree(BUNDLED, root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    text = HEADER + "".join(f"{line}\n" for line in lines)
    (root / "peer_groups.csv").write_text(text, encoding="utf-8")
    return load_catalog(root)


def test_lists_are_read_and_reach_the_lake_as_they_were_written(tmp_path: Path) -> None:
    catalog = catalog_with(tmp_path, "towns,乡镇,towns,township | street,township,,county|sector")
    (group,) = catalog.peer_groups
    assert group.kinds == (AgencyKind.TOWNSHIP, AgencyKind.STREET)
    assert group.sectors == ()
    (row,) = peer_group_frame(catalog).to_dicts()
    assert (row["kinds"], row["sectors"], row["same"]) == ("township|street", "", "county|sector")
    assert row["position"] == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("towns,乡镇,towns,village,,,", "line 2"),
        ("towns,乡镇,towns,,town,,", "tiers"),
        ("towns,乡镇,towns,,,,street", "same"),
        ("towns,乡镇,towns,gov||dept,,,", "kinds"),
        ("towns,乡镇,towns,gov|gov,,,", "kinds: a value is listed twice"),
        ("towns,乡镇,towns,unknown,,,", "peers of nobody"),
        ("everyone,所有,everyone,,,,", "without a condition"),
        ("Towns,乡镇,towns,gov,,,", "peer_group_id"),
    ],
)
def test_a_faulty_group_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CatalogError, match=r"peer_groups\.csv line 2") as refused:
        catalog_with(tmp_path, line)
    assert said in str(refused.value)


@pytest.mark.parametrize("second", ["one,再,again,dept,,,", "two,二,two,street|township,,,county"])
def test_a_group_defined_twice_is_refused(tmp_path: Path, second: str) -> None:
    with pytest.raises(CatalogError, match="is defined twice"):
        catalog_with(tmp_path, "one,一,one,township|street,,,county", second)


def ranked(folder: Path, *lines: str):
    """The bundled files with another rankings.csv."""
    root = folder / "schemas"
    shutil.copytree(BUNDLED, root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    text = "indicator_id,alternative_indicator_id\n" + "".join(f"{line}\n" for line in lines)
    (root / "rankings.csv").write_text(text, encoding="utf-8")
    return load_catalog(root)


def test_an_indicator_without_an_alternative_has_none_in_the_lake(tmp_path: Path) -> None:
    frame = ranking_frame(
        ranked(tmp_path, "refusal_rate,", "disclosure_rate,substantive_disclosure_rate")
    )
    assert frame["alternative_indicator_id"].to_list() == [None, "substantive_disclosure_rate"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["no_such_rate,"], "no_such_rate is no indicator"),
        (["disclosure_rate,no_such_rate"], "no_such_rate is no indicator"),
        (["zero_request_share,"], "zero_request_share is no indicator"),
        (["disclosure_rate,disclosure_rate"], "cannot be the alternative of itself"),
        (["disclosure_rate,", "disclosure_rate,refusal_rate"], "is listed twice"),
    ],
)
def test_a_faulty_ranking_is_named(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(CatalogError, match=rf"rankings\.csv: .*{said}"):
        ranked(tmp_path, *lines)
