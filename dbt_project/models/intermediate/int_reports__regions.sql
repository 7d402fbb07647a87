with reports as (
    select * from {{ ref('int_reports__current') }}
),

places as (
    select * from {{ ref('int_agencies__hierarchy') }}
),

-- A government's report holds those of the units below it, and a higher government's those of the
-- lower ones: only governments of one tier may be added up, and never with units.
placed as (
    select
        reports.report_id,
        reports.agency_code,
        reports.kind,
        reports.report_year,
        reports.is_synthetic,
        case
            when reports.kind <> 'gov' then ''
            when places.county_code is not null then 'county'
            when places.prefecture_code is not null then 'prefecture'
            when places.province_code is not null then 'province'
            else 'unknown'
        end as government_tier,
        unnest(['state', 'province', 'prefecture', 'county']) as region_tier,
        unnest([
            '000000000000', places.province_code, places.prefecture_code, places.county_code
        ]) as region_code,
        unnest([
            '全国', places.province_name, places.prefecture_name, places.county_name
        ]) as region_name
    from reports
    left join places
        on
            reports.agency_code = places.agency_code
            and reports.is_synthetic = places.is_synthetic
)

select
    report_id,
    agency_code,
    region_tier,
    region_code,
    region_name,
    unnest(case when kind = 'gov' then ['gov'] else [kind, 'all_units'] end) as kind_group,
    government_tier,
    report_year,
    is_synthetic
from placed
where region_code is not null
