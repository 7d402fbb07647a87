"""Which official format a block of a table follows.

The contents decide: rows that only one format has, the wording of the column headers, the number
of values per row. The report year is a prior and settles ties alone, since agencies do file on
last year's form, and mix both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assets.cells.match import OfficialRow, block_columns_match
from schemas.catalog import Block, Catalog


def blocks_of(catalog: Catalog, table_id: str, block: str) -> list[Block]:
    """The block in every format that prints it, oldest format first."""
    found: list[Block] = []
    for entry in catalog.registry.formats:
        for table in catalog.formats[entry.format_id].tables:
            if table.table_id == table_id:
                found.extend(b for b in table.blocks if b.block == block)
    return found


FEWEST = 0.15
"""Of the rows of a block: fewer may be a header that looks like one, and tell no form."""


def detect_format(
    catalog: Catalog,
    candidates: Sequence[Block],
    rows: Sequence[OfficialRow],
    headers: Sequence[str],
    value_counts: Sequence[int],
    report_year: int | None,
    others: Counter[str],
) -> Block:
    """The block of the format that fits best.

    Args:
        catalog: the formats.
        candidates: the same block in the formats that print it; not empty.
        rows: official rows that were found in the document for this block.
        headers: texts of its column headers, empty where none was read.
        value_counts: number of value cells of each row.
        report_year: the prior.
        others: formats of the blocks decided so far; settles what the year does not.
    """
    governing = catalog.format_for(report_year)
    forms = {(block.format_id, block.block) for block in candidates}
    # Rows that every form has say nothing, and rows that a damaged document lost even less.
    most = max(len(block.rows) for block in candidates)
    is_telling = any(not forms <= set(row.lines) for row in rows) and len(rows) >= FEWEST * most

    def fit(block: Block) -> tuple[float, bool, int, int]:
        official = [row for row in rows if (block.format_id, block.block) in row.lines]
        labelled = [line for line in block.rows if line.label]
        union = len(labelled) + len(rows) - len(official)
        by_rows = len(official) / union if union and is_telling else 1.0
        by_header = block_columns_match(block, headers, column_variants(catalog))
        width = len(block.columns)
        # A dump may lose the header and blank cells of a row; it never has more than the form.
        fitting = sum((count == width) - (not headers and count > width) for count in value_counts)
        by_count = fitting / len(value_counts) if value_counts else 0.0
        score = by_rows + (3 * by_header if headers else 0.0) + by_count
        return (
            round(score, 3),
            governing is not None and block.format_id == governing.format_id,
            others[block.format_id],
            candidates.index(block),
        )

    return max(candidates, key=fit)


def column_variants(catalog: Catalog) -> dict[str, list[str]]:
    """Known wordings of each official column label."""
    found: dict[str, list[str]] = {}
    for row in catalog.labels:
        if row.kind == "column":
            found.setdefault(row.label, []).append(row.variant)
    return found
