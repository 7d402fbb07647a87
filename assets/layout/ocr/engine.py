"""Character recognition behind a small interface: find text boxes, read crops.

The two networks are those that the wheel of rapidocr carries (PP-OCRv6 small, Apache-2.0). They
run on onnxruntime directly, because a table needs what the pipeline of rapidocr does not give:
narrow batches for digits, the probability of each character, and no look at the network. How the
networks want their input (48 pixel lines, scaling to -1..1, blank label 0, the thresholds of the
text map) follows the settings in rapidocr's config.yaml.

Images are grey, uint8, shape (height, width), dark on light; boxes are in their pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

INSTALL = "`make ocr` (or pip install 'gongkai[ocr]')"
"""The one command that adds recognition."""

_PARTS = ("rapidocr", "onnxruntime", "cv2")
_DETECT, _READ = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
LINE_HEIGHT = 48
"""Pixels of a line as the network reads it."""
LONGEST_SIDE = 1600
"""Pixels of a page in which text is looked for: 9 pt text is still 17 high, at half the time."""
MAX_LINE_WIDTH = 3200
"""A line of 60 characters in 48 pixel height; longer ones are squeezed."""
BATCH_WIDTH = 4800
"""Pixels of all lines read in one go, so that memory stays below 200 MB."""
_INK, _SURE_BOX, _GROW, _MIN_SIDE = 0.3, 0.5, 1.6, 3
"""Of the text map: what is text, mean of a box that is kept, growth of boxes, smallest box."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of pixels."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Read:
    """Text of a crop; `score` is the probability of its least sure character, 0 without text."""

    text: str
    score: float


class Engine(Protocol):
    """What recognises text."""

    version: str

    def find(self, image: Any) -> list[Area]:
        """Boxes of text lines on an upright page."""
        ...

    def read(self, crops: Sequence[Any]) -> list[Read]:
        """The text of each crop of one line."""
        ...


def is_available() -> bool:
    """Whether the ocr extra is installed."""
    return all(find_spec(part) is not None for part in _PARTS)


def engine_version() -> str:
    """Names the recognition that would read a picture now; part of memo keys."""
    if not is_available():
        return "none"
    try:
        return f"rapidocr-{version('rapidocr')}/onnxruntime-{version('onnxruntime')}"
    except PackageNotFoundError:
        return "unknown"


@lru_cache(maxsize=1)
def load_engine() -> Engine:
    """The engine, loaded once in a process (0.3 s, about 300 MB).

    Raises:
        ModuleNotFoundError: the ocr extra is not installed.
        FileNotFoundError: the installed rapidocr carries no such models.
    """
    return _OnnxEngine()


class _OnnxEngine:
    """The networks of rapidocr's wheel, on one thread: every processor has a worker already."""

    def __init__(self) -> None:
        import onnxruntime  # noqa: PLC0415 - heavy, only when a picture is read

        found = find_spec("rapidocr")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("rapidocr is not installed")
        models = Path(found.origin).parent / "models"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self.version = engine_version()
        sessions = []
        for name in (_DETECT, _READ):
            if not (models / name).exists():
                raise FileNotFoundError(f"rapidocr {version('rapidocr')} carries no {name}")
            sessions.append(
                onnxruntime.InferenceSession(
                    str(models / name), options, providers=["CPUExecutionProvider"]
                )
            )
        self._detect, self._read = sessions
        signs = self._read.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._signs = ["", *signs, " "]

    def find(self, image: Any) -> list[Area]:
        """See Engine."""
        import cv2  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        height, width = image.shape
        shrink = min(1.0, LONGEST_SIDE / max(height, width))
        rows, cols = (max(32, round(side * shrink / 32) * 32) for side in (height, width))
        small = cv2.resize(image, (cols, rows), interpolation=cv2.INTER_AREA)
        scaled = (small.astype(np.float32) / 127.5 - 1)[None, None]
        map_ = self._detect.run(None, {"x": np.repeat(scaled, 3, axis=1)})[0][0, 0]
        mask = cv2.dilate((map_ > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        areas = []
        for x, y, w, h, _ in stats[1:count]:
            if min(w, h) < _MIN_SIDE or map_[y : y + h, x : x + w].mean() < _SURE_BOX * 0.6:
                continue
            # The network marks the core of a line; area over perimeter says how much it shrank.
            grow = w * h * _GROW / (2 * (w + h))
            areas.append(
                Area(
                    max(0, int((x - grow) * width / cols)),
                    max(0, int((y - grow) * height / rows)),
                    min(width, math.ceil((x + w + grow) * width / cols)),
                    min(height, math.ceil((y + h + grow) * height / rows)),
                )
            )
        return sorted(areas, key=lambda area: (area.y0, area.x0))

    def read(self, crops: Sequence[Any]) -> list[Read]:
        """See Engine."""
        import cv2  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        lines = []
        for crop in crops:
            width = round(LINE_HEIGHT * crop.shape[1] / max(crop.shape[0], 1))
            width = min(max(width, LINE_HEIGHT), MAX_LINE_WIDTH)
            line = cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
            lines.append(line.astype(np.float32) / 127.5 - 1)
        out = [Read("", 0.0)] * len(lines)
        for batch in _batches([line.shape[1] for line in lines]):
            widest = max(lines[i].shape[1] for i in batch)
            block = np.zeros((len(batch), 3, LINE_HEIGHT, widest), np.float32)
            for at, i in enumerate(batch):
                block[at, :, :, : lines[i].shape[1]] = lines[i]
            found = self._read.run(None, {"x": block})[0]
            best, sure = found.argmax(axis=2), found.max(axis=2)
            for at, i in enumerate(batch):
                out[i] = self._decoded(best[at], sure[at])
        return out

    def _decoded(self, best: Any, sure: Any) -> Read:
        """Labels per column to text: repeats are one character, label 0 is none."""
        text, scores = [], []
        before = 0
        for at, label in enumerate(best.tolist()):
            if label and label != before:
                text.append(self._signs[label])
                scores.append(float(sure[at]))
            elif label and scores:
                scores[-1] = max(scores[-1], float(sure[at]))
            before = label
        return Read("".join(text), min(scores, default=0.0))


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Indexes of lines of like width, each batch within the memory bound."""
    batches: list[list[int]] = []
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        if (
            batches
            and (len(batches[-1]) + 1) * widths[i] <= BATCH_WIDTH
            and widths[i] <= 1.3 * widths[batches[-1][0]] + 32
        ):
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches
