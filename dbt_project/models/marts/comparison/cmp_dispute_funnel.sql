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

-- Figures stand on one side of every year from which they mean something else.
latest_breaks as (
    select
        reports.report_id,
        breaks.concept_group,
        max(breaks.first_year) as latest_break_year
    from reports
    inner join breaks on reports.report_year >= breaks.first_year
    where
        breaks.concept_group in (
            'reconsideration', 'litigation.direct', 'litigation.after_reconsideration'
        )
    group by reports.report_id, breaks.concept_group
),

unsure as (
    select
        report_id,
        regexp_replace(concept, '\.[^.]*$', '') as concept_group,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from {{ ref('int_facts__unsure') }}
    where starts_with(concept, 'reconsideration.') or starts_with(concept, 'litigation.')
    group by report_id, regexp_replace(concept, '\.[^.]*$', '')
),

-- Two figures of other places stand in denominators.
unsure_bases as (
    select
        report_id,
        sum(needs_review_count) filter (where concept = 'applications.outcome.total')
            as outcomes_count,
        sum(needs_review_count) filter (where concept = 'reconsideration.total')
            as reconsiderations_count
    from {{ ref('int_facts__unsure') }}
    where
        concept = 'reconsideration.total'
        or (concept = 'applications.outcome.total' and breakdown = 'total')
    group by report_id
),

listed as (
    select
        report_id,
        agency_code,
        agency_name,
        kind,
        report_year,
        is_synthetic,
        disputes_format_id as format_id,
        applications__outcome__total__total as outcomes_total,
        unnest(range(1, 4)) as position,
        unnest([
            'reconsideration', 'litigation_direct', 'litigation_after_reconsideration'
        ]) as channel,
        unnest([
            '行政复议', '行政诉讼（未经复议直接起诉）', '行政诉讼（复议后起诉）'
        ]) as label_zh,
        unnest([
            'reconsideration',
            'litigation without reconsideration',
            'litigation after reconsideration'
        ]) as label_en,
        unnest([
            'reconsideration', 'litigation.direct', 'litigation.after_reconsideration'
        ]) as concept_group,
        unnest([
            reconsideration__upheld,
            litigation__direct__upheld,
            litigation__after_reconsideration__upheld
        ]) as upheld_count,
        unnest([
            reconsideration__corrected,
            litigation__direct__corrected,
            litigation__after_reconsideration__corrected
        ]) as corrected_count,
        unnest([
            reconsideration__other_result,
            litigation__direct__other_result,
            litigation__after_reconsideration__other_result
        ]) as other_result_count,
        unnest([
            reconsideration__pending,
            litigation__direct__pending,
            litigation__after_reconsideration__pending
        ]) as pending_count,
        unnest([
            reconsideration__total,
            litigation__direct__total,
            litigation__after_reconsideration__total
        ]) as total_count,
        -- Only suits after reconsideration come from reconsiderations.
        unnest([null, null, reconsideration__total]) as reconsideration_total
    from reports
),

counted as (
    select
        listed.*,
        listed.upheld_count + listed.corrected_count + listed.other_result_count as decided_count,
        coalesce(unsure.needs_review_count, 0) as channel_needs_review_count,
        cast(
            coalesce(unsure.needs_review_count, 0)
            + coalesce(unsure_bases.outcomes_count, 0)
            + case
                when listed.channel = 'litigation_after_reconsideration'
                    then coalesce(unsure_bases.reconsiderations_count, 0)
                else 0
            end as bigint
        ) as needs_review_count,
        latest_breaks.latest_break_year
    from listed
    left join unsure
        on listed.report_id = unsure.report_id and listed.concept_group = unsure.concept_group
    left join unsure_bases on listed.report_id = unsure_bases.report_id
    left join latest_breaks
        on
            listed.report_id = latest_breaks.report_id
            and listed.concept_group = latest_breaks.concept_group
),

paired as (
    select
        counted.*,
        previous.previous_report_id,
        earlier.total_count as previous_total_count,
        earlier.corrected_count as previous_corrected_count,
        earlier.decided_count as previous_decided_count,
        coalesce(earlier.channel_needs_review_count, 0) as previous_needs_review_count,
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
            and counted.channel = earlier.channel
    left join comparability
        on
            counted.concept_group = comparability.concept_group
            and counted.format_id = comparability.format_id
            and earlier.format_id = comparability.other_format_id
    left join breaks
        on
            counted.concept_group = breaks.concept_group
            and counted.report_year = breaks.first_year
)

select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    channel,
    position,
    label_zh,
    label_en,
    format_id,
    upheld_count,
    corrected_count,
    other_result_count,
    pending_count,
    total_count,
    decided_count,
    decided_count + pending_count = total_count as results_add_up,
    {{ share_columns('correction_rate', 'corrected_count', 'decided_count') }},
    {{ wilson_low('corrected_count', 'decided_count') }} as correction_rate_low,
    {{ wilson_high('corrected_count', 'decided_count') }} as correction_rate_high,
    {{ share_columns('correction_of_all_rate', 'corrected_count', 'total_count') }},
    {{ share_columns('upheld_rate', 'upheld_count', 'decided_count') }},
    {{ share_columns('pending_share', 'pending_count', 'total_count') }},
    {{ share_columns('dispute_rate', 'total_count', 'outcomes_total') }},
    {{ share_columns(
        'escalation_rate',
        "case when channel = 'litigation_after_reconsideration' then total_count end",
        'reconsideration_total',
    ) }},
    needs_review_count,
    previous_report_id,
    previous_total_count,
    previous_needs_review_count,
    obstacle is null as is_comparable,
    {{ comparability_word('comparability_rank') }} as comparability,
    {{ year_note_zh('obstacle', 'format_note_zh', 'year_note_zh') }} as break_note,
    {{ year_note_en('obstacle', 'format_note_en', 'year_note_en') }} as break_note_en,
    latest_break_year,
    case when obstacle is null then total_count - previous_total_count end as total_change,
    {{ share_columns(
        'previous_correction_rate', 'previous_corrected_count', 'previous_decided_count'
    ) }},
    is_synthetic
from paired
where {{ in_scope() }}
