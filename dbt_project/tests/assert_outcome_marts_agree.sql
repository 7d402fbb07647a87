-- One figure, one value: the total column and the sum of the reasons are the figures of the mix.
with outcomes as (
    select
        report_id,
        outcome_group,
        outcome_count,
        outcome_share
    from {{ ref('cmp_outcome_mix') }}
    where {{ changed_only() }}
),

columns as (
    select
        report_id,
        outcome_group,
        outcome_count,
        outcome_share
    from {{ ref('cmp_applicant_outcome') }}
    where applicant_kind = 'total' and {{ changed_only() }}
),

reasons as (
    select
        report_id,
        'refused' as outcome_group,
        -- A missing reason leaves no sum, as in the other two.
        case when count(refusal_count) = count(*) then sum(refusal_count) end as outcome_count
    from {{ ref('cmp_refusal_reasons') }}
    where {{ changed_only() }}
    group by report_id
)

select
    outcomes.report_id,
    outcomes.outcome_group,
    outcomes.outcome_count,
    columns.outcome_count as column_count,
    reasons.outcome_count as reason_count
from outcomes
left join columns
    on outcomes.report_id = columns.report_id and outcomes.outcome_group = columns.outcome_group
left join reasons
    on outcomes.report_id = reasons.report_id and outcomes.outcome_group = reasons.outcome_group
where
    outcomes.outcome_count is distinct from columns.outcome_count
    or outcomes.outcome_share is distinct from columns.outcome_share
    or (
        outcomes.outcome_group = 'refused'
        and outcomes.outcome_count is distinct from reasons.outcome_count
    )
