"""What one cell prints, and when its number is doubtful."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.cells.numbers import read_value


@pytest.mark.parametrize(
    ("printed", "value"), [("08", 8), ("015", 15), ("00", 0), ("0,123", 123), ("02件", 2)]
)
def test_a_number_that_starts_with_0_is_read_and_doubted(printed: str, value: int) -> None:
    found = read_value(printed)
    assert found.value == Decimal(value)
    assert found.doubt == "a number that starts with 0"


@pytest.mark.parametrize("printed", ["0", "0.5", "10", "1,000", "0件", "-0"])
def test_other_zeros_are_plain(printed: str) -> None:
    assert read_value(printed).doubt is None
