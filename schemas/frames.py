"""pandera models of every lake table: the contract between the stages.

One class per table; the class docstring starts with its grain, every column says what it holds.
The same models feed the IO manager, Dagster's column tab, dbt sources and the data dictionary.
Clock values (received_at, seconds) are never part of a content hash.
"""

# pandera declares Config as a variable and reads it as a class: subclasses cannot please both.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

from schemas.vocabulary import (
    AgencyEventKind,
    AgencyKind,
    AgencyNameType,
    Attribution,
    DivisionEventKind,
    DocumentStatus,
    FindingStatus,
    MatchMethod,
    Outcome,
    ReviewStatus,
    RosterStatus,
    Severity,
    Tier,
    ValueStatus,
)

Number = Annotated[pl.Decimal, 18, 6]
Instant = Annotated[pl.Datetime, "us", "UTC"]
CLOCK_COLUMNS = frozenset({"received_at", "seconds"})


def _text(description: str, **checks: Any) -> Any:
    return pa.Field(description=description, **checks)


def _maybe(description: str, **checks: Any) -> Any:
    return pa.Field(description=description, nullable=True, **checks)


class LakeFrame(pa.DataFrameModel):
    """Base of all lake tables: exactly the listed columns, in any order."""

    class Config:
        """pandera settings shared by all tables."""

        strict = True
        coerce = False


class SourceDocuments(LakeFrame):
    """One row per stored bytes (a document is its content, whatever it is called)."""

    doc_id: str = _text(
        "SHA-256 of the bytes, hex", unique=True, str_length={"min_value": 64, "max_value": 64}
    )
    file_name: str = _text("name under which the bytes first arrived, without folders")
    media_type: str = _text("media type found by sniffing the bytes, not by the extension")
    extension: str = _text("extension under which the raw file is stored, without dot")
    bytes: pl.Int64 = _text("size in bytes", ge=0)
    source_url: str = _maybe("address the document was taken from, where a manifest says so")
    is_synthetic: bool = _text("true for made-up documents")


class Arrivals(LakeFrame):
    """One row per delivery of bytes under a name."""

    doc_id: str = _text("document")
    name: str = _text("name or relative path as delivered")
    source: str = _text("folder or inbox it came from, as given on the command line")
    source_url: str = _maybe("address, where a manifest says so")
    received_at: Instant = _text("when it was first taken in")

    class Config:
        """Key."""

        unique = ["doc_id", "name"]


class ManifestClaims(LakeFrame):
    """One row per document and file that says something of it (manifest.csv, overrides.csv)."""

    doc_id: str = _text("document")
    agency_name: str = _maybe("agency name claimed")
    report_year: pl.Int32 = _maybe("report year claimed")
    published_on: pl.Date = _maybe("publication date claimed")
    claimed_by: str = _text("manifest or overrides", isin=["manifest", "overrides"])

    class Config:
        """Key."""

        unique = ["doc_id", "claimed_by"]


class ParseLog(LakeFrame):
    """One row per document: how its reading ended."""

    doc_id: str = _text("document", unique=True)
    parser: str = _maybe("parser that read it; null when none could")
    parser_version: str = _maybe("version of that parser")
    status: str = _text("document status", isin=[s.value for s in DocumentStatus])
    reason: str = _maybe("why it is not simply read: place, fault, what to do")
    page_count: pl.Int32 = _maybe("pages, where the medium has them")
    seconds: float = _maybe("time the reading took")


class LayoutBlocks(LakeFrame):
    """One row per piece of running text, in reading order."""

    doc_id: str = _text("document")
    order: pl.Int32 = _text("place in the reading order of the document, grids included", ge=0)
    page: pl.Int32 = _maybe("page, from 1")
    text: str = _text("text as printed")
    is_heading: bool = _text("the medium itself marks it as a heading or title")
    locator: str = _text("page and rectangle, DOM path, or line and column")

    class Config:
        """Key."""

        unique = ["doc_id", "order"]


