with reports as (
    select
        reports.agency_code,
        reports.is_synthetic,
        reports.agency_name,
        reports.kind,
        reports.report_year,
        reports.is_current,
        reports.report_id,
        matches.division_code,
        matches.tier,
        matches.sector
    from {{ ref('stg_lake__reports') }} as reports
    left join {{ ref('stg_lake__agency_matches') }} as matches
        on reports.report_id = matches.report_id
),

-- What a name tells is that of the newest report; current versions go first.
newest as (
    select
        agency_code,
        is_synthetic,
        agency_name,
        kind,
        division_code,
        tier,
        sector
    from reports
    qualify row_number() over (
        partition by agency_code, is_synthetic
        order by report_year desc nulls last, is_current desc, report_id asc
    ) = 1
),

seen as (
    select
        agency_code,
        is_synthetic,
        count(*) as report_count,
        count(distinct agency_name) as name_count,
        min(report_year) as first_report_year,
        max(report_year) as last_report_year
    from reports
    group by agency_code, is_synthetic
),

-- Agencies of the operator's own files are listed before they have a report, so that those who
-- owe one can be found; the bundled ones only with a report.
registered as (
    select
        agencies.*,
        latest.agency_name
    from {{ ref('stg_lake__ref_agency') }} as agencies
    inner join {{ ref('int_agency_names__latest') }} as latest
        on agencies.agency_code = latest.agency_code
)

select
    coalesce(registered.agency_code, newest.agency_code) as agency_code,
    coalesce(registered.agency_name, newest.agency_name) as agency_name,
    coalesce(registered.kind, newest.kind) as kind,
    coalesce(registered.tier, newest.tier) as tier,
    coalesce(registered.sector, newest.sector) as sector,
    registered.vertical_system,
    registered.parent,
    coalesce(registered.division_code, newest.division_code) as division_code,
    registered.uscc,
    registered.site_host,
    registered.valid_from,
    registered.valid_to,
    registered.agency_code is not null as is_registered,
    seen.first_report_year,
    seen.last_report_year,
    coalesce(seen.report_count, 0) as report_count,
    coalesce(seen.name_count, 0) as name_count,
    coalesce(newest.is_synthetic, registered.is_synthetic) as is_synthetic
from registered
full outer join newest
    on
        registered.agency_code = newest.agency_code
        and registered.is_synthetic = newest.is_synthetic
left join seen
    on newest.agency_code = seen.agency_code and newest.is_synthetic = seen.is_synthetic
where newest.agency_code is not null or registered.source like 'config/%'
