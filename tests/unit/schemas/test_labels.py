"""Joined labels come apart where they were joined."""

from __future__ import annotations

import re

from schemas.catalog import BUNDLED, load_catalog
from schemas.labels import label_path, last_label


def test_a_slash_within_a_label_parts_nothing() -> None:
    assert label_path("第二十条第（五）项/行政许可") == ("第二十条第（五）项", "行政许可")
    assert label_path("第二十条第（五）项/本年增/减") == ("第二十条第（五）项", "本年增/减")
    assert last_label("本年增/减") == "本年增/减"
    assert last_label("自然人") == "自然人"


def test_every_label_of_the_forms_comes_apart_whole() -> None:
    written = "".join(
        path.read_text(encoding="utf-8") for path in BUNDLED.rglob("formats/gir_*.yml")
    )
    labels = {found.strip("\"'") for found in re.findall(r"label: ([^,}\n]+)", written)}
    parts = {
        part
        for form in load_catalog().formats.values()
        for cell in form.cells
        for joined in (cell.row_label, cell.column_label)
        for part in label_path(joined)
    }
    assert {part for part in parts if part not in labels} == set()
