"""A light tree of a web page: what html.py needs to know of each element, site chrome removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.layout.normalise import LOWERED_DIGITS, RAISED_DIGITS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

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
    ["canvas", "embed", "iframe", "img", "math", "object", "select", "svg", "textarea"]
)
"""Elements that show what is no text of the page: in a cell it may be a number."""
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
_FAINT_STYLE = re.compile(
    r"(?<![\w-])(?:(?:font-size|opacity|width|height)\s*:\s*0(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:;|$|!)"
    r"|(?:-webkit-text-fill-)?color\s*:\s*(?:transparent|white|#fff(?:fff)?\b"
    r"|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))"
    r"|(?:left|text-indent)\s*:\s*-\d{3,}|mso-hide\s*:\s*all|display\s*:\s*none)",
    re.IGNORECASE,
)
"""Text so set is hardly seen; that a class is not shown may be undone by another rule."""
_FAINT_NAMES = frozenset({"sr-only", "visually-hidden", "screen-reader-text"})
_STRUCK = frozenset({"del", "s", "strike"})
_STRUCK_STYLE = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_TYPED_INPUTS = frozenset({"", "text", "number", "tel"})
MAX_INPUT = 20
"""Longest content of a form field that is taken for text: a cell of a form filled in."""
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_CENTRED_STYLE = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
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
_SPACE = re.compile(r"[ \t\n\r\f]+")

_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|zip|rar)(?:$|[?#])", re.IGNORECASE)

MAX_PATH = 40
"""Steps of a locator; what is nested deeper shows its last steps only."""
MAX_METADATA = 2000
KEPT_SHARE = 0.5
"""What holds more of the page's text than this is no chrome, and is shown some time."""


@dataclass(slots=True, eq=False)
class Node:
    """An element or (tag "#text") a piece of text, with what is known of its subtree.

    `text_length` counts characters that are not white space; `has_data_table` says whether a
    table of at least 2 x 2 filled cells lies inside, `has_title` whether an h1 or h2 does;
    `pictures` counts images, `attachments` links to documents; `shifted` turns digits into those
    that stand higher or lower, where the element does so to its text.
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


def build_tree(markup: str) -> tuple[Node, dict[str, str]]:
    """The body of a page and its metadata (title and meta tags, first value of a name wins)."""
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
        sheet = "\n".join(style.text() for style in parser.css("style"))
        _fill(root, body, _shifted_classes(sheet), _faint_classes(sheet))
    return root, metadata


def _keep(metadata: dict[str, str], key: str | None, value: str | None) -> None:
    key, value = _SPACE.sub(" ", key or "").strip(), _SPACE.sub(" ", value or "").strip()
    if key and value:
        metadata.setdefault(key[:100], value[:MAX_METADATA])


def _fill(
    root: Node,
    body: LexborNode,
    classes: Mapping[str, dict[int, int]],
    faint: frozenset[str],
) -> None:
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
                if tag in _SHOWS_ALIKE:
                    node.pictures += tag == "img"
                    shown = {"src": (child.attributes.get("src") or "") if tag == "img" else ""}
                    node.children.append(Node("img", f"{tag}[{counts[tag]}]", node, shown))
                elif tag == "input":
                    node.children.append(_text(node, _typed(child.attributes)))
                elif tag not in _NEVER_TEXT:
                    attributes = {key: value or "" for key, value in child.attributes.items()}
                    hidden = tag in _STRUCK or _is_hidden(attributes)
                    # Editors merge cells by hiding those that the merged one covers.
                    if not (hidden and tag in {"td", "th", "tr"}):
                        element = Node(
                            tag,
                            f"{tag}[{counts[tag]}]",
                            node,
                            attributes,
                            shifted=_shifted(tag, attributes, node, classes),
                            is_hidden=hidden,
                            is_faint=_is_faint(tag, attributes, faint),
                        )
                        node.children.append(element)
                        nodes.append(element)
                        inside.append((child, element))
            child = child.next
        stack.extend(reversed(inside))
    for node in reversed(nodes):
        _sum_up(node)


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


def _faint_classes(sheet: str) -> frozenset[str]:
    """The classes whose text a style sheet may hide."""
    hiding = {name for name, body in _rules(sheet) if _FAINT_STYLE.search(body)}
    return frozenset(hiding) | _FAINT_NAMES


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The class that each selector of a style sheet ends with, and what is said of it."""
    head, *comments = sheet.split("/*")
    plain = head + "".join(text.partition("*/")[2] for text in comments)
    for rule in plain.split("}"):
        before, _, body = rule.rpartition("{")
        for selector in before.rpartition("{")[2].split(","):
            last = _COMBINATOR.split(selector.strip())[-1]
            for name in _CLASS.findall("" if ":" in last else last):
                yield name, body


