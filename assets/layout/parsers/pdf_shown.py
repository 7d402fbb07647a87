"""A PDFium page as it is shown, in grey, and where two such pictures differ."""

from __future__ import annotations

from typing import Any, NamedTuple

from assets.layout.model import Box
from assets.layout.parsers.pdf_drawn import clamped


class Pixels(NamedTuple):
    """A page as grey levels, row by row."""

    levels: bytes
    stride: int
    width: int
    height: int

    @classmethod
    def of(cls, page: Any, scale: float) -> Pixels:
        """A page drawn in grey, annotations with it."""
        bitmap = page.render(scale=scale, grayscale=True)
        try:
            return cls(bytes(bitmap.buffer), bitmap.stride, bitmap.width, bitmap.height)
        finally:
            bitmap.close()

    def differs(self, other: Pixels, place: Box, scale: float, enough: int) -> tuple[int, int]:
        """How much two pictures differ in a place: at most, and at most in its weaker end.

        The ends are the upper and the lower third: every digit reaches through both. A third is
        looked through until it differs enough.
        """
        left = clamped(place.x0 * scale, 0, self.width)
        right = clamped(place.x1 * scale + 1, left, self.width)
        top = clamped(place.top * scale, 0, self.height)
        bottom = clamped(place.bottom * scale + 1, top, self.height)
        third = max((bottom - top) // 3, 1)
        parts = [0, 0, 0]
        for row in range(top, bottom):
            part = min((row - top) // third, 2)
            if parts[part] >= enough:
                continue
            start = row * self.stride
            mine = self.levels[start + left : start + right]
            theirs = other.levels[start + left : start + right]
            if mine != theirs:
                most = max(abs(a - b) for a, b in zip(mine, theirs, strict=True))
                parts[part] = max(parts[part], most)
        return max(parts), min(parts[0], parts[2])
