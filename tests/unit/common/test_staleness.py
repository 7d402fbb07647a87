"""Every input that changes rows changes a fingerprint, and nothing stale counts as fresh."""

import ast
import datetime as dt
from importlib import metadata
from pathlib import Path

import pytest

from assets.common import reach, staleness
from assets.common.lake import Lake
from assets.common.limits import Limits
from assets.common.paths import DataFolder
from assets.common.staleness import (
    LIBRARIES,
    code_hash,
    inputs_of,
    reading_inputs,
    reading_is_stale,
    stale_years,
    warehouse_inputs,
)
from assets.documents.register import take_in_and_store
from assets.layout.parsers import PARSERS
from assets.layout.versions import reading_version
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES, empty_frame, to_frame

PROJECT = Path(__file__).parents[3]
NOW = dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
STAGES = ("documents", "layout", "cells", "facts", "validation")
NO_SAY = {"dagster", "pydantic", "pyyaml"} | {
    *("numpy", "onnxruntime", "opencv-python-headless", "pillow")
}
"""What wires, what reads declarative files, whose bytes are in the catalog's hash, and what only
recognition of pictures uses, whose version the reader of pictures carries in its own."""


@pytest.fixture
def data(tmp_path):
    folder = DataFolder(tmp_path / "data")
    source = tmp_path / "report.txt"
    source.write_text("某县某局2023年政府信息公开工作年度报告", encoding="utf-8")
    take_in_and_store([source], folder, Limits(), NOW)
    return folder


def store_reading(data):
    for table in staleness.READING_TABLES:
        frame = empty_frame(LAKE_TABLES[table])
        Lake(data.lake).write(table, frame, inputs=inputs_of(table, None, data))


def store_year(data, year):
    for table in staleness.YEAR_TABLES:
        frame = empty_frame(LAKE_TABLES[table])
        Lake(data.lake).write(table, frame, year, inputs=inputs_of(table, year, data))


def test_bytes_that_are_lost_or_come_back_make_the_reading_stale(data):
    store_reading(data)
    assert not reading_is_stale(data)
    (raw,) = data.raw.rglob("*.txt")
    content = raw.read_bytes()
    raw.unlink()
    assert reading_is_stale(data)
    store_reading(data)
    raw.write_bytes(content)
    assert reading_is_stale(data)


def test_a_year_made_from_a_stale_reading_is_not_up_to_date(data, monkeypatch):
    store_reading(data)
    store_year(data, 2023)
    assert stale_years(data) == ()
    monkeypatch.setattr(staleness, "code_hash", lambda *stages: "new code")
    # Somebody makes the year by hand before its documents were read by the new code.
    store_year(data, 2023)
    store_reading(data)
    assert stale_years(data) == (2023,)
    store_year(data, 2023)
    assert stale_years(data) == ()


@pytest.fixture
def forgetful():
    """Forgets, before and after, what was found out about code and libraries."""

    def forget():
        reach.forget()
        for cached in (code_hash, staleness._engine):
            cached.cache_clear()

    yield forget
    forget()


@pytest.mark.parametrize("library", ["selectolax", "rapidocr", "pillow"])
def test_another_version_of_a_library_is_other_code(data, monkeypatch, forgetful, library):
    """Of the optional ones too: a build after their installation reads the scans."""
    before, version = reading_inputs(data), metadata.version
    with monkeypatch.context() as patched:
        patched.setattr(metadata, "version", lambda name: "0" if name == library else version(name))
        forgetful()
        assert reading_inputs(data) != before


def test_every_library_that_the_stages_import_counts():
    folders = [PROJECT / "assets" / stage for stage in STAGES] + [PROJECT / "schemas"]
    modules = {
        name.split(".")[0]
        for folder in folders
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    distributions = metadata.packages_distributions()
    imported = {name.lower() for module in modules for name in distributions.get(module, [])}
    assert imported - NO_SAY - {"gongkai"} <= set(LIBRARIES)
    assert {"polars", "selectolax", "pdfminer.six"} <= imported


def test_media_types_that_other_code_told_are_told_anew(data):
    lake = Lake(data.lake)
    register = lake.read("source_documents")
    told = register["media_type"].to_list()
    wrong = register.with_columns(media_type=register["media_type"].str.replace(".*", "image/png"))
    lake.write("source_documents", wrong, inputs="told by other code")
    take_in_and_store([], data, Limits(), NOW)
    assert lake.read("source_documents")["media_type"].to_list() == told
    assert lake.stored("source_documents").inputs == staleness.sniffing_inputs()


def write_config(data, name, text):
    path = data.config / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["agencies/names.csv", "divisions.csv", "decisions/agency_matches.csv"]
)
def test_the_register_settles_reports_anew_and_reads_no_document_again(data, name):
    version = reading_version("text/plain", load_catalog())
    store_reading(data)
    store_year(data, 2023)
    write_config(data, name, "a\n")
    assert reading_is_stale(data)
    assert reading_version("text/plain", load_catalog()) == version
    store_reading(data)
    assert stale_years(data) == ()


