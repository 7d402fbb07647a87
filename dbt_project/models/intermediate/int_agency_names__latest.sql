select
    agency_code,
    name as agency_name
from {{ ref('stg_lake__ref_agency_name') }}
where name_type = 'official'
qualify row_number() over (
    partition by agency_code order by valid_from desc nulls last, name asc
) = 1
