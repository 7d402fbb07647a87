"""Lines that lost their table: what is a cell, a row, a mark of the page."""

import pytest

from assets.layout.grids import flow_grids, is_page_mark, split_values
from assets.layout.model import Block
from assets.layout.parsers.text import read_lines

ROW = ["一、本年新收政府信息公开申请数量", "1", "0", "0", "0", "0", "0", "1"]


def cells(lines: list[str]) -> list[list[str]]:
    blocks = [Block(order, line, f"L{order + 1}") for order, line in enumerate(lines)]
    _, grids = flow_grids(blocks)
    return [[cell.text for cell in grid.cells] for grid in grids]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("规章 0 0 0", ("规章", "0", "0", "0")),
        ("规章 1 件 0 件 12件", ("规章", "1 件", "0 件", "12件")),
        ("规章 〇 无 1,234", ("规章", "〇", "无", "1,234")),
        ("1. 属于国家秘密 0 0", ("1. 属于国家秘密", "0", "0")),
        ("2 重复申请 0 0", ("2 重复申请", "0", "0")),
        ("0 0 80 行政规范性文件", ("0", "0", "80", "行政规范性文件")),
        ("2023年共收到 12 件申请", ("2023年共收到 12 件申请",)),
        ("5", ("5",)),
    ],
)
def test_labels_and_values_of_a_line(line: str, parts: tuple[str, ...]) -> None:
    assert split_values(line) == parts


def test_table_on_one_line() -> None:
    row = " ".join(ROW)
    assert split_values(" ".join([row] * 4)) == (*ROW,) * 4


@pytest.mark.parametrize(
    ("line", "is_mark"),
    [
        ("- 3 -", True),
        ("第 1 页 共 9 页", True),
        ("2/9", True),
        ("2024/1/15 10:31", True),
        ("－ － 2 － －", False),
        ("－ － － 1 － － － － － － － － － － －", False),
        ("3", False),
    ],
)
def test_page_marks(line: str, is_mark: bool) -> None:
    assert is_page_mark(line) is is_mark


def test_headers_and_footers_do_not_cut_a_row() -> None:
    lines: list[str] = []
    for page in range(1, 4):
        lines += [*ROW[:4], f"第 {page} 页 共 3 页", "某某局2023年度报告", *ROW[4:]]
    assert cells(lines) == [ROW * 3]


def test_page_mark_between_a_label_and_its_values() -> None:
    assert cells([ROW[0], "- 3 -", *ROW[1:]]) == [ROW]


def test_commas_that_group_digits_part_no_cells() -> None:
    _, grids = read_lines("\n".join(["规章 1,234 2,345 0", "行政规范性文件 3,456 4,567 5,678"] * 2))
    texts = [cell.text for cell in grids[0].cells]
    assert texts[:4] == ["规章", "1,234", "2,345", "0"]