def test_a_roster_makes_the_warehouse_stale_and_nothing_before_it(data, tmp_path):
    store_reading(data)
    store_year(data, 2023)
    before = warehouse_inputs(data, tmp_path)
    write_config(data, "rosters/x.csv", "a\n")
    assert not reading_is_stale(data)
    assert stale_years(data) == ()
    assert warehouse_inputs(data, tmp_path) != before


def test_a_correction_counts_for_the_parts_of_its_document_only(data):
    """Two years; a line on the document of one leaves the other and those before it as they are."""
    lake = Lake(data.lake)
    years = {2021: "a" * 64, 2023: "b" * 64}
    reports = [report_row(doc_id, year) for year, doc_id in years.items()]
    lake.write("reports", to_frame(LAKE_TABLES["reports"], reports))

    def changed(before, after):
        return {year for year in before if before[year] != after[year]}

    def corrections(*lines):
        write_config(data, "corrections/ours.csv", "\n".join(["document,reason", *lines]))
        return staleness.year_inputs(data)

    none = corrections()
    assert none == corrections(f"{'c' * 64},of no report here")
    first = corrections(f"{'a' * 64},once")
    # The rules of the year after look back.
    assert changed(none, first) == {2021, 2022}
    assert changed(first, corrections(f"{'a' * 64},twice")) == {2021, 2022}
    assert first == corrections("", f"{'a' * 64},once")
    assert changed(none, corrections(f'{"b" * 64},"a long', 'reason"')) == {2023, 2024}
    long = corrections(f'{"b" * 64},"a long', 'reason"')
    assert changed(long, corrections(f'{"b" * 64},"a long', 'word"')) == {2023, 2024}
    # A hash in another column, before the document's own, hides nothing.
    named = f"{'c' * 64},{'a' * 64},as the file named first shows"
    assert changed(none, corrections(named)) == {2021, 2022}


def report_row(doc_id, year):
    return {
        "report_id": f"{doc_id}-1",
        "doc_id": doc_id,
        "ordinal": 1,
        "agency_code": f"of-{year}",
        "agency_name": "示例局",
        "kind": "dept",
        "report_year": year,
        "year_evidence": "[]",
        "agency_evidence": "[]",
        "identity_conflicts": "[]",
        "is_current": True,
        "is_synthetic": True,
    }


def test_parts_are_made_again_for_the_reader_of_their_documents_only(data, monkeypatch):
    """Two years, one of a web page and one of a PDF; then the code of one reader is another."""
    lake, documents = Lake(data.lake), {"html": "a" * 64, "pdf": "b" * 64}
    years = {2021: documents["html"], 2023: documents["pdf"]}
    reports = [report_row(doc_id, year) for year, doc_id in years.items()]
    log = [
        {"doc_id": doc_id, "status": "read", "parser": parser, "parser_version": "1"}
        for parser, doc_id in documents.items()
    ]
    lake.write("reports", to_frame(LAKE_TABLES["reports"], reports))
    lake.write("parse_log", to_frame(LAKE_TABLES["parse_log"], log))
    before, stale_before = staleness.year_inputs(data), reading_inputs(data)
    original = reach.reach_hash

    def other_html(*modules, **options):
        told = original(*modules, **options)
        return f"new {told}" if "assets.layout.parsers.html" in modules else told

    monkeypatch.setattr(staleness, "reach_hash", other_html)
    after = staleness.year_inputs(data)
    # The rules of the year after look back.
    assert {year for year in before if before[year] != after[year]} == {2021, 2022}
    assert reading_inputs(data) != stale_before


def test_a_reader_is_found_by_its_name():
    """So a part knows the code behind its documents without loading any reader."""
    for parser in PARSERS:
        assert type(parser).__module__ == f"{staleness.READERS}.{parser.name}"
    code = staleness._reading_code(["html", "scan", "of no module"])
    assert code["html"] == reach.reach_hash(f"{staleness.READERS}.html", staleness.SHARED)
    assert len(set(code.values())) == 3


def test_code_outside_the_stages_that_a_year_is_made_with_counts():
    """Corrections are read through the register's reader of files."""
    reached = reach.reach(*staleness.YEARS).modules
    assert {"assets.agencies.files", "assets.layout.memo", "assets.cells.recognise"} <= reached
    assert {"assets.layout.parsers.html", "assets.layout.reading"} & reached == set()
    assert "assets.layout.parsers.html" in reach.reach(*staleness._readers()).modules
