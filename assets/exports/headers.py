"""Column headers in Chinese, in English or in both, and the meaning of every column."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from assets.exports.exported import Column, ExportedTable
from assets.warehouse.manifest import in_language

_BOUNDARY = re.compile(r"[：，。；]|（(?![一二三四五六七八九十]+）)[^）]*）|\([^)]*\)")
"""Where a name may end: at a mark, or before and after brackets; （七） is part of a name."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class HeaderLanguage(StrEnum):
    """Languages of headers; the contract's column names are the English ones."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


def _beginnings(column: Column) -> tuple[str, ...]:
    """Beginnings of the Chinese description that may name the column, the shortest first."""
    text = in_language(column.comment, "zh")
    ends = {end for found in _BOUNDARY.finditer(text) for end in _ends(found)} | {len(text)}
    names = dict.fromkeys("".join(text[:end].split()).rstrip("。") for end in sorted(ends))
    # "open，或……" and "多份报告中，……" do not say yet what the column holds.
    told = [
        name
        for at, name in enumerate(names)
        if _CHINESE.search(name) and (not name.endswith("中") or at == len(names) - 1)
    ]
    return tuple(told) or (column.name,)


def _ends(found: re.Match[str]) -> tuple[int, ...]:
    return (found.start(), found.end()) if found[0][0] in "（(" else (found.start(),)


def chinese_names(table: ExportedTable) -> dict[str, str]:
    """Column name to Chinese name: as much of the description as tells it from the other columns.

    Columns that are described alike keep the same name.
    """
    beginnings = {column.name: _beginnings(column) for column in table.columns}
    depth = dict.fromkeys(beginnings, 0)
    while True:
        names = {name: beginnings[name][at] for name, at in depth.items()}
        alike: dict[str, list[str]] = {}
        for name, chinese in names.items():
            alike.setdefault(chinese, []).append(name)
        # A ratio keeps the short name; its numerator and denominator are told from it.
        vague = [
            name
            for group in alike.values()
            for name in group
            if any(not one.startswith(name) for one in group)
            and depth[name] + 1 < len(beginnings[name])
        ]
        if not vague:
            return names
        for name in vague:
            depth[name] += 1


def headers(table: ExportedTable, language: HeaderLanguage) -> dict[str, str]:
    """Column name to header, each header once.

    In `both` the column name stands last, after a blank; in Chinese it is added only where two
    columns are described alike.
    """
    if language is HeaderLanguage.EN:
        return {column.name: column.name for column in table.columns}
    names = chinese_names(table)
    if language is HeaderLanguage.BOTH:
        return {name: f"{chinese} {name}" for name, chinese in names.items()}
    times = Counter(names.values())
    return {
        name: chinese if times[chinese] == 1 else f"{chinese}（{name}）"
        for name, chinese in names.items()
    }