def _is_faint(tag: str, attributes: Mapping[str, str], classes: frozenset[str]) -> bool:
    """Whether what an element holds may not be seen, although it is part of the page."""
    return (
        tag == "noscript"
        or (tag == "font" and attributes.get("color", "").lower() in {"white", "#fff", "#ffffff"})
        or bool(_FAINT_STYLE.search(attributes.get("style", "")))
        or not classes.isdisjoint(attributes.get("class", "").split())
    )


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


def _typed(attributes: Mapping[str, str | None]) -> str:
    """What was typed into a form field; '' for fields of other kinds."""
    text = attributes.get("value") or ""
    is_field = (attributes.get("type") or "").lower() in _TYPED_INPUTS
    return text if is_field and len(text) <= MAX_INPUT else ""


def _is_hidden(attributes: dict[str, str]) -> bool:
    """Whether an element is not shown, or crossed out."""
    style = attributes.get("style", "")
    return (
        "hidden" in attributes
        or bool(_HIDDEN_STYLE.search(style))
        or bool(_STRUCK_STYLE.search(style))
    )


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
        stack.extend(child for child in node.children if child.children)
    return root


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


def locator(node: Node) -> str:
    """The DOM path of a node, row groups left out."""
    steps: list[str] = []
    at: Node | None = node
    while at is not None and len(steps) < MAX_PATH:
        if at.step and at.tag not in ROW_GROUPS:
            steps.append(at.step)
        at = at.parent
    return ("" if at is None else ".../") + "/".join(reversed(steps))


def text_lines(nodes: Iterable[Node], *, plain: bool = False) -> list[str]:
    """Printed lines of some nodes: white space as a browser shows it, breaks at br and blocks.

    No-break and ideographic spaces are printed characters and stay; lines without any character
    are left out, and so is, of `plain` text, what may not be seen.
    """
    pieces: list[str] = []
    stack: list[Node | str] = list(reversed(list(nodes)))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
        elif node.tag == "#text":
            preformatted = node.parent is not None and node.parent.tag == "pre"
            pieces.append(
                node.text.replace("\r", "\n").replace("\n", "\v")
                if preformatted
                else _SPACE.sub(" ", node.text)
            )
        elif node.tag == "br":
            pieces.append("\v")
        elif plain and node.is_faint:
            continue
        else:
            edge = ["\v"] if node.tag in BLOCK_TAGS else []
            stack.extend((*edge, *reversed(node.children), *edge))
    lines = (_SPACE.sub(" ", line).strip(" ") for line in "".join(pieces).split("\v"))
    return [line for line in lines if line]


def images(nodes: Iterable[Node]) -> Iterator[Node]:
    """The pictures in some nodes, in order."""
    stack = list(reversed(list(nodes)))
    while stack:
        node = stack.pop()
        if node.tag == "img":
            yield node
        elif node.children:
            stack.extend(reversed(node.children))


def is_bold(node: Node) -> bool:
    """Whether all text of a node is bold, by its own style, its elements or their styles."""
    if node.text_length == 0:
        return False
    stack = [node]
    while stack:
        at = stack.pop()
        if at.tag in {"b", "strong"} or _BOLD_STYLE.search(at.attributes.get("style", "")):
            continue
        if at.tag == "#text" and at.text_length:
            return False
        stack.extend(at.children)
    return True


def is_centred(node: Node) -> bool:
    """Whether a paragraph is centred by its own attributes or by its parent."""
    return any(
        at is not None
        and (
            at.tag == "center"
            or at.attributes.get("align", "").lower() == "center"
            or bool(_CENTRED_STYLE.search(at.attributes.get("style", "")))
        )
        for at in (node, node.parent)
    )
