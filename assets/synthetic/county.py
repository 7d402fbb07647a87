"""A small made-up county over three report years, so that comparisons have something to show.

Its name says that it is an example. What one year carries forward, the next brings forward, and
documents in force roll on; the county government's figures are the sums of the others'. Three
reports have a planted fault, and one report exists in two files with different numbers.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from assets.synthetic.faults import inject
from assets.synthetic.model import Contact, Key, SyntheticReport, printed
from assets.synthetic.rendering import KINDS, render
from assets.synthetic.report import random_report
from assets.synthetic.styles import HtmlStyle, LineStyle, Style, TabStyle
from assets.synthetic.truth import write_truth
from assets.synthetic.values import Values, draw_values
from schemas.catalog import Catalog, Format
from schemas.vocabulary import AgencyKind

COUNTY = "示例县"
YEARS = (2021, 2022, 2023)
MANIFEST_COLUMNS: tuple[str, ...] = (
    "file",
    "agency_name",
    "report_year",
    "published_on",
    "source_url",
    "is_synthetic",
)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of the county, and about how many applications it settles in a year."""

    name: str
    kind: AgencyKind
    applications: int


GOVERNMENT = Agency(f"{COUNTY}人民政府", AgencyKind.GOV, 0)
UNITS = (
    Agency(f"{COUNTY}人民政府办公室", AgencyKind.GOV_OFFICE, 60),
    Agency(f"{COUNTY}教育局", AgencyKind.DEPT, 18),
    Agency(f"{COUNTY}市场监督管理局", AgencyKind.DEPT, 35),
    Agency(f"{COUNTY}样本镇人民政府", AgencyKind.TOWNSHIP, 4),
    Agency(f"{COUNTY}样例街道办事处", AgencyKind.STREET, 9),
)
AGENCIES = (GOVERNMENT, *UNITS)
PLANTED: Mapping[tuple[str, int], tuple[str, ...]] = {
    (f"{COUNTY}教育局", 2022): ("wrong_total_row",),
    (f"{COUNTY}样例街道办事处", 2023): ("unit_in_cell",),
    (f"{COUNTY}样本镇人民政府", 2021): ("wrong_notice",),
}
REPUBLISHED = (f"{COUNTY}市场监督管理局", 2023)
MEDIA: tuple[tuple[str, Style | None], ...] = (
    ("pdf", None),
    ("html", None),
    ("docx", None),
    ("tab_text", TabStyle(half_width_brackets=True)),
    ("html", HtmlStyle(whole_page=False)),
    ("line_text", LineStyle(separator="tab")),
    ("markdown", None),
)


@dataclass(frozen=True, slots=True)
class CountyFile:
    """A document of the county: its name, what it prints, and how."""

    name: str
    report: SyntheticReport
    kind: str
    style: Style | None

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return render(self.report, self.kind, self.style).data


def county(seed: int, catalog: Catalog) -> tuple[CountyFile, ...]:
    """All documents of the county in the order of year and agency.

    The same seed and catalog give the same files.

    Args:
        seed: seed of all chance.
        catalog: declarative files; each year is printed in the format that governs it.
    """
    rng = random.Random(seed)
    files: list[CountyFile] = []
    previous: dict[str, Values] = {}
    contacts: dict[str, Contact] = {}
    for year in YEARS:
        form = catalog.format_for(year) or catalog.newest_format
        values = _year(rng, form, previous)
        for agency in AGENCIES:
            report = random_report(
                rng,
                catalog,
                form.format_id,
                report_year=year,
                agency=(agency.name, agency.kind),
                values=values[agency.name],
            )
            contact = contacts.setdefault(agency.name, report.contact)
            report = replace(report, contact=contact)
            report = inject(report, PLANTED.get((agency.name, year), ()), rng, catalog)
            kind, style = MEDIA[len(files) % len(MEDIA)]
            files.append(_file(report, kind, style))
            if (agency.name, year) == REPUBLISHED:
                other = "html" if kind == "pdf" else "pdf"
                files.append(_file(_restated(report), other, None, "_重新发布"))
        previous = values
    return tuple(files)


def _year(rng: random.Random, form: Format, previous: Mapping[str, Values]) -> dict[str, Values]:
    """Values of every agency in a year; the government's are the sums of the others'."""
    values = {
        agency.name: draw_values(
            rng, form, agency.name, agency.kind, agency.applications, previous.get(agency.name)
        )
        for agency in UNITS
    }
    total: Values = {}
    for unit in values.values():
        for key, value in unit.items():
            total[key] = total.get(key, Decimal(0)) + value
    return {GOVERNMENT.name: total, **values}


def _restated(report: SyntheticReport) -> SyntheticReport:
    """The report with one number of the first table raised, as after a recount."""
    first = report.first_copies()[0]
    counts: list[Key] = [
        (cell.item_code, cell.breakdown)
        for block in first.blocks
        for cell in block.cells
        if cell.value_type == "count" and report.value(cell.item_code, cell.breakdown)
    ]
    key = counts[-1]
    return report.with_cells({key: printed((report.value(*key) or Decimal(0)) + 7)})


def _file(report: SyntheticReport, kind: str, style: Style | None, suffix: str = "") -> CountyFile:
    return CountyFile(f"{report.title}{suffix}.{KINDS[kind].extension}", report, kind, style)


def _manifest_rows(files: tuple[CountyFile, ...]) -> Iterator[dict[str, str]]:
    for number, file in enumerate(files, start=1):
        report = file.report
        yield {
            "file": file.name,
            "agency_name": report.agency_name,
            "report_year": str(report.report_year),
            "published_on": report.published_on.isoformat() if report.published_on else "unknown",
            "source_url": f"http://www.example.com/shilixian/{report.report_year}/{number}",
            "is_synthetic": "true",
        }


def write_county(
    folder: Path, seed: int, catalog: Catalog, *, with_truth: bool = False
) -> list[Path]:
    """The county's documents and a manifest.csv that marks them as made up.

    Args:
        folder: where to write; made if it is not there.
        seed: seed of all chance.
        catalog: declarative files.
        with_truth: also write folder/truth, which `gongkai score` reads.

    Returns:
        The files written: the documents in order, the manifest, the truth files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = county(seed, catalog)
    out: list[Path] = []
    for file in files:
        path = folder / file.name
        path.write_bytes(file.data)
        out.append(path)
    manifest = folder / "manifest.csv"
    with manifest.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, MANIFEST_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_manifest_rows(files))
    out.append(manifest)
    if with_truth:
        out += write_truth(folder, [(file.name, file.report) for file in files])
    return out