class LayoutGrids(LakeFrame):
    """One row per cell of a grid: a table as laid out, before anyone knows its meaning."""

    doc_id: str = _text("document")
    grid: pl.Int32 = _text("ordinal of the grid in the document, from 0", ge=0)
    order: pl.Int32 = _text("place of the grid in the reading order", ge=0)
    kind: str = _text("how columns are known", isin=["ruled", "delimited", "aligned", "flow"])
    row: pl.Int32 = _text("first row, from 0", ge=0)
    col: pl.Int32 = _text("first column, from 0", ge=0)
    row_span: pl.Int32 = _text("rows covered", ge=1)
    col_span: pl.Int32 = _text("columns covered", ge=1)
    text: str = _text("text as printed")
    page: pl.Int32 = _maybe("page, from 1")
    locator: str = _text("page and rectangle, DOM path, or line and column")
    x0: float = _maybe("left edge in PDF points")
    top: float = _maybe("top edge in PDF points from the top of the page")
    x1: float = _maybe("right edge")
    bottom: float = _maybe("bottom edge")
    confidence: float = _maybe("how sure character recognition is of the text, null where exact")
    other: str = _maybe("text by a second reading of the cell, null where it was read once")

    class Config:
        """Key."""

        unique = ["doc_id", "grid", "row", "col"]


class Identities(LakeFrame):
    """One row per document: what the document itself says about agency, year and title."""

    doc_id: str = _text("document", unique=True)
    agency_name_printed: str = _maybe("agency as printed")
    report_year: pl.Int32 = _maybe("report year by the document's own evidence")
    title: str = _maybe("title, line breaks and spaces removed")
    period_start: pl.Date = _maybe("first day of the statistics period")
    period_end: pl.Date = _maybe("last day of the statistics period")
    period_text: str = _maybe("statistics period as printed")
    published_on: pl.Date = _maybe("publication date where stated")
    signed_on: pl.Date = _maybe("date under the text or in the metadata block")
    index_no: str = _maybe("索引号")
    cited_notice: str = _maybe("document number of the cited notice as printed")
    year_evidence: str = _text("JSON list of {source, value, text, locator}")
    agency_evidence: str = _text("JSON list of {source, value, text, locator}")


class Reports(LakeFrame):
    """One row per report found in a document, with its settled identity."""

    report_id: str = _text("doc_id, a hyphen and the ordinal", unique=True)
    doc_id: str = _text("document")
    ordinal: pl.Int32 = _text("ordinal of the report in the document, from 1", ge=1)
    agency_code: str = _text("provisional code: kind and a hash of the normalised name")
    agency_name_printed: str = _maybe("agency as printed")
    agency_name: str = _text("agency name in use: overrides, manifest or document")
    kind: str = _text("kind of agency", isin=[k.value for k in AgencyKind])
    report_year: pl.Int32 = _maybe("report year in use")
    title: str = _maybe("title without line breaks and spaces")
    period_start: pl.Date = _maybe("first day of the statistics period")
    period_end: pl.Date = _maybe("last day of the statistics period")
    period_text: str = _maybe("statistics period as printed")
    published_on: pl.Date = _maybe("publication date")
    signed_on: pl.Date = _maybe("date under the text")
    index_no: str = _maybe("索引号")
    cited_notice: str = _maybe("cited notice as printed")
    year_evidence: str = _text("JSON list of evidence, manifest and overrides included")
    agency_evidence: str = _text("JSON list of evidence, manifest and overrides included")
    identity_conflicts: str = _text("JSON list of {field, values} where sources disagree")
    is_current: bool = _text(
        "the version that comparisons use among reports of one agency and year"
    )
    is_synthetic: bool = _text("made-up report")


