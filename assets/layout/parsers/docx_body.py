"""The body of a Word document as paragraphs and tables, each rendered once and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.layout.model import UNREADABLE, WHOLE, Window
from assets.layout.normalise import LOWERED_DIGITS, RAISED_DIGITS, squeeze
from assets.layout.parsers.docx_numbering import (
    Element,
    Numbering,
    attribute,
    child,
    children,
    integer,
    is_on,
    local,
)
from assets.layout.parsers.spans import Placed, compact

MAX_HEADING = 80
_UNPRINTED = ("vanish", "strike", "dstrike")
"""Run properties of text that is hidden or crossed out."""
_REMOVED = frozenset({"del", "moveFrom", "delText", "instrText", "rt", "footnoteReference"})
"""Tracked deletions, field codes, ruby readings."""
_WRAPPER_NAMES = """
    ins moveTo sdt sdtContent smartTag customXml hyperlink fldSimple bdo dir ruby rubyBase
    oMathPara oMath
"""
_WRAPPERS = frozenset(_WRAPPER_NAMES.split())
_ANCHORED = frozenset({"txbxContent", "blip", "imagedata"})
"""Text boxes, and pictures of DrawingML and of VML."""
_SHIFTS = {"superscript": RAISED_DIGITS, "subscript": LOWERED_DIGITS}
TINY = 4
"""Half-points up to which a character is a speck."""
_FAINT = {ord("0") + digit: 0xE000 + digit for digit in range(10)}
"""Digits that may not be seen, set aside (in a private area) until their neighbours are known."""
_HIDDEN = {0xE000 + digit: UNREADABLE for digit in range(10)}
_SHOWN = {0xE000 + digit: chr(ord("0") + digit) for digit in range(10)}
NOTE_HEIGHT = 6
"""Half-points that a note stands above its line, when a run is moved; less centres a text."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Printed lines of a paragraph."""

    lines: tuple[str, ...]
    locator: str
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Image:
    """A picture behind the paragraph in which it is anchored; `relation` names its part."""

    relation: str
    locator: str
    shown: Window = WHOLE


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: what is in it."""

    content: tuple[Paragraph | Table | Image, ...]
    locator: str

    @property
    def lines(self) -> list[str]:
        """All printed lines, those of inner tables included."""
        lines: list[str] = []
        for item in self.content:
            if isinstance(item, Paragraph):
                lines.extend(item.lines)
            elif isinstance(item, Table):
                for placed in item.cells:
                    lines.extend(placed.item.lines)
        return lines

    @property
    def images(self) -> list[Image]:
        """All pictures, those of inner tables included."""
        images: list[Image] = []
        for item in self.content:
            if isinstance(item, Image):
                images.append(item)
            elif isinstance(item, Table):
                for placed in item.cells:
                    images.extend(placed.item.images)
        return images


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its cells in row-major order."""

    cells: tuple[Placed[Cell], ...]

    @property
    def is_data(self) -> bool:
        """Whether at least two rows have at least two filled cells, here or in an inner table."""
        filled = Counter(placed.row for placed in self.cells if any(placed.item.lines))
        return sum(count >= 2 for count in filled.values()) >= 2 or any(
            isinstance(item, Table) and item.is_data
            for placed in self.cells
            for item in placed.item.content
        )


@dataclass(frozen=True, slots=True)
class _Style:
    outline: bool = False
    bold: bool = False
    centred: bool = False
    num_id: str | None = None
    level: int = 0
    align: str | None = None
    unprinted: frozenset[str] = frozenset()


