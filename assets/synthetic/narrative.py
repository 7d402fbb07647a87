"""The six texts of a made-up report; every number in them agrees with the tables.

Sentences are our own, in the manner of such reports. Sections beyond the known ones get a
neutral sentence, so that a format with another section can be written too.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal

from assets.synthetic.model import Key, Section
from assets.synthetic.sums import BROUGHT_FORWARD, CARRIED_FORWARD, OUTCOME_TOTAL, RECEIVED
from schemas.catalog import Catalog, Format

FEE_OVERDUE = "applications.outcome.other.processing_fee_overdue"
SELF_NAMES = ("我单位", "本机关")


def write_sections(
    rng: random.Random,
    catalog: Catalog,
    form: Format,
    report_year: int,
    is_government: bool,
    values: Mapping[Key, Decimal],
) -> tuple[Section, ...]:
    """All sections of a format with their texts, official numbers and headings."""
    own = rng.choice(SELF_NAMES)
    table_sections = {table.section for table in form.tables}
    out: list[Section] = []
    for spec in form.sections:
        if spec.section_no == "一":
            text = _overview(rng, own, report_year, is_government, catalog, form, values)
        elif spec.section_no in table_sections:
            text = ()
        elif spec.section_no == "五":
            text = _problems(rng, own, report_year)
        elif spec.section_no == "六":
            text = (_fee_statement(own, report_year, values),)
        else:
            text = (f"{report_year}年，{own}按照要求开展{spec.heading}相关工作。",)
        out.append(Section(spec.section_no, f"{spec.section_no}、", spec.heading, tuple(text)))
    return tuple(out)


def _total(values: Mapping[Key, Decimal], item: str) -> int | None:
    for breakdown in ("total", ""):
        if (item, breakdown) in values:
            return int(values[item, breakdown])
    return None


def _overview(
    rng: random.Random,
    own: str,
    year: int,
    is_government: bool,
    catalog: Catalog,
    form: Format,
    values: Mapping[Key, Decimal],
) -> Iterable[str]:
    web, posts = rng.randint(20, 3000), rng.randint(5, 800)
    yield f"{year}年，{own}认真落实《中华人民共和国政府信息公开条例》，各项公开工作平稳有序。"
    yield "（一）主动公开情况"
    yield (
        f"全年通过政府网站发布信息{web}条，通过政务新媒体发布信息{posts}条。"
        + _documents(year, values)
    )
    yield "（二）依申请公开情况"
    yield _applications(own, year, catalog, form, values)
    yield "（三）政府信息管理情况"
    yield "坚持先审查、后公开，对拟发布的内容逐级审核，及时清理过时和失效信息。"
    yield "（四）政府信息公开平台建设情况"
    yield f"调整网站公开栏目{rng.randint(1, 9)}个，维护政务公开专区{rng.randint(1, 4)}处。"
    yield "（五）监督保障情况"
    yield f"组织业务培训{rng.randint(1, 6)}次，安排专人负责日常检查。" + (
        "开展了工作考核和社会评议，全年没有需要追究责任的情形。" if is_government else ""
    )


def _documents(year: int, values: Mapping[Key, Decimal]) -> str:
    issued = values.get(("normative_documents.issued", ""))
    repealed = values.get(("normative_documents.repealed", ""))
    in_force = values.get(("normative_documents.in_force", ""))
    if issued is None or repealed is None or in_force is None:
        return ""
    return f"{year}年制发行政规范性文件{issued}件，废止{repealed}件，现行有效{in_force}件。"


def _applications(
    own: str, year: int, catalog: Catalog, form: Format, values: Mapping[Key, Decimal]
) -> str:
    received = _total(values, RECEIVED)
    brought = _total(values, BROUGHT_FORWARD)
    settled = _total(values, OUTCOME_TOTAL)
    carried = _total(values, CARRIED_FORWARD)
    if received is None or brought is None or settled is None or carried is None:
        return f"{year}年，{own}依法办理政府信息公开申请。"
    if not received + brought:
        return f"{year}年，{own}未收到政府信息公开申请。"
    start = (
        f"{year}年，{own}新收政府信息公开申请{received}件"
        if received
        else f"{year}年，{own}未收到新的政府信息公开申请"
    )
    parts: dict[str, int] = {}
    for cell in form.cells:
        count = values.get((cell.item_code, "total"))
        leaf = cell.item_code.startswith("applications.outcome.") and not cell.is_total
        if leaf and count:
            # Remarks in brackets belong to the form, not to a sentence.
            parts[catalog.items[cell.item_code].title_zh.partition("（")[0]] = int(count)
    outcomes = "，".join(f"{name}{count}件" for name, count in parts.items())
    return f"{start}，上年结转{brought}件；办结{settled}件，结转下年度继续办理{carried}件。" + (
        f"办结的申请中，{outcomes}。" if outcomes else ""
    )


def _problems(rng: random.Random, own: str, year: int) -> Iterable[str]:
    problems = (
        "公开内容与群众实际需要之间还有差距",
        "解读材料形式较为单一",
        "业务人员更换较快，经验积累不足",
        "部分栏目更新间隔偏长",
    )
    plans = (
        "根据来电来访中常见的疑问调整公开重点",
        "增加图表和问答形式的解读",
        "建立岗位交接清单并定期培训",
        "按月检查栏目并通报结果",
    )
    chosen = sorted(rng.sample(range(len(problems)), k=2))
    yield "（一）存在的主要问题"
    yield f"{year}年，{own}的工作仍有不足：" + "；".join(problems[i] for i in chosen) + "。"
    yield "（二）改进情况"
    yield "下一步将" + "，".join(plans[i] for i in chosen) + "。"


def _fee_statement(own: str, year: int, values: Mapping[Key, Decimal]) -> str:
    overdue = _total(values, FEE_OVERDUE) or 0
    if not overdue:
        return f"{year}年，{own}未收取信息处理费。除此之外，没有其他需要报告的事项。"
    return (
        f"{year}年，{own}发出收费通知{overdue}件，通知收费总金额{overdue * 100}元，"
        "实际收取信息处理费0元。"
    )
