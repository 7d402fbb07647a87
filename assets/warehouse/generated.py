"""The part of the dbt project that follows from the files in schemas/, written from them.

`python -m assets.warehouse.generated` (of `make docs`) writes it; a test fails when it is stale.
dbt cannot read the catalog while it compiles, and lists of columns written by hand would have to
follow every new format.
"""

from __future__ import annotations

from pathlib import Path

from assets.warehouse.dbt import PROJECT
from assets.warehouse.indicator_sql import indicator_macros
from assets.warehouse.indicator_yml import agency_year_yml
from schemas.catalog import Catalog, load_catalog
from schemas.concepts import concept_columns

NOTE = "{#- Written by python -m assets.warehouse.generated from schemas/; do not edit. -#}\n"


def wide_macros(catalog: Catalog) -> str:
    """macros/sql/generated/wide.sql: the columns of int_reports__wide, as SQL.

    `wide_slots` numbers concept and member, with table and the unit that amounts must have;
    `wide_columns` picks the value of each number from the lists `slots` and `numbers`;
    `wide_table_formats` aggregates the format of each table.
    """
    columns = concept_columns(catalog)
    slots = [
        f"('{one.concept}', '{one.breakdown}', '{one.table_id}', "
        f"'{one.unit if one.is_money else ''}', {slot})"
        for slot, one in enumerate(columns, start=1)
    ]
    values = [
        f"numbers[list_position(slots, {slot})] as {one.name}"
        for slot, one in enumerate(columns, start=1)
    ]
    tables = dict.fromkeys(one.table_id for one in columns)
    formats = [
        f"{{{{ table_format(\"slots.table_id = '{table}'\") }}}} as {table}_format_id"
        for table in tables
    ]
    parts = {
        "wide_slots": f"values\n{_lines(slots)}",
        "wide_columns": _lines(values),
        "wide_table_formats": _lines(formats),
        "wide_table_format_names": _lines([f"{table}_format_id" for table in tables]),
    }
    return _macros({f"{name}()": text for name, text in parts.items()})


def _macros(parts: dict[str, str]) -> str:
    return NOTE + "".join(
        f"\n{{% macro {head} -%}}\n{text}\n{{%- endmacro %}}\n" for head, text in parts.items()
    )


def _lines(parts: list[str]) -> str:
    return ",\n".join(f"    {part}" for part in parts)


def generated(catalog: Catalog) -> dict[str, str]:
    """The text of every generated file, by its path below the dbt project."""
    return {
        "macros/sql/generated/wide.sql": wide_macros(catalog),
        "macros/sql/generated/indicators.sql": _macros(indicator_macros(catalog)),
        "models/marts/comparison/cmp_agency_year.yml": agency_year_yml(catalog),
    }


def write(catalog: Catalog, project: Path = PROJECT) -> None:
    """Write the generated files below a dbt project."""
    for name, text in generated(catalog).items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(load_catalog())
