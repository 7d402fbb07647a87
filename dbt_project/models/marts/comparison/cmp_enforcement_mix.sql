{{ config(
    materialized='incremental',
    meta={'sorted_by': ['report_id']}
) }}

with reports as (
    select
        report_id,
        agency_code,
        agency_name,
        kind,
        report_year,
        is_synthetic,
        proactive_disclosure_format_id as format_id,
        licensing__decisions as licensing_count,
        penalties__decisions as penalty_count,
        administrative_compulsion__decisions as compulsion_count,
        licensing__decisions + penalties__decisions + administrative_compulsion__decisions
            as enforcement_count,
        administrative_charges__amount as fee_income
    from {{ ref('int_reports__wide') }}
    where {{ in_scope_with_year_before() }}
),

previous as (
    select * from {{ ref('int_reports__previous') }}
),

-- The three kinds of decisions are one statement, as comparable as the worst of them; money apart.
comparability as (
    select
        format_id,
        other_format_id,
        max(comparability_rank) as comparability_rank,
        string_agg(distinct note_zh, '；' order by note_zh) as note_zh,
        string_agg(distinct note_en, '; ' order by note_en) as note_en
    from {{ ref('int_concept_groups__comparability') }}
    where
        concept_group in (
            'licensing.decisions', 'penalties.decisions', 'administrative_compulsion.decisions'
        )
    group by format_id, other_format_id
),

fee_comparability as (
    select * from {{ ref('int_concept_groups__comparability') }}
    where concept_group = 'administrative_charges.amount'
),

breaks as (
    select
        first_year,
        max(comparability_rank) as comparability_rank,
        string_agg(distinct note_zh, '；' order by note_zh) as note_zh,
        string_agg(distinct note_en, '; ' order by note_en) as note_en
    from {{ ref('int_concept_groups__breaks') }}
    where
        concept_group in (
            'licensing.decisions', 'penalties.decisions', 'administrative_compulsion.decisions'
        )
    group by first_year
),

unsure as (
    select
        report_id,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from {{ ref('int_facts__unsure') }}
    where
        concept in (
            'licensing.decisions', 'penalties.decisions', 'administrative_compulsion.decisions',
            'administrative_charges.amount'
        )
    group by report_id
),

paired as (
    select
        reports.*,
        coalesce(unsure.needs_review_count, 0) as needs_review_count,
        previous.previous_report_id,
        earlier.licensing_count as previous_licensing_count,
        earlier.penalty_count as previous_penalty_count,
        earlier.compulsion_count as previous_compulsion_count,
        earlier.enforcement_count as previous_enforcement_count,
        coalesce(earlier_unsure.needs_review_count, 0) as previous_needs_review_count,
        case when coalesce(fee_comparability.comparability_rank, 2) < 2 then earlier.fee_income end
            as previous_fee_income,
        {{ worst_rank('comparability.comparability_rank', 'breaks.comparability_rank') }}
            as comparability_rank,
        {{ year_obstacle(
            'previous.previous_report_id',
            'reports.format_id',
            'earlier.format_id',
            worst_rank('comparability.comparability_rank', 'breaks.comparability_rank'),
        ) }} as obstacle,
        comparability.note_zh as format_note_zh,
        comparability.note_en as format_note_en,
        concat_ws('；', nullif(breaks.note_zh, ''), previous.agency_note_zh) as year_note_zh,
        concat_ws('; ', nullif(breaks.note_en, ''), previous.agency_note_en) as year_note_en
    from reports
    left join unsure on reports.report_id = unsure.report_id
    left join previous on reports.report_id = previous.report_id
    left join reports as earlier on previous.previous_report_id = earlier.report_id
    left join unsure as earlier_unsure
        on previous.previous_report_id = earlier_unsure.report_id
    left join comparability
        on
            reports.format_id = comparability.format_id
            and earlier.format_id = comparability.other_format_id
    left join fee_comparability
        on
            reports.format_id = fee_comparability.format_id
            and earlier.format_id = fee_comparability.other_format_id
    left join breaks on reports.report_year = breaks.first_year
),

changed as (
    select
        *,
        fee_income - previous_fee_income as fee_income_change,
        case when obstacle is null then enforcement_count - previous_enforcement_count end
            as enforcement_change
    from paired
)

select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    format_id,
    licensing_count,
    penalty_count,
    compulsion_count,
    enforcement_count,
    {{ share_columns('licensing_share', 'licensing_count', 'enforcement_count') }},
    {{ share_columns('penalty_share', 'penalty_count', 'enforcement_count') }},
    {{ share_columns('compulsion_share', 'compulsion_count', 'enforcement_count') }},
    {{ share_columns('compulsion_penalty_ratio', 'compulsion_count', 'penalty_count') }},
    fee_income as fee_income_wan_yuan,
    needs_review_count,
    previous_report_id,
    previous_licensing_count,
    previous_penalty_count,
    previous_compulsion_count,
    previous_enforcement_count,
    previous_fee_income as previous_fee_income_wan_yuan,
    previous_needs_review_count,
    obstacle is null as is_comparable,
    {{ comparability_word('comparability_rank') }} as comparability,
    {{ year_note_zh('obstacle', 'format_note_zh', 'year_note_zh') }} as break_note,
    {{ year_note_en('obstacle', 'format_note_en', 'year_note_en') }} as break_note_en,
    case when obstacle is null then licensing_count - previous_licensing_count end
        as licensing_change,
    case when obstacle is null then penalty_count - previous_penalty_count end as penalty_change,
    case when obstacle is null then compulsion_count - previous_compulsion_count end
        as compulsion_change,
    enforcement_change,
    {{ share_columns(
        'enforcement_change_ratio', 'enforcement_change', 'previous_enforcement_count'
    ) }},
    {{ share_columns('fee_income_change_ratio', 'fee_income_change', 'previous_fee_income') }},
    is_synthetic
from changed
where {{ in_scope() }}