class ReportCells(LakeFrame):
    """One row per cell of a detected table copy, with where it was found."""

    doc_id: str = _text("document")
    format_id: str = _text("format of the block")
    table_id: str = _text("table")
    block: str = _text("block of the table")
    copy_no: pl.Int32 = _text("copy of the table in the document, from 1", ge=1)
    item_code: str = _text("meaning of the row and column")
    breakdown: str = _text("member of the column axis, '' where none")
    value: Number = _maybe("number as printed, in `unit`; only when reported")
    unit: str = _maybe("unit printed in the cell, else that of the format")
    value_status: str = _text("what the cell prints", isin=[s.value for s in ValueStatus])
    raw_text: str = _maybe("text of the cell exactly as printed; null when absent")
    review_status: str = _text("sure or needs_review", isin=[s.value for s in ReviewStatus])
    review_reason: str = _maybe("why a person should look")
    evidence: str = _text("how it was read / second reading / placed by / likeness of its label")
    chosen_by: str = _text("layout or reconciliation", isin=["layout", "reconciliation"])
    runner_up: str = _maybe("the other reading where there was one")
    row_label: str = _maybe("row label as printed")
    column_label: str = _maybe("column label as printed")
    grid: pl.Int32 = _maybe("grid the cell comes from")
    row: pl.Int32 = _maybe("row of the grid")
    col: pl.Int32 = _maybe("column of the grid")
    page: pl.Int32 = _maybe("page, from 1")
    locator: str = _maybe("page and rectangle, DOM path, or line and column")
    x0: float = _maybe("left edge in PDF points")
    top: float = _maybe("top edge in PDF points")
    x1: float = _maybe("right edge")
    bottom: float = _maybe("bottom edge")

    class Config:
        """Key."""

        unique = ["doc_id", "table_id", "block", "copy_no", "item_code", "breakdown"]


class UnmappedCells(LakeFrame):
    """One row per cell inside a table region that no cell of a format claimed."""

    doc_id: str = _text("document")
    table_id: str = _maybe("table of the region")
    grid: pl.Int32 = _text("grid")
    row: pl.Int32 = _text("row of the grid")
    col: pl.Int32 = _text("column of the grid")
    text: str = _text("text as printed")
    is_number: bool = _text("the text is a number: a leak, if it belongs to the report")
    reason: str = _text("why nothing claimed it")
    page: pl.Int32 = _maybe("page, from 1")
    locator: str = _text("place in the document")


class ReportSections(LakeFrame):
    """One row per section found in a document, tables left out of the text."""

    doc_id: str = _text("document")
    section_no: str = _text("一 to 六 by position and heading")
    heading: str = _text("heading as printed, with its number")
    numbering: str = _text("the ordinal as printed, e.g. 三、 or 3、")
    heading_score: float = _text("likeness of the heading to the official one, 0 to 1")
    text: str = _text("text as printed, paragraphs separated by line breaks")
    order: pl.Int32 = _text("place of the heading in the reading order")
    page: pl.Int32 = _maybe("page of the heading")
    locator: str = _text("place of the heading")


class ReportContacts(LakeFrame):
    """One row per document that prints a contact block."""

    doc_id: str = _text("document", unique=True)
    address: str = _maybe("address as printed")
    postcode: str = _maybe("postcode, digits")
    telephone: str = _maybe("telephone, inner spaces removed")
    email: str = _maybe("e-mail address")
    website: str = _maybe("address of the site or page the report names")


class ReportFacts(LakeFrame):
    """One row per cell of the detected format of a report, absent cells included."""

    report_id: str = _text("report")
    doc_id: str = _text("document")
    agency_code: str = _text("agency")
    report_year: pl.Int32 = _text("report year")
    format_id: str = _text("format of the block")
    table_id: str = _text("table")
    block: str = _text("block of the table")
    copy_no: pl.Int32 = _text("copy of the table that was used, from 1")
    item_code: str = _text("meaning of the row and column")
    breakdown: str = _text("member of the column axis, '' where none")
    value: Number = _maybe("number as printed, in `unit`; only when reported")
    unit: str = _maybe("unit: as printed in the cell, else that of the format")
    value_status: str = _text("what the cell prints", isin=[s.value for s in ValueStatus])
    raw_text: str = _maybe("text of the cell as printed")
    review_status: str = _text("sure or needs_review", isin=[s.value for s in ReviewStatus])
    review_reason: str = _maybe("why a person should look")
    confidence: float = _text("0 to 1", ge=0, le=1)
    evidence: str = _maybe("what the confidence rests on; printed sums hold, fail or none last")
    page: pl.Int32 = _maybe("page, from 1")
    locator: str = _maybe("page and rectangle, DOM path, or line and column")
    grid: pl.Int32 = _maybe("grid")
    row: pl.Int32 = _maybe("row of the grid")
    col: pl.Int32 = _maybe("column of the grid")
    x0: float = _maybe("left edge in PDF points")
    top: float = _maybe("top edge in PDF points")
    x1: float = _maybe("right edge")
    bottom: float = _maybe("bottom edge")
    parser: str = _text("parser that read the document")
    chosen_by: str = _text("layout or reconciliation")
    runner_up: str = _maybe("the other reading where there was one")
    correction_id: str = _maybe("correction applied; the text as read stays in raw_text")

    class Config:
        """Key."""

        unique = ["report_id", "item_code", "breakdown"]


