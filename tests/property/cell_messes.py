"""What word processors, stamps and hands do to cells: doubled, glued, parted, written over."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from assets.synthetic.form import FormCell, FormGrid
from tests.property.mess_model import Part, plain


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
