"""The data dictionary as Markdown, in Chinese or English, from what the code itself declares.

Tables and columns come from the dbt manifest, items and formats from the catalog, the meaning of
vocabularies from vocabularies.yml. docs/dictionary.md and docs/dictionary.zh.md are what this
module makes; a test fails when they are stale. `python -m assets.exports.dictionary` writes them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml

from assets.warehouse.about import (
    ABOUT_COLUMNS,
    ABOUT_DESCRIPTION,
    CONTRACT_VERSION,
    TABLES_COLUMNS,
    TABLES_DESCRIPTION,
)
from assets.warehouse.dbt import PROJECT
from assets.warehouse.macros import MACROS
from assets.warehouse.manifest import Mart, in_language, marts, read_manifest
from schemas.catalog import Catalog, Format, load_catalog

Language = Literal["zh", "en"]
VOCABULARIES = Path(__file__).with_name("vocabularies.yml")
DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES: dict[Language, str] = {"en": "dictionary.md", "zh": "dictionary.zh.md"}

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "# 数据字典",
        "other": "[English](dictionary.md)",
        "intro": "由代码生成，请勿手改：`python -m assets.exports.dictionary`。"
        "公开约定版本 {version}。空白、占位、缺失都不是零；比率的分子和分母列在旁边，缺一项即为空。"
        "带 is_synthetic 的表中，编造的数据与真实数据分开统计。",
        "tables": "## 数据表",
        "core": "### 基础表",
        "comparison": "### 比较表",
        "quality": "### 质量表",
        "about": "### 关于本次发布",
        "key": "主键",
        "columns": "| 列 | 类型 | 说明 |",
        "macros": "### 宏",
        "vocabularies": "## 词表",
        "members": "| 值 | 含义 |",
        "items": "## 项目",
        "items_intro": "各官方格式的全部单元，共 {count} 个。同一代码在各格式中含义相同或近似；"
        "能否比较见 cmp_item_year_over_year。",
        "cells": "| 位次 | 项目代码 | 列轴成员 | 行标签 | 列标签 | 单位 | 合计 |",
        "yes": "是",
    },
    "en": {
        "title": "# Data dictionary",
        "other": "[中文](dictionary.zh.md)",
        "intro": "Generated from the code, do not edit: `python -m assets.exports.dictionary`. "
        "Version {version} of the public contract. Blank, placeholder and absent are not zero; "
        "a ratio has its numerator and denominator beside it and is null when a part is missing. "
        "In tables with is_synthetic, made-up and real data are counted apart.",
        "tables": "## Tables",
        "core": "### Core tables",
        "comparison": "### Comparison",
        "quality": "### Quality",
        "about": "### About the publication",
        "key": "Key",
        "columns": "| Column | Type | Meaning |",
        "macros": "### Macros",
        "vocabularies": "## Vocabularies",
        "members": "| Value | Meaning |",
        "items": "## Items",
        "items_intro": "Every cell of the official formats, {count} in all. One code means the "
        "same, or nearly the same, in every format; cmp_item_year_over_year says what may be "
        "compared.",
        "cells": "| Place | Item | Member | Row label | Column label | Unit | Total |",
        "yes": "yes",
    },
}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _rule(header: str) -> str:
    return "|" + " --- |" * (header.count("|") - 1)


def load_vocabularies() -> dict[str, Any]:
    """vocabularies.yml: class name in schemas/vocabulary.py to its column, meaning and members."""
    return yaml.safe_load(VOCABULARIES.read_text(encoding="utf-8"))


def _table(mart: Mart, language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield f"#### {mart.name}\n"
    yield in_language(mart.description, language) + "\n"
    yield f"{words['key']}: {', '.join(f'`{column}`' for column in mart.key)}\n"
    yield words["columns"]
    yield _rule(words["columns"])
    for column in mart.columns:
        meaning = _cell(in_language(column.description, language))
        yield f"| `{column.name}` | {column.data_type} | {meaning} |"
    yield ""


def _about(
    name: str, description: str, columns: Mapping[str, str], language: Language
) -> Iterator[str]:
    words = WORDS[language]
    header = words["members"]
    yield f"#### {name}\n"
    yield in_language(description, language) + "\n"
    yield header
    yield _rule(header)
    for column, text in columns.items():
        yield f"| `{column}` | {_cell(in_language(text, language))} |"
    yield ""


def _tables(manifest: Mapping[str, Any], language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield words["tables"] + "\n"
    layer = ""
    for mart in marts(manifest):
        if mart.layer != layer:
            layer = mart.layer
            yield words[layer] + "\n"
        yield from _table(mart, language)
    yield words["about"] + "\n"
    yield from _about("about", ABOUT_DESCRIPTION, ABOUT_COLUMNS, language)
    yield from _about("about_tables", TABLES_DESCRIPTION, TABLES_COLUMNS, language)
    yield words["macros"] + "\n"
    for signature, _, description in MACROS.values():
        yield f"- `{signature}`: {in_language(description, language)}"
    yield ""


def _vocabularies(language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield words["vocabularies"] + "\n"
    for vocabulary in load_vocabularies().values():
        yield f"### {vocabulary['column']}\n"
        yield vocabulary[language] + "\n"
        yield words["members"]
        yield _rule(words["members"])
        for member, meaning in vocabulary["members"].items():
            yield f"| `{member}` | {_cell(meaning[language])} |"
        yield ""


def _format(found: Format, language: Language) -> Iterator[str]:
    words = WORDS[language]
    entry = found.entry
    title = entry.title_zh if language == "zh" else entry.title_en
    yield f"### {found.format_id}: {title} ({entry.document_number})\n"
    for table in found.tables:
        yield f"#### {table.table_id}: {table.name_zh if language == 'zh' else table.name_en}\n"
        yield words["cells"]
        yield _rule(words["cells"])
        for cell in (cell for block in table.blocks for cell in block.cells):
            total = words["yes"] if cell.is_total else ""
            member = f"`{cell.breakdown}`" if cell.breakdown else ""
            yield (
                f"| {cell.position} | `{cell.item_code}` | {member} | {_cell(cell.row_label)} "
                f"| {_cell(cell.column_label)} | {cell.unit} | {total} |"
            )
        yield ""


def dictionary(manifest: Mapping[str, Any], catalog: Catalog, language: Language) -> str:
    """The whole data dictionary in one language, Markdown.

    Args:
        manifest: a dbt manifest; where its data lies does not matter.
        catalog: formats and items.
        language: "zh" or "en".

    Raises:
        ValueError: a description lacks its Chinese or its English half.
    """
    words = WORDS[language]
    formats = [catalog.formats[entry.format_id] for entry in catalog.registry.formats]
    count = sum(len(found.cells) for found in formats)
    lines = [
        words["title"] + "\n",
        words["other"] + "\n",
        words["intro"].format(version=CONTRACT_VERSION) + "\n",
        *_tables(manifest, language),
        *_vocabularies(language),
        words["items"] + "\n",
        words["items_intro"].format(count=count) + "\n",
        *(line for found in formats for line in _format(found, language)),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def write_dictionary(manifest: Path, folder: Path = DOCS) -> list[Path]:
    """Write the dictionary in both languages; the files written.

    Raises:
        FileNotFoundError: there is no manifest at that path.
    """
    content = read_manifest(manifest)
    catalog = load_catalog()
    written: list[Path] = []
    for language, name in FILES.items():
        path = folder / name
        path.write_text(dictionary(content, catalog, language), encoding="utf-8")
        written.append(path)
    return written


def main() -> None:
    """Write docs/dictionary*.md from the manifest that `make manifest` writes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--manifest", type=Path, default=PROJECT / "target" / "manifest.json")
    write_dictionary(parser.parse_args().manifest)


if __name__ == "__main__":
    main()
