"""Faults in a report give exactly the findings that they deserve, and no others.

What a report deserves is worked out by the oracle of the made-up reports, which knows neither
the rule files nor their evaluator. Reports go through the real readers first.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assets.synthetic.faults import FAULTS, inject
from assets.synthetic.model import SyntheticReport
from assets.synthetic.oracle import Deserved, deserved
from assets.synthetic.rendering import KINDS, random_style, render
from assets.synthetic.report import random_report
from schemas.vocabulary import AgencyKind, FindingStatus
from tests.property.reading import CATALOG, Reading, judge, read

NAMES = tuple(fault.name for fault in FAULTS)
LOSES_BLANKS = {"line_text"}
"""Media in which a blank cell leaves no trace."""
LEAVES_BLANKS = {"blank_cells", "blank_zeros"}
NUMERALS = "甲乙丙丁戊己庚辛壬癸"


def _report(seed: int, names: tuple[str, ...], format_id: str) -> SyntheticReport:
    """A spoilt report of an agency of its own, so that no two reports are copies of one."""
    rng = random.Random(seed)
    name = "".join(NUMERALS[int(digit)] for digit in str(seed))
    report = random_report(
        rng,
        CATALOG,
        format_id,
        agency=(f"示例县{name}镇人民政府", AgencyKind.TOWNSHIP),
        applications=rng.choice((0, 30, 4000)),
    )
    return inject(report, names, rng, CATALOG)


def _findings(readings: list[Reading]) -> dict[str, dict[Deserved, str]]:
    found: dict[str, dict[Deserved, str]] = defaultdict(dict)
    for row in judge(readings).findings.iter_rows(named=True):
        found[row["doc_id"]][row["rule_id"], row["breakdown"]] = row["status"]
    return found


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_fault_alone(kind: str) -> None:
    names = [n for n in NAMES if kind not in LOSES_BLANKS or n not in LEAVES_BLANKS]
    formats = list(CATALOG.formats)
    # Neighbouring kinds take the faults in the other format.
    turn = list(KINDS).index(kind)
    reports = [
        _report(i, (name,), formats[(i + turn) % len(formats)]) for i, name in enumerate(names)
    ]
    readings = [read(render(report, kind)) for report in reports]
    found = _findings(readings)
    for report, reading in zip(reports, readings, strict=True):
        assert set(found[reading.doc_id]) == deserved(report, CATALOG), report.faults


def test_findings_on_sure_cells_are_open() -> None:
    """Only where two copies of a table differ does nobody know which number is meant."""
    reports = [_report(i, (name,), "gir_2021") for i, name in enumerate(NAMES)]
    readings = [read(render(report, "html")) for report in reports]
    found = _findings(readings)
    opened = 0
    for report, reading in zip(reports, readings, strict=True):
        if "differing_copy" not in report.faults:
            assert set(found[reading.doc_id].values()) <= {FindingStatus.OPEN.value}, report.faults
            opened += len(found[reading.doc_id])
    assert opened > len(NAMES)


@settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=20,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    seed=st.integers(min_value=0, max_value=10**6),
    names=st.lists(st.sampled_from(NAMES), max_size=4, unique=True),
    format_id=st.sampled_from(list(CATALOG.formats)),
    kind=st.sampled_from([kind for kind in KINDS if kind not in LOSES_BLANKS]),
)
def test_several_faults_together(seed: int, names: list[str], format_id: str, kind: str) -> None:
    report = _report(seed, tuple(names), format_id)
    reading = read(render(report, kind, random_style(kind, random.Random(seed))))
    found = _findings([reading])
    assert set(found[reading.doc_id]) == deserved(report, CATALOG)
