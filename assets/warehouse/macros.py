"""The table macros of a published file: name to signature, query and bilingual description.

A macro is bound to the file it lies in: after ATTACH it needs `USE`. Names of parameters must not
be those of a column, because a column would win.
"""

from __future__ import annotations

_VERSIONS = (
    "agency_code, agency_name, report_year, version_no, version_count, report_id, doc_id, "
    "published_on, is_dated, valid_from, valid_to, recorded_from, recorded_to, is_current, "
    "is_synthetic"
)

MACROS: dict[str, tuple[str, str, str]] = {
    "compare_years": (
        "compare_years(agency, year)",
        "SELECT concept, breakdown, label_zh, label_en, unit, previous_value, value, change, "
        "change_ratio, is_comparable, break_note, break_note_en, is_synthetic "
        "FROM cmp_item_year_over_year WHERE agency_code = agency AND report_year = year",
        "一个机关某年度与上一年度的对照。One agency's figures of a year against the year before.",
    ),
    "trace_figure": (
        "trace_figure(report, item)",
        "SELECT i.breakdown, i.value, i.unit, i.value_status, i.raw_text, i.review_status, "
        "i.review_reason, d.file_name, d.source_url, i.page, i.locator, i.parser, d.doc_id "
        "FROM fct_report_item AS i INNER JOIN fct_document AS d ON i.doc_id = d.doc_id "
        "WHERE i.report_id = report AND i.item_code = item",
        "一份报告一个项目的数值在原文件中的位置。"
        "Where the figures of an item stand in the document.",
    ),
    "as_of": (
        "as_of(known_on)",
        f"SELECT {_VERSIONS} FROM fct_report_version "
        "WHERE recorded_from < CAST(known_on AS DATE) + INTERVAL 1 DAY AND "
        "(recorded_to IS NULL OR recorded_to >= CAST(known_on AS DATE) + INTERVAL 1 DAY)",
        "到某日（UTC）终了时，本库已收到的报告中各机关各年度的最新版本。"
        "The newest version per agency and year among those taken in here by the end of a day "
        "(UTC).",
    ),
    "valid_on": (
        "valid_on(out_on)",
        f"SELECT {_VERSIONS} FROM fct_report_version WHERE valid_from <= CAST(out_on AS DATE) "
        "AND (valid_to IS NULL OR valid_to > CAST(out_on AS DATE))",
        "某日对外有效的各机关各年度的报告版本，以现在所知为准；未载明日期的见 is_dated。"
        "The version per agency and year that was published and not replaced on a day, by what is "
        "known now; is_dated says where the date is assumed.",
    ),
    "reports_as_of": (
        "reports_as_of(known_on, out_on)",
        f"SELECT {_VERSIONS} FROM fct_report_version "
        "WHERE recorded_at < CAST(known_on AS DATE) + INTERVAL 1 DAY "
        "AND valid_from <= CAST(out_on AS DATE) "
        "QUALIFY row_number() OVER (PARTITION BY agency_code, report_year, is_synthetic "
        "ORDER BY version_no DESC) = 1",
        "以某日（UTC）终了时本库所知为准，另一日对外有效的各机关各年度的报告版本。"
        "The version per agency and year that was valid on one day, by what was known here at the "
        "end of another (UTC).",
    ),
}
