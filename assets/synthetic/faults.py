"""Faults that real reports have, to be put into made-up ones.

A fault changes what is printed and nothing else: numbers, the writing of cells, headings, parts,
tables, dates. What the changed report deserves is worked out from what it then prints
(oracle.py), so that several faults in one report need no table of combinations. To add a fault,
write a function and list it in FAULTS.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from assets.synthetic.model import (
    Key,
    PrintedCell,
    PrintedTable,
    SyntheticReport,
    blank,
    number_text,
    printed,
)
from assets.synthetic.oracle import Deserved, deserved
from assets.synthetic.sums import RECEIVED
from schemas.catalog import Block, Catalog, Cell
from schemas.vocabulary import ValueStatus

Change = Callable[[SyntheticReport, random.Random, Catalog], SyntheticReport | None]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
WRONG_NOTICES = ("国办公开办涵", "国办公开函")


@dataclass(frozen=True, slots=True)
class Fault:
    """A named fault; `change` gives None where the report has nothing it could spoil."""

    name: str
    change: Change

    def apply(
        self, report: SyntheticReport, rng: random.Random, catalog: Catalog
    ) -> SyntheticReport:
        """The report with the fault, or unchanged where the fault does not fit it."""
        changed = self.change(report, rng, catalog)
        return report if changed is None else replace(changed, faults=(*report.faults, self.name))

    def deserved(self, report: SyntheticReport, catalog: Catalog) -> set[Deserved]:
        """Rule ids and places that a report (already spoilt) fails."""
        return deserved(report, catalog)


def _cells(
    report: SyntheticReport, wanted: Callable[[Block, Cell], bool]
) -> list[tuple[Key, PrintedCell]]:
    """Cells that still print a plain number and are wanted, in printed order."""
    out: list[tuple[Key, PrintedCell]] = []
    for table in report.first_copies():
        for block in table.blocks:
            for cell in block.cells:
                content = report.cell(table, cell)
                plain = content.value is not None and content.text == number_text(content.value)
                if plain and wanted(block, cell):
                    out.append(((cell.item_code, cell.breakdown), content))
    return out


def _is_count(block: Block, cell: Cell) -> bool:
    return cell.value_type == "count" and bool(block.cells)


def _raised(
    report: SyntheticReport, rng: random.Random, wanted: Callable[[Block, Cell], bool]
) -> SyntheticReport | None:
    found = _cells(report, lambda b, c: c.value_type == "count" and wanted(b, c))
    if not found:
        return None
    key, content = rng.choice(found)
    return report.with_cells({key: printed((content.value or Decimal(0)) + rng.randint(1, 9))})


def _total_row(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _raised(report, rng, lambda b, c: b.rows[c.row].is_total)


def _total_column(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    return _raised(report, rng, lambda b, c: b.columns[c.column].is_total)


def _received(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _raised(report, rng, lambda _b, c: c.item_code == RECEIVED)


def _summand(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    def part(block: Block, cell: Cell) -> bool:
        return not cell.is_total and any(column.is_total for column in block.columns)

    return _raised(report, rng, part)


def _rewritten(
    report: SyntheticReport,
    rng: random.Random,
    write: Callable[[Decimal], PrintedCell],
    wanted: Callable[[Block, Cell], bool] = _is_count,
    at_most: int = 3,
) -> SyntheticReport | None:
    found = _cells(report, wanted)
    if not found:
        return None
    chosen = rng.sample(found, k=min(len(found), rng.randint(1, at_most)))
    return report.with_cells({key: write(content.value or Decimal(0)) for key, content in chosen})


def _blank(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _rewritten(report, rng, lambda _value: blank())


def _blank_zeros(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    """All zeros of one table left empty."""
    table = rng.choice(report.tables)
    zeros = _cells(report, lambda _b, c: c.table_id == table.table_id)
    changed = {key: blank() for key, content in zeros if content.value == 0}
    return report.with_cells(changed) if changed else None


def _placeholder(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    sign = rng.choice(("/", "—", "-", "无"))
    return _rewritten(report, rng, lambda _value: PrintedCell(sign, None, ValueStatus.PLACEHOLDER))


def _unit(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _rewritten(
        report, rng, lambda value: PrintedCell(f"{number_text(value)}件", value, unit="件")
    )


def _full_width(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _rewritten(
        report,
        rng,
        lambda value: PrintedCell(number_text(value).translate(FULL_WIDTH), value),
    )


def _separator(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    large = {key for key, content in _cells(report, _is_count) if (content.value or 0) >= 1000}
    return _rewritten(
        report,
        rng,
        lambda value: PrintedCell(f"{value:,f}", value),
        lambda _b, c: (c.item_code, c.breakdown) in large,
    )


def _point_zero(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _rewritten(report, rng, lambda value: PrintedCell(f"{number_text(value)}.0", value))


def _fraction(report: SyntheticReport, rng: random.Random, _: Catalog) -> SyntheticReport | None:
    return _rewritten(report, rng, lambda value: printed(value + Decimal("0.5")), at_most=1)


def _section(report: SyntheticReport, number: int, **changes: object) -> SyntheticReport:
    sections = list(report.sections)
    sections[number] = replace(sections[number], **changes)  # pyright: ignore[reportArgumentType]
    return replace(report, sections=tuple(sections))


def _digit_ordinals(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    number = rng.randrange(len(report.sections))
    return _section(report, number, ordinal=f"{number + 1}、")


def _other_heading(
    report: SyntheticReport, rng: random.Random, catalog: Catalog
) -> SyntheticReport | None:
    """A heading with a word added, as agencies do when they write from memory."""
    number = rng.randrange(len(report.sections))
    heading = report.sections[number].heading
    return _section(report, number, heading=f"本年度{heading}")


def _missing_section(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    if len(report.sections) < 2:
        return None
    gone = rng.choice(report.sections).section_no
    return replace(
        report,
        sections=tuple(s for s in report.sections if s.section_no != gone),
        tables=tuple(t for t in report.tables if t.section_no != gone),
    )


def _swapped_sections(
    report: SyntheticReport, _: random.Random, __: Catalog
) -> SyntheticReport | None:
    if len(report.sections) < 2:
        return None
    *first, last_but_one, last = report.sections
    return replace(report, sections=(*first, last, last_but_one))


def _empty_section(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    tables = {table.section_no for table in report.tables}
    plain = [
        i for i, s in enumerate(report.sections) if s.paragraphs and s.section_no not in tables
    ]
    if not plain:
        return None
    return _section(report, plain[-1], paragraphs=rng.choice(((), ("无。",))))


def _missing_table(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    if not report.tables:
        return None
    gone = rng.choice(report.tables).table_id
    return replace(report, tables=tuple(t for t in report.tables if t.table_id != gone))


def _repeated(
    report: SyntheticReport, overrides: dict[Key, PrintedCell], table: PrintedTable
) -> SyntheticReport:
    copy = replace(table, overrides=overrides)
    tables: list[PrintedTable] = []
    for each in report.tables:
        tables += [each, copy] if each is table else [each]
    return replace(report, tables=tuple(tables))


def _repeated_table(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    return _repeated(report, {}, rng.choice(report.tables)) if report.tables else None


def _differing_copy(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    if not report.tables:
        return None
    table = rng.choice(report.tables)
    found = _cells(report, lambda _b, c: c.table_id == table.table_id and c.value_type == "count")
    if not found:
        return None
    key, content = rng.choice(found)
    return _repeated(report, {key: printed((content.value or Decimal(0)) + 1)}, table)


def _period_year(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport | None:
    year = report.report_year - 1
    return replace(report, period_start=dt.date(year, 1, 1), period_end=dt.date(year, 12, 31))


def _short_period(
    report: SyntheticReport, rng: random.Random, _: Catalog
) -> SyntheticReport | None:
    return replace(report, period_end=dt.date(report.period_end.year, rng.choice((10, 11)), 30))


def _notice(
    report: SyntheticReport, rng: random.Random, catalog: Catalog
) -> SyntheticReport | None:
    others = [
        form.entry.document_number
        for form in catalog.formats.values()
        if form.entry.document_number != report.cited_notice
    ]
    prefix, bracket, rest = report.cited_notice.partition("〔")
    misspelt = [f"{wrong}{bracket}{rest}" for wrong in WRONG_NOTICES if wrong != prefix]
    return replace(report, cited_notice=rng.choice([*others, *misspelt]))


def _hybrid(
    report: SyntheticReport, rng: random.Random, catalog: Catalog
) -> SyntheticReport | None:
    """One block in the form of another format, with other columns."""
    swaps = [
        (table, block, other)
        for table in report.tables
        for block in table.blocks
        for form in catalog.formats.values()
        if form.format_id != block.format_id
        for other_table in form.tables
        if other_table.table_id == table.table_id
        for other in other_table.blocks
        if other.block == block.block
        and [c.label for c in other.columns] != [c.label for c in block.columns]
    ]
    if not swaps:
        return None
    table, block, other = rng.choice(swaps)
    cells = {
        (cell.item_code, cell.breakdown): printed(rng.choice((0, 0, rng.randint(1, 9))))
        for cell in other.cells
        if (cell.item_code, cell.breakdown) not in report.cells
    }
    blocks = tuple(other if each is block else each for each in table.blocks)
    tables = tuple(replace(t, blocks=blocks) if t is table else t for t in report.tables)
    return replace(report, tables=tables).with_cells(cells)


FAULTS: tuple[Fault, ...] = (
    Fault("wrong_total_row", _total_row),
    Fault("wrong_total_column", _total_column),
    Fault("wrong_received", _received),
    Fault("wrong_summand", _summand),
    Fault("blank_cells", _blank),
    Fault("blank_zeros", _blank_zeros),
    Fault("placeholder", _placeholder),
    Fault("unit_in_cell", _unit),
    Fault("full_width_digits", _full_width),
    Fault("thousands_separator", _separator),
    Fault("point_zero", _point_zero),
    Fault("fraction", _fraction),
    Fault("digit_ordinal", _digit_ordinals),
    Fault("other_heading", _other_heading),
    Fault("missing_section", _missing_section),
    Fault("swapped_sections", _swapped_sections),
    Fault("empty_section", _empty_section),
    Fault("missing_table", _missing_table),
    Fault("repeated_table", _repeated_table),
    Fault("differing_copy", _differing_copy),
    Fault("wrong_period_year", _period_year),
    Fault("short_period", _short_period),
    Fault("wrong_notice", _notice),
    Fault("hybrid_form", _hybrid),
)
BY_NAME: dict[str, Fault] = {fault.name: fault for fault in FAULTS}


def inject(
    report: SyntheticReport, names: tuple[str, ...], rng: random.Random, catalog: Catalog
) -> SyntheticReport:
    """The report with several faults, one after the other.

    Raises:
        KeyError: there is no fault of that name.
    """
    for name in names:
        report = BY_NAME[name].apply(report, rng, catalog)
    return report
