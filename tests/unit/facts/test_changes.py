"""Facts against the facts that they replace."""

import polars as pl

from assets.common.lake import Lake
from assets.common.parts import WHOLE
from assets.facts.changes import changed_cells, stored_facts
from schemas.frames import ReportFacts, empty_frame

COLUMNS = ("report_id", "doc_id", "item_code", "breakdown", "value", "unit", "value_status",
           "review_status")  # fmt: skip


def facts(*rows):
    return pl.DataFrame(
        [dict(zip(COLUMNS, row, strict=True)) for row in rows],
        schema=dict.fromkeys(COLUMNS, pl.String) | {"value": pl.Decimal(18, 6)},
    )


OLD = facts(
    ("r1", "a", "i", "total", 1, "件", "reported", "sure"),
    ("r1", "a", "j", "total", None, None, "blank", "sure"),
    ("r2", "b", "i", "total", 5, "件", "reported", "sure"),
)


def test_the_same_facts_in_another_order_are_no_change():
    assert set(changed_cells(OLD, OLD.reverse()).values()) == {0}
    assert changed_cells(OLD.clear(), OLD)["cells_changed"] == 0
    assert changed_cells(OLD, OLD.clear())["cells_changed"] == 0


def test_what_differs_is_counted_by_kind():
    new = facts(
        ("r1", "a", "i", "total", 2, "件", "reported", "needs_review"),
        ("r1", "a", "j", "total", 0, "件", "reported", "sure"),
        ("r3", "c", "i", "total", 9, "件", "reported", "sure"),
    )
    assert changed_cells(OLD, new) == {
        "documents_changed": 1,
        "cells_changed": 2,
        "values_changed": 2,
        "statuses_changed": 1,
        "reviews_changed": 1,
    }


def test_a_cell_that_only_one_form_has_is_a_change():
    new = OLD.filter(pl.col("item_code") == "i")
    found = changed_cells(OLD, new)
    assert (found["documents_changed"], found["cells_changed"]) == (1, 1)


def test_a_damaged_file_of_facts_does_not_stop_its_replacement(tmp_path):
    lake = Lake(tmp_path)
    empty = empty_frame(ReportFacts)
    assert stored_facts(lake, 2023, None).equals(empty)
    lake.write("report_facts", empty, 2023)
    assert stored_facts(lake, 2023, (WHOLE,)).equals(empty)
    lake.file("report_facts", 2023).write_bytes(b"PAR1 cut short")
    assert stored_facts(lake, 2023, None).equals(empty)
    empty.drop("unit").write_parquet(lake.file("report_facts", 2023))
    assert stored_facts(lake, 2023, None).equals(empty)
