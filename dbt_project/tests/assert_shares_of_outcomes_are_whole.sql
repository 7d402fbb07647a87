-- Where all parts are there and make the whole, their shares make 1: outcomes of a report,
-- reasons of its refusals, outcomes of an applicant kind, kinds of an outcome.
with sums as (
    select
        'outcomes' as place,
        report_id,
        '' as member,
        sum(outcome_share) as share_sum
    from {{ ref('cmp_outcome_mix') }}
    where groups_add_up
    group by report_id
    union all
    select
        'reasons' as place,
        report_id,
        '' as member,
        sum(refusal_share) as share_sum
    from {{ ref('cmp_refusal_reasons') }}
    group by report_id
    union all
    select
        'outcomes of a kind' as place,
        report_id,
        applicant_kind as member,
        sum(outcome_share) as share_sum
    from {{ ref('cmp_applicant_outcome') }}
    where groups_add_up
    group by report_id, applicant_kind
    union all
    select
        'kinds of an outcome' as place,
        report_id,
        outcome_group as member,
        sum(applicant_share) as share_sum
    from {{ ref('cmp_applicant_outcome') }}
    where kinds_add_up and applicant_kind <> 'total'
    group by report_id, outcome_group
)

select * from sums
where abs(share_sum - 1) > 1e-9
