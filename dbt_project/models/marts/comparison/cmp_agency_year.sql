{{ config(
    materialized='incremental',
    meta={'sorted_by': ['agency_code', 'report_id']}
) }}

with reports as (
    select * from {{ ref('int_reports__wide') }}
    where {{ in_scope() }}
),

figures as (
    select * from {{ ref('int_reports__figures') }}
    where {{ in_scope() }}
),

compared as (
    select * from {{ ref('int_figures__compared') }}
),

-- What breaks between the two years, whatever figure it touches.
notes as (
    select
        pair_key,
        bool_and(
            coalesce(obstacle not in ('no_report', 'not_comparable', 'mixed_forms'), true)
        ) as is_comparable,
        nullif(concat_ws(
            '；',
            case when bool_or(obstacle = 'no_report') then '上一年度没有现行报告' end,
            case when bool_or(obstacle = 'mixed_forms') then '有一年表内各部分所用格式不一' end,
            case when bool_or(obstacle = 'not_printed') then '有的指标上一年度所用格式没有' end,
            string_agg(distinct note_zh, '；' order by note_zh)
        ), '') as break_note,
        nullif(concat_ws(
            '; ',
            case
                when bool_or(obstacle = 'no_report') then 'no current report for the year before'
            end,
            case
                when bool_or(obstacle = 'mixed_forms')
                    then 'in one year, parts of a table follow different forms'
            end,
            case
                when bool_or(obstacle = 'not_printed')
                    then 'the form used the year before lacks some indicators'
            end,
            string_agg(distinct note_en, '; ' order by note_en)
        ), '') as break_note_en
    from compared
    group by pair_key
)

select
    reports.agency_code,
    reports.agency_name,
    reports.kind,
    reports.report_year,
    reports.report_id,
    reports.format_id,
    reports.format_count,
    figures.previous_report_id,
    reports.needs_review_count,
    notes.is_comparable,
    {{ joined_notes('；', 'notes.break_note', 'figures.agency_note_zh') }} as break_note,
    {{ joined_notes('; ', 'notes.break_note_en', 'figures.agency_note_en') }} as break_note_en,
    {{ figure_columns() }},
    reports.is_synthetic
from reports
inner join figures on reports.report_id = figures.report_id
inner join notes on figures.pair_key = notes.pair_key
