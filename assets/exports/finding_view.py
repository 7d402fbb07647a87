"""A finding as a person wants to see it: its sentence, where it stands, what to do about it.

Plain values in (a row of fct_finding), plain values out; terminal.py draws them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assets.exports.messages import Language, say
from schemas.catalog import load_catalog
from schemas.vocabulary import Severity, ValueStatus

Row = Mapping[str, Any]
Corrected = Mapping[tuple[Any, Any], Row]
"""Corrected cells of a report by item code and breakdown."""
WAYS_SHOWN = 3
"""Ways to clear failing sums that a person is told; the evidence lists more."""
SEVERITIES = tuple(severity.value for severity in Severity)


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with the places in the document that it rests on, and what to do about it."""

    severity: str
    rule_id: str
    status: str
    message: str
    hint: str
    places: tuple[str, ...]
    clears: str
    """Which cells, printed otherwise, would clear the failing sums; '' where none are known."""


def plain_number(value: Decimal | int | float) -> str:
    """A number without the zeros that DECIMAL(18,6) adds."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def place_text(page: int | None, locator: str | None, lang: Language) -> str:
    """Where something stands in its document: page first, then what the reader knows."""
    if not page:
        return locator or ""
    # Locators of paged media start with the page themselves, as in "p3 (72,90,120,101)".
    rest = (locator or "").removeprefix(f"p{page}").strip()
    return " ".join(part for part in (say("view.page", lang, page=page), rest) if part)


def _hint(rule_id: str, lang: Language) -> str:
    """What a rule advises; nothing for a rule of another version of the catalog."""
    for rule in load_catalog().rules:
        if rule.id == rule_id:
            return rule.hint_zh if lang == "zh" else rule.hint_en
    return ""


def _correction(entry: Row, corrected: Corrected, lang: Language) -> str:
    """What a cell of the evidence was corrected to; '' for one that stands as it was read."""
    cell = corrected.get((entry.get("item_code"), entry.get("breakdown")))
    # Evidence of another report may name the same cell; its place or its text is another.
    if cell is None or any(cell[name] != entry.get(name) for name in ("locator", "raw_text")):
        return ""
    if cell["value_status"] == ValueStatus.REPORTED:
        return plain_number(cell["value"])
    mark = cell["value_status"]
    return "/" if mark == ValueStatus.PLACEHOLDER else say(f"mark.{mark}", lang)


def _quoted(entry: Row, corrected: Corrected, lang: Language) -> str:
    """The text of a cell as read, and where a person corrected it what counts instead."""
    raw = " ".join((entry.get("raw_text") or "").split())
    text = f"“{raw}”" if raw else ""
    now = _correction(entry, corrected, lang)
    return (
        say("view.corrected_to", lang, raw=text or say("mark.blank", lang), now=now)
        if now
        else text
    )


def _clears(evidence: Iterable[Row], corrected: Corrected, lang: Language) -> str:
    found = next((entry for entry in evidence if entry.get("kind") == "would_clear"), None)
    if found is None or not found["sets"]:
        return ""

    def change(cell: Row) -> str:
        place = place_text(cell["page"], cell["locator"], lang)
        return f"{place} {_quoted(cell, corrected, lang) or '“”'} → {cell['implied']}".strip()

    ways = [", ".join(map(change, cells)) for cells in found["sets"][:WAYS_SHOWN]]
    more = len(found["sets"]) - WAYS_SHOWN
    text = say("view.would_clear_or", lang).join(ways)
    if more > 0:
        # The list itself may be cut, so their number is not said.
        text += say("view.would_clear_more", lang)
    return say("view.would_clear", lang, failing=found["failing"], cells=text)


def finding_view(finding: Row, lang: Language, items: Iterable[Row] = ()) -> FindingView:
    """A row of fct_finding in one language, its evidence as places.

    Args:
        finding: row of fct_finding.
        lang: language of the texts.
        items: rows of fct_report_item of its report; of those that were corrected it is said.
    """
    corrected = {
        (item["item_code"], item["breakdown"]): item for item in items if item.get("correction_id")
    }
    evidence = json.loads(finding["evidence"] or "[]")
    places: list[str] = []
    for entry in evidence:
        place = place_text(entry.get("page"), entry.get("locator"), lang)
        text = " ".join(part for part in (place, _quoted(entry, corrected, lang)) if part)
        if text and text not in places:
            places.append(text)
    return FindingView(
        severity=finding["severity"],
        rule_id=finding["rule_id"],
        status=finding["status"],
        message=finding[f"message_{lang}"],
        hint=_hint(finding["rule_id"], lang),
        places=tuple(places),
        clears=_clears(evidence, corrected, lang),
    )


def sorted_findings(
    findings: Iterable[Row], lang: Language, items: Sequence[Row] = ()
) -> tuple[FindingView, ...]:
    """Findings of one report as views, gravest first, then by rule; `items` as in finding_view."""
    views = [finding_view(finding, lang, items) for finding in findings]
    views.sort(key=lambda view: (SEVERITIES.index(view.severity), view.rule_id))
    return tuple(views)
