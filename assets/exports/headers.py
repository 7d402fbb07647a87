"""Column headers in Chinese, in English or in both, and the meaning of every column."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from assets.exports.exported import Column, ExportedTable
from assets.warehouse.manifest import in_language

_END_OF_NAME = re.compile(r"[：，。；、（(]")


class HeaderLanguage(StrEnum):
    """Languages of headers; the contract's column names are the English ones."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


def chinese_name(column: Column) -> str:
    """The beginning of the Chinese description, which names the column."""
    described = in_language(column.comment, "zh")
    return "".join(_END_OF_NAME.split(described)[0].split()) or column.name


def headers(table: ExportedTable, language: HeaderLanguage) -> dict[str, str]:
    """Column name to header, each header once.

    In `both` the column name stands last, after a blank; in Chinese it is added only where two
    columns would have the same header.
    """
    if language is HeaderLanguage.EN:
        return {column.name: column.name for column in table.columns}
    names = {column.name: chinese_name(column) for column in table.columns}
    if language is HeaderLanguage.BOTH:
        return {name: f"{chinese} {name}" for name, chinese in names.items()}
    times = Counter(names.values())
    return {
        name: chinese if times[chinese] == 1 else f"{chinese}（{name}）"
        for name, chinese in names.items()
    }
