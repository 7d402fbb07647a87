"""The lake keeps only what fits, and says of each file what it holds and came from."""

import datetime as dt
from decimal import Decimal

import pandera.errors
import polars as pl
import pytest

from assets.common.lake import Lake, content_hash
from schemas.frames import ParseLog, empty_frame, to_frame


def log(doc: str = "a", **more: object) -> dict[str, object]:
    return {"doc_id": doc * 64, "status": "read", **more}


def test_a_frame_comes_back_as_it_was(tmp_path):
    lake = Lake(tmp_path)
    frame = to_frame(ParseLog, [log("a", seconds=1.5), log("b", reason="x")])
    lake.write("parse_log", frame, inputs="from these")
    assert lake.read("parse_log").equals(frame)
    stored = lake.stored("parse_log")
    assert (stored.rows, stored.inputs) == (2, "from these")
    assert stored.content == content_hash(frame)


def test_a_frame_that_breaks_the_contract_leaves_the_good_file(tmp_path):
    lake = Lake(tmp_path)
    good = to_frame(ParseLog, [log()])
    lake.write("parse_log", good)
    with pytest.raises(pandera.errors.SchemaErrors):
        lake.write("parse_log", good.with_columns(status=pl.lit("made up")))
    assert lake.read("parse_log").equals(good)
    assert [path.name for path in (tmp_path / "parse_log").iterdir()] == ["parse_log.parquet"]


def test_years_are_kept_apart_and_read_together(tmp_path):
    lake = Lake(tmp_path)
    for year in (2022, 2021):
        lake.write("parse_log", to_frame(ParseLog, [log(str(year % 10))]), year)
    assert lake.years("parse_log") == (2021, 2022)
    assert lake.read("parse_log", 2022)["doc_id"].to_list() == ["2" * 64]
    assert lake.read("parse_log")["doc_id"].to_list() == ["1" * 64, "2" * 64]
    assert lake.read("parse_log", 2023).equals(empty_frame(ParseLog))


def test_a_folder_left_by_a_killed_write_is_no_year(tmp_path):
    folder = tmp_path / "parse_log" / "report_year=2021"
    folder.mkdir(parents=True)
    (folder / "parse_log.123.tmp").write_bytes(b"half")
    assert Lake(tmp_path).years("parse_log") == ()


def test_nothing_stored_and_a_broken_file_say_nothing(tmp_path):
    lake = Lake(tmp_path)
    assert lake.stored("parse_log") is None
    file = lake.write("parse_log", to_frame(ParseLog, [log()]))
    file.write_bytes(file.read_bytes()[:100])
    assert lake.stored("parse_log") is None


def test_the_content_hash_sees_rows_and_their_order_but_no_clock():
    frame = to_frame(ParseLog, [log("a", seconds=1.0), log("b", seconds=2.0)])
    later = frame.with_columns(seconds=pl.lit(9.0))
    assert content_hash(later) == content_hash(frame)
    assert content_hash(frame.reverse()) != content_hash(frame)
    assert content_hash(frame.with_columns(reason=pl.lit("x"))) != content_hash(frame)


def test_the_content_hash_does_not_see_how_a_frame_came_to_be():
    whole = pl.DataFrame(
        {
            "text": ["甲", None, "a longer text that is kept in a buffer of its own", ""],
            "number": [Decimal("1.500000"), None, Decimal(0), None],
            "day": [dt.date(2024, 1, 31), None, None, dt.date(2023, 1, 1)],
        }
    )
    pieces = pl.concat([whole.head(1), whole.slice(1)], rechunk=False)
    unseen = whole.with_columns(
        number=pl.when(pl.col("number").is_not_null()).then(pl.col("number"))
    )
    assert content_hash(pieces) == content_hash(whole) == content_hash(unseen)
