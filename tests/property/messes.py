"""Hard tables: what page breaks, word processors and agencies do to the cells of the forms.

A mess takes the cells of one printed table and gives the grids that a reader would see of it,
usually one; texts between them stand for what a page prints there.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assets.cells.recognise import recognise
from assets.layout.model import Block, Grid, GridCell, ParsedDocument
from assets.layout.sections import split_sections
from assets.synthetic.flow import TableItem, flow
from assets.synthetic.form import FormCell, FormGrid
from assets.synthetic.model import Key, SyntheticReport
from schemas.catalog import load_catalog
from schemas.vocabulary import ReviewStatus

CATALOG = load_catalog()
Part = list[FormCell] | str
"""The cells of a grid, or a line of text."""
Mess = Callable[[FormGrid, random.Random], list[Part]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the printed cells of a report were read.

    `wrong` are sure cells that differ from the print, `lost` numbers that were neither read nor
    left over for a person to see, `right` and `review` are counts.
    """

    right: int
    review: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]
    total: int


def document(report: SyntheticReport, mess: Mess, rng: random.Random) -> ParsedDocument:
    """The report as a reader of ruled tables would give it, every table through the mess."""
    blocks: list[Block] = []
    grids: list[Grid] = []
    order = 0
    for item in flow(report):
        parts: Sequence[Part]
        parts = mess(item.grid, rng) if isinstance(item, TableItem) else [item.text]
        for part in parts:
            if isinstance(part, str):
                is_heading = not isinstance(item, TableItem) and item.role == "heading"
                blocks.append(Block(order, part, f"L{order}", is_heading))
            else:
                grids.append(Grid(len(grids), order, "ruled", grid_cells(part)))
            order += 1
    return ParsedDocument("made", "1", tuple(blocks), tuple(grids))


def grid_cells(cells: Sequence[FormCell]) -> tuple[GridCell, ...]:
    """Form cells as a reader gives them, the first row and column being 0."""
    top = min(cell.row for cell in cells)
    left = min(cell.col for cell in cells)
    return tuple(
        GridCell(
            cell.row - top,
            cell.col - left,
            cell.text,
            f"{cell.row}:{cell.col}",
            cell.row_span,
            cell.col_span,
        )
        for cell in sorted(cells, key=lambda cell: (cell.row, cell.col))
    )


def outcome(report: SyntheticReport, read: ParsedDocument) -> Outcome:
    """What became of each printed cell."""
    sections = split_sections(read, CATALOG)
    found = recognise(read.blocks, read.grids, sections.at, CATALOG, report.report_year)
    got: dict[Key, list[dict]] = {}
    for cell in found.cells:
        got.setdefault((cell["item_code"], cell["breakdown"]), []).append(cell)
    leaks = {entry["table_id"] for entry in found.unmapped if entry["is_number"]}
    tables = {cell["table_id"] for cell in found.cells}
    right = review = 0
    wrong: list[str] = []
    lost: list[str] = []
    printed = list(report.printed_cells())
    for cell, content in printed:
        name = f"{cell.item_code} {cell.breakdown}".strip()
        readings = got.get((cell.item_code, cell.breakdown), [])
        if not readings:
            if cell.table_id in leaks or cell.table_id not in tables:
                review += 1
            else:
                lost.append(f"{name}: {content.text!r}")
            continue
        same = [
            (r["value"], r["value_status"]) == (content.value, content.status) for r in readings
        ]
        if any(r["review_status"] != ReviewStatus.SURE for r in readings) or len(set(same)) > 1:
            review += 1
        elif all(same):
            right += 1
        else:
            wrong.append(f"{name}: {content.text!r} read as {readings[0]['raw_text']!r}")
    return Outcome(right, review, tuple(wrong), tuple(lost), len(printed))


