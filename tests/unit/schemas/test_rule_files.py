"""Rule files: what loads, and what is refused with its reason."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.catalog import BUNDLED, CatalogError, load_catalog
from schemas.rule_models import TableRule
from schemas.rule_text import LANGUAGES
from schemas.vocabulary import Severity

CATALOG = load_catalog()
SUM: dict[str, Any] = {
    "id": "CHK-X-01",
    "kind": "sum",
    "family": "arithmetic",
    "applies_to": {"tables": ["disputes"]},
    "total": ["reconsideration.total"],
    "parts": [{"items_under": "reconsideration"}],
    "severity": "error",
    "title_zh": "甲",
    "title_en": "a",
    "basis_status": "arithmetic",
    "says_zh": "{left}",
    "says_en": "{left}",
    "hint_zh": "乙",
    "hint_en": "b",
}


def with_rule(folder: Path, rule: dict[str, Any]) -> Path:
    """A copy of the declarative files with one more rule."""
    root = folder / "schemas"
    shutil.copytree(BUNDLED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (root / "rules" / "extra.yml").write_text(
        yaml.safe_dump([rule], allow_unicode=True), encoding="utf-8"
    )
    return root


def test_rules_are_sorted_and_unique() -> None:
    ids = [rule.id for rule in CATALOG.rules]
    assert ids == sorted(set(ids))
    assert CATALOG.rule("CHK-T3-01").severity is Severity.ERROR
    with pytest.raises(KeyError, match="CHK-NO-00"):
        CATALOG.rule("CHK-NO-00")


def test_a_new_rule_is_a_file(tmp_path: Path) -> None:
    rule = load_catalog(with_rule(tmp_path, SUM)).rule("CHK-X-01")
    assert isinstance(rule, TableRule)
    assert rule.table == "disputes"


def test_only_the_printed_identity_cites_the_form() -> None:
    """No other rule of arithmetic may claim a text that does not say it."""
    citing = {
        rule.id
        for rule in CATALOG.rules
        if rule.family == "arithmetic" and rule.basis_status == "verified"
    }
    assert citing == {"CHK-T3-01", "CHK-T4-04"}
    assert "勾稽关系" in CATALOG.rule("CHK-T3-01").legal_basis


def test_a_verified_basis_is_named() -> None:
    for rule in CATALOG.rules:
        assert bool(rule.legal_basis) == (rule.basis_status == "verified"), rule.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_speaks_both_languages(language: str) -> None:
    for rule in CATALOG.rules:
        for name in ("title", "says", "hint"):
            assert getattr(rule, f"{name}_{language}").strip(), f"{rule.id} {name}_{language}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"parts": [{"items_under": "no.such"}]}, "prints .*no.such"),
        ({"total": ["reconsideration.sum"]}, "prints .*reconsideration.sum"),
        ({"applies_to": {"tables": ["disputes"], "formats": ["gir_1999"]}}, "no known format"),
        (
            {"applies_to": {"tables": ["disputes"], "formats": ["gir_2021", "gir_1999"]}},
            "unknown format gir_1999",
        ),
        ({"applies_to": {"tables": ["table_nine"]}}, "has table table_nine"),
        ({"applies_to": {}}, "exactly one table"),
        ({"kind": "summ"}, "summ"),
        ({"tolerence": 1}, "tolerence"),
        ({"id": "T3-01"}, "pattern"),
        ({"says_zh": "{cells}"}, "no field"),
        ({"id": "CHK-T3-01"}, "defined twice"),
    ],
)
def test_what_is_refused(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(CatalogError, match=reason):
        load_catalog(with_rule(tmp_path, SUM | change))


def test_an_axis_that_the_table_lacks_is_refused(tmp_path: Path) -> None:
    rule = {key: value for key, value in SUM.items() if key not in {"total", "parts"}}
    with pytest.raises(CatalogError, match="axis applicant is not printed in disputes"):
        load_catalog(with_rule(tmp_path, rule | {"kind": "member_sum", "axis": "applicant"}))


def test_items_of_a_cell_rule_must_exist(tmp_path: Path) -> None:
    rule = {key: value for key, value in SUM.items() if key not in {"total", "parts"}}
    with pytest.raises(CatalogError, match=r"prints no\.such"):
        load_catalog(
            with_rule(
                tmp_path,
                rule
                | {
                    "kind": "cell_text",
                    "pattern": "元",
                    "items": ["no.such"],
                    "says_zh": "甲",
                    "says_en": "a",
                },
            )
        )


def test_a_pattern_that_is_none_is_refused(tmp_path: Path) -> None:
    rule = {key: value for key, value in SUM.items() if key not in {"total", "parts"}}
    with pytest.raises(CatalogError, match="not a pattern"):
        load_catalog(
            with_rule(
                tmp_path,
                rule | {"kind": "cell_text", "pattern": "(元", "says_zh": "甲", "says_en": "a"},
            )
        )


def test_parts_of_a_rule_must_exist(tmp_path: Path) -> None:
    rule = {key: value for key, value in SUM.items() if key not in {"total", "parts", "applies_to"}}
    extra = {"kind": "pattern", "field": "text", "pattern": "无", "sections": ["七"]}
    with pytest.raises(CatalogError, match="has part 七"):
        load_catalog(with_rule(tmp_path, rule | extra | {"says_zh": "甲", "says_en": "a"}))
