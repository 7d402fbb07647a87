select
    agency_code,
    name,
    name_type,
    valid_from,
    valid_to
from {{ source('lake', 'ref_agency_name') }}
