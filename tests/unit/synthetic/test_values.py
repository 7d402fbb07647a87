"""Drawn numbers: every identity of the form holds, in every format, years after years."""

import random
from decimal import Decimal

import pytest

from assets.synthetic.sums import (
    BROUGHT_FORWARD,
    CARRIED_FORWARD,
    balances,
    column_sums,
    row_sums,
)
from assets.synthetic.values import draw_values
from schemas.catalog import load_catalog
from schemas.vocabulary import AgencyKind

CATALOG = load_catalog()
BLOCKS = [
    (form, block)
    for form in CATALOG.formats.values()
    for table in form.tables
    for block in table.blocks
]


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
@pytest.mark.parametrize("seed", range(25))
def test_identities_hold(format_id: str, seed: int) -> None:
    form = CATALOG.formats[format_id]
    values = draw_values(random.Random(seed), form, "示例县教育局", AgencyKind.DEPT)
    assert set(values) == {(c.item_code, c.breakdown) for c in form.cells}
    checked = 0
    for table in form.tables:
        for block in table.blocks:
            for total in (*row_sums(block), *column_sums(block)):
                assert values[total.whole] == sum(values[part] for part in total.parts)
                checked += 1
            for balance in balances(block):
                assert sum(values[k] for k in balance.left) == sum(values[k] for k in balance.right)
                checked += 1
    assert checked > 30


def test_the_sums_are_those_of_the_official_form() -> None:
    form = CATALOG.formats["gir_2021"]
    applications = form.table("applications").blocks[0]
    disputes = form.table("disputes").blocks[0]
    assert {len(s.parts) for s in row_sums(applications)} == {21}
    assert {len(s.parts) for s in column_sums(applications)} == {6}
    assert len(list(column_sums(applications))) == 25
    assert [len(s.parts) for s in column_sums(disputes)] == [4, 4, 4]
    assert len(list(balances(applications))) == 7


def test_only_cells_of_signed_counts_are_negative() -> None:
    form = CATALOG.formats["gir_2019"]
    signed = {(c.item_code, c.breakdown) for c in form.cells if c.value_type == "signed_count"}
    negative: set[tuple[str, str]] = set()
    for seed in range(60):
        values = draw_values(random.Random(seed), form, "示例县教育局", AgencyKind.DEPT)
        negative |= {key for key, value in values.items() if value < 0}
    assert negative
    assert negative <= signed


@pytest.mark.parametrize(
    ("name", "kind", "allowed"),
    [
        ("示例市人民政府", AgencyKind.GOV, True),
        ("示例县人民政府", AgencyKind.GOV, False),
        ("示例县教育局", AgencyKind.DEPT, False),
        ("示例市教育局", AgencyKind.DEPT, False),
    ],
)
def test_only_those_who_may_make_rules_do(name: str, kind: AgencyKind, allowed: bool) -> None:
    form = CATALOG.formats["gir_2021"]
    rules = [
        draw_values(random.Random(seed), form, name, kind)["government_rules.in_force", ""]
        for seed in range(30)
    ]
    assert any(rules) is allowed


def test_the_next_year_takes_over_what_was_carried_forward() -> None:
    rng = random.Random(7)
    form = CATALOG.formats["gir_2021"]
    first = draw_values(rng, form, "示例县人民政府", AgencyKind.GOV, 300)
    second = draw_values(rng, form, "示例县人民政府", AgencyKind.GOV, 2, first)
    members = {column.breakdown for column in form.table("applications").blocks[0].columns}
    assert any(first[CARRIED_FORWARD, member] for member in members)
    for member in members:
        assert second[BROUGHT_FORWARD, member] == first[CARRIED_FORWARD, member]
    documents = "normative_documents"
    assert second[f"{documents}.in_force", ""] == (
        first[f"{documents}.in_force", ""]
        + second[f"{documents}.issued", ""]
        - second[f"{documents}.repealed", ""]
    )
    assert min(second.values()) >= Decimal(0)
