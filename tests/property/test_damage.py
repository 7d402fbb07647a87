"""Damaged dumps: a wrong number may come out, but never one that is said to be sure."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pdfplumber
import pypdfium2
import pytest

from assets.cells.recognise import Recognition
from assets.layout.encoding import decode
from assets.synthetic.model import SyntheticReport
from assets.synthetic.rendering import render
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog
from schemas.vocabulary import ReviewStatus
from tests.unit.cells.dumps import read

CATALOG = load_catalog()
SEEDS = range(4)
Damage = Callable[[list[str], random.Random], list[str]]


def is_number(text: str) -> bool:
    return text.strip("\xa0 \t").replace(".", "").isdigit()


def numbers(lines: list[str]) -> list[int]:
    return [i for i, line in enumerate(lines) if is_number(line)]


def labels(lines: list[str]) -> list[int]:
    return [
        i
        for i, line in enumerate(lines)
        if len(line.strip()) > 4
        and not is_number(line)
        and any(is_number(following) for following in lines[i + 1 : i + 3])
    ]


def rows(lines: list[str]) -> list[int]:
    return [
        i for i, line in enumerate(lines) if sum(is_number(cell) for cell in line.split("\t")) > 2
    ]


def drop_value(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.choice(numbers(lines))
    return lines[:at] + lines[at + 1 :]


def double_value(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.choice(numbers(lines))
    return [*lines[:at], lines[at], "", *lines[at:]]


def drop_label(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.choice(labels(lines))
    return lines[:at] + lines[at + 1 :]


def split_label(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.choice(labels(lines))
    cut = rng.randint(2, len(lines[at]) - 2)
    return [*lines[:at], lines[at][:cut], "", lines[at][cut:], *lines[at + 1 :]]


def garble_label(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.choice(labels(lines))
    cut = rng.randint(1, len(lines[at]) - 2)
    return [*lines[:at], f"{lines[at][:cut]}囗{lines[at][cut + 1 :]}", *lines[at + 1 :]]


def page_number(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.choice(numbers(lines) + labels(lines))
    return [*lines[:at], rng.choice(["3", "- 3 -", "第3页"]), "", *lines[at:]]


def change_row(
    lines: list[str],
    rng: random.Random,
    change: Callable[[list[str]], None],
    fits: Callable[[list[str]], bool] = lambda cells: True,
) -> list[str]:
    at = rng.choice([i for i in rows(lines) if fits(lines[i].split("\t"))])
    cells = lines[at].split("\t")
    change(cells)
    return [*lines[:at], "\t".join(cells), *lines[at + 1 :]]


def value_places(cells: list[str]) -> list[int]:
    return [i for i, cell in enumerate(cells) if is_number(cell)]


def add_tab(lines: list[str], rng: random.Random) -> list[str]:
    return change_row(lines, rng, lambda cells: cells.insert(0, ""))


def drop_cell(lines: list[str], rng: random.Random) -> list[str]:
    return change_row(lines, rng, lambda cells: cells.pop(rng.choice(value_places(cells))) and None)


def zero_for_label(lines: list[str], rng: random.Random) -> list[str]:
    return change_row(lines, rng, lambda cells: cells.insert(value_places(cells)[0], "0"))


def glue_cells(lines: list[str], rng: random.Random) -> list[str]:
    def glue(cells: list[str]) -> None:
        at = rng.choice(value_places(cells)[:-1])
        cells[at : at + 2] = ["".join(cells[at : at + 2])]

    return change_row(lines, rng, glue)


def lose_label(lines: list[str], rng: random.Random) -> list[str]:
    def lose(cells: list[str]) -> None:
        cells[:] = [cell if is_number(cell) else "" for cell in cells]

    return change_row(lines, rng, lose, lambda cells: any(len(cell) > 2 for cell in cells))


def split_number(lines: list[str], rng: random.Random) -> list[str]:
    def long(cells: list[str]) -> list[int]:
        return [i for i in value_places(cells) if len(cells[i].strip()) > 1]

    def split(cells: list[str]) -> None:
        at = rng.choice(long(cells))
        cells[at : at + 1] = [cells[at][0], cells[at][1:]]

    return change_row(lines, rng, split, lambda cells: bool(long(cells)))


LINE_DAMAGE: list[Damage] = [
    drop_value,
    double_value,
    drop_label,
    split_label,
    garble_label,
    page_number,
]
TAB_DAMAGE: list[Damage] = [
    add_tab,
    drop_cell,
    zero_for_label,
    glue_cells,
    lose_label,
    split_number,
]


def silently_wrong(found: Recognition, report: SyntheticReport) -> list[str]:
    got = {
        (cell["item_code"], cell["breakdown"]): cell
        for cell in found.cells
        if cell["review_status"] == ReviewStatus.SURE
    }
    wrong: list[str] = []
    for cell, printed in report.printed_cells():
        reading = got.get((cell.item_code, cell.breakdown))
        if reading is not None and (reading["value"], reading["value_status"]) != (
            printed.value,
            printed.status,
        ):
            wrong.append(f"{cell.item_code} {cell.breakdown}: {reading['raw_text']!r}")
    return wrong


@pytest.mark.parametrize(
    ("kind", "damage"),
    [("line_text", damage) for damage in LINE_DAMAGE] + [("tab_text", d) for d in TAB_DAMAGE],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize("format_id", ["gir_2019", "gir_2021"])
def test_no_wrong_number_is_sure(kind: str, damage: Damage, format_id: str) -> None:
    for seed in SEEDS:
        report = random_report(seed, CATALOG, format_id, applications=40)
        text, _ = decode(render(report, kind).data)
        lines = text.split("\n")
        start = next(i for i, line in enumerate(lines) if line.startswith("二、")) + 1
        end = next(i for i, line in enumerate(lines) if line.startswith("五、"))
        damaged = damage(lines[start:end], random.Random(seed))
        assert damaged != lines[start:end]
        found = read("\n".join([*lines[:start], *damaged, *lines[end:]]), report.report_year)
        assert silently_wrong(found, report) == []
        assert len(found.cells) > 100


def text_by_pdfplumber(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def text_by_pdfplumber_layout(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "\n".join(page.extract_text(layout=True) for page in pdf.pages)


def text_by_pdfium(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("extract", [text_by_pdfplumber, text_by_pdfplumber_layout, text_by_pdfium])
def test_text_that_others_took_from_a_pdf_line_by_line(extract: Callable[[bytes], str]) -> None:
    for seed in range(2):
        report = random_report(seed, CATALOG, "gir_2021", applications=30)
        found = read(extract(render(report, "pdf").data), report.report_year)
        got = {(c["item_code"], c["breakdown"]): c["value"] for c in found.cells}
        truth = {(c.item_code, c.breakdown): p.value for c, p in report.printed_cells()}
        assert got == truth
