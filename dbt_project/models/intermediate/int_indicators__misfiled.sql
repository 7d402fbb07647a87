with reports as (
    select * from {{ ref('int_reports__wide') }}
),

formats as (
    select * from {{ ref('stg_lake__ref_format') }}
),

rankings as (
    select * from {{ ref('int_rankings__listed') }}
),

terms as (
    select * from {{ ref('stg_lake__ref_indicator_term') }}
),

comparability as (
    select * from {{ ref('int_formats__comparability') }}
),

printed as (
    select
        report_id,
        report_year,
        unnest(['proactive_disclosure', 'applications', 'disputes']) as table_id,
        unnest([proactive_disclosure_format_id, applications_format_id, disputes_format_id])
            as format_id
    from reports
),

-- Few reports have a table of a form that does not govern their year.
misfiled as (
    select
        printed.report_id,
        printed.table_id,
        printed.format_id,
        governing.format_id as governing_format_id
    from printed
    inner join formats as governing
        on
            printed.report_year >= governing.first_report_year
            and printed.report_year <= coalesce(governing.last_report_year, printed.report_year)
    where printed.format_id <> governing.format_id
)

-- A term that the governing form does not print cannot be set beside the figures of the others.
select
    misfiled.report_id,
    rankings.indicator_id,
    max(coalesce(comparability.comparability_rank, 2)) as comparability_rank,
    string_agg(distinct nullif(comparability.note_zh, ''), '；') as note_zh,
    string_agg(distinct nullif(comparability.note_en, ''), '; ') as note_en
from misfiled
inner join terms on misfiled.table_id = terms.table_id
inner join rankings on terms.indicator_id = rankings.indicator_id
left join comparability
    on
        terms.concept = comparability.concept
        and misfiled.format_id = comparability.format_id
        and misfiled.governing_format_id = comparability.other_format_id
group by misfiled.report_id, rankings.indicator_id
