"""What one cell prints, and when its number is doubtful."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.cells.numbers import read_value
from schemas.vocabulary import ValueStatus


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


BRACKETS = (
    "()",
    "（）",
    "[]",
    "［］",
    "【】",
    "〔〕",
    "〖〗",
    "<>",
    "＜＞",
    "〈〉",
    "《》",
    "{}",
    "｛｝",
    "「」",
)


@pytest.mark.parametrize("kind", BRACKETS)
@pytest.mark.parametrize(
    ("inside", "doubt"),
    [
        ("16", "a second number in brackets"),
        ("16件", "a second number in brackets"),
        ("+16", "a second number in brackets"),
        ("十六", "a second number in brackets"),
        ("16/6", "a second number in brackets"),
        ("应为16", "a remark that disputes the number"),
        ("更正为16", "a remark that disputes the number"),
        ("有误", "a remark that disputes the number"),
        ("其中修订16件", None),
        ("含上年结转16件", None),
        ("其中修正16件", None),
        ("实际办结16件", None),
        ("见附件", None),
        ("件", None),
    ],
)
def test_a_remark_is_read_alike_in_brackets_of_all_kinds(
    kind: str, inside: str, doubt: str | None
) -> None:
    found = read_value(f"22{kind[0]}{inside}{kind[1]}")
    assert (found.status, found.value) == (ValueStatus.REPORTED, Decimal(22))
    assert found.doubt == doubt


def test_each_of_several_remarks_must_say_what_its_number_is() -> None:
    assert read_value("22（其中修订16件）【见附件】").doubt is None
    assert read_value("22（其中修订16件）[3]").doubt == "a second number in brackets"
    assert read_value("22[3]（其中修订16件）").doubt == "a second number in brackets"


def test_a_unit_in_brackets_is_the_unit() -> None:
    assert read_value("22（元）").unit == "元"
    assert read_value("22[万元]").unit == "万元"
    assert read_value("22件（万元）").unit == "件"
    assert read_value("22件（万元）").doubt == "two units"


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200f", "\u2028"]
)
def test_an_unseen_character_between_digits_is_read_over_and_doubted(unseen: str) -> None:
    """On a screen it is 12; who types a number makes none, what joins two texts does."""
    found = read_value(f"1{unseen}2")
    assert (found.value, found.doubt) == (Decimal(12), "an invisible character between digits")
    assert read_value(f"{unseen}12{unseen}").doubt is None
    assert read_value(f"12{unseen}件").doubt is None


def test_digits_that_are_shown_backwards_are_doubted() -> None:
    assert read_value("\u202e21").doubt == "characters shown from right to left"


@pytest.mark.parametrize("printed", ["12¹", "12²³", "12₁", "12①", "12❶", "12 ¹", "12件¹", "12※"])
def test_a_note_mark_is_no_digit_of_the_number(printed: str) -> None:
    found = read_value(printed)
    assert (found.value, found.doubt) == (Decimal(12), "a note mark after the number")


@pytest.mark.parametrize("printed", ["①", "②3", "⑫", "¹", "²3", "⒈2", "₂", "1²3", "⓪"])
def test_digits_that_are_raised_or_circled_make_no_number(printed: str) -> None:
    found = read_value(printed)
    assert (found.status, found.value) == (ValueStatus.ILLEGIBLE, None)


def test_circled_digits_within_a_remark_are_part_of_it() -> None:
    found = read_value("22（其中①新增16件，②修订6件）")
    assert (found.value, found.doubt) == (Decimal(22), None)


@pytest.mark.parametrize("printed", ["١٢", "१२", "༡༢"])
def test_digits_of_other_scripts_are_doubted(printed: str) -> None:
    found = read_value(printed)
    assert (found.value, found.doubt) == (Decimal(12), "digits of another script")


@pytest.mark.parametrize(
    ("printed", "value", "doubt"),
    [
        ("１２", 12, None),
        ("１，２３４", 1234, None),
        ("1.0", 1, None),
        ("1 2", 12, "a gap between digits"),
        ("1\u30002", 12, "a gap between digits"),
        ("1\n2", 12, "digits on two lines of one cell"),
        ("1,2", None, None),
        ("Ⅻ", None, None),
        ("12/16", None, None),
        ("22（16", None, None),
    ],
)
def test_numbers_that_look_odd(printed: str, value: int | None, doubt: str | None) -> None:
    found = read_value(printed)
    assert found.value == (None if value is None else Decimal(value))
    assert found.doubt == doubt
    # Words where a number belongs are always for a person.
    assert (found.status is ValueStatus.TEXT) == (value is None)


def test_a_long_remark_is_read_at_once() -> None:
    assert read_value("22(" + "万" * 5000 + "修)").doubt is None