class RuleOutcomes(LakeFrame):
    """One row per rule and place where it applies, all three outcomes."""

    report_id: str = _text("report")
    doc_id: str = _text("document")
    agency_code: str = _text("agency")
    report_year: pl.Int32 = _text("report year")
    rule_id: str = _text("rule")
    breakdown: str = _text("place within the report: member of the axis, item, table or ''")
    outcome: str = _text("holds, fails or not_evaluable", isin=[o.value for o in Outcome])
    left_value: Number = _maybe("left side")
    right_value: Number = _maybe("right side")
    difference: Number = _maybe("left minus right")
    difference_if_blank_is_zero: Number = _maybe("difference if blank terms counted as zero")
    missing_items: str = _text("JSON list of items that made it not evaluable")

    class Config:
        """Key."""

        unique = ["report_id", "rule_id", "breakdown"]


class Findings(LakeFrame):
    """One row per thing a person should see."""

    finding_id: str = _text("hash of rule, report, place and values", unique=True)
    report_id: str = _text("report")
    doc_id: str = _text("document")
    agency_code: str = _text("agency")
    report_year: pl.Int32 = _text("report year")
    rule_id: str = _text("rule")
    breakdown: str = _text("place within the report")
    severity: str = _text("severity", isin=[s.value for s in Severity])
    status: str = _text(
        "open, or needs_review where it rests on an unsure cell",
        isin=[s.value for s in FindingStatus],
    )
    decision: str = _maybe("confirmed or dismissed by a person")
    attribution: str = _text(
        "publisher, extraction or undetermined", isin=[a.value for a in Attribution]
    )
    message_zh: str = _text("the finding in Chinese")
    message_en: str = _text("the finding in English")
    expected: str = _maybe("what the rule expects")
    actual: str = _maybe("what the document prints")
    items: str = _text("JSON list of item codes it rests on")
    evidence: str = _text(
        "JSON list of {item_code, breakdown, raw_text, page, locator}; for identities also "
        "{kind: would_clear, sets}: the smallest sets of cells, each with its implied value"
    )


class RefItem(LakeFrame):
    """One row per cell of an official format."""

    format_id: str = _text("format")
    table_id: str = _text("table")
    block: str = _text("block of the table")
    item_code: str = _text("meaning of the row and column")
    breakdown: str = _text("member of the column axis, '' where none")
    position: pl.Int32 = _text("place of the cell in the printed order of its format, from 1", ge=1)
    section_no: str = _text("section that prints the table")
    table_name_zh: str = _text("table, official name")
    table_name_en: str = _text("table in English")
    row_label: str = _text("row labels as printed, outermost first, joined with /")
    column_label: str = _text("column labels as printed, outermost first, joined with /")
    label_zh: str = _text("item and member of the axis in Chinese")
    label_en: str = _text("item and member of the axis in English")
    unit: str = _text("unit of the form, '' where the form prints none")
    value_type: str = _text("count, signed_count or money", isin=["count", "signed_count", "money"])
    is_total: bool = _text("the form prints it as a sum of other cells")
    legal_source: str = _text("provision that the item rests on, '' where none is known")

    class Config:
        """Key."""

        unique = ["format_id", "item_code", "breakdown"]


class RefFormat(LakeFrame):
    """One row per official format, in the order of issue."""

    format_id: str = _text("format", unique=True)
    position: pl.Int32 = _text("place in the order of issue, from 1", ge=1)
    title_zh: str = _text("official title")
    title_en: str = _text("title in English")
    document_number: str = _text("document number of the notice that issued it")
    issued_on: pl.Date = _maybe("date of the notice, where known")
    first_report_year: pl.Int32 = _text("first report year it governs")
    last_report_year: pl.Int32 = _maybe("last report year it governs; null while in force")
    supersedes: str = _maybe("format it replaced")
    cell_count: pl.Int32 = _text("cells the format prints", ge=1)


