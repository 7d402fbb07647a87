"""Which findings a made-up report deserves, by plain arithmetic on what it prints.

Small on purpose and independent of the rule files and their evaluator, so that the two can be
held against each other. Rules that need a second report (CHK-TIME-06) are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from assets.synthetic.model import Key, PrintedCell, SyntheticReport
from assets.synthetic.sums import (
    BROUGHT_FORWARD,
    CARRIED_FORWARD,
    OUTCOME_TOTAL,
    RECEIVED,
    balances,
    column_sums,
    row_sums,
)
from schemas.catalog import Block, Catalog, Cell
from schemas.vocabulary import ValueStatus

Deserved = tuple[str, str]
"""Rule id and place: a member of the axis, an item, a group, a table, a section, or ''."""

ODD_OUTCOMES = ("other.miscellaneous", "not_processed.confirmation")
DOCUMENT_KINDS = ("government_rules", "normative_documents")
UNFILLED = {ValueStatus.BLANK, ValueStatus.PLACEHOLDER}
NOTHING = {"", "无", "暂无", "没有"}
DECIMAL_COUNT = re.compile(r"[0-9０-９][.．][0-9０-９]")
ODD_DIGITS = re.compile(
    r"[０-９]|[0-9]\s+[0-9.]|[0-9][,，][0-9]{3}|[零〇一二三四五六七八九十百千两]"
)
WORDS = re.compile(r"[^\W\d_]")


def deserved(report: SyntheticReport, catalog: Catalog) -> set[Deserved]:
    """Every rule and place where the report as printed fails.

    Args:
        report: the report, faults included.
        catalog: decides which format governs the year, and which heading variants are accepted.
    """
    found: set[Deserved] = set()
    blocks = [(table.table_id, block) for table in report.first_copies() for block in table.blocks]
    printed = {
        (cell.item_code, cell.breakdown): content for cell, content in report.printed_cells()
    }
    for table_id, block in blocks:
        if table_id == "applications":
            found |= set(_sums_of_applications(block, printed))
        if table_id == "disputes":
            found |= set(_sums_of_disputes(block, printed))
    found |= set(_applications(printed))
    found |= set(_documents(printed))
    found |= set(_direct_suits(report, printed))
    found |= set(_cells(report))
    found |= set(_parts(report, catalog))
    found |= set(_tables(report, catalog))
    found |= set(_identity(report, catalog))
    return found


def _number(printed: dict[Key, PrintedCell], key: Key) -> Decimal | None:
    return printed[key].value if key in printed else None


def _add(printed: dict[Key, PrintedCell], keys: tuple[Key, ...]) -> Decimal | None:
    """The sum of the cells; None when one of them prints no number."""
    total = Decimal(0)
    for key in keys:
        value = _number(printed, key)
        if value is None:
            return None
        total += value
    return total


def _differ(left: Decimal | None, right: Decimal | None) -> bool:
    return left is not None and right is not None and left != right


def _sums_of_applications(block: Block, printed: dict[Key, PrintedCell]) -> Iterator[Deserved]:
    for balance in balances(block):
        if _differ(_add(printed, balance.left), _add(printed, balance.right)):
            yield "CHK-T3-01", balance.breakdown
    for total in row_sums(block):
        if _differ(_number(printed, total.whole), _add(printed, total.parts)):
            yield "CHK-T3-02", total.whole[1]
    for total in column_sums(block):
        if _differ(_number(printed, total.whole), _add(printed, total.parts)):
            yield "CHK-T3-03", total.whole[0]


def _sums_of_disputes(block: Block, printed: dict[Key, PrintedCell]) -> Iterator[Deserved]:
    for total in column_sums(block):
        if _differ(_number(printed, total.whole), _add(printed, total.parts)):
            yield "CHK-T4-01", total.whole[0].removesuffix(".total")


def _applications(printed: dict[Key, PrintedCell]) -> Iterator[Deserved]:
    load = _add(printed, ((RECEIVED, "total"), (BROUGHT_FORWARD, "total")))
    settled = _number(printed, (OUTCOME_TOTAL, "total"))
    carried = _number(printed, (CARRIED_FORWARD, "total"))
    onward = _add(printed, ((OUTCOME_TOTAL, "total"), (CARRIED_FORWARD, "total")))
    if load is not None and load > 0 and onward == 0:
        yield "CHK-T3-05", "total"
    if load == 0 and settled is not None and settled != 0:
        yield "CHK-T3-06", "total"
    if load is not None and carried is not None and load >= 10 and carried * 2 > load:
        yield "CHK-T3-07", "total"
    for name in ODD_OUTCOMES:
        part = _number(printed, (f"applications.outcome.{name}", "total"))
        if part is not None and settled is not None and settled >= 10 and part * 2 >= settled:
            yield "CHK-T3-08", name


def _documents(printed: dict[Key, PrintedCell]) -> Iterator[Deserved]:
    for kind in DOCUMENT_KINDS:
        issued, repealed, in_force = (
            _number(printed, (f"{kind}.{measure}", ""))
            for measure in ("issued", "repealed", "in_force")
        )
        if issued is None or repealed is None or in_force is None:
            continue
        if in_force < issued - repealed:
            yield "CHK-T2-02", kind


def _direct_suits(report: SyntheticReport, printed: dict[Key, PrintedCell]) -> Iterator[Deserved]:
    total = _number(printed, ("litigation.direct.total", ""))
    if report.report_year >= 2024 and total is not None and total > 0:
        yield "CHK-T4-04", ""


def _wrong_type(cell: Cell, value: Decimal) -> bool:
    if cell.value_type == "money":
        digits = 6 if cell.format_id == "gir_2019" else 4
        return value < 0 or value != round(value, digits)
    return value % 1 != 0 or (value < 0 and cell.value_type != "signed_count")


def _cells(report: SyntheticReport) -> Iterator[Deserved]:
    zeros: dict[str, set[bool]] = defaultdict(set)
    for cell, content in report.printed_cells():
        if content.status in UNFILLED:
            zeros[cell.table_id].add(False)
            rule = "CHK-CELL-01" if content.status is ValueStatus.BLANK else "CHK-CELL-02"
            yield rule, cell.table_id
        if content.value == 0:
            zeros[cell.table_id].add(True)
        if content.value is not None:
            for rule in _of_number(cell, content.text, content.value):
                yield rule, cell.table_id
    for table, kinds in zeros.items():
        if len(kinds) == 2:
            yield "CHK-CELL-06", table


def _of_number(cell: Cell, text: str, value: Decimal) -> Iterator[str]:
    if WORDS.search(ODD_DIGITS.sub("", text)):
        yield "CHK-CELL-03"
    if cell.value_type != "money" and DECIMAL_COUNT.search(text):
        yield "CHK-CELL-04"
    if ODD_DIGITS.search(text):
        yield "CHK-CELL-05"
    if _wrong_type(cell, value) and cell.table_id == "applications":
        yield "CHK-T3-04"
    if _wrong_type(cell, value) and cell.table_id == "proactive_disclosure":
        yield "CHK-T2-07" if cell.format_id == "gir_2019" else "CHK-T2-01"
    if cell.item_code == "procurement.amount" and value != 0 and "元" not in text:
        yield "CHK-T2-08"


def _parts(report: SyntheticReport, catalog: Catalog) -> Iterator[Deserved]:
    official = catalog.formats[report.format_id].sections
    order = [section.section_no for section in report.sections]
    wanted = [spec.section_no for spec in official]
    if set(order) < set(wanted):
        yield "CHK-STR-01", ""
    if order != [number for number in wanted if number in order]:
        yield "CHK-STR-01B", ""
    headings = {spec.section_no: spec.heading for spec in official}
    accepted = {
        (variant.label, variant.variant) for variant in catalog.labels if variant.kind == "section"
    }
    if any(
        section.heading != headings[section.section_no]
        and (headings[section.section_no], section.heading) not in accepted
        for section in report.sections
    ):
        yield "CHK-STR-02", ""
    ordinals = [section.ordinal for section in report.sections]
    if ordinals != [f"{number}、" for number in order]:
        yield "CHK-STR-03", ""
    for section in report.sections:
        text = "".join(section.paragraphs).strip("。 ")
        if section.section_no in {"五", "六"} and text in NOTHING:
            yield "CHK-STR-04", section.section_no


def _tables(report: SyntheticReport, catalog: Catalog) -> Iterator[Deserved]:
    there = {section.section_no for section in report.sections}
    printed_in = {table.section_no for table in report.tables}
    for table in catalog.formats[report.format_id].tables:
        if table.section in there and table.section not in printed_in:
            yield "CHK-STR-09", table.table_id
    copies: dict[str, int] = defaultdict(int)
    for table in report.tables:
        copies[table.table_id] += 1
    for table_id, count in copies.items():
        if count > 1:
            yield "CHK-STR-10", table_id
    governing = catalog.format_for(report.report_year)
    forms = {block.format_id for table in report.tables for block in table.blocks}
    if governing and forms - {governing.format_id}:
        yield "CHK-STR-11", ""


def _identity(report: SyntheticReport, catalog: Catalog) -> Iterator[Deserved]:
    if report.period_start.year != report.report_year:
        yield "CHK-ID-02", ""
    whole = (report.report_year, 1, 1, report.report_year, 12, 31)
    start, end = report.period_start, report.period_end
    if (start.year, start.month, start.day, end.year, end.month, end.day) != whole:
        yield "CHK-ID-04", ""
    governing = catalog.format_for(report.report_year)
    if governing and report.cited_notice != governing.entry.document_number:
        yield "CHK-ID-05", ""
