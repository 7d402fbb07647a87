"""The table of traditional characters."""

from __future__ import annotations

from schemas.characters import simplified


def test_traditional_characters_become_those_of_the_forms() -> None:
    assert "政府信息公開行政複議、行政訴訟情況".translate(simplified()) == (
        "政府信息公开行政复议、行政诉讼情况"
    )


def test_characters_of_simplified_texts_stay() -> None:
    text = "显著乾隆瞭望覆盖徵候"
    assert text.translate(simplified()) == text


def test_no_character_is_replaced_twice() -> None:
    table = simplified()
    assert len(table) > 2000
    assert not any(ord(simple) in table for simple in table.values())
