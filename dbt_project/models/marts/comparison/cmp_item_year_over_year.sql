{{ config(
    materialized='incremental',
    meta={'sorted_by': ['agency_code', 'is_synthetic', 'report_id', 'concept', 'breakdown']}
) }}

with facts as (
    select * from {{ ref('int_facts__comparable') }}
),

previous as (
    select * from {{ ref('int_reports__previous') }}
),

comparability as (
    select * from {{ ref('int_formats__comparability') }}
),

breaks as (
    select * from {{ ref('int_breaks__ranked') }}
),

concepts as (
    select * from {{ ref('int_concepts__described') }}
),

earlier as (
    select
        previous.report_id as later_report_id,
        facts.concept,
        facts.breakdown,
        facts.format_id,
        facts.value,
        facts.value_status,
        facts.unit,
        facts.needs_review_count
    from facts
    inner join previous on facts.report_id = previous.previous_report_id
    where {{ in_scope_year_before('facts') }}
),

paired as (
    select
        facts.*,
        previous.previous_report_id,
        previous.agency_note_zh,
        previous.agency_note_en,
        earlier.format_id as previous_format_id,
        earlier.value as previous_value,
        earlier.value_status as previous_value_status,
        earlier.unit as previous_unit,
        coalesce(earlier.needs_review_count, 0) as previous_needs_review_count
    from facts
    left join previous on facts.report_id = previous.report_id
    left join earlier
        on
            facts.report_id = earlier.later_report_id
            and facts.concept = earlier.concept
            and facts.breakdown = earlier.breakdown
    where {{ in_scope('facts') }}
),

-- Why two numbers may not be set against each other, most basic reason first. What is known of
-- concepts and forms is worked out on its few rows; the notes of a row are put together from it.
judged as (
    select
        paired.*,
        case
            when comparability.comparability_rank is not null
                then greatest(
                    comparability.comparability_rank, coalesce(breaks.comparability_rank, 0)
                )
        end as comparability_rank,
        comparability.note_zh as form_note_zh,
        comparability.note_en as form_note_en,
        nullif(breaks.note_zh, '') as year_note_zh,
        nullif(breaks.note_en, '') as year_note_en,
        case
            when paired.previous_report_id is null then 'no_report'
            when paired.previous_format_id is null then 'not_printed'
            when
                comparability.comparability_rank is not null
                and 2 in (comparability.comparability_rank, breaks.comparability_rank)
                then 'not_comparable'
            when
                paired.value is not null and paired.previous_value is not null
                and (paired.unit is null or paired.previous_unit is null)
                then 'no_unit'
            when
                paired.value is not null and paired.previous_value is not null
                and paired.unit <> paired.previous_unit
                then 'other_unit'
        end as obstacle
    from paired
    left join comparability
        on
            paired.concept = comparability.concept
            and paired.format_id = comparability.format_id
            and paired.previous_format_id = comparability.other_format_id
    left join breaks on paired.concept = breaks.concept and paired.report_year = breaks.first_year
),

noted as (
    select
        *,
        case obstacle
            when 'no_report' then '上一年度没有现行报告'
            when 'not_printed' then '上一年度所用格式没有此项'
            when 'no_unit' then '表格未印单位，金额不可比'
            when 'other_unit' then '两年单位不同'
        end as obstacle_note_zh,
        case obstacle
            when 'no_report' then 'no current report for the year before'
            when 'not_printed' then 'the form used the year before does not print it'
            when 'no_unit' then 'no unit is printed, amounts cannot be compared'
            when 'other_unit' then 'the units of the two years differ'
        end as obstacle_note_en
    from judged
)

select
    noted.agency_code,
    noted.agency_name,
    noted.kind,
    noted.report_year,
    noted.concept,
    noted.breakdown,
    concepts.label_zh,
    concepts.label_en,
    noted.unit,
    noted.report_id,
    noted.format_id,
    noted.value,
    noted.value_status,
    noted.needs_review_count,
    noted.previous_report_id,
    noted.previous_format_id,
    noted.previous_value,
    noted.previous_value_status,
    noted.previous_needs_review_count,
    noted.obstacle is null as is_comparable,
    {{ comparability_word('noted.comparability_rank') }} as comparability,
    case
        when
            coalesce(
                noted.obstacle_note_zh, noted.form_note_zh, noted.year_note_zh,
                noted.agency_note_zh
            ) is not null
            then nullif(concat_ws(
                '；',
                noted.obstacle_note_zh,
                noted.form_note_zh,
                noted.year_note_zh,
                noted.agency_note_zh
            ), '')
    end as break_note,
    case
        when
            coalesce(
                noted.obstacle_note_en, noted.form_note_en, noted.year_note_en,
                noted.agency_note_en
            ) is not null
            then nullif(concat_ws(
                '; ',
                noted.obstacle_note_en,
                noted.form_note_en,
                noted.year_note_en,
                noted.agency_note_en
            ), '')
    end as break_note_en,
    case when noted.obstacle is null then noted.value - noted.previous_value end as change,
    case when noted.obstacle is null then noted.value - noted.previous_value end
        as change_ratio_numerator,
    case when noted.obstacle is null and noted.value is not null then noted.previous_value end
        as change_ratio_denominator,
    case
        when noted.obstacle is null
            then {{ safe_ratio('(noted.value - noted.previous_value)', 'noted.previous_value') }}
    end as change_ratio,
    noted.is_synthetic
from noted
left join concepts
    on noted.concept = concepts.concept and noted.breakdown = concepts.breakdown
