{{ config(
    materialized='incremental',
    meta={'sorted_by': ['report_year', 'concept', 'breakdown', 'agency_code', 'is_synthetic']}
) }}

with facts as (
    select * from {{ ref('int_facts__comparable') }}
),

formats as (
    select * from {{ ref('dim_format') }}
),

comparability as (
    select * from {{ ref('int_formats__comparability') }}
),

concepts as (
    select * from {{ ref('int_concepts__described') }}
),

years as (
    select distinct report_year
    from facts
    where {{ in_scope() }}
),

-- Which form governs a year is asked once for each year, not for each figure.
governing as (
    select
        years.report_year,
        formats.format_id
    from years
    inner join formats
        on
            years.report_year >= formats.first_report_year
            and years.report_year <= coalesce(formats.last_report_year, years.report_year)
),

-- Within a year, the form that governs it is the measure; who filed on another one is set apart
-- where the crosswalk says that the two do not mean the same.
judged as (
    select
        facts.*,
        governing.format_id as governing_format_id,
        comparability.comparability_rank,
        comparability.note_zh,
        comparability.note_en,
        case
            when governing.format_id is null then 'no_format'
            when comparability.comparability_rank is null then 'not_printed'
            when comparability.comparability_rank = 2 then 'not_comparable'
            when facts.unit is null and facts.value is not null then 'no_unit'
        end as obstacle
    from facts
    left join governing on facts.report_year = governing.report_year
    left join comparability
        on
            facts.concept = comparability.concept
            and facts.format_id = comparability.format_id
            and governing.format_id = comparability.other_format_id
    where {{ in_scope('facts') }}
)

select
    judged.report_year,
    judged.concept,
    judged.breakdown,
    concepts.label_zh,
    concepts.label_en,
    judged.agency_code,
    judged.agency_name,
    judged.kind,
    judged.report_id,
    judged.format_id,
    judged.unit,
    judged.value,
    judged.value_status,
    judged.needs_review_count,
    judged.obstacle is null as is_comparable,
    -- Peers are agencies of the same known kind with a figure that may be compared.
    judged.kind <> 'unknown' and judged.obstacle is null and judged.value is not null as is_peer,
    {{ comparability_word('judged.comparability_rank') }} as comparability,
    case
        when judged.obstacle is not null or judged.note_zh is not null
            then nullif(concat_ws(
                '；',
                case judged.obstacle
                    when 'no_format' then '没有管辖该年度的格式'
                    when 'not_printed' then '该年度的格式没有此项'
                    when 'no_unit' then '表格未印单位，金额不可比'
                end,
                judged.note_zh
            ), '')
    end as break_note,
    case
        when judged.obstacle is not null or judged.note_en is not null
            then nullif(concat_ws(
                '; ',
                case judged.obstacle
                    when 'no_format' then 'no form governs the year'
                    when 'not_printed' then 'the form of the year does not print it'
                    when 'no_unit' then 'no unit is printed, amounts cannot be compared'
                end,
                judged.note_en
            ), '')
    end as break_note_en,
    judged.is_synthetic
from judged
left join concepts on judged.concept = concepts.concept and judged.breakdown = concepts.breakdown
