"""Which cells would clear the failing identities of a report, checked against trying them all."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from itertools import combinations
from typing import Any

import polars as pl
import pytest

from assets.validation.localise import MAX_SETS, Clearing, Identity, clearing
from tests.rule_cases import run_case

MEMBERS = ("natural_person", "total")
RECEIVED = "applications.received"
DISCLOSED = "applications.outcome.disclosed"
TOTAL = "applications.outcome.total"


def printed(value: int, **other: int) -> dict[str, int]:
    """A consistent table 3 with one kind of applicant, but for the cells in `other`."""
    cells = {f"{item}|{who}": value for item in (RECEIVED, DISCLOSED, TOTAL) for who in MEMBERS}
    return cells | other


def would_clear(result: Any) -> list[dict[str, Any]]:
    return [
        entry
        for evidence in result.findings["evidence"].to_list()
        for entry in json.loads(evidence)
        if entry.get("kind") == "would_clear"
    ]


def names(entry: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {f"{cell['item_code']}|{cell['breakdown']}": cell["implied"] for cell in cells}
        for cells in entry["sets"]
    ]


def test_one_wrong_cell_is_named_with_the_value_it_would_need() -> None:
    wrong = printed(12) | {f"{DISCLOSED}|natural_person": 21}
    result = run_case({"cells": wrong})
    found = would_clear(result)
    assert result.findings.height == len(found) == 2  # the column and the row
    assert [names(entry) for entry in found] == [[{f"{DISCLOSED}|natural_person": "12"}]] * 2
    cell = found[0]["sets"][0][0]
    assert cell["raw_text"] == "21"
    assert cell["locator"].startswith("line ")
    assert found[0]["failing"] == 2
    assert found[0]["is_complete"] is True


def test_all_smallest_sets_are_listed() -> None:
    """A number of the balance that no other sum tests: any term of the balance may be it."""
    wrong = {f"{RECEIVED}|natural_person": 12, f"{RECEIVED}|total": 12}
    wrong |= {f"{DISCLOSED}|{who}": 11 for who in MEMBERS}
    wrong |= {f"{TOTAL}|{who}": 11 for who in MEMBERS}
    found = would_clear(run_case({"cells": wrong}))
    assert len(found) == 2
    sets = names(found[0])
    assert {f"{RECEIVED}|natural_person": "11", f"{RECEIVED}|total": "11"} in sets
    carried = "applications.carried_forward"
    assert {f"{carried}|natural_person": "1", f"{carried}|total": "1"} in sets
    assert all(len(cells) == 2 for cells in sets)


def test_nothing_is_added_where_identities_hold_or_the_finding_is_no_identity() -> None:
    result = run_case({"cells": printed(12) | {"reconsideration.upheld": None}})
    assert result.findings.height
    assert would_clear(result) == []


def test_a_change_for_the_worse_in_another_table_is_not_mixed_in() -> None:
    wrong = printed(12) | {f"{DISCLOSED}|natural_person": 13, "reconsideration.total": 4}
    found = would_clear(run_case({"cells": wrong}))
    assert {entry["failing"] for entry in found} == {1, 2}


def test_no_printed_count_is_said_to_be_negative() -> None:
    identity = Identity(("r", "x", ""), ((1, ("a", "")), (-1, ("b", ""))), Decimal(-5), Decimal(0))
    values = {("a", ""): Decimal(0), ("b", ""): Decimal(5)}
    balance = Identity(("r", "y", ""), ((1, ("a", "")), (1, ("c", ""))), Decimal(0), Decimal(0))
    found = clearing([identity, balance], values | {("c", ""): Decimal(0)})
    # a = 5 would need c = -5.
    assert found == Clearing(1, (frozenset({(("b", ""), Decimal(0))}),), True)


def test_four_wrong_columns_are_not_explained() -> None:
    """Far apart errors: the search ends, and says that it found nothing."""
    group = [
        Identity(
            ("r", "x", str(n)), ((1, ("a", str(n))), (-1, ("b", str(n)))), Decimal(1), Decimal(0)
        )
        for n in range(4)
    ]
    values = {(name, str(n)): Decimal(9) for name in "ab" for n in range(4)}
    assert clearing(group, values) == Clearing(4, (), True)


def test_long_lists_are_cut_and_say_so() -> None:
    terms = tuple((1, ("a", str(n))) for n in range(MAX_SETS + 5))
    identity = Identity(("r", "x", ""), terms, Decimal(1), Decimal(0))
    found = clearing([identity], {cell: Decimal(9) for _, cell in terms})
    assert len(found.sets) == MAX_SETS
    assert found.is_complete is False


def grid(rng: random.Random, wrong: int) -> tuple[list[Identity], dict[Any, Decimal]]:
    """A 4 by 4 grid of counts with totals at the end, of which some are misprinted."""
    size = 3
    values: dict[Any, int] = {
        (str(r), str(c)): rng.randint(0, 9) for r in range(size) for c in range(size)
    }
    for r in range(size):
        values[(str(r), "t")] = sum(values[(str(r), str(c))] for c in range(size))
    for c in [*map(str, range(size)), "t"]:
        values[("t", c)] = sum(values[(str(r), c)] for r in range(size))
    for cell in rng.sample(sorted(values), wrong):
        values[cell] += rng.choice([1, 2, 5, 10])
    numbers = {cell: Decimal(value) for cell, value in values.items()}
    ends = [*map(str, range(size)), "t"]
    lines = [[(1 if c == "t" else -1, (r, c)) for c in ends] for r in ends]
    lines += [[(1 if r == "t" else -1, (r, c)) for r in ends] for c in ends]
    return [
        Identity(
            ("r", "x", str(n)),
            tuple(line),
            sum((f * numbers[cell] for f, cell in line), Decimal(0)),
            Decimal(0),
        )
        for n, line in enumerate(lines)
    ], numbers


def trying_all(group: list[Identity], values: dict[Any, Decimal], size: int) -> set[Any]:
    """Sets of cells of a size that solve all equations with one solution, by elimination."""
    found = set()
    for cells in combinations(sorted(values), size):
        rows = [
            [Decimal({c: f for f, c in i.terms}.get(cell, 0)) for cell in cells] + [-i.excess]
            for i in group
        ]
        rank = 0
        for column in range(size):
            pivot = next((n for n in range(rank, len(rows)) if rows[n][column]), None)
            if pivot is None:
                break
            rows[rank], rows[pivot] = rows[pivot], rows[rank]
            rows[rank] = [value / rows[rank][column] for value in rows[rank]]
            for n, row in enumerate(rows):
                if n != rank and row[column]:
                    rows[n] = [v - row[column] * p for v, p in zip(row, rows[rank], strict=True)]
            rank += 1
        if rank < size or any(row[-1] for row in rows[rank:]):
            continue
        deltas = [rows[n][-1] for n in range(size)]
        if all(deltas) and all(values[c] + d >= 0 for c, d in zip(cells, deltas, strict=True)):
            found.add(frozenset((c, values[c] + d) for c, d in zip(cells, deltas, strict=True)))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_sets_are_those_that_trying_all_finds(seed: int) -> None:
    rng = random.Random(seed)
    group, values = grid(rng, wrong=1 + seed % 3)
    if all(identity.excess == 0 for identity in group):
        return
    expected: set[Any] = set()
    for size in (1, 2, 3):
        expected = trying_all(group, values, size)
        if expected:
            break
    found = clearing(group, values)
    if found.is_complete:
        assert set(found.sets) == expected
    else:
        assert set(found.sets) <= expected
        assert len(expected) > MAX_SETS


def test_the_rows_are_the_same_each_time() -> None:
    wrong = {"cells": printed(12) | {f"{DISCLOSED}|natural_person": 21}}
    first, again = run_case(wrong).findings, run_case(wrong).findings
    assert first.equals(again)
    assert isinstance(first["evidence"][0], str)
    assert first.schema["evidence"] == pl.String
