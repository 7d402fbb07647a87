with reports as (
    select * from {{ ref('stg_lake__reports') }}
),

-- The name and kind in use are those of the newest report; current versions go first.
newest as (
    select
        agency_code,
        is_synthetic,
        agency_name,
        kind
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
)

-- Tier, parent and dates of validity come with a register of agencies; they are not guessed.
select
    newest.agency_code,
    newest.agency_name,
    newest.kind,
    cast(null as varchar) as tier,
    cast(null as varchar) as parent,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    seen.first_report_year,
    seen.last_report_year,
    seen.report_count,
    seen.name_count,
    newest.is_synthetic
from newest
inner join seen
    on newest.agency_code = seen.agency_code and newest.is_synthetic = seen.is_synthetic
