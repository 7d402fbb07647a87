"""The answers of the cookbook, computed from the lake and the plan of the world.

Nothing here reads a mart, a macro or the SQL of dbt: reports, facts, rosters and findings come from
the lake, formats and indicators from their files, who counts whom from the plan of the world.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from assets.common.lake import Lake
from assets.common.paths import DataFolder
from assets.synthetic.world import plan_world
from orchestration.cookbook import EXAMPLE, LATER_PREFECTURE, LATER_YEAR, READ_OTHERWISE
from schemas.catalog import load_catalog

Rows = list[tuple[Any, ...]]
Number = Decimal | None
PROVINCE, COUNTY = "W990000000-gov", "W990101000-gov"
Z = 1.959963984540054
SMALLEST_BASE = 10
TO_WAN = {"元": Decimal("0.0001"), "亿元": Decimal(10000)}
PLACE = Decimal("0.000001")


class Truth:
    """The lake of the example and its plan, looked up by report, concept and member."""

    def __init__(self, data: DataFolder) -> None:
        lake = Lake(data.lake)
        self.catalog = load_catalog()
        self.world = plan_world(EXAMPLE, self.catalog)
        self.versions = lake.read("reports").to_dicts()
        self.reports = [row for row in self.versions if row["is_current"]]
        self.of = {(row["agency_code"], row["report_year"]): row for row in self.reports}
        self.lake = lake
        current = {row["report_id"] for row in self.reports}
        self.facts: dict[str, dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
        for row in lake.read("report_facts").to_dicts():
            self.facts[row["report_id"]][row["item_code"], row["breakdown"]] = row
        self.current = current
        self.items: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self.catalog.crosswalk:
            self.items[row.concept, row.format_id].append(row.item_code)
        self.agency = {one.code: one for one in self.world.population.agencies}
        self.indicators = {one.id: one for one in self.catalog.indicators}

    def form(self, report: dict[str, Any], concept: str) -> str:
        """The format of the table that has a concept; a report can use two formats."""
        cells = self.facts[report["report_id"]]
        for form in self.catalog.formats:
            for item in self.items.get((concept, form), []):
                rows = [row for (code, _), row in cells.items() if code == item]
                if any(row["format_id"] == form for row in rows):
                    return form
        return ""

    def notes(self, concepts: Iterable[str], year: int) -> str:
        """What breaks.csv says of a year and some concepts."""
        found = {
            row.note_en
            for row in self.catalog.breaks
            if row.concept in concepts and row.first_year == year
        }
        return "; ".join(sorted(found))

    def figure(self, report: dict[str, Any] | None, concept: str, member: str = "total") -> Number:
        """The sum of the items of a concept; None where one is missing."""
        if report is None:
            return None
        mine = self.facts[report["report_id"]]
        for form in self.catalog.formats:
            cells = [mine.get((item, member)) for item in self.items.get((concept, form), [])]
            here = [cell for cell in cells if cell is not None and cell["format_id"] == form]
            if here and len(here) == len(cells):
                if any(cell["value"] is None for cell in here):
                    return None
                scaled = [cell["value"] * TO_WAN.get(cell["unit"], Decimal(1)) for cell in here]
                return sum(scaled, Decimal(0))
        return None

    def total(self, report: dict[str, Any] | None, concepts: Iterable[str], member: str) -> Number:
        """The sum of several concepts; None where one is missing."""
        found = [self.figure(report, concept, member) for concept in concepts]
        return None if None in found else sum((one for one in found if one is not None), Decimal(0))

    def before(self, report: dict[str, Any]) -> dict[str, Any] | None:
        """The current report of the year before."""
        return self.of.get((report["agency_code"], report["report_year"] - 1))

    def parts(self, indicator: str, report: dict[str, Any] | None) -> tuple[Number, Number]:
        """Numerator and denominator of an indicator made of cells, both or none."""
        if report is None:
            return None, None
        sums: dict[str, Number] = {}
        for part in ("numerator", "denominator"):
            total: Number = Decimal(0)
            for term in self.indicators[indicator].of(part):
                source = self.before(report) if term.is_previous_year else report
                value = self.figure(source, term.concept, term.breakdown)
                total = None if total is None or value is None else total + term.sign * value
            sums[part] = total
        if not self.indicators[indicator].has_denominator:
            return sums["numerator"], None
        whole = None not in sums.values()
        return (sums["numerator"], sums["denominator"]) if whole else (None, None)

    def value(self, indicator: str, report: dict[str, Any] | None) -> float | None:
        """An indicator made of cells."""
        above, below = self.parts(indicator, report)
        if not self.indicators[indicator].has_denominator:
            return None if above is None else float(above)
        return divided(above, below)

    def name_of(self, agency: str) -> str:
        """What an agency is called today."""
        return self.agency[agency].names[-1][1]

    def of_kind(self, year: int, kind: str, tier: str) -> list[dict[str, Any]]:
        """The reports of a year by agencies of a kind and tier, in the order of their codes."""
        return [
            row
            for (code, report_year), row in sorted(self.of.items())
            if report_year == year
            and self.agency[code].kind.value == kind
            and self.agency[code].tier == tier
        ]

    def outcome_group(self, group: str) -> list[str]:
        """The concepts of a group of outcomes, as they are printed under it."""
        head = f"applications.outcome.{group}"
        below = {c for c, _ in self.items if c.startswith(f"{head}.")}
        return sorted(below) if below and group != "other" else [head]


def divided(above: Number, below: Number) -> float | None:
    """A quotient; None without a part or with a denominator that is not positive."""
    if above is None or below is None or below <= 0:
        return None
    return float(Fraction(above) / Fraction(below))


def wilson(above: Decimal, below: Decimal) -> tuple[float, float]:
    """The Wilson interval, as the textbook writes it."""
    n, p = float(below), float(above / below)
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return middle - half, middle + half


def less(one: Number, other: Number) -> Number:
    """A difference; None where a side is missing."""
    return None if one is None or other is None else one - other


GROUPS = (
    ("disclosed", "disclosed"),
    ("partially_disclosed", "partially disclosed"),
    ("refused", "refused"),
    ("unavailable", "unavailable"),
    ("not_processed", "not processed"),
    ("other", "other"),
)
GROUNDS = (
    ("state_secret", "Refused: state secret", "security"),
    ("prohibited_by_law", "Refused: disclosure prohibited by law", "security"),
    ("security_and_stability", "Refused: endangers security or stability", "security"),
    ("third_party_rights", "Refused: rights of third parties", "third_party"),
    ("internal_affairs", "Refused: internal affairs (three kinds)", "discretionary"),
    ("process_information", "Refused: process information (four kinds)", "discretionary"),
    ("enforcement_file", "Refused: administrative enforcement file", "discretionary"),
    ("register_query", "Refused: register query under special rules", "query"),
)
APPLICANTS = (
    ("natural_person", "natural persons"),
    ("commercial_enterprise", "commercial enterprises"),
    ("research_institution", "research institutions"),
    ("public_welfare_organisation", "public-welfare organisations"),
    ("legal_service_organisation", "legal-service organisations"),
    ("other_organisation", "other organisations"),
    ("total", "all applicants"),
)
CHANNELS = (
    ("reconsideration", "reconsideration"),
    ("litigation.direct", "litigation without reconsideration"),
    ("litigation.after_reconsideration", "litigation after reconsideration"),
)
NO_REPORT = "no current report for the year before"
RECEIVED, SETTLED = "applications.received", "applications.outcome.total"


def q01(truth: Truth) -> Rows:
    years = sorted({row["report_year"] for row in truth.versions})
    return [
        (
            year,
            True,
            sum(row["report_year"] == year for row in truth.reports),
            sum(row["report_year"] == year for row in truth.versions),
        )
        for year in years
    ]


def q02(truth: Truth) -> Rows:
    found = Counter(truth.lake.read("parse_log")["status"])
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def q03(truth: Truth) -> Rows:
    rows = []
    for code, agency in truth.agency.items():
        names = [name for _, name in agency.names if "改名事务" in name]
        if names:
            years = [year for other, year in truth.of if other == code]
            kind, tier = agency.kind.value, agency.tier
            rows.append((code, truth.name_of(code), kind, tier, min(years), max(years)))
    return sorted(rows, key=lambda row: (len(row[1]), row[0]))


def q04(truth: Truth) -> Rows:
    report = truth.of[COUNTY, 2023]
    cells = truth.facts[report["report_id"]]
    printed = [
        (cell.row_label, cells[cell.item_code, cell.breakdown])
        for cell in truth.catalog.formats[truth.form(report, RECEIVED)].cells
        if cell.table_id == "applications" and cell.breakdown == "total"
    ]
    return [
        (label, cell["value"], cell["value_status"], cell["raw_text"], cell["locator"])
        for label, cell in printed
    ]


def q05(truth: Truth) -> Rows:
    found = (
        truth.lake.read("report_facts")
        .filter(pl.col("report_id").is_in(list(truth.current)) & (pl.col("report_year") == 2023))
        .group_by("value_status")
        .agg(
            pl.len(),
            (pl.col("value") == 0).sum().alias("zeros"),
            pl.col("value").is_null().sum().alias("without"),
        )
        .sort(["len", "value_status"], descending=[True, False])
    )
    return found.rows()


def q07(truth: Truth) -> Rows:
    rows = []
    for year in EXAMPLE.years:
        report = truth.of["W990101000-office", year]
        above, below = truth.parts("disclosure_rate", report)
        first = truth.before(report) is None
        concepts = {term.concept for term in truth.indicators["disclosure_rate"].terms}
        known = truth.notes(concepts, year)
        note = "; ".join(filter(None, (NO_REPORT if first else "", known))) or None
        rows.append((year, divided(above, below), above, below, not first, note))
    return rows


def _ranks(values: dict[str, tuple[float, float, float]]) -> dict[str, tuple[int, int, int]]:
    """Rank, best and worst rank, from value and interval."""
    return {
        code: (
            1 + sum(other[0] > value for other in values.values()),
            1 + sum(other[1] > high for other in values.values()),
            len(values) - sum(other[2] < low for other in values.values()),
        )
        for code, (value, low, high) in values.items()
    }


def _ranked(truth: Truth, indicator: str, reports: Iterable[dict[str, Any]]) -> dict[str, tuple]:
    """Value and interval of the reports that can be ranked."""
    out = {}
    for report in reports:
        above, below = truth.parts(indicator, report)
        if not truth.indicators[indicator].has_denominator:
            if above is not None:
                out[report["agency_code"]] = (float(above),) * 3
        elif above is not None and below is not None and below >= SMALLEST_BASE:
            value = divided(above, below)
            out[report["agency_code"]] = (value, *wilson(above, below))
    return out


def q08(truth: Truth) -> Rows:
    rows = []
    report = truth.of[COUNTY, 2024]
    for indicator in ("disclosure_rate", "refusal_rate", "requests_received"):
        values = _ranked(truth, indicator, truth.of_kind(2024, "gov", "county"))
        value = truth.value(indicator, report)
        before = truth.value(indicator, truth.before(report))
        assert value is not None and before is not None
        ranks = _ranks(values)[COUNTY]
        rows.append((indicator, value, before, value - before, *ranks, len(values), 0))
    return rows


def q09(truth: Truth) -> Rows:
    rows = []
    for (code, year), report in truth.of.items():
        now, then = truth.figure(report, RECEIVED), truth.figure(truth.before(report), RECEIVED)
        if year == 2023 and now is not None and then is not None:
            rows.append((code, report["agency_name"], then, now, now - then))
    return sorted(rows, key=lambda row: (-abs(row[4]), row[0]))


def q10(truth: Truth) -> Rows:
    code = "W990101000-natural_resources"
    return [
        (year, code, truth.agency[code].name_in(year), truth.figure(truth.of[code, year], RECEIVED))
        for year in EXAMPLE.years
    ]


def q11(truth: Truth) -> Rows:
    rows = [
        (
            event.event_on,
            event.kind,
            event.from_code,
            None if event.kind == "abolished" else event.to_code,
        )
        for event in truth.world.population.events
    ]
    return sorted(rows, key=lambda row: tuple(map(str, row)))


def q12(truth: Truth) -> Rows:
    members: dict[str, set[str]] = defaultdict(set)
    for cell in truth.catalog.formats["gir_2021"].cells:
        members[cell.item_code].add(cell.breakdown)
    return sorted(
        {
            (row.concept, member, row.comparability, row.note_en)
            for row in truth.catalog.crosswalk
            for member in members[row.item_code]
            if row.format_id == "gir_2021"
            and row.comparability != "same"
            and (row.concept, "gir_2019") in truth.items
        }
    )


def q13(truth: Truth) -> Rows:
    return [
        (code, report["agency_name"], "gir_2019")
        for (code, year), report in sorted(truth.of.items())
        if year == 2021
        and any(row["format_id"] == "gir_2019" for row in truth.facts[report["report_id"]].values())
    ]


def q14(truth: Truth) -> Rows:
    rows = []
    concept = "litigation.direct.total"
    for year in EXAMPLE.years:
        now = truth.figure(truth.of[PROVINCE, year], concept, "")
        then = truth.figure(truth.of.get((PROVINCE, year - 1)), concept, "")
        known = truth.notes({concept}, year)
        note = "; ".join(filter(None, (NO_REPORT if then is None else "", known))) or None
        word = None if then is None else "approximate" if known else "same"
        rows.append((year, then, now, word, note))
    return rows


def q15(truth: Truth) -> Rows:
    report = truth.of[PROVINCE, 2024]
    settled = truth.figure(report, SETTLED)
    counts = [truth.total(report, truth.outcome_group(name), "total") for name, _ in GROUPS]
    agrees = sum(one for one in counts if one is not None) == settled
    return [
        (label, count, settled, divided(count, settled), agrees)
        for (_, label), count in zip(GROUPS, counts, strict=True)
    ]


def q16(truth: Truth) -> Rows:
    now, then = truth.of[PROVINCE, 2024], truth.of[PROVINCE, 2023]
    settled = [truth.figure(report, SETTLED) or Decimal(0) for report in (then, now)]
    rows = []
    for name, label in GROUPS:
        counts = [
            truth.total(report, truth.outcome_group(name), "total") or Decimal(0)
            for report in (then, now)
        ]
        shares = [Fraction(c) / Fraction(t) for c, t in zip(counts, settled, strict=True)]
        volume = Fraction(settled[1] - settled[0]) * (shares[0] + shares[1]) / 2
        mix = (shares[1] - shares[0]) * Fraction(settled[0] + settled[1]) / 2
        change = counts[1] - counts[0]
        assert volume + mix == Fraction(change)
        rounded = (Decimal(volume.numerator) / Decimal(volume.denominator)).quantize(PLACE)
        rows.append((label, counts[0], counts[1], change, rounded, change - rounded))
    return rows


def _grounds(truth: Truth, report: dict[str, Any] | None) -> dict[str, Number]:
    return {
        name: truth.figure(report, f"applications.outcome.refused.{name}") for name, *_ in GROUNDS
    }


def q17(truth: Truth) -> Rows:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for report in truth.of_kind(2024, "gov", "county"):
        found = _grounds(truth, report)
        assert None not in found.values()
        for name, value in found.items():
            sums[name] += value or 0
    whole = sum(sums.values(), Decimal(0))
    return [
        (label, group, sums[name], whole, divided(sums[name], whole))
        for name, label, group in GROUNDS
    ]


def q18(truth: Truth) -> Rows:
    now, then = (_grounds(truth, truth.of["W990100000-gov", year]) for year in (2024, 2023))
    wholes = [sum((v for v in one.values() if v is not None), Decimal(0)) for one in (then, now)]
    rows = []
    for name, label, _ in GROUNDS:
        shares = [divided(then[name], wholes[0]), divided(now[name], wholes[1])]
        assert shares[0] is not None and shares[1] is not None
        change = less(now[name], then[name])
        rows.append((label, then[name], now[name], change, *shares, shares[1] - shares[0]))
    return rows


def q19(truth: Truth) -> Rows:
    report = truth.of[PROVINCE, 2024]
    rows = []
    for group, outcome in (GROUPS[0], GROUPS[2]):
        for kind, label in APPLICANTS:
            count = truth.total(report, truth.outcome_group(group), kind)
            settled = truth.figure(report, SETTLED, kind)
            assert settled is not None
            share = divided(count, settled)
            rows.append((label, outcome, count, settled, share, settled < SMALLEST_BASE))
    return rows


def q20(truth: Truth) -> Rows:
    rows = []
    for (code, year), report in sorted(truth.of.items()):
        for group, _ in GROUPS:
            *kinds, total = [
                truth.total(report, truth.outcome_group(group), kind) for kind, _ in APPLICANTS
            ]
            if None in kinds or total is None:
                continue
            added = sum((one for one in kinds if one is not None), Decimal(0))
            if added != total:
                rows.append((code, year, group, added, total, added - total))
    return sorted(rows)


def q21(truth: Truth) -> Rows:
    report = truth.of[PROVINCE, 2023]
    rows = []
    for channel, label in CHANNELS:
        upheld, corrected, other, pending, total = (
            truth.figure(report, f"{channel}.{what}", "")
            for what in ("upheld", "corrected", "other_result", "pending", "total")
        )
        assert upheld is not None and corrected is not None and other is not None
        decided = upheld + corrected + other
        rates = divided(corrected, decided), divided(corrected, total)
        rows.append((label, corrected, decided, total, pending, *rates))
    return rows


def q22(truth: Truth) -> Rows:
    rows = []
    for year in EXAMPLE.years:
        report = truth.of[PROVINCE, year]
        suits = truth.figure(report, "litigation.after_reconsideration.total", "")
        cases = truth.figure(report, "reconsideration.total", "")
        rows.append((year, suits, cases, divided(suits, cases)))
    return rows


def q23(truth: Truth) -> Rows:
    rows = []
    for (code, year), report in sorted(truth.of.items()):
        before = truth.figure(truth.before(report), "normative_documents.in_force", "")
        issued, repealed, stock = (
            truth.figure(report, f"normative_documents.{what}", "")
            for what in ("issued", "repealed", "in_force")
        )
        if before is None or issued is None or repealed is None or stock is None:
            continue
        expected = before + issued - repealed
        if stock != expected:
            rows.append((code, year, before, issued, repealed, expected, stock, stock - expected))
    return rows


def q24(truth: Truth) -> Rows:
    rows = []
    concepts = ("licensing.decisions", "penalties.decisions", "administrative_compulsion.decisions")
    (changed,) = {
        row.note_en
        for row in truth.catalog.crosswalk
        if row.concept in concepts and row.format_id == "gir_2021"
    }
    for year in EXAMPLE.years:
        report = truth.of[COUNTY, year]
        counts = [truth.figure(report, concept, "") for concept in concepts]
        whole = sum((one for one in counts if one is not None), Decimal(0))
        before = truth.before(report)
        is_other = before and truth.form(before, concepts[0]) != truth.form(report, concepts[0])
        said = ("" if before else NO_REPORT, changed if is_other else "")
        note = "; ".join(filter(None, (*said, truth.notes(concepts, year)))) or None
        rows.append((year, *counts, divided(counts[1], whole), before is not None, note))
    return rows


def q25(truth: Truth) -> Rows:
    reports = truth.of_kind(2024, "gov", "county")
    values = _ranked(truth, "disclosure_rate", reports)
    ranks = _ranks(values)
    rows = []
    for report in reports:
        code = report["agency_code"]
        if code not in values:
            continue
        value, low, high = values[code]
        rank, best, worst = ranks[code]
        below = truth.parts("disclosure_rate", report)[1]
        rows.append((rank, code, report["agency_name"], value, below, low, high, best, worst))
    return sorted(rows, key=lambda row: row[:2])


def q26(truth: Truth) -> Rows:
    reports = truth.of_kind(2024, "gov", "county")
    first = _ranked(truth, "disclosure_rate", reports)
    second = _ranked(truth, "substantive_disclosure_rate", reports)
    both = first.keys() & second.keys()
    ranks = _ranks(first)
    others = _ranks({code: second[code] for code in both})
    rows = []
    for code, (value, *_) in first.items():
        rank, other = ranks[code][0], others[code][0]
        name = "substantive_disclosure_rate"
        rows.append((code, rank, value, name, second[code][0], other, other - rank))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def q27(truth: Truth) -> Rows:
    small = "listed without a rank: the denominator is below the minimum"
    alone = "not ranked: no other agency of the group can be ranked"
    kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (code, year), report in truth.of.items():
        if year == 2024:
            kinds[truth.agency[code].kind.value].append(report)
    notes: Counter[str] = Counter()
    for reports in kinds.values():
        ranked = _ranked(truth, "disclosure_rate", reports)
        listed = [r for r in reports if truth.parts("disclosure_rate", r)[0] is not None]
        notes[small] += len(listed) - len(ranked)
        notes[alone] += len(ranked) == 1
    return sorted(((k, v) for k, v in notes.items() if v), key=lambda row: (-row[1], row[0]))


def _pooled(
    truth: Truth, indicator: str, reports: Iterable[dict[str, Any]]
) -> tuple[Decimal, Decimal, list[float]]:
    """Sums of numerators and denominators, and the figures on a base that is large enough."""
    above, below, shown = Decimal(0), Decimal(0), []
    for report in reports:
        one, other = truth.parts(indicator, report)
        if one is None or other is None:
            continue
        above, below = above + one, below + other
        if other >= SMALLEST_BASE:
            shown.append(float(one / other))
    return above, below, sorted(shown)


def _quantile(values: list[float], q: float) -> float | None:
    return pl.Series(values).quantile(q, interpolation="linear")


def q28(truth: Truth) -> Rows:
    rows = []
    for year in EXAMPLE.years:
        reports = truth.of_kind(year, "gov", "county")
        above, below, shown = _pooled(truth, "disclosure_rate", reports)
        spread = [_quantile(shown, q) for q in (0.1, 0.5, 0.9)]
        rows.append((year, above, below, divided(above, below), *spread, len(shown)))
    return rows


def _units(truth: Truth, year: int) -> list[dict[str, Any]]:
    return [row for (code, y), row in truth.of.items() if y == year and not code.endswith("-gov")]


def q29(truth: Truth) -> Rows:
    rows = []
    for year in EXAMPLE.years:
        above, below, shown = _pooled(truth, "refusal_rate", _units(truth, year))
        pooled, mean = divided(above, below), math.fsum(shown) / len(shown)
        assert pooled is not None
        rows.append((year, pooled, mean, mean - pooled))
    return rows


def q30(truth: Truth) -> Rows:
    rows = []
    for year in EXAMPLE.years:
        found = [truth.figure(report, RECEIVED) for report in _units(truth, year)]
        values = sorted((one for one in found if one is not None), reverse=True)
        top = math.ceil(len(values) / 10)
        share = divided(sum(values[:top], Decimal(0)), sum(values, Decimal(0)))
        zeros = sum(one == 0 for one in values)
        rows.append((year, zeros, len(values), zeros / len(values), top, share))
    return rows


def _filings(truth: Truth) -> list[tuple[dict[str, Any], dt.date | None]]:
    """Every line of a roster with the day of the first version of its report."""
    first: dict[tuple[str, int], dt.date] = {}
    for row in truth.versions:
        key = (row["agency_code"], row["report_year"])
        first[key] = min(first.get(key, row["published_on"]), row["published_on"])
    return [
        (line, first.get((line["agency_code"], line["report_year"])))
        for line in truth.lake.read("ref_roster").to_dicts()
    ]


def q31(truth: Truth) -> Rows:
    rows = []
    filings = _filings(truth)
    for year in EXAMPLE.years:
        mine = [(line, day) for line, day in filings if line["report_year"] == year]
        missing = sum(day is None for _, day in mine)
        late = sum(day is not None and day > line["due_on"] for line, day in mine)
        rows.append((year, len(mine), missing, late, (len(mine) - missing) / len(mine)))
    return rows


def q32(truth: Truth) -> Rows:
    today = {one.code: one.name for one in truth.world.population.divisions}
    rows = []
    for line, day in _filings(truth):
        code, year, due = line["agency_code"], line["report_year"], line["due_on"]
        if year < 2023 or (day is not None and day <= due):
            continue
        status = "missing" if day is None else "late"
        days = None if day is None else (day - due).days
        name = truth.agency[code].name_in(year)
        rows.append((year, today[line["region_code"]], code, name, status, due, days))
    return sorted(rows, key=lambda row: (row[0], row[2]))


def q33(truth: Truth) -> Rows:
    concept = "licensing.decisions"
    rows = []
    for (code, year), report in truth.of.items():
        members = [
            one.code
            for one in truth.agency.values()
            if one.member_of == code and one.first_year <= year <= one.last_year
        ]
        values = [truth.figure(truth.of.get((member, year)), concept, "") for member in members]
        own = truth.figure(report, concept, "")
        if not members or own is None or None in values:
            continue
        added = sum((one for one in values if one is not None), Decimal(0))
        if own != added:
            rows.append((year, code, concept, own, added, own - added))
    return sorted(rows)


def q34(truth: Truth) -> Rows:
    report = truth.of[COUNTY, 2023]
    order = {
        (cell.item_code, cell.breakdown): place
        for place, cell in enumerate(truth.catalog.formats[truth.form(report, SETTLED)].cells)
    }
    named = truth.lake.read("source_documents").filter(pl.col("doc_id") == report["doc_id"])
    (file_name,) = named["file_name"]
    rows = []
    for part in ("numerator", "denominator"):
        terms = truth.indicators["substantive_disclosure_rate"].of(part)
        for term in sorted(terms, key=lambda one: order[one.concept, one.breakdown]):
            cell = truth.facts[report["report_id"]][term.concept, term.breakdown]
            signed = term.sign * cell["value"]
            place = (cell["raw_text"], file_name, cell["locator"])
            rows.append((part, term.sign, term.concept, term.breakdown, signed, *place))
    return rows


def _unsure(truth: Truth, report: dict[str, Any] | None) -> set[tuple[str, str]]:
    cells = truth.facts[report["report_id"]] if report else {}
    return {place for place, cell in cells.items() if cell["review_status"] == "needs_review"}


def q35(truth: Truth) -> Rows:
    rows = _measured_on_doubt(truth)
    made_of_cells = [
        one
        for one in truth.indicators.values()
        if one.is_column and one.entry.in_long and not any(term.measure for term in one.terms)
    ]
    for (code, year), report in truth.of.items():
        before = truth.before(report)
        now, then = _unsure(truth, report), _unsure(truth, before)
        for one in made_of_cells if now or then else []:
            behind: set[tuple[bool, str, str]] = set()
            for term in one.terms:
                source, unsure = (before, then) if term.is_previous_year else (report, now)
                form = truth.form(source, term.concept) if source else ""
                for item in truth.items.get((term.concept, form), []):
                    if (item, term.breakdown) in unsure:
                        behind.add((term.is_previous_year, item, term.breakdown))
            value = truth.value(one.id, report)
            if behind and value is not None:
                rows.append((code, year, one.id, value, len(behind)))
    return sorted(rows, key=lambda row: row[:3])


def _measured_on_doubt(truth: Truth) -> Rows:
    """Requests per head: a cell by a number that is in no report."""
    rows = []
    people = {
        (row["division_code"], row["year"]): row["population"]
        for row in truth.lake.read("ref_population").to_dicts()
    }
    for (code, year), report in truth.of.items():
        cell = truth.facts[report["report_id"]][RECEIVED, "total"]
        number = people.get((truth.agency[code].division.code, year))
        if cell["review_status"] == "needs_review" and cell["value"] is not None and number:
            value = float(cell["value"] * 100_000) / number
            rows.append((code, year, "requests_per_100k", value, 1))
    return rows


def q36(truth: Truth) -> Rows:
    rows = []
    for (code, year), report in truth.of.items():
        for (item, member), cell in truth.facts[report["report_id"]].items():
            if cell["review_status"] == "needs_review" and cell["table_id"] == "applications":
                rest = (cell["value"], cell["value_status"], cell["review_reason"])
                rows.append((code, year, item, member, *rest))
    return sorted(rows, key=lambda row: row[:4])


def q37(truth: Truth) -> Rows:
    found = truth.lake.read("findings").filter(pl.col("severity") == "error")
    return (
        found.group_by("rule_id", "severity", "attribution")
        .agg(pl.len(), pl.col("report_id").n_unique().alias("reports"))
        .sort("rule_id", "attribution")
        .rows()
    )


def q38(truth: Truth) -> Rows:
    found = truth.lake.read("rule_outcomes").filter(
        (pl.col("rule_id") == "CHK-T3-01") & pl.col("report_id").is_in(list(truth.current))
    )
    rows = []
    for year in EXAMPLE.years:
        counts = Counter(found.filter(pl.col("report_year") == year)["outcome"])
        holds, fails, unclear = (counts[name] for name in ("holds", "fails", "not_evaluable"))
        judged = holds + fails
        rows.append((year, holds, fails, unclear, holds, judged, holds / judged))
    return rows


def q39(truth: Truth) -> Rows:
    rows = []
    day = dt.date(2022, 1, 15)
    for code, year in truth.of:
        dates = sorted(
            row["published_on"]
            for row in truth.versions
            if (row["agency_code"], row["report_year"]) == (code, year)
        )
        out = [number for number, date in enumerate(dates, start=1) if date <= day]
        if year == 2021 and len(dates) > 1 and out:
            number = out[-1]
            until = dates[number] if number < len(dates) else None
            rows.append((code, year, number, len(dates), dates[number - 1], until))
    return sorted(rows, key=lambda row: (row[0], row[2]))


def q40(truth: Truth) -> Rows:
    rows = []
    for old in truth.versions:
        if old["is_current"]:
            continue
        new = truth.of[old["agency_code"], old["report_year"]]
        for place, cell in truth.facts[new["report_id"]].items():
            before = truth.facts[old["report_id"]][place]
            if before["value"] != cell["value"]:
                key = (old["agency_code"], old["report_year"], *place)
                rows.append((*key, before["value"], cell["value"]))
    return sorted(rows)


def q41(truth: Truth) -> Rows:
    later = [
        code for code, year in truth.of if year == LATER_YEAR and code.startswith(LATER_PREFECTURE)
    ]
    assert READ_OTHERWISE[:2] in truth.of
    return [("new_report", len(later), 0), ("reread", 0, 1)]


def q42(truth: Truth) -> Rows:
    rows = []
    for (code, year), report in sorted(truth.of.items()):
        if year == 2024:
            above, below = truth.parts("disclosure_rate", report)
            unsure = sum(
                cell["review_status"] == "needs_review"
                for (item, member), cell in truth.facts[report["report_id"]].items()
                if member == "total"
                and item
                in {SETTLED, "applications.outcome.disclosed"}
                | {"applications.outcome.partially_disclosed"}
            )
            before = truth.before(report)
            note = None if before else "上一年度没有现行报告"
            assert not truth.notes({SETTLED}, 2024)
            rest = (divided(above, below), above, below, unsure, before is not None, note)
            rows.append((code, year, "disclosure_rate", *rest))
    return rows


ORACLES: dict[str, Callable[[Truth], Rows]] = {
    name.upper(): function
    for name, function in sorted(globals().items())
    if name[0] == "q" and name[1:].isdigit()
}
