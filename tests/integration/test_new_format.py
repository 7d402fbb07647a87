"""A format of a coming year is adopted by files alone, and its reports are read."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from assets.cells.recognise import recognise
from assets.common.limits import Limits
from assets.layout.parsers import choose_parser
from assets.layout.parsers.base import Source
from assets.layout.sections import split_sections
from assets.synthetic.rendering import KINDS, render
from assets.synthetic.report import random_report
from schemas.catalog import BUNDLED, Catalog, CatalogError, load_catalog

NEW_ROW = "applications.outcome.refused.personal_data"
NEW_BLOCK = {
    "block": "article_20_16",
    "label": "第二十条第（十六）项",
    "corner": "信息内容",
    "unit": "件",
    "value_type": "count",
    "columns": [
        {"item": "opened", "label": "本年开放数据集数量", "short": "opened"},
        {"item": "closed", "label": "本年关闭数据集数量", "short": "closed"},
    ],
    "rows": [{"item": "public_data", "label": "公共数据", "short": "data"}],
}


def add_line(path: Path, line: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The declarative files with an invented gir_2027: a new refusal ground, a new block."""
    root = tmp_path_factory.mktemp("schemas")
    for path in BUNDLED.rglob("*"):
        if path.suffix in {".yml", ".csv"}:
            target = root / path.relative_to(BUNDLED)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    form = yaml.safe_load((root / "formats/gir_2021.yml").read_text(encoding="utf-8"))
    form["format_id"] = "gir_2027"
    disclosure, applications, _ = form["tables"]
    disclosure["blocks"].append(NEW_BLOCK)
    refused = applications["blocks"][0]["rows"][2]["rows"][2]["rows"]
    refused.append({"item": NEW_ROW, "label": "9.涉及个人信息保护", "short": "den_personal"})
    (root / "formats/gir_2027.yml").write_text(
        yaml.safe_dump(form, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    registry = yaml.safe_load((root / "formats/registry.yml").read_text(encoding="utf-8"))
    registry["formats"][-1]["report_years"]["to"] = 2026
    registry["formats"].append(
        registry["formats"][-1]
        | {
            "format_id": "gir_2027",
            "document_number": "示例〔2027〕1号",
            "issued_on": None,
            "report_years": {"from": 2027, "to": None},
            "file": "gir_2027.yml",
            "supersedes": "gir_2021",
        }
    )
    (root / "formats/registry.yml").write_text(
        yaml.safe_dump(registry, allow_unicode=True), encoding="utf-8"
    )
    new_items = {
        NEW_ROW: "涉及个人信息保护,Refused: personal data",
        "public_data.opened": "公共数据：本年开放数据集数量,Public data: sets opened",
        "public_data.closed": "公共数据：本年关闭数据集数量,Public data: sets closed",
    }
    with (root / "requirements.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row | {"gir_2027": row["gir_2021"]} for row in csv.DictReader(handle)]
    absent = dict.fromkeys(rows[0], "absent")
    rows += [absent | {"item_code": item, "gir_2027": "printed"} for item in new_items]
    with (root / "requirements.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for item, titles in new_items.items():
        add_line(root / "items.csv", f"{item},{titles},")
        add_line(root / "crosswalk.csv", f"{item},gir_2027,{item},same,,")
    for line in (root / "crosswalk.csv").read_text(encoding="utf-8").splitlines():
        if ",gir_2021," in line:
            concept, _, item, *_ = line.split(",")
            add_line(root / "crosswalk.csv", f"{concept},gir_2027,{item},same,,")
    return root


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Catalog:
    return load_catalog(folder)


def test_catalog_takes_the_new_format(catalog: Catalog) -> None:
    form = catalog.format_for(2027)
    assert form is not None
    assert form.format_id == "gir_2027"
    assert len(form.cells) == 200 + 7 + 2
    before = catalog.format_for(2026)
    assert before is not None
    assert before.format_id != "gir_2027"


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("format_id", ["gir_2019", "gir_2021", "gir_2027"])
def test_reports_of_all_formats_are_read(
    catalog: Catalog, tmp_path: Path, kind: str, format_id: str
) -> None:
    report = random_report(7, catalog, format_id)
    rendered = render(report, kind)
    path = tmp_path / f"report.{rendered.extension}"
    path.write_bytes(rendered.data)
    parser = choose_parser(rendered.media_type)
    assert parser is not None
    document = parser.parse(Source(path, path.name, rendered.media_type, Limits()))
    sections = split_sections(document, catalog)
    found = recognise(document.blocks, document.grids, sections.at, catalog, report.report_year)
    got = {(cell["item_code"], cell["breakdown"]): cell["value"] for cell in found.cells}
    truth = {
        (cell.item_code, cell.breakdown): printed.value for cell, printed in report.printed_cells()
    }
    assert got == truth
    assert {cell["format_id"] for cell in found.cells} == {format_id}
    assert not [cell for cell in found.unmapped if cell["is_number"]]


def test_new_format_is_refused_while_its_files_disagree(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "schemas"
    shutil.copytree(folder, broken)
    items = (broken / "items.csv").read_text(encoding="utf-8")
    kept = [line for line in items.splitlines() if not line.startswith(NEW_ROW)]
    (broken / "items.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=NEW_ROW):
        load_catalog(broken)
