"""A light tree of a web page: what html.py needs to know of each element, site chrome removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.layout.normalise import LOWERED_DIGITS, RAISED_DIGITS
from assets.layout.parsers.html_style import (
    MAX_SHEET,
    MAX_STYLE,
    Looks,
    is_faint_style,
    is_odd_style,
    is_piece,
    is_struck_style,
    looks_of,
    rules,
    scripted,
)

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Sheets = Callable[[str], str]
ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table
    tbody td tfoot th thead tr ul
"""
BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
_SILENT_NAMES = """
    audio button canvas embed head iframe input link map math meta object option script select
    rp rt style svg template textarea video
"""
_NEVER_TEXT = frozenset(_SILENT_NAMES.split())
_SHOWS_ALIKE = frozenset(
    ["button", "canvas", "embed", "iframe", "img", "math", "object", "select", "svg", "textarea"]
)
"""Elements that show what is no text of the page: in a cell it may be a number."""
_BARE_COLOUR = re.compile(r"[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
_CHROME_TAGS = frozenset({"nav", "header", "footer", "menu"})
_CHROME_NAMES = re.compile(
    r"(?:(?:site|page|global|main|web|top|common|g|m|wrap)[-_]?)?"
    r"(?:nav|navbar|navigation|menu|header|footer|foot|sidebar|breadcrumbs?|crumbs?|topbar"
    r"|copyright|pagination|dqwz|mbx)"
    r"|(?:bd|social|js)?-?share(?:buttonbox|bar|box)?(?:[-_]\w+)?|jiathis\w*"
    r"|(?:btn[-_]?)?print(?:[-_]?btn)?|fontsize|font-?size|no-?print",
    re.IGNORECASE,
)
"""Whole class names and ids of menus, bread crumbs, share bars and print buttons."""
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FAINT_NAMES = frozenset({"sr-only", "visually-hidden", "screen-reader-text"})
_STRUCK = frozenset({"del", "s", "strike"})
_TYPED_INPUTS = frozenset({"", "text", "number", "tel"})
MAX_INPUT = 20
"""Longest content of a form field that is taken for text: a cell of a form filled in."""
_BOUND = re.compile(
    r"(?:data-(?:bind|field|text|content|src|url)|ng-bind|v-text|v-html|x-text|th:text|:text)"
)
CROSSED = "#crossed"
"""The tag of what stands in the place of a text that was crossed out."""
MAX_SHEETS = 40
_WRITES = re.compile(r"document\.write|innerHTML|innerText|textContent")
_SHIFTED_STYLE = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_COMBINATOR = re.compile(r"[\s>+~]+")
_CLASS = re.compile(r"\.([\w-]+)")
_SHIFTED_TAGS = {"sup": RAISED_DIGITS, "sub": LOWERED_DIGITS}
_NOTE_NAMES = re.compile(
    r"sup|super(?:script)?|mso(?:foot|end)notereference|(?:foot|end)note-?(?:ref|reference|call)",
    re.IGNORECASE,
)
"""Whole class names of marks of notes, those of pages that Word saves among them."""
_NOTE_LINK = re.compile(r"#_(?:ftn|edn)\d", re.IGNORECASE)
SPACE = re.compile(r"[ \t\n\r\f]+")

_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|zip|rar)(?:$|[?#])", re.IGNORECASE)

MAX_METADATA = 2000
KEPT_SHARE = 0.5
"""What holds more of the page's text than this is no chrome, and is shown some time."""


@dataclass(slots=True, eq=False)
class Node:
    """An element or (tag "#text") a piece of text, with what is known of its subtree.

    `text_length` counts characters that are not white space; `has_data_table` says whether a
    table of at least 2 x 2 filled cells lies inside, `has_title` whether an h1 or h2 does;
    `pictures` counts images, `attachments` links to documents; `shifted` turns digits into those
    that stand higher or lower, where the element does so to its text. Of `is_faint` text it is
    not certain that it is seen, of `is_odd` text that it is seen as it stands; `added` is what a
    style sheet puts before or after it; an element that `is_filled` may get its text from a script.
    """

    tag: str
    step: str
    parent: Node | None
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""
    text_length: int = 0
    has_blocks: bool = False
    has_data_table: bool = False
    has_title: bool = False
    pictures: int = 0
    attachments: int = 0
    shifted: dict[int, int] | None = None
    is_chrome: bool = False
    is_hidden: bool = False
    is_faint: bool = False
    is_struck: bool = False
    is_odd: bool = False
    is_filled: bool = False
    added: str = ""


def build_tree(markup: str, sheets: Sheets) -> tuple[Node, dict[str, str]]:
    """The body of a page and its metadata (title and meta tags, first value of a name wins).

    Args:
        markup: the page.
        sheets: gives the style sheet that an address names, '' where it is not at hand.
    """
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only when HTML is read

    parser = LexborHTMLParser(markup)
    metadata: dict[str, str] = {}
    for title in parser.css("head > title, body > title")[:1]:
        _keep(metadata, "title", title.text())
    for meta in parser.css("meta"):
        attributes = meta.attributes
        key = attributes.get("name") or attributes.get("property")
        _keep(metadata, key, attributes.get("content"))
    body = parser.body
    root = Node("body", "body", None)
    if body is not None:
        linked = parser.css("link[rel~=stylesheet]")[:MAX_SHEETS]
        sheet = "\n".join(
            (
                *(sheets(link.attributes.get("href") or "") for link in linked),
                *(style.text() for style in parser.css("style")),
            )
        )
        filled = scripted(script.text() for script in parser.css("script"))
        _fill(root, body, _Styles(_shifted_classes(sheet), looks_of(parser, sheet), filled))
    return root, metadata


@dataclass(frozen=True, slots=True)
class _Styles:
    """What the head of a page says of its elements.

    Attributes:
        shifted: classes that stand higher or lower, with what they make of digits.
        looks: what style sheets do to single elements.
        filled: ids and classes that scripts name.
    """

    shifted: Mapping[str, dict[int, int]]
    looks: Looks
    filled: frozenset[str]


def _keep(metadata: dict[str, str], key: str | None, value: str | None) -> None:
    key, value = SPACE.sub(" ", key or "").strip(), SPACE.sub(" ", value or "").strip()
    if key and value:
        metadata.setdefault(key[:100], value[:MAX_METADATA])


def _fill(root: Node, body: LexborNode, styles: _Styles) -> None:
    """Copy the elements below body, then sum up each subtree from its leaves."""
    stack: list[tuple[LexborNode, Node]] = [(body, root)]
    nodes = [root]
    counters: dict[int, Counter[str]] = {}
    while stack:
        source, node = stack.pop()
        # Rows are counted per table, not per row group: that is the row number a person counts.
        owner = node.parent if node.tag in ROW_GROUPS else node
        counts = counters.setdefault(id(owner), Counter())
        inside: list[tuple[LexborNode, Node]] = []
        child = source.child
        while child is not None:
            tag = child.tag or ""
            if child.is_text_node:
                text = child.text_content or ""
                if text:
                    if node.shifted:
                        text = text.translate(node.shifted)
                    node.children.append(_text(node, text))
            elif child.is_element_node:
                counts[tag] += 1
                step = f"{tag}[{counts[tag]}]"
                if tag in _NEVER_TEXT or tag in _SHOWS_ALIKE:
                    node.children.extend(_instead(child, step, node))
                    node.pictures += tag == "img"
                else:
                    element = _element(child, step, node, styles)
                    # Editors merge cells by hiding those that the merged one covers.
                    if not (element.is_hidden and tag in {"td", "th", "tr"}):
                        node.children.append(element)
                        nodes.append(element)
                        inside.append((child, element))
            child = child.next
        stack.extend(reversed(inside))
    for node in reversed(nodes):
        _sum_up(node)


def _instead(source: LexborNode, step: str, parent: Node) -> Iterator[Node]:
    """What stands for an element that holds no text of the page, but may show something."""
    tag, attributes = source.tag or "", source.attributes
    typed = _typed(attributes) if tag == "input" else ""
    if typed:
        yield _text(parent, typed)
    elif (
        tag in _SHOWS_ALIKE or typed is None or (tag == "script" and _WRITES.search(source.text()))
    ):
        yield Node("img", step, parent, {"src": (attributes.get("src") or "") * (tag == "img")})


def _element(source: LexborNode, step: str, parent: Node, styles: _Styles) -> Node:
    """The node of an element that may hold text, without what is inside it."""
    tag, key, looks = source.tag or "", source.mem_id, styles.looks
    attributes = {name: value or "" for name, value in source.attributes.items()}
    style = attributes.get("style", "")
    is_reversed = tag == "bdo" and attributes.get("dir", "").lower() == "rtl"
    return Node(
        tag,
        step,
        parent,
        attributes,
        shifted=_shifted(tag, attributes, parent, styles.shifted),
        is_hidden=_is_hidden(attributes),
        is_faint=key in looks.faint or _is_faint(tag, attributes),
        is_struck=tag in _STRUCK or key in looks.struck or is_struck_style(style),
        is_odd=is_reversed or key in looks.odd or is_odd_style(style, is_piece=is_piece(tag)),
        is_filled=_is_filled(attributes, styles.filled),
        added=looks.added.get(key, ""),
    )


def _text(parent: Node, text: str) -> Node:
    length = len(text) - sum(map(str.isspace, text))
    return Node("#text", "", parent, text=text, text_length=length)


def _shifted_classes(sheet: str) -> dict[str, dict[int, int]]:
    """The classes that a style sheet sets higher or lower, with what they make of digits.

    Only what a selector ends with counts: `.text sup` says nothing of all that is in `.text`.
    """
    found: dict[str, dict[int, int]] = {}
    for name, body in _rules(sheet):
        style = _SHIFTED_STYLE.search(body)
        if style:
            found[name] = _shift_of(style)
    return found


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The class that each selector of a style sheet ends with, and what is said of it."""
    for selectors, body in rules(sheet[:MAX_SHEET]):
        for selector in selectors:
            last = _COMBINATOR.split(selector)[-1]
            for name in _CLASS.findall("" if ":" in last else last):
                yield name, body[:MAX_STYLE]


def _is_filled(attributes: Mapping[str, str], filled: frozenset[str]) -> bool:
    """Whether a script may fill an element."""
    names = {f".{name}" for name in attributes.get("class", "").split()}
    return (
        any(_BOUND.fullmatch(name) for name in attributes)
        or attributes.get("id", "-") in filled
        or not filled.isdisjoint(names)
    )


def _is_faint(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether what an element holds may not be seen, although it is part of the page."""
    return (
        tag == "noscript"
        or (tag == "font" and is_faint_style(f"color:{_colour(attributes.get('color', ''))}"))
        or is_faint_style(attributes.get("style", ""))
        or not _FAINT_NAMES.isdisjoint(attributes.get("class", "").split())
    )


def _colour(value: str) -> str:
    """A colour of an older attribute, whose # may be left out."""
    value = value.strip()
    return f"#{value}" if _BARE_COLOUR.fullmatch(value) else value


def _shift_of(style: re.Match[str] | None) -> dict[int, int]:
    return RAISED_DIGITS if style and style[1].lower() == "super" else LOWERED_DIGITS


def _shifted(
    tag: str,
    attributes: dict[str, str],
    parent: Node,
    classes: Mapping[str, dict[int, int]],
) -> dict[int, int] | None:
    """What an element makes of digits: marks of notes stand higher than the number before them.

    A cell starts anew: a mark that was never closed would reach over whole tables.
    """
    if tag in {"td", "th"}:
        return None
    if tag in BLOCK_TAGS:
        return parent.shifted
    style = _SHIFTED_STYLE.search(attributes.get("style", ""))
    if style:
        return _shift_of(style)
    names = attributes.get("class", "").split()
    by_class = next((classes[name] for name in names if name in classes), None)
    if by_class:
        return by_class
    is_note = any(map(_NOTE_NAMES.fullmatch, names)) or (
        tag == "a" and _NOTE_LINK.match(attributes.get("href", ""))
    )
    return RAISED_DIGITS if is_note else _SHIFTED_TAGS.get(tag, parent.shifted)


def _typed(attributes: Mapping[str, str | None]) -> str | None:
    """What was typed into a form field, '' for fields of other kinds.

    None for an empty field: a script, or what it suggests, may stand in it.
    """
    text = attributes.get("value") or ""
    is_field = (attributes.get("type") or "").lower() in _TYPED_INPUTS
    if not is_field or len(text) > MAX_INPUT:
        return ""
    return text or None


def _is_hidden(attributes: dict[str, str]) -> bool:
    """Whether an element is not shown."""
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))


