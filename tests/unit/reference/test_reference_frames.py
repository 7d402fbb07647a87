from __future__ import annotations

from assets.reference.frames import reference_frames
from schemas.catalog import load_catalog


def test_the_declarative_files_are_tables_whole() -> None:
    catalog = load_catalog()
    frames = reference_frames(catalog)
    items = frames["ref_item"]
    assert items.group_by("format_id", maintain_order=True).len().rows() == [
        (entry.format_id, len(catalog.formats[entry.format_id].cells))
        for entry in catalog.registry.formats
    ]
    assert frames["ref_rule"]["rule_id"].to_list() == [rule.id for rule in catalog.rules]
    assert frames["ref_crosswalk"].height == len(catalog.crosswalk)
    assert frames["ref_break"].height == len(catalog.breaks)
    assert frames["ref_format"]["position"].to_list() == list(range(1, len(catalog.formats) + 1))


def test_an_item_carries_its_member_of_the_axis_in_both_languages() -> None:
    items = reference_frames(load_catalog())["ref_item"]
    (row,) = items.filter(
        format_id="gir_2021", item_code="applications.received", breakdown="natural_person"
    ).to_dicts()
    assert row["label_zh"] == "本年新收政府信息公开申请数量（自然人）"
    assert row["label_en"] == "Applications received in the year, natural persons"
    assert row["row_label"] == "一、本年新收政府信息公开申请数量"
    assert (row["unit"], row["value_type"], row["is_total"]) == ("件", "count", False)
