"""Traditional characters and the simplified ones that the official forms print for them."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("traditional.csv")


@lru_cache(maxsize=1)
def simplified() -> dict[int, str]:
    """Code point of a traditional character to its simplified character (traditional.csv).

    Only characters that simplified texts never print are in it (GB 2312 lacks them), so that 著
    and 乾 stay what they are. Which belongs to which is taken from the list of traditional
    characters of OpenCC (Apache License 2.0).
    """
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(handle)}
