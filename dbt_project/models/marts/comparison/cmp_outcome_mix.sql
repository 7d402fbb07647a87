{{ config(
    materialized='incremental',
    meta={'sorted_by': ['report_id', 'position']}
) }}

with reports as (
    select * from {{ ref('int_reports__wide') }}
    where {{ in_scope_with_year_before() }}
),

previous as (
    select * from {{ ref('int_reports__previous') }}
),

comparability as (
    select * from {{ ref('int_concept_groups__comparability') }}
),

breaks as (
    select * from {{ ref('int_concept_groups__breaks') }}
),

-- The other group is one concept and its own three rows: counted once.
unsure as (
    select
        report_id,
        split_part(concept, '.', 3) as outcome_group,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from {{ ref('int_facts__unsure') }}
    where
        breakdown = 'total'
        and starts_with(concept, 'applications.outcome.')
        and not starts_with(concept, 'applications.outcome.other.')
    group by report_id, split_part(concept, '.', 3)
),

outcomes as (
    select
        report_id,
        agency_code,
        agency_name,
        kind,
        report_year,
        is_synthetic,
        applications_format_id as format_id,
        {{ outcome_count('total', 'total') }} as total_count,
        {{ outcome_sum('total') }} as groups_sum,
        unnest(range(1, 7)) as position,
        unnest([
            'disclosed', 'partially_disclosed', 'refused', 'unavailable', 'not_processed', 'other'
        ]) as outcome_group,
        unnest(['予以公开', '部分公开', '不予公开', '无法提供', '不予处理', '其他处理']) as label_zh,
        unnest([
            'disclosed', 'partially disclosed', 'refused', 'unavailable', 'not processed', 'other'
        ]) as label_en,
        unnest([
            {{ outcome_count('disclosed', 'total') }},
            {{ outcome_count('partially_disclosed', 'total') }},
            {{ outcome_count('refused', 'total') }},
            {{ outcome_count('unavailable', 'total') }},
            {{ outcome_count('not_processed', 'total') }},
            {{ outcome_count('other', 'total') }}
        ]) as outcome_count
    from reports
),

counted as (
    select
        outcomes.*,
        coalesce(of_count.needs_review_count, 0) + coalesce(of_total.needs_review_count, 0)
            as needs_review_count
    from outcomes
    left join unsure as of_count
        on
            outcomes.report_id = of_count.report_id
            and outcomes.outcome_group = of_count.outcome_group
    left join unsure as of_total
        on outcomes.report_id = of_total.report_id and of_total.outcome_group = 'total'
),

paired as (
    select
        counted.*,
        previous.previous_report_id,
        earlier.outcome_count as previous_count,
        earlier.total_count as previous_total_count,
        coalesce(earlier.needs_review_count, 0) as previous_needs_review_count,
        {{ worst_rank('comparability.comparability_rank', 'breaks.comparability_rank') }}
            as comparability_rank,
        {{ year_obstacle(
            'previous.previous_report_id',
            'counted.format_id',
            'earlier.format_id',
            worst_rank('comparability.comparability_rank', 'breaks.comparability_rank'),
        ) }} as obstacle,
        comparability.note_zh as format_note_zh,
        comparability.note_en as format_note_en,
        concat_ws('；', nullif(breaks.note_zh, ''), previous.agency_note_zh) as year_note_zh,
        concat_ws('; ', nullif(breaks.note_en, ''), previous.agency_note_en) as year_note_en
    from counted
    left join previous on counted.report_id = previous.report_id
    left join counted as earlier
        on
            previous.previous_report_id = earlier.report_id
            and counted.outcome_group = earlier.outcome_group
    left join comparability
        on
            comparability.concept_group = 'applications.outcome.' || counted.outcome_group
            and counted.format_id = comparability.format_id
            and earlier.format_id = comparability.other_format_id
    left join breaks
        on
            breaks.concept_group = 'applications.outcome.' || counted.outcome_group
            and counted.report_year = breaks.first_year
),

shares as (
    select
        *,
        {{ share_columns('outcome_share', 'outcome_count', 'total_count') }},
        {{ share_columns('previous_outcome_share', 'previous_count', 'previous_total_count') }},
        case when obstacle is null then outcome_count - previous_count end as count_change
    from paired
),

-- count = total x share. Half of the change of each at the mean of the other leaves no remainder
-- and does not depend on which year comes first: (T1 - T0) (s0 + s1) / 2 + (s1 - s0) (T0 + T1) / 2.
-- The second is what is left of the change, so that the two add up to the last digit.
effects as (
    select
        *,
        case
            when count_change is not null
                then try_cast(
                    cast(total_count - previous_total_count as double)
                    * (outcome_share + previous_outcome_share) / 2 as decimal(38, 6)
                )
        end as volume_effect
    from shares
)

select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    outcome_group,
    position,
    label_zh,
    label_en,
    format_id,
    outcome_count,
    outcome_share_numerator,
    outcome_share_denominator,
    outcome_share,
    groups_sum,
    groups_sum = total_count as groups_add_up,
    needs_review_count,
    previous_report_id,
    previous_count,
    previous_outcome_share_numerator,
    previous_outcome_share_denominator,
    previous_outcome_share,
    previous_needs_review_count,
    obstacle is null as is_comparable,
    {{ comparability_word('comparability_rank') }} as comparability,
    {{ year_note_zh('obstacle', 'format_note_zh', 'year_note_zh') }} as break_note,
    {{ year_note_en('obstacle', 'format_note_en', 'year_note_en') }} as break_note_en,
    count_change,
    volume_effect,
    count_change - volume_effect as mix_effect,
    case when obstacle is null then outcome_share - previous_outcome_share end
        as outcome_share_change,
    is_synthetic
from effects
where {{ in_scope() }}
