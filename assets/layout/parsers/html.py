"""Web pages: data tables become grids, everything else that belongs to the text becomes blocks.

Pages wrap reports in layout tables, menus and share bars. What is dropped is listed in
html_tree.py and is kept when in doubt: a stray menu line does no harm, a lost paragraph does.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from assets.layout.encoding import decode, refuse_garbled
from assets.layout.grids import flow_grids
from assets.layout.model import UNREADABLE, Block, EmbeddedPicture, Grid, GridCell, ParsedDocument
from assets.layout.normalise import squeeze
from assets.layout.parsers.base import Source, read_bytes
from assets.layout.parsers.html_text import (
    images,
    is_bold,
    is_centred,
    is_changed,
    is_unsaid,
    locator,
    stated,
    text_lines,
)
from assets.layout.parsers.html_tree import (
    BLOCK_TAGS,
    ROW_GROUPS,
    Node,
    build_tree,
    without_chrome,
)
from assets.layout.parsers.spans import (
    LONG_CELL,
    LONG_LONE_CELL,
    MAX_NUMBER,
    Placed,
    compact,
    linked_rows,
    place,
)
from assets.layout.parsers.text import pipe_grids

MAX_HEADING = 80
"""Longest heading; titles with long agency names stay below."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_COUNTER = r"(?:浏览|访问|点击|阅读)(?:次数|量|率|数)"
_BUTTON = (
    r"(?:打印(?:本页|此页)?|关闭(?:窗口|本页|此页)?|收藏(?:本页)?|返回(?:顶部|上一页|首页)?"
    r"|分享(?:到|至)?|(?:字体|字号)(?:大小)?|[大中小]|微信|微博|QQ空间)"
)
_BETWEEN = r"[\[\](){}【】|:,、·]*"
_CHROME_LINE = re.compile(
    rf"{_COUNTER}:?\d*次?"
    rf"|(?=.*(?:打印|关闭|收藏|返回|分享|字体|字号)){_BETWEEN}(?:{_BUTTON}{_BETWEEN})+"
    r"|扫一扫.{0,20}(?:打开|分享|手机).{0,20}"
    r"|您?(?:现在|当前)的?(?:所在)?位置(?:是)?:.{0,80}"
    r"|[上下]一篇:.{0,60}"
)
MAX_CHROME_LINE = 100
_BREAK = re.compile(r"<(?:p|div|br|li|h[1-6]|section|article|span|font)[\s/>]")
_INLINE = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)

Find = Callable[[str], bytes | None]
"""Gives the bytes that an address names."""


