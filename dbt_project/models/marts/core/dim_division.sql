select
    division_code,
    division_name,
    full_name,
    tier,
    type,
    parent,
    province_code,
    prefecture_code,
    county_code,
    valid_from,
    valid_to,
    is_current,
    is_synthetic
from {{ ref('int_divisions__placed') }}
