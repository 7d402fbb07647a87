{{ config(
    materialized='incremental',
    meta={'by_year': false, 'sorted_by': ['report_id']}
) }}

with reports as (
    select * from {{ ref('int_reports__wide') }}
    where {{ in_scope() }}
),

published as (
    select * from {{ ref('stg_lake__reports') }}
),

findings as (
    select * from {{ ref('stg_lake__findings') }}
),

matches as (
    select * from {{ ref('stg_lake__agency_matches') }}
),

populations as (
    select * from {{ ref('stg_lake__ref_population') }}
),

texts as (
    select * from {{ ref('int_reports__text_runs') }}
),

-- What our own reading caused, and what a person dismissed, says nothing of the report.
faults as (
    select
        report_id,
        count(*) filter (where severity = 'error') as error_findings,
        count(*) filter (where severity = 'warning') as warning_findings
    from findings
    where
        attribution <> 'extraction'
        and decision is distinct from 'dismissed'
        and {{ in_scope() }}
    group by report_id
),

dated as (
    select
        reports.report_id,
        published.published_on,
        {{ deadline('reports.kind', 'reports.report_year') }} as deadline
    from reports
    inner join published on reports.report_id = published.report_id
)

-- A report in which no table was found was not judged: it has no count of faults, not even zero.
select
    reports.report_id,
    populations.population,
    datediff('day', dated.deadline, dated.published_on) as days_after_deadline,
    cast(dated.published_on <= dated.deadline as integer) as published_on_time,
    case when reports.format_count > 0 then coalesce(faults.error_findings, 0) end
        as error_findings,
    case when reports.format_count > 0 then coalesce(faults.warning_findings, 0) end
        as warning_findings,
    case
        when reports.format_count > 0
            then cast(
                coalesce(faults.error_findings, 0) + coalesce(faults.warning_findings, 0) = 0
                as integer
            )
    end as clean_report,
    texts.text_runs_changed,
    texts.text_runs
from reports
left join dated on reports.report_id = dated.report_id
left join faults on reports.report_id = faults.report_id
left join matches on reports.report_id = matches.report_id
left join populations
    on
        matches.division_code = populations.division_code
        and reports.report_year = populations.year
        and reports.is_synthetic = populations.is_synthetic
left join texts on reports.report_id = texts.report_id