@dataclass(slots=True)
class Body:
    """Reads the content of a document part.

    `objects` and `changes` count embedded objects, which are not read, and tracked deletions that
    are left out.
    """

    numbering: Numbering
    styles: dict[str, _Style] = field(default_factory=dict)
    default_style: str = ""
    objects: int = 0
    changes: int = 0

    def read_styles(self, root: Element | None) -> None:
        """Take what matters from the styles part: outline level, bold, centred, numbering."""
        found = {attribute(style, "styleId") or "": style for style in children(root, "style")}
        for style_id, style in found.items():
            if attribute(style, "type") == "paragraph" and attribute(style, "default") in {
                "1",
                "true",
            }:
                self.default_style = style_id
            chain = [style]
            while len(chain) < 20:
                base = found.get(attribute(child(chain[-1], "basedOn")) or "")
                if base is None or base in chain:
                    break
                chain.append(base)
            self.styles[style_id] = _resolved(chain)

    def content(self, container: Element, path: str = "") -> list[Paragraph | Table | Image]:
        """Paragraphs, tables and pictures of a body, cell or text box, in order.

        Args:
            container: element whose block-level content is read.
            path: locator of the container, with a slash at its end, or empty for the body.
        """
        items: list[Paragraph | Table | Image] = []
        counts: Counter[str] = Counter()
        for element in self._effective(container):
            name = local(element)
            if name == "p":
                counts[name] += 1
                items.extend(self._paragraph(element, f"{path}paragraph[{counts[name]}]"))
            elif name == "tbl":
                counts[name] += 1
                items.append(self._table(element, f"{path}table[{counts[name]}]"))
            elif name == "altChunk":
                self.objects += 1
        return items

    def _effective(self, element: Element) -> Iterator[Element]:
        """Children with wrappers opened, deletions left out, one of alternative contents taken."""
        for part in element:
            name = local(part)
            if name in _REMOVED:
                self.changes += name in {"del", "moveFrom"}
            elif name in _WRAPPERS:
                yield from self._effective(part)
            elif name == "AlternateContent":
                choice = next(children(part, "Choice"), None)
                chosen = choice if choice is not None else child(part, "Fallback")
                if chosen is not None:
                    yield from self._effective(chosen)
            elif name:
                yield part

    def _paragraph(self, paragraph: Element, path: str) -> Iterator[Paragraph | Table | Image]:
        properties = child(paragraph, "pPr")
        style = self.styles.get(
            attribute(child(properties, "pStyle")) or self.default_style, _Style()
        )
        anchored: list[Element] = []
        pieces: list[tuple[str, bool]] = []
        is_moved = _are_moved(paragraph)
        for run in self._effective(paragraph):
            name = local(run)
            if name == "r":
                self._run(run, pieces, anchored, style, is_moved)
            elif name != "pPr":
                # Formulas: their text runs lie a few levels down.
                pieces.extend((_formula(text), False) for text in run.iter() if local(text) == "t")
        text = "".join(piece for piece, _ in pieces)
        # White digits beside others nobody sees; white alone they stand on a dark ground.
        text = text.translate(_HIDDEN if any(map(str.isdecimal, text)) else _SHOWN)
        number = self._number(properties, style) if squeeze(text) else ""
        lines = tuple(line.strip(" ") for line in (number + text).split("\n"))
        lines = tuple(line for line in lines if line)
        squeezed = squeeze(text)
        jc = attribute(child(properties, "jc"))
        bold = bool(squeezed) and all(is_bold for piece, is_bold in pieces if squeeze(piece))
        centred = jc == "center" if jc else style.centred
        outline = style.outline or integer(attribute(child(properties, "outlineLvl")), 9) < 9
        yield Paragraph(
            lines,
            path,
            is_heading=0 < len(squeezed) <= MAX_HEADING
            and squeezed[-1] not in "。;"
            and (outline or (bold and (centred or len(squeezed) <= MAX_HEADING // 2))),
        )
        counts: Counter[str] = Counter()
        for part in anchored:
            kind = "textbox" if local(part) == "txbxContent" else "picture"
            counts[kind] += 1
            place = f"{path}/{kind}[{counts[kind]}]"
            if kind == "textbox":
                yield from self.content(part, f"{place}/")
            else:
                relation = attribute(part, "embed") or attribute(part, "id") or ""
                yield Image(relation, place, _window(part))

    def _number(self, properties: Element | None, style: _Style) -> str:
        own = child(properties, "numPr")
        num_id = attribute(child(own, "numId")) or style.num_id
        if not num_id or num_id == "0":
            return ""
        return self.numbering.next(
            num_id, integer(attribute(child(own, "ilvl")), style.level if own is None else 0)
        )

    def _run(
        self,
        run: Element,
        pieces: list[tuple[str, bool]],
        anchored: list[Element],
        style: _Style,
        is_moved: bool,
    ) -> None:
        properties = child(run, "rPr")
        own = self.styles.get(attribute(child(properties, "rStyle")) or "", _Style())
        by_style = own.unprinted | style.unprinted
        if any(
            is_on(properties, name) or (name in by_style and child(properties, name) is None)
            for name in _UNPRINTED
        ):
            return
        align = attribute(child(properties, "vertAlign")) or own.align or style.align or ""
        shift = _SHIFTS.get(align) or (_moved(properties) if is_moved else {})
        if _is_faint(properties):
            shift = _FAINT
        has_own = child(properties, "b") is not None
        bold = is_on(properties, "b") if has_own else style.bold
        for part in self._effective(run):
            name = local(part)
            if name == "t":
                pieces.append(((part.text or "").translate(shift), bold))
            elif name in {"tab", "ptab"}:
                pieces.append(("\t", bold))
            elif name in {"br", "cr"}:
                pieces.append(("\n", bold))
            elif name == "noBreakHyphen":
                pieces.append(("-", bold))
            elif name == "r":
                self._run(part, pieces, anchored, style, is_moved)
            elif name in {"drawing", "pict", "object"} and not _is_hidden(part):
                anchored.extend(
                    inner
                    for inner in part.iter()
                    # What lies in a text box is read with it.
                    if local(inner) in _ANCHORED
                    and all(local(outer) != "txbxContent" for outer in _between(inner, part))
                )
                self.objects += name == "object"

    def _table(self, table: Element, path: str) -> Table:
        """A table with gridSpan, vMerge and hMerge resolved."""
        placed: list[Placed[Cell]] = []
        open_cells: dict[int, int] = {}  # column where a vertical merge runs -> index in placed
        row_no = 0
        for number, row in enumerate(self._rows(table), 1):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                self.changes += 1
                continue
            col = integer(attribute(child(properties, "gridBefore")))
            still_open: dict[int, int] = {}
            last: int | None = None
            cells = (cell for cell in self._effective(row) if local(cell) == "tc")
            for cell_number, cell in enumerate(cells, 1):
                cell_properties = child(cell, "tcPr")
                if child(cell_properties, "cellDel") is not None:
                    self.changes += 1
                    continue
                width = max(1, min(integer(attribute(child(cell_properties, "gridSpan")), 1), 100))
                down = _merge(cell_properties, "vMerge")
                above = open_cells.get(col) if down == "continue" else None
                if above is not None and placed[above].col_span == width:
                    placed[above] = _grown(placed[above], rows=1)
                    still_open[col] = last = above
                elif _merge(cell_properties, "hMerge") == "continue" and last is not None:
                    placed[last] = _grown(placed[last], cols=width)
                else:
                    cell_path = f"{path}/row[{number}]/cell[{cell_number}]"
                    content = tuple(self.content(cell, f"{cell_path}/"))
                    placed.append(Placed(row_no, col, 1, width, Cell(content, cell_path)))
                    last = len(placed) - 1
                    if down:
                        still_open[col] = last
                col += width
            open_cells = still_open
            row_no += 1
        return Table(tuple(compact(placed)))

    def _rows(self, table: Element) -> Iterator[Element]:
        return (row for row in self._effective(table) if local(row) == "tr")


def _between(inner: Element, outer: Element) -> Iterator[Element]:
    """The elements around `inner` up to `outer`."""
    at = inner.getparent()
    while at is not None and at is not outer:
        yield at
        at = at.getparent()


def _window(part: Element) -> Window:
    """The part of a picture that is shown."""
    fill = part.getparent()
    rect = child(fill, "srcRect") if fill is not None else None
    if rect is not None:  # thousandths of a percent
        cuts = [integer(rect.get(side), 0) / 100_000 for side in ("l", "t", "r", "b")]
    else:
        cuts = [_vml_share(part.get(f"crop{side}")) for side in ("left", "top", "right", "bottom")]
    left, top, right, bottom = (min(max(cut, 0.0), 1.0) for cut in cuts)
    return left, top, max(1 - right, left), max(1 - bottom, top)


def _is_hidden(drawing: Element) -> bool:
    return any(each.get("hidden") in {"1", "true"} for each in drawing.iter("{*}docPr"))


def _vml_share(written: str | None) -> float:
    """A share as VML writes it: 0.25, or 16384f of 65536."""
    text = written or "0"
    try:
        return float(text[:-1]) / 65536 if text.endswith("f") else float(text)
    except ValueError:
        return 0.0


def _is_faint(properties: Element | None) -> bool:
    """Whether a run is white, or a point high."""
    color = (attribute(child(properties, "color")) or "").upper()
    return color == "FFFFFF" or integer(attribute(child(properties, "sz")), 20) <= TINY


def _moved(properties: Element | None) -> dict[int, int]:
    """What a run makes of digits that is moved up or down by hand, as marks of notes are."""
    height = integer(attribute(child(properties, "position")))
    if abs(height) < NOTE_HEIGHT:
        return {}
    return RAISED_DIGITS if height > 0 else LOWERED_DIGITS


def _are_moved(paragraph: Element) -> bool:
    """Whether some runs of a paragraph are moved up or down and others are not.

    A paragraph that is moved as a whole is centred by hand, and has no notes in it.
    """
    if next(paragraph.iter("{*}position"), None) is None:
        return False
    runs = [run for run in paragraph.iter("{*}r") if any(text.text for text in run.iter("{*}t"))]
    heights = {integer(attribute(child(child(run, "rPr"), "position"))) for run in runs}
    return len(heights) > 1


def _formula(text: Element) -> str:
    """A piece of a formula; exponents stand higher, indices lower."""
    written = text.text or ""
    for above in text.iterancestors("{*}sup", "{*}sub"):
        return written.translate(RAISED_DIGITS if local(above) == "sup" else LOWERED_DIGITS)
    return written


def _merge(properties: Element | None, name: str) -> str:
    element = child(properties, name)
    return "" if element is None else attribute(element) or "continue"


def _grown(placed: Placed[Cell], rows: int = 0, cols: int = 0) -> Placed[Cell]:
    return Placed(
        placed.row, placed.col, placed.row_span + rows, placed.col_span + cols, placed.item
    )


def _resolved(chain: list[Element]) -> _Style:
    """A style from itself and the styles it is based on, nearest first."""
    outline = bold = centred = num_id = align = None
    level = 0
    for style in chain:
        paragraph, run = child(style, "pPr"), child(style, "rPr")
        name = (attribute(child(style, "name")) or "").lower()
        if outline is None and (name.startswith(("heading", "标题 ")) or name in {"title", "标题"}):
            outline = True
        if outline is None and child(paragraph, "outlineLvl") is not None:
            outline = integer(attribute(child(paragraph, "outlineLvl")), 9) < 9
        if bold is None and child(run, "b") is not None:
            bold = is_on(run, "b")
        align = align or attribute(child(run, "vertAlign"))
        if centred is None and child(paragraph, "jc") is not None:
            centred = attribute(child(paragraph, "jc")) == "center"
        numbers = child(paragraph, "numPr")
        if num_id is None and numbers is not None:
            num_id = attribute(child(numbers, "numId"))
            level = integer(attribute(child(numbers, "ilvl")))
    runs = [child(style, "rPr") for style in chain]
    unprinted = frozenset(
        name
        for name in _UNPRINTED
        if is_on(next((run for run in runs if child(run, name) is not None), None), name)
    )
    return _Style(bool(outline), bool(bold), bool(centred), num_id, level, align, unprinted)
