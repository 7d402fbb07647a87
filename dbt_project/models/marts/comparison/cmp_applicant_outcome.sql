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

kinds (applicant_kind, kind_position, label_zh, label_en) as (
    values
    ('natural_person', 1, '自然人', 'natural persons'),
    ('commercial_enterprise', 2, '商业企业', 'commercial enterprises'),
    ('research_institution', 3, '科研机构', 'research institutions'),
    ('public_welfare_organisation', 4, '社会公益组织', 'public-welfare organisations'),
    ('legal_service_organisation', 5, '法律服务机构', 'legal-service organisations'),
    ('other_organisation', 6, '其他', 'other organisations'),
    ('total', 7, '总计', 'all applicants')
),

outcome_groups (outcome_group, group_position, label_zh, label_en) as (
    values
    ('disclosed', 1, '予以公开', 'disclosed'),
    ('partially_disclosed', 2, '部分公开', 'partially disclosed'),
    ('refused', 3, '不予公开', 'refused'),
    ('unavailable', 4, '无法提供', 'unavailable'),
    ('not_processed', 5, '不予处理', 'not processed'),
    ('other', 6, '其他处理', 'other')
),

-- The other group is one concept and its own three rows: counted once.
unsure as (
    select
        report_id,
        breakdown as applicant_kind,
        split_part(concept, '.', 3) as outcome_group,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from {{ ref('int_facts__unsure') }}
    where
        starts_with(concept, 'applications.outcome.')
        and not starts_with(concept, 'applications.outcome.other.')
    group by report_id, breakdown, split_part(concept, '.', 3)
),

lists as (
    select
        report_id,
        agency_code,
        agency_name,
        kind,
        report_year,
        is_synthetic,
        applications_format_id as format_id,
        {{ outcome_count('total', 'total') }} as grand_total,
        {{ applicant_outcome_lists('counts') }} as counts,
        {{ applicant_outcome_lists('kind_totals') }} as kind_totals,
        {{ applicant_outcome_lists('groups_sums') }} as groups_sums,
        {{ applicant_outcome_lists('group_totals') }} as group_totals,
        {{ applicant_outcome_lists('kinds_sums') }} as kinds_sums
    from reports
),

-- Years meet here, as one row per report: met as 42 rows each they would fill the memory.
report_pairs as (
    select
        lists.*,
        previous.previous_report_id,
        previous.agency_note_zh,
        previous.agency_note_en,
        earlier.report_id as earlier_report_id,
        earlier.format_id as previous_format_id,
        earlier.counts as previous_counts,
        earlier.kind_totals as previous_kind_totals
    from lists
    left join previous on lists.report_id = previous.report_id
    left join lists as earlier on previous.previous_report_id = earlier.report_id
    where {{ in_scope('lists') }}
),

-- Seven kinds by six groups, kinds outermost, as the lists are.
outcomes as (
    select
        report_pairs.report_id,
        report_pairs.agency_code,
        report_pairs.agency_name,
        report_pairs.kind,
        report_pairs.report_year,
        report_pairs.is_synthetic,
        report_pairs.format_id,
        report_pairs.grand_total,
        report_pairs.previous_report_id,
        report_pairs.agency_note_zh,
        report_pairs.agency_note_en,
        report_pairs.earlier_report_id,
        report_pairs.previous_format_id,
        kinds.applicant_kind,
        kinds.label_zh as applicant_label_zh,
        kinds.label_en as applicant_label_en,
        outcome_groups.outcome_group,
        outcome_groups.label_zh as outcome_label_zh,
        outcome_groups.label_en as outcome_label_en,
        cast((kinds.kind_position - 1) * 6 + outcome_groups.group_position as bigint) as position,
        report_pairs.counts[(kinds.kind_position - 1) * 6 + outcome_groups.group_position]
            as outcome_count,
        report_pairs.kind_totals[kinds.kind_position] as kind_total,
        report_pairs.groups_sums[kinds.kind_position] as groups_sum,
        report_pairs.group_totals[outcome_groups.group_position] as group_total,
        report_pairs.kinds_sums[outcome_groups.group_position] as kinds_sum,
        report_pairs.previous_counts[(kinds.kind_position - 1) * 6 + outcome_groups.group_position]
            as previous_count,
        report_pairs.previous_kind_totals[kinds.kind_position] as previous_kind_total
    from report_pairs
    cross join kinds
    cross join outcome_groups
),

