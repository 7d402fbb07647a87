"""docs/indicators.md and docs/indicators.zh.md: the metric dictionary for readers.

`python -m assets.exports.indicator_pages` (of `make docs`) writes them; a test fails when they are
stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Literal

from schemas.catalog import Catalog, load_catalog
from schemas.indicators import Indicator, formula_text

Language = Literal["zh", "en"]
DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES: dict[Language, str] = {"en": "indicators.md", "zh": "indicators.zh.md"}
KINDS: dict[str, dict[Language, str]] = {
    "count": {"zh": "计数", "en": "count"},
    "sum": {"zh": "和", "en": "sum"},
    "difference": {"zh": "差", "en": "difference"},
    "ratio": {"zh": "比值", "en": "ratio"},
    "share": {"zh": "占比", "en": "share"},
}
SCOPES: dict[str, dict[Language, str]] = {
    "agency": {"zh": "机关", "en": "agency"},
    "group": {"zh": "一组机关", "en": "group of agencies"},
    "report_metadata": {"zh": "报告本身", "en": "report as a document"},
}
WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "# 指标词典",
        "other": "[English](indicators.md)",
        "intro": "由 schemas/indicators.yml 生成，请勿手改：`make docs`。"
        "数值在 cmp_agency_year（宽表）和 cmp_indicator_long（长表），"
        "各项单元在 dim_indicator_term。",
        "rules": "- 缺一项即无值，缺数从不为零；分母不为正时比率为空，分子、分母总在旁边。\n"
        "- 分母小于 {least} 的比率不宜展示（is_shown）。\n"
        "- 一组机关的比率为分子之和除以分母之和，不是比率的平均。\n"
        "- 占比的分子是分母的一部分，附 95% 威尔逊区间；比值的分子不一定是，没有区间。\n"
        "- 与上一年度能否比较，取各项中最差的；见 comparability 和 break_note。",
        "sums": "## 公式中的名称",
        "sums_header": "| 名称 | 概念 |",
        "deadlines": "## 公布期限",
        "deadlines_intro": "次年的最后一日，当日仍为按期。条例第四十九条只规定县级以上部门和政府，"
        "其余按惯例；此处没有的类别没有期限。",
        "deadlines_header": "| 机关类别 | 期限 | 依据 |",
        "law": "条例第四十九条",
        "practice": "惯例",
        "indicators": "## 指标",
        "formula": "公式",
        "unit": "单位",
        "kind": "种类",
        "scope": "所属",
        "years": "年度",
        "version": "版本",
        "members": "分为",
        "caveat": "注意",
        "reason": "尚未给出",
        "source": "依据",
        "peers": "同类统计",
        "since": "{first} 年起",
        "until": "{first} 至 {last} 年",
        "stop": "。",
    },
    "en": {
        "title": "# Indicators",
        "other": "[中文](indicators.zh.md)",
        "intro": "Written from schemas/indicators.yml, do not edit: `make docs`. The figures are "
        "in cmp_agency_year (wide) and cmp_indicator_long (long), their cells in "
        "dim_indicator_term.",
        "rules": "- A figure with a missing term has no value; missing is never zero. A ratio is "
        "null where its denominator is not positive; its parts are always beside it.\n"
        "- A ratio over fewer than {least} should not be shown (is_shown).\n"
        "- The ratio of a group is the sum of numerators over the sum of denominators, never a "
        "mean of ratios.\n"
        "- The numerator of a share is a part of its denominator, and a 95 % Wilson interval is "
        "given; that of a ratio need not be, and there is none.\n"
        "- Against the year before, a figure is as comparable as the worst of its terms: see "
        "comparability and break_note.",
        "sums": "## Names in the formulas",
        "sums_header": "| Name | Concepts |",
        "deadlines": "## Last days for publication",
        "deadlines_intro": "In the year after the report year; that day is still in time. Art. 49 "
        "of the regulation names departments of county level and above and governments; the others "
        "follow by practice. A kind that is not here has no date.",
        "deadlines_header": "| Kind of agency | Last day | Basis |",
        "law": "Art. 49",
        "practice": "practice",
        "indicators": "## Indicators",
        "formula": "Formula",
        "unit": "Unit",
        "kind": "Kind",
        "scope": "Belongs to",
        "years": "Years",
        "version": "Version",
        "members": "One for each",
        "caveat": "Mind",
        "reason": "Not made yet",
        "source": "Rests on",
        "peers": "Peers",
        "since": "{first} on",
        "until": "{first} to {last}",
        "stop": ".",
    },
}


def _years(one: Indicator, words: dict[str, str]) -> str:
    first, last = one.entry.first_report_year, one.entry.last_report_year
    return words["until" if last else "since"].format(first=first, last=last)


def _entry(family: list[Indicator], language: Language) -> Iterator[str]:
    """One entry of the file; the members of an entry with `each` share it."""
    words, one = WORDS[language], family[0]
    entry = one.entry

    def text(name: str) -> str:
        return str(getattr(entry, f"{name}_{language}"))

    yield f"### {one.family}\n"
    title = text("name") if len(family) == 1 else text("name").partition("：")[0].partition(":")[0]
    yield f"**{title}**{words['stop'] if language == 'zh' else ':'} {text('definition')}\n"
    if len(family) > 1:
        yield f"- {words['members']}: {', '.join(f'`{member.id}`' for member in family)}"
    if formula_text(one):
        yield f"- {words['formula']}: `{formula_text(one)}`"
    yield f"- {words['unit']}: {getattr(one.unit, language)}"
    yield f"- {words['kind']}: {KINDS[entry.kind][language]}"
    yield f"- {words['scope']}: {SCOPES[entry.scope][language]}"
    yield f"- {words['years']}: {_years(one, words)}"
    yield f"- {words['version']}: {entry.version}"
    for name in ("caveat", "reason"):
        if text(name):
            yield f"- {words[name]}: {text(name)}"
    for name in ("source", "peers"):
        if getattr(entry, name):
            yield f"- {words[name]}: {getattr(entry, name)}"
    yield ""


def indicator_page(catalog: Catalog, language: Language) -> str:
    """The page of the metric dictionary in a language, as Markdown."""
    words, file = WORDS[language], catalog.indicator_file
    lines = [
        words["title"],
        "",
        words["other"],
        "",
        words["intro"],
        "",
        words["rules"].format(least=file.minimum_denominator),
        "",
        words["sums"],
        "",
        words["sums_header"],
        "| --- | --- |",
        *(
            f"| `{name}` | {', '.join(f'`{part}`' for part in parts)} |"
            for name, parts in file.sums.items()
        ),
        "",
        words["deadlines"],
        "",
        words["deadlines_intro"],
        "",
        words["deadlines_header"],
        "| --- | --- | --- |",
        *(
            f"| {kind.value} | {day.month:02}-{day.day:02} | {words[day.basis]} |"
            for kind, day in file.deadlines.items()
        ),
        "",
        words["indicators"],
        "",
    ]
    for _, family in groupby(catalog.indicators, key=lambda one: one.family):
        lines += _entry(list(family), language)
    return "\n".join(lines).rstrip("\n") + "\n"


def write(catalog: Catalog, docs: Path = DOCS) -> None:
    """Write both pages."""
    for language, name in FILES.items():
        (docs / name).write_text(indicator_page(catalog, language), encoding="utf-8")


if __name__ == "__main__":
    write(load_catalog())
