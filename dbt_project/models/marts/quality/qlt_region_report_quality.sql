with members as (
    select * from {{ ref('int_reports__regions') }}
),

findings as (
    select
        report_id,
        count(*) filter (where severity = 'error') as error_count,
        count(*) filter (where severity = 'warning') as warning_count,
        count(*) filter (where severity = 'advisory') as advisory_count,
        count(*) filter (where status = 'needs_review') as needs_review_count
    from {{ ref('fct_finding') }}
    where decision is distinct from 'dismissed'
    group by report_id
),

counted as (
    select
        members.region_tier,
        members.region_code,
        max(members.region_name) as region_name,
        members.kind_group,
        members.government_tier,
        members.report_year,
        members.is_synthetic,
        count(*) as report_count,
        count(*) filter (
            where coalesce(findings.error_count, 0) + coalesce(findings.warning_count, 0) = 0
        ) as clean_count,
        cast(coalesce(sum(findings.error_count), 0) as bigint) as error_count,
        cast(coalesce(sum(findings.warning_count), 0) as bigint) as warning_count,
        cast(coalesce(sum(findings.advisory_count), 0) as bigint) as advisory_count,
        cast(coalesce(sum(findings.needs_review_count), 0) as bigint) as needs_review_count
    from members
    left join findings on members.report_id = findings.report_id
    group by
        members.region_tier, members.region_code, members.kind_group, members.government_tier,
        members.report_year, members.is_synthetic
)

select
    region_tier,
    region_code,
    region_name,
    kind_group,
    government_tier,
    report_year,
    report_count,
    error_count,
    warning_count,
    advisory_count,
    error_count + warning_count as findings_per_report_ratio_numerator,
    report_count as findings_per_report_ratio_denominator,
    {{ safe_ratio('(error_count + warning_count)', 'report_count') }} as findings_per_report_ratio,
    clean_count as clean_share_numerator,
    report_count as clean_share_denominator,
    {{ safe_ratio('clean_count', 'report_count') }} as clean_share,
    needs_review_count,
    is_synthetic
from counted
