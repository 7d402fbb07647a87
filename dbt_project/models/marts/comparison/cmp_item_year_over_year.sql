with facts as (
    select * from {{ ref('int_facts__comparable') }}
),

reports as (
    select * from {{ ref('int_reports__current') }}
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

paired as (
    select
        facts.*,
        earlier_report.report_id as previous_report_id,
        earlier.format_id as previous_format_id,
        earlier.value as previous_value,
        earlier.value_status as previous_value_status,
        earlier.unit as previous_unit,
        coalesce(earlier.needs_review_count, 0) as previous_needs_review_count,
        case
            when comparability.comparability_rank is not null
                then greatest(
                    comparability.comparability_rank, coalesce(breaks.comparability_rank, 0)
                )
        end as comparability_rank,
        concat_ws('；', comparability.note_zh, breaks.note_zh) as known_note_zh,
        concat_ws('; ', comparability.note_en, breaks.note_en) as known_note_en
    from facts
    left join reports as earlier_report
        on
            facts.agency_code = earlier_report.agency_code
            and facts.is_synthetic = earlier_report.is_synthetic
            and facts.report_year - 1 = earlier_report.report_year
    left join facts as earlier
        on
            earlier_report.report_id = earlier.report_id
            and facts.concept = earlier.concept
            and facts.breakdown = earlier.breakdown
    left join comparability
        on
            facts.concept = comparability.concept
            and facts.format_id = comparability.format_id
            and earlier.format_id = comparability.other_format_id
    left join breaks on facts.concept = breaks.concept and facts.report_year = breaks.first_year
),

-- Why two numbers may not be set against each other, most basic reason first.
judged as (
    select
        *,
        case
            when previous_report_id is null then 'no_report'
            when previous_format_id is null then 'not_printed'
            when comparability_rank = 2 then 'not_comparable'
            when
                value is not null and previous_value is not null
                and (unit is null or previous_unit is null)
                then 'no_unit'
            when value is not null and previous_value is not null and unit <> previous_unit
                then 'other_unit'
        end as obstacle
    from paired
)

select
    judged.agency_code,
    judged.agency_name,
    judged.kind,
    judged.report_year,
    judged.concept,
    judged.breakdown,
    concepts.label_zh,
    concepts.label_en,
    judged.unit,
    judged.report_id,
    judged.format_id,
    judged.value,
    judged.value_status,
    judged.needs_review_count,
    judged.previous_report_id,
    judged.previous_format_id,
    judged.previous_value,
    judged.previous_value_status,
    judged.previous_needs_review_count,
    judged.obstacle is null as is_comparable,
    {{ comparability_word('judged.comparability_rank') }} as comparability,
    nullif(concat_ws(
        '；',
        case judged.obstacle
            when 'no_report' then '上一年度没有现行报告'
            when 'not_printed' then '上一年度所用格式没有此项'
            when 'no_unit' then '表格未印单位，金额不可比'
            when 'other_unit' then '两年单位不同'
        end,
        nullif(judged.known_note_zh, '')
    ), '') as break_note,
    nullif(concat_ws(
        '; ',
        case judged.obstacle
            when 'no_report' then 'no current report for the year before'
            when 'not_printed' then 'the form used the year before does not print it'
            when 'no_unit' then 'no unit is printed, amounts cannot be compared'
            when 'other_unit' then 'the units of the two years differ'
        end,
        nullif(judged.known_note_en, '')
    ), '') as break_note_en,
    case when judged.obstacle is null then judged.value - judged.previous_value end as change,
    case when judged.obstacle is null then judged.value - judged.previous_value end
        as change_ratio_numerator,
    case when judged.obstacle is null and judged.value is not null then judged.previous_value end
        as change_ratio_denominator,
    case
        when judged.obstacle is null
            then {{ safe_ratio('(judged.value - judged.previous_value)', 'judged.previous_value') }}
    end as change_ratio,
    judged.is_synthetic
from judged
left join concepts
    on judged.concept = concepts.concept and judged.breakdown = concepts.breakdown
