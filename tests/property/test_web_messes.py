"""Pages and dumps as sites and extractors leave them: right, left for review, or refused."""

from __future__ import annotations

import random

import pytest

from assets.layout.classify import classify
from assets.layout.model import ReadFailure
from assets.synthetic.report import random_report
from schemas.vocabulary import DocumentStatus
from tests.property.mess_model import CATALOG, outcome
from tests.property.reading import read
from tests.property.web_messes import WEB_MESSES, WebMess

SEEDS = range(3)
DAMAGED = {"mojibake", "question_marks"}
DROPPED = {"lost_numbers", "lost_rows"}
"""What is not in the document any more is rightly called absent."""
LOSSY = {"column_by_column", "glued_lines", "glued_table", "numbers_before_table"}
MOST = 0.6


@pytest.mark.parametrize("mess", WEB_MESSES, ids=lambda mess: mess.__name__)
@pytest.mark.parametrize("format_id", ["gir_2019", "gir_2021"])
def test_no_cell_is_silently_wrong_or_lost(mess: WebMess, format_id: str) -> None:
    name = mess.__name__
    right = total = 0
    for seed in SEEDS:
        report = random_report(seed, CATALOG, format_id, applications=40)
        data = mess(report, random.Random(seed))
        if name in DAMAGED:
            with pytest.raises(ReadFailure) as refused:
                read(data)
            assert refused.value.status == DocumentStatus.DAMAGED
            continue
        reading = read(data)
        status, _ = classify(reading.document, reading.identity, reading.sections, CATALOG)
        assert status == DocumentStatus.READ
        found = outcome(report, reading.document)
        assert found.wrong == ()
        assert found.lost == () or name in DROPPED
        right += found.right
        total += found.total
    assert name in LOSSY or right >= MOST * total