paired as (
    select
        outcomes.*,
        coalesce(of_count.needs_review_count, 0)
        + coalesce(of_total.needs_review_count, 0)
        + case
            when outcomes.applicant_kind = 'total' then 0
            else
                coalesce(of_group.needs_review_count, 0) + coalesce(of_all.needs_review_count, 0)
        end as needs_review_count,
        coalesce(of_count_before.needs_review_count, 0)
        + coalesce(of_total_before.needs_review_count, 0) as previous_needs_review_count,
        {{ worst_rank('comparability.comparability_rank', 'breaks.comparability_rank') }}
            as comparability_rank,
        {{ year_obstacle(
            'outcomes.previous_report_id',
            'outcomes.format_id',
            'outcomes.previous_format_id',
            worst_rank('comparability.comparability_rank', 'breaks.comparability_rank'),
        ) }} as obstacle,
        comparability.note_zh as format_note_zh,
        comparability.note_en as format_note_en,
        concat_ws('；', nullif(breaks.note_zh, ''), outcomes.agency_note_zh) as year_note_zh,
        concat_ws('; ', nullif(breaks.note_en, ''), outcomes.agency_note_en) as year_note_en
    from outcomes
    left join unsure as of_count
        on
            outcomes.report_id = of_count.report_id
            and outcomes.applicant_kind = of_count.applicant_kind
            and outcomes.outcome_group = of_count.outcome_group
    left join unsure as of_total
        on
            outcomes.report_id = of_total.report_id
            and outcomes.applicant_kind = of_total.applicant_kind
            and of_total.outcome_group = 'total'
    -- An applicant kind is also set against the outcomes of all applicants. Which rows are kinds
    -- is asked above: a condition on this side of a left join would make it a loop over all pairs.
    left join unsure as of_group
        on
            outcomes.report_id = of_group.report_id
            and of_group.applicant_kind = 'total'
            and outcomes.outcome_group = of_group.outcome_group
    left join unsure as of_all
        on
            outcomes.report_id = of_all.report_id
            and of_all.applicant_kind = 'total'
            and of_all.outcome_group = 'total'
    left join unsure as of_count_before
        on
            outcomes.earlier_report_id = of_count_before.report_id
            and outcomes.applicant_kind = of_count_before.applicant_kind
            and outcomes.outcome_group = of_count_before.outcome_group
    left join unsure as of_total_before
        on
            outcomes.earlier_report_id = of_total_before.report_id
            and outcomes.applicant_kind = of_total_before.applicant_kind
            and of_total_before.outcome_group = 'total'
    left join comparability
        on
            comparability.concept_group = 'applications.outcome.' || outcomes.outcome_group
            and outcomes.format_id = comparability.format_id
            and outcomes.previous_format_id = comparability.other_format_id
    left join breaks
        on
            breaks.concept_group = 'applications.outcome.' || outcomes.outcome_group
            and outcomes.report_year = breaks.first_year
),

-- What the kind would have if its outcomes were those of all applicants.
expected as (
    select
        *,
        {{ safe_ratio('kind_total', 'grand_total') }} * cast(group_total as double)
            as expected_count
    from paired
),

shares as (
    select
        *,
        {{ share_columns('outcome_share', 'outcome_count', 'kind_total') }},
        {{ share_columns('applicant_share', 'outcome_count', 'group_total') }},
        {{ share_columns('representation_ratio', 'outcome_count', 'expected_count') }},
        {{ share_columns('previous_outcome_share', 'previous_count', 'previous_kind_total') }}
    from expected
)

select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    applicant_kind,
    outcome_group,
    position,
    applicant_label_zh,
    applicant_label_en,
    outcome_label_zh,
    outcome_label_en,
    format_id,
    outcome_count,
    outcome_share_numerator,
    outcome_share_denominator,
    outcome_share,
    {{ wilson_low('outcome_count', 'kind_total') }} as outcome_share_low,
    {{ wilson_high('outcome_count', 'kind_total') }} as outcome_share_high,
    kind_total < 10 as is_small_base,
    applicant_share_numerator,
    applicant_share_denominator,
    applicant_share,
    representation_ratio_numerator,
    representation_ratio_denominator,
    representation_ratio,
    kinds_sum,
    kinds_sum - group_total as kinds_difference,
    kinds_sum = group_total as kinds_add_up,
    groups_sum,
    groups_sum - kind_total as groups_difference,
    groups_sum = kind_total as groups_add_up,
    needs_review_count,
    previous_report_id,
    previous_count,
    previous_outcome_share_numerator,
    previous_outcome_share_denominator,
    previous_outcome_share,
    previous_needs_review_count,
    obstacle is null as is_comparable,
    {{ comparability_word('comparability_rank') }} as comparability,
    {{ year_note_zh('obstacle', 'format_note_zh', 'year_note_zh') }}
        as break_note,
    {{ year_note_en('obstacle', 'format_note_en', 'year_note_en') }}
        as break_note_en,
    case when obstacle is null then outcome_count - previous_count end
        as count_change,
    case when obstacle is null then outcome_share - previous_outcome_share end
        as outcome_share_change,
    is_synthetic
from shares
