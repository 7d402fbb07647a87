"""What this project relies on in pandera, polars and DuckDB and could change with an upgrade."""

from decimal import Decimal

import duckdb
import pandera.errors
import pandera.polars as pa
import polars as pl
import pytest

SCHEMA = pa.DataFrameSchema(
    {"n": pa.Column(pl.Int64, pa.Check.ge(0), nullable=True)},
    checks=[pa.Check(lambda data: data.lazyframe.select(pl.col("n") < 10), name="CHK-1")],
)


def test_nulls_pass_a_check_in_silence():
    """Why rules say themselves whether they could be evaluated."""
    SCHEMA.validate(pl.DataFrame({"n": [None, 1]}, schema={"n": pl.Int64}), lazy=True)


def test_a_frame_check_names_itself_in_the_failures():
    """Why the name of a pandera check can be the id of a rule."""
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        SCHEMA.validate(pl.DataFrame({"n": [1, 99]}), lazy=True)
    assert "CHK-1" in caught.value.failure_cases["check"].to_list()


def test_a_lazy_frame_is_checked_for_its_schema_only():
    """Why frames are validated as DataFrames."""
    SCHEMA.validate(pl.LazyFrame({"n": [-1, 99]}), lazy=True).collect()


def test_decimals_go_exactly_from_polars_through_parquet_to_duckdb(tmp_path):
    file = tmp_path / "n.parquet"
    values = [Decimal("0.1"), Decimal("123456789012.345678"), None]
    frame = pl.DataFrame({"n": values}, schema={"n": pl.Decimal(18, 6)})
    frame.write_parquet(file, metadata={"gongkai.inputs": "kept"})
    rows = duckdb.sql(f"SELECT n, typeof(n) FROM '{file}'").fetchall()
    assert rows == [
        (Decimal("0.100000"), "DECIMAL(18,6)"),
        (Decimal("123456789012.345678"), "DECIMAL(18,6)"),
        (None, "DECIMAL(18,6)"),
    ]
    assert pl.read_parquet_metadata(file)["gongkai.inputs"] == "kept"


def test_a_reader_keeps_the_file_that_was_replaced(tmp_path):
    """Why publishing by replacement never disturbs an analyst."""
    old, new = tmp_path / "published.duckdb", tmp_path / "new.duckdb"
    for file, value in ((old, 1), (new, 2)):
        with duckdb.connect(str(file)) as connection:
            connection.execute(f"CREATE TABLE t AS SELECT {value} AS n")
    with duckdb.connect(str(old), read_only=True) as reader:
        new.replace(old)
        assert reader.sql("SELECT n FROM t").fetchall() == [(1,)]