class RefRule(LakeFrame):
    """One row per version of a rule."""

    rule_id: str = _text("rule")
    family: str = _text("family of rules")
    kind: str = _text("kind of comparison")
    severity: str = _text("severity of its findings", isin=[s.value for s in Severity])
    title_zh: str = _text("title in Chinese")
    title_en: str = _text("title in English")
    legal_basis: str = _text("what the rule rests on, '' where it is arithmetic")
    basis_status: str = _text("how well the basis was verified")
    hint_zh: str = _text("what to do about a finding, in Chinese")
    hint_en: str = _text("what to do about a finding, in English")
    valid_from: pl.Int32 = _maybe("first report year it applies to; null: the first of all")
    valid_to: pl.Int32 = _maybe("last report year it applies to; null while in force")

    class Config:
        """Key."""

        unique = ["rule_id", "valid_from"]


class RefCrosswalk(LakeFrame):
    """One row per item of a format that is a term of a lasting concept."""

    concept: str = _text("concept: what is compared over the formats")
    format_id: str = _text("format")
    item_code: str = _text("item of the format that is a term of the concept")
    comparability: str = _text(
        "the concept in this format against the format before it",
        isin=["same", "approximate", "not_comparable"],
    )
    note_zh: str = _text("why, in Chinese; '' where there is nothing to say")
    note_en: str = _text("why, in English")

    class Config:
        """Key."""

        unique = ["concept", "format_id", "item_code"]


class RefBreak(LakeFrame):
    """One row per concept and report year from which its numbers mean something else."""

    concept: str = _text("concept")
    first_year: pl.Int32 = _text("first report year after the break")
    comparability: str = _text(
        "this year against the year before", isin=["same", "approximate", "not_comparable"]
    )
    note_zh: str = _text("why, in Chinese")
    note_en: str = _text("why, in English")

    class Config:
        """Key."""

        unique = ["concept", "first_year"]


class RefPeerGroup(LakeFrame):
    """One row per peer group: which agencies are compared with one another."""

    peer_group_id: str = _text("peer group", unique=True)
    position: pl.Int32 = _text("place in the list, from 1", ge=1)
    title_zh: str = _text("title in Chinese")
    title_en: str = _text("title in English")
    kinds: str = _text("kinds of agency that belong to it, joined with |; '' means all")
    tiers: str = _text("tiers that belong to it, joined with |; '' means all")
    sectors: str = _text("sectors that belong to it, joined with |; '' means all")
    same: str = _text("what its peers have in common, joined with |; '' means nothing more")


class RefRanking(LakeFrame):
    """One row per indicator by which peers are ranked."""

    indicator_id: str = _text("indicator", unique=True)
    position: pl.Int32 = _text("place in the list, from 1", ge=1)
    alternative_indicator_id: str = _maybe("indicator with another denominator, where there is one")


class AgencyMatches(LakeFrame):
    """One row per report: whose it is, how that was decided and on what evidence."""

    report_id: str = _text("report", unique=True)
    doc_id: str = _text("document")
    agency_name: str = _text("agency name in use")
    agency_code: str = _text("registered agency, or the provisional code of the name")
    method: str = _text("how it was decided", isin=[m.value for m in MatchMethod])
    is_registered: bool = _text("the agency is in the register")
    division_code: str = _maybe("division of the agency, where it is known beyond doubt")
    tier: str = _maybe("administrative tier", isin=[t.value for t in Tier])
    sector: str = _maybe("functional sector")
    candidates: str = _text("JSON list of {agency_code, for, against} of the register")
    evidence: str = _text("JSON object: host, codes, places that were looked at")
    decided_by: str = _text("rule or operator", isin=["rule", "operator"])


class RefDivision(LakeFrame):
    """One row per version of an administrative division, former ones included."""

    division_code: str = _text("twelve digits", str_matches=r"^\d{12}$")
    name: str = _text("name, as 石拐区")
    full_name: str = _text("names from the province down")
    tier: str = _text("level", isin=[t.value for t in Tier if t is not Tier.STATE])
    type: str = _text("type, as 市辖区, 自治县, 镇")
    parent: str = _maybe("code of the division above it; null for provinces")
    valid_from: pl.Date = _maybe("first day; known to the year, null where unknown")
    valid_to: pl.Date = _maybe("last day; known to the year, null while in force")
    is_synthetic: bool = _text("made-up division")

    class Config:
        """Key."""

        unique = ["division_code", "valid_from"]


