"""Seals stamped over a page: told from print by colour, and by their ring where no colour is left.

The ring of a seal looks like a rule where it runs straight, its strokes and its number look like
digits, and its ink may hide some. What is known to be seal is taken off before rules and text are
looked for; wherever a seal lies on or near the ink of a cell, a person is asked.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assets.layout.ocr.engine import Area

COLOURED = 40
"""Levels between the largest and the smallest channel: noise of a scan reaches 15 after smoothing,
ink that is paler hardly passes for ink at all."""
PALE = 18
"""The same within a seal, whose thin strokes are pale."""
PICTURE = 0.3
"""Of a page: more colour is a photograph or a coloured ground."""
FEWEST = 60
"""Pixels of colour at a quarter of the resolution, below which there is no seal."""
QUARTER = 4
SMALLEST, LARGEST = 32.0, 86.0
"""Points of the radius: seals are 38 to 50 mm across, and a page may be shrunk or blown up."""
COARSE = 0.5
"""Pixels per point at which rings are sought: the thinnest (0.5 mm) is still 0.7 wide."""
COVERED = 40
"""Levels of 255 from which a coarse pixel holds ink."""
CLOSED = 0.7
"""Of the circle: a worn ring has gaps; text under a circle covers half of it."""
CLEAR, ASIDE = 0.25, 3
"""By how much less of the circles beside it holds ink, so many coarse pixels in or out: a ring is
a line, and text is not."""
IN_PAGE = 0.25
"""Of the circle: a seal across the edges of several sheets shows that much on each, or less."""
MOST, TRIED = 8, 60
"""Rings on a page (more are a pattern), and circles that are looked at closely for them."""
RUN = 13.0
"""Points along a circle: a stroke of a ring is longer than any of a character (12 pt)."""
AROUND = 6.0
"""Points on each side of a circle in which its ring may lie, since its middle is only nearly
known."""
RUNNING = 0.5
"""Of the circle that long strokes must follow; lines of text run along a quarter of one."""
CHOP_FROM, CHOP_TO = 40.0, 95.0
"""Points of the side of a square seal (18 to 30 mm): characters are smaller, tables larger."""
LONGEST = 32767
"""Pixels of a side of a picture that cv2.remap takes."""
MARGIN = 6.0
"""Points around a seal where its ink may have run, and by which its middle may be amiss."""
EDGE = 2
"""Pixels around coloured ink that JPEG leaves grey."""
OPAQUE = 0.75
"""Of the brightness of a seal: what is darker is print under it."""
DARKEST = 90
"""Brightest channel of the darkest seal; below it any ink is black."""
NEAR_ACROSS, NEAR_DOWN = 1.2, 0.5
"""Heights of a line around the ink of a cell where the rest of its number could stand."""
MIXED = 0.12
"""Of the ink of a cell: so much of another colour than its print is more than an edge."""

LEFT, TAKEN = 1, 2
"""In a map of colours: coloured ink that is still in the picture, and that of seals."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle of ink, in pixels."""

    x: float
    y: float
    radius: float

    def reaches(self, area: Area, margin: float) -> bool:
        """Whether a rectangle lies on the disc inside, or so many pixels from it."""
        dx = max(area.x0 - self.x, 0.0, self.x - area.x1)
        dy = max(area.y0 - self.y, 0.0, self.y - area.y1)
        return math.hypot(dx, dy) <= self.radius + margin


