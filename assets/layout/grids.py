"""Grids out of lines that lost their table: shared by all readers, and free of any format.

Dumps often print a table one cell per line, or a row as a label and some numbers. Only the order
of such cells can be trusted, hence their grid kind `flow`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from assets.layout.model import Block, Grid, GridCell
from assets.layout.normalise import squeeze

MAX_CELL_LENGTH = 60
"""No official label is longer; a longer line is prose."""
MAX_LINE = MAX_CELL_LENGTH + 10
"""A longer line holds more than one label with its values."""
MIN_NUMBERS = 5
"""A run of lines with fewer numbers is no table worth the name."""
MIN_SHARE = 0.15
"""Share of number lines in a run: the smallest table of the forms has 10 in 30."""
MIN_HIDDEN = 3
"""Fewer numbers among words are dates and counts in prose."""

_GAP = r"[ \t\xa0\u3000]"
_UNIT = r"(?:%|[件条项个次份元]|万元|亿元)"
_WORDS = r"[/／\\—–\-－]{1,3}|无|空|暂无|不涉及|[〇零○OＯo]"
_VALUE = re.compile(rf"[+\-−－]?[\d０-９][\d０-９,，.．]*{_UNIT}?|{_WORDS}")
_PRINTED_VALUE = re.compile(
    rf"(?<!\S)(?:[+\-−－]?[\d０-９](?:[\d０-９,，.．]*[\d０-９])?(?:{_GAP}?{_UNIT})?|{_WORDS})(?!\S)"
)
"""A value among words; `3.` is the ordinal of a label."""
_HEADING = re.compile(
    r"[#\s\xa0\u3000]*(?:[一二三四五六七八九十]{1,3}[、.．]|[\d０-９]{1,2}、)\s*\S"
)
"""The ordinal of a part; `5.要求…` numbers a row."""
_PAGE_MARK = re.compile(
    r"第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|\d{1,3}/\d{1,3}页?"
    r"|20\d\d[/-]\d{1,2}[/-]\d{1,2}\d{1,2}:\d\d"
)
_DASHED_NUMBER = re.compile(r"[-—–－~·]+\s*\d{1,4}\s*[-—–－~·]+")
"""Strokes with gaps between them are a row of empty values."""


def is_page_mark(text: str) -> bool:
    """Whether a line prints a page number in dashes or words (- 3 -, 第3页), or when it was."""
    return bool(_PAGE_MARK.fullmatch(squeeze(text)) or _DASHED_NUMBER.fullmatch(text.strip()))


def is_value(text: str) -> bool:
    """Whether a line or cell prints nothing but a number or a placeholder."""
    return bool(_VALUE.fullmatch(squeeze(text)))


def split_values(text: str) -> tuple[str, ...]:
    """A line as labels and values; one part where there is nothing to split.

    `规章 0 0 0` gives `("规章", "0", "0", "0")`, and so do values in front of their label. Prose
    that happens to end with a number is left whole, since its label part would be longer than any
    label. In a line that is longer than any row, values between labels count too: it is a table
    that lost its line breaks.
    """
    found = list(_PRINTED_VALUE.finditer(text))
    if not found:
        return (text,)
    parts: list[str] = []
    end = 0
    for value in found:
        parts += [text[end : value.start()], value.group()]
        end = value.end()
    parts = [part.strip() for part in (*parts, text[end:]) if part.strip()]
    if len(squeeze(text)) > MAX_LINE:
        words = [part for part in parts if not is_value(part)]
        # The words of the header come first, all in one.
        is_table = len(parts) - len(words) >= MIN_NUMBERS and not any(map(_is_prose, words[1:]))
        return tuple(parts) if is_table else (text,)
    leading = next((i for i, part in enumerate(parts) if not is_value(part)), len(parts))
    trailing = next((i for i, part in enumerate(reversed(parts)) if not is_value(part)), leading)
    if leading == len(parts):
        return tuple(parts) if leading > 1 else (text,)
    if leading > 1 and trailing == 0 and leading == len(parts) - 1:
        return tuple(parts)
    label = text[: found[len(found) - trailing].start()].strip() if trailing else text
    if not trailing or len(squeeze(label)) > MAX_CELL_LENGTH:
        return (text,)
    return (label, *parts[len(parts) - trailing :])


def opens_part(text: str) -> bool:
    """Whether a line opens with the ordinal of a part of a document (二、, 3、)."""
    return bool(_HEADING.match(text))


def hides_values(text: str) -> bool:
    """Whether several values stand among the words of a line that was not taken apart."""
    return len(_PRINTED_VALUE.findall(text)) >= MIN_HIDDEN


def _is_prose(text: str) -> bool:
    squeezed = squeeze(text)
    return len(squeezed) > MAX_CELL_LENGTH or squeezed.endswith(("。", "；", ";"))


def _is_cell_line(block: Block) -> bool:
    if block.is_heading or squeeze(block.text).endswith(("。", "；", ";")):
        return False
    return len(squeeze(block.text)) <= MAX_LINE or len(split_values(block.text)) > 1


def _running_lines(blocks: Sequence[Block]) -> frozenset[str]:
    """Lines that stand beside more than one page mark: headers and footers of the pages."""
    beside: Counter[str] = Counter()
    for index, block in enumerate(blocks):
        if is_page_mark(block.text):
            near = {squeeze(b.text) for b in blocks[max(index - 1, 0) : index + 2]}
            beside.update(text for text in near if not is_value(text))
    return frozenset(text for text, count in beside.items() if count > 1)


def _is_heading(blocks: Sequence[Block], index: int, running: frozenset[str]) -> bool:
    """A numbered line that no number follows: it opens a part, it does not label a row."""
    if blocks[index].is_heading:
        return True
    text = blocks[index].text
    if is_value(text) or not opens_part(text) or len(split_values(text)) > 1:
        return False
    texts = (block.text for block in blocks[index + 1 : index + 4])
    following = next((t for t in texts if not _is_of_page(t, running)), "")
    return not is_value(split_values(following)[-1])


def _is_of_page(text: str, running: frozenset[str]) -> bool:
    return is_page_mark(text) or squeeze(text) in running


def row_cells(row: int, block: Block) -> list[GridCell]:
    """A line as the cells of a row, all at the place of the line."""
    return [
        GridCell(row, col, text, block.locator, page=block.page)
        for col, text in enumerate(split_values(block.text))
    ]


def flow_grids(
    blocks: Sequence[Block],
    first_ordinal: int = 0,
    cells_of: Callable[[int, Block], list[GridCell]] = row_cells,
) -> tuple[tuple[Block, ...], tuple[Grid, ...]]:
    """Runs of short lines with many numbers become grids; all other blocks stay as they are.

    A grid takes the place (`order`) of the first line of its run. One line is one row; a line
    with several values is split into a cell each.

    Args:
        blocks: in reading order.
        first_ordinal: ordinal of the first grid that is made.
        cells_of: makes the cells of a row, by its number and its line; those of `row_cells`, where
            a reader knows more of their places.

    Returns:
        The remaining blocks and the grids.
    """
    kept: list[Block] = []
    grids: list[Grid] = []
    run: list[Block] = []

    def close() -> None:
        cells = [cells_of(row, block) for row, block in enumerate(run)]
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

    running = _running_lines(blocks)
    for index, block in enumerate(blocks):
        if _is_of_page(block.text, running):
            kept.append(block)
            continue
        # Blocks before this one are consecutive in `order` unless a grid stands between them.
        before = blocks[index - 1].order if index else block.order - 1
        follows = before == block.order - 1
        heading = _is_heading(blocks, index, running)
        if run and (not follows or heading or not _is_cell_line(block)):
            close()
        if heading or not _is_cell_line(block):
            kept.append(block)
        else:
            run.append(block)
    close()
    return tuple(kept), tuple(grids)
