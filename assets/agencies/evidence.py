"""What each report offers to tell agencies of one name apart: host, codes, places.

Names are located once each, not once per report. A name is ambiguous when it alone does not say
which agency it is: several divisions are called so, or it leaves out its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from assets.agencies.gazetteer import QUALIFIED, Gazetteer, Located, narrowed, tiers
from assets.agencies.profile import profile
from assets.layout.agency import is_relative
from assets.layout.normalise import squeeze
from schemas.credit_code import credit_codes_in, organisation_codes_in
from schemas.vocabulary import AgencyKind

_NATIONAL = frozenset({AgencyKind.STATE_COUNCIL_DEPT.value})
_CODES = pl.List(pl.String)
_CODE_SHAPE = r"[0-9A-Za-z]{8}"


def host_of(address: pl.Expr) -> pl.Expr:
    """Host of an address in lower case, without www. and port; null where there is none."""
    host = address.str.to_lowercase().str.extract(r"^(?:https?://)?([a-z0-9.-]+\.[a-z]{2,})", 1)
    return host.str.strip_prefix("www.")


@dataclass(frozen=True, slots=True)
class Gazetteers:
    """Places for real and for made-up reports: the latter also know made-up divisions."""

    real: Gazetteer
    made_up: Gazetteer
    tiers: Mapping[str, str]

    @classmethod
    def of(cls, divisions: pl.DataFrame) -> Gazetteers:
        """The gazetteers of some RefDivision rows."""
        real = Gazetteer(divisions.filter(~pl.col("is_synthetic")))
        has_made_up = divisions["is_synthetic"].any()
        return cls(real, Gazetteer(divisions) if has_made_up else real, tiers(divisions))

    def choose(self, is_synthetic: bool) -> Gazetteer:
        """The gazetteer for a report."""
        return self.made_up if is_synthetic else self.real


def with_evidence(
    reports: pl.DataFrame, documents: pl.DataFrame, gazetteers: Gazetteers
) -> pl.DataFrame:
    """Reports with what their rows alone offer.

    Args:
        reports: Reports rows.
        documents: SourceDocuments rows, for the addresses.
        gazetteers: the places.

    Returns:
        the rows with `name_key`, `host`, `index_codes`, `url_codes`, `organisation_codes`, `places`
        (divisions that the name can mean), `is_ambiguous` and `is_relative`.
    """
    addressed = (
        reports.join(
            documents.select("doc_id", "source_url"),
            on="doc_id",
            how="left",
            maintain_order="left",
        )
        .with_columns(host_of(pl.col("source_url")).alias("host"))
        .join(_keys(reports), on="agency_name", how="left", maintain_order="left")
    )
    coded = addressed.with_columns(
        _codes("index_no", credit_codes_in).alias("index_codes"),
        _codes("source_url", credit_codes_in).alias("url_codes"),
        _codes("index_no", organisation_codes_in).alias("organisation_codes"),
    )
    keys = ["name_key", "kind", "report_year", "is_synthetic"]
    return coded.join(
        _located(coded.select(keys).unique(maintain_order=True), gazetteers),
        on=keys,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def _keys(reports: pl.DataFrame) -> pl.DataFrame:
    names = reports["agency_name"].unique(maintain_order=True)
    return pl.DataFrame(
        [(name, squeeze(name)) for name in names],
        schema={"agency_name": pl.String, "name_key": pl.String},
        orient="row",
    )


def _codes(column: str, find: object) -> pl.Expr:
    """Codes in a text column; only texts with a run of eight letters and digits are searched."""
    text = pl.when(pl.col(column).str.contains(_CODE_SHAPE)).then(pl.col(column))
    found = text.map_elements(
        lambda value: list(find(value)),  # pyright: ignore[reportCallIssue] - one of two functions
        return_dtype=_CODES,
        skip_nulls=True,
    )
    return pl.coalesce(found, pl.lit([], dtype=_CODES))


def _located(names: pl.DataFrame, gazetteers: Gazetteers) -> pl.DataFrame:
    rows = [
        (*row, list(located.codes), is_relative(row[0]), _is_ambiguous(row[0], row[1], located, at))
        for row in names.iter_rows()
        for at in (gazetteers.choose(row[3]),)
        for located in (at.locate(row[0], row[2]),)
    ]
    schema = {**names.schema, "places": _CODES, "is_relative": pl.Boolean}
    return pl.DataFrame(rows, schema={**schema, "is_ambiguous": pl.Boolean}, orient="row")


def _is_ambiguous(name: str, kind: str, located: Located, gazetteer: Gazetteer) -> bool:
    if is_relative(name) or len(located.codes) > 1 or gazetteer.namesakes(name) > 1:
        return True
    is_known = bool(located.codes) or kind in _NATIONAL or QUALIFIED.match(name) is not None
    is_seat = kind == AgencyKind.VERTICAL and gazetteer.names_a_seat(name)
    return not is_known and not is_seat


def narrowed_by_context(
    named: pl.DataFrame,
    contacts: pl.DataFrame,
    host_places: Mapping[str, tuple[str, ...]],
    gazetteers: Gazetteers,
) -> pl.DataFrame:
    """The reports with `places` narrowed for ambiguous names, and `place_from` saying by what.

    Titles, other names in the evidence, the printed address and the host can say where an agency
    is. A source that fits none of the divisions that the name can mean says nothing. A name that
    leaves out its place takes the one division of its kind that the sources name.

    Args:
        named: rows of with_evidence.
        contacts: ReportContacts rows of documents with ambiguous names.
        host_places: divisions of the registered agencies at each host.
        gazetteers: the places.
    """
    doubtful = named.filter(pl.col("is_ambiguous")).join(
        contacts.select("doc_id", "address", host_of(pl.col("website")).alias("website_host")),
        on="doc_id",
        how="left",
        maintain_order="left",
    )
    columns = (
        *("report_id", "name_key", "report_year", "is_synthetic", "is_relative", "places"),
        *("title", "agency_evidence", "address", "host", "website_host"),
    )
    rows = [
        (row["report_id"], *_narrow(row, host_places, gazetteers))
        for row in doubtful.select(columns).iter_rows(named=True)
    ]
    schema = {"report_id": pl.String, "narrow": _CODES, "place_from": pl.String}
    hosts = doubtful.select("report_id", "website_host")
    return (
        named.join(
            pl.DataFrame(rows, schema=schema, orient="row"),
            on="report_id",
            how="left",
            maintain_order="left",
        )
        .join(hosts, on="report_id", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("narrow", "places").alias("places"),
            pl.coalesce("host", "website_host").alias("host"),
        )
        .drop("narrow", "website_host")
    )


def _narrow(
    row: dict[str, object],
    host_places: Mapping[str, tuple[str, ...]],
    gazetteers: Gazetteers,
) -> tuple[list[str], str | None]:
    places: tuple[str, ...] = tuple(row["places"])  # pyright: ignore[reportArgumentType]
    used: list[str] = []
    for source, found in _contexts(row, host_places, gazetteers):
        if not places and row["is_relative"] and len(found) == 1:
            places = found
            used.append(source)
        elif len(places) > 1:
            fewer = narrowed(places, found)
            if len(fewer) < len(places):
                places = fewer
                used.append(source)
    return list(places), ", ".join(used) or None


def _contexts(
    row: dict[str, object],
    host_places: Mapping[str, tuple[str, ...]],
    gazetteers: Gazetteers,
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each source that names a place, with the divisions that it can mean."""
    gazetteer = gazetteers.choose(bool(row["is_synthetic"]))
    names = json.loads(str(row["agency_evidence"]))
    texts = [
        ("title", row["title"]),
        *((item["source"], item["value"]) for item in names),
        ("address", row["address"]),
    ]
    for source, text in texts:
        if text:
            words = squeeze(str(text)).removeprefix("地址").lstrip(":")
            found = gazetteer.locate(words, row["report_year"]).codes  # pyright: ignore[reportArgumentType]
            if found:
                yield source, found
    for source in ("host", "website_host"):
        found = host_places.get(str(row[source] or ""), ())
        if found:
            yield source, found