def without_seals(image: Any, scale: float) -> tuple[Any, Any]:
    """A colour picture as grey, without seals.

    Args:
        image: RGB, uint8, shape (height, width, 3).
        scale: pixels per point.

    Returns:
        the page in grey; LEFT and TAKEN where there is coloured ink, uint8 of the same height and
        width, None on a page without colour.
    """
    import cv2  # noqa: PLC0415 - part of the ocr extra
    import numpy as np  # noqa: PLC0415

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    shape = (max(1, image.shape[1] // QUARTER), max(1, image.shape[0] // QUARTER))
    small = cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
    # Paper is yellow, or blue under a lamp: colours are told from those of the paper.
    paper = np.percentile(small.reshape(-1, 3), 80, axis=0).clip(64, 255)
    if np.count_nonzero(_tint(small, paper)[0] >= COLOURED) < FEWEST:
        return grey, None
    tint, bright = _tint(cv2.blur(image, (3, 3)), paper)
    colour = np.where(tint >= COLOURED, 255, 0).astype(np.uint8)
    # A colour that is as dark as print is print: JPEG gives black edges some colour.
    colour[bright < DARKEST] = 0
    if np.count_nonzero(colour) > PICTURE * colour.size:
        return grey, None
    zone = np.zeros_like(colour)
    for ring in find_rings(colour, scale):
        reach = round(ring.radius + MARGIN * scale)
        cv2.circle(zone, (round(ring.x), round(ring.y)), reach, (255,), -1)
    for chop in _chops(colour, scale):
        cv2.rectangle(zone, (chop.x0, chop.y0), (chop.x1, chop.y1), (255,), -1)
    colours = np.where(colour > 0, LEFT, 0).astype(np.uint8)
    seal = np.where((tint >= PALE) & (bright >= DARKEST), zone, 0).astype(np.uint8)
    if seal.any():
        side = 2 * EDGE + 1
        around = cv2.dilate(seal, np.ones((side, side), np.uint8)) > 0
        level = float(np.median(bright[seal > 0]))
        sharp = _tint(image, paper)[1][around].astype(np.float32)
        grey[around] = np.where(sharp >= OPAQUE * level, 255, sharp * (255 / level))
        colours[around] = TAKEN
    return grey, colours


def _tint(image: Any, paper: Any) -> tuple[Any, Any]:
    """How coloured each pixel is, and its brightest channel, both measured from the paper."""
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    levels = np.arange(256, dtype=np.float32)
    tables = np.stack([np.clip(levels * 255 / c, 0, 255) for c in paper], axis=1)
    even = cv2.LUT(image, tables.astype(np.uint8)[None])
    red, green, blue = cv2.split(even)
    high = cv2.max(cv2.max(red, green), blue)
    return cv2.subtract(high, cv2.min(cv2.min(red, green), blue)), high


def _chops(colour: Any, scale: float) -> list[Area]:
    """Square seals: one connected piece of coloured ink of their size."""
    import cv2  # noqa: PLC0415

    count, _, stats, _ = cv2.connectedComponentsWithStats(colour, connectivity=8)
    margin = round(scale)
    return [
        Area(max(0, x - margin), max(0, y - margin), x + width + margin, y + height + margin)
        for x, y, width, height, _ in stats[1:count].tolist()
        if CHOP_FROM * scale <= min(width, height) and max(width, height) <= CHOP_TO * scale
    ]


def find_rings(marks: Any, scale: float) -> list[Ring]:
    """The circles of the size of a seal that ink closes, the clearest first.

    Every place is tried as the middle of every radius at once, by convolution, in a coarse
    picture; circles may lie across the edge of the page.

    Args:
        marks: uint8, 255 for ink, without rules.
        scale: pixels per point.
    """
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    shrink = COARSE / scale
    small = cv2.resize(marks, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    # A picture longer than cv2.remap can take is no page.
    if not (small > COVERED).any() or max(marks.shape) >= LONGEST:
        return []
    pad = round(LARGEST * COARSE) + 2
    points = (small > COVERED).astype(np.float32)
    # A circle may pass beside its ink by a pixel, but the one that meets it is the better.
    held = 0.8 * cv2.dilate(points, np.ones((3, 3), np.uint8)) + 0.2 * points
    sizes = [cv2.getOptimalDFTSize(side + 2 * pad) for side in held.shape]
    # Ink as the real part and paper as the imaginary one are counted in one go.
    plane = np.zeros(sizes, np.complex64)
    height, width = held.shape
    plane[pad : pad + height, pad : pad + width] = held + 1j
    spectrum = np.fft.fft2(plane)
    radii = np.arange(SMALLEST * COARSE - ASIDE, LARGEST * COARSE + ASIDE + 0.5)
    best = np.zeros(sizes)
    widest = np.zeros(sizes)
    # As many sizes at a time as are compared: all of them at once would take a gigabyte.
    window: deque[Any] = deque(maxlen=2 * ASIDE + 1)
    for radius in radii:
        window.append(_share(spectrum, float(radius)))
        if len(window) == window.maxlen:
            share, beside = window[ASIDE], np.minimum(window[0], window[-1])
            is_better = (share >= CLOSED) & (share - beside >= CLEAR) & (share > best)
            best[is_better] = share[is_better]
            widest[is_better] = radius - ASIDE
    rings: list[Ring] = []
    for _ in range(TRIED):
        y, x = (int(at) for at in np.unravel_index(best.argmax(), best.shape))
        if best[y, x] == 0 or len(rings) == MOST:
            break
        radius = float(widest[y, x])
        ring = Ring((x - pad + 0.5) / shrink, (y - pad + 0.5) / shrink, radius / shrink)
        near = 2
        if _runs_around(marks, ring, scale):
            rings.append(ring)
            # Circles about nearly the same middle are the same ring, or its inner one.
            near = round(radius / 2)
        best[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = 0
    return rings


def _runs_around(marks: Any, ring: Ring, scale: float) -> bool:
    """Whether long strokes follow a circle, as those of a ring do and those of text do not."""
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    around = math.ceil(2 * math.pi * ring.radius)
    turns = np.arange(around, dtype=np.float32) * np.float32(2 * math.pi / around)
    reach = round(AROUND * scale)
    away = (ring.radius + np.arange(-reach, reach + 1, dtype=np.float32))[:, None]
    xs = (ring.x + away * np.cos(turns)).astype(np.float32)
    ys = (ring.y + away * np.sin(turns)).astype(np.float32)
    # The circle as a straight band, long enough to close at its ends.
    run = round(RUN * scale)
    band = cv2.remap(marks, xs, ys, cv2.INTER_NEAREST, borderValue=(0,))
    band = np.concatenate([band, band[:, : 2 * run]], axis=1)
    band = cv2.dilate(band, np.ones((3, 1), np.uint8))
    long = np.asarray(cv2.morphologyEx(band, cv2.MORPH_OPEN, np.ones((1, run), np.uint8)))
    held = long.max(axis=0) > 0
    held = np.concatenate([held[around : around + run], held[run:around]])
    height, width = marks.shape
    edges = ((xs[reach], width), (ys[reach], height))
    inside = np.logical_and.reduce([(at >= 0) & (at < end) for at, end in edges])
    whole = int(np.count_nonzero(inside))
    return int(np.count_nonzero(np.logical_and(held, inside))) >= RUNNING * max(1, whole)


def _share(spectrum: Any, radius: float) -> Any:
    """For each place as the middle, how much of the circle within the page holds ink."""
    import numpy as np  # noqa: PLC0415

    found = np.fft.ifft2(spectrum * np.fft.fft2(_circle(radius, spectrum.shape)))
    share = found.real / np.maximum(found.imag, IN_PAGE)
    return np.where(found.imag >= IN_PAGE, share, 0).astype(np.float32)


def _circle(radius: float, sizes: Iterable[int]) -> Any:
    """A circle about the origin, wrapped around the edges, its points adding up to one."""
    import numpy as np  # noqa: PLC0415

    height, width = sizes
    count = math.ceil(2 * math.pi * radius)
    turns = np.arange(count) * (2 * math.pi / count)
    ys = np.rint(radius * np.sin(turns)).astype(int) % height
    xs = np.rint(radius * np.cos(turns)).astype(int) % width
    kernel = np.zeros((height, width), np.float32)
    np.add.at(kernel, (ys, xs), 1 / count)
    return kernel


def coloured_share(colours: Any, marks: Any, cell: Area) -> float:
    """How much of the ink in a cell is coloured, 0 to 1; 0 for a blank cell.

    Args:
        colours: see without_seals.
        marks: ink of the page without rules and seals.
        cell: inside of the cell.
    """
    import numpy as np  # noqa: PLC0415

    inside = (slice(cell.y0, cell.y1), slice(cell.x0, cell.x1))
    ink = marks[inside] > 0
    whole = int(np.count_nonzero(ink))
    return int(np.count_nonzero(ink & (colours[inside] == LEFT))) / whole if whole else 0.0


def hides(colours: Any, cell: Area, found: Area | None, line: float) -> bool:
    """Whether a seal that was taken off lay on or near the ink of a cell, or on a blank one.

    Args:
        colours: see without_seals.
        cell: inside of the cell.
        found: around the ink in the cell; None for a blank one.
        line: usual height of a text box, pixels.
    """
    across, down = round(NEAR_ACROSS * line), round(NEAR_DOWN * line)
    near = cell
    if found is not None:
        near = Area(
            max(cell.x0, found.x0 - across),
            max(cell.y0, found.y0 - down),
            min(cell.x1, found.x1 + across),
            min(cell.y1, found.y1 + down),
        )
    return bool((colours[near.y0 : near.y1, near.x0 : near.x1] == TAKEN).any())