@dataclass(frozen=True, slots=True)
class HtmlParser:
    """Reader of HTML pages and page fragments."""

    name: str = "html"
    version: str = "3"
    media_types: frozenset[str] = frozenset({"text/html", "application/xhtml+xml"})

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks (one per printed line) and grids of a page.

        Locators are DOM paths such as `body/div[2]/table[1]/tr[3]/td[4]`, row groups left out.

        Raises:
            ReadFailure: empty, too large, or no text in any known encoding.
        """
        return self.read(read_bytes(source), lambda address: None)

    def read(self, data: bytes, find: Find) -> ParsedDocument:
        """As `parse`, of a page whose pictures lie beside it.

        Args:
            data: the page.
            find: bytes of what an address names, None for what is not there.

        Raises:
            ReadFailure: see parse.
        """
        text, encoding, notes = _decode(data)
        text = with_line_ends(text)
        root, metadata = build_tree(text, lambda address: _sheet(find(address)))
        refuse_garbled("".join(text_lines([root])))
        root = without_chrome(root)
        page = _Page()
        page.read(root)
        plain, piped = pipe_grids(page.blocks, len(page.grids))
        loose, flowing = flow_grids(plain, len(page.grids) + len(piped))
        grids = sorted((*page.grids, *piped, *flowing), key=lambda grid: grid.order)
        pictures = tuple(_pictures(page.images, find))
        missing = root.pictures - len(pictures)
        if missing and not grids:
            notes.append(f"{missing} pictures outside the file, no table: tables may be pictures")
        if root.attachments and not grids:
            notes.append(
                f"{root.attachments} linked documents and no table: the report may be in them"
            )
        return ParsedDocument(
            parser=self.name,
            parser_version=self.version,
            blocks=loose,
            grids=tuple(replace(grid, ordinal=no) for no, grid in enumerate(grids)),
            metadata={**metadata, "encoding": encoding},
            notes=tuple(notes),
            pictures=pictures,
        )


HTML = HtmlParser()


def with_line_ends(text: str) -> str:
    """Plain text with tables in HTML among it, its line ends made into those of HTML.

    Programs that recognise pictures write so. A page that breaks its lines itself stays as it is.
    """
    pieces: list[str] = []
    lower = text.lower()
    at = 0
    is_table = False
    while at < len(text):
        tag = "</table" if is_table else "<table"
        found = lower.find(tag, at)
        end = len(text) if found < 0 else found
        if not is_table and _BREAK.search(lower, at, end):
            return text
        pieces.append(text[at:end] if is_table else text[at:end].replace("\n", "<br>"))
        at = end
        is_table = not is_table
    return "".join(pieces)


def _pictures(images: Sequence[tuple[int, Node]], find: Find) -> Iterator[EmbeddedPicture]:
    """The pictures that are at hand, be it in the page itself."""
    for order, image in images:
        address = image.attributes["src"].strip()
        inline = _INLINE.match(address)
        try:
            data = base64.b64decode(unquote(address[inline.end() :])) if inline else find(address)
        except ValueError:
            continue
        if data:
            yield EmbeddedPicture(order, locator(image), data)


def _decode(data: bytes) -> tuple[str, str, list[str]]:
    """Text, encoding and notes of a page.

    Valid UTF-8 wins over the declaration, since pages get converted without their meta tag.
    Latin declarations are template leftovers and would read any bytes. A page that is UTF-8 but
    for a few torn characters is read with marks (U+FFFD) in their place rather than refused.
    """
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-8-sig", errors="replace")
        torn = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        if torn and torn <= 0.02 * sum(char > "\x7f" for char in text):
            return text, "utf-8", [f"{torn} characters are not valid UTF-8"]
        if not torn and "\0" not in text[:1000]:
            return text, "utf-8", []
    found = _CHARSET.search(data[:4096])
    declared = found[1].decode("ascii").lower() if found else ""
    known = "gb18030" if declared.startswith(("gb", "x-gb", "cp936")) else declared
    text, encoding = decode(data, known if known in {"gb18030", "big5"} else None)
    return text, encoding, []


@dataclass(slots=True)
class _Page:
    """Collects blocks and grids; text runs gather until a block boundary or a line break."""

    blocks: list[Block] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    images: list[tuple[int, Node]] = field(default_factory=list)
    order: int = 0

    def read(self, root: Node) -> None:
        """Walk the tree without recursion, since pages may be nested thousands deep."""
        stack: list[Node | list[Placed[Node]]] = [root]
        while stack:
            item = stack.pop()
            if isinstance(item, list):
                self._grid(item)
                continue
            if item.tag == "table":
                stack.extend(reversed(_table_parts(item)))
                continue
            parts: list[Node | list[Node]] = []
            for child in item.children:
                if child.has_blocks or child.tag in BLOCK_TAGS:
                    parts.append(child)
                elif parts and isinstance(parts[-1], list):
                    parts[-1].append(child)
                else:
                    parts.append([child])
            if len(parts) == 1 and isinstance(parts[0], list):
                self._lines(item, parts[0])
                continue
            for part in reversed(parts):
                stack.append(part if isinstance(part, Node) else _anonymous(item, part))

    def _lines(self, node: Node, run: Sequence[Node]) -> None:
        heading = _is_heading(node)
        self.images += [(self.order, image) for image in images(run)]
        for text in text_lines(run):
            squeezed = squeeze(text)
            if not squeezed or _is_chrome(squeezed):
                continue
            is_heading = heading and len(squeezed) <= MAX_HEADING and squeezed[-1] not in "。;"
            self.blocks.append(Block(self.order, text, locator(node), is_heading))
            self.order += 1

    def _grid(self, placed: list[Placed[Node]]) -> None:
        self.images += [(self.order, image) for image in images(c.item for c in placed)]
        cells = tuple(
            GridCell(
                cell.row,
                cell.col,
                # What a cell shows in a picture may be its number: it is not blank.
                "\n".join(text_lines([cell.item])) or UNREADABLE * is_unsaid(cell.item),
                locator(cell.item),
                cell.row_span,
                cell.col_span,
                other=_second(cell.item),
            )
            for cell in compact(placed)
        )
        if any(squeeze(cell.text) for cell in cells):
            self.grids.append(Grid(len(self.grids), self.order, "ruled", cells))
            self.order += 1


def _second(cell: Node) -> str | None:
    """What else a cell may show than its digits; None if nothing else.

    That is its text without digits that may not be seen, with others beside them or in another
    order, or the number that a script is to put in their place.
    """
    text = "\n".join(text_lines([cell]))
    if len(squeeze(text)) > MAX_NUMBER:
        return None
    number = stated(cell)
    if not any(char.isdecimal() for char in text):
        return number if number and not text else None
    if is_changed(cell):
        return text + UNREADABLE
    if number and squeeze(number) != squeeze(text):
        return number
    plain = "\n".join(text_lines([cell], plain=True))
    digits = [char for char in text if char.isdecimal()]
    if not plain:
        return UNREADABLE if _holds_pale(cell) and _is_on_white(cell) else None
    return plain + UNREADABLE if digits != [c for c in plain if c.isdecimal()] else None


def _holds_pale(cell: Node) -> bool:
    """Whether a part of a cell is pale, small or hidden by itself; some are only moved."""
    if cell.is_faint:
        return False
    inside = list(cell.children)
    while inside:
        node = inside.pop()
        if node.is_faint and "position" not in node.attributes.get("style", ""):
            return True
        inside += node.children
    return False


def _is_on_white(cell: Node) -> bool:
    """Whether nothing says that a cell has a ground of its own, on which pale digits are seen."""
    node: Node | None = cell
    while node is not None:
        if "bgcolor" in node.attributes or "background" in node.attributes.get("style", ""):
            return False
        node = node.parent
    return True


def _sheet(data: bytes | None) -> str:
    """A style sheet that lies beside a page; names in it may be Chinese, digits are not."""
    return "" if data is None else data.decode("utf-8", errors="replace")


def _anonymous(parent: Node, children: list[Node]) -> Node:
    """Text that stands loose between blocks, as a block of its own at its parent's place."""
    return replace(parent, tag="div", children=children, has_blocks=False)


