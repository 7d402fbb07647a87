"""Whose each report is: the register's agencies of its name, told apart by evidence.

Decisions of the operator go first. Of the agencies that bore the printed name in the time of the
report, those that something speaks against are left out; then codes, hosts and divisions choose
among the rest. One agency left is the one. None or several: the report keeps a provisional agency
of its own, and its row says why. Nothing is ever merged because it looks alike.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import polars as pl

from assets.agencies.evidence import (
    Gazetteers,
    narrowed_by_context,
    with_evidence,
    with_profiles,
)
from assets.agencies.register import Register
from assets.layout.agency import same_agency
from assets.layout.normalise import squeeze
from schemas.frames import AgencyMatches, polars_schema
from schemas.vocabulary import MatchMethod as Method

SHOWN_PLACES = 10
"""Divisions of an ambiguous name that the evidence lists; 城关镇 would fill pages."""

_FOR = ("credit_code", "organisation_code", "site_host", "division")
_AGAINST = ("time", "credit_code", "site_host", "division")
_STRENGTH = ("credit_code", "site_host", "organisation_code", "division")
"""What chooses among several agencies of one name, strongest first."""


@lru_cache(maxsize=2)
def _gazetteers(register: Register) -> Gazetteers:
    return Gazetteers.of(register.divisions)


def named_reports(
    reports: pl.DataFrame, documents: pl.DataFrame, register: Register
) -> pl.DataFrame:
    """Reports with what they offer to tell agencies apart; see evidence.with_evidence.

    Args:
        reports: Reports rows with the provisional code of their name.
        documents: SourceDocuments rows.
        register: who and where.
    """
    return with_evidence(reports, documents, _gazetteers(register))


def match_agencies(named: pl.DataFrame, contacts: pl.DataFrame, register: Register) -> pl.DataFrame:
    """AgencyMatches rows, one per report, by report_id.

    Args:
        named: rows of named_reports.
        contacts: ReportContacts rows, at least of documents whose name is ambiguous.
        register: who and where.
    """
    gazetteers = _gazetteers(register)
    known = with_profiles(
        narrowed_by_context(named, contacts, _host_places(register.agencies), gazetteers),
        gazetteers,
    )
    candidates = judged(_candidates(known, register))
    chosen = _chosen(candidates)
    decided = _decided(known, register)
    return _rows(known, candidates, chosen, decided, register)


def _host_places(agencies: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    hosted = agencies.drop_nulls(["site_host", "division_code"]).unique(
        ["site_host", "division_code"], maintain_order=True
    )
    for host, division in hosted.select("site_host", "division_code").iter_rows():
        found[host] = (*found[host], division)
    return dict(found)


def _name_keys(names: pl.DataFrame) -> pl.DataFrame:
    return names.select(
        "agency_code",
        pl.col("name").map_elements(squeeze, return_dtype=pl.String).alias("name_key"),
        pl.col("valid_from").alias("name_from"),
        pl.col("valid_to").alias("name_to"),
    )


def _candidates(known: pl.DataFrame, register: Register) -> pl.DataFrame:
    """One row per report and agency of the register that bore its name, or whose code it prints."""
    agencies = register.agencies.select(
        "agency_code",
        "uscc",
        "site_host",
        "is_synthetic",
        pl.col("division_code").alias("agency_division"),
        pl.col("valid_from").alias("agency_from"),
        pl.col("valid_to").alias("agency_to"),
    )
    reports = known.select(
        "report_id",
        "name_key",
        "report_year",
        "is_synthetic",
        "host",
        "index_codes",
        "url_codes",
        "organisation_codes",
        "places",
        "is_ambiguous",
    )
    by_name = reports.join(_name_keys(register.agency_names), on="name_key").join(
        agencies, on=["agency_code", "is_synthetic"]
    )
    return (
        pl.concat([by_name, _by_code(reports, agencies, register)], how="diagonal_relaxed")
        .with_columns(_in_time().alias("in_time"))
        .sort("report_id", "agency_code", "in_time", descending=[False, False, True])
        .unique(["report_id", "agency_code"], keep="first", maintain_order=True)
    )


def _by_code(reports: pl.DataFrame, agencies: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Agencies whose code a report prints and whose name its own abbreviates, or the reverse."""
    found = (
        reports.filter((pl.col("index_codes").list.len() + pl.col("url_codes").list.len()) > 0)
        .with_columns(pl.concat_list("index_codes", "url_codes").alias("uscc"))
        .explode("uscc")
        .join(agencies, on=["uscc", "is_synthetic"])
        .join(register.agency_names.select("agency_code", "name"), on="agency_code")
    )
    fits = [same_agency(one, other) for one, other in found.select("name_key", "name").iter_rows()]
    return found.filter(pl.Series(fits, dtype=pl.Boolean)).drop("name")