class RefDivisionEvent(LakeFrame):
    """One row per change of a division or its code."""

    event_no: pl.Int32 = _text("place in the list, from 1", unique=True)
    event_year: pl.Int32 = _text("year of the change in the code book")
    kind: str = _text("what happened", isin=[k.value for k in DivisionEventKind])
    from_code: str = _maybe("division before")
    from_name: str = _maybe("its name")
    to_code: str = _maybe("division after")
    to_name: str = _maybe("its name")
    basis: str = _maybe("number of the approving document, where known")
    is_synthetic: bool = _text("made-up event")


class RefAgency(LakeFrame):
    """One row per registered agency."""

    agency_code: str = _text("code of the register, lasting", unique=True)
    kind: str = _text("kind of agency", isin=[k.value for k in AgencyKind])
    tier: str = _maybe("administrative tier", isin=[t.value for t in Tier])
    sector: str = _maybe("functional sector")
    vertical_system: str = _maybe("vertical system it belongs to, as 海关")
    parent: str = _maybe("agency above it")
    division_code: str = _maybe("division it belongs to")
    uscc: str = _maybe("unified social credit code, both check characters valid")
    site_host: str = _maybe("host of its site, without www.")
    valid_from: pl.Date = _maybe("first day, where known")
    valid_to: pl.Date = _maybe("last day, null while it exists")
    is_synthetic: bool = _text("made-up agency")
    source: str = _text("file that registers it")


class RefAgencyName(LakeFrame):
    """One row per dated name of a registered agency."""

    agency_code: str = _text("agency")
    name: str = _text("name")
    name_type: str = _text("official or short", isin=[t.value for t in AgencyNameType])
    valid_from: pl.Date = _maybe("first day, where known")
    valid_to: pl.Date = _maybe("last day, null while in use")

    class Config:
        """Key."""

        unique = ["agency_code", "name", "valid_from"]


class RefAgencyEvent(LakeFrame):
    """One row per event in the life of registered agencies."""

    event_no: pl.Int32 = _text("place in the list, from 1", unique=True)
    kind: str = _text("what happened", isin=[k.value for k in AgencyEventKind])
    event_on: pl.Date = _maybe("day it took effect, where known")
    from_code: str = _maybe("agency before")
    to_code: str = _maybe("agency after")
    basis: str = _maybe("document it rests on")


class RefRoster(LakeFrame):
    """One row per line of a roster of expected reports."""

    region_code: str = _text("division whose roster it is")
    report_year: pl.Int32 = _text("report year")
    agency_code: str = _maybe("expected agency; null where the register has no such name")
    agency_name: str = _text("its name, as the line or the register says")
    due_on: pl.Date = _maybe("last day on time, where the roster says so")
    line_status: str = _text("what the line came to", isin=[s.value for s in RosterStatus])
    is_expected: bool = _text("counts: every line but a duplicate")
    is_synthetic: bool = _text("made-up roster")
    source_file: str = _text("file")
    line_no: pl.Int32 = _text("line of the file, from 1", ge=1)

    class Config:
        """Key."""

        unique = ["source_file", "line_no"]


class RefPopulation(LakeFrame):
    """One row per division and year: its population."""

    division_code: str = _text("division")
    year: pl.Int32 = _text("year of the count")
    population: pl.Int64 = _text("persons", gt=0)
    source: str = _text("where the number is from")
    is_synthetic: bool = _text("made-up number")

    class Config:
        """Key."""

        unique = ["division_code", "year"]


