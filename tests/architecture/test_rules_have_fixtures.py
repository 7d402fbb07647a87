"""Every rule has a report that passes it and one that fails it by this rule alone."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import polars as pl
import pytest

from schemas.catalog import load_catalog
from schemas.rule_checks import checks_by_frame, checks_by_table, pandera_check
from schemas.rule_models import Rule
from tests.rule_cases import GOLDEN, build, failing, load_case, run_case

CATALOG = load_catalog()
RULES = [rule.id for rule in CATALOG.rules]


def test_fixtures_and_rules_match() -> None:
    folders = {path.name for path in GOLDEN.iterdir() if path.is_dir()}
    assert folders == set(RULES)
    for rule_id in RULES:
        assert {p.name for p in (GOLDEN / rule_id).iterdir()} == {"passes.yml", "fails.yml"}


def test_every_kind_of_rule_is_used() -> None:
    kinds = {
        get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Rule)[0])
    }
    assert {rule.kind for rule in CATALOG.rules} == kinds


def test_every_rule_is_a_named_pandera_check() -> None:
    checks = [
        check
        for group in (checks_by_table(CATALOG), checks_by_frame(CATALOG))
        for some in group.values()
        for check in some
    ]
    names = [pandera_check(check).name or "" for check in checks]
    assert len(names) == len(set(names))
    assert {name.split("/")[0] for name in names} == set(RULES)


@pytest.mark.parametrize("rule_id", RULES)
def test_passes(rule_id: str) -> None:
    case = load_case(GOLDEN / rule_id / "passes.yml")
    result = run_case(case)
    mine = result.outcomes.filter(pl.col("rule_id") == rule_id)["outcome"].to_list()
    # A rule that met nothing has passed nothing.
    assert "fails" not in mine
    assert "holds" in mine
    assert failing(result) == set(case.get("fails", []))


@pytest.mark.parametrize("rule_id", RULES)
def test_fails(rule_id: str) -> None:
    case = load_case(GOLDEN / rule_id / "fails.yml")
    result = run_case(case)
    expected = set(case["fails"])
    assert failing(result) == expected
    assert any(entry.split(" ")[0] == rule_id for entry in expected)
    found = {
        f"{rule} {place}".strip()
        for rule, place in result.findings.select("rule_id", "breakdown").iter_rows()
    }
    assert found == expected


@pytest.mark.parametrize("rule_id", RULES)
def test_only_its_own_check_finds_it(rule_id: str) -> None:
    """Without the rule's check its fixture no longer fails it, so losing the check is seen."""
    case = load_case(GOLDEN / rule_id / "fails.yml")
    inputs = build(case, CATALOG)
    without = replace(CATALOG, rules=tuple(r for r in CATALOG.rules if r.id != rule_id))
    left = failing(inputs.run(without))
    assert left == {entry for entry in case["fails"] if entry.split(" ")[0] != rule_id}
