"""Names of files as rows carry them, and those that are the system's and no document's."""

from __future__ import annotations

import os
import unicodedata

MANIFEST = "manifest.csv"

_CLUTTER = frozenset({"thumbs.db", "desktop.ini", "__macosx", MANIFEST})


def is_clutter(name: str) -> bool:
    """Whether a file or folder of this name is the system's, not the operator's."""
    return name.startswith((".", "~$")) or name.lower() in _CLUTTER


def clean_path(path: str) -> str:
    """A relative path in the form that rows carry: NFC, `/`, no control or bidi characters.

    Names that are not UTF-8 are read as GB18030, which is what old Chinese archives hold.
    """
    parts = [_clean_name(part) for part in path.split("/")]
    return "/".join(parts)


def shown_path(path: str) -> str:
    """A path on this machine as people are shown it: text, whatever bytes its names are."""
    return "/".join(_clean_name(part) if part else "" for part in path.split("/"))


def _clean_name(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", errors="replace")
    visible = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFC", visible).replace("\\", "_").strip() or "unnamed"