class RefIndicator(LakeFrame):
    """One row per indicator of the metric dictionary."""

    indicator_id: str = _text("indicator, and its column in cmp_agency_year", unique=True)
    position: pl.Int32 = _text("place in the dictionary, from 1", ge=1)
    family: str = _text("entry it belongs to; * stands for the member")
    kind: str = _text("kind of figure", isin=["count", "sum", "difference", "ratio", "share"])
    scope: str = _text("what it belongs to", isin=["agency", "group", "report_metadata"])
    name_zh: str = _text("name in Chinese")
    name_en: str = _text("name in English")
    definition_zh: str = _text("definition in Chinese")
    definition_en: str = _text("definition in English")
    formula: str = _text("formula over concepts and measures; '' where not available")
    unit: str = _text("unit in Chinese")
    unit_en: str = _text("unit in English")
    per: pl.Int32 = _text("what the quotient is multiplied by", ge=1)
    minimum_denominator: pl.Int32 = _maybe("least denominator at which it is shown; null: none")
    first_report_year: pl.Int32 = _text("first report year in which it exists")
    last_report_year: pl.Int32 = _maybe("last report year; null while forms print its terms")
    caveat_zh: str = _text("what to mind, in Chinese; '' where nothing")
    caveat_en: str = _text("what to mind, in English")
    is_available: bool = _text("the figure is made")
    reason_zh: str = _text("why not, in Chinese; '' where it is")
    reason_en: str = _text("why not, in English")
    is_in_long: bool = _text("it has rows in cmp_indicator_long")
    version: pl.Int32 = _text("version of the definition, from 1", ge=1)
    source: str = _text("what the definition rests on; '' where it is our own")
    peers: str = _text("like figures in statistics of other countries; '' where none")


class RefIndicatorTerm(LakeFrame):
    """One row per signed term of an indicator."""

    indicator_id: str = _text("indicator")
    part: str = _text("side of the fraction", isin=["numerator", "denominator"])
    term_no: pl.Int32 = _text("place in the part, from 1", ge=1)
    sign: pl.Int32 = _text("1 or -1", isin=[1, -1])
    concept: str = _maybe("concept; null where the term is a measure")
    breakdown: str = _maybe("member of the axis, '' where none; null where it is a measure")
    table_id: str = _maybe("table of the concept")
    measure: str = _maybe("column of int_reports__measured; null where it is a concept")
    is_previous_year: bool = _text("the figure of the report of the year before")

    class Config:
        """Key."""

        unique = ["indicator_id", "part", "term_no"]


LAKE_TABLES: dict[str, type[LakeFrame]] = {
    "ref_indicator": RefIndicator,
    "ref_indicator_term": RefIndicatorTerm,
    "agency_matches": AgencyMatches,
    "ref_division": RefDivision,
    "ref_division_event": RefDivisionEvent,
    "ref_agency": RefAgency,
    "ref_agency_name": RefAgencyName,
    "ref_agency_event": RefAgencyEvent,
    "ref_roster": RefRoster,
    "ref_population": RefPopulation,
    "source_documents": SourceDocuments,
    "arrivals": Arrivals,
    "manifest_claims": ManifestClaims,
    "parse_log": ParseLog,
    "layout_blocks": LayoutBlocks,
    "layout_grids": LayoutGrids,
    "identities": Identities,
    "reports": Reports,
    "report_cells": ReportCells,
    "unmapped_cells": UnmappedCells,
    "report_sections": ReportSections,
    "report_contacts": ReportContacts,
    "report_facts": ReportFacts,
    "rule_outcomes": RuleOutcomes,
    "findings": Findings,
    "ref_item": RefItem,
    "ref_format": RefFormat,
    "ref_rule": RefRule,
    "ref_crosswalk": RefCrosswalk,
    "ref_break": RefBreak,
    "ref_peer_group": RefPeerGroup,
    "ref_ranking": RefRanking,
}


def polars_schema(model: type[LakeFrame]) -> pl.Schema:
    """The polars schema of a lake table, columns in declared order."""
    columns = model.to_schema().columns
    return pl.Schema({name: column.dtype.type for name, column in columns.items()})


def empty_frame(model: type[LakeFrame]) -> pl.DataFrame:
    """A frame of a lake table without rows."""
    return pl.DataFrame(schema=polars_schema(model))


def typed_frame(model: type[LakeFrame], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows (one mapping of column to value each) as a frame; missing columns are null.

    Columns and types are those of the table, but its checks are not run: that is for tables that
    are validated again before the lake stores them, since one validation costs about 9 ms.

    Raises:
        polars.exceptions.PolarsError: a value is of another type.
    """
    if not rows:
        return empty_frame(model)
    return pl.DataFrame(rows, schema=polars_schema(model), orient="row")


def to_frame(model: type[LakeFrame], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows (one mapping of column to value each) as a validated frame; missing columns are null.

    Raises:
        pandera.errors.SchemaErrors: a row breaks the table's contract.
    """
    frame = typed_frame(model, rows)
    return model.validate(frame, lazy=True)  # pyright: ignore[reportReturnType] - polars in, polars out
