"""Scanned pages made straight: ink, the angle of its lines, the page turned by it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

WIDTH = 1000
"""Pixels across in which the angle is sought: 0.03 degrees are half a pixel there."""
RANGE = 4.0
"""Degrees on either side; a sheet in a feeder lies straighter than that."""


@dataclass(frozen=True, slots=True)
class Tilt:
    """How a page was turned to lie straight, so that places can be led back.

    angle: degrees counter-clockwise by which the picture was turned about its middle.
    """

    angle: float
    middle: tuple[float, float]

    def original(self, x: float, y: float) -> tuple[float, float]:
        """The place in the picture as it came, of a place in the straight one."""
        turn = math.radians(self.angle)
        dx, dy = x - self.middle[0], y - self.middle[1]
        return (
            self.middle[0] + dx * math.cos(turn) - dy * math.sin(turn),
            self.middle[1] + dx * math.sin(turn) + dy * math.cos(turn),
        )


def ink(image: Any) -> Any:
    """What is darker than its surroundings: uint8, 255 for ink, same shape as the image."""
    import cv2  # noqa: PLC0415 - part of the ocr extra

    # No median: it wipes out strokes one pixel wide, and with them strokes, minus signs and rules.
    smooth = cv2.GaussianBlur(image, (3, 3), 0)
    # Surroundings of 51 pixels (a quarter inch) hold paper beside any character or rule;
    # 22 levels are six times the noise of a scan (9) after smoothing.
    return cv2.adaptiveThreshold(
        smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 22
    )


def tilt_of(marks: Any) -> float:
    """Degrees counter-clockwise by which a page of ink must be turned to lie straight.

    Lines of text and rules fall into the fewest pixel rows when they lie level; the sum of
    squared row sums says how few. Seeks in a small picture: the full one takes 20 s.
    """
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    width = marks.shape[1]
    shrink = min(1.0, WIDTH / width)
    small = cv2.resize(marks, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    ys, xs = np.nonzero(small > 60)
    if len(ys) < 50:
        return 0.0
    if len(ys) > 60_000:
        step = len(ys) // 60_000 + 1
        ys, xs = ys[::step], xs[::step]
    # A pixel lies anywhere in its row: whole numbers would favour the angle 0.
    spread = ys + np.arange(len(ys)) * 0.618 % 1

    def sharpness(angle: float) -> float:
        rows = spread - xs * math.tan(math.radians(angle)) + small.shape[1]
        sums = np.bincount((rows * 2).astype(int))
        return float((sums.astype(float) ** 2).sum())

    best = 0.0
    for reach, step in ((RANGE, 0.2), (0.2, 0.04), (0.04, 0.01)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=lambda angle: sharpness(float(angle))))
    return best


def straightened(image: Any, angle: float) -> tuple[Any, Tilt]:
    """The page turned by an angle about its middle, same size, white where nothing was."""
    import cv2  # noqa: PLC0415

    height, width = image.shape
    middle = (width / 2, height / 2)
    if abs(angle) < 0.02:
        return image, Tilt(0.0, middle)
    turn = cv2.getRotationMatrix2D(middle, angle, 1.0)
    straight = cv2.warpAffine(
        image,
        turn,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    return straight, Tilt(angle, middle)


def straightened_map(labels: Any, tilt: Tilt) -> Any:
    """A map of labels turned as its page was, 0 where nothing was.

    Args:
        labels: uint8, same shape as the page.
        tilt: how the page was turned.
    """
    import cv2  # noqa: PLC0415

    if tilt.angle == 0.0:
        return labels
    height, width = labels.shape
    turn = cv2.getRotationMatrix2D(tilt.middle, tilt.angle, 1.0)
    return cv2.warpAffine(labels, turn, (width, height), flags=cv2.INTER_NEAREST)
