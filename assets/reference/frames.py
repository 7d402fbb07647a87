"""The declarative files as lake tables, so that SQL can join them. Pure; no Dagster here."""

from __future__ import annotations

from typing import Any

import polars as pl

from assets.reference.indicators import indicator_frame, term_frame
from schemas.catalog import Block, Catalog, Cell, Table
from schemas.frames import (
    RefBreak,
    RefCrosswalk,
    RefFormat,
    RefItem,
    RefPeerGroup,
    RefRanking,
    RefRule,
    to_frame,
)
from schemas.peer_models import SEPARATOR


def _item(catalog: Catalog, table: Table, block: Block, cell: Cell) -> dict[str, Any]:
    item = catalog.items[cell.item_code]
    members = {member.breakdown: member.label for member in catalog.axes.get(block.axis or "", ())}
    return {
        "format_id": cell.format_id,
        "table_id": cell.table_id,
        "block": cell.block,
        "item_code": cell.item_code,
        "breakdown": cell.breakdown,
        "position": cell.position,
        "section_no": table.section,
        "table_name_zh": table.name_zh,
        "table_name_en": table.name_en,
        "row_label": cell.row_label,
        "column_label": cell.column_label,
        "label_zh": (
            f"{item.title_zh}（{members[cell.breakdown]}）" if cell.breakdown else item.title_zh
        ),
        "label_en": cell.label_en,
        "unit": cell.unit,
        "value_type": cell.value_type,
        "is_total": cell.is_total,
        "legal_source": item.legal_source,
    }


def item_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_item`: every cell of every format, formats in order of issue, cells as printed."""
    return to_frame(
        RefItem,
        [
            _item(catalog, table, block, cell)
            for entry in catalog.registry.formats
            for table in catalog.formats[entry.format_id].tables
            for block in table.blocks
            for cell in block.cells
        ],
    )


def format_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_format`: the registry, in order of issue."""
    return to_frame(
        RefFormat,
        [
            {
                "format_id": entry.format_id,
                "position": position,
                "title_zh": entry.title_zh,
                "title_en": entry.title_en,
                "document_number": entry.document_number,
                "issued_on": entry.issued_on,
                "first_report_year": entry.report_years.from_year,
                "last_report_year": entry.report_years.to,
                "supersedes": entry.supersedes,
                "cell_count": len(catalog.formats[entry.format_id].cells),
            }
            for position, entry in enumerate(catalog.registry.formats, start=1)
        ],
    )


def rule_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_rule`: what a reader of findings needs to know of every rule."""
    shown = set(RefRule.to_schema().columns) - {"rule_id"}
    return to_frame(
        RefRule,
        [
            {"rule_id": rule.id, **rule.model_dump(mode="json", include=shown)}
            for rule in catalog.rules
        ],
    )


def peer_group_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_peer_group`: the peer groups in file order, their lists joined with |."""
    return to_frame(
        RefPeerGroup,
        [
            {
                "peer_group_id": row.peer_group_id,
                "position": position,
                "title_zh": row.title_zh,
                "title_en": row.title_en,
                **{
                    name: SEPARATOR.join(getattr(row, name))
                    for name in ("kinds", "tiers", "sectors", "same")
                },
            }
            for position, row in enumerate(catalog.peer_groups, start=1)
        ],
    )


def ranking_frame(catalog: Catalog) -> pl.DataFrame:
    """`ref_ranking`: the indicators by which peers are ranked, in file order."""
    return to_frame(
        RefRanking,
        [
            {
                "indicator_id": row.indicator_id,
                "position": position,
                "alternative_indicator_id": row.alternative_indicator_id or None,
            }
            for position, row in enumerate(catalog.rankings, start=1)
        ],
    )


def reference_frames(catalog: Catalog) -> dict[str, pl.DataFrame]:
    """The reference tables of the lake by name: items, formats, rules, crosswalk and breaks.

    Raises:
        pandera.errors.SchemaErrors: a table breaks its contract in schemas/frames.py.
    """
    return {
        "ref_item": item_frame(catalog),
        "ref_format": format_frame(catalog),
        "ref_rule": rule_frame(catalog),
        "ref_crosswalk": to_frame(RefCrosswalk, [row.model_dump() for row in catalog.crosswalk]),
        "ref_break": to_frame(RefBreak, [row.model_dump() for row in catalog.breaks]),
        "ref_peer_group": peer_group_frame(catalog),
        "ref_ranking": ranking_frame(catalog),
        "ref_indicator": indicator_frame(catalog),
        "ref_indicator_term": term_frame(catalog),
    }
