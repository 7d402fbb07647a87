"""Whether something that could be read is an annual report, and whether we know whose it is.

A page is a report by what it contains: cells of the official forms, or their headings. Titles
only weigh against it, since news about a report, explanations of it and copies of the notice
all have the words of a report in their titles.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

import polars as pl

from assets.layout.identify import Identity
from assets.layout.model import ParsedDocument
from assets.layout.normalise import label_core, squeeze
from assets.layout.sections import Sections
from schemas.catalog import Catalog
from schemas.vocabulary import READ_STATUSES, DocumentStatus

MIN_LABELS = 5
"""Fewer different row and column labels of the forms are no table: prose quotes some of them."""
MIN_LABEL_LENGTH = 3
"""Shorter labels (其他, 总计) stand in any table."""
MIN_SECTIONS = 3
"""Of the six official headings; reports that merge or lose some still have these."""
MIN_NUMBERS = 5
"""A form with fewer numbers is blank, as in the notice that prescribes it."""

_OTHER_KINDS = {
    "an explanation or a picture page": re.compile(
        r"(?=.*(?:公开|报告|年报)).*(?:解读|图解|图说|一图[读看]懂|漫画|动漫|长图)"
    ),
    "a notice": re.compile(r"关于(?:印发|做好|报送|编制|开展|转发|规范)|通知$"),
    "news": re.compile(r"召开|举办|培训|会议|部署|动态|新闻|简报"),
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def classify(
    document: ParsedDocument, identity: Identity, sections: Sections, catalog: Catalog
) -> tuple[DocumentStatus, str | None]:
    """`read`, or `not_a_report` with the reason.

    Args:
        document: as read.
        identity: what the document says of itself; only its title is used.
        sections: official headings found in it.
        catalog: for the labels of the forms, whichever format they belong to.
    """
    has_table = _labels_found(document, catalog) >= MIN_LABELS
    has_headings = len(sections.parts) >= MIN_SECTIONS
    title, kind = _other_kind(document, identity)
    if has_table:
        if kind == "a notice" and _numbers(document) < MIN_NUMBERS:
            return DocumentStatus.NOT_A_REPORT, (
                f"the forms in it are blank and its title is that of {kind}: “{title}”"
            )
        return DocumentStatus.READ, None
    # Chrome of a site may say 新闻 above a real report whose tables are pictures.
    if has_headings and kind in {None, "news"}:
        return DocumentStatus.READ, None
    found = f"its title is that of {kind}" if kind else "its title is"
    named = f"; {found}: “{title}”" if title else ""
    return DocumentStatus.NOT_A_REPORT, (
        f"no table of the official forms was found, and {len(sections.parts)} of the six official "
        f"headings{named}. If it is a report, its text may lie in an attachment or in pictures: "
        "take in the original file"
    )


def mark_unidentified(
    parse_log: pl.DataFrame, reports: pl.DataFrame, governed: Collection[int]
) -> pl.DataFrame:
    """The parse log with `unidentified` where claims and document give no agency or no year.

    A report of a year that no form governs is `partly_read`: its identity and text are known, its
    tables are not.

    Args:
        parse_log: ParseLog rows.
        reports: Reports rows of the documents that were read; no row means no agency.
        governed: report years for which the catalog has a form.
    """
    advice = "; write it into manifest.csv beside the file or into config/overrides.csv"
    year = pl.col("report_year")
    known = reports.select(
        "doc_id",
        year.is_not_null().alias("has_year"),
        pl.when(~year.is_in(list(governed))).then(year).alias("formless"),
    )
    is_read = pl.col("status").is_in(READ_STATUSES)
    joined = parse_log.join(
        known.group_by("doc_id").agg(pl.col("has_year").all(), pl.col("formless").max()),
        on="doc_id",
        how="left",
        maintain_order="left",
    )
    no_agency = is_read & pl.col("has_year").is_null()
    no_year = is_read & ~pl.col("has_year")
    no_form = is_read & pl.col("formless").is_not_null()
    return joined.with_columns(
        status=pl.when(no_agency | no_year)
        .then(pl.lit(DocumentStatus.UNIDENTIFIED.value))
        .when(no_form)
        .then(pl.lit(DocumentStatus.PARTLY_READ.value))
        .otherwise("status"),
        reason=pl.when(no_agency)
        .then(pl.lit(f"no agency name was found in it{advice}"))
        .when(no_year)
        .then(pl.lit(f"no report year was found in it{advice}"))
        .when(no_form)
        .then(
            pl.format(
                "no official form governs the year {}: its tables were not read, and it is in no "
                "comparison",
                "formless",
            )
        )
        .otherwise("reason"),
    ).select(parse_log.columns)


@lru_cache(maxsize=8)
def _form_labels(catalog_hash: str, labels: tuple[str, ...]) -> frozenset[str]:
    cores = (label_core(label) for label in labels)
    return frozenset(core for core in cores if len(core) >= MIN_LABEL_LENGTH)


def _labels_found(document: ParsedDocument, catalog: Catalog) -> int:
    """Number of different labels of the forms that stand alone in a cell or line."""
    labels = tuple(
        line.label
        for form in catalog.formats.values()
        for table in form.tables
        for block in table.blocks
        for line in (*block.rows, *block.columns)
    )
    known = _form_labels(catalog.reading_hash, labels)
    texts = {cell.text for grid in document.grids for cell in grid.cells}
    texts |= {block.text for block in document.blocks}
    return len({label_core(text) for text in texts if len(text) < 200} & known)


def _numbers(document: ParsedDocument) -> int:
    texts = (squeeze(cell.text) for grid in document.grids for cell in grid.cells)
    return sum(_NUMBER.fullmatch(text) is not None for text in texts)


def _other_kind(document: ParsedDocument, identity: Identity) -> tuple[str, str | None]:
    """The title that tells another kind of page, and that kind; else the likeliest title."""
    headings = [block.text for block in document.blocks if block.is_heading][:3]
    first = [block.text for block in document.blocks[:1]]
    printed = [identity.title, document.metadata.get("title"), *headings, *first]
    titles = [squeeze(title)[:80] for title in printed if title and title.strip()]
    for title in titles:
        for kind, pattern in _OTHER_KINDS.items():
            if pattern.search(title):
                return title, kind
    return (titles[0] if titles else ""), None
