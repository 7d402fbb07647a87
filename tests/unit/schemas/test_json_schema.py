"""The JSON Schemas of the declarative files are current and accept the files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from schemas.json_schema import ROOT, generated, write


@pytest.mark.parametrize("name", sorted(generated()))
def test_stored_schema_is_current(name: str) -> None:
    stored = (ROOT / name).read_text(encoding="utf-8")
    assert stored == generated()[name], "run: python -m schemas.json_schema"


def test_write_puts_them_below_the_folder(tmp_path: Path) -> None:
    for name in generated():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    write(tmp_path)
    for name, text in generated().items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.yml")), ids=lambda p: p.name)
def test_rule_files_follow_it(path: Path) -> None:
    schema = json.loads(generated()["rules/rule.schema.json"])
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema)


@pytest.mark.parametrize("path", sorted((ROOT / "formats").glob("gir_*.yml")), ids=lambda p: p.name)
def test_format_files_follow_it(path: Path) -> None:
    schema = json.loads(generated()["formats/format.schema.json"])
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema)


def test_it_refuses_an_unknown_key() -> None:
    schema = json.loads(generated()["rules/rule.schema.json"])
    rules = yaml.safe_load((ROOT / "rules" / "timeliness.yml").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([rules[0] | {"tolerence": 1}], schema)
