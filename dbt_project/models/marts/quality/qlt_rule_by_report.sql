{{ config(materialized='incremental', meta={'sorted_by': ['report_id', 'rule_id']}) }}

with outcomes as (
    select * from {{ ref('int_outcomes__counted') }}
),

reports as (
    select * from {{ ref('fct_report') }}
)

select
    outcomes.report_id,
    outcomes.rule_id,
    reports.agency_code,
    reports.report_year,
    outcomes.holds_count,
    outcomes.fails_count,
    outcomes.not_evaluable_count,
    reports.is_current,
    reports.is_synthetic
from outcomes
left join reports on outcomes.report_id = reports.report_id
where {{ in_scope('outcomes') }}
