-- The two effects are the whole change, and where the six groups make the total of both years the
-- effects of volume are its change and those of mix cancel out. Six figures are rounded.
with outcomes as (
    select * from {{ ref('cmp_outcome_mix') }}
),

reports as (
    select
        report_id,
        sum(volume_effect) as volume_effect,
        sum(mix_effect) as mix_effect,
        min(outcome_share_denominator) as total_count,
        min(previous_outcome_share_denominator) as previous_total_count
    from outcomes
    group by report_id
    having
        count(volume_effect) = 6
        and bool_and(groups_add_up)
        and sum(previous_count) = min(previous_outcome_share_denominator)
)

select
    report_id,
    outcome_group as place,
    count_change as expected,
    volume_effect + mix_effect as actual
from outcomes
where volume_effect is not null and volume_effect + mix_effect <> count_change
union all
select
    report_id,
    'all groups' as place,
    total_count - previous_total_count as expected,
    volume_effect as actual
from reports
where
    abs(volume_effect - (total_count - previous_total_count))
    > 0.00001 + 1e-12 * greatest(total_count, previous_total_count)
    or abs(mix_effect) > 0.00001 + 1e-12 * greatest(total_count, previous_total_count)
