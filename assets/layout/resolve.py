"""From what documents say and what a manifest or an operator says to the reports in use.

Manifest before overrides before the document. Nothing is overruled in silence: all evidence
stays in the row, and every disagreement is listed in identity_conflicts.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import polars as pl

from assets.layout.agency import agency_kind, is_relative, same_agency
from assets.layout.normalise import squeeze
from schemas.catalog import Catalog
from schemas.frames import Reports, polars_schema

_CLAIMED = ("agency_name", "report_year", "published_on")
_CLAIMANTS = ("manifest", "overrides")
"""In order of precedence."""


def agency_code(name: str, catalog: Catalog, doc_id: str = "") -> str:
    """Provisional code of an agency: its kind, a hyphen, ten hex digits of its name's SHA-256.

    The name is squeezed first, so width and spaces do not matter. Agencies of the same name
    (东风路街道 exists in many districts) share a code until assets/agencies/ tells them apart by
    the register or by division and host. A name that leaves out its place (区统计局) is hashed with
    its document, since it is another agency in each district.
    """
    key = squeeze(name) + (doc_id if is_relative(name) else "")
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{agency_kind(name, catalog).value}-{digest[:10]}"


def resolve(
    identities: pl.DataFrame,
    manifest_claims: pl.DataFrame,
    source_documents: pl.DataFrame,
    catalog: Catalog,
) -> pl.DataFrame:
    """Reports (one per document) with the identity in use; is_current is true for all yet.

    A document for which neither a claim nor its own text gives an agency has no row: it is
    unidentified. A missing year leaves report_year null.

    Args:
        identities: Identities rows.
        manifest_claims: ManifestClaims rows, at most one per document and claimant.
        source_documents: SourceDocuments rows; only is_synthetic is used.
        catalog: for the kinds of agency.
    """
    known = (
        _with_claims(identities, manifest_claims)
        .join(source_documents.select("doc_id", "is_synthetic"), on="doc_id", how="left")
        .with_columns(
            pl.coalesce(*_claimed("agency_name"), "agency_name_printed").alias("agency_name"),
            pl.coalesce(*_claimed("report_year"), "report_year").alias("report_year"),
            pl.coalesce(*_claimed("published_on")).alias("claimed_published_on"),
        )
        .with_columns(pl.struct("published_on", "claimed_published_on").alias("published"))
        .filter(pl.col("agency_name").is_not_null())
    )
    conflicts = pl.struct("agency_name", "agency_evidence", "year_evidence", "published")
    reports = (
        known.with_columns(
            pl.format("{}-1", "doc_id").alias("report_id"),
            pl.lit(1, pl.Int32).alias("ordinal"),
            pl.coalesce("claimed_published_on", "published_on").alias("published_on"),
            conflicts.map_elements(_conflicts, return_dtype=pl.String).alias("identity_conflicts"),
            pl.col("is_synthetic").fill_null(value=False),
            pl.lit(value=True).alias("is_current"),
        )
        .join(_codes(known, catalog), on=["agency_name", "doc_id"], how="left")
        .select(polars_schema(Reports).names())
        .sort("doc_id")
    )
    return Reports.validate(reports, lazy=True)  # pyright: ignore[reportReturnType]


def mark_current(reports: pl.DataFrame, cell_counts: pl.DataFrame) -> pl.DataFrame:
    """Reports with is_current set: exactly one per agency and year, none without a year.

    Made-up reports and real ones do not contest each other. A document without a single cell of a
    table, such as a web page whose tables are in an attachment, never displaces one that has
    them. Then the one published last wins; among equals the one with more reported cells, then
    with fewer cells in doubt, then the smallest document id. A stated publication date beats none.

    Args:
        reports: Reports rows.
        cell_counts: per document `doc_id`, `reported` and `needs_review`, numbers of cells; a
            document that is not in it counts as having none.
    """
    order = (
        reports.select(
            *("report_id", "doc_id", "agency_code", "report_year", "is_synthetic", "published_on")
        )
        .join(cell_counts.select("doc_id", "reported", "needs_review"), on="doc_id", how="left")
        .filter(pl.col("report_year").is_not_null())
        .with_columns(pl.col("reported", "needs_review").fill_null(0))
        .sort(
            pl.col("reported") + pl.col("needs_review") > 0,
            "published_on",
            "reported",
            "needs_review",
            "doc_id",
            "report_id",
            descending=[True, True, True, False, False, False],
            nulls_last=True,
        )
        .unique(["agency_code", "report_year", "is_synthetic"], keep="first", maintain_order=True)
    )
    return reports.with_columns(
        pl.col("report_id").is_in(order["report_id"].implode()).alias("is_current")
    )


def _codes(known: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Kind and code of each name; a name that leaves out its place has a code in each document."""
    columns = [(name, pl.String) for name in ("agency_name", "doc_id", "agency_code", "kind")]
    by_name = known.select("agency_name", "doc_id").unique("agency_name", keep="first")
    names = [
        (name, doc_id, agency_code(name, catalog, doc_id), agency_kind(name, catalog).value)
        for name, doc_id in by_name.iter_rows()
    ]
    told = pl.DataFrame(names, schema=columns, orient="row").drop("doc_id")
    coded = known.select("agency_name", "doc_id").join(told, on="agency_name", how="left")
    relative = {name for name in by_name["agency_name"] if is_relative(name)}
    own = [
        agency_code(name, catalog, doc_id) if name in relative else None
        for name, doc_id in coded.select("agency_name", "doc_id").iter_rows()
    ]
    return coded.with_columns(
        pl.coalesce(pl.Series(own, dtype=pl.String), "agency_code").alias("agency_code")
    ).unique(["agency_name", "doc_id"])