def _in_time() -> pl.Expr:
    """Name and agency were in being in the report year, or when its report was due."""
    year = pl.col("report_year")

    def covers(begins: str, ends: str) -> pl.Expr:
        begun = pl.col(begins).is_null() | (pl.col(begins).dt.year() <= year + 1)
        lasts = pl.col(ends).is_null() | (pl.col(ends).dt.year() >= year)
        return begun & lasts

    return year.is_null() | (covers("name_from", "name_to") & covers("agency_from", "agency_to"))


def _significant(code: str) -> pl.Expr:
    """The digits of a division code that all divisions within it share."""
    return (
        pl.col(code)
        .str.replace(r"^(\d{2})0{10}$", "${1}")
        .str.replace(r"^(\d{4})0{8}$", "${1}")
        .str.replace(r"^(\d{6})0{6}$", "${1}")
        .str.replace(r"^(\d{9})0{3}$", "${1}")
    )


def _division_fits(candidates: pl.DataFrame) -> pl.DataFrame:
    """Per report and agency: whether its division fits one that the name can mean."""
    pairs = (
        candidates.select("report_id", "agency_code", "agency_division", "places")
        .drop_nulls("agency_division")
        .filter(pl.col("places").list.len() > 0)
        .explode("places")
        .with_columns(
            _significant("places").alias("place_digits"),
            _significant("agency_division").alias("own_digits"),
        )
    )
    fits = pl.col("places").str.starts_with(pl.col("own_digits")) | pl.col(
        "agency_division"
    ).str.starts_with(pl.col("place_digits"))
    return pairs.group_by("report_id", "agency_code").agg(fits.any().alias("division_fits"))


def judged(candidates: pl.DataFrame) -> pl.DataFrame:
    """Candidates with what speaks `for` and `against` each, `is_viable` and `is_left`.

    A host speaks against an agency only where the name is ambiguous: sites move, and a name that
    says where it belongs is stronger.
    """
    host, own = pl.col("host"), pl.col("site_host")
    is_own = (
        (host == own)
        | host.str.ends_with(pl.format(".{}", own))
        | own.str.ends_with(pl.format(".{}", host))
    )
    printed = pl.concat_list("index_codes", "url_codes")
    organisation = pl.col("uscc").str.slice(8, 9)
    fits = pl.col("division_fits")
    is_one = pl.col("places").list.len() == 1
    shown = {
        "for_credit_code": printed.list.contains(pl.col("uscc")),
        "for_organisation_code": pl.col("organisation_codes").list.contains(organisation),
        "for_site_host": is_own,
        "for_division": fits & is_one,
        "against_time": ~pl.col("in_time"),
        "against_credit_code": (pl.col("index_codes").list.len() > 0)
        & pl.col("uscc").is_not_null()
        & ~printed.list.contains(pl.col("uscc")),
        "against_site_host": ~is_own & pl.col("is_ambiguous"),
        "against_division": ~fits,
    }
    found = (
        candidates.join(
            _division_fits(candidates),
            on=["report_id", "agency_code"],
            how="left",
            maintain_order="left",
        )
        .with_columns(**{name: test.fill_null(value=False) for name, test in shown.items()})
        .with_columns(
            pl.any_horizontal(*(f"against_{reason}" for reason in _AGAINST))
            .not_()
            .alias("is_viable")
        )
        .with_columns(pl.col("is_viable").alias("is_left"))
    )
    for reason in _STRENGTH:
        speaks = pl.col("is_left") & pl.col(f"for_{reason}")
        chooses = speaks.any().over("report_id")
        found = found.with_columns(
            pl.when(chooses).then(speaks).otherwise("is_left").alias("is_left")
        )
    return found.with_columns(
        _reasons("for", _FOR).alias("for"), _reasons("against", _AGAINST).alias("against")
    )


def _reasons(side: str, reasons: tuple[str, ...]) -> pl.Expr:
    return pl.concat_list(
        *(pl.when(pl.col(f"{side}_{reason}")).then(pl.lit(reason)) for reason in reasons)
    ).list.drop_nulls()


def _chosen(candidates: pl.DataFrame) -> pl.DataFrame:
    """Per report with candidates: `method`, and the agency where exactly one is left and proven."""
    left = pl.col("is_left")
    one = pl.col("agency_code").filter(left).first()
    counted = candidates.group_by("report_id", maintain_order=True).agg(
        one.alias("one"),
        left.sum().alias("left"),
        pl.col("is_viable").sum().alias("viable"),
        pl.col("in_time").sum().alias("timely"),
        pl.len().alias("all"),
        pl.col("is_ambiguous").first(),
        pl.col("for_credit_code").filter(left).any().alias("by_code"),
        (pl.col("for").list.len() > 0).filter(left).any().alias("by_evidence"),
    )
    is_one = pl.col("left") == 1
    method = (
        pl.when(is_one & pl.col("by_code"))
        .then(pl.lit(Method.CREDIT_CODE.value))
        .when(is_one & ~pl.col("is_ambiguous") & (pl.col("timely") == 1))
        .then(pl.lit(Method.NAME.value))
        .when(is_one & pl.col("by_evidence"))
        .then(pl.lit(Method.NAME_AND_EVIDENCE.value))
        .when(is_one & ~pl.col("is_ambiguous"))
        .then(pl.lit(Method.NAME_AND_EVIDENCE.value))
        .when(is_one)
        .then(pl.lit(Method.PROVISIONAL_UNPROVEN.value))
        .when(pl.col("left") > 1)
        .then(pl.lit(Method.PROVISIONAL_AMBIGUOUS.value))
        .when(pl.col("timely") == 0)
        .then(pl.lit(Method.PROVISIONAL_UNKNOWN.value))
        .otherwise(pl.lit(Method.PROVISIONAL_CONTRADICTED.value))
    )
    return counted.with_columns(method.alias("method")).select(
        "report_id",
        "method",
        pl.when(~pl.col("method").str.starts_with("provisional")).then("one").alias("chosen"),
    )


