"""The accuracy page, in both languages, from the counts of a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from assets.common.intervals import wilson
from assets.exports.accuracy import PLAIN, calibration, failures, summary
from assets.exports.messages import Language
from assets.synthetic.quirks import load_quirks
from schemas.catalog import read_yaml

TEXTS = Path(__file__).with_name("accuracy.yml")
BANDS = (0.0, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Lower ends of the bands of confidence in which cells are counted."""
COUNTS = ("documents", "cells", "share", "interval", "marked", "abstained", "unread", "silent")
MOST_FAILURES = 40


@cache
def _texts() -> dict[str, dict[Language, str]]:
    rows = read_yaml(TEXTS)
    assert isinstance(rows, dict)
    return rows


def percent(share: float) -> str:
    """A share in per cent; never rounded up to a whole that it is not."""
    text = f"{100 * share:.3f}"
    return "99.999" if text == "100.000" and share < 1 else text.rstrip("0").rstrip(".")


def counts_of(row: Mapping[str, Any]) -> list[str]:
    """The counted columns of a row of summary() as text, in the order of COUNTS."""
    return [
        str(row["documents"]),
        f"{row['cells']:,}",
        percent(row["share"]),
        f"{percent(row['low'])}–{percent(row['high'])}",
        *(f"{row[name]:,}" for name in ("marked", "abstained", "unread", "silent")),
    ]


def accuracy_page(rows: pl.DataFrame, facts: Mapping[str, object], lang: Language) -> str:
    """The page as Markdown.

    Args:
        rows: what measure() gives.
        facts: what the first sentences state: documents, seed, code, cells, seconds, processors,
            and the settings of the scans.
        lang: language of the page.
    """

    def say(key: str, **values: object) -> str:
        return _texts()[key][lang].format(**values)

    def table(columns: Sequence[str], body: Iterable[Sequence[str]]) -> str:
        heads = [say(f"column.{column}") for column in columns]
        lines = ["| " + " | ".join(line) + " |" for line in (heads, *body)]
        return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])

    def counted(frame: pl.DataFrame, *by: str) -> str:
        found = summary(frame, *by)
        body = [[*(str(row[name]) for name in by), *counts_of(row)] for row in found.to_dicts()]
        return table([*by, *COUNTS], body)

    def quirks() -> str:
        known = load_quirks()
        body: list[list[str]] = []
        for row in summary(rows, "quirk").to_dicts():
            name = row["quirk"]
            meaning = (
                say("plain")
                if name == PLAIN
                else known[name].zh
                if lang == "zh"
                else known[name].en
            )
            body.append([f"`{name}`", meaning, *counts_of(row)])
        order = [PLAIN, *known]
        body.sort(key=lambda line: order.index(line[0].strip("`")))
        return table(["quirk", "meaning", *COUNTS], body)

    def wrong() -> str:
        found = failures(rows)
        if found.is_empty():
            return say("none")
        body = [
            [row["file"], row["table"], row["outcome"], str(row["cells"]), _short(row["keys"])]
            for row in found.head(MOST_FAILURES).to_dicts()
        ]
        listed = table(["file", "table", "outcome", "cells", "keys"], body)
        more = found.height - MOST_FAILURES
        return f"{say('wrong_note')}\n\n{listed}" + (f"\n\n+ {more}" if more > 0 else "")

    ordered = rows.sort("kind", "table", "format", "look", maintain_order=True)
    parts = [
        f"# {say('title')}",
        say("made", **facts),
        say("words", **facts).strip(),
        say("scans" if "scan" in rows["kind"] else "no_scans", **facts),
        f"## {say('by_kind')}",
        counted(ordered, "kind"),
        f"## {say('by_clear')}",
        counted(ordered.filter("clear"), "kind"),
        f"## {say('failures')}",
        wrong(),
        f"## {say('by_table')}",
        counted(ordered, "kind", "table"),
        f"## {say('by_format')}",
        counted(ordered, "kind", "format"),
        f"## {say('by_look')}",
        counted(ordered, "look"),
        f"## {say('by_quirk')}",
        quirks(),
        say("finest"),
        f"## {say('calibration')}",
        say("calibration_note"),
        table(["band", "cells", "said", "share", "interval"], _calibration(rows)),
    ]
    return "\n\n".join(parts) + "\n"


def _short(keys: str) -> str:
    names = keys.split()
    return " ".join(names[:4]) + (" …" if len(names) > 4 else "")


def _calibration(rows: pl.DataFrame) -> Iterable[list[str]]:
    """Cells by band of confidence, the mean confidence, and how many of each were exact."""
    for band in calibration(rows, BANDS).to_dicts():
        name = f"{band['from']:g}–{band['to']:g}"
        span = "–".join(percent(end) for end in wilson(band["right"], band["cells"]))
        share = percent(band["right"] / band["cells"])
        yield [name, f"{band['cells']:,}", percent(band["confidence"]), share, span]
