"""Quirks inside the cells: how a number is written."""

from __future__ import annotations

import random
from decimal import Decimal

from assets.synthetic.faults import BY_NAME
from assets.synthetic.model import PrintedCell, SyntheticReport, number_text
from assets.synthetic.quirks.model import Hooks, doubted, rewrite
from schemas.catalog import Catalog, Cell
from schemas.vocabulary import ValueStatus

MISREAD = str.maketrans({"0": "O", "1": "l"})
DIGITS = "零一二三四五六七八九"
FAULTS = (
    "placeholder",
    "unit_in_cell",
    "full_width_digits",
    "thousands_separator",
    "point_zero",
    "fraction",
    "blank_cells",
    "blank_zeros",
    "wrong_total_row",
    "wrong_total_column",
    "wrong_received",
    "digit_ordinal",
    "other_heading",
    "swapped_sections",
    "missing_table",
    "repeated_table",
    "hybrid_form",
    "wrong_notice",
)
"""Faults of the publisher that a reader must pass on as printed."""


def _is_count(cell: Cell, value: Decimal) -> bool:
    return cell.value_type == "count" and value == int(value)


def _remark(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    def write(value: Decimal) -> PrintedCell:
        part = rng.randint(1, int(value))
        return PrintedCell(f"{number_text(value)}（其中修订{part}件）", value)

    found = rewrite(report, rng, write, lambda c, v: _is_count(c, v) and v > 0)
    return found[0] if found else None


def _signed(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    def write(value: Decimal) -> PrintedCell:
        size = number_text(abs(value))
        words = ("-", "减", "−") if value < 0 else ("+", "增")
        return PrintedCell(f"{rng.choice(words)}{size}", value)

    found = rewrite(
        report, rng, write, lambda c, v: c.value_type == "signed_count" and v != 0, at_most=8
    )
    return found[0] if found else None


def _two_numbers(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    found = rewrite(
        report,
        rng,
        lambda value: PrintedCell(f"{number_text(value)}/0", None, ValueStatus.TEXT),
        _is_count,
        at_most=2,
    )
    return doubted(*found) if found else None


def _chinese(value: Decimal) -> PrintedCell:
    tens, ones = divmod(int(value), 10)
    if not tens:
        return PrintedCell(DIGITS[ones], value)
    head = ("" if tens == 1 else DIGITS[tens]) + "十"
    return PrintedCell(head + (DIGITS[ones] if ones else ""), value)


def _chinese_numerals(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    found = rewrite(report, rng, _chinese, lambda c, v: _is_count(c, v) and v < 100)
    return found[0] if found else None


def _spaced(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    def write(value: Decimal) -> PrintedCell:
        return PrintedCell(" ".join(number_text(value)), value)

    found = rewrite(report, rng, write, lambda c, v: _is_count(c, v) and v >= 10)
    return doubted(*found) if found else None


def _note_mark(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    def write(value: Decimal) -> PrintedCell:
        return PrintedCell(number_text(value) + rng.choice("①②*※"), value)

    found = rewrite(report, rng, write, lambda c, v: _is_count(c, v) and v > 0, at_most=2)
    return found[0] if found else None


def _misread(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    def write(value: Decimal) -> PrintedCell:
        text = number_text(value).translate(MISREAD)
        return PrintedCell(text, None, ValueStatus.ILLEGIBLE)

    found = rewrite(
        report, rng, write, lambda c, v: _is_count(c, v) and bool({"0", "1"} & set(str(v)))
    )
    return doubted(*found) if found else None


HOOKS: dict[str, Hooks] = {
    **{name: Hooks(report=BY_NAME[name].change) for name in FAULTS},
    "remark_in_cell": Hooks(report=_remark),
    "signed_change": Hooks(report=_signed),
    "two_numbers_in_cell": Hooks(report=_two_numbers),
    "chinese_numerals": Hooks(report=_chinese_numerals),
    "spaced_digits": Hooks(report=_spaced),
    "note_mark": Hooks(report=_note_mark),
    "letters_for_digits": Hooks(report=_misread),
}