def _is_chrome(squeezed: str) -> bool:
    return len(squeezed) <= MAX_CHROME_LINE and bool(_CHROME_LINE.fullmatch(squeezed))


def _is_heading(node: Node) -> bool:
    """h1 to h6, a bold centred paragraph, or a paragraph that is short and bold throughout."""
    at: Node | None = node
    while at is not None and at.tag not in {"table", "td", "th", "body"}:
        if re.fullmatch(r"h[1-6]", at.tag):
            return True
        if at.tag in BLOCK_TAGS and at is not node:
            break
        at = at.parent
    if not is_bold(node):
        return False
    return is_centred(node) or node.text_length <= MAX_HEADING // 2


def _table_parts(table: Node) -> list[Node | list[Placed[Node]]]:
    """A table in reading order: runs of data rows, and nodes to descend into.

    Rows that hold prose or another data table are page layout. One column is no table either:
    its cells are lines.
    """
    placed = _placed(table)
    parts: list[Node | list[Placed[Node]]] = [
        child for child in table.children if child.tag == "caption"
    ]
    one_column = len({cell.col for cell in placed}) < 2
    for rows in linked_rows(placed):
        if one_column or _is_layout(rows):
            parts.extend(replace(cell.item, tag="div") for cell in rows)
        elif parts and isinstance(parts[-1], list):
            parts[-1].extend(rows)
        else:
            parts.append(rows)
    return parts


def _placed(table: Node) -> list[Placed[Node]]:
    """The cells of a table with their places; HTML puts every row into a row group."""
    placed: list[Placed[Node]] = []
    first = 0
    groups = (child for child in table.children if child.tag in ROW_GROUPS)
    for group in groups:
        rows = [
            [
                (_span(cell, "rowspan"), _span(cell, "colspan") or 1, cell)
                for cell in row.children
                if cell.tag in {"td", "th"}
            ]
            for row in group.children
            if row.tag == "tr"
        ]
        placed.extend(replace(cell, row=cell.row + first) for cell in place(rows))
        first += len(rows)
    return placed


def _span(cell: Node, name: str) -> int:
    """A span as written; 0 (to the end) is valid, what is no number counts as 1."""
    value = cell.attributes.get(name)
    found = re.match(r"\s*\+?(\d{1,9})", value) if value else None
    return int(found[1]) if found else 1


def _is_layout(cells: Sequence[Placed[Node]]) -> bool:
    filled = [cell.item for cell in cells if cell.item.text_length]
    if any(node.has_data_table or node.text_length > LONG_CELL for node in filled):
        return True
    return len(filled) == 1 and filled[0].text_length > LONG_LONE_CELL
