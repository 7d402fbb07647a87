"""Text and Markdown dumps: pipes, tabs, one tab-indented cell per line, aligned columns, lines.

What a dump lost cannot be had back here: columns of delimited grids may have slipped, and tables
printed one cell per line become `flow` grids (grids.py), whose order alone can be trusted.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assets.layout.encoding import decode, refuse_garbled
from assets.layout.grids import (
    MAX_CELL_LENGTH,
    MIN_SHARE,
    flow_grids,
    is_value,
    opens_part,
    split_values,
)
from assets.layout.model import Block, Grid, GridCell, GridKind, ParsedDocument
from assets.layout.parsers.base import Source

_RULE_LINE = re.compile(r"^[\s|+:\-=─━—]*$")
_LONG_STROKE = re.compile(r"[-=─━—]{2}|[+:][-=]")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
_OPENING = re.compile(
    r"(?<=[\s|])(?=(?:\*\*|#+\s?)?[一二三四五六七][、.．]\s?"
    r"(?:总体|概述|主动公开|行政机关|行政機關|收到和|因?政府信息公开|存在|其他需要|总體|主動公開))"
)
_WORD = re.compile(r"[^\s|]+")
_ESCAPE = re.compile(r"\\([.\-+*_#()\[\]!>~])")
_EMPHASIS = re.compile(r"(?P<before>^[\s#]*)(?P<mark>\*\*|__)(?P<text>[^*_]+)(?P=mark)(?=\s*$)")
_GAP = re.compile(r"[ \xa0]{2,}|\u3000+| \u3000| ?\t")
MAX_CONTINUATION = 30
"""Longest line that can be the rest of a tab-indented cell rather than prose after the table."""
MAX_TABBED_CELL = 80
MIN_TABBED_VALUES = 3
"""Fewer numbers than this, and the tabs indent text."""
MIN_JOINED_LINE = 400
MIN_OPENINGS = 3
"""A line with so many openings of parts holds a whole report."""
MIN_STRAY_VALUES = 5
"""Fewer numbers between stray pipes are a menu."""
MAX_PIPES = 500
LONG_RUN = 50
MIN_ALIGNED_LINES = 3
MIN_COMMAS = 2
MAX_COMMA_LINE = 4000


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, or a part of it that starts at character `start`."""

    number: int
    text: str
    start: int = 0

    @property
    def locator(self) -> str:
        return f"L{self.number}:C{self.start + 1}" if self.start else f"L{self.number}"

    @property
    def is_blank(self) -> bool:
        return not self.text.strip("\t \xa0\u3000\ufeff")


