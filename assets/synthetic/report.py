"""A random report that is consistent throughout: numbers, texts, dates, title.

The same seed, catalog and arguments give the same report.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from assets.synthetic.model import Contact, Key, PrintedCell, PrintedTable, SyntheticReport, printed
from assets.synthetic.narrative import write_sections
from assets.synthetic.values import draw_values
from schemas.catalog import Catalog, Format
from schemas.vocabulary import AgencyKind

PLACES = ("示例", "样例", "虚构", "模拟")
AGENCIES: tuple[tuple[str, AgencyKind], ...] = (
    ("{}市人民政府", AgencyKind.GOV),
    ("{}县人民政府", AgencyKind.GOV),
    ("{}县人民政府办公室", AgencyKind.GOV_OFFICE),
    ("{}市教育局", AgencyKind.DEPT),
    ("{}区市场监督管理局", AgencyKind.DEPT),
    ("{}县住房和城乡建设局", AgencyKind.DEPT),
    ("{}县第一镇人民政府", AgencyKind.TOWNSHIP),
    ("{}区中心街道办事处", AgencyKind.STREET),
)
AMOUNT_UNITS = ("元", "万元", "")


def generator(seed: int | random.Random) -> random.Random:
    """A source of chance from a seed; one that is given already is used as it is."""
    return seed if isinstance(seed, random.Random) else random.Random(seed)


def random_report(
    seed: int | random.Random,
    catalog: Catalog,
    format_id: str,
    *,
    report_year: int | None = None,
    agency: tuple[str, AgencyKind] | None = None,
    applications: int | None = None,
    previous: Mapping[Key, Decimal] | None = None,
    values: Mapping[Key, Decimal] | None = None,
) -> SyntheticReport:
    """A made-up report without any fault.

    Args:
        seed: seed or source of chance.
        catalog: declarative files to follow.
        format_id: format that the report uses throughout.
        report_year: year, by default one that the format governs.
        agency: name and kind, by default drawn from made-up ones.
        applications: about how many applications were settled in the year.
        previous: values of the year before, for what carries over.
        values: values to print instead of drawing any.

    Returns:
        The report; all identities of the form hold and the text agrees with the tables.

    Raises:
        KeyError: the catalog has no such format.
    """
    rng = generator(seed)
    form = catalog.formats[format_id]
    governed = [y for y in catalog.report_years if catalog.format_for(y) is form]
    year = report_year if report_year is not None else rng.choice(governed[:6])
    name, kind = agency or _agency(rng)
    drawn = draw_values(rng, form, name, kind, applications, previous) if values is None else values
    published = dt.date(year + 1, 1, rng.randint(5, 28))
    separate = rng.random() < 0.5
    title = (name, f"{year}年政府信息公开工作年度报告")
    return SyntheticReport(
        agency_name=name,
        kind=kind,
        report_year=year,
        format_id=format_id,
        title_lines=title if separate else ("".join(title),),
        period_start=dt.date(year, 1, 1),
        period_end=dt.date(year, 12, 31),
        cited_notice=form.entry.document_number,
        notice_title=form.entry.title_zh,
        contact=_contact(rng, name),
        sections=write_sections(rng, catalog, form, year, kind is AgencyKind.GOV, drawn),
        tables=tuple(PrintedTable(t.table_id, t.section, t.blocks) for t in form.tables),
        cells=_printed_cells(rng, form, drawn),
        published_on=published if rng.random() < 0.6 else None,
        signed_on=published - dt.timedelta(days=rng.randint(0, 3)) if rng.random() < 0.5 else None,
        index_no=f"{rng.randint(0, 99_999_999):08d}/{year + 1}-{rng.randint(0, 99_999):05d}"
        if rng.random() < 0.3
        else None,
    )


def _printed_cells(
    rng: random.Random, form: Format, values: Mapping[Key, Decimal]
) -> dict[Key, PrintedCell]:
    out: dict[Key, PrintedCell] = {}
    for cell in form.cells:
        key = (cell.item_code, cell.breakdown)
        plain = printed(values[key])
        if cell.value_type == "money" and not cell.unit and values[key]:
            # The form prints no unit here, so the agency may add one.
            unit = rng.choice(AMOUNT_UNITS)
            plain = replace(plain, text=plain.text + unit, unit=unit or None)
        out[key] = plain
    return out


def _agency(rng: random.Random) -> tuple[str, AgencyKind]:
    pattern, kind = rng.choice(AGENCIES)
    return pattern.format(rng.choice(PLACES)), kind


def _contact(rng: random.Random, name: str) -> Contact:
    number = rng.randint(1, 99)
    return Contact(
        address=f"{name[:3]}虚构路{number}号",
        postcode=f"0000{number:02d}",
        telephone=f"0000-55500{number:02d}",
        email=f"gongkai{number}@example.com" if rng.random() < 0.4 else None,
        website=f"http://www.example.com/gongkai{number}/",
    )
