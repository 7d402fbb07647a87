"""From readings and claims to reports: what every way of building settles in the same way.

The Dagster assets and the check of drafts both go through here, so that a draft is judged as the
warehouse would judge it.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from assets.agencies.matching import match_agencies, named_reports
from assets.agencies.register import load as load_register
from assets.cells.recognition import (
    Failure,
    Subject,
    cell_counts,
    log_failures,
    mark_partly_read,
    stored_cells,
)
from assets.common.paths import DataFolder
from assets.layout.classify import mark_unidentified
from assets.layout.memo import read_memos
from assets.layout.resolve import mark_current, resolve
from assets.layout.versions import reading_version
from schemas.catalog import Catalog
from schemas.vocabulary import READ_STATUSES, DocumentStatus

_HAVE_IDENTITY = (*READ_STATUSES, DocumentStatus.UNIDENTIFIED.value)


def settled_reports(
    log: pl.DataFrame,
    claims: pl.DataFrame,
    documents: pl.DataFrame,
    data: DataFolder,
    catalog: Catalog,
) -> pl.DataFrame:
    """Reports of the documents that were read, agency and year settled; all current as yet.

    Args:
        log: ParseLog rows.
        claims: ManifestClaims rows.
        documents: SourceDocuments rows.
        data: holds the memoised readings.
        catalog: for kinds of agencies.
    """
    read = log.filter(pl.col("status").is_in(_HAVE_IDENTITY))["doc_id"].to_list()
    return resolve(read_memos(data, read, "identities"), claims, documents, catalog)


def settled_matches(
    reports: pl.DataFrame, documents: pl.DataFrame, data: DataFolder
) -> pl.DataFrame:
    """AgencyMatches rows: whose each report is by the register of the data folder.

    Contacts are read only for reports whose name does not say which agency it is.

    Args:
        reports: Reports rows, with the provisional code of their name.
        documents: SourceDocuments rows.
        data: holds the register's files and the memoised readings.
    """
    register = load_register(data)
    named = named_reports(reports, documents, register)
    unsettled = named.filter(pl.col("is_ambiguous"))["doc_id"].unique().sort().to_list()
    contacts = read_memos(data, unsettled, "report_contacts")
    return match_agencies(named, contacts, register)


def with_matches(
    reports: pl.DataFrame, matches: pl.DataFrame, agencies: pl.DataFrame
) -> pl.DataFrame:
    """Reports with the agency that the matches give them: its code, and its kind if registered.

    The register knows what an agency is; a name only suggests it. With two kinds for one agency
    its reports would fall due on two days and be counted in two groups.

    Args:
        reports: Reports rows, code and kind by their names.
        matches: AgencyMatches rows.
        agencies: RefAgency rows of the register.
    """
    found = matches.select(
        "report_id", "is_registered", pl.col("agency_code").alias("matched")
    ).join(
        agencies.select(pl.col("agency_code").alias("matched"), pl.col("kind").alias("own_kind")),
        on="matched",
        how="left",
    )
    return (
        reports.join(found, on="report_id", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("matched", "agency_code").alias("agency_code"),
            pl.coalesce(pl.when("is_registered").then("own_kind"), "kind").alias("kind"),
        )
        .drop("matched", "is_registered", "own_kind")
    )


def with_current(reports: pl.DataFrame, data: DataFolder) -> pl.DataFrame:
    """Reports with is_current decided among those of one agency and year, by their cells."""
    with_year = reports.filter(pl.col("report_year").is_not_null())
    contested = with_year.filter(
        pl.struct("agency_code", "report_year", "is_synthetic").is_duplicated()
    )
    cells = stored_cells(contested["doc_id"].sort().to_list(), data)
    return mark_current(reports, cell_counts(cells))


def subjects(documents: pl.DataFrame, reports: pl.DataFrame, catalog: Catalog) -> list[Subject]:
    """What recognition must know of each document that has a report with a year."""
    mine = reports.filter(pl.col("report_year").is_not_null()).join(
        documents.select("doc_id", "media_type", "file_name"), on="doc_id"
    )
    return [
        Subject(
            row["doc_id"],
            # Whether a document holds pictures is not known here.
            f"{reading_version(row['media_type'], catalog, has_pictures=True)} {row['file_name']}",
            row["report_year"],
        )
        for row in mine.sort("doc_id").iter_rows(named=True)
    ]


def settled_log(
    log: pl.DataFrame,
    reports: pl.DataFrame,
    failures: Sequence[Failure],
    data: DataFolder,
    catalog: Catalog,
) -> pl.DataFrame:
    """The parse log with all that is known after recognition.

    Documents without agency or year are unidentified; those whose recognition failed say so;
    those of a year without a form, or without one of its tables, were partly read.
    """
    named = mark_unidentified(log, reports, catalog.report_years)
    marked = mark_partly_read(log_failures(named, list(failures)), data, catalog)
    return name_companions(marked, contested_counts(marked, reports, data))


_KEY = ("agency_code", "report_year", "is_synthetic")
"""Documents that agree in these contest one place among the current reports."""
_TABLES_ELSEWHERE = (
    "no table is in it; those of the same agency and year are in document {} ({}), of which this "
    "is the other part or another version"
)


def contested_counts(log: pl.DataFrame, reports: pl.DataFrame, data: DataFolder) -> pl.DataFrame:
    """Documents that were read and share agency and year with another, with their cells.

    Returns:
        doc_id, the columns that they share, and `cells`: reported ones and those in doubt.
    """
    read = log.filter(pl.col("status").is_in(READ_STATUSES)).select("doc_id")
    shared = (
        reports.filter(pl.col("report_year").is_not_null())
        .join(read, on="doc_id", how="semi")
        .filter(pl.struct(*_KEY).is_duplicated())
        .select("doc_id", *_KEY)
    )
    counts = cell_counts(stored_cells(shared["doc_id"].sort().to_list(), data))
    return shared.join(counts, on="doc_id", how="left").select(
        "doc_id", *_KEY, cells=(pl.col("reported") + pl.col("needs_review")).fill_null(0)
    )


def name_companions(log: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """The parse log with a reason on each document whose tables are in another one.

    A web page and its attachment are one report in two files. Both stay documents; the one with
    tables is current, and the other says where they are.

    Args:
        log: ParseLog rows.
        counts: see contested_counts.
    """
    fullest = (
        counts.filter(pl.col("cells") > 0)
        .sort("cells", "doc_id", descending=[True, False])
        .unique(_KEY, keep="first", maintain_order=True)
        .select(*_KEY, holder=pl.col("doc_id").str.slice(0, 12), held=pl.col("cells"))
    )
    poor = counts.filter(pl.col("cells") == 0).join(fullest, on=_KEY, how="inner")
    told = poor.select(
        "doc_id",
        elsewhere=pl.format(_TABLES_ELSEWHERE, "holder", pl.format("{} cells", "held")),
    )
    return (
        log.join(told, on="doc_id", how="left", maintain_order="left")
        .with_columns(
            reason=pl.when(pl.col("elsewhere").is_null() | pl.col("reason").is_null())
            .then(pl.coalesce("elsewhere", "reason"))
            .otherwise(pl.format("{}; {}", "elsewhere", "reason"))
        )
        .select(log.columns)
    )
