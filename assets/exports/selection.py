"""Which rows of a publication an export takes: tables, one agency, one region, one year."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from assets.exports.exported import ExportedTable, ExportError, text

LISTED = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for; nothing means everything.

    Attributes:
        tables: names of tables.
        agency: code of an agency, its name or a part of the name.
        region: code of a division or its name; agencies in it and below it.
        year: report year.
    """

    tables: tuple[str, ...] = ()
    agency: str | None = None
    region: str | None = None
    year: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()


class NotSelectable(ExportError):
    """Nobody can tell what is meant: `key` and `values` of a message for people."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"{key}: {values}")
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Selection:
    """Wanted, looked up in a publication; agencies and reports are in temporary tables.

    Attributes:
        wanted: what was asked for.
        label: what was selected, for people: the agency's or the region's name and the year.
        slug: the same for names of files and folders; empty for everything.
        by_agency: whether rows of other agencies are left out.
        prefix: how the division codes of a region begin; empty without one.
    """

    wanted: Wanted
    label: str
    slug: str
    by_agency: bool
    prefix: str = ""

    def takes(self, table: ExportedTable) -> bool:
        """Whether a table is exported at all."""
        return not self.wanted.tables or table.name in self.wanted.tables

    def condition(self, table: ExportedTable) -> str:
        """SQL that selects the rows of a table; tables about no agency and no year come whole."""
        tests: list[str] = []
        if self.by_agency:
            if self.prefix and table.has("region_code"):
                tests.append(f"starts_with(region_code, {text(self.prefix)})")
            elif table.has("agency_code", "is_synthetic"):
                tests.append("(agency_code, is_synthetic) IN (FROM chosen_agency)")
            elif table.has("agency_code"):
                tests.append("agency_code IN (SELECT agency_code FROM chosen_agency)")
            elif table.has("report_id"):
                tests.append("report_id IN (SELECT report_id FROM chosen_report)")
            elif table.has("doc_id"):
                tests.append("doc_id IN (SELECT doc_id FROM chosen_report)")
        if self.wanted.year is not None:
            if table.has("report_year"):
                tests.append(f"report_year = {self.wanted.year:d}")
            elif table.has("report_id"):
                tests.append("report_id IN (SELECT report_id FROM chosen_report)")
            elif table.has("doc_id"):
                tests.append("doc_id IN (SELECT doc_id FROM chosen_report)")
        return " AND ".join(dict.fromkeys(tests)) or "true"


def slug_of(words: str) -> str:
    """Words as a part of a file name: letters and digits of any script, hyphens for the rest."""
    return re.sub(r"[^\w.]+", "-", words).strip("-.")[:80] or "selection"


def _find_agency(connection: duckdb.DuckDBPyConnection, words: str) -> tuple[str, bool, str]:
    for test in ("agency_code = $words OR agency_name = $words", "contains(agency_name, $words)"):
        found = connection.execute(
            f"SELECT agency_code, is_synthetic, agency_name FROM dim_agency WHERE {test} "
            "ORDER BY is_synthetic, agency_name, agency_code",
            {"words": words},
        ).fetchall()
        # A made-up namesake of a real agency is never meant.
        found = [row for row in found if not row[1]] or found
        if len(found) == 1:
            return found[0]
        if found:
            names = "; ".join(f"{code} {name}" for code, _, name in found[:LISTED])
            raise NotSelectable("error.many_agencies", words=words, count=len(found), names=names)
    raise NotSelectable("error.no_agency", words=words)


def _division_prefix(code: str) -> str:
    """The part of a 12-digit division code that all codes below it share."""
    for length, step in ((9, 3), (6, 3), (4, 2), (2, 2)):
        if code[length : length + step].strip("0"):
            return code[: length + step]
    return code[:2]


def _find_region(
    connection: duckdb.DuckDBPyConnection, words: str, by_name: dict[str, ExportedTable]
) -> tuple[str, str]:
    if "dim_division" not in by_name or not by_name["dim_agency"].has("division_code"):
        raise NotSelectable("error.no_regions")
    found = connection.execute(
        "SELECT DISTINCT division_code, division_name FROM dim_division "
        "WHERE division_code = rpad($words, 12, '0') OR division_name = $words ORDER BY ALL",
        {"words": words},
    ).fetchall()
    codes = {code for code, _ in found}
    if len(codes) > 1:
        names = "; ".join(f"{code} {name}" for code, name in found[:LISTED])
        raise NotSelectable("error.many_regions", words=words, count=len(codes), names=names)
    if not found:
        raise NotSelectable("error.no_region", words=words)
    return found[0]


def select(
    connection: duckdb.DuckDBPyConnection, tables: tuple[ExportedTable, ...], wanted: Wanted
) -> Selection:
    """Look up what is wanted; makes the temporary tables chosen_agency and chosen_report.

    Raises:
        NotSelectable: no such table, agency, region or year, or several agencies or regions.
    """
    by_name = {table.name: table for table in tables}
    for name in wanted.tables:
        if name not in by_name:
            raise NotSelectable("error.no_table", table=name, tables=", ".join(by_name))
    by_agency, words, test, prefix = False, [], "true", ""
    if wanted.agency is not None:
        code, is_synthetic, name = _find_agency(connection, wanted.agency)
        by_agency, test = True, "agency_code = $code AND is_synthetic = $is_synthetic"
        parameters: dict[str, object] = {"code": code, "is_synthetic": is_synthetic}
        words.append(name)
    elif wanted.region is not None:
        code, name = _find_region(connection, wanted.region, by_name)
        by_agency, test = True, "starts_with(division_code, $prefix)"
        prefix = _division_prefix(code)
        parameters = {"prefix": prefix}
        words.append(name)
    else:
        parameters = {}
    if wanted.year is not None:
        words.append(str(wanted.year))
    if by_agency or wanted.year is not None:
        _choose(connection, test, parameters, wanted.year)
    if wanted.year is not None:
        count = connection.execute(
            "SELECT count(*) FROM fct_report WHERE report_year = ?", [wanted.year]
        ).fetchone()
        if not count or not count[0]:
            raise NotSelectable("error.no_year", year=wanted.year)
    if wanted.region is not None and not connection.execute("FROM chosen_agency").fetchone():
        raise NotSelectable("error.empty_region", words=wanted.region)
    parts = [slug_of(word) for word in (*words, *wanted.tables)]
    return Selection(wanted, " ".join(words), "_".join(parts), by_agency, prefix)


def _choose(
    connection: duckdb.DuckDBPyConnection,
    test: str,
    parameters: dict[str, object],
    year: int | None,
) -> None:
    connection.execute(
        "CREATE TEMP TABLE chosen_agency AS SELECT DISTINCT agency_code, is_synthetic "
        f"FROM dim_agency WHERE {test}",
        parameters,
    )
    in_year = "" if year is None else f" AND report_year = {year:d}"
    connection.execute(
        "CREATE TEMP TABLE chosen_report AS SELECT DISTINCT report_id, doc_id FROM fct_report "
        f"WHERE (agency_code, is_synthetic) IN (FROM chosen_agency){in_year}"
    )
