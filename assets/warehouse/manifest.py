"""What the dbt manifest says of the marts: tables, columns, keys and descriptions.

Descriptions are bilingual: Chinese first, English after the last Chinese full stop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAYERS = ("core", "comparison", "quality")


@dataclass(frozen=True, slots=True)
class MartColumn:
    """A column of a mart as its contract declares it."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Mart:
    """A mart: `key` names the columns of its grain, `layer` its folder under models/marts."""

    name: str
    layer: str
    description: str
    key: tuple[str, ...]
    columns: tuple[MartColumn, ...]


def in_language(description: str, language: str) -> str:
    """The Chinese ("zh") or English ("en") half of a bilingual description.

    Raises:
        ValueError: the description does not have both halves.
    """
    chinese, stop, english = description.strip().rpartition("。")
    if not stop or not english.strip():
        raise ValueError(f"not a description in Chinese and English: {description!r}")
    return f"{chinese}{stop}" if language == "zh" else english.strip()


def marts(manifest: Mapping[str, Any]) -> tuple[Mart, ...]:
    """The marts of a dbt manifest, by layer and name."""
    found = [
        Mart(
            name=node["name"],
            layer=node["fqn"][2],
            description=node["description"].strip(),
            key=tuple(node["config"]["meta"]["key"]),
            columns=tuple(
                MartColumn(column["name"], column["data_type"], column["description"].strip())
                for column in node["columns"].values()
            ),
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    return tuple(sorted(found, key=lambda mart: (LAYERS.index(mart.layer), mart.name)))


def read_manifest(path: Path) -> dict[str, Any]:
    """A dbt manifest.

    Raises:
        FileNotFoundError: there is none yet; `dbt parse` or a build writes it.
    """
    return json.loads(path.read_text(encoding="utf-8"))