def _decided(known: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Per report that a decision speaks of: agency, method and who decided; the nearest wins."""
    decisions = register.decisions.join(
        register.agencies.select("agency_code", "is_synthetic"), on="agency_code"
    ).rename({"agency_code": "decided", "site_host": "decided_host", "division_code": "within"})
    reports = known.select("report_id", "doc_id", "name_key", "host", "places", "is_synthetic")
    by_document = reports.join(
        decisions.drop_nulls("doc_id").drop("name_key"), on=["doc_id", "is_synthetic"]
    ).with_columns(pl.lit(9).alias("nearness"))
    place = pl.col("places").list.first()
    inside = (pl.col("places").list.len() == 1) & place.str.starts_with(pl.col("digits"))
    by_name = (
        reports.join(
            decisions.drop_nulls("name_key").drop("doc_id"), on=["name_key", "is_synthetic"]
        )
        .with_columns(_significant("within").alias("digits"))
        .filter(
            (pl.col("decided_host").is_null() | (pl.col("host") == pl.col("decided_host")))
            & (pl.col("within").is_null() | inside)
        )
        .with_columns(
            (
                pl.col("decided_host").is_not_null().cast(pl.Int32)
                + pl.col("within").is_not_null().cast(pl.Int32)
            ).alias("nearness")
        )
    )
    method = (
        pl.when(pl.col("nearness") == 9)
        .then(pl.lit(Method.DECISION_DOCUMENT.value))
        .otherwise(pl.lit(Method.DECISION_NAME.value))
    )
    return (
        pl.concat([by_document, by_name], how="diagonal_relaxed")
        .sort("report_id", "nearness", "place", descending=[False, True, False])
        .unique("report_id", keep="first", maintain_order=True)
        .select("report_id", "decided", method.alias("decision_method"), "place")
        .rename({"place": "decision"})
    )


def _rows(
    known: pl.DataFrame,
    candidates: pl.DataFrame,
    chosen: pl.DataFrame,
    decided: pl.DataFrame,
    register: Register,
) -> pl.DataFrame:
    listed = candidates.group_by("report_id", maintain_order=True).agg(
        pl.format(
            "[{}]",
            pl.struct("agency_code", "for", "against").struct.json_encode().str.join(", "),
        ).alias("candidates")
    )
    agencies = register.agencies.select(
        pl.col("agency_code").alias("found"),
        pl.col("division_code").alias("found_division"),
        pl.col("tier").alias("found_tier"),
        pl.col("sector").alias("found_sector"),
    )
    evidence = pl.struct(
        pl.col("agency_evidence").str.json_path_match("$[0].source").alias("named_by"),
        "host",
        pl.concat_list("index_codes", "url_codes").list.unique(maintain_order=True).alias("codes"),
        "organisation_codes",
        pl.col("places").list.head(SHOWN_PLACES),
        pl.col("places").list.len().alias("place_count"),
        "place_from",
        "is_ambiguous",
        "decision",
    ).struct.json_encode()
    joined = (
        known.join(chosen, on="report_id", how="left")
        .join(decided, on="report_id", how="left")
        .join(listed, on="report_id", how="left")
        .with_columns(pl.coalesce("decided", "chosen").alias("found"))
        .join(agencies, on="found", how="left")
    )
    return (
        joined.with_columns(
            pl.coalesce("found", "provisional_code").alias("agency_code"),
            pl.coalesce(
                "decision_method", "method", pl.lit(Method.PROVISIONAL_UNKNOWN.value)
            ).alias("method"),
            pl.col("found").is_not_null().alias("is_registered"),
            *(
                pl.when(pl.col("found").is_not_null())
                .then(f"found_{name}")
                .otherwise(own)
                .alias(own)
                for name, own in (
                    ("division", "division_code"),
                    ("tier", "tier"),
                    ("sector", "sector"),
                )
            ),
            pl.col("candidates").fill_null("[]"),
            evidence.alias("evidence"),
            pl.when(pl.col("decided").is_not_null())
            .then(pl.lit("operator"))
            .otherwise(pl.lit("rule"))
            .alias("decided_by"),
        )
        .select(polars_schema(AgencyMatches).names())
        .sort("report_id")
    )
