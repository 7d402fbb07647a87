"""The parts of a workbook: shared texts, formats, merged cells, and what each cell shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assets.layout.grids import is_value
from assets.layout.model import ReadFailure
from assets.layout.normalise import LOWERED_DIGITS, RAISED_DIGITS, squeeze
from assets.layout.parsers.package import Element, Package
from assets.layout.parsers.spans import MAX_NUMBER, Placed
from assets.layout.parsers.xlsx_drawing import Drawn, cell_pictures, drawn_on, picture_named
from assets.layout.parsers.xlsx_format import shown, shown_text
from assets.layout.parsers.xlsx_size import Sizes, covers
from assets.layout.parsers.xlsx_style import (
    Style,
    children,
    grouped,
    integer,
    is_on,
    local_name,
    styles_of,
)
from schemas.vocabulary import DocumentStatus

MAX_CELLS = 200_000
"""Filled cells of all sheets; a report has some hundred."""
MAX_COL = 16_384
"""What ECMA-376 and all programs allow."""
MAX_TEXT = 32_767
"""Characters of one cell, likewise."""

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNREADABLE = "\ufffd"
_SHIFTS = {"superscript": RAISED_DIGITS, "subscript": LOWERED_DIGITS}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one cell shows, where it is, and how it is set.

    `other` is what may be seen of it where it is covered, cut or pale.
    """

    text: str
    locator: str
    bordered: bool = False
    bold: bool = False
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet shows.

    Attributes:
        name: on its tab.
        number: from 1, hidden ones not counted.
        cells: in row-major order, merged ones once; empty ones are among them where they have
            borders, in rows that hold something and in the row below such a row.
        drawn: what lies over the cells, with the row in which it begins.
    """

    name: str
    number: int
    cells: list[Placed[Shown]]
    drawn: list[tuple[int, Drawn]]


@dataclass(slots=True)
class Workbook:
    """A workbook; `notes` fill up while its sheets are read."""

    package: Package
    parts: list[tuple[str, str]]
    """Name and part of each sheet that is not hidden."""
    texts: list[str]
    styles: list[Style]
    size: float
    """Points of the font whose digits widths are counted in."""
    from_1904: bool
    pictures: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cells: int = 0

    @classmethod
    def open(cls, package: Package) -> Workbook:
        """Read what all sheets share.

        Raises:
            ReadFailure: a part is missing or broken.
        """
        main = package.related("", "officeDocument")
        root = package.xml(main) if main else None
        if root is None:
            raise package.damaged("it has no workbook part")
        relations = package.relations(main)
        parts: list[tuple[str, str]] = []
        hidden = 0
        for sheet in grouped(root, "sheets", "sheet"):
            wanted = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            kind, part = relations.get(wanted, ("", ""))
            if sheet.get("state", "visible") != "visible":
                hidden += 1
            elif kind == "worksheet":
                parts.append((sheet.get("name", ""), part))
        shared = package.xml(package.related(main, "sharedStrings"))
        properties = next(children(root, "workbookPr"), None)
        styles, size = styles_of(package.xml(package.related(main, "styles")))
        workbook = cls(
            package,
            parts,
            [_rich_text(item) for item in (children(shared, "si") if shared is not None else ())],
            styles,
            size,
            properties is not None and properties.get("date1904") in {"1", "true"},
            cell_pictures(package, main),
        )
        if hidden:
            workbook.notes.append(f"{hidden} hidden sheets not read")
        return workbook

    def sheets(self) -> Iterator[Sheet]:
        """Each sheet that is not hidden."""
        for number, (name, part) in enumerate(self.parts, 1):
            root = self.package.xml(part)
            if root is None:
                raise self.package.damaged(f"part {part} is missing")
            sizes = Sizes.read(root)
            drawn = [(sizes.row_at(d.rect[1]), d) for d in drawn_on(self.package, part, sizes)]
            cells = self._sheet(root, number, sizes, drawn)
            yield Sheet(name, number, cells, drawn)

    def _sheet(
        self, root: Element, number: int, sizes: Sizes, drawn: list[tuple[int, Drawn]]
    ) -> list[Placed[Shown]]:
        """The cells of a sheet; pictures in cells are added to what is drawn."""
        view = next(grouped(root, "sheetViews", "sheetView"), None)
        no_zeros = view is not None and view.get("showZeros") in {"0", "false"}
        rows_hidden, cols_hidden = _hidden_rows(root), _hidden_cols(root)
        spans = dict(_merged(root))
        covered = set(_covered(spans))
        placed: list[Placed[Shown]] = []
        lost = unshown = formulas = struck = unsure = 0
        over = [each.rect for _, each in drawn if each.hides]
        for row, col, cell in _cells(root):
            text, known = self._text(cell, no_zeros)
            style = self._style(cell)
            formulas += not known
            if style.struck and text.strip():
                # What was cancelled is no number of the report, and no blank either.
                text, struck = _UNREADABLE, struck + 1
            formula = next((f.text or "" for f in children(cell, "f")), "")
            if (named := picture_named(text) or picture_named(formula)) is not None:
                rect = sizes.rect((row, col), (row, col))
                drawn.append((row, Drawn(rect, self.pictures.get(named))))
                text = _UNREADABLE
            filled = bool(text.strip())
            if (row, col) in covered or not (filled or style.bordered or len(cell)):
                lost += filled
                continue
            last_row, last_col = spans.get((row, col), (row, col))
            # A merged cell shows as long as a part of it does.
            seen_rows = [r for r in range(row, last_row + 1) if r not in rows_hidden]
            seen_cols = [c for c in range(col, last_col + 1) if c not in cols_hidden]
            if not seen_rows or not seen_cols:
                unshown += filled
                continue
            self.cells += filled
            if self.cells > MAX_CELLS:
                raise ReadFailure(
                    DocumentStatus.TOO_LARGE,
                    f"{self.package.source.file_name} has more than {MAX_CELLS} filled cells, "
                    "the limit; take in the sheets of the report alone",
                )
            locator = f"sheet[{number}]!{reference(row, col)}"
            place = (seen_rows[0], seen_cols[0]), (seen_rows[-1], seen_cols[-1])
            is_hidden = any(covers(rect, sizes.rect(*place)) for rect in over)
            if is_hidden and not filled:
                # What a picture shows there may be its number: it is not blank.
                text, filled = _UNREADABLE, True
            other = self._seen(cell, text, style, sizes, place, is_hidden)
            unsure += other is not None
            placed.append(
                Placed(
                    seen_rows[0],
                    seen_cols[0],
                    seen_rows[-1] - seen_rows[0] + 1,
                    seen_cols[-1] - seen_cols[0] + 1,
                    Shown(text if filled else "", locator, style.bordered, style.bold, other),
                )
            )
        for count, what in (
            (unshown, "cells in hidden rows or columns not read"),
            (lost, "cells under merged cells not shown and not read"),
            (formulas, "formulas or formats whose print cannot be told"),
            (struck, "crossed out cells, whose print cannot be told"),
            (unsure, "cells with digits that are covered, pale, or do not fit"),
        ):
            if count:
                self.notes.append(f"sheet {number}: {count} {what}")
        rows = {r for c in placed if c.item.text for r in range(c.row, c.row + c.row_span)}
        # One empty row below the last words may be the values of a table without row labels.
        placed = [cell for cell in placed if {cell.row, cell.row - 1} & rows]
        return sorted(placed, key=lambda cell: (cell.row, cell.col))

    def _seen(
        self,
        cell: Element,
        text: str,
        style: Style,
        sizes: Sizes,
        place: tuple[tuple[int, int], tuple[int, int]],
        is_hidden: bool,
    ) -> str | None:
        """What may be seen of a cell where its digits are not all seen; None where they are."""
        (first_row, first_col), (last_row, last_col) = place
        squeezed = squeeze(text)
        if not re.search(r"\d", squeezed) or len(squeezed) > MAX_NUMBER:
            return None
        if is_hidden:
            return f"{text}{_UNREADABLE}"
        if style.pale or sizes.is_flat(first_row, last_row, style.size):
            return ""
        is_number = cell.get("t", "n") == "n"
        bends = style.shrinks if is_number else (style.bends or not is_value(text))
        if bends or not sizes.is_cut(text, first_col, last_col, style.size, self.size):
            return None
        return "####" if is_number else f"{text}{_UNREADABLE}"

    def _style(self, cell: Element) -> Style:
        number = integer(cell.get("s"), 0)
        return self.styles[number] if number < len(self.styles) else Style()

    def _text(self, cell: Element, no_zeros: bool) -> tuple[str, bool]:
        """What a cell shows, and whether that is certain."""
        kind = cell.get("t", "n")
        code = self._style(cell).code
        if kind == "inlineStr":
            inner = next(children(cell, "is"), None)
            return (shown_text(_rich_text(inner), code) if inner is not None else ""), True
        value = next(children(cell, "v"), None)
        stored = value.text if value is not None else None
        if stored is None:
            # A formula that was never worked out shows something that the file does not say.
            unknown = any(True for _ in children(cell, "f"))
            return (_UNREADABLE if unknown else ""), not unknown
        if kind != "n":
            return self._words(kind, stored, code, cell.get("r", "")), True
        text = shown(stored, code, from_1904=self.from_1904)
        if text is not None and no_zeros and not stored.strip("0.- "):
            text = ""
        return (_UNREADABLE if text is None else text), text is not None

    def _words(self, kind: str, stored: str, code: str, place: str) -> str:
        """What a cell shows that holds no number."""
        if kind == "s":
            index = integer(stored, len(self.texts))
            if index >= len(self.texts):
                raise self.package.damaged(f"cell {place} names a text that is not there")
            return shown_text(self.texts[index], code)
        if kind == "b":
            return "TRUE" if stored.strip() == "1" else "FALSE"
        return stored if kind == "e" else shown_text(_unescaped(stored), code)


def reference(row: int, col: int) -> str:
    """The name of a cell, e.g. B5, from row and column counted from 0."""
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _rich_text(item: Element) -> str:
    """The text of a string item: its runs in a row.

    Left out are readings of the characters (rPh) and what is crossed out; digits that stand
    higher or lower are marks of notes, and no digits of the number before them.
    """
    pieces: list[str] = []
    for child in item:
        if local_name(child) == "t":
            pieces.append(child.text or "")
        elif local_name(child) == "r":
            properties = next(children(child, "rPr"), child)
            if any(is_on(strike.get("val", "1")) for strike in children(properties, "strike")):
                continue
            align = next((a.get("val", "") for a in children(properties, "vertAlign")), "")
            shift = _SHIFTS.get(align, {})
            pieces.extend((text.text or "").translate(shift) for text in children(child, "t"))
    return _unescaped("".join(pieces))[:MAX_TEXT]


def _unescaped(text: str) -> str:
    """`_x000D_` stands for a character that XML does not carry well."""
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _cells(root: Element) -> Iterator[tuple[int, int, Element]]:
    """Row, column (from 0) and element of each cell; both are counted where not stated."""
    row = -1
    for line in grouped(root, "sheetData", "row"):
        row = integer(line.get("r"), row + 2) - 1
        col = -1
        for cell in children(line, "c"):
            col += 1
            stated = _place(cell.get("r", ""))
            if stated:
                row, col = stated
            yield row, col, cell


def _place(text: str) -> tuple[int, int] | None:
    found = _REFERENCE.fullmatch(text)
    if not found:
        return None
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, col - 1


def _merged(root: Element) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """First and last place of each merged cell."""
    for entry in grouped(root, "mergeCells", "mergeCell"):
        first, _, last = entry.get("ref", "").partition(":")
        start, end = _place(first), _place(last or first)
        if start and end and start <= end and end[1] >= start[1]:
            yield start, end


def _covered(
    spans: dict[tuple[int, int], tuple[int, int]],
) -> Iterable[tuple[int, int]]:
    """Places under merged cells that are not their first; whole columns are cut at a bound."""
    for (row, col), (last_row, last_col) in spans.items():
        # No form has merged cells so tall; a taller one is the background of an empty sheet.
        for r in range(row, min(last_row, row + 2000) + 1):
            for c in range(col, min(last_col, col + 200) + 1):
                if (r, c) != (row, col):
                    yield r, c


def _hidden_rows(root: Element) -> set[int]:
    """Rows that are hidden or have no height."""
    found: set[int] = set()
    row = -1
    for line in grouped(root, "sheetData", "row"):
        row = integer(line.get("r"), row + 2) - 1
        if line.get("hidden") in {"1", "true"} or line.get("ht") in {"0", "0.0"}:
            found.add(row)
    return found


def _hidden_cols(root: Element) -> set[int]:
    found: set[int] = set()
    for entry in grouped(root, "cols", "col"):
        if entry.get("hidden") in {"1", "true"} or entry.get("width") in {"0", "0.0"}:
            first, last = integer(entry.get("min"), 1), integer(entry.get("max"), 1)
            found.update(range(first - 1, min(last, MAX_COL)))
    return found
