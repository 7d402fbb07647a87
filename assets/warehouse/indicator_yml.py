"""Contract, column descriptions and tests of cmp_agency_year, from the dictionary.

dbt cannot make a contract from data, so the file is written, like the SQL, by generated.py.
"""

from __future__ import annotations

from typing import Any

import yaml

from assets.warehouse.indicator_sql import column_indicators
from schemas.catalog import Catalog
from schemas.indicators import Indicator

NAME = "cmp_agency_year"
KEY = ("agency_code", "is_synthetic", "report_year")
SHARED = (
    ("agency_code", "varchar"),
    ("agency_name", "varchar"),
    ("kind", "varchar"),
    ("report_year", "integer"),
    ("report_id", "varchar"),
    ("format_id", "varchar"),
    ("format_count", "bigint"),
    ("previous_report_id", "varchar"),
    ("needs_review_count", "bigint"),
    ("is_comparable", "boolean"),
    ("break_note", "varchar"),
    ("break_note_en", "varchar"),
)
OWN = {
    "format_count": "报告各表所用格式的个数；大于 1 时 format_id 为其中最早的。"
    "Formats that the tables of the report follow; where more than one, format_id is the earliest.",
    "is_comparable": "有上一年度的现行报告，且各表口径没有不可比之处。"
    "There is a current report of the year before, and nothing in the tables is not comparable.",
}


def _text(one: Indicator) -> str:
    entry = one.entry
    chinese = f"{entry.name_zh}（{one.unit.zh}）：{entry.definition_zh}"
    english = f"{entry.name_en} ({one.unit.en}): {entry.definition_en}"
    if entry.caveat_zh:
        chinese, english = f"{chinese}；{entry.caveat_zh}", f"{english}; {entry.caveat_en}"
    return f"{chinese}。{english[0].upper()}{english[1:]}."


def _figure(one: Indicator) -> list[dict[str, Any]]:
    number = {"data_type": "decimal(38,6)"}
    if not one.has_denominator:
        return [{"name": one.id, **number, "description": _text(one)}]
    name = one.entry.name_zh, one.entry.name_en
    return [
        {
            "name": f"{one.id}_{part}",
            **number,
            "description": f"{name[0]}的{zh}；缺一项即为空。{en} of: {name[1]}; "
            "null where a part is missing.",
        }
        for part, zh, en in (
            ("numerator", "分子", "Numerator"),
            ("denominator", "分母", "Denominator"),
        )
    ] + [{"name": one.id, "data_type": "double", "description": _text(one)}]


def agency_year_yml(catalog: Catalog) -> str:
    """models/marts/comparison/cmp_agency_year.yml."""
    figures = column_indicators(catalog)
    ratios = [one.id for one in figures if one.has_denominator and one.entry.per == 1]
    columns: list[dict[str, Any]] = [
        {
            "name": name,
            "data_type": kind,
            "description": OWN.get(name, f"{{{{ doc('{name}') }}}}"),
        }
        for name, kind in SHARED
    ]
    columns += [column for one in figures for column in _figure(one)]
    columns.append(
        {
            "name": "is_synthetic",
            "data_type": "boolean",
            "description": "{{ doc('is_synthetic') }}",
        }
    )
    tests: list[dict[str, Any]] = [
        {"unique_key": {"arguments": {"columns": list(KEY)}}},
        {
            "never_null": {
                "arguments": {
                    "columns": [
                        *("agency_code", "agency_name", "kind", "report_year", "report_id"),
                        *("format_count", "needs_review_count", "is_comparable", "is_synthetic"),
                    ]
                }
            }
        },
        {"refers_to": {"arguments": {"columns": ["report_id"], "to": "ref('fct_report')"}}},
        {"ratios_have_parts": {"arguments": {"ratios": ratios}}},
    ]
    model = {
        "name": NAME,
        "description": "每行是一个机关一个年度的现行报告及其各项指标；"
        "比率的分子、分母列在前面，缺一项即为空。"
        "One row per agency and report year: every indicator of its current report, the parts of a "
        "ratio before it, null where a part is missing.",
        "config": {"meta": {"key": list(KEY)}},
        "data_tests": tests,
        "columns": columns,
    }
    note = "# Written by python -m assets.warehouse.generated from schemas/; do not edit.\n"
    return note + yaml.safe_dump(
        {"version": 2, "models": [model]}, allow_unicode=True, sort_keys=False, width=1000
    )
