with reports as (
    select * from {{ ref('int_reports__wide') }}
),

figures as (
    select * from {{ ref('int_reports__figures') }}
),

compared as (
    select * from {{ ref('int_figures__compared') }}
),

-- What breaks between the two years, whatever figure it touches.
notes as (
    select
        pair_key,
        bool_and(coalesce(obstacle not in ('no_report', 'not_comparable'), true)) as is_comparable,
        string_agg(distinct break_note, '；' order by break_note) as break_note,
        string_agg(distinct break_note_en, '; ' order by break_note_en) as break_note_en
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
    notes.break_note,
    notes.break_note_en,
    {{ figure_columns() }},
    reports.is_synthetic
from reports
inner join figures on reports.report_id = figures.report_id
inner join notes on figures.pair_key = notes.pair_key
