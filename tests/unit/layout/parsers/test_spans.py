from hypothesis import given, settings
from hypothesis import strategies as st

from assets.layout.parsers.spans import Placed, compact, linked_rows, place

span = st.integers(-2, 6) | st.just(100_000)
rows = st.lists(st.lists(st.tuples(span, span, st.integers()), max_size=5), max_size=8)


def slots(cell: Placed[int]) -> set[tuple[int, int]]:
    return {
        (row, col)
        for row in range(cell.row, cell.row + cell.row_span)
        for col in range(cell.col, cell.col + cell.col_span)
    }


@settings(deadline=None)
@given(rows)
def test_cells_never_overlap_nor_leave_the_table(table):
    placed = place(table)
    assert [cell.item for cell in placed] == [item for row in table for _, _, item in row]
    for cells in (placed, compact(placed)):
        taken: set[tuple[int, int]] = set()
        for cell in cells:
            assert not taken & slots(cell)
            taken |= slots(cell)
            assert cell.row + cell.row_span <= len(table)


@settings(deadline=None)
@given(rows)
def test_compact_cells_start_in_every_row_and_column(table):
    cells = compact(place(table))
    assert {cell.row for cell in cells} == set(range(len({cell.row for cell in cells})))
    assert {cell.col for cell in cells} == set(range(len({cell.col for cell in cells})))
    assert [(c.row, c.col) for c in cells] == sorted((c.row, c.col) for c in cells)


def test_rows_that_spans_hold_together():
    cells = place([[(2, 1, "a"), (1, 1, "b")], [(1, 1, "c")], [(1, 1, "d")]])
    assert [[cell.item for cell in run] for run in linked_rows(cells)] == [["a", "b", "c"], ["d"]]
