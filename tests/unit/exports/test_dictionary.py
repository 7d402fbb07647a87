from __future__ import annotations

import re

import pytest

from assets.exports.dictionary import dictionary, load_vocabularies
from schemas import vocabulary
from schemas.catalog import load_catalog
from tests.unit.warehouse.mini_build import mini_manifest


def test_each_language_has_all_tables_columns_and_cells_and_only_itself() -> None:
    catalog = load_catalog()
    cells = sum(len(known.cells) for known in catalog.formats.values())
    chinese = dictionary(mini_manifest(), catalog, "zh")
    english = dictionary(mini_manifest(), catalog, "en")
    for text in (chinese, english):
        assert "#### fct_report_item" in text
        assert "| `locator` | varchar |" in text
        assert len(re.findall(r"^\| \d+ \| `", text, re.MULTILINE)) == cells
    assert "One row per fct_report." in english
    assert "One row per fct_report." not in chinese
    assert "每行是一个“fct_report”。" in chinese
    assert "每行是一个“fct_report”。" not in english


def test_tables_of_the_dictionary_are_well_formed() -> None:
    text = dictionary(mini_manifest(), load_catalog(), "en")
    width = 0
    for line in text.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        width = width or cells
        assert cells == width, line


def test_vocabularies_are_those_of_the_code() -> None:
    described = load_vocabularies()
    for name, content in described.items():
        members = [member.value for member in getattr(vocabulary, name)]
        assert list(content["members"]) == members, name
        assert all(meaning["zh"] and meaning["en"] for meaning in content["members"].values())
    enums = {
        name
        for name, value in vars(vocabulary).items()
        if isinstance(value, type) and value.__module__ == vocabulary.__name__
    }
    assert set(described) == enums


def test_a_description_in_one_language_only_is_refused() -> None:
    manifest = mini_manifest()
    manifest["nodes"]["model.gongkai.fct_report"]["description"] = "One row per report."
    with pytest.raises(ValueError, match="Chinese and English"):
        dictionary(manifest, load_catalog(), "zh")
