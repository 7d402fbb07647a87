"""Hard tables: every cell is right or left for review, and no printed number is called absent."""

from __future__ import annotations

import random

import pytest

from assets.synthetic.report import random_report
from tests.property.mess_model import CATALOG, Mess, document, outcome
from tests.property.messes import MESSES

SEEDS = range(4)
LOSSLESS = {
    "plain",
    "page_break",
    "page_break_repeats_group",
    "page_break_shifts_left",
    "page_break_with_header",
    "split_row_values_above",
    "split_row_values_below",
    "split_header",
    "vertical_headers",
    "extra_column",
    "no_spans",
    "page_rows",
    "instructions",
    "narrow_on_its_side",
    "two_years_named",
}
"""What takes nothing from a table: every cell must be right."""
LOSSY = {
    "doubled_all": 0.0,
    "doubled_rows": 0.4,
    "doubled_values": 0.0,
    "column_in_one_cell": 0.05,
    "two_years": 0.05,
    "two_years_in_rows": 0.05,
    "on_its_side": 0.0,
    "swapped_columns": 0.1,
}
"""Share of sure cells where little is certain; elsewhere at least MOST."""
MOST = 0.6


@pytest.mark.parametrize("mess", MESSES, ids=lambda mess: mess.__name__)
@pytest.mark.parametrize("format_id", ["gir_2019", "gir_2021"])
def test_no_cell_is_silently_wrong_or_lost(mess: Mess, format_id: str) -> None:
    right = total = 0
    for seed in SEEDS:
        report = random_report(seed, CATALOG, format_id, applications=40)
        found = outcome(report, document(report, mess, random.Random(seed)))
        assert (found.wrong, found.lost) == ((), ())
        right += found.right
        total += found.total
    name = mess.__name__
    share = 1.0 if name in LOSSLESS else LOSSY.get(name, MOST)
    assert right >= share * total
