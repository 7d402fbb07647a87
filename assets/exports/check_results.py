"""The result of a check in the formats that code hosts and build servers read: SARIF and JUnit.

SARIF 2.1.0 (OASIS) carries findings with their places; JUnit XML has a case per rule and file,
failed where a finding is at or above the stated severity.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from assets.documents.names import shown_path
from assets.exports.drafts import Draft
from assets.exports.finding_view import SEVERITIES, finding_view, place_text
from assets.exports.messages import Language, say, status_name
from assets.exports.reasons import reason_in
from schemas.catalog import Catalog, load_catalog
from schemas.labels import last_label
from schemas.rule_models import RuleBase
from schemas.vocabulary import FindingStatus

LEVELS = {"error": "error", "warning": "warning", "advisory": "note"}
"""Severities of rules as SARIF names them."""
FINGERPRINT = "gongkai/v2"
"""Version of what a fingerprint is made of: another one has every finding closed and opened."""
_LINE = re.compile(r"L(\d+)\b")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Json = dict[str, Any]


def to_sarif(drafts: Sequence[Draft], lang: Language, catalog: Catalog | None = None) -> Json:
    """Findings of a check as a SARIF log with one run, as plain JSON values.

    A file that could not be read is a notification of the run, which then did not succeed.
    Findings that rest on an unsure cell say so in `properties.status`.
    """
    known = catalog or load_catalog()
    rules = known.rules
    labels = _labels(known, lang)
    index = {rule.id: number for number, rule in enumerate(rules)}
    unread = [draft for draft in drafts if not draft.is_read]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "gongkai",
                        "version": version("gongkai"),
                        "rules": [_rule(rule, lang) for rule in rules],
                    }
                },
                "language": "zh-CN" if lang == "zh" else "en-US",
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not unread,
                        "toolExecutionNotifications": [
                            {
                                "level": "error",
                                "message": {"text": _unread(draft, lang)},
                                "locations": [_location(draft.path)],
                            }
                            for draft in unread
                        ],
                    }
                ],
                "artifacts": [
                    {"location": {"uri": uri}}
                    for uri in dict.fromkeys(_uri(draft.path) for draft in drafts)
                ],
                "results": [
                    _result(draft.path, finding, index, labels, lang)
                    | {"partialFingerprints": {FINGERPRINT: fingerprint}}
                    for draft in drafts
                    for finding, fingerprint in _fingerprinted(draft)
                ],
                "properties": {"unsureCells": sum(draft.unsure for draft in drafts)},
            }
        ],
    }


def to_junit(
    drafts: Sequence[Draft], lang: Language, fail_on: str, catalog: Catalog | None = None
) -> str:
    """A check as JUnit XML: a suite per file, a case per rule that was applied to it.

    Args:
        drafts: the files.
        lang: language of titles and messages.
        fail_on: findings of this severity or graver are failures; others are output of the case.
        catalog: for the titles of rules.
    """
    titles = {
        rule.id: rule.title_zh if lang == "zh" else rule.title_en
        for rule in (catalog or load_catalog()).rules
    }
    root = ElementTree.Element("testsuites", name="gongkai check")
    for draft in drafts:
        suite = ElementTree.SubElement(root, "testsuite", name=_clean(shown_path(str(draft.path))))
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", name="unsureCells", value=str(draft.unsure))
        if draft.is_read:
            _cases(suite, draft, titles, lang, fail_on)
            # Few build servers show properties: what is open must not look like an approval.
            if draft.unsure:
                told = f"{say('summary.needs_review', lang)}: {draft.unsure}"
                ElementTree.SubElement(suite, "system-out").text = told
        else:
            case = _case(suite, draft, "read")
            error = ElementTree.SubElement(case, "error", type=draft.status)
            error.set("message", _clean(_unread(draft, lang)))
    for group in (*root, root):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"),
                          ("skipped", "skipped")):  # fmt: skip
            group.set(name, str(sum(1 for _ in group.iter(tag))))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _cases(
    suite: ElementTree.Element, draft: Draft, titles: dict[str, str], lang: Language, fail_on: str
) -> None:
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    open_rules = {row["rule_id"] for row in draft.not_judged}
    found: dict[str, list[Json]] = {}
    for finding in draft.findings:
        found.setdefault(finding["rule_id"], []).append(finding)
    for rule_id in sorted(open_rules | set(found) | set(draft.held)):
        case = _case(suite, draft, f"{rule_id} {titles.get(rule_id, '')}".strip())
        mine = found.get(rule_id, [])
        below: list[str] = []
        for finding in mine:
            text = "\n".join(_lines(finding, lang))
            if finding["severity"] in grave:
                failure = ElementTree.SubElement(case, "failure", type=finding["severity"])
                failure.set("message", _clean(finding[f"message_{lang}"]))
                failure.text = _clean(text)
            else:
                below.append(f"{finding['severity']}: {finding[f'message_{lang}']}\n{text}")
        if not mine and rule_id in open_rules and rule_id not in draft.held:
            said = ElementTree.SubElement(case, "skipped")
            said.set("message", _clean(say("check.not_judged", lang)))
        if below:
            ElementTree.SubElement(case, "system-out").text = _clean("\n".join(below))


def _case(suite: ElementTree.Element, draft: Draft, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(
        suite, "testcase", classname=_clean(shown_path(str(draft.path))), name=_clean(name)
    )


def _lines(finding: Json, lang: Language) -> Iterator[str]:
    """Where a finding stands, and what to do."""
    view = finding_view(finding, lang)
    if view.status == FindingStatus.NEEDS_REVIEW:
        yield f"(?) {say('view.rests_on_doubt', lang)}"
    yield from view.places
    yield from (text for text in (view.clears, view.hint) if text)


def _rule(rule: RuleBase, lang: Language) -> Json:
    title, hint = (rule.title_zh, rule.hint_zh) if lang == "zh" else (rule.title_en, rule.hint_en)
    return {
        "id": rule.id,
        "shortDescription": {"text": title},
        "help": {"text": hint},
        "defaultConfiguration": {"level": LEVELS[rule.severity.value]},
    }


def _fingerprinted(draft: Draft) -> Iterator[tuple[Json, str]]:
    """Findings with what names them in every version of a report.

    That is agency, year, rule, place and cells, and no value and no byte: a draft that is saved
    again, or in which something else was put right, still has the same finding.
    """
    reports = {row["report_id"]: row for row in draft.reports}
    seen: Counter[str] = Counter()
    for finding in _sorted(draft):
        report = reports.get(finding["report_id"], {})
        cells = sorted(
            {(one["item_code"], one["breakdown"]) for one in _evidence(finding) if one["item_code"]}
        )
        who = [report.get("agency_name"), report.get("report_year")]
        content = json.dumps(
            [*who, finding["rule_id"], finding["breakdown"], cells], ensure_ascii=False
        )
        # Findings of one rule that name no cell, such as two headings, are told apart by order.
        seen[content] += 1
        found = hashlib.sha256(f"{content}{seen[content]}".encode()).hexdigest()[:32]
        yield finding, found


def _evidence(finding: Json) -> list[Json]:
    """What a finding rests on; what would clear it is no part of that."""
    return [one for one in json.loads(finding["evidence"] or "[]") if "item_code" in one]


def _labels(catalog: Catalog, lang: Language) -> dict[tuple[str, str], str]:
    """What cells are called, by item code and breakdown; the newest form has the say."""
    return {
        (cell.item_code, cell.breakdown): cell.label_en
        if lang == "en"
        else f"{last_label(cell.row_label)}·{last_label(cell.column_label)}"
        for form in catalog.formats.values()
        for cell in form.cells
    }


def _result(
    path: Path,
    finding: Json,
    index: dict[str, int],
    labels: dict[tuple[str, str], str],
    lang: Language,
) -> Json:
    evidence = [entry for entry in _evidence(finding) if entry.get("locator")]
    return {
        "ruleId": finding["rule_id"],
        "ruleIndex": index[finding["rule_id"]],
        "level": LEVELS[finding["severity"]],
        "message": {"text": "\n".join((finding[f"message_{lang}"], *_lines(finding, lang)))},
        "locations": [_location(path, entry) for entry in evidence[:1]] or [_location(path)],
        "relatedLocations": [
            _location(path, entry)
            | {"id": number, "message": {"text": _named(entry, labels, lang)}}
            for number, entry in enumerate(evidence[1:], 1)
        ],
        "properties": {"status": finding["status"], "attribution": finding["attribution"]},
    }


def _named(entry: Json, labels: dict[tuple[str, str], str], lang: Language) -> str:
    """What stands at a place: the name of the cell where it is one, and its text."""
    label = labels.get((entry["item_code"], entry["breakdown"]))
    raw = " ".join((entry["raw_text"] or "").split())
    text = f"“{raw}”" if raw else say("mark.blank", lang)
    place = place_text(entry["page"], entry["locator"], lang)
    return f"{label} {text} ({place})" if label else f"{text} ({place})"


def _location(path: Path, entry: Json | None = None) -> Json:
    """A file, and in it a cell: its line where the locator has one, and the name of the cell."""
    place: Json = {"artifactLocation": {"uri": _uri(path)}}
    line = _LINE.match((entry or {}).get("locator") or "")
    if line:
        place["region"] = {"startLine": max(1, int(line[1]))}
    found: Json = {"physicalLocation": place}
    names = [(entry or {}).get(name) or "" for name in ("item_code", "breakdown")]
    if any(names):
        found["logicalLocations"] = [
            {"fullyQualifiedName": "/".join(filter(None, names)), "kind": "member"}
        ]
    return found


def _uri(path: Path) -> str:
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


def _unread(draft: Draft, lang: Language) -> str:
    status = status_name(draft.status, lang)
    reason = reason_in(draft.reason, lang)
    return say(
        "check.not_read", lang, file=shown_path(str(draft.path)), status=status, reason=reason
    )


def _sorted(draft: Draft) -> list[Json]:
    return sorted(
        draft.findings, key=lambda row: (SEVERITIES.index(row["severity"]), row["rule_id"])
    )


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
