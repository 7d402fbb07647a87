select
    report_id,
    rule_id,
    count(*) filter (where outcome = 'holds') as holds_count,
    count(*) filter (where outcome = 'fails') as fails_count,
    count(*) filter (where outcome = 'not_evaluable') as not_evaluable_count
from {{ ref('stg_lake__rule_outcomes') }}
group by report_id, rule_id