def plain(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Nothing happened."""
    return [list(grid.cells)]


def _break(grid: FormGrid, rng: random.Random) -> int:
    """A row in front of which a page may end, somewhere below the first header."""
    return rng.randint(min(grid.header_rows + 1, grid.rows - 1), grid.rows - 1)


def _cut(cells: Sequence[FormCell], row: int) -> tuple[list[FormCell], list[FormCell]]:
    """Cells above and below a line; what spans it is cut, its text stays above."""
    above: list[FormCell] = []
    below: list[FormCell] = []
    for cell in cells:
        end = cell.row + cell.row_span
        if end <= row:
            above.append(cell)
        elif cell.row >= row:
            below.append(cell)
        else:
            above.append(replace(cell, row_span=row - cell.row))
            below.append(replace(cell, row=row, row_span=end - row, text=""))
    return above, below


def page_break(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A page ends between two rows; the next has no header."""
    above, below = _cut(grid.cells, _break(grid, rng))
    return [above, "- 3 -", below]


def page_break_repeats_group(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The same, and a group label that goes on is printed again."""
    at = _break(grid, rng)
    above, below = _cut(grid.cells, at)
    texts = {cell.col: cell.text for cell in above if cell.row + cell.row_span == at}
    again = [
        replace(c, text=texts.get(c.col, ""))
        if c.row == at and not c.text and c.role == "label"
        else c
        for c in below
    ]
    return [above, again]


def page_break_shifts_left(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The next page lacks the cells that a group label would continue in: the rest moves left."""
    at = _break(grid, rng)
    above, below = _cut(grid.cells, at)
    gone = {cell.col for cell in below if cell.row == at and cell.role == "label" and not cell.text}
    stay = [c for c in below if not (c.row == at and c.role == "label" and not c.text)]
    end = max((c.row + c.row_span for c in below if c not in stay), default=at)
    moved = [
        replace(c, col=c.col - sum(g < c.col for g in gone)) if c.row < end else c for c in stay
    ]
    return [above, moved]


def page_break_with_header(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The next page prints the header of the table again."""
    at = _break(grid, rng)
    above, below = _cut(grid.cells, at)
    header = [cell for cell in grid.cells if cell.row < grid.header_rows]
    shift = at - grid.header_rows
    return [above, [*(replace(c, row=c.row + shift) for c in header), *below]]


def split_row(grid: FormGrid, rng: random.Random, values_above: bool) -> list[Part]:
    """A page ends inside a row: half of its label below, its values on one of the pages."""
    rows = [c.row for c in grid.cells if c.role == "label" and len(c.text) > 5 and c.row_span == 1]
    if not rows:
        return plain(grid, rng)
    at = rng.choice(rows)
    above, below = _cut(grid.cells, at + 1)
    rest: list[FormCell] = []
    kept: list[FormCell] = []
    for cell in above:
        if cell.row + cell.row_span - 1 != at or cell.role == "header":
            kept.append(cell)
            continue
        first, second = cell.text, ""
        if cell.role == "label" and len(cell.text) > 5 and cell.row_span == 1:
            cut = rng.randint(2, len(cell.text) - 2)
            first, second = cell.text[:cut], cell.text[cut:]
        elif cell.role == "value" and not values_above:
            first, second = "", cell.text
        kept.append(replace(cell, text=first))
        rest.append(replace(cell, row=at + 1, row_span=1, text=second))
    return [kept, [*rest, *(replace(c, row=c.row + 1) for c in below)]]


def split_row_values_above(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A row split by a page break, its values above."""
    return split_row(grid, rng, values_above=True)


def split_row_values_below(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A row split by a page break, its values below."""
    return split_row(grid, rng, values_above=False)


def split_header(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A page ends inside the header or straight behind it."""
    above, below = _cut(grid.cells, rng.randint(1, grid.header_rows))
    return [above, "— 4 —", below] if below else [above]


def page_rows(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Footer and running header of the pages were taken for rows of one long grid."""
    at = _break(grid, rng)
    above, below = _cut(grid.cells, at)
    lines = [
        FormCell(at, 0, 1, grid.width, rng.choice(["3", "- 3 -", "第3页 共8页"]), "header"),
        FormCell(at + 1, 0, 1, grid.width, "某某局2023年政府信息公开工作年度报告", "header"),
    ]
    return [[*above, *lines, *(replace(c, row=c.row + 2) for c in below)]]


def vertical_headers(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Header and group labels are printed one character under the other."""
    return [
        [
            replace(c, text="\n".join(c.text))
            if c.role in ("header", "label") and c.row_span > 1
            else c
            for c in grid.cells
        ]
    ]


def doubled(text: str) -> str:
    """A text whose every character was printed twice to look bold."""
    return "".join(char * 2 for char in text)


def doubled_rows(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Bold rows (all of them, the last, or one) by printing their characters twice."""
    rows = {c.row for c in grid.cells if c.role == "value"}
    bold = rng.choice([rows, {max(rows)}, {rng.choice(sorted(rows))}])
    return [
        [
            replace(c, text=doubled(c.text)) if c.row in bold and c.role != "header" else c
            for c in grid.cells
        ]
    ]


def doubled_all(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Everything printed twice."""
    return [[replace(c, text=doubled(c.text)) for c in grid.cells]]


def doubled_values(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Only the numbers printed twice."""
    return [[replace(c, text=doubled(c.text)) if c.role == "value" else c for c in grid.cells]]


def watermark(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Characters of a watermark fall into cells."""
    marks = [*list("内部资料严禁外传"), "2024", "20"]
    cells = list(grid.cells)
    for _ in range(6):
        i = rng.randrange(len(cells))
        mark = rng.choice(marks)
        texts = [f"{cells[i].text}\n{mark}", f"{mark}\n{cells[i].text}", f"{cells[i].text} {mark}"]
        cells[i] = replace(cells[i], text=rng.choice(texts))
    return [cells]


def extra_row(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The agency added a row of its own."""
    if not grid.label_columns:
        return plain(grid, rng)
    at = rng.randint(grid.header_rows + 1, grid.rows)
    leaves = [c for c in grid.cells if c.role == "value" and c.row == at - 1]
    if not leaves:
        return plain(grid, rng)
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell.row >= at:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell.row + cell.row_span > at:
            cells.append(replace(cell, row_span=cell.row_span + 1))
        else:
            cells.append(cell)
    covered = {
        col
        for c in cells
        if c.row <= at < c.row + c.row_span
        for col in range(c.col, c.col + c.col_span)
    }
    free = [col for col in range(grid.label_columns) if col not in covered]
    label = rng.choice(["其中：网络申请", "其他主动公开文件", "部门小计", "其中：涉及2023年度3件"])
    if free:
        cells.append(FormCell(at, free[0], 1, len(free), label, "label"))
    cells += [replace(c, row=at, text=str(rng.randint(0, 30))) for c in leaves]
    return [cells]


def extra_column(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The agency added a column of its own, named or not."""
    at = rng.choice([grid.width, rng.randint(max(grid.label_columns, 1), grid.width)])
    name = rng.choice(["备注", "上年数", "同比", ""])
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell.col >= at:
            cells.append(replace(cell, col=cell.col + 1))
        elif cell.col + cell.col_span > at:
            cells.append(replace(cell, col_span=cell.col_span + 1))
        else:
            cells.append(cell)
    rows = sorted({c.row for c in grid.cells if c.role == "value"})
    covered = {
        (row, at)
        for c in cells
        for row in range(c.row, c.row + c.row_span)
        if c.col <= at < c.col + c.col_span
    }
    free = [row for row in range(grid.rows) if (row, at) not in covered]
    for row in free:
        text = str(rng.randint(0, 30)) if row in rows and name != "备注" else ""
        if row == rows[0] - 1:
            text = name
        cells.append(FormCell(row, at, 1, 1, text, "value" if row in rows else "header"))
    return [cells]


def instructions(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Filling instructions inside the labels, with digits in them."""
    notes = [
        "（填报说明：按第20条第1款统计，2023年1月1日至12月31日）",
        "（含上年结转3件）",
        "\n注：1件申请只计1次",
        "（单位：件，不含2022年办结的12件）",
    ]
    return [
        [
            replace(c, text=c.text + rng.choice(notes))
            if c.role == "label" and rng.random() < 0.3
            else c
            for c in grid.cells
        ]
    ]


def digits_in_two_cells(grid: FormGrid, rng: random.Random) -> list[Part]:
    """A stray rule runs through a number: its digits stand in two cells."""
    long = [c for c in grid.cells if c.role == "value" and len(c.text) > 1 and c.text.isdigit()]
    if not long:
        return plain(grid, rng)
    split = rng.choice(long)
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell == split:
            continue
        if cell.row == split.row and cell.col > split.col:
            cells.append(replace(cell, col=cell.col + 1))
        elif cell.row != split.row and cell.col + cell.col_span > split.col:
            is_over = cell.col <= split.col
            cells.append(
                replace(cell, col_span=cell.col_span + 1)
                if is_over
                else replace(cell, col=cell.col + 1)
            )
        else:
            cells.append(cell)
    cells.append(replace(split, text=split.text[:1], col_span=1))
    cells.append(replace(split, text=split.text[1:], col=split.col + 1, col_span=split.col_span))
    return [cells]


def glued(grid: FormGrid, rng: random.Random, gap: str) -> list[Part]:
    """A missing rule: two neighbouring numbers stand in one cell."""
    values = [c for c in grid.cells if c.role == "value"]
    pairs = [(a, b) for a, b in itertools.pairwise(values) if a.row == b.row and a.text and b.text]
    if not pairs:
        return plain(grid, rng)
    a, b = rng.choice(pairs)
    both = replace(a, text=f"{a.text}{gap}{b.text}", col_span=a.col_span + b.col_span)
    return [[both if c == a else c for c in grid.cells if c != b]]


def glued_with_gap(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Two numbers in one cell with a gap between them."""
    return glued(grid, rng, rng.choice([" ", "\n", "  ", "\u3000"]))


def glued_tight(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Two numbers in one cell without a gap."""
    return glued(grid, rng, "")


def row_in_one_cell(grid: FormGrid, rng: random.Random) -> list[Part]:
    """No vertical rules: all numbers of a row stand in one cell."""
    cells = [c for c in grid.cells if c.role != "value"]
    for row in sorted({c.row for c in grid.cells if c.role == "value"}):
        values = sorted(
            (c for c in grid.cells if c.role == "value" and c.row == row), key=lambda c: c.col
        )
        text = " ".join(c.text for c in values if c.text)
        span = sum(c.col_span for c in values)
        cells.append(replace(values[0], text=text, col_span=span))
    return [cells]


def column_in_one_cell(grid: FormGrid, rng: random.Random) -> list[Part]:
    """No rules between rows: all numbers of a column stand in one cell, one per line."""
    cells = [c for c in grid.cells if c.role != "value"]
    columns: dict[tuple[int, int], list[FormCell]] = {}
    for cell in grid.cells:
        if cell.role == "value":
            columns.setdefault((cell.col, cell.col_span), []).append(cell)
    for values in columns.values():
        runs: list[list[FormCell]] = [[values[0]]]
        for cell in values[1:]:
            if cell.row == runs[-1][-1].row + 1:
                runs[-1].append(cell)
            else:
                runs.append([cell])
        cells += [
            replace(run[0], text="\n".join(c.text for c in run), row_span=len(run)) for run in runs
        ]
    return [cells]


def remarks(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Remarks with numbers in some cells."""
    notes = [
        "（其中修订{}件）",
        "(含{}件)",
        "，其中修订{}件",
        "其中{}件",
        "（{}）",
        "\n（{}）",
        "/{}",
    ]
    return [
        [
            replace(c, text=c.text + rng.choice(notes).format(rng.randint(1, 9)))
            if c.role == "value" and c.text and rng.random() < 0.2
            else c
            for c in grid.cells
        ]
    ]


def two_years(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Every number stands beside that of the year before."""
    cells: list[FormCell] = []
    for cell in grid.cells:
        if cell.role != "value":
            left = cell.col - grid.label_columns
            col = grid.label_columns + 2 * left if left > 0 else cell.col
            span = cell.col_span * 2 if left >= 0 else cell.col_span
            if left < 0 and cell.col + cell.col_span > grid.label_columns:
                span = cell.col_span + grid.width - grid.label_columns
            cells.append(replace(cell, col=col, col_span=span))
            continue
        col = grid.label_columns + 2 * (cell.col - grid.label_columns)
        cells.append(replace(cell, col=col))
        cells.append(replace(cell, col=col + cell.col_span, text=str(rng.randint(0, 40))))
    return [cells]


def on_its_side(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Rows became columns: the table lies on its side."""
    turned = [
        replace(c, row=c.col, col=c.row, row_span=c.col_span, col_span=c.row_span)
        for c in grid.cells
    ]
    return [sorted(turned, key=lambda c: (c.row, c.col))]


def narrow_on_its_side(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Only the table without row labels lies on its side, one number per line."""
    return plain(grid, rng) if grid.label_columns else on_its_side(grid, rng)


def two_years_in_rows(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Each row of numbers stands above that of the year before, labelled 上年."""
    if not grid.label_columns:
        return plain(grid, rng)
    cells: list[FormCell] = []
    for cell in grid.cells:
        row = 2 * cell.row
        if cell.role == "value":
            cells.append(replace(cell, row=row))
            cells.append(replace(cell, row=row + 1, text=str(rng.randint(0, 40))))
        else:
            cells.append(replace(cell, row=row, row_span=2 * cell.row_span))
    return [sorted(cells, key=lambda c: (c.row, c.col))]


def no_spans(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Merged cells came out as one filled cell and blank ones."""
    cells: list[FormCell] = []
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for col in range(cell.col, cell.col + cell.col_span):
                text = cell.text if (row, col) == (cell.row, cell.col) else ""
                cells.append(replace(cell, row=row, col=col, row_span=1, col_span=1, text=text))
    return [sorted(cells, key=lambda c: (c.row, c.col))]


def spans_repeated(grid: FormGrid, rng: random.Random) -> list[Part]:
    """Merged cells came out as cells that all print the same."""
    cells: list[FormCell] = []
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for col in range(cell.col, cell.col + cell.col_span):
                cells.append(replace(cell, row=row, col=col, row_span=1, col_span=1))
    return [sorted(cells, key=lambda c: (c.row, c.col))]


def unnamed_columns(grid: FormGrid, rng: random.Random) -> list[Part]:
    """The header is a picture or was lost: no column has a name."""
    return [[replace(c, text="") if c.role in ("header", "corner") else c for c in grid.cells]]


MESSES: tuple[Mess, ...] = (
    plain,
    page_break,
    page_break_repeats_group,
    page_break_shifts_left,
    page_break_with_header,
    split_row_values_above,
    split_row_values_below,
    split_header,
    page_rows,
    vertical_headers,
    doubled_rows,
    doubled_all,
    doubled_values,
    watermark,
    extra_row,
    extra_column,
    instructions,
    digits_in_two_cells,
    glued_with_gap,
    glued_tight,
    row_in_one_cell,
    column_in_one_cell,
    remarks,
    two_years,
    two_years_in_rows,
    on_its_side,
    narrow_on_its_side,
    no_spans,
    spans_repeated,
    unnamed_columns,
)
