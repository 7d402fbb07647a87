"""Visual styles that a test bed gives its reports: programs and habits seen on agencies' sites.

A look says what a table looks like in every medium; a medium takes from it what it can show.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assets.synthetic.rendering import random_style
from assets.synthetic.styles import DocxStyle, HtmlStyle, PdfStyle, Style


@dataclass(frozen=True, slots=True)
class Look:
    """Changes to the styles of the media; a medium that is not named stays plain."""

    name: str
    pdf: Mapping[str, Any]
    docx: Mapping[str, Any]
    html: Mapping[str, Any]


def _frame(width: str, colour: str) -> str:
    return f"border:{width} solid {colour}"


LOOKS: tuple[Look, ...] = (
    Look("official", {}, {}, {}),
    # Margins and sizes of GB/T 9704, which most Word templates of agencies follow.
    Look(
        "word",
        {
            "font_size": 16.0,
            "table_font_size": 10.5,
            "margin": 79.0,
            "row_padding": 4.0,
            "rules": "filled",
        },
        {"font": "仿宋_GB2312", "table_font_size": 10.5, "row_height": 22.0},
        {"cell_style": _frame("1px", "windowtext") + ";padding:0 5.4pt"},
    ),
    Look(
        "wps",
        {
            "font_size": 15.0,
            "table_font_size": 10.0,
            "margin": 85.0,
            "row_padding": 2.0,
            "rules": "filled",
        },
        {"font": "仿宋", "table_font_size": 10.0, "headings": False, "row_height": 28.0},
        {
            "table_attributes": 'class="form et2" style="border-collapse:collapse" width="567"',
            "cell_style": _frame("0.5pt", "#000000") + ";mso-protection:locked",
        },
    ),
    Look(
        "libreoffice",
        {
            "font_size": 12.0,
            "table_font_size": 9.0,
            "margin": 56.7,
            "line_width": 0.05,
            "rules": "lines",
        },
        {"font": "Noto Serif CJK SC", "headings": True, "table_font_size": 9.0},
        {
            "table_attributes": 'class="form" cellpadding="4" cellspacing="0" rules="all"',
            "cell_style": "border:1px solid #000000;padding:0.1cm",
        },
    ),
    Look(
        "compact",
        {"font_size": 10.5, "table_font_size": 7.0, "margin": 42.0, "row_padding": 1.0},
        {"font": "宋体", "table_font_size": 6.5, "headings": False},
        {"cell_style": "font-size:9px;padding:0", "paragraphs_in_cells": False},
    ),
    Look(
        "roomy",
        {"font_size": 14.0, "table_font_size": 11.0, "margin": 72.0, "row_padding": 9.0},
        {"font": "黑体", "table_font_size": 12.0, "row_height": 40.0},
        {"cell_style": "height:42px;line-height:2", "table_attributes": 'class="form big"'},
    ),
    Look(
        "heavy",
        {"font_size": 12.0, "table_font_size": 9.0, "line_width": 1.5, "margin": 64.0},
        {"font": "微软雅黑", "table_font_size": 9.0},
        {"table_attributes": 'class="form" border="3"', "cell_style": "background:#eef"},
    ),
)


def dressed(kind: str, look: Look, rng: random.Random) -> Style:
    """A style of a kind: the look, and what it leaves open drawn at random."""
    style = random_style(kind, rng)
    if isinstance(style, PdfStyle):
        return replace(style, **look.pdf)
    if isinstance(style, DocxStyle):
        return replace(style, **look.docx)
    return replace(style, **look.html) if isinstance(style, HtmlStyle) else style