@dataclass(frozen=True, slots=True)
class TextParser:
    """Reader of plain text and Markdown."""

    name: str = "text"
    version: str = "2"
    media_types: frozenset[str] = frozenset({"text/plain", "text/markdown"})

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (one per line) and grids of a dump.

        Raises:
            ReadFailure: the bytes are text in no known encoding.
        """
        text, encoding = decode(source.path.read_bytes())
        refuse_garbled(text)
        blocks, grids = read_lines(text)
        return ParsedDocument(
            parser=self.name,
            parser_version=self.version,
            blocks=blocks,
            grids=grids,
            metadata={"encoding": encoding},
        )


TEXT = TextParser()


def read_lines(text: str) -> tuple[tuple[Block, ...], tuple[Grid, ...]]:
    """Blocks and grids of a dump, `order` shared and ascending."""
    lines = [
        part
        for number, line in enumerate(re.split(r"\r\n|[\n\r\f\v\u2028\u2029]", text), start=1)
        for part in _unjoined(_Line(number, _plain(line)))
    ]
    lines = _without_stray_pipes(lines)
    blocks: list[Block] = []
    grids: list[Grid] = []
    order = 0
    index = 0
    passed: dict[str, int] = {}
    while index < len(lines):
        for region in (
            _pipe_region,
            _cell_line_region,
            _tab_region,
            _comma_region,
            _aligned_region,
        ):
            # A long run that is no table is not tried again from each of its lines.
            found = region(lines, index) if index >= passed.get(region.__name__, 0) else None
            if isinstance(found, int):
                passed[region.__name__] = found if found - index > LONG_RUN else 0
            elif found is not None:
                kind, cells, index = found
                grids.append(Grid(len(grids), order, kind, tuple(cells)))
                order += 1
                break
        else:
            line = lines[index]
            if not line.is_blank:
                blocks.append(_block(order, line))
                order += 1
            index += 1
    loose, flowing = flow_grids(blocks, len(grids))
    ordered = sorted((*grids, *flowing), key=lambda grid: grid.order)
    return loose, tuple(replace(grid, ordinal=i) for i, grid in enumerate(ordered))


def _plain(line: str) -> str:
    r"""A line without the marks that Markdown writers put before its characters and around it.

    `61\\.984` is 61.984; a stroke alone in its cell is a value, so only marks before others go.
    """
    line = _ESCAPE.sub(r"\1", line)
    return _EMPHASIS.sub(r"\g<before>\g<text>", line) if _EMPHASIS.search(line) else line


def _unjoined(line: _Line) -> list[_Line]:
    """The lines that were joined into one: a part each, and of tables a cell each.

    Some programs put spaces for all line ends, and some put a page that is laid out by a table
    into a single cell.
    """
    if len(line.text) < MIN_JOINED_LINE or len(_OPENING.findall(line.text)) < MIN_OPENINGS:
        return [line]
    ends = [found.start() for found in _OPENING.finditer(line.text)]
    parts: list[_Line] = []
    for start, end in itertools.pairwise([0, *ends, len(line.text)]):
        words = list(_WORD.finditer(line.text, start, end))
        values = sum(is_value(word.group()) for word in words)
        is_table = values >= max(MIN_STRAY_VALUES, len(words) * MIN_SHARE)
        # The first word of prose is its heading.
        spans = [word.span() for word in (words if is_table else words[:1])]
        if not is_table and len(words) > 1:
            spans.append((words[1].start(), end))
        parts += [_Line(line.number, line.text[left:right], left) for left, right in spans]
    return parts


def _without_stray_pipes(lines: list[_Line]) -> list[_Line]:
    """Pipes go where they only end or open a cell, one cell a line, and make no rows.

    Programs that take the text out of web pages print `规章 |`, `0 |`, `0 |`, or the pipe on the
    next line. Which of the pipes end a row cannot be told, since cells may be missing in front of
    them; what is left is a table printed one cell per line.
    """
    out = list(lines)
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and _is_lone_cell(lines[end]):
            end += 1
        run = lines[index:end]
        piped = [line for line in run if "|" in line.text]
        values = sum(is_value(line.text.strip("| \t\xa0\u3000")) for line in run)
        printed = sum(not line.is_blank for line in run)
        if values >= MIN_STRAY_VALUES and len(piped) >= printed / 3:
            for at, line in enumerate(run, start=index):
                out[at] = replace(line, text=line.text.replace("|", " ").strip())
        index = end + 1
    return out


def _is_lone_cell(line: _Line) -> bool:
    """At most one cell, with or without pipes; no prose."""
    cells = [cell for cell in line.text.split("|") if cell.strip()]
    return (
        len(cells) <= 1 and len(line.text.strip("| ")) <= MAX_CELL_LENGTH and "---" not in line.text
    )


def _block(order: int, line: _Line) -> Block:
    marks = re.match(r"\s*#{1,6}\s+", line.text)
    text = line.text[marks.end() :] if marks else line.text
    return Block(order, text.strip(" \t\ufeff"), line.locator, is_heading=marks is not None)


Region = tuple[GridKind, list[GridCell], int] | int | None
"""Kind and cells of a table and the line behind it; the line behind a run that is none; nothing."""


def _pipe_region(lines: list[_Line], start: int) -> Region:
    """Rows whose cells stand between pipes; Markdown's rule lines are no rows."""
    if not _is_pipe_line(lines[start]):
        return None
    cells: list[GridCell] = []
    row = 0
    index = start
    while index < len(lines):
        line = lines[index]
        if _is_pipe_line(line) or (row and _is_short_row(lines, index)):
            if not _is_rule(line, row):
                cells.extend(_pipe_cells(line, row))
                row += 1
            index += 1
        elif line.is_blank and index + 1 < len(lines) and _continues_pipes(lines, index, row):
            index += 1
        else:
            break
    return ("delimited", cells, index) if cells else None


def pipe_grids(
    blocks: Sequence[Block], first_ordinal: int = 0
) -> tuple[tuple[Block, ...], tuple[Grid, ...]]:
    """Runs of paragraphs whose cells stand between pipes become grids; the others stay.

    Converters leave tables so in web pages. One line alone is a menu.

    Args:
        blocks: in reading order.
        first_ordinal: ordinal of the first grid that is made.

    Returns:
        The remaining blocks and the grids.
    """
    kept: list[Block] = []
    grids: list[Grid] = []
    runs: list[list[Block]] = []
    for block in blocks:
        is_next = bool(runs and runs[-1]) and block.order == runs[-1][-1].order + 1
        if not _is_pipe_line(_Line(0, block.text)):
            kept.append(block)
        elif is_next:
            runs[-1].append(block)
        else:
            runs.append([block])
    for run in runs:
        cells = [
            replace(cell, locator=block.locator, page=block.page)
            for row, block in enumerate(run)
            for cell in _pipe_cells(_Line(0, block.text), row)
        ]
        if len(run) < 2 or sum(is_value(cell.text) for cell in cells) < MIN_TABBED_VALUES:
            kept.extend(run)
        else:
            ordinal = first_ordinal + len(grids)
            grids.append(Grid(ordinal, run[0].order, "delimited", tuple(cells)))
    return tuple(sorted(kept, key=lambda block: block.order)), tuple(grids)


