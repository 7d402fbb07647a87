"""Recomputes every indicator from the published cells, and compares with what was published.

    faults(connection)  -> one line per figure that differs; [] is what a test wants

The connection reads a built or published DuckDB file, of whatever data.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import duckdb
import polars as pl

from tests.integration.indicator_formulas import (
    APPROXIMATE_2021,
    APPROXIMATE_2024,
    ONLY_2021,
    Formula,
    Part,
    formulas,
)

KEY = ["agency_code", "is_synthetic", "report_year"]
GOVERNMENTS = {"gov"}
UNDATED = {"institution", "soe", "mass_org", "unknown"}
Z = 1.959963984540054
MEASURES = {
    "publication_delay_days",
    "published_on_time",
    "error_findings",
    "warning_findings",
    "clean_report",
}
NOT_LONG = re.compile(r"_share_(natural|commercial|research|public|legal|other)_")


def _current(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Current reports with a year, and the report of the year before."""
    reports = connection.sql(
        "SELECT report_id, doc_id, agency_code, agency_name, kind, report_year, published_on, "
        "is_synthetic FROM fct_report WHERE is_current AND report_year IS NOT NULL"
    ).pl()
    earlier = reports.select(
        "agency_code",
        "is_synthetic",
        (pl.col("report_year") + 1).alias("report_year"),
        pl.col("report_id").alias("earlier_id"),
    )
    return reports.join(earlier, on=KEY, how="left")