def provisional_code(
    kind: str, name_key: str, places: tuple[str | None, str | None], host: str | None, plain: str
) -> str:
    """Code of an agency whose name alone does not say which one it is.

    The division that its sources name tells namesakes apart, else the host, else the only division
    of the name in its year; where none is known the code is that of the name.

    Args:
        kind: AgencyKind value.
        name_key: squeezed name.
        places: the division by the sources, and that by the year alone.
        host: host of the site; None where it must not count.
        plain: code of the name.
    """
    where = places[0] or host or places[1]
    if where is None:
        return plain
    digest = hashlib.sha256(f"{name_key}@{where}".encode()).hexdigest()
    return f"{kind}-{digest[:10]}"


def with_profiles(named: pl.DataFrame, gazetteers: Gazetteers) -> pl.DataFrame:
    """The reports with `provisional_code`, and `division_code`, `tier`, `sector` by their names."""
    keys = ["name_key", "kind", "report_year", "is_synthetic", "place"]
    placed = named.with_columns(
        pl.when(pl.col("places").list.len() == 1).then(pl.col("places").list.first()).alias("place")
    )
    profiles = [
        (*row, found.division_code, found.tier, found.sector)
        for row in placed.select(keys).unique(maintain_order=True).iter_rows()
        for at in (gazetteers.choose(row[3]),)
        for found in (
            profile(at.locate(row[0], row[2]), row[1], row[4], row[2], at, gazetteers.tiers),
        )
    ]
    told = dict.fromkeys(("division_code", "tier", "sector"), pl.String)
    schema = {**placed.select(keys).schema, **told}
    by_source = pl.when(pl.col("place_from").is_not_null()).then("place")
    own = placed.filter(pl.col("is_ambiguous")).select(
        *("report_id", "kind", "name_key", "place", by_source.alias("by_source"), "agency_code"),
        # A name that leaves out its place is another agency in each document of one site.
        pl.when(~pl.col("is_relative")).then("host").alias("host"),
    )
    lasting = gazetteers.made_up.lasting
    codes = pl.DataFrame(
        [
            (
                report,
                provisional_code(
                    kind,
                    key,
                    (by_source and lasting(by_source), place and lasting(place)),
                    host,
                    plain,
                ),
            )
            for report, kind, key, place, by_source, plain, host in own.iter_rows()
        ],
        schema={"report_id": pl.String, "own_code": pl.String},
        orient="row",
    )
    return (
        placed.join(
            pl.DataFrame(profiles, schema=schema, orient="row"),
            on=keys,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .join(codes, on="report_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("own_code", "agency_code").alias("provisional_code"))
        .drop("own_code")
    )
