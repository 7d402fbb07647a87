"""Named quirks of real reports, each of which can be put into made-up ones."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assets.synthetic.model import SyntheticReport
from assets.synthetic.quirks import cells, labels, media, order, page, scans, tables
from assets.synthetic.quirks.model import Hooks
from schemas.catalog import Catalog, read_yaml

DATA = Path(__file__).with_name("quirks.yml")
TEXT_KINDS = ("tab_text", "line_text", "markdown")
HOOKS: dict[str, Hooks] = {
    **cells.HOOKS,
    **labels.HOOKS,
    **tables.HOOKS,
    **order.HOOKS,
    **page.HOOKS,
    **media.HOOKS,
    **scans.HOOKS,
}


@dataclass(frozen=True, slots=True)
class Quirk:
    """A quirk as users see it: its name, what it imitates, where it can occur.

    Attributes:
        within: kinds of file and groups of them.
        clear: those in which every cell is still printed beyond doubt.
    """

    name: str
    zh: str
    en: str
    within: frozenset[str]
    clear: frozenset[str]
    hooks: Hooks

    def fits(self, kind: str) -> bool:
        """Whether it can occur in a kind of file."""
        return bool(self.within & groups(kind))

    def is_clear(self, kind: str) -> bool:
        """Whether a reader must still have every cell of such a file exact; scans never are."""
        return kind != "scan" and bool(self.clear & groups(kind))

    def change(
        self, report: SyntheticReport, rng: random.Random, catalog: Catalog
    ) -> SyntheticReport | None:
        """The report with the quirk; None where it has nothing that the quirk could change."""
        return self.hooks.report(report, rng, catalog) if self.hooks.report else report


def groups(kind: str) -> set[str]:
    """What a kind of file answers to: its name, its group, and all."""
    if kind == "scan":
        return {"all", "grid", "pdf", "scan"}
    return {"all", kind, "text" if kind in TEXT_KINDS else "grid"}


@cache
def load_quirks() -> dict[str, Quirk]:
    """Every quirk by name, in the order of quirks.yml.

    Raises:
        ValueError: a quirk is described and not built, or built and not described.
    """
    rows = read_yaml(DATA)
    if not isinstance(rows, dict) or set(rows) != set(HOOKS):
        odd = sorted(set(HOOKS) ^ set(rows if isinstance(rows, dict) else ()))
        raise ValueError(f"{DATA.name} and the code name different quirks: {', '.join(odd)}")
    return {
        name: Quirk(
            name, row["zh"], row["en"], frozenset(row["in"]), frozenset(row["clear"]), HOOKS[name]
        )
        for name, row in rows.items()
    }


def chosen_quirks(names: str | Iterable[str]) -> tuple[Quirk, ...]:
    """Quirks by name; `all` stands for every one, `none` for no one.

    Args:
        names: names, or one text with commas between them.

    Raises:
        KeyError: there is no quirk of that name.
    """
    known = load_quirks()
    wanted = names.split(",") if isinstance(names, str) else list(names)
    out: dict[str, Quirk] = {}
    for name in (each.strip() for each in wanted):
        if name == "all":
            out |= known
        elif name not in {"none", ""}:
            out[name] = known[name]
    return tuple(out.values())
