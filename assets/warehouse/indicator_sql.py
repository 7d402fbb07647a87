"""The SQL of the indicators: macros that dbt models of figures are made of, from the dictionary.

Every figure is a numerator and, for a quotient, a denominator: signed columns of int_reports__wide
(`wide`), of int_reports__measured (`measured`) and of the wide row of the year before (`earlier`).
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.catalog import Catalog
from schemas.concepts import column_name, concept_columns
from schemas.indicators import Indicator, IndicatorTerm, Part

PARTS: tuple[tuple[Part, str], ...] = (("numerator", "n"), ("denominator", "d"))


def column_indicators(catalog: Catalog) -> tuple[Indicator, ...]:
    """The indicators that one report has a figure of, in the order of the dictionary."""
    return tuple(one for one in catalog.indicators if one.is_column)


def _term(term: IndicatorTerm) -> str:
    if term.measure:
        return f"cast(measured.{term.measure} as decimal(38, 6))"
    source = "earlier" if term.is_previous_year else "wide"
    return f"{source}.{column_name(term.concept, term.breakdown)}"


def _sum(terms: Iterable[IndicatorTerm]) -> str:
    text = ""
    for term in terms:
        if not text:
            text = _term(term) if term.sign > 0 else f"-{_term(term)}"
        else:
            text += f" {'+' if term.sign > 0 else '-'} {_term(term)}"
    return text


def figure_parts(catalog: Catalog) -> list[str]:
    """Select items `<sum> as <id>__n` and, for quotients, `<sum> as <id>__d`."""
    return [
        f"{_sum(one.of(part))} as {one.id}__{short}"
        for one in column_indicators(catalog)
        for part, short in PARTS
        if one.of(part)
    ]


def figure_columns(catalog: Catalog) -> list[str]:
    """Select items of cmp_agency_year: the figure, and for quotients its parts before it.

    Both parts are null where one is missing: who adds up both columns adds up the same reports.
    """
    out: list[str] = []
    for one in column_indicators(catalog):
        upper, lower = f"{one.id}__n", f"{one.id}__d"
        if not one.has_denominator:
            out.append(f"{upper} as {one.id}")
            continue
        times = f" * {one.entry.per}" if one.entry.per != 1 else ""
        ratio = f"{{{{ safe_ratio('{upper}', '{lower}') }}}}"
        out += [
            f"case when {lower} is not null then {upper} end as {one.id}_numerator",
            f"case when {upper} is not null then {lower} end as {one.id}_denominator",
            f"({ratio}){times} as {one.id}" if times else f"{ratio} as {one.id}",
        ]
    return out


def _list(items: Iterable[str]) -> str:
    return "[\n" + ",\n".join(f"        {item}" for item in items) + "\n    ]"


def indicator_macros(catalog: Catalog) -> dict[str, str]:
    """Macro texts by name.

    `figure_parts()`, `figure_columns()`: see the functions of that name. The lists
    `figure_numerators(alias)` and `figure_denominators(alias)` hold one part of each figure of
    cmp_indicator_long, `figure_places()` their places in the dictionary.
    `table_formats(alias)` maps tables to formats, `table_format_names(alias)` lists the formats.
    `deadline(kind, report_year)` is the last day for publication.
    """
    long = [one for one in column_indicators(catalog) if one.entry.in_long]
    tables = dict.fromkeys(column.table_id for column in concept_columns(catalog))
    names = ", ".join(f"'{table}'" for table in tables)
    formats = ", ".join(f"{{{{ alias }}}}.{table}_format_id" for table in tables)
    days = "\n".join(
        f"    when '{kind.value}' then make_date({{{{ report_year }}}} + 1, {day.month}, {day.day})"
        for kind, day in catalog.indicator_file.deadlines.items()
    )
    return {
        "figure_parts()": _lines(figure_parts(catalog)),
        "figure_columns()": _lines(figure_columns(catalog)),
        "figure_numerators(alias)": _list(f"{{{{ alias }}}}.{one.id}__n" for one in long),
        "figure_denominators(alias)": _list(
            f"{{{{ alias }}}}.{one.id}__d" if one.has_denominator else "null" for one in long
        ),
        "figure_places()": _list(str(one.position) for one in long),
        "table_format_names(alias)": ", ".join(
            f"coalesce({{{{ alias }}}}.{table}_format_id, '-')" for table in tables
        ),
        "table_formats(alias)": f"map([{names}], [{formats}])",
        "deadline(kind, report_year)": f"case {{{{ kind }}}}\n{days}\nend",
    }


def _lines(parts: list[str]) -> str:
    return ",\n".join(f"    {part}" for part in parts)
