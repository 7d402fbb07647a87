"""What the nodes of a web page print: their lines, their places, and what no text of them says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assets.layout.parsers.html_tree import BLOCK_TAGS, CROSSED, ROW_GROUPS, SPACE, Node

_STATED = re.compile(r"data-(?:value|val|num|number|count|to|target|end|text|content)")
"""Attributes from which scripts fill a cell, or count up to a number."""
_BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;]*url\(", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d[\d,.]{0,15}")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_CENTRED_STYLE = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
MAX_PATH = 40
"""Steps of a locator; what is nested deeper shows its last steps only."""


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
                else SPACE.sub(" ", node.text)
            )
        elif node.tag == "br":
            pieces.append("\v")
        elif plain and node.is_faint:
            continue
        else:
            edge = ["\v"] if node.tag in BLOCK_TAGS else []
            stack.extend((*edge, *reversed(node.children), *edge))
    lines = (SPACE.sub(" ", line).strip(" ") for line in "".join(pieces).split("\v"))
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


def is_unsaid(cell: Node) -> bool:
    """Whether a cell without text shows something all the same, which no text of the page says."""
    nodes = list(_within(cell))
    return any(
        node.tag in {"img", CROSSED}
        or node.added
        or node.is_filled
        or _BACKGROUND.search(node.attributes.get("style", ""))
        for node in nodes
    ) or bool(stated(cell))


def is_changed(cell: Node) -> bool:
    """Whether the digits of a cell may be shown otherwise, or with others beside them."""
    return any(node.is_odd or node.added or node.tag == "img" for node in _within(cell))


def stated(cell: Node) -> str:
    """The number that an attribute states for scripts to show in a cell; '' where none does."""
    said = (
        value.strip()
        for node in _within(cell)
        for name, value in node.attributes.items()
        if _STATED.fullmatch(name)
    )
    return next((value for value in said if _NUMBER.fullmatch(value)), "")


def _within(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        at = stack.pop()
        yield at
        stack.extend(at.children)


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
