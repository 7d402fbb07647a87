"""How much one document may cost. Passed in, never read from a global."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one reading: bytes of the file, bytes after unpacking, pages, seconds, memory."""

    max_bytes: int = 100 * 1024 * 1024
    max_unpacked_bytes: int = 300 * 1024 * 1024
    max_pages: int = 2000
    seconds: float = 120.0
    memory_bytes: int = 2 * 1024 * 1024 * 1024
