"""The reference engine: a pdfplumber page as drawn objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assets.layout.model import Box
from assets.layout.parsers.pdf_drawn import (
    UNREADABLE,
    DrawnPage,
    is_slanted,
    most_common_turn,
    turned,
    upright_turn,
)
from assets.layout.parsers.pdf_text import Char


@dataclass(slots=True)
class _Objects:
    """Raw objects of a page, gathered from nested forms."""

    chars: list[Any]
    shapes: list[Any]
    image_area: float = 0.0
    slanted: int = 0


_INVISIBLE = frozenset({3, 7})
"""Text modes that paint nothing."""
_PALE = 0.6
"""Lightness from which text may be a watermark, or white on white."""


def draw_page(
    page: Any, thickness: float, max_nested_forms: int, *, is_alone: bool = False
) -> DrawnPage:
    """What is drawn on a pdfplumber page.

    Args:
        page: a pdfplumber page.
        thickness: points up to which a shape is one rule.
        max_nested_forms: forms inside forms, as deep as they are followed.
        is_alone: no other engine has seen the page, so that pale text is odd whatever lies under
            it, since this one does not know the order of drawing.
    """
    layout = _layout_alone(page) if is_alone else page.layout
    width, height = float(layout.width), float(layout.height)
    objects = _gather(layout, max_nested_forms)
    turn = most_common_turn([upright_turn(*char.matrix[:2]) for char in objects.chars])
    chars, unreadable, odd, unseen = _chars(objects.chars, width, height, turn, is_alone=is_alone)
    shapes = [
        (turned(box, width, height, turn), stroked)
        for box, stroked in _shapes(objects.shapes, height, thickness)
    ]
    return DrawnPage(
        int(page.page_number),
        width,
        height,
        turn,
        chars,
        shapes,
        objects.image_area,
        objects.slanted,
        unreadable,
        odd=odd,
        unseen=unseen,
    )


def _layout_alone(page: Any) -> Any:
    """The objects of a page, characters that are not painted marked as unseen."""
    from pdfminer.pdfinterp import PDFPageInterpreter  # noqa: PLC0415 - only when a PDF needs it
    from pdfplumber.page import PDFPageAggregatorWithMarkedContent  # noqa: PLC0415

    class Device(PDFPageAggregatorWithMarkedContent):
        """Knows the text mode, which the objects do not."""

        is_unseen = False

        def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
            self.is_unseen = textstate.render in _INVISIBLE
            super().render_string(textstate, seq, ncs, graphicstate)

        def render_char(self, *args: Any, **kwargs: Any) -> float:
            advance = super().render_char(*args, **kwargs)
            if self.is_unseen and self.cur_item._objs:
                drawn: Any = self.cur_item._objs[-1]
                drawn.is_unseen = True
            return advance

    device = Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    return device.get_result()


def _gather(layout: Any, depth: int) -> _Objects:
    from pdfminer.layout import (  # noqa: PLC0415 - only when a PDF is read
        LTChar,
        LTCurve,
        LTFigure,
        LTImage,
    )

    drawn = _Objects([], [])
    stack = [(layout, depth)]
    while stack:
        container, left = stack.pop()
        inner = []
        for item in container:
            if isinstance(item, LTChar):
                if is_slanted(*item.matrix[:2]):
                    drawn.slanted += not item.get_text().isspace()
                    continue
                drawn.chars.append(item)
            elif isinstance(item, LTCurve):
                drawn.shapes.append(item)
            elif isinstance(item, LTImage):
                drawn.image_area += max(item.width, 0) * max(item.height, 0)
            elif isinstance(item, LTFigure) and left:
                inner.append((item, left - 1))
        stack.extend(reversed(inner))
    return drawn


def _chars(
    raw: Iterable[Any], width: float, height: float, turn: int, *, is_alone: bool
) -> tuple[list[Char], int, frozenset[int], frozenset[int]]:
    """Characters in content order, upright, those outside the page left out.

    Also how many have no Unicode value, the indexes of those that run another way, are pale or not
    painted, and those of the last.
    """
    chars: list[Char] = []
    odd: set[int] = set()
    unseen: set[int] = set()
    unreadable = 0
    for item in raw:
        text = item.get_text()
        if not text or text == "\0":
            continue
        if text.startswith("(cid:"):
            text = UNREADABLE
            unreadable += 1
        x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
        if not (0 <= x <= width and 0 <= y <= height):
            continue
        origin_x, origin_y = item.matrix[4:6]
        at = Box(origin_x, height - origin_y, origin_x, height - origin_y)
        box = turned(Box(item.x0, height - item.y1, item.x1, height - item.y0), width, height, turn)
        baseline = turned(at, width, height, turn).top
        if not box.top - 1 <= baseline <= box.bottom + 1:
            baseline = box.bottom
        if getattr(item, "is_unseen", False):
            unseen.add(len(chars))
        elif upright_turn(*item.matrix[:2]) != turn or (is_alone and _is_pale(item)):
            odd.add(len(chars))
        chars.append(
            Char(
                text,
                box.x0,
                box.top,
                box.x1,
                box.bottom,
                baseline,
                max(float(item.size), 1.0),
                str(item.fontname),
            )
        )
    return chars, unreadable, frozenset(odd | unseen), frozenset(unseen)


def _shapes(shapes: Iterable[Any], height: float, thickness: float) -> Iterator[tuple[Box, bool]]:
    """Bounding boxes of what can be a rule, with whether the outline is drawn."""
    for shape in shapes:
        stroked = bool(shape.stroke) and not _is_white(shape.stroking_color)
        filled = bool(shape.fill) and not _is_white(shape.non_stroking_color)
        if not stroked and not filled:
            continue
        box = Box(shape.x0, height - shape.y1, shape.x1, height - shape.y0)
        thin = min(box.x1 - box.x0, box.bottom - box.top) <= thickness
        is_rectangle = type(shape).__name__ == "LTRect"
        if thin or is_rectangle:
            yield box, stroked
        elif stroked:
            # A path of several straight strokes, such as a whole frame drawn in one go.
            for (x0, y0), (x1, y1) in zip(shape.pts[:-1], shape.pts[1:], strict=True):
                if min(abs(x0 - x1), abs(y0 - y1)) < 0.5:
                    yield (
                        Box(min(x0, x1), height - max(y0, y1), max(x0, x1), height - min(y0, y1)),
                        True,
                    )


def _is_pale(char: Any) -> bool:
    """Whether a character is printed in a light colour, as far as its colour space tells."""
    color = char.graphicstate.ncolor
    space = getattr(char.ncs, "name", "")
    parts = color if isinstance(color, (tuple, list)) else (color,)
    if not parts or not all(isinstance(part, (int, float)) for part in parts):
        return False
    if len(parts) == 4:
        ink = min(sum(parts[:3]) / 3 + parts[3], 1.0)
        return 1 - ink >= _PALE
    return (len(parts) == 3 or space == "DeviceGray") and sum(parts) / len(parts) >= _PALE


def _is_white(color: Any) -> bool:
    """RGB or CMYK white. One-component colours may be tints, where 1 is black, and are drawn."""
    if not isinstance(color, (tuple, list)) or not all(isinstance(c, (int, float)) for c in color):
        return False
    if len(color) == 3:
        return min(color) >= 0.99
    return len(color) == 4 and max(color) <= 0.01
