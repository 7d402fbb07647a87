"""A format that does not exist yet, given as files alone, is drawn, printed and judged."""

import csv
import shutil
from pathlib import Path

import pytest

from assets.synthetic.flow import TableItem, flow
from assets.synthetic.model import printed
from assets.synthetic.oracle import deserved
from assets.synthetic.rendering import KINDS, render
from assets.synthetic.report import random_report
from schemas.catalog import BUNDLED, Catalog, load_catalog

NEW_ITEM = "applications.outcome.unavailable.archived"
NEW_LABEL = "4.已移交国家档案馆"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    root = tmp_path / "schemas"
    shutil.copytree(BUNDLED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    formats = root / "formats"
    form = (formats / "gir_2021.yml").read_text(encoding="utf-8")
    anchor = "still_unclear, label: 3.补正后申请内容仍不明确, short: una_unclear}\n"
    assert anchor in form
    indent = " " * 18
    row = f"{indent}- {{item: {NEW_ITEM}, label: {NEW_LABEL}, short: una_archived}}\n"
    form = form.replace(anchor, anchor + row).replace("gir_2021", "gir_2027")
    (formats / "gir_2027.yml").write_text(form, encoding="utf-8")
    registry = (formats / "registry.yml").read_text(encoding="utf-8")
    assert registry.count("to: null}") == 1
    registry = registry.replace("to: null}", "to: 2026}")
    registry += (
        "  - format_id: gir_2027\n"
        "    title_zh: 政府信息公开工作年度报告格式（虚构）\n"
        "    title_en: Invented form\n"
        "    document_number: 示例办〔2027〕1号\n"
        "    report_years: {from: 2027, to: null}\n"
        "    file: gir_2027.yml\n"
        "    supersedes: gir_2021\n"
    )
    (formats / "registry.yml").write_text(registry, encoding="utf-8")
    with (root / "items.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{NEW_ITEM},已移交国家档案馆,Unavailable: archived,\n")
    with (root / "requirements.csv").open(encoding="utf-8", newline="") as handle:
        requirements = list(csv.DictReader(handle))
    rows = [row | {"gir_2027": row["gir_2021"]} for row in requirements]
    new = dict.fromkeys(rows[0], "absent") | {"item_code": NEW_ITEM, "gir_2027": "printed"}
    with (root / "requirements.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, new])
    old = (root / "crosswalk.csv").read_text(encoding="utf-8").splitlines()
    header = old[0].split(",")
    assert header[:3] == ["concept", "format_id", "item_code"]
    with (root / "crosswalk.csv").open("a", encoding="utf-8") as handle:
        for line in old[1:]:
            concept, format_id, item, *_ = line.split(",")
            if format_id == "gir_2021":
                handle.write(f"{concept},gir_2027,{item},same,,\n")
        handle.write(f"{NEW_ITEM},gir_2027,{NEW_ITEM},not_comparable,,\n")
    return load_catalog(root)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_new_row_is_printed(catalog: Catalog, kind: str) -> None:
    report = random_report(1, catalog, "gir_2027", applications=200)
    assert report.report_year >= 2027
    grid = next(
        item.grid
        for item in flow(report)
        if isinstance(item, TableItem) and item.grid.table_id == "applications"
    )
    assert any(cell.text == NEW_LABEL for cell in grid.cells)
    assert render(report, kind).data


def test_the_new_row_is_part_of_the_total(catalog: Catalog) -> None:
    report = random_report(1, catalog, "gir_2027", report_year=2027, applications=200)
    direct = {key: printed(0) for key in report.cells if key[0].startswith("litigation.direct")}
    report = report.with_cells(direct)
    assert deserved(report, catalog) == set()
    key = (NEW_ITEM, "natural_person")
    value = report.value(*key)
    assert value is not None
    assert deserved(report.with_cells({key: printed(value + 1)}), catalog) == {
        ("CHK-T3-02", "natural_person"),
        ("CHK-T3-03", NEW_ITEM),
    }
