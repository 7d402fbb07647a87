"""The change note of a publication: rel_change in words, CHANGES.md in the export folder."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml

from assets.common.durable import put_in_place
from assets.warehouse.release import REASONS, Release

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
CHANGE_NOTE = "CHANGES.md"
TEXTS = Path(__file__).with_name("release_texts.yml")
SHOWN = 50

_BY_REASON = """
SELECT reason, is_synthetic, count(DISTINCT (agency_code, report_year)),
    count(*) FILTER (WHERE item_code <> '')
FROM rel_change GROUP BY ALL
"""

# A report that was put in place of another changed for that reason, whatever befell its cells.
_BY_REPORT = """
SELECT agency_name, report_year,
    coalesce(max(reason) FILTER (WHERE item_code = ''), min(reason)) AS reason,
    count(*) FILTER (WHERE item_code <> '') AS cells
FROM rel_change
GROUP BY agency_code, agency_name, report_year, is_synthetic
ORDER BY cells DESC, agency_name, report_year, agency_code
"""


@lru_cache(maxsize=1)
def load_texts() -> dict[str, dict[Language, str]]:
    """The sentences of the note: key to the text in each language."""
    return yaml.safe_load(TEXTS.read_text(encoding="utf-8"))


def _say(key: str, lang: Language, **values: object) -> str:
    return load_texts()[key][lang].format(**values)


def _table(heads: str, rows: list[tuple[str, ...]]) -> list[str]:
    names = heads.split(" | ")
    lines = [f"| {heads} |", "|" + "---|" * len(names)]
    for row in rows:
        # A name from a document must not end the cell, the line or become markup.
        cells = [" ".join(cell.replace("|", "\\|").replace("<", "&lt;").split()) for cell in row]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _part(
    lang: Language,
    build_id: str,
    release: Release,
    by_reason: list[tuple[Any, ...]],
    by_report: list[tuple[Any, ...]],
) -> list[str]:
    lines = [f"# {_say('title', lang)}", ""]
    if release.obstacle is not None:
        return [*lines, _say("obstacle", lang, why=release.obstacle), ""]
    if release.previous_build is None:
        return [*lines, _say("first", lang, new=build_id), ""]
    lines += [_say("builds", lang, new=build_id, old=release.previous_build), ""]
    if not by_reason:
        return [*lines, _say("none", lang), ""]
    lines += [_say("scope", lang), ""]
    counts = sorted(by_reason, key=lambda row: (REASONS.index(row[0]), row[1]))
    lines += _table(
        _say("heads", lang),
        [
            (_say(reason, lang), _say("made_up" if synthetic else "real", lang), str(n), str(cells))
            for reason, synthetic, n, cells in counts
        ],
    )
    lines += [f"## {_say('reports', lang)}", ""]
    lines += _table(
        _say("report_heads", lang),
        [
            (name, str(year), _say(reason, lang), str(cells))
            for name, year, reason, cells in by_report[:SHOWN]
        ],
    )
    if len(by_report) > SHOWN:
        lines += [_say("more", lang, count=len(by_report) - SHOWN), ""]
    return lines


def change_note(connection: duckdb.DuckDBPyConnection, release: Release) -> str:
    """The note in Chinese, then in English, as Markdown.

    Args:
        connection: to a publication that has rel_change and about.
        release: what add_changes said of it.
    """
    row = connection.execute("SELECT build_id FROM about").fetchone()
    by_reason = connection.execute(_BY_REASON).fetchall()
    by_report = connection.execute(_BY_REPORT).fetchall()
    build_id = str(row[0]) if row else ""
    parts = [_part(lang, build_id, release, by_reason, by_report) for lang in LANGUAGES]
    return "\n".join(line for part in parts for line in part)


def write_change_note(text: str, exports: Path) -> Path:
    """Put the note into the export folder, which is made if need be; where it lies."""
    exports.mkdir(parents=True, exist_ok=True)
    target = exports / CHANGE_NOTE
    scratch = exports / f".{CHANGE_NOTE}-{os.getpid()}"
    scratch.write_text(text, encoding="utf-8", newline="\n")
    put_in_place(scratch, target)
    return target
