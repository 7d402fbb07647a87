"""Table dumps to disorder: official rows with recognisable numbers, and how they were read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assets.cells.recognise import Recognition, recognise
from assets.layout.model import Block, Grid, GridCell, ParsedDocument
from assets.layout.parsers.text import read_lines
from assets.layout.sections import split_sections
from schemas.catalog import Block as FormBlock
from schemas.catalog import load_catalog

CATALOG = load_catalog()
HEADINGS = {
    "proactive_disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
}


def block_of(format_id: str, table_id: str, block: str | None = None) -> FormBlock:
    blocks = CATALOG.formats[format_id].table(table_id).blocks
    return next(b for b in blocks if block is None or b.block == block)


def consistent_row(seed: int) -> list[int]:
    """Seven numbers, all different where they may be, of which the last is the sum."""
    parts = [seed + 11, seed % 7, (seed * 3) % 5, seed % 3, (seed * 5) % 11, seed % 2]
    return [*parts, sum(parts)]


def application_rows(format_id: str = "gir_2021") -> list[tuple[str, list[int]]]:
    """(label, values) of each row of table 3."""
    block = block_of(format_id, "applications")
    return [(line.label, consistent_row(line.index)) for line in block.rows]


def read(text: str, report_year: int | None = 2023) -> Recognition:
    blocks, grids = read_lines(text)
    sections = split_sections(ParsedDocument("text", "1", blocks, grids), CATALOG)
    return recognise(blocks, grids, sections.at, CATALOG, report_year)


def read_grid(
    rows: Sequence[Sequence[str | tuple[str, int]]], section: str, report_year: int = 2023
) -> Recognition:
    """A ruled table below the heading of a section; (text, n) spans n columns."""
    cells: list[GridCell] = []
    for row, texts in enumerate(rows):
        col = 0
        for entry in texts:
            text, span = entry if isinstance(entry, tuple) else (entry, 1)
            cells.append(GridCell(row, col, text, f"{row}:{col}", col_span=span))
            col += span
    return read_cells(cells, section, report_year)


def read_cells(cells: list[GridCell], section: str, report_year: int = 2023) -> Recognition:
    """The same for cells with their places."""
    blocks = (Block(0, HEADINGS[section], "L1", True),)
    grids = (Grid(0, 1, "ruled", tuple(cells)),)
    sections = split_sections(ParsedDocument("html", "1", blocks, grids), CATALOG)
    return recognise(blocks, grids, sections.at, CATALOG, report_year)


def cells_of(found: Recognition, item: str, copy_no: int = 1) -> list[dict[str, Any]]:
    return [c for c in found.cells if c["item_code"] == item and c["copy_no"] == copy_no]


def values_of(found: Recognition, item: str, copy_no: int = 1) -> list[Decimal | None]:
    return [cell["value"] for cell in cells_of(found, item, copy_no)]


def all_values(found: Recognition, table_id: str = "applications") -> dict[str, list[int | None]]:
    out: dict[str, list[int | None]] = {}
    for cell in found.cells:
        if cell["table_id"] == table_id and cell["copy_no"] == 1:
            value = cell["value"]
            out.setdefault(cell["item_code"], []).append(None if value is None else int(value))
    return out


def expected_values(format_id: str = "gir_2021") -> dict[str, list[int]]:
    block = block_of(format_id, "applications")
    return {line.item: consistent_row(line.index) for line in block.rows}


def doubts_of(found: Recognition, item: str) -> set[str]:
    return {cell["review_status"] for cell in cells_of(found, item)}


TAB_HEADER = (
    "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）\t申请人情况\t\t\t\t\t\t\n"
    "\t自然人\t法人或其他组织\t\t\t\t\t总计\n"
    "\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t"
)


def tab_table(rows: list[tuple[str, list[Any]]], header: str = TAB_HEADER) -> str:
    lines = [HEADINGS["applications"], "", header]
    lines += ["\t".join([label, *map(str, values)]) for label, values in rows]
    return "\n".join(lines)


def one_per_line(rows: list[tuple[str, list[Any]]]) -> str:
    lines = [HEADINGS["applications"], "申请人情况", "自然人", "法人或其他组织", "总计"]
    lines += ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    for label, values in rows:
        lines += [label, *map(str, values)]
    return "\n\n".join(lines)


def spaced(rows: list[tuple[str, list[Any]]]) -> str:
    lines = [HEADINGS["applications"]]
    lines += [" ".join([label, *map(str, values)]) for label, values in rows]
    return "\n".join(lines)


def pipes(rows: list[tuple[str, list[Any]]], header: list[str] | None = None) -> str:
    names = header or [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
    ]
    lines = [HEADINGS["applications"], "", "| 项目 | " + " | ".join(names) + " |"]
    lines.append("|" + "---|" * (len(names) + 1))
    lines += [f"| {label} | " + " | ".join(map(str, values)) + " |" for label, values in rows]
    return "\n".join(lines)
