"""Quirks of scans: what lies on the paper."""

from __future__ import annotations

from dataclasses import replace

from assets.synthetic.quirks.model import Hooks

HOOKS: dict[str, Hooks] = {
    "seal": Hooks(scan=lambda style: replace(style, seal="red")),
    "seal_in_grey": Hooks(scan=lambda style: replace(style, seal="grey")),
}
