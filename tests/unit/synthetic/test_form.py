"""The look of the tables: cells cover the form exactly, labels span as officially printed."""

import pytest

from assets.synthetic.form import FormGrid, column_shares, form_grid
from assets.synthetic.report import random_report
from schemas.catalog import load_catalog

CATALOG = load_catalog()


def _grids(format_id: str) -> dict[str, FormGrid]:
    report = random_report(1, CATALOG, format_id)
    return {table.table_id: form_grid(report, table) for table in report.tables}


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
def test_cells_tile_the_grid(format_id: str) -> None:
    for grid in _grids(format_id).values():
        covered = [
            (row, col)
            for cell in grid.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for col in range(cell.col, cell.col + cell.col_span)
        ]
        assert sorted(covered) == [(r, c) for r in range(grid.rows) for c in range(grid.width)]
        assert sum(column_shares(grid)) == pytest.approx(1)


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
def test_every_number_has_a_cell(format_id: str) -> None:
    printed = sum(
        cell.role == "value" for grid in _grids(format_id).values() for cell in grid.cells
    )
    assert printed == len(CATALOG.formats[format_id].cells)


def test_spans_of_table_three_are_the_official_ones() -> None:
    spans = {
        cell.text: (cell.row_span, cell.col_span)
        for cell in _grids("gir_2019")["applications"].cells
        if cell.role != "value"
    }
    assert spans["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] == (3, 3)
    assert spans["申请人情况"] == (1, 7)
    assert spans["自然人"] == (2, 1)
    assert spans["法人或其他组织"] == (1, 5)
    assert spans["三、本年度办理结果"] == (20, 1)
    assert spans["（三）不予公开"] == (8, 1)
    assert spans["（六）其他处理"] == (1, 2)
    assert spans["四、结转下年度继续办理"] == (1, 3)


def test_table_two_stands_its_blocks_under_each_other() -> None:
    rows = _grids("gir_2021")["proactive_disclosure"].by_row()
    assert [(c.text, c.col_span) for c in rows[0]] == [("第二十条第（一）项", 4)]
    assert [c.text for c in rows[1]] == ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    assert [(c.col_span, c.role) for c in rows[6]] == [(1, "label"), (3, "value")]


def test_table_four_has_no_label_column() -> None:
    grid = _grids("gir_2021")["disputes"]
    assert (grid.rows, grid.width, grid.label_columns) == (4, 15, 0)
    first, second, *_ = grid.by_row()
    assert [(c.text, c.col_span) for c in first] == [("行政复议", 5), ("行政诉讼", 10)]
    assert second[0].row_span == 2
