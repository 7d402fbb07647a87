{{ config(
    materialized='incremental',
    meta={'by_year': false, 'sorted_by': ['report_id']}
) }}

with reports as (
    select * from {{ ref('int_reports__current') }}
    where {{ in_scope_with_year_before() }}
),

sections as (
    select * from {{ ref('stg_lake__report_sections') }}
),

links as (
    select * from {{ ref('int_reports__previous') }}
),

-- Sections are known by document; they belong to the first report found in it.
texts as (
    select
        reports.report_id,
        string_agg(
            regexp_replace(
                replace(sections.text, reports.agency_name, ''), '[^\p{Han}A-Za-z]', '', 'g'
            ), ''
            order by sections.reading_order
        ) as letters
    from reports
    inner join sections on reports.doc_id = sections.doc_id
    where sections.section_no in ('一', '五') and reports.report_id = reports.doc_id || '-1'
    group by reports.report_id
),

letters as (
    select
        report_id,
        string_split(letters, '') as letters
    from texts
    where length(letters) >= 3
),

runs as (
    select
        report_id,
        list_distinct(list_zip(letters, letters[2:], letters[3:], true)) as runs
    from letters
),

pairs as (
    select
        runs.report_id,
        len(runs.runs) + len(earlier.runs) as run_count,
        len(list_intersect(runs.runs, earlier.runs)) as shared_count
    from runs
    inner join links on runs.report_id = links.report_id and {{ in_scope('links') }}
    inner join runs as earlier on links.previous_report_id = earlier.report_id
)

select
    report_id,
    run_count - shared_count as text_runs,
    run_count - 2 * shared_count as text_runs_changed
from pairs
