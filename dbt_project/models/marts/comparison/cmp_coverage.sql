with agencies as (
    select * from {{ ref('cmp_coverage_agency') }}
),

lines as (
    select
        region_code,
        report_year,
        is_synthetic,
        count(*) as roster_line_count,
        count(*) filter (where not is_expected) as duplicate_line_count
    from {{ ref('int_rosters__listed') }}
    group by region_code, report_year, is_synthetic
),

counted as (
    select
        region_code,
        report_year,
        is_synthetic,
        max(region_name) as region_name,
        count(*) filter (where is_expected) as expected,
        count(*) filter (where is_expected and report_id is not null) as received_expected,
        count(*) filter (where status = 'missing') as missing,
        count(*) filter (where status = 'unmatched') as unmatched,
        count(*) filter (where status = 'not_expected') as not_expected,
        count(report_id) as received_count,
        count(*) filter (where timeliness = 'on_time') as on_time_count,
        count(*) filter (where timeliness = 'late') as late_count,
        count(*) filter (where timeliness = 'unknown') as undated_count
    from agencies
    group by region_code, report_year, is_synthetic
),

-- Without a roster nobody is expected and nobody is missing: not zero, but unknown.
known as (
    select
        counted.*,
        lines.roster_line_count,
        lines.duplicate_line_count,
        counted.expected > 0 as has_roster,
        case when counted.expected > 0 then counted.expected end as expected_count,
        case when counted.expected > 0 then counted.received_expected end
            as received_expected_count,
        case when counted.expected > 0 then counted.missing end as missing_count,
        case when counted.expected > 0 then counted.unmatched end as unmatched_count,
        case when counted.expected > 0 then counted.not_expected end as not_expected_count,
        counted.on_time_count + counted.late_count as dated_count
    from counted
    left join lines
        on
            counted.region_code = lines.region_code
            and counted.report_year = lines.report_year
            and counted.is_synthetic = lines.is_synthetic
)

select
    region_code,
    region_name,
    report_year,
    has_roster,
    roster_line_count,
    duplicate_line_count,
    expected_count,
    received_expected_count,
    missing_count,
    unmatched_count,
    not_expected_count,
    received_count,
    on_time_count,
    late_count,
    undated_count,
    received_expected_count as coverage_ratio_numerator,
    expected_count as coverage_ratio_denominator,
    {{ safe_ratio('received_expected_count', 'expected_count') }} as coverage_ratio,
    on_time_count as on_time_ratio_numerator,
    dated_count as on_time_ratio_denominator,
    {{ safe_ratio('on_time_count', 'dated_count') }} as on_time_ratio,
    is_synthetic
from known
