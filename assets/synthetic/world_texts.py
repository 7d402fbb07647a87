"""What a world's reports say beside their numbers: titles, dates, evidence, parts, contacts."""

from __future__ import annotations

import datetime as dt

import polars as pl

from assets.synthetic.sums import BROUGHT_FORWARD, CARRIED_FORWARD, OUTCOME_TOTAL, RECEIVED
from assets.synthetic.world_agencies import Agency
from assets.synthetic.world_chance import below, purpose
from assets.synthetic.world_draws import column_of
from assets.synthetic.world_facts import PARSER
from schemas.catalog import Catalog
from schemas.frames import (
    Arrivals,
    LakeFrame,
    ManifestClaims,
    ParseLog,
    ReportContacts,
    Reports,
    ReportSections,
    SourceDocuments,
    polars_schema,
)
from schemas.vocabulary import DocumentStatus

PARSER_VERSION = "2"
SOURCE = "world"
TEXTS = {
    "一": "{}年，本机关认真落实《中华人民共和国政府信息公开条例》。全年新收政府信息公开申请{}件，"
    "上年结转{}件，办结{}件，结转下年度继续办理{}件。",
    "五": "{}年，公开内容与群众实际需要之间还有差距。下一步将根据常见疑问调整公开重点。",
    "六": "{}年，本机关未收取信息处理费。除此之外，没有其他需要报告的事项。",
}
NUMBERS = (RECEIVED, BROUGHT_FORWARD, OUTCOME_TOTAL, CARRIED_FORWARD)
"""Items that the first text names, in this order."""


def named(reports: pl.DataFrame, agencies: tuple[Agency, ...]) -> pl.DataFrame:
    """The reports with the name of their agency in the year, their title, file and address."""
    years = reports["report_year"].unique().sort().to_list()
    names = pl.DataFrame(
        {
            "agency_no": [no for _ in years for no in range(len(agencies))],
            "report_year": [year for year in years for _ in agencies],
            "agency_name": [agency.name_in(year) for year in years for agency in agencies],
            "host": [agency.host for _ in years for agency in agencies],
        },
        schema_overrides={"report_year": pl.Int32},
    )
    return (
        reports.join(names, on=["agency_no", "report_year"], how="left", maintain_order="left")
        .with_columns(
            title=pl.format("{}{}年政府信息公开工作年度报告", "agency_name", "report_year"),
            source_url=pl.format(
                "http://{}/{}/{}/{}", "host", "agency_code", "report_year", "version"
            ),
            layout=below(pl.col("draw"), purpose("layout"), 8),
        )
        .with_columns(file_name=pl.format("{}.txt", "title"))
    )


def report_rows(reports: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """`reports` rows of named reports."""
    notices = {entry.format_id: entry.document_number for entry in catalog.registry.formats}
    year = pl.col("report_year")
    rows = reports.with_columns(
        ordinal=pl.lit(1, pl.Int32),
        agency_name_printed=pl.col("agency_name"),
        period_start=pl.date(year, 1, 1),
        period_end=pl.date(year, 12, 31),
        period_text=pl.format("{}年1月1日至{}年12月31日", year, year),
        signed_on=pl.lit(None, pl.Date),
        index_no=pl.lit(None, pl.String),
        cited_notice=pl.col("format_id").replace_strict(notices, return_dtype=pl.String),
        year_evidence=_by_title(year.cast(pl.String)),
        agency_evidence=_by_title(pl.format('"{}"', "agency_name")),
        identity_conflicts=pl.lit("[]"),
        is_synthetic=pl.lit(value=True),
    )
    return _shaped(rows, Reports).sort("doc_id")


def _by_title(value: pl.Expr) -> pl.Expr:
    """A JSON list with one piece of evidence: what the title says."""
    return pl.concat_str(
        pl.lit('[{"source": "title", "value": '),
        value,
        pl.lit(', "text": "'),
        pl.col("title"),
        pl.lit('", "locator": "L1"}]'),
    )


def document_rows(reports: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """`source_documents`, `arrivals`, `manifest_claims` and `parse_log` rows of named reports."""
    received = pl.col("published_on").cast(pl.Datetime("us", "UTC")) + dt.timedelta(days=1)
    rows = reports.with_columns(
        media_type=pl.lit("text/plain"),
        extension=pl.lit("txt"),
        bytes=4000 + below(pl.col("draw"), purpose("bytes"), 3000),
        is_synthetic=pl.lit(value=True),
        name=pl.col("file_name"),
        source=pl.lit(SOURCE),
        received_at=received,
        claimed_by=pl.lit("manifest"),
        parser=pl.lit(PARSER),
        parser_version=pl.lit(PARSER_VERSION),
        status=pl.when(pl.col("plan") == "missing_table")
        .then(pl.lit(DocumentStatus.PARTLY_READ.value))
        .otherwise(pl.lit(DocumentStatus.READ.value)),
        reason=pl.lit(None, pl.String),
        page_count=pl.lit(None, pl.Int32),
        seconds=pl.lit(None, pl.Float64),
    )
    models: dict[str, type[LakeFrame]] = {
        "source_documents": SourceDocuments,
        "arrivals": Arrivals,
        "manifest_claims": ManifestClaims,
        "parse_log": ParseLog,
    }
    return {table: _shaped(rows, model).sort("doc_id") for table, model in models.items()}


def section_rows(reports: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """`report_sections` rows of reports with their printed numbers: six short parts each."""
    found: list[pl.DataFrame] = []
    for (format_id,), mine in reports.group_by("format_id", maintain_order=True):
        specs = catalog.formats[str(format_id)].sections
        for order, spec in enumerate(specs, start=2):
            text = TEXTS.get(spec.section_no, "")
            blanks = text.count("{}")
            fill = [pl.col("report_year"), *(pl.col(column_of(i, "total")) for i in NUMBERS)]
            found.append(
                mine.select(
                    "doc_id",
                    section_no=pl.lit(spec.section_no),
                    heading=pl.lit(f"{spec.section_no}、{spec.heading}"),
                    numbering=pl.lit(f"{spec.section_no}、"),
                    heading_score=pl.lit(1.0),
                    text=pl.format(text, *fill[:blanks]) if blanks else pl.lit(text),
                    order=pl.lit(order, pl.Int32),
                    page=pl.lit(None, pl.Int32),
                    locator=pl.lit(f"L{order * 7}"),
                )
            )
    return pl.concat(found).select(list(polars_schema(ReportSections))).sort("doc_id", "order")


def contact_rows(reports: pl.DataFrame) -> pl.DataFrame:
    """`report_contacts` rows of named reports."""
    number = below(pl.col("place"), purpose("door"), 99) + 1
    two = number.cast(pl.String).str.zfill(2)
    rows = reports.with_columns(
        address=pl.format("虚构路{}号", number),
        postcode=pl.format("0000{}", two),
        telephone=pl.format("0000-55500{}", two),
        email=pl.lit(None, pl.String),
        website=pl.format("http://{}/", "host"),
    )
    return _shaped(rows, ReportContacts).sort("doc_id")


def _shaped(rows: pl.DataFrame, model: type[LakeFrame]) -> pl.DataFrame:
    """The columns of a table, in its types."""
    return rows.select(pl.col(name).cast(dtype) for name, dtype in polars_schema(model).items())
