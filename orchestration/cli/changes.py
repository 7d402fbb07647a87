"""How a build tells what it would change in cells that are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.exports.messages import Language, say
from orchestration.cli.shared import complain, out

if TYPE_CHECKING:
    from assets.exports.rereading import ReadingChanges

SHOWN = 12
"""Items listed in the terminal; the file has all cells."""


def print_changes(reread: int, changes: ReadingChanges, lang: Language) -> None:
    """Print how many documents were read again and which published cells come out otherwise."""
    from rich.table import Table
    from rich.text import Text

    console = out()
    if reread:
        console.print(say("summary.reread", lang, count=reread), style="bold")
    if changes.obstacle:
        complain("error.not_compared", lang, reason=changes.obstacle)
        return
    if not changes.cells:
        if reread:
            console.print(say("summary.no_changes", lang))
        return
    told = {
        name: f"{getattr(changes, name):,}"
        for name in ("documents", "cells", "values", "statuses", "reviews")
    }
    console.print(say("summary.changes", lang, **told), style="yellow", soft_wrap=True)
    if changes.lost:
        console.print(say("summary.changes_lost", lang, count=changes.lost), style="red")
    table = Table(box=None, padding=(0, 2))
    for name in ("row", "breakdown"):
        table.add_column(say(f"view.{name}", lang))
    for name in ("cells", "changed_values", "changed_statuses", "changed_reviews"):
        table.add_column(say(f"view.{name}", lang), justify="right")
    for item in changes.items[:SHOWN]:
        counts = (item.cells, item.values, item.statuses, item.reviews)
        table.add_row(
            Text(item.item_code), Text(item.breakdown), *(f"{count:,}" for count in counts)
        )
    console.print(table)
    if len(changes.items) > SHOWN:
        console.print(say("summary.changes_more", lang, count=len(changes.items) - SHOWN))
    where = say("summary.changes_file", lang, path=changes.file)
    console.print(where, markup=False, soft_wrap=True)