def _is_rule(line: _Line, row: int) -> bool:
    """A line that only draws: between header and body, or made of longer strokes.

    A row of blank cells is no rule, nor is a later row whose cells print a single stroke each.
    """
    return bool(_RULE_LINE.match(line.text)) and (
        _LONG_STROKE.search(line.text) is not None or (row == 1 and "-" in line.text)
    )


def _is_pipe_line(line: _Line) -> bool:
    stripped = line.text.strip()
    pipes = len(_UNESCAPED_PIPE.findall(stripped))
    return 2 <= pipes <= MAX_PIPES or (pipes == 1 and stripped.startswith("|"))


def _is_short_row(lines: list[_Line], index: int) -> bool:
    """A row of one or two cells inside a table whose writer puts pipes between cells only."""
    text = lines[index].text
    if "|" in text:
        return True
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    return 0 < len(text.strip()) <= MAX_CONTINUATION and "|" in following and not opens_part(text)


def _continues_pipes(lines: list[_Line], index: int, row: int) -> bool:
    """A blank line inside a pipe table: the next row is no header with its own rule line."""
    following = lines[index + 1]
    if not _is_pipe_line(following) or row == 0:
        return False
    after = lines[index + 2].text if index + 2 < len(lines) else ""
    return not (after.strip() and _RULE_LINE.match(after) and "|" in after)


def _pipe_cells(line: _Line, row: int) -> Iterator[GridCell]:
    text = line.text.strip()
    offset = len(line.text) - len(line.text.lstrip())
    bounds = [-1, *(found.start() for found in _UNESCAPED_PIPE.finditer(text)), len(text)]
    if text.startswith("|"):
        bounds = bounds[1:]
    if text.endswith("|") and not text.endswith("\\|"):
        bounds = bounds[:-1]
    for col, (left, right) in enumerate(itertools.pairwise(bounds)):
        printed = text[left + 1 : right]
        column = offset + left + 2
        cell = re.sub(r"<br\s*/?>", "\n", printed.strip(" ")).replace("\\|", "|")
        yield GridCell(row, col, cell, f"L{line.number}:C{line.start + column}")


def _cell_line_region(lines: list[_Line], start: int) -> Region:
    r"""One cell per line, each line a tab and the cell; blank lines end a row.

    Lines without the tab continue the cell above, also after blank lines when the cell was still
    empty, as `\t`, blank lines, `三、`, `本年度办理结果`.
    """
    if not _is_cell_line(lines[start]):
        return None
    rows: list[list[GridCell]] = []
    index = start
    new_row = True
    while index < len(lines):
        line = lines[index]
        if _is_cell_line(line):
            if new_row:
                rows.append([])
                new_row = False
            row = rows[-1]
            row.append(GridCell(len(rows) - 1, len(row), line.text[1:], line.locator))
            index += 1
        elif "\t" in line.text:
            break
        elif line.is_blank:
            following = _next_printed(lines, index)
            if following is None:
                break
            if _is_cell_line(lines[following]):
                new_row = True
                # A tab alone on its line is a cell, so only truly blank lines are passed over.
                index = _first_cell_line(lines, index)
            elif rows and not rows[-1][-1].text.strip() and _resumes(lines, following):
                index = following
            else:
                break
        elif rows and _resumes(lines, index):
            last = rows[-1][-1]
            rows[-1][-1] = replace(last, text=f"{last.text}\n{line.text}".strip("\n"))
            index += 1
        else:
            break
    cells = [cell for row in rows for cell in row]
    values = sum(is_value(cell.text) for cell in cells)
    return ("delimited", cells, index) if values >= MIN_TABBED_VALUES else index


def _is_cell_line(line: _Line) -> bool:
    """A tab and a cell; a longer text is a paragraph that a tab indents."""
    text = line.text
    return text.startswith("\t") and "\t" not in text[1:] and len(text) <= MAX_TABBED_CELL


def _first_cell_line(lines: list[_Line], index: int) -> int:
    while not _is_cell_line(lines[index]):
        index += 1
    return index


