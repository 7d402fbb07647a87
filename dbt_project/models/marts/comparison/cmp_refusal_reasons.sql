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

concepts as (
    select
        concept,
        regexp_replace(label_zh, '（[^（）]*）$', '') as label_zh,
        regexp_replace(label_en, ', all applicants$', '') as label_en
    from {{ ref('int_concepts__described') }}
    where breakdown = 'total'
),

-- Every row has a share of all refusals and of all outcomes: what is unsure of one is of each.
unsure as (
    select
        report_id,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from {{ ref('int_facts__unsure') }}
    where
        breakdown = 'total'
        and (
            starts_with(concept, 'applications.outcome.refused.')
            or concept = 'applications.outcome.total'
        )
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
        applications_format_id as format_id,
        {{ outcome_count('refused', 'total') }} as refused_count,
        {{ outcome_count('total', 'total') }} as total_count,
        unnest(range(1, 9)) as position,
        unnest([
            'state_secret',
            'prohibited_by_law',
            'security_and_stability',
            'third_party_rights',
            'internal_affairs',
            'process_information',
            'enforcement_file',
            'register_query'
        ]) as refusal_reason,
        unnest([
            'security',
            'security',
            'security',
            'third_party',
            'discretionary',
            'discretionary',
            'discretionary',
            'query'
        ]) as refusal_group,
        unnest([
            applications__outcome__refused__state_secret__total,
            applications__outcome__refused__prohibited_by_law__total,
            applications__outcome__refused__security_and_stability__total,
            applications__outcome__refused__third_party_rights__total,
            applications__outcome__refused__internal_affairs__total,
            applications__outcome__refused__process_information__total,
            applications__outcome__refused__enforcement_file__total,
            applications__outcome__refused__register_query__total
        ]) as refusal_count,
        applications__outcome__refused__state_secret__total
        + applications__outcome__refused__prohibited_by_law__total
        + applications__outcome__refused__security_and_stability__total as security_count,
        applications__outcome__refused__internal_affairs__total
        + applications__outcome__refused__process_information__total
        + applications__outcome__refused__enforcement_file__total as discretionary_count
    from reports
),

counted as (
    select
        listed.*,
        'applications.outcome.refused.' || listed.refusal_reason as concept,
        -- Two of the four groups are one reason each.
        case listed.refusal_group
            when 'security' then listed.security_count
            when 'discretionary' then listed.discretionary_count
            else listed.refusal_count
        end as group_count,
        coalesce(unsure.needs_review_count, 0) as needs_review_count
    from listed
    left join unsure on listed.report_id = unsure.report_id
),

paired as (
    select
        counted.*,
        previous.previous_report_id,
        earlier.refusal_count as previous_count,
        earlier.refused_count as previous_refused_count,
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
            and counted.refusal_reason = earlier.refusal_reason
    left join comparability
        on
            counted.concept = comparability.concept_group
            and counted.format_id = comparability.format_id
            and earlier.format_id = comparability.other_format_id
    left join breaks
        on
            counted.concept = breaks.concept_group
            and counted.report_year = breaks.first_year
),

shares as (
    select
        *,
        {{ share_columns('refusal_share', 'refusal_count', 'refused_count') }},
        {{ share_columns('outcome_share', 'refusal_count', 'total_count') }},
        {{ share_columns('group_share', 'group_count', 'refused_count') }},
        {{ share_columns('previous_refusal_share', 'previous_count', 'previous_refused_count') }}
    from paired
)

select
    shares.report_id,
    shares.agency_code,
    shares.agency_name,
    shares.kind,
    shares.report_year,
    shares.refusal_reason,
    shares.refusal_group,
    shares.position,
    concepts.label_zh,
    concepts.label_en,
    shares.format_id,
    shares.refusal_count,
    shares.refusal_share_numerator,
    shares.refusal_share_denominator,
    shares.refusal_share,
    {{ wilson_low('shares.refusal_count', 'shares.refused_count') }} as refusal_share_low,
    {{ wilson_high('shares.refusal_count', 'shares.refused_count') }} as refusal_share_high,
    shares.outcome_share_numerator,
    shares.outcome_share_denominator,
    shares.outcome_share,
    shares.group_share_numerator,
    shares.group_share_denominator,
    shares.group_share,
    shares.needs_review_count,
    shares.previous_report_id,
    shares.previous_count,
    shares.previous_refusal_share_numerator,
    shares.previous_refusal_share_denominator,
    shares.previous_refusal_share,
    shares.previous_needs_review_count,
    shares.obstacle is null as is_comparable,
    {{ comparability_word('shares.comparability_rank') }} as comparability,
    {{ year_note_zh('shares.obstacle', 'shares.format_note_zh', 'shares.year_note_zh') }}
        as break_note,
    {{ year_note_en('shares.obstacle', 'shares.format_note_en', 'shares.year_note_en') }}
        as break_note_en,
    case when shares.obstacle is null then shares.refusal_count - shares.previous_count end
        as count_change,
    case when shares.obstacle is null then shares.refusal_share - shares.previous_refusal_share end
        as refusal_share_change,
    shares.is_synthetic
from shares
left join concepts on shares.concept = concepts.concept
where {{ in_scope('shares') }}
