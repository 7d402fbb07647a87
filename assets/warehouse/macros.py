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

# Reports are looked up first: fct_report_item lies in the order of report_id, so two of them among
# sixty million cells are found without reading the rest. A measure stands alone in its part, so the
# part is its value. Amounts are put into 万元, as everywhere in the comparisons.
_CELLS_OF = """
WITH reports AS (
    SELECT report_id, doc_id, report_year, is_synthetic FROM fct_report
    WHERE agency_code = agency AND is_current AND report_year IN (year, year - 1)
),
terms AS (
    SELECT * FROM dim_indicator_term WHERE indicator_id = indicator
),
places AS (
    SELECT t.part, t.term_no, t.sign, t.concept, t.breakdown, t.is_previous_year,
        x.format_id, x.item_code
    FROM terms AS t INNER JOIN dim_crosswalk AS x ON t.concept = x.concept
),
cells AS (
    SELECT p.part, p.term_no, p.sign, r.report_year, p.concept, i.item_code, i.breakdown,
        CAST(NULL AS VARCHAR) AS measure, i.value, i.unit,
        CAST(p.sign * CASE i.unit
            WHEN '元' THEN CAST(i.value * 0.0001 AS DECIMAL(38, 10))
            WHEN '亿元' THEN CAST(i.value * 10000 AS DECIMAL(38, 10))
            ELSE CAST(i.value AS DECIMAL(38, 10))
        END AS DECIMAL(38, 6)) AS signed_value,
        i.value_status, i.raw_text, i.review_status, i.review_reason, i.page, i.locator,
        i.format_id, r.report_id, r.doc_id, r.is_synthetic
    FROM reports AS r
    INNER JOIN fct_report_item AS i ON r.report_id = i.report_id
    INNER JOIN places AS p
        ON i.format_id = p.format_id AND i.item_code = p.item_code AND i.breakdown = p.breakdown
    WHERE r.report_year = year - CAST(p.is_previous_year AS INTEGER)
),
figures AS (
    SELECT report_id, numerator, denominator FROM cmp_indicator_long
    WHERE agency_code = agency AND report_year = year AND indicator_id = indicator
),
measured AS (
    SELECT t.part, t.term_no, t.sign, r.report_year, t.concept, NULL AS item_code, t.breakdown,
        t.measure, f.part_value AS value, NULL AS unit, f.part_value AS signed_value,
        NULL AS value_status, NULL AS raw_text, NULL AS review_status, NULL AS review_reason,
        NULL AS page, NULL AS locator, NULL AS format_id, r.report_id, r.doc_id, r.is_synthetic
    FROM terms AS t
    INNER JOIN (
        SELECT report_id, 'numerator' AS part, numerator AS part_value FROM figures
        UNION ALL
        SELECT report_id, 'denominator' AS part, denominator AS part_value FROM figures
    ) AS f ON t.part = f.part
    INNER JOIN reports AS r ON f.report_id = r.report_id
    WHERE t.measure IS NOT NULL
)
SELECT c.part, c.term_no, c.sign, c.report_year, c.concept, c.item_code, c.breakdown,
    d.row_label, d.column_label, c.measure, c.value, c.unit, c.signed_value, c.value_status,
    c.raw_text, c.review_status, c.review_reason, f.file_name, f.source_url, c.page, c.locator,
    c.report_id, c.doc_id, c.is_synthetic
FROM (SELECT * FROM cells UNION ALL SELECT * FROM measured) AS c
INNER JOIN fct_document AS f ON c.doc_id = f.doc_id
LEFT JOIN dim_item AS d
    ON c.format_id = d.format_id AND c.item_code = d.item_code AND c.breakdown = d.breakdown
ORDER BY c.is_synthetic, c.part DESC, c.term_no, d.position
"""

