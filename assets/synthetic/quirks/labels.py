"""Quirks of labels and headers: the same row or column, written in another way."""

from __future__ import annotations

import random
import re

from assets.synthetic.flow import TextItem
from assets.synthetic.form import FormCell
from assets.synthetic.model import SyntheticReport
from assets.synthetic.quirks.model import Hooks, ReportChange, edited, on_texts, relabel
from schemas.catalog import Catalog

LABELS = ("label", "header", "corner", "block")
ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、])")
HALF_WIDTH = str.maketrans("（）：，", "():,")
PINYIN = {"公开": "gong kai", "申请": "shen qing", "总计": "zong ji", "办理": "ban li"}
LOOKALIKES = str.maketrans("已未大日人公办", "己末太曰入公力")
PAIRS = (
    "开開关關于於规規项項类類处處罚罰强強费費额額数數对對应應务務业業构構组組织織总總计計经經结結"
    "维維纠糾审審复復议議诉訴讼訟单單双雙级級长長电電话話条條来來发發该該区區县縣机機现現实實际際"
    "执執办辦会會员員国國报報产產众眾团團体體为為个個从從优優动動劳勞协協厅廳变變号號启啟响響图圖"
    "场場当當归歸属屬过過获獲认認许許访訪财財质質资資转轉输輸达達违違还還进進递遞设設证證评評请請"
)
TRADITIONAL = str.maketrans(dict(zip(PAIRS[::2], PAIRS[1::2], strict=True)))


def _writing(*roles: str):
    """A quirk from a function of a cell and a source of chance that gives the new text."""

    def made(change) -> ReportChange:
        def report_change(
            report: SyntheticReport, rng: random.Random, _: Catalog
        ) -> SyntheticReport:
            # Drawn now, since the edit runs each time the report is printed.
            seed = rng.getrandbits(32)

            def text(cell: FormCell) -> str:
                own = random.Random(f"{seed} {cell.row} {cell.col} {cell.text}")
                return change(cell, own)

            return edited(report, relabel(text, *roles))

        return report_change

    return made


@_writing(*LABELS)
def _half_width(cell: FormCell, _: random.Random) -> str:
    return cell.text.translate(HALF_WIDTH)


@_writing("label", "header")
def _spaced(cell: FormCell, rng: random.Random) -> str:
    if len(cell.text) > 6:
        return cell.text
    return rng.choice((" ", "　", "\u00a0")).join(cell.text)


@_writing("label", "block")
def _no_ordinal(cell: FormCell, _: random.Random) -> str:
    return ORDINAL.sub("", cell.text)


@_writing("label")
def _other_ordinal(cell: FormCell, _: random.Random) -> str:
    return re.sub(r"^(\d+)\.", r"\1、", cell.text)


@_writing("label")
def _guidance(cell: FormCell, rng: random.Random) -> str:
    if cell.row_span > 1 or len(cell.text) < 4:
        return cell.text
    return cell.text + rng.choice(
        ("（单位：件）", "（按办结件数填写，1件只填1项）", "（没有的填0）", "")
    )


@_writing("label", "header")
def _broken(cell: FormCell, rng: random.Random) -> str:
    if len(cell.text) < 4:
        return cell.text
    at = rng.randint(2, len(cell.text) - 2)
    return f"{cell.text[:at]}\n{cell.text[at:]}"


@_writing("label")
def _vertical(cell: FormCell, _: random.Random) -> str:
    return "\n".join(cell.text) if cell.row_span > 1 else cell.text


@_writing("label", "header")
def _lookalike(cell: FormCell, rng: random.Random) -> str:
    return cell.text.translate(LOOKALIKES) if rng.random() < 0.3 else cell.text


@_writing(*LABELS)
def _pinyin_cells(cell: FormCell, _: random.Random) -> str:
    return _with_pinyin(cell.text)


def _with_pinyin(text: str) -> str:
    for word, sound in PINYIN.items():
        text = text.replace(word, f"{word}({sound})", 1)
    return text


def _pinyin(report: SyntheticReport, rng: random.Random, catalog: Catalog) -> SyntheticReport:
    changed = _pinyin_cells(report, rng, catalog)
    assert changed is not None
    heading = on_texts(
        lambda item: (
            [TextItem(item.role, _with_pinyin(item.text))] if item.role == "heading" else [item]
        )
    )
    return edited(changed, heading)


def _traditional(report: SyntheticReport, _: random.Random, __: Catalog) -> SyntheticReport:
    return edited(
        report,
        relabel(lambda cell: cell.text.translate(TRADITIONAL), *LABELS),
        on_texts(lambda item: [TextItem(item.role, item.text.translate(TRADITIONAL))]),
    )


HOOKS: dict[str, Hooks] = {
    "half_width_labels": Hooks(report=_half_width),
    "spaced_labels": Hooks(report=_spaced),
    "labels_without_ordinal": Hooks(report=_no_ordinal),
    "other_ordinal_sign": Hooks(report=_other_ordinal),
    "guidance_in_labels": Hooks(report=_guidance),
    "broken_labels": Hooks(report=_broken),
    "vertical_labels": Hooks(report=_vertical),
    "lookalike_characters": Hooks(report=_lookalike),
    "pinyin_in_brackets": Hooks(report=_pinyin),
    "traditional_characters": Hooks(report=_traditional),
}
