with agencies as (
    select
        agency_code,
        is_synthetic,
        division_code
    from {{ ref('int_agencies__described') }}
),

-- Of a code with several versions the last one names the place, as it is called today.
places as (
    select
        division_code,
        division_name,
        province_code,
        prefecture_code,
        county_code
    from {{ ref('int_divisions__placed') }}
    qualify row_number() over (
        partition by division_code order by valid_to desc nulls first, valid_from desc nulls last
    ) = 1
)

select
    agencies.agency_code,
    agencies.is_synthetic,
    agencies.division_code,
    places.province_code,
    provinces.division_name as province_name,
    places.prefecture_code,
    prefectures.division_name as prefecture_name,
    places.county_code,
    counties.division_name as county_name
from agencies
left join places on agencies.division_code = places.division_code
left join places as provinces on places.province_code = provinces.division_code
left join places as prefectures on places.prefecture_code = prefectures.division_code
left join places as counties on places.county_code = counties.division_code