def _cells(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per current report: `item|member`, the cell's number, and `?item|member`, unsure."""
    cells = connection.sql(
        "SELECT report_id, item_code || '|' || breakdown AS cell, "
        "CASE WHEN unit = '元' THEN value / 10000 WHEN unit = '亿元' THEN value * 10000 "
        "WHEN item_code LIKE '%.amount' AND unit IS DISTINCT FROM '万元' THEN NULL "
        "ELSE value END::DOUBLE AS value, "
        "(review_status = 'needs_review')::INTEGER AS unsure "
        "FROM fct_report_item WHERE is_current AND report_year IS NOT NULL"
    ).pl()
    wide = cells.pivot(on="cell", index="report_id", values="value")
    doubts = cells.with_columns(pl.format("?{}", "cell").alias("cell")).pivot(
        on="cell", index="report_id", values="unsure"
    )
    return wide.join(doubts, on="report_id")


def _name(part_cell: tuple[int, str, str, int]) -> str:
    _, item, member, back = part_cell
    return f"{'<' if back else ''}{item}|{member}"


def _sum(part: Part, known: set[str]) -> pl.Expr:
    terms = [
        (pl.col(_name(cell)) if _name(cell) in known else pl.lit(None, pl.Float64)) * cell[0]
        for cell in part
    ]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _doubts(formula: Formula, known: set[str]) -> pl.Expr:
    names = {
        ("<?" if cell[3] else "?") + _name(cell).lstrip("<")
        for cell in formula.upper + formula.lower
    }
    return pl.sum_horizontal(*(pl.col(name) for name in sorted(names & known)), pl.lit(0))


def _figure(formula: Formula, known: set[str]) -> list[pl.Expr]:
    upper = _sum(formula.upper, known)
    doubts = _doubts(formula, known).alias("doubts")
    if not formula.lower:
        return [
            upper.alias("value"),
            upper.alias("numerator"),
            pl.lit(None, pl.Float64).alias("denominator"),
            doubts,
        ]
    lower = _sum(formula.lower, known)
    both = upper.is_not_null() & lower.is_not_null()
    return [
        pl.when(both & (lower > 0)).then(upper / lower * formula.per).alias("value"),
        pl.when(both).then(upper).alias("numerator"),
        pl.when(both).then(lower).alias("denominator"),
        doubts,
    ]


def _from_cells(reports: pl.DataFrame, cells: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    before = cells.rename(lambda name: "earlier_id" if name == "report_id" else f"<{name}")
    wide = (
        reports.select("report_id", "earlier_id")
        .join(forms, on="report_id", how="left")
        .join(cells, on="report_id", how="left")
        .join(before, on="earlier_id", how="left")
    )
    known = set(wide.columns)
    out: list[pl.DataFrame] = []
    for form in ("gir_2019", "gir_2021"):
        rows = wide.filter(pl.col("form").fill_null("gir_2021") == form)
        out += [
            rows.select(
                "report_id", pl.lit(name).alias("indicator_id"), *_figure(formula, known)
            ).with_columns(pl.col("doubts").cast(pl.Int64))
            for name, formula in formulas(form).items()
        ]
    return pl.concat(out, how="vertical_relaxed")


def _last_day(kind: str, year: int) -> dt.date | None:
    if kind in UNDATED:
        return None
    return dt.date(year + 1, 3, 31) if kind in GOVERNMENTS else dt.date(year + 1, 1, 31)


def _runs(text: str, agency: str) -> set[str]:
    kept = "".join(
        letter
        for letter in text.replace(agency, "")
        if re.match(r"[A-Za-z\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff]", letter)
    )
    return {kept[i : i + 3] for i in range(len(kept) - 2)}


def _texts(connection: duckdb.DuckDBPyConnection, reports: pl.DataFrame) -> dict[str, set[str]]:
    rows = connection.sql(
        "SELECT report_id, text FROM fct_report_section WHERE section_no IN ('一', '五') "
        "ORDER BY report_id, reading_order"
    ).fetchall()
    names = dict(reports.select("report_id", "agency_name").iter_rows())
    texts: dict[str, str] = {}
    for report, text in rows:
        if report in names:
            texts[report] = texts.get(report, "") + text.replace(names[report], "")
    return {report: _runs(text, names[report]) for report, text in texts.items()}


def _from_reports(
    connection: duckdb.DuckDBPyConnection, reports: pl.DataFrame, judged: set[str]
) -> pl.DataFrame:
    found = dict.fromkeys(reports["report_id"], (0, 0))
    for report, severity, count in connection.sql(
        "SELECT report_id, severity, count(*) FROM fct_finding WHERE attribution != 'extraction' "
        "AND coalesce(decision, '') != 'dismissed' GROUP BY ALL"
    ).fetchall():
        errors, warnings = found.get(report, (0, 0))
        if severity == "error":
            found[report] = (count, warnings)
        elif severity == "warning":
            found[report] = (errors, count)
    runs = _texts(connection, reports)
    rows: list[dict[str, Any]] = []
    for report in reports.iter_rows(named=True):
        key, day = report["report_id"], _last_day(report["kind"], report["report_year"])
        figures: dict[str, float | None] = dict.fromkeys(MEASURES)
        if day is not None and report["published_on"] is not None:
            figures["publication_delay_days"] = (report["published_on"] - day).days
            figures["published_on_time"] = float(report["published_on"] <= day)
        if key in judged:
            errors, warnings = found[key]
            figures["error_findings"], figures["warning_findings"] = errors, warnings
            figures["clean_report"] = float(errors + warnings == 0)
        rows += [
            {"report_id": key, "indicator_id": name, "value": value, "numerator": value}
            for name, value in figures.items()
        ]
        one, two = runs.get(key, set()), runs.get(report["earlier_id"], set())
        both = len(one | two) if one and two else None
        rows.append(
            {
                "report_id": key,
                "indicator_id": "text_novelty_ratio",
                "value": 1 - len(one & two) / both if both else None,
                "numerator": both - len(one & two) if both else None,
                "denominator": both,
            }
        )
    schema = dict.fromkeys(("value", "numerator", "denominator"), pl.Float64)
    return pl.DataFrame(
        rows, schema={"report_id": pl.String, "indicator_id": pl.String, **schema}
    ).with_columns(pl.lit(0, pl.Int64).alias("doubts"))


def recomputed(
    connection: duckdb.DuckDBPyConnection, population: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Every figure: report_id, indicator_id, value, numerator, denominator, doubts.

    Args:
        connection: a DuckDB file with fct_report, fct_report_item, fct_report_section, fct_finding.
        population: report_id and population (persons) where a report's division has one.
    """
    reports = _current(connection)
    forms = connection.sql(
        "SELECT report_id, min(format_id) AS form FROM fct_report_item GROUP BY ALL"
    ).pl()
    cells = _cells(connection)
    counts = _from_cells(reports, cells, forms)
    if population is None:
        population = pl.DataFrame(schema={"report_id": pl.String, "population": pl.Int64})
    people = (
        counts.filter(pl.col("indicator_id") == "requests_received")
        .join(population, on="report_id", how="left")
        .with_columns(
            pl.lit("requests_per_100k").alias("indicator_id"),
            (pl.col("value") * 100_000 / pl.col("population")).alias("value"),
            pl.when(pl.col("population").is_not_null()).then("numerator").alias("numerator"),
            pl.when(pl.col("numerator").is_not_null())
            .then(pl.col("population").cast(pl.Float64))
            .alias("denominator"),
        )
        .drop("population")
    )
    measures = _from_reports(connection, reports, set(forms["report_id"]))
    return pl.concat([counts, people, measures], how="diagonal_relaxed")


def _published_wide(connection: duckdb.DuckDBPyConnection, names: list[str]) -> pl.DataFrame:
    wide = connection.sql("SELECT * FROM cmp_agency_year").pl()
    return pl.concat(
        [
            wide.select(
                "report_id",
                pl.lit(name).alias("indicator_id"),
                pl.col(name).cast(pl.Float64).alias("value"),
                *(
                    (
                        pl.col(f"{name}_{part}").cast(pl.Float64).alias(part)
                        for part in ("numerator", "denominator")
                    )
                    if f"{name}_numerator" in wide.columns
                    else (
                        pl.col(name).cast(pl.Float64).alias("numerator"),
                        pl.lit(None, pl.Float64).alias("denominator"),
                    )
                ),
            )
            for name in names
        ]
    )


def _differs(one: str, two: str) -> pl.Expr:
    left, right = pl.col(one), pl.col(two)
    near = (left - right).abs() <= 1e-9 * pl.max_horizontal(left.abs(), right.abs(), pl.lit(1.0))
    return (left.is_null() ^ right.is_null()) | ~near.fill_null(value=True)


def _lines(frame: pl.DataFrame, column: str, expected: str, table: str) -> list[str]:
    wrong = frame.filter(_differs(column, expected))
    return [
        f"{table}: {row['report_id'][:12]} {row['indicator_id']}.{column} is {row[column]}, "
        f"expected {row[expected]}"
        for row in wrong.iter_rows(named=True)
    ]


def _wilson(numerator: float | None, denominator: float | None, sign: int) -> float | None:
    """The bound as the root of (p - x)^2 = z^2 x(1 - x)/n."""
    if numerator is None or denominator is None or not 0 <= numerator <= denominator > 0:
        return None
    p, n = numerator / denominator, denominator
    a, b, c = 1 + Z * Z / n, -(2 * p + Z * Z / n), p * p
    return (-b + sign * math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)


def _comparability(formula: Formula | None, year: int, form: str, before: str | None) -> str | None:
    """What the year before is to this one, by the official forms; None: nothing to compare."""
    if formula is None:
        return "same"
    items = {cell[1] for cell in formula.upper + formula.lower}
    other = {item for item in items if item.startswith("applications.outcome.other.")}
    changed = form != before
    # All three rows of 2021 together are the one row of 2019; two of them are not.
    gone = any(item.endswith(ONLY_2021) for item in items) or len(other) in {1, 2}
    if before is None or (changed and gone):
        return None
    nearly = (changed and any(item.endswith(APPROXIMATE_2021) for item in items)) or (
        year == 2024 and any(item.startswith(APPROXIMATE_2024) for item in items)
    )
    return "approximate" if nearly else "same"


def _long_faults(
    connection: duckdb.DuckDBPyConnection, figures: pl.DataFrame, reports: pl.DataFrame
) -> list[str]:
    long = connection.sql(
        "SELECT report_id, indicator_id, report_year, value, numerator::DOUBLE AS numerator, "
        "denominator::DOUBLE AS denominator, needs_review_count, is_shown, wilson_low, "
        "wilson_high, previous_value, change, is_comparable, comparability FROM cmp_indicator_long"
    ).pl()
    forms = connection.sql(
        "SELECT report_id, min(format_id) AS form, count(DISTINCT format_id) AS n "
        "FROM fct_report_item GROUP BY ALL"
    ).pl()
    expected = figures.filter(~pl.col("indicator_id").str.contains(NOT_LONG.pattern)).rename(
        {"value": "e_value", "numerator": "e_numerator", "denominator": "e_denominator"}
    )
    if long.height != expected.height:
        return [f"cmp_indicator_long: {long.height} rows, expected {expected.height}"]
    earlier = figures.select(
        pl.col("report_id").alias("earlier_id"), "indicator_id", pl.col("value").alias("e_previous")
    )
    both = (
        long.join(expected, on=["report_id", "indicator_id"], how="left")
        .join(reports.select("report_id", "earlier_id"), on="report_id")
        .join(earlier, on=["earlier_id", "indicator_id"], how="left")
        .join(forms, on="report_id", how="left")
        .join(
            forms.select(
                pl.col("report_id").alias("earlier_id"),
                pl.col("form").alias("before"),
                pl.col("n").alias("n_before"),
            ),
            on="earlier_id",
            how="left",
        )
    )
    found = [
        *_lines(both, "value", "e_value", "cmp_indicator_long"),
        *_lines(both, "numerator", "e_numerator", "cmp_indicator_long"),
        *_lines(both, "denominator", "e_denominator", "cmp_indicator_long"),
        *_lines(both, "previous_value", "e_previous", "cmp_indicator_long"),
    ]
    known = {form: formulas(form) for form in ("gir_2019", "gir_2021")}
    for row in both.iter_rows(named=True):
        place = f"cmp_indicator_long: {row['report_id'][:12]} {row['indicator_id']}"
        formula = known[row["form"] or "gir_2021"].get(row["indicator_id"])
        share = formula is not None and formula.is_share
        for column, sign in (("wilson_low", -1), ("wilson_high", 1)):
            bound = _wilson(row["numerator"], row["denominator"], sign) if share else None
            if (bound is None) != (row[column] is None) or (
                bound is not None and abs(bound - row[column]) > 1e-9
            ):
                found.append(f"{place}.{column} is {row[column]}, expected {bound}")
        if row["needs_review_count"] != row["doubts"]:
            found.append(f"{place}: {row['needs_review_count']} unsure, expected {row['doubts']}")
        least = {"requests_per_100k": 1, "text_novelty_ratio": 100}.get(row["indicator_id"], 10)
        shown = row["value"] is not None and (row["denominator"] or least) >= least
        if row["is_shown"] != shown:
            found.append(f"{place}.is_shown is {row['is_shown']}")
        if row["earlier_id"] is None:
            if row["is_comparable"] or row["change"] is not None:
                found.append(f"{place} is compared with nothing")
        elif row["n"] == 1 and row["n_before"] == 1:
            word = _comparability(formula, row["report_year"], row["form"], row["before"])
            if row["comparability"] != word or row["is_comparable"] != (word is not None):
                found.append(f"{place}.comparability is {row['comparability']}, expected {word}")
            change = (
                None
                if word is None or None in (row["value"], row["previous_value"])
                else row["value"] - row["previous_value"]
            )
            if (change is None) != (row["change"] is None) or (
                change is not None and abs(change - row["change"]) > 1e-6 * max(1, abs(change))
            ):
                found.append(f"{place}.change is {row['change']}, expected {change}")
    return found


def faults(
    connection: duckdb.DuckDBPyConnection, population: pl.DataFrame | None = None
) -> list[str]:
    """Every figure of cmp_agency_year and cmp_indicator_long that is not what the cells say."""
    figures = recomputed(connection, population)
    names = figures["indicator_id"].unique(maintain_order=True).to_list()
    listed = connection.sql(
        "SELECT indicator_id FROM dim_indicator WHERE is_available AND scope != 'group'"
    ).fetchall()
    missing = {name for (name,) in listed} ^ set(names)
    if missing:
        return [f"not in both the dictionary and the test: {sorted(missing)}"]
    published = _published_wide(connection, names)
    if published.height != figures.height:
        return [f"cmp_agency_year: {published.height} figures, expected {figures.height}"]
    both = published.join(
        figures.select(
            "report_id",
            "indicator_id",
            *(pl.col(name).alias(f"e_{name}") for name in ("value", "numerator", "denominator")),
        ),
        on=["report_id", "indicator_id"],
        how="left",
    )
    return [
        *(
            line
            for name in ("value", "numerator", "denominator")
            for line in _lines(both, name, f"e_{name}", "cmp_agency_year")
        ),
        *_long_faults(connection, figures, _current(connection)),
    ]
