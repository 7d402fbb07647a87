"""What a PDFium page shows of its digits: it is drawn with them and without them, and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple

from assets.layout.model import Box
from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_covered import Findings, Setting, core_of
from assets.layout.parsers.pdf_drawn import clamped, turned
from assets.layout.parsers.pdf_glyphs import Bits, alone, contradicts, trimmed, turned_bits
from assets.layout.parsers.pdf_raw import Handle
from assets.layout.parsers.pdf_text import Char

_SCALE = 3.0
"""Pixels per point of the drawn page: strokes of small digits are 2 wide."""
_MAX_PIXELS = 16_000_000
"""Pixels of a drawn page, at most."""
_MAX_PICTURES = 80_000_000
"""Pixels of the pictures on it; with more it is not drawn, and what is in question is odd."""
SEEN, FAINT = 70, 24
"""Levels (of 255) that a digit must differ from its ground to be read, and to be seen at all."""
_KEPT = 0.25
"""Share of its contrast that a pixel of a digit must keep to be seen."""
_LOST = 0.08
"""Share of its ink without which a digit may look like another: a middle bar is a tenth of an 8."""


class Pixels(NamedTuple):
    """A page as grey levels, row by row."""

    levels: bytes
    stride: int
    width: int
    height: int

    @classmethod
    def of(cls, page: Any, scale: float, *, with_annotations: bool = True) -> Pixels:
        """A page drawn in grey."""
        bitmap = page.render(scale=scale, grayscale=True, draw_annots=with_annotations)
        try:
            return cls(bytes(bitmap.buffer), bitmap.stride, bitmap.width, bitmap.height)
        finally:
            bitmap.close()

    def differs(self, other: Pixels, place: Box, scale: float, enough: int) -> tuple[int, int]:
        """How much two pictures differ in a place: at most, and at most in its weaker end.

        The ends are the upper and the lower third: every digit reaches through both. A third is
        looked through until it differs enough.
        """
        left, top, right, bottom = self._window(place, scale)
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

    def _window(self, place: Box, scale: float) -> tuple[int, int, int, int]:
        left = clamped(place.x0 * scale, 0, self.width)
        top = clamped(place.top * scale, 0, self.height)
        right = clamped(place.x1 * scale + 1, left, self.width)
        return left, top, right, clamped(place.bottom * scale + 1, top, self.height)

    def width_of(self, place: Box, scale: float) -> int:
        """Pixels of the width of a place."""
        left, _, right, _ = self._window(place, scale)
        return right - left

    def inks(self, other: Pixels, place: Box, scale: float) -> Iterator[int]:
        """By how much two pictures differ in each pixel of a place."""
        left, top, right, bottom = self._window(place, scale)
        for row in range(top, bottom):
            start = row * self.stride
            mine = self.levels[start + left : start + right]
            theirs = other.levels[start + left : start + right]
            yield from (abs(a - b) for a, b in zip(mine, theirs, strict=True))


class _Shown(NamedTuple):
    """A page with the texts in question and without them."""

    with_them: Pixels
    without: Pixels

    @classmethod
    def of(
        cls, page: Any, scale: float, texts: Collection[int], covers: Collection[int] = ()
    ) -> _Shown:
        """Draw it; with `covers` (addresses, 0 for annotations) also without these."""
        hidden = [address for address in covers if address]
        with _switched_off(hidden):
            with_them = Pixels.of(page, scale, with_annotations=not covers)
            with _switched_off(texts):
                return cls(with_them, Pixels.of(page, scale, with_annotations=not covers))

    def inks(self, place: Box, scale: float) -> Iterator[int]:
        """How much each pixel of a place owes to these texts."""
        return self.with_them.inks(self.without, place, scale)

    def bits(self, place: Box, scale: float, least: int) -> Bits:
        """A place as ink and paper."""
        width = self.with_them.width_of(place, scale)
        inks = bytes(ink >= least for ink in self.inks(place, scale))
        return [inks[at : at + width] for at in range(0, len(inks), width)] if width else []


@contextmanager
def _switched_off(objects: Collection[int]) -> Iterator[None]:
    for address in objects:
        raw.set_active(Handle(address), 0)
    try:
        yield
    finally:
        for address in objects:
            raw.set_active(Handle(address), 1)


def judge(
    page: Any,
    pixels: int,
    chars: Sequence[Char],
    numeric: Mapping[int, Sequence[int]],
    drawings: Set[int],
    setting: Setting,
    least: int,
    found: Findings,
) -> None:
    """Find out which characters are seen.

    Args:
        page: a pypdfium2 page; stays as it is.
        pixels: of all pictures on it.
        chars: of the page, upright.
        numeric: indexes of the characters in question by their text objects.
        drawings: those of the text objects of whose digits the place in their boxes is not known.
        setting: where characters stand.
        least: levels that a digit must differ from its ground.
        found: what is known; its `covered` characters are also drawn without their `covers`.
    """
    indexes = list(chain.from_iterable(numeric.values()))
    plain = {
        index for address, mine in numeric.items() if address not in drawings for index in mine
    }
    if pixels > _MAX_PICTURES:
        found.odd.update(indexes)
        return
    area = max(
        (setting.shown.x1 - setting.shown.x0) * (setting.shown.bottom - setting.shown.top), 1
    )
    scale = min(_SCALE, (_MAX_PIXELS / area) ** 0.5)
    shown = _Shown.of(page, scale, numeric)
    partly: list[tuple[int, Box]] = []
    for index in indexes:
        char = chars[index]
        box = core_of(char) if index in plain else Box(char.x0, char.top, char.x1, char.bottom)
        place = _displayed(box, setting)
        is_digit = index in plain and char.text.isdecimal() and setting.turn in {0, 180}
        most, ends = shown.with_them.differs(shown.without, place, scale, least)
        if most < FAINT:
            found.unseen.add(index)
        elif most < least or (is_digit and ends < least):
            found.odd.add(index)
        elif index in found.covered:
            partly.append((index, place))
        elif index in found.clipped and index in plain and char.text.isdecimal():
            # What is cut off cannot be drawn, but what is left must be that digit.
            bits = turned_bits(shown.bits(place, scale, least), setting.turn)
            if contradicts(str(int(char.text)), trimmed(alone(bits))):
                found.odd.add(index)
    if partly:
        bare = _Shown.of(page, scale, numeric, found.covers)
        for index, place in partly:
            if _is_damaged(shown, bare, place, scale, is_dark_lost=found.covered[index]):
                found.odd.add(index)


def _is_damaged(
    shown: _Shown, bare: _Shown, place: Box, scale: float, *, is_dark_lost: bool
) -> bool:
    """Whether a digit lacks a part of the ink that it has without what is drawn over it.

    Without `is_dark_lost` what is as dark as the ink counts as ink: a line leaves a digit readable.
    """
    ink = lost = 0
    changes = shown.with_them.inks(bare.with_them, place, scale)
    for full, left, change in zip(
        bare.inks(place, scale), shown.inks(place, scale), changes, strict=True
    ):
        if full >= FAINT:
            ink += full
            if left < _KEPT * full and (is_dark_lost or 2 * change > full):
                lost += full
    return lost > _LOST * ink


def _displayed(box: Box, setting: Setting) -> Box:
    """A box of the upright page on the picture of what is displayed, in points."""
    width, height = setting.width, setting.height
    if setting.turn in {90, 270}:
        width, height = height, width
    plain = turned(box, width, height, (360 - setting.turn) % 360)
    left, top = setting.shown.x0, setting.shown.top
    return Box(plain.x0 - left, plain.top - top, plain.x1 - left, plain.bottom - top)
