{{ config(
    materialized='incremental',
    meta={'sorted_by': ['agency_code', 'report_id', 'rule_id', 'breakdown']}
) }}

with outcomes as (
    select * from {{ ref('stg_lake__rule_outcomes') }}
),

reports as (
    select * from {{ ref('stg_lake__reports') }}
)

select
    outcomes.report_id,
    outcomes.doc_id,
    outcomes.agency_code,
    outcomes.report_year,
    outcomes.rule_id,
    outcomes.breakdown,
    outcomes.outcome,
    outcomes.left_value,
    outcomes.right_value,
    outcomes.difference,
    outcomes.difference_if_blank_is_zero,
    outcomes.missing_items,
    reports.is_current,
    reports.is_synthetic
from outcomes
left join reports on outcomes.report_id = reports.report_id
where outcomes.outcome <> 'holds' and {{ in_scope('outcomes') }}
