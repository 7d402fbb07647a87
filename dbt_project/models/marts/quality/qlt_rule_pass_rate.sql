{{ config(
    materialized='incremental',
    meta={'slice': ['report_year', 'is_synthetic'], 'sorted_by': ['rule_id', 'report_year']}
) }}

with outcomes as (
    select * from {{ ref('int_outcomes__counted') }}
),

reports as (
    select * from {{ ref('int_reports__current') }}
),

counts as (
    select
        outcomes.rule_id,
        reports.report_year,
        reports.is_synthetic,
        count(*) as report_count,
        count(*) filter (where outcomes.fails_count > 0) as reports_failing_count,
        cast(sum(outcomes.holds_count) as bigint) as holds_count,
        cast(sum(outcomes.fails_count) as bigint) as fails_count,
        cast(sum(outcomes.not_evaluable_count) as bigint) as not_evaluable_count
    from outcomes
    inner join reports on outcomes.report_id = reports.report_id
    where {{ in_scope('reports') }}
    group by outcomes.rule_id, reports.report_year, reports.is_synthetic
)

select
    rule_id,
    report_year,
    report_count,
    reports_failing_count,
    holds_count,
    fails_count,
    not_evaluable_count,
    holds_count + fails_count + not_evaluable_count as place_count,
    holds_count as pass_rate_numerator,
    holds_count + fails_count as pass_rate_denominator,
    {{ safe_ratio('holds_count', '(holds_count + fails_count)') }} as pass_rate,
    is_synthetic
from counts
