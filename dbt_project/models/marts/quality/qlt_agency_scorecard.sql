with reports as (
    select * from {{ ref('fct_report') }}
),

findings as (
    select * from {{ ref('fct_finding') }}
),

outcomes as (
    select * from {{ ref('int_outcomes__counted') }}
),

versions as (
    select
        agency_code,
        report_year,
        is_synthetic,
        count(*) as report_count
    from reports
    where report_year is not null
    group by agency_code, report_year, is_synthetic
),

cells as (
    select * from {{ ref('int_cells__counted') }}
),

faults as (
    select
        report_id,
        count(*) filter (where severity = 'error') as findings_error_count,
        count(*) filter (where severity = 'warning') as findings_warning_count,
        count(*) filter (where severity = 'advisory') as findings_advisory_count,
        count(*) filter (where status = 'needs_review') as findings_needs_review_count,
        count(*) filter (where decision = 'dismissed') as findings_dismissed_count
    from findings
    group by report_id
),

results as (
    select
        report_id,
        cast(sum(holds_count) as bigint) as outcomes_holds_count,
        cast(sum(fails_count) as bigint) as outcomes_fails_count,
        cast(sum(not_evaluable_count) as bigint) as outcomes_not_evaluable_count
    from outcomes
    group by report_id
)

-- A report in which no table was found has no cells: counts are then zero, the share is null.
select
    reports.agency_code,
    reports.agency_name,
    reports.kind,
    reports.report_year,
    reports.report_id,
    versions.report_count,
    coalesce(cells.cells_expected_count, 0) as cells_expected_count,
    coalesce(cells.cells_reported_count, 0) as cells_reported_count,
    coalesce(cells.cells_blank_count, 0) as cells_blank_count,
    coalesce(cells.cells_placeholder_count, 0) as cells_placeholder_count,
    coalesce(cells.cells_text_count, 0) as cells_text_count,
    coalesce(cells.cells_illegible_count, 0) as cells_illegible_count,
    coalesce(cells.cells_undecided_count, 0) as cells_undecided_count,
    coalesce(cells.cells_absent_count, 0) as cells_absent_count,
    coalesce(cells.cells_needs_review_count, 0) as cells_needs_review_count,
    coalesce(cells.cells_reported_count, 0) as cells_reported_ratio_numerator,
    coalesce(cells.cells_expected_count, 0) as cells_reported_ratio_denominator,
    {{ safe_ratio('cells.cells_reported_count', 'cells.cells_expected_count') }}
        as cells_reported_ratio,
    coalesce(faults.findings_error_count, 0) as findings_error_count,
    coalesce(faults.findings_warning_count, 0) as findings_warning_count,
    coalesce(faults.findings_advisory_count, 0) as findings_advisory_count,
    coalesce(faults.findings_needs_review_count, 0) as findings_needs_review_count,
    coalesce(faults.findings_dismissed_count, 0) as findings_dismissed_count,
    coalesce(results.outcomes_holds_count, 0) as outcomes_holds_count,
    coalesce(results.outcomes_fails_count, 0) as outcomes_fails_count,
    coalesce(results.outcomes_not_evaluable_count, 0) as outcomes_not_evaluable_count,
    reports.is_synthetic
from reports
inner join versions
    on
        reports.agency_code = versions.agency_code
        and reports.report_year = versions.report_year
        and reports.is_synthetic = versions.is_synthetic
left join cells on reports.report_id = cells.report_id
left join faults on reports.report_id = faults.report_id
left join results on reports.report_id = results.report_id
where reports.is_current