def _next_printed(lines: list[_Line], index: int) -> int | None:
    while index < len(lines) and lines[index].is_blank and not _is_cell_line(lines[index]):
        index += 1
    return index if index < len(lines) else None


def _resumes(lines: list[_Line], index: int) -> bool:
    """Short lines from here lead straight to another cell line: they continue a cell."""
    while index < len(lines) and not lines[index].is_blank and not _is_cell_line(lines[index]):
        if len(lines[index].text) > MAX_CONTINUATION or "\t" in lines[index].text:
            return False
        index += 1
    return index < len(lines) and _is_cell_line(lines[index])


def _tab_region(lines: list[_Line], start: int) -> Region:
    """Rows of cells between tabs."""
    index = start
    cells: list[GridCell] = []
    while index < len(lines) and "\t" in lines[index].text.strip(" "):
        line = lines[index]
        column = 1
        for col, text in enumerate(line.text.split("\t")):
            cells.append(
                GridCell(index - start, col, text, f"L{line.number}:C{line.start + column}")
            )
            column += len(text) + 1
        index += 1
    rows = index - start
    # One line with a tab may be an indented paragraph; a row of values is not.
    if rows == 0 or (rows == 1 and sum(is_value(cell.text) for cell in cells) < 3):
        return None
    return "delimited", cells, index


def _comma_region(lines: list[_Line], start: int) -> Region:
    """Rows of comma-separated values; prose uses the full-width comma."""
    cells: list[GridCell] = []
    index = start
    while index < len(lines) and _is_comma_line(lines[index]):
        if len(lines[index].text) > MAX_COMMA_LINE:
            break
        texts = next(csv.reader([lines[index].text]), [])
        if any(len(text) > MAX_TABBED_CELL for text in texts):
            break
        locator = f"L{lines[index].number}"
        cells.extend(
            GridCell(index - start, col, text, f"{locator}:{col + 1}")
            for col, text in enumerate(texts)
        )
        index += 1
    values = sum(is_value(cell.text) or not cell.text.strip() for cell in cells)
    widths = Counter(Counter(cell.row for cell in cells).values())
    is_table = len(widths) == 1 and values >= MIN_TABBED_VALUES
    if index - start < MIN_ALIGNED_LINES or not (is_table or values >= len(cells) / 3):
        return index
    return "delimited", cells, index


def _is_comma_line(line: _Line) -> bool:
    """Commas between cells; in `规章 1,234 0 5,678` they group the digits of numbers."""
    return line.text.count(",") >= MIN_COMMAS and len(split_values(line.text)) <= MIN_COMMAS


def _width(text: str) -> int:
    """Columns that a text takes in a fixed-width display: wide characters count two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _parts(line: _Line) -> list[tuple[int, int, str, int]]:
    """Parts of an aligned line: first and last display column, text, character offset."""
    parts: list[tuple[int, int, str, int]] = []
    position = 0
    for gap in [*_GAP.finditer(line.text), None]:
        end = gap.start() if gap else len(line.text)
        text = line.text[position:end]
        if text.strip():
            left = _width(line.text[:position])
            parts.append((left, left + _width(text), text, position))
        if gap:
            position = gap.end()
    return parts


def _aligned_region(lines: list[_Line], start: int) -> Region:
    """Rows of cells set apart by runs of spaces, columns found by where numbers stand."""
    rows: list[list[tuple[int, int, str, int]]] = []
    index = start
    while index < len(lines) and len(parts := _parts(lines[index])) >= 3:
        rows.append(parts)
        index += 1
    values = [part for row in rows for part in row if is_value(part[2])]
    if len(rows) < MIN_ALIGNED_LINES or len(values) < sum(map(len, rows)) / 3:
        return index
    columns = _clusters([(left, right) for left, right, _, _ in values])
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        taken: set[int] = set()
        for left, right, text, offset in row:
            col = _column_of(columns, left, right)
            while col in taken:
                col += 1
            taken.add(col)
            locator = f"L{lines[start + number].number}:C{offset + 1}"
            cells.append(GridCell(number, col, text, locator))
    return "aligned", sorted(cells, key=lambda cell: (cell.row, cell.col)), index


def _clusters(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if merged and left < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _column_of(columns: list[tuple[int, int]], left: int, right: int) -> int:
    """Column 0 is left of all number columns; otherwise the nearest number column, from 1."""
    if right <= columns[0][0]:
        return 0
    middle = (left + right) / 2
    distances = [abs(middle - (lo + hi) / 2) for lo, hi in columns]
    return distances.index(min(distances)) + 1
