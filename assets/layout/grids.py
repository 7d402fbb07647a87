"""Grids out of lines that lost their table: shared by all readers, and free of any format.

Dumps often print a table one cell per line, or a row as a label and some numbers. Only the order
of such cells can be trusted, hence their grid kind `flow`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assets.layout.model import Block, Grid, GridCell
from assets.layout.normalise import squeeze

MAX_CELL_LENGTH = 60
"""No official label is longer; a longer line is prose."""
MIN_NUMBERS = 5
"""A run of lines with fewer numbers is no table worth the name."""
MIN_SHARE = 0.15
"""Share of number lines in a run: the smallest table of the forms has 10 in 30."""

_VALUE = re.compile(
    r"[+\-−－]?[\d０-９][\d０-９,，.．]*(?:%|[件条项个次份元]|万元|亿元)?|[/／\\—–\-－]{1,3}|无"
)
_HEADING = re.compile(
    r"[#\s\xa0\u3000]*(?:[一二三四五六七八九十]{1,3}[、.．]|[\d０-９]{1,2}、)\s*\S"
)
"""The ordinal of a part; `5.要求…` numbers a row."""
_PAGE_MARK = re.compile(
    r"[-—–－~·]+\d{1,4}[-—–－~·]+|第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|\d{1,3}/\d{1,3}页"
)
_TRAILING_VALUES = re.compile(
    rf"^(.*?\S)?((?:[\s\xa0\u3000]+(?:{_VALUE.pattern}))+)[\s\xa0\u3000]*$"
)


def is_page_mark(text: str) -> bool:
    """Whether a line prints a page number in dashes or words (- 3 -, 第3页)."""
    return bool(_PAGE_MARK.fullmatch(squeeze(text)))


def is_value(text: str) -> bool:
    """Whether a line or cell prints nothing but a number or a placeholder."""
    return bool(_VALUE.fullmatch(squeeze(text)))


def split_values(text: str) -> tuple[str, ...]:
    """A line as label and trailing values; one part where there is nothing to split.

    `规章 0 0 0` gives `("规章", "0", "0", "0")`. Prose that happens to end with a number is
    left whole, since its label part would be longer than any label.
    """
    stripped = text.strip()
    parts = stripped.split()
    if len(parts) > 1 and all(is_value(part) for part in parts):
        return tuple(parts)
    found = _TRAILING_VALUES.match(stripped)
    if found is None or not found.group(1) or len(squeeze(found.group(1))) > MAX_CELL_LENGTH:
        return (text,)
    return (found.group(1), *found.group(2).split())


def _is_cell_line(block: Block) -> bool:
    squeezed = squeeze(block.text)
    return (
        not block.is_heading
        and len(squeezed) <= MAX_CELL_LENGTH + 10
        and not squeezed.endswith(("。", "；", ";"))
    )


def _is_heading(blocks: Sequence[Block], index: int) -> bool:
    """A numbered line that no number follows: it opens a part, it does not label a row."""
    if blocks[index].is_heading:
        return True
    text = blocks[index].text
    if is_value(text) or not _HEADING.match(text) or len(split_values(text)) > 1:
        return False
    following = blocks[index + 1].text if index + 1 < len(blocks) else ""
    return not is_value(split_values(following)[-1])


def flow_grids(
    blocks: Sequence[Block], first_ordinal: int = 0
) -> tuple[tuple[Block, ...], tuple[Grid, ...]]:
    """Runs of short lines with many numbers become grids; all other blocks stay as they are.

    A grid takes the place (`order`) of the first line of its run. One line is one row; a line
    with several values is split into a cell each.

    Args:
        blocks: in reading order.
        first_ordinal: ordinal of the first grid that is made.

    Returns:
        The remaining blocks and the grids.
    """
    kept: list[Block] = []
    grids: list[Grid] = []
    run: list[Block] = []

    def close() -> None:
        cells = [_row_cells(row, block) for row, block in enumerate(run)]
        numbers = sum(is_value(cell.text) for row in cells for cell in row)
        if numbers >= MIN_NUMBERS and numbers >= MIN_SHARE * sum(len(row) for row in cells):
            grids.append(
                Grid(
                    first_ordinal + len(grids),
                    run[0].order,
                    "flow",
                    tuple(cell for row in cells for cell in row),
                )
            )
        else:
            kept.extend(run)
        run.clear()

    for index, block in enumerate(blocks):
        if is_page_mark(block.text):
            kept.append(block)
            continue
        # Blocks before this one are consecutive in `order` unless a grid stands between them.
        before = blocks[index - 1].order if index else block.order - 1
        follows = before == block.order - 1
        heading = _is_heading(blocks, index)
        if run and (not follows or heading or not _is_cell_line(block)):
            close()
        if heading or not _is_cell_line(block):
            kept.append(block)
        else:
            run.append(block)
    close()
    return tuple(kept), tuple(grids)


def _row_cells(row: int, block: Block) -> list[GridCell]:
    return [
        GridCell(row, col, text, block.locator, page=block.page)
        for col, text in enumerate(split_values(block.text))
    ]
