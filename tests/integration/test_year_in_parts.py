"""A report year in several parts: the same rows, and one added document remakes one part."""

import hashlib
import shutil
from pathlib import Path

import polars as pl

from assets.common import parts
from assets.common.lake import Lake
from assets.common.parts import WHOLE, of_parts
from assets.common.staleness import YEAR_TABLES, stale_parts
from orchestration.build import build
from orchestration.settings import Settings

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "samples").glob("*.txt"))
YEAR = 2023


def rows_of(lake: Lake, table: str) -> pl.DataFrame:
    rows = lake.read(table, YEAR)
    return rows.sort([name for name in rows.columns if rows[name].dtype == pl.String])


def test_parts_hold_the_rows_of_the_whole_and_one_document_touches_one(tmp_path, monkeypatch):
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for sample in SAMPLES[:3]:
        shutil.copy(sample, incoming)
    whole = Settings(data=tmp_path / "whole")
    cut = Settings(data=tmp_path / "cut")
    build([incoming], cut, publish=False)
    lake = Lake(cut.folder.lake)
    assert lake.parts("report_facts", YEAR) == (WHOLE,)

    # A year that has grown is cut, and leaves nothing of what it was.
    monkeypatch.setattr(parts, "REPORTS_PER_PART", 1)
    assert {year: len(found) for year, found in stale_parts(cut.folder).items()} == {YEAR: 4}
    assert build([], cut, publish=False).years_rebuilt == (YEAR,)
    assert stale_parts(cut.folder) == {}
    assert len(lake.parts("report_facts", YEAR)) == 4

    # One more document remakes its own part; the files of the others stay as they are.
    before = {table: lake.files(table, YEAR) for table in YEAR_TABLES}
    times = {file: file.stat().st_mtime_ns for files in before.values() for file in files}
    shutil.copy(SAMPLES[3], incoming)
    summary = build([incoming], cut, publish=False)
    assert (summary.read_anew, summary.problems) == (1, ())
    touched = [
        part
        for part in lake.parts("report_facts", YEAR)
        if lake.file("report_facts", YEAR, part).stat().st_mtime_ns
        != times.get(lake.file("report_facts", YEAR, part))
    ]
    added = hashlib.sha256(SAMPLES[3].read_bytes()).hexdigest()
    assert len(touched) == 1
    assert added in of_parts(lake.read("reports"), YEAR, touched)["doc_id"].to_list()

    monkeypatch.undo()
    build([incoming], whole, publish=False)
    for table in YEAR_TABLES:
        assert rows_of(lake, table).equals(rows_of(Lake(whole.folder.lake), table)), table
