"""What is written from the files in schemas/ is current, and follows them without any code."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.warehouse.dbt import PROJECT
from assets.warehouse.generated import generated, write
from schemas.catalog import load_catalog
from schemas.concepts import column_name, concept_columns


@pytest.mark.parametrize("name", sorted(generated(load_catalog())))
def test_generated_file_is_current(name: str) -> None:
    stored = (PROJECT / name).read_text(encoding="utf-8")
    assert stored == generated(load_catalog())[name], "run make docs"


def test_write_puts_them_below_the_project(tmp_path: Path) -> None:
    write(load_catalog(), tmp_path)
    for name, text in generated(load_catalog()).items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text


def test_names_of_columns() -> None:
    assert column_name("applications.received", "total") == "applications__received__total"
    assert column_name("normative_documents.issued") == "normative_documents__issued"


def test_every_concept_of_every_format_has_one_column() -> None:
    catalog = load_catalog()
    columns = concept_columns(catalog)
    walked = {
        (row.concept, cell.breakdown)
        for row in catalog.crosswalk
        for cell in catalog.formats[row.format_id].cells
        if cell.item_code == row.item_code
    }
    assert {(one.concept, one.breakdown) for one in columns} == walked
    assert len({one.name for one in columns}) == len(columns) == len(walked)


def test_only_amounts_must_have_a_unit() -> None:
    money = {one.concept for one in concept_columns(load_catalog()) if one.is_money}
    assert money == {"administrative_charges.amount", "procurement.amount"}
