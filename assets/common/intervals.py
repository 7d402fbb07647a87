"""Intervals of counted shares."""

from __future__ import annotations

import math

Z = 1.96
"""Two-sided 95 % of the normal distribution."""


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share.

    Args:
        hits: how many of `count` have the property.
        count: how many were looked at; 0 gives the whole range.

    Returns:
        lower and upper end, 0 to 1. Source: E. B. Wilson, JASA 22 (1927) 209-212.
    """
    if not count:
        return 0.0, 1.0
    share = hits / count
    middle = share + Z**2 / (2 * count)
    spread = Z * math.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    whole = 1 + Z**2 / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
