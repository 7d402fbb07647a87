"""What is planted in a world, and what should come of it.

A fault changes what one report prints; `rules` names the rules that must fail, and where. All
else in a world is sound, so any other finding is a false alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.synthetic.sums import BROUGHT_FORWARD, CARRIED_FORWARD, OUTCOME_TOTAL, RECEIVED
from assets.synthetic.world_draws import column_of

DISCLOSED = "applications.outcome.disclosed"
NATURAL, TOTAL = "natural_person", "total"
IN_FORCE = "normative_documents.in_force"
LICENSING = "licensing.decisions"
RESTATED = "restated"
OLD_FORM = "form_of_last_year"


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault.

    Attributes:
        name: what it is called in the truth.
        adds: amount by which the printed number of a cell is off, by column.
        mark: how cells are printed otherwise; see world_facts.py.
        table: the table that the mark is about.
        rules: rule and place of every outcome that must fail.
        first_year: first report year in which it can be planted.
        who: `unit`, or `county_gov` for a roll-up that does not add up.
        note: what else is to be seen of it.
    """

    name: str
    adds: Mapping[str, int] = field(default_factory=dict)
    mark: str = ""
    table: str = ""
    rules: tuple[tuple[str, str], ...] = ()
    first_year: int = 2019
    who: str = "unit"
    note: str = ""


FAULTS = (
    Fault(
        "wrong_outcome_total",
        {column_of(OUTCOME_TOTAL, TOTAL): 1},
        rules=(
            ("CHK-T3-01", TOTAL),
            ("CHK-T3-02", TOTAL),
            ("CHK-T3-03", OUTCOME_TOTAL),
        ),
    ),
    Fault(
        "wrong_row_sum",
        {column_of(RECEIVED, TOTAL): 2},
        rules=(("CHK-T3-01", TOTAL), ("CHK-T3-03", RECEIVED)),
    ),
    Fault(
        "wrong_leaf",
        {column_of(DISCLOSED, NATURAL): 1},
        rules=(("CHK-T3-02", NATURAL), ("CHK-T3-03", DISCLOSED)),
    ),
    Fault(
        "wrong_balance",
        {column_of(CARRIED_FORWARD, NATURAL): 1, column_of(CARRIED_FORWARD, TOTAL): 1},
        rules=(("CHK-T3-01", NATURAL), ("CHK-T3-01", TOTAL)),
        note="brought forward in the next year differs from what is carried forward here",
    ),
    Fault(
        "wrong_dispute_total",
        {column_of("reconsideration.total", ""): 1},
        rules=(("CHK-T4-01", "reconsideration"),),
    ),
    Fault(
        "carry_over_break",
        {
            column_of(item, b): 3
            for item in (BROUGHT_FORWARD, DISCLOSED, OUTCOME_TOTAL)
            for b in (NATURAL, TOTAL)
        },
        first_year=2020,
        note="brought forward differs from what the year before carried forward",
    ),
    Fault(
        "stock_break",
        {column_of(IN_FORCE, ""): 5},
        first_year=2022,
        note="in force differs from the year before plus issued less repealed, here and next year",
    ),
    Fault(
        "unit_in_cell", mark="unit", table="applications", rules=(("CHK-CELL-03", "applications"),)
    ),
    Fault(
        "blank_zeros",
        mark="blank",
        table="applications",
        rules=(("CHK-CELL-01", "applications"), ("CHK-CELL-06", "applications")),
    ),
    Fault(
        "slash_zeros",
        mark="placeholder",
        table="applications",
        rules=(("CHK-CELL-02", "applications"), ("CHK-CELL-06", "applications")),
    ),
    Fault("doubtful_cell", mark="doubt", table="applications", note="one cell needs review"),
    Fault(
        "missing_table",
        mark="absent",
        table="disputes",
        rules=(("CHK-STR-09", "disputes"),),
        note="all cells of the table are absent and need review",
    ),
    Fault(
        "roll_up_break",
        {column_of(LICENSING, ""): 11},
        who="county_gov",
        note="the government's figure is not the sum of its members",
    ),
)
BY_NAME = {fault.name: fault for fault in FAULTS}
SUPERSEDED = Fault(
    RESTATED,
    {column_of(LICENSING, ""): 7},
    rules=(("CHK-TIME-06", ""),),
    note="published again with another number; the later version counts",
)
LAST_FORM = Fault(
    OLD_FORM,
    rules=(("CHK-STR-11", ""), ("CHK-ID-05", "")),
    note="printed on the form of the years before",
)
