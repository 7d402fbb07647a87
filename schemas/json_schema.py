"""JSON Schemas of the format and rule files, for editors and CI.

`python -m schemas.json_schema` writes them; a test fails when the stored ones are out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.correction_models import CorrectionLine
from schemas.indicator_models import IndicatorFile
from schemas.models import FormatFile
from schemas.peer_models import PeerGroupRow, RankingRow
from schemas.register_models import REGISTER_LINES
from schemas.rule_models import RULE_FILE

ROOT = Path(__file__).parent


def generated() -> dict[str, str]:
    """The text of every JSON Schema file, by its path below this folder."""
    form = FormatFile.model_json_schema()
    rules = RULE_FILE.json_schema()
    peers = PeerGroupRow.model_json_schema()
    rankings = RankingRow.model_json_schema()
    indicators = IndicatorFile.model_json_schema()
    register = {name: line.model_json_schema() for name, line in REGISTER_LINES.items()}
    corrections = CorrectionLine.model_json_schema()
    return {
        "corrections.schema.json": _text(
            corrections | {"title": "A row of config/corrections/*.csv"}
        ),
        "register.schema.json": _text(
            {"title": "A row of each file that says who and where", "$defs": register}
        ),
        "indicators.schema.json": _text(
            indicators | {"title": "The metric dictionary (indicators.yml)"}
        ),
        "formats/format.schema.json": _text(form | {"title": "A format file (gir_YYYY.yml)"}),
        "peer_groups.schema.json": _text(peers | {"title": "A row of peer_groups.csv"}),
        "rankings.schema.json": _text(rankings | {"title": "A row of rankings.csv"}),
        "rules/rule.schema.json": _text(rules | {"title": "A rule file: a list of rules"}),
    }


def _text(schema: dict[str, Any]) -> str:
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write(root: Path = ROOT) -> None:
    """Write the JSON Schemas below `root`."""
    for name, text in generated().items():
        (root / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
