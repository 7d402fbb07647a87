with registered as (
    select
        dated.agency_code,
        dated.name as agency_name,
        dated.name_type,
        dated.valid_from,
        dated.valid_to,
        agencies.is_synthetic
    from {{ ref('stg_lake__ref_agency_name') }} as dated
    inner join {{ ref('stg_lake__ref_agency') }} as agencies
        on dated.agency_code = agencies.agency_code
),

printed as (
    select
        agency_code,
        is_synthetic,
        agency_name,
        min(report_year) as first_report_year,
        max(report_year) as last_report_year,
        count(*) as report_count
    from {{ ref('stg_lake__reports') }}
    group by agency_code, is_synthetic, agency_name
)

-- A name that reports use and the register does not know is listed as printed, without dates.
select
    coalesce(registered.agency_code, printed.agency_code) as agency_code,
    coalesce(registered.agency_name, printed.agency_name) as agency_name,
    coalesce(registered.name_type, 'printed') as name_type,
    registered.valid_from,
    registered.valid_to,
    printed.first_report_year,
    printed.last_report_year,
    coalesce(printed.report_count, 0) as report_count,
    coalesce(registered.is_synthetic, printed.is_synthetic) as is_synthetic
from registered
full outer join printed
    on
        registered.agency_code = printed.agency_code
        and registered.is_synthetic = printed.is_synthetic
        and registered.agency_name = printed.agency_name
where
    printed.agency_code is not null
    or registered.agency_code in (
        select agencies.agency_code from {{ ref('dim_agency') }} as agencies
    )
