"""Official labels joined into one text, outermost first, and taken apart again."""

from __future__ import annotations

import re

_JOINT = re.compile(r"(?<!增)/")
"""`/` joins labels; in 增/减 (added or removed) it is a part of one."""


def label_path(joined: str) -> tuple[str, ...]:
    """The labels of a row or column, e.g. `("三、本年度办理结果", "（一）予以公开")`."""
    return tuple(_JOINT.split(joined))


def last_label(joined: str) -> str:
    """The innermost label, which stands beside or above the cell."""
    return label_path(joined)[-1]