def _sum_up(node: Node) -> None:
    """Facts of a subtree; all its elements have been summed up before."""
    for child in node.children:
        node.text_length += child.text_length
        node.pictures += child.pictures
        node.attachments += child.attachments
        node.has_blocks |= child.has_blocks or child.tag in BLOCK_TAGS
        node.has_data_table |= child.has_data_table
        node.has_title |= child.has_title
    node.has_title |= node.tag in {"h1", "h2"}
    node.attachments += bool(_ATTACHMENT.search(node.attributes.get("href", "")))
    if node.tag == "table" and not node.has_data_table:
        node.has_data_table = sum(_is_data_row(row) for row in _rows(node)) >= 2
    names = f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}".split()
    node.is_chrome = node.tag in _CHROME_TAGS or any(map(_CHROME_NAMES.fullmatch, names))


def _rows(table: Node) -> Iterator[Node]:
    for child in table.children:
        if child.tag in ROW_GROUPS:
            yield from (row for row in child.children if row.tag == "tr")
        elif child.tag == "tr":
            yield child


def _is_data_row(row: Node) -> bool:
    return sum(cell.text_length > 0 for cell in row.children if cell.tag in {"td", "th"}) >= 2


def without_chrome(root: Node) -> Node:
    """The tree without hidden elements and without what is chrome by tag, class or id.

    Kept all the same: chrome that holds a title or a data table, and whatever holds much of the
    page's text.
    """
    stack = [root]
    while stack:
        node = stack.pop()
        node.children = [child for child in node.children if not _is_dropped(child, root)]
        for child in node.children:
            if child.is_struck and child.text_length <= KEPT_SHARE * root.text_length:
                _cross_out(child)
        stack.extend(child for child in node.children if child.children)
    return root


def _cross_out(node: Node) -> None:
    """Put a mark in the place of each text of an element that is crossed out."""
    stack = [node]
    while stack:
        at = stack.pop()
        at.children = [
            Node(CROSSED, "", at) if child.tag == "#text" and child.text_length else child
            for child in at.children
        ]
        stack.extend(child for child in at.children if child.children)


def _is_dropped(node: Node, root: Node) -> bool:
    if node.text_length > KEPT_SHARE * root.text_length:
        return False
    if node.is_hidden:
        return True
    return (
        node.is_chrome
        and not node.has_title
        and not node.has_data_table
        and node.tag not in {"td", "th", "tr", "body"}
    )
