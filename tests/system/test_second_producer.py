"""PDFs by another producer than ours: LibreOffice prints the Word rendering, the facts agree."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from assets.synthetic.model import SyntheticReport
from assets.synthetic.rendering import Rendered, random_style, render
from assets.synthetic.report import random_report
from tests.property.reading import CATALOG, expected_facts, read

pytestmark = pytest.mark.system


def _as_pdf(report: SyntheticReport, seed: int, folder: Path) -> Rendered:
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is missing: apt-get install libreoffice-writer-nogui"
    source = folder / f"report_{seed}.docx"
    source.write_bytes(render(report, "docx", random_style("docx", random.Random(seed))).data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, source],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return Rendered(source.with_suffix(".pdf").read_bytes(), "pdf", "application/pdf")


@pytest.mark.parametrize("format_id", list(CATALOG.formats))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_facts_survive_word_and_libreoffice(format_id: str, seed: int, tmp_path: Path) -> None:
    report = random_report(seed, CATALOG, format_id, applications=(0, 40, 9000)[seed - 1])
    reading = read(_as_pdf(report, seed, tmp_path))
    assert reading.facts() == expected_facts(report)
    assert reading.identity.report_year == report.report_year
    assert reading.identity.agency_name_printed == report.agency_name
    assert [part.heading.section_no for part in reading.sections.parts] == [
        section.section_no for section in report.sections
    ]
