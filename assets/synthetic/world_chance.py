"""Chance as a function of place: the same seed and place always give the same number.

A generator object would make every number depend on how many were drawn before it. Here each is
a hash (splitmix64) of seed, place and purpose, computed by polars on whole columns, so years and
agencies can be made in any order, in pieces, and still be the same.
"""

from __future__ import annotations

import hashlib

import polars as pl

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_BITS = 1 << 64


def purpose(*parts: object) -> int:
    """A 64-bit number that stands for what a draw is for."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def hashed(column: pl.Expr, what: int) -> pl.Expr:
    """UInt64 hashes of a UInt64 column for one purpose; arithmetic wraps at 64 bits."""
    mixed = column * pl.lit(_GOLDEN, pl.UInt64) + pl.lit(what % _BITS, pl.UInt64)
    mixed = (mixed ^ (mixed // (1 << 30))) * pl.lit(_FIRST, pl.UInt64)
    mixed = (mixed ^ (mixed // (1 << 27))) * pl.lit(_SECOND, pl.UInt64)
    return mixed ^ (mixed // (1 << 31))


def share(column: pl.Expr, what: int) -> pl.Expr:
    """Float64 numbers from 0 (included) to 1 (excluded), for one purpose."""
    return (hashed(column, what) // (1 << 11)).cast(pl.Float64) * 2.0**-53


def below(column: pl.Expr, what: int, limit: int) -> pl.Expr:
    """Int64 whole numbers from 0 to below `limit`."""
    return (hashed(column, what) % limit).cast(pl.Int64)