_COMPARE = """
WITH figures AS (
    SELECT * FROM cmp_indicator_long WHERE agency_code = agency AND report_year = year
),
ranks AS (
    SELECT * FROM cmp_peer_rank WHERE agency_code = agency AND report_year = year
)
SELECT f.indicator_id, d.name_zh, d.name_en, f.value, f.unit, f.numerator, f.denominator,
    f.is_shown, f.wilson_low, f.wilson_high, f.previous_value, f.change, f.is_comparable,
    f.comparability, f.break_note, f.break_note_en, f.needs_review_count, r.peer_group_id,
    r.peer_scope_name, r.peer_rank, r.rank_best, r.rank_worst, r.tie_count, r.peer_count,
    r.percentile, r.rank_note, r.rank_note_en, f.report_id, f.is_synthetic
FROM figures AS f
INNER JOIN dim_indicator AS d ON f.indicator_id = d.indicator_id
LEFT JOIN ranks AS r ON f.report_id = r.report_id AND f.indicator_id = r.indicator_id
ORDER BY f.is_synthetic, d.position, r.peer_group_id
"""

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
    "compare": (
        "compare(agency, year)",
        _COMPARE,
        "一个机关某年度的各项指标，与上年对照，并列出在同类中的名次（每个同类组一行，没有排名的也在内）。"
        "Every indicator of an agency and year, against the year before and its peers: one row per "
        "indicator and peer group, also where nothing is ranked.",
    ),
    "peers": (
        "peers(indicator, agency, year)",
        "SELECT p.peer_group_id, g.title_zh, g.title_en, p.peer_scope_name, "
        "p.agency_code, p.agency_name, p.value, "
        "p.numerator, p.denominator, p.wilson_low, p.wilson_high, p.peer_rank, p.rank_best, "
        "p.rank_worst, p.tie_count, p.peer_count, p.alternative_indicator_id, "
        "p.alternative_value, p.alternative_rank, p.rank_note, p.rank_note_en, "
        "p.needs_review_count, p.is_comparable, p.is_synthetic "
        "FROM cmp_peer_rank AS p INNER JOIN ("
        "SELECT peer_group_id, peer_scope, is_synthetic FROM cmp_peer_rank "
        "WHERE agency_code = agency AND report_year = year AND indicator_id = indicator"
        ") AS mine ON p.peer_group_id = mine.peer_group_id AND p.peer_scope = mine.peer_scope "
        "AND p.is_synthetic = mine.is_synthetic "
        "INNER JOIN dim_peer_group AS g ON p.peer_group_id = g.peer_group_id "
        "WHERE p.report_year = year AND p.indicator_id = indicator "
        "ORDER BY p.is_synthetic, p.peer_group_id, p.peer_rank NULLS LAST, p.agency_code",
        "与一个机关同组的各机关某年度一项指标的名次、区间和换分母后的名次。"
        "An agency's peers by one indicator of a year: rank, interval, and the rank by the other "
        "denominator.",
    ),
    "find_agency": (
        "find_agency(words)",
        "SELECT n.agency_code, any_value(a.agency_name) AS agency_name, "
        "string_agg(DISTINCT n.agency_name, '；' ORDER BY n.agency_name) AS names_found, "
        "any_value(a.kind) AS kind, any_value(a.tier) AS tier, any_value(a.parent) AS parent, "
        "any_value(a.division_code) AS division_code, "
        "any_value(a.first_report_year) AS first_report_year, "
        "any_value(a.last_report_year) AS last_report_year, "
        "any_value(a.report_count) AS report_count, any_value(e.successors) AS successors, "
        "any_value(b.predecessors) AS predecessors, "
        "n.is_synthetic "
        "FROM dim_agency_name AS n INNER JOIN dim_agency AS a "
        "ON n.agency_code = a.agency_code AND n.is_synthetic = a.is_synthetic "
        "LEFT JOIN (SELECT from_code, "
        "string_agg(to_code || ' ' || to_name, '；' ORDER BY event_no) AS successors "
        "FROM dim_agency_event WHERE to_code <> from_code GROUP BY from_code) AS e "
        "ON n.agency_code = e.from_code "
        "LEFT JOIN (SELECT to_code, "
        "string_agg(from_code || ' ' || from_name, '；' ORDER BY event_no) AS predecessors "
        "FROM dim_agency_event WHERE to_code <> from_code GROUP BY to_code) AS b "
        "ON n.agency_code = b.to_code "
        "WHERE contains(n.agency_name, words) "
        "GROUP BY n.agency_code, n.is_synthetic "
        "ORDER BY min(length(n.agency_name)), n.agency_code, n.is_synthetic",
        "名称（含曾用名）里有这些字的机关，名称最短的在前；职责划转的另列承接和原有机关。"
        "Agencies that have these words in a name, former names included, the shortest first; "
        "successors names those that work of them went to, predecessors those it came from.",
    ),
    "series": (
        "series(agency)",
        "SELECT s.report_year, s.indicator_id, d.name_zh, d.name_en, s.value, s.unit, "
        "s.numerator, s.denominator, s.is_shown, s.previous_value, s.change, s.is_comparable, "
        "s.comparability, s.break_note, s.break_note_en, s.needs_review_count, s.agency_name, "
        "s.report_id, s.is_synthetic "
        "FROM cmp_indicator_long AS s INNER JOIN dim_indicator AS d "
        "ON s.indicator_id = d.indicator_id WHERE s.agency_code = agency "
        "ORDER BY d.position, s.report_year, s.is_synthetic",
        "一个机关各项指标的历年数，断点在 break_note。"
        "Every indicator of an agency over its years; breaks are in break_note.",
    ),
    "cells_of": (
        "cells_of(indicator, agency, year)",
        _CELLS_OF,
        "一个机关某年度一项指标背后的单元及其在原文件中的位置；"
        "按 part 把 signed_value 加总即得分子和分母。"
        "不出自单元的量（人口、日期、问题数）在 measure 一列。"
        "The cells behind an indicator of an agency and year, with their places in the documents; "
        "signed_value adds up to numerator and denominator by part. What no cell prints "
        "(population, days, findings) is named in measure.",
    ),
    "region": (
        "region(division, year)",
        "SELECT r.region_code, r.region_name, r.indicator_id, d.name_zh, d.name_en, "
        "r.kind_group, r.government_tier, "
        "r.pooled_value, r.pooled_value_numerator, r.pooled_value_denominator, r.unit, "
        "r.is_shown, r.p10, r.p50, r.p90, r.spread_count, r.simple_mean, r.agency_count, "
        "r.reporting_count, r.coverage_ratio, r.needs_review_count, r.is_comparable, "
        "r.break_note, r.break_note_en, r.is_synthetic "
        "FROM cmp_region_year AS r "
        "INNER JOIN dim_indicator AS d ON r.indicator_id = d.indicator_id "
        "WHERE (r.region_code = rpad(CAST(division AS VARCHAR), 12, '0') "
        "OR r.region_name = CAST(division AS VARCHAR)) AND r.report_year = year "
        "ORDER BY r.is_synthetic, r.region_code, r.kind_group, r.government_tier, d.position",
        "一个地区（代码或名称）某年度的各项指标：按分子分母之和汇总，及机关间的分布。"
        "Every indicator of a region, by code or name, and year: pooled by sums, with its spread "
        "between agencies.",
    ),
    "outcome_mix": (
        "outcome_mix(agency, year)",
        "SELECT outcome_group, label_zh, label_en, outcome_count, outcome_share, previous_count, "
        "previous_outcome_share, count_change, volume_effect, mix_effect, outcome_share_change, "
        "groups_add_up, is_comparable, break_note, break_note_en, needs_review_count, "
        "is_synthetic FROM cmp_outcome_mix "
        "WHERE agency_code = agency AND report_year = year ORDER BY is_synthetic, position",
        "一个机关某年度办理结果的构成及其变化。"
        "The outcomes of an agency and year, their shares and how they changed.",
    ),
    "refusal_mix": (
        "refusal_mix(agency, year)",
        "SELECT refusal_reason, refusal_group, label_zh, label_en, refusal_count, refusal_share, "
        "refusal_share_low, refusal_share_high, previous_count, previous_refusal_share, "
        "count_change, refusal_share_change, is_comparable, break_note, break_note_en, "
        "needs_review_count, is_synthetic FROM cmp_refusal_reasons "
        "WHERE agency_code = agency AND report_year = year ORDER BY is_synthetic, position",
        "一个机关某年度不予公开的理由构成及其变化。"
        "The grounds of refusal of an agency and year, their shares and how they changed.",
    ),
}