def _claimed(field: str) -> list[str]:
    """The columns in which claimants state a field, by precedence."""
    return [f"{claimant}_{field}" for claimant in _CLAIMANTS]


def _with_claims(identities: pl.DataFrame, manifest_claims: pl.DataFrame) -> pl.DataFrame:
    """Identities with each claimant's fields beside them and in front of the evidence."""
    joined = identities
    for claimant in reversed(_CLAIMANTS):
        claims = (
            manifest_claims.filter(pl.col("claimed_by") == claimant)
            .with_columns(pl.col("agency_name").str.strip_chars().replace("", None))
            .select("doc_id", *(pl.col(name).alias(f"{claimant}_{name}") for name in _CLAIMED))
        )
        joined = joined.join(claims, on="doc_id", how="left", maintain_order="left").with_columns(
            _with_claim("agency_evidence", claimant, "agency_name"),
            _with_claim("year_evidence", claimant, "report_year"),
        )
    return joined


def _with_claim(evidence: str, claimant: str, field: str) -> pl.Expr:
    """An evidence list (JSON) with a claim in front, where there is one."""
    claim = pl.col(f"{claimant}_{field}")
    item = pl.struct(
        pl.lit(claimant).alias("source"),
        claim.alias("value"),
        pl.lit(None, pl.String).alias("text"),
        pl.lit(None, pl.String).alias("locator"),
    ).struct.json_encode()
    listed = pl.col(evidence)
    return (
        pl.when(claim.is_null())
        .then(listed)
        .when(listed == "[]")
        .then(pl.format("[{}]", item))
        .otherwise(pl.format("[{}, {}", item, listed.str.slice(1)))
        .alias(evidence)
    )


def _conflicts(row: dict[str, Any]) -> str:
    """JSON list of {field, values: [{source, value}]} for one report; [] where sources agree."""
    found: list[dict[str, Any]] = []
    names = _stated(row["agency_evidence"])
    if any(not same_agency(item["value"], row["agency_name"]) for item in names):
        found.append({"field": "agency_name", "values": names})
    years = _stated(row["year_evidence"])
    if len({item["value"] for item in years}) > 1:
        found.append({"field": "report_year", "values": years})
    printed, claimed = row["published"]["published_on"], row["published"]["claimed_published_on"]
    if printed is not None and claimed is not None and printed != claimed:
        values = [
            {"source": "claim", "value": claimed.isoformat()},
            {"source": "document", "value": printed.isoformat()},
        ]
        found.append({"field": "published_on", "values": values})
    return json.dumps(found, ensure_ascii=False)


def _stated(evidence: str) -> list[dict[str, Any]]:
    """Distinct (source, value) of an evidence list, in its order."""
    distinct = dict.fromkeys((item["source"], item["value"]) for item in json.loads(evidence))
    return [{"source": source, "value": value} for source, value in distinct]
