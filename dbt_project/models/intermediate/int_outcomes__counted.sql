{{ config(materialized='incremental', meta={'sorted_by': ['report_id', 'rule_id']}) }}

select
    outcomes.report_id,
    outcomes.report_year,
    outcomes.rule_id,
    count(*) filter (where outcomes.outcome = 'holds') as holds_count,
    count(*) filter (where outcomes.outcome = 'fails') as fails_count,
    count(*) filter (where outcomes.outcome = 'not_evaluable') as not_evaluable_count
from {{ ref('stg_lake__rule_outcomes') }} as outcomes
where {{ in_scope('outcomes') }}
group by outcomes.report_id, outcomes.report_year, outcomes.rule_id
