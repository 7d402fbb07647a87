"""The characters of a PDFium page, upright and with what the text object of each shares.

PDFium is asked for one measure of all characters after the other, which costs a third less than
asking for all measures of one character.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Sequence
from itertools import compress, repeat
from math import hypot
from typing import Any, NamedTuple

from assets.layout.model import Box
from assets.layout.parsers import pdf_raw as raw
from assets.layout.parsers.pdf_drawn import UNREADABLE, is_slanted, turned, upright_turn
from assets.layout.parsers.pdf_raw import Handle
from assets.layout.parsers.pdf_text import Char

_HYPHENS = frozenset({0x02, 0xFFFE})
"""What PDFium puts for a hyphen at the end of a line."""
_SAMPLE = 7
"""Every so manieth character is compared, where all were asked for at once."""
_HALVES = frozenset(range(0xD800, 0xE000))
"""The two parts of characters beyond 65535."""
_CHUNK = 2048
"""Characters whose boxes are written into one buffer."""


Columns = tuple[list[float], list[float], list[float], list[float]]
"""Left, upper, right and lower edges of boxes."""


def turned_edges(
    x0s: list[float],
    tops: list[float],
    x1s: list[float],
    bottoms: list[float],
    width: float,
    height: float,
    turn: int,
) -> Columns:
    """Boxes by their edges after turning the page clockwise, as `turned` does with one."""
    if turn == 90:
        return [height - y for y in bottoms], x0s, [height - y for y in tops], x1s
    if turn == 180:
        return (
            [width - x for x in x1s],
            [height - y for y in bottoms],
            [width - x for x in x0s],
            [height - y for y in tops],
        )
    if turn == 270:
        return tops, [width - x for x in x1s], bottoms, [width - x for x in x0s]
    return x0s, tops, x1s, bottoms


class Frame(NamedTuple):
    """How user space becomes the displayed page: media box and clockwise rotation."""

    x0: float
    y0: float
    x1: float
    y1: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed."""
        width, height = self.x1 - self.x0, self.y1 - self.y0
        return (height, width) if self.rotation in {90, 270} else (width, height)

    def edges(
        self, lefts: list[float], lowers: list[float], rights: list[float], uppers: list[float]
    ) -> Columns:
        """Boxes of user space by their edges, as `box` makes them."""
        x0, y1 = self.x0, self.y1
        return turned_edges(
            [x - x0 for x in lefts],
            [y1 - y for y in uppers],
            [x - x0 for x in rights],
            [y1 - y for y in lowers],
            self.x1 - x0,
            y1 - self.y0,
            self.rotation,
        )

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box of user space, from the top left of the displayed page."""
        plain = Box(x0 - self.x0, self.y1 - y1, x1 - self.x0, self.y1 - y0)
        return turned(plain, self.x1 - self.x0, self.y1 - self.y0, self.rotation)


class Run(NamedTuple):
    """What the characters of one text object share; `below` is their depth under the baseline.

    `x` and `y` are the origin of the first character, `is_level` whether they stand upright on a
    page that is not turned.
    """

    size: float
    below: float
    font: str
    turn: int
    slanted: bool
    is_level: bool
    x: float
    y: float


class Printed(NamedTuple):
    """The characters of a page, and what was learned of them.

    Attributes:
        chars: upright, after turning the page by `turn`; those outside of it are left out.
        owners: the text object of each, 0 where there is none.
        places: the number of each in the text page.
        sideways: indexes of those that run another way than most.
        runs: the text objects that gave characters.
        turn: degrees clockwise by which the displayed page was turned.
        aside: share of all characters that run another way than most.
        slanted: those left out because they run slanted, as watermarks do.
        unreadable: those without a readable code.
    """

    chars: list[Char]
    owners: list[int]
    places: list[int]
    sideways: frozenset[int]
    runs: dict[int, Run]
    turn: int
    aside: float
    slanted: int
    unreadable: int


class _Columns(NamedTuple):
    """Characters by measure; the boxes in user space, y upwards."""

    texts: list[str]
    owners: list[int]
    places: list[int]
    lefts: list[float]
    lowers: list[float]
    rights: list[float]
    uppers: list[float]

    def where(self, is_kept: Sequence[bool]) -> _Columns:
        """Only some of the characters."""
        texts, owners, places, *edges = self
        lefts, lowers, rights, uppers = (list(compress(edge, is_kept)) for edge in edges)
        texts, owners = list(compress(texts, is_kept)), list(compress(owners, is_kept))
        places = list(compress(places, is_kept))
        return _Columns(texts, owners, places, lefts, lowers, rights, uppers)


_FLOATS = (ctypes.c_float * (4 * _CHUNK))()
_PLACES = [ctypes.byref(_FLOATS, 16 * index) for index in range(_CHUNK)]
"""Where the four edges of each character of a chunk are written."""


def read_characters(text_page: Any, frame: Frame) -> Printed:
    """The characters of a page.

    Args:
        text_page: of pypdfium2; stays open.
        frame: how the page is displayed.
    """
    handle = raw.handle_of(text_page)
    codes = _codes(handle, text_page.count_chars())
    is_generated = raw.is_generated
    # Spaces and line ends that are not in the file.
    kept = [
        index
        for index, code in enumerate(codes)
        if code > 32 or not (code in (10, 13) or (code == 32 and is_generated(handle, index)))
    ]
    owners = [owner or 0 for owner in map(raw.text_object, repeat(handle), kept)]
    firsts = dict(zip(reversed(owners), reversed(kept), strict=True))
    fonts: dict[int, tuple[str, float]] = {}
    runs = {
        owner: _run(handle, index, owner, fonts, frame.rotation) for owner, index in firsts.items()
    }
    slanted = 0
    if any(run.slanted for run in runs.values()):
        level = [not runs[owner].slanted for owner in owners]
        slanted = sum(codes[i] != 32 for i, k in zip(kept, level, strict=True) if not k)
        owners, kept = list(compress(owners, level)), list(compress(kept, level))
    columns = _columns(handle, codes, kept, owners)
    unreadable = columns.texts.count(UNREADABLE)
    turn, aside = 0, 0.0
    is_level = frame.rotation == 0 and all(run.is_level or run.slanted for run in runs.values())
    if not is_level and columns.owners:
        turns = Counter([runs[owner].turn for owner in columns.owners])
        turn = turns.most_common(1)[0][0]
        aside = 1 - turns[turn] / len(columns.owners)
    chars, owners, places = _upright(columns, runs, frame, turn, is_level=is_level)
    sideways = frozenset[int]()
    if aside:
        sideways = frozenset(i for i, owner in enumerate(owners) if runs[owner].turn != turn)
    return Printed(chars, owners, places, sideways, runs, turn, aside, slanted, unreadable)


def _columns(handle: Handle, codes: list[int], kept: list[int], owners: list[int]) -> _Columns:
    """Texts and boxes of some characters, without those that print nothing or have no box."""
    own = [codes[index] for index in kept]
    if all(_is_usual(code) for code in set(own)):
        texts = list(map(chr, own))
    else:
        texts = [_text(codes, index) for index in kept]
    marks = list(map(raw.has_no_unicode, repeat(handle), kept))
    if any(marks):
        texts = [UNREADABLE if m else t for t, m in zip(texts, marks, strict=True)]
    edges: list[float] = []
    has_box: list[int] = []
    for start in range(0, len(kept), _CHUNK):
        part = kept[start : start + _CHUNK]
        has_box += map(raw.loose_box, repeat(handle), part, _PLACES)
        edges += _FLOATS[: 4 * len(part)]
    # The edges come as left, top, right, bottom.
    columns = _Columns(texts, owners, kept, edges[0::4], edges[3::4], edges[2::4], edges[1::4])
    if not all(has_box) or not all(texts):
        return columns.where([bool(b and t) for b, t in zip(has_box, texts, strict=True)])
    return columns


def _codes(handle: Handle, count: int) -> list[int]:
    """The UTF-16 codes of all characters, asked for at once where that gives one for each."""
    if count <= 0:
        return []
    buffer = (ctypes.c_ushort * (count + 1))()
    codes = buffer[:count] if raw.texts(handle, 0, count, buffer) == count + 1 else []
    # Without halves of longer characters, the right number of codes is one for each character.
    if (
        not codes
        or not _HALVES.isdisjoint(codes)
        or any(codes[index] != raw.unicode(handle, index) for index in range(0, count, _SAMPLE))
    ):
        return [raw.unicode(handle, index) for index in range(count)]
    return codes


def _is_usual(code: int) -> bool:
    """Whether a code is that of a character and nothing else."""
    return 32 <= code < 0xD800 or 0xE000 <= code < 0xFFF0


def _text(codes: list[int], index: int) -> str:
    """The character of an unusual code; empty for what prints nothing, and for half of one."""
    code = codes[index]
    if 0xD800 <= code < 0xDC00 and index + 1 < len(codes):
        return ""  # beyond 65535 a character comes as two halves
    if 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
        return chr(0x10000 + ((codes[index - 1] - 0xD800) << 10) + (code - 0xDC00))
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return UNREADABLE
    if code in _HYPHENS:
        return "-"
    return chr(code) if code else ""


def _upright(
    columns: _Columns, runs: dict[int, Run], frame: Frame, turn: int, *, is_level: bool
) -> tuple[list[Char], list[int], list[int]]:
    """Characters after turning the page, their text objects, and their numbers."""
    width, height = frame.size
    left = frame.x0
    if is_level:
        # One size for a line: height and place of a character are those of its run.
        x0s, x1s = columns.lefts, columns.rights
        if left:
            x0s, x1s = [x - left for x in x0s], [x - left for x in x1s]
        uppers = lowers = x0s
        is_inside = not x0s or (min(x0s) >= 0 and max(x1s) <= width)
    else:
        shown = frame.edges(columns.lefts, columns.lowers, columns.rights, columns.uppers)
        is_kept = [
            0 <= x0 + x1 <= 2 * width and 0 <= top + bottom <= 2 * height
            for x0, top, x1, bottom in zip(*shown, strict=True)
        ]
        if not all(is_kept):
            columns = columns.where(is_kept)
            shown = frame.edges(columns.lefts, columns.lowers, columns.rights, columns.uppers)
        x0s, uppers, x1s, lowers = turned_edges(*shown, width, height, turn)
        is_inside = True
    owners, places = columns.owners, columns.places
    chars: list[Char] = []
    append, new = chars.append, tuple.__new__
    last = -1
    is_usual = True
    top = bottom = baseline = size = 0.0
    font = ""
    for text, owner, x0, x1, upper, lower in zip(
        columns.texts, owners, x0s, x1s, uppers, lowers, strict=True
    ):
        if owner != last:
            last, run = owner, runs[owner]
            size, font = run.size, run.font
            is_usual = is_level or run.turn == turn
            # Text of one object shares its baseline.
            if is_level:
                baseline = frame.y1 - run.y
            else:
                at = turned(frame.box(run.x, run.y, run.x, run.y), width, height, turn)
                baseline = at.top
            # The engine's box is that of the glyph where it is larger.
            bottom = baseline + run.below
            top = bottom - size
            if is_level and not 0 <= top + bottom <= 2 * height:
                is_inside = False
        if is_usual:
            append(new(Char, (text, x0, top, x1, bottom, baseline, size, font)))
        else:
            is_near = upper - 1 <= baseline <= lower + 1
            own = baseline if is_near else lower
            append(Char(text, x0, upper, x1, lower, own, size, font))
    if not is_inside:
        inside = [
            0 <= c.x0 + c.x1 <= 2 * width and 0 <= c.top + c.bottom <= 2 * height for c in chars
        ]
        chars, owners = list(compress(chars, inside)), list(compress(owners, inside))
        places = list(compress(places, inside))
    return chars, owners, places


def _run(
    handle: Handle, index: int, owner: int, fonts: dict[int, tuple[str, float]], rotation: int
) -> Run:
    """Size, font and direction of the text object that a character belongs to."""
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    if raw.char_matrix(handle, index, raw.TO_MATRIX):
        m = raw.MATRIX
        a, b, c, d = m.a, m.b, m.c, m.d
    size = max(raw.font_size(handle, index) * (hypot(c, d) if c else abs(d)), 1.0)
    raw.char_origin(handle, index, *raw.TO_ORIGIN)
    x, y = raw.ORIGIN[0].value, raw.ORIGIN[1].value
    # Turning the page clockwise turns the direction of text with it.
    if rotation:
        a, b = {90: (b, -a), 180: (-a, -b), 270: (-b, a)}.get(rotation, (a, b))
    font = raw.font_of(Handle(owner)) if owner else None
    name, descent = "", 0.0
    if font and font.value:
        if font.value not in fonts:
            buffer = ctypes.create_string_buffer(128)
            raw.font_name(font, buffer, 128)
            raw.font_descent(font, raw.ONE, raw.TO_POINT[0])
            fonts[font.value] = (
                buffer.value.decode("utf-8", "replace"),
                abs(raw.POINT[0].value),
            )
        name, descent = fonts[font.value]
    # A descent that no font can have is a fault of the file; a quarter is the usual one.
    below = size * (descent if 0 < descent < 1 else 0.25)
    if b == 0 and a > 0 and not rotation:
        return Run(size, below, name, 0, False, True, x, y)
    turn = upright_turn(a, b)
    slanted = is_slanted(a, b)
    is_level = turn == 0 and not slanted and rotation == 0
    return Run(size, below, name, turn, slanted, is_level, x, y)
