"""The declarative files as bundled, and what the catalog refuses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.catalog import BUNDLED, Catalog, CatalogError, load_catalog

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("format_id", "cells", "table_cells"),
    [
        ("gir_2019", 198, {"proactive_disclosure": 22, "applications": 161, "disputes": 15}),
        ("gir_2021", 200, {"proactive_disclosure": 10, "applications": 175, "disputes": 15}),
    ],
)
def test_formats_are_complete(format_id: str, cells: int, table_cells: dict[str, int]) -> None:
    form = CATALOG.formats[format_id]
    assert len(form.cells) == cells
    assert {
        table.table_id: sum(len(block.cells) for block in table.blocks) for table in form.tables
    } == table_cells
    assert [cell.position for cell in form.cells] == list(range(1, cells + 1))
    assert len({(cell.item_code, cell.breakdown) for cell in form.cells}) == cells
    assert len({cell.short_key for cell in form.cells}) == cells


def test_cells_carry_labels_units_and_types() -> None:
    by_key = {cell.short_key: cell for cell in CATALOG.formats["gir_2019"].cells}
    change = by_key["t2.license.change"]
    assert (change.row_label, change.column_label) == ("第二十条第（五）项/行政许可", "本年增/减")
    assert (change.unit, change.value_type) == ("项", "signed_count")
    assert (by_key["t2.procurement.amount"].unit, by_key["t2.procurement.amount"].value_type) == (
        "",
        "money",
    )
    total = {cell.short_key: cell for cell in CATALOG.formats["gir_2021"].cells}["t3.total.nat"]
    assert total.is_total
    assert total.row_label == "三、本年度办理结果/（七）总计"
    assert total.label_en == "Total of outcomes, natural persons"


@pytest.mark.parametrize(
    ("year", "format_id"),
    [(2018, None), (2019, "gir_2019"), (2020, "gir_2019"), (2021, "gir_2021")],
)
def test_year_gives_the_governing_format(year: int, format_id: str | None) -> None:
    form = CATALOG.format_for(year)
    assert (form.format_id if form else None) == format_id


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (replaced("formats/registry.yml", "to: 2020", "to: 2021"), "2021 is governed by gir_2019"),
        (replaced("formats/registry.yml", "from: 2021", "from: 2022"), "no format governs"),
        (replaced("items.csv", "penalties.decisions,", "penalties.verdicts,"), "penalties"),
        (replaced("crosswalk.csv", "gir_2019,licensing.decisions", "gir_2019,x"), "print x"),
        (
            replaced(
                "requirements.csv", "licensing.decisions,printed", "licensing.decisions,absent"
            ),
            "gir_2019 prints licensing.decisions",
        ),
        (replaced("formats/gir_2021.yml", "value_type: money", "value_type: cash"), "value_type"),
        (replaced("formats/gir_2021.yml", "section: 二", "sektion: 二"), "sektion"),
        (replaced("labels.csv", "row,规范性文件", "line,规范性文件"), "labels.csv line 2"),
        (
            replaced("labels.csv", ",行政规范性文件,", ",行政规章性文件,"),
            "prints the row 行政规章性",
        ),
        (replaced("breaks.csv", "litigation.direct.upheld,", "litigation.upheld,"), "breaks.csv"),
        (replaced("axes.yml", "breakdown: total", "breakdown: everybody"), "breakdown total"),
    ],
)
def test_contradictions_are_refused_with_their_place(
    tmp_path: Path, change: Callable[[Path], None], message: str
) -> None:
    root = tmp_path / "schemas"
    shutil.copytree(BUNDLED, root)
    change(root)
    with pytest.raises(CatalogError, match=message):
        load_catalog(root)


def _with_a_change(tmp_path: Path, name: str) -> Catalog:
    folder = tmp_path / name.replace("/", "-")
    shutil.copytree(BUNDLED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    changed = folder / name
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    return load_catalog(folder)


@pytest.mark.parametrize(
    ("name", "all_files", "reports", "readings"),
    [
        ("labels.csv", True, True, True),
        ("rules/cells.yml", True, True, False),
        ("indicators.yml", True, False, False),
        ("peer_groups.csv", True, False, False),
        ("divisions/events.csv", False, False, False),
    ],
)
def test_a_file_counts_only_for_what_is_made_from_it(
    tmp_path: Path, name: str, all_files: bool, reports: bool, readings: bool
) -> None:
    old, new = load_catalog(), _with_a_change(tmp_path, name)
    assert (old.hash != new.hash) is all_files
    assert (old.report_hash != new.report_hash) is reports
    assert (old.reading_hash != new.reading_hash) is readings
